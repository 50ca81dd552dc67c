"""What the reader of imported Jira issues should know: what was read in which way, and what could not be seen."""

from collections.abc import Callable, Sequence

from data.ingest.jira_issues import COLUMNS, Issue
from data.ingest.jira_slas import counted, passed_over

_MOST = 5
_WHOLE = "GET /rest/api/2/issue/KEY?expand=changelog gives more of it than a search does."


def notes_of(issues: Sequence[Issue], *, changelog: bool) -> tuple[str, ...]:
    """The notes of an import.

    Args:
        issues: those that were taken.
        changelog: whether any file has changelogs.
    """

    def many(holds: Callable[[Issue], object]) -> int:
        return sum(1 for issue in issues if holds(issue))

    def total(count: Callable[[Issue], int]) -> int:
        return sum(count(issue) for issue in issues)

    silent = many(lambda each: not each.history.talk)
    bare = many(lambda each: not each.history.told) if changelog else 0
    by_agent = many(lambda each: each.cells[COLUMNS["created_by"]] == "agent")
    said = (
        (bare, f"issues came without a changelog; of them only the last change of status is told. {_WHOLE}"),
        (
            many(lambda each: each.history.cut),
            (
                "issues have a changelog of which the older part is missing; what its first change changes from is "
                f"taken as so from the beginning. {_WHOLE}"
            ),
        ),
        (
            many(lambda each: each.history.talk_cut),
            (
                "issues have more comments than the file holds; answers may be missing. GET /rest/api/2/issue/KEY "
                "gives more of them than a search does."
            ),
        ),
        (
            silent,
            "issues came without comments (fields=comment); that they were answered is known from their SLA alone.",
        ),
        (total(lambda each: each.history.internal), "internal comments are no answers and were passed over."),
        (total(lambda each: each.history.apps), "public comments by apps are no answers and were passed over."),
        (
            total(lambda each: each.history.strangers),
            (
                "public comments do not tell whether a customer or an agent wrote them and were passed over; "
                "export the reporter, too."
            ),
        ),
        (
            total(lambda each: each.history.unmarked),
            "comments do not say whether the customer sees them (jsdPublic); they were taken as public.",
        ),
        (
            total(lambda each: each.history.unread),
            (
                "changes and comments have no time that can be read and were passed over. Expected ISO 8601 with an "
                "offset, such as 2026-03-02T09:15:00.000+0100."
            ),
        ),
        (by_agent, "issues were opened by another person than their reporter; they count as opened by an agent."),
        (
            many(lambda each: each.astray),
            ("issues are in a status of which it is not told since when; they count as they did before, or as open."),
        ),
        (
            many(lambda each: each.unsolved),
            "issues have a resolution though their status is not done; they count as not resolved.",
        ),
    )
    notes = [f"{count} {what}" for count, what in said if count]
    slas = [each.promises for each in issues]
    if not any(slas):
        notes.append(
            "No issue has an SLA of first response or resolution that has begun; Jira's verdicts are not known."
        )
    return (
        *notes,
        *counted(slas),
        *passed_over(name for each in issues for name in each.others),
        *_guessed(issues),
        *_moved(issues),
    )


def _guessed(issues: Sequence[Issue]) -> list[str]:
    names = sorted({name for each in issues for name in each.history.guessed})
    if not names:
        return []
    return [f"Statuses of which no issue tells whether they are done; they count as not done: {_some(names)}."]


def _moved(issues: Sequence[Issue]) -> list[str]:
    moves = [f"{old} to {new}" for each in issues for old, new in each.history.keys]
    if not moves:
        return []
    twice = "Where an earlier import knew one by its old key, it is counted under both."
    return [f"Issues that were moved and have a new key: {_some(moves)}. {twice}"]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
