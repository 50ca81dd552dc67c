"""What becomes of a clock when its target changes: is it carried over, begun again, kept, or taken from the end?"""

import polars as pl

from analytics.rules import Rules

_SAME = (pl.col("clock") == pl.col("clock").shift(1)).fill_null(value=False)
_IN_FORCE = ("number", "target", "given", "day_due")


def in_force(pieces: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The pieces with the promise, target and due time in force by the rules for changes.

    Args:
        pieces: sorted by clock and time; `clock`, `number`, `target`, `given`, `day_due` as each piece has them itself.
        rules: the policy file made ready.

    Returns:
        The pieces with those columns as they are in force, `changed` (what is in force is other than in the promised
        piece before), `restarted` (elapsed time begins again with the piece) and `since_restart`
        (it has begun again before). Pieces without a target stay as they are.
    """
    pieces = pieces.with_columns(_differs(rules), restarted=pl.lit(value=False), since_restart=pl.lit(value=False))
    changes = [promise.on_change for promise in rules.promises]
    if all((each.raised, each.lowered) == ("carry", "carry") for each in changes):
        return pieces
    own = pieces.drop("restarted", "since_restart").with_row_index("place").filter(pl.col("target").is_not_null())
    before = pl.col("target").shift(1)
    raised, lowered = (
        rules.of_promise([getattr(each, name) for each in changes], pl.String) for name in ("raised", "lowered")
    )
    rule = pl.when(pl.col("target") < before).then(raised).when(pl.col("target") > before).then(lowered)
    own = own.with_columns(rule=pl.when("changed").then(rule.otherwise(pl.lit("carry"))))
    if not own["rule"].is_in(["restart", "keep", "final"]).any():
        return pieces
    ruled = _from_where(own)
    found = ruled.drop("source").hstack(pieces.select(_IN_FORCE)[ruled["source"]])
    joined = pieces.with_row_index("place").join(found, on="place", how="left", suffix="_ruled", maintain_order="left")
    held = pl.col("restarted_ruled").is_not_null()
    names = (*_IN_FORCE, "restarted", "since_restart")
    told = joined.with_columns(pl.when(held).then(f"{name}_ruled").otherwise(name).alias(name) for name in names)
    return told.drop("place", *(f"{name}_ruled" for name in names)).with_columns(_differs(rules))


def _differs(rules: Rules) -> pl.Expr:
    """Whether a promised piece has another target, other hours or another boundary than the promised one before."""
    hours = [(promise.schedule, promise.boundary) for promise in rules.promises]
    terms = rules.of_promise([sorted(set(hours)).index(each) for each in hours], pl.Int64)
    promised = pl.col("target").is_not_null()

    def before(column: pl.Expr) -> pl.Expr:
        return pl.when(promised).then(column).forward_fill().shift(1)

    never = pl.lit(0).cast(pl.Datetime("us", "UTC"))
    day = pl.col("day_due").fill_null(never)
    other = (pl.col("target") != before(pl.col("target"))) | (terms != before(terms)) | (day != before(day))
    known = promised & (before(pl.col("clock")) == pl.col("clock"))
    return (known & other).fill_null(value=False).alias("changed")


def _from_where(own: pl.DataFrame) -> pl.DataFrame:
    """For each promised piece the place of the piece whose promise is in force (`source`), and the restarts.

    Pieces between two changes that are not `final` make one stretch: a final change inside makes its last piece
    speak for the whole of it; a stretch begun by `keep` takes what the stretch before had in the end.
    """
    rule = pl.col("rule").fill_null("")
    own = own.with_columns(stretch=(~_SAME | (pl.col("changed") & (rule != "final"))).cum_sum())
    stretches = own.group_by("stretch", maintain_order=True).agg(
        last=pl.col("place").last(),
        anew=(pl.col("rule") == "final").any(),
        keeps=(pl.col("rule").first() == "keep").fill_null(value=False),
    )
    stretches = stretches.with_columns(kept=pl.col("keeps") & ~pl.col("anew"))
    stretches = stretches.with_columns(held=pl.when(~pl.col("kept")).then("last").forward_fill())
    told = own.join(
        stretches.select("stretch", "held", "anew", "kept"), on="stretch", how="left", maintain_order="left"
    )
    restarted = rule == "restart"
    count = restarted.cast(pl.Int32).cum_sum()
    at_start = pl.when(~_SAME).then(count - restarted.cast(pl.Int32)).forward_fill()
    return told.select(
        "place",
        source=pl.when(pl.col("anew") | pl.col("kept")).then("held").otherwise("place"),
        restarted=restarted,
        since_restart=count > at_start,
    )
