"""A file's bytes as text, unpacked and checked: nothing binary, nothing endless, nothing in another encoding."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from analytics.errors import ImportFileError

LARGEST_TEXT = 8 << 30
LARGEST_RATIO = 400
_CHUNK = 1 << 20
_MAGIC = {
    b"PK\x03\x04": "a zip archive or workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"PAR1": "a Parquet file",
}


def lines_of_text(path: Path, encoding: str) -> Iterator[str]:
    """The file as text, every line end a line feed; an error names the line of the first bad byte."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    line_ends = io.IncrementalNewlineDecoder(None, translate=True)
    line = 1
    for position, chunk in enumerate(_chunks(path)):
        if position == 0:
            _refuse_binary(path.name, chunk, encoding)
        try:
            text = line_ends.decode(decoder.decode(chunk))
        except UnicodeError as error:
            at = line + chunk[: getattr(error, "start", 0)].count(b"\n")
            raise ImportFileError(_encoding_advice(path.name, encoding, at)) from error
        if "\x00" in text:
            at = line + text[: text.index("\x00")].count("\n")
            raise ImportFileError(f"{path.name} has a NUL byte in line {at}. Expected plain text; export it again.")
        line += text.count("\n")
        yield text
    try:
        yield line_ends.decode(decoder.decode(b"", final=True), final=True)
    except UnicodeError as error:
        raise ImportFileError(_encoding_advice(path.name, encoding, line)) from error


def _chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes, unpacked if it is gzip; stops a file that unpacks to far more than it is."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    limit = min(LARGEST_TEXT, max(path.stat().st_size * LARGEST_RATIO, 64 << 20)) if packed else LARGEST_TEXT
    read = 0
    with gzip.open(path, "rb") if packed else path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                read += len(chunk)
                if read > limit:
                    raise ImportFileError(
                        f"{path.name} unpacks to more than {limit >> 20} MB. Split it, or unpack it first."
                    )
                yield chunk
        except (EOFError, OSError, zlib.error) as error:
            raise ImportFileError(f"{path.name} is a damaged gzip file ({error}). Export it again.") from error


def _refuse_binary(name: str, start: bytes, encoding: str) -> None:
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            raise ImportFileError(
                f"{name} is {what}, not a text table. Give the file the ending that fits its content."
            )
    if encoding != "utf-16" and start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise ImportFileError(_encoding_advice(name, encoding, 1))


def _encoding_advice(name: str, encoding: str, line: int) -> str:
    others = ", ".join(each for each in ("utf-8", "utf-16", "cp1252", "latin-1") if each != encoding)
    return f"{name} is not {encoding} text (line {line}). Set encoding in the mapping to the file's own: {others}."
