"""Nasty text files and archives, each built with the number of rows that stand in it, or what must be said of it."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.data.files import row, table

FEW: dict[str, Any] = {
    "columns": {"ticket_id": "id", "created_at": "created", "customer": "company"},
    "values": {},
}
SHORT = "id,created,company"
GOOD = table(row(1), row(2, company="Ågren & Co"))
PLAIN = table(row(1), row(2))
AT = "2026-06-01 08:00"


@dataclass(frozen=True)
class Taken:
    """A file that is read: how many rows its builder wrote, and the rules that its bad ones break, by row."""

    file: str
    content: bytes | Callable[[Path], bytes]
    rows: int
    rules: tuple[tuple[int, str], ...] = ()
    ids: tuple[str, ...] | None = None
    changes: dict[str, Any] = field(default_factory=lambda: dict(FEW))


@dataclass(frozen=True)
class Refused:
    """A file that is not: what is said."""

    file: str
    content: bytes | Callable[[Path], bytes]
    told: str
    changes: dict[str, Any] = field(default_factory=lambda: dict(FEW))


def short(*rows: str, header: str = SHORT, end: str = "\n") -> bytes:
    return end.join([header, *rows, ""]).encode()


def ticket(number: object, company: str = "Acme", created: str = AT) -> str:
    return f"{number},{created},{company}"


def drifting() -> bytes:
    """Whole numbers as ids and times of one kind for 50,000 rows, then others."""
    rows = [ticket(number) for number in range(50_000)]
    return short(*rows, ticket("ABC-1"), ticket("007"), ticket(3, created="yesterday"), ticket("9" * 40))


SWALLOWED = (ticket(1), ticket(2, '"never closed'), ticket(3), ticket(4, 'the end"'), ticket(5))
ASIDE = "a quote is closed only after what looks like rows"
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    '"=HYPERLINK(""http://evil.example"",""x"")"',
    "\t=1",
    "=1;",
)

TEXTS: dict[str, Taken] = {
    "too few values": Taken("t.csv", short(ticket(1), "2,x", ticket(3)), 3, ((3, "too few values in the line"),)),
    "too many values": Taken(
        "t.csv", short(ticket(1), ticket("2,3"), ticket(3)), 3, ((3, "too many values in the line"),)
    ),
    "a line of delimiters": Taken(
        "t.csv", short(ticket(1), ",,"), 2, ((3, "creation time is missing"), (3, "ticket id is missing"))
    ),
    "a line of spaces": Taken("t.csv", short(ticket(1), "   "), 2, ((3, "too few values in the line"),)),
    "a quote never closed": Taken(
        "t.csv",
        short(ticket(1), ticket(2, '"open'), ticket(3), ticket(4)),
        4,
        ((3, "a quote is not closed"),),
        ("1", "3", "4"),
    ),
    "a quote never closed at the end": Taken(
        "t.csv", short(ticket(1), ticket(2, '"open'))[:-1], 2, ((3, "a quote is not closed"),)
    ),
    "a quote closed lines later": Taken(
        "t.csv", short(*SWALLOWED), 5, ((3, ASIDE), (4, ASIDE), (5, ASIDE)), ("1", "5")
    ),
    "a quote closed by the next one": Taken(
        "t.csv",
        short(ticket(1, '"open'), ticket(2), ticket(3, '"Acme"'), ticket(4)),
        4,
        ((2, "a quote is not closed"),),
        ("2", "3", "4"),
    ),
    "a quote closed in the next row": Taken(
        "t.csv",
        short('1,"2026-06-01 08:00,Acme', '2,2026-06-01 08:00",Acme', ticket(3)),
        3,
        ((2, ASIDE), (3, ASIDE)),
        ("3",),
    ),
    "text after a quote": Taken(
        "t.csv", short(ticket(1, '"a" b'), ticket(2)), 2, ((2, "text follows a closed quote"),)
    ),
    "quotes within text": Taken(
        "t.csv", short(ticket(1, 'a 19" screen'), ticket(2, 'the "big" one'), ticket(3, '"a, b"')), 3
    ),
    "spaces around quotes": Taken("t.csv", short('1, "2026-06-01 08:00" , "Acme, Inc" ', ticket(2)), 2, (), ("1", "2")),
    "lines within quotes": Taken("t.csv", short(ticket(1, '"a\nb, 10:30, c\n\n\nd"'), ticket(2)), 2, (), ("1", "2")),
    "a pasted table within quotes": Taken(
        "t.csv",
        short(ticket(1, f'"see:\n{ticket(8)}\n{ticket(9)}\nbye"'), ticket(2)),
        5,
        ((2, ASIDE), (3, ASIDE), (4, ASIDE), (5, ASIDE)),
        ("2",),
    ),
    "backslashes before quotes": Taken(
        "t.csv", short(ticket(1, '"C:\\"'), ticket(2, '"\\"'), ticket(3)), 3, (), ("1", "2", "3")
    ),
    "a line of 10 MB": Taken(
        "t.csv", short(ticket(1), ticket(2, "x" * 10_000_000), ticket(3)), 3, ((3, "the line is too long"),), ("1", "3")
    ),
    "a quoted value of 10 MB": Taken(
        "t.csv",
        short(ticket(1), ticket(2, '"' + "a long line of text\n" * 500_000 + '"'), ticket(3)),
        3,
        ((3, "the line is too long"),),
        ("1", "3"),
    ),
    "blank lines": Taken("t.csv", short(ticket(1), "", "", ticket(2), ""), 2),
    "a byte order mark": Taken("t.csv", b"\xef\xbb\xbf" + short(ticket(1), ticket(2)), 2),
    "a mark before a quoted header": Taken(
        "t.csv", b"\xef\xbb\xbf" + short(ticket(1), header='"id","created","company"'), 1, (), ("1",)
    ),
    "utf-16 with a mark": Taken("t.csv", GOOD.encode("utf-16"), 2, changes={**FEW, "encoding": "utf-16"}),
    "utf-16 big-endian with a mark": Taken(
        "t.csv", b"\xfe\xff" + GOOD.encode("utf-16-be"), 2, changes={**FEW, "encoding": "utf-16"}
    ),
    "utf-16 without a mark": Taken("t.csv", GOOD.encode("utf-16-le"), 2, changes={**FEW, "encoding": "utf-16"}),
    "utf-16 big-endian without a mark": Taken(
        "t.csv", GOOD.encode("utf-16-be"), 2, changes={**FEW, "encoding": "utf-16"}
    ),
    "cp1252 that is declared": Taken("t.csv", GOOD.encode("cp1252"), 2, changes={**FEW, "encoding": "cp1252"}),
    "carriage returns only": Taken("t.csv", short(ticket(1), ticket(2), end="\r"), 2),
    "line ends of every kind": Taken(
        "t.csv", b"id,created,company\r" + f"{ticket(1)}\r\n{ticket(2)}\n{ticket(3)}\r{ticket(4)}".encode(), 4
    ),
    "a carriage return between two pieces": Taken(
        "t.csv", short(*(ticket(n, "x" * (n % 50)) for n in range(40_000)), end="\r\n"), 40_000
    ),
    "no line end at the end": Taken("t.csv", short(ticket(1), ticket(2))[:-1], 2),
    "ids as they are written": Taken(
        "t.csv",
        short(ticket("007"), ticket("1e5"), ticket(" 8 "), ticket("0x1F"), ticket("1.0"), ticket("٣")),
        6,
        (),
        ("007", "0x1F", "1.0", "1e5", "8", "٣"),
    ),
    "ids that differ by spaces": Taken(
        "t.csv", short(ticket(7), ticket(" 7 ")), 2, ((3, "duplicate ticket id"),), ("7",)
    ),
    "ids that are blank": Taken(
        "t.csv",
        short(ticket(1), ticket(""), ticket('" "'), ticket('""')),
        4,
        tuple((n, "ticket id is missing") for n in (3, 4, 5)),
        ("1",),
    ),
    "types that change at row 50,001": Taken("t.csv", drifting(), 50_004, ((50_004, "creation time cannot be read"),)),
    "formulas": Taken("t.csv", short(*(ticket(n, text) for n, text in enumerate(FORMULAS))), len(FORMULAS)),
    "control characters": Taken(
        "t.csv",
        short(ticket(1, "a\x07b\x1b[31m\x7f"), ticket(2, "a\u2028b\x0bc\x0cd\x85e"), ticket(3, "\u202eevil")),
        3,
    ),
    "a line separator in the header": Taken(
        "t.csv", short(ticket(1), header="id,created,company,a\u2028b\x0c").replace(b"Acme", b"Acme,x"), 1
    ),
    "local times that do not exist": Taken(
        "t.csv",
        short(ticket(1, created="2026-03-29 02:30"), ticket(2, created="2026-02-30 08:00"), ticket(3)),
        3,
        ((3, "creation time cannot be read"),),
        ("1", "3"),
    ),
    "local times that happened twice": Taken(
        "t.csv", short(ticket(1, created="2026-10-25 02:30"), ticket(2)), 2, (), ("1", "2")
    ),
    "local times that happened twice, to be rejected": Taken(
        "t.csv",
        short(ticket(1, created="2026-10-25 02:30"), ticket(2)),
        2,
        ((2, "creation time cannot be read"),),
        changes={**FEW, "ambiguous": "reject"},
    ),
    "years far away": Taken(
        "t.csv",
        short(*(ticket(n, created=f"{year}-01-02 08:00") for n, year in enumerate(("0001", "1900", "9999", "2026")))),
        4,
        (
            (2, "a time before 1970 or after 2099"),
            (3, "a time before 1970 or after 2099"),
            (4, "a time before 1970 or after 2099"),
            (4, "creation time in the future"),
        ),
        ("3",),
    ),
    "times in the future": Taken(
        "t.csv",
        short(ticket(1), ticket(2, created="2026-11-01 01:00:01"), ticket(3, created="2026-11-01T00:00:01Z")),
        3,
        ((3, "creation time in the future"), (4, "creation time in the future")),
    ),
    "solved before it began": Taken(
        "t.csv",
        table(row(1), row(2, solved="2026-05-01 08:00")).encode(),
        2,
        ((3, "resolution time before creation"),),
        changes={},
    ),
    "semicolons": Taken("t.csv", PLAIN.replace(",", ";").encode(), 2, changes={**FEW, "delimiter": ";"}),
    "tabs": Taken("t.tsv", PLAIN.replace(",", "\t").encode(), 2),
    "pipes": Taken("t.txt", PLAIN.replace(",", "|").encode(), 2, changes={**FEW, "delimiter": "|"}),
    "a delimiter of two bytes": Taken("t.csv", PLAIN.replace(",", "¦").encode(), 2, changes={**FEW, "delimiter": "¦"}),
    "a delimiter in a quoted header": Taken("t.csv", short(f"{ticket(1)},x", header='id,created,company,"a,b;c"'), 1),
    "a line end in a quoted header": Taken(
        "t.csv", short(f"{ticket(1)},x", f"{ticket(2)},y", header='id,created,company,"a\nb"'), 2
    ),
    "a name with odd characters": Taken("t [1] *?'\"$(x);é\n.csv", PLAIN.encode(), 2),
    "a name of capitals": Taken("T.CSV.GZ", gzip.compress(PLAIN.encode()), 2),
}
