"""What is downloaded can be opened without running anything."""

import io
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.ui.blocks import text
from pages.ui.exports import csv, defused

LIVE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    '  =HYPERLINK("http://evil")',
    "\u00a0=1",
    "\n=1",
]


@pytest.mark.parametrize("payload", LIVE)
def test_a_live_formula_is_defused(payload: str) -> None:
    assert defused(pl.DataFrame({"a": [payload]}))["a"].to_list() == [f"'{payload}"]


def test_numbers_names_and_blanks_stay(  # the header too
) -> None:
    frame = pl.DataFrame({"n": [-1.5, None], "name": ["Åsa", None], "=live": ["a-b", "x=1"]})
    assert defused(frame).to_dict(as_series=False) == {
        "n": [-1.5, None],
        "name": ["Åsa", None],
        "'=live": ["a-b", "x=1"],
    }


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(), min_size=1, max_size=5))
def test_no_text_starts_live_and_none_is_lost(values: list[str]) -> None:
    shown = defused(pl.DataFrame({"a": values}, schema={"a": pl.String}))["a"].to_list()
    for value, written in zip(values, shown, strict=True):
        assert written in {value, f"'{value}"}
        assert not written.lstrip(" \n\u00a0").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_the_file_reads_back() -> None:
    frame = pl.DataFrame({"a": ["x", "=1"], "n": [1, 2]})
    content = csv(frame)
    assert content.startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(io.BytesIO(content)).rows() == [("x", 1), ("'=1", 2)]


@pytest.mark.parametrize(
    "payload", ["![x](http://evil/t.png)", "**b**", "<img src=x>", "[a](javascript:x)", ":red[x]", "$x$", "# h"]
)
def test_names_stand_in_markdown_as_they_are_written(payload: str) -> None:
    escaped = text(payload)
    assert escaped.replace("\\", "") == payload.replace("\\", "")
    for sign in "![]()*<>:$#":
        assert escaped.count(f"\\{sign}") == payload.count(sign)


def test_instants_carry_their_zone_and_local_times_none() -> None:
    at = datetime(2026, 7, 6, 6, tzinfo=UTC)
    frame = pl.DataFrame({"due_at": [at], "due": [at.replace(tzinfo=None)]})
    assert csv(frame).decode("utf-8-sig").splitlines()[1] == "2026-07-06T06:00:00Z,2026-07-06T06:00:00"
