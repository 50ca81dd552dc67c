"""The top of every page: its question, what was picked, and how to take the whole view along."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.periods import Period
from analytics.schemas import KIND_LABELS
from pages.ui import blocks, filters, load, picks, saving, sheet
from pages.ui import format as fmt
from pages.ui.selection import Selection

TICKETS = "operations/tickets.py"


def head(selection: Selection, question: str, *, tickets: bool = True, due: bool = True) -> None:
    """Draw the question, the chips of what was picked, and the ways to share or save the view.

    Args:
        selection: what is looked at.
        question: the page's.
        tickets: whether the page offers the tickets behind the picks.
        due: whether the page is about clocks due in the period.
    """
    made = sheet.begin(question, scope(selection, due=due))
    top = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
    top.header(blocks.text(question))
    tools = top.container(horizontal=True, width="content", gap="small")
    with tools.popover("Link", icon=":material/link:", type="tertiary"):
        st.caption("This view with its dates, filters and picks:")
        st.code(link(selection), language=None, wrap_lines=True)
    saving.page(tools, made)
    if selection.picks:
        _chips(selection, tickets=tickets)


def _chips(selection: Selection, *, tickets: bool) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.caption("Picked:", width="content")
    for name, values in selection.picks:
        told = picks.told(name, values)
        row.button(
            blocks.text(told),
            key=f"chip-{name}",
            icon=":material/close:",
            icon_position="right",
            help="Take this pick back.",
            on_click=picks.drop,
            args=(name,),
        )
    if len(selection.picks) > 1:
        names = tuple(name for name, _ in selection.picks)
        row.button("Clear all", key="chips-clear", type="tertiary", on_click=picks.drop, args=names)
    if tickets and row.button("Show tickets", key="chips-tickets", icon=":material/list:", type="primary"):
        st.switch_page(TICKETS)


def scope(selection: Selection, *, due: bool = True) -> tuple[str, ...]:
    """What is looked at, in lines: period, clock and hours; filters and picks; how the data stand."""
    hours = filters.HOURS[selection.hours].lower()
    clocks = load.clocks(selection, kind=selection.kind)
    zone = f", {load.time_zones(clocks)}" if clocks.height else ""
    about = f"Due {fmt.period(selection.period)}. {KIND_LABELS[selection.kind]}, judged in {hours}{zone}."
    told = [about] if due else []
    chosen = [
        f"{DIMENSIONS[name].label}: {', '.join(BLANK_LABEL if each is None else each for each in values)}"
        for name, values in selection.chosen
        if name != "source"
    ]
    picked = [picks.told(name, values) for name, values in selection.picks]
    if chosen or picked:
        told.append(f"Only {'; '.join([*chosen, *picked])}.")
    told += load.standings(selection)
    return tuple(told)


def link(selection: Selection) -> str:
    """The address of this view, its dates written out, so that it shows the same another day."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    first, last = dates(selection)
    query["period"] = [filters.PRESETS["custom"][0]]
    query["from"], query["to"] = [f"{first}"], [f"{last}"]
    query["clock"] = [KIND_LABELS[selection.kind]]
    sources = load.policies(selection)
    if len(sources) > 1 and (source := _source(selection)):  # else another day another source may come first
        query["source"] = [source]
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", urlencode(query, doseq=True), ""))


def dates(selection: Selection) -> tuple[object, object]:
    """The first and last due date of the selection: those of the data where its period is open."""
    span: Period = selection.period
    _, _, first, last = load.usual_end(selection.directory, selection.version, _source(selection))
    return span.first or first, span.last or last


def _source(selection: Selection) -> str | None:
    return next((values[0] for name, values in selection.chosen if name == "source"), None)
