"""The story of a ticket as the command line prints it: every clock in words, and stretch by stretch."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from textwrap import wrap
from typing import Any

import numpy as np
import polars as pl

from analytics.durations import words
from analytics.errors import StoreError
from analytics.phrases import clean
from analytics.schemas import KIND_LABELS, Kind
from analytics.story import ClockStory, Story
from analytics.story import story as told
from analytics.timezones import to_local_seconds
from data.documents import policy_of
from data.version import Version

_WIDTH = 110
_LONG = 12
_SHOWN = 3


def story(version: Version, ticket_id: str, kind: Kind | None = None) -> str:
    """Every clock of a ticket, or those of one kind, in the local time of its schedule; fit for a terminal.

    Raises:
        StoreError: no ticket has this id.
    """
    tickets, events = version.ticket(ticket_id)
    if tickets.is_empty():
        known = "Check the id; 'status' lists the sources."
        raise StoreError(f"There is no ticket '{clean(ticket_id)}' in the store. {known}")
    sources = {row["source"]: row for row in version.sources().iter_rows(named=True)}
    lines: list[str] = []
    for number, source in enumerate(tickets["source"]):
        origin = sources[source]
        policy = policy_of(origin["policy"], origin["policy_content"], f"stored policy {origin['policy']}").file
        own = events.filter(pl.col("source") == source)
        lines += ["", *_ticket(told(tickets[number], own, policy, origin["as_of"]), kind)]
    return "\n".join(clean(line) for line in lines[1:])


def _ticket(found: Story, kind: Kind | None) -> Iterable[str]:
    yield f"Ticket {found.ticket_id} of {found.source}, as of {found.as_of:%Y-%m-%d %H:%M} UTC"
    for sentence in (found.summary, *found.notes):
        yield from _wrapped(sentence, 0)
    clocks = [clock for clock in found.clocks if kind in (None, clock.kind)]
    if kind and not clocks:
        yield f"It has no {KIND_LABELS[kind].lower()} clock."
    seen: dict[tuple[str, ...], str] = {}
    for name, of_kind in groupby(clocks, key=lambda clock: clock.kind):
        several = list(of_kind)
        if len(several) > 1:
            breached = sum(clock.row["state"] == "breached" for clock in several)
            yield ""
            yield f"{KIND_LABELS[name]}: {len(several)} clocks, {breached} breached"
        for clock in several:
            yield ""
            yield from _clock(clock, seen)


def _clock(clock: ClockStory, seen: dict[tuple[str, ...], str]) -> Iterable[str]:
    """A clock's lines; sentences on its promise that were told already are not told again."""
    row = clock.row
    zone = row["time_zone"]
    yield f"{clock.label}: {clock.verdict}"
    target = words(row["target_seconds"], days=False)
    yield f"  policy '{row['policy']}', schedule '{row['schedule']}' ({zone}), target {target}"
    stopped = _at(row["stopped_at"], zone) if row["stopped_at"] else "–"
    yield f"  due {_at(row['due_at'], zone)}, stopped {stopped}"
    for number, (heading, sentences) in enumerate(clock.sections):
        yield f"  {heading}"
        if number == 0 and sentences in seen:
            yield f"    As told for {seen[sentences]}."
            continue
        seen.setdefault(sentences, clock.label)
        for sentence in sentences:
            yield from _wrapped(sentence, 4)
    yield "  Stretch by stretch"
    yield from _stretches(clock.stretches, zone)


def _wrapped(sentence: str, indent: int) -> list[str]:
    """A sentence over lines; it is cleaned first, so that no break of its own is left in it."""
    lead = " " * indent
    return wrap(clean(sentence), _WIDTH, initial_indent=lead, subsequent_indent=lead, break_on_hyphens=False)


def _stretches(stretches: Sequence[Mapping[str, Any]], zone: str) -> Iterable[str]:
    """One line a stretch; of a long run of open and closed ones the middle is folded."""
    if not stretches:
        yield "    none"
    for (plain, _), group in groupby(stretches, key=lambda each: (each["what"] in ("open", "closed"), each["overdue"])):
        run = list(group)
        if plain and len(run) > _LONG:
            between = run[_SHOWN:-_SHOWN]
            counted = sum(each["counted_seconds"] for each in between)
            yield from (_line(each, zone) for each in run[:_SHOWN])
            yield f"    … {len(between)} stretches, {_open(counted)} counted"
            yield from (_line(each, zone) for each in run[-_SHOWN:])
        else:
            yield from (_line(each, zone) for each in run)


def _line(stretch: Mapping[str, Any], zone: str) -> str:
    late = ", overdue" if stretch["overdue"] else ""
    who = f" for {stretch['waiting_for']}" if stretch["waiting_for"] else ""
    team = f", {stretch['team']}" if stretch["team"] else ""
    return (
        f"    {_at(stretch['start'], zone)} to {_at(stretch['end'], zone)}  {stretch['what'] + who + late:<24} "
        f"+{_open(stretch['counted_seconds']):<12} total {_open(stretch['running_total_seconds']):<12} "
        f"{stretch['status']}{team}"
    )


def _open(seconds: int) -> str:
    return words(seconds, days=False)


def _at(at: Any, zone: str) -> str:
    """Local time as "Mon 2026-06-01 16:00:00"."""
    shown = to_local_seconds(np.array([int(at.timestamp())]), zone).astype("datetime64[s]")[0].item()
    return f"{shown:%a %Y-%m-%d %H:%M:%S}"
