"""Who held a clock while it ran, and to whom is its verdict put down?"""

import polars as pl

from analytics.rules import Rules
from analytics.schemas import HOLDINGS
from analytics.timeline import BLANK
from analytics.timezones import MICROSECONDS

_HELD = ("team", "agent")


def holdings(pieces: pl.DataFrame) -> pl.DataFrame:
    """Running open time of each team that held a clock: `clock`, `team`, `held` (microseconds), sorted.

    Args:
        pieces: of one kind, as `analytics.pieces` gives them.
    """
    ran = pieces.filter(pl.col("running") & (pl.col("open") > 0))
    found = ran.group_by("clock", "team").agg(held=pl.col("open").sum())
    return found.sort("clock", "team")


def named(found: pl.DataFrame, clocks: pl.DataFrame) -> pl.DataFrame:
    """Holdings with the keys of their clocks: the schema HOLDINGS and `row`; time under a second is nobody's.

    Args:
        found: as `holdings` gives them.
        clocks: `clock` and `row` beside the key of each clock.
    """
    keyed = found.join(clocks, on="clock", how="inner", maintain_order="left")
    team = pl.col("team").cast(pl.String)
    return (
        keyed.with_columns(elapsed_seconds=pl.col("held") // MICROSECONDS, team=pl.when(team != BLANK).then(team))
        .filter(pl.col("elapsed_seconds") > 0)
        .select(*HOLDINGS, "row")
    )


def credited(decisive: pl.DataFrame, pieces: pl.DataFrame, lives: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The deciding pieces with `team` and `agent` of whom their promise credits.

    Args:
        decisive: one row a clock: `clock`, `row`, `number`, `team`, `agent`.
        pieces: all pieces of these clocks.
        lives: the whole timeline, for who holds a ticket in the end.
        rules: the policy file made ready.
    """
    chosen = [promise.credited for promise in rules.promises]
    present = [name for name in _HELD if name in decisive.columns]
    rule = rules.of_promise(chosen, pl.String)
    for name in present:
        answers = {}
        if "first" in chosen:
            known = pieces.filter(pl.col(name) != BLANK).unique("clock", keep="first", maintain_order=True)
            answers["first"] = known.select("clock", first=name)
        if "longest" in chosen or "share" in chosen:
            answers["longest"] = _longest(pieces, name)
        if "current" in chosen:
            last = lives.filter("final").select("row", current=name)
            answers["current"] = decisive.select("clock", "row").join(last, on="row", how="left").drop("row")
        for answer, found in answers.items():
            decisive = decisive.join(found, on="clock", how="left", maintain_order="left")
            wanted = rule.is_in(["longest", "share"]) if answer == "longest" else rule == answer
            decisive = decisive.with_columns(
                pl.when(wanted & pl.col(answer).is_not_null()).then(answer).otherwise(name).alias(name)
            ).drop(answer)
    return decisive


def _longest(pieces: pl.DataFrame, name: str) -> pl.DataFrame:
    """Who held each clock for most of its elapsed time, where any elapsed; of equals who had it first."""
    ran = (
        pieces.filter(pl.col("running") & (pl.col("open") > 0))
        .group_by("clock", name, maintain_order=True)
        .agg(held=pl.col("open").sum())
    )
    most = ran.sort("clock", "held", descending=[False, True], maintain_order=True)
    return most.unique("clock", keep="first", maintain_order=True).select("clock", longest=name)
