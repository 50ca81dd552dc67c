"""What the numbers say, in sentences: computed from measured frames, no Streamlit in it."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from analytics.dimensions import WEEKDAYS
from analytics.durations import words
from analytics.hours import Block
from analytics.measure import Hours
from analytics.schemas import KIND_LABELS
from pages.ui.format import day, number, percent, plural, points
from pages.ui.format import goal as written

FIRM = 30
"""Fewer clocks than this make a rate that is shown with care."""

LEAST_SHARE, LEAST_RATIO = 0.1, 1.3
"""Hours stand out that make this share of the breaches, and so many times their share of the clocks due."""

MAIN = ("first_response", "resolution")
"""The clock kinds a verdict always names, where they have clocks due."""


def named(kinds: pl.DataFrame) -> list[str]:
    """The clock kinds a verdict names: the main ones, and any other whose breaches exceed what its objectives allow.

    Args:
        kinds: `kind`, `due`, `excess` (null without objective); one row a kind, in the order to be told.

    Example:
        >>> named(pl.DataFrame({"kind": ["first_response", "update", "ola"], "due": [9, 9, 9], "excess": [1, -1, 2]}))
        ['first_response', 'ola']
    """
    judged = kinds.filter(pl.col("due") > 0)
    present = judged["kind"].to_list()
    main = [kind for kind in MAIN if kind in present] or present[:1]
    below = judged.filter(pl.col("excess") > 0)["kind"].to_list()
    return [kind for kind in present if kind in main or kind in below]


def verdict(kinds: pl.DataFrame, weeks: Mapping[str, pl.DataFrame], policies: Mapping[str, pl.DataFrame]) -> str:
    """Are we keeping our word? A sentence for each main kind, and one for all others that `named` gives.

    Args:
        kinds: `kind`, `due`, `attainment`, `excess`; one row a kind, in the order to be told.
        weeks: by kind the weekly frame with `attainment`.
        policies: by kind `policy`, `attainment`, `objective`; one row a policy.
    """
    rows = kinds.filter(pl.col("kind").is_in(named(kinds))).to_dicts()
    main = [row for row in rows if row["kind"] in MAIN] or rows[:1]
    told = [_kept(row, weeks[row["kind"]], policies[row["kind"]]) for row in main]
    others = [f"{KIND_LABELS[row['kind']].lower()} ({_share(row)})" for row in rows if row not in main]
    if others:
        told.append(f"Below objective too: {', '.join(others)}")
    return ". ".join(told) + "." if told else "No clocks were due in this selection, so there is nothing to judge."


def _kept(row: dict[str, Any], weeks: pl.DataFrame, policies: pl.DataFrame) -> str:
    name, kept = KIND_LABELS[row["kind"]], _share(row)
    goals = policies.drop_nulls(["objective", "attainment"])
    if goals.is_empty():
        return f"{name}: {kept} kept"
    if goals["objective"].n_unique() > 1:
        late = goals.filter(pl.col("attainment") < pl.col("objective")).height
        some = f"all {late}" if late == goals.height else f"{late} of {goals.height}"
        miss = f"{some} policies below objective" if late else "every policy meets its objective"
        return f"{name}: {kept} kept, {miss}"
    goal = goals["objective"][0]
    if row["attainment"] >= goal:
        return f"{name} keeps its word: {kept} against an objective of {written(goal)}"
    run = _weeks_below(weeks["attainment"].to_list(), goal)
    since = f" for {run} weeks running; over the period" if run > 1 else ":"
    return f"{name} is below its objective{since} {kept} against {written(goal)}"


def _share(row: dict[str, Any]) -> str:
    return f"{percent(row['attainment'])} of {number(row['due'])}"


def _weeks_below(shares: Sequence[float | None], goal: float) -> int:
    """How many of the last weeks in a row lie below the objective."""
    run = 0
    for share in reversed(shares):
        if share is None or share >= goal:
            break
        run += 1
    return run


def paragraph(
    now: dict[str, Any], before: dict[str, Any] | None, kind: str, block: Block | None, hours: Hours = "business"
) -> str:
    """The period in words: how much fell due, what changed, where it broke, what was waited, what was close.

    Args:
        now, before: one measured row each: `due`, `breaches`, `attainment`, `tickets`, `tickets_all_met`,
            `p90_wait`, `median_overrun`, `near_misses`, `met_missed_internal`.
        kind: the clock kind they are about.
        block: the worst hours.
        hours: the clock they were judged by.
    """
    name = KIND_LABELS[kind].lower()
    if not now["due"]:
        return f"No {name} clocks were due in this selection."
    breached = f"{plural(now['breaches'], 'was', 'were')} breached ({percent(now['breaches'] / now['due'])})"
    parts = [f"Of {number(now['due'])} {name} clocks due, {breached}."]
    if before and before["attainment"] is not None:
        moved = now["attainment"] - before["attainment"]
        parts.append(
            f"Attainment moved by {points(moved)} since the period before, when {number(before['due'])} were due."
        )
    if block:
        parts.append(
            f"{block.name} local time holds {percent(block.share, 0)} of the breaches "
            f"with {percent(block.share_of_due, 0)} of the clocks due."
        )
    if now["median_overrun"] is not None:
        over = words(now["median_overrun"], days=hours == "calendar")
        time = "open time" if hours == "business" else "plain time"
        parts.append(f"Half of the breaches ran over by {over} of {time} or less.")
    if now["p90_wait"] is not None:
        parts.append(f"Nine in ten customers waited for us at most {words(now['p90_wait'])} in plain time.")
    if now["near_misses"]:
        parts.append(f"{plural(now['near_misses'], 'clock was', 'clocks were')} met with under 10 % of the time left.")
    return " ".join(parts)


def below(policies: pl.DataFrame) -> str:
    """Which policies miss their objective.

    Args:
        policies: `policy`, `due`, `attainment`, `objective`; one row a policy.
    """
    known = policies.filter(pl.col("objective").is_not_null() & pl.col("attainment").is_not_null())
    if known.is_empty():
        return "No objective is set for these clocks."
    late = known.filter(pl.col("attainment") < pl.col("objective")).sort(pl.col("attainment") - pl.col("objective"))
    if late.is_empty():
        return f"All {known.height} policies meet their objective." if known.height > 1 else "The objective is met."
    named = [
        f"{row['policy']} ({percent(row['attainment'])} of {written(row['objective'])}, n = {number(row['due'])})"
        for row in late.head(4).iter_rows(named=True)
    ]
    more = f" and {late.height - 4} more" if late.height > 4 else ""
    return f"{late.height} of {known.height} policies below objective: {', '.join(named)}{more}."


def stands_out(block: Block) -> bool:
    """Whether some hours hold more breaches than the clocks due in them make one expect."""
    return block.share >= max(LEAST_SHARE, LEAST_RATIO * block.share_of_due)


def spike_too(block: Block | None, kind: str) -> str:
    """The worst hours, where they hold enough of the breaches to be said first."""
    if block is None or not stands_out(block):
        return ""
    return f" {block.name} alone makes {percent(block.share, 0)} of {KIND_LABELS[kind].lower()} breaches."


def weekly(frame: pl.DataFrame, objective: float | None) -> str:
    """Whether the objective was met, week by week."""
    full = frame.drop_nulls("attainment")
    if full.is_empty():
        return "No clocks were due."
    worst = full.sort("attainment", "week").row(0, named=True)
    low = f"Lowest in the week of {day(worst['week'])}: {percent(worst['attainment'])}"
    if objective is None:
        return f"{low}."
    clear = full.filter(pl.col("attainment_high") < objective).height
    missed = full.filter(pl.col("attainment") < objective).height
    return f"{missed} of {plural(full.height, 'week')} below {written(objective)}, {clear} of them clearly so. {low}."


def segments(frame: pl.DataFrame, label: str) -> str:
    """Which segment breaks most beyond its objective.

    Args:
        frame: `segment`, `excess` (null without objective), `breaches`, `due`, `breach_rate`; the worst first.
        label: name of the dimension.
    """
    if frame.is_empty() or not frame["breaches"].sum():
        return "Nothing was breached in this selection."
    broken, due = frame["breaches"].sum(), frame["due"].sum()
    if due < FIRM:
        counts = f"{number(broken)} of {number(due)} due"
        return f"Not enough clocks to compare: {counts} {'was' if broken == 1 else 'were'} breached."
    top = frame.row(0, named=True)
    share = percent(top["breaches"] / broken, 0)
    name = f"{label} {top['segment']}"
    if top["excess"] is None:
        return f"{name} has most breaches: {number(top['breaches'])} of {number(top['due'])} due, {share} of all."
    if top["excess"] <= 0:
        return f"No segment exceeds its objective; {name} has most breaches, {number(top['breaches'])}."
    return (
        f"{name} has the largest excess: {number(top['excess'])} breaches beyond its objective "
        f"({number(top['breaches'])} of {number(top['due'])} due, {share} of all breaches)."
    )


def cell(weekday: int, hour: int) -> str:
    """An hour of the week, as "Mon 08–09"."""
    return f"{WEEKDAYS[weekday - 1]} {hour:02d}–{hour + 1:02d}"
