"""Which promise does each piece of work stand under, and by which opening hours?"""

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.schemas import KINDS
from analytics.timezones import INSTANT

_LAST_KIND = "update"
_NEVER = np.iinfo(np.int64).max
_BEARS = ("kind", "cycle", "due_at", "stopped_at", "objective", "breached", "schedule")


def promised(pieces: pl.DataFrame, clocks: pl.DataFrame) -> pl.DataFrame:
    """The pieces of work with what they work against: of the clocks that ran, the one that falls due first.

    A clock ran if it had started before the piece was begun to be done, or by when it could have been begun, and had
    not stopped before. An update counts only where nothing else ran; a cancelled clock promises nothing.

    Args:
        pieces: `row`, `released_at`, `first_at` and `done_at` (null: waiting).
        clocks: of the same rows: `row`, `state`, `started_at` and the columns a piece bears.

    Returns:
        The same rows in the same order with `kind`, `cycle`, `due_at`, `stopped_at`, `objective`, `breached` and
        `schedule` of the clock; null where none ran.
    """
    order = pl.col("kind").cast(pl.String).replace_strict(list(KINDS), range(len(KINDS)), return_dtype=pl.Int8)
    ran = (
        clocks.filter(pl.col("state").cast(pl.String) != "cancelled")
        .with_columns(order=order, behind=pl.col("kind").cast(pl.String) == _LAST_KIND)
        .sort("row", "behind", "due_at", "order", "cycle", nulls_last=True)
    )
    started, stopped = (_micros(ran[name]) for name in ("started_at", "stopped_at"))
    first, released = _micros(pieces["first_at"]), _micros(pieces["released_at"])
    of = ran["row"].to_numpy()
    row = pieces["row"].to_numpy()
    place, end = np.searchsorted(of, row, side="left"), np.searchsorted(of, row, side="right")
    chosen = np.full(len(row), -1, dtype=np.int64)
    left = np.flatnonzero(place < end)
    while len(left):
        clock = place[left]
        began = (started[clock] < first[left]) | (started[clock] <= released[left])
        fits = began & (stopped[clock] >= first[left])
        chosen[left[fits]] = clock[fits]
        place[left] += 1
        left = left[~fits & (place[left] < end[left])]
    where = pl.Series(chosen).replace(-1, None)
    borne = (
        ran.select(pl.col(name).gather(where) for name in _BEARS) if ran.height else ran.select(_BEARS).clear(len(row))
    )
    return pl.concat([pieces, borne.with_columns(pl.col("kind", "schedule").cast(pl.String))], how="horizontal")


def _micros(at: pl.Series) -> npt.NDArray[np.int64]:
    """Instants as whole numbers; what never was lies after all."""
    return at.cast(INSTANT).to_physical().fill_null(_NEVER).to_numpy()


def scheduled(pieces: pl.DataFrame, clocks: pl.DataFrame) -> pl.DataFrame:
    """The pieces with a schedule wherever one is known.

    Work without a promise is done in the hours that most clocks of its region and team are judged by, else those of
    its team, else of all.

    Args:
        pieces: `schedule` (null where there is no promise), `region` and `team`.
        clocks: `schedule`, `region` and `team_at_due`.

    Returns:
        The same rows in the same order; `schedule` is null only where there are no clocks at all.
    """
    known = clocks.select(pl.col("schedule", "region").cast(pl.String), team=pl.col("team_at_due").cast(pl.String))
    found = pieces
    for number, by in enumerate((["region", "team"], ["team"])):
        most = _most(known, by).rename({"schedule": f"usual_{number}"})
        found = found.join(most, on=by, how="left", maintain_order="left", nulls_equal=True)
    overall = known["schedule"].drop_nulls().mode().sort().to_list()[:1]
    usual = pl.coalesce("schedule", "usual_0", "usual_1", pl.lit(overall[0] if overall else None, dtype=pl.String))
    return found.with_columns(schedule=usual).drop("usual_0", "usual_1")


def _most(known: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """The commonest schedule of each group, of equals the first by name."""
    counted = known.drop_nulls("schedule").group_by(*by, "schedule").len()
    ordered = counted.sort("len", "schedule", descending=[True, False])
    return ordered.unique(by, keep="first", maintain_order=True).select(*by, "schedule")
