"""The drivers page's cards, pictures and tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from analytics.comparing import newcombe
from analytics.dimensions import DIMENSIONS
from analytics.dispersion import FEW_WEEKS
from analytics.drivers import FEWEST, SEARCHED
from analytics.open_work import QUARTERS
from analytics.peeling import FEWEST_BREACHES, FEWEST_CLOCKS, MOST, Q
from analytics.standing_out import HELD
from analytics.statistics import wilson_high, wilson_low
from pages.ui import blocks, charts, charts_drivers, drivers, drivers_words, words
from pages.ui import format as fmt
from pages.ui.drivers import HELD as HELD_DIMENSIONS
from pages.ui.drivers import PROCESS, TICKETS, WORK, Explained
from pages.ui.selection import Selection

STEPS = 7
"""Steps drawn between the two rates; what they leave out is one more."""
_SMALLEST = 0.0002
_NARROWEST = 168
_BESIDE = (WORK, *PROCESS, "arrival")


def cards(told: Explained) -> None:
    """The change and its two parts."""
    by, rate, mix, sure = told.headline()
    change = told.rate - told.earlier_rate
    low, high = newcombe(told.breaches, told.due, told.earlier_breaches, told.earlier_due) or (0.0, 0.0)
    with st.grid(3, min_column_width=_NARROWEST):
        blocks.card(
            st,
            "Change",
            f"{_points(change)} pts",
            f"95 %: {100 * low:+.1f} to {100 * high:+.1f}",
            "The breach rate less that of the period compared with, with its 95 % interval (Newcombe).",
        )
        blocks.card(
            st,
            "Rate part",
            f"{_points(rate)} pts",
            "alike tickets, slower" if rate >= 0 else "alike tickets, faster",
            "What the change would be, had the tickets of both periods been of the same kinds.",
        )
        blocks.card(
            st,
            "Mix part",
            f"{_points(mix)} pts",
            f"by {drivers_words.mixed(by)}" if sure else "hardly any",
            "What the change would be, had each kind of ticket been breached as often in both periods.",
        )


def _points(share: float, digits: int = 1) -> str:
    """A share in points with its sign; nothing is +0, never -0."""
    return f"{round(100 * share, digits) + 0.0:+.{digits}f}"


def steps(parts: pl.DataFrame, by: str) -> pl.DataFrame:
    """The steps of the waterfall: the earlier rate, the parts that move it most, the rest, and the rate now.

    Args:
        parts: of one dimension, as `decomposition.PARTS` has them.
        by: the dimension.

    Returns:
        What `charts_drivers.waterfall` draws, and `value` (null on a rate and on the rest).
    """
    rows: list[dict[str, Any]] = []
    for row in parts.iter_rows(named=True):
        more = row["due"] * parts["earlier_due"].sum() >= row["earlier_due"] * parts["due"].sum()
        for part, word in (("rate_part", ("slower", "faster")), ("mix_part", ("more", "fewer"))):
            worse = more if part == "mix_part" else row[part] >= 0
            name = f"{drivers_words.named(by, row['value'])}: {word[0] if worse else word[1]}"
            rows.append({**row, "step": name, "part": row[part]})
    movers = sorted(rows, key=lambda row: (-abs(row["part"]), row["step"]))[:STEPS]
    movers = [row for row in movers if abs(row["part"]) >= _SMALLEST]
    whole = {name: parts[name].sum() for name in ("due", "earlier_due", "breaches", "earlier_breaches")}
    before, now = whole["earlier_breaches"] / whole["earlier_due"], whole["breaches"] / whole["due"]
    drawn, at = [_rate("Period before", before)], before
    for row in movers:
        role = "up" if row["part"] >= 0 else "down"
        drawn.append({**row, "start": at, "end": at + row["part"], "role": role, "told": _points(row["part"], 2)})
        at += row["part"]
    rest = {"step": "Everything else", "part": now - at, "role": "rest", "told": _points(now - at, 2)}
    drawn += [{**rest, "start": at, "end": now}, _rate("This period", now)]
    kept = ("step", "value", "start", "end", "part", "told", "role", "due", "earlier_due", "rate", "earlier_rate")
    frame = pl.DataFrame([{name: row.get(name) for name in kept} for row in drawn], infer_schema_length=None)
    return frame.with_columns(edge=pl.max_horizontal("start", "end"))


def _rate(step: str, rate: float) -> dict[str, Any]:
    return {"step": step, "start": rate, "end": rate, "part": 0.0, "told": fmt.percent(rate), "role": "rate"}


def waterfall(selection: Selection, told: Explained, by: str, scope: str) -> None:
    """From the earlier rate to this one, by one dimension."""
    parts = drivers.whole_parts(selection, told, by)
    drawn = steps(parts, by)
    rate, mix = float(parts["rate_part"].sum()), float(parts["mix_part"].sum())
    values = {row["step"]: row["value"] for row in drawn.iter_rows(named=True) if row["role"] in {"up", "down"}}
    name = drivers.label(by)
    blocks.chart(
        f"What moved the breach rate, by {name.lower()}?",
        f"Rate {_points(rate)}, mix {_points(mix)} points; n = {fmt.number(parts['due'].sum())} against "
        f"{fmt.number(parts['earlier_due'].sum())} clocks due. {scope} Click a step for its tickets.",
        charts_drivers.waterfall(drawn, dark=blocks.dark()),
        key="drivers-waterfall",
        alt="; ".join(f"{row['step']} {row['told']}" for row in drawn.iter_rows(named=True)),
        select=charts.POINT,
        pick=lambda mark: {by: [values[mark["step"]]]} if by in DIMENSIONS and mark["step"] in values else {},
        data=parts,
    )


def beyond(told: Explained) -> None:
    """The drivers, as breaches against those to be expected."""
    rows = [
        {
            "driver": drivers_words.driver(each, charts_drivers.NEXT) + (" (before)" if each.earlier else ""),
            "breaches": each.earlier_breaches if each.earlier else each.breaches,
            "expected": each.expected,
            "told": f"{each.excess:+,.0f}",
            "role": "up" if each.excess >= 0 else "down",
            "due": each.earlier_due if each.earlier else each.due,
            "part": each.part,
        }
        for each in told.found.drivers
    ]
    frame = pl.DataFrame(rows).with_columns(edge=pl.max_horizontal("breaches", "expected"))
    picked: dict[str, Mapping[str, Sequence[object]]] = {
        row["driver"]: {"day": list(each.days)} if each.days else {name: [value] for name, value in each.subset}
        for row, each in zip(rows, told.found.drivers, strict=True)
    }
    pickable = {name: values for name, values in picked.items() if values and set(values) <= set(DIMENSIONS)}
    click = "Click a bar for its tickets."
    if len(pickable) < len(picked):
        click = "Click a bar for its tickets; open work and the whole cannot be picked."
    blocks.chart(
        "Which few segments explain it?",
        f"{fmt.plural(len(rows), 'stands', 'stand')} out beyond noise of {fmt.number(told.found.looked_at)} looked at; "
        f"each without the tickets of those above it. {click}",
        charts_drivers.beyond(frame, dark=blocks.dark()),
        key="drivers-beyond",
        alt="; ".join(drivers_words.sentence(each) for each in told.found.drivers),
        select=charts.POINT,
        pick=lambda mark: pickable.get(mark["driver"], {}),
        data=frame.drop("edge", "role", "told"),
    )


def beside(told: Explained) -> None:
    """Breach rates by what happened on the way, and by how much work was open."""
    rows: list[dict[str, Any]] = []
    for name in (each for each in _BESIDE if each in told.parts):
        rows.append({"label": drivers.label(name), "name": name})
        order = DIMENSIONS[name].order if name in DIMENSIONS else ()
        frame = (
            told.parts[name]
            .filter(pl.col("due") > 0)
            .with_columns(
                low=wilson_low(pl.col("breaches"), pl.col("due")), high=wilson_high(pl.col("breaches"), pl.col("due"))
            )
        )
        ranked = sorted(frame.to_dicts(), key=lambda row: _rank(name, row["value"], order))
        rows += [
            {
                "label": f"{drivers_words.named(name, row['value'])} ({fmt.number(row['due'])})",
                "name": name,
                "value": row["value"],
                "breach_rate": row["rate"],
                **{column: row[column] for column in ("low", "high", "earlier_rate", "due", "breaches")},
                "firm": row["due"] >= words.FIRM,
            }
            for row in ranked
        ]
    kept = ("label", "name", "value", "breach_rate", "low", "high", "earlier_rate", "due", "breaches", "firm")
    frame = pl.DataFrame([{name: row.get(name) for name in kept} for row in rows], infer_schema_length=None)
    frame = frame.with_row_index("place")
    values = {row["place"]: (row["name"], row["value"]) for row in frame.iter_rows(named=True)}
    valued = frame.drop_nulls("breach_rate")
    top = valued.filter("firm").sort("breach_rate", "place", descending=[True, False])
    answer = _highest(top, told.rate) if top.height else "There are not enough clocks to tell."
    blocks.chart(
        "What goes with a breach?",
        f"{answer} It goes with a breach; that does not prove a cause. In brackets: n, clocks due. "
        f"Hollow: fewer than {words.FIRM}.",
        charts_drivers.goes_with(frame, dark=blocks.dark()),
        key="drivers-beside",
        alt="; ".join(f"{row['label']} {fmt.percent(row['breach_rate'])}" for row in valued.iter_rows(named=True)),
        select=charts.POINT,
        pick=lambda mark: _pick(values.get(int(mark["place"]))),
        data=valued.drop("place", "firm"),
    )


def _rank(name: str, value: str | None, order: Sequence[str]) -> tuple[int, str]:
    known = list(QUARTERS) if name == WORK else list(order)
    return (known.index(value) if value in known else len(known), value or "")


def _highest(top: pl.DataFrame, rate: float) -> str:
    row = top.row(0, named=True)
    value = drivers_words.named(row["name"], row["value"])
    times = row["breach_rate"] / rate if rate else 1.0
    return (
        f"{drivers.label(row['name'])}, {value}: {fmt.percent(row['breach_rate'])} of {fmt.number(row['due'])}, "
        f"{times:.1f} times the breach rate of all."
    )


def _pick(found: tuple[str, Any] | None) -> dict[str, list[Any]]:
    return {found[0]: [found[1]]} if found and found[0] in DIMENSIONS else {}


def table(told: Explained) -> None:
    """The change as each dimension tells it."""
    frame = told.totals.with_columns(
        label=pl.col("dimension").map_elements(drivers.label, return_dtype=pl.String),
        told=pl.when(pl.col("dimension").is_in(TICKETS))
        .then(pl.lit("known at the start"))
        .when(pl.col("dimension").is_in(HELD_DIMENSIONS))
        .then(pl.lit("who held it, by what promise"))
        .otherwise(pl.lit("what happened on the way")),
    )
    points = {name: (100 * pl.col(name)).round(2) for name in ("change", "rate_part", "mix_part")}
    mix = "Points that come of another mix of these values."
    columns = {
        "label": st.column_config.TextColumn("By", pinned=True),
        "change": st.column_config.NumberColumn("Change", format="%+.2f"),
        "rate_part": st.column_config.NumberColumn("Rate part", format="%+.2f", help="The values as they were."),
        "mix_part": st.column_config.NumberColumn("Mix part", format="%+.2f", help=mix),
        "values": st.column_config.NumberColumn("Values", format="localized"),
        "told": st.column_config.TextColumn("Told by"),
    }
    st.markdown("**Rate and mix in points, by every dimension**")
    blocks.table(frame.with_columns(**points), "drivers-parts", columns, alt="The change by each dimension, in parts")


def method(told: Explained) -> None:
    """How the parts and the drivers are found."""
    swing = told.found.swing
    with blocks.method():
        st.markdown(
            "**Rate and mix** (Kitagawa 1955). Of a value with shares of all clocks *w* and breach rates *r*, before "
            "and now: its rate part is its mean share times the change of its rate, its mix part the change of its "
            "share times how far its mean rate lies from the mean of the two whole rates. Over all values they sum to "
            "the change. A value of one period only is given the same rate in the other: all it does is mix.\n\n"
            "**Segments that stand out.** Each clock has a chance of a breach, learnt from the earlier period by all "
            "attributes together (logistic, ridge), so that mix is no finding. For each value and pair of values, the "
            "breaches to be expected are the sum of these chances, times how it did against them before, held to 1 by "
            f"{HELD:.0f} breaches. Given the breaches of both periods, those of this one are binomial; their variance "
            "is widened by the swings of the earlier period, those all tickets share and those of the value alone. "
            f"Looked at are segments with {FEWEST_CLOCKS} clocks or more now and {FEWEST_BREACHES} breaches or more in "
            f"both periods; those stand out that pass Benjamini and Hochberg at q = {Q} and move the breach rate by a "
            "fifth of a point. The best one (z² less 3 for each attribute) is named, or one of its two values where "
            "the rest of that changed alike; its tickets are taken out, and the search begins again, up to "
            f"{MOST} times. Days are judged against the day in the middle of their period. "
            f"Periods of more than {fmt.number(SEARCHED)} clocks are searched by a sample and counted whole. Under "
            f"{FEWEST} clocks in a period nothing is searched; under {FEW_WEEKS} weeks no weekday is.\n\n"
            "Breaches under a changed target are judged by the earlier one first: what the target did is told apart. "
            "What happened on the way (handoffs, reopenings, waiting) is not searched: a breach leads to it as often "
            "as it leads to a breach."
        )
        if swing is not None:
            drawn = [
                f"{drivers_words.driver(each)}: z = {each.z:.1f}; before {fmt.number(each.earlier_breaches)} of "
                f"{fmt.number(each.earlier_due)}, now {fmt.number(each.breaches)} of {fmt.number(each.due)}"
                for each in told.found.drivers
            ]
            shared = f"Usual swing from {swing.unit} to {swing.unit}: {fmt.percent(swing.shared**0.5)} of the rate"
            error = f"standard error of the change: {100 * told.found.error:.2f} points"
            blocks.lines([f"{shared}; {error}.", *(f"{each}." for each in drawn)])
