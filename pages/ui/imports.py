"""Writes for the pages: the sample history on first start; imports, mappings, and steps to another version."""

import json
import threading
import zoneinfo
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics.errors import ImportFileError, SLAError, StoreError
from analytics.evidence import GAP_LABELS
from data import annotations
from data.check import warnings
from data.documents import names, read_mapping, read_policy, supplied_policy
from data.imports import import_sample
from data.ingest.guess import TRANSLATED, translated
from data.ingest.mapping import Mapping
from data.limits import Outcome, limited
from data.mapping_files import NAME as MAPPING_NAME
from data.mapping_files import mapping_yaml, save, saved
from data.preview import EVIDENCE_LABELS, Known, Looked, Preview, from_lines
from data.store import Store
from data.version import Version, common_gaps

__all__ = ["MAPPING_NAME", "TRANSLATED", "Known", "Looked", "Mapping", "Preview", "mapping_yaml", "translated"]

LOOK_SECONDS, LOOK_MEGABYTES = 120, 3_000
IMPORT_SECONDS, IMPORT_MEGABYTES = 3_600, 6_000
_ONE_BUILDER = threading.Lock()
_LINKS = ("Etc/", "posix/", "right/", "SystemV/")


def first_start() -> Version:
    """Build the sample history behind a visible progress bar, unless another visitor has; return the store."""
    box = st.empty()
    with box.container():
        st.header("Building a sample history")
        st.caption(
            "A year of a support team's tickets is simulated once, so that there is something to look at. "
            "Your own tickets are imported on the Data page."
        )
        bar = st.progress(0.0, "Waiting for another visitor's build …")
        with _ONE_BUILDER:
            store = Store()
            version = store.current()
            if version is None:
                import_sample(store, progress=lambda share, what: bar.progress(share, f"{what} …"))
                version = store.require()
    box.empty()
    return version


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What somebody says of files beside their bytes: the options of `python -m data import`, each by its name."""

    mapping: str | None = None
    policy: str | None = None
    source: str | None = None
    time_zone: str | None = None
    time_format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None

    def options(self, *, without: Sequence[str] = ()) -> list[str]:
        """As words of a command.

        Example:
            >>> Choices(time_zone="Europe/Stockholm", source="").options()
            ['--time-zone=Europe/Stockholm']
        """
        told = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in without}
        return [f"--{name.replace('_', '-')}={value}" for name, value in told.items() if value]


def look(paths: Sequence[Path], choices: Choices) -> Preview:
    """What an import would make of files, found out in a process of its own.

    Raises:
        ImportFileError: they cannot be opened, or it took too long or too much memory.
    """
    words = ["preview", *map(str, paths), *choices.options(without=("policy",)), "--json"]
    outcome = limited(words, seconds=LOOK_SECONDS, megabytes=LOOK_MEGABYTES)
    if not outcome.ok:
        raise ImportFileError(complaint(outcome, LOOK_SECONDS, LOOK_MEGABYTES))
    return from_lines(outcome.lines)


class Job:
    """An import in a process of its own, followed by a thread; whoever looks at it sees how far it is.

    Attributes:
        share, what: how much is done, and what is being done.
        summary: what it did, once it has.
        error: why it did not; "" if it did.
        cancelled: whether somebody stopped it.
        done: whether it has ended, one way or the other.
    """

    def __init__(self, paths: Sequence[Path], choices: Choices, *, ended: Callable[[], None] | None = None) -> None:
        self.share, self.what = 0.0, "Starting"
        self.summary: dict[str, Any] | None = None
        self.error, self.cancelled, self.done = "", False, False
        self._ended = ended
        self._cancel = threading.Event()
        words = ["import", *map(str, paths), *choices.options(), "--json"]
        self._thread = threading.Thread(target=self._run, args=(words, _number()), daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Stop it; the store stays as it was."""
        self._cancel.set()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, at most so long; whether it has ended."""
        self._thread.join(seconds)
        return self.done

    def _run(self, words: list[str], before: int) -> None:
        try:
            outcome = limited(
                words, seconds=IMPORT_SECONDS, megabytes=IMPORT_MEGABYTES, told=self._told, cancel=self._cancel
            )
            if self.summary is None:
                self.cancelled, self.error = outcome.cancelled, complaint(outcome, IMPORT_SECONDS, IMPORT_MEGABYTES)
                if _number() != before:
                    self.error = f"{self.error} Version {_number()} was published in the meantime."
        except (OSError, SLAError) as error:
            self.error = f"The import could not be started or followed: {error}"
        finally:
            self.done = True
            if self._ended:
                self._ended()

    def _told(self, line: str) -> None:
        with suppress(ValueError):
            said = json.loads(line)
            self.share, self.what = min(1.0, float(said.get("share", self.share))), said.get("what", self.what)
            self.summary = said.get("summary", self.summary)


def complaint(outcome: Outcome, seconds: float, megabytes: int) -> str:
    """Why a process was stopped or failed; its own words where it said why."""
    stays = "The store stays as it was."
    remedy = f"{stays} Split the files, or import them with 'python -m data import', which has no limit."
    if outcome.cancelled:
        return f"It was cancelled. {stays}"
    if outcome.timed_out:
        return f"It took longer than {round(seconds / 60)} minutes and was stopped. {remedy}"
    if outcome.out_of_memory:
        return f"It needed more memory than the {megabytes:,} MB it may have and was stopped. {remedy}"
    if "Traceback (most recent call last)" in outcome.error:
        return f"It failed in a way that was not foreseen ({outcome.error.splitlines()[-1]}). {stays}"
    return outcome.error


def _number() -> int:
    version = Store().current()
    return version.number if version else 0


def time_zones() -> list[str]:
    """The names of time zones that places have, sorted, and UTC."""
    every = zoneinfo.available_timezones()
    return ["UTC", *sorted(zone for zone in every if "/" in zone and not zone.startswith(_LINKS))]


def policies() -> list[str]:
    """Names of the policy files that are shipped."""
    return names("policies")


def policy_warnings(path: Path) -> list[str]:
    """What in a policy file is worth a second look.

    Raises:
        PolicyError: it cannot be used; the message names each line.
    """
    return warnings(read_policy(str(path)))


def supplied(folder: Path, time_zone: str | None) -> Path:
    """A policy file that takes the help desk's own due times, in a folder."""
    document = supplied_policy(time_zone or "UTC")
    path = folder / f"{document.name}.yaml"
    path.write_text(document.content, encoding="utf-8")
    return path


def mappings() -> dict[str, str]:
    """The mappings that can be named, by name: those kept beside the store, and those that are shipped."""
    shipped = {name: name for name in names("mappings")}
    return shipped | {name: str(path) for name, path in saved(Store().directory).items()}


def mapping_of(name: str | Path) -> Mapping:
    """A mapping by its name or path.

    Raises:
        MappingError: it cannot be used; the message names each line.
    """
    return read_mapping(str(name))


def keep_mapping(name: str, text: str) -> Path:
    """Keep a mapping beside the store.

    Raises:
        MappingError: it cannot be called so, or not be kept.
    """
    return save(Store().directory, name, text)


def keep_events(content: bytes, name: str, *, add: bool) -> None:
    """Keep the dated events of a file beside the store, in the place of the earlier ones or added to them."""
    annotations.keep(Store(), annotations.from_bytes(content, name), add=add)


def forget_events() -> None:
    """Keep no dated events beside the store any more."""
    annotations.clear(Store())


def remembered(source: str) -> dict[str, str]:
    """What was said of the files of a source at its last import on the page."""
    with suppress(OSError, ValueError):
        told = json.loads(_memory().read_text(encoding="utf-8"))
        return {str(key): str(value) for key, value in told.get(source, {}).items()}
    return {}


def remember(source: str, choices: Choices) -> None:
    """Keep what was said of the files of a source for its next import."""
    said = {"time_zone": choices.time_zone, "time_format": choices.time_format}
    with suppress(OSError, ValueError):
        told = json.loads(_memory().read_text(encoding="utf-8")) if _memory().exists() else {}
        told[source] = {name: value for name, value in said.items() if value}
        _memory().write_text(json.dumps(told, indent=1), encoding="utf-8")


def _memory() -> Path:
    return Store().directory / "choices.json"


def kept_versions() -> pl.DataFrame:
    """The versions that are kept, newest first: `version`, `current`, `made`, `by`, `megabytes`."""
    now = _number()
    rows = []
    for each in reversed(Store().versions()):
        made, by = _made(str(each.directory), each.number)
        size = each.path.stat().st_size / 1e6
        rows.append({"version": each.number, "current": each.number == now, "made": made, "by": by, "megabytes": size})
    kinds = {"version": pl.Int64, "current": pl.Boolean, "made": pl.Datetime("us", "UTC"), "by": pl.String}
    return pl.DataFrame(rows, schema={**kinds, "megabytes": pl.Float64})


@st.cache_data(max_entries=16, show_spinner=False)
def _made(directory: str, number: int) -> tuple[datetime | None, str]:
    """When the import that made a version was, and of which files."""
    try:
        rows = Version(Path(directory), number).imports().to_dicts()
    except StoreError:
        return None, "cannot be read by this version of Duetime"
    return (rows[0]["imported_at"], f"{rows[0]['source']}: {rows[0]['files']}") if rows else (None, "")


def make_current(number: int) -> None:
    """Make a kept version the current one.

    Raises:
        StoreError: it is not kept or cannot be read, or another process is writing.
    """
    Store().step_to(number)


@st.cache_data(max_entries=4, show_spinner=False)
def told_by_source(directory: str, number: int) -> pl.DataFrame:
    """What each source can tell: `source`, `files` it was told by, `evidence`, and `untold` by any of them."""
    rows = []
    for (source,), streams in Version(Path(directory), number).streams().group_by("source", maintain_order=True):
        gaps = common_gaps(streams["gaps"].to_list())
        known = [label for name, label in EVIDENCE_LABELS.items() if name in streams["evidence"].to_list()]
        untold = [label for name, label in GAP_LABELS.items() if name in gaps]
        told = {"files": "; ".join(streams["label"]), "evidence": ", ".join(known), "untold": "; ".join(untold)}
        rows.append({"source": str(source), **told})
    return pl.DataFrame(rows, schema=dict.fromkeys(("source", "files", "evidence", "untold"), pl.String)).sort("source")
