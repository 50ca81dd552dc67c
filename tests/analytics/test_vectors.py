"""Other projects' test cases: what they ask, and where we answer otherwise on purpose."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from analytics.opening import DAYS, parse_windows
from analytics.schedule import Boundary, Schedule, deadline, elapsed, is_open
from tests.shared import shared

Case = dict[str, Any]
Windows = list[tuple[int, int]]

COUNTS = {
    "zendesk_biz": (29, 54, 0),
    "oracle_biz_dst": (130, 0, 0),
    "businesstimedelta_py": (13, 17, 0),
    "working_hours_gem": (45, 74, 2),
}
"""By suite: run, skipped, different. Skipped cases ask for going backwards, next openings, breaks and day units."""

DIFFERENT = {
    "working_hours_gem-087": "the source gives a reversed pair a negative time; ours is 0, as in biz and GLPI",
    "working_hours_gem-095": "the source counts wall-clock hours over a clock change; ours are real seconds",
}
BOUNDARIES: dict[str, Boundary] = {"next_open": "next_opening", "end": "closing"}


def windows(texts: Sequence[Sequence[str]]) -> list[str]:
    return [f"{start[:5]}-{end[:5]}" for start, end in texts if start != end]


def without(day: Windows, start: int, end: int) -> Windows:
    """The windows less a break."""
    pieces = [(a, min(b, start)) for a, b in day] + [(max(a, end), b) for a, b in day]
    return sorted({(a, b) for a, b in pieces if a < b})


def written(day: Windows) -> list[str]:
    return [f"{a // 3600:02d}:{a // 60 % 60:02d}-{b // 3600:02d}:{b // 60 % 60:02d}" for a, b in day]


def schedule(case: Case, suite: str) -> Schedule:
    weekly = {day: windows(texts) for day, texts in case["weekly_hours"].items()}
    holidays = [date.fromisoformat(text) for text in case.get("holidays", [])]
    special = {date.fromisoformat(text): windows(texts) for text, texts in case.get("date_overrides", {}).items()}
    if suite == "zendesk_biz":
        special = {day: texts for day, texts in special.items() if day not in holidays}
    for text, start, end in case.get("breaks", []):
        day = date.fromisoformat(text)
        if day in holidays and day not in special:
            continue
        plain = special.get(day, weekly.get(DAYS[day.weekday()], []))
        low, high = parse_windows([f"{start[:5]}-{end[:5]}"])[0]
        special[day] = written(without(list(parse_windows(plain)), low, high))
    return Schedule.weekly("vector", case["time_zone"], weekly, holidays, special)


def instant(text: str) -> pl.Expr:
    return pl.lit(datetime.fromisoformat(text).astimezone(UTC), dtype=pl.Datetime("us", "UTC"))


def answered(case: Case, suite: str) -> tuple[object, object]:
    """Our answer and theirs."""
    hours, expect = schedule(case, suite), case["expect"]
    if case["op"] == "elapsed":
        return pl.select(elapsed(instant(case["start"]), instant(case["end"]), hours)).item(), expect["elapsed_s"]
    if case["op"] == "is_open":
        return pl.select(is_open(instant(case["at"]), hours)).item(), expect["open"]
    boundary = BOUNDARIES[case.get("semantics", {}).get("boundary", "end")]
    due = deadline(instant(case["start"]), pl.lit(case["duration_s"]), hours, boundary=boundary)
    return pl.select(due).item(), datetime.fromisoformat(expect["at"])


@pytest.mark.parametrize("suite", COUNTS)
def test_the_suite_is_answered_but_for_the_frozen_differences(suite: str, capsys: pytest.CaptureFixture[str]) -> None:
    cases: Sequence[Mapping[str, Any]] = json.loads(shared(f"vectors/{suite}.json").read_text())["vectors"]
    ours = [dict(case) for case in cases if case["op"] in {"elapsed", "is_open", "deadline"}]
    answers = {case["id"]: answered(case, suite) for case in ours}
    different = {name: pair for name, pair in answers.items() if pair[0] != pair[1]}
    with capsys.disabled():
        print(f"\n{suite}: {len(ours)} run, {len(cases) - len(ours)} skipped, {len(different)} different")
    frozen = {name for name in DIFFERENT if name.startswith(suite)}
    assert set(different) == frozen, {name: different.get(name) for name in frozen ^ set(different)}
    assert (len(ours), len(cases) - len(ours), len(different)) == COUNTS[suite]
