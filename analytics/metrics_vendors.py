"""What other systems would call the SLA percentage, over the same clocks."""

import polars as pl

from analytics.conditions import CANCELLED, COMPLETED, count, share
from analytics.metric import Better, Metric, Unit

_KNOWN = ~CANCELLED
_ACHIEVED = COMPLETED & ~pl.col("breached")
_JUDGED = pl.col("breached").is_not_null()

VENDORS = (
    Metric(
        name="completed_attainment",
        label="Completed only (Freshdesk, ServiceNow)",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=share(_ACHIEVED, COMPLETED),
        definition="Met / stopped: clocks that are past due and still run are in neither number, so a growing backlog "
        "makes it rise.",
        source="definitions 2.1: Freshdesk reports; ServiceNow incidents resolved in time",
    ),
    Metric(
        name="achieved_attainment",
        label="Achieved or breached (Zendesk, Jira)",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=share(_ACHIEVED, _JUDGED),
        definition="Achieved / (achieved + breached), open breaches counted as breached, whenever they fell due.",
        source="definitions 2.1: Zendesk Explore; Jira Service Management goals",
    ),
    Metric(
        name="applied_attainment",
        label="All applied (Chatwoot)",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        formula=pl.when(count(_KNOWN) > 0).then(1 - count(COMPLETED & pl.col("breached")) / count(_KNOWN)),
        definition="1 - missed / applied, where a clock counts as missed only once it is stopped: whatever runs counts "
        "as kept.",
        source="definitions 2.1: Chatwoot applied SLAs",
    ),
)
