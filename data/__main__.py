"""The command line: `python -m data COMMAND`, each with `--help`."""

import sys
from datetime import date
from typing import Annotated, Literal

import polars as pl
from cyclopts import App, CycloptsError, Parameter
from rich.console import Console
from rich.text import Text

from analytics.closing import told
from analytics.dimensions import dimension
from analytics.errors import SLAError
from analytics.measure import Hours, due_between, judged_on, measure, where, without_excluded
from analytics.schemas import KIND_LABELS, Kind
from data.commands_annotate import annotate
from data.commands_import import Directory, import_, sample, step, untold
from data.commands_policy import app as policy_app
from data.commands_preview import preview_
from data.commands_pull import app as pull_app
from data.commands_reconcile import reconcile
from data.commands_roster import roster
from data.report import as_csv, as_json, as_table
from data.store import Store
from data.story import story

app = App(name="python -m data", help="Tickets in, SLA clocks measured.", version_flags=[])
app.command(sample)
app.command(import_, name="import")
app.command(preview_, name="preview")
app.command(step)
app.command(annotate)
app.command(roster)
app.command(pull_app)
app.command(reconcile)
app.command(policy_app)
Names = Annotated[list[str] | None, Parameter(consume_multiple=True)]


@app.command(name="measure")
def measure_(
    metrics: Annotated[list[str], Parameter(required=True)],
    /,
    *,
    by: Names = None,
    where_: Annotated[list[str] | None, Parameter(name="--where", consume_multiple=True)] = None,
    kind: Kind | None = None,
    hours: Hours = "business",
    with_exclusions: Annotated[bool, Parameter(negative="")] = False,
    from_: Annotated[date | None, Parameter(name="--from")] = None,
    to: date | None = None,
    format_: Annotated[Literal["table", "csv", "json"], Parameter(name="--format")] = "table",
    store: Directory = None,
) -> None:
    """Measure clocks. Without dates, everything due up to the as-of instant counts.

    Args:
        metrics: Names of metrics, as on the definitions page.
        by: Dimensions to group by.
        where_: Choices such as plan=enterprise; an empty value means blank.
        kind: The clock kind; else all kinds, side by side.
        hours: Judge by the opening hours, or by the plain time the customer waited.
        with_exclusions: Count the clocks that the policy file excludes, too.
        from_: First local due date.
        to: Last local due date, included.
        format_: How to print.
    """
    chosen: dict[str, list[str | None]] = {}
    for choice in where_ or []:
        name, equals, value = choice.partition("=")
        if not equals:
            raise SLAError(f"--where {choice!r} has no '='. Expected DIM=VALUE, as plan=enterprise.")
        chosen.setdefault(dimension(name).name, []).append(value or None)
    clocks = due_between(where(Store(store).require().clocks(), chosen), from_, to)
    if kind:
        clocks = clocks.filter(pl.col("kind") == kind)
    judged = judged_on(clocks, hours)
    clocks = judged if with_exclusions else without_excluded(judged)
    grain = list(by or [])
    if not kind and "kind" not in [*grain, *chosen]:
        grain = ["kind", *grain]
    frame = measure(clocks, list(dict.fromkeys(metrics)), list(dict.fromkeys(grain)))
    printed = {"json": as_json, "csv": as_csv, "table": as_table}[format_](frame)
    sys.stdout.write(printed + "\n")


@app.command
def explain(ticket_id: str, *, kind: Kind | None = None, store: Directory = None) -> None:
    """Tell every clock of a ticket: which promise, what counted, when it fell due, and what would have saved it.

    Args:
        ticket_id: The ticket's id in its help desk.
        kind: The clock kind; else all kinds.
    """
    sys.stdout.write(story(Store(store).require(), ticket_id, kind) + "\n")


@app.command
def status(*, store: Directory = None) -> None:
    """Say what is in the store: version, policies, as-of by source, counts, last imports."""
    version = Store(store).require()
    sources = version.sources().join(version.counts(), on="source")
    out = Console(width=160)
    size = version.path.stat().st_size / 1e6
    out.print(f"Store version {version.number} ({size:.1f} MB), {version.meta().get('time_zones', '')}")
    for row in sources.iter_rows(named=True):
        out.print(
            Text(
                f"{row['source']}: as of {row['as_of']:%Y-%m-%d %H:%M} UTC, "
                f"policy {row['policy']} ({row['policy_hash']}), {row['tickets']:,} tickets, "
                f"{row['events']:,} events, {row['clocks']:,} clocks, {row['without_clock']:,} tickets without a clock"
            )
        )
        missing = untold(version.gaps().get(row["source"], frozenset()))
        if missing:
            out.print(Text(f"  its files do not say {missing}"))
    kept = [str(each.number) for each in Store(store).versions()]
    out.print(f"Versions kept: {', '.join(kept)}")
    out.print("Last imports:")
    for row in version.imports().head(5).iter_rows(named=True):
        out.print(
            Text(
                f"  {row['number']}. {row['imported_at']:%Y-%m-%d %H:%M} UTC {row['source']}: {row['files']}: "
                f"{row['rows_read']:,} rows read, {row['rows_taken']:,} taken, {row['rows_rejected']:,} rejected"
            )
        )
    months = told(version.closed_months(), version.restatements())
    changed = months.filter(pl.col("text").is_not_null())
    out.print(Text(f"Closed months: {months.height:,}, {'of which restated:' if changed.height else 'none restated'}"))
    for source, kind, text in changed.select("source", "kind", "text").iter_rows():
        out.print(Text(f"  {source}, {KIND_LABELS[kind]}: {text}"))


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it went well, 1 on an error of ours, 2 when the words of the call are off."""
    try:
        app(arguments, exit_on_error=False, print_error=True, result_action="return_value")
    except (SLAError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except CycloptsError:
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
