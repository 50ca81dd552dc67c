"""What looks wrong in a history: the verdict in words, the findings, and the tickets behind one of them."""

from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics.phrases import listed
from analytics.suspicions import FINDINGS, LOOKED, SEVERITIES, SUSPECTS, Found, find
from analytics.suspicions_patterns import PATTERNS
from analytics.timezones import local
from pages.ui import blocks, load, sheet, story
from pages.ui import format as fmt
from pages.ui.load import Selection

MOST = 1000
"""Tickets a table shows; its download holds them all."""

MARKS = {"act": "▲", "look": "◆", "note": "○"}
_PAGE = "reference/trust.py"
_N = st.column_config.NumberColumn
_TEXT = st.column_config.TextColumn


@st.cache_resource(max_entries=6, show_spinner="Looking for suspicious patterns …")
def _found(directory: str, number: int, source: str, _selection: Selection) -> Found:
    row = load.sources(load.Version(Path(directory), number)).filter(pl.col("source") == source)
    return find(*load.whole(directory, number, source), load.policies(_selection)[source], row["as_of"][0])


def names(selection: Selection) -> list[str]:
    """The sources looked at: the chosen one, or all."""
    chosen = [str(value) for name, values in selection.chosen if name == "source" for value in values]
    return chosen or sorted(load.policies(selection))


def found(selection: Selection) -> Found:
    """What was found in the whole history of each source of the selection, whatever its other choices."""
    each = [_found(selection.directory, selection.version, name, selection) for name in names(selection)]
    order = pl.col("severity").replace_strict(
        {name: rank for rank, name in enumerate(SEVERITIES)}, return_dtype=pl.Int64
    )
    return Found(
        pl.concat([pl.DataFrame(schema=FINDINGS), *(one.findings for one in each)]).sort(order, maintain_order=True),
        pl.concat([pl.DataFrame(schema=SUSPECTS), *(one.tickets for one in each)]),
        pl.concat([pl.DataFrame(schema=LOOKED), *(one.looked for one in each)]),
    )


def verdict(whole: Found, sources: list[str]) -> str:
    """What was found in one sentence: how many patterns of each severity, and which."""
    where = listed(sources)
    parts = []
    for severity, told in (("act", "to be acted on before the numbers are used"), ("look", "worth a look")):
        own = whole.findings.filter(pl.col("severity") == severity)["pattern"].unique(maintain_order=True).to_list()
        if own:
            count = f"{len(own)} more" if parts else fmt.plural(len(own), "pattern")
            place = "" if parts else f" in {where}"
            labels = listed([PATTERNS[name].label.lower() for name in own])
            parts.append(f"{count} {'is' if len(own) == 1 else 'are'} {told}{place}: {labels}")
    if parts:
        return f"{'; '.join(parts)}."
    noted = whole.findings.height
    aside = f" ({fmt.plural(noted, 'finding')} for the record)" if noted else ""
    return f"Nothing looks wrong in {where}{aside}."


def unseen(whole: Found) -> str:
    """How many patterns could not be looked for, since the history tells nothing of them; nothing where all could."""
    blind = whole.looked.filter(pl.col("looked") == 0)["pattern"].unique(maintain_order=True).to_list()
    if not blind:
        return ""
    labels = listed([PATTERNS[name].label.lower() for name in blind])
    where = "this history" if whole.looked["source"].n_unique() == 1 else "every one of these histories"
    return f"Not to be told from {where}: {labels}."


def section(selection: Selection) -> None:
    """The verdict and the counts for the data page, with the way to the findings."""
    whole = found(selection)
    counts = [
        f"{MARKS[severity]} {label}: {whole.findings.filter(pl.col('severity') == severity).height}"
        for severity, label in SEVERITIES.items()
    ]
    blocks.lines([verdict(whole, names(selection)), f"Suspicious patterns: {' · '.join(counts)}"])
    st.page_link(_PAGE, label="Every finding and the tickets behind it", icon=":material/policy:")


def findings(whole: Found) -> dict[str, Any] | None:
    """The table of findings; gives the one chosen, at first the gravest."""
    if whole.findings.is_empty():
        st.info("No pattern was found.", icon=":material/check_circle:")
        return None
    marks = pl.col("severity").replace_strict({name: f"{MARKS[name]} {label}" for name, label in SEVERITIES.items()})
    labels = pl.col("pattern").replace_strict({name: pattern.label for name, pattern in PATTERNS.items()})
    shown = whole.findings.select(
        "source", "place", "n", "of", "share", "expected", "text", severity=marks, pattern=labels
    )
    columns: dict[str, Any] = {
        "severity": _TEXT("Severity", pinned=True),
        "source": "Source",
        "pattern": "Pattern",
        "place": _TEXT("Where", width="large"),
        "n": _N("Found", format="localized"),
        "of": _N("Of", format="localized", help="How many were looked at."),
        "share": _N("Share", format="percent", help="Found of those looked at; for pauses the share of open time."),
        "expected": _N("Usual", format="percent", help="The share that would be usual; blank where none can be told."),
    }
    if whole.findings["source"].n_unique() == 1:
        del columns["source"]
    state = st.dataframe(
        shown,
        column_config=columns,
        column_order=list(columns),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row-required",
        key="findings",
        placeholder=fmt.NONE,
        alt="; ".join(
            f"{row['severity'][2:]}: {row['pattern']}, {row['place']}" for row in shown.iter_rows(named=True)
        ),
    )
    sheet.add(sheet.Rows("Findings", shown, columns))
    plain = shown.with_columns(pl.col("severity").str.slice(2))
    blocks.download(plain.select("source", *(name for name in columns if name != "source"), "text"), "findings")
    picked = state["selection"]["rows"]
    row = picked[0] if picked and picked[0] < whole.findings.height else 0
    return whole.findings.row(row, named=True)


def behind(selection: Selection, whole: Found, finding: dict[str, Any]) -> None:
    """One finding in words, the tickets behind it, and the story of the one picked."""
    pattern = PATTERNS[finding["pattern"]]
    with st.container(border=True):
        title = f"{pattern.label}: {finding['place']}"
        st.markdown(f"**{blocks.text(title)}**")
        st.markdown(blocks.text(f"{pattern.question} {finding['text']}"))
        blocks.lines([f"It may mean: {pattern.means}", f"What to do: {pattern.advice}"])
        same = ["source", "pattern", "place"]
        own = whole.tickets.filter(pl.all_horizontal(pl.col(name) == finding[name] for name in same))
        if own.is_empty():
            st.caption("No ticket lies behind this: they are what is missing.")
            return
        picked = _tickets(selection, own, f"{finding['pattern']}-tickets")
        if picked:
            story.show(selection, picked, finding["source"])


def _tickets(selection: Selection, own: pl.DataFrame, name: str) -> str | None:
    """The tickets behind a finding with their download; gives the one picked."""
    zone = _zone(selection, own["source"][0])
    shown = own.head(MOST).with_columns(at=local(pl.col("at"), pl.lit(zone), [zone]))
    columns: dict[str, Any] = {
        "ticket_id": _TEXT("Ticket", help="Pick the row to see the ticket's clocks.", pinned=True),
        "at": st.column_config.DatetimeColumn(f"At ({zone})", format="ddd D MMM YYYY, HH:mm:ss"),
        "detail": _TEXT("Detail", width="large"),
    }
    state = st.dataframe(
        shown,
        column_config=columns,
        column_order=list(columns),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"rows-{name}-{own['source'][0]}-{own['place'][0]}",
        height=min(420, 38 + 35 * shown.height),
        alt=f"{fmt.plural(own.height, 'ticket')} behind this finding",
    )
    if own.height > MOST:
        st.caption(f"The first {fmt.number(MOST)} of {fmt.number(own.height)}; the download holds all, times in UTC.")
    blocks.download(own.drop("pattern"), name)
    picked = state["selection"]["rows"]
    return str(shown["ticket_id"][picked[0]]) if picked and picked[0] < shown.height else None


def _zone(selection: Selection, source: str) -> str:
    """The one time zone of a source's schedules; UTC where there are several."""
    zones = load.policies(selection)[source].zones()
    return zones[0] if len(zones) == 1 else "UTC"


def looked(whole: Found) -> None:
    """What was looked for, at how many cases, and how; folded."""
    counts = whole.looked.group_by("pattern", maintain_order=True).agg(pl.col("looked", "findings").sum())
    rows = [
        {
            "pattern": PATTERNS[row["pattern"]].label,
            "question": PATTERNS[row["pattern"]].question,
            "findings": row["findings"],
            "at": f"{row['looked']:,} {PATTERNS[row['pattern']].cases}"
            if row["looked"]
            else PATTERNS[row["pattern"]].blind,
        }
        for row in counts.iter_rows(named=True)
    ]
    columns: dict[str, Any] = {
        "pattern": _TEXT("Pattern", pinned=True),
        "findings": _N("Findings"),
        "at": _TEXT("Looked at", width="large"),
        "question": _TEXT("Question", width="large"),
    }
    blocks.table(pl.DataFrame(rows), "looked-for", columns)
    with blocks.method():
        for pattern in PATTERNS.values():
            st.markdown(f"**{blocks.text(pattern.label)}.** {blocks.text(pattern.method)}")
