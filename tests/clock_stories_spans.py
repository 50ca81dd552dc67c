"""Small stories, worked out by hand: the life of a ticket, and where its clocks begin and stop."""

from tests.clock_oracle_stories import Story, story

ANSWER, NEXT, FIRST, WHOLE = "first_response", "next_response", "first_resolution", "resolution"
AGENT = {"created_by_agent": True}
BACK = "Mon 10:00 resolved; Mon 12:00 open; "
"""Solved after an hour and opened again two hours later."""

LIFE: list[Story] = [
    story(WHOLE, "", as_of="last Fri 12:00"),
    story(WHOLE, "", "1 running, due Mon 17:00, elapsed 3h, target 8h", as_of="Mon 12:00"),
    story(WHOLE, "", "1 running, due Mon 13:00, target 4h", as_of="Mon 12:00", ticket={"priority": "high"}),
    story(WHOLE, "Mon 12:00 merged; Mon 13:00 resolved", "1 cancelled, stopped Mon 12:00, elapsed 3h, total 3h"),
    story(WHOLE, "Mon 12:00 spam; Mon 13:00 priority=high", "1 cancelled, stopped Mon 12:00, target 8h"),
    story(WHOLE, "last Fri 10:00 resolved; Mon 11:00 open", "1 running, due Tue 11:00, elapsed 4h", as_of="Mon 15:00"),
    story(WHOLE, "last Fri 10:00 merged", "1 running, due Mon 17:00", as_of="Mon 12:00"),
    story(
        WHOLE,
        "Mon 10:00 pending; Mon 11:00 blank",
        "1 running, due Tue 10:00, elapsed 2h, paused 1h",
        as_of="Mon 12:00",
    ),
    story(WHOLE, "Mon 12:00 pending", "1 paused, due Mon 17:00, elapsed 3h, paused 0h", as_of="Mon 12:00"),
    story(WHOLE, "Mon 10:00 pending; Mon 10:00 open", "1 running, due Mon 17:00, paused 0h", as_of="Mon 12:00"),
    story(WHOLE, "Mon 12:00 priority=high", "1 running, due Mon 13:00, target 4h", as_of="Mon 12:00"),
    story(WHOLE, "Mon 15:00 priority=high", "1 running, due Mon 15:00, change yes", as_of="Mon 15:00"),
    story(WHOLE, "Mon 15:00 priority=high", "1 breached, due Mon 15:00, change yes", as_of="Mon 15:01"),
    story(WHOLE, "Mon 13:00 priority=high", "1 breached, due Mon 13:00, change yes, stopped never"),
    story(WHOLE, "Mon 09:00 priority=high; Mon 12:00 resolved", "1 met, due Mon 13:00, target 4h, elapsed 3h"),
    story(WHOLE, "Mon 09:00 resolved", "1 met, due Mon 17:00, stopped Mon 09:00, total 0h"),
]

THANKS: list[Story] = [
    story(WHOLE, BACK + "Mon 13:00 resolved", "1 met, stopped Mon 10:00, elapsed 1h, due Mon 17:00"),
    story(WHOLE, BACK + "Mon 12:30 reply; Mon 13:00 resolved", "1 met, stopped Mon 13:00, elapsed 2h, total 4h"),
    story(WHOLE, BACK + "Mon 13:00 reply; Mon 13:00 resolved", "1 met, stopped Mon 13:00, elapsed 2h"),
    story(WHOLE, BACK + "Mon 13:00 resolved; Mon 13:00 reply", "1 met, stopped Mon 10:00, elapsed 1h"),
    story(WHOLE, "Mon 10:00 resolved; Mon 12:00 reply; Mon 12:00 open; Mon 13:00 resolved", "1 met, stopped Mon 10:00"),
    story(WHOLE, "Mon 10:00 resolved; Mon 12:00 open; Mon 12:00 reply; Mon 13:00 resolved", "1 met, stopped Mon 13:00"),
    story(WHOLE, BACK + "Mon 12:30 message; Mon 13:00 resolved", "1 met, stopped Mon 10:00"),
    story(
        WHOLE, BACK + "Mon 13:00 resolved; Mon 14:00 open", "1 running, elapsed 2h, due Tue 13:00", as_of="Mon 15:00"
    ),
    story(WHOLE, BACK + "Mon 13:00 resolved", "1 running, elapsed 1h 30m, due Tue 11:00", as_of="Mon 12:30"),
    story(WHOLE, BACK + "Mon 13:00 resolved", "1 met, stopped Mon 10:00", as_of="Mon 13:00"),
    story(FIRST, BACK + "Mon 12:30 reply; Mon 13:00 resolved", "1 met, stopped Mon 10:00, elapsed 1h"),
]

FIRST_RESPONSES: list[Story] = [
    story(ANSWER, "Mon 10:00 reply", "1 met, started Mon 09:00, stopped Mon 10:00, due Mon 11:00, elapsed 1h"),
    story(ANSWER, "Mon 11:00 reply", "1 met, stopped Mon 11:00, due Mon 11:00, breached never"),
    story(ANSWER, "Mon 11:00:00.000001 reply", "1 breached, due Mon 11:00, breached Mon 11:00, elapsed 2h"),
    story(ANSWER, "Mon 10:00 message", "1 breached, stopped never, due Mon 11:00, elapsed 35h"),
    story(ANSWER, "Mon 09:00 reply", "1 met, stopped Mon 09:00, total 0h, due Mon 11:00"),
    story(ANSWER, "Mon 10:00 resolved; Mon 14:00 reply", "1 met, stopped Mon 10:00, elapsed 1h"),
    story(ANSWER, "Mon 10:00 resolved; Mon 14:00 reply", "1 cancelled, stopped Mon 10:00", no_reply="cancel"),
    story(ANSWER, "Mon 12:00 resolved", "1 breached, stopped Mon 12:00, due Mon 11:00", no_reply="cancel"),
    story(ANSWER, "Mon 12:00 resolved", "1 cancelled, stopped Mon 12:00", no_reply="cancel", after_due="cancel"),
    story(ANSWER, "Mon 10:00 resolved", "1 breached, stopped never, elapsed 35h", no_reply="breach"),
    story(ANSWER, "Mon 10:00 resolved; Mon 10:30 reply", "1 met, stopped Mon 10:30, elapsed 1h 30m", no_reply="breach"),
    story(ANSWER, "Mon 10:00 resolved; Mon 10:00 reply", "1 met, stopped Mon 10:00", no_reply="cancel"),
    story(ANSWER, "", ticket=AGENT),
    story(ANSWER, "Mon 10:00 message; Mon 11:00 reply", "1 met, started Mon 10:00, due Mon 12:00", ticket=AGENT),
    story(ANSWER, "Mon 10:00 reply; Mon 11:00 message", "1 breached, started Mon 11:00, due Mon 13:00", ticket=AGENT),
    story(ANSWER, "Mon 10:00 reply; Mon 10:00 message", "1 met, stopped Mon 10:00, total 0h", ticket=AGENT),
    story(
        ANSWER, "Mon 10:00 resolved; Mon 11:00 message", "1 met, started Mon 11:00, stopped Mon 11:00, due Mon 13:00",
        ticket=AGENT,
    ),
]  # fmt: skip

NEXT_RESPONSES: list[Story] = [
    story(NEXT, "Mon 10:00 message; Mon 11:00 message"),
    story(NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 12:00 reply", "1 met, started Mon 11:00, elapsed 1h"),
    story(NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 12:00 message; Mon 12:30 reply", "1 met, elapsed 1h 30m"),
    story(
        NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 12:00 reply; Mon 16:00 message; Tue 10:00:01 reply",
        "1 met, stopped Mon 12:00", "2 breached, started Mon 16:00, due Tue 10:00, elapsed 2h 1s",
    ),
    story(NEXT, "Mon 10:00 message; Mon 10:00 reply; Mon 10:00 message", "1 breached, due Mon 12:00"),
    story(NEXT, "Mon 10:00 reply; Mon 10:00 message; Mon 10:00 reply", "1 met, started Mon 10:00, total 0h"),
    story(NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 12:00 resolved", "1 cancelled, stopped Mon 12:00, elapsed 1h"),
    story(
        NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 12:00 resolved", "1 met, stopped Mon 12:00",
        unanswered_at_close="judge",
    ),
    story(NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 13:30 resolved", "1 breached, stopped Mon 13:30"),
    story(
        NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 13:30 resolved", "1 cancelled, stopped Mon 13:30",
        after_due="cancel",
    ),
    story(NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 12:00 resolved; Mon 12:00 reply", "1 met, stopped Mon 12:00"),
    story(
        NEXT,
        "Mon 10:00 reply; Mon 11:00 message; Mon 12:00 resolved; Mon 13:00 message; Mon 14:00 message; Mon 15:00 open",
        "1 cancelled, stopped Mon 12:00", "2 cancelled, started Mon 13:00, stopped Mon 13:00, due Mon 15:00",
    ),
    story(
        NEXT, "Mon 10:00 reply; Mon 12:00 resolved; Mon 13:00 open; Mon 13:00 message; Mon 14:00 resolved",
        "1 cancelled, started Mon 13:00, stopped Mon 13:00",
    ),
    story(
        NEXT, "Mon 10:00 reply; Mon 11:00 message; Mon 12:00 message; Mon 12:00 resolved; Mon 13:00 message",
        "1 cancelled, stopped Mon 12:00", "2 cancelled, started Mon 12:00, stopped Mon 12:00",
    ),
    story(NEXT, "Mon 10:00 reply; Mon 11:00 message", "1 running, due Mon 13:00, elapsed 1h", as_of="Mon 12:00"),
]  # fmt: skip

RESOLUTIONS: list[Story] = [
    story(WHOLE, BACK, "1 running, due Tue 11:00, elapsed 3h, total 5h, wait 3h", as_of="Mon 14:00"),
    story(WHOLE, BACK, "1 running, elapsed 3h", as_of="Mon 14:00", on_reopen="resume"),
    story(
        WHOLE, BACK, "1 met, stopped Mon 10:00", "2 running, started Mon 12:00, due Tue 12:00, elapsed 2h",
        as_of="Mon 14:00", on_reopen="restart",
    ),
    story(WHOLE, BACK, "1 met, stopped Mon 10:00, elapsed 1h", as_of="Mon 14:00", on_reopen="ignore"),
    story(WHOLE, BACK + "Mon 12:30 reply; Mon 13:00 resolved", "1 met, stopped Mon 10:00", on_reopen="ignore"),
    story(
        WHOLE, BACK + "Mon 12:30 reply; Mon 13:00 resolved; Mon 14:00 open; Mon 15:00 reply; Mon 16:00 resolved",
        "1 met, stopped Mon 10:00", "2 met, stopped Mon 13:00, elapsed 1h", "3 met, stopped Mon 16:00, elapsed 2h",
        on_reopen="restart",
    ),
    story(
        WHOLE, "Mon 10:00 resolved; Sat 10:00 open", "1 running, due next Mon 16:00, elapsed 1h", as_of="Sat 10:00",
    ),
    story(
        WHOLE, "Mon 10:00 resolved; Sat 10:00:01 open", "1 met, stopped Mon 10:00",
        "2 running, started Sat 10:00:01, due next Mon 17:00, elapsed 0h", as_of="Sat 11:00",
    ),
    story(
        WHOLE, "Mon 10:00 resolved; Tue 10:00:01 open", "1 met, stopped Mon 10:00", "2 running, started Tue 10:00:01",
        as_of="Tue 11:00", on_reopen="ignore", reopen_window="1d",
    ),
    story(
        WHOLE, BACK + "Mon 13:00 reply; Mon 14:00 resolved; Tue 14:00 open", "1 met, stopped Mon 10:00",
        as_of="Tue 15:00", on_reopen="ignore", reopen_window="1d",
    ),
    story(
        WHOLE, BACK + "Mon 13:00 reply; Mon 14:00 resolved; Tue 14:00:01 open", "1 met, stopped Mon 10:00",
        "2 running, started Tue 14:00:01", as_of="Tue 15:00", on_reopen="ignore", reopen_window="1d",
    ),
    story(
        WHOLE, BACK, "1 met, stopped Mon 10:00", "2 running, started Mon 12:00", as_of="Mon 14:00",
        ticket={"priority": "high"},
        policies=({"when": {"priority": "high"}, "on_reopen": "restart"}, {"on_reopen": "ignore"}),
    ),
    story(
        WHOLE, "Mon 10:00 resolved; Mon 11:00 priority=low; Mon 12:00 open", "1 running, due Tue 11:00, elapsed 3h",
        as_of="Mon 14:00", policies=({"when": {"priority": "normal"}, "on_reopen": "restart"},
                                     {"when": {"priority": "low"}}),
    ),
    story(FIRST, BACK, "1 met, stopped Mon 10:00", as_of="Mon 14:00", on_reopen="restart"),
]  # fmt: skip

UPDATES: list[Story] = [
    story("update", "Mon 10:00 message"),
    story("update", "Mon 10:00 reply", "1 running, started Mon 10:00, due Tue 10:00, elapsed 2h", as_of="Mon 12:00"),
    story("update", "Mon 10:00 reply; Mon 12:00 reply", "2 running, due Tue 12:00", as_of="Mon 14:00"),
    story("update", "Mon 10:00 reply; Mon 12:00 reply; Mon 13:00 resolved", "1 met, stopped Mon 12:00, elapsed 2h"),
    story("update", "Mon 10:00 reply; Mon 12:00 reply; Mon 15:00 resolved", "2 met, stopped Mon 15:00, elapsed 3h"),
    story("update", "Mon 10:00 reply; Mon 12:00 reply; Mon 14:00 resolved", "1 met, stopped Mon 12:00, elapsed 2h"),
    story(
        "update", "Mon 10:00 reply; Tue 10:00:01 reply; Wed 16:00 reply; Wed 16:00 resolved",
        "1 breached, stopped Tue 10:00:01, due Tue 10:00, elapsed 8h 1s",
    ),
    story("update", "Mon 10:00 reply; Tue 10:00:01 reply", "1 breached, due Tue 10:00", as_of="Tue 11:00"),
    story("update", "Mon 10:00 reply; Tue 10:00 reply; Tue 12:00 resolved", "1 met, due Tue 10:00, elapsed 8h"),
    story("update", "Mon 10:00 resolved; Mon 11:00 reply", "1 met, stopped Mon 11:00, due Tue 11:00"),
    story("update", "Mon 10:00 reply; Mon 10:00 resolved; Mon 12:00 open", "1 breached, stopped never, elapsed 32h"),
    story("update", "Mon 10:00 reply; Mon 10:00 resolved; Mon 12:00 open; Mon 14:00 resolved", "1 met, elapsed 0h"),
    story("update", "Mon 10:00 reply; Mon 11:00 resolved; Mon 12:00 open; Mon 14:00 reply; Mon 14:30 resolved",
          "1 met, stopped Mon 14:00, elapsed 3h, total 4h"),
    story("update", "Mon 10:00 reply; Mon 12:00 reply; Mon 13:00 merged", "2 cancelled, stopped Mon 13:00, elapsed 1h"),
    story("update", "Mon 10:00 reply; Mon 12:00 pending", "1 paused, elapsed 2h", as_of="Mon 14:00",
          pause_on={"update": {"pending": "customer"}}),
]  # fmt: skip

FOUR = ({"team": "A"}, {"team": "B"})
"""An agreement of four open hours for each of two teams."""
A: dict[str, object] = {"team": "A"}

STAYS: list[Story] = [
    story("ola", "", as_of="Mon 11:00", agreements=FOUR),
    story("ola", "", "1 running, due Mon 13:00, elapsed 2h, policy agreement: A, credit A", as_of="Mon 11:00",
          agreements=FOUR, ticket=A),
    story("ola", "Mon 11:00 team=B", "1 met, elapsed 2h", "2 running, due Mon 15:00, elapsed 1h, credit B",
          as_of="Mon 12:00", agreements=FOUR, ticket=A),
    story("ola", "Mon 11:00 team=nobody; Mon 12:00 team=A", "1 met, stopped Mon 11:00", "2 running, started Mon 12:00",
          as_of="Mon 13:00", agreements=FOUR, ticket=A),
    story("ola", "Mon 11:00 team=C; Mon 12:00 team=B", "1 met, stopped Mon 11:00", "3 running, started Mon 12:00",
          as_of="Mon 13:00", agreements=FOUR, ticket=A),
    story("ola", "Mon 11:00 agent=x; Mon 11:30 team=A", "1 running, due Mon 13:00, elapsed 3h", as_of="Mon 12:00",
          agreements=FOUR, ticket=A),
    story("ola", "Mon 10:00 resolved; Mon 12:00 team=B", "1 met, stopped Mon 10:00, elapsed 1h",
          "2 met, started Mon 12:00, stopped Mon 12:00, due Mon 16:00", agreements=FOUR, ticket=A),
    story("ola", BACK + "Mon 15:00 team=B", "1 met, stopped Mon 15:00, elapsed 4h, due Mon 15:00",
          "2 running, elapsed 1h", as_of="Mon 16:00", agreements=FOUR, ticket=A),
    story("ola", BACK + "Mon 16:00 reply; Tue 09:00 resolved", "1 breached, stopped Tue 09:00, due Mon 15:00",
          agreements=FOUR, ticket=A),
    story("ola", "Mon 11:00 team=B", "2 running, started Mon 11:00", as_of="Mon 12:00", ticket=A,
          agreements=({"team": "B", "after": ["A"]}, {"team": "A", "after": ["B"]})),
    story("ola", "Mon 11:00 team=nobody; Mon 12:00 team=B", "2 running, started Mon 12:00", as_of="Mon 13:00", ticket=A,
          agreements=({"team": "B", "after": ["A"]},)),
    story("ola", "Mon 11:00 team=C; Mon 12:00 team=B", as_of="Mon 13:00", ticket=A,
          agreements=({"team": "B", "after": ["A"]},)),
    story("ola", "Mon 11:00 priority=high", "1 running, due Mon 11:00, change yes", as_of="Mon 11:00", ticket=A,
          agreements=({"team": "A", "within": {"high": "1h", "default": "4h"}},)),
    story("ola", "Mon 10:00 pending; Mon 12:00 open", "1 running, due Mon 15:00, paused 2h", as_of="Mon 13:00",
          ticket=A, agreements=({"team": "A", "pause_on": {"pending": "third_party"}},)),
    story("ola", "Mon 09:00 team=B", "1 running, due Mon 13:00", as_of="Mon 12:00", agreements=FOUR, ticket=A),
    story("ola", "Mon 11:00 team=B", "1 met, stopped Mon 11:00", "2 running, started Mon 11:00, elapsed 0h",
          as_of="Mon 11:00", agreements=FOUR, ticket=A),
    story("ola", "", "1 running, due Mon 11:00", as_of="Mon 10:00", ticket={"team": "A", "plan": "gold"},
          agreements=({"team": "A", "when": {"plan": "gold"}, "within": "2h"}, {"team": "A"})),
]  # fmt: skip

SPANS = [*LIFE, *THANKS, *FIRST_RESPONSES, *NEXT_RESPONSES, *RESOLUTIONS, *UPDATES, *STAYS]
