"""A ticket's story on its page: the picture names only what its frames hold, the words stand as plain text."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from altair.utils.schemapi import debug_mode
from streamlit.testing.v1 import AppTest

from analytics.policy import parse
from analytics.schemas import EVENTS, TICKETS
from analytics.story import Story, story
from data.store import Store
from pages.ui import charts_ticket
from pages.ui import story as ui
from tests.pages.test_charts import fields
from tests.pages.test_render import opened, words

WARM = True
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
EVIL = "![x](http://evil/t.png)\n# **b** <img src=x>"
FILE: dict[str, Any] = {
    "version": 1,
    "schedules": {"office": {"time_zone": "Europe/Stockholm", "hours": {"mon-fri": ["08:00-17:00"]}}},
    "policies": [
        {
            "name": "all",
            "schedule": "office",
            "targets": {"next_response": "30m", "resolution": "8h", "update": "80h"},
            "pause_on": {"resolution": {"pending": "customer"}},
        }
    ],
}


def told(messages: int = 2, team: str = "Desk", **ticket: Any) -> Story:
    """A ticket with so many messages, each answered: the first within half an hour, the others late."""
    key = {"source": "desk", "ticket_id": "7"}
    rows = [{**key, "at": START, "sequence": 0, "kind": "reply"}]
    for number in range(messages):
        at = START + timedelta(hours=1 + 2 * number)
        late = timedelta(minutes=20 if number == 0 else 90)
        rows.append({**key, "at": at, "sequence": 0, "kind": "message"})
        rows.append({**key, "at": at + late, "sequence": 0, "kind": "reply"})
    end = rows[-1]["at"]
    rows.append({**key, "at": end, "sequence": 1, "kind": "status", "value": "pending", "previous": "open"})
    rows.append({**key, "at": end, "sequence": 2, "kind": "agent", "value": "Ann Example", "previous": None})
    created = {**key, "created_at": START - timedelta(hours=20), "team": team, **ticket}
    frame = pl.DataFrame([created], schema=TICKETS)
    return story(frame, pl.DataFrame(rows, schema=EVENTS), parse(FILE), START + timedelta(days=4))


def many() -> Story:
    return told(20, EVIL)


def drawn(found: Story, *, dark: bool = False) -> tuple[dict[str, Any], set[str]]:
    """The specification of the picture, and the columns of its frames."""
    clocks, zone = found.worst_first(), "Europe/Stockholm"
    frames = [ui._bars(clocks, zone), ui._due(clocks, zone), ui._happened(found, zone)]
    closed = ui._closed(found, "office", frames[0], zone)
    assert closed is not None
    with debug_mode(True):
        chart = charts_ticket.ticket_timeline(*frames, closed, dark=dark).to_dict()
    return chart, {column for frame in [*frames, closed] for column in frame.columns}


@pytest.mark.parametrize("dark", [False, True])
def test_the_picture_names_only_columns_of_its_frames(dark: bool) -> None:
    chart, columns = drawn(told(), dark=dark)
    assert fields(chart) <= columns
    assert chart["height"] > 4 * 60


def test_each_row_has_its_title_and_breached_ones_say_so_in_words() -> None:
    chart, _ = drawn(told())
    rows = [row for data in chart["datasets"].values() for row in data if set(row) == {"clock", "text"}]
    titles = [row["text"] for row in rows if not row["text"].startswith("due ")]
    assert titles == [
        "What happened: △ message ○ reply □ status",
        "Next response 2 · breached by 1 h",
        "Update, silence 3 · running, 48 h 30 min left",
        "Full resolution · paused, 1 h 30 min left",
        "Next response 1 · met, 10 min left",
    ]


def test_stretches_of_one_look_are_one_bar_and_events_name_no_agent() -> None:
    found = told()
    bars = ui._bars(found.worst_first(), "Europe/Stockholm")
    alike = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in ("clock", "what", "status", "team"))
    assert not bars.select(alike.fill_null(value=False)).to_series().any()
    happened = ui._happened(found, "Europe/Stockholm")
    assert set(happened["event"]) == {"message", "reply", "status"}
    assert "Ann" not in " ".join(happened["told"])


def test_a_due_time_far_beyond_stands_at_the_edge() -> None:
    chart, _ = drawn(told())
    edge = [row["text"] for data in chart["datasets"].values() for row in data if str(row.get("text")).endswith("→")]
    assert len(edge) == 1
    assert edge[0].startswith("due ")


def _page() -> None:
    from pages.ui import story as page  # noqa: PLC0415 - the script is run on its own
    from tests.pages.test_story import many  # noqa: PLC0415

    page._told(many())


def test_twelve_clocks_are_told_the_rest_is_listed_and_nothing_is_read_as_markdown() -> None:
    found = many()
    assert len(found.clocks) > ui.MOST + 1
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert not app.exception
    labels = [each.label for each in app.expander]
    assert len(labels) == ui.MOST + 1
    assert labels[-1] == f"{len(found.clocks) - ui.MOST} more clocks"
    assert "breached" in labels[0]
    everything = words(app) + " ".join(labels)
    assert "http://evil" not in everything
    assert all(everything[at - 1] == "\\" for at, sign in enumerate(everything) if sign in "<!")
    assert "\n# " not in everything
    assert "\\!\\[x\\]" in everything


@pytest.mark.parametrize("pick", ["len", "handoffs", "reopenings"])
def test_the_page_tells_tickets_of_all_kinds(pick: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Store(sample).require().clocks()
    counts = clocks.group_by("ticket_id").agg(pl.len(), pl.col("handoffs", "reopenings").max())
    ticket = counts.sort(pick, "ticket_id", descending=True)["ticket_id"][0]
    app = opened("operations/tickets.py", sample, monkeypatch, ticket=ticket)
    assert not app.exception
    told_of = [each for each in app.expander if each.label]
    assert len(told_of) == min(counts.filter(pl.col("ticket_id") == ticket)["len"][0], ui.MOST)
    for heading in ("Which promise, and why", "What counted, and what did not", "When it fell due"):
        assert words(app).count(f"**{heading}**") == len(told_of)


def test_a_ticket_without_a_clock_says_why(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = Store(sample).require()
    free = version.query("SELECT ticket_id FROM tickets WHERE plan = 'free' ORDER BY ticket_id LIMIT 1")["ticket_id"][0]
    app = opened("operations/tickets.py", sample, monkeypatch, ticket=free)
    assert not app.exception
    assert "No policy fits it" in words(app)
    assert "plan is free" in words(app)
