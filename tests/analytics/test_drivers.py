"""Are the counts, the chances, the swings and the deviations behind drivers what independent reckoning makes them?"""

from datetime import date, timedelta
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from scipy import stats
from statsmodels.api import GLM, families

from analytics.compared import compared
from analytics.dispersion import middle_variance, swing
from analytics.drivers import FEWEST, drivers
from analytics.expectation import chances
from analytics.standing_out import HELD, Counts, apart, deviations, student, surprises
from analytics.subsets import coded, tables

MONDAY = date(2026, 3, 2)


def drawn(seed: int, n: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "plan": pl.Series(["free", "pro", None]).gather(rng.integers(0, 3, n)),
            "team": rng.choice(["A", "B", "C"], n),
            "hour": rng.integers(0, 24, n),
            "now": rng.random(n) < 0.4,
            "breached": rng.random(n) < 0.2,
            "chance": rng.uniform(0.05, 0.4, n),
        }
    )


def test_every_value_and_pair_is_counted() -> None:
    frame = drawn(1, 3_000)
    part = pl.col("hour") // 12
    keys = {"plan": pl.col("plan"), "team": pl.col("team"), "half": part}
    rows = np.arange(0, 3_000, 2)
    now, breached = frame["now"].to_numpy(), frame["breached"].to_numpy()
    found = tables(coded(frame, keys), list(keys), now, breached, frame["chance"].to_numpy(), rows)
    seen = {}
    for cell in range(found.n.shape[1]):
        values = [each[cell] for counts in (found.n, found.breaches, found.expected) for each in counts]
        seen[found.subset(cell)] = values
    some = frame[rows].with_columns(half=part)
    wanted = [(name,) for name in keys] + list(combinations(keys, 2))
    for names in wanted:
        for group, members in some.group_by(*names):
            sides = [members.filter(~pl.col("now")), members.filter("now")]
            expected = [each.height for each in sides] + [each["breached"].sum() for each in sides]
            expected += [each["chance"].sum() for each in sides]
            assert seen.pop(tuple(zip(names, group, strict=True))) == pytest.approx(expected)
    assert seen == {}


def test_cells_know_their_names_lengths_and_blanks() -> None:
    frame = drawn(2, 500)
    keys = {"plan": pl.col("plan"), "team": pl.col("team")}
    every = coded(frame, keys)
    flags = frame["now"].to_numpy()
    found = tables(every, list(keys), flags, flags, frame["chance"].to_numpy(), np.arange(500))
    cells = {found.subset(cell): cell for cell in range(found.n.shape[1])}
    assert cells[("team", "B"),] == found.cell("team", "B")
    assert found.lengths().tolist() == [1] * 6 + [2] * 9
    unnamed = [found.subset(int(cell)) for cell in np.flatnonzero(~found.named(["plan"]))]
    assert unnamed == [(("plan", None),), *[(("plan", None), ("team", team)) for team in "ABC"]]
    inside = every.rows((("plan", None), ("team", "C")))
    assert frame.filter(pl.Series(inside)).select("plan", "team").unique().rows() == [(None, "C")]


def test_counts_without_a_part_are_those_of_the_rest() -> None:
    frame = drawn(3, 400)
    keys = {"plan": pl.col("plan"), "team": pl.col("team")}
    given = (frame["now"].to_numpy(), frame["breached"].to_numpy(), frame["chance"].to_numpy())
    every = coded(frame, keys)
    rest = tables(every, list(keys), *given, np.arange(100, 400))
    found = tables(every, list(keys), *given, np.arange(400)).less(tables(every, list(keys), *given, np.arange(100)))
    for one, other in ((found.n, rest.n), (found.breaches, rest.breaches), (found.expected, rest.expected)):
        assert one == pytest.approx(other)


def test_chances_are_those_of_a_logistic_regression() -> None:
    frame = drawn(4, 20_000)
    odds = (
        -1.5 + 0.8 * (frame["team"] == "B").cast(int) - 0.6 * (frame["plan"] == "pro").fill_null(value=False).cast(int)
    )
    breached = np.random.default_rng(5).random(20_000) < 1 / (1 + np.exp(-odds.to_numpy()))
    every = coded(frame, {"plan": pl.col("plan"), "team": pl.col("team")})
    learnt = np.flatnonzero(~frame["now"].to_numpy())
    found = chances(every, ["plan", "team"], breached, learnt)
    terms = [every.codes["plan"] == 0, every.codes["plan"] == 1, every.codes["team"] == 0, every.codes["team"] == 1]
    design = np.column_stack([np.ones(20_000), *terms]).astype(float)
    oracle = GLM(breached[learnt].astype(float), design[learnt], family=families.Binomial()).fit().predict(design)
    assert found == pytest.approx(oracle, abs=0.004)
    assert found[learnt].sum() == pytest.approx(breached[learnt].sum(), abs=1e-3)


def test_nobody_holding_a_clock_tells_no_chance() -> None:
    frame = pl.DataFrame({"agent": ["a", "b", None] * 400})
    every = coded(frame, {"agent": pl.col("agent")})
    breached = np.tile([False, False, True], 400) | (np.arange(1200) % 10 == 0)
    plain = chances(every, ["agent"], breached, np.arange(1200))
    held = chances(every, ["agent"], breached, np.arange(1200), ["agent"])
    assert plain[2] > 0.9
    assert held[2] < 0.7


def one(n: int, was: float, was_expected: float, now: float, now_expected: float) -> Counts:
    return Counts(*(np.array([float(each)]) for each in (n, was, was_expected, now, now_expected)))


@pytest.mark.parametrize(("was", "now", "expected"), [(40, 75, 40.0), (60, 20, 50.0), (12, 30, 9.0)])
def test_a_deviation_is_that_of_a_binomial_given_both_periods(was: int, now: int, expected: float) -> None:
    share = expected / (2 * expected + HELD)
    total = was + now + int(HELD)
    upper, lower = stats.binom.sf(now, total, share), stats.binom.cdf(now - 1, total, share)
    middle = stats.binom.pmf(now, total, share) / 2
    tail = min(upper, lower) + middle
    far = float(deviations(one(10**9, was, expected, now, expected), 0.0)[0])
    assert abs(far) == pytest.approx(stats.norm.isf(tail), rel=0.03)
    assert (far > 0) == (now > share * total)


def test_swings_and_few_clocks_shrink_a_deviation_and_nothing_makes_none() -> None:
    plain = float(deviations(one(2_000, 100, 100, 160, 100), 0.0)[0])
    swinging = float(deviations(one(2_000, 100, 100, 160, 100), 0.05)[0])
    sparse = float(deviations(one(10**6, 100, 100, 160, 100), 0.0)[0])
    assert plain > sparse > swinging > 0
    assert deviations(one(0, 0, 0, 0, 0), 0.0).tolist() == [0.0]
    new, old = (float(deviations(one(400, past, past, 90, 30), 0.0)[0]) for past in (0, 60))
    assert 0 < new < 3
    assert old > 5


def test_what_is_expected_follows_the_past_and_is_held_to_the_tickets() -> None:
    assert one(1, 20, 10, 0, 50).reference().item() == pytest.approx(50 * 24 / 14)
    assert one(1, 0, 0, 0, 50).reference().item() == 50


def test_surprises_are_those_of_counts_that_swing() -> None:
    for seen, mean, shared in ((30, 12.0, 0.1), (3, 12.0, 0.1), (25, 9.0, 0.0), (2, 9.0, 0.0)):
        law = stats.nbinom(1 / shared, 1 / (1 + shared * mean)) if shared else stats.poisson(mean)
        tail = min(law.sf(seen), law.cdf(seen - 1)) + law.pmf(seen) / 2
        found = float(surprises(np.array([float(seen)]), np.array([mean]), np.array([1.0]), shared)[0])
        assert abs(found) == pytest.approx(stats.norm.isf(tail), rel=0.04)
        assert (found > 0) == (seen > mean)


def test_few_degrees_of_freedom_make_a_deviate_less_sure() -> None:
    for z, free in ((3.0, 5), (-6.0, 12), (1.0, 200)):
        assert float(student(z, free)) == pytest.approx(np.sign(z) * stats.norm.isf(stats.t.sf(abs(z), free)), rel=1e-9)


def test_parts_that_change_alike_are_not_apart() -> None:
    inside, alike, still = (
        Counts(*(np.asarray(float(each)) for each in counts))
        for counts in ((1, 50, 50, 100, 50), (1, 100, 100, 200, 100), (1, 100, 100, 100, 100))
    )
    assert apart(inside, alike, 0.0) == pytest.approx(0, abs=0.05)
    expected = np.log(2) / np.sqrt(1 / 100.5 + 1 / 50.5 + 1 / 100.5 + 1 / 100.5)
    assert apart(inside, still, 0.0) == pytest.approx(expected, rel=0.02)


def weekly(seed: int, weeks: int, shared: float, own: float) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Clocks whose rate swings from week to week, for all and for each of three teams."""
    rng = np.random.default_rng(seed)
    n = 600 * weeks
    week, team = rng.integers(0, weeks, n), rng.integers(0, 3, n)
    factor = rng.normal(1, shared, weeks)[week] * rng.normal(1, own, (weeks, 3))[week, team]
    chance = np.full(n, 0.2)
    days = [MONDAY + timedelta(days=7 * int(each)) for each in week]
    return pl.DataFrame({"team": team, "week": week, "day": days}), rng.random(n) < chance * factor, chance


def test_the_usual_swings_are_those_that_were_drawn() -> None:
    found = []
    for seed in range(12):
        frame, breached, chance = weekly(seed, 40, 0.2, 0.15)
        every = coded(frame, {name: pl.col(name) for name in frame.columns})
        usual = swing(every, ["team"], np.arange(frame.height) % 2 == 0, breached, chance)
        assert usual.unit == "week"
        assert usual.units == 40
        found.append((usual.shared, usual.own["team"], usual.daily))
    shared, own, daily = np.mean(found, axis=0)
    assert shared == pytest.approx(0.04 + 0.0225 / 3, rel=0.25)
    assert own == pytest.approx(0.0225, rel=0.35)
    assert daily == pytest.approx(0.04 + 0.0225 / 3, rel=0.35)
    still, breached, chance = weekly(1, 40, 0.0, 0.0)
    every = coded(still, {name: pl.col(name) for name in still.columns})
    usual = swing(every, ["team"], np.arange(still.height) % 2 == 0, breached, chance)
    assert max(usual.shared, usual.own["team"], usual.daily) < 0.006


def test_a_few_wild_days_do_not_move_the_daily_swing() -> None:
    rng = np.random.default_rng(8)
    mean = np.full(120, 60.0)
    seen = rng.poisson(mean * rng.gamma(1 / 0.04, 0.04, 120)).astype(float)
    calm = middle_variance(seen, mean, mean)
    assert calm == pytest.approx(0.04, abs=0.025)
    seen[:6] = 400
    assert middle_variance(seen, mean, mean) == pytest.approx(calm, abs=0.015)
    assert middle_variance(seen[:1], mean[:1], mean[:1]) == 0.0


def history(n: int, breached: pl.Expr | pl.Series) -> pl.DataFrame:
    """Clocks due over eight weeks, of two teams and no agent's or an agent's."""
    rng = np.random.default_rng(n)
    days = pl.Series([MONDAY + timedelta(days=int(each)) for each in rng.integers(0, 56, n)])
    agents = pl.Series(["x", "y", None]).gather(rng.integers(0, 3, n))
    frame = pl.DataFrame({"team": rng.choice(["A", "B"], n), "agent": agents, "due_date": days})
    return frame.with_columns(
        breached=breached | pl.Series(rng.random(n) < 0.1),
        decided=pl.lit(value=True),
        due_week=pl.col("due_date").dt.truncate("1w"),
    )


TWO = {"team": pl.col("team"), "agent": pl.col("agent")}


def test_that_nobody_held_a_clock_is_never_a_driver() -> None:
    before = history(4_000, pl.lit(value=False))
    nobody = drivers(compared(history(4_001, pl.col("agent").is_null()), before, TWO), TWO)
    somebody = drivers(compared(history(4_001, pl.col("agent") == "x"), before, TWO), TWO)
    assert all(value is not None for each in nobody.drivers for _, value in each.subset)
    assert somebody.drivers[0].subset == (("agent", "x"),)
    first = somebody.drivers[0]
    assert first.breaches == first.due
    assert first.expected == pytest.approx(0.1 * first.due, rel=0.25)
    assert first.part == pytest.approx((first.breaches - first.expected) / 4_001)


def test_what_goes_worse_everywhere_is_named_as_everything() -> None:
    slower = pl.Series(np.random.default_rng(9).random(4_001) < 0.12)
    found = drivers(compared(history(4_001, slower), history(4_000, pl.lit(value=False)), TWO), TWO)
    (everything,) = found.drivers
    assert (everything.subset, everything.days, everything.due) == ((), (), 4_001)
    assert everything.part == pytest.approx(0.9 * 0.12, abs=0.02)
    assert everything.part == pytest.approx(everything.excess / 4_001)


def test_too_few_clocks_are_not_searched() -> None:
    before = history(4_000, pl.lit(value=False))
    few = drivers(compared(history(FEWEST - 1, pl.lit(value=True)), before, TWO), TWO)
    assert (few.drivers, few.swing, few.due) == ((), None, FEWEST - 1)
    calm = history(900, pl.lit(value=False)).with_columns(breached=pl.lit(value=False))
    assert drivers(compared(history(4_000, pl.lit(value=False)), calm, TWO), TWO).swing is None
