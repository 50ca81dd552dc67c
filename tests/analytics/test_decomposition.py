"""Does a change of a rate fall into rate and mix, summing exactly, and is a mix part as sure as it says?"""

import json

import numpy as np
import polars as pl
import pytest

from analytics.compared import compared
from analytics.decomposition import PARTS, decomposed, parts, totals
from tests.shared import shared


def counted(rows: dict[str | None, tuple[int, int, int, int]]) -> pl.DataFrame:
    """Rows of clocks and breaches before, and clocks and breaches now."""
    names = ("earlier_due", "earlier_breaches", "due", "breaches")
    values = [{"value": name, **dict(zip(names, row, strict=True))} for name, row in rows.items()]
    return pl.DataFrame(values, schema={"value": pl.String, **dict.fromkeys(names, pl.Int64)})


def clocks(rows: dict[str | None, tuple[int, int]]) -> pl.DataFrame:
    """Clocks of a plan: how many, and how many of them breached."""
    flags = [(plan, number < breaches) for plan, (due, breaches) in rows.items() for number in range(due)]
    frame = pl.DataFrame(flags, schema={"plan": pl.String, "breached": pl.Boolean}, orient="row")
    return frame.with_columns(
        decided=pl.lit(value=True), due_week=pl.lit(None, pl.Date), due_date=pl.lit(None, pl.Date)
    )


def test_a_change_falls_into_the_parts_of_the_reference_case() -> None:
    case = json.loads(shared("vectors/science.json").read_text())["statistics"]["kitagawa"]
    n = 10_000
    rows = {
        f"{number}": tuple(round(each) for each in (n * wa, n * wa * ra, n * wb, n * wb * rb))
        for number, (wa, ra, wb, rb) in enumerate(zip(case["wA"], case["rA"], case["wB"], case["rB"], strict=True))
    }
    found = parts(counted(rows))  # type: ignore[arg-type]
    assert found["rate_part"].to_list() == pytest.approx(case["rate_by"], abs=1e-12)
    middle, moved = (case["RA"] + case["RB"]) / 2, np.array(case["wB"]) - np.array(case["wA"])
    about_the_mean = np.array(case["mix_by"]) - middle * moved
    assert found["mix_part"].to_list() == pytest.approx(about_the_mean, abs=1e-12)
    assert found["rate_part"].sum() == pytest.approx(case["rate_effect"], abs=1e-12)
    assert found["mix_part"].sum() == pytest.approx(case["mix_effect"], abs=1e-12)


def test_the_parts_always_sum_to_the_change() -> None:
    rng = np.random.default_rng(4)
    for _ in range(40):
        due = rng.integers(0, 60, size=(7, 2)) + np.array([[1, 1]] + [[0, 0]] * 6)
        breaches = rng.binomial(due, rng.uniform(size=(7, 2)))
        rows = {f"{number}": (a, x, b, y) for number, ((a, b), (x, y)) in enumerate(zip(due, breaches, strict=True))}
        found = parts(counted(rows).filter(pl.col("earlier_due") + pl.col("due") > 0))
        change = breaches[:, 1].sum() / due[:, 1].sum() - breaches[:, 0].sum() / due[:, 0].sum()
        assert found["rate_part"].sum() + found["mix_part"].sum() == pytest.approx(change, abs=1e-12)


def test_rates_that_stay_make_mix_alone_and_shares_that_stay_make_rate_alone() -> None:
    mixed = parts(counted({"hard": (100, 40, 300, 120), "easy": (300, 30, 100, 10)}))
    assert mixed["rate_part"].to_list() == [0.0, 0.0]
    assert mixed["mix_part"].sum() == pytest.approx(130 / 400 - 70 / 400)
    slower = parts(counted({"hard": (100, 40, 200, 100), "easy": (300, 30, 600, 90)}))
    assert slower["mix_part"].to_list() == [0.0, 0.0]
    assert slower["rate_part"].sum() == pytest.approx(190 / 800 - 70 / 400)


def test_a_value_of_one_period_is_mix_alone_and_its_other_rate_unknown() -> None:
    found = parts(counted({"new": (0, 0, 50, 30), "old": (100, 10, 100, 10), "gone": (60, 6, 0, 0)})).sort("value")
    assert found.select("value", "earlier_rate", "rate", "rate_part").rows() == [
        ("gone", 0.1, None, 0.0),
        ("new", None, 0.6, 0.0),
        ("old", 0.1, 0.1, 0.0),
    ]
    assert found["mix_part"].sum() == pytest.approx(40 / 150 - 16 / 160)


def test_rows_and_numbers_give_the_same_parts_blank_first() -> None:
    before, now = clocks({"pro": (20, 5), None: (10, 1)}), clocks({"pro": (10, 6), "free": (30, 3)})
    undecided = clocks({"pro": (9, 9)}).with_columns(decided=pl.lit(value=False))
    found = decomposed(pl.concat([now, undecided]), before, pl.col("plan"))
    assert found.schema == PARTS
    assert found["value"].to_list() == [None, "free", "pro"]
    assert found.select("earlier_due", "earlier_breaches", "due", "breaches").rows() == [
        (10, 1, 0, 0),
        (0, 0, 30, 3),
        (20, 5, 10, 6),
    ]
    as_numbers = compared(pl.concat([undecided, now]), before, {"plan": pl.col("plan")}).parts("plan")
    assert as_numbers.equals(found)


def test_nothing_due_in_a_period_gives_no_parts() -> None:
    some, none = clocks({"pro": (3, 1)}), clocks({}).cast({"decided": pl.Boolean})
    for now, before in ((some, none), (none, some)):
        assert decomposed(now, before, pl.col("plan")).is_empty()
        assert compared(now, before, {"plan": pl.col("plan")}).parts("plan").is_empty()
    assert totals({"plan": decomposed(some, none, pl.col("plan"))}).is_empty()


def test_a_mix_part_is_as_sure_as_draws_by_chance_make_it() -> None:
    rng = np.random.default_rng(3)
    share, rate, sure = np.array([0.5, 0.3, 0.2]), np.array([0.05, 0.2, 0.4]), []
    for _ in range(300):
        a, b = rng.multinomial(900, share), rng.multinomial(500, share)
        rows = {f"{n}": (a[n], round(a[n] * rate[n]), b[n], round(b[n] * rate[n])) for n in range(3)}
        sure.append(totals({"plan": parts(counted(rows))})["mix_sure"].item())
    assert np.mean(sure) == pytest.approx(0, abs=0.2)
    assert np.std(sure) == pytest.approx(1, abs=0.12)


def test_the_dimension_with_most_mix_comes_first() -> None:
    much = parts(counted({"hard": (100, 40, 300, 120), "easy": (300, 30, 100, 10)}))
    none = parts(counted({"a": (200, 35, 200, 65), "b": (200, 35, 200, 65)}))
    found = totals({"none": none, "much": much})
    assert found["dimension"].to_list() == ["much", "none"]
    assert found["change"].to_list() == pytest.approx([60 / 400] * 2)
    assert found["mix_sure"].to_list()[1] == 0.0
