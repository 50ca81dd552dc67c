"""How segments are told apart, folded away: shrunken rates, the funnel, and the tests in words."""

from typing import Any

import polars as pl
import streamlit as st

from analytics.segments import FALSE_FINDS, funnel, funnel_limits
from analytics.shrinkage import Spread, spread
from pages.ui import blocks, charts_segments
from pages.ui import format as fmt

MOST_NAMES = 6
"""Segments named in the funnel: those furthest outside."""

_SIZES = 80
_WIDTH, _HEIGHT, _LETTER = 330, 200, 6
"""Pixels of the funnel where it is narrow, and of a letter in it."""

_SHRINKAGE = (
    "Drawing rates in makes those of few clocks steadier: over many segments they miss the true rate by about a third "
    "less. It does not find the worst segments any better than the raw rates do, so a ranking is to be read with its "
    "intervals either way."
)


def method(found: pl.DataFrame, label: str) -> None:
    """The folded explanation under the segments.

    Args:
        found: as `segments.compared` gives it.
        label: of the dimension.
    """
    known = found.filter(pl.col("due") > 0)
    with blocks.method():
        st.markdown(blocks.text(told()))
        if known.height < 2 or not 0 < known["breaches"].sum() < known["due"].sum():
            return
        left, right = st.columns(2, gap="small")
        with left.container(border=True, height="stretch"):
            _funnel(known)
        with right.container(border=True, height="stretch"):
            _shrunk(known, label)


def told() -> str:
    """How segments are compared with the rest, in words."""
    return (
        "Each segment of 30 clocks or more is set against all other clocks together: z of two proportions with the "
        "pooled variance, or the exact binomial tail where a segment holds less than a tenth of the clocks. The "
        "probabilities are adjusted for the number of segments after Benjamini and Hochberg, so that on average at "
        f"most {fmt.goal(FALSE_FINDS)} of those told apart are chance. The interval of a difference is Newcombe's "
        "(method 10), that of a rate Wilson's, both at 95 %. Neither says why: segments differ in priorities and "
        "promises, too."
    )


def funnel_of(known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, float]:
    """The funnel's marks, its limits, and the rate of the whole.

    Returns:
        (`segment`, `due`, `breaches`, `breach_rate`, `outside`, `name`; sorted by segment), (`due` and the limits at a
        range of sizes), the rate.
    """
    rate = known["breaches"].sum() / known["due"].sum()
    low, high = int(known["due"].min() or 1), int(known["due"].max() or 1)  # type: ignore[call-overload]
    sizes = sorted({round(low * (high / low) ** (step / _SIZES)) for step in range(_SIZES + 1)})
    marks = funnel(known.select("segment", "due", "breaches", "breach_rate"))
    names = _names(marks)
    name = pl.col("segment").replace_strict(names, default="", return_dtype=pl.String)
    return marks.with_columns(name=name).drop("far").sort("segment"), funnel_limits(rate, sizes), rate


def _names(marks: pl.DataFrame) -> dict[str, str]:
    """Names of the marks furthest outside, where there is room left of them: no other mark or name stands there."""
    placed = marks.select(
        "segment",
        "outside",
        across=_WIDTH * _spread(pl.col("due").log()),
        up=_HEIGHT * _spread(pl.col("breach_rate")),
        far="far",
    ).sort("far", "segment", descending=[True, False])
    taken = [(x - 5, x + 5, y - 5, y + 5) for x, y in placed.select("across", "up").iter_rows()]
    names: dict[str, str] = {}
    for name, x, y in placed.filter("outside").select("segment", "across", "up").iter_rows():
        left, right, low, high = x - 9 - _LETTER * len(name), x - 6, y - 7, y + 7
        free = all(b < left or a > right or d < low or c > high for a, b, c, d in taken)
        if left >= 0 and free and len(names) < MOST_NAMES:
            names[name] = name
            taken.append((left, right, low, high))
    return names


def _spread(values: pl.Expr) -> pl.Expr:
    """Values between 0 and 1."""
    return (values - values.min()) / pl.max_horizontal(values.max() - values.min(), pl.lit(1e-9))


def _funnel(known: pl.DataFrame) -> None:
    marks, limits, rate = funnel_of(known)
    count = marks["outside"].sum()
    blocks.chart(
        "Which rates lie outside of what chance gives?",
        f"{fmt.number(count)} of {fmt.number(marks.height)} rates lie outside of the wide band, orange "
        "above, blue below. Bands: "
        f"binomial limits of 95 % and 99.8 % about {fmt.percent(rate)}, the rate of all "
        f"{fmt.number(known['due'].sum())} clocks due.",
        charts_segments.funnel(marks, limits, rate, dark=blocks.dark()),
        key="segments-funnel",
        alt="; ".join(
            f"{row['segment']}: {fmt.percent(row['breach_rate'])} of {row['due']}"
            + (", outside" if row["outside"] else "")
            for row in marks.iter_rows(named=True)
        ),
        data=marks.drop("name"),
    )


def shrunk(known: pl.DataFrame, drawn: Spread) -> pl.DataFrame:
    """Each segment's raw rate and the one drawn towards the whole, the highest first.

    Returns:
        `segment`, `due`, `breach_rate`, `shrunk`, `shrunk_low`, `shrunk_high`.
    """
    rate, low, high = drawn.shrunk(known["breaches"], known["due"])
    frame = known.select("segment", "due", "breach_rate", shrunk=rate, shrunk_low=low, shrunk_high=high)
    return frame.sort("shrunk", "segment", descending=[True, False])


def _shrunk(known: pl.DataFrame, label: str) -> None:
    drawn = spread(known["breaches"], known["due"])
    st.markdown("**What would each rate be over many more clocks?**")
    if drawn is None:
        st.caption("Not enough is known to tell.")
        return
    how = (
        "These segments differ no more than by chance: each is drawn all the way to the rate of the whole."
        if drawn.alike
        else f"Each rate is drawn towards {fmt.percent(drawn.mean)} as if {fmt.number(round(drawn.weight))} more "
        "clocks had been seen at it (beta-binomial, fitted to the segments by maximum likelihood)."
    )
    st.caption(blocks.text(f"{how} {_SHRINKAGE}"))
    blocks.table(
        shrunk(known, drawn), "segments-shrunk", _columns(label), alt="Rates drawn towards the whole", height=260
    )


def _columns(label: str) -> dict[str, Any]:
    share = st.column_config.NumberColumn
    return {
        "segment": st.column_config.TextColumn(label, pinned=True),
        "due": share("Clocks due", format="localized"),
        "breach_rate": share("Breach rate", format="percent"),
        "shrunk": share("Drawn in", format="percent", help="(breaches + a) / (clocks + a + b)"),
        "shrunk_low": share("Lower", format="percent", help="Lower end of its 95 % interval."),
        "shrunk_high": share("Upper", format="percent", help="Upper end of its 95 % interval."),
    }
