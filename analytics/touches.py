"""What did one of ours do with a ticket, and when did a person first have it?"""

import polars as pl

NEW = "new"
WAITS_FOR_US = ("open", NEW, "reopened")
"""Statuses that a ticket comes into by what its customer does; from new to open it is one of ours who moves it."""


def touches(lives: pl.DataFrame, marks: pl.DataFrame, first: pl.DataFrame) -> pl.DataFrame:
    """Every reply, change of priority, and change of status but one back to the beginning.

    Back to the beginning is a change to the status the ticket began with, or to one of WAITS_FOR_US but from new to
    open. Of several changes in one instant the last counts: what lasted no time, nobody did. Taking a ticket over, or
    giving it to another team, is no touch: nothing has been done with it yet; nor is a change that changes nothing. A
    ticket its customer closed counts as touched, as histories do not tell who did it.

    Args:
        lives: one row a ticket, `row` 0..n-1, with `life_end`.
        marks: its events, sorted by row, time and sequence: `row`, `at`, `kind`, `value`.
        first: `status` and `priority` of each ticket at its creation, by row; blank is "".

    Returns:
        `row` and `at`, sorted by both.

    Example:
        >>> lives = pl.DataFrame({"row": [0], "life_end": [9]})
        >>> happened = [(1, "agent", "ann"), (2, "message", None), (3, "status", "open"), (4, "reply", None)]
        >>> marks = pl.DataFrame(happened, schema=["at", "kind", "value"], orient="row").with_columns(row=pl.lit(0))
        >>> touches(lives, marks, pl.DataFrame({"status": ["new"], "priority": ["low"]}))["at"].to_list()
        [3, 4]
    """
    row, kind, value = pl.col("row"), pl.col("kind"), pl.col("value").fill_null("")
    within = marks.filter(pl.col("at") <= pl.lit(lives["life_end"]).gather(row))
    found = [within.filter(kind == "reply").select("row", "at")]
    for name in ("status", "priority"):
        began = pl.lit(first[name].cast(pl.String)).gather(row)
        held = pl.when((row == row.shift(1)).fill_null(value=False)).then(value.shift(1)).otherwise(began)
        changed = value != held
        if name == "status":
            onward = (value == "open") & (held == NEW)
            changed = changed & (value != "") & (value != began) & (~value.is_in(WAITS_FOR_US) | onward)
        lasting = within.filter(kind == name).unique(["row", "at"], keep="last", maintain_order=True)
        found.append(lasting.filter(changed).select("row", "at"))
    return pl.concat(found).sort("row", "at")


def assigned_at(lives: pl.DataFrame, told: pl.DataFrame) -> pl.Series:
    """When each ticket first had an agent: at its creation where it began with one; null where it never had.

    Args:
        lives: one row a ticket, `row` 0..n-1, with `created_at`, `life_end` and `agent` as it stands in the end.
        told: events, sorted by row, time and sequence, also those after the ends: `row`, `at`, `kind`, `value`,
            `previous`.

    Example:
        >>> lives = pl.DataFrame({"row": [0, 1], "created_at": [0, 0], "life_end": [9, 9], "agent": ["ann", "bob"]})
        >>> told = pl.DataFrame({"row": [0], "at": [5], "kind": ["agent"], "value": ["ann"], "previous": [None]})
        >>> assigned_at(lives, told.with_columns(pl.col("previous").cast(pl.String))).to_list()
        [5, 0]
    """
    given = told.filter(pl.col("kind") == "agent")
    before = given.unique("row", keep="first", maintain_order=True).select(
        "row", "previous", changed=pl.lit(value=True)
    )
    taken = given.filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
    taken = taken.unique("row", keep="first", maintain_order=True).select("row", taken_at="at")
    found = lives.select("row", "created_at", "life_end", "agent")
    for frame in (before, taken):
        found = found.join(frame, on="row", how="left", maintain_order="left")
    held = pl.when("changed").then("previous").otherwise("agent")
    began = held.is_not_null() & (held != "")
    later = pl.when(pl.col("taken_at") <= pl.col("life_end")).then("taken_at")
    return found.select(at=pl.when(began).then("created_at").otherwise(later))["at"]
