"""The sidebar: what is looked at, kept in the page's address."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.measure import Hours
from analytics.periods import Comparison, Period, last_weeks
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import evidence, load
from pages.ui.selection import Chosen, Excluded, Selection

PRESETS = {
    "4w": ("Last 4 weeks", 4),
    "13w": ("Last 13 weeks", 13),
    "52w": ("Last 52 weeks", 52),
    "all": ("Everything so far", 0),
    "custom": ("Choose dates …", 0),
}
COMPARISONS: dict[str, str] = {"previous": "Previous period", "year": "Year before", "none": "Nothing"}
_KEY, _ADDRESS, _DRAWN = "selection", "address", "filters drawn"
HOURS: dict[Hours, str] = {"business": "Business hours", "calendar": "Calendar hours"}
EXCLUDED: dict[Excluded, str] = {"left out": "Left out", "counted": "Counted"}
_FILTERED = ("team", "agent", "priority", "policy", "plan", "customer", "region", "category", "channel")
_ALL_KEYS = (
    *("source", "period", "from", "to", "clock", "hours", "exclusions", "versus"),
    *(f"only_{name}" for name in _FILTERED),
)
_MOST_SIDE_BY_SIDE = 2
_EVERY_SOURCE = "every source"


def current() -> Selection:
    """The selection the sidebar of this run made."""
    selection: Selection = st.session_state[_KEY]
    return selection


def keep_address() -> None:
    """Put back into the address what the browser left out of it as the page was switched.

    The browser carries over the parameters of those filters only that it has drawn by then; a slow one may have drawn
    none. To be called before any filter is drawn: once a filter is, Streamlit guards its parameter.
    """
    known: dict[str, list[str]] = st.session_state.setdefault(_ADDRESS, _in_address(_ALL_KEYS))
    lost = {key: values for key, values in known.items() if key not in st.query_params}
    for key, values in lost.items():
        with suppress(StreamlitAPIException):  # the browser has drawn this one: it was the reader who cleared it
            st.query_params[key] = values
    if any(key in st.query_params for key in lost):
        st.rerun()


def _in_address(keys: Iterable[str]) -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in keys if key in st.query_params}


def _bound(key: str) -> dict[str, Any]:
    """What makes a filter of this key stand in the address."""
    st.session_state[_DRAWN].append(key)
    return {"key": key, "bind": "query-params"}


def sidebar(picks: Chosen = ()) -> Selection:
    """Draw the filters and keep what they say for the page, with what was picked in pictures."""
    version = load.current()
    assert version is not None, "the shell builds a store first"  # noqa: S101
    directory, number = str(version.directory), version.number
    st.session_state[_DRAWN] = []
    with st.sidebar:
        source = _source(load.sources(version)["source"].to_list())
        values = load.choices(directory, number, source)
        period = _period(*load.usual_end(directory, number, source))
        kind = _kind([kind for kind in KINDS if kind in values["kind"]])
        told = evidence.kinds(directory, number, source)
        if told:
            st.caption("Some kinds of SLA clocks are not known from these files.", help=told)
        hours = st.segmented_control(
            "Judged in",
            list(HOURS),
            format_func=HOURS.__getitem__,
            default="business",
            required=True,
            **_bound("hours"),
            width="stretch",
            help="Business hours: the promise as written, on the desk's opening hours. "
            "Calendar hours: the same target against the plain time the customer waited for us.",
        )
        excluded = _excluded(load.has_exclusions(directory, number, source))
        how = st.selectbox(
            "Compare with",
            list(COMPARISONS),
            format_func=COMPARISONS.__getitem__,
            **_bound("versus"),
        )
        chosen = _attributes(values)
    if source:
        chosen = (("source", (source,)), *chosen)
    before = None if how == "none" else period.before(_comparison(how))
    judged: Hours = "calendar" if hours == "calendar" else "business"
    selection = Selection(directory, number, kind, judged, period, chosen, before, excluded, picks)
    st.session_state[_KEY] = selection
    st.session_state[_ADDRESS] = _in_address(st.session_state[_DRAWN])
    return selection


def _comparison(how: str) -> Comparison:
    return "year" if how == "year" else "previous"


def _source(sources: list[str]) -> str | None:
    """The source looked at: the last imported one unless another is chosen."""
    if len(sources) == 1:
        return sources[0]
    options = [*reversed(sources), _EVERY_SOURCE]
    picked = st.selectbox("Source", options, **_bound("source"))
    return None if picked == _EVERY_SOURCE else picked


def _period(end: date | None, as_of: date, first: date, last: date) -> Period:
    """The due dates looked at; presets end with the last full weeks that carry a usual load."""
    preset = st.selectbox(
        "Due in",
        list(PRESETS),
        index=list(PRESETS).index("13w"),
        format_func=lambda name: PRESETS[name][0],
        **_bound("period"),
        help="Clocks count in the period their due time lies in. The presets end with the last full weeks "
        f"that hold a usual volume; the data stand as of {as_of:%d %b %Y}.",
    )
    if preset == "custom":
        start = last_weeks(end, 13).first or first
        low, high = min(first, start), max(last, end or last)
        begin = st.date_input("From", start, min_value=low, max_value=high, **_bound("from"))
        finish = st.date_input("To", end or last, min_value=low, max_value=high, **_bound("to"))
        return Period(*sorted([begin or start, finish or last]))
    weeks = PRESETS[str(preset)][1]
    return last_weeks(end, weeks) if weeks else Period()


def _kind(kinds: list[str]) -> str:
    """The clock kind that pages about one kind show."""
    if len(kinds) < 2:
        return kinds[0] if kinds else KINDS[-1]
    shown: dict[str, Any] = {"format_func": KIND_LABELS.__getitem__, **_bound("clock")}
    if len(kinds) > _MOST_SIDE_BY_SIDE:
        return str(st.selectbox("SLA clock", kinds, **shown))
    picked = st.segmented_control("SLA clock", kinds, default=kinds[0], required=True, width="stretch", **shown)
    return str(picked)


def _excluded(any_: bool) -> Excluded:
    """Whether clocks with an exclusion count; asked only where there are some."""
    if not any_:
        return "left out"
    picked = st.segmented_control(
        "Exclusions",
        list(EXCLUDED),
        format_func=EXCLUDED.__getitem__,
        default="left out",
        required=True,
        **_bound("exclusions"),
        width="stretch",
        help="Clocks that the policy file takes out of every rate, as in an outage that was not the desk's.",
    )
    return "counted" if picked == "counted" else "left out"


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
        picked = st.multiselect(label, options, **_bound(key), placeholder=f"All {plural.lower()}")
        if picked:
            chosen.append((name, tuple(None if value == BLANK_LABEL else value for value in picked)))
    return tuple(chosen)
