"""What work was there: each piece that an agent did with a ticket, when it could be begun, and by when it was due?"""

from collections.abc import Collection
from datetime import datetime

import polars as pl

from analytics.dimensions import PRIORITIES
from analytics.policy import PolicyFile
from analytics.schemas import KIND_LABELS, KINDS, schema
from analytics.staffing.work_acts import lives, marked, pieces, told
from analytics.staffing.work_promises import promised, scheduled
from analytics.timeline import BLANK
from analytics.timezones import INSTANT

NO_PROMISE, NO_TEAM = "No promise", "No team"
_OUTCOMES = ("first_response", "resolution")

WORK: pl.Schema = schema(
    {
        "source": pl.String,
        "ticket_id": pl.String,
        "touch": pl.Int32,
        "queue": pl.String,
        "klass": pl.String,
        "kind": pl.String,
        "priority": pl.String,
        "rank": pl.Int8,
        "released_at": INSTANT,
        "due_at": INSTANT,
        "done_at": INSTANT,
        "agent": pl.String,
        "objective": pl.Float64,
        "breached": pl.Boolean,
        "schedule": pl.String,
        "channel": pl.String,
        "cycle": pl.Int32,
        "decides": pl.Boolean,
        "left": pl.Boolean,
        "stopped_at": INSTANT,
    }
)
"""One row a piece of work, a *touch*. `kind` and `cycle` name the clock it works against, whose `due_at`, `objective`
and `breached` it bears (null: no promise; `breached` also while undecided); `stopped_at`: when that clock stopped, and
`decides`: whether with this touch, in which a reply may come before the rest of the work.
`done_at` is null for what waits; `agent` where nobody told who; `rank` is lower for what comes first by priority.
`left`: the team's own touch before left it lying, and nothing gave it back since."""


def work(
    tickets: pl.DataFrame, events: pl.DataFrame, clocks: pl.DataFrame, *, paused: Collection[str] = ()
) -> pl.DataFrame:
    """Every piece of work on these tickets, done or waiting.

    A piece is a reply, a change of status or priority, a handing over to another team, or a cancellation; what one
    agent did in one instant is one piece, and so are a reply and what the agent does next with that ticket, if the
    customer has said nothing and the agent has done nothing else in between. It works against the clock that falls due
    first of those that ran as it was done, an update only where nothing else ran.

    Args:
        tickets, events: in the schemas TICKETS and EVENTS; with no events at all each clock of a resolution or a first
            response is taken as one piece.
        clocks: in the schema CLOCKS, of these tickets or of more.
        paused: statuses in which a ticket waits for somebody else; see `paused_in`.

    Returns:
        Rows in the schema WORK, sorted by released_at, source, ticket_id, touch.
    """
    known = lives(tickets)
    keys = known.select("row", "source", "ticket_id", "region", "channel")
    named = clocks.with_columns(pl.col("source", "priority").cast(pl.String))
    judged = named.join(keys.select("row", "source", "ticket_id"), on=["source", "ticket_id"], how="inner")
    if events.is_empty():
        found = _outcomes(judged, known)
    else:
        as_of = judged["as_of"].max()
        happened = marked(told(known, events, as_of if isinstance(as_of, datetime) else None))
        found = promised(pieces(happened, paused), judged)
    found = found.join(keys, on="row", how="left", maintain_order="left")
    blank = [pl.when(pl.col(name) != BLANK).then(name).alias(name) for name in ("team", "agent", "priority")]
    return _shaped(scheduled(found.with_columns(blank), judged))


def paused_in(file: PolicyFile) -> tuple[str, ...]:
    """Statuses in which a ticket waits for somebody else, by any promise of a policy file; sorted."""
    return tuple(sorted({status for each in file.promises() for kind in KINDS for status in each.pauses(kind)}))


def _outcomes(judged: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """One piece of work a clock of a first response or a resolution: all there is where no events are told."""
    kind, team, agent = (pl.col(name).cast(pl.String) for name in ("kind", "team_at_due", "agent_at_due"))
    kept = judged.filter(kind.is_in(_OUTCOMES) & (pl.col("state").cast(pl.String) != "cancelled"))
    kept = kept.sort("row", "started_at", "due_at", "kind", "cycle")
    held = known.select(pl.col("team").fill_null(BLANK), pl.col("agent").fill_null(BLANK))
    return kept.select(
        "row",
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("row").alias("touch"),
        pl.col("started_at").alias("released_at"),
        pl.col("stopped_at").alias("first_at"),
        pl.col("stopped_at").alias("done_at"),
        pl.col("priority").fill_null(BLANK),
        team.fill_null(pl.lit(held["team"]).gather(pl.col("row"))).alias("team"),
        agent.fill_null(pl.lit(held["agent"]).gather(pl.col("row"))).alias("agent"),
        pl.lit(value=False).alias("left"),
        kind.alias("kind"),
        "cycle",
        "due_at",
        "stopped_at",
        "objective",
        "breached",
        pl.col("schedule").cast(pl.String),
    )


def _shaped(found: pl.DataFrame) -> pl.DataFrame:
    """The pieces in the schema WORK."""
    kind = pl.col("kind").replace_strict(KIND_LABELS, return_dtype=pl.String, default=None)
    klass = pl.when(pl.col("kind").is_null()).then(pl.lit(NO_PROMISE)).otherwise(_joined(kind, pl.col("priority")))
    several = pl.col("team").is_in(_several(found).implode())
    team = pl.col("team").fill_null(NO_TEAM)
    ranks = {name: number for number, name in enumerate(PRIORITIES)}
    rank = pl.col("priority").replace_strict(ranks, return_dtype=pl.Int8, default=len(PRIORITIES))
    stops = pl.col("stopped_at").is_between("first_at", "done_at").fill_null(value=False)
    shaped = found.with_columns(
        klass=klass,
        queue=pl.when(several).then(_joined(team, pl.col("schedule"))).otherwise(team),
        rank=rank.fill_null(len(PRIORITIES)),
        decides=stops & pl.col("kind").is_not_null(),
    )
    order = ("released_at", "source", "ticket_id", "touch")
    return shaped.select(pl.col(name).cast(dtype) for name, dtype in WORK.items()).sort(order)


def _several(found: pl.DataFrame) -> pl.Series:
    """The teams that serve more than one schedule."""
    counted = found.group_by("team").agg(schedules=pl.col("schedule").drop_nulls().n_unique())
    return counted.filter((pl.col("schedules") > 1) & pl.col("team").is_not_null())["team"]


def _joined(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """Two names with a dot between; the first alone where the second is blank."""
    return pl.concat_str(first, pl.when(second.is_not_null()).then(pl.lit(" · ")), second, ignore_nulls=True)
