"""Nasty JSON files, each built with the number of records in it, or what must be said of it."""

import json

from tests.data.nasty import AT, FEW, PLAIN, Refused, Taken

NO_OBJECT, NO_TEXT, TWICE = "is not a JSON object", "is not valid text", "has a key that stands twice"


def record(number: object, company: object = "Acme", **more: object) -> dict[str, object]:
    return {"id": number, "created": AT, "company": company, **more}


def text(value: object) -> bytes:
    return json.dumps(value).encode()


def lines(*parts: str | dict[str, object]) -> bytes:
    return "\n".join(part if isinstance(part, str) else json.dumps(part) for part in parts).encode()


JSON: dict[str, Taken] = {
    "an array of records": Taken("t.json", text([record(1), record(2)]), 2),
    "records that are none": Taken(
        "t.json",
        text([record(1), 5, None, "x", [record(2)], record(3)]),
        6,
        tuple((n, f"the record {NO_OBJECT}") for n in (2, 3, 4, 5)),
        ("1", "3"),
    ),
    "a page": Taken("t.json", text({"tickets": [record(1), record(2)], "count": 2, "users": [{"id": 1}]}), 2),
    "pages one after another": Taken(
        "t.json",
        text({"tickets": [record(1), record(2)]}) + text({"tickets": []}) + text({"tickets": [record(3), 7]}),
        4,
        ((4, f"the record {NO_OBJECT}"),),
    ),
    "arrays one after another": Taken("t.json", text([record(1), record(2)]) + b"\n" + text([record(3)]) + b"\n[]", 3),
    "objects one after another": Taken(
        "t.json", json.dumps(record(1), indent=2).encode() + json.dumps(record(2), indent=2).encode(), 2
    ),
    "objects in one line": Taken(
        "t.json",
        text(record(1)) + text(record(2)) + text(record(3, created="never")),
        3,
        ((3, "creation time cannot be read"),),
    ),
    "one object": Taken("t.json", text(record(1)), 1),
    "lines with a bad one": Taken(
        "t.jsonl", lines(record(1), "{'id': 2}", record(3)), 3, ((2, f"the line {NO_OBJECT}"),)
    ),
    "lines that hold other things": Taken(
        "t.jsonl",
        lines(record(1), "null", "[1, 2]", '"x"', "7", record(2), record(3), record(4)),
        8,
        tuple((n, f"the line {NO_OBJECT}") for n in (2, 3, 4, 5)),
    ),
    "lines between blank ones": Taken(
        "t.ndjson",
        b"\r\n\r\n" + lines(record(1), "", "  ", record(2, created=1)) + b"\r\n",
        2,
        ((6, "creation time cannot be read"),),
    ),
    "lines after a mark": Taken("t.jsonl", b"\xef\xbb\xbf" + lines(record(1), record(2)), 2),
    "lines cut at the end": Taken(
        "t.jsonl", lines(record(1), record(2), record(3))[:-20], 3, ((3, f"the line {NO_OBJECT}"),)
    ),
    "a line nested deeply": Taken(
        "t.jsonl",
        lines(record(1), "[" * 100_000, '{"a":' * 100_000, record(2)),
        4,
        ((2, f"the line {NO_OBJECT}"), (3, f"the line {NO_OBJECT}")),
    ),
    "huge whole numbers": Taken(
        "t.jsonl",
        lines(record(10**30), record(2**64), '{"id": ' + "9" * 5000 + "}"),
        3,
        ((3, f"the line {NO_OBJECT}"),),
        ("1" + "0" * 30, str(2**64)),
    ),
    "numbers that are none": Taken(
        "t.json",
        b'[{"id": 1, "created": "2026-06-01 08:00", "company": NaN}, {"id": NaN, "created": "2026-06-01 08:00"}, '
        b'{"id": 3, "created": -Infinity}, {"id": 1e400, "created": "2026-06-01 08:00"}]',
        4,
        ((2, "ticket id is missing"), (3, "creation time is missing")),
        ("1", "inf"),
    ),
    "keys that stand twice": Taken(
        "t.json",
        b'[{"id": 1, "id": 2, "created": "2026-06-01 08:00"}, '
        b'{"id": 3, "created": "2026-06-01 08:00", "a": [{"b": 1, "b": 1}]}, ' + text(record(4)) + b"]",
        3,
        ((1, f"the record {TWICE}"), (2, f"the record {TWICE}")),
        ("4",),
    ),
    "halves of letters": Taken(
        "t.json",
        b'[{"id": "\\ud800", "created": "x"}, {"id": "\\udc00\\ud800", "created": "x"}, {"id": 3, "\\udfff": 1}, '
        b'{"id": 4, "created": "2026-06-01 08:00", "company": "\\ud83d\\ude00 \\\\ud800"}]',
        4,
        tuple((n, f"the record {NO_TEXT}") for n in (1, 2, 3)),
        ("4",),
    ),
    "NUL in a text": Taken(
        "t.json",
        b'[{"id": "a\\u0000b", "created": "x"}, {"id": 2, "created": "2026-06-01 08:00", "company": "\\\\u0000"}]',
        2,
        ((1, f"the record {NO_TEXT}"),),
        ("2",),
    ),
    "values that are no text": Taken(
        "t.json",
        text([record(True), record(1.5), record({"a": 1}), record([1]), record(2, company={"x": [1]})]),
        5,
        ((3, "ticket id is missing"), (4, "ticket id is missing")),
        ("1.5", "2", "true"),
    ),
    "keys that come late": Taken("t.json", text([{"id": n, "created": AT} for n in range(100)] + [record(100)]), 101),
    "keys that are odd": Taken("t.json", text([record(1, **{"a.b": 1, "=x": 2, "é\u2028": 3, "x" * 1000: 4})]), 1),
    "json in utf-16": Taken(
        "t.json",
        json.dumps([record(1, "Ågren")], ensure_ascii=False).encode("utf-16"),
        1,
        changes={**FEW, "encoding": "utf-16"},
    ),
}
NO_JSON: dict[str, Refused] = {
    "json that is empty": Refused("t.json", b" \n", "t.json is empty"),
    "an empty array": Refused("t.json", b"[]", "has no JSON object in it"),
    "a page without records": Refused("t.json", b'{"tickets": [], "next_page": null}', "has no JSON object in it"),
    "an array of numbers": Refused("t.json", b"[1, 2]", "has no JSON object in it"),
    "a number": Refused("t.json", b"7", "has no JSON object in it"),
    "lines of text": Refused("t.jsonl", b"hello\nworld\n", "is not JSON that can be read"),
    "json that is CSV": Refused("t.json", PLAIN.encode(), "is not JSON that can be read"),
    "json that is cut": Refused("t.json", text([record(1), record(2)])[:-30], "is not JSON that can be read"),
    "indented json that is cut": Refused(
        "t.json", json.dumps([record(n) for n in range(9)], indent=1).encode()[:-30], "is not JSON that can be read"
    ),
    "an array of lines that is cut": Refused(
        "t.json", b"[\n" + text(record(1)) + b",\n" + text(record(2)), "is not JSON that can be read"
    ),
    "an array nested deeply": Refused("t.json", b"[" * 200_000, "nested too deeply"),
    "objects nested deeply": Refused("t.json", b'[{"a":' * 200_000, "nested too deeply"),
    "a huge whole number": Refused("t.json", b'[{"id": ' + b"9" * 5000 + b"}]", "a number has more than 4,300 digits"),
    "a page with its records twice": Refused(
        "t.json", b'{"tickets": [{"id": 1}], "tickets": [{"id": 2}]}', "a page has a key twice"
    ),
    "half a letter beside records": Refused(
        "t.json",
        b'{"tickets": [{"id": 1}], "users": [{"name": "\\ud800"}]}',
        "what stands beside the records is not valid text",
    ),
    "json with a NUL": Refused("t.json", b'[{"id": "\x00"}]', "has a NUL byte in line 1"),
    "json in cp1252": Refused("t.json", '[{"id": "é"}]'.encode("cp1252"), "is not utf-8 text (line 1)"),
    "json with a control character": Refused("t.json", b'[{"id": "a\nb"}]', "Invalid control character"),
    "keys that differ by capitals": Refused("t.json", text([record(1, ID=2)]), "two columns called 'ID'"),
    "a key that is blank": Refused("t.json", text([record(1, **{"": 2})]), "column 4 has no name"),
    "json of 6,000 keys": Refused("t.json", text([{f"k{n}": 1} for n in range(6000)]), "has 6,000 columns"),
}
