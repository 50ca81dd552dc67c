"""The source's verdicts beside ours: what the reconcile page says, draws and lists."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics.durations import words
from analytics.measure import due_between, where
from analytics.phrases import clean, listed
from analytics.reconcile_bridge import NOT_COUNTED, STEP_PHRASES, Bridge, bridge
from analytics.reconcile_reasons import AGREE, OUTCOMES, REASONS, TOLERANCE
from analytics.schemas import KIND_LABELS, SUPPLIED_KINDS
from pages.ui import blocks, load
from pages.ui import format as fmt
from pages.ui.load import Selection, Version

_NAMED = 3
_N = st.column_config.NumberColumn
REASON_COLUMNS: dict[str, Any] = {
    "label": st.column_config.TextColumn("Outcome", pinned=True),
    "tickets": _N("Tickets", format="localized"),
    "points": _N("Points", format="%+.1f", help="What it adds to the source's rate on the way to ours."),
    "met_there": _N("Met there", format="localized"),
    "breached_there": _N("Breached there", format="localized"),
    "met_here": _N("Met here", format="localized"),
    "breached_here": _N("Breached here", format="localized"),
    "meaning": st.column_config.TextColumn("What it means", width="large"),
    "advice": st.column_config.TextColumn("What to do", width="large"),
}


def rows(selection: Selection, kind: str) -> pl.DataFrame:
    """The tickets of the selection with a verdict of the source's or ours on this kind, each with its outcome."""
    chosen = dict(selection.chosen)
    sources = load.sources(Version(Path(selection.directory), selection.version))["source"].to_list()
    names = [name for name in sources if name in chosen.get("source", sources)]
    found = [load.reconciled(selection.directory, selection.version, name, selection.hours) for name in names]
    whole = found[0] if len(found) == 1 else pl.concat([each.cast({pl.Enum: pl.String}) for each in found])
    due = due_between(whole.filter(pl.col("kind") == kind), selection.period.first, selection.period.last)
    return where(due, chosen)


def bridged(selection: Selection, found: pl.DataFrame) -> Bridge:
    """From the source's rate to ours, excluded clocks counted as the sidebar says."""
    return bridge(found, counting_excluded=selection.excluded == "counted")


def source_name(found: pl.DataFrame) -> str:
    """Who says so: the source's name, where there is one."""
    names = found["source"].unique()
    return clean(names[0]) if len(names) == 1 else "The source"


def sentence(between: Bridge, name: str) -> str:
    """Both rates, and the reasons that make most of the difference."""
    theirs, ours = between.theirs, between.ours
    if ours.share is None:
        n = fmt.plural(theirs.due, "ticket")
        return f"{name} says {fmt.percent(theirs.share)} of {n}; here nothing is decided yet."
    same = theirs.due == ours.due == between.judged
    of = f", of the same {fmt.plural(theirs.due, 'ticket')}" if same else ""
    of_n = ("", "") if same else (f" of {fmt.number(theirs.due)}", f" of {fmt.number(ours.due)}")
    said, told = fmt.percent(theirs.share), fmt.percent(ours.share)
    if said == told and between.steps.is_empty():
        return f"{name} says {said}{of_n[0]}, and so do we{of}."
    return f"{name} says {said}{of_n[0]}, we say {told}{of_n[1]}{of}{_because(between)}."


def _because(between: Bridge) -> str:
    """The largest steps: those in the direction of the difference, then those against it."""
    steps = between.steps.filter(pl.col("points") != 0).sort(
        pl.col("points").abs(), descending=True, maintain_order=True
    )
    down = float(between.steps["points"].sum()) < 0
    along = (pl.col("points") < 0) if down else (pl.col("points") > 0)
    parts = []
    for which, lead in ((along, ""), (~along, "in the other direction ")):
        some = [
            f"{abs(points):.1f} points are {STEP_PHRASES[step]}"
            for step, points in steps.filter(which).head(_NAMED).select("step", "points").iter_rows()
        ]
        parts += [lead + listed(some)] if some else []
    return f": {'; '.join(parts)}" if parts else ""


def cards(between: Bridge, name: str) -> None:
    """Both rates, and how often the verdicts are the same."""
    theirs, ours = between.theirs, between.ours
    share = between.agreed / between.judged if between.judged else None
    for column, (label, value, note, told) in zip(
        st.columns(3),
        (
            (
                f"{name} says",
                fmt.percent(theirs.share),
                f"of {fmt.plural(theirs.due, 'ticket')} it judges",
                "Tickets the source calls met, over those it gives a verdict on.",
            ),
            (
                "We say",
                fmt.percent(ours.share),
                f"of {fmt.plural(ours.due, 'ticket')} due",
                "Tickets met over met and breached, due by the as-of instant; a ticket counts once.",
            ),
            (
                "Same verdict",
                fmt.percent(share),
                f"of {fmt.plural(between.judged, 'ticket')} both judge",
                f"Ours over these tickets alone: {fmt.percent(between.same.share)}.",
            ),
        ),
        strict=True,
    ):
        blocks.card(column, label, value, note, told)


def drawn(between: Bridge, name: str) -> pl.DataFrame:
    """The two rates, and each step of a tenth of a point or more between them."""
    theirs, ours = between.theirs, between.ours
    steps = between.steps.with_columns(to=theirs.share + pl.col("change").cum_sum())
    steps = steps.filter(pl.col("points") != 0).select(
        step=pl.col("label"),
        **{"from": pl.col("to") - pl.col("change"), "to": "to"},
        told=pl.col("points").map_elements(lambda each: f"{each:+.1f}", return_dtype=pl.String),
        tickets="tickets",
        side=pl.when(pl.col("points") < 0).then(pl.lit("lower")).otherwise(pl.lit("higher")),
    )
    ends = [
        {"step": who, "from": rate.share, "to": rate.share, "told": fmt.percent(rate.share), "tickets": rate.due,
         "side": "rate"}
        for who, rate in ((f"{name} says", theirs), ("We say", ours))
    ]  # fmt: skip
    first, last = (pl.DataFrame([end], schema=steps.schema) for end in ends)
    return pl.concat([first, steps, last]).with_columns(edge=pl.max_horizontal("from", "to"))


def spoken(frame: pl.DataFrame) -> str:
    """The chart for the ear."""
    return "; ".join(
        f"{row['step']} {row['told']} ({fmt.number(row['tickets'])})" for row in frame.iter_rows(named=True)
    )


def answer(between: Bridge) -> str:
    """What the chart shows, in words: the largest step of the whole difference."""
    total = float(between.steps["points"].sum())
    if between.steps.is_empty():
        return "Nothing: every ticket has the same verdict in both."
    top = between.steps.sort(pl.col("points").abs(), "tickets", descending=True, maintain_order=True).row(0, named=True)
    most = f"“{top['label']}”: {top['points']:+.1f}, {fmt.plural(top['tickets'], 'ticket')}"
    return f"{total:+.1f} points in all; the most by {most}."


def outcomes(found: pl.DataFrame, between: Bridge) -> pl.DataFrame:
    """One row an outcome that occurs, in the order of the registry: counts, points, meaning and advice."""
    theirs, ours = pl.col("theirs_breached"), pl.col("ours_breached")
    counted = found.group_by("outcome").agg(
        tickets=pl.len(),
        met_there=(~theirs).sum(),
        breached_there=theirs.sum(),
        met_here=(~ours).sum(),
        breached_here=ours.sum(),
    )
    known = pl.DataFrame(
        [
            {"outcome": each.name, "label": each.label, "meaning": each.meaning, "advice": each.advice}
            for each in OUTCOMES.values()
        ]
    )
    points = between.steps.select(outcome="step", points="points")
    return (
        known.join(counted, on="outcome", how="inner", maintain_order="left")
        .join(points, on="outcome", how="left", maintain_order="left")
        .with_columns(points=pl.when(~pl.col("outcome").is_in(AGREE)).then("points"))
    )


def uncounted(between: Bridge) -> str:
    """How many tickets with a verdict on both sides are in no rate here."""
    steps = between.steps.filter(pl.col("step") == NOT_COUNTED)
    if steps.is_empty():
        return ""
    count = fmt.plural(steps["tickets"][0], "ticket")
    moved = "" if steps["points"][0] is None else f" ({steps['points'][0]:+.1f} points)"
    return f"In no rate here, though judged in both: {count} not due yet by the as-of instant, or excluded{moved}."


def present(found: pl.DataFrame) -> dict[str, str]:
    """The reasons that occur, in their order, with their labels."""
    names = set(found["outcome"].unique())
    return {name: OUTCOMES[name].label for name in REASONS if name in names}


def foremost(between: Bridge, names: Iterable[str]) -> str:
    """The reason that moves the rate most, of those that occur."""
    moved = dict(between.steps.select("step", pl.col("change").abs().fill_null(0)).iter_rows())
    return max(names, key=lambda name: moved.get(name, 0))


def judged_kind(selection: Selection) -> tuple[Selection, str]:
    """The selection with a kind the source judges, the chosen one where it can be; and a word on it where not."""
    judged = [kind for kind in SUPPLIED_KINDS if rows(selection, kind)["theirs_breached"].count()]
    if selection.kind in judged or not judged:
        return selection, ""
    told = (
        f"The source judges {KIND_LABELS[judged[0]].lower()}, not {KIND_LABELS[selection.kind].lower()}; that is shown."
    )
    return replace(selection, kind=judged[0]), told


def nothing(selection: Selection) -> None:
    """Say that the source gives no verdict, and where there is one."""
    kind = KIND_LABELS[selection.kind].lower()
    blocks.verdict(
        f"The source gives no verdict of its own on {kind} in this selection, so there is nothing to compare."
    )
    st.caption(
        "Help desks that judge their tickets export it as a column such as “Resolution status”. Map it as "
        "first_response_verdict or resolution_verdict, or import the help desk's own export, and the page compares "
        "each verdict with ours."
    )


def method() -> None:
    """How the page counts, folded away."""
    st.write(
        "Each ticket the source gives a verdict on, and each we have one on, has one outcome. Where the verdicts "
        "differ, the reasons are tried in this order and the first that holds is taken; the others are not looked at. "
        "A ticket counts once: where it has several clocks of a kind, the first breached one speaks for it, else one "
        "that still runs, else the last."
    )
    st.write(
        "A step of the bridge is the change in tickets met, less the source's rate times the change in tickets that "
        f"count, over our tickets. So steps add up, whatever their order. Rounding allows {words(TOLERANCE)}."
    )
    for name in REASONS:
        st.caption(blocks.text(f"{OUTCOMES[name].label}: {OUTCOMES[name].meaning}"))
