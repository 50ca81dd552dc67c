"""Import on the page: files come in, are looked at in a process of their own, and become the next version."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from analytics.errors import SLAError
from pages.ui import blocks, importing_choices, importing_mapping, imports, load
from pages.ui import format as fmt
from pages.ui.importing_files import TYPES, Desk, desk
from pages.ui.importing_run import ended, running
from pages.ui.imports import Choices, Looked, Preview

RECOGNISED, NEW = "recognised", "new"
MOST_SHOWN = 8
"""Files of a set that are shown one by one."""


@st.fragment
def section() -> None:
    """Everything from the choice of files to what came of them."""
    at = desk()
    busy = at.job is not None and not at.job.done
    files = st.file_uploader(
        "Files exported from your help desk",
        type=list(TYPES),
        accept_multiple_files=True,
        key=f"import_files_{at.emptied}",
        disabled=busy,
        help="One export, or several files of one help desk that belong together.",
    )
    if busy:
        running()
        return
    at.take(files)
    if at.job is not None:
        ended(at, at.job)
    if at.upload is not None:
        _form(at)
    elif at.job is None:
        st.caption(
            f"CSV, Excel, JSON or Parquet, also packed (.gz, .zip); at most {st.get_option('server.maxUploadSize')} MB "
            "each. Exports of Freshdesk, Freshservice, Zendesk, Jira, ServiceNow and Zammad are known by themselves; "
            "of any other table you say which column is what. Nothing is kept before you press Import."
        )


def _form(at: Desk) -> None:
    """What the files are, what must be said of them, and the button that imports them."""
    form = importing_choices.text_form(at)
    found = _look(at, form, "The files cannot be opened.", spinner="Looking at the files …")
    if found is None:
        importing_choices.ask_text_form(at, expanded=True)
        return
    for looked in found.files[:MOST_SHOWN]:
        _file(looked)
    if len(found.files) > MOST_SHOWN:
        st.caption(f"And {fmt.plural(len(found.files) - MOST_SHOWN, 'file')} more.")
    if any(looked.rows is None or not looked.name.lower().endswith((".json", ".xlsx")) for looked in found.files):
        importing_choices.ask_text_form(at, expanded=False)
    st.markdown("**What the files do not say themselves**")
    cells = st.columns(4)
    way = _way(at, found, cells[0])
    if way == RECOGNISED:
        _known(at, found, form, cells)
    elif way == NEW:
        _new_mapping(at, found, form, cells)
    else:
        _mapped(at, way, form, cells)


def _look(at: Desk, choices: Choices, wrong: str, *, spinner: str = "Trying …") -> Preview | None:
    """A look at the files; None, with the reason shown, where there is none."""
    try:
        with st.spinner(spinner):
            return at.look(choices)
    except SLAError as error:
        st.error(wrong, icon=":material/error:")
        st.text(str(error))
        return None


def _file(looked: Looked) -> None:
    """What a file is, and its first rows."""
    with st.container(border=True):
        rows = "" if looked.rows is None else f" · {fmt.plural(looked.rows, 'row')}"
        known = looked.known
        if known is None:
            st.markdown(f"**{blocks.text(looked.name)}** · not an export that is known{rows}")
            if looked.rows is None:
                st.text(looked.unknown)
            else:
                st.caption("Say below which of its columns is what, once; it is kept for the next time.")
        else:
            st.markdown(f"**{blocks.text(looked.name)}** · {blocks.text(known.label)} · tells {known.evidence}{rows}")
            st.caption(blocks.text(known.hint))
            if known.gaps:
                st.caption(blocks.text(f"It does not say {'; '.join(known.gaps)}."))
        if looked.first:
            with st.expander(f"The first rows, and all {len(looked.columns)} columns"):
                frame = pl.DataFrame(list(looked.first), schema=list(looked.columns), orient="row")
                st.dataframe(frame, hide_index=True, placeholder=fmt.NONE)


def fitting(columns: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether all columns a mapping names are there, however they are capitalised.

    Example:
        >>> fitting(["ID ", "Opened"], ["id"]), fitting(["ID"], ["id", "opened"])
        (True, False)
    """
    return {name.strip().lower() for name in wanted} <= {name.strip().lower() for name in columns}


def _way(at: Desk, found: Preview, cell: Any) -> str:
    """How the files are read: as they were recognised, by a mapping that is there, or by a new one."""
    known = all(looked.known for looked in found.files)
    mappings = imports.mappings()
    options = [*([RECOGNISED] if known else []), *mappings, NEW]
    likely = RECOGNISED if known else next((name for name in mappings if _fits(name, found)), NEW)
    labels = {RECOGNISED: "as recognised", NEW: "by a new mapping …"}
    way: str = cell.selectbox(
        "Read the files",
        options,
        index=options.index(likely),
        format_func=lambda each: labels.get(each, f"by the mapping {each}"),
        help="A mapping says which column of a table is what. Mappings made here are kept beside the store.",
        **at.kept("way"),
    )
    return way


def _fits(name: str, found: Preview) -> bool:
    """Whether a mapping can be used and names only columns these files have."""
    try:
        wanted = list(imports.mapping_of(imports.mappings()[name]).columns.values())
    except SLAError:
        return False
    return all(fitting(looked.columns, wanted) for looked in found.files)


def _known(at: Desk, found: Preview, form: Choices, cells: Sequence[Any]) -> None:
    """Files that were recognised."""
    trial = found.trial
    with cells[1]:
        source = importing_choices.source(at, found.source)
    choices, formats = form, trial.formats if trial else ()
    naive = any(looked.known and looked.known.naive for looked in found.files)
    with cells[2]:
        zone = importing_choices.time_zone(at, found.source) if naive else None
        choices = replace(choices, time_zone=zone)
    if formats:
        choices = replace(choices, time_format=importing_choices.time_format(at, formats))
    with cells[3]:
        policy, chosen = importing_choices.policy(
            at, source or "", _present(source), promises=found.promises, named=None, zone=zone
        )
    wants_zone = naive and zone is None and trial is not None and bool(trial.error)
    wants_format = bool(formats) and choices.time_format is None
    if wants_zone or wants_format:
        _wanted(zone=wants_zone, pattern=wants_format)
        return
    again = _look(at, choices, "The files cannot be read so.")
    if again is None or not _told(again):
        return
    _import(at, replace(choices, source=source, policy=policy), ready=bool(source) and chosen, rows=again)


def _wanted(*, zone: bool, pattern: bool) -> None:
    """Say what must be chosen first."""
    wanted = [*(["the time zone of the times"] * zone), *(["how they are written"] * pattern)]
    st.info(f"Choose {' and '.join(wanted)} to go on.", icon=":material/schedule:")


def _mapped(at: Desk, name: str, form: Choices, cells: Sequence[Any]) -> None:
    """Files read by a mapping that is there."""
    choices = replace(form, mapping=imports.mappings()[name])
    try:
        shape = imports.mapping_of(str(choices.mapping))
    except SLAError as error:
        st.error("This mapping cannot be used.", icon=":material/error:")
        st.text(str(error))
        return
    with cells[1]:
        source = importing_choices.source(at, shape.source)
    with cells[3]:
        policy, chosen = _promise(at, source, shape)
    again = _look(at, choices, "The files cannot be read so.")
    if again is None or not _told(again):
        return
    _import(at, replace(choices, source=source, policy=policy), ready=bool(source) and chosen, rows=again)


def _new_mapping(at: Desk, found: Preview, form: Choices, cells: Sequence[Any]) -> None:
    """Files of a table nobody knows: the mapping editor."""
    looked = next((each for each in found.files if each.known is None), found.files[0])
    with cells[1]:
        source = importing_choices.source(at, re.sub(r"[^A-Za-z0-9_.-]+", "_", looked.name.split(".")[0])[:60])
    with cells[2]:
        zone = importing_choices.time_zone(at, source or "")
    with cells[3]:
        pattern = importing_choices.time_format(at, looked.guessed.get("time_formats", ()), free=True)
    columns = importing_mapping.columns(at, looked)
    words = importing_mapping.values(at, looked, columns)
    if zone is None or pattern is None:
        _wanted(zone=zone is None, pattern=pattern is None)
        return
    text = imports.mapping_yaml(importing_mapping.content(looked, source, zone, pattern, columns, words))
    path, shape = importing_mapping.checked(at, source or "mapping", text)
    if shape is None or source is None:
        return
    importing_mapping.tried(at, path, text)
    left, right = st.columns(2)
    with left:
        policy, chosen = _promise(at, source, shape)
    with right:
        name = importing_mapping.name(at, source, text)
    if at.wrong:
        st.text(at.wrong)
    choices = replace(form, policy=policy)
    ready = chosen and name is not None
    _button(at, f"Import as {source}", _keep_and_start, (at, name, text, choices), ready=ready)


def _keep_and_start(at: Desk, name: str, text: str, choices: Choices) -> None:
    """Keep the new mapping, and import by it."""
    at.wrong = ""
    try:
        kept = imports.keep_mapping(name, text)
    except SLAError as error:
        at.wrong = str(error)
    else:
        at.start(replace(choices, mapping=str(kept)))


def _promise(at: Desk, source: str | None, shape: imports.Mapping) -> tuple[str | None, bool]:
    promises = not {"first_response_due", "resolution_due"} <= shape.gaps()
    return importing_choices.policy(
        at, source or "", _present(source), promises=promises, named=shape.policy, zone=shape.time_zone
    )


def _present(source: str | None) -> str | None:
    """The policy a source is judged by now; None where there is no such source."""
    version = load.current()
    rows = load.sources(version).filter(pl.col("source") == source) if version and source else None
    return None if rows is None or rows.is_empty() else str(rows["policy"][0])


def _told(found: Preview) -> bool:
    """Show what would become of the rows; whether they can be imported."""
    trial = found.trial
    if trial is None:
        return False
    if trial.error:
        st.error("The files cannot be read so.", icon=":material/error:")
        st.text(trial.error)
        return False
    importing_mapping.outcome(trial)
    return True


def _import(at: Desk, choices: Choices, *, ready: bool, rows: Preview) -> None:
    """The button that starts the import."""
    count = rows.trial.taken if rows.trial else None
    label = f"Import {fmt.plural(count, 'row')}" if count else "Import"
    _button(at, f"{label} as {choices.source}", at.start, (choices,), ready=ready)


def _button(at: Desk, label: str, act: Callable[..., None], arguments: tuple[Any, ...], *, ready: bool) -> None:
    st.button(
        blocks.text(label),
        type="primary",
        disabled=not ready,
        icon=":material/database_upload:",
        key=f"import_start_{at.turn}",
        on_click=act,
        args=arguments,
    )
