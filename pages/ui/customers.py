"""Customers ranked by the breaches that matter: those beyond what each of them was promised."""

from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from analytics.customers import FEWER, owed
from analytics.dimensions import BLANK_LABEL
from analytics.schemas import KIND_LABELS, KINDS
from pages.ui import blocks, charts, charts_segments, load, words
from pages.ui import format as fmt
from pages.ui.selection import Selection

MOST = 20
"""Customers drawn; the table holds them all."""

NO_NAME = "Whoever is not named"
"""Stands for the customer of tickets that name none."""

_FIRST = "first_resolution"
_NARROWEST = 168
_BY = "customer"


def judged(sidebar: Selection) -> Selection:
    """The selection with the clock contracts are judged by, as the reader chooses: the first resolution at first."""
    values = load.choices(sidebar.directory, sidebar.version, _source(sidebar))["kind"]
    kinds = [kind for kind in KINDS if kind in values]
    if len(kinds) < 2:
        return sidebar
    first = _FIRST if _FIRST in kinds else sidebar.kind
    kind = st.selectbox(
        "Judged by",
        kinds,
        index=kinds.index(first),
        format_func=KIND_LABELS.__getitem__,
        key="contract",
        bind="query-params",
        width=260,
        help="Contracts are mostly about the first resolution; the clock of the sidebar does not change this page.",
    )
    return replace(sidebar, kind=str(kind))


def _source(selection: Selection) -> str | None:
    return next((values[0] for name, values in selection.chosen if name == "source"), None)


def names(selection: Selection) -> bool:
    """Whether the source names customers at all."""
    known = load.choices(selection.directory, selection.version, _source(selection))[_BY]
    return any(value != BLANK_LABEL for value in known)


def chosen(selection: Selection) -> str | None:
    """The one customer chosen in the sidebar or picked in a picture, as it is said; None of several, or of none."""
    found = [set(values) for name, values in selection.narrowed if name == _BY]
    left = set.intersection(*found) if found else set()
    return (next(iter(left)) or NO_NAME) if len(left) == 1 else None


def everyone(selection: Selection) -> Selection:
    """The same choices over every customer."""
    kept = tuple(each for each in selection.chosen if each[0] != _BY)
    return replace(selection.without(_BY), chosen=kept)


def ranked(selection: Selection) -> pl.DataFrame:
    """The customers of the sidebar, the largest excess first, as `analytics.customers.owed` has them.

    Returns:
        Also `segment` (the name, or that none is given) and `named`.
    """
    whole = selection.without(_BY)
    found = owed(load.clocks(whole, kind=whole.kind), load.clocks(everyone(selection), kind=whole.kind))
    name = pl.col(_BY).cast(pl.String)
    return found.with_columns(segment=name.fill_null(BLANK_LABEL), named=name.is_not_null()).drop(_BY)


def verdict(found: pl.DataFrame, kind: str) -> str:
    """How many customers got clearly less than was promised, and who most.

    Args:
        found: as `ranked` gives it.
        kind: of the clocks.
    """
    known = found.filter("named")
    fewer = known.filter(pl.col("apart") == FEWER)
    what = "than promised" if _all_promised(found) else "than expected of clocks like theirs"
    of = f"Of {fmt.plural(known.height, 'customer')}"
    if known.is_empty():
        return f"None of the {fmt.number(found['due'].sum())} clocks due names its customer."
    if fewer.is_empty():
        return f"{of} none got clearly fewer {plural_of(kind)} in time {what}."
    top = fewer.row(0, named=True)
    got = (
        f"{top['segment']} {fmt.percent(top['attainment'])} of {fmt.number(top['due'])} against {goal(top['promised'])}"
    )
    extra = f"{fmt.number(round(top['excess']))} breaches too many"
    if fewer.height == 1:
        got = got.removeprefix(f"{top['segment']} ")
        return f"{of} only {top['segment']} got clearly fewer {plural_of(kind)} in time {what}: {got}, {extra}."
    return f"{of} {fewer.height} got clearly fewer {plural_of(kind)} in time {what}; most so {got}, {extra}."


def plural_of(kind: str) -> str:
    """Clocks of a kind, as "first resolutions"."""
    return f"{KIND_LABELS[kind].lower()}s"


def goal(share: float) -> str:
    """A promised share, with a digit after the point only where it has one."""
    return fmt.percent(share, 0 if abs(share * 100 - round(share * 100)) < 1e-9 else 1)


def _all_promised(found: pl.DataFrame) -> bool:
    return bool(found["with_objective"].sum() == found["due"].sum())


def cards(found: pl.DataFrame) -> None:
    """How many customers fell short, the breaches too many, and how much of it the worst few hold."""
    known = found.filter("named")
    fewer = known.filter(pl.col("apart") == FEWER)
    beyond = known.filter(pl.col("excess") > 0)["excess"]
    told = (
        "Customers of 30 clocks due or more whose breaches are more than chance gives at the promised share, allowing "
        "for the number of customers compared."
    )
    held = fmt.percent(beyond.head(5).sum() / beyond.sum(), 0) if beyond.sum() else fmt.NONE
    with st.grid(3, min_column_width=_NARROWEST):
        note = f"of {fmt.plural(known.height, 'customer')}"
        blocks.card(st, "Got clearly less", fmt.number(fewer.height), note, told)
        total = f"of {fmt.plural(known['breaches'].sum(), 'breach', 'breaches')}"
        sum_ = "Breaches beyond the expected of each customer that has more than expected, added up."
        blocks.card(st, "Breaches too many", fmt.number(round(beyond.sum())), total, sum_)
        share = "Share of these breaches too many that the five customers at the top hold."
        blocks.card(st, "The first five hold", held, "of those too many", share)


def beside(sidebar: Selection, found: pl.DataFrame, kind: str) -> list[str]:
    """What stands under the cards: clocks without a customer, clocks without an objective, and the sidebar's clock."""
    few = found.filter(pl.col("named") & (pl.col("due") < words.FIRM)).height
    told = (
        [f"{fmt.plural(few, 'customer has', 'customers have')} fewer than {words.FIRM} clocks due: not enough to tell."]
        if few
        else []
    )
    blank = found.filter(~pl.col("named"))
    if not blank.is_empty():
        told.append(f"{fmt.plural(blank['due'][0], 'clock')} due without a customer's name are left out.")
    without = int(found["due"].sum() - found["with_objective"].sum())
    if without:
        told.append(
            f"{fmt.plural(without, 'clock')} due without an objective are expected to break as often as those of the "
            "same policy and priority over all customers."
        )
    if sidebar.kind != kind and load.clocks(sidebar.without(_BY), kind=sidebar.kind)["decided"].any():
        told.append(f"By the sidebar's clock: {_lowered(verdict(ranked(sidebar), sidebar.kind))}")
    return told


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def pictures(found: pl.DataFrame, kind: str, scope: str) -> None:
    """The customers with the largest excess, each with its interval; a click makes its report."""
    known = found.filter("named")
    shown = known.head(MOST).with_columns(
        firm=pl.col("due") >= words.FIRM,
        edge=pl.max_horizontal("excess", "excess_high", pl.lit(0)),
        told=pl.Series([f"{each:+,.0f}" for each in known["excess"].head(MOST)], dtype=pl.String),
        apart=pl.col("apart").fill_null(charts_segments.TOO_FEW),
    )
    with st.container(border=True):
        more = f"The {MOST} with most of {known.height}. " if known.height > MOST else ""
        blocks.chart(
            f"Which customers got more breaches than promised? ({KIND_LABELS[kind]})",
            f"Breaches less the expected, so that a large customer with a fair rate does not lead. {more}n = "
            f"{fmt.number(known['due'].sum())} clocks due. Lines: 95 % interval. Faint: n under {words.FIRM}. "
            f"{scope} Click a bar for the customer's report.",
            charts_segments.excess_bars(shown, shown["segment"].to_list(), dark=blocks.dark()),
            key="customers-excess",
            alt=told(shown),
            select=charts.POINT,
            pick=pick,
            data=shown.drop("firm", "edge", "told", "named"),
        )


def pick(marked: dict[str, Any]) -> dict[str, list[str | None]]:
    """What a click on a customer picks."""
    return {_BY: [marked["segment"]]}


def told(shown: pl.DataFrame) -> str:
    """The customers for the ear."""
    parts = [
        f"{row['segment']}: {row['breaches']} breaches of {row['due']}, {row['expected']:.0f} expected"
        for row in shown.iter_rows(named=True)
    ]
    return "; ".join(parts)


def table(found: pl.DataFrame, kind: str) -> None:
    """Every customer with all that is known of it; the whole list can be saved."""
    with st.container(border=True):
        st.markdown("**Every customer**")
        headed = columns()
        if _all_promised(found):
            del headed["with_objective"]
        shown = found.select(*headed)
        blocks.table(shown, f"customers-{kind}", headed, alt="Every customer, the largest excess first")


def columns() -> dict[str, Any]:
    """How the table of customers is headed."""
    share = partial(st.column_config.NumberColumn, format="percent")
    count = partial(st.column_config.NumberColumn, format="%.1f")
    low, high = "Lower end of the 95 % Wilson interval.", "Upper end of the 95 % Wilson interval."
    return {
        "segment": st.column_config.TextColumn("Customer", pinned=True),
        **blocks.measured_columns(("due", "breaches")),
        "expected": count("Expected", help="Breaches its objectives allow, or those of clocks like its own."),
        "excess": count("Excess", help="Breaches less the expected."),
        "excess_low": count("Excess, lower", help=low),
        "excess_high": count("Excess, upper", help=high),
        "apart": st.column_config.TextColumn("Told apart", help="Whether this is more than chance gives."),
        **blocks.measured_columns(("attainment",)),
        "promised": share("Promised", help="The share of its clocks that was to be met."),
        **blocks.measured_columns(("attainment_low", "attainment_high")),
        "with_objective": st.column_config.NumberColumn("With an objective", format="localized"),
    }


def method() -> None:
    """How customers are judged, folded away."""
    with blocks.method():
        st.markdown(
            blocks.text(
                "Each clock is expected to break with the chance its objective allows: 5 in 100 at 95 %. Where it has "
                "no objective, with the breach rate of its policy and priority over all customers. Expected breaches "
                "are the sum; excess is what broke less that, with the Wilson interval of the customer's rate at 95 %. "
                "A customer is told apart by the exact binomial tail at its mean expected rate, doubled, adjusted for "
                "the number of customers after Benjamini and Hochberg at 5 %; below 30 clocks none is."
            )
        )
