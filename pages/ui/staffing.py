"""The staffing page's choice of queues, and the case it is about: worked out once for each choice and kept."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import streamlit as st

from analytics.errors import StaffingError
from analytics.periods import Period
from analytics.staffing import presence
from analytics.staffing.case import Case, build
from pages.ui import blocks, load, rosters, staffing_words
from pages.ui import format as fmt
from pages.ui.selection import Selection

VIEWS = {
    "gaps": "Gaps",
    "plan": "Plan",
    "remedies": "Remedies",
    "shifts": "Shifts",
    "inputs": "Roster and handle time",
}
_MARGIN = timedelta(days=21)
_NARROWEST = 200


@dataclass(frozen=True)
class Desk:
    """What the page is about, small enough to be a cache key.

    Attributes:
        selection: the store and the dates, without filters: all work of a queue counts.
        source: of the tickets.
        queues: of the group that is planned.
        first, last: local dates.
        written: when roster and assumptions were written last.
    """

    selection: Selection
    source: str
    queues: tuple[str, ...]
    first: date
    last: date
    written: tuple[int, int]

    @property
    def name(self) -> str:
        """Of the group."""
        return ", ".join(self.queues)

    @property
    def period(self) -> str:
        """In words."""
        return fmt.period(Period(self.first, self.last))


def _source(selection: Selection) -> str | None:
    known = [values[0] for name, values in selection.chosen if name == "source"]
    return known[0] if known and known[0] else None


def _dates(selection: Selection, source: str) -> tuple[date, date]:
    """The local dates looked at: no later than anything is known of."""
    _, as_of, first, last = load.usual_end(selection.directory, selection.version, source)
    begin, end = selection.period.first or first, selection.period.last or last
    return max(begin, first), min(end, as_of, max(last, first))


@st.cache_data(max_entries=16, show_spinner=False)
def _queues(selection: Selection, source: str, first: date, last: date, written: tuple[int, int]) -> list[dict]:
    """The groups of queues with work of the selected tickets, most broken promises first."""
    every = rosters.items(selection, source)
    released = pl.col("released_at").dt.date()
    own = every.filter(released.is_between(first, last))
    tickets = load.clocks(selection).select("ticket_id").unique() if selection.narrowed else None
    if tickets is not None and any(name != "source" for name, _ in selection.narrowed):
        own = own.join(tickets, on="ticket_id", how="semi")
    late = pl.col("breached").filter("decides").sum()
    counts = own.group_by("queue").agg(touches=pl.len(), breached=late)
    by_queue = {row["queue"]: row for row in counts.iter_rows(named=True)}
    duty = rosters.duty(selection, first, last) if written[0] else None
    found = [
        {
            "queues": group,
            "touches": sum(by_queue[queue]["touches"] for queue in group),
            "breached": sum(by_queue[queue]["breached"] for queue in group),
        }
        for group in presence.groups(list(by_queue), duty)
    ]
    return sorted(found, key=lambda each: (-each["breached"], -each["touches"], each["queues"]))


def desk(selection: Selection) -> Desk | None:
    """Ask which queues; None where there is nothing to plan, which is said."""
    source = _source(selection)
    if source is None:
        st.info("People are planned for one source at a time. Choose one in the sidebar.", icon=":material/filter_alt:")
        return None
    first, last = _dates(selection, source)
    written = rosters.version_of(selection)
    found = _queues(selection, source, first, last, written) if first <= last else []
    if not found:
        blocks.nothing(selection)
        return None
    names = {" + ".join(each["queues"]): each for each in found}

    picked = st.selectbox(
        "Queue",
        list(names),
        key="queue",
        bind="query-params",
        help="Those with most broken promises come first. Queues that share people are planned as one. "
        "All of a queue's work counts here: filters only narrow which queues are offered.",
    )
    return Desk(
        _bare(selection, source, first, last), source, tuple(names[str(picked)]["queues"]), first, last, written
    )


def _bare(selection: Selection, source: str, first: date, last: date) -> Selection:
    """The selection without what makes no difference to a queue's work: clocks, filters and picks."""
    period, chosen = Period(first, last), (("source", (source,)),)
    return Selection(selection.directory, selection.version, "resolution", "business", period, chosen, None)


@st.cache_resource(max_entries=8, show_spinner="Laying out work and people …")
def case(at: Desk) -> Case:
    """The case of the queues chosen; shared, so never changed in place.

    Raises:
        StaffingError: there is no work, or no open hour.
    """
    every = rosters.items(at.selection, at.source)
    duty = rosters.duty(at.selection, at.first, at.last)
    names = every.filter(pl.col("queue").is_in(list(at.queues)))["schedule"].drop_nulls().value_counts(sort=True)
    if names.is_empty():
        raise StaffingError(f"Nothing tells the opening hours of {at.name}. Add a policy that fits its tickets.")
    usual = str(names["schedule"][0])
    schedules = load.policies(at.selection)[at.source].expand(at.first - _MARGIN, at.last + _MARGIN)
    schedule = next(each for each in schedules if each.name == usual)
    return build(every, at.queues, duty, schedule, at.first, at.last, rosters.said(at.selection))


def view() -> str:
    """Ask which part of the page is shown."""
    picked = st.segmented_control(
        "Show",
        list(VIEWS),
        format_func=VIEWS.__getitem__,
        default="gaps",
        required=True,
        key="show",
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )
    return str(picked)


def found(at: Desk) -> Case | None:
    """The case of the queues chosen; None where these dates tell nothing of a week, which is said."""
    try:
        return case(at)
    except StaffingError as error:
        st.info("These dates do not make a week.", icon=":material/date_range:")
        st.text(str(error))
        return None


@st.cache_resource(max_entries=8, show_spinner=False)
def _told(at: Desk) -> staffing_words.Told:
    return staffing_words.answer(case(at))


def headline(at: Desk) -> None:
    """The page's answer, before anything else: where people are short, by how many, and why."""
    told = _told(at)
    blocks.verdict(told.verdict)
    with st.grid(len(told.cards), min_column_width=_NARROWEST):
        for card in told.cards:
            blocks.card(st, *card)
    about = f"{at.name}. {at.period}, {fmt.plural(case(at).demand.weeks, 'whole week')}, {case(at).week.zone}."
    blocks.lines([*told.lines, about])
