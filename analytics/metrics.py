"""What can be measured of a set of clocks: the registry every page, table and command reads.

A formula is an aggregation over clock rows. Rates are over decided clocks: verdict known, due time not
after the as-of instant.
"""

import polars as pl

from analytics.conditions import (
    BREACHED,
    CANCELLED,
    DECIDED,
    MET,
    NEAR,
    OPEN_BREACHED,
    OVERDUE_FOR,
    OVERRUN,
    SURE,
    count,
    quantile,
    share,
    tickets,
)
from analytics.errors import UnknownNameError
from analytics.metric import Better, Metric, Unit
from analytics.metrics_two_clocks import TWO_CLOCKS
from analytics.metrics_vendors import VENDORS
from analytics.statistics import wilson_high, wilson_low

_OURS = "definitions 2.3"

_ALL = (
    Metric(
        name="due",
        label="Clocks due",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=count(DECIDED),
        definition="Clocks whose due time lies in the period and is not after the as-of instant: the n of every rate.",
        source=_OURS,
    ),
    Metric(
        name="met",
        label="Met",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=count(MET),
        definition="Clocks due that were stopped at or before their due time.",
        source=_OURS,
    ),
    Metric(
        name="breaches",
        label="Breaches",
        unit=Unit.COUNT,
        better=Better.LOWER,
        formula=count(BREACHED),
        definition="Clocks due that were not stopped by their due time, stopped later or still running.",
        source=_OURS,
    ),
    Metric(
        name="attainment",
        label="SLA attainment",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=share(MET, DECIDED),
        definition="Met / (met + breached) over clocks of one kind due in the period; nothing where none was due.",
        source="definitions 2.3; Zendesk Explore: achieved / (achieved + breached)",
    ),
    Metric(
        name="attainment_low",
        label="Attainment, lower",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=wilson_low(count(MET), count(DECIDED)),
        definition="Lower end of the 95 % Wilson interval of SLA attainment.",
        source="Wilson 1927",
    ),
    Metric(
        name="attainment_high",
        label="Attainment, upper",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=wilson_high(count(MET), count(DECIDED)),
        definition="Upper end of the 95 % Wilson interval of SLA attainment.",
        source="Wilson 1927",
    ),
    Metric(
        name="breach_rate",
        label="Breach rate",
        unit=Unit.RATIO,
        better=Better.LOWER,
        formula=share(BREACHED, DECIDED),
        definition="Breached / (met + breached) over clocks due in the period.",
        source=_OURS,
    ),
    Metric(
        name="breach_rate_low",
        label="Breach rate, lower",
        unit=Unit.RATIO,
        better=Better.LOWER,
        formula=wilson_low(count(BREACHED), count(DECIDED)),
        definition="Lower end of the 95 % Wilson interval of the breach rate.",
        source="Wilson 1927",
    ),
    Metric(
        name="breach_rate_high",
        label="Breach rate, upper",
        unit=Unit.RATIO,
        better=Better.LOWER,
        formula=wilson_high(count(BREACHED), count(DECIDED)),
        definition="Upper end of the 95 % Wilson interval of the breach rate.",
        source="Wilson 1927",
    ),
    Metric(
        name="excess",
        label="Excess breaches",
        unit=Unit.COUNT,
        better=Better.LOWER,
        formula=pl.when(count(DECIDED & pl.col("objective").is_not_null()) > 0).then(
            count(BREACHED & pl.col("objective").is_not_null())
            - (1 - pl.col("objective")).filter(DECIDED & pl.col("objective").is_not_null()).sum()
        ),
        definition="Breaches beyond what each clock's own objective allows; nothing where no objective is set.",
        source=_OURS,
    ),
    Metric(
        name="open_breached",
        label="Open breached",
        unit=Unit.COUNT,
        better=Better.LOWER,
        formula=count(OPEN_BREACHED),
        definition="Clocks past their due time that still run at the as-of instant.",
        source=_OURS,
    ),
    Metric(
        name="oldest_open_breach",
        label="Oldest open breach",
        unit=Unit.DURATION,
        better=Better.LOWER,
        formula=OVERDUE_FOR.filter(OPEN_BREACHED & (OVERDUE_FOR >= 0)).max(),
        definition="Plain time since the due time of the clock that is overdue longest and still runs.",
        source=_OURS,
    ),
    Metric(
        name="near_misses",
        label="Near misses",
        unit=Unit.COUNT,
        better=Better.LOWER,
        formula=count(NEAR),
        definition="Clocks met with less than 10 % of their target left.",
        source="design: vocabulary",
    ),
    Metric(
        name="internal_attainment",
        label="Internal target attainment",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=share(SURE.fill_null(value=False), DECIDED & SURE.is_not_null()),
        definition="Clocks due that were stopped within the team's own stricter target, over those that have one.",
        source="design: internal target",
    ),
    Metric(
        name="met_missed_internal",
        label="Kept the promise, missed our own target",
        unit=Unit.COUNT,
        better=Better.LOWER,
        formula=count(MET & ~SURE),
        definition="Clocks met that took longer than the team's own internal target.",
        source="design: internal target",
    ),
    Metric(
        name="median_elapsed",
        label="Median elapsed",
        unit=Unit.OPEN_TIME,
        better=Better.LOWER,
        formula=quantile(pl.col("elapsed_seconds").filter(DECIDED), 0.5),
        definition="Half of the clocks due had used at most this much open time, pauses taken out.",
        source=_OURS,
    ),
    Metric(
        name="p90_elapsed",
        label="Elapsed, 9 in 10 under",
        unit=Unit.OPEN_TIME,
        better=Better.LOWER,
        formula=quantile(pl.col("elapsed_seconds").filter(DECIDED), 0.9),
        definition="Nine in ten of the clocks due had used at most this much open time, pauses taken out.",
        source=_OURS,
    ),
    Metric(
        name="p90_wait",
        label="Requester wait, 9 in 10 under",
        unit=Unit.DURATION,
        better=Better.LOWER,
        formula=quantile(pl.col("requester_wait_seconds").filter(DECIDED), 0.9),
        definition="Nine in ten customers waited for us at most this long in plain time, their own time taken out.",
        source="Zendesk: requester wait time",
        needs=frozenset({"pauses"}),
    ),
    Metric(
        name="median_overrun",
        label="Median overrun",
        unit=Unit.OPEN_TIME,
        better=Better.LOWER,
        formula=quantile(OVERRUN.filter(BREACHED), 0.5),
        definition="Half of the breaches had run over their target by at most this much, so far if they still run.",
        source=_OURS,
    ),
    Metric(
        name="worst_overrun",
        label="Worst overrun",
        unit=Unit.OPEN_TIME,
        better=Better.LOWER,
        formula=OVERRUN.filter(BREACHED).max(),
        definition="The open time by which the worst breach ran over its target, so far if it still runs.",
        source=_OURS,
    ),
    Metric(
        name="arrived_closed",
        label="Arrived while closed",
        unit=Unit.RATIO,
        better=Better.NEITHER,
        formula=share(~pl.col("started_open"), BREACHED),
        definition="Share of the breaches whose clock started outside opening hours.",
        source=_OURS,
    ),
    Metric(
        name="tickets",
        label="Tickets",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=tickets(DECIDED),
        definition="Tickets with at least one clock due.",
        source=_OURS,
    ),
    Metric(
        name="tickets_all_met",
        label="Tickets with every promise kept",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=pl.when(tickets(DECIDED) > 0).then(1 - tickets(BREACHED) / tickets(DECIDED)),
        definition="Tickets none of whose clocks due in the period was breached, over tickets with a clock due.",
        source="definitions 2.3",
    ),
    Metric(
        name="undecided",
        label="Not yet decided",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=count(~DECIDED & (pl.col("state") != "cancelled")),
        definition="Clocks that run, are paused, or fall due only after the as-of instant: in no rate.",
        source=_OURS,
    ),
    Metric(
        name="excluded",
        label="Excluded",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=count(pl.col("exclusion").is_not_null() & pl.col("breached").is_not_null()),
        definition="Clocks with a verdict that an exclusion of the policy file takes out of the rates.",
        source="design: exclusions",
    ),
    Metric(
        name="due_by_change",
        label="Due by a change",
        unit=Unit.COUNT,
        better=Better.LOWER,
        formula=count(BREACHED & pl.col("due_by_change")),
        definition="Breaches that fell due at the moment a target was shortened, as it was used up by then.",
        source="definitions: decision table",
        needs=frozenset({"priority_history"}),
    ),
    Metric(
        name="cancelled",
        label="Cancelled",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        formula=count(CANCELLED),
        definition="Clocks of merged, spam, deleted or test tickets: in no rate.",
        source=_OURS,
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in (*_ALL, *TWO_CLOCKS, *VENDORS)}


def metric(name: str) -> Metric:
    """The metric of this name, or an UnknownNameError that suggests a near one.

    Example:
        >>> metric("met").label
        'Met'
    """
    if name not in METRICS:
        raise UnknownNameError.of("metric", name, METRICS)
    return METRICS[name]
