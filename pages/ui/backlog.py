"""What the backlog page says: tickets created, resolved and left open, and how old those are."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl
import streamlit as st

from analytics.flow import COLUMNS, Keeping, daily, keeping, known_until, older, open_on, spans
from analytics.periods import Period
from analytics.schemas import KIND_LABELS
from pages.ui import blocks, load, words
from pages.ui import format as fmt
from pages.ui.selection import Selection

_NARROWEST = 168
_DAILY, _WEEKLY = 120, 3 * 366
"""The longest periods in days drawn by day, and by week; longer ones are drawn by month."""

_QUIET = 7
"""A history without a new ticket for more days than this holds those created up to then only."""

_EARLY = 60
"""A period that begins so many days after the first ticket, or fewer, still fills the backlog up."""

_OLD = 0.25
"""A share of the open tickets that cannot be compared above which no answer is given for all."""

_LISTED = (
    *("source", "ticket_id", "cycle", "started_at", "started_date", "stopped_at", "as_of", "time_zone"),
    *("state", "customer", "priority", "category", "team_at_due"),
)


@dataclass(frozen=True)
class History:
    """The tickets of a selection, whenever open, as `flow.spans` has them; the last date known; the zone in words."""

    spanned: pl.DataFrame
    until: date | None
    zone: str


@dataclass(frozen=True)
class Backlog:
    """A period of it.

    Attributes:
        kind: the clock kind that tells when a ticket was open.
        first, last: local dates.
        began: date of the first ticket in the history.
        cut: whether tickets end before the period does.
        zone: of the dates, in words.
        days: rows in the schema `flow.FLOW`, from six days before the period.
        bucket: what the charts draw by.
        kept, kept_before: what came, went and was left; and in the period compared with.
        judged: the same from the day on which the history had filled up; None where too little is left.
        settled: that day.
    """

    kind: str
    first: date
    last: date
    began: date
    cut: bool
    zone: str
    days: pl.DataFrame
    bucket: str
    kept: Keeping
    kept_before: Keeping | None
    judged: Keeping | None
    settled: date

    @property
    def seen(self) -> int:
        """The greatest age in days that an open ticket could have on that day."""
        return (self.settled - self.began).days

    @property
    def period(self) -> str:
        """In words."""
        return fmt.period(Period(self.first, self.last))


def _kind(selection: Selection) -> str:
    """The clock kind that tells best how long a ticket is open."""
    source = next((values[0] for name, values in selection.chosen if name == "source"), None)
    present = load.choices(selection.directory, selection.version, source)["kind"]
    return next((kind for kind in ("resolution", "first_resolution") if kind in present), selection.kind)


def _whenever(selection: Selection) -> Selection:
    """What of a selection tells which tickets are looked at: not the period, nor how clocks are judged."""
    return replace(load.counting(load.on(selection, "business")), period=Period(), earlier=None, kind=_kind(selection))


def _of_source(tickets: Selection) -> Selection:
    """Every ticket of the source."""
    return replace(tickets, chosen=tuple(each for each in tickets.chosen if each[0] == "source"), picks=())


@st.cache_resource(max_entries=12, show_spinner=False)
def _history(tickets: Selection) -> History:
    clocks = load.every(tickets, kind=tickets.kind, columns=COLUMNS)
    return History(spans(clocks), known_until(clocks), load.time_zones(clocks))


@st.cache_resource(max_entries=12, show_spinner=False)
def _open(tickets: Selection, day: date) -> pl.DataFrame:
    return open_on(load.every(tickets, kind=tickets.kind, columns=_LISTED), day)


def measured(selection: Selection) -> Backlog | None:
    """The backlog over the selection's period; None where nothing is known of it."""
    tickets = _whenever(selection)
    found, whole = _history(tickets), _history(_of_source(tickets))
    if whole.until is None or found.until is None:
        return None
    began, ended = whole.spanned["came"].min(), whole.spanned["came"].max()
    assert isinstance(began, date) and isinstance(ended, date), "clocks have a date of start"  # noqa: S101, PT018
    first = max(selection.period.first or began, began)
    last = min(selection.period.last or whole.until, whole.until)
    cut = (last - ended).days > _QUIET
    last = ended if cut else last
    if last < first:
        return None
    days = daily(found.spanned, first - timedelta(days=6), last)
    length = (last - first).days + 1
    bucket = "day" if length <= _DAILY else "week" if length <= _WEEKLY else "month"
    before, kept_before = selection.earlier, None
    if before and before.first and before.last and before.first >= began:
        kept_before = keeping(daily(found.spanned, before.first, before.last))
    kept, shift = keeping(days.slice(6)), max(0, min(_EARLY, length // 2) - (first - began).days)
    settled = first + timedelta(days=shift)
    judged = days.slice(6 + shift)
    seen = (settled - began).days
    compared = keeping(judged, older(found.spanned, last, seen)) if judged.height >= 7 and seen else None
    return Backlog(
        tickets.kind, first, last, began, cut, found.zone, days, bucket, kept, kept_before, compared, settled
    )


def left(selection: Selection, found: Backlog) -> pl.DataFrame:
    """The tickets open at the end of the period, as `flow.open_on` has them."""
    return _open(_whenever(selection), found.last)


def history(selection: Selection) -> History:
    """The tickets of the selection, whenever open."""
    return _history(_whenever(selection))


def verdict(found: Backlog) -> str:
    """Whether we keep up, with what came, went and was left."""
    kept = found.kept
    counts = f"{fmt.number(kept.created)} created, {fmt.number(kept.resolved)} resolved"
    if kept.otherwise:
        counts += f", {fmt.number(kept.otherwise)} closed otherwise"
    counts += f" in {fmt.plural(kept.days, 'day')}"
    judged = found.judged
    if kept.created + kept.resolved < words.FIRM:
        return f"Too few tickets to tell: {counts}; open {fmt.number(kept.before)} → {fmt.number(kept.after)}."
    if judged is None:
        return f"Too early in the history to tell: {counts}; {fmt.number(kept.after)} open at the end."
    if _mostly_old(found):
        old = f"of {fmt.number(kept.after)} open at the end {fmt.number(judged.older)} are older than the history was"
        others = f"of the others {fmt.number(judged.before)} → {fmt.number(judged.after - judged.older)}"
        return f"It cannot be told of all: {counts}; {old}, {others}."
    since = f" since {fmt.day(found.settled)}" if found.settled > found.first else ""
    which = f"of those open for under {found.seen} days " if judged.older else "open "
    move = f"{which}{fmt.number(judged.before)} → {fmt.number(judged.after - judged.older)}{since}"
    if not judged.moved:
        return f"Yes: {counts}; {move}, about as many as before."
    told = "as far as can be told " if judged.older else ""
    answer = f"No, {told}the backlog grows" if judged.change > 0 else f"Yes, {told}the backlog shrinks"
    return f"{answer}: {counts}; {move}."


def _mostly_old(found: Backlog) -> bool:
    """Whether so much of the backlog is older than what it is compared with that the rest speaks for itself alone."""
    return found.judged is not None and found.judged.older > _OLD * found.kept.after


def cards(found: Backlog) -> None:
    """Created, resolved and open in three numbers."""
    kept, past, judged = found.kept, found.kept_before, found.judged
    come, gone = kept.created / kept.days, kept.resolved / kept.days
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(
            st,
            "Created a day",
            fmt.number(come),
            f"n = {fmt.number(kept.created)}",
            "Tickets that came, over all days of the period, weekends included. A ticket reopened so late that its "
            "clock began anew counts once more.",
            delta=_change(come - past.created / past.days) if past else None,
        )
        blocks.card(
            st,
            "Resolved a day",
            fmt.number(gone),
            f"n = {fmt.number(kept.resolved)}",
            "Tickets resolved, over all days of the period. Closed otherwise: merged, spam, deleted or a test.",
            delta=_change(gone - past.resolved / past.days) if past else None,
        )
        blocks.card(
            st,
            "Open at the end",
            fmt.number(kept.after),
            _compared(found),
            "Tickets neither resolved nor closed otherwise by the end of the last day; and the change since the period "
            "began, of the ages that could be known then.",
            delta=f"{judged.change:+,}" if judged and not _mostly_old(found) else None,
            good="inverse" if judged and judged.moved else "off",
        )


def _change(difference: float) -> str:
    return f"{difference:+,.1f}"


def _compared(found: Backlog) -> str:
    """What the number open at the end is compared with, in few words."""
    if found.judged is None:
        return ""
    return f"under {found.seen} d old" if found.judged.older else f"from {fmt.number(found.judged.before)}"


def notes(selection: Selection, found: Backlog) -> list[str]:
    """What changes are measured against, and what the history cannot tell."""
    told = (
        [f"Changes a day are against {fmt.period(selection.earlier)}."]
        if found.kept_before and selection.earlier
        else []
    )
    early, older = found.settled > found.first or found.judged is None, found.judged.older if found.judged else 0
    if early or older:
        begins = f"The history begins on {fmt.day(found.began)}: tickets opened before are not in it, nor is their end."
        told.append(
            f"{begins} So the number open starts too low; it is compared from {fmt.day(found.settled)} on."
            if early
            else begins
        )
    if older:
        told.append(
            f"{fmt.number(older)} of the {fmt.number(found.kept.after)} open at the end are older than {found.seen} "
            "days, as old as the history was then: with nothing to compare them with, they are left out of the change."
        )
    if found.cut:
        told.append(
            f"No ticket was created after {fmt.day(found.last)}: the history ends there, and so does this page."
        )
    if selection.picks:
        told.append("Only tickets whose clocks fit what was picked.")
    return told


def scope(found: Backlog) -> str:
    """What is counted, when and where."""
    return f"Tickets by their {KIND_LABELS[found.kind].lower()} clock, {found.period}, {found.zone}."


METHOD = (
    "A ticket is open from the start of its clock to its stop: the full-resolution clock where the policy promises "
    "one, so a ticket reopened within the policy's window stays open through it; one reopened later counts as created "
    "once more. Tickets merged, deleted, or found to be spam or a test leave the backlog when that happens.\n\n"
    "The number open at the end of a day is all that came by then less all that went. Dates are those of each "
    "schedule's own zone, ages plain days since creation, closed hours included.\n\n"
    "A history that holds tickets by their creation shows older ones the longer it gets. So the change counts only "
    "ages that it could show as the period began, and the first 60 days of a history are not compared.\n\n"
    "The backlog counts as grown or shrunk when the period changed it by more than twice what a usual week does (the "
    "root mean square of its weekly changes): less is the swing that any backlog has. Of fewer than three full weeks "
    "any change counts. Periods that begin or end on different weekdays carry the weekend in that change, too."
)
