"""How numbers, shares, durations and dates are written on the pages."""

from datetime import date

from analytics.durations import words
from analytics.metric import Better, Unit
from analytics.metrics import METRICS
from analytics.periods import Period

NONE = "–"
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def number(value: float | None) -> str:
    """With thousands; a dash for none."""
    if value is None:
        return NONE
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:,.1f}"


def percent(share: float | None, digits: int = 1) -> str:
    """As "86.2 %"; a dash for none.

    Example:
        >>> percent(0.862), percent(None)
        ('86.2 %', '–')
    """
    return NONE if share is None else f"{100 * share:.{digits}f} %"


def goal(share: float | None) -> str:
    """An objective, with no more digits than it was written with.

    Example:
        >>> goal(0.95), goal(0.999), goal(None)
        ('95 %', '99.9 %', '–')
    """
    return NONE if share is None else f"{100 * share:.6g} %"


def points(difference: float | None) -> str:
    """A change of a share, as "+0.4 points"."""
    return NONE if difference is None else f"{100 * difference:+.1f} points"


def change_short(metric: str, difference: float) -> str:
    """A change of a share or a time where there is little room.

    Example:
        >>> change_short("attainment", 0.004), change_short("p90_wait", -5_400)
        ('+0.4 pts', '-2 h')
    """
    if METRICS[metric].unit is Unit.RATIO:
        return f"{100 * difference:+.1f} pts"
    return f"{'+' if difference >= 0 else '-'}{roughly(abs(difference))}"


def value(metric: str, amount: float | None) -> str:
    """A metric's value in its unit."""
    unit = METRICS[metric].unit
    if amount is None:
        return NONE
    if unit is Unit.RATIO:
        return percent(amount)
    if unit is Unit.DURATION:
        return words(amount)
    return words(amount, days=False) if unit is Unit.OPEN_TIME else number(amount)


def roughly(seconds: float) -> str:
    """A duration in its largest unit, as "249 d"; for where there is room for no more.

    Example:
        >>> roughly(249.6 * 86_400), roughly(5_400), roughly(42)
        ('250 d', '2 h', '42 s')
    """
    unit, size = next(((unit, size) for unit, size in _UNITS if abs(seconds) >= size), ("s", 1))
    return f"{seconds / size:,.0f} {unit}"


def change(metric: str, now: float | None, before: float | None) -> str | None:
    """How a metric changed, with its sign; None where either is unknown."""
    if now is None or before is None:
        return None
    difference = now - before
    unit = METRICS[metric].unit
    if unit is Unit.RATIO:
        return points(difference)
    if unit is Unit.COUNT:
        return f"{difference:+,.0f}"
    sign = "+" if difference >= 0 else "-"
    return sign + words(abs(difference), days=unit is Unit.DURATION)


def colour(metric: str) -> str:
    """Streamlit's word for which way a change of this metric is good."""
    return {Better.HIGHER: "normal", Better.LOWER: "inverse", Better.NEITHER: "off"}[METRICS[metric].better]


def day(at: date) -> str:
    """As "3 Nov 2026"."""
    return f"{at.day} {at:%b %Y}"


def period(span: Period) -> str:
    """As "24 Aug – 22 Nov 2026", "3 Nov 2026" of a single date, or "everything due so far".

    Example:
        >>> period(Period(date(2026, 8, 24), date(2026, 11, 22))), period(Period(date(2026, 11, 3), date(2026, 11, 3)))
        ('24 Aug – 22 Nov 2026', '3 Nov 2026')
    """
    if span.first is None or span.last is None:
        return "everything due so far"
    if span.first == span.last:
        return day(span.last)
    start = f"{span.first.day} {span.first:%b}" + (f" {span.first:%Y}" if span.first.year != span.last.year else "")
    return f"{start} – {day(span.last)}"


def plural(count: float, one: str, many: str | None = None) -> str:
    """As "1 breach", "2,310 breaches".

    Example:
        >>> plural(1, "ticket"), plural(2310, "breach", "breaches")
        ('1 ticket', '2,310 breaches')
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"
