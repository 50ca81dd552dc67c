"""Does the story of a ticket say which promise held and why, what counted, when it fell due, and what would help?"""

from typing import Any

import polars as pl
import pytest

from analytics.matching import MOST
from analytics.phrases import clean
from analytics.policy import PolicyFile, parse
from analytics.schemas import CANCELLATIONS
from analytics.story import Story, story
from tests.analytics.test_timeline import FRIDAY, events, instant, tickets
from tests.analytics.tickets import policy

OFFICE = {"time_zone": "UTC", "hours": {"mon-fri": ["09:00-17:00"]}}
HELD = policy(pause_on={"resolution": {"pending": "customer", "on_hold": "third_party"}}, internal_target=None)


def file(*policies: dict[str, Any], **also: Any) -> PolicyFile:
    given = [{"schedule": "office", "targets": {"resolution": "8h"}, **each} for each in policies]
    schedules = {"office": OFFICE, "always": {"time_zone": "UTC", "hours": "24x7"}}
    return parse({"version": 1, "schedules": schedules, "policies": given, **also})


def tell(*lines: str, rules: PolicyFile = HELD, as_of: str = FRIDAY, **ticket: object) -> Story:
    return story(tickets(ticket), events(*lines), rules, instant(as_of))


def words(found: Story, label: str = "Full resolution", section: int | None = None) -> str:
    """The sentences of one clock, or of one of its sections."""
    clock = next(each for each in found.clocks if each.label == label)
    sections = clock.sections if section is None else [clock.sections[section]]
    return " ".join(sentence for _, sentences in sections for sentence in sentences)


def verdicts(found: Story) -> dict[str, str]:
    return {clock.label: clock.verdict for clock in found.clocks}


NORDICS = file(
    {"name": "spoken", "when": {"channel": ["phone", "chat"]}},
    {"name": "new", "when": {"plan": "gold", "region": "EU"}, "valid": {"from": "2026-05-01"}},
    {"name": "old", "when": {"plan": "gold", "region": "EU"}, "valid": {"to": "2026-05-01"}},
    {"name": "wide", "when": {"customer": ["a", "b", "c", "d", "e", "f"]}},
)


def test_the_policy_that_fits_says_why_and_those_before_it_why_not() -> None:
    told = words(tell(rules=NORDICS, plan="gold", region="EU", channel="email"), section=0)
    assert told == (
        "Policy 'old' fits: plan is gold, region is EU and created 2026-01-05, before 2026-05-01. "
        "Of the 2 policies before it: 'spoken' does not fit (channel is email, not phone or chat); "
        "'new' does not fit (created 2026-01-05, before it holds from 2026-05-01)."
    )


def test_a_ticket_no_policy_fits_says_the_first_condition_that_fails_of_each() -> None:
    found = tell(rules=NORDICS, plan="free")
    assert found.clocks == ()
    assert found.summary == "No clock ran for this ticket."
    assert " ".join(found.notes) == (
        "No policy fits it. Of the 4 policies in the file: "
        "'spoken' does not fit (channel is blank, not phone or chat); "
        "'new' and 'old' do not fit (plan is free, not gold); "
        "'wide' does not fit (customer is blank, not a, b, c, d or 2 others)."
    )


def test_of_many_policies_five_are_named() -> None:
    many = file(*({"name": f"p{number}", "when": {"plan": f"plan {number}"}} for number in range(8)))
    told = " ".join(tell(rules=many).notes)
    assert told.endswith("; and 3 more.")
    assert f"'p{MOST - 1}'" in told
    assert f"'p{MOST}'" not in told


@pytest.mark.parametrize(
    ("rule", "became"),
    [
        ("carry", "the target became 4 h instead of 8 h; the 1 h run by then was carried over."),
        ("restart", "the time began again at nothing, and the 1 h run by then no longer counted."),
        ("keep", "the target of before was kept."),
        ("final", "the new target was taken as in force from the beginning."),
    ],
)
def test_a_changed_target_says_when_and_what_became_of_the_time(rule: str, became: str) -> None:
    told = words(tell("Mon 10:00 priority low>high", rules=policy(on_change=rule), as_of="Mon 12:00"), section=0)
    assert "Mon 5 Jan 2026 10:00: priority went from low to high" in told
    assert told.endswith(became)


def test_a_change_that_leads_to_another_policy_says_why_that_one_fits() -> None:
    two = file({"name": "high", "when": {"priority": "high"}, "targets": {"resolution": "2h"}}, {"name": "rest"})
    told = words(tell("Mon 10:00 priority low>high", rules=two), section=0)
    assert told.endswith("carried over. Policy 'high' fits: priority is high.")


def test_a_change_after_the_breach_changed_nothing() -> None:
    told = words(tell("Tue 10:00 priority high>low", rules=policy(), priority="low"), section=0)
    assert told.endswith("it had been breached by then, so this changed nothing.")


def test_a_target_used_up_by_its_change_says_so() -> None:
    told = words(tell("Mon 15:00 priority low>high", "Mon 16:00 resolved", rules=policy()))
    assert "The new target was used up already, so it fell due as soon as it ran under it." in told
    assert "It fell due Mon 5 Jan 2026 15:00." in told
    assert "Under the target before, 8 h, it would have been kept." in told


def test_what_counted_adds_up_with_statuses_and_who_held_it() -> None:
    lines = ["Mon 10:00 pending", "Mon 12:00 on_hold", "Mon 13:00 open", "Mon 14:00 team a>b", "Tue 10:00 resolved"]
    told = words(tell(*lines), section=1)
    assert told == (
        "Open and counted: 6 h. Closed, by schedule 'desk': 16 h. Paused, waiting for the customer (pending): 2 h. "
        "Paused, waiting for a third party (on_hold): 1 h while open. "
        "Together: 1 d 1 h from start to stop = 6 h counted + 16 h closed + 2 h customer + 1 h other. "
        "Held while it counted by: a 2 h, b 4 h. The verdict is put down to b, who held it when the verdict fell."
    )


def test_pauses_say_how_far_they_moved_the_due_time() -> None:
    told = words(tell("Mon 10:00 pending", "Mon 13:00 open"), section=2)
    assert "The target is 8 h of open time for priority blank, on schedule 'desk' (UTC)." in told
    moved = "Without a stop it would have been due Mon 5 Jan 2026 17:00; 1 pause moved it on by 3 h of open time."
    assert moved in told
    assert told.endswith("It fell due Tue 6 Jan 2026 12:00.")


def test_a_day_target_says_what_a_day_is() -> None:
    days = policy(targets={"resolution": "2d"}, day_means="keep_time_of_day", cutoff="16:00", restart_at="08:00")
    told = words(tell(rules=days), section=2)
    meaning = "the same time of day so many working days on, counted from a working day; from 16:00 on a day counts"
    assert f"The target is 2 days, on schedule 'desk' (UTC): {meaning} as the next working day at 08:00." in told
    assert told.endswith("Nothing moved it: it fell due Wed 7 Jan 2026 09:00.")


def test_a_clock_that_begins_while_closed_says_when_time_began_to_count() -> None:
    told = words(tell("Tue 10:00 resolved", created_at=instant("Mon 18:00")), section=2)
    assert "It began Mon 5 Jan 2026 18:00, while closed; time counted from Tue 6 Jan 2026 09:00 on." in told


def test_a_supplied_due_time_is_told_as_such_with_the_verdict_of_the_source() -> None:
    supplied = policy(due="supplied", targets=None, pause_on=None)
    due = {"resolution_due_at": instant("Mon 20:00"), "resolution_breached": False}
    told = words(tell("Mon 22:00 resolved", rules=supplied, **due))
    assert "The source system gave the due time, Mon 5 Jan 2026 20:00; it is taken as it is." in told
    assert "by Mon 5 Jan 2026 20:00, 2 h earlier; the desk was closed all that time." in told
    assert told.endswith("The source system itself says met, unlike us.")


def test_a_breach_says_by_how_much_and_which_team_could_have_saved_it() -> None:
    found = tell("Mon 10:00 team a>b", "Tue 10:00 team b>c", "Tue 11:00 resolved")
    told = words(found, section=3)
    assert verdicts(found)["Full resolution"] == "breached, 2 h over the target"
    assert "It was stopped Tue 6 Jan 2026 11:00, as the ticket was solved." in told
    assert "To be kept it had to be stopped by Mon 5 Jan 2026 17:00, 2 h of open time earlier." in told
    assert "It stood longest with b: 8 h while open, from Mon 5 Jan 2026 10:00 to Tue 6 Jan 2026 10:00." in told
    alone = "a (1 h in all) and c (1 h in all) could not have saved it alone."
    assert f"Had b held it 2 h less, it would have been kept; {alone}" in told
    assert found.summary.startswith("2 of 2 clocks were breached, the worst: First response, ")


def test_where_no_single_team_could_have_saved_it_that_is_said() -> None:
    lines = ["Mon 13:00 team a>b", "Tue 09:00 team b>c", "Tue 13:00 team c>d", "Tue 17:00 resolved"]
    told = words(tell(*lines, rules=policy(targets={"resolution": "2h"}, internal_target=None)), section=3)
    assert "No single team could have saved it: each held it for less than the 14 h it was late." in told


def test_a_reopening_that_broke_it_is_named() -> None:
    lines = ["Mon 16:00 resolved", "Tue 09:00 open", "Tue 10:00 reply", "Tue 13:00 resolved"]
    told = words(tell(*lines), section=3)
    assert "Had it stayed solved on Mon 5 Jan 2026 16:00, it would have been kept." in told


def test_an_open_breach_says_how_long_it_is_overdue() -> None:
    found = tell(as_of="Tue 12:00")
    assert verdicts(found)["Full resolution"] == "breached and not stopped, 3 h over the target"
    assert "It is not stopped yet: 3 h of open time past its due time" in words(found, section=3)


@pytest.mark.parametrize(
    ("stop", "told"),
    [
        ("Mon 10:00", "7 h of open time before it would have been due, 12 % of the target used."),
        ("Mon 16:30", "A near miss: less than 10 % was left."),
        ("Mon 16:30", "It kept the promise and missed our own target of 6 h by 1 h 30 min."),
        ("Mon 10:00", "It kept our own target of 6 h too."),
    ],
)
def test_a_met_clock_says_how_close_it_was(stop: str, told: str) -> None:
    assert told in words(tell(f"{stop} resolved", rules=policy()), section=3)


def test_a_running_and_a_paused_clock_say_what_is_left() -> None:
    running = words(tell(as_of="Mon 12:00", rules=policy()), section=3)
    assert running.startswith("As of Mon 5 Jan 2026 12:00 5 h of open time is left; it falls due Mon 5 Jan 2026 17:00.")
    assert "Our own target of 6 h has 3 h left." in running
    paused = words(tell("Mon 10:00 on_hold", as_of="Mon 12:00"))
    assert "it is paused, waiting for a third party; 7 h of open time is left." in paused
    assert "going on at once (Mon 5 Jan 2026 12:00) it would fall due Tue 6 Jan 2026 11:00." in paused


@pytest.mark.parametrize("end", CANCELLATIONS)
def test_a_cancelled_clock_says_how_the_ticket_ended_and_that_it_counts_nowhere(end: str) -> None:
    found = tell("Mon 11:00 reply", f"Mon 12:00 {end}")
    told = words(found, section=3)
    assert verdicts(found)["Full resolution"].startswith("cancelled, as the ticket ")
    assert told.startswith("It was cancelled Mon 5 Jan 2026 12:00, as the ticket ")
    assert "is in no rate" in told


def test_a_rule_that_cancels_is_named() -> None:
    rules = policy(
        no_reply="cancel", unanswered_at_close="cancel", targets={"first_response": "1h", "next_response": "4h"}
    )
    first = words(tell("Mon 09:30 resolved", rules=rules), "First response", 3)
    assert "as the ticket was solved without a reply ('no_reply: cancel'), and is in no rate." in first
    lines = ["Mon 09:10 reply", "Mon 10:00 message", "Mon 11:00 resolved"]
    assert "('unanswered_at_close: cancel')" in words(tell(*lines, rules=rules), "Next response 1", 3)
    late = policy(targets={"resolution": "1h"}, after_due="cancel", pause_on=None)
    told = words(tell("Mon 12:00 merged", rules=late), section=3)
    assert "It had run past its due time by then, but 'after_due: cancel' undoes that." in told


def test_an_exclusion_is_named() -> None:
    left_out = {"from": "2026-01-05T10:00", "to": "2026-01-05T11:00", "reason": "Outage", "author": "us"}
    told = words(tell("Mon 12:00 resolved", rules=file({"name": "all"}, exclusions=[left_out])), section=3)
    assert "It is in no rate: excluded, Outage." in told


AGREEMENTS: list[dict[str, Any]] = [
    {"team": "b", "after": ["a"], "within": "2h", "schedule": "office"},
    {"team": "b", "within": "4h", "schedule": "office"},
    {"team": "c", "within": "4h", "schedule": "office"},
]
OLA = file({"name": "all"}, agreements=AGREEMENTS)


def test_an_agreement_names_the_team_before() -> None:
    found = tell("Mon 10:00 team a>b", "Mon 11:00 team b>c", "Mon 12:00 team c>b", "Mon 12:30 resolved", rules=OLA)
    assert [label for label in verdicts(found) if label.startswith("Team")] == [
        "Team agreement 2: b",
        "Team agreement 3: c",
        "Team agreement 4: b",
    ]
    first = "The agreement with b (after a) fits: team is b and the team before is a."
    assert words(found, "Team agreement 2: b", 0) == f"{first} It is the first agreement in the file."
    assert "the agreement with b (after a) does not fit (the team before is c, not a)" in words(
        found, "Team agreement 4: b", 0
    )


def test_clocks_stand_in_order_and_the_worst_come_first() -> None:
    rules = policy(targets={"first_response": "1h", "next_response": "1h", "resolution": "8h", "update": "30m"})
    lines = ["Mon 09:10 reply", "Mon 10:00 message", "Mon 13:00 reply", "Mon 14:00 message", "Mon 14:30 reply"]
    found = tell(*lines, rules=rules, as_of="Mon 15:00")
    assert list(verdicts(found)) == [
        "First response",
        "Next response 1",
        "Next response 2",
        "Full resolution",
        "Update, silence 1",
    ]
    assert [clock.label for clock in found.worst_first()][:2] == ["Update, silence 1", "Next response 1"]
    assert found.summary.startswith(
        "2 of 5 clocks were breached, the worst: Update, silence 1, 3 h 20 min over the target."
    )
    assert found.summary.endswith("1 is not decided yet.")


def test_kinds_the_policy_does_not_promise_are_named() -> None:
    two = file({"name": "calls", "when": {"channel": "phone"}}, {"name": "rest", "targets": {"first_response": "1h"}})
    assert tell(rules=two, channel="phone").notes == ("Policy 'calls' promises no first response for this ticket.",)


def test_a_ticket_created_after_the_as_of_instant_has_no_story_yet() -> None:
    assert tell(created_at=instant("next Mon 09:00")).notes == (
        "It was created after the as-of instant, so nothing has happened yet.",
    )


def test_no_control_character_of_a_ticket_is_left_in_its_words() -> None:
    evil = "\x1b[31mred\n# \u202egnp.exe\x07"
    two = file({"name": "x", "when": {"plan": "other"}}, {"name": "rest"}, agreements=AGREEMENTS[1:2])
    lines = events("Mon 10:00 team a>b", "Mon 11:00 pending", "Tue 10:00 resolved").with_columns(
        value=pl.col("value").replace({"b": evil})
    )
    found = story(tickets({"plan": evil}), lines, two, instant(FRIDAY))
    everything = [found.summary, *found.notes, *(words(found, clock.label) + clock.label for clock in found.clocks)]
    assert all(text == clean(text) for text in everything)
    assert any("\ufffd[31mred\ufffd# \ufffdgnp.exe\ufffd" in text for text in everything)
