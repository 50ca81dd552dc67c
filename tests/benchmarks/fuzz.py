"""Damaged CSV files by the thousand: each is read with every row accounted for, or refused with one error of ours.

Run by hand: `python -m tests.benchmarks.fuzz [N] [SEED]`. Prints how many files were read and refused, what was wrong,
and the slowest. Where Python's own csv module reads a file strictly, rows and values must be the same.
"""

import csv
import io
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from analytics.errors import SLAError
from data.ingest.batch import Batch
from data.ingest.files import opened
from data.ingest.lines import LONGEST_LINE
from data.ingest.mapped import read
from tests.benchmarks.machine import machine
from tests.data.files import NOW, mapping, row, table

Damage = Callable[[bytearray, random.Random], None]
BITS = (
    b'"',
    b'""',
    b",",
    b";",
    b"\n",
    b"\r",
    b"\r\n",
    b"\t",
    b"\x00",
    b" ",
    b'"\n',
    b',"',
    b'",',
    b"\\",
    b"\xff",
    b"\xc3",
)
SUBJECTS = (
    "Acme",
    "Ågren & Co",
    '"Acme, Inc"',
    '"says ""no"""',
    '"two\nlines"',
    '"a\n\nb, 10:30, c"',
    "=cmd|' /C calc'!A0",
    '""',
    "",
    '19" screen',
    " spaced ",
)


@dataclass
class Figures:
    """What came of the files."""

    files: int = 0
    read: int = 0
    compared: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_case: int = 0


def flip(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def cut_out(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    del content[start : start + chance.randint(1, 40)]


def double(content: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(content))
    content[start:start] = content[start : start + chance.randint(1, 200)]


def insert(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(content) + 1)
        content[place:place] = chance.choice(BITS)


def cut_off(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(1, len(content)) :]


def garble(content: bytearray, chance: random.Random) -> None:
    """Text in another encoding, from some place on or as a whole."""
    start = chance.choice([0, chance.randrange(len(content))])
    text = bytes(content[start:]).decode(errors="replace")
    content[start:] = text.encode(
        chance.choice(["utf-16", "utf-16-le", "cp1252", "utf-8-sig", "utf-32"]), errors="replace"
    )


def swap(content: bytearray, chance: random.Random) -> None:
    """Values of a line in another order, or one fewer or more."""
    lines = bytes(content).split(b"\n")
    place = chance.randrange(len(lines))
    values = lines[place].split(b",")
    chance.shuffle(values)
    values = values[chance.randint(0, 1) :] + values[: chance.randint(0, 1)]
    lines[place] = b",".join(values)
    content[:] = b"\n".join(lines)


def end_lines(content: bytearray, chance: random.Random) -> None:
    """Other line ends, everywhere or at some places."""
    end, share = chance.choice([b"\r", b"\r\n", b"\n\n", b"\n\r"]), chance.choice([1.0, 0.3])
    parts = bytes(content).split(b"\n")
    content[:] = b"".join(part + (end if chance.random() < share else b"\n") for part in parts)


DAMAGES: tuple[Damage, ...] = (
    *(flip, cut_out, double, double, insert, insert, insert, insert),
    *(cut_off, garble, swap, swap, swap, end_lines, end_lines),
)


def damaged(seed: int) -> bytes:
    """A good file of up to forty rows, damaged in one to four ways."""
    chance = random.Random(seed)
    rows = [row(number, company=chance.choice(SUBJECTS)) for number in range(chance.randint(1, 40))]
    content = bytearray(table(*rows).encode())
    for _ in range(chance.randint(1, 4)):
        if content:
            chance.choice(DAMAGES)(content, chance)
    return bytes(content)


def listed(content: bytes) -> list[dict[str, str]] | None:
    """Rows under the header as Python's csv module reads them; None where it does not read the file."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        found = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True) if row]
    except (UnicodeError, csv.Error):
        return None
    names = [name.strip().lower() for name in found[0]]
    return [dict(zip(names, (value.strip() for value in row), strict=False)) for row in found[1:]]


def swallows(rules: set[str]) -> bool:
    """Whether rows were told apart that csv takes for one."""
    return any(rule.startswith(("a quote is", "text follows")) for rule in rules)


def tried(path: Path, content: bytes, figures: Figures) -> str:
    """Read one file; what is wrong with how that went, or ""."""
    path.write_bytes(content)
    shape = mapping()
    try:
        with opened([path], encoding=shape.encoding, delimiter=shape.delimiter) as files:
            batch = read(files, shape, NOW)
    except SLAError as error:
        figures.refused[" ".join(str(error).split()[1:6])] += 1
        return "" if str(path.parent) not in str(error) else f"names this machine: {error}"
    except BaseException as error:  # noqa: BLE001 - that there is none is what is shown
        return f"{type(error).__name__}: {error}"
    figures.read += 1
    aside = batch.rejected.select("file", "row_number").n_unique()
    if not batch.tickets.height == batch.taken == batch.read - aside:
        return f"{batch.read} rows read, {batch.taken} taken, {aside} set aside"
    if batch.tickets["ticket_id"].str.contains("\n").any():
        return "an id of two lines"
    return compared(content, batch, figures)


def compared(content: bytes, batch: Batch, figures: Figures) -> str:
    """How a batch differs from what Python's csv module reads, or ""."""
    expected = listed(content)
    if expected is None or len(content) > LONGEST_LINE or swallows(set(batch.rejected["rule"])):
        return ""
    figures.compared += 1
    if batch.read != len(expected):
        return f"{batch.read} rows read, csv counts {len(expected)}"
    known = {(each.get("id"), each.get("company", "")) for each in expected}
    strange = set(batch.tickets.select("ticket_id", pl.col("customer").fill_null("")).rows()) - known
    return f"csv does not know {min(strange)}" if strange else ""


def run(times: int, folder: Path, seed: int = 1) -> Figures:
    """Try that many files."""
    figures = Figures()
    for number in range(seed * 1_000_000, seed * 1_000_000 + times):
        content = damaged(number)
        began = time.perf_counter()
        wrong = tried(folder / "t.csv", content, figures)
        took = time.perf_counter() - began
        figures.files += 1
        if took > figures.slowest:
            figures.slowest, figures.slowest_case = took, number
        if wrong:
            figures.failures.append(f"case {number}: {wrong}")
    return figures


def main() -> None:
    """Try the files, and say what came of them."""
    times, seed = (int(each) for each in (*sys.argv[1:], *("10000", "1")[len(sys.argv) - 1 :]))
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(times, Path(folder), seed)
    print(machine())
    refused = figures.refused.total()
    print(f"{figures.files:,} files in {time.perf_counter() - began:.0f} s: {figures.read:,} read, {refused:,} refused")
    print(f"{figures.compared:,} compared with Python's csv; {len(figures.failures)} failures")
    print(f"slowest: case {figures.slowest_case}, {figures.slowest:.2f} s")
    for words, count in figures.refused.most_common(12):
        print(f"  {count:6,} x {words} …")
    print("\n".join(figures.failures[:20]))
    sys.exit(bool(figures.failures))


if __name__ == "__main__":
    main()
