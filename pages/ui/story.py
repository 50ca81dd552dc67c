"""One ticket's clocks on a page: a picture, the words, and the stretches as a table."""

from datetime import timedelta
from typing import Any

import polars as pl
import streamlit as st

from analytics.durations import words
from analytics.phrases import clean, exact
from analytics.story import ClockStory, Story
from analytics.stretches import STRETCHES
from analytics.timezones import INSTANT, local
from pages.ui import blocks, charts_ticket, load
from pages.ui.load import Selection

MOST = 12
"""Clocks drawn and told; the rest is listed."""

_MOST_CLOSED = 150
_WHEN = "%a %d %b %Y %H:%M"
_EVENTS = {"message": "message", "reply": "reply", "status": "status", "priority": "priority", "team": "team",
           "cancel": "ended"}  # fmt: skip


def show(selection: Selection, ticket_id: str, source: str | None) -> None:
    """The story of a ticket, in each source that has one of this id."""
    told = load.ticket(selection, ticket_id, source)
    if not told:
        st.warning(f"There is no ticket {blocks.text(clean(ticket_id))} in the store. Check the id.")
        return
    for story in told:
        with st.container(border=True):
            _told(story)


def _told(story: Story) -> None:
    name = blocks.text(clean(f"{story.ticket_id} ({story.source})"))
    st.markdown(f"**What happened to ticket {name}?**")
    st.markdown(blocks.text(" ".join([story.summary, *story.notes])))
    clocks = story.worst_first()
    if not clocks:
        return
    key = f"{story.source}-{story.ticket_id}"
    _picture(story, clocks[:MOST], key)
    for number, clock in enumerate(clocks[:MOST]):
        with st.expander(blocks.text(f"{clock.label}: {clock.verdict}"), expanded=number == 0):
            _words(clock)
            _table(clock, f"{key}-{clock.kind}-{clock.cycle}")
    if len(clocks) > MOST:
        with st.expander(f"{len(clocks) - MOST} more clocks"):
            blocks.table(_listed(clocks[MOST:]), f"more-{key}", {"clock": "SLA clock", "verdict": "Verdict"})


def _picture(story: Story, clocks: tuple[ClockStory, ...], key: str) -> None:
    zone, schedule = str(clocks[0].row["time_zone"]), str(clocks[0].row["schedule"])
    frame = _bars(clocks, zone)
    if frame.is_empty():
        st.caption("Every clock began and stopped in the same instant, so there is nothing to draw.")
        return
    closed = _closed(story, schedule, frame, zone)
    drawn = charts_ticket.ticket_timeline(frame, _due(clocks, zone), _happened(story, zone), closed, dark=blocks.dark())
    alt = f"Timeline of ticket {clean(story.ticket_id)}. " + " ".join(
        f"{each.label}: {each.verdict}." for each in clocks
    )
    st.altair_chart(blocks.Unchecked(drawn), width="stretch", key=f"story-{key}", alt=alt)
    shade = f"; shaded where '{clean(schedule)}' is closed" if closed is not None and closed.height else ""
    others = {str(clock.row["schedule"]) for clock in clocks} - {schedule}
    also = " Some clocks were judged by other hours." if others else ""
    note = f"Times in {zone}{shade}. Only open time counts; overdue time stands taller.{also}"
    st.caption(blocks.text(note))


def _title(clock: ClockStory) -> str:
    verdict = clock.verdict
    if verdict.endswith(" over the target"):
        verdict = verdict.removesuffix(" over the target").replace(", ", " by ", 1)
    return f"{clock.label} · {verdict.replace(' left of the target', ' left')}"


def _local(names: list[str], zone: str) -> list[pl.Expr]:
    return [local(pl.col(name), pl.lit(zone), [zone]).alias(name) for name in names]


def _bars(clocks: tuple[ClockStory, ...], zone: str) -> pl.DataFrame:
    """The stretches as the picture draws them: in local time, those of one look joined."""
    rows = [{**each, "clock": _title(clock)} for clock in clocks for each in clock.stretches]
    frame = pl.DataFrame(rows, schema={**STRETCHES, "clock": pl.String()}).with_columns(_local(["start", "end"], zone))
    late = pl.when(pl.col("what") == "open").then(pl.lit("overdue")).when(pl.col("what") == "closed")
    late = late.then(pl.lit("overdue, closed")).otherwise("what")
    look = ("clock", "what", "status", "team")
    frame = frame.with_columns(
        pl.when("overdue").then(late).otherwise("what").alias("what"),
        pl.Series("status", _cleaned(frame["status"]), dtype=pl.String),
        pl.Series("team", _cleaned(frame["team"]), dtype=pl.String),
    )
    fresh = pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in look).fill_null(value=True)
    joined = frame.group_by(run=fresh.cum_sum(), maintain_order=True).agg(
        pl.col(*look, "start").first(), pl.col("end").last(), pl.col("counted_seconds").sum()
    )
    span = pl.col("start").dt.strftime(_WHEN) + " to " + pl.col("end").dt.strftime(_WHEN)
    counted = [words(seconds, days=False) for seconds in joined["counted_seconds"]]
    return joined.select(*look, "start", "end", span.alias("told"), pl.Series("counted", counted, dtype=pl.String))


def _cleaned(names: pl.Series) -> list[str]:
    return ["–" if name is None else clean(name) for name in names]


def _due(clocks: tuple[ClockStory, ...], zone: str) -> pl.DataFrame:
    drawn = [{"clock": _title(clock), "due": clock.row["due_at"]} for clock in clocks if clock.stretches]
    frame = pl.DataFrame(drawn, schema={"clock": pl.String, "due": INSTANT}).with_columns(_local(["due"], zone))
    return frame.with_columns(text=pl.lit("due ") + pl.col("due").dt.strftime("%a %d %b %Y %H:%M"))


def _happened(story: Story, zone: str) -> pl.DataFrame:
    """Messages, replies and changes, as marks; who did it is left out."""
    known = story.events.filter(pl.col("kind").is_in(list(_EVENTS))).with_columns(_local(["at"], zone))
    told = [_event(row) for row in known.iter_rows(named=True)]
    return known.select("at", pl.col("kind").replace(_EVENTS).alias("event"), pl.Series("told", told, dtype=pl.String))


def _event(row: dict[str, Any]) -> str:
    at = f"{row['at']:{_WHEN}}"
    if row["kind"] in {"message", "reply"}:
        return f"{at}: {'the customer wrote' if row['kind'] == 'message' else 'we answered'}"
    if row["kind"] == "cancel":
        return f"{at}: {clean(row['value'] or 'ended')}"
    old, new = (clean(row[name] or "blank") for name in ("previous", "value"))
    return f"{at}: {row['kind']} {old} → {new}"


def _closed(story: Story, schedule: str, frame: pl.DataFrame, zone: str) -> pl.DataFrame | None:
    """The closed hours of the span drawn, in local time; None where there are too many to be seen."""
    first, last = (frame[name] for name in ("start", "end"))
    start, end = first.min(), last.max()
    if start is None or end is None:
        return None
    days = [at.date() + timedelta(days=by) for at, by in ((start, -2), (end, 2))]
    opens, closes = story.file.schedules[schedule].schedule(schedule, *days).intervals()
    edges = pl.DataFrame({"start": closes[:-1], "end": opens[1:]}).with_columns(
        (pl.col("start", "end") * 1_000_000).cast(INSTANT)
    )
    shut = edges.with_columns(_local(["start", "end"], zone)).filter((pl.col("end") > start) & (pl.col("start") < end))
    shut = shut.with_columns(start=pl.max_horizontal("start", pl.lit(start)), end=pl.min_horizontal("end", pl.lit(end)))
    return shut if shut.height <= _MOST_CLOSED else None


def _words(clock: ClockStory) -> None:
    for heading, sentences in clock.sections:
        lines = "\n".join(f"- {blocks.text(sentence)}" for sentence in sentences)
        st.markdown(f"**{blocks.text(heading)}**\n\n{lines}")


def _table(clock: ClockStory, key: str) -> None:
    """The stretches in local time; the download has them in UTC, with raw seconds."""
    zone = str(clock.row["time_zone"])
    frame = pl.DataFrame(clock.stretches, schema=STRETCHES)
    if frame.is_empty():
        return
    names = ("waiting_for", "status", "team", "priority", "policy")
    texts = [pl.Series(name, _cleaned(frame[name]), dtype=pl.String) for name in names]
    lengths = ("counted_seconds", "running_total_seconds", "target_seconds")
    texts += [pl.Series(name, ["–" if each is None else exact(each) for each in frame[name]]) for name in lengths]
    shown = frame.with_columns(_local(["start", "end"], zone)).with_columns(texts)
    columns: dict[str, Any] = {
        name: st.column_config.DatetimeColumn(label, format="ddd D MMM YYYY, HH:mm:ss")
        for name, label in (("start", "From (local)"), ("end", "To (local)"))
    }
    columns |= {"what": "Stretch", "overdue": st.column_config.CheckboxColumn("Overdue"), "waiting_for": "Waiting for"}
    columns |= {"counted_seconds": "Counted", "running_total_seconds": "Total", "target_seconds": "Target"}
    columns |= {"status": "Status", "team": "Team", "priority": "Priority", "policy": "Policy"}
    st.dataframe(
        shown,
        column_config=columns,
        column_order=[name for name in columns if shown[name].dtype != pl.String or (shown[name] != "–").any()],
        hide_index=True,
        height=min(320, 38 + 35 * shown.height),
        key=f"stretches-{key}",
        alt=f"{shown.height} stretches of {clock.label}",
    )
    blocks.download(frame, f"stretches-{key}")


def _listed(clocks: tuple[ClockStory, ...]) -> pl.DataFrame:
    return pl.DataFrame({"clock": [each.label for each in clocks], "verdict": [each.verdict for each in clocks]})
