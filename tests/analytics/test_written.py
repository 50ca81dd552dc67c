"""Are durations, shares, times and dates read as people write them, and is anything else refused in words?"""

import re
from datetime import date, datetime

import pytest

from analytics.written import parse_clock, parse_day, parse_duration, parse_moment, parse_share


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("30m", 1800),
        ("4h", 14_400),
        ("3d", 259_200),
        ("1h 30m", 5400),
        ("1h30m", 5400),
        (" 2 h ", 7200),
        ("1d 1h 1m 1s", 90_061),
        ("3660d", 3660 * 86_400),
    ],
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "4", "h", "4 hours", "1.5h", "-4h", "4H", "4w", "1h,30m", 4, 4.5, None, True, [], "٣h"]
)
def test_not_a_duration(text: object) -> None:
    expected = f"{text!r} is not a duration. Expected a number and a unit, as '30m' or '4h'."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0m", "0h 0m", "3661d", "99999999999d"])
def test_not_a_sensible_target(text: str) -> None:
    expected = f"{text!r} is not a sensible target. Expected more than nothing and at most ten years."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "share"), [("95%", 0.95), ("99.5 %", 0.995), ("100%", 1.0), (0.95, 0.95), ("0.5", 0.5), (1, 1.0)]
)
def test_shares(text: object, share: float) -> None:
    assert parse_share(text) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize(
    "text", ["0%", 0, "101%", 95, "-5%", "nan", "inf", "half", "95%%", "", None, True, "1_0%", ".5", "1e1%"]
)
def test_not_a_share(text: object) -> None:
    expected = f"{text!r} is not a share. Expected a percentage such as '95%', or a number such as 0.95."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        parse_share(text)


@pytest.mark.parametrize(("text", "seconds"), [("00:00", 0), (" 08:30 ", 30_600), ("23:59", 86_340)])
def test_times_of_day(text: str, seconds: int) -> None:
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["24:00", "8:30", "08:30:00", "", None, 510, "٠٨:٣٠"])
def test_not_a_time_of_day(text: object) -> None:
    with pytest.raises(ValueError, match="is not a time of day. Expected 'HH:MM' in quotes"):
        parse_clock(text)


def test_dates_are_taken_as_text_or_as_dates() -> None:
    assert parse_day("2026-06-19") == parse_day(date(2026, 6, 19)) == date(2026, 6, 19)
    assert parse_moment(date(2026, 6, 19)) == parse_moment("2026-06-19 00:00:00") == datetime(2026, 6, 19)


@pytest.mark.parametrize(
    "value",
    ["2026-02-30", "20260619", "2026-06-19T00:00", datetime(2026, 6, 19), 0, "", None, "1969-12-31", "2100-01-01"],
)
def test_not_a_date(value: object) -> None:
    with pytest.raises(ValueError, match="is not a date from 1970 to 2099. Expected one as 2026-06-19."):
        parse_day(value)
