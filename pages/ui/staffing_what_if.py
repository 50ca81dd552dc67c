"""On the staffing page: the period replayed with more or less work, other hours, another order, more agents."""

from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from analytics.staffing import crew, replay, replayed
from analytics.staffing.assumptions import ORDERS, Order
from analytics.staffing.case import Case
from analytics.staffing.crew import Block
from analytics.staffing.options import AGE_CAP, Now
from analytics.staffing.replay import SEEDS, Change, Draws
from analytics.timezones import local
from pages.ui import blocks, charts_staffing_remedies, staffing, ticket_rows
from pages.ui import format as fmt
from pages.ui import staffing_remedies_words as words
from pages.ui import staffing_what_if_frames as frames
from pages.ui.charts_parts import CELL
from pages.ui.staffing import Desk
from pages.ui.staffing_inputs_words import ORDERS as ORDER_LABELS

_N = st.column_config.NumberColumn
_AT: dict[str, Any] = {"format": "ddd D MMM, HH:mm"}
_MOST_HEADS = 20
BY_CLASS: dict[str, Any] = {
    "klass": st.column_config.TextColumn("Class of work", width="medium"),
    "due": _N("Due", format="localized"),
    "late": _N("Broken as it was", format="%.0f"),
    "late_after": _N("Broken then", format="%.0f"),
    "kept": _N("Kept as it was", format="percent"),
    "kept_after": _N("Kept then", format="percent"),
    "objective": _N("Objective", format="percent"),
}


@dataclass(frozen=True)
class Asked:
    """What is changed, small enough to be a cache key.

    Attributes:
        change: order of work, volume, and work of each touch, absence included.
        blocks: agents added and taken away in hours of each week.
    """

    change: Change
    blocks: tuple[Block, ...]

    @property
    def hours(self) -> int:
        """Added a week."""
        return sum(block.hours for block in self.blocks)


@st.cache_resource(max_entries=16, show_spinner="Replaying the period …")
def _played(at: Desk, asked: Asked) -> Draws:
    case = staffing.case(at)
    duty, _ = case.people
    return replay.draws(case, crew.changed(case, duty, asked.blocks), asked.change)


def section(at: Desk, case: Case, now: Now) -> None:
    """Ask what is different, and tell what it does."""
    st.subheader("What if?")
    change = _change(case)
    heads, earlier = _earlier(case)
    asked = Asked(change, (*earlier, *_drawn(at, case, heads)))
    if asked == Asked(replay.usual(case), ()):
        st.caption("Change something, and the period is replayed with it.")
        return
    outcome(at, case, now.draws, _played(at, asked), "what-if", hours=asked.hours, mixed=change.volume < 1)


def _change(case: Case) -> Change:
    """Ask for volume, handle time, absence and the order of work."""
    said = case.said
    left, middle, right = st.columns(3)
    shown: dict[str, Any] = {"format": "%+d %%", "bind": "query-params", "step": 5}
    volume = left.slider("Volume", -30, 50, 0, key="if-volume", **shown)
    handle = middle.slider("Handle time", -30, 50, 0, key="if-handle", **shown)
    usual = round(100 * said.unplanned)
    absent = right.slider(
        "Unplanned shrinkage",
        0,
        max(50, usual),
        usual,
        format="%d %%",
        key="if-absence",
        bind="query-params",
        help="Of rostered time. It begins at what is given under Roster and handle time; where nothing is, at none "
        "beyond what the handle time holds already.",
    )
    order: Order = st.selectbox(
        "Order of work",
        ORDERS,
        index=ORDERS.index(said.order),
        format_func=ORDER_LABELS.__getitem__,
        key="if-order",
        bind="query-params",
    )
    cap = said.age_cap if order == said.order else AGE_CAP if order == "overdue_last" else None
    lost = (1 - usual / 100) / (1 - absent / 100)
    return Change(order, cap, 1 + volume / 100, (1 + handle / 100) * lost)


def _earlier(case: Case) -> tuple[int, tuple[Block, ...]]:
    """How many agents a block has, and the blocks of an hour before each day's opening, where they are wanted."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    heads = row.number_input(
        "Agents added at a time", 1, _MOST_HEADS, 1, key="if-heads", bind="query-params", width=180
    )
    on = row.toggle(
        "Open an hour earlier",
        key="if-earlier",
        bind="query-params",
        help="So many agents come an hour before the day's opening, on every open day, beside the roster. "
        "Promises stay due when they were.",
    )
    return heads, frames.earlier(case, heads) if on else ()


def _drawn(at: Desk, case: Case, heads: int) -> tuple[Block, ...]:
    """Agents drawn on the week: by clicks on the map, and in the table for who has no mouse."""
    week = frames.week(case)
    marks = blocks.chart(
        "Where would more agents be?",
        f"Click an hour to add {fmt.plural(heads, 'agent')} there in every week, again to take them back. "
        f"Numbers: agents scheduled on average, {at.period}, {case.week.zone}.",
        charts_staffing_remedies.week(week, dark=blocks.dark()),
        key="if-week",
        alt=f"map of the week by agents scheduled, most {frames.most(week)}",
        select=CELL,
        data=week,
    )
    clicked = {(int(mark["weekday"]), int(mark["hour"])): heads for mark in marks}
    with st.expander("The same as a table"):
        st.caption(
            "Agents to be added in an hour of each week; below 0 they are taken away. Clicks on the map add to it."
        )
        columns = {str(hour): _N(f"{hour:02}", step=1, width=48) for hour in week["hour"].unique().sort()}
        table = st.data_editor(
            frames.empty(week),
            column_config={"day": st.column_config.TextColumn("Hour from", width=80), **columns},
            disabled=["day"],
            hide_index=True,
            placeholder="",
            key="if-grid",
            alt="agents to be added, by weekday and hour",
        )
    return frames.blocks(frames.written(table), clicked)


def outcome(at: Desk, case: Case, before: Draws, after: Draws, name: str, *, hours: float, mixed: bool = False) -> None:
    """What a change would have done: cards, by class, and ticket by ticket.

    Args:
        at, case: what the page is about.
        before, after: replays.
        name: of the part, for its downloads.
        hours: added a week.
        mixed: whether tickets of before are missing after.
    """
    tickets = replayed.changed(case, before, after)
    saved, broken = frames.moved(tickets)
    late = replayed.late(before), replayed.late(after)
    st.markdown(blocks.text(words.outcome(*late, saved, broken)))
    kept = [(replayed.kept(case, before, day), replayed.kept(case, after, day)) for day in (None, 1)]
    columns = st.columns(4)
    told = f"{words.DRAWS}, set against a replay of the period as it was."
    blocks.card(
        columns[0], "Broken promises", fmt.number(round(late[1])), f"were {fmt.number(round(late[0]))}", told,
        delta=f"{round(late[1]) - round(late[0]):+,}" if round(late[1]) != round(late[0]) else None, good="inverse",
    )  # fmt: skip
    for column, label, (was, then) in zip(columns[1:], ("Promises kept", "Kept on Mondays"), kept, strict=False):
        change = None if was is None or then is None else fmt.points(then - was)
        blocks.card(column, label, fmt.percent(then), f"was {fmt.percent(was)}", told, delta=change, good="normal")
    blocks.card(columns[3], "Hours a week", f"{hours:+,.3g}" if hours else "0", "beside the roster", "Of agents.")
    blocks.table(frames.by_class(case, before, after), f"{name}-classes", BY_CLASS, alt="promises by class of work")
    _tickets(at, case, tickets, name, mixed=mixed)


def _tickets(at: Desk, case: Case, tickets: pl.DataFrame, name: str, *, mixed: bool) -> None:
    """The promises saved and newly broken, one by one."""
    zone = case.week.zone
    picked = st.segmented_control(
        "Tickets", ["Saved", "Newly broken"], default="Saved", required=True, key=f"{name}-side",
        label_visibility="collapsed",
    )  # fmt: skip
    times = [local(pl.col(each), pl.lit(zone), [zone]) for each in ("released_at", "due_at", "before_at", "after_at")]
    counts = [(pl.col(each) * len(SEEDS)).round() for each in ("before", "after")]
    shown = tickets.filter(pl.col("saved") == (picked == "Saved")).with_columns(*times, *counts)
    shown = shown.rename({"ticket_id": "ticket"})
    if shown.is_empty():
        st.caption(f"None is {str(picked).lower()}.")
        return
    columns = {
        "klass": st.column_config.TextColumn("Class of work"),
        "before": _N("Broken as it was", format="%.0f of 3", help="Of the three draws."),
        "after": _N("Broken then", format="%.0f of 3", help="Of the three draws."),
        "due_at": st.column_config.DatetimeColumn(f"Due ({zone})", **_AT),
        "before_at": st.column_config.DatetimeColumn("Done as it was", help="In the replay.", **_AT),
        "after_at": st.column_config.DatetimeColumn("Done then", help="In the replay.", **_AT),
        "released_at": st.column_config.DatetimeColumn("Waiting since", **_AT),
    }
    left_out = " Tickets that do not come at the smaller volume are left out." if mixed else ""
    st.caption(
        f"{fmt.plural(shown.height, 'promise')} that would break in {'fewer' if picked == 'Saved' else 'more'} of the "
        f"three draws of work than as it was, surest first.{left_out}"
    )
    ticket_rows.listing(at.selection, shown, f"{name}-tickets", columns, alt=f"promises {str(picked).lower()}")
