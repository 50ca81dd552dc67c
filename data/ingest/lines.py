"""Lines of a delimited text: which quotes open and close a value, and which lines are no rows."""

import re
from collections import deque
from pathlib import Path
from typing import BinaryIO

import numpy as np

from analytics.errors import ImportFileError

LONGEST_LINE = 2_000_000
"""Bytes of a row; a longer one is set aside."""

ENDLESS_LINE, FARTHEST_QUOTE = 64 << 20, 16 << 20
"""Bytes without a line end at which a file is given up; bytes over which the end of a quote is looked for."""

MOST_SWALLOWED = 1_000
"""Lines in a quoted value that holds what looks like rows; where there are more, the file is refused."""

Told = tuple[int, str, str]
"""A row set aside: its place, the rule, and its text."""

_QUOTE, _LINE_FEED = ord('"'), ord("\n")
_SHOWN = 2000
_DATE = rb"\d{1,4}([-/. ])(?:\d{1,2}|[A-Za-z]{3,9})\1,? ?\d{1,4}"


class _RowLike:
    """Whether a line inside a quoted value looks like a row: as many values, and one of them is a date."""

    def __init__(self, delimiter: bytes, columns: int) -> None:
        self.delimiters = columns - 1
        self.delimiter = delimiter
        self.date = re.compile(rb'(?:^|%s) *"?%s' % (re.escape(delimiter), _DATE))

    def __call__(self, line: bytes) -> bool:
        return line.count(self.delimiter) == self.delimiters and self.date.search(line) is not None


class Quotes:
    """Looks through a text piece by piece.

    Attributes:
        sound: whether every quote opens a value, closes one, or is doubled within one, and no value holds rows.
        rows: with the header; lines that are blank are none. Right where it is sound.
    """

    def __init__(self, delimiter: bytes, columns: int) -> None:
        self.sound, self.rows = len(delimiter) == 1, 0
        self._delimiter, self._like_row = delimiter[0], _RowLike(delimiter, columns)
        self._inside, self._rest = False, b""

    def feed(self, piece: bytes) -> None:
        """Look at the next piece."""
        if not self.sound:
            return
        block = self._rest + piece
        end = block.rfind(b"\n") + 1
        self._rest = block[end:]
        if len(self._rest) > LONGEST_LINE:
            self.sound = False
        elif end:
            self._look(block[:end])

    def close(self) -> None:
        """Look at what is left."""
        if self.sound and self._rest:
            self._look(self._rest + b"\n")
        self.sound = self.sound and not self._inside

    def _look(self, block: bytes) -> None:
        if not self._inside and b'"' not in block:
            self.rows += block.count(b"\n")
            if block.startswith(b"\n") or b"\n\n" in block:
                self.rows -= sum(not line for line in block.split(b"\n")) - 1
            return
        at = np.frombuffer(block, dtype=np.uint8)
        quotes, ends = np.flatnonzero(at == _QUOTE), np.flatnonzero(at == _LINE_FEED)
        opening, closing = (quotes[1::2], quotes[0::2]) if self._inside else (quotes[0::2], quotes[1::2])
        beside = np.concatenate([at[opening[opening > 0] - 1], at[closing + 1]])
        self.sound = bool(((beside == self._delimiter) | (beside == _LINE_FEED) | (beside == _QUOTE)).all())
        within = ((np.searchsorted(quotes, ends) + self._inside) & 1).astype(bool)
        starts = np.concatenate([[0], ends[:-1] + 1])
        self.rows += int((~within & (ends > starts)).sum())
        began_within = np.concatenate([[self._inside], within[:-1]])
        if began_within.any():
            values = np.flatnonzero(at == self._delimiter)
            counts = np.searchsorted(values, ends) - np.searchsorted(values, starts)
            found = np.flatnonzero(began_within & (counts == self._like_row.delimiters))
            self.sound = self.sound and not any(self._like_row(block[starts[each] : ends[each]]) for each in found)
        self._inside ^= bool(len(quotes) & 1)


class Sorter:
    """Judges each line of a text on its own.

    Attributes:
        good: rows that were written on.
        aside: those that were not; places count from the header, which is row 1.
    """

    def __init__(self, name: str, delimiter: bytes, columns: int) -> None:
        self.good = 0
        self.aside: list[Told] = []
        self._name, self._delimiter, self._columns = name, delimiter, columns
        self._like_row = _RowLike(delimiter, columns)
        value = rb'(?:"[^"\n]*+(?:""[^"\n]*+)*+"|(?! *+")[^"\n%s]*+)' % re.escape(delimiter)
        self._plain = re.compile(rb"%s(?:%s%s){%d}\n" % (value, re.escape(delimiter), value, columns - 1))
        self._line, self._waiting = 0, deque[bytes]()

    def sort_out(self, source: Path, target: Path) -> None:
        """Write the rows of a text without its header."""
        with source.open("rb") as stream, target.open("wb") as rows:
            self._row(stream, self._next(stream))
            self.good, self.aside = 0, []
            while line := self._next(stream):
                if line != b"\n":
                    rows.write(self._row(stream, line))

    def _next(self, stream: BinaryIO) -> bytes:
        if self._waiting:
            return self._waiting.popleft()
        self._line += 1
        line = stream.readline(ENDLESS_LINE)
        if len(line) == ENDLESS_LINE:
            raise ImportFileError(
                f"{self._name}: line {self._line} has no end. Expected rows of text; export it again."
            )
        return line if not line or line.endswith(b"\n") else line + b"\n"

    def _row(self, stream: BinaryIO, line: bytes) -> bytes:
        """The row that begins with a line, as it is written on; nothing where it is set aside."""
        if b'"' not in line:
            return self._counted(line, line.count(self._delimiter) + 1, line)
        if self._plain.fullmatch(line):
            return self._counted(line, self._columns, line)
        lines = [line]
        values, rule = self._values(stream, lines)
        if rule:
            self._waiting.extendleft(reversed(lines[1:]))
            return self._set_aside(rule, line)
        if any(self._like_row(each) for each in lines[1:]):
            self._refuse_many(lines)
            for each in lines:
                self._set_aside("a quote is closed only after what looks like rows", each)
            return b""
        return self._counted(b"".join(lines), len(values), self._delimiter.join(map(self._written, values)) + b"\n")

    def _refuse_many(self, lines: list[bytes]) -> None:
        if len(lines) > MOST_SWALLOWED:
            last = self._line - len(self._waiting)
            raise ImportFileError(
                f"{self._name}: a quote opened in line {last - len(lines) + 1} is closed only in line {last}, "
                "and between them stand what look like rows. Close the quote, or double it."
            )

    def _counted(self, text: bytes, values: int, written: bytes) -> bytes:
        if len(text) > LONGEST_LINE:
            return self._set_aside("the line is too long", text)
        if values != self._columns:
            return self._set_aside(f"too {'few' if values < self._columns else 'many'} values in the line", text)
        self.good += 1
        return written

    def _set_aside(self, rule: str, text: bytes) -> bytes:
        shown = text[: _SHOWN * 4].decode(errors="ignore").strip()[:_SHOWN]
        self.aside.append((self.good + len(self.aside) + 2, rule, shown))
        return b""

    def _values(self, stream: BinaryIO, lines: list[bytes]) -> tuple[list[bytes], str]:
        """The values of a row, of whose lines more are taken in while a quote is open; or the rule it breaks."""
        values: list[bytes] = []
        text, position = bytearray(lines[0]), 0
        while True:
            begin = position
            while text.startswith(b" ", begin):
                begin += 1
            if text.startswith(b'"', begin):
                value, position = self._quoted(stream, lines, text, begin + 1)
                if value is None:
                    return [], "a quote is not closed"
                values.append(value)
                while text.startswith(b" ", position):
                    position += 1
                if text.startswith(b"\n", position):
                    return values, ""
                if not text.startswith(self._delimiter, position):
                    return [], "text follows a closed quote" if len(lines) == 1 else "a quote is not closed"
                position += len(self._delimiter)
                continue
            end = text.find(self._delimiter, position)
            if end < 0:
                return [*values, bytes(text[position:-1])], ""
            values.append(bytes(text[position:end]))
            position = end + len(self._delimiter)

    def _quoted(self, stream: BinaryIO, lines: list[bytes], text: bytearray, begin: int) -> tuple[bytes | None, int]:
        """A quoted value, and where it ends; None where it does not. The lines it goes on in are added to the text."""
        position = begin
        while True:
            end = text.find(b'"', position)
            if end >= 0 and text.startswith(b'"', end + 1):
                position = end + 2
            elif end >= 0:
                return bytes(text[begin:end]).replace(b'""', b'"'), end + 1
            else:
                position, more = len(text), self._until_quote(stream, FARTHEST_QUOTE - len(text))
                if not more:
                    return None, position
                lines += more
                text += b"".join(more)

    def _until_quote(self, stream: BinaryIO, most: int) -> list[bytes]:
        """The next lines, up to one that has a quote; none where the text ends, or is too long, before that."""
        lines = []
        while most > 0 and (line := self._next(stream)):
            lines.append(line)
            most -= len(line)
            if b'"' in line:
                return lines
        self._waiting.extendleft(reversed(lines))
        return []

    def _written(self, value: bytes) -> bytes:
        if b'"' in value or b"\n" in value or self._delimiter in value:
            return b'"' + value.replace(b'"', b'""') + b'"'
        return value
