"""Does each part import only what it may, and stay small enough to read?"""

import ast
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = sorted(
    [ROOT / "app.py", *(path for part in ("analytics", "data", "pages") for path in (ROOT / part).rglob("*.py"))]
)
EVERYTHING = sorted([*PRODUCT, *(ROOT / "tests").rglob("*.py")])

ANALYTICS = ("polars", "numpy", "scipy", "pydantic", "holidays", "tzdata", "analytics")
DATA = (*ANALYTICS, "duckdb", "fastexcel", "ruamel", "filelock", "cyclopts", "rich", "pyarrow", "data")
UI = ("streamlit", "altair", "polars", "analytics", "pages.ui")
SECTION = ("streamlit", "polars", "analytics", "pages.ui")
READS_DATA = ("pages/ui/load.py", "pages/ui/imports.py", "pages/ui/rosters.py")
DRAWS = tuple(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "pages/ui").glob("charts*.py")))
SAVES = tuple(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "pages/ui").glob("exports*.py")))
PLAIN = (*DRAWS, *SAVES, "pages/ui/words.py", "pages/ui/format.py")
LONGEST, LONGEST_PAGE = 300, 60
CLOCKS = ("now", "utcnow", "today")
ONLY_IN_TIMEZONES = ("convert_time_zone", "replace_time_zone", "unsafe_allow_html")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(source: str) -> set[str]:
    """Every module a source imports, dotted, at any depth; a relative import keeps its dots."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {f"{module}.{alias.name}" if module in {"pages", "."} else module for alias in node.names}
    return found


def strangers(source: str, allowed: Collection[str]) -> set[str]:
    """What a source imports beside the standard library and the allowed packages."""
    return {
        module
        for module in imports(source)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not any(module == name or module.startswith(f"{name}.") for name in allowed)
    }


def asks_the_time(source: str) -> set[str]:
    """Calls and imports that read the machine's clock."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if node.attr in CLOCKS or (owner == "time" and node.attr in {"time", "time_ns"}):
                found.add(f"{owner}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found |= {f"time.{alias.name}" for alias in node.names}
    return found


def allowed_in(path: str) -> tuple[str, ...]:
    """The packages a module may import."""
    top = path.split("/", maxsplit=1)[0]
    if path == "app.py":
        return ("streamlit", "starlette")
    if path == "data/pull/client.py":
        return (*DATA, "dlt")
    if top != "pages":
        return {"analytics": ANALYTICS, "data": DATA}[top]
    if not path.startswith("pages/ui/"):
        return SECTION
    allowed = tuple(name for name in UI if name != "altair" or path in DRAWS)
    allowed = tuple(name for name in allowed if name != "streamlit" or path not in PLAIN)
    if path in SAVES:
        return (*allowed, "xlsxwriter", "vl_convert", "typst")
    return (*allowed, "data") if path in READS_DATA else allowed


def test_there_is_something_to_read() -> None:
    names = {name_of(path) for path in EVERYTHING}
    assert {"analytics/clocks.py", "data/store.py", *PLAIN, *READS_DATA, "tests/test_architecture.py"} <= names


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_imports(path: Path) -> None:
    assert strangers(path.read_text("utf-8"), allowed_in(name_of(path))) == set()


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_no_module_is_long_and_none_knows_pandas(path: Path) -> None:
    source = path.read_text("utf-8")
    section = path.is_relative_to(ROOT / "pages") and path.parent != ROOT / "pages" / "ui"
    assert len(source.splitlines()) <= (LONGEST_PAGE if section else LONGEST)
    assert {module.split(".")[0] for module in imports(source)}.isdisjoint({"pandas"})


def test_pages_holds_sections_and_its_shell() -> None:
    assert {path.name for path in (ROOT / "pages").glob("*.py")} <= {"main.py", "__init__.py"}


@pytest.mark.parametrize("path", sorted((ROOT / "analytics").rglob("*.py")), ids=name_of)
def test_analytics_never_asks_what_time_it_is(path: Path) -> None:
    assert asks_the_time(path.read_text("utf-8")) == set()


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_zones_are_converted_in_one_place_and_no_html_is_trusted(path: Path) -> None:
    if name_of(path) != "analytics/timezones.py":
        source = path.read_text("utf-8")
        assert [word for word in ONLY_IN_TIMEZONES if word in source] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import polars as pl, os.path", {"polars", "os.path"}),
        ("from data.store import Store", {"data.store"}),
        ("from pages import ui", {"pages.ui"}),
        ("from pages.ui import load, charts", {"pages.ui"}),
        ("from . import load", {"..load"}),
        ("from .load import Chosen", {".load"}),
        ("def late():\n    if True:\n        import pandas", {"pandas"}),
        ("'import pandas'  # import altair", set()),
    ],
)
def test_the_reader_sees_every_import(source: str, expected: set[str]) -> None:
    assert imports(source) == expected


@pytest.mark.parametrize(
    ("path", "source", "broken"),
    [
        ("analytics/clocks.py", "import numpy\nimport analytics.policy\nimport datetime", set()),
        ("analytics/clocks.py", "from data.store import Store", {"data.store"}),
        ("analytics/clocks.py", "import duckdb\nimport streamlit", {"duckdb", "streamlit"}),
        ("analytics/clocks.py", "import analytics_of_others", {"analytics_of_others"}),
        ("data/store.py", "import duckdb, pages.ui.load", {"pages.ui.load"}),
        ("pages/ui/load.py", "from data.store import Store", set()),
        ("pages/ui/blocks.py", "from data.store import Store\nimport streamlit", {"data.store"}),
        ("pages/ui/charts.py", "import altair, streamlit", {"streamlit"}),
        ("pages/ui/blocks.py", "import altair", {"altair"}),
        ("pages/ui/words.py", "import streamlit as st", {"streamlit"}),
        ("pages/ui/exports_report.py", "import typst, vl_convert, xlsxwriter", set()),
        ("pages/ui/exports_report.py", "import streamlit, altair", {"streamlit", "altair"}),
        ("pages/ui/saving.py", "import typst", {"typst"}),
        ("pages/summary/overview.py", "import altair\nfrom pages.ui import charts", {"altair"}),
        ("pages/summary/overview.py", "from data import store", {"data"}),
        ("pages/summary/overview.py", "from pages.operations import tickets", {"pages.operations"}),
        ("pages/ui/blocks.py", "from .load import Chosen", {".load"}),
    ],
)  # fmt: skip
def test_a_broken_rule_is_seen(path: str, source: str, broken: set[str]) -> None:
    assert strangers(source, allowed_in(path)) == broken


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("datetime.now(UTC)", {"datetime.now"}),
        ("datetime.datetime.utcnow()", {"datetime.utcnow"}),
        ("day = date.today", {"date.today"}),
        ("time.time()", {"time.time"}),
        ("from time import monotonic", {"time.monotonic"}),
        ("from datetime import time\ntime.fromisoformat('09:00')", set()),
    ],
)
def test_a_look_at_the_clock_is_seen(source: str, found: set[str]) -> None:
    assert asks_the_time(source) == found
