"""Charts as pictures that say by themselves what they show, PNG and SVG, drawn without a browser or a network."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

import vl_convert

from pages.ui.exports_looks import FADED, FAMILY, FONTS, INK, PAPER, config, for_paper

VEGA_LITE = "6.4"
"""The version of Vega-Lite that Altair writes charts for."""

WIDE = 900
"""Width of a picture, in pixels; of a PNG twice that."""

_MARGIN, _SCALE = 24, 2
_LINE = 1.35
_TITLE, _ANSWER, _NOTE = 20, 14, 12
_MANY = ("hconcat", "vconcat", "concat", "facet", "repeat", "spec")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Signs that may not stand in XML."""

_FRAGILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\U00010000-\U0010ffff]")
"""Those, and signs such as emoji: a label that is cut short in the midst of one cannot be drawn."""

_IMAGE = re.compile(r"</?image\b[^>]*>")
"""A mark that is fetched from elsewhere: no chart of ours has any."""

_CLICK = re.compile(r"\s*\bClick [^.]*\.$")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$")
_ENDS = {"x": "x2", "y": "y2"}
_NOWHERE = ["https://nowhere.invalid/"]
"""Where data may be fetched from: no such place can be."""


def picture(
    spec: Mapping[str, Any],
    kind: Literal["png", "svg"],
    *,
    title: str,
    answer: str,
    note: str = "",
    dark: bool = False,
) -> bytes:
    """A chart under its question and its answer, with what was looked at below it.

    Args:
        spec: the chart, as Altair's `to_dict` gives it; a width of "container" fits.
        kind: of the file.
        title, answer: the question, and what the chart says to it; texts, never markup.
        note: period, zone, n and as-of, in small print.
        dark: whether it stands on a dark ground; else a chart drawn for the dark theme is turned light.
    """
    inner = drawing(spec, WIDE - 2 * _MARGIN, dark=dark)
    width, height = size(inner)
    wide = max(WIDE, round(width) + 2 * _MARGIN)
    told: list[str] = []
    top = float(_MARGIN)
    for text, points, look in (
        (title, _TITLE, f'font-weight="600" fill="{INK[dark]}"'),
        (still(answer), _ANSWER, f'fill="{FADED[dark]}"'),
    ):
        made, top = _lines(text, points, top, wide - 2 * _MARGIN, look)
        told.append(made)
    top += _MARGIN / 2
    told.append(_placed(inner, _MARGIN, round(top)))
    made, top = _lines(note, _NOTE, top + height + _MARGIN / 3, wide - 2 * _MARGIN, f'fill="{FADED[dark]}"')
    told.append(made)
    tall = round(top + _MARGIN * 2 / 3)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-label={quoteattr(_seen(title))} width="{wide}" height="{tall}" viewBox="0 0 {wide} {tall}">'
        f"<title>{escape(_seen(title))}</title><desc>{escape(_seen(still(answer)))}</desc>"
        f'<rect width="{wide}" height="{tall}" fill="{PAPER[dark]}"/>'
    )
    svg = "".join([opening, *told, "</svg>"])
    return svg.encode() if kind == "svg" else vl_convert.svg_to_png(svg, scale=_SCALE)


def drawing(spec: Mapping[str, Any], width: int, *, dark: bool = False) -> str:
    """The chart alone as SVG, in the app's look and without links; a chart of several parts keeps its own width."""
    _fonts()
    chart = {**(spec if dark else for_paper(spec)), "config": config(dark=dark)}
    chart["datasets"] = {name: _in_utc(rows, set(_times(spec))) for name, rows in spec.get("datasets", {}).items()}
    if not any(part in spec for part in _MANY):
        chart["width"] = width
        chart["autosize"] = {"type": "fit", "contains": "padding"}
    try:
        svg = _converted(_harmless(chart, _UNSEEN))
    except ValueError:
        svg = _converted(_harmless(chart, _FRAGILE))
    return _seen(_IMAGE.sub("", svg))


def _converted(chart: dict[str, Any]) -> str:
    return str(vl_convert.vegalite_to_svg(chart, VEGA_LITE, allowed_base_urls=_NOWHERE))


def still(answer: str) -> str:
    """What a chart says, without what could be clicked in it.

    Example:
        >>> still("Lowest in May. Click a week, or drag over several.")
        'Lowest in May.'
    """
    return _CLICK.sub("", answer)


def size(svg: str) -> tuple[float, float]:
    """Width and height of a picture in pixels.

    Example:
        >>> size('<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="852" height="300.5" viewBox="0 0 1 1">')
        (852.0, 300.5)
    """
    width, height = (re.search(rf'<svg [^>]*?\b{name}="([\d.]+)"', svg) for name in ("width", "height"))
    return float(width[1]) if width else 0.0, float(height[1]) if height else 0.0


def _harmless(node: Any, signs: re.Pattern[str]) -> Any:
    """A chart or its data without links and these signs; a null would end the server."""
    if isinstance(node, str):
        return signs.sub("\ufffd", node)
    if isinstance(node, Mapping):
        return {signs.sub("\ufffd", key): _harmless(value, signs) for key, value in node.items() if key != "href"}
    return [_harmless(each, signs) for each in node] if isinstance(node, list) else node


@lru_cache(maxsize=1)
def _fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def _times(node: Any) -> Iterator[str]:
    """The fields a chart reads as times."""
    if isinstance(node, Mapping):
        for name, channel in node.items():
            if isinstance(channel, Mapping) and channel.get("type") == "temporal" and "field" in channel:
                yield channel["field"]
                end = node.get(_ENDS.get(name, ""), {})
                if isinstance(end, Mapping) and "field" in end:
                    yield end["field"]
        for name, part in node.items():
            if name != "datasets":
                yield from _times(part)
    elif isinstance(node, list):
        for part in node:
            yield from _times(part)


def _in_utc(rows: Sequence[Mapping[str, Any]], times: set[str]) -> list[dict[str, Any]]:
    """Rows with a Z after times without a zone, as charts show times in UTC wherever they are drawn.

    Example:
        >>> _in_utc([{"week": "2026-06-01T00:00:00", "text": "2026-06-01T00:00:00"}], {"week"})
        [{'week': '2026-06-01T00:00:00Z', 'text': '2026-06-01T00:00:00'}]
    """
    return [
        {
            name: f"{value}Z" if name in times and isinstance(value, str) and _LOCAL.match(value) else value
            for name, value in row.items()
        }
        for row in rows
    ]


def _seen(text: str) -> str:
    return _UNSEEN.sub("\ufffd", text)


def _placed(svg: str, left: int, top: int) -> str:
    """A picture at its place within another."""
    return svg.replace("<svg ", f'<svg x="{left}" y="{top}" ', 1)


def _lines(text: str, points: int, top: float, width: float, look: str) -> tuple[str, float]:
    """A text in as many lines as it needs, and where the next one starts."""
    lines = list(_wrapped(_seen(text), width / points))
    spans = "".join(
        f'<tspan x="{_MARGIN}" y="{top + (number + 0.8) * points * _LINE:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    made = f'<text font-family="{FAMILY}" font-size="{points}" {look}>{spans}</text>' if lines else ""
    return made, top + len(lines) * points * _LINE + (points / 4 if lines else 0)


def _wrapped(text: str, room: float) -> Iterator[str]:
    """Lines of no more than the room, in widths of the font's height; a word too long for one is cut.

    Example:
        >>> list(_wrapped("When do promises break?", 7))
        ['When do', 'promises', 'break?']
        >>> list(_wrapped("aaaaaaaaaa", 3))
        ['aaaaa', 'aaaaa']
    """
    line, used = "", 0.0
    for word in re.findall(r"\S+", text):
        wide = sum(map(_wide, word))
        if line and used + _wide(" ") + wide > room:
            yield line
            line, used = "", 0.0
        if line:
            line, used = f"{line} ", used + _wide(" ")
        for sign in word:
            if line and used + _wide(sign) > room:
                yield line
                line, used = "", 0.0
            line, used = line + sign, used + _wide(sign)
    if line:
        yield line


def _wide(sign: str) -> float:
    """Width of a sign, as a share of the font's height: that of Arial, which is wide, or a little more."""
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in "mwMW@%—":
        return 0.95
    if sign in "iljtfrI.,:;'!|()[] /-":
        return 0.34
    return 0.72 if sign.isupper() else 0.57
