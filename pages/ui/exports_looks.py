"""How charts look outside the app: the fonts, colours and measures they have in it, on paper or in the dark.

A chart drawn for the dark theme is turned into one for paper by its colours: every `{False: light, True: dark}` of the
chart modules is a pair.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
FONT = "Source Sans Pro"
FAMILY = f"'{FONT}', Arial, sans-serif"
"""What the app is written in, or what comes near it on the machine where a picture is opened."""

PAPER = {False: "#ffffff", True: "#0f1419"}
INK = {False: "#0b131c", True: "#e8edf2"}
FADED = {False: "#4d5966", True: "#a9b4bf"}
GRID = {False: "#e3e8ee", True: "#2a3440"}
CATEGORIES = {
    False: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B58900", "#56B4E9", "#7A7A7A"],
    True: ["#56B4E9", "#F28E2B", "#2BC49A", "#E39AC4", "#E6C229", "#8FB8DE", "#A8A8A8"],
}
SEQUENCE = {
    False: [
        "#fff5eb", "#fee9d3", "#fdd4ac", "#fdb97d", "#fb9b50",
        "#f37b2a", "#e35e10", "#c64602", "#9c3703", "#732903",
    ],
    True: [
        "#2a2018", "#43301f", "#5e3f22", "#7b4f24", "#9a5f25",
        "#b96f26", "#d67f2a", "#ec9443", "#f8ae6c", "#fdcb9c",
    ],
}  # fmt: skip
SIDES = {
    False: [
        "#00497a", "#0072b2", "#56a5d8", "#9fcdea", "#dcecf5",
        "#fbe6d5", "#f6bf94", "#ee934f", "#d55e00", "#8f3f00",
    ],
    True: [
        "#9fd3f5", "#56b4e9", "#2f86bb", "#1f587c", "#1d3547",
        "#3f2c1d", "#7a4a20", "#b96a24", "#f28e2b", "#fdbb7a",
    ],
}  # fmt: skip

_CHARTS = "pages.ui.charts"


def config(*, dark: bool) -> dict[str, Any]:
    """The look of a chart as the app gives it, as Vega-Lite's config."""
    said = {"labelColor": FADED[dark], "titleColor": FADED[dark], "titleFontWeight": "normal"}
    return {
        "font": FAMILY,
        "background": PAPER[dark],
        "aria": False,
        "fieldTitle": "verbal",
        "axis": {
            **said,
            "labelFontSize": 12,
            "titleFontSize": 13,
            "ticks": False,
            "domain": False,
            "gridColor": GRID[dark],
            "domainColor": GRID[dark],
            "labelFlush": True,
            "labelFlushOffset": 1,
            "labelBound": False,
            "labelLimit": 180,
            "titlePadding": 12,
            "labelPadding": 12,
            "labelSeparation": 4,
            "labelOverlap": True,
        },
        "header": {**said, "labelFontSize": 12, "titleFontSize": 14},
        "legend": {
            **said,
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titlePadding": 8,
            "labelPadding": 12,
            "columnPadding": 8,
            "rowPadding": 4,
            "padding": 8,
            "symbolStrokeWidth": 4,
        },
        "range": {
            "category": CATEGORIES[dark],
            "ramp": SEQUENCE[dark],
            "heatmap": SEQUENCE[dark],
            "diverging": SIDES[dark],
        },
        "view": {"stroke": "transparent", "strokeWidth": 0, "continuousWidth": 640, "continuousHeight": 320},
        "concat": {"columns": 1},
        "facet": {"columns": 1},
        "mark": {"color": CATEGORIES[dark][0]},
        "bar": {"binSpacing": 4, "discreteBandSize": {"band": 0.85}},
        "axisDiscrete": {"grid": False},
        "axisXPoint": {"grid": False},
        "axisTemporal": {"grid": False},
        "axisXBand": {"grid": False},
    }


def for_paper(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The chart in its light colours, whichever theme it was drawn for.

    Example:
        >>> import pages.ui.charts_parts
        >>> for_paper({"mark": {"type": "bar", "color": "#F28E2B"}})["mark"]["color"]
        '#D55E00'
        >>> for_paper({"mark": {"type": "bar", "color": "#D55E00"}})["mark"]["color"]
        '#D55E00'
    """
    pairs = dict(_pairs())
    lights = set(pairs.values())
    drawn = {key: value for key, value in spec.items() if key != "datasets"}
    used = set(_texts(drawn))
    if any(colour in used for colour in pairs.keys() - lights):
        drawn = _turned(drawn, pairs)
    return {**drawn, **({"datasets": spec["datasets"]} if "datasets" in spec else {})}


def _pairs() -> Iterator[tuple[str, str]]:
    """Each dark colour of the chart modules with its light one."""
    modules = [sys.modules[name] for name in sorted(sys.modules) if name.startswith(_CHARTS)]
    for value in (value for module in modules for value in vars(module).values()):
        if isinstance(value, dict) and value.keys() == {False, True}:
            light, dark = value[False], value[True]
            if isinstance(light, str) and light.startswith("#"):
                yield dark, light
            elif isinstance(light, list | tuple) and isinstance(dark, list | tuple):
                yield from zip(dark, light, strict=True)


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def _turned(node: Any, pairs: Mapping[str, str]) -> Any:
    if isinstance(node, str):
        return pairs.get(node, node)
    if isinstance(node, Mapping):
        return {key: _turned(value, pairs) for key, value in node.items()}
    return [_turned(value, pairs) for value in node] if isinstance(node, list) else node
