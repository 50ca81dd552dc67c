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
def test_it_reads_columns_of_clocks(one: Dimension) -> None:
    columns = one.key.meta.root_names()
    assert columns
    assert set(columns) <= set(CLOCKS)
    found = pl.DataFrame(schema=CLOCKS).select(one.key).dtypes
    assert found == [CLOCKS[columns[0]] if one.key.meta.is_column() else pl.String]


def test_what_happened_on_the_way_is_told_in_words() -> None:
    clocks = pl.DataFrame(
        {
            "started_hour": [5, 6, 17, 21, 22, None],
            "started_open": [False, True, True, True, False, None],
            "handoffs": [0, 1, 2, 3, 9, None],
            "reopenings": [0, 1, 2, 0, 0, None],
            "customer_seconds": [0, 5, 0, 5, 0, None],
            "paused_seconds": [0, 5, 7, 0, 0, None],
        }
    )
    names = ["daypart", "arrival", "handed", "reopened", "waited_for"]
    told = clocks.select(dimension(name).key.alias(name) for name in names).to_dict(as_series=False)
    assert told == {
        "daypart": ["night 22–06", "morning 06–12", "afternoon 12–18", "evening 18–22", "night 22–06", None],
        "arrival": ["closed", "open", "open", "open", "closed", None],
        "handed": ["0", "1", "2", "3+", "3+", None],
        "reopened": ["not reopened", "reopened", "reopened", "not reopened", "not reopened", None],
        "waited_for": ["nobody", "customer", "others", "customer", "nobody", None],
    }


@EACH
def test_it_is_either_of_time_or_an_attribute(one: Dimension) -> None:
    assert one.time != (one.name in ATTRIBUTE_DIMENSIONS)
    assert not (one.time and one.process)
    ((_, dtype),) = pl.DataFrame(schema=CLOCKS).select(one.key).schema.items()
    assert dtype == pl.String or one.time


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


@pytest.mark.parametrize(("name", "hint"), [("teem", "Did you mean 'team'?"), ("xyzzy", "Known: agent, arrival,")])
def test_an_unknown_name_gets_a_hint(name: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        dimension(name)
    assert str(caught.value).startswith(f"There is no dimension '{name}'.")
    assert hint in str(caught.value)
    assert isinstance(caught.value, SLAError)
    assert isinstance(caught.value, KeyError)
