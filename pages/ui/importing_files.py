"""Files somebody uploads, in a private folder, and what was found out about them so far in this session."""

import re
import shutil
import tempfile
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import streamlit as st

from analytics.errors import SLAError
from pages.ui import imports
from pages.ui.imports import Choices, Job, Preview

TYPES = ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "pq", "xlsx", "xlsm", "gz", "zip")
LONGEST_NAME = 120
_KEY, _PREFIX, _DAY = "importing", "duetime-upload-", 86_400
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]+')


def safe_name(name: str) -> str:
    """A file's name without anything a file system minds, its ending kept.

    Example:
        >>> safe_name("../../etc/Tickets: May.CSV"), safe_name("x" * 300 + ".csv.gz")[-12:], safe_name("..")
        ('Tickets_ May.CSV', 'xxxxx.csv.gz', 'file')
    """
    last = _UNFIT.sub("_", PurePath(name.replace("\\", "/")).name).strip(". ")
    endings = "".join(PurePath(last).suffixes[-2:])[-20:]
    short = last if len(last) <= LONGEST_NAME else last[: LONGEST_NAME - len(endings)] + endings
    return short or "file"


class Upload:
    """Files in a folder nobody else may read; it goes when `remove` is called, or with this object.

    Attributes:
        folder: where they are.
        paths: the files, each in a folder of its own so that two may have one name.
    """

    def __init__(self, files: Sequence[tuple[str, BinaryIO]]) -> None:
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.remove = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.paths = tuple(self.put(name, content, str(place)) for place, (name, content) in enumerate(files))

    def put(self, name: str, content: BinaryIO, under: str) -> Path:
        """Write a file into the folder, the uploaded ones apart from others."""
        path = self.folder / under / safe_name(name)
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as copy:
            shutil.copyfileobj(content, copy, 1 << 20)
        return path


def _sweep() -> None:
    """Remove what a server left that was killed a day ago or earlier."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _DAY:
                shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Desk:
    """What one visitor is importing.

    Attributes:
        turn: counts the sets of files; widgets of a set carry it in their keys.
        ids: of the files as the uploader knows them.
        upload: the files; None before the first.
        job: the import that runs or has ended.
        asked: what it was told.
        emptied: counts how often the uploader was emptied.
        tried: the text of the mapping that was tried last.
        wrong: why the mapping could not be kept; "" if it could.
        left: whether the visitor's connection has ended.
    """

    turn: int = 0
    ids: tuple[str, ...] = ()
    upload: Upload | None = None
    job: Job | None = None
    asked: Choices = field(default_factory=Choices)
    emptied: int = 0
    tried: str = ""
    wrong: str = ""
    left: bool = False
    _looks: dict[Choices, Preview | str] = field(default_factory=dict)

    def take(self, files: Sequence[Any]) -> None:
        """Take over what the uploader holds, if it is not what was taken before; no files end the set."""
        ids = tuple(file.file_id for file in files)
        if ids == self.ids and (self.upload is None or self.upload.folder.exists()):
            return
        self.clear()
        self.ids, self.job = ids, None
        if files:
            self.upload = Upload([(file.name, file) for file in files])

    def clear(self) -> None:
        """Forget the files."""
        if self.upload:
            self.upload.remove()
        self.turn, self.ids, self.upload = self.turn + 1, (), None
        self.tried = self.wrong = ""
        self._looks.clear()

    def empty(self) -> None:
        """Forget the files, and have the uploader forget them, too."""
        self.clear()
        self.emptied += 1

    def look(self, choices: Choices) -> Preview:
        """A look at the files, which is taken once for each set of choices.

        Raises:
            SLAError: as the look says.
        """
        assert self.upload is not None, "there are files to look at"  # noqa: S101
        if choices not in self._looks:
            try:
                self._looks[choices] = imports.look(self.upload.paths, choices)
            except SLAError as error:
                self._looks[choices] = str(error)
        found = self._looks[choices]
        if isinstance(found, str):
            raise SLAError(found)
        return found

    def start(self, choices: Choices) -> None:
        """Start the import."""
        assert self.upload is not None, "there are files to import"  # noqa: S101
        self.asked = choices
        self.job = Job(self.upload.paths, choices, ended=self._ended)

    def leave(self) -> None:
        """The visitor's connection has ended: let the files go, unless they are being imported."""
        self.left = True
        if self.job is None or self.job.done:
            self._ended()

    def _ended(self) -> None:
        """Let the files go if there is nobody who could use them again."""
        if self.left and self.upload is not None:
            self.upload.remove()

    def kept(self, name: str) -> dict[str, Any]:
        """What makes a widget one of this set of files, and keeps what it says while it is not drawn."""
        return {"key": self._key(name), "persist_state": "session"}

    def said(self, name: str) -> Any:
        """What a widget of this set of files says, before it is drawn; None where it was not yet."""
        return st.session_state.get(self._key(name))

    def _key(self, name: str) -> str:
        return f"import_{name}_{self.turn}"


def desk() -> Desk:
    """The desk of this session."""
    found: Desk = st.session_state.setdefault(_KEY, Desk())
    found.left = False
    _until_left(found)
    return found


@st.cache_resource(scope="session", on_release=Desk.leave, show_spinner=False)
def _until_left(_desk: Desk) -> Desk:
    """Have Streamlit say when the connection of this session ends."""
    return _desk
