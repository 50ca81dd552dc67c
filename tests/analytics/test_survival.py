"""Kaplan and Meier's curve: published figures, two other programs, clocks as they are, and what it says of a target."""

import json
import warnings
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import CensoredData, ecdf
from statsmodels.duration.survfunc import SurvfuncRight

from analytics.survival import done_within, kaplan_meier, started_between, thinned, time_for, times
from tests.shared import shared


def cases(name: str) -> Any:
    return json.loads(shared("vectors/science.json").read_text())["statistics"][name]


def leukaemia() -> pl.DataFrame:
    case = cases("kaplan_meier_6mp")
    return pl.DataFrame({"seconds": case["time"], "done": [bool(each) for each in case["event"]]})


def some(seed: int, n: int = 240) -> pl.DataFrame:
    """Times in whole minutes, so with ties, about a third of them cut off."""
    random = np.random.default_rng(seed)
    time, seen = np.ceil(random.lognormal(2, 1, n)), np.ceil(random.lognormal(3, 1, n))
    return pl.DataFrame(
        {"seconds": np.minimum(time, seen), "done": time <= seen, "group": random.choice(["a", "b"], n)}
    )


def test_the_6_mp_group_of_freireich_1963() -> None:
    """Reference: science.json kaplan_meier_6mp; the shares are those in print (Freireich 1963, Cox 1972)."""
    case = cases("kaplan_meier_6mp")
    found = kaplan_meier(leukaemia()).filter(pl.col("done") > 0)
    assert found.select("time", "at_risk", "done").rows() == [(row["t"], row["n"], row["d"]) for row in case["rows"]]
    assert found["left"].to_list() == pytest.approx([row["S"] for row in case["rows"]])
    assert found["error"].to_list() == pytest.approx([row["greenwood_se"] for row in case["rows"]])
    assert [round(each, 3) for each in found["left"]] == list(case["published_S"].values())


def test_lasting_on_given_what_has_passed() -> None:
    """Reference: science.json km_conditional, P(T > 22 | T > 10) = S(22) / S(10)."""
    curve = kaplan_meier(leukaemia())
    later, sooner = (1 - done_within(curve, at)["share"].item() for at in (22, 10))
    assert later / sooner == pytest.approx(cases("km_conditional")["value"])


@pytest.mark.parametrize("seed", range(5))
def test_the_curve_is_that_of_scipy(seed: int) -> None:
    frame = some(seed)
    data = CensoredData(
        uncensored=frame.filter("done")["seconds"].to_numpy(), right=frame.filter(~pl.col("done"))["seconds"].to_numpy()
    )
    other = ecdf(data).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where the share is 0 or 1, the formula says nothing
        bounds = other.confidence_interval(0.95, method="log-log")
    found = kaplan_meier(frame)
    assert found["time"].to_list() == other.quantiles.tolist()
    assert found["left"].to_list() == pytest.approx(other.probabilities.tolist(), abs=1e-12)
    sure = found["left"].is_between(0, 1, closed="none").to_numpy()
    for name, bound in (("low", bounds.low), ("high", bounds.high)):
        ours, theirs = found[name].to_numpy()[sure], bound.evaluate(other.quantiles)[sure]
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_errors_and_intervals_of_quantiles_are_those_of_statsmodels() -> None:
    last = pl.DataFrame({"seconds": [1e6], "done": [False], "group": ["a"]})  # so that the share never falls to 0
    frame = pl.concat([some(7), last])
    other = SurvfuncRight(frame["seconds"].to_numpy(), frame["done"].cast(pl.Int8).to_numpy())
    curve = kaplan_meier(frame)
    found = curve.filter(pl.col("done") > 0)
    assert found["error"].to_list() == pytest.approx(other.surv_prob_se.tolist(), abs=1e-12)
    for share in (0.25, 0.5, 0.8):
        low, high = other.quantile_ci(share, method="cloglog")
        row = time_for(curve, share).row(0, named=True)
        assert row["time"] == other.quantile(share)
        assert (row["low"], row["high"]) == (low, high)


def test_when_all_are_done_nothing_tells_how_sure_that_is() -> None:
    end = kaplan_meier(pl.DataFrame({"seconds": [1.0, 2.0], "done": [True, True]})).row(-1, named=True)
    assert (end["left"], end["error"], end["low"], end["high"]) == (0, None, None, None)


def test_each_group_has_the_curve_it_has_alone() -> None:
    frame = some(3)
    both = kaplan_meier(frame, by="group")
    for name in ("a", "b"):
        alone = kaplan_meier(frame.filter(pl.col("group") == name))
        assert both.filter(pl.col("group") == name).drop("group").equals(alone)
        for found in (done_within(both, 9, "group"), time_for(both, 0.5, "group")):
            assert found["group"].to_list() == ["a", "b"]
        assert (
            time_for(both, 0.5, "group").filter(pl.col("group") == name)["time"].item()
            == time_for(alone, 0.5)["time"].item()
        )


def test_what_is_done_at_the_limit_is_done_within_it() -> None:
    curve = kaplan_meier(pl.DataFrame({"seconds": [60.0, 60.0, 61.0, 90.0], "done": [True, True, True, True]}))
    assert [done_within(curve, at)["share"].item() for at in (0, 59.9, 60, 61, 500)] == [0, 0, 0.5, 0.75, 1]
    assert [time_for(curve, share)["time"].item() for share in (0.5, 0.51, 0.75, 1)] == [60, 61, 61, 90]


def test_what_nobody_was_watched_for_is_not_known() -> None:
    curve = kaplan_meier(pl.DataFrame({"seconds": [10.0, 20.0, 20.0, 30.0], "done": [True, True, False, False]}))
    assert done_within(curve, 30)["share"].item() == pytest.approx(0.5)
    assert done_within(curve, 30.1).row(0) == (4, None, None, None)
    assert time_for(curve, 0.5)["time"].item() == 20
    assert time_for(curve, 0.6)["time"].item() is None
    assert done_within(kaplan_meier(curve.clear().with_columns(seconds="time", done=pl.lit(value=True))), 1).is_empty()


def test_leaving_out_what_is_open_makes_slow_work_look_quick() -> None:
    """Times of a known law, watched for a short while: the curve finds the law, the mean of what is done does not."""
    random = np.random.default_rng(1)
    time, seen = random.exponential(100, 4_000), random.uniform(0, 120, 4_000)
    frame = pl.DataFrame({"seconds": np.minimum(time, seen), "done": time <= seen})
    row = done_within(kaplan_meier(frame), 80).row(0, named=True)
    truth = 1 - np.exp(-0.8)
    assert row["low"] < truth < row["high"]
    naive = frame.filter("done").select((pl.col("seconds") <= 80).mean()).item()
    assert naive > row["high"]


def clock(**changes: Any) -> dict[str, Any]:
    """A clock that was met."""
    return {
        "started_date": date(2026, 3, 2),
        "elapsed_seconds": 60,
        "target_seconds": 120,
        "state": "met",
        "stopped_at": 1,
        "stopped_by": "resolved",
        **changes,
    }


def test_what_counts_as_done() -> None:
    clocks = pl.DataFrame(
        [
            clock(),
            clock(state="breached", elapsed_seconds=240),
            clock(state="breached", elapsed_seconds=240, stopped_by="merged"),
            clock(state="breached", elapsed_seconds=240, stopped_at=None, stopped_by=None),
            clock(state="running", stopped_at=None, stopped_by=None),
            clock(state="paused", stopped_at=None, stopped_by=None),
            clock(state="cancelled", stopped_by="spam"),
            clock(target_seconds=0),
        ]
    )
    found = times(clocks)
    assert found["done"].to_list() == [True, True, False, False, False, False, True]
    assert found["seconds"].to_list() == [60, 240, 240, 240, 60, 60, 60]
    assert found["targets"].to_list() == [0.5, 2, 2, 2, 0.5, 0.5, 60]


def test_clocks_are_taken_by_the_date_they_started() -> None:
    clocks = pl.DataFrame({"started_date": [date(2026, 3, day) for day in (1, 2, 3)]})
    assert started_between(clocks, date(2026, 3, 2), date(2026, 3, 2))["started_date"].to_list() == [date(2026, 3, 2)]
    assert started_between(clocks, None, date(2026, 3, 2)).height == 2
    assert started_between(clocks, date(2026, 3, 2), None).height == 2


@pytest.mark.parametrize("most", [10, 300])
def test_a_thinned_curve_stays_close(most: int) -> None:
    random = np.random.default_rng(2)
    frame = pl.DataFrame({"seconds": random.lognormal(2, 1, 5_000), "done": random.random(5_000) < 0.8, "group": "a"})
    whole = kaplan_meier(frame, by="group")
    thin = thinned(whole, "group", most)
    assert thin.height <= most
    assert thin.row(0) == whole.row(0)
    assert thin.row(-1) == whole.row(-1)
    beside = whole.select("time", "left").join_asof(thin.select("time", thin="left"), on="time")
    assert beside.select((pl.col("thin") - pl.col("left")).max()).item() <= 1 / (most - 2) + 1e-9
    assert beside.select((pl.col("thin") - pl.col("left")).min()).item() >= 0
