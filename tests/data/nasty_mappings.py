"""Nasty mapping files, with what must be said of each."""

GOOD = """\
version: 1
source: desk
time_zone: Europe/Stockholm
columns:
  ticket_id: id
  created_at: created
values: {}
"""
BOMB = "a0: &a0 [x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


def changed(before: str, after: str) -> bytes:
    if before not in GOOD:
        raise ValueError(before)
    return GOOD.replace(before, after, 1).encode()


MAPPINGS: dict[str, tuple[bytes, str]] = {
    "a tag of python": (
        changed("desk", "!!python/object/apply:os.system [ls]"),
        "m.yaml, line 2: the tag !!python/object/apply:os.system is not read here",
    ),
    "a tag of python as a key": (changed("source:", "!!python/name:os.system '':"), "m.yaml, line 2: the tag"),
    "a tag of a set": (changed("values: {}", "values: !!set {team}"), "m.yaml, line 7: the tag !!set"),
    "a bomb of aliases": (changed("values: {}", BOMB), "its aliases stand for more than 20,000 values"),
    "an alias of itself": (changed("values: {}", "values: &a {team: *a}"), "m.yaml, line 7: "),
    "more than 1 MB": (GOOD.encode() + b"# x\n" * 250_000, "m.yaml, line 1: it is larger than 1 MB"),
    "a key that stands twice": (changed("columns:", "source: b\ncolumns:"), "line 4: key 'source' stands twice"),
    "a column that stands twice": (
        changed("  created_at", "  ticket_id: x\n  created_at"),
        "m.yaml, line 6: key 'ticket_id' stands twice",
    ),
    "nested deeply": (changed("values: {}", f"values: {'{a: ' * 2000}{'}' * 2000}"), "nested too deeply"),
    "many values": (changed("values: {}", "values:\n" + "  - x\n" * 30_000), "more than 20,000 values"),
    "a long name": (changed("created\n", f"{'x' * 5000}\n"), "a text of 5,000 characters"),
    "a NUL": (changed("desk", "de\0sk"), "the character U+0000 cannot stand in YAML"),
    "not UTF-8": (GOOD.encode() + b"# \xff", "line 8: byte"),
    "two documents": (GOOD.encode() + b"---\n" + GOOD.encode(), "expected a single document"),
    "nothing": (b"", "it holds no settings"),
    "a list": (b"- a\n- b\n", "it holds no settings"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "m.yaml, line 1: "),
    "columns that are a list": (
        changed("  ticket_id: id\n  created_at: created", "  [a, b]"),
        "line 4: columns: a list stands here",
    ),
    "a column that is a number": (changed("id: id", "id: 7"), "the number 7 stands here. Write it in quotes"),
    "a delimiter of two": (changed("values", 'delimiter: ";;"\nvalues'), "m.yaml, line 7: delimiter"),
    "an unknown encoding": (changed("values", "encoding: utf-7\nvalues"), "'utf-7' is not known here"),
    "a field nobody knows": (changed("created_at", "__class__"), "m.yaml, line 6: "),
    "a source that is a path": (changed("desk", "../../etc"), "m.yaml, line 2: source"),
    "a script for an address": (
        changed("values", 'ticket_url: "javascript:alert({ticket_id})"\nvalues'),
        "is not a ticket address",
    ),
}
