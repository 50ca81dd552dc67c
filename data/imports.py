"""Taking tickets into the store: read, evaluate, publish; all of it or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from analytics.errors import ImportFileError
from data import annotations, rosters, sample
from data.documents import PolicyDocument, names, policy_of, read_policy, supplied_policy
from data.ingest.batch import REJECTED, Batch
from data.merge import NOTHING, Changes
from data.publish import Origin, Published, publish
from data.reading import Reading, Request, Stream, fingerprint, read_files
from data.store import Store

Progress = Callable[[float, str], None]
_FUTURE = "in the future"


@dataclass(frozen=True)
class Summary:
    """What an import did.

    Attributes:
        source: name of the system.
        version: of the store, as published.
        policy: name and hash of the policy file.
        as_of: the newest event known of the source.
        read, taken, rejected: rows of the files.
        by_rule: rejected rows: `rule`, `rows`; most first.
        repairs: events of the source dropped or mended: `rule`, `advice`, `events`; sorted by rule.
        clocks: of the whole source.
        without_clock: tickets of the source no policy fits, or with nothing promised.
        repeated, skipped: local times that happened twice, and never.
        changes: tickets that are new, updated, unchanged, and older than what is known.
        streams: labels of the kinds of files.
        notes: what the reader should know of how the files were understood.
        again: whether these files were imported before, so that nothing was done.
    """

    source: str
    version: int
    policy: str
    as_of: datetime
    read: int
    taken: int
    rejected: int
    by_rule: pl.DataFrame
    repairs: pl.DataFrame
    clocks: int
    without_clock: int
    repeated: int
    skipped: int
    changes: Changes = NOTHING
    streams: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    again: bool = False


def silent(_share: float, _what: str) -> None:
    """Report no progress."""


def import_files(
    store: Store,
    paths: Sequence[Path],
    mapping: str | None = None,
    policy: str | None = None,
    *,
    source: str | None = None,
    time_zone: str | None = None,
    time_format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    now: datetime | None = None,
    progress: Progress = silent,
) -> Summary:
    """Read ticket files of one help desk and publish the store with them.

    Args:
        store: where to.
        paths: its files: one export, or several kinds that belong together.
        mapping: name in `data/mappings`, or a path; without it the adapters look at the files.
        policy: name in `data/policies`, or a path; else the source's present policy, else the mapping's, else that
            of the source's name, else the source's own due times.
        source: name to keep the tickets under; else that of the mapping or of the help desk.
        time_zone, time_format: of times that carry no offset, or can be read in two ways.
        encoding, delimiter: of text, where they cannot be seen.
        now: the moment of import.
        progress: called with the share done and what is being done.

    Raises:
        SLAError: anything wrong with the files, mapping, policy or store; the store stays as it was.
    """
    request = Request(
        mapping=mapping,
        source=source,
        time_zone=time_zone,
        time_format=time_format,
        encoding=encoding,
        delimiter=delimiter,
    )
    known = fingerprint(paths, request)
    before = _imported_before(store, known, policy)
    if before is not None:
        progress(1.0, "Done")
        return before
    moment = now or datetime.now(UTC)
    reading = read_files(paths, request, moment, progress)
    chosen = _policy(store, reading, policy)
    files = ", ".join(path.name for path in paths)
    origin = Origin(files=files, mapping=Path(mapping).stem if mapping else "", fingerprint=known, until=moment)
    return _summary(reading, chosen, publish(store, reading, chosen, origin, moment, progress))


def import_sample(
    store: Store, tickets: int = 60_000, seed: int = 1, *, now: datetime | None = None, progress: Progress = silent
) -> Summary:
    """Simulate the sample history and publish the store with it, in the place of an earlier one, and put the dated
    events and the roster of the sample beside it."""
    made, events = sample.build(tickets, seed, lambda share, what: progress(0.5 * share, what))
    batch = Batch(
        source=sample.SOURCE,
        stream="simulated",
        tickets=made,
        events=events,
        rejected=pl.DataFrame(schema=REJECTED),
        as_of=sample.AS_OF,
        read=made.height,
        taken=made.height,
    )
    stream = Stream("simulated", "simulated history", "events", frozenset({"first_response_due", "resolution_due"}))
    reading = Reading(sample.SOURCE, ((stream, batch),))
    told = f"{tickets} tickets, seed {seed}"
    origin = Origin(files=told, mapping="simulated", fingerprint=told, until=sample.AS_OF, whole=True)
    policy = read_policy(sample.POLICY)
    moment = now or datetime.now(UTC)
    done = publish(store, reading, policy, origin, moment, progress)
    annotations.keep_sample(store)
    rosters.keep_sample(store, tickets)
    return _summary(reading, policy, done)


def _policy(store: Store, reading: Reading, wanted: str | None) -> PolicyDocument:
    if wanted:
        return read_policy(wanted)
    present = _present(store, reading.source)
    if present is not None:
        return present
    if reading.policy or reading.source in names("policies"):
        return read_policy(reading.policy or reading.source)
    gaps = frozenset.intersection(*(stream.gaps for stream, _ in reading.batches))
    if {"first_response_due", "resolution_due"} <= gaps:
        raise ImportFileError(
            f"The files of {reading.source} do not say when anything was due. Expected a policy file that says what "
            "was promised: name it with --policy (data/policies/sample.yaml is one to start from)."
        )
    return supplied_policy(reading.time_zone or "UTC")


def _present(store: Store, source: str) -> PolicyDocument | None:
    """The policy a source is judged by now."""
    version = store.current()
    rows = version.sources().filter(pl.col("source") == source).to_dicts() if version else []
    return next(
        (policy_of(row["policy"], row["policy_content"], f"stored policy {row['policy']}") for row in rows), None
    )


def _imported_before(store: Store, known: str, policy: str | None) -> Summary | None:
    """What the import of the same files said, if importing them again can change nothing."""
    version = store.current()
    if version is None:
        return None
    rows = version.imports().filter(pl.col("fingerprint") == known).sort("number")
    rejected = version.rejected_rules(rows["number"].to_list())
    if rows.is_empty() or rejected["rule"].str.ends_with(_FUTURE).any():
        return None
    source = version.sources().filter(pl.col("source") == rows["source"][0]).row(0, named=True)
    if policy and read_policy(policy).hash != source["policy_hash"]:
        return None
    counts = version.counts().filter(pl.col("source") == source["source"]).row(0, named=True)
    total = rows.sum().row(0, named=True)
    changes = Changes(unchanged=sum(total[f"tickets_{what}"] for what in ("new", "updated", "unchanged", "older")))
    return Summary(
        source=source["source"],
        version=version.number,
        policy=f"{source['policy']} ({source['policy_hash']})",
        as_of=source["as_of"],
        read=total["rows_read"],
        taken=total["rows_taken"],
        rejected=total["rows_rejected"],
        by_rule=rejected,
        repairs=version.repairs(source=source["source"]),
        clocks=counts["clocks"],
        without_clock=counts["without_clock"],
        repeated=total["repeated_times"],
        skipped=total["skipped_times"],
        changes=changes,
        streams=tuple(rows["mapping"]),
        notes=tuple(note for notes in rows["notes"] for note in notes.splitlines()),
        again=True,
    )


def _summary(reading: Reading, policy: PolicyDocument, done: Published) -> Summary:
    batches = [batch for _, batch in reading.batches]
    rejected = pl.concat([batch.rejected for batch in batches])
    return Summary(
        source=reading.source,
        version=done.version,
        policy=f"{policy.name} ({policy.hash})",
        as_of=done.as_of,
        read=sum(batch.read for batch in batches),
        taken=sum(batch.taken for batch in batches),
        rejected=sum(batch.rejected_rows for batch in batches),
        by_rule=rejected.group_by("rule").agg(rows=pl.len()).sort("rows", "rule", descending=[True, False]),
        repairs=done.repairs,
        clocks=done.clocks,
        without_clock=done.without_clock,
        repeated=sum(batch.repeated for batch in batches),
        skipped=sum(batch.skipped for batch in batches),
        changes=done.changes,
        streams=tuple(stream.label for stream, _ in reading.batches),
        notes=tuple(note for batch in batches for note in batch.notes),
    )
