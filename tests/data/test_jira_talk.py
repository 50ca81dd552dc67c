"""Who said what to whom on an issue of Jira: comments as replies and messages, and what is passed over."""

from pathlib import Path
from typing import Any

import pytest

from tests.data.exports_jira import (
    ADA,
    BOB,
    GRACE,
    ROBOT,
    comment,
    done,
    issue,
    moment,
    moved,
    noted,
    only,
    sla,
    story,
    told,
)

SUPPORT = "Waiting for support"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (comment("10:00", ADA), "reply"),
        (comment("10:00", GRACE), "message"),
        (comment("10:00", {**GRACE, "accountId": "qm:10"}), "message"),
        (comment("10:00", ADA, public=False), None),
        (comment("10:00", GRACE, public=False), None),
        (comment("10:00", ADA, visibility={"type": "role", "value": "Administrators"}), None),
        (comment("10:00", ADA, properties=[{"key": "sd.public.comment", "value": {"internal": True}}]), None),
        (
            comment(
                "10:00", ADA, public=None, properties=[{"key": "sd.public.comment", "value": {"internal": "true"}}]
            ),
            None,
        ),
        (comment("10:00", ADA, properties=[{"key": "other", "value": {"internal": True}}]), "reply"),
        (comment("10:00", ADA, public=None) | {"public": False}, None),
        (comment("10:00", ROBOT), None),
        (comment("10:00", ADA) | {"author": None}, None),
        (comment("10:00", ADA) | {"created": "yesterday"}, None),
    ],
)
def test_who_said_what_to_whom(tmp_path: Path, said: dict[str, Any], kind: str | None) -> None:
    batch = told(tmp_path, issue(comments=[said]))
    assert story(batch) == ([("02 10:00", kind, None, None)] if kind else [])


def test_what_is_passed_over_in_comments_is_told(tmp_path: Path) -> None:
    batch = told(
        tmp_path,
        issue(
            comments=[
                comment("10:00", public=False),
                comment("10:01", ROBOT),
                comment("10:02") | {"author": None},
                comment("10:03", public=None),
                comment("10:04") | {"created": "2026-03-02 10:04"},
            ]
        ),
    )
    for words in (
        "1 internal comments are no answers",
        "1 public comments by apps are no answers",
        "1 public comments do not tell whether a customer or an agent wrote them",
        "1 comments do not say whether the customer sees them",
        "1 changes and comments have no time that can be read",
    ):
        assert noted(batch, words), words
    assert story(batch) == [("02 10:03", "reply", None, None)]


def test_the_reporter_is_a_customer_also_with_a_full_account(tmp_path: Path) -> None:
    given = issue(comments=[comment("10:00", BOB), comment("11:00", ADA)], reporter=BOB, creator=BOB)
    batch = told(tmp_path, given)
    assert [kind for _, kind, _, _ in story(batch)] == ["message", "reply"]
    assert only(batch)["created_by_agent"] is False


def test_cut_comments_are_told(tmp_path: Path) -> None:
    batch = told(tmp_path, issue(comment={"comments": [comment("10:00")], "total": 21, "maxResults": 20}))
    assert noted(batch, "1 issues have more comments than the file holds")


def test_without_comments_the_first_answer_is_known_from_the_sla(tmp_path: Path) -> None:
    first = sla("Time to first response", done("09:00", "09:45", "11:00"), done("03 09:00", "03 09:10", "03 11:00"))
    silent = sla("Time to first response", done("09:00", "12:00", "13:00"))
    solved = {"now": "Erledigt", "resolutiondate": moment("12:00")}
    batch = told(
        tmp_path,
        issue("HELP-1", comment="absent", slas=(first,)),
        issue("HELP-2", slas=(first,)),
        issue("HELP-3", moved("12:00", SUPPORT, "Erledigt"), comment="absent", slas=(silent,), **solved),
        issue("HELP-4", comment={"comments": [], "total": 30}, slas=(first,)),
    )
    assert story(batch, "HELP-1") == story(batch, "HELP-4") == [("02 09:45", "reply", None, None)]
    assert story(batch, "HELP-2") == []
    assert [kind for _, kind, _, _ in story(batch, "HELP-3")] == ["status"]
    assert noted(batch, "2 issues came without comments (fields=comment)")


def test_who_solves_with_an_answer_has_answered_and_then_solved(tmp_path: Path) -> None:
    given = issue("HELP-1", moved("10:00", SUPPORT, "Erledigt"), comments=[comment("10:00")], now="Erledigt")
    assert [kind for _, kind, _, _ in story(told(tmp_path, given))] == ["reply", "status"]
