"""Nasty archives, and text files that cannot be taken, with what must be said of them."""

import gzip
import io
import stat
import zipfile
from collections.abc import Callable

from tests.data.nasty import FEW, GOOD, PLAIN, Refused, Taken, short, ticket


def zipped(members: dict[str, bytes], *, link: str = "", packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        if link:
            entry = zipfile.ZipInfo(link)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
    return made.getvalue()


def locked() -> bytes:
    """A zip archive whose member says that it has a password."""
    content = bytearray(zipped({"t.csv": PLAIN.encode()}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def lying() -> bytes:
    """A zip archive of 20 MB whose member says that it is a hundred bytes."""
    content = bytearray(zipped({"t.csv": b"0" * (20 << 20)}))
    for place in (22, content.rindex(b"PK\x01\x02") + 24):
        content[place : place + 4] = (100).to_bytes(4, "little")
    return bytes(content)


def in_itself(depth: int) -> bytes:
    content = PLAIN.encode()
    for level in range(depth):
        content = zipped({f"{level}.zip" if level else "t.csv": content})
    return content


ARCHIVES: dict[str, Taken] = {
    "gzip that does not say so": Taken("t.csv", gzip.compress(PLAIN.encode()), 2),
    "two gzip parts": Taken("t.csv.gz", gzip.compress(short(ticket(1))) + gzip.compress(ticket(2).encode()), 2),
    "a zip that would climb": Taken(
        "t.zip", zipped({"../../../../tmp/t.csv": PLAIN.encode(), "/etc/t2.csv": short(ticket(3), ticket(4))}), 4
    ),
    "a zip with a system's own files": Taken(
        "t.zip", zipped({"t.csv": PLAIN.encode(), "__MACOSX/._t.csv": b"\x00\x05", ".DS_Store": b"\x00", "a/": b""}), 2
    ),
    "a zip of gzip": Taken("t.zip", zipped({"folder/t.csv.gz": gzip.compress(PLAIN.encode())}), 2),
}

BROKEN: dict[str, Refused] = {
    "empty": Refused("t.csv", b"", "t.csv is empty"),
    "white space only": Refused("t.csv", b" \r\n\t\n  ", "t.csv is empty"),
    "a byte order mark only": Refused("t.csv", b"\xef\xbb\xbf", "t.csv is empty"),
    "header only": Refused("t.csv", short(), "t.csv has a header and no rows"),
    "rejected rows only": Refused("t.csv", short("1", "2"), "Most often: too few values in the line (2 rows)"),
    "a header twice": Refused("t.csv", short(header="id,created,company,id"), "two columns called 'id'"),
    "a header twice but for capitals": Refused(
        "t.csv", short(header="id,created,company,Created"), "two columns called 'Created'"
    ),
    "a header cell that is empty": Refused("t.csv", short(header="id,,created"), "column 2 has no name"),
    "a header of delimiters": Refused("t.csv", short(header=",,"), "has no header line"),
    "a header whose quote is open": Refused(
        "t.csv", short(ticket(1), header='id,"created,company'), "the header line cannot be read"
    ),
    "a header without end": Refused("t.csv", b"x" * 5_000_000, "the header line cannot be read"),
    "a header of 100,000 columns": Refused("t.csv", ",".join(map(str, range(100_000))).encode(), "has 100,000 columns"),
    "another delimiter": Refused("t.csv", PLAIN.replace(",", ";").encode(), "has no column 'id'"),
    "a NUL": Refused("t.csv", short(ticket(1), ticket(2, "A\x00me")), "has a NUL byte in line 3"),
    "utf-16 undeclared": Refused("t.csv", GOOD.encode("utf-16"), "is not utf-8 text"),
    "utf-16 undeclared without a mark": Refused(
        "t.csv",
        PLAIN.encode("utf-16-le"),
        "is not utf-8 text (line 1). Set encoding in the mapping, or with --encoding, to the file's own: utf-16",
    ),
    "utf-16 cut in a letter": Refused(
        "t.csv", GOOD.encode("utf-16")[:-1], "is not utf-16 text", {**FEW, "encoding": "utf-16"}
    ),
    "utf-16 with half a pair": Refused(
        "t.csv", GOOD.encode("utf-16") + b"\x00\xd8a\x00", "is not utf-16 text", {**FEW, "encoding": "utf-16"}
    ),
    "utf-32": Refused("t.csv", GOOD.encode("utf-32"), "is not utf-8 text"),
    "cp1252 undeclared": Refused("t.csv", GOOD.encode("cp1252"), "is not utf-8 text (line 3)"),
    "overlong utf-8": Refused("t.csv", short(ticket(1)) + b"\xc0\xaf", "is not utf-8 text (line 3)"),
    "a line without end": Refused("t.csv", short(ticket(1)) + b"x" * (65 << 20), "line 3 has no end"),
    "thousands of rows in a quote": Refused(
        "t.csv",
        short(ticket(1), ticket(2, '"open'), *map(ticket, range(3, 2000)), ticket(2000, 'x"')),
        "a quote opened in line 3 is closed only in line 2001",
    ),
    "a web page": Refused("t.csv", b"<!DOCTYPE html><title>Sign in</title>", "is a web page"),
    "an old workbook": Refused("t.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old or locked Excel workbook"),
    "an unknown ending": Refused("t.doc", b"hello", "has an ending that is not known"),
    "no ending": Refused("tickets", PLAIN.encode(), "has an ending that is not known"),
    "gzip of nothing": Refused("t.csv.gz", gzip.compress(b""), "t.csv.gz is empty"),
    "gzip that is cut": Refused("t.csv.gz", gzip.compress(GOOD.encode() * 50)[:-20], "is a damaged gzip file"),
    "gzip with another end": Refused("t.csv.gz", gzip.compress(GOOD.encode()) + b"junk", "is a damaged gzip file"),
    "a zip that is cut": Refused(
        "t.zip", zipped({"t.csv": PLAIN.encode()})[:-30], "is a damaged or locked zip archive"
    ),
    "a zip that is text": Refused("t.zip", PLAIN.encode(), "is a damaged or locked zip archive"),
    "a zip with a password": Refused("t.zip", locked(), "is a damaged or locked zip archive"),
    "a zip of nothing": Refused("t.zip", zipped({}), "holds no file that can be read"),
    "a zip of other things": Refused(
        "t.zip", zipped({"a.pdf": b"%PDF", "b.docx": b"x"}), "holds no file that can be read"
    ),
    "a zip with a link": Refused(
        "t.zip", zipped({"t.csv": PLAIN.encode()}, link="passwd.csv"), "holds a link, 'passwd.csv'"
    ),
    "a zip in a zip": Refused("t.zip", in_itself(3), "holds another archive, '2.zip'"),
    "a zip of 300 files": Refused("t.zip", zipped({f"{n}.csv": b"x" for n in range(300)}), "holds 300 files"),
    "a zip with a broken member": Refused(
        "t.zip", zipped({"t.csv": b"id\x00created\n"}), "t.zip/t.csv has a NUL byte in line 1"
    ),
    "a zip with an empty member": Refused("t.zip", zipped({"t.csv": b""}), "t.zip/t.csv is empty"),
}

BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "gzip": ("t.csv.gz", lambda: gzip.compress(bytes(200 << 20), 1), "t.csv.gz has a NUL byte"),
    "gzip of letters": (
        "t.csv.gz",
        lambda: gzip.compress(short() + b"x,y,z\n" * (20 << 20), 6),
        "unpacks to more than 64 MB",
    ),
    "gzip of json": ("t.json.gz", lambda: gzip.compress(b"[" + b"1," * (60 << 20), 6), "unpacks to more than 64 MB"),
    "zip": ("t.zip", lambda: zipped({"t.csv": b"0" * (300 << 20)}), "unpacks to 300 MB"),
    "zip of many": ("t.zip", lambda: zipped({f"{n}.csv": b"0" * (4 << 20) for n in range(50)}), "unpacks to 200 MB"),
    "zip that lies": ("t.zip", lying, "is a damaged or locked zip archive"),
    "zip of gzip": (
        "t.zip",
        lambda: zipped({"t.csv.gz": gzip.compress(short() + b"x,y,z\n" * (20 << 20), 6)}),
        "unpacks to more than 64 MB",
    ),
}
