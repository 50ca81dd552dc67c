"""Taking tickets into the store: read, evaluate, publish; all of it or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from analytics.clocks import judge
from analytics.repairs import numbered, tidy
from analytics.timezones import version_of_zones
from data import sample
from data.build import Build
from data.closing import close_months
from data.documents import PolicyDocument, policy_of, read_mapping, read_policy
from data.ingest import mapped
from data.ingest.mapped import Batch
from data.ingest.mapping import Mapping
from data.store import Store

Progress = Callable[[float, str], None]


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
        repairs: events dropped or mended: `rule`, `advice`, `events`; sorted by rule.
        clocks: of the whole source.
        without_clock: tickets of the source no policy fits, or with nothing promised.
        repeated, skipped: local times that happened twice, and never.
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


def silent(_share: float, _what: str) -> None:
    """Report no progress."""


def import_files(
    store: Store,
    paths: Sequence[Path],
    mapping: str,
    policy: str | None = None,
    *,
    now: datetime | None = None,
    progress: Progress = silent,
) -> Summary:
    """Read ticket files through a mapping and publish the store with them.

    Args:
        store: where to.
        paths: files of one export.
        mapping: name in `data/mappings`, or a path.
        policy: name in `data/policies`, or a path; else the source's present policy, else the mapping's.
        now: the moment of import.
        progress: called with the share done and what is being done.

    Raises:
        SLAError: anything wrong with the files, mapping, policy or store; the store stays as it was.
    """
    shape = read_mapping(mapping)
    chosen = _policy(store, shape, policy)
    moment = now or datetime.now(UTC)
    batch = mapped.read(paths, shape, moment, lambda share: progress(0.5 * share, "Reading"))
    batch = replace(batch, events=numbered(batch.events))
    origin = _Origin(paths, mapping, shape.ticket_url, moment, whole=False)
    return _publish(store, batch, chosen, origin, moment, progress)


def import_sample(
    store: Store, tickets: int = 60_000, seed: int = 1, *, now: datetime | None = None, progress: Progress = silent
) -> Summary:
    """Simulate the sample history and publish the store with it, in the place of an earlier one."""
    made, events = sample.build(tickets, seed, lambda share, what: progress(0.5 * share, what))
    empty = pl.DataFrame(schema=mapped.REJECTED)
    batch = Batch(sample.SOURCE, made, events, empty, sample.AS_OF, made.height, 0, 0)
    origin = _Origin([Path(f"{tickets} tickets, seed {seed}")], "simulated", None, sample.AS_OF, whole=True)
    return _publish(store, batch, read_policy(sample.POLICY), origin, now or datetime.now(UTC), progress)


def _policy(store: Store, shape: Mapping, wanted: str | None) -> PolicyDocument:
    if wanted:
        return read_policy(wanted)
    version = store.current()
    present = version.sources().filter(pl.col("source") == shape.source) if version else None
    if present is not None and present.height:
        return policy_of(present["policy"][0], present["policy_content"][0], f"stored policy {present['policy'][0]}")
    return read_policy(shape.policy or shape.source)


@dataclass(frozen=True)
class _Origin:
    """Where a batch comes from; `until` is the last instant its events can lie at."""

    paths: Sequence[Path]
    mapping: str
    ticket_url: str | None
    until: datetime
    whole: bool


def _publish(
    store: Store, batch: Batch, policy: PolicyDocument, origin: _Origin, now: datetime, progress: Progress
) -> Summary:
    told, repairs = tidy(batch.tickets, batch.events, origin.until)
    with store.build() as build:
        build.replace_tickets(batch.source, batch.tickets, told, whole=origin.whole)
        tickets = build.query("SELECT * FROM tickets WHERE source = ?", [batch.source])
        events = build.query("SELECT * FROM events WHERE source = ?", [batch.source])
        as_of = _as_of(build, batch, whole=origin.whole)
        version = _policy_version(build, batch.source, policy, now)
        judged = judge(
            tickets,
            events,
            policy.file,
            as_of,
            version=version,
            salt=build.salt(),
            progress=lambda share: progress(0.5 + 0.35 * share, "Judging every clock"),
        )
        progress(0.87, "Writing the store")
        clocks = judged.clocks
        build.write_clocks(batch.source, clocks)
        build.write_holdings(batch.source, judged.holdings)
        number = _record(build, batch, origin, now, as_of, version)
        build.insert("repairs", repairs.with_columns(import_number=pl.lit(number)))
        close_months(build, batch.source, clocks, number=number, at=now, as_of=as_of)
    progress(1.0, "Done")
    published = store.require()
    by_rule = batch.rejected.group_by("rule").agg(rows=pl.len()).sort("rows", "rule", descending=[True, False])
    promised = clocks.select("ticket_id").n_unique() if clocks.height else 0
    return Summary(
        source=batch.source,
        version=published.number,
        policy=f"{policy.name} ({policy.hash})",
        as_of=as_of,
        read=batch.read,
        taken=batch.tickets.height,
        rejected=batch.rejected_rows,
        by_rule=by_rule,
        repairs=repairs,
        clocks=clocks.height,
        without_clock=tickets.height - promised,
        repeated=batch.repeated,
        skipped=batch.skipped,
    )


def _as_of(build: Build, batch: Batch, *, whole: bool) -> datetime:
    """The newest event known of the source: this batch's, or an earlier import's."""
    known = build.query("SELECT as_of FROM sources WHERE source = ?", [batch.source])["as_of"].to_list()
    return batch.as_of if whole else max([batch.as_of, *known])


def _policy_version(build: Build, source: str, policy: PolicyDocument, now: datetime) -> int:
    """The number of this policy text, new if the store has not seen it for this source."""
    known = build.query("SELECT version, source, hash FROM policies")
    same = known.filter((pl.col("source") == source) & (pl.col("hash") == policy.hash))
    if same.height:
        return int(same["version"][0])
    number = known.height + 1
    row = {"version": number, "source": source, "name": policy.name, "hash": policy.hash}
    build.insert("policies", pl.DataFrame([{**row, "content": policy.content, "added_at": now}]))
    return number


def _record(build: Build, batch: Batch, origin: _Origin, now: datetime, as_of: datetime, version: int) -> int:
    """Write down the import, and what is known of its source since; give the import's number."""
    number = int(build.query("SELECT count(*) AS n FROM imports")["n"][0]) + 1
    row = {
        "number": number,
        "source": batch.source,
        "files": ", ".join(path.name for path in origin.paths),
        "mapping": origin.mapping,
        "imported_at": now,
        "as_of": batch.as_of,
        "rows_read": batch.read,
        "rows_taken": batch.tickets.height,
        "rows_rejected": batch.rejected_rows,
        "repeated_times": batch.repeated,
        "skipped_times": batch.skipped,
    }
    build.insert("imports", pl.DataFrame([row]))
    build.insert("rejected", batch.rejected.with_columns(import_number=pl.lit(number)))
    source = {"source": batch.source, "as_of": as_of, "policy_version": version, "ticket_url": origin.ticket_url}
    build.replace_row("sources", "source", {**source, "imported_at": now})
    build.replace_row("meta", "key", {"key": "time_zones", "value": f"tzdata {version_of_zones()}"})
    build.replace_row("meta", "key", {"key": "published_at", "value": now.isoformat(timespec="seconds")})
    return number
