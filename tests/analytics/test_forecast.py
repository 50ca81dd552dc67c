"""Is what is expected what the past says, do the bands hold, and does the trial know nothing of what it forecasts?"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from scipy import stats

from analytics import forecast_frames as frames
from analytics.errors import ForecastError
from analytics.forecast import Ahead, ahead, fit
from analytics.forecast_bands import HIGH, LOW, dispersion, quantile
from analytics.forecast_history import AFTER, ARRIVED, HOLIDAY, History, arrived, history, last_usual
from analytics.forecast_trace import drawn, instants
from analytics.schedule import Schedule

SUNDAY = date(2026, 11, 22)
OFFICE, OTHER = ("s", "office"), ("s", "other")
ORDINARY = 0


def made_of(arrivals: np.ndarray, kinds: dict[tuple[int, int, int], int] | None = None, last: date = SUNDAY) -> History:
    """A history of weeks: float64[desk, week, 7, 24], ordinary but for these days (desk, week, day)."""
    every = np.full((arrivals.shape[0], arrivals.shape[1] + 9, 7), ORDINARY, dtype=np.int64)
    for place, kind in (kinds or {}).items():
        every[place] = kind
    return History((OFFICE, OTHER)[: len(arrivals)], last, arrivals.astype(np.float64), every)


def simulated(weeks: int, seed: int, *, busy: float = 0.12, drift: float = 0.0, mean: float = 1_000.0) -> History:
    """Weeks with a busy Monday morning, uneven days, and a level that may wander."""
    rng = np.random.default_rng(seed)
    shape = np.outer([26, 20, 18, 17, 14, 2, 3], np.exp(-(((np.arange(24) - 10) / 4) ** 2)) + 0.05)
    level = np.exp(np.cumsum(rng.normal(0, drift, weeks))) if drift else np.ones(weeks)
    days = rng.gamma(1 / busy**2, busy**2, (weeks, 7))
    means = mean * (shape / shape.sum()) * (level[:, None] * days)[..., None]
    return made_of(rng.poisson(means)[None])


def test_quantiles_are_scipys() -> None:
    means, phis = np.meshgrid([0.05, 0.7, 3.0, 40.0, 900.0, 12_000.0], [0.003, 0.02, 0.4, 2.0])
    for share in (0.05, 0.5, 0.9, 0.95):
        size = 1 / phis
        expected = stats.nbinom.ppf(share, size, size / (size + means))
        assert quantile(means, phis, share).tolist() == expected.tolist()
        assert quantile(means, 0.0, share).tolist() == stats.poisson.ppf(share, means).tolist()
    assert quantile([0.0, 5.0], [0.3, 0.0], 0.95).tolist() == [0, int(stats.poisson.ppf(0.95, 5))]


def test_dispersion_is_that_of_the_counts() -> None:
    rng = np.random.default_rng(3)
    means = rng.uniform(20, 200, 40_000)
    even, uneven = rng.poisson(means), rng.negative_binomial(1 / 0.05, 1 / (1 + 0.05 * means))
    assert dispersion(even, means) < 0.002
    assert dispersion(uneven, means) == pytest.approx(0.05, rel=0.05)
    assert dispersion([], []) == 0


def test_a_year_that_repeats_is_forecast_exactly_with_its_holidays() -> None:
    week = np.arange(168, dtype=np.float64).reshape(7, 24)
    arrivals = np.repeat(week[None, None], 30, axis=1)
    past, coming = (
        {(0, 5, 3): HOLIDAY, (0, 20, 4): HOLIDAY, (0, 21, 0): AFTER},
        {(0, 31, 2): HOLIDAY, (0, 31, 3): AFTER},
    )
    for (_, number, day), kind in past.items():
        arrivals[0, number, day] *= 0.2 if kind == HOLIDAY else 1.5
    found = fit(made_of(arrivals, past))
    assert np.allclose(found.profile[0], week)
    assert np.allclose(found.levels, 1)
    free, after = week[3].sum() + week[4].sum(), week[0].sum()
    assert found.holiday == pytest.approx((0.2 * free + 5) / (free + 5))
    assert found.after == pytest.approx((1.5 * after + 5) / (after + 5))
    assert found.seen == (2, 1)
    hours = ahead(made_of(arrivals, {**past, **coming})).hours
    assert np.allclose(hours[:7], week)
    assert found.holiday is not None
    assert found.after is not None
    assert np.allclose(hours[9], found.holiday * week[2])
    assert np.allclose(hours[10], found.after * week[3])


def slow(arrivals: np.ndarray, plain: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """Shape and levels of one desk, as the docstring says them, in loops."""
    weeks, levels = len(arrivals), [1.0] * len(arrivals)
    profile = np.zeros((7, 24))
    for _ in range(2):
        for day in range(7):
            used = [week for week in range(max(0, weeks - 26), weeks) if plain[week, day]]
            profile[day] = sum(arrivals[week, day] for week in used) / sum(levels[week] for week in used)
        came = [sum(arrivals[week, day].sum() for day in range(7) if plain[week, day]) for week in range(weeks)]
        usual = [sum(profile[day].sum() for day in range(7) if plain[week, day]) for week in range(weeks)]
        level = sum(came[:4]) / sum(usual[:4])
        for week in range(weeks):
            weight = 0.15 * usual[week] / profile.sum()
            level = (1 - weight) * level + weight * came[week] / usual[week]
            levels[week] = level
    return profile, levels


def test_shape_and_level_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(8)
    arrivals = rng.poisson(6, (2, 33, 7, 24))
    arrivals[0, 20:] *= 2
    kinds = {(0, 30, 2): HOLIDAY, (0, 30, 3): AFTER, (1, 8, 0): HOLIDAY}
    past = made_of(arrivals, kinds)
    found = fit(past)
    for desk in range(2):
        plain = ~np.isin(past.kinds[desk, :33], [HOLIDAY, AFTER])
        profile, levels = slow(arrivals[desk], plain)
        assert np.allclose(found.profile[desk], profile)
        assert np.allclose(found.levels[desk], levels)
    assert found.levels[0, -1] > 1.05 > found.levels[1, -1] > 0.95


def test_a_desk_keeps_its_own_holidays_and_level() -> None:
    arrivals = np.full((2, 12, 7, 24), 10.0)
    arrivals[1] *= 3
    arrivals[0, 4, 2] = 0
    kinds = {(0, 4, 2): HOLIDAY, (0, 13, 5): HOLIDAY}
    made = ahead(made_of(arrivals, kinds))
    assert made.fit is not None
    assert np.allclose(made.expected[1], 30)
    assert made.expected[0, 12, 0] == pytest.approx(10 * 5 / 245)
    assert np.allclose(np.delete(made.expected[0], 12, axis=0), 10)
    assert np.allclose(made.hours, made.expected.sum(axis=0))


def test_a_holiday_never_seen_is_a_plain_day() -> None:
    made = ahead(made_of(np.full((1, 12, 7, 24), 4.0), {(0, 12, 1): HOLIDAY}))
    assert made.fit is not None
    assert (made.fit.holiday, made.fit.seen) == (None, (0, 0))
    assert np.allclose(made.hours, 4)


def came(rows: list[tuple[str, date, int, int]]) -> pl.DataFrame:
    return pl.DataFrame([("s", *row) for row in rows], schema=ARRIVED, orient="row")


def test_arrivals_become_weeks_that_end_with_the_last_day() -> None:
    office = Schedule.weekly("office", "UTC", {"mon-fri": ["09:00-17:00"]}, [date(2026, 11, 11), date(2026, 12, 25)])
    last = date(2026, 11, 25)
    rows = [("office", last, 23, 4), ("office", last - timedelta(days=27), 0, 2), ("office", last + timedelta(1), 0, 9)]
    rows += [("office", last - timedelta(days=28), 5, 9), ("gone", last, 5, 9)]
    found = history(came(rows), {OFFICE: office}, date(2026, 10, 26), last)
    assert (found.weeks, found.first, found.tickets) == (4, date(2026, 10, 29), 6)
    assert (found.arrivals[0, 3, 6, 23], found.arrivals[0, 0, 0, 0]) == (4, 2)
    assert frames.holidays(found)["date"].to_list() == [date(2026, 11, 11), date(2026, 12, 25)]
    assert found.ahead == 4 + 56
    made = ahead(found)
    assert frames.weeks(made)["week"].to_list() == [date(2026, 11, 30) + timedelta(weeks=week) for week in range(8)]
    assert frames.past(found)["tickets"].to_list() == [2, *[0] * 26, 4]
    assert frames.past_hours(found, last)["tickets"].to_list() == [0] * 23 + [4]


def test_too_little_is_not_forecast() -> None:
    always = Schedule.weekly("office", "UTC", "24x7")
    rows = [("office", SUNDAY, 8, 1)]
    with pytest.raises(ForecastError, match="holds 3 whole weeks up to 2026-11-22. Expected 4 or more"):
        history(came(rows), {OFFICE: always}, SUNDAY - timedelta(days=26), SUNDAY)
    with pytest.raises(ForecastError, match="No ticket came between 2026-01-05 and 2026-11-22"):
        history(came([("office", date(2026, 1, 1), 8, 1)]), {OFFICE: always}, date(2026, 1, 1), SUNDAY)


def daily(*weeks: int, first: date = date(2026, 3, 2), days: int = 7) -> pl.DataFrame:
    """So many tickets a day, week by week; the last week may be cut."""
    whole = [(number, day) for number in range(len(weeks)) for day in range(7 if number + 1 < len(weeks) else days)]
    rows = [("office", first + timedelta(weeks=number, days=day), 9, weeks[number]) for number, day in whole]
    return came(rows)


@pytest.mark.parametrize(
    ("rows", "until", "expected"),
    [
        (daily(*[10] * 12), date(2026, 5, 24), date(2026, 5, 24)),
        (daily(*[10] * 12), date(2026, 5, 27), date(2026, 5, 27)),
        (daily(*[10] * 12, 2, 2), date(2026, 6, 7), date(2026, 6, 7)),
        (daily(*[10] * 12, *[1] * 30), date(2026, 12, 20), date(2026, 5, 24)),
        (daily(*[10] * 12, 9, days=2), date(2026, 12, 20), date(2026, 5, 24)),
        (daily(*[10] * 12, 9, days=5), date(2026, 12, 20), date(2026, 5, 31)),
        (daily(), date(2026, 12, 20), date(2026, 12, 20)),
    ],
    ids=["full weeks", "a week under way", "two quiet weeks", "a thin tail", "a week cut short", "a week till Friday",
         "nothing"],
)  # fmt: skip
def test_the_last_usual_day(rows: pl.DataFrame, until: date, expected: date) -> None:
    assert last_usual(rows, until) == expected


def test_arrived_counts_clocks_by_desk_and_local_hour() -> None:
    clocks = pl.DataFrame(
        {"source": ["s"] * 4, "schedule": ["b", "a", "a", "a"], "started_date": [SUNDAY] * 3 + [None],
         "started_hour": [3, 7, 7, 7]},
        schema_overrides={"started_hour": pl.Int8, "schedule": pl.Enum(["a", "b"])},
    )  # fmt: skip
    found = arrived(clocks)
    assert found.schema == ARRIVED
    assert found.rows() == [("s", "a", SUNDAY, 7, 2), ("s", "b", SUNDAY, 3, 1)]


def test_days_and_weeks_are_the_sums_of_hours_and_their_bands_widen() -> None:
    made = ahead(simulated(40, 6, drift=0.05))
    hours, days, weeks = frames.hours(made), frames.days(made), frames.weeks(made)
    assert (hours.height, days.height, weeks.height) == (56 * 24, 56, 8)
    summed = hours.group_by("date").agg(pl.col("expected").sum()).sort("date")
    assert np.allclose(summed["expected"], days["expected"])
    assert np.allclose(days["expected"].to_numpy().reshape(8, 7).sum(axis=1), weeks["expected"])
    assert hours.select("date", "hour").is_duplicated().any() is False
    for frame in (hours, days, weeks):
        mean = pl.col("expected")
        assert frame.filter((pl.col("low") > mean.ceil()) | (pl.col("high") < mean.floor())).is_empty()
    width = weeks["high"] - weeks["low"]
    assert width.is_sorted()
    assert width[7] > width[0]
    size, last = 1 / made.weekly[7], weeks.row(7, named=True)
    ends = stats.nbinom.ppf([LOW, HIGH], size, size / (size + last["expected"]))
    assert [last["low"], last["high"]] == ends.tolist()


def test_a_course_drawn_from_a_forecast_has_its_mean_its_spread_and_its_local_hours() -> None:
    zones = {OFFICE: "America/New_York", OTHER: "Europe/Stockholm"}
    expected = np.zeros((2, 70, 24))
    expected[0, :, 8], expected[1, :, 9] = 300.0, 100.0
    spread = np.full(10, 0.04)
    made = Ahead("profile", date(2026, 9, 7), (OFFICE, OTHER), expected, spread, spread, spread, None)
    begins = instants(made, zones)
    for place, day in ((0, 0), (1, 0), (0, 60), (1, 60)):
        local = datetime(2026, 9, 7, 8, tzinfo=ZoneInfo(list(zones.values())[place])) + timedelta(days=day)
        assert begins[place, day, 8] == local.astimezone(UTC).timestamp()
    at, desk = drawn(made, zones, np.random.default_rng(1))
    assert np.all(np.diff(at) >= 0)
    counts = np.array(
        [[np.sum((desk == place) & (at >= start) & (at < start + 3_600)) for start in begins[place, :, hour]]
         for place, hour in ((0, 8), (1, 9))]
    )  # fmt: skip
    assert counts.sum() == len(at)
    assert counts.mean(axis=1) == pytest.approx([300, 100], rel=0.1)
    assert 0.02 < dispersion(counts[0], np.full(70, 300.0)) < 0.07
    assert np.corrcoef(counts)[0, 1] > 0.6
