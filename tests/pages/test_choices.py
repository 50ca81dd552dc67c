"""Do pages keep their shape with few and many clock kinds, and do switches do what they say?"""

from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from analytics.closing import CLOSED, RESTATED
from analytics.measure import due_between, measure, without_excluded
from analytics.schemas import KIND_LABELS, KINDS
from data.imports import Summary
from data.store import Store
from data.version import Version
from tests.pages.test_render import JUDGED, opened, words

WARM = True
REASON = "Sign-in provider down"
OVERVIEW, TRENDS, SEGMENTS = "summary/overview.py", "performance/trends.py", "performance/segments.py"
DEFINITIONS = "reference/definitions.py"
WORK = ("performance/backlog.py", "operations/queue.py", "planning/forecast.py", "planning/staffing.py")
"""Pages about work to do, which excluded clocks are, too."""
SETS = [("ola",), ("next_response", "update")]


@pytest.mark.parametrize(
    ("path", "kinds"), [*product([*JUDGED, DEFINITIONS], SETS), (OVERVIEW, KINDS), (DEFINITIONS, KINDS)]
)
@pytest.mark.usefixtures("cold")
def test_a_page_runs_with_one_two_or_six_kinds(
    path: str, kinds: tuple[str, ...], sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Version.clocks
    monkeypatch.setattr(Version, "clocks", lambda self: whole(self).filter(pl.col("kind").cast(pl.String).is_in(kinds)))
    app = opened(path, sample, monkeypatch)
    assert not app.exception
    assert not app.error
    assert ("clock" in {each.key for each in app.selectbox}) == (len(kinds) > 2)
    if path == OVERVIEW:
        labels = [each.label for each in app.metric]
        assert len(labels) <= 5
        assert "Open breached" in labels
        assert all(KIND_LABELS[kind] in words(app) + " ".join(labels) for kind in kinds)


def test_a_rate_of_the_overview_stands_beside_its_n(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(OVERVIEW, sample, monkeypatch)
    for card in app.metric:
        if card.value.endswith("%"):
            assert card.proto.delta_description.startswith("n "), card.label


def test_exclusions_are_left_out_said_and_counted_when_asked(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Store(sample).require().clocks().filter(pl.col("kind") == "resolution")
    out, counted = (
        measure(due_between(frame, date(2026, 8, 24), date(2026, 11, 22)), ["due"]).item()
        for frame in (without_excluded(clocks), clocks)
    )
    assert 0 < out < counted
    query = {"clock": "Full resolution"}
    left = words(opened(TRENDS, sample, monkeypatch, **query)).replace("\\", "")
    both = words(opened(TRENDS, sample, monkeypatch, exclusions="Counted", **query)).replace("\\", "")
    assert f"n = {out:,}" in left
    assert f"{counted - out} clocks excluded: {REASON}, clause 7." in left
    assert f"n = {counted:,}" in both
    assert f"{counted - out} clocks counted in spite of: {REASON}, clause 7." in both


@pytest.mark.parametrize("path", [path for path in JUDGED if path not in WORK])
def test_each_page_says_what_it_leaves_out(path: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(path, sample, monkeypatch, clock="Full resolution")
    assert f"excluded\\: {REASON}" in words(app)


def test_the_overview_tells_the_rates_with_the_excluded_clocks(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(OVERVIEW, sample, monkeypatch)
    assert "With exclusions counted\\: first response" in words(app)
    assert any("With excluded clocks counted" in card.proto.help for card in app.metric)


def test_switches_stand_only_where_they_have_something_to_do(
    sample: Path, boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []
    for store in (sample, boston[0].directory):
        app = opened(OVERVIEW, store, monkeypatch)
        keys = {each.proto.id.rpartition("-")[2] for each in (*app.get("button_group"), *app.multiselect)}
        shown.append(keys & {"exclusions", "only_agent", "hours"})
    assert shown == [{"exclusions", "only_agent", "hours"}, {"hours"}]


def test_agents_are_compared_only_where_the_policy_shows_them(
    sample: Path, boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Agent" in opened(TRENDS, sample, monkeypatch, view="Metric").selectbox(key="by").options
    assert "Agent" not in opened(TRENDS, boston[0].directory, monkeypatch, view="Metric").selectbox(key="by").options
    app = opened(SEGMENTS, sample, monkeypatch, segment="Agent")
    assert not app.exception
    assert "**Every agent**" in words(app)


def test_calendar_hours_are_judged_on_every_page_and_have_no_internal_target(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in JUDGED:
        if path in ("performance/backlog.py", "planning/forecast.py", "planning/staffing.py"):
            continue  # tickets come and go at the same times on either clock
        assert "calendar hours" in words(opened(path, sample, monkeypatch, hours="Calendar hours"))
    for path in (OVERVIEW, TRENDS):
        business = [each.label for each in opened(path, sample, monkeypatch).metric]
        calendar = [each.label for each in opened(path, sample, monkeypatch, hours="Calendar hours").metric]
        assert [label for label in business if label not in calendar] in (["Internal target"], ["Internal target met"])


def test_the_gap_is_told_where_the_two_clocks_disagree(
    sample: Path, boston: tuple[Store, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (OVERVIEW, TRENDS):
        assert "longer in plain time" in words(opened(path, sample, monkeypatch))
        assert "longer in plain time" not in words(opened(path, boston[0].directory, monkeypatch))


@pytest.mark.usefixtures("cold")
def test_a_restated_month_is_told_in_one_line(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month = {"source": "sample", "kind": "first_response", "month": date(2026, 10, 1)}
    past = {**month, "month": date(2026, 1, 1)}
    counts = {
        "closed_at": datetime(2026, 11, 2, tzinfo=UTC),
        "policy_version": 1,
        "due": 200,
        "met": 188,
        "breached": 12,
    }
    closed = pl.DataFrame([{**each, **counts, "cancelled": 0} for each in (month, past)], schema=CLOSED)
    change = {"reason": "reopened", "clocks": 2, "met_change": -2, "breached_change": 2}
    changes = pl.DataFrame([{**each, **change} for each in (month, past)], schema=RESTATED)
    monkeypatch.setattr(Version, "closed_months", lambda _: closed)
    monkeypatch.setattr(Version, "restatements", lambda _: changes)
    for path, lead in ((OVERVIEW, "First response: "), (TRENDS, "")):
        told = words(opened(path, sample, monkeypatch)).replace("\\", "")
        assert f"{lead}October 2026 restated 94.0 → 93.0 %: 2 reopened." in told
        assert "January 2026" not in told
        filtered = words(opened(path, sample, monkeypatch, only_plan="enterprise")).replace("\\", "")
        assert "2 reopened. Closed months count whole sources" in filtered
    assert "restated" not in words(opened(TRENDS, sample, monkeypatch, clock="Update"))


def test_the_definitions_page_tells_six_kinds_agreements_and_exclusions(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(DEFINITIONS, sample, monkeypatch)
    tables = [set(each.value.columns) for each in app.dataframe]
    policies = next(columns for columns in tables if "pauses" in columns and "created" in columns)
    assert {*KINDS} - policies == {"ola"}
    assert any({"within", "after"} <= columns for columns in tables)
    assert any({"reason", "author"} <= columns for columns in tables)
    assert any({"completed_attainment", "n_completed_attainment", "open_breached"} <= columns for columns in tables)
    assert "What would your old tool have said?" in [each.value for each in app.subheader]
