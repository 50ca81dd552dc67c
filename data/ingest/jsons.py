"""JSON text as values: strict, with every key once, however the values follow each other."""

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from analytics.errors import ImportFileError

NO_OBJECT = "is not a JSON object"
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass
class Document:
    """One JSON value of a file.

    Attributes:
        line: where it begins.
        value: it, or the text of a line that is no JSON.
        wrong: what is wrong with the line.
        records: what it holds.
        under: the key they stand under.
    """

    line: int
    value: Any
    wrong: str = ""
    records: list[Any] = field(default_factory=list)
    under: str = ""


class Reader:
    """Reads JSON strictly: no number that is none, and no key twice without saying so."""

    def __init__(self) -> None:
        self._twice: dict[int, dict[str, Any]] = {}
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=lambda _: None)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            self._twice[id(found)] = found
        return found

    def documents(self, text: str, name: str) -> list[Document]:
        """The JSON values of a text, one after another; where that fails, one a line, and the lines that are none.

        Raises:
            ImportFileError: most of the lines are none.
        """
        try:
            with _uncollected():
                return self._sequence(text)
        except (ValueError, RecursionError) as error:
            found = self._lines(text)
            good = sum(isinstance(document.value, dict) and not document.wrong for document in found)
            if text.lstrip().startswith("[") or good * 2 < len(found):
                raise ImportFileError(
                    f"{name} is not JSON that can be read: {_reason(error)}. Expected records, or one object a line; "
                    "export it again."
                ) from error
            return found

    def _sequence(self, text: str) -> list[Document]:
        documents, line, counted = [], 1, 0
        position = self._space(text, 0)
        while position < len(text):
            line, counted = line + text.count("\n", counted, position), position
            value, position = self._decoder.raw_decode(text, position)
            documents.append(Document(line, value))
            position = self._space(text, position)
        return documents

    def _lines(self, text: str) -> list[Document]:
        documents = []
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    documents.append(Document(number, self._decoder.decode(line)))
                except (ValueError, RecursionError):
                    documents.append(Document(number, line, NO_OBJECT))
        return documents

    def _space(self, text: str, position: int) -> int:
        found = _SPACE.match(text, position)
        return found.end() if found else position

    def twice(self, value: object) -> bool:
        """Whether an object with a key that stands twice is this value, or in it."""
        return bool(self._twice) and any(id(each) in self._twice for each in within(value))

    def doubles(self, value: object) -> bool:
        """Whether this object itself has a key twice."""
        return id(value) in self._twice


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for unreachable objects, which a reader of JSON makes none of but pays for."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def within(value: object) -> Iterator[object]:
    """A value and all that it holds, keys too."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, dict):
            waiting += each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def is_text(value: object) -> bool:
    """Whether every engine can hold the texts in a value: no half of a surrogate pair, no NUL."""
    texts = "".join(each for each in within(value) if isinstance(each, str))
    try:
        texts.encode()
    except UnicodeError:
        return False
    return "\x00" not in texts


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) if isinstance(error, json.JSONDecodeError) else "a number has more than 4,300 digits"
