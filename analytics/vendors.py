"""What would each vendor's report have said, month by month, on the same clocks?

Each report is drawn up at the end of its month, knows nothing later, and puts a clock into the month its own date falls
in: the stop, the last change of its state, or the start.
"""

from datetime import date

import polars as pl

from analytics.conditions import CANCELLED, COMPLETED, DECIDED
from analytics.timezones import local

SAID: dict[str, str] = {
    "attainment": "SLA attainment, by month due",
    "completed_attainment": "Completed only, by month stopped",
    "achieved_attainment": "Achieved or breached, by month of the last change",
    "applied_attainment": "All applied, by month started",
}
"""The columns of `said_by_month` that are rates, and what each is; `n_` and the name is its n."""


def said_by_month(clocks: pl.DataFrame) -> pl.DataFrame:
    """What four definitions say of each month, as each would have stood at the month's end.

    Args:
        clocks: of one kind, in the schema CLOCKS, whenever they fall due.

    Returns:
        One row a month in which anything started, fell due or stopped: `month` (its first day), for each name in
        SAID the rate (null of none) and `n_` its n, and `open_breached` (breached and not stopped at the month's end);
        sorted by month.

    Source: definitions 2.1 and 2.2.
    """
    zones = clocks["time_zone"].cast(pl.String).unique().drop_nulls().to_list()
    zone = pl.col("time_zone").cast(pl.String)
    dated = clocks.filter(~CANCELLED).select(
        started=pl.col("started_date").dt.truncate("1mo"),
        due="due_month",
        stopped=pl.when(COMPLETED).then(local(pl.col("stopped_at"), zone, zones).dt.date().dt.truncate("1mo")),
        decided=DECIDED,
        breached=pl.col("breached").fill_null(value=False),
        known=pl.col("breached").is_not_null(),
    )
    rows = [_month(dated, month) for month in _months(dated, clocks)]
    types = {"month": pl.Date(), "open_breached": pl.Int64()}
    types |= {name: pl.Float64() for name in SAID} | {f"n_{name}": pl.Int64() for name in SAID}
    return pl.DataFrame(rows, schema=types).sort("month")


def _months(dated: pl.DataFrame, clocks: pl.DataFrame) -> list[date]:
    """The months in which anything happened, up to the as-of instant."""
    last = clocks["as_of"].max()
    seen = pl.concat([dated["started"], dated.filter("decided")["due"], dated["stopped"]]).drop_nulls().unique().sort()
    return [month for month in seen if last is not None and month <= last.date()]  # type: ignore[union-attr]


def _month(dated: pl.DataFrame, month: date) -> dict[str, object]:
    stopped = (pl.col("stopped") == month).fill_null(value=False)
    waiting = pl.col("stopped").is_null() | (pl.col("stopped") > month)
    met, late = ~pl.col("breached"), pl.col("breached")
    groups = {
        "attainment": (pl.col("decided") & (pl.col("due") == month), met),
        "completed_attainment": (stopped & pl.col("known"), met),
        "achieved_attainment": ((stopped & pl.col("known")) | (late & (pl.col("due") == month) & waiting), met),
        "applied_attainment": (pl.col("started") == month, ~(late & stopped)),
    }
    counted = [whole.fill_null(value=False).sum().alias(f"n_{name}") for name, (whole, _) in groups.items()]
    kept = [(whole & part).fill_null(value=False).sum().alias(name) for name, (whole, part) in groups.items()]
    open_ = (late & (pl.col("due") <= month) & waiting).sum().alias("open_breached")
    row = dated.select(*counted, *kept, open_).row(0, named=True)
    rates = {name: row[name] / row[f"n_{name}"] if row[f"n_{name}"] else None for name in groups}
    return {
        "month": month,
        **{f"n_{name}": row[f"n_{name}"] for name in groups},
        **rates,
        "open_breached": row["open_breached"],
    }
