"""The sidebar: what is looked at, kept in the page's address."""

from datetime import date

import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.periods import Comparison, Period, last_weeks
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import load
from pages.ui.load import Chosen, Selection

PRESETS = {
    "4w": ("Last 4 weeks", 4),
    "13w": ("Last 13 weeks", 13),
    "52w": ("Last 52 weeks", 52),
    "all": ("Everything so far", 0),
    "custom": ("Choose dates …", 0),
}
COMPARISONS: dict[str, str] = {"previous": "Previous period", "year": "Year before", "none": "Nothing"}
_KEY = "selection"
_FILTERED = ("team", "priority", "policy", "plan", "customer", "region", "category", "channel")
_EVERY_SOURCE = "every source"


def current() -> Selection:
    """The selection the sidebar of this run made."""
    selection: Selection = st.session_state[_KEY]
    return selection


def sidebar() -> Selection:
    """Draw the filters and keep what they say for the page."""
    version = load.current()
    assert version is not None, "the shell builds a store first"  # noqa: S101
    directory, number = str(version.directory), version.number
    with st.sidebar:
        source = _source(load.sources(version)["source"].to_list())
        values = load.choices(directory, number, source)
        period = _period(*load.usual_end(directory, number, source))
        kind = _kind([kind for kind in KINDS if kind in values["kind"]])
        hours = st.segmented_control(
            "Hours",
            ["business", "calendar"],
            format_func=str.capitalize,
            default="business",
            required=True,
            key="hours",
            bind="query-params",
            width="stretch",
            help="Business hours: the promise as written, on the desk's opening hours. "
            "Calendar hours: the same target against the plain time the customer waited for us.",
        )
        how = st.selectbox(
            "Compare with",
            list(COMPARISONS),
            format_func=COMPARISONS.__getitem__,
            key="versus",
            bind="query-params",
        )
        chosen = _attributes(values)
    if source:
        chosen = (("source", (source,)), *chosen)
    before = None if how == "none" else period.before(_comparison(how))
    selection = Selection(
        directory, number, kind, "calendar" if hours == "calendar" else "business", period, chosen, before
    )
    st.session_state[_KEY] = selection
    return selection


def _comparison(how: str) -> Comparison:
    return "year" if how == "year" else "previous"


def _source(sources: list[str]) -> str | None:
    """The source looked at: the last imported one unless another is chosen."""
    if len(sources) == 1:
        return sources[0]
    options = [*reversed(sources), _EVERY_SOURCE]
    picked = st.selectbox("Source", options, key="source", bind="query-params")
    return None if picked == _EVERY_SOURCE else picked


def _period(end: date | None, as_of: date, first: date, last: date) -> Period:
    """The due dates looked at; presets end with the last full weeks that carry a usual load."""
    preset = st.selectbox(
        "Due in",
        list(PRESETS),
        index=list(PRESETS).index("13w"),
        format_func=lambda name: PRESETS[name][0],
        key="period",
        bind="query-params",
        help="Clocks count in the period their due time lies in. The presets end with the last full weeks "
        f"that hold a usual volume; the data stand as of {as_of:%d %b %Y}.",
    )
    if preset == "custom":
        start = last_weeks(end, 13).first or first
        low, high = min(first, start), max(last, end or last)
        begin = st.date_input("From", start, min_value=low, max_value=high, key="from", bind="query-params")
        finish = st.date_input("To", end or last, min_value=low, max_value=high, key="to", bind="query-params")
        return Period(*sorted([begin or start, finish or last]))
    weeks = PRESETS[str(preset)][1]
    return last_weeks(end, weeks) if weeks else Period()


def _kind(kinds: list[str]) -> str:
    """The clock kind that pages about one kind show."""
    if len(kinds) < 2:
        return kinds[0] if kinds else KINDS[-1]
    picked = st.segmented_control(
        "SLA clock",
        kinds,
        format_func=KIND_LABELS.__getitem__,
        default=kinds[0],
        required=True,
        key="clock",
        bind="query-params",
        width="stretch",
    )
    return str(picked)


def _attributes(values: dict[str, list[str]]) -> Chosen:
    """Choices by attribute, for those with something to choose."""
    chosen = []
    for name in _FILTERED:
        key = f"only_{name}"
        options = [*values[name], *(value for value in st.session_state.get(key, []) if value not in values[name])]
        if len(options) < 2:
            continue
        label = DIMENSIONS[name].label
        plural = f"{label[:-1]}ies" if label.endswith("y") else f"{label}s"
        picked = st.multiselect(label, options, key=key, bind="query-params", placeholder=f"All {plural.lower()}")
        if picked:
            chosen.append((name, tuple(None if value == BLANK_LABEL else value for value in picked)))
    return tuple(chosen)
