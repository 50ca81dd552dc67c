"""What readers picked in pictures: chips that narrow every page, kept in the page's address.

In the address each value stands alone, as `pick=weekday:1` and `pick=team:Service desk`; a blank as `pick=team:`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from analytics.dimensions import BLANK_LABEL, DIMENSIONS
from pages.ui import format as fmt
from pages.ui.selection import Chosen

_KEY, _PAGE, _ROUND = "picks", "picks page", "picks round"
_PARAMETER = "pick"
_HOURS = {"hour": "due {:02d}–{:02d}", "start_hour": "started {:02d}–{:02d}"}
_DAYS = {"weekday": "due on {}", "start_weekday": "started on {}"}
_DATES = {"day": "Due on {}", "week": "Due in the week of {}", "month": "Due in {}"}


def restore(page: str) -> Chosen:
    """The picks of this run: those of the address, or of the session where a switch of pages left them out."""
    asked = st.query_params.get_all(_PARAMETER)
    known: list[str] | None = st.session_state.get(_KEY)
    switched = st.session_state.get(_PAGE) not in {None, page}
    if known and not asked and switched:
        asked = known
        st.query_params[_PARAMETER] = asked
    st.session_state[_KEY], st.session_state[_PAGE] = asked, page
    return read(asked)


def read(asked: Iterable[str]) -> Chosen:
    """What texts of an address pick; those that say nothing are left out.

    Example:
        >>> read(["weekday:1", "team:", "week:2026-03-02", "week:2026-03-09", "nonsense", "hour:x"])
        (('weekday', ('1',)), ('team', (None,)), ('week', ('2026-03-02', '2026-03-09')))
    """
    found: dict[str, list[str | None]] = {}
    for each in asked:
        name, colon, value = each.partition(":")
        if colon and name in DIMENSIONS and _sound(name, value) and value not in found.get(name, []):
            found.setdefault(name, []).append(value or None)
    return tuple((name, tuple(values)) for name, values in found.items())


def _sound(name: str, value: str) -> bool:
    """Whether a dimension can have such a value."""
    if name in _DATES:
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return value.isdecimal() if name in {*_HOURS, *_DAYS} else True


def write(picks: Chosen) -> list[str]:
    """The texts of an address that pick these: what `read` reads.

    Example:
        >>> write((("team", ("Service desk", None)),))
        ['team:Service desk', 'team:']
    """
    return [f"{name}:{value or ''}" for name, values in picks for value in values]


def pick(picked: Mapping[str, Sequence[object]], own: Iterable[str]) -> None:
    """Narrow the pages to values picked in a picture, in the place of what was picked there before.

    Args:
        picked: values by dimension; None is blank. The kind of clock is a choice of the sidebar, and made there.
        own: the dimensions picked in this picture before.
    """
    values = {name: tuple(None if each is None else str(each) for each in found) for name, found in picked.items()}
    for kind in values.pop("kind", ())[:1]:
        st.session_state["clock"] = kind
    kept = tuple(each for each in read(st.session_state.get(_KEY, [])) if each[0] not in {*own, *values})
    _set((*kept, *values.items()))


def drop(*names: str) -> None:
    """Take picks back; pictures forget what was marked in them."""
    st.session_state[_ROUND] = rounds() + 1
    _set(tuple(each for each in read(st.session_state.get(_KEY, [])) if each[0] not in names))


def rounds() -> int:
    """How often picks were taken back: part of every picture's key, so that its marks go, too."""
    return int(st.session_state.get(_ROUND, 0))


def _set(picks: Chosen) -> None:
    st.session_state[_KEY] = write(picks)
    if picks:
        st.query_params[_PARAMETER] = st.session_state[_KEY]
    else:
        st.query_params.pop(_PARAMETER, None)


def told(name: str, values: Sequence[str | None]) -> str:
    """A pick in words, as a chip says it.

    Example:
        >>> told("weekday", ["1"]), told("hour", ["8"]), told("team", [None]), told("week", ["2026-03-02"])
        ('due on Mon', 'due 08–09', 'Team: (blank)', 'Due in the week of 2 Mar 2026')
    """
    texts = [BLANK_LABEL if each is None else each for each in values]
    if name in _HOURS:
        return _HOURS[name].format(int(texts[0]), int(texts[0]) + 1) if len(texts) == 1 else _list(name, texts)
    if name in _DAYS:
        known: Mapping[Any, str] = DIMENSIONS[name].values or {}
        return _DAYS[name].format(", ".join(known.get(int(each), each) for each in texts))
    if name in _DATES:
        days = sorted(date.fromisoformat(each) for each in texts)
        first = f"{days[0]:%B %Y}" if name == "month" else fmt.day(days[0])
        return _DATES[name].format(first) if len(days) == 1 else f"{fmt.plural(len(days), name)} due from {first}"
    return _list(name, texts)


def _list(name: str, texts: Sequence[str]) -> str:
    more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    return f"{DIMENSIONS[name].label}: {', '.join(texts[:3])}{more}"
