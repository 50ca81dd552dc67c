"""A file's bytes as text, unpacked and checked: nothing binary, nothing endless, nothing in another encoding."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from analytics.errors import ImportFileError

LARGEST_TEXT = 8 << 30
LARGEST_RATIO = 100
_CHUNK = 1 << 20
_UNPACKED_ANYWAY = 64 << 20
_MAGIC = {
    b"PK\x03\x04": "a zip archive or workbook",
    b"\xd0\xcf\x11\xe0": "an old or locked Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"PAR1": "a Parquet file",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "packed by zstd",
    b"\xfd7zXZ": "packed by xz",
    b"BZh": "packed by bzip2",
    b"<!doctype html": "a web page, perhaps that of a login",
    b"<html": "a web page, perhaps that of a login",
}
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(path: Path, name: str | None = None) -> str:
    """The encoding a text file's first bytes show: "utf-16" by its mark or its many zeros, else "utf-8"."""
    start = next(chunks(path, name or path.name), b"")
    return "utf-16" if start[:2] in _MARKS or _order(start) else "utf-8"


class Text:
    """A text file's bytes as UTF-8, every line end a line feed, without a mark; in pieces.

    Attributes:
        changed: whether what has been given so far differs from the bytes in the file.
    """

    def __init__(self, path: Path, encoding: str, name: str) -> None:
        self.path, self.encoding, self.name = path, encoding, name
        self.changed = encoding != "utf-8" or packed(path)

    def __iter__(self) -> Iterator[bytes]:
        """The pieces.

        Raises:
            ImportFileError: it is no text in this encoding; the message names the line of the first bad byte.
        """
        decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()
        line, held = 1, b""
        for position, chunk in enumerate(chunks(self.path, self.name)):
            if position == 0:
                self._refuse_binary(chunk)
                decoder = self._decoder(chunk)
            try:
                text = decoder.decode(chunk)
            except UnicodeError as error:
                raise self._foreign(line + chunk[: getattr(error, "start", 0)].count(b"\n")) from error
            if "\x00" in text:
                raise self._nul(line + text[: text.index("\x00")].count("\n"), chunk)
            data = chunk if self.encoding == "utf-8" else text.encode()
            if position == 0 and data.startswith(codecs.BOM_UTF8):
                data, self.changed = data.removeprefix(codecs.BOM_UTF8), True
            data, held = self._line_ends(held + data)
            line += data.count(b"\n")
            yield data
        try:
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            raise self._foreign(line) from error
        if held:
            yield b"\n"

    def _line_ends(self, data: bytes) -> tuple[bytes, bytes]:
        """Bytes with line feeds only, and a carriage return at their end, of which the next piece decides."""
        if b"\r" not in data:
            return data, b""
        self.changed = True
        held = data[-1:] if data.endswith(b"\r") else b""
        return data.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n"), held

    def _decoder(self, start: bytes) -> codecs.IncrementalDecoder:
        marked = start[:2] in _MARKS
        order = "" if self.encoding != "utf-16" or marked else _order(start)
        return codecs.getincrementaldecoder(self.encoding + order)()

    def _refuse_binary(self, start: bytes) -> None:
        for magic, what in _MAGIC.items():
            if start[: len(magic)].lower() == magic.lower():
                raise ImportFileError(
                    f"{self.name} is {what}, not a text table. Export it as text, or give it the ending that fits."
                )
        if self.encoding != "utf-16" and start[:2] in _MARKS:
            raise self._foreign(1)

    def _foreign(self, line: int) -> ImportFileError:
        others = ", ".join(each for each in ("utf-8", "utf-16", "cp1252", "latin-1") if each != self.encoding)
        return ImportFileError(
            f"{self.name} is not {self.encoding} text (line {line}). "
            f"Set encoding in the mapping, or with --encoding, to the file's own: {others}."
        )

    def _nul(self, line: int, chunk: bytes) -> ImportFileError:
        if _order(chunk):
            return self._foreign(line)
        return ImportFileError(f"{self.name} has a NUL byte in line {line}. Expected plain text; export it again.")


def packed(path: Path) -> bool:
    """Whether a file is packed by gzip."""
    with path.open("rb") as raw:
        return raw.read(2) == b"\x1f\x8b"


def chunks(path: Path, name: str) -> Iterator[bytes]:
    """The file's bytes, unpacked if it is gzip; stops a file that unpacks to far more than it is."""
    zipped = packed(path)
    most = max(path.stat().st_size * LARGEST_RATIO, _UNPACKED_ANYWAY)
    limit = min(LARGEST_TEXT, most) if zipped else LARGEST_TEXT
    read = 0
    with gzip.open(path, "rb") if zipped else path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                read += len(chunk)
                if read > limit:
                    more = f"{'unpacks to' if zipped else 'is'} more than {limit >> 20} MB"
                    raise ImportFileError(f"{name} {more}. Split it{', or unpack it first' if zipped else ''}.")
                yield chunk
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ImportFileError(f"{name} is a damaged gzip file ({error}). Export it again.") from error


def _order(start: bytes) -> str:
    """The byte order of UTF-16 without a mark, as its codec ends: every other byte of plain letters is zero."""
    half = len(start) // 2
    if not half or len(start) < 4:
        return ""
    zeros = {"-le": start[1::2].count(0), "-be": start[0::2].count(0)}
    likely = max(zeros, key=lambda each: zeros[each])
    return likely if zeros[likely] * 2 > half and min(zeros.values()) * 8 < half else ""
