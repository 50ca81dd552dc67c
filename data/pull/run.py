"""One pull: ask what is new, keep it, import it, and only then say that it is done."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from data.imports import Summary, import_files, silent
from data.pull import freshdesk, jira, zendesk
from data.pull.access import Access
from data.pull.feeds import PATIENCE, Ask, Feed, HelpDesk, Patience, PullError
from data.pull.landing import Landing, Progressed, forget, landing, unseen
from data.store import Store

Progress = Callable[[float, str], None]
FOLDER = "pulled"
_FETCHED = 0.7
_AT_ONCE = 25
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,59}")


@dataclass(frozen=True)
class Pulled:
    """What a pull did.

    Attributes:
        source: name the tickets are kept under.
        received: new records by stream.
        summaries: of the imports.
        notes: what the reader should know.
    """

    source: str
    received: dict[str, int]
    summaries: tuple[Summary, ...]
    notes: tuple[str, ...]


@dataclass
class Tally:
    """What was received so far: new records by stream, and what the reader should know."""

    received: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def pull(
    store: Store,
    access: Access,
    *,
    source: str | None = None,
    since: datetime | None = None,
    policy: str | None = None,
    ask: Ask | None = None,
    keep: bool = True,
    patience: Patience = PATIENCE,
    now: datetime | None = None,
    progress: Progress = silent,
) -> Pulled:
    """Receive what is new at a help desk and import it.

    Args:
        store: where to.
        access: how to reach the help desk.
        source: name to keep the tickets under; else that of the help desk.
        since: from when on; needed the first time. An earlier one than before asks anew from there.
        policy: as for an import.
        ask: what is asked for beside the tickets.
        keep: whether the files stay once they are imported.
        patience: how long to wait for the help desk.
        now: the moment of the pull.
        progress: called with the share done and what is being done.

    Raises:
        SLAError: anything wrong; the store stays as it was, and what was received is kept for the next pull.
    """
    name = source or access.system
    if not _NAME.fullmatch(name):
        raise PullError(
            f"--source {name!r} is no name. Expected letters, digits, '-', '_' and '.', at most 60 of them."
        )
    moment = now or datetime.now(UTC)
    if since and since > moment:
        raise PullError(f"--since {since:%Y-%m-%d} lies in the future. Expected a day up to today.")
    with landing(store.directory / FOLDER / name, access.address) as landed:
        tally = receive(landed, access, ask or Ask(), since, moment, patience=patience, progress=progress)
        summaries = tuple(_imported(store, landed, name, policy, keep=keep, progress=progress))
    progress(1.0, "Done")
    return Pulled(name, dict(sorted(tally.received.items())), summaries, tuple(dict.fromkeys(tally.notes)))


def receive(
    landed: Landing,
    access: Access,
    ask: Ask,
    since: datetime | None,
    now: datetime,
    *,
    patience: Patience = PATIENCE,
    progress: Progress = silent,
) -> Tally:
    """Receive what is new at a help desk into the folder of its source.

    Raises:
        PullError: the help desk refuses or cannot be reached; what came before is kept.
    """
    tally, shown = Tally(), _Shown(progress)
    with _connected(access, patience, shown.waiting) as desk:
        feeds = _feeds(desk, access, ask, now)
        for feed in feeds:
            _begin(landed, feed, since)
        for number, feed in enumerate(feeds):
            _feed(landed, feed, now, tally, shown.part(number / len(feeds), 1 / len(feeds)))
    return tally


class _Shown:
    """The progress of fetching: the share of the time asked for that was received."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._last = progress, (0.0, "Fetching")

    def part(self, start: float, size: float) -> Progress:
        """Progress of one feed among several."""

        def shown(share: float, what: str) -> None:
            self._last = (_FETCHED * (start + size * min(1.0, max(0.0, share))), what)
            self._progress(*self._last)

        return shown

    def waiting(self) -> None:
        """Say that the help desk lets us wait."""
        share, what = self._last
        self._progress(share, f"{what}; waiting, as the help desk asks")


@contextmanager
def _connected(access: Access, patience: Patience, waiting: Callable[[], None]) -> Iterator[HelpDesk]:
    try:
        from data.pull.client import Client  # noqa: PLC0415 - dlt is optional, and slow to import
    except ModuleNotFoundError as error:
        raise PullError(
            f"Pulling needs dlt, and {error.name} is not installed. Install it: python -m pip install 'dlt>=1.31,<2'."
        ) from error
    client = Client(access, patience, waiting)
    try:
        yield client
    finally:
        client.close()


def _feeds(desk: HelpDesk, access: Access, ask: Ask, now: datetime) -> list[Feed]:
    if access.system == "freshdesk":
        return freshdesk.feeds(desk, ask, now)
    if access.system == "zendesk":
        return zendesk.feeds(desk, ask, now)
    return jira.feeds(desk, ask, now, cloud=access.email is not None)


def _feed(landed: Landing, feed: Feed, now: datetime, tally: Tally, progress: Progress) -> None:
    """Receive what is new of a feed; after each page the state says so."""
    progressed = landed.state.feeds[feed.name]
    start = max(progressed.since, progressed.at - feed.overlap)
    span = max(1.0, (now - start).total_seconds())
    progress(0.0, f"Fetching {feed.name}")
    _detail(landed, feed, progressed, tally)
    for page in feed.pages(start):
        for stream, records in page.records.items():
            new = unseen(progressed, records, page.at)
            landed.add(stream, new, page.beside.get(stream))
            tally.received[stream] += len(new)
            if feed.details and stream == feed.name:
                progressed.pending += [key for key in map(feed.key, new) if key not in progressed.pending]
        progressed.at = max(progressed.at, page.at)
        forget(progressed, feed.overlap)
        landed.commit()
        tally.notes += page.notes
        _detail(landed, feed, progressed, tally)
        words = f"Fetching {feed.name}: {tally.received.total():,} records, to {page.at:%Y-%m-%d}"
        progress((page.at - start).total_seconds() / span, words)


def _begin(landed: Landing, feed: Feed, since: datetime | None) -> None:
    """Let a feed go on where it stopped; a new one, another question or an earlier start begins at the start."""
    feeds = landed.state.feeds
    known = feeds.get(feed.name)
    if known and known.asked == feed.asked and (since is None or since >= known.since):
        return
    start = since or (known.since if known else min((each.since for each in feeds.values()), default=None))
    if start is None:
        raise PullError("Nothing was pulled from this help desk yet. Say from when on, as --since 2026-01-01.")
    feeds[feed.name] = Progressed(asked=feed.asked, since=start, at=start)


def _detail(landed: Landing, feed: Feed, progressed: Progressed, tally: Tally) -> None:
    """Ask for the details that are missing, some at a time."""
    while feed.details and progressed.pending:
        keys = progressed.pending[:_AT_ONCE]
        for key in keys:
            for stream, records, beside in feed.details(key):
                new = unseen(progressed, records, progressed.at)
                landed.add(stream, new, beside)
                tally.received[stream] += len(new)
        progressed.pending = progressed.pending[len(keys) :]
        landed.commit()


def _imported(
    store: Store, landed: Landing, source: str, policy: str | None, *, keep: bool, progress: Progress
) -> Iterator[Summary]:
    """Import the files that are not imported yet; each is marked only when the store holds it."""
    rounds = list(landed.rounds())
    for number, files in enumerate(rounds):
        paths = [landed.folder / file.name for file in files]
        yield _taken(store, paths, source, policy, _within(progress, number, len(rounds)))
        landed.imported(files, keep=keep)


def _within(progress: Progress, number: int, of: int) -> Progress:
    return lambda share, what: progress(_FETCHED + (1 - _FETCHED) * (number + share) / of, what)


def _taken(store: Store, paths: list[Path], source: str, policy: str | None, progress: Progress) -> Summary:
    """The one place where a pull meets the import."""
    return import_files(store, paths, source=source, policy=policy, progress=progress)
