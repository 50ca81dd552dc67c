"""What is asked of a person beside the files: zone and writing of times, the promise, a name."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import streamlit as st

from analytics.errors import SLAError
from pages.ui import blocks, imports
from pages.ui.importing_files import Desk
from pages.ui.imports import Choices

ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")
SOURCE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
USUAL_FORMATS = ("iso", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p")
PRESENT, SUPPLIED, OWN = "present", "supplied", "own"
DETECTED = "as detected"
_EXAMPLE = datetime(2026, 12, 31, 17, 5)  # noqa: DTZ001 - shows how a pattern is written


def written(pattern: str) -> str:
    """A pattern of times with an example, and what comes first in it.

    Example:
        >>> written("%d/%m/%Y %H:%M"), written("%m/%d/%Y %H:%M"), written("iso")
        ('31/12/2026 17:05 (day first)', '12/31/2026 17:05 (month first)', '2026-12-31 17:05 (ISO 8601)')
    """
    if pattern == "iso":
        return f"{_EXAMPLE:%Y-%m-%d %H:%M} (ISO 8601)"
    first = {"%d": " (day first)", "%m": " (month first)"}.get(pattern[:2], "")
    return f"{_EXAMPLE.strftime(pattern)}{first}"


def time_zone(at: Desk, source: str) -> str | None:
    """The zone of times without an offset; that of the source's last import until another is chosen."""
    zones, here = imports.time_zones(), st.context.timezone
    if here in zones:
        zones = [here, *(zone for zone in zones if zone != here)]
    known = imports.remembered(source).get("time_zone")
    return st.selectbox(
        "Time zone of the times",
        zones,
        index=zones.index(known) if known in zones else None,
        format_func=lambda zone: f"{zone} (this browser's)" if zone == here else zone,
        placeholder="Type to search",
        help="The export carries no zone. It is that of the help desk's account, or of the person who exported.",
        **at.kept("zone"),
    )


def time_format(at: Desk, formats: Sequence[str], *, free: bool = False) -> str | None:
    """In which way times are written: one of several readings, or with `free` any pattern."""
    usual = [each for each in USUAL_FORMATS if each not in formats] if free else []
    return st.selectbox(
        "How times are written",
        [*formats, *usual],
        index=0 if len(formats) == 1 else None,
        format_func=written,
        placeholder="Choose how to read them",
        accept_new_options=free,
        help="Day and month cannot be told apart from the values."
        if len(formats) > 1
        else "A pattern of strptime, such as %d/%m/%Y %H:%M, can be typed.",
        **at.kept(f"format_{'free' if free else 'asked'}"),
    )


def source(at: Desk, proposed: str) -> str | None:
    """The name the tickets are kept under; None where it cannot be one."""
    typed = st.text_input(
        "Keep the tickets as",
        proposed,
        max_chars=60,
        help="The name of the source. Files imported under a name that is known bring its tickets up to date.",
        **at.kept("source"),
    ).strip()
    if SOURCE.fullmatch(typed):
        return typed
    st.caption("Expected letters, digits, '-', '_' and '.', without spaces.")
    return None


def text_form(at: Desk) -> Choices:
    """Encoding and delimiter, as chosen so far."""
    return Choices(
        **{name: said for name in ("encoding", "delimiter") if (said := at.said(name)) not in (None, DETECTED)}
    )


def ask_text_form(at: Desk, *, expanded: bool) -> None:
    """Ask for encoding and delimiter, where they were detected wrongly."""
    with st.expander("Does the text look wrong? Choose encoding and delimiter", expanded=expanded):
        left, right = st.columns(2)
        left.selectbox("Encoding", [DETECTED, *ENCODINGS], **at.kept("encoding"))
        names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
        right.selectbox(
            "Delimiter", [DETECTED, *names], format_func=lambda sign: names.get(sign, sign), **at.kept("delimiter")
        )


def policy_options(
    present: str | None, *, promises: bool, named: str | None, source: str
) -> tuple[list[str], int | None]:
    """The promises to choose from, and which of them is meant where nobody chooses.

    Args:
        present: name of the policy the source is judged by now.
        promises: whether its files say when something was due.
        named: the policy a mapping names.
        source: its name.

    Example:
        >>> options, index = policy_options(None, promises=True, named=None, source="freshdesk")
        >>> options[index]
        'supplied'
        >>> policy_options(None, promises=False, named=None, source="desk")[1] is None
        True
    """
    shipped = imports.policies()
    options = [*([PRESENT] if present else []), *([SUPPLIED] if promises else []), *shipped, OWN]
    wanted = (PRESENT, named, source, SUPPLIED)
    return options, next((options.index(each) for each in wanted if each and each in options), None)


def policy(
    at: Desk, source: str, present: str | None, *, promises: bool, named: str | None, zone: str | None
) -> tuple[str | None, bool]:
    """The promise to judge by, as `python -m data import --policy` takes it, and whether one is chosen."""
    options, index = policy_options(present, promises=promises, named=named, source=source)
    labels = {
        PRESENT: f"As now: {present}",
        SUPPLIED: "The due times in the files",
        OWN: "My own policy file …",
    }
    chosen = st.selectbox(
        "What was promised",
        options,
        index=index,
        format_func=lambda each: labels.get(each, f"Policy file {each}"),
        placeholder="Choose a policy",
        help="What tickets are judged by: the due times as the help desk set them, or a policy file's targets.",
        **at.kept(f"policy_{bool(present)}_{promises}"),
    )
    if chosen is None:
        st.caption("The files do not say when anything was due: a policy file must.")
        return None, False
    if chosen == OWN:
        path = _own(at)
        return (str(path), True) if path else (None, False)
    assert at.upload is not None, "there are files to judge"  # noqa: S101
    path_or_name = {PRESENT: None, SUPPLIED: str(at.upload.folder / "as_supplied.yaml")}.get(chosen, chosen)
    if chosen == SUPPLIED:
        imports.supplied(at.upload.folder, zone)
    return path_or_name, True


def _own(at: Desk) -> Path | None:
    """A policy file somebody uploads; None until there is one that can be used."""
    file = st.file_uploader("Policy file", type=["yaml", "yml"], max_upload_size=1, key=f"import_own_policy_{at.turn}")
    if file is None or at.upload is None:
        st.caption("data/policies/sample.yaml is one to start from.")
        return None
    path = at.upload.put(file.name, file, "policy")
    try:
        found = imports.policy_warnings(path)
    except SLAError as error:
        st.error("This policy cannot be used.", icon=":material/error:")
        st.text(str(error))
        return None
    st.success(f"{blocks.text(file.name)} can be used.", icon=":material/check_circle:")
    if found:
        st.caption("Worth a second look:")
        st.text("\n".join(found))
    return path
