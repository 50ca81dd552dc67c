"""The commands that pull: `python -m data pull HELPDESK`, the secrets taken from the environment or a file."""

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from data.commands_import import Directory, lines, reported
from data.pull.access import System, access
from data.pull.feeds import Ask
from data.pull.run import Pulled, pull
from data.store import Store

app = App(name="pull", help="Fetch what is new from the API of a help desk, and import it.")
Since = Annotated[
    date | None, Parameter(help="First day of changes to fetch; needed the first time, later it goes on from there.")
]
Source = Annotated[str | None, Parameter(help="Name to keep the tickets under; else that of the help desk.")]
Policy = Annotated[str | None, Parameter(help="Name of a policy in data/policies, or the path of one.")]
Secrets = Annotated[
    Path | None, Parameter(help="TOML file of mode 0600 with the address and key; else DUETIME_SECRETS names one.")
]
Keep = Annotated[bool, Parameter(help="Keep the files that were received once they are imported.")]


@app.command
def freshdesk(
    *,
    since: Since = None,
    source: Source = None,
    policy: Policy = None,
    secrets: Secrets = None,
    keep: Keep = True,
    store: Directory = None,
) -> None:
    """Fetch tickets from Freshdesk; set DUETIME_FRESHDESK_DOMAIN and DUETIME_FRESHDESK_API_KEY."""
    _pull("freshdesk", Ask(), since, source, policy, secrets, store, keep=keep)


@app.command
def zendesk(
    *,
    since: Since = None,
    source: Source = None,
    policy: Policy = None,
    audits: Annotated[bool, Parameter(negative="")] = False,
    secrets: Secrets = None,
    keep: Keep = True,
    store: Directory = None,
) -> None:
    """Fetch tickets and metric events from Zendesk; set DUETIME_ZENDESK_DOMAIN, _EMAIL and _API_TOKEN.

    Args:
        audits: Fetch the whole history of each ticket, too: one more request a ticket.
    """
    _pull("zendesk", Ask(audits=audits), since, source, policy, secrets, store, keep=keep)


@app.command
def jira(
    *,
    since: Since = None,
    source: Source = None,
    policy: Policy = None,
    project: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    sla: Annotated[bool, Parameter(negative="")] = False,
    secrets: Secrets = None,
    keep: Keep = True,
    store: Directory = None,
) -> None:
    """Fetch issues from Jira; set DUETIME_JIRA_DOMAIN, _API_TOKEN and, for the cloud, _EMAIL.

    Args:
        project: Keys of the projects; else all that the account sees.
        sla: Fetch the SLA records of each request, too, where its fields do not tell them: one more request an issue.
    """
    _pull("jira", Ask(projects=tuple(project or ()), sla=sla), since, source, policy, secrets, store, keep=keep)


def _pull(
    system: System,
    ask: Ask,
    since: date | None,
    source: str | None,
    policy: str | None,
    secrets: Path | None,
    store: Path | None,
    *,
    keep: bool,
) -> None:
    reached = access(system, secrets=secrets)
    start = datetime.combine(since, time(), UTC) if since else None
    with reported("Fetching") as report:
        done = pull(
            Store(store), reached, source=source, since=start, policy=policy, ask=ask, keep=keep, progress=report
        )
    sys.stdout.write("\n".join(told(done)) + "\n")


def told(done: Pulled) -> list[str]:
    """What a pull did, in words."""
    kinds = ", ".join(f"{count:,} {stream}" for stream, count in done.received.items() if count)
    found = [f"{done.source}: received {kinds or 'nothing new'}", *(f"  {note}" for note in done.notes)]
    return [*found, *(line for summary in done.summaries for line in lines(summary))]
