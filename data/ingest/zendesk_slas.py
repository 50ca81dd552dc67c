"""What Zendesk promised and how it judged itself, from ticket metric events.

The first response is the first instance of reply_time; the resolution is resolution_time, or of a ticket that has no
such target requester_wait_time, or else agent_work_time. A verdict is given only where the events tell it:

* broken: a breach that was not deleted lies at or before the fulfilment. It is the due time, also in business hours.
* kept: the metric is fulfilled without one, and its target and its beginning stand in the same files. A file that
  begins later could hide a breach. That a resolution begins is known by the first reply_time, which begins with it.
* a breach deleted in Zendesk, and no other: kept as far as is known. A blank would not take back what was told before.

A due time is also told where it can be added up: the target is in calendar hours and nothing paused.
"""

import polars as pl

_REPLY, _RESOLUTION = "reply_time", ("resolution_time", "requester_wait_time", "agent_work_time")
_TYPES = ("activate", "pause", "fulfill", "apply_sla", "breach")
PROMISED = pl.DataFrame(
    [(metric, kind) for metric in (_REPLY, *_RESOLUTION) for kind in _TYPES],
    schema={"metric": pl.String, "type": pl.String},
    orient="row",
).to_struct()
"""Which events are read here."""

_BEGUN, _DONE, _BROKEN = pl.col("begun"), pl.col("done"), pl.col("broken")


def promises(events: pl.DataFrame) -> pl.DataFrame:
    """One row a ticket that has a verdict or a due time: `first_response_*` and `resolution_*` of TICKETS.

    Args:
        events: `id, ticket_id, metric, instance, type, at, deleted, target` (seconds), `business`, each once.
    """
    first = _judged(_lives(events.filter(pl.col("metric") == _REPLY, pl.col("instance") == 1)))
    opened = events.filter(
        pl.col("metric") == _REPLY, pl.col("instance") == 1, pl.col("type") == "activate", ~pl.col("deleted")
    )
    lives = _lives(events.filter(pl.col("metric").is_in(_RESOLUTION))).join(
        opened.group_by("ticket_id").agg(opened=pl.col("at").min()), on="ticket_id", how="left"
    )
    whole = (pl.col("opened") == _BEGUN).fill_null(value=False)
    lives = lives.with_columns(begun=pl.when(whole).then(_BEGUN))
    promised = lives.filter(pl.any_horizontal(pl.col("target", "broken").is_not_null()) | pl.col("withdrawn"))
    order = pl.col("metric").replace_strict({name: place for place, name in enumerate(_RESOLUTION)})
    chosen = promised.sort("ticket_id", order).unique("ticket_id", keep="first", maintain_order=True)
    last = _judged(chosen)
    return (
        first.select("ticket_id", first_response_breached="breached", first_response_due_at="due")
        .join(
            last.select("ticket_id", resolution_breached="breached", resolution_due_at="due"),
            on="ticket_id",
            how="full",
            coalesce=True,
        )
        .sort("ticket_id")
    )


def _lives(events: pl.DataFrame) -> pl.DataFrame:
    """One row a ticket and metric: when it began and was fulfilled, when it was broken, and what was promised last."""
    stands = ~pl.col("deleted")

    def when(kind: str) -> pl.Expr:
        return pl.col("at").filter(stands & (pl.col("type") == kind))

    ended = events.with_columns(
        done=pl.col("at").filter(stands & (pl.col("type") == "fulfill")).max().over("ticket_id", "metric"),
        resumed=pl.col("at").filter(stands & (pl.col("type") == "activate")).max().over("ticket_id", "metric"),
    ).with_columns(done=pl.when((pl.col("done") >= pl.col("resumed")) | pl.col("resumed").is_null()).then("done"))
    in_time = (pl.col("at") <= pl.col("done")) | pl.col("done").is_null()
    applied = stands & (pl.col("type") == "apply_sla") & in_time
    return (
        ended.sort("ticket_id", "metric", "at", "id")
        .group_by("ticket_id", "metric", maintain_order=True)
        .agg(
            begun=when("activate").min(),
            starts=when("activate").len(),
            pauses=when("pause").len(),
            done=pl.col("done").first(),
            broken=pl.col("at").filter(stands & (pl.col("type") == "breach") & in_time).min(),
            withdrawn=(~stands & (pl.col("type") == "breach")).any(),
            target=pl.col("target").filter(applied).last(),
            business=pl.col("business").filter(applied).last(),
        )
    )


def _judged(lives: pl.DataFrame) -> pl.DataFrame:
    """Verdict and due time of each life."""
    promised = pl.col("target").is_not_null()
    kept = promised & _DONE.is_not_null() & (_BEGUN <= _DONE)
    breached = (
        pl.when(_BROKEN.is_not_null())
        .then(pl.lit(value=True))
        .when(kept | pl.col("withdrawn"))
        .then(pl.lit(value=False))
    )
    steady = pl.col("metric").is_in([_REPLY, "resolution_time"]) | _DONE.is_not_null()
    countable = promised & ~pl.col("business") & steady & (pl.col("starts") == 1) & (pl.col("pauses") == 0)
    sum_of = pl.when(countable).then(_BEGUN + pl.duration(seconds=pl.col("target")))
    told = pl.when(_DONE.is_null() | (sum_of >= _DONE)).then(sum_of)
    return lives.with_columns(breached=breached, due=pl.coalesce(_BROKEN, told)).filter(
        pl.col("breached").is_not_null() | pl.col("due").is_not_null()
    )
