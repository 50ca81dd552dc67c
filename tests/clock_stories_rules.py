"""Small stories, worked out by hand: what is in force, what a change on the way does, and what a day means."""

from datetime import date

from tests.clock_oracle_stories import Plain, Story, story

WHOLE, NEXT = "resolution", "next_response"
BY_PRIORITY: Plain = {"resolution": {"low": "16h", "normal": "8h", "high": "4h", "top": "2h"}}
HIGH, LOW, TOP = "priority=high", "priority=low", "priority=top"
ONLY_HIGH: Plain = {"targets": {"resolution": {"high": "4h"}}}
KEEP: Plain = {"raised": "keep", "lowered": "keep"}
FINAL: Plain = {"raised": "final", "lowered": "final"}
OF_A: Plain = {"when": {"team": "A"}, "schedule": "always"}
RESTART: Plain = {"raised": "restart", "lowered": "restart"}


def changed(lines: str, clock: str, raised: str = "carry", lowered: str = "carry", **keys: object) -> Story:
    """A story of changes of priority under one policy; looked at on Monday at four unless told otherwise."""
    given: Plain = {"as_of": "Mon 16:00", "targets": BY_PRIORITY, **keys}
    return story(WHOLE, lines, clock, on_change={"raised": raised, "lowered": lowered}, **given)


def moved(lines: str, clock: str, rules: Plain | None = None, team: str | None = None, **keys: object) -> Story:
    """A story of hours that change with the team: A has 20 hours round the clock, the others 12 in the office."""
    given: Plain = {
        "as_of": "Tue 10:00",
        "policies": ({**OF_A, "targets": {WHOLE: "20h"}}, {"targets": {"resolution": "12h"}}),
        **keys,
    }
    return story(WHOLE, lines, clock, on_change=rules or {}, ticket={"team": team}, **given)


def days(message: str, clock: str, target: str = "1d", **keys: object) -> Story:
    """A story of a next response promised in days, from a message to a look an hour later at the most."""
    given: Plain = {"as_of": message, "targets": {NEXT: target}, **keys}
    return story(NEXT, f"Mon 09:00 reply; {message} message", f"1 running, {clock}", **given)


def kept(message: str, clock: str, target: str = "1d", cutoff: str | None = "16:00") -> Story:
    """The same where the time of day is kept, and a day's work ends at the cutoff."""
    cut = {} if cutoff is None else {"cutoff": cutoff, "restart_at": "09:00"}
    return days(message, clock, target, day_means="keep_time_of_day", **cut)


IN_FORCE: list[Story] = [
    story(WHOLE, "", "1 running, policy 1, due Mon 17:00", as_of="Mon 12:00", policies=({}, {})),
    story(WHOLE, "", "1 running, policy 2", as_of="Mon 12:00", policies=({"when": {"plan": "gold"}}, {})),
    story(
        WHOLE, "", "1 running, policy 1", as_of="Mon 12:00", ticket={"plan": "gold"},
        policies=({"when": {"plan": ["silver", "gold"]}}, {}),
    ),
    story(WHOLE, "", as_of="Mon 12:00", when={"plan": "gold"}),
    story(WHOLE, "", as_of="Mon 12:00", **ONLY_HIGH),
    story(WHOLE, "", "1 running, policy 2", as_of="Mon 12:00", policies=({"valid": {"to": date(2026, 7, 6)}}, {})),
    story(WHOLE, "", "1 running, policy 1", as_of="Mon 12:00", policies=({"valid": {"from": date(2026, 7, 6)}}, {})),
    story(WHOLE, "", "1 running, policy 2", as_of="Mon 12:00", policies=({"valid": {"from": date(2026, 7, 7)}}, {})),
    story(WHOLE, "", "1 running, due Mon 21:00, elapsed 1h, closed 4h", as_of="Mon 14:00", schedule="york"),
    story(
        WHOLE, "", "1 running, due Tue 03:00, elapsed 1h, closed 13h", as_of="Mon 23:00", schedule="night",
        targets={WHOLE: "5h"},
    ),
    story(WHOLE, f"Mon 11:00 {HIGH}", "1 running, due Mon 15:00, elapsed 3h, total 5h, wait 5h, closed 0h",
          as_of="Mon 14:00", **ONLY_HIGH),
    story(WHOLE, "Mon 11:00 priority=normal", "1 running, due Mon 13:00, elapsed 2h, total 7h", as_of="Mon 16:00",
          ticket={"priority": "high"}, **ONLY_HIGH),
    story(WHOLE, f"Mon 11:00 priority=normal; Mon 12:00 {HIGH}", "1 running, due Mon 14:00, elapsed 3h, change no",
          as_of="Mon 13:00", ticket={"priority": "high"}, **ONLY_HIGH),
]  # fmt: skip

CHANGES: list[Story] = [
    changed(f"Mon 11:00 {HIGH}", "1 breached, due Mon 13:00, target 4h, elapsed 7h, change no"),
    changed(f"Mon 15:00 {HIGH}", "1 breached, due Mon 15:00, target 4h, elapsed 7h, change yes"),
    changed(f"Mon 11:00 {LOW}", "1 running, due Tue 17:00, target 16h, elapsed 7h"),
    changed(f"Mon 11:00 {HIGH}", "1 breached, due Mon 15:00, target 4h, elapsed 5h, running 7h", raised="restart"),
    changed(
        f"Mon 15:00 {HIGH}", "1 running, due Tue 11:00, target 4h, elapsed 1h, running 7h, change no", raised="restart"
    ),
    changed(f"Mon 11:00 {LOW}", "1 running, due Wed 11:00, target 16h", lowered="restart"),
    changed(f"Mon 11:00 {LOW}", "1 running, due Tue 17:00, target 16h", raised="restart"),
    changed(f"Mon 11:00 {HIGH}", "1 running, due Mon 17:00, target 8h", raised="keep"),
    changed(f"Mon 11:00 {HIGH}; Mon 12:00 agent=x", "1 running, due Mon 17:00, target 8h", raised="keep"),
    changed(f"Mon 11:00 {HIGH}; Mon 12:00 {TOP}", "1 running, due Mon 17:00, target 8h", raised="keep"),
    changed(f"Mon 11:00 {HIGH}; Mon 12:00 {LOW}", "1 running, due Tue 17:00, target 16h", raised="keep"),
    changed(f"Mon 10:00 {HIGH}; Mon 15:00 priority=normal", "1 running, due Mon 17:00", raised="keep", lowered="final"),
    changed(f"Mon 15:00 {HIGH}", "1 breached, due Mon 13:00, target 4h, elapsed 7h, change no", raised="final"),
    changed(
        "Mon 15:00 priority=normal", "1 running, due Mon 17:00, target 8h", lowered="final", ticket={"priority": "high"}
    ),
    changed(f"Mon 11:00 {HIGH}; Mon 14:00 {LOW}", "1 running, due Tue 17:00, elapsed 7h", lowered="final"),
    changed(f"Mon 11:00 {HIGH}; Mon 14:00 {LOW}; Mon 15:00 {HIGH}", "1 breached, due Mon 15:00", lowered="final"),
    changed(
        f"Mon 10:00 {LOW}; Mon 11:00 {HIGH}", "1 running, due Tue 17:00, target 16h", raised="keep", lowered="final"
    ),
    changed(
        f"Mon 10:00 {LOW}; Mon 11:00 {HIGH}; Mon 12:00 {LOW}",
        "1 breached, due Mon 13:00",
        raised="final",
        lowered="keep",
    ),
    changed(
        f"Mon 11:00 {LOW}; Mon 12:00 {HIGH}", "1 breached, due Mon 15:00, target 4h", lowered="restart", raised="final"
    ),
    changed(f"Mon 10:00 pending; Mon 11:00 {HIGH}; Mon 12:00 open", "1 breached, due Mon 15:00, elapsed 5h"),
    changed(
        f"Mon 10:00 pending; Mon 11:00 {HIGH}; Mon 12:00 open",
        "1 running, due Mon 16:00, elapsed 4h, running 5h",
        raised="restart",
    ),
    changed(f"Mon 11:00 {TOP}; Mon 12:00 {LOW}", "1 breached, due Mon 11:00, target 2h, change yes"),
    changed(f"Mon 12:00 {TOP}; Mon 13:00 {HIGH}", "1 breached, due Mon 12:00, elapsed 7h", lowered="restart"),
    changed(f"Mon 14:00 pending; Mon 15:00 {HIGH}", "1 paused, due Mon 16:00, change yes"),
    changed(f"Mon 14:00 pending; Mon 15:00 {HIGH}; Mon 15:30 open", "1 breached, due Mon 15:30, change yes"),
]

HOURS: list[Story] = [
    moved("Tue 09:00 team=A", "1 running, due Tue 21:00, target 20h, elapsed 9h, closed 16h, policy 1"),
    moved("Tue 09:00 team=A", "1 running, due Wed 05:00, target 20h, elapsed 1h, running 9h", RESTART),
    moved("Tue 09:00 team=A", "1 running, due Tue 13:00, target 12h, elapsed 9h, policy 2", KEEP),
    moved("Tue 09:00 team=A", "1 breached, due Tue 05:00, elapsed 25h, change no, policy 1, credit nobody", FINAL),
    moved("Tue 03:00 team=B", "1 breached, due Tue 03:00, target 12h, elapsed 19h, closed 6h, change yes", team="A"),
    moved("Tue 03:00 team=B", "1 running, due Tue 13:00, target 12h, elapsed 9h, closed 16h, change no", FINAL, "A"),
    moved("Tue 03:00 team=B", "1 breached, due Tue 05:00, target 20h, elapsed 25h, closed 0h", KEEP, "A"),
    moved("Tue 03:00 team=B", "1 running, due Wed 13:00, target 12h, elapsed 1h, held A=18 B=1", RESTART, "A"),
    moved("Tue 06:00 team=B", "1 running, due Tue 13:00, target 12h, elapsed 9h, policy 2, credit B", FINAL, "A"),
    moved("Mon 15:00 team=C", "1 running, due Tue 13:00, target 12h, policy 2"),
    moved(
        "Mon 15:00 team=A", "1 running, due Mon 21:00, elapsed 7h", KEEP, as_of="Mon 16:00",
        policies=({**OF_A, "targets": {WHOLE: "12h"}}, {"targets": {WHOLE: "12h"}}),
    ),
    moved("Mon 15:00 team=A; Mon 18:00 team=B", "1 breached, due Mon 18:00, elapsed 9h, change yes", as_of="Tue 09:00",
          policies=({**OF_A, "targets": {WHOLE: "10h"}}, {"targets": {WHOLE: "9h"}})),
]  # fmt: skip

VARIED: Plain = {"schedule": "varied"}
FROM_HOURS: Plain = {"targets": {WHOLE: {"normal": "8h", "low": "2d", "other": "1d"}}}

WORKING_DAYS: list[Story] = [
    days("Mon 10:00", "due Tue 10:00, target 8h"),
    days("Mon 18:00", "due Wed 09:00, target 8h"),
    days("Mon 17:00", "due Wed 09:00, target 8h"),
    days("Fri 16:00", "due next Mon 16:00, target 8h"),
    days("Sat 10:00", "due next Tue 09:00, target 8h"),
    days("Mon 10:00", "due next Mon 10:00, target 40h", "5d"),
    days("Mon 10:00", "due Wed 10:00", schedule="shut"),
    days("Mon 12:30", "due Tue 13:00, target 7h", schedule="lunch"),
    days("Mon 18:00", "due Tue 16:00, target 8h", **VARIED),
    days("Mon 09:00", "due Tue 10:00", **VARIED),
    days("Tue 02:00", "due Wed 02:00, target 8h", schedule="night"),
    days("Mon 23:00", "due Wed 13:00, target 8h", schedule="york"),
    story(WHOLE, "Mon 10:00 pending; Mon 12:00 open", "1 running, due Tue 11:00, target 8h, elapsed 2h",
          as_of="Mon 13:00", targets={WHOLE: "1d"}),
    story(WHOLE, "Mon 18:00 pending; Mon 20:00 open", "1 running, due Tue 09:00, target 8h", as_of="Mon 21:00",
          targets={WHOLE: "1d"}),
    changed(f"Mon 11:00 {LOW}", "1 running, due Wed 09:00, target 16h", **FROM_HOURS),
    changed(f"Mon 11:00 {LOW}", "1 running, due Wed 11:00, target 16h", lowered="restart", **FROM_HOURS),
    changed("Mon 11:00 priority=other", "1 running, due Tue 09:00, target 8h", **FROM_HOURS),
]  # fmt: skip

OTHER_DAYS: list[Story] = [
    days("Mon 10:00", "due Thu 10:00, target 24h", day_means="24_open_hours"),
    days("Mon 18:00", "due Thu 17:00, target 24h", day_means="24_open_hours"),
    days("Mon 18:00", "due Fri 09:00, target 24h", day_means="24_open_hours", boundary="next_opening"),
    days("Fri 18:00", "due Sat 18:00, target 0h", day_means="calendar_day"),
    days("Fri 16:00", "due next Mon 16:00, target 8h", "3d", day_means="calendar_day"),
    kept("Mon 15:59", "due Tue 15:59"),
    kept("Mon 16:00", "due Wed 09:00, target 9h"),
    kept("Fri 17:30", "due next Tue 09:00, target 8h"),
    kept("Sat 10:00", "due next Tue 10:00, target 9h"),
    kept("Sat 16:30", "due next Wed 09:00, target 16h"),
    kept("Mon 20:00", "due Tue 20:00, target 8h", cutoff=None),
    kept("Tue 02:00", "due Wed 02:00, target 8h"),
    kept("Thu 10:00", "due next Mon 10:00, target 16h", "2d"),
]

RULES = [*IN_FORCE, *CHANGES, *HOURS, *WORKING_DAYS, *OTHER_DAYS]
