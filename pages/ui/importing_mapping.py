"""The mapping editor: which column of an unknown table is which of our fields, and what its words mean."""

import hashlib
import io
import re
from collections.abc import Mapping as Dictionary
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics.errors import SLAError
from analytics.schemas import CANCELLATIONS
from pages.ui import blocks, imports
from pages.ui import format as fmt
from pages.ui.importing_files import Desk
from pages.ui.imports import Choices, Looked, Mapping

FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "Which ticket, and when": {
        "ticket_id": ("Ticket id", "Stands in every row, for each ticket another. Must be chosen."),
        "created_at": ("Created", "When the ticket was opened. Must be chosen."),
        "updated_at": ("Last update", "When anything last happened to it: tells the newer of two rows of a ticket."),
        "status": ("Status", "Where the ticket stands now."),
    },
    "What happened": {
        "first_responded_at": ("First response", "When one of ours first answered the customer."),
        "resolved_at": ("Resolved", "When it was solved, or closed; blank while it is open."),
        "cancelled": ("Cancelled", "Why a ticket does not count: merged, spam, deleted or a test."),
        "created_by": ("Created by", "Whether a customer or an agent opened it; blank means a customer."),
    },
    "What was promised": {
        "first_response_due_at": ("First response due", "Until when the first answer was promised."),
        "resolution_due_at": ("Resolution due", "Until when the solution was promised."),
        "first_response_verdict": ("First response verdict", "The help desk's own word: kept or broken."),
        "resolution_verdict": ("Resolution verdict", "The help desk's own word: kept or broken."),
    },
    "For whom, by whom, and what about": {
        "priority": ("Priority", "Targets may differ by it."),
        "team": ("Team", "Who holds the ticket."),
        "agent": ("Agent", "Who works on it."),
        "customer": ("Customer", "The company, or the person."),
        "plan": ("Plan", "What the customer pays for."),
        "category": ("Category", "What it is about."),
        "channel": ("Channel", "How it came in."),
        "region": ("Region", "Where the customer is."),
    },
}
"""Our fields by what they tell: label and help."""

LABELS = {name: label for group in FIELDS.values() for name, (label, _) in group.items()}
_STATUSES = {
    "new": "new",
    "open": "open",
    "pending": "pending: waits for the customer",
    "on_hold": "on hold: waits for a third party",
    "resolved": "resolved",
    "closed": "closed",
}
_VERDICTS = {"met": "kept", "breached": "broken"}
MEANINGS: dict[str, dict[str, str]] = {
    "status": _STATUSES,
    "first_response_verdict": _VERDICTS,
    "resolution_verdict": _VERDICTS,
    "cancelled": {each: each for each in CANCELLATIONS},
    "created_by": {"customer": "the customer", "agent": "an agent"},
}
"""For each field of words what a word may mean, and how that is shown."""

BECAME_COLUMNS: dict[str, Any] = {
    "row": "Row",
    "outcome": "Outcome",
    **LABELS,
    "created_by_agent": "Created by an agent",
    "first_response_breached": "First response broken",
    "resolution_breached": "Resolution broken",
}
_UNMARKED = re.compile(r"(?!.*www\.)[\w \-.,()/']+")
_BLANK = {True: "kept as it is, counts as open", False: "not known: rows with it are set aside"}


def content(
    looked: Looked,
    source: str | None,
    zone: str | None,
    pattern: str | None,
    columns: Dictionary[str, str],
    values: Dictionary[str, Dictionary[str, str]],
) -> dict[str, Any]:
    """What the editor says, as a mapping file holds it; what is not chosen yet is None.

    Example:
        >>> told = content(Looked(name="a.csv"), "desk", None, "iso", {"ticket_id": "No"}, {"status": {}})
        >>> told["columns"], told["values"], told["time_zone"]
        ({'ticket_id': 'No'}, {}, None)
    """
    return {
        "version": 1,
        "source": source,
        "time_zone": zone,
        "time_format": pattern,
        "encoding": looked.encoding,
        "delimiter": looked.delimiter,
        "columns": dict(columns),
        "values": {field: dict(words) for field, words in values.items() if words and field in columns},
    }


def columns(at: Desk, looked: Looked) -> dict[str, str]:
    """For each of our fields the column of the file, as chosen; what looks likely is chosen first."""
    guessed, chosen = looked.guessed.get("columns", {}), {}
    for title, group in FIELDS.items():
        st.markdown(f"**{title}**")
        for place, (field, (label, told)) in enumerate(group.items()):
            if place % 4 == 0:
                cells = st.columns(4)
            likely = guessed.get(field)
            name = cells[place % 4].selectbox(
                label,
                looked.columns,
                index=looked.columns.index(likely) if likely in looked.columns else None,
                placeholder="Not in this file",
                help=told,
                **at.kept(f"column_{field}"),
            )
            if name is not None:
                chosen[field] = name
    return chosen


def values(at: Desk, looked: Looked, chosen: Dictionary[str, str]) -> dict[str, dict[str, str]]:
    """What the words of the chosen columns mean; what is known is chosen first."""
    found: dict[str, dict[str, str]] = {}
    for field in imports.TRANSLATED:
        if field not in chosen:
            continue
        words = looked.words.get(chosen[field], [])
        st.markdown(f"**What the words under {LABELS[field]} mean**")
        if not words:
            st.caption("The column is blank, or has too many different values to tell what each means.")
            continue
        known = imports.translated(field, chosen[field], words)
        found[field] = {}
        for place, word in enumerate(words):
            if place % 4 == 0:
                cells = st.columns(4)
            options = list(MEANINGS[field])
            meant = cells[place % 4].selectbox(
                plain_label(word),
                options,
                index=options.index(known[word]) if known.get(word) in options else None,
                format_func=MEANINGS[field].__getitem__,
                placeholder=_BLANK[field == "status"],
                **at.kept(f"word_{field}_{chosen[field]}_{word}"),
            )
            if meant is not None:
                found[field][word] = meant
    return found


def plain_label(word: str) -> str:
    r"""A word as a widget's label; one without marks as it is, for screen readers get a label's text unrendered.

    Example:
        >>> plain_label("In progress (2nd line)"), plain_label("*new*")
        ('In progress (2nd line)', '\\*new\\*')
    """
    return word if _UNMARKED.fullmatch(word) else blocks.text(word)


def checked(at: Desk, name: str, text: str) -> tuple[Path, Mapping | None]:
    """The mapping as a file beside the uploaded ones, and what it says; None, with the reason shown, if it is none."""
    assert at.upload is not None, "there are files to map"  # noqa: S101
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    path = at.upload.put(f"{name}.yaml", io.BytesIO(text.encode()), f"mapping-{digest}")
    try:
        return path, imports.mapping_of(path)
    except SLAError as error:
        st.warning("Not complete yet.", icon=":material/edit_note:")
        st.text(str(error))
        return path, None


def tried(at: Desk, path: Path, text: str) -> None:
    """What becomes of the first rows, once somebody asks for it of this very mapping."""
    if st.button("Try it on the file", icon=":material/play_arrow:", key=f"import_try_{at.turn}"):
        at.tried = text
    if at.tried != text:
        st.caption("Shows what becomes of the first rows, and how many can be taken. Nothing is kept.")
        return
    try:
        with st.spinner("Trying …"):
            found = at.look(Choices(mapping=str(path)))
    except SLAError as error:
        st.error("The file cannot be read so.", icon=":material/error:")
        st.text(str(error))
        return
    trial = found.trial
    if trial is None or trial.error:
        st.error("The file cannot be read so.", icon=":material/error:")
        st.text(trial.error if trial else "")
        return
    outcome(trial)
    if trial.rows:
        st.caption("What becomes of the first rows:")
        frame = pl.DataFrame(list(trial.rows))
        order = [column for column in BECAME_COLUMNS if column in frame.columns]
        st.dataframe(
            frame,
            column_config=BECAME_COLUMNS,
            column_order=order,
            hide_index=True,
            placeholder=fmt.NONE,
            alt="outcome",
        )


def outcome(trial: Any) -> None:
    """How many rows would be taken, and why the others would not."""
    if trial.read is not None:
        said = f"{fmt.plural(trial.read, 'row')}: {fmt.number(trial.taken)} can be taken, "
        said += f"{fmt.number(trial.rejected)} would be set aside. Newest event {trial.as_of}."
        st.markdown(blocks.text(said))
    blocks.lines([*(f"{fmt.plural(rows, 'row')}: {rule}" for rule, rows in trial.by_rule), *trial.notes])


def name(at: Desk, source: str, text: str) -> str | None:
    """The name the mapping is kept under, with buttons to keep or download it; None where it cannot be one."""
    typed = st.text_input(
        "Name of the mapping",
        source.replace(".", "_"),
        max_chars=60,
        help="An import keeps the mapping under this name; next time it is chosen by itself.",
        **at.kept("mapping_name"),
    ).strip()
    keep, download = st.columns(2)
    if keep.button("Keep the mapping", icon=":material/save:", key=f"import_keep_{at.turn}", width="stretch"):
        try:
            imports.keep_mapping(typed, text)
        except SLAError as error:
            st.text(str(error))
        else:
            st.success(f"Kept as {blocks.text(typed)}.", icon=":material/check_circle:")
    download.download_button(
        "Download YAML",
        text,
        f"{typed or 'mapping'}.yaml",
        "application/yaml",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        key=f"import_download_{at.turn}",
    )
    return typed if imports.MAPPING_NAME.fullmatch(typed) else None
