"""Small stories, worked out by hand: due times, verdicts, the times beside them, and credit."""

from tests.clock_oracle_stories import Plain, Story, story

ANSWER, FIRST, WHOLE, UPDATE = "first_response", "first_resolution", "resolution", "update"
WAITING: Plain = {"pause_on": {ANSWER: {"pending": "customer"}}}
HALF: Plain = {"internal_target": "50%"}

DUE: list[Story] = [
    story(WHOLE, "Mon 17:00 resolved", "1 met, due Mon 17:00, stopped Mon 17:00, elapsed 8h"),
    story(WHOLE, "Mon 17:00:00.000001 resolved", "1 breached, due Mon 17:00, elapsed 8h"),
    story(WHOLE, "Mon 18:00 resolved", "1 breached, due Mon 17:00, breached Mon 17:00"),
    story(WHOLE, "Tue 09:00 resolved", "1 met, due Tue 09:00", boundary="next_opening"),
    story(WHOLE, "Tue 09:00:01 resolved", "1 breached, due Tue 09:00", boundary="next_opening"),
    story(WHOLE, "Mon 17:00 agent=x; Mon 18:00 resolved", "1 breached, due Mon 17:00"),
    story(WHOLE, "Mon 16:00 reply; Mon 17:00 reply; Mon 18:00 resolved", "1 breached, due Mon 17:00"),
    story(WHOLE, "Mon 17:00 pending; Mon 20:00 open", "1 running, due Tue 09:00, change no", as_of="Mon 21:00"),
    story(WHOLE, "Mon 10:00 pending", "1 paused, due next Mon 11:00, elapsed 1h, paused 34h"),
    story(WHOLE, "Mon 10:00 pending; Mon 12:00 open; Mon 16:00 resolved", "1 met, due Tue 11:00, elapsed 5h"),
    story(ANSWER, "Mon 10:00 pending; Tue 10:00 reply", "1 met, due Tue 11:00, elapsed 1h, paused 8h", **WAITING),
    story(ANSWER, "Mon 11:00 pending; Tue 10:00 reply", "1 met, due Tue 10:00, elapsed 2h", **WAITING),
    story(WHOLE, "Fri 12:00 pending", "1 breached, due Mon 17:00"),
    story(WHOLE, "Mon 10:00 resolved; Sat 10:00 open", "1 running, due next Mon 16:00", as_of="Sat 11:00"),
]

VERDICTS: list[Story] = [
    story(WHOLE, "Mon 12:00 merged", "1 cancelled, stopped Mon 12:00, breached never"),
    story(WHOLE, "Mon 17:00 merged", "1 cancelled, due Mon 17:00"),
    story(WHOLE, "Tue 10:00 merged", "1 breached, stopped Tue 10:00, due Mon 17:00"),
    story(
        WHOLE, "Tue 10:00 merged", "1 cancelled, stopped Tue 10:00, due Mon 17:00, breached never", after_due="cancel"
    ),
    story(WHOLE, "Tue 10:00 spam", "1 cancelled, stopped Tue 10:00"),
    story(WHOLE, "Tue 10:00 deleted", "1 cancelled"),
    story(WHOLE, "Tue 10:00 test", "1 cancelled"),
    story(WHOLE, "Mon 12:00 resolved; Mon 13:00 merged", "1 met, stopped Mon 12:00"),
    story(WHOLE, "Mon 12:00 resolved; Mon 12:00 merged", "1 cancelled, stopped Mon 12:00"),
    story(WHOLE, "Mon 12:00 resolved; Mon 13:00 spam", "1 cancelled, stopped Mon 12:00, elapsed 3h"),
    story(WHOLE, "Mon 18:00 resolved; Mon 19:00 merged", "1 breached, stopped Mon 18:00", after_due="cancel"),
    story(WHOLE, "Mon 18:00 resolved; Mon 18:00 merged", "1 breached, stopped Mon 18:00"),
    story(WHOLE, "Mon 18:00 resolved; Mon 18:00 merged", "1 cancelled, stopped Mon 18:00", after_due="cancel"),
    story(ANSWER, "Mon 10:00 resolved; Mon 10:30 merged", "1 cancelled, stopped Mon 10:00", no_reply="cancel"),
    story(ANSWER, "Mon 10:30 resolved; Mon 12:00 merged", "1 breached, stopped Mon 12:00", no_reply="breach"),
    story(UPDATE, "Mon 10:00 reply; Mon 12:00 reply; Mon 12:00 merged", "2 cancelled, stopped Mon 12:00, elapsed 0h"),
]

TIMES: list[Story] = [
    story(
        WHOLE, "Mon 10:00 pending; Mon 12:00 on_hold; Mon 13:00 open; Mon 14:00 pending; Mon 15:00 resolved",
        "1 met, elapsed 2h, paused 4h, customer 3h, closed 0h, wait 3h, total 6h",
    ),
    story(WHOLE, "", "1 breached, elapsed 9h, closed 16h, wait 25h, total 25h", as_of="Tue 10:00"),
    story(
        WHOLE, "Mon 16:00 on_hold; Tue 10:00 open", "1 running, elapsed 7h 30m, paused 2h, closed 16h, wait 25h 30m",
        as_of="Tue 10:30",
    ),
    story(
        WHOLE, "Mon 16:00 pending; Tue 10:00 open",
        "1 running, elapsed 7h 30m, paused 2h, customer 18h, closed 0h, wait 7h 30m",
        as_of="Tue 10:30",
    ),
    story(WHOLE, "Mon 10:00 resolved; Tue 10:00 open", "1 running, elapsed 2h, closed 0h, wait 2h, total 26h",
          as_of="Tue 11:00"),
    story(FIRST, "Mon 10:00 pending; Mon 12:00 resolved", "1 met, elapsed 1h, paused 2h"),
    story(FIRST, "Mon 10:00 pending; Mon 12:00 resolved", "1 met, elapsed 3h, paused 0h",
          pause_on={WHOLE: {"pending": "customer"}, FIRST: {"on_hold": "customer"}}),
    story(ANSWER, "Mon 10:00 pending; Mon 10:30 reply", "1 met, elapsed 1h 30m, paused 0h"),
    story(ANSWER, "Mon 10:00:00.4 pending; Mon 10:00:00.8 open; Mon 10:30:00.5 reply",
          "1 met, elapsed 1h 30m, paused 0h, total 1h 30m", **WAITING),
    story(ANSWER, "Mon 10:00 resolved", "1 breached, elapsed 3h, wait 3h", as_of="Mon 12:00", no_reply="breach"),
]  # fmt: skip

INTERNAL: list[Story] = [
    story(WHOLE, "Mon 13:00 resolved", "1 met, internal yes", **HALF),
    story(WHOLE, "Mon 13:00:01 resolved", "1 met, internal no", **HALF),
    story(WHOLE, "Mon 13:00:00.000001 resolved", "1 met, internal no", **HALF),
    story(WHOLE, "", "1 running, internal unknown", as_of="Mon 13:00", **HALF),
    story(WHOLE, "", "1 running, internal no", as_of="Mon 13:00:01", **HALF),
    story(WHOLE, "Tue 10:00 resolved", "1 breached, internal no", **HALF),
    story(WHOLE, "Mon 12:00 spam", "1 cancelled, internal unknown", **HALF),
    story(WHOLE, "Mon 12:00 resolved", "1 met, internal unknown"),
    story(
        WHOLE, "Mon 11:00 priority=high; Mon 13:00 resolved", "1 met, internal yes, elapsed 2h, running 4h", **HALF,
        on_change={"raised": "restart"},
    ),
    story(WHOLE, "Mon 10:00 pending; Mon 15:00 open; Mon 16:00 resolved", "1 met, internal yes", **HALF),
]  # fmt: skip


def credit(lines: str, word: str, clock: str, **keys: object) -> Story:
    """A story that begins in team A; who is credited, and who held how much."""
    given: Plain = {"ticket": {"team": "A"}, **keys}
    return story(WHOLE, lines, clock, credited=word, **given)


PASSED_ON = "Mon 11:00 team=B; Mon 16:00 resolved; Mon 16:30 team=C"

CREDIT: list[Story] = [
    credit(PASSED_ON, "holder_at_verdict", "1 met, credit B, held A=2 B=5"),
    credit(PASSED_ON, "first", "1 met, credit A, held A=2 B=5"),
    credit(PASSED_ON, "longest", "1 met, credit B"),
    credit(PASSED_ON, "share", "1 met, credit B, held A=2 B=5"),
    credit(PASSED_ON, "current", "1 met, credit C"),
    credit("Tue 10:00 team=B", "holder_at_verdict", "1 breached, credit A, held A=9 B=6", as_of="Tue 16:00"),
    credit("Tue 10:00 team=B", "current", "1 breached, credit B", as_of="Tue 16:00"),
    credit("Tue 10:00 team=B", "longest", "1 breached, credit A", as_of="Tue 16:00"),
    credit("Mon 12:00 team=B; Mon 15:00 resolved", "longest", "1 met, credit A, held A=3 B=3"),
    credit("Mon 10:00 team=A", "first", "1 running, credit A, held nobody=1 A=1", as_of="Mon 11:00", ticket={}),
    credit("Mon 16:00 team=A", "longest", "1 running, credit nobody, held nobody=7", ticket={}, as_of="Mon 16:00"),
    credit("Mon 09:00 resolved", "longest", "1 met, credit A, held "),
    credit("Mon 10:00 pending; Mon 12:00 team=B; Mon 13:00 open; Mon 14:00 resolved", "longest",
           "1 met, credit A, held A=1 B=1"),
    credit("", "first", "1 running, credit nobody", ticket={}, as_of="Mon 10:00"),
]  # fmt: skip

VERDICT_STORIES = [*DUE, *VERDICTS, *TIMES, *INTERNAL, *CREDIT]
