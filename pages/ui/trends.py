"""What the trends page says and draws: one metric over time, in lines, with the answer in words."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from analytics.measure import measure
from analytics.metric import Unit
from analytics.metrics import METRICS
from analytics.objectives import single
from analytics.periods import Period
from analytics.schemas import KIND_LABELS
from pages.ui import blocks, charts, charts_control, control_words, evidence, frames, load, noted, restated, words
from pages.ui import format as fmt
from pages.ui.load import Selection

VIEWS = ["Control chart", "Metric"]
MOST_LINES = 6
_NARROWEST = 168
_FITS = 9
"""Signs of a value that fit a card of that width."""
_ALWAYS = ("due", "attainment_low", "attainment_high", "breach_rate_low", "breach_rate_high")
METRIC_NAMES = [
    name for name in METRICS if not name.endswith(("_low", "_high")) and name not in {"undecided", "cancelled"}
]
_IN_BUSINESS_HOURS = {"internal_attainment", "met_missed_internal"}
_ALL, _BEFORE, _OWN = "This period", "Period compared with", "Internal target met"


@dataclass(frozen=True)
class Lines:
    """A drawn metric: `frame` and `groups` for the chart, `table` for the download, words for eye and ear."""

    frame: pl.DataFrame
    groups: list[str]
    earlier: str | None
    table: pl.DataFrame
    answer: str
    spoken: str
    ratio: bool
    zero: bool
    thin: str | None = None

    def drawn(self, bucket: str) -> charts.Chart:
        """The picture."""
        look = {"earlier": self.earlier, "thin": self.thin, "dark": blocks.dark()}
        return charts.trend(self.frame, bucket, self.groups, ratio=self.ratio, zero=self.zero, **look)


def last_full_week(selection: Selection, clocks: pl.DataFrame) -> pl.DataFrame:
    """The last week of the selection whose seven days have passed, with enough clocks if any has: one row, or none."""
    as_of = clocks["as_of"].max()
    end = as_of.date() if as_of is not None else None  # type: ignore[union-attr]
    if selection.period.last and (end is None or selection.period.last < end):
        end = selection.period.last
    full = frames.weeks(clocks).filter((pl.col("due") > 0) & (pl.col("week") + timedelta(days=6) <= end))
    firm = full.filter(pl.col("due") >= words.FIRM)
    return (full if firm.is_empty() else firm).tail(1)


def verdict(selection: Selection, clocks: pl.DataFrame, judged: control_words.Control) -> str:
    """The last full week against the objective, and whether it is signal or noise."""
    full = last_full_week(selection, clocks)
    name = KIND_LABELS[selection.kind]
    if full.is_empty():
        return f"{name}: no full week lies in this selection."
    week = full.row(-1, named=True)
    goal = single(clocks)
    against = ""
    if goal is not None:
        side = "above" if week["attainment_low"] > goal else "below" if week["attainment_high"] < goal else "near"
        against = f", {'clearly ' if side != 'near' else ''}{side} the objective of {fmt.goal(goal)}"
    if week["due"] < words.FIRM:
        return (
            f"{name} in the week of {fmt.day(week['week'])}: {fmt.plural(week['due'], 'clock')} due, too few to tell."
        )
    sure = f"95 % interval {fmt.percent(week['attainment_low'])}–{fmt.percent(week['attainment_high'])}"
    met = f"{fmt.percent(week['attainment'])} met{against}"
    told = f"{name} in the week of {fmt.day(week['week'])}: {met} ({sure}, n = {fmt.number(week['due'])})."
    return told + control_words.of_week(judged, week["week"])


def cards(selection: Selection, clocks: pl.DataFrame) -> None:
    """Now, the internal target where there is one, breaches, and the wait; what changed in each."""
    names = ["due", "attainment", "internal_attainment", "breaches", "p90_wait"]
    now = blocks.one(clocks, names) or {}
    before = blocks.one(load.earlier(selection, kind=selection.kind), names)
    shown = {
        "attainment": ("SLA attainment", f"n = {fmt.number(now['due'])}"),
        "internal_attainment": ("Internal target met", f"n = {fmt.number(frames.with_internal(clocks))}"),
        "breaches": ("Breaches", f"of {fmt.number(now['due'])} due"),
        "p90_wait": ("9 in 10 within", "plain time"),
    }
    grey = evidence.unknown(selection)
    unknown = {name for name in shown if now[name] is None}
    if selection.hours == "calendar":  # the internal target is judged in business hours only
        unknown.add("internal_attainment")
    shown = {name: told for name, told in shown.items() if name not in unknown}
    with st.grid(len(shown), min_column_width=_NARROWEST):
        for name, (label, note) in shown.items():
            delta = fmt.change(name, now[name], before[name]) if before and before["due"] else None
            told, good = METRICS[name].definition, fmt.colour(name)
            if before and delta and name != "breaches":
                delta = fmt.change_short(name, now[name] - before[name])
            if name in grey:
                blocks.card(st, label, fmt.NONE, evidence.NOT_KNOWN, grey[name])
                continue
            value = fmt.value(name, now[name])
            if name == "p90_wait" and len(value) > _FITS:  # minutes beside hours do not fit a phone, and do not matter
                value = fmt.roughly(now[name])
            blocks.card(st, label, value, note, told, delta=delta, good=good)


def notes(selection: Selection, clocks: pl.DataFrame) -> list[str]:
    """What changes are measured against, what only the internal target was missed by, and what was restated."""
    told = [f"Changes are against {fmt.period(selection.earlier)}." if selection.earlier else ""]
    told += [frames.kept_but_missed(selection, clocks), restated.line(selection, [selection.kind])]
    return [each for each in told if each]


def metric_names(selection: Selection) -> list[str]:
    """The metrics to choose from: the internal target is judged in business hours only."""
    return [name for name in METRIC_NAMES if selection.hours == "business" or name not in _IN_BUSINESS_HOURS]


def question(name: str, by: str, bucket: str, kind: str) -> str:
    """The chart's title."""
    apart = f" by {DIMENSIONS[by].label.lower()}" if by else ""
    label = METRICS[name].label
    return f"{label[0].upper()}{label[1:]}{apart}, {bucket} by {bucket}: up or down? ({KIND_LABELS[kind]})"


def lines(selection: Selection, clocks: pl.DataFrame, name: str, by: str, bucket: str) -> Lines:
    """One metric over time, in all or by the largest groups; with the period compared with when in all."""
    unit = METRICS[name].unit
    beside = ["internal_attainment", "met_missed_internal"] if name == "attainment" and not by else []
    wanted = list(dict.fromkeys([name, *_ALWAYS, *beside]))
    table = measure(clocks, wanted, [bucket, *([by] if by else [])]).filter(pl.col("due") > 0)
    if by:
        frame = table.with_columns(group=pl.col(by).cast(pl.String).fill_null(BLANK_LABEL))
        sizes = frame.group_by("group").agg(pl.col("due").sum()).sort("due", "group", descending=[True, False])
        groups, dropped = sizes["group"].head(MOST_LINES).to_list(), max(0, sizes.height - MOST_LINES)
        frame = frame.filter(pl.col("group").is_in(groups))
    else:
        frame, groups, dropped = table.with_columns(group=pl.lit(_ALL)), [_ALL], 0
        frame, groups = _with_earlier(selection, frame, wanted, bucket, groups)
        if selection.hours == "business":
            frame, groups = _with_internal(frame, groups, name)
    low, high = (f"{name}_low", f"{name}_high") if f"{name}_low" in wanted else (None, None)
    scale = 3600 if unit in (Unit.DURATION, Unit.OPEN_TIME) else 1
    drawn = frame.select(
        at=pl.col(bucket),
        group="group",
        due="due",
        value=pl.col(name) / scale,
        low=pl.col(low) if low else pl.lit(None, dtype=pl.Float64),
        high=pl.col(high) if high else pl.lit(None, dtype=pl.Float64),
        firm=pl.col("due") >= words.FIRM,
        told=pl.col(name).map_elements(lambda each: fmt.value(name, each), return_dtype=pl.String),
    ).drop_nulls("value")
    told = _answer(drawn, name, bucket, groups, dropped, hours=scale > 1)
    spoken = f"{METRICS[name].label} by {bucket}: " + "; ".join(
        f"{row['group']} {row['at']:%d %b %Y} {row['told']}" for row in drawn.head(60).iter_rows(named=True)
    )
    return Lines(
        drawn,
        groups,
        _BEFORE if _BEFORE in groups else None,
        table,
        told,
        spoken,
        unit is Unit.RATIO,
        unit is not Unit.RATIO,
        _OWN if _OWN in groups else None,
    )


def _with_earlier(
    selection: Selection, frame: pl.DataFrame, wanted: list[str], bucket: str, groups: list[str]
) -> tuple[pl.DataFrame, list[str]]:
    """The same line of the period compared with, moved onto this one; months do not line up and stay alone."""
    past = load.earlier(selection, kind=selection.kind)
    first, before = selection.period.first, selection.earlier.first if selection.earlier else None
    if past is None or first is None or before is None or bucket == "month" or not past["decided"].any():
        return frame, groups
    moved = measure(past, wanted, [bucket]).filter(pl.col("due") > 0)
    moved = moved.with_columns(pl.col(bucket) + (first - before), group=pl.lit(_BEFORE))
    return pl.concat([frame, moved.select(frame.columns)]), [*groups, _BEFORE]


def _with_internal(frame: pl.DataFrame, groups: list[str], name: str) -> tuple[pl.DataFrame, list[str]]:
    """Beside attainment the share that met the team's own, stricter target, where there is one."""
    if name != "attainment" or not frame["internal_attainment"].count():
        return frame, groups
    own = frame.filter((pl.col("group") == _ALL) & pl.col("internal_attainment").is_not_null()).with_columns(
        pl.lit(None, dtype=pl.Float64).alias("attainment_low"),
        pl.lit(None, dtype=pl.Float64).alias("attainment_high"),
        attainment="internal_attainment",
        group=pl.lit(_OWN),
    )
    return pl.concat([frame, own.select(frame.columns)]), [*groups, _OWN]


def _answer(drawn: pl.DataFrame, name: str, bucket: str, groups: list[str], dropped: int, *, hours: bool) -> str:
    if drawn.is_empty():
        return "Nothing to draw."
    own = drawn.filter(pl.col("group") == groups[0]).sort("at")
    last = own.row(-1, named=True)
    high, low = own.sort("value").row(-1, named=True), own.sort("value").row(0, named=True)
    lead = f"{groups[0]}: " if len({*groups} - {_OWN}) > 1 else ""
    now = f"{last['told']} in the last {bucket} ({fmt.day(last['at'])}, n = {fmt.number(last['due'])})"
    span = f"from {low['told']} ({fmt.day(low['at'])}) to {high['told']} ({fmt.day(high['at'])})"
    parts = [f"{lead}{now}; {span}."]
    if _OWN in groups:
        parts.append("Thin: the share that met our own internal target.")
    if hours:
        parts.append("Axis in hours.")
    if dropped:
        parts.append(f"The {MOST_LINES} largest of {MOST_LINES + dropped} groups.")
    faint = drawn.filter(~pl.col("firm")).height
    if faint:
        parts.append(f"Faint points rest on fewer than {words.FIRM} clocks.")
    if (
        METRICS[name].unit is Unit.RATIO
        and len({*groups} - {_BEFORE, _OWN}) == 1
        and drawn["low"].null_count() < drawn.height
    ):
        parts.append("Band: 95 % Wilson interval.")
    return " ".join(parts)


def panel(selection: Selection) -> str | None:
    """One metric over time, in all or by group, as its pickers say; gives its bucket, None where it cannot be known."""
    names, top = metric_names(selection), st.columns([3, 3, 2])
    unknown = evidence.unknown(selection)
    name = top[0].selectbox(
        "Metric",
        names,
        index=names.index("attainment"),
        format_func=lambda each: evidence.label(each, unknown),
        key="metric",
        bind="query-params",
        help="Defined on the definitions page.",
    )
    by = top[1].selectbox(
        "By",
        ["", *load.comparable(selection)],
        format_func=lambda each: DIMENSIONS[each].label if each else "All together",
        key="by",
        bind="query-params",
    )
    bucket = top[2].segmented_control(
        "Each point is a", ["day", "week", "month"], default="week", required=True, key="bucket", bind="query-params"
    )
    if name in unknown:
        st.info(f"{blocks.text(evidence.label(name, unknown))}. {unknown[name]}", icon=":material/visibility_off:")
        return None
    drawn_of = selection.without(bucket, *([by] if by else []))
    clocks = load.clocks(drawn_of, kind=selection.kind)
    line = lines(drawn_of, clocks, name, by, bucket)
    events = noted.within(load.annotations(selection), _span(line.frame, bucket))
    blocks.chart(
        question(name, by, bucket, selection.kind),
        f"{line.answer} {blocks.scope(drawn_of, clocks)} Click a point to look at it alone.",
        charts_control.with_notes(line.drawn(bucket), events.marks, dark=blocks.dark(), legend=len(line.groups) > 1),
        key="trend",
        alt=line.spoken,
        select=charts.POINT,
        pick=partial(of_point, by, bucket),
        data=line.table,
    )
    blocks.lines(events.lines)
    return str(bucket)


def _span(frame: pl.DataFrame, bucket: str) -> Period:
    """From the first to the last date of the points of a trend."""
    first, last = frame["at"].min(), frame["at"].max()
    days = {"day": 0, "week": 6, "month": 30}[bucket]
    return Period(first, last + timedelta(days=days)) if first and last else Period()  # type: ignore[arg-type,operator]


def of_point(by: str, bucket: str, mark: dict[str, Any]) -> dict[str, list[Any]]:
    """What a click on a point picks: its dates and its group; of the period compared with, nothing.

    Example:
        >>> of_point("team", "week", {"at": 1772409600000, "group": "Billing"})
        {'week': [datetime.date(2026, 3, 2)], 'team': ['Billing']}
        >>> of_point("", "week", {"at": 1772409600000, "group": "Period compared with"})
        {}
    """
    if not by and mark["group"] == _BEFORE:
        return {}
    group = {by: [None if mark["group"] == BLANK_LABEL else mark["group"]]} if by else {}
    return {bucket: [frames.picked_date(mark["at"])], **group}
