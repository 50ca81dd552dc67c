"""Is the work open at a clock's start counted as one would count it, and are changed targets seen for what they did?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from analytics.open_work import FRESH, QUARTERS, at_start, in_quarters, open_work
from analytics.retargeted import FEWEST, PROMISED, retargeted

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def lived(seed: int, n: int) -> pl.DataFrame:
    """Clocks of two sources and three regions, some never stopped, some within the second, some after months."""
    rng = np.random.default_rng(seed)
    started = [START + timedelta(seconds=int(each)) for each in rng.integers(0, 60 * 86_400, n) // 600 * 600]
    lasted = rng.choice([0, 600, 86_400, 40 * 86_400, -1], n)
    stopped = [
        at + timedelta(seconds=int(each)) if each >= 0 else None for at, each in zip(started, lasted, strict=True)
    ]
    return pl.DataFrame(
        {
            "source": rng.choice(["a", "b"], n),
            "region": pl.Series(["North", "South", None]).gather(rng.integers(0, 3, n)),
            "started_at": started,
            "stopped_at": stopped,
        },
        schema_overrides={"stopped_at": pl.Datetime("us", "UTC")},
    )


def test_open_work_is_counted_as_one_would_count_it() -> None:
    every = lived(1, 300)
    clocks = every.sample(120, seed=2)
    fresh = timedelta(seconds=FRESH)
    expected = [
        sum(
            (source, region) == (row["source"], row["region"])
            and started < row["started_at"]
            and row["started_at"] < min(stopped or datetime.max.replace(tzinfo=UTC), started + fresh)
            for source, region, started, stopped in every.iter_rows()
        )
        for row in clocks.iter_rows(named=True)
    ]
    assert max(expected) > 5
    assert at_start(open_work(every), clocks).to_list() == expected


def test_quarters_are_of_a_desk_and_keep_the_order_of_the_clocks() -> None:
    every = lived(3, 3_000)
    every = every.with_columns(at_start(open_work(every), every))
    now, before = in_quarters(every.tail(1_000), every.head(2_000))
    assert now.drop("work_level").equals(every.tail(1_000))
    assert before.drop("work_level").equals(every.head(2_000))
    both = pl.concat([now, before])
    for _, desk in both.group_by("source", "region"):
        ranged = desk.group_by("work_level").agg(low=pl.col("open_work").min(), high=pl.col("open_work").max())
        steps = ranged.sort("work_level")
        assert steps["work_level"].to_list() == list(QUARTERS)
        assert (steps["low"].shift(-1) > steps["high"]).drop_nulls().all()
        assert (desk["work_level"] == QUARTERS[0]).mean() == pytest.approx(0.25, abs=0.12)


def promised(target: int, took: list[int], **changes: Any) -> pl.DataFrame:
    alike: dict[str, Any] = dict.fromkeys(PROMISED, "x") | {"policy": "p", "decided": True, "target_seconds": target}
    rows = [{**alike, "elapsed_seconds": each, "breached": each > target, **changes} for each in took]
    return pl.DataFrame(rows, schema_overrides={"priority": pl.String})


def test_a_tighter_and_a_looser_target_are_told_with_what_they_did() -> None:
    took = [3_000, 6_000, 9_000] * 20
    before = pl.concat([promised(7_200, took), promised(7_200, took, priority=None), promised(100, took, plan="y")])
    now = pl.concat(
        [
            promised(5_400, took, policy="tight"),
            promised(10_000, took, priority=None, policy="loose"),
            promised(100, took, plan="y"),
            promised(50, took, plan="z"),
        ]
    )
    changes, as_before = retargeted(now, before)
    assert changes.select("policy", "priority", "due", "breaches", "as_before").rows() == [
        ("loose", None, 60, 0, 20),
        ("tight", "x", 60, 40, 20),
    ]
    assert as_before.drop("breached").equals(now.drop("breached"))
    assert as_before["breached"].to_list() == [False, False, True] * 40 + now["breached"][120:].to_list()


def test_a_few_clocks_or_mixed_targets_are_no_change_of_a_promise() -> None:
    took = [3_000, 6_000] * 20
    few = promised(5_400, [6_000] * (FEWEST - 1))
    mixed = pl.concat([promised(7_200, took), promised(3_600, took)])
    for now, before in ((few, promised(7_200, took)), (promised(5_400, took), mixed)):
        changes, as_before = retargeted(now, before)
        assert changes.is_empty()
        assert as_before.equals(now)
