"""Zendesk's ticket metric events: when each metric of a ticket ran, paused, was fulfilled, was promised and was broken.

They name no status, but the metrics follow it: requester_wait_time runs unless the ticket is pending or solved,
agent_work_time unless it is on hold, too, and resolution_time until it is solved. So what happened at one instant tells
which status the ticket then had; new and open are not told apart, nor are solved and closed. reply_time runs from a
customer's message to our public answer. One solved in the instant of its fulfilment counts as answered, too.

An event of ours is made from the events of one instant alone, so that it is the same in every file it stands in. What
the ticket was before is told where that instant tells it, and else left blank.
"""

from collections.abc import Sequence

import polars as pl

from analytics.combining import VOID
from analytics.evidence import HISTORIES
from analytics.schemas import EVENTS, TICKETS
from data.ingest.adapter import Adapter, Options, Progress
from data.ingest.batch import Batch
from data.ingest.files import File
from data.ingest.records import Pick
from data.ingest.zendesk_names import records_of
from data.ingest.zendesk_rows import Checked, checked
from data.ingest.zendesk_slas import PROMISED, promises

STREAM = "zendesk_metric_events"

_COLUMNS: dict[str, Pick] = {
    **{name: name for name in ("id", "ticket_id", "metric", "instance_id", "type", "time", "deleted")},
    **{f"sla_{name}": f"sla.{name}" for name in ("target", "target_in_seconds", "business_hours")},
}
_SIGNALS = pl.DataFrame(
    [
        ("resolution_time", "activate", 0, "open"),
        ("requester_wait_time", "activate", 1, "on_hold"),
        ("agent_work_time", "activate", 2, "open"),
        ("agent_work_time", "pause", 3, "on_hold"),
        ("requester_wait_time", "pause", 4, "pending"),
        ("reply_time", "activate", 5, None),
        ("reply_time", "fulfill", 6, None),
        ("requester_wait_time", "fulfill", 7, "resolved"),
        ("resolution_time", "fulfill", 7, "resolved"),
    ],
    schema={"metric": pl.String, "type": pl.String, "order": pl.Int64, "status": pl.String},
    orient="row",
)
"""What each event says of the status; of several in one instant the last of this order holds.

The wait for us begins while nobody works: on hold. Somebody works, too: open. Both pause: pending."""

_TICKET = ("ticket_id", "at")


def read(files: Sequence[File], options: Options, progress: Progress) -> Batch:
    """The events, the promises and the verdicts these metric events tell.

    Raises:
        ImportFileError: there is no row that can be taken.
    """
    rows = checked(records_of(files), _COLUMNS, "time", options)
    progress(0.6)
    once = _once(rows.kept)
    standing = once.filter(~pl.col("deleted"))
    counted = standing.filter(pl.col("instance") >= 1)
    told = once.filter(pl.col("instance") >= 1).join(_SIGNALS, on=["metric", "type"], how="inner")
    events = _events(told, working=bool((counted["metric"] == "agent_work_time").any()))
    progress(0.8)
    known = promises(once.filter(pl.col("instance") >= 1))
    tickets = once.select("ticket_id").unique().join(known, on="ticket_id", how="left")
    progress(1.0)
    named = {"source": pl.lit(options.source)}
    return Batch(
        source=options.source,
        stream=STREAM,
        tickets=tickets.with_columns(**named).match_to_schema(TICKETS, missing_columns="insert").sort("ticket_id"),
        events=events.with_columns(**named).select(*EVENTS).match_to_schema(EVENTS).sort("ticket_id", "at", "sequence"),
        rejected=rows.rejected,
        as_of=(standing if standing.height else once).select(pl.col("at").max()).item(),
        read=rows.read,
        taken=rows.kept.height,
        repeated=rows.repeated,
        skipped=rows.skipped,
        notes=_notes(rows, once),
    )


def _once(kept: pl.DataFrame) -> pl.DataFrame:
    """Every event once, withdrawn if any copy of it says so; numbers as numbers."""
    seconds, minutes = (
        pl.col(f"sla_{name}").cast(pl.Float64, strict=False) for name in ("target_in_seconds", "target")
    )
    return (
        kept.with_columns(
            instance=pl.col("instance_id").cast(pl.Int64, strict=False).fill_null(0),
            deleted=(pl.col("deleted") == "true").fill_null(value=False),
            target=pl.coalesce(seconds, minutes * 60).cast(pl.Int64),
            business=(pl.col("sla_business_hours") == "true").fill_null(value=False),
        )
        .sort("id", "deleted", "place", descending=[False, True, True])
        .unique("id", keep="first", maintain_order=True)
        .select("id", "ticket_id", "metric", "instance", "type", "at", "deleted", "target", "business")
    )


def _events(told: pl.DataFrame, *, working: bool) -> pl.DataFrame:
    """Statuses, messages and replies; and the withdrawal of each event that was deleted.

    Args:
        told: events that say something, with `order` and `status`.
        working: whether agent_work_time is told at all; without it nothing can be known of on hold.
    """
    numbered = told.with_columns(sequence=_sequence())
    given, withdrawn = numbered.filter(~pl.col("deleted")), numbered.filter("deleted")
    blank = pl.lit(None, dtype=pl.String)
    begins = (pl.col("type") == "activate") & (pl.col("metric") != "reply_time")
    talk = (
        given.with_columns(begun=begins.any().over(_TICKET))
        .filter(pl.col("metric") == "reply_time")
        .filter((pl.col("type") == "fulfill") | (pl.col("instance") > 1) | ~pl.col("begun"))
        .select(*_TICKET, "sequence", kind=_kind_of_talk(), value=blank, previous=blank)
    )
    void = withdrawn.select(*_TICKET, "sequence", kind=pl.lit(VOID), value=blank, previous=blank)
    return pl.concat([_statuses(given, working=working), talk, void])


def _kind_of_talk() -> pl.Expr:
    return pl.when(pl.col("type") == "fulfill").then(pl.lit("reply")).otherwise(pl.lit("message"))


def _sequence() -> pl.Expr:
    """A number that is the event's own, grows with time, and keeps the order within one instant: first what opens or
    pauses a ticket, then messages, replies, and last its solution, so that an answer that solves is an answer."""
    return pl.col("at").dt.epoch("s") * (1 << 30) + pl.col("order") * (1 << 27) + pl.col("id") % (1 << 27)


def _statuses(given: pl.DataFrame, *, working: bool) -> pl.DataFrame:
    """The status a ticket took at each instant that tells one."""
    kinds = {
        "waits": (pl.col("metric") == "requester_wait_time") & (pl.col("type") == "activate"),
        "begins": (pl.col("metric") == "resolution_time") & (pl.col("type") == "activate"),
        "rests": (pl.col("metric") == "agent_work_time") & (pl.col("type") == "pause"),
        "again": (pl.col("type") == "activate") & (pl.col("instance") > 1),
    }
    seen = {name: kind.any().over(_TICKET) for name, kind in kinds.items()}
    status = pl.col("status") if working else pl.col("status").replace("on_hold", "open")
    told = (
        given.with_columns(**seen)
        .filter(pl.col("status").is_not_null())
        .sort(*_TICKET, "order", "metric", "id")
        .unique(_TICKET, keep="last", maintain_order=True)
        .with_columns(status=status)
    )
    opened, pending, on_hold = pl.lit("open"), pl.lit("pending"), pl.lit("on_hold")
    is_open, is_pending, is_on_hold = (pl.col("status") == word for word in ("open", "pending", "on_hold"))
    previous = (
        pl.when("begins")
        .then(pl.when("again").then(pl.lit("resolved")))
        .when(is_open)
        .then(pl.when("waits").then(pending).otherwise(on_hold))
        .when(is_pending)
        .then(pl.when(pl.col("rests") | pl.lit(not working)).then(opened).otherwise(on_hold))
        .when(is_on_hold)
        .then(pl.when("rests").then(opened).otherwise(pending))
    )
    return told.select(*_TICKET, "sequence", kind=pl.lit("status"), value="status", previous=previous)


def _notes(rows: Checked, once: pl.DataFrame) -> tuple[str, ...]:
    notes = []
    copies, gone = rows.kept.height - once.height, int(once["deleted"].sum())
    if copies:
        notes.append(f"{copies} events stood in the files more than once; each was taken once.")
    if gone:
        notes.append(f"{gone} events were deleted in Zendesk; they count for nothing, also where known from earlier.")
    tells = pl.struct("metric", "type").is_in(_SIGNALS.select("metric", "type").to_struct().implode())
    known = (pl.col("instance") >= 1) & (tells | pl.struct("metric", "type").is_in(PROMISED.implode()))
    over = once.filter(~pl.col("deleted") & ~known.fill_null(value=False))
    if over.height:
        kinds = over.group_by("metric", "type").len().sort("len", "metric", "type", descending=[True, False, False])
        most = ", ".join(f"{metric} {kind} ({count})" for metric, kind, count in kinds.head(3).iter_rows())
        notes.append(f"{over.height} events tell nothing of the clocks here and were passed over: {most}.")
    return tuple(notes)


ADAPTERS: tuple[Adapter, ...] = (
    Adapter(
        name=STREAM,
        system="zendesk",
        label="Zendesk ticket metric events (JSON)",
        evidence="events",
        rank=4,
        gaps=frozenset(HISTORIES),
        hint=(
            "GET /api/v2/incremental/ticket_metric_events from the beginning; import the tickets, too, and the audits "
            "for the history of priority, group and assignee."
        ),
        appends=True,
        partial=True,
        fits=lambda file: file.kind == "records" and file.has("ticket_id", "metric", "instance_id", "type", "time"),
        read=read,
    ),
)
