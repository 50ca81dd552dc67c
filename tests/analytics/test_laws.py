"""What holds for every schedule, instant and target."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.schedule import Schedule, deadline, elapsed, is_open

DESKS = [
    Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:00-12:00", "13:00-17:00"]}),
    Schedule.weekly("night", "America/New_York", {"mon-sun": ["22:00-06:00"]}, [date(2026, 7, 3)]),
    Schedule.weekly("half hours", "Australia/Lord_Howe", {"mon-sat": ["00:30-03:30", "09:00-18:30"]}),
    Schedule.weekly("always", "Europe/London", "24x7"),
]
PLAIN = Schedule.weekly("plain", "UTC", {"mon-fri": ["09:00-17:00"]})
START = datetime(2024, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 3 * 366 * 86_400).map(lambda second: START + timedelta(seconds=second))
TARGETS = st.integers(0, 400 * 3600)
TRIPLES = st.lists(st.tuples(INSTANTS, INSTANTS, INSTANTS, TARGETS, TARGETS), min_size=1, max_size=40)
SCHEDULES = st.sampled_from(DESKS)


def asked(rows: list[tuple[datetime, datetime, datetime, int, int]]) -> pl.DataFrame:
    ordered = [(*sorted(row[:3]), *sorted(row[3:])) for row in rows]
    schema = {**dict.fromkeys(("a", "b", "c"), pl.Datetime("us", "UTC")), "short": pl.Int64, "long": pl.Int64}
    return pl.DataFrame(ordered, schema=schema, orient="row")


@settings(deadline=None, max_examples=60)
@given(SCHEDULES, TRIPLES)
def test_elapsed_adds_up_over_a_split_and_never_exceeds_wall_time(desk: Schedule, rows: list[tuple]) -> None:  # type: ignore[type-arg]
    a, b, c = pl.col("a"), pl.col("b"), pl.col("c")
    found = asked(rows).select(
        split=elapsed(a, b, desk) + elapsed(b, c, desk),
        whole=elapsed(a, c, desk),
        wall=(c - a).dt.total_seconds(),
        reversed=elapsed(c, a, desk),
    )
    assert (found["split"] == found["whole"]).all()
    assert (found["whole"] <= found["wall"]).all()
    assert (found["whole"] >= 0).all()
    assert (found["reversed"] == 0).all()


@settings(deadline=None, max_examples=60)
@given(SCHEDULES, TRIPLES)
def test_deadline_and_elapsed_are_inverse_and_the_deadline_grows_with_the_target(
    desk: Schedule, rows: list[tuple]
) -> None:  # type: ignore[type-arg]
    start, short, long = pl.col("a"), pl.col("short"), pl.col("long")
    found = asked(rows).with_columns(
        due=deadline(start, short, desk), later=deadline(start, long, desk),
        rolled=deadline(start, short, desk, boundary="next_opening"),
    )  # fmt: skip
    assert found["due"].null_count() == 0
    back = found.select(elapsed(start, pl.col("due"), desk), elapsed(start, pl.col("rolled"), desk).alias("rolled"))
    assert (back.to_series(0) == found["short"]).all()
    assert (back["rolled"] == found["short"]).all()
    assert (found["due"] <= found["later"]).all()
    assert (found["due"] <= found["rolled"]).all()
    assert found.select(is_open(pl.col("rolled"), desk)).to_series().all()


@settings(deadline=None, max_examples=40)
@given(TRIPLES)
def test_a_plain_schedule_does_not_know_which_year_it_is(rows: list[tuple]) -> None:  # type: ignore[type-arg]
    year = pl.duration(weeks=52)
    found = asked(rows).select(
        now=elapsed(pl.col("a"), pl.col("c"), PLAIN),
        later=elapsed(pl.col("a") + year, pl.col("c") + year, PLAIN),
        due=deadline(pl.col("a"), pl.col("short"), PLAIN) + year,
        due_later=deadline(pl.col("a") + year, pl.col("short"), PLAIN),
    )
    assert (found["now"] == found["later"]).all()
    assert (found["due"] == found["due_later"]).all()
