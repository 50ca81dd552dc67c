"""Pictures show the chart under its question, look the same whoever asks for them, and call nobody."""

import ast
import re
import socket
import tomllib
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import polars as pl
import pytest
import vl_convert

from pages.ui import charts, exports_looks
from pages.ui.exports import picture
from pages.ui.exports_pictures import VEGA_LITE, WIDE, drawing, size
from tests.test_architecture import DRAWS, ROOT

SVG = "{http://www.w3.org/2000/svg}"
WEEKS = pl.DataFrame(
    {
        "week": [date(2026, 6, 1), date(2026, 6, 8)],
        "attainment": [0.9, 0.8],
        "attainment_low": [0.85, 0.7],
        "attainment_high": [0.95, 0.9],
        "due": [100, 50],
        "breaches": [10, 10],
    }
)
HOSTILE = "</text><script>alert(1)</script> & \"q\" 'x' ]]> <image href='http://evil.invalid/x.png'/>"
TOLD = {
    "title": "Are promises kept?",
    "answer": "Lowest in the week of 8 Jun.",
    "note": "Due in June, Europe/Stockholm.",
}


def weekly(*, dark: bool = False) -> dict[str, Any]:
    return charts.weekly_rate(WEEKS, 0.9, dark=dark).to_dict(validate=False)


def words(text: str, **channels: str) -> dict[str, Any]:
    """A chart of one text."""
    chart = alt.Chart(pl.DataFrame({"text": [text]})).mark_text().encode(text="text:N", **channels)
    return chart.properties(height=80).to_dict(validate=False)


def texts(svg: str) -> str:
    """Every text of a picture; fails where it is not well formed."""
    return " ".join(text for each in ET.fromstring(svg).iter() if (text := each.text))  # noqa: S314 - of ours


def test_a_png_is_twice_as_wide_as_a_picture() -> None:
    png = picture(weekly(), "png", **TOLD)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 2 * WIDE
    assert png == picture(weekly(), "png", **TOLD)


def test_a_picture_says_what_it_shows() -> None:
    svg = picture(weekly(), "svg", **TOLD).decode()
    said = texts(svg)
    for told in (*TOLD.values(), "objective 90 %", "01 Jun", "08 Jun", "95%"):
        assert told in said
    assert size(svg)[0] == WIDE
    assert f'fill="{exports_looks.PAPER[False]}"' in svg


def test_what_could_be_clicked_is_not_said_on_a_picture() -> None:
    told = texts(picture(weekly(), "svg", title="a", answer="Lowest in June. Click a week to pick it.").decode())
    assert "Lowest in June." in told
    assert "Click" not in told


def test_a_long_title_is_wrapped_and_whole() -> None:
    long = " ".join(f"word{number}" for number in range(90))
    svg = picture(weekly(), "svg", title=long, answer="x" * 300).decode()
    lines = [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}tspan")]  # noqa: S314 - of ours
    title, answer = [each for each in lines if "word" in each], [each for each in lines if "word" not in each]
    assert " ".join(title) == long
    assert "".join(answer) == "x" * 300
    assert len(title) > 5
    assert len(answer) > 1
    assert size(svg)[1] > size(picture(weekly(), "svg", title="a", answer="b").decode())[1] + 100


def test_a_chart_drawn_for_the_dark_is_the_one_drawn_for_the_light_on_paper() -> None:
    assert weekly(dark=True) != weekly()
    shown, light = (re.sub("view_[0-9a-f]+", "", drawing(weekly(dark=dark), WIDE)) for dark in (True, False))
    assert shown == light
    dark = drawing(weekly(dark=True), WIDE, dark=True)
    assert "#56B4E9" in dark
    assert exports_looks.PAPER[True] in dark


@pytest.mark.parametrize("place", ["chart", "title", "answer", "note"])
def test_names_from_tickets_stay_text(place: str) -> None:
    told = {**TOLD, place: HOSTILE}
    told.pop("chart", None)
    svg = picture(words(HOSTILE if place == "chart" else "calm"), "svg", **told).decode()
    assert HOSTILE.replace(" ", "") in texts(svg).replace(" ", "")
    assert {each.tag for each in ET.fromstring(svg).iter()} <= {  # noqa: S314 - of ours
        f"{SVG}{tag}" for tag in ("svg", "g", "path", "rect", "text", "tspan", "title", "desc", "defs")
    }


def test_signs_that_may_not_stand_in_a_picture_do_not_break_it() -> None:
    svg = picture(words("a\x00b\x0b\uffff"), "svg", title="c\x00d", answer="e\x07f").decode()
    assert "a\ufffdb\ufffd\ufffd" in texts(svg)
    assert "c\ufffdd" in texts(svg)
    assert picture(words("a\x00b"), "png", title="c\x00d", answer="").startswith(b"\x89PNG")


def test_nobody_is_called() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        image = alt.Chart(pl.DataFrame({"at": [address]})).mark_image(width=9, height=9).encode(url="at:N")
        for kind in ("svg", "png"):
            picture(image.to_dict(validate=False), kind, title=address, answer="")
            picture(words(address, href="text:N"), kind, title="a", answer="")
        with pytest.raises(ValueError, match="not allowed"):
            drawing({"data": {"url": address}, "mark": "point"}, WIDE)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_times_without_a_zone_are_read_as_utc_at_both_ends() -> None:
    frame = pl.DataFrame({"start": [date(2026, 6, 1)], "end": [date(2026, 6, 2)]})
    x = alt.X(
        "start:T",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(values=[alt.DateTime(year=2026, month=6, date=1, utc=True)]),
    )
    spec = alt.Chart(frame).mark_bar().encode(x=x, x2="end").to_dict(validate=False)
    (rows,) = spec["datasets"].values()
    assert rows == [{"start": "2026-06-01T00:00:00", "end": "2026-06-02T00:00:00"}]
    zoned = {**spec, "datasets": {name: [{key: f"{at}Z" for key, at in rows[0].items()}] for name in spec["datasets"]}}
    assert drawing(spec, WIDE) == drawing(zoned, WIDE)
    assert rows == [{"start": "2026-06-01T00:00:00", "end": "2026-06-02T00:00:00"}]


def test_charts_are_drawn_by_the_version_they_are_written_for() -> None:
    assert alt.SCHEMA_VERSION.startswith(f"v{VEGA_LITE}.")
    assert VEGA_LITE in vl_convert.get_vegalite_versions()


@pytest.mark.parametrize(("theme", "dark"), [("light", False), ("dark", True)])
def test_colours_are_those_of_the_app(theme: str, dark: bool) -> None:
    look = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"][theme]
    assert exports_looks.PAPER[dark] == look["backgroundColor"]
    assert exports_looks.INK[dark] == look["textColor"]
    assert exports_looks.CATEGORIES[dark] == look["chartCategoricalColors"]
    assert exports_looks.SEQUENCE[dark] == look["chartSequentialColors"]
    assert exports_looks.SIDES[dark] == look["chartDivergingColors"]


@pytest.mark.parametrize("path", DRAWS)
def test_colours_of_both_themes_stand_where_paper_finds_them(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    outside = {id(node) for each in tree.body if isinstance(each, ast.Assign) for node in ast.walk(each)}
    both = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict) and [ast.unparse(key) for key in node.keys if key] == ["False", "True"]
    ]
    hidden = [ast.unparse(node) for node in both if "#" in ast.unparse(node) and id(node) not in outside]
    assert hidden == []
