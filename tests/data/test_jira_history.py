"""What happened to an issue of Jira: the changes of its changelog, and what its fields tell where it has none."""

from pathlib import Path

import pytest

from tests.data.exports_jira import (
    BOB,
    change,
    changes,
    comment,
    done,
    issue,
    item,
    moment,
    moved,
    noted,
    only,
    sla,
    status,
    story,
    told,
)

SUPPORT, CUSTOMER = "Waiting for support", "Waiting for customer"
PENDING, BACK = ("pending", "open"), ("open", "pending")


def test_a_changelog_stands_newest_first_and_numbers_break_ties(tmp_path: Path) -> None:
    at_once = [moved("10:00", SUPPORT, "In Progress", 100), moved("10:00", "In Progress", CUSTOMER, 101)]
    given = issue("HELP-1", *at_once, moved("09:30", "In Progress", SUPPORT, 99), now=CUSTOMER)
    given["changelog"]["histories"].reverse()
    mixed = told(tmp_path, given)
    given["changelog"]["histories"].reverse()
    assert (
        changes(mixed)
        == changes(told(tmp_path, given))
        == [
            ("02 09:30", "open", "in_progress"),
            ("02 10:00", "in_progress", "open"),
            ("02 10:00", "pending", "in_progress"),
        ]
    )


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Waiting for support", "open"),
        ("Waiting for customer", "pending"),
        ("In Progress", "in_progress"),
        ("Pending", "pending"),
        ("Erledigt", "resolved"),
        ("Closed", "closed"),
        ("Canceled", "resolved"),
    ],
)
def test_statuses_become_words(tmp_path: Path, name: str, word: str) -> None:
    batch = told(tmp_path, issue("HELP-1", moved("10:00", SUPPORT, name), now=name))
    assert only(batch)["status"] == word
    assert not noted(batch, "Statuses of which")


@pytest.mark.parametrize(
    ("name", "category", "word"),
    [
        ("Waiting for customer", "done", "resolved"),
        ("Auto-closed", "done", "auto_closed"),
        ("Case closed", "done", "closed"),
        ("Done", "indeterminate", "done"),
        ("Resolved", "indeterminate", "resolved"),
        ("Waiting for vendor", "indeterminate", "on_hold"),
        ("Awaiting R&D", "indeterminate", "awaiting_r_d"),
    ],
)
def test_the_category_of_a_status_goes_before_its_name(tmp_path: Path, name: str, category: str, word: str) -> None:
    own = {**status("Closed"), "name": name, "id": "777", "statusCategory": {"key": category}}
    expected = "closed" if word == "auto_closed" else word
    batch = told(tmp_path, issue("HELP-1", moved("10:00", SUPPORT, name), status=own, resolutiondate=moment("10:00")))
    assert only(batch)["status"] == expected


def test_categories_are_learnt_from_the_other_issues(tmp_path: Path) -> None:
    reopened = issue("HELP-1", moved("10:00", SUPPORT, "Erledigt"), moved("11:00", "Erledigt", SUPPORT))
    alone = told(tmp_path, reopened)
    assert changes(alone) == [("02 10:00", "erledigt", "open"), ("02 11:00", "open", "erledigt")]
    assert noted(alone, "count as not done: Erledigt.")
    batch = told(tmp_path, reopened, issue("HELP-2", moved("10:00", SUPPORT, "Erledigt"), now="Erledigt"))
    assert changes(batch) == [("02 10:00", "resolved", "open"), ("02 11:00", "open", "resolved")]
    assert not noted(batch, "count as not done")


def test_a_change_between_two_statuses_of_one_meaning_is_none(tmp_path: Path) -> None:
    batch = told(tmp_path, issue("HELP-1", moved("10:00", "Open", SUPPORT)))
    assert story(batch) == []


def test_priority_agent_and_team_have_a_history(tmp_path: Path) -> None:
    team = {"key": "customfield_10050", "before": "g1", "after": "g2"}
    batch = told(
        tmp_path,
        issue(
            "HELP-1",
            change(
                "10:00",
                item("priority", "Medium", "Highest"),
                item("assignee", None, "Bobby", after="a-2"),
                item("Assignment group", "Desk", "Network", **team),
                item("Component", None, "VPN"),
                item("labels", "", "vpn"),
            ),
            change("11:00", item("assignee", "Bobby", "Ada", before="a-2", after="a-1")),
            change("12:00", item("Team", None, "Blue")),
            priority={"id": "1", "name": "Highest"},
            customfield_10050={"id": "g2", "value": "Network"},
            reporter=BOB,
        ),
        issue("HELP-2", customfield_10050=[{"value": "Desk"}], assignee=None),
        issue("HELP-3", customfield_10050="g1"),
    )
    assert story(batch) == [
        ("02 10:00", "priority", "highest", "medium"),
        ("02 10:00", "team", "Network", "Desk"),
        ("02 10:00", "agent", "Bob", None),
        ("02 11:00", "agent", "Ada", "Bob"),
    ]
    assert batch.tickets.select("priority", "team", "agent").rows() == [
        ("highest", "Network", "Ada"),
        ("high", "Desk", None),
        ("high", "Desk", "Ada"),
    ]


def test_the_team_field_is_known_by_the_names_of_a_single_issue(tmp_path: Path) -> None:
    given = issue(customfield_10001={"id": "t", "name": "Blue"}) | {"names": {"customfield_10001": "Team"}}
    assert only(told(tmp_path, given))["team"] == "Blue"


def test_on_data_center_people_are_known_by_their_key(tmp_path: Path) -> None:
    ada = {"name": "ada", "key": "JIRAUSER7", "displayName": "Ada L."}
    grace = {"name": "grace", "key": "JIRAUSER8", "displayName": "Grace"}
    batch = told(
        tmp_path,
        issue(
            "HELP-1",
            change("10:00", item("assignee", None, "Ada", after="JIRAUSER7")),
            comments=[comment("10:30", grace), comment("10:45", ada)],
            assignee=ada,
            creator=grace,
            reporter=grace,
        ),
    )
    assert only(batch)["agent"] == "Ada L."
    assert [event[:3] for event in story(batch)] == [
        ("02 10:00", "agent", "Ada L."),
        ("02 10:30", "message", None),
        ("02 10:45", "reply", None),
    ]


def test_an_issue_that_never_changed_was_in_its_status_from_the_beginning(tmp_path: Path) -> None:
    batch = told(tmp_path, issue("HELP-1"), issue("HELP-2", now="Pending"))
    assert story(batch, "HELP-1") == []
    assert story(batch, "HELP-2") == [("02 09:00", "status", "pending", None)]


def test_a_cut_changelog_is_told_and_what_held_before_is_what_its_first_change_says(tmp_path: Path) -> None:
    batch = told(tmp_path, issue("HELP-1", moved("03 10:00", CUSTOMER, SUPPORT), log={"total": 140, "maxResults": 1}))
    assert changes(batch) == [("03 10:00", *BACK)]
    assert noted(batch, "1 issues have a changelog of which the older part is missing")


def test_a_status_to_which_no_change_leads_is_dated_by_the_fields(tmp_path: Path) -> None:
    step = moved("10:00", SUPPORT, "In Progress")
    batch = told(
        tmp_path,
        issue("HELP-1", step, now="Erledigt", resolutiondate=moment("12:00")),
        issue("HELP-2", step, now="Erledigt", resolutiondate=moment("09:30")),
        issue("HELP-3", step, now=CUSTOMER),
    )
    assert changes(batch) == [("02 10:00", "in_progress", "open"), ("02 12:00", "resolved", "in_progress")]
    assert changes(batch, key="HELP-2") == changes(batch, key="HELP-3") == [("02 10:00", "in_progress", "open")]
    assert noted(batch, "2 issues are in a status of which it is not told since when")


def test_without_a_changelog_there_are_outcomes_alone(tmp_path: Path) -> None:
    since = {"statusDate": {"epochMillis": 1772442000000}}
    batch = told(
        tmp_path,
        issue("HELP-1", now="Erledigt", resolutiondate=moment("12:00"), bare=True),
        issue("HELP-2", now="Erledigt", statuscategorychangedate=moment("11:00"), bare=True),
        issue("HELP-3", now="Erledigt", bare=True),
        issue(
            "HELP-4", now=CUSTOMER, customfield_10010={"requestType": {"name": "A"}, "currentStatus": since}, bare=True
        ),
        issue("HELP-5", now=CUSTOMER, bare=True),
        stream="jira_issues",
    )
    assert changes(batch, key="HELP-1") == [("02 12:00", "resolved", "open")]
    assert changes(batch, key="HELP-2") == [("02 11:00", "resolved", "open")]
    assert changes(batch, key="HELP-4") == [("02 10:00", *PENDING)]
    assert changes(batch, key="HELP-5") == []
    assert batch.rejected.select("row_number", "ticket_id", "rule").rows() == [
        (3, "HELP-3", "solved without a resolution time")
    ]
    assert noted(batch, "1 issues are in a status of which it is not told since when")


def test_a_resolution_does_not_solve_an_issue_whose_status_is_not_done(tmp_path: Path) -> None:
    given = issue(resolution={"name": "Done"}, resolutiondate=moment("12:00"), bare=True)
    batch = told(tmp_path, given, stream="jira_issues")
    assert (only(batch)["status"], story(batch)) == ("open", [])
    assert noted(batch, "1 issues have a resolution though their status is not done")


def test_one_file_may_have_issues_with_and_without_a_changelog(tmp_path: Path) -> None:
    batch = told(tmp_path, issue("HELP-1"), issue("HELP-2", now="Closed", resolutiondate=moment("12:00"), bare=True))
    assert story(batch, "HELP-2") == [("02 12:00", "status", "closed", "open")]
    assert noted(batch, "1 issues came without a changelog")


def test_an_issue_solved_at_no_other_time_was_solved_as_its_sla_stopped(tmp_path: Path) -> None:
    own = sla("Time to resolution", done("09:00", "12:30", "13:00"))
    batch = told(tmp_path, issue("HELP-1", now="Erledigt", slas=(own,), bare=True), stream="jira_issues")
    assert changes(batch) == [("02 12:30", "resolved", "open")]


def test_a_solved_issue_of_which_nothing_says_when_is_set_aside(tmp_path: Path) -> None:
    step = moved("10:00", SUPPORT, "In Progress")
    batch = told(tmp_path, issue("HELP-1", step, now="Erledigt"), issue("HELP-2"))
    assert batch.rejected.select("ticket_id", "rule").rows() == [("HELP-1", "solved without a resolution time")]


def test_a_status_no_issue_is_in_is_known_by_a_common_name(tmp_path: Path) -> None:
    steps = (moved("10:00", SUPPORT, "Canceled"), moved("11:00", "Canceled", SUPPORT))
    batch = told(tmp_path, issue("HELP-1", *steps))
    assert changes(batch) == [("02 10:00", "resolved", "open"), ("02 11:00", "open", "resolved")]
    assert not noted(batch, "count as not done")
