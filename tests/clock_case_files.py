"""Policy files for made-up tickets: together they use every key and every value the clocks know."""

from datetime import date
from typing import Any

Plain = dict[str, Any]

SCHEDULES: Plain = {
    "office": {
        "time_zone": "America/New_York",
        "hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]},
        "holidays": {"closed": [date(2026, 3, 17), date(2026, 4, 3)]},
    },
    # Open in the night in which British clocks are put forward, through the hour that does not exist.
    "night": {
        "time_zone": "Europe/London",
        "hours": {"mon-fri": "22:00-06:00", "sat": "10:00-14:00", "sun": "00:30-04:00"},
    },
    "always": {"time_zone": "Europe/Stockholm", "hours": "24x7"},
    "asia": {"time_zone": "Asia/Kolkata", "hours": {"mon-sat": ["09:30-18:30"]}},
}
PAUSES: Plain = {
    "first_response": {"pending": "customer"},
    "next_response": {"on_hold": "third_party"},
    "resolution": {"pending": "customer", "on_hold": "third_party"},
    "update": {"pending": "customer"},
}
BY_PRIORITY: Plain = {"high": "4h", "low": "16h", "default": "8h"}
TARGETS: Plain = {
    "first_response": {"high": "1h", "default": "4h"},
    "next_response": {"high": "1h 30m", "default": "3h"},
    "first_resolution": BY_PRIORITY,
    "resolution": BY_PRIORITY,
    "update": {"high": "2h", "default": "8h"},
}
OTHER_TARGETS: Plain = {
    "first_response": "2h",
    "next_response": {"low": "6h", "default": "2h"},
    "first_resolution": {"high": "6h", "low": "20h", "default": "8h"},
    "resolution": {"high": "6h", "low": "20h", "default": "8h"},
    "update": {"high": "4h", "default": "6h"},
}
AGREEMENTS: list[Plain] = [
    {"team": "A", "within": "4h", "schedule": "office"},
    {
        "team": "B",
        "within": {"high": "1h", "default": "6h"},
        "schedule": "always",
        "pause_on": {"on_hold": "third_party"},
    },
]


def _policy(name: str, schedule: str = "office", **keys: Any) -> Plain:
    return {"name": name, "schedule": schedule, "targets": TARGETS, "pause_on": PAUSES, **keys}


def _file(*policies: Plain, agreements: list[Plain] = AGREEMENTS) -> Plain:
    return {"version": 1, "schedules": SCHEDULES, "policies": list(policies), "agreements": agreements}


def _change(raised: str, lowered: str) -> Plain:
    return {"raised": raised, "lowered": lowered}


PLAIN = _file(_policy("all", internal_target="75%"))

ANSWERS = _file(
    _policy("strict", "always", when={"priority": "high"}, no_reply="breach", unanswered_at_close="judge"),
    _policy("soft", when={"priority": ["normal"]}, no_reply="cancel", unanswered_at_close="cancel", after_due="cancel"),
    _policy("harsh", "asia", when={"team": "B"}, no_reply="breach", unanswered_at_close="judge", after_due="stands"),
    _policy("hard", when={"team": "A"}, no_reply="cancel", unanswered_at_close="cancel", after_due="stands"),
    _policy("rest", no_reply="resolution", unanswered_at_close="judge"),
)

CARRYING = _file(
    _policy("a", when={"team": "A"}, on_change=_change("restart", "carry"), internal_target="50%"),
    _policy("b", "always", targets=OTHER_TARGETS, when={"team": "B"}, on_change=_change("carry", "restart")),
    _policy("rest", "night", on_change=_change("restart", "restart"), pause_on={}),
)

KEEPING = _file(
    _policy("a", when={"team": "A"}, on_change=_change("keep", "final")),
    _policy("b", "always", targets=OTHER_TARGETS, when={"team": "B"}, on_change=_change("final", "keep")),
    _policy("gold", "asia", when={"plan": "gold"}, on_change=_change("keep", "keep")),
    _policy("rest", targets=OTHER_TARGETS, on_change=_change("final", "carry"), internal_target="80%"),
)

REOPENING = _file(
    _policy("c", when={"team": "C"}, on_reopen="restart"),
    _policy("b", when={"team": "B"}, on_reopen="ignore"),
    _policy("gold", "always", when={"plan": "gold"}, on_reopen="resume", reopen_window="1d"),
    _policy("silver", "asia", when={"plan": "silver"}, on_reopen="ignore", reopen_window="12h"),
    _policy("a", when={"team": "A"}, on_reopen="restart"),
    _policy("europe", when={"region": "EU"}, on_reopen="ignore"),
)

# A day of the office has 7 hours, one of Asia 9: targets of equal length that are due at other times.
IN_DAYS: Plain = {
    "first_response": {"high": "7h", "low": "9h", "default": "1d"},
    "next_response": {"high": "7h", "default": "1d"},
    "first_resolution": {"high": "21h", "default": "3d"},
    "resolution": {"high": "1d", "low": "5d", "default": "2d"},
    "update": {"high": "8h", "default": "2d"},
}


def _in_days(name: str, schedule: str, means: str, **keys: Any) -> Plain:
    return _policy(name, schedule, targets=IN_DAYS, day_means=means, **keys)


CUT: Plain = {"cutoff": "15:30", "restart_at": "09:00"}
DAYS = _file(
    _in_days("a", "night", "next_business_day", when={"team": "A", "plan": "gold"}),
    _in_days("gold", "office", "next_business_day", when={"plan": "gold"}, on_change=_change("restart", "carry")),
    _in_days("calendar", "asia", "calendar_day", when={"plan": "silver", "region": "EU"}),
    _in_days("open", "asia", "24_open_hours", when={"plan": "silver"}, boundary="next_opening"),
    _in_days("cut", "office", "keep_time_of_day", when={"region": "EU"}, **CUT),
    _in_days("round", "always", "calendar_day", when={"team": "B"}, on_change=_change("final", "keep")),
    _in_days("kept", "night", "keep_time_of_day"),
    agreements=[{"team": "A", "within": "1d", "schedule": "office"}, {"team": "B", "within": "1d", "schedule": "asia"}],
)

CREDITED = _file(
    _policy("first", when={"plan": "gold", "region": "EU"}, credited="first"),
    _policy("longest", "always", when={"plan": "gold"}, credited="longest"),
    _policy("share", "night", when={"plan": "silver", "region": "EU"}, credited="share"),
    _policy("current", when={"plan": "silver"}, credited="current"),
    _policy("holder", credited="holder_at_verdict"),
    agreements=[
        {"team": "A", "after": ["B", "C"], "within": "2h", "schedule": "always", "pause_on": {"pending": "customer"}},
        {
            "team": "A",
            "within": {"high": "1h", "default": "4h"},
            "schedule": "night",
            "pause_on": {"pending": "customer"},
        },
        {"team": "B", "after": ["A"], "within": {"high": "2h", "low": "8h"}, "schedule": "asia"},
        {"team": "B", "when": {"plan": ["gold"]}, "within": "5h", "schedule": "night"},
        {"team": "C", "after": ["C", "A"], "within": "3h", "schedule": "office"},
    ],
)

SOME: Plain = {
    "first_response": {"high": "2h", "low": "7h"},
    "next_response": {"normal": "2h"},
    "first_resolution": {"low": "14h"},
    "resolution": {"high": "7h", "normal": "14h"},
    "update": {"low": "7h", "normal": "3h"},
}
EDGES = _file(
    _policy("spring", targets=SOME, valid={"from": date(2026, 4, 1)}, boundary="next_opening", internal_target="100%"),
    _policy("march", "night", valid={"from": date(2026, 3, 10), "to": date(2026, 4, 1)}, boundary="next_opening"),
    _policy("early", "asia", when={"region": "EU"}, after_due="cancel"),
    agreements=[{"team": "A", "within": {"high": "4h"}, "schedule": "office"}],
)

FILES: dict[str, Plain] = {
    "plain": PLAIN,
    "answers": ANSWERS,
    "carrying": CARRYING,
    "keeping": KEEPING,
    "reopening": REOPENING,
    "days": DAYS,
    "credited": CREDITED,
    "edges": EDGES,
}
