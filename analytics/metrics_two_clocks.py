"""The desk's clock and the customer's: rates on both, without pauses, and what lies between them."""

import polars as pl

from analytics.conditions import DECIDED, MET, mean, share
from analytics.metric import Better, Metric, Unit

_OURS = "design: two clocks; definitions 2.3"
_MET_IN_BUSINESS = pl.col("state").cast(pl.String) == "met"
_ON_BOTH = DECIDED & pl.col("breached_calendar").is_not_null()
_GAP = pl.col("total_seconds") - pl.col("running_seconds")
_OTHER = _GAP - pl.col("closed_seconds") - pl.col("customer_seconds")

TWO_CLOCKS = (
    Metric(
        name="attainment_calendar",
        label="Attainment in calendar hours",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=share(~pl.col("breached_calendar"), _ON_BOTH),
        definition="Share of the clocks due whose written target (1 d = 24 h) held against the plain time the customer "
        "waited for us.",
        source=_OURS,
    ),
    Metric(
        name="attainment_gap",
        label="Lost to the calendar",
        unit=Unit.RATIO,
        better=Better.LOWER,
        formula=share(_MET_IN_BUSINESS, _ON_BOTH) - share(~pl.col("breached_calendar"), _ON_BOTH),
        definition="SLA attainment in business hours less that in calendar hours, over clocks decided on both: "
        "what the desk's closed hours hide.",
        source=_OURS,
    ),
    Metric(
        name="attainment_without_pauses",
        label="Attainment without pauses",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=share(
            MET & (pl.col("elapsed_seconds") + pl.col("paused_seconds") <= pl.col("target_seconds")), DECIDED
        ),
        definition="SLA attainment had no pause been taken out: met, and within the target with paused time counted.",
        source="definitions: decision table, pauses",
        needs=frozenset({"pauses"}),
    ),
    Metric(
        name="calendar_gap",
        label="Calendar less business time, mean",
        unit=Unit.DURATION,
        better=Better.LOWER,
        formula=mean(_GAP, DECIDED),
        definition="Mean plain time from start to stop that the desk's clock did not count, in three parts.",
        source=_OURS,
    ),
    Metric(
        name="closed_gap",
        label="of it closed hours",
        unit=Unit.DURATION,
        better=Better.LOWER,
        formula=mean(pl.col("closed_seconds"), DECIDED),
        definition="Mean plain time that passed while the desk was closed and it was our turn.",
        source=_OURS,
    ),
    Metric(
        name="customer_gap",
        label="of it the customer's own time",
        unit=Unit.DURATION,
        better=Better.NEITHER,
        formula=mean(pl.col("customer_seconds"), DECIDED),
        definition="Mean plain time that passed while the clock was paused for the customer.",
        source=_OURS,
        needs=frozenset({"pauses"}),
    ),
    Metric(
        name="other_gap",
        label="of it third parties and solved time",
        unit=Unit.DURATION,
        better=Better.NEITHER,
        formula=mean(_OTHER, DECIDED),
        definition="Mean time paused for a third party in open hours, solved before a reopening, or not promised.",
        source=_OURS,
        needs=frozenset({"pauses"}),
    ),
)
