"""Where tickets, events and clocks are kept: immutable DuckDB files, one of them current.

A writer builds the next version aside under a file lock, checks it and switches `CURRENT` in one step;
readers open the version they were told read-only, and close it at once. The last three versions stay.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
        """The versions that are kept, oldest first; those after the current one are what was stepped back from."""
        current = self.current()
        return [Version(self.directory, number) for number in self._numbers() if current]

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
        with self._locked("an import"):
            for leftover in self.directory.glob(".build-*"):
                _remove(leftover)
            yield from self._building()

    def step_to(self, number: int) -> Version:
        """Make a kept version the current one: a step back, or forward again.

        Raises:
            StoreError: it is not kept or cannot be read, or another process is writing.
        """
        with self._locked("a step to another version"):
            kept = self._numbers()
            if number not in kept:
                raise StoreError(
                    f"Version {number} is not kept. Expected one of {', '.join(str(each) for each in kept) or 'none'}."
                )
            version = Version(self.directory, number)
            version.meta()
            self._point(version)
        return version

    def keep(self, name: str, content: str | None) -> None:
        """Write a small file beside the versions in one step, in the place of an earlier one; None removes it.

        Raises:
            StoreError: another process is writing, or there is no room.
        """
        path, aside = self.directory / name, self.directory / f".{name}-{os.getpid()}"
        with self._locked(f"writing {name}"):
            try:
                if content is None:
                    path.unlink(missing_ok=True)
                else:
                    aside.write_text(content, encoding="utf-8", newline="")
                    _sync(aside)
                    aside.replace(path)
            except OSError as error:
                aside.unlink(missing_ok=True)
                raise StoreError(
                    f"{name} cannot be kept ({error.strerror or error}). Make room, or try again."
                ) from error

    @contextmanager
    def _locked(self, what: str) -> Iterator[None]:
        """The write lock; who holds it is told to whoever waits in vain."""
        lock, holder = FileLock(self.directory / "write.lock"), self.directory / "writer"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=LOCK_SECONDS)
        except Timeout as error:
            raise StoreError(
                f"Another process is writing to {self.directory}{_held_by(holder)} and did not finish in "
                f"{LOCK_SECONDS} s. Try again later."
            ) from error
        except OSError as error:
            reason = error.strerror or error
            raise StoreError(f"{self.directory} cannot hold a store ({reason}). Give another folder.") from error
        try:
            with suppress(OSError):  # a full disk must not keep anybody from stepping back
                holder.write_text(f"{what}, process {os.getpid()}", encoding="utf-8")
            yield
        finally:
            with suppress(OSError):
                holder.unlink()
            lock.release()

    def _building(self) -> Iterator[Build]:
        old = self.current()
        number = max(self._numbers(), default=0) + 1
        aside = self.directory / f".build-{os.getpid()}.duckdb"
        build = None
        try:
            build = Build(aside, old)
            build.start()
            yield build
            build.finish()
            version = Version(self.directory, number)
            _sync(aside)
            aside.replace(version.path)
            _sync(self.directory)
            self._point(version)
        except (duckdb.Error, OSError) as error:
            if isinstance(error, StoreError):
                raise
            reason = str(error).splitlines()[0].rstrip(".")
            raise StoreError(f"The new version cannot be written: {reason}. The store stays as it was.") from error
        finally:
            if build is not None:
                build.close()
            for part in self.directory.glob(".build-*"):
                _remove(part)
        for stale in self.versions()[:-KEEP]:
            stale.path.unlink()

    def _point(self, version: Version) -> None:
        pointer = self.directory / f".{CURRENT}-{os.getpid()}"
        pointer.write_text(f"{version.number}\n", encoding="ascii")
        _sync(pointer)
        pointer.replace(self.directory / CURRENT)
        _sync(self.directory)


def _held_by(holder: Path) -> str:
    """Who holds the lock, in words; nothing where that is not known."""
    try:
        return f" ({holder.read_text(encoding='utf-8')})"
    except OSError:
        return ""


def _remove(path: Path) -> None:
    """A file or folder left by a build, gone."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
