"""What the queue page says: the open clocks by time to due, and what is to be done next."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.durations import words
from analytics.queue import BREACHED_BUCKETS, BUCKET, BUCKETS, KEPT_BUCKETS, TURNS, counted, of_tickets, queue
from analytics.schedule import elapsed
from analytics.schemas import KIND_LABELS
from analytics.timezones import local
from pages.ui import blocks, load, ticket_rows
from pages.ui import format as fmt
from pages.ui.charts_flow import PAST, RISK, SAFE, WAITS
from pages.ui.selection import Selection

TIME, EVERY_TIME = "left", "Any time to due"
EVERY, ONE = "every", "one"
_NARROWEST = 168
_MOST_USED = 9.99
"""Targets used more often than this are not told apart."""


def waiting(selection: Selection, which: str) -> pl.DataFrame:
    """The open clocks in the order of the queue: of the chosen kind, or of every kind with one row a ticket.

    Returns:
        As `queue.of_tickets` has them.
    """
    standing = load.standing(selection)
    if which == ONE:
        standing = standing.filter(pl.col("kind") == selection.kind)
    line = queue(standing, selection.hours)
    return of_tickets(line) if which == EVERY else line.with_columns(clocks=pl.lit(1, dtype=pl.Int64))


def nothing(selection: Selection) -> None:
    """Say that the queue is empty."""
    narrowed = " with these filters" if any(name != "source" for name, _ in selection.narrowed) else ""
    st.info(f"Nothing is open{narrowed}: there is no clock to work on.", icon=":material/task_alt:")


def verdict(line: pl.DataFrame) -> str:
    """What is to be done next, and what stands behind it."""
    first, turns = line.row(0, named=True), dict(line.group_by("turn").len().iter_rows())
    keep, late, old = (turns.get(name, 0) for name in TURNS[:3])
    name = f"ticket {first['ticket_id']} ({KIND_LABELS[first['kind']].lower()}"
    broken = f"{fmt.number(late + old)} {'is' if late + old == 1 else 'are'} broken already"
    if old:
        part = "all" if old == late + old else fmt.number(old)
        broken += f", {part} of them for over 3 days"
    if keep:
        due = f"{name}, due in {_plain_words(first['left'])})"
        told = f"Next: {due}, the first of {fmt.number(keep)} that can still be kept"
        return f"{told}; {broken}." if late + old else f"{told}; none is broken."
    if late + old:
        ago = f"{name}, {_plain_words(-first['left'])} past due)"
        return f"Nothing that is due soon can still be kept: {broken}. Next: {ago}."
    if first["left"] is None or first["turn"] in TURNS[4:]:
        return f"Nothing is to be done now: all {fmt.number(line.height)} open clocks are paused or have no due time."
    return f"Nothing is due soon. Next: {name}, due in {_plain_words(first['left'])})."


def cards(line: pl.DataFrame) -> None:
    """Breached, due within four hours, and at risk."""
    sizes = {row["bucket"]: row["clocks"] for row in counted(line).iter_rows(named=True)}
    late, risk = sum(sizes[name] for name in BREACHED_BUCKETS), int(line["at_risk"].sum())
    longest = line.filter(pl.col("bucket").is_in(pl.Series(BREACHED_BUCKETS, dtype=BUCKET).implode()))["left"].min()
    running = line.filter(pl.col("bucket").is_in(pl.Series(KEPT_BUCKETS, dtype=BUCKET).implode())).height
    near = line.filter(pl.col("bucket") == KEPT_BUCKETS[0])["at_risk"].sum()
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(
            st,
            "Breached and open",
            fmt.number(late),
            f"the longest for {fmt.roughly(-int(str(longest)))}" if late else f"of {fmt.number(line.height)} open",
            "Clocks past their due time that still run.",
        )
        blocks.card(
            st,
            "Due within 4 hours",
            fmt.number(sizes[KEPT_BUCKETS[0]]),
            f"{fmt.number(near)} of them at risk" if sizes[KEPT_BUCKETS[0]] else "nothing is due soon",
            "Clocks that run and fall due within four plain hours of the as-of instant.",
        )
        blocks.card(
            st,
            "At risk",
            fmt.number(risk),
            f"of {fmt.number(running)} that run" if running else "none left to keep",
            "Of the clocks that run and are not past due, those that have used 75 % of their target or more.",
        )


def notes(selection: Selection, line: pl.DataFrame, which: str) -> list[str]:
    """As of when this is, how long the desk is open next, and what is not counted."""
    ends = line["as_of"].unique().sort().to_list()
    at = ", ".join(f"{each:%a} {fmt.day(each)} {each:%H:%M}" for each in ends[-2:])
    told = [f"As of {at} UTC, where the data end: times to due count from there, whatever the time is now."]
    told.append(
        f"Judged in {selection.hours} hours; hours to due are plain ones. {_open_next(selection, line)}".rstrip()
    )
    none = line.filter(pl.col("bucket") == BUCKETS[-1]).height
    if none:
        told.append(f"{fmt.plural(none, 'clock has', 'clocks have')} no due time yet.")
    if which == EVERY:
        told.append(
            f"One row a ticket: the clock of it that comes first, of {fmt.number(line['clocks'].sum())} open clocks."
        )
    return told


def _open_next(selection: Selection, line: pl.DataFrame) -> str:
    """For how many of the next 24 hours the desks are open."""
    files, found = load.policies(selection), set()
    desks = line.select(pl.col("source", "schedule").cast(pl.String), "as_of").unique().sort("source", "schedule")
    for source, name, at in desks.iter_rows():
        end: datetime = at + timedelta(hours=24)
        desk = (
            files[source].schedules[name].schedule(name, at.date() - timedelta(days=2), end.date() + timedelta(days=2))
        )
        found.add(pl.select(elapsed(pl.lit(at), pl.lit(end), desk)).item() / 3_600)
    if not found:
        return ""
    low, high = fmt.number(min(found)), fmt.number(max(found))
    if low == high:
        return f"The desk is open {low} of the next 24."
    return f"The desks are open {low} to {high} of the next 24."


def bars(line: pl.DataFrame) -> pl.DataFrame:
    """The buckets with something in them, each with its parts."""
    some = counted(line).filter(pl.col("clocks") > 0)
    safe = pl.col("clocks") - pl.col("at_risk")
    late = pl.col("bucket").is_in(pl.Series(BREACHED_BUCKETS, dtype=BUCKET).implode())
    kept = pl.col("bucket").is_in(pl.Series(KEPT_BUCKETS, dtype=BUCKET).implode())
    rest = pl.when(late).then(pl.lit(PAST)).when(kept).then(pl.lit(SAFE)).otherwise(pl.lit(WAITS))
    in_all, at_risk = (pl.col(name).map_elements(fmt.number, return_dtype=pl.String) for name in ("clocks", "at_risk"))
    told = pl.when(pl.col("at_risk") > 0).then(pl.format("{} ({} at risk)", in_all, at_risk)).otherwise(in_all)
    every = some.with_columns(all="clocks", told=told)
    parts = [
        every.select("bucket", part=rest, place=pl.lit(1), clocks=safe, all="all", told="told"),
        every.select("bucket", part=pl.lit(RISK), place=pl.lit(0), clocks="at_risk", all="all", told=pl.lit("")),
    ]
    shown = pl.concat(parts).filter((pl.col("clocks") > 0) | (pl.col("told") != ""))
    return shown.sort("bucket", "place").with_columns(pl.col("bucket").cast(pl.String))


def answer(line: pl.DataFrame) -> str:
    """How much falls due in the next three days."""
    sizes = {row["bucket"]: row["clocks"] for row in counted(line).iter_rows(named=True)}
    soon = sum(sizes[name] for name in KEPT_BUCKETS[:3])
    due = f"{fmt.number(soon) if soon else 'None'} of {fmt.number(line.height)} will fall due within 72 hours"
    paused = f", {fmt.number(sizes['paused'])} paused" if sizes["paused"] else ""
    return f"{due}{paused}. Whenever they started: the period does not count here. Click a bar for its clocks."


def told(line: pl.DataFrame) -> str:
    """The bars for the ear."""
    parts = [
        f"{row['bucket']}: {row['clocks']}" + (f", {row['at_risk']} at risk" if row["at_risk"] else "")
        for row in counted(line).iter_rows(named=True)
    ]
    return f"Open clocks by time to due: {'; '.join(parts)}"


def choose(mark: dict[str, Any]) -> dict[str, list[object]]:
    """A click on a bar chooses its time to due for the table of this page; it narrows no other page."""
    st.session_state[TIME] = mark["bucket"]
    return {}


def listing(selection: Selection, line: pl.DataFrame, which: str) -> None:
    """The clocks of the time to due chosen, in the order they should be done."""
    time = st.selectbox("Time to due", [EVERY_TIME, *BUCKETS], key=TIME, bind="query-params", width=260)
    some = line if time == EVERY_TIME else line.filter(pl.col("bucket") == pl.lit(time, dtype=BUCKET))
    if some.is_empty():
        st.caption("No open clock has this time to due.")
        return
    rows = _rows(some)
    hours = "open" if selection.hours == "business" else "plain"
    columns: dict[str, Any] = {
        "clock": "SLA clock",
        "due": st.column_config.DatetimeColumn(
            "Due (local)", format="ddd D MMM YYYY, HH:mm", help="In the zone of the desk that has it."
        ),
        "time_left": st.column_config.TextColumn(
            "Time left", help="Plain time from the as-of instant; minus: past due."
        ),
        "open_left": st.column_config.TextColumn(
            "Open time left", help="Time of the desk's opening hours until it is due."
        ),
        "used": st.column_config.ProgressColumn(
            "Target used",
            format="percent",
            min_value=0,
            max_value=1,
            help=f"Elapsed {hours} time over the target; 999 % and more alike.",
        ),
        "turn": st.column_config.TextColumn("Turn", help="Why it stands where it does: see Method."),
        "priority": "Priority",
        "customer": "Customer",
        "team": st.column_config.TextColumn("Team", help="Who holds it; of a breached clock, who held it as it broke."),
        "agent": "Agent",
        "clocks": st.column_config.NumberColumn("Open clocks", help="How many clocks of the ticket are open."),
    }
    if which == ONE:
        columns.pop("clocks")
    if selection.hours == "calendar":
        columns.pop("open_left")
    st.caption(f"{fmt.plural(rows.height, 'clock')}, what to do next first. Pick a row for the ticket's story.")
    alt = f"{fmt.plural(rows.height, 'open clock')}, what to do next first"
    ticket_rows.listing(selection, rows, "queue", columns, alt=alt)


def _rows(line: pl.DataFrame) -> pl.DataFrame:
    """The queue as it is read."""
    zones = line["time_zone"].unique().cast(pl.String).to_list()
    return line.select(
        pl.col("source").cast(pl.String),
        ticket="ticket_id",
        clock=pl.col("kind").cast(pl.String).replace(KIND_LABELS),
        due=local(pl.col("due"), pl.col("time_zone").cast(pl.String), zones),
        time_left=pl.col("left").map_elements(_plain_words, return_dtype=pl.String),
        open_left=pl.col("open_left").map_elements(_open_words, return_dtype=pl.String),
        used=pl.col("used").clip(upper_bound=_MOST_USED).round(2),
        turn=pl.col("turn").cast(pl.String),
        priority=pl.col("priority").cast(pl.String),
        customer=pl.col("customer").cast(pl.String),
        team=pl.col("team_at_due").cast(pl.String),
        agent=pl.col("agent_at_due").cast(pl.String),
        clocks="clocks",
    )


def _plain_words(seconds: int) -> str:
    return words(_whole(seconds))


def _open_words(seconds: int) -> str:
    return words(_whole(seconds), days=False)


def _whole(seconds: int) -> int:
    """Without the seconds, where there is a minute."""
    return seconds if abs(seconds) < 60 else int(seconds / 60) * 60


METHOD = (
    "The order: first what can still be kept and is due within 24 plain hours or 8 open hours, or is at risk; then "
    "what was broken in the last 3 days; then what was broken before; then what is due later; then what is paused, by "
    "the time it will have left. Within each, the earliest due first.\n\n"
    "Why: working by earliest due time keeps every promise as long as all of them can be kept. When they cannot, "
    "overdue work that goes first makes the next promise late, and that the one after: in a simulated week that is "
    "short of staff, earliest due first breaks several times as many promises as the same with overdue work last. But "
    "overdue work must not wait for ever, so it gives way only to what is due soon. Clocks long past due want a "
    "decision, such as closing the ticket or telling the customer, more than a place in a line.\n\n"
    "At risk: the clock runs, is not past due, and has used 75 % of its target, both in the hours clocks are judged "
    "in. A paused clock is not at risk until it resumes; its due time moves on while it is paused. Past due: the "
    "plain time since the due time."
)
