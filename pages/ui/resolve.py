"""What the page on time to resolve says: how many clocks are done by when, and which target would be kept."""

from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.durations import words as duration
from analytics.objectives import single
from analytics.schemas import KIND_LABELS
from analytics.survival import done_within, kaplan_meier, started_between, time_for, times
from pages.ui import blocks, load, words
from pages.ui import format as fmt
from pages.ui.selection import Selection

SCALES = {"seconds": "Hours", "targets": "Share of the target"}
HOUR = 3_600
_NARROWEST = 168

_COLUMNS = (
    *("started_date", "elapsed_seconds", "target_seconds", "state", "stopped_at", "stopped_by", "exclusion"),
    *("objective", "decided", "time_zone"),
)
_USUAL = 0.95


@dataclass(frozen=True)
class Cohort:
    """The clocks started in a period.

    Attributes:
        timed: as `survival.times` gives them, with `group` (String) where they are told apart.
        cancelled: how many more were cancelled.
        excluded: what more was left out by exclusions, in words.
        open: how many were not done: they run, are paused, or were stopped otherwise.
        target: the most usual target in seconds.
        objective: the one all share, else 95 %.
        shared: whether they share one.
        zone: of the dates, in words.
    """

    timed: pl.DataFrame
    cancelled: int
    excluded: str
    open: int
    target: float
    objective: float
    shared: bool
    zone: str

    @property
    def n(self) -> int:
        """How many clocks are watched."""
        return self.timed.height


@dataclass(frozen=True)
class Asked:
    """What the reader wants to know: by when, which share, on which scale.

    Attributes:
        seconds: the time asked for.
        share: that should be met.
        scale: of SCALES.
        plain: whether hours are plain ones rather than of the desk's opening.
    """

    seconds: float
    share: float
    scale: str
    plain: bool

    @property
    def within(self) -> str:
        """The time in words."""
        return self.said(self.seconds)

    @property
    def goal(self) -> str:
        """The share in words."""
        return fmt.goal(self.share)

    @property
    def unit(self) -> str:
        """What hours are counted."""
        return "plain hours" if self.plain else "open hours"

    def said(self, seconds: float) -> str:
        """A time in words; to the minute where it is longer than an hour, to the hour where longer than a day."""
        step = 1 if seconds < HOUR else 60 if seconds < 24 * HOUR else HOUR
        return duration(round(seconds / step) * step, days=self.plain)


@st.cache_resource(max_entries=12, show_spinner=False)
def cohort(selection: Selection, by: str = "") -> Cohort:
    """The clocks of the chosen kind started in the period, told apart by a dimension if one is named."""
    roots = DIMENSIONS[by].key.meta.root_names() if by else []
    columns = tuple(dict.fromkeys((*_COLUMNS, *roots)))
    every = started_between(
        load.every(selection, kind=selection.kind, columns=columns), selection.period.first, selection.period.last
    )
    out = every.filter(pl.col("exclusion").is_not_null()) if selection.excluded == "left out" else every.clear()
    if not out.is_empty():
        every = every.filter(pl.col("exclusion").is_null())
    timed = times(every)
    if by:
        timed = timed.with_columns(group=_named(by).fill_null(BLANK_LABEL))
    usual = (
        timed["target_seconds"].drop_nulls().value_counts(sort=True).sort("count", "target_seconds", descending=True)
    )
    objective = single(every)
    return Cohort(
        timed,
        every.height - timed.height,
        _excluded(out),
        int((~timed["done"]).sum()),
        float(usual[0, 0]) if usual.height else 4.0 * HOUR,
        objective or _USUAL,
        objective is not None,
        load.time_zones(every),
    )


def _excluded(out: pl.DataFrame) -> str:
    """How many clocks exclusions leave out, and why; nothing of none."""
    if out.is_empty():
        return ""
    reasons = out["exclusion"].cast(pl.String).unique().sort().to_list()
    more = [f"{len(reasons) - blocks.MOST_REASONS} more"] if len(reasons) > blocks.MOST_REASONS else []
    return f"{fmt.plural(out.height, 'clock')} excluded: {'; '.join([*reasons[: blocks.MOST_REASONS], *more])}."


def _named(by: str) -> pl.Expr:
    """The values of a dimension as they are written."""
    known = DIMENSIONS[by].values
    value = DIMENSIONS[by].key.cast(pl.String)
    return value.replace({str(code): name for code, name in known.items()}) if known else value


@st.cache_resource(max_entries=24, show_spinner=False)
def curve(selection: Selection, scale: str, by: str = "") -> pl.DataFrame:
    """The curve of the cohort, or those of its groups, as `survival.kaplan_meier` gives them."""
    return kaplan_meier(cohort(selection, by).timed, scale, "group" if by else None)


def asked(selection: Selection, found: Cohort) -> Asked:
    """What the reader wants to know, from three inputs; at first the usual target and the objective."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    hours = row.number_input(
        "Done within (hours)",
        min_value=0.05,
        value=round(found.target / HOUR, 2),
        step=0.5,
        format="%.2f",
        key=f"within_{selection.kind}",
        bind="query-params",
        width=_NARROWEST,
        help="At first the most usual target of these clocks.",
    )
    share = row.number_input(
        "Share to keep (%)",
        min_value=1.0,
        max_value=99.9,
        value=round(100 * found.objective, 1),
        step=1.0,
        format="%.1f",
        key=f"keep_{selection.kind}",
        bind="query-params",
        width=_NARROWEST,
        help="At first the objective, where these clocks share one; else 95 %.",
    )
    scale = row.segmented_control(
        "Time in",
        list(SCALES),
        format_func=SCALES.__getitem__,
        default="seconds",
        required=True,
        key="scale",
        bind="query-params",
    )
    return Asked(float(hours) * HOUR, float(share) / 100, str(scale), selection.hours == "calendar")


def verdict(selection: Selection, found: Cohort, asked: Asked) -> str:
    """How many are done in the time asked for, and how long the target would have to be."""
    kind = f"{KIND_LABELS[selection.kind].lower()} clocks"
    if found.n < words.FIRM:
        return f"{fmt.plural(found.n, 'clock')} started in this period: not enough to tell which target could be kept."
    whole = curve(selection, "seconds")
    done, needed = done_within(whole, asked.seconds).row(0, named=True), time_for(whole, asked.share).row(0, named=True)
    now = f"within {asked.within}" + ("" if asked.plain else " of open time")
    told = (
        f"{now[0].upper()}{now[1:]} {fmt.percent(done['share'])} of {kind} are done"
        if done["share"] is not None
        else f"No clock has been watched for {asked.within}"
    )
    if needed["time"] is None:
        return f"{told}; {asked.goal} is not reached in the data, whatever the target."
    return f"{told}; to keep {asked.goal} the target would have to be {asked.said(needed['time'])}."


def cards(selection: Selection, asked: Asked) -> None:
    """The share done in time, the target that would be kept, and what that makes of the present targets."""
    whole, relative = curve(selection, "seconds"), curve(selection, "targets")
    done, needed = done_within(whole, asked.seconds).row(0, named=True), time_for(whole, asked.share).row(0, named=True)
    kept, stretch = done_within(relative, 1.0).row(0, named=True), time_for(relative, asked.share).row(0, named=True)
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(
            st,
            f"Done within {asked.within}",
            fmt.percent(done["share"]),
            _between(fmt.percent(done["low"]), fmt.percent(done["high"])),
            f"Share of the clocks started in the period that are done within so many {asked.unit}, with its 95 % "
            f"interval; n = {fmt.number(done['n'])}. Those still open count for the time they have run.",
        )
        blocks.card(
            st,
            f"Target for {asked.goal}",
            _or(needed["time"], asked.said),
            _between(_or(needed["low"], asked.said), _or(needed["high"], asked.said)),
            f"The shortest single target, in {asked.unit}, that this share of the clocks would have met, with its 95 % "
            "interval. A dash: the share is not reached in the data.",
        )
        blocks.card(
            st,
            "Present targets",
            _or(stretch["time"], _times),
            f"now {fmt.percent(kept['share'])} kept",
            f"What each clock's own target would have to be multiplied by for {asked.goal} to be met: "
            f"95 % interval {_or(stretch['low'], _times)} to {_or(stretch['high'], _times)}. A dash: not reached.",
        )


def _between(low: str, high: str) -> str:
    return f"{low} to {high}"


def _or(value: float | None, said: Any) -> str:
    return fmt.NONE if value is None else str(said(value))


def _times(value: float) -> str:
    return f"× {value:,.2f}"


def notes(found: Cohort) -> list[str]:
    """What is counted how, and what is left out."""
    still = f"{fmt.number(found.open)} are not done: they count for the time they ran"
    told = [
        f"Of {fmt.plural(found.n, 'clock')} {still}." if found.open else f"All {fmt.number(found.n)} clocks are done."
    ]
    if found.cancelled:
        told.append(f"{fmt.plural(found.cancelled, 'cancelled clock is', 'cancelled clocks are')} left out.")
    if found.excluded:
        told.append(found.excluded)
    if not found.shared:
        told.append("These clocks have no objective in common; the share to keep is yours to choose.")
    return told


def scope(selection: Selection, found: Cohort, asked: Asked) -> str:
    """Which clocks these are."""
    started = fmt.period(selection.period).replace("due so far", "so far")
    hours = "calendar hours" if asked.plain else "business hours"
    return f"Started (not due) {started}, n = {fmt.number(found.n)}, {hours}, {found.zone}."


METHOD = (
    "The curve is that of Kaplan and Meier: at each time it takes the clocks that were watched so long and not done, "
    "and how many of them were done then. A clock that still runs, is paused, or was merged away after its breach is "
    "watched until the as-of instant or its end, and so counts for as long as it is known; leaving it out would make "
    "slow work look quick. Cancelled clocks are left out.\n\n"
    "The other pages count clocks by the date they fell due; this one by the date they started, as a new target would "
    "move the due dates. So the share that keeps its present target here differs a little from their attainment.\n\n"
    "Intervals: Greenwood's error on the scale of log(−log), which keeps them between 0 and 100 %; of a target "
    "(Brookmeyer and Crowley) the times at which the ends of the curve's interval pass the share. A share is not "
    "reached in the data where too many clocks are still open, or stopped without being done.\n\n"
    "A changed target also changes what is worked on first: the curve tells what would have been kept had the work "
    "been done as it was."
)
