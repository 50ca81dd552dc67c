"""What the segments page compares: one dimension's breaches, against the objectives and against the rest."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.measure import measure
from analytics.metrics import METRICS
from analytics.segments import SAME, WORSE, against_rest
from pages.ui import blocks, charts, charts_segments, derived, evidence, held, load, words
from pages.ui import format as fmt
from pages.ui.selection import Selection

MOST = 15
"""Segments drawn; the table holds them all."""

_NARROWEST = 240

_FIRST = ("team", "category", "priority", "channel", "region", "plan", "customer", "policy", "agent")
_MEASURED = ("due", "breaches", "breach_rate", "breach_rate_low", "breach_rate_high", "excess", "p90_wait")


def ranked(names: list[str]) -> list[str]:
    """Dimensions as pickers offer them: those that are asked for most first."""
    return [*(name for name in _FIRST if name in names), *(name for name in names if name not in _FIRST)]


def worth(selection: Selection) -> list[str]:
    """The attributes with something to compare, whatever was picked of them; the first one at least."""
    names = ranked([name for name in load.comparable(selection) if not DIMENSIONS[name].process])
    clocks = load.clocks(selection.without(*names), kind=selection.kind).filter("decided")
    several = [name for name in names if clocks.select(DIMENSIONS[name].key.n_unique()).item() > 1]
    return several or names[:1] or ["priority"]


def compared(clocks: pl.DataFrame, by: str) -> pl.DataFrame:
    """The segments of a dimension, the largest excess (or most breaches) first.

    Returns:
        `segment` and the measured columns, `share` of all breaches, `allowed` (breach rate the objectives allow), and
        what `analytics.segments.against_rest` adds.
    """
    frame = against_rest(measure(clocks, _MEASURED, [by]).filter(pl.col("due") > 0))
    total = max(1, int(frame["breaches"].sum()))
    allowed = (pl.col("breaches") - pl.col("excess")) / pl.col("due")
    complete = frame["excess"].null_count() == 0
    order = "excess" if complete else "breaches"
    return (
        frame.with_columns(
            segment=label_of(by),
            share=pl.col("breaches") / total,
            allowed=allowed,
        )
        .drop(by)
        .sort(order, "due", "segment", descending=[True, True, False])
    )


def plural(by: str) -> str:
    """The values of a dimension, as "teams" or "categories"."""
    label = DIMENSIONS[by].label.lower()
    return f"{label[:-1]}ies" if label.endswith("y") else f"{label}s"


def rest(found: pl.DataFrame, by: str) -> str:
    """Which segment stands out against all others, and how many do.

    Args:
        found: as `compared` gives it.
        by: the dimension.
    """
    judged = found.drop_nulls("apart")
    if judged.height < 2:
        return f"There are not enough clocks to tell {plural(by)} apart."
    told = judged.filter(pl.col("apart") != SAME)
    if told.is_empty():
        return f"No {DIMENSIONS[by].label.lower()} differs from the rest beyond noise ({judged.height} compared)."
    worse = told.filter(pl.col("apart") == WORSE)
    weight = (pl.col("difference") * pl.col("due")).abs()
    row = (told if worse.is_empty() else worse).sort(weight, "segment", descending=[True, False]).row(0, named=True)
    more, sign = ("more", 100) if row["apart"] == WORSE else ("less", -100)
    low, high = sorted((sign * row["difference_low"], sign * row["difference_high"]))
    differ = "differs" if told.height == 1 else "differ"
    large = f" of {words.FIRM} clocks or more" if judged.height < found.height else ""
    own = f"{fmt.percent(row['breach_rate'])} of {fmt.number(row['due'])}"
    others = f"{fmt.percent(row['rest_rate'])} of {fmt.number(row['rest_due'])}"
    sure = f"difference {sign * row['difference']:.1f} points, 95 % interval {low:.1f}–{high:.1f}"
    return (
        f"{DIMENSIONS[by].label} {row['segment']} breaks {more} than the rest: {own} against {others} ({sure}). "
        f"{told.height} of {judged.height} {plural(by)}{large} {differ} from the rest beyond noise."
    )


def with_holders(selection: Selection, found: pl.DataFrame, by: str) -> tuple[pl.DataFrame, list[str]]:
    """The segments for the table, by team with what each held; and a sentence where that tells another story.

    Nothing is said of who held what where the source does not tell which team held a ticket when.
    """
    (source,) = dict(selection.chosen).get("source", (None,))
    if by != "team" or "team_history" in evidence.gaps(selection.directory, selection.version, source):
        return found, []
    both = held.beside(found, derived.held(selection))
    told = held.sentence(both)
    return both, [told] if told else []


def cards(found: pl.DataFrame) -> None:
    """The worst segment in three numbers."""
    top = found.row(0, named=True)
    total, every = found["breaches"].sum(), found["due"].sum()
    due = f"of {fmt.plural(top['due'], 'clock')} due"
    rates = f"allowed {fmt.percent(top['allowed'])}, was {fmt.percent(top['breach_rate'])}"
    firm = rates if top["due"] >= words.FIRM else "too few clocks to go by a rate"
    note = "no objective is set" if top["excess"] is None else firm
    with_ = f"with {fmt.percent(top['due'] / every, 0)} of the clocks due"
    few = f"{fmt.number(top['breaches'])} of {fmt.number(total)}"
    share = fmt.percent(top["share"], 0) if total >= words.FIRM else few
    told = "Breaches of this segment over all breaches in the selection."
    count, excess = METRICS["breaches"].definition, METRICS["excess"].definition
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(st, f"Breaches, {top['segment']}", fmt.number(top["breaches"]), due, count)
        beyond = fmt.NONE if top["excess"] is None else fmt.number(round(top["excess"]))
        blocks.card(st, "Excess over objective", beyond, note, excess)
        blocks.card(st, "Share of breaches", share, with_, told)


def pictures(found: pl.DataFrame, by: str, scope: str) -> None:
    """The excess bars, which pick a segment, and the rates with their intervals beside them."""
    label, shown = DIMENSIONS[by].label, found.head(MOST)
    order, dots = shown["segment"].to_list(), _dots(shown)
    left, right = st.columns(2, gap="small")
    with left.container(border=True, height="stretch"):
        blocks.chart(
            f"Which {label.lower()} breaks most{_beyond(found)}?",
            f"{_all_of(found)} {scope} Click a bar to pick it.",
            charts.ranked_bars(_bars(shown), order, _axis(found), dark=blocks.dark()),
            key="segments-excess",
            alt=told(shown),
            select=charts.POINT,
            pick=partial(pick, by=by),
            data=shown,
        )
    with right.container(border=True, height="stretch"):
        blocks.chart(
            "How sure is each rate, and does it differ from the rest?",
            "In brackets: n, clocks due. Tick: what the objective allows. Orange breaks more than the rest, blue "
            "less, grey is not told apart. "
            f"Lines: 95 % Wilson interval. Hollow: fewer than {words.FIRM} clocks.",
            charts_segments.rate_dots(dots, dots["segment"].to_list(), dark=blocks.dark()),
            key="segments-rates",
            alt=told(shown),
            data=shown,
        )


def pick(marked: dict[str, Any], by: str) -> dict[str, list[str | None]]:
    """What a click on a segment picks."""
    return {by: [value_of(by, marked["segment"])]}


def label_of(by: str) -> pl.Expr:
    """A value of a dimension as it is written; null is blank."""
    codes = {str(code): text for code, text in (DIMENSIONS[by].values or {}).items()}
    return pl.col(by).cast(pl.String).replace(codes).fill_null(BLANK_LABEL)


def value_of(by: str, label: str) -> str | None:
    """The value a label stands for: None for blank, a code where the dimension has codes."""
    codes = {str(text): str(code) for code, text in (DIMENSIONS[by].values or {}).items()}
    return None if label == BLANK_LABEL else codes.get(label, label)


def _beyond(found: pl.DataFrame) -> str:
    """What the title adds where excess is known."""
    return " beyond its objective" if found["excess"].null_count() == 0 else ""


def _axis(found: pl.DataFrame) -> str:
    """What the bars measure."""
    return "excess breaches" if found["excess"].null_count() == 0 else "breaches"


def _bars(shown: pl.DataFrame) -> pl.DataFrame:
    """The bars: their value, its words, and where the words stand."""
    value = "excess" if shown["excess"].null_count() == 0 else "breaches"
    return shown.select(
        "segment",
        "breaches",
        "due",
        "breach_rate",
        value=pl.col(value),
        edge=pl.max_horizontal(pl.col(value), pl.lit(0)),
        told=pl.col(value).map_elements(
            lambda each: f"{round(each):+,}" if value == "excess" and round(each) else f"{round(each):,}",
            return_dtype=pl.String,
        ),
    )


def _dots(shown: pl.DataFrame) -> pl.DataFrame:
    """The rates with their intervals, n, and whether they differ from the rest."""
    n = pl.col("due").map_elements(lambda each: f"{each:,}", return_dtype=pl.String)
    named = pl.concat_str("segment", pl.lit(" ("), n, pl.lit(")"))
    apart = pl.col("apart").fill_null(charts_segments.TOO_FEW)
    return shown.with_columns(firm=pl.col("due") >= words.FIRM, segment=named, apart=apart)


def _all_of(found: pl.DataFrame) -> str:
    """How much is compared, in words."""
    rest = f" The {MOST} with most of {found.height}." if found.height > MOST else ""
    total = f"All {fmt.number(found['breaches'].sum())} breaches of {fmt.number(found['due'].sum())} clocks due."
    return f"{total}{rest}"


def told(shown: pl.DataFrame) -> str:
    """The segments for the ear."""
    parts = [
        f"{row['segment']}: {row['breaches']} of {row['due']} breached ({fmt.percent(row['breach_rate'])})"
        for row in shown.iter_rows(named=True)
    ]
    return "; ".join(parts)


def listed(table: pl.DataFrame) -> pl.DataFrame:
    """The segments as their table shows them: excess in whole breaches."""
    return table.with_columns(pl.col("excess").round().cast(pl.Int64))


def columns(label: str) -> dict[str, Any]:
    """How the table is headed; the download holds more."""
    share = partial(st.column_config.NumberColumn, format="percent")
    return {
        "segment": st.column_config.TextColumn(label, pinned=True),
        **blocks.measured_columns(("due", "breaches", "breach_rate")),
        "allowed": share("Allowed", help="Breach rate the objectives allow."),
        "excess": st.column_config.NumberColumn(
            METRICS["excess"].label, format="localized", help=METRICS["excess"].definition
        ),
        "share": share("Share of breaches"),
        "apart": st.column_config.TextColumn(
            "Against the rest", help="Whether the breach rate differs from that of all others together beyond noise."
        ),
        "difference": share("Difference", help="Breach rate less that of the rest."),
        "difference_low": share("Difference, lower", help="Lower end of its 95 % Newcombe interval."),
        "difference_high": share("Difference, upper", help="Upper end of its 95 % Newcombe interval."),
        **blocks.measured_columns(("p90_wait",)),
        **{name: column for name, column in held.COLUMNS.items() if name != "held_clocks"},
    }
