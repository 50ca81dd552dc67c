"""What was received and how far: packed JSON lines beside the store, and one small file that says what counts of them.

A page is appended to a file and written through to the disk; only then the state names its new length. What a killed
pull wrote beyond that length is cut off by the next one, which goes on from the page that was missing.
"""

import gzip
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from data.pull.feeds import PASSING, TEXTS, PullError, Record, without

STATE = "state.json"
FULL = 50_000


class Landed(BaseModel):
    """A file that is not imported yet: its name, stream, and how much of it counts."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z_]+-\d{6,}\.jsonl\.gz$")
    stream: str
    size: int = 0
    records: int = 0


class Progressed(BaseModel):
    """How far a feed came.

    Attributes:
        asked: the question, as Feed.asked.
        since, at: from when on it was asked, and up to when everything was received.
        pending: keys of records whose details are missing.
        seen: digests of the last records, with the instant their page reached.
    """

    model_config = ConfigDict(extra="forbid")

    asked: str
    since: AwareDatetime
    at: AwareDatetime
    pending: list[str] = []
    seen: dict[str, AwareDatetime] = {}


class State(BaseModel):
    """What the next pull of a source must know."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    address: str
    number: int = 0
    feeds: dict[str, Progressed] = {}
    files: list[Landed] = []


class Landing:
    """The folder of one source: `<store>/pulled/<source>`."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder, self.state = folder, state

    def add(self, stream: str, records: Sequence[Record], beside: Record | None) -> None:
        """Append records to the stream's file; they count from the next commit on.

        Args:
            stream: they belong to.
            records: as received.
            beside: what stands beside them in one object; None for one record a line.
        """
        if not records:
            return
        kept = without(records, TEXTS)
        lines = kept if beside is None else [{stream: kept, **beside}]
        file = next((each for each in self.state.files if each.stream == stream and each.records < FULL), None)
        if file is None:
            self.state.number += 1
            file = Landed(name=f"{stream}-{self.state.number:06}.jsonl.gz", stream=stream)
            self.state.files.append(file)
        path = self.folder / file.name
        with os.fdopen(_private(path, os.O_APPEND), "ab") as packed:
            packed.truncate(file.size)
            packed.write(gzip.compress(_packable(lines), mtime=0))
            packed.flush()
            os.fsync(packed.fileno())
            file.size = packed.tell()
        file.records += len(records)

    def commit(self) -> None:
        """Make what was added count."""
        text = self.state.model_dump_json(indent=1)
        aside = self.folder / f"{STATE}.new"
        with os.fdopen(_private(aside, os.O_TRUNC), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / STATE)
        if os.name == "posix":
            folder = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def rounds(self) -> Iterator[list[Landed]]:
        """The files to import, a few at a time so that they fit into memory: the next one of every stream.

        Raises:
            PullError: a file is not there any more.
        """
        queues: dict[str, list[Landed]] = {}
        for file in self.state.files:
            path = self.folder / file.name
            if not path.is_file() or path.stat().st_size < file.size:
                raise PullError(
                    f"{file.name} was received but is not there any more, or shorter. Put it back, or remove "
                    f"{STATE} beside it to pull everything anew."
                )
            with path.open("r+b") as packed:
                packed.truncate(file.size)
            queues.setdefault(file.stream, []).append(file)
        for turn in range(max((len(queue) for queue in queues.values()), default=0)):
            yield [queue[turn] for queue in queues.values() if turn < len(queue)]

    def imported(self, files: Sequence[Landed], *, keep: bool) -> None:
        """Say that files are in the store, and remove them unless they are to be kept."""
        self.state.files = [each for each in self.state.files if each not in files]
        self.commit()
        if not keep:
            for file in files:
                (self.folder / file.name).unlink(missing_ok=True)


def unseen(progressed: Progressed, records: Sequence[Record], at: datetime) -> list[Record]:
    """Those of the records that are not the same as one received before."""
    new = []
    for record in records:
        steady = without(record, TEXTS | PASSING)
        digest = blake2b(json.dumps(steady, sort_keys=True).encode(), digest_size=12).hexdigest()
        if digest not in progressed.seen:
            new.append(record)
        progressed.seen[digest] = max(at, progressed.seen.get(digest, at))
    return new


def forget(progressed: Progressed, overlap: timedelta) -> None:
    """Forget the records that no later pull asks for again."""
    oldest = progressed.at - 2 * overlap
    progressed.seen = {digest: at for digest, at in progressed.seen.items() if at >= oldest}


@contextmanager
def landing(folder: Path, address: str) -> Iterator[Landing]:
    """The folder of a source, held against other pulls of it.

    Raises:
        PullError: another pull is under way, the folder cannot be written, or its state is of another help desk.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / "pull.lock", timeout=0):
            yield Landing(folder, _state(folder / STATE, address))
    except Timeout:
        raise PullError(f"Another pull of {folder.name} is under way. Wait until it has ended.") from None


def _state(path: Path, address: str) -> State:
    with suppress(FileNotFoundError):
        try:
            state = State.model_validate_json(path.read_bytes())
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "its first line"
            raise PullError(
                f"{path.name} of {path.parent.name} is damaged ({where}). Remove it to pull everything anew; tickets "
                "that are in the store stay as they are."
            ) from None
        if state.address != address:
            raise PullError(
                f"{path.parent.name} was pulled from {state.address} before, and now {address} is asked. Name another "
                "source with --source."
            )
        return state
    return State(address=address)


def _packable(lines: Sequence[Record]) -> bytes:
    """One object a line, in UTF-8; half a character stays an escape, and the reader sets it aside."""
    try:
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    except UnicodeEncodeError:
        return "".join(json.dumps(line) + "\n" for line in lines).encode()


def _private(path: Path, flag: int) -> int:
    """A file opened for writing that nobody but its owner can read."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
