"""What had been done with a ticket by the time its promise fell due: handed on, reopened, held by others?"""

import polars as pl

from analytics.pieces import SAME
from analytics.rules import Rules
from analytics.timeline import BLANK

_CLOCK = pl.col("clock")


def by_due(decided: pl.DataFrame, pieces: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The clocks with what happened in each from its start to its due time, or to its stop where that was earlier.

    Args:
        decided: one row a clock: `clock`, `due_at`, `clock_end`, and `team`, to whom the verdict is put down.
        pieces: of these clocks or of more, sorted by clock and time, as `analytics.pieces` gives them.
        rules: the policy file made ready.

    Returns:
        The same rows with `handoffs_by_due` and `reopenings_by_due` (Int32; thanks do not count), and
        `held_elsewhere`: whether teams other than `team` held it for most of the elapsed time; null where none elapsed.
    """
    until = pl.min_horizontal("due_at", "clock_end")
    found = pieces.join(
        decided.select("clock", until=until, credited="team"), on="clock", how="inner", maintain_order="left"
    ).filter(pl.col("start") <= pl.col("until"))
    opened = rules.hours.opened_by(pl.col("until"), pl.col("number")) - pl.col("opened_by")
    used = pl.when("running").then(pl.min_horizontal(opened, "open").clip(lower_bound=0)).otherwise(0)
    others = (pl.col("team") != BLANK) & (pl.col("team") != pl.col("credited"))
    reopened = SAME & ~pl.col("solved") & pl.col("solved").shift(1)
    counted = (
        found.select(
            "clock",
            handoffs_by_due=_moved().cast(pl.Int32),
            reopenings_by_due=reopened.fill_null(value=False).cast(pl.Int32),
            used=used,
            elsewhere=pl.when(others).then(used).otherwise(0),
        )
        .group_by("clock")
        .agg(pl.all().sum())
    )
    told = decided.join(counted, on="clock", how="left", maintain_order="left")
    most = pl.when(pl.col("used") > 0).then(2 * pl.col("elsewhere") > pl.col("used"))
    return told.with_columns(held_elsewhere=most).drop("used", "elsewhere")


def _moved() -> pl.Expr:
    """Whether another team holds the ticket than before, time without a team in between or not."""
    named = pl.col("team") != BLANK
    before = pl.when(named).then("team").shift(1).forward_fill()
    whose = pl.when(named).then(_CLOCK).shift(1).forward_fill()
    return (named & (whose == _CLOCK) & (before != pl.col("team"))).fill_null(value=False)
