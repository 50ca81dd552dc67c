"""Files of one source as batches: which adapter or mapping reads them, and how what they say is kept."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analytics.errors import ImportFileError
from data.documents import mapping_text, read_mapping
from data.ingest import mapped
from data.ingest.adapter import Adapter, Options
from data.ingest.adapters import detected
from data.ingest.batch import Batch
from data.ingest.files import File, opened
from data.ingest.mapping import Mapping

Progress = Callable[[float, str], None]
_READERS = "1"
"""Raised when files are read differently, so that a file that was imported is read anew."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of an import beside its files.

    Attributes:
        mapping: name in `data/mappings`, or a path; without it the adapters look at the files.
        source: name to keep the tickets under; else that of the mapping or of the help desk.
        time_zone, time_format: of times that carry no offset, or can be read in two ways.
        encoding, delimiter: of text, where they cannot be seen.
    """

    mapping: str | None = None
    source: str | None = None
    time_zone: str | None = None
    time_format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class Stream:
    """A kind of file of a source, as the store keeps it."""

    name: str
    label: str
    evidence: str
    gaps: frozenset[str]
    appends: bool = False


@dataclass(frozen=True)
class Reading:
    """Files read.

    Attributes:
        source: name the tickets are kept under.
        batches: one a stream, with the stream.
        time_zone: of the help desk, where it is known.
        ticket_url: address of a ticket, where it is known.
        policy: name of the policy file its mapping names.
    """

    source: str
    batches: tuple[tuple[Stream, Batch], ...]
    time_zone: str | None = None
    ticket_url: str | None = None
    policy: str | None = None

    @property
    def as_of(self) -> datetime:
        """The newest event of all files."""
        return max(batch.as_of for _, batch in self.batches)


def fingerprint(paths: Sequence[Path], request: Request) -> str:
    """A name for these bytes, read in this way; the order of the files does not matter.

    Raises:
        ImportFileError: a file cannot be read.
    """
    said = [request.source, request.time_zone, request.time_format, request.encoding, request.delimiter]
    shape = mapping_text(request.mapping) if request.mapping else ""
    whole = hashlib.sha256("\x1f".join([_READERS, shape, *(each or "" for each in said)]).encode())
    for digest in sorted(_digest(path) for path in paths):
        whole.update(digest)
    return whole.hexdigest()


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except FileNotFoundError as error:
        raise ImportFileError(f"There is no file '{path}'. Check the path.") from error
    except OSError as error:
        raise ImportFileError(f"{path.name} cannot be read ({error.strerror or error}). Check the file.") from error


def read_files(paths: Sequence[Path], request: Request, now: datetime, progress: Progress) -> Reading:
    """Read files of one source, by a mapping or by the adapters that know them.

    Raises:
        SLAError: anything wrong with the files or the mapping.
    """
    shape = read_mapping(request.mapping) if request.mapping else None
    encoding = request.encoding or (shape.encoding if shape else None)
    delimiter = request.delimiter or (shape.delimiter if shape else None)
    with opened(paths, encoding=encoding, delimiter=delimiter) as files:
        if shape:
            return _mapped(files, shape, request, now, progress)
        return _adapted(files, request, now, progress)


def stream_of(adapter: Adapter) -> Stream:
    """An adapter as the store keeps it."""
    return Stream(adapter.name, adapter.label, adapter.evidence, frozenset(adapter.gaps), adapter.appends)


def _mapped(files: Sequence[File], shape: Mapping, request: Request, now: datetime, progress: Progress) -> Reading:
    said = {"source": request.source, "time_zone": request.time_zone, "time_format": request.time_format}
    shape = shape.model_copy(update={name: value for name, value in said.items() if value})
    batch = mapped.read(files, shape, now, lambda share: progress(0.5 * share, "Reading"))
    label = "table read by a mapping"
    stream = Stream(mapped.STREAM, label, shape.evidence(), shape.gaps())
    return Reading(shape.source, ((stream, batch),), shape.time_zone, shape.ticket_url, shape.policy)


def _adapted(files: Sequence[File], request: Request, now: datetime, progress: Progress) -> Reading:
    found = detected(files)
    systems = sorted({adapter.system for adapter, _ in found})
    if len(systems) > 1:
        raise ImportFileError(
            f"These are files of {' and '.join(systems)}. Expected files of one help desk; import each by itself."
        )
    source = request.source or systems[0]
    options = Options(source=source, now=now, time_zone=request.time_zone, time_format=request.time_format)
    batches = []
    for number, (adapter, own) in enumerate(found):

        def share(done: float, before: int = number) -> None:
            progress(0.5 * (before + done) / len(found), "Reading")

        batches.append((stream_of(adapter), adapter.read(own, options, share)))
    url = next((adapter.ticket_url for adapter, _ in found if adapter.ticket_url), None)
    return Reading(source, tuple(batches), request.time_zone, url)
