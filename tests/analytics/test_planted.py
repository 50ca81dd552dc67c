"""Are effects found that were planted in drawn histories, each by its name, and nothing where nothing was planted?

`python -m tests.benchmarks.null_drivers` does the same on many more histories.
"""

import polars as pl
import pytest

from analytics.compared import compared
from analytics.decomposition import totals
from analytics.drivers import drivers
from tests.analytics.planted import EFFECTS, KEYS, OTHER_MIX, SINCE, WEEKS, Plant, history, names, searched


def test_twenty_histories_without_any_effect_report_one_driver_at_most() -> None:
    found = [searched(seed, 6_000) for seed in range(20)]
    assert all(each.looked_at > 500 for each in found)
    assert sum(bool(each.drivers) for each in found) <= 1


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_is_named(effect: str) -> None:
    found = [searched(seed, 16_000, EFFECTS[effect]) for seed in (1000, 1001, 1002)]
    assert [names(each, effect) for each in found] == [True, True, True]
    none = searched(1000, 16_000)
    assert not names(none, effect)


def test_another_mix_is_named_as_mix_and_no_segment_as_slower() -> None:
    for seed in (1000, 1001, 1002):
        before, now = history(seed, 16_000, OTHER_MIX)
        clocks = compared(now, before, KEYS)
        told = totals({name: clocks.parts(name) for name in KEYS}).row(0, named=True)
        assert told["dimension"] == "priority"
        assert told["mix_part"] > 0.01
        assert told["mix_sure"] > 5
        assert drivers(clocks, KEYS).drivers == ()


def test_a_pair_is_named_where_neither_value_alone_went_worse() -> None:
    pair = (pl.col("category") == "Billing") & (pl.col("region") == "Nordics")
    found = searched(1001, 16_000, Plant(pair, points=0.15)).drivers[0]
    assert set(found.subset) == {("category", "Billing"), ("region", "Nordics")}
    assert found.excess == pytest.approx(0.15 * found.due, rel=0.4)


@pytest.mark.parametrize("week", [WEEKS + 4, 4])
def test_days_that_went_wrong_are_named_in_either_period(week: int) -> None:
    days = [SINCE.fromordinal(SINCE.toordinal() + 7 * week + day) for day in (1, 2)]
    before, now = history(1002, 10_000)
    wrong = pl.col("due_date").is_in(days)
    spoilt = [side.with_columns(breached=pl.col("breached") | wrong) for side in (now, before)]
    found = drivers(compared(spoilt[0], spoilt[1], KEYS), KEYS).drivers[0]
    assert found.days == tuple(days)
    assert found.earlier == (week < WEEKS)
    assert (found.part < 0) == found.earlier
    assert found.excess > 100
