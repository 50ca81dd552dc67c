"""How does the source's rate become ours: so many points for each reason, which add up to the difference."""

import math
from dataclasses import dataclass

import polars as pl

from analytics.reconcile_reasons import AGREE, OUTCOMES, REASONS
from analytics.schemas import schema

NOT_COUNTED = "not_counted"
"""The step of tickets that have a verdict here but are in no rate: not due yet by the as-of instant, or excluded."""

STEP_LABELS: dict[str, str] = {**{name: OUTCOMES[name].label for name in REASONS}, NOT_COUNTED: "Not counted here"}
STEP_PHRASES: dict[str, str] = {
    **{name: OUTCOMES[name].phrase for name in REASONS},
    NOT_COUNTED: "tickets not due yet or excluded here",
}
STEPS: pl.Schema = schema(
    {
        "step": pl.String,
        "label": pl.String,
        "tickets": pl.Int64,
        "met_change": pl.Int64,
        "due_change": pl.Int64,
        "change": pl.Float64,
        "points": pl.Float64,
    }
)
"""One row a step. `met_change`, `due_change`: what it adds to the tickets met, and to those that count; `change`: what
that does to the rate, `points` the same in percentage points with one digit, both adding up to the whole difference;
null where either rate is unknown."""


@dataclass(frozen=True)
class Rate:
    """So many met of so many due."""

    met: int
    due: int

    @property
    def share(self) -> float | None:
        """Met over due; None of none."""
        return self.met / self.due if self.due else None


@dataclass(frozen=True)
class Bridge:
    """From the source's rate to ours.

    Attributes:
        theirs: over every ticket the source gives a verdict on.
        same: ours, over those of them that we have a verdict on, too.
        ours: as on all pages: over every ticket due by the as-of instant and not excluded.
        agreed: tickets on which both have a verdict, and the same.
        judged: tickets on which both have a verdict.
        steps: in the schema STEPS, in the order of the reasons; those that hold no ticket are left out.
    """

    theirs: Rate
    same: Rate
    ours: Rate
    agreed: int
    judged: int
    steps: pl.DataFrame


def bridge(rows: pl.DataFrame, *, counting_excluded: bool = False) -> Bridge:
    """What lies between the two rates of these rows.

    Args:
        rows: of one kind, in the schema RECONCILED.
        counting_excluded: whether tickets that an exclusion holds for count.

    A step's change is (met_change - theirs x due_change) / our due: so steps do not depend on their order, and add up.
    """
    theirs, ours = pl.col("theirs_breached"), pl.col("ours_breached")
    counts = pl.col("decided").fill_null(value=False) & ours.is_not_null()
    if not counting_excluded:
        counts = counts & pl.col("exclusion").is_null()
    idle = theirs.is_not_null() & ours.is_not_null() & ~counts
    marked = rows.select(
        step=pl.when(idle).then(pl.lit(NOT_COUNTED)).otherwise("outcome"),
        said=theirs.is_not_null(),
        said_met=~theirs.fill_null(value=True),
        both=theirs.is_not_null() & ours.is_not_null(),
        alike=(theirs == ours).fill_null(value=False),
        held=ours.is_not_null(),
        held_met=~ours.fill_null(value=True),
        counts=counts,
        counts_met=counts & ~ours.fill_null(value=True),
    )
    whole = marked.select(pl.exclude("step").sum(), same_met=(pl.col("said") & pl.col("held_met")).sum()).row(
        0, named=True
    )
    source, desk = Rate(whole["said_met"], whole["said"]), Rate(whole["counts_met"], whole["counts"])
    found = marked.group_by("step").agg(
        tickets=pl.len().cast(pl.Int64),
        met_change=pl.col("counts_met").sum().cast(pl.Int64) - pl.col("said_met").sum().cast(pl.Int64),
        due_change=pl.col("counts").sum().cast(pl.Int64) - pl.col("said").sum().cast(pl.Int64),
    )
    order = pl.DataFrame({"step": list(STEP_LABELS), "label": list(STEP_LABELS.values())})
    listed = order.join(found.filter(~pl.col("step").is_in(AGREE)), on="step", how="inner", maintain_order="left")
    return Bridge(
        theirs=source,
        same=Rate(whole["same_met"], whole["both"]),
        ours=desk,
        agreed=whole["alike"],
        judged=whole["both"],
        steps=_with_changes(listed, source, desk),
    )


def _with_changes(steps: pl.DataFrame, theirs: Rate, ours: Rate) -> pl.DataFrame:
    if theirs.share is None or ours.share is None:
        return steps.with_columns(change=None, points=None).match_to_schema(STEPS, integer_cast="upcast")
    moved = [
        (met * theirs.due - theirs.met * due) / (theirs.due * ours.due)
        for met, due in steps.select("met_change", "due_change").iter_rows()
    ]
    total = _tenths(ours.share) - _tenths(theirs.share)
    points = [tenths / 10 for tenths in apportioned([1000 * change for change in moved], total)]
    return steps.with_columns(
        change=pl.Series(moved, dtype=pl.Float64), points=pl.Series(points, dtype=pl.Float64)
    ).match_to_schema(STEPS)


def _tenths(share: float) -> int:
    """Tenths of a percentage point, rounded as a share is written."""
    return round(float(f"{100 * share:.1f}") * 10)


def apportioned(amounts: list[float], total: int) -> list[int]:
    """The amounts as whole numbers that add up to a total near theirs; the largest remainders are rounded up.

    Example:
        >>> apportioned([1.4, 1.4, -0.3], 3)
        [2, 1, 0]
    """
    whole = [math.floor(amount) for amount in amounts]
    left = total - sum(whole)
    by_remainder = sorted(range(len(amounts)), key=lambda place: (whole[place] - amounts[place], place))
    for turn in range(max(0, left)):
        whole[by_remainder[turn % len(whole)]] += 1
    for turn in range(max(0, -left)):
        whole[by_remainder[-1 - turn % len(whole)]] -= 1
    return whole
