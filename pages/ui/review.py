"""What the breach review shows: the cause of each breach, in words and numbers, and how the causes shift."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics import causes
from analytics.causes import CAUSES, NOT_STARTED, STARTED, UNKNOWN
from analytics.conditions import BREACHED
from analytics.evidence import missing
from analytics.periods import Period
from analytics.schedule import Schedule
from analytics.schemas import CLOCK_KEY, KIND_LABELS
from analytics.statistics import wilson
from pages.ui import blocks, charts_review, evidence, frames, load, words
from pages.ui import format as fmt
from pages.ui.charts_parts import POINT
from pages.ui.selection import Selection

_NARROWEST, _NAMED, _AHEAD, _LEAST = 240, 3, timedelta(days=60), 0.005
_KEPT = (
    *("priority", "customer", "team_at_due", "agent_at_due", "due_at", "due_week", "time_zone", "as_of"),
    *("elapsed_seconds", "target_seconds", "stopped_at"),
)
CAUSE = "cause"
"""Name of the cause that is looked at, in the address."""


@st.cache_resource(max_entries=16, show_spinner=False)
def caused(selection: Selection) -> pl.DataFrame:
    """The breaches of the chosen kind with `cause`, sorted by key; shared, so never changed in place."""
    breaches = load.clocks(selection, kind=selection.kind).filter(BREACHED)
    untold = _gaps(selection.directory, selection.version, selection.kind)
    found = causes.caused(breaches, _schedules(selection, breaches), untold, selection.hours)
    return found.select(*CLOCK_KEY, *_KEPT, "cause")


def _schedules(selection: Selection, breaches: pl.DataFrame) -> Mapping[tuple[str, str], Schedule]:
    """The opening hours of these clocks, expanded over their starts and well beyond."""
    pairs = breaches.select(pl.col("source", "schedule").cast(pl.String)).unique().rows()
    first, last = breaches["started_at"].min(), breaches["started_at"].max()
    files = load.policies(selection) if pairs else {}
    return {
        (source, name): files[source]
        .schedules[name]
        .schedule(name, first.date() - timedelta(days=2), last.date() + _AHEAD)  # type: ignore[union-attr]
        for source, name in pairs
    }


@st.cache_data(max_entries=12, show_spinner=False)
def _gaps(directory: str, number: int, kind: str) -> dict[str, frozenset[str]]:
    """What each source does not tell; where no ticket ever has an agent, that none has one tells nothing."""
    every = Selection(directory, number, kind, "business", Period(), (), None, "counted")
    clocks = load.every(every, kind=kind, columns=("source", "assigned_at"))
    assigns = clocks.group_by(pl.col("source").cast(pl.String)).agg(pl.col("assigned_at").is_not_null().any())
    told = dict(assigns.sort("source").iter_rows())
    lacking = {source: frozenset() if any_ else frozenset({"agent_history"}) for source, any_ in told.items()}
    return {source: evidence.gaps(directory, number, source) | each for source, each in lacking.items()}


def _unknown(selection: Selection) -> frozenset[str]:
    """What some source of those looked at does not tell."""
    chosen = dict(selection.chosen).get("source")
    untold = _gaps(selection.directory, selection.version, selection.kind)
    found = [each for source, each in untold.items() if chosen is None or source in chosen]
    return frozenset().union(*found)


def verdict(found: pl.DataFrame, due: int, kind: str) -> str:
    """Which causes most breaches have, in a sentence; counts in the place of shares where there are few.

    Example:
        >>> few = pl.DataFrame({"cause": ["reopened", "reopened", "too slow in hand"]})
        >>> verdict(few, 40, "resolution")
        'Reopened: 2 of 3 breaches; too slow in hand 1. Too few to go by their shares.'
    """
    total = found.height
    if not total:
        return f"None of {fmt.plural(due, f'{KIND_LABELS[kind].lower()} clock')} due was breached."
    known = causes.shares(found.filter(pl.col("cause") != UNKNOWN))
    if known.is_empty():
        return f"What caused {fmt.plural(total, 'breach', 'breaches')} is not known: the export tells only the outcome."
    if known["breaches"].sum() < total / 2:
        unknown = total - known["breaches"].sum()
        others = ", ".join(f"{row['cause']} {fmt.number(row['breaches'])}" for row in known.head(_NAMED).to_dicts())
        of = f"{fmt.number(unknown)} of {fmt.plural(total, 'breach', 'breaches')}"
        return f"What caused {of} is not known: the export tells only the outcome. Of the rest: {others}."
    firm = total >= words.FIRM
    rows = [(row["cause"], row["breaches"]) for row in known.head(_NAMED).to_dicts()]
    told = [f"{name} {_percent(count / total) if firm else fmt.number(count)}" for name, count in rows[1:]]
    first, most = rows[0]
    amount = f"{fmt.percent(most / total, 0)} of" if firm else f"{fmt.number(most)} of"
    rest = f"; {', '.join(told)}" if told else ""
    few = "" if firm else " Too few to go by their shares."
    return f"{first.capitalize()}: {amount} {fmt.plural(total, 'breach', 'breaches')}{rest}.{few}"


def cards(selection: Selection, found: pl.DataFrame, due: int) -> None:
    """How many breaches there are, how many nobody had begun to work on, and how many were worked on yet late."""
    before = caused(selection.with_period(selection.earlier)) if _compared(selection) else None
    more = None if before is None else f"{found.height - before.height:+,}"
    told = "Clocks of this kind due in the period whose due time passed before they were stopped."
    with st.grid(3, min_column_width=_NARROWEST):
        note = f"of {fmt.plural(due, 'clock')} due"
        blocks.card(st, "Breaches", fmt.number(found.height), note, told, delta=more, good="inverse")
        for label, names, meaning in (
            ("Not begun by due", NOT_STARTED, f"Breaches {', '.join(NOT_STARTED)}."),
            ("Begun, yet late", STARTED, f"Breaches {', '.join(STARTED)}."),
        ):
            _share_card(label, names, meaning, found, before)


def _compared(selection: Selection) -> bool:
    """Whether the breaches can be held against those of another period: not where a date was picked."""
    return selection.earlier is not None and not selection.picked("day", "week", "month")


def _share_card(
    label: str, names: tuple[str, ...], meaning: str, found: pl.DataFrame, before: pl.DataFrame | None
) -> None:
    """The share of some causes in the breaches whose cause is known."""
    count, total = _counted(found, names)
    if total < found.height / 2 or not total:
        blocks.card(st, label, evidence.NOT_KNOWN, "the export does not tell", meaning)
        return
    low, high = wilson(count, total) or (0.0, 1.0)
    change = None
    if before is not None:
        was, of = _counted(before, names)
        change = fmt.points(count / total - was / of) if min(of, total) >= words.FIRM else None
    value = fmt.percent(count / total, 0) if total >= words.FIRM else f"{count} of {total}"
    sure = f"{100 * low:.0f}–{fmt.percent(high, 0)}"
    note = f"{fmt.number(count)} of {fmt.number(total)}; {sure}"
    blocks.card(st, label, value, note, f"{meaning} After the count: the 95 % interval of the share.", delta=change)


def _counted(found: pl.DataFrame, names: tuple[str, ...]) -> tuple[int, int]:
    """How many breaches have one of these causes, and how many have a known one."""
    known = found["cause"].cast(pl.String).filter(found["cause"].cast(pl.String) != UNKNOWN)
    return known.is_in(names).sum(), len(known)


def _percent(share: float) -> str:
    """A share in whole percent, and what is almost nothing as that."""
    return "< 1 %" if 0 < share < _LEAST else fmt.percent(share, 0)


def notes(selection: Selection, found: pl.DataFrame) -> list[str]:
    """Where the most frequent cause lies; what changes are measured against; what is never found, and why."""
    told = _by_team(found)
    if _compared(selection):
        told.append(f"Changes are against {fmt.period(selection.earlier)}.")
    lacking = _unknown(selection)
    never = causes.unchecked(lacking)
    if never:
        needed = frozenset().union(*(cause.needs for cause in CAUSES if cause.name in never))
        told.append(f"Cannot be told here: {', '.join(never)}. {missing(needed, lacking)}")
    return told


def _by_team(found: pl.DataFrame) -> list[str]:
    """The teams of the breaches of the most frequent cause, in a sentence."""
    top = causes.shares(found.filter(pl.col("cause") != UNKNOWN)).head(1).to_dicts()
    if not top or top[0]["breaches"] < words.FIRM:
        return []
    own = found.filter(pl.col("cause") == top[0]["cause"]).drop_nulls("team_at_due")
    teams = own.group_by(pl.col("team_at_due").cast(pl.String)).agg(n=pl.len())
    listed = teams.sort("n", "team_at_due", descending=[True, False]).head(_NAMED).rows()
    if len(listed) < 2:
        return []
    most = ", ".join(f"{team} {fmt.number(count)}" for team, count in listed)
    return [f"Of the {fmt.number(top[0]['breaches'])} {top[0]['cause']}, by team at due: {most}."]


def pictures(selection: Selection, found: pl.DataFrame) -> None:
    """The causes by number, of which a click lists the breaches, and their shares week by week; none where most are not
    known."""
    if (found["cause"] == UNKNOWN).sum() > found.height / 2:
        return
    total = found.height
    left, right = st.columns([2, 3], gap="small")
    counted = causes.shares(found)
    rows = [(row["breaches"], row["share"], wilson(row["breaches"], total) or (0, 1)) for row in counted.to_dicts()]
    bars = counted.with_columns(
        told=pl.Series([f"{fmt.number(n)} ({_percent(share)})" for n, share, _ in rows], dtype=pl.String),
        span=pl.Series([f"{fmt.percent(low)} – {fmt.percent(high)}" for _, _, (low, high) in rows], dtype=pl.String),
    )
    scope = blocks.scope(selection, load.clocks(selection, kind=selection.kind))
    with left.container(border=True, height="stretch"):
        blocks.chart(
            "What caused the breaches?",
            f"Each breach has one cause: the first that fits. n = {fmt.plural(total, 'breach', 'breaches')}. {scope} "
            "Click a cause for its breaches.",
            charts_review.cause_bars(bars, dark=blocks.dark()),
            key="review-causes",
            alt="; ".join(f"{row['cause']}: {row['told']}" for row in bars.to_dicts()),
            select=POINT,
            pick=_pick_cause,
            data=counted,
        )
    with right.container(border=True, height="stretch"):
        _weeks(selection.without("week"))


def _pick_cause(mark: dict[str, Any]) -> dict[str, list[object]]:
    """A click chooses the cause whose breaches are listed; it is no dimension of clocks, so nothing is picked."""
    st.session_state[CAUSE] = mark["cause"]
    return {}


def _weeks(whole: Selection) -> None:
    by_week = causes.weekly(caused(whole)).with_columns(
        few=pl.col("all") < words.FIRM, on=pl.col("week") >= running(whole)
    )
    few, on = pl.lit(f"fewer than {words.FIRM} breaches"), pl.lit("the week is not over")
    noted = by_week.with_columns(
        faint=pl.col("few") | pl.col("on"), note=pl.when("on").then(on).when("few").then(few).otherwise(pl.lit("–"))
    )
    last = noted.filter(~pl.col("on"))
    latest = last.filter(pl.col("week") == last["week"].max()).sort("breaches", "cause", descending=[True, False])
    top = latest.row(0, named=True) if latest.height else None
    told = f"In the week of {fmt.day(top['week'])}: {top['cause']} {top['breaches']} of {top['all']}. " if top else ""
    blocks.chart(
        "Do the causes shift over the weeks?",
        f"{told}Orange: nobody had begun by the due time; blue: somebody had. On top: breaches of the week (n). Faint: "
        f"fewer than {words.FIRM}, or not over yet. Click a week for its breaches.",
        charts_review.weekly_causes(noted.drop("few", "on"), dark=blocks.dark()),
        key="review-weeks",
        alt=f"Share of each cause by week due, {noted['week'].n_unique()} weeks. {told}",
        select=POINT,
        pick=frames.pick_week,
        data=by_week.drop("few", "on"),
    )


def running(selection: Selection) -> date:
    """The Monday of the week that is not over by the as-of instant, or by the end of the period."""
    as_of = load.usual_end(selection.directory, selection.version, None)[1]
    last = min(selection.period.last or as_of, as_of - timedelta(days=1))
    return last + timedelta(days=1) - timedelta(days=(last + timedelta(days=1)).weekday())
