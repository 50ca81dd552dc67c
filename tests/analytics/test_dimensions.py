"""Is every dimension named once, does it read a column of clocks, and are codes written in words?"""

import polars as pl
import pytest

from analytics.dimensions import ATTRIBUTE_DIMENSIONS, DIMENSIONS, PRIORITIES, Dimension, dimension
from analytics.errors import SLAError, UnknownNameError
from analytics.schemas import CLOCKS, KINDS

EACH = pytest.mark.parametrize("one", DIMENSIONS.values(), ids=DIMENSIONS)


@EACH
def test_it_is_known_by_its_name_and_labelled(one: Dimension) -> None:
    assert dimension(one.name) is one
    assert one.name.isidentifier()
    assert one.label[0].isupper()
    assert [other.label for other in DIMENSIONS.values()].count(one.label) == 1


@EACH
def test_it_reads_one_column_of_clocks(one: Dimension) -> None:
    (column,) = one.key.meta.root_names()
    assert column in CLOCKS
    assert pl.DataFrame(schema=CLOCKS).select(one.key).dtypes == [CLOCKS[column]]


@EACH
def test_it_is_either_of_time_or_an_attribute(one: Dimension) -> None:
    assert one.time != (one.name in ATTRIBUTE_DIMENSIONS)
    ((_, dtype),) = pl.DataFrame(schema=CLOCKS).select(one.key).schema.items()
    assert (dtype == pl.String) != one.time


@pytest.mark.parametrize("name", ["weekday", "start_weekday"])
def test_weekdays_are_written_from_monday(name: str) -> None:
    values = dimension(name).values
    assert values is not None
    assert dict(values) == {1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun"}


def test_kinds_and_priorities_have_an_order_of_their_own() -> None:
    assert dimension("kind").order == KINDS
    assert set(dimension("kind").values or {}) == set(KINDS)
    assert dimension("priority").order == PRIORITIES
    assert PRIORITIES[:2] == ("critical", "urgent")


def test_agents_are_those_who_held_the_ticket_at_the_verdict_and_blank_where_the_policy_shows_none() -> None:
    reads = {name: one.key.meta.root_names() for name, one in DIMENSIONS.items()}
    assert [name for name, columns in reads.items() if columns == ["agent_at_due"]] == ["agent"]
    assert pl.DataFrame({"agent_at_due": [None]}, schema={"agent_at_due": pl.String}).select(
        dimension("agent").key
    ).to_series().to_list() == [None]


@pytest.mark.parametrize(("name", "hint"), [("teem", "Did you mean 'team'?"), ("xyzzy", "Known: agent, category,")])
def test_an_unknown_name_gets_a_hint(name: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        dimension(name)
    assert str(caught.value).startswith(f"There is no dimension '{name}'.")
    assert hint in str(caught.value)
    assert isinstance(caught.value, SLAError)
    assert isinstance(caught.value, KeyError)
