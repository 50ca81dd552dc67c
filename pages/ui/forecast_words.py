"""What a forecast says, in sentences."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from analytics.forecast import ALPHA, PROFILE_WEEKS, Ahead
from analytics.forecast_backtest import SPAN, TESTED_WEEKS, Backtest
from pages.ui import format as fmt

ALIKE = 0.02
"""A change by less than this is none to speak of."""

MOST_DATES = 6


def about(tickets: float) -> str:
    """A forecast number with no more digits than it deserves.

    Example:
        >>> about(1_312.4), about(83.6), about(4.26), about(23_456)
        ('1,310', '84', '4.3', '23,500')
    """
    if tickets < 200:
        return fmt.number(tickets)
    step = 10 if tickets < 10_000 else 100
    return fmt.number(round(tickets / step) * step)


def verdict(week: dict[str, object], last: int, unit: str) -> str:
    """The first whole week ahead against the last one known.

    Args:
        week: `week`, `expected`, `low`, `high`.
        last: what came in the last full week.
        unit: what is counted, in the plural.

    Example:
        >>> week = {"week": date(2026, 11, 23), "expected": 1312.4, "low": 1181, "high": 1452}
        >>> verdict(week, 1261, "tickets")
        'Week of 23 Nov 2026: about 1,310 tickets (1,180–1,450), 4 % more than in the last full week (1,261).'
    """
    expected, low, high = (float(str(week[name])) for name in ("expected", "low", "high"))
    monday = date.fromisoformat(str(week["week"]))
    return f"Week of {fmt.day(monday)}: about {about(expected)} {unit} ({span(low, high)}), {against(expected, last)}."


def span(low: float, high: float) -> str:
    """A band in words."""
    return f"{about(low)}–{about(high)}"


def against(expected: float, last: int) -> str:
    """The change from the last full week."""
    if not last:
        return "after a full week without any"
    change = expected / last - 1
    if abs(change) < ALIKE:
        return f"about as many as in the last full week ({fmt.number(last)})"
    way = "more" if change > 0 else "fewer"
    return f"{fmt.percent(abs(change), 0)} {way} than in the last full week ({fmt.number(last)})"


def off(share: float | None) -> str:
    """An error by day in words."""
    return "not known" if share is None else f"off by {fmt.percent(share, 0)} a day"


def model(tested: Backtest | None, weeks: int) -> str:
    """By which rule the forecast is made, and why."""
    if tested is None:
        return (
            f"Not tested: {fmt.plural(weeks, 'week')} of history are too few to forecast some of them from the others. "
            f"With {TESTED_WEEKS} weeks the forecast is tried on the past; take it with care until then."
        )
    ours, naive = fmt.percent(tested.profile.wape_day, 1), fmt.percent(tested.naive.wape_day, 1)
    tried = f"tried {tested.origins} times on {SPAN} weeks of the past"
    if tested.better == "naive":
        return f"The last week is repeated: {tried}, that was off by {naive} a day, the shape of the week by {ours}."
    return (
        f"Forecast by the shape of the week and its level: {tried}, that was off by {ours} a day; repeating the last "
        f"week, by {naive}."
    )


def holidays(free: pl.DataFrame, made: Ahead, desks: int) -> list[str]:
    """The holidays ahead and what they do; why there are none, where there are none.

    Args:
        free: `date`, `schedule`, from the start of the history to the end of the forecast.
        made: the forecast.
        desks: how many desks there are.
    """
    if free.is_empty():
        return ["No holiday is known, in the past or ahead: the policy file names none that falls on an open day."]
    coming = free.filter(pl.col("date") >= made.first)
    if coming.is_empty():
        return ["No holiday lies in the weeks ahead."]
    dates = coming.group_by("date", maintain_order=True).agg(pl.col("schedule").unique().sort())
    named = [_free(day, names, desks) for day, names in dates.head(MOST_DATES).iter_rows()]
    more = dates.height - len(named)
    told = f"Holidays ahead (H): {', '.join(named)}{f' and {more} more' if more else ''}."
    if made.fit is None:
        return [f"{told} Repeating a week knows nothing of them."]
    if made.fit.holiday is None:
        return [f"{told} None lies in the history, so they are forecast as plain days; fewer tickets may come."]
    effect = f"A desk's holiday is taken at {fmt.percent(made.fit.holiday, 0)} of a plain day"
    if made.fit.after is not None:
        effect += f", the first open day after at {fmt.percent(made.fit.after, 0)}"
    return [f"{told} {effect}, as the history's {fmt.plural(made.fit.seen[0], 'holiday')} were."]


def season(weeks: pl.DataFrame) -> list[str]:
    """The weeks that were unlike this a year before; nothing where most were, as the volume then is another one.

    Args:
        weeks: `week`, `low`, `high`, `year` (null where not known).

    Example:
        >>> mondays = [date(2026, 12, 14), date(2026, 12, 21)]
        >>> weeks = pl.DataFrame({"week": mondays, "low": [90, 80], "high": [110, 100], "year": [105, 30]})
        >>> season(weeks)
        ['Outside the band a year before: 30 in the week of 21 Dec. Seasons are not in the forecast; such weeks recur.']
    """
    other = weeks.filter((pl.col("year") < pl.col("low")) | (pl.col("year") > pl.col("high")))
    if other.is_empty() or 2 * other.height > weeks.height:
        return []
    rows = other.select("week", "year").iter_rows()
    named = [f"{fmt.number(year)} in the week of {day.day} {day:%b}" for day, year in rows]
    told = f"Outside the band a year before: {', '.join(named)}."
    return [f"{told} Seasons are not in the forecast; such weeks recur."]


def _free(day: date, names: Sequence[str], desks: int) -> str:
    return f"{day.day} {day:%b}" + (f" ({', '.join(names)})" if desks > 1 else "")


def answer(frame: pl.DataFrame) -> str:
    """Which day ahead is the busiest.

    Args:
        frame: `date`, `expected`, `low`, `high`; the days of the first week.
    """
    top = frame.sort("expected", "date", descending=[True, False]).row(0, named=True)
    day = f"{top['date']:%a} {fmt.day(top['date'])}"
    return f"Busiest in the first week: {day}, about {about(top['expected'])} ({span(top['low'], top['high'])})."


METHOD = f"""
A ticket counts once, in the local hour in which the first of its clocks of this kind started; clocks that repeat count
each time. Clocks that an exclusion takes out of the rates are counted, too: they were work.

The shape of the week is the mean of each of its 168 hours over the last {PROFILE_WEEKS} weeks, each week counted by its
level; closed hours are hours too, since tickets come in them. The level is the ratio of what came in a week to that
shape, smoothed with weight {ALPHA:g} for the latest. Holidays, and the first open day after each, are left out of both;
what came on them over what plain days would have brought, at all desks together, is their factor. Desks are forecast
one by one, each by its own local hours and its own holidays, and added up.

The bands hold nine in ten. They are negative binomial, mean + phi times mean squared, with phi by moments from the
forecasts that would have been made one to nine weeks before each of the last {PROFILE_WEEKS} weeks; hours, days and
weeks have each their own.

For the trial the past is forecast from what was known before it, {SPAN} weeks at a time. The rule that repeats the last
week takes over where it was less off by day. Days decide and not hours, because people are planned by the day and week,
and single hours are so small that any mean of several weeks wins there, even one at the wrong level. Off by: the sum
of the errors over the sum of the tickets. The 0.9 loss is that of the upper end of an hour's band, in tickets: smaller
is better.

Limits: a season of the year, a campaign or a new customer is not known here; compare with the same week a year before.
An outage in the last weeks raises the level for a while and widens the bands.
"""
