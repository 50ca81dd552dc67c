"""Does the customers page rank by what matters, and make one customer's report?"""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from analytics.customers import FEWER, owed
from analytics.measure import due_between, without_excluded
from data.store import Store
from data.version import Version
from pages.ui import customer, customers
from tests.pages.test_render import opened
from tests.pages.test_segments import table, told

WARM = True
CUSTOMERS = "contracts/customers.py"
FIRST, LAST = date(2026, 8, 24), date(2026, 11, 22)
LIKE = {"due": 204, "breaches": 12, "with_objective": 204, "promised": 0.95, "attainment": 192 / 204,
        "attainment_low": 0.8997, "attainment_high": 0.966}  # fmt: skip


def resolutions(store: Path) -> pl.DataFrame:
    clocks = Store(store).require().clocks().filter(pl.col("kind") == "first_resolution")
    return without_excluded(due_between(clocks, FIRST, LAST))


def test_a_customers_verdict_says_what_it_got_against_what_was_promised() -> None:
    assert customer.verdict(LIKE, "first_resolution", "Acme") == (
        "Acme got 94.1 % of its first resolutions in time against 95 % promised, within noise: 12 of 204 late "
        "(95 % interval 90.0–96.6 %)."
    )
    worse = customer.verdict({**LIKE, "promised": 0.985}, "resolution", "Acme")
    assert "of its full resolutions in time against 98.5 % promised, clearly fewer: 12" in worse
    usual = customer.verdict({**LIKE, "with_objective": 3, "promised": 0.5}, "update", "Acme")
    assert "against 50 % usual for clocks like these, clearly more" in usual
    few = customer.verdict({**LIKE, "due": 20}, "update", "Acme")
    assert "not enough clocks to tell" in few
    assert "clearly" not in few
    assert "of their updates" in customer.verdict(LIKE, "update", customer.EVERYONE)


def test_the_verdict_on_all_counts_who_got_clearly_less() -> None:
    frame = pl.DataFrame(
        {"segment": ["Acme", "Bolt"], "named": [True, True], "due": [200, 40], "with_objective": [200, 40],
         "excess": [30.4, 4.6], "attainment": [0.8, 0.825], "promised": [0.95, 0.95], "apart": [FEWER, FEWER]}
    )  # fmt: skip
    assert customers.verdict(frame, "first_resolution") == (
        "Of 2 customers 2 got clearly fewer first resolutions in time than promised; most so Acme 80.0 % of 200 "
        "against 95 %, 30 breaches too many."
    )
    only = frame.with_columns(apart=pl.Series([FEWER, None]))
    assert customers.verdict(only, "first_resolution") == (
        "Of 2 customers only Acme got clearly fewer first resolutions in time than promised: 80.0 % of 200 "
        "against 95 %, 30 breaches too many."
    )
    fine = customers.verdict(frame.with_columns(apart=pl.lit(None, dtype=pl.String)), "update")
    assert fine == "Of 2 customers none got clearly fewer updates in time than promised."
    nobody = customers.verdict(frame.with_columns(named=pl.lit(value=False)), "update")
    assert nobody == "None of the 240 clocks due names its customer."


def test_months_are_marked_where_they_are_unfinished_or_thin() -> None:
    rows = [(date(2026, 1, 1), 40), (date(2026, 2, 1), 10), (date(2026, 3, 1), 50), (date(2026, 4, 1), 60)]
    clocks = pl.concat(
        pl.DataFrame({"due_month": [month] * count, "breached": [False] * count}) for month, count in rows
    ).with_columns(decided=pl.lit(value=True), as_of=pl.lit(datetime(2026, 4, 20, tzinfo=UTC)))
    found = customer.by_month(clocks, None)
    assert found["note"].to_list() == ["whole", "of few clocks", "whole", "unfinished"]
    assert found["firm"].to_list() == [True, False, True, False]
    assert customer.by_month(clocks, date(2026, 2, 20))["due"].to_list() == [40, 10]


def test_the_page_ranks_customers_by_first_resolutions(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(CUSTOMERS, sample, monkeypatch)
    assert not app.exception
    clocks = resolutions(sample)
    expected, shown = owed(clocks, clocks), table(app, "expected")
    assert shown["segment"].to_list() == expected["customer"].cast(pl.String).fill_null("(blank)").to_list()
    assert shown["excess"].to_list() == pytest.approx(expected["excess"].to_list())
    assert f"n = {clocks['decided'].sum():,} clocks due" in told(app)
    assert "By the sidebar's clock: of " in told(app)
    app.selectbox(key="contract").select("Update").run()
    assert not app.exception
    assert "(Update)" in told(app)


@pytest.mark.parametrize("how", ["pick", "sidebar"])
def test_one_customer_makes_the_page_its_report(how: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = resolutions(sample).filter("decided")
    name = clocks["customer"].cast(pl.String).value_counts(sort=True)["customer"][0]
    query = {"pick": f"customer:{name}"} if how == "pick" else {"only_customer": name}
    app = opened(CUSTOMERS, sample, monkeypatch, **query)
    assert not app.exception
    own = clocks.filter(pl.col("customer").cast(pl.String) == name)
    assert f"{own['breached'].sum():,} of {own.height:,} late" in told(app)
    assert f"{name} got " in told(app)
    kinds = table(app, "hours")
    first = kinds.filter(pl.col("kind") == "First resolution")
    assert first["hours"].to_list() == ["Business hours", "Calendar hours"]
    assert first["due"][0] == own.height
    assert first["objective"][0] == pytest.approx(own["objective"].mean())
    assert "Team agreement" not in kinds["kind"].to_list()
    late = table(app, "overrun_hours")
    assert set(late["customer"]) == {name}
    assert late["overrun_hours"].is_sorted(descending=True)
    assert late.filter(pl.col("clock") == "First resolution").height == own["breached"].sum()


@pytest.mark.usefixtures("cold")
def test_tickets_without_a_customer_can_be_picked_and_are_not_ranked(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Version.clocks
    blank = pl.when(pl.col("customer").cast(pl.String).str.starts_with("A")).then(None).otherwise(pl.col("customer"))
    monkeypatch.setattr(Version, "clocks", lambda self: whole(self).with_columns(customer=blank))
    app = opened(CUSTOMERS, sample, monkeypatch)
    assert not app.exception
    assert "due without a customer's name are left out" in told(app)
    app = opened(CUSTOMERS, sample, monkeypatch, pick="customer:")
    assert f"{customers.NO_NAME} got " in told(app)


@pytest.mark.usefixtures("cold")
def test_a_source_that_names_no_customers_says_so_and_what_to_do(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Version.clocks
    nobody = pl.lit(None, dtype=pl.String).alias("customer")
    monkeypatch.setattr(Version, "clocks", lambda self: whole(self).with_columns(nobody))
    app = opened(CUSTOMERS, sample, monkeypatch)
    assert not app.exception
    assert "This export names no customers" in told(app)
    assert "import again" in told(app)
    assert "Everyone together got " in told(app)
    assert f"of {resolutions(sample)['decided'].sum():,} late" in told(app)
