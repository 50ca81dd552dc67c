"""Every page's charts, tables and words can be taken along: pictures with marks, and one PDF."""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import vl_convert
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from pages.ui import sheet
from pages.ui.exports import report
from pages.ui.exports_pictures import WIDE, drawing
from tests.pages.test_render import JUDGED, PAGES, ROOT

WITHOUT_CHARTS = {"operations/tickets.py", "operations/queue.py"}
ADVICE = (
    'Conflicting scale property "domain"',
    'Conflicting legend property "disable"',
    "Channel strokeWidth should not be used with an unsorted discrete field",
    "Channel order is inappropriate for nominal field",
)
"""What Vega-Lite says of charts that are meant so: layers with the same ends, lines told apart by their width too."""


@contextmanager
def errors_to(path: Path) -> Iterator[None]:
    """Turn what libraries of other languages say on the error stream into a file."""
    kept = os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


@pytest.mark.parametrize("path", JUDGED)
def test_a_page_can_be_taken_along(path: str, sample: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUETIME_STORE", str(sample))
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", partial(vl_convert.vegalite_to_svg, show_warnings=True))
    app = AppTest.from_file(str(ROOT / "pages/main.py"), default_timeout=60)
    app.switch_page(path)
    app.run()
    made: sheet.Sheet = app.session_state["sheet"]
    assert made.question == PAGES[path]
    assert made.parts
    pictures = [part for part in made.parts if isinstance(part, sheet.Picture)]
    assert pictures or path in WITHOUT_CHARTS
    with errors_to(tmp_path / "errors"):
        for each in pictures:
            svg = drawing(each.drawn.to_dict(validate=False), WIDE)
            assert re.search(r'class="mark-\w+ role-mark[^>]*><(path|text|g|rect)', svg), each.title
    warned = (tmp_path / "errors").read_text("utf-8").splitlines()
    assert [line for line in warned if not any(advice in line for advice in ADVICE)] == []
    pdf = PdfReader(io.BytesIO(report(made)))
    words = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert made.question in words
    assert all(each.title in words for each in pictures)
