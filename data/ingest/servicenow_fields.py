"""ServiceNow's fields, in the many shapes in which its exports write them, and its words in ours.

One field may stand as `x`; as people read it, `dv_x` or `x.display_value`; as it is stored, `x_value` or `x.value`;
as an object of those in JSON; or under the label of a list's column. Words are taken as people read them, times and
flags as they are stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from analytics.errors import ImportFileError
from data.ingest.adapter import Options
from data.ingest.files import File
from data.ingest.formats import time_format_of
from data.ingest.records import Records, as_table
from data.ingest.tables import Table

_CODES = {
    "1": "new",
    "2": "open",
    "3": "on_hold",
    "4": "awaiting_user_info",
    "5": "awaiting_evidence",
    "6": "resolved",
    "7": "closed",
    "8": "canceled",
}
_STATUSES = {**_CODES, "in_progress": "open", "work_in_progress": "open", "active": "open", "cancelled": "canceled"}
_PRIORITIES = {"1": "critical", "2": "high", "3": "moderate", "4": "low", "5": "planning"}
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")

_LABELS = {
    "opened_at": "opened",
    "resolved_at": "resolved",
    "closed_at": "closed",
    "sys_updated_on": "updated",
    "contact_type": "channel",
    "hold_reason": "on hold reason",
}


def word(name: str) -> pl.Expr:
    """A column's words in small letters, joined by underscores: "On Hold" is on_hold, "-100" stays."""
    return pl.col(name).str.to_lowercase().str.replace_all(r"\b[\s-]+\b", "_")


def status_word(name: str) -> pl.Expr:
    """A column of states, words or codes, as statuses."""
    return word(name).replace(_STATUSES)


def priority_word(name: str) -> pl.Expr:
    """A column of priorities, as "3 - Moderate" or 3, without their numbers."""
    return pl.col(name).str.to_lowercase().str.replace(r"^\d+\s*-\s*", "").replace(_PRIORITIES)


def told(name: str) -> pl.Expr:
    """A column of flags: whether it says yes; null where it says neither."""
    flag = pl.col(name).str.to_lowercase()
    return pl.when(flag.is_in(_TRUE)).then(True).when(flag.is_in(_FALSE)).then(False)


def ask_zone(options: Options, name: str) -> None:
    """Refuse to guess the zone of times that carry none.

    Raises:
        ImportFileError: it was not said.
    """
    if options.time_zone is None:
        raise ImportFileError(f"Times of {name} carry no zone. Say which with --time-zone Europe/Stockholm.")


def seconds(durations: pl.Series) -> pl.Series:
    """Durations in seconds: ServiceNow writes them as times counted from 1970-01-01, or as a number.

    Example:
        >>> seconds(pl.Series(["1970-01-01 02:37:03", "1970-01-02 00:00:00", "9,423", ""])).to_list()
        [9423, 86400, 9423, None]
    """
    counted = durations.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False).dt.epoch("s")
    return counted.zip_with(counted.is_not_null(), durations.str.replace_all(",", "").cast(pl.Int64, strict=False))


def reading(
    files: Sequence[File], tables: Sequence[Table], times: Sequence[str], options: Options
) -> tuple[str, list[str]]:
    """How the times are written, and what is to be said of their zone."""
    name = ", ".join(table.name for table in tables)
    if any(file.records is None or _displayed(file.records) for file in files):
        ask_zone(options, name)
    written = [table.rows[time] for table in tables for time in times if table.rows.schema[time] == pl.String]
    pattern = time_format_of(written, name, options.time_format) if written else "iso"
    return pattern, [] if options.time_zone else [f"Times of {name} were read as UTC, as the table API gives them."]


def _displayed(records: Records) -> bool:
    """Whether the API was asked for what people read alone: then times are local, too."""
    values = [value for row in records.rows for value in row.values() if isinstance(value, dict)]
    return any("display_value" in value and "value" not in value for value in values)


def fields_of(file: File, words: Mapping[str, tuple[str, ...]], stored: Sequence[str]) -> Table:
    """A file's fields by ServiceNow's names, blank as null; what it does not have is null, too."""
    table = file.table() if file.records is None else _flat(file.records)
    text = table.rows.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    chosen = [_field(text, names, shown=True).alias(name) for name, names in words.items()]
    return replace(
        table, rows=pl.DataFrame([*chosen, *(_field(text, (name,), shown=False).alias(name) for name in stored)])
    )


def _field(rows: pl.DataFrame, names: Sequence[str], *, shown: bool) -> pl.Series:
    """The first column that says anything of a field, in the shape that is asked for before the others."""
    by_name = {name.strip().lower(): rows[name] for name in rows.columns}
    for name in names:
        read = (f"dv_{name}", f"{name}.display_value", f"{name}_display_value")
        kept = (f"{name}.value", f"{name}_value")
        label = _LABELS.get(name, name.replace("_", " "))
        for form in (*read, name, label, *kept) if shown else (*kept, name, label, *read):
            if form in by_name and by_name[form].null_count() < rows.height:
                return by_name[form]
    return pl.Series([None], dtype=pl.String).new_from_index(0, rows.height)


def _flat(records: Records) -> Table:
    """Records with each object's values beside the others, as assignment_group.display_value."""
    rows = []
    for record in records.rows:
        parts = {
            f"{key}.{part}": held
            for key, value in record.items()
            if isinstance(value, dict)
            for part, held in value.items()
        }
        rows.append({**{key: value for key, value in record.items() if not isinstance(value, dict)}, **parts})
    keys = dict.fromkeys(key for row in rows for key in row)
    return as_table(replace(records, rows=rows), {key: partial(_value, key) for key in keys})


def _value(key: str, row: dict[str, Any]) -> object:
    return row.get(key)
