"""Reading other projects' test cases, and holding our answers against theirs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from analytics.opening import DAYS, parse_windows
from analytics.schedule import Schedule
from tests.shared import shared

Case = dict[str, Any]
Keys = Mapping[str, str]
Answer = Callable[[Case, Keys], tuple[object, object]]
"""Our answer to a case under some keys of the policy file, and theirs."""

Windows = list[tuple[int, int]]
INSTANT = pl.Datetime("us", "UTC")

OUR_DEFAULTS = {"boundary": "closing", "day_means": "next_business_day"}

NOT_OFFERED = {
    "prev_open": "no promise is judged backwards in time",
    "periods_before": "no promise is judged backwards in time",
    "subtract": "no promise is judged backwards in time",
    "subtract_days": "no promise is judged backwards in time",
    "working_days_between": "no figure counts working days: what has passed is told in open time",
    "pauses_to_daily_breaks": "a pause lies between two instants; it is never cut into minutes of a day",
}
"""By operation: why nothing in the product answers it."""


@dataclass(frozen=True)
class Frozen:
    """What a suite came to.

    Attributes:
        run, not_offered: cases.
        keys: keys of the policy file that ask for the source's meaning.
        by_key: cases our defaults answer otherwise, and these keys as the source does.
        different: cases no key answers as the source does: our answer, and why it stands.
    """

    run: int
    not_offered: int
    keys: Mapping[str, str] = field(default_factory=dict)
    by_key: frozenset[str] = frozenset()
    different: Mapping[str, tuple[object, str]] = field(default_factory=dict)


def read(suite: str) -> list[Case]:
    """The cases of a suite; skips the test, saying so, where they are absent."""
    return [dict(case) for case in json.loads(shared(f"vectors/{suite}.json").read_text())["vectors"]]


def hold(suite: str, answers: Mapping[str, Answer], frozen: Frozen, capsys: pytest.CaptureFixture[str]) -> None:
    """Every case is answered as frozen, or is of an operation that is not offered."""
    cases = read(suite)
    assert {case["op"] for case in cases} <= answers.keys() | NOT_OFFERED.keys()
    run = [case for case in cases if case["op"] in answers]
    theirs = {case["id"]: answers[case["op"]](case, {**OUR_DEFAULTS, **frozen.keys}) for case in run}
    plain = {case["id"]: answers[case["op"]](case, OUR_DEFAULTS) for case in run}
    different = {name: our for name, (our, their) in theirs.items() if our != their}
    by_key = {name for name, (our, their) in plain.items() if our != their} - different.keys()
    with capsys.disabled():
        words = ", ".join(f"{key}: {value}" for key, value in frozen.keys.items()) or "no key"
        print(
            f"\n{suite}: {len(run)} run, {len(cases) - len(run)} not offered, "
            f"{len(by_key)} by key ({words}), {len(different)} different"
        )
    assert different == {name: our for name, (our, _) in frozen.different.items()}
    assert by_key == frozen.by_key
    assert (len(run), len(cases) - len(run)) == (frozen.run, frozen.not_offered)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def instants(*moments: datetime) -> pl.Series:
    return pl.Series("at", moments, dtype=INSTANT)


def windows(texts: Sequence[Sequence[str]]) -> list[str]:
    return [f"{start[:5]}-{end[:5]}" for start, end in texts if start != end]


def without(day: Windows, start: int, end: int) -> Windows:
    """The windows less a break."""
    pieces = [(a, min(b, start)) for a, b in day] + [(max(a, end), b) for a, b in day]
    return sorted({(a, b) for a, b in pieces if a < b})


def written(day: Windows) -> list[str]:
    return [f"{a // 3600:02d}:{a // 60 % 60:02d}-{b // 3600:02d}:{b // 60 % 60:02d}" for a, b in day]


def schedule(case: Case) -> Schedule:
    """The opening hours of a case; a break is an exception of its date with the break left out."""
    weekly = {day: windows(texts) for day, texts in case.get("weekly_hours", {}).items()}
    holidays = [date.fromisoformat(text) for text in case.get("holidays", [])]
    special = {date.fromisoformat(text): windows(texts) for text, texts in case.get("date_overrides", {}).items()}
    if case["id"].startswith("zendesk_biz"):
        special = {day: texts for day, texts in special.items() if day not in holidays}
    for text, start, end in case.get("breaks", []):
        day = date.fromisoformat(text)
        if day in holidays and day not in special:
            continue
        plain = special.get(day, weekly.get(DAYS[day.weekday()], []))
        low, high = parse_windows([f"{start[:5]}-{end[:5]}"])[0]
        special[day] = written(without(list(parse_windows(plain)), low, high))
    return Schedule.weekly("vector", case["time_zone"], weekly, holidays, special)
