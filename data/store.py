"""Where tickets, events and clocks are kept: immutable DuckDB files, one of them current.

A writer builds the next version aside under a file lock, checks it and switches `CURRENT` in one step;
readers open the version they were told read-only, and close it at once. The last three versions stay.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from analytics.errors import StoreError
from data.build import Build
from data.version import Version

KEEP = 3
LOCK_SECONDS = 30
CURRENT = "CURRENT"


def default_directory() -> Path:
    """The store's folder: DUETIME_STORE, or `data/store` beside the code."""
    return Path(os.environ.get("DUETIME_STORE") or Path(__file__).parent / "store")


class Store:
    """A folder of versions."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or default_directory()

    def current(self) -> Version | None:
        """The version readers should open; None before the first one."""
        pointer = self.directory / CURRENT
        if not pointer.exists():
            return None
        text = pointer.read_text(encoding="ascii", errors="replace").strip()
        version = Version(self.directory, int(text)) if text.isdecimal() and len(text) < 10 else None
        if version is None or not version.path.exists():
            raise StoreError(
                f"The store's pointer {pointer.name} names version {text!r}, which is not there. "
                f"Write the number of a store-NNNNNN.duckdb beside it into {pointer.name}."
            )
        return version

    def require(self) -> Version:
        """The current version, or a StoreError that says how to make one."""
        version = self.current()
        if version is None:
            raise StoreError(
                f"There is no store in {self.directory}. "
                "Make one with 'python -m data sample' or 'python -m data import'."
            )
        return version

    def versions(self) -> list[Version]:
        """The published versions that are kept, oldest first."""
        current = self.current()
        return [Version(self.directory, number) for number in self._numbers() if current and number <= current.number]

    def _numbers(self) -> list[int]:
        """The numbers that are taken, published or not, ascending."""
        stems = (path.stem.removeprefix("store-") for path in self.directory.glob("store-*.duckdb"))
        return sorted(int(stem) for stem in stems if stem.isdecimal())

    @contextmanager
    def build(self) -> Iterator[Build]:
        """The next version, made from the current one; published when the block ends well, else forgotten.

        Raises:
            StoreError: another process is writing, or the new version fails its checks.
        """
        lock = FileLock(self.directory / "write.lock")
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=LOCK_SECONDS)
        except Timeout as error:
            raise StoreError(
                f"Another import is writing to {self.directory} and did not finish in {LOCK_SECONDS} s. "
                "Try again later."
            ) from error
        except OSError as error:
            reason = error.strerror or error
            raise StoreError(f"{self.directory} cannot hold a store ({reason}). Give another folder.") from error
        try:
            for leftover in self.directory.glob(".build-*"):
                leftover.unlink()
            yield from self._building()
        finally:
            lock.release()

    def _building(self) -> Iterator[Build]:
        old = self.current()
        number = max(self._numbers(), default=0) + 1
        aside = self.directory / f".build-{os.getpid()}.duckdb"
        build = Build(aside, old)
        try:
            build.start()
            yield build
            build.finish()
            version = Version(self.directory, number)
            _sync(aside)
            aside.replace(version.path)
            self._point(version)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise StoreError(f"The new version cannot be written: {reason} The store stays as it was.") from error
        finally:
            build.close()
            for part in self.directory.glob(f"{aside.name}*"):
                part.unlink()
        for stale in self.versions()[:-KEEP]:
            stale.path.unlink()

    def _point(self, version: Version) -> None:
        pointer = self.directory / f".{CURRENT}-{os.getpid()}"
        pointer.write_text(f"{version.number}\n", encoding="ascii")
        _sync(pointer)
        pointer.replace(self.directory / CURRENT)


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
