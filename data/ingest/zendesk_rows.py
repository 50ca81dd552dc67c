"""Records of things that happened, one a row, checked: each is taken or set aside with the rule it broke."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from analytics.errors import ImportFileError
from analytics.schemas import Rule, split
from data.ingest.adapter import Options
from data.ingest.batch import REJECTED
from data.ingest.mapping import Mapping
from data.ingest.records import Pick, Records, as_table
from data.ingest.tables import ROW, Table
from data.ingest.times import read_times

_LARGEST_ID = 1 << 56


@dataclass(frozen=True)
class Checked:
    """Rows of several files.

    Attributes:
        kept: the columns asked for as text, with `id` as a number, `at` as an instant, and `place`, the record's place
            among those of all files; in that order.
        rejected: as in Batch.
        read: rows of the files.
        repeated, skipped: as in Batch.
    """

    kept: pl.DataFrame
    rejected: pl.DataFrame
    read: int
    repeated: int
    skipped: int


def checked(files: Sequence[Records], columns: Dictionary[str, Pick], time: str, options: Options) -> Checked:
    """The records that have an id, a ticket and a time that has been; the others with what is wrong.

    Args:
        files: JSON of one kind.
        columns: as for `as_table`; with `id`, `ticket_id` and the time.
        time: the column that says when it happened.
        options: of the import.

    Raises:
        ImportFileError: no row can be taken, or most times are none.
    """
    tables = [as_table(records, columns) for records in files]
    zone = options.mapping({"ticket_id": "ticket_id", "created_at": time})
    typed = [_typed(table, time, zone) for table in tables]
    frame = pl.concat([each for each, _, _ in typed]).with_row_index("place")
    rules = _rules(time, options.now)
    kept, broken = split(frame, rules)
    advice = {rule.name: rule.advice for rule in rules}
    named = broken.explode("rules").with_columns(
        rule="rules",
        advice=pl.col("rules").replace_strict(advice, return_dtype=pl.String),
        content=pl.struct(*columns).struct.json_encode(),
    )
    lines = [_no_record(table) for table in tables]
    rejected = pl.concat([named.select(*REJECTED).match_to_schema(pl.Schema(REJECTED)), *lines])
    if kept.is_empty():
        most = rejected.group_by("rule").len().sort("len", "rule", descending=[True, False])
        raise ImportFileError(
            f"No row of {', '.join(table.name for table in tables)} could be taken. "
            f"Most often: {most['rule'][0]} ({most['len'][0]} rows)."
        )
    return Checked(
        kept=kept.with_columns(id="number").drop("file", ROW, "number"),
        rejected=rejected.sort("file", ROW, "rule"),
        read=frame.height + sum(table.rejected.height for table in tables),
        repeated=sum(twice for _, twice, _ in typed),
        skipped=sum(never for _, _, never in typed),
    )


def _typed(table: Table, time: str, zone: Mapping) -> tuple[pl.DataFrame, int, int]:
    at, twice, never = read_times(table.rows[time], table, "the time", time, zone)
    frame = table.rows.with_columns(
        pl.lit(table.name).alias("file"),
        table.numbers.alias(ROW),
        at.alias("at"),
        pl.col("id").str.to_integer(strict=False).alias("number"),
    )
    return frame, twice, never


def _rules(time: str, now: datetime) -> tuple[Rule, ...]:
    no_ticket = pl.col("ticket_id").is_null() | (pl.col("ticket_id") == "")
    number = pl.col("number").is_null() | ~pl.col("number").is_between(0, _LARGEST_ID)
    return (
        Rule(name="ticket id is missing", advice="Export the ticket id with each row.", broken=no_ticket),
        Rule(
            name="id is missing",
            advice="Export the record's own id, a whole number: by it a record is known again.",
            broken=number,
        ),
        Rule(
            name="time cannot be read",
            advice=f"Export '{time}' as Zendesk gives it, such as 2026-06-01T08:00:00Z.",
            broken=pl.col("at").is_null(),
        ),
        Rule(
            name="time in the future",
            advice="It lies after the import; check the clock of the exporting machine.",
            broken=pl.col("at") > now,
        ),
    )


def _no_record(table: Table) -> pl.DataFrame:
    advice = pl.lit("Correct the line in the file; every record is one JSON object.")
    lines = table.rejected.with_columns(file=pl.lit(table.name), ticket_id=pl.lit(None, dtype=pl.String), advice=advice)
    return lines.select(*REJECTED).match_to_schema(pl.Schema(REJECTED))
