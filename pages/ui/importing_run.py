"""An import that runs, and what came of it."""

from typing import Any

import polars as pl
import streamlit as st

from pages.ui import blocks, imports, load
from pages.ui import format as fmt
from pages.ui.importing_files import Desk, desk
from pages.ui.imports import Job

OVERVIEW = "summary/overview.py"
_EVERY = 0.5
_N = st.column_config.NumberColumn
RULE_COLUMNS: dict[str, Any] = {"rule": "Rule they broke", "rows": _N("Rows", format="localized")}
REPAIR_COLUMNS: dict[str, Any] = {
    "rule": "Rule",
    "events": _N("Events", format="localized"),
    "advice": st.column_config.TextColumn("What was done, and what to do", width="large"),
}


@st.fragment(run_every=_EVERY)
def running() -> None:
    """How far the import is, looked at twice a second, with a button to stop it."""
    job = desk().job
    if job is None or job.done:
        st.rerun()
    st.progress(job.share, f"{blocks.text(job.what)} … {job.share:.0%}")
    st.button("Cancel the import", on_click=job.cancel, icon=":material/cancel:", key="import_cancel")
    st.caption("The store stays as it is until the last step. Others can go on reading, and you on other pages.")


def headline(told: dict[str, Any]) -> str:
    """What an import did, in one sentence.

    Example:
        >>> headline({"source": "desk", "again": False, "new": 2, "updated": 0, "unchanged": 1, "older": 0,
        ...           "version": 3})
        'desk: 2 tickets new, 0 updated, 1 unchanged. Version 3 is current.'
    """
    if told["again"]:
        return f"{told['source']}: imported before. Nothing changes; version {told['version']} is current."
    older = f", {fmt.number(told['older'])} older than what is known and passed over" if told["older"] else ""
    return (
        f"{told['source']}: {fmt.plural(told['new'], 'ticket')} new, {fmt.number(told['updated'])} updated, "
        f"{fmt.number(told['unchanged'])} unchanged{older}. Version {told['version']} is current."
    )


def details(told: dict[str, Any]) -> list[str]:
    """What else is to be known of an import, a sentence each."""
    source = told["source"]
    judged = f"{fmt.plural(told['clocks'], 'SLA clock')} of {source}"
    without = f"{fmt.plural(told['without_clock'], 'ticket')} without one" if told["without_clock"] else ""
    return [
        f"Read as: {', '.join(told['streams'])}.",
        f"Judged by {told['policy']}: {judged}{f', {without}' if without else ''}.",
        *told["notes"],
    ]


def ended(at: Desk, job: Job) -> None:
    """What came of the import: its summary, or why there is none."""
    if job.summary is None:
        st.warning("Nothing was imported.", icon=":material/cancel:") if job.cancelled else st.error(
            "Nothing was imported.", icon=":material/error:"
        )
        st.text(job.error)
        return
    if at.upload is not None:
        imports.remember(job.summary["source"], at.asked)
        at.empty()
        st.rerun()
    _summary(job.summary)


def _summary(told: dict[str, Any]) -> None:
    with st.container(border=True):
        st.success(blocks.text(headline(told)), icon=":material/check_circle:")
        cards = st.columns(4)
        for column, (label, name) in zip(
            cards,
            (("Rows read", "read"), ("Rows taken", "taken"), ("Rows set aside", "rejected"), ("SLA clocks", "clocks")),
            strict=True,
        ):
            column.metric(label, fmt.number(told[name]))
        if st.button(
            f"Overview of {blocks.text(told['source'])}",
            type="primary",
            icon=":material/insights:",
            key="import_overview",
            on_click=_choose,
            args=(told["source"],),
        ):
            st.switch_page(OVERVIEW)
        blocks.lines(details(told))
        if told["by_rule"]:
            st.markdown("**Rows set aside, by the rule they broke**")
            st.caption("Each row stands under Imports, with what to do about it.")
            blocks.table(pl.DataFrame(told["by_rule"]), "set-aside", RULE_COLUMNS)
        if told["repairs"]:
            st.markdown("**Events that cannot be as the export told them**")
            blocks.table(pl.DataFrame(told["repairs"]), "import-repairs", REPAIR_COLUMNS)
        version = load.current()
        if version is not None:
            every = imports.told_by_source(str(version.directory), version.number)
            for untold in every.filter(pl.col("source") == told["source"], pl.col("untold") != "")["untold"]:
                st.caption(blocks.text(f"The files of {told['source']} do not say {untold}."))


def _choose(source: str) -> None:
    """Have the sidebar look at a source."""
    st.session_state["source"] = source
