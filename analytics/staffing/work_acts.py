"""What did ours do with each ticket, piece by piece, and when could each piece have been begun?"""

from collections.abc import Collection
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.schemas import CHANGING, SOLVED
from analytics.timeline import BLANK
from analytics.timezones import MICROSECONDS
from analytics.touches import NEW, WAITS_FOR_US

APART_UNTOLD = 3_600 * MICROSECONDS
"""A reply and what follows it are one piece of work within this time, where nobody tells who did them."""
APART = 4 * 86_400 * MICROSECONDS
"""The same where one agent did both and nothing else in between: over a weekend and a holiday."""

_KEY = ("source", "ticket_id")
_NAME = {name: f"{name}_now" for name in CHANGING}
_BEFORE = {name: f"{name}_before" for name in CHANGING}


def lives(tickets: pl.DataFrame) -> pl.DataFrame:
    """The tickets sorted by source and id, numbered by `row` from 0."""
    return tickets.sort(_KEY).with_row_index("row")


def told(known: pl.DataFrame, events: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    """Every event of a ticket's life in order, with what held before and after it, and a row for its creation.

    Args:
        known: tickets, as `lives` gives them.
        events: in the schema EVENTS.
        as_of: events after it are left out; None keeps all.

    Returns:
        `row`, `at`, `kind`, `place` (0.. over all rows), the attributes that change as `<name>_before` and
        `<name>_now` (blank is ""), `status_began`, and `agent_at_first` and `agent_at_last`: who held the ticket
        before and after all that happened in the instant.
    """
    mine = events.join(known.select("row", *_KEY, "created_at"), on=_KEY).filter(pl.col("at") >= pl.col("created_at"))
    mine = mine.sort("row", "at", "sequence").select("row", "at", "sequence", "kind", "value", "previous")
    first = known.select("row", at="created_at", sequence=pl.lit(-1, dtype=pl.Int64), kind=pl.lit("created"))
    for name in CHANGING:
        earliest = mine.filter(pl.col("kind") == name).unique("row", keep="first", maintain_order=True)
        began = earliest.select("row", began=pl.col("previous").fill_null("open" if name == "status" else BLANK))
        otherwise = pl.lit("open") if name == "status" else pl.col(name).fill_null(BLANK)
        start = known.select("row", otherwise=otherwise).join(began, on="row", how="left", maintain_order="left")
        first = first.with_columns(start.select(pl.coalesce("began", "otherwise").alias(_NAME[name])))
    ended = mine.filter(pl.col("kind") == "cancel").group_by("row").agg(ended=pl.col("at").min())
    mine = mine.join(ended, on="row", how="left", maintain_order="left")
    mine = mine.filter((pl.col("at") <= pl.col("ended")).fill_null(value=True))
    if as_of is not None:
        mine = mine.filter(pl.col("at") <= as_of)
    changed = {_NAME[name]: pl.when(pl.col("kind") == name).then(pl.col("value").fill_null(BLANK)) for name in CHANGING}
    happened = mine.select("row", "at", "sequence", "kind", **changed)
    found = pl.concat([first, happened]).sort("row", "at", "sequence").with_row_index("place")
    now = list(_NAME.values())
    found = found.with_columns(pl.col(now).forward_fill()).with_columns(
        *(pl.col(_NAME[name]).shift(1).alias(_BEFORE[name]) for name in CHANGING),
        status_began=pl.when(pl.col("sequence") < 0).then("status_now").forward_fill(),
    )
    fresh = ((pl.col("row") != pl.col("row").shift(1)) | (pl.col("at") != pl.col("at").shift(1))).fill_null(value=True)
    first_of = pl.when(pl.col("sequence") < 0).then(_NAME["agent"]).otherwise(_BEFORE["agent"])
    return found.with_columns(
        agent_at_first=pl.when(fresh).then(first_of).forward_fill(),
        agent_at_last=pl.when(fresh.shift(-1, fill_value=True)).then(_NAME["agent"]).backward_fill(),
    )


def marked(happened: pl.DataFrame) -> pl.DataFrame:
    """The events with `ours` (one of ours did it), `back` (it gave us the ticket back), `gained` (a team got it).

    Ours are replies, cancellations, handing to another team, changes of priority, and changes of status that touches
    count, but for closing what is solved. What is set in the instant of creation is set by whoever created the ticket;
    an answer or a solution then is work all the same.
    """
    kind, at_creation = pl.col("kind"), pl.col("kind").shift(1) == "created"
    value, before, began = pl.col("status_now"), pl.col("status_before"), pl.col("status_began")
    first = (at_creation & (pl.col("at") == pl.col("at").shift(1))).fill_null(value=False)
    onward = (value == "open") & (before == NEW)
    moved = (kind == "status") & (value != before) & (value != BLANK)
    solved = value.is_in(SOLVED)
    home = ((value == began) | value.is_in(WAITS_FOR_US)) & ~onward
    done = moved & (solved | ~home & ~first) & ~(solved & before.is_in(SOLVED)) & ~(solved & (value == began))
    raised = (kind == "priority") & (pl.col("priority_now") != pl.col("priority_before")) & ~first
    team, team_before = pl.col("team_now"), pl.col("team_before")
    handed = (kind == "team") & (team != team_before)
    return happened.with_columns(
        ours=kind.is_in(["reply", "cancel"]) | done | raised | (handed & (team_before != BLANK) & ~first),
        back=(kind == "message") | (moved & home & ~solved),
        gained=handed & (team != BLANK),
    )


def pieces(happened: pl.DataFrame, paused: Collection[str]) -> pl.DataFrame:
    """One row a piece of work, done or waiting at the end.

    Args:
        happened: as `marked` gives it.
        paused: statuses in which a ticket waits for somebody else.

    Returns:
        `row`, `touch` (Int32, from 1), `released_at`, `first_at` (the first thing done; null: waiting), `done_at`
        (null: waiting), `priority`, `team` before it and `agent` ("" where blank), and `left`: the team's own touch
        before left it lying, and nothing gave it back since; sorted by row and touch.
    """
    acts = _acts(happened)
    begins = acts["piece"] != acts["piece"].shift(1)
    first, end = acts.filter(begins.fill_null(value=True)), acts.filter(begins.shift(-1).fill_null(value=True))
    done = first.select(
        "row",
        pl.col("place").alias("first_place"),
        end["place"].alias("last_place"),
        pl.col("at").alias("first_at"),
        end["at"].alias("done_at"),
        pl.col("priority_before").alias("priority"),
        pl.col("team_before").alias("team"),
        pl.col("who").alias("agent"),
        end["status_now"].alias("status"),
    )
    last = happened.unique("row", keep="last", maintain_order=True)
    cancelled = happened.filter(pl.col("kind") == "cancel").select("row").unique()
    ends = last.join(cancelled, on="row", how="anti", maintain_order="left").select(
        "row",
        first_place=pl.col("place") + 1,
        last_place=pl.col("place") + 1,
        first_at=pl.lit(None, dtype=happened.schema["at"]),
        done_at=pl.lit(None, dtype=happened.schema["at"]),
        priority="priority_now",
        team="team_now",
        agent=pl.lit(BLANK),
        status="status_now",
    )
    every = pl.concat([done, ends]).sort("row", "first_place")
    return _released(every, happened, paused)


def _acts(happened: pl.DataFrame) -> pl.DataFrame:
    """What ours did, each with `who` and the number of the `piece` of work it belongs to.

    Whoever hands a ticket over held it before; whoever does anything else may have taken it in the same instant.
    """
    ours = happened.filter("ours")
    row, at = ours["row"].to_numpy(), ours["at"].to_physical().to_numpy()
    fresh = np.ones(ours.height, dtype=np.bool_)
    fresh[1:] = (row[1:] != row[:-1]) | (at[1:] != at[:-1])
    starts = np.flatnonzero(fresh)
    ends = np.append(starts[1:], ours.height) - 1
    answers, handovers = (
        np.concatenate([[0], np.cumsum((ours["kind"] == kind).to_numpy(), dtype=np.int64)])
        for kind in ("reply", "team")
    )
    replies, handed = (each[ends + 1] - each[starts] for each in (answers, handovers))
    late, early = (pl.when(pl.col(each) != BLANK).then(each) for each in ("agent_at_last", "agent_at_first"))
    who = pl.when(pl.Series(handed > 0)).then(pl.coalesce(early, late)).otherwise(pl.coalesce(late, early))
    name = ours.select("agent_at_last", "agent_at_first")[starts].select(who.fill_null(BLANK).alias("who"))["who"]
    number = name.cast(pl.Categorical).to_physical().to_numpy()
    row, at, place = row[starts], at[starts], ours["place"].to_numpy()
    order = np.lexsort((place[starts], at, number))
    follows = np.zeros(len(starts), dtype=np.bool_)
    follows[order[1:]] = (number[order[1:]] == number[order[:-1]]) & (row[order[1:]] == row[order[:-1]])
    gives = happened.filter("back")["place"].to_numpy()
    ahead, until = np.searchsorted(gives, place[starts]), np.searchsorted(gives, place[ends])
    told = (name != BLANK).to_numpy()
    limit = np.where(told, APART, APART_UNTOLD)
    goes_on = np.zeros(len(starts), dtype=np.bool_)
    goes_on[1:] = (
        (row[1:] == row[:-1])
        & (replies == ends - starts + 1)[:-1]
        & (replies[1:] == 0)
        & (number[1:] == number[:-1])
        & (follows | ~told)[1:]
        & (ahead[1:] == until[:-1])
        & (np.diff(at) <= limit[1:])
    )
    instant = pl.Series(np.cumsum(fresh) - 1)
    return ours.with_columns(who=name.gather(instant), piece=pl.Series(np.cumsum(~goes_on)).gather(instant))


def _released(every: pl.DataFrame, happened: pl.DataFrame, paused: Collection[str]) -> pl.DataFrame:
    """The pieces of work with when each could have been begun; those that nobody waits for are left out.

    That is when the ticket was first given back to us after the piece before, or came to the team, if later; else at
    the end of the piece before; where the ticket was then solved or waited for others, whoever went on chose the time.
    """
    same = (pl.col("row") == pl.col("row").shift(1)).fill_null(value=False)
    frame = every.with_columns(
        touch=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("row"),
        begins=pl.when(same).then(pl.col("last_place").shift(1)),
        before_at=pl.when(same).then(pl.col("done_at").shift(1)),
        before=pl.when(same).then(pl.col("status").shift(1)),
    )
    created = happened.filter(pl.col("kind") == "created")
    first, until = created["place"].to_numpy(), frame["first_place"].to_numpy().astype(np.int64)
    rows = frame["row"].to_numpy()
    since = frame["begins"].fill_null(-1).cast(pl.Int64).to_numpy()
    since = np.where(since < 0, first[rows].astype(np.int64), since)
    at = happened["at"].dt.epoch("us").to_numpy()
    back, gained = (np.flatnonzero(happened[name].to_numpy()) for name in ("back", "gained"))
    given = _at(at, back, np.searchsorted(back, since, side="right"), since, until)
    got = _at(at, gained, np.searchsorted(gained, until) - 1, since, until)
    dtype = happened.schema["at"]
    frame = frame.with_columns(
        given=pl.Series(given, dtype=pl.Int64).replace(-1, None).cast(dtype),
        got=pl.Series(got, dtype=pl.Int64).replace(-1, None).cast(dtype),
        created=pl.Series(at[first[rows]], dtype=pl.Int64).cast(dtype),
    )
    rests = pl.col("before").is_in([*SOLVED, *paused]).fill_null(value=False)
    otherwise = pl.when(pl.col("touch") == 1).then("created").when(~rests).then("before_at").otherwise("first_at")
    given_back = pl.when(pl.col("touch") == 1).then("created").otherwise("given")
    ready = pl.coalesce(pl.max_horizontal(given_back, "got"), otherwise)
    handed = (pl.col("team") != pl.col("team").shift(1)).fill_null(value=False)
    open_now = ~pl.col("status").is_in(SOLVED) & ((pl.col("touch") == 1) | pl.col("given").is_not_null() | ~rests)
    return (
        frame.with_columns(
            released_at=pl.min_horizontal(ready, "first_at"),
            left=(pl.col("touch") > 1) & pl.col("given").is_null() & pl.col("got").is_null() & ~handed,
        )
        .filter(pl.col("done_at").is_not_null() | open_now)
        .select("row", "touch", "released_at", "first_at", "done_at", "priority", "team", "agent", "left")
    )


Places = npt.NDArray[np.int64]


def _at(at: Places, of: Places, chosen: Places, since: Places, until: Places) -> Places:
    """The instants of the chosen ones of some events where they lie between two places; -1 elsewhere."""
    if not len(of):
        return np.full(len(chosen), -1, dtype=np.int64)
    place = of[np.clip(chosen, 0, len(of) - 1)]
    inside = (chosen >= 0) & (chosen < len(of)) & (place > since) & (place < until)
    return np.where(inside, at[place], -1)
