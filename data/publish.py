"""The next version of the store with what was read: merged, judged, recorded and published, or not at all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from analytics.clocks import Judged, chunks
from analytics.repairs import FINDINGS, numbered
from analytics.timezones import version_of_zones
from data.build import Build
from data.closing import close_months
from data.documents import PolicyDocument
from data.history import history
from data.ingest.batch import Batch
from data.merge import Changes
from data.reading import Reading, Stream
from data.store import Store

Progress = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a reading comes from.

    Attributes:
        files, mapping: in words, for the list of imports.
        fingerprint: of the files as they were read.
        until: the last instant events can lie at.
        whole: whether it takes the place of everything known of its source.
    """

    files: str
    mapping: str
    fingerprint: str
    until: datetime
    whole: bool = False


@dataclass(frozen=True)
class Published:
    """What a publish did: the store's version, what changed in tickets, and what came of the whole source."""

    version: int
    as_of: datetime
    changes: Changes
    repairs: pl.DataFrame
    clocks: int
    without_clock: int


def publish(
    store: Store, reading: Reading, policy: PolicyDocument, origin: Origin, now: datetime, progress: Progress
) -> Published:
    """Publish the store with what was read.

    Where nothing changes and the policy is the same, no clock is judged anew; only the import is written down.

    Raises:
        StoreError: another process is writing, or the new version cannot be written; the store stays as it was.
    """
    with store.build() as build:
        found = [_merged(build, stream, batch, whole=origin.whole) for stream, batch in reading.batches]
        as_of = _as_of(build, reading, whole=origin.whole)
        version, known = _policy_version(build, reading.source, policy, now)
        number = _record(build, reading, found, origin, now, version)
        _tell_source(build, reading, as_of, version, now)
        changes = _summed(found)
        if changes.touched or not known or build.old is None:
            repairs, tickets = _judge(build, reading.source, policy, as_of, version, origin.until, progress)
        else:
            build.write_clocks(None, ())
            repairs = build.old.repairs(source=reading.source).drop("import_number").match_to_schema(FINDINGS)
            tickets = build.query(
                "SELECT count(DISTINCT ticket_id) AS n FROM tickets WHERE source = ?", [reading.source]
            )
        build.insert("repairs", repairs.with_columns(import_number=pl.lit(number)))
        progress(0.95, "Closing months")
        close_months(build, reading.source, number=number, at=now, as_of=as_of)
        clocks = build.query(
            "SELECT count(*) AS clocks, count(DISTINCT ticket_id) AS promised FROM clocks WHERE source::VARCHAR = ?",
            [reading.source],
        )
        every = int(tickets["n"].item())
    progress(1.0, "Done")
    return Published(
        version=store.require().number,
        as_of=as_of,
        changes=changes,
        repairs=repairs,
        clocks=int(clocks["clocks"].item()),
        without_clock=every - int(clocks["promised"].item()),
    )


def _merged(build: Build, stream: Stream, batch: Batch, *, whole: bool) -> Changes:
    if not stream.appends:
        batch = batch.numbered(numbered(batch.events))
    changes = build.merge(batch, appends=stream.appends, whole=whole)
    row = {"source": batch.source, "stream": stream.name, "label": stream.label, "evidence": stream.evidence}
    build.replace_rows("streams", ("source", "stream"), {**row, "gaps": ",".join(sorted(stream.gaps))})
    return changes


def _summed(found: Iterable[Changes]) -> Changes:
    parts = list(found)
    return Changes(
        new=sum(each.new for each in parts),
        updated=sum(each.updated for each in parts),
        unchanged=sum(each.unchanged for each in parts),
        older=sum(each.older for each in parts),
        touched=any(each.touched for each in parts),
    )


def _judge(
    build: Build,
    source: str,
    policy: PolicyDocument,
    as_of: datetime,
    version: int,
    until: datetime,
    progress: Progress,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Judge and write every clock of a source; its findings, and how many tickets it has."""
    told = history(
        build.query("SELECT * FROM tickets WHERE source = ?", [source]),
        build.query("SELECT * FROM events WHERE source = ?", [source]),
        until,
    )
    parts: Iterator[Judged] = chunks(
        told.tickets,
        told.events,
        policy.file,
        as_of,
        version=version,
        salt=build.salt(),
        gaps=build.gaps(source),
        progress=lambda share: progress(0.5 + 0.35 * share, "Judging every clock"),
    )
    build.write_clocks(source, parts)
    progress(0.92, "Writing the store")
    return told.findings, pl.DataFrame({"n": [told.tickets.height]})


def _as_of(build: Build, reading: Reading, *, whole: bool) -> datetime:
    """The newest event known of the source: of these files, or of an earlier import's."""
    known = build.query("SELECT as_of FROM sources WHERE source = ?", [reading.source])["as_of"].to_list()
    return reading.as_of if whole else max([reading.as_of, *known])


def _policy_version(build: Build, source: str, policy: PolicyDocument, now: datetime) -> tuple[int, bool]:
    """The number of this policy text, and whether the source is judged by it already."""
    known = build.query("SELECT version, source, hash FROM policies")
    same = known.filter((pl.col("source") == source) & (pl.col("hash") == policy.hash))
    if same.height:
        version = int(same["version"][0])
        present = build.query("SELECT policy_version FROM sources WHERE source = ?", [source])
        return version, present["policy_version"].to_list() == [version]
    number = known.height + 1
    row = {"version": number, "source": source, "name": policy.name, "hash": policy.hash}
    build.insert("policies", pl.DataFrame([{**row, "content": policy.content, "added_at": now}]))
    return number, False


def _record(
    build: Build, reading: Reading, found: Iterable[Changes], origin: Origin, now: datetime, version: int
) -> int:
    """Write down the import, a row a stream; give the number of the last."""
    number = int(build.query("SELECT count(*) AS n FROM imports")["n"].item())
    for (stream, batch), changes in zip(reading.batches, found, strict=True):
        number += 1
        row = {
            "number": number,
            "source": reading.source,
            "stream": stream.name,
            "files": origin.files,
            "mapping": origin.mapping or stream.label,
            "fingerprint": origin.fingerprint,
            "policy_version": version,
            "imported_at": now,
            "as_of": batch.as_of,
            "rows_read": batch.read,
            "rows_taken": batch.taken,
            "rows_rejected": batch.rejected_rows,
            "tickets_new": changes.new,
            "tickets_updated": changes.updated,
            "tickets_unchanged": changes.unchanged,
            "tickets_older": changes.older,
            "repeated_times": batch.repeated,
            "skipped_times": batch.skipped,
            "notes": "\n".join(batch.notes),
        }
        build.insert("imports", pl.DataFrame([row]))
        build.insert("rejected", batch.rejected.with_columns(import_number=pl.lit(number)))
    return number


def _tell_source(build: Build, reading: Reading, as_of: datetime, version: int, now: datetime) -> None:
    known = build.query("SELECT ticket_url FROM sources WHERE source = ?", [reading.source])["ticket_url"].to_list()
    url = reading.ticket_url or next(iter(known), None)
    source = {"source": reading.source, "as_of": as_of, "policy_version": version, "ticket_url": url}
    build.replace_rows("sources", ("source",), {**source, "imported_at": now})
    build.replace_rows("meta", ("key",), {"key": "time_zones", "value": f"tzdata {version_of_zones()}"})
    build.replace_rows("meta", ("key",), {"key": "published_at", "value": now.isoformat(timespec="seconds")})
