"""The roster of the sample organisation, as its planner would have been given it.

Shifts by weekday, leavers and their replacements, early Fridays, the Monday meeting, leave in July and over Christmas,
and public holidays; not who fell ill, and not how fast anybody works.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from analytics.staffing.roster_rows import Line, roster_of
from analytics.staffing.roster_values import clock, week
from data import sample
from data.simulation import happenings
from data.simulation.desks import DESKS, FIRST_DAY, LAST_DAY, TEAMS, Desk
from data.simulation.names import person
from data.simulation.roster import Post, meeting, on_leave, shift

_DAY = timedelta(days=1)
_AHEAD = timedelta(weeks=10)
"""Public holidays are known for so long after the history ends."""

_Said = dict[str, str]


def queue(desk: Desk, team: int) -> str:
    """What planners call a team's work at one desk: the team and the desk's schedule."""
    return f"{TEAMS[team]} · {desk.schedule}"


def sample_roster(tickets: int) -> pl.DataFrame:
    """The roster of a sample history of so many tickets, in the schema ROSTER; agents are called as in its events."""
    said: list[_Said] = []
    for number, post in enumerate(sample.posts(tickets)):
        named = {"agent": person(number), "queues": queue(post.desk, post.team), "zone": post.desk.time_zone}
        said += [named | line for line in (*_shifts(post), *_meeting(post), *_leave(post))]
    for desk in DESKS:
        everybody = {"queues": ";".join(queue(desk, team) for team in range(len(TEAMS))), "zone": desk.time_zone}
        said += [everybody | {"date": str(day), "activity": "holiday"} for day in _holidays(desk)]
    return roster_of([Line(f"line {at}", line) for at, line in enumerate(said, 2)], "the sample's roster")


def _shifts(post: Post) -> Iterator[_Said]:
    """Every stretch of the week with the days it is worked on, while the post is held."""
    weekdays: dict[tuple[float, float], list[int]] = {}
    for weekday in range(5):
        for stretch in shift(post, weekday):
            weekdays.setdefault(stretch, []).append(weekday + 1)
    for (begin, end), found in weekdays.items():
        yield {"weekday": week(found), **_hours(post, begin, end), **_held(post)}


def _hours(post: Post, begin: float, end: float) -> _Said:
    opens = post.desk.opens
    return {"from": clock(round((opens + begin) * 60)), "to": clock(round((opens + end) * 60), late=True)}


def _held(post: Post) -> _Said:
    return {
        "valid_from": str(post.since) if post.since > date.min else "",
        "valid_to": str(post.until - _DAY) if post.until < date.max else "",
    }


def _meeting(post: Post) -> Iterator[_Said]:
    ends = meeting(post, 0)
    if ends and shift(post, 0)[0][0] < ends:
        yield {"weekday": "Mon", "activity": "meeting", **_hours(post, 0.0, ends), **_held(post)}


def _leave(post: Post) -> Iterator[_Said]:
    """One line for each run of days."""
    for first, after in (happenings.CHRISTMAS, happenings.JULY):
        dates = [first + step * _DAY for step in range((after - first).days)]
        away = [day for day in dates if on_leave(post, day) and post.since <= day < post.until]
        begins = [day for day in away if day - _DAY not in away]
        ends = [day for day in away if day + _DAY not in away]
        for begin, end in zip(begins, ends, strict=True):
            yield {"activity": "leave", "valid_from": str(begin), "valid_to": str(end)}


def _holidays(desk: Desk) -> list[date]:
    """Public holidays on which the desk would have been open."""
    return sorted(day for day in desk.days_off() if day.weekday() < 5 and FIRST_DAY <= day <= LAST_DAY + _AHEAD)
