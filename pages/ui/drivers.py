"""What the drivers page compares: two periods, in parts of the change and in the few segments that explain it."""

from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl
import streamlit as st

from analytics.compared import compared
from analytics.decomposition import decomposed, totals
from analytics.dimensions import DIMENSIONS
from analytics.drivers import Found, drivers
from analytics.evidence import Gap, missing
from analytics.open_work import OpenWork, at_start, in_quarters, open_work
from analytics.periods import Period
from analytics.retargeted import RETARGETED, retargeted
from pages.ui import evidence, load
from pages.ui import format as fmt
from pages.ui.selection import Selection

WORK = "open_work"
TICKETS = (
    *("priority", "category", "channel", "region", "plan", "customer"),
    *("arrival", "daypart", "start_weekday", WORK),
)
"""Dimensions known as a clock starts: their shares are the mix of tickets."""
HELD = ("policy", "team", "agent")
"""Dimensions of who held a ticket, and by what promise."""
PROCESS: dict[str, frozenset[Gap]] = {
    "handed": frozenset({"team_history"}),
    "reopened": frozenset({"reopenings"}),
    "waited_for": frozenset({"pauses"}),
}
"""Dimensions of what happened on the way, each with what must be known of it."""
_PLAIN = ("category", "priority", "region", "team")
_FIRM = 30
SURE, LEAST = 3.0, 0.001
"""A mix part is told that is so many standard errors from nothing, and at least a tenth of a point."""


@dataclass(frozen=True)
class Explained:
    """Two periods compared.

    Attributes:
        before: the earlier period.
        due, breaches, earlier_due, earlier_breaches: counts of decided clocks.
        parts: by dimension the change in parts, as `decomposition.PARTS` has them; those with one value left out.
        totals: as `decomposition.TOTALS` has them.
        found: the segments that stand out, targets held as they were.
        changes: targets that changed, as `retargeted.RETARGETED` has them.
        unknown: dimensions of the process that cannot be known, each with the reason.
    """

    before: Period
    due: int
    breaches: int
    earlier_due: int
    earlier_breaches: int
    parts: dict[str, pl.DataFrame]
    totals: pl.DataFrame
    found: Found
    changes: pl.DataFrame
    unknown: dict[str, str]

    @property
    def rate(self) -> float:
        """The breach rate of this period."""
        return self.breaches / self.due

    @property
    def earlier_rate(self) -> float:
        """The breach rate of the earlier period."""
        return self.earlier_breaches / self.earlier_due

    @property
    def promised(self) -> float:
        """What changed targets add to the breach rate."""
        return float((self.changes["breaches"] - self.changes["as_before"]).sum()) / self.due

    def headline(self) -> tuple[str, float, float, bool]:
        """A dimension, its rate and mix parts, and whether that mix is more than chance.

        It is the one whose mix tells most; where none tells anything, that of the first driver, or a plain one.
        """
        mixes = (pl.col("mix_sure").abs() >= SURE) & (pl.col("mix_part").abs() >= LEAST)
        sure = self.totals.filter(mixes & pl.col("dimension").is_in(TICKETS) & (pl.col("dimension") != WORK))
        first = [name for each in self.found.drivers for name, _ in each.subset]
        ranked = [*sure["dimension"], *first, *_PLAIN, *self.totals["dimension"]]
        name = next(each for each in ranked if each in self.parts)
        row = self.totals.row(by_predicate=pl.col("dimension") == name, named=True)
        return name, row["rate_part"], row["mix_part"], bool(sure.height)


def explained(selection: Selection) -> Explained | None:
    """The selection against what it is compared with; None where there is nothing to compare with.

    Where nothing is compared, or hardly anything was due then, it is compared with everything due before it.
    """
    first = selection.period.first
    ways = [selection.earlier, Period(None, first - timedelta(days=1)) if first else None]
    for before in ways:
        if before is not None and _decided(selection.with_period(before)) >= _FIRM:
            return _explained(replace(selection, earlier=before))
    return None


def _decided(selection: Selection) -> int:
    return int(load.clocks(selection, kind=selection.kind)["decided"].sum())


@st.cache_data(max_entries=8, show_spinner="Comparing the periods …")
def _explained(selection: Selection) -> Explained:
    before = selection.earlier or Period()
    now, past = load.clocks(selection, kind=selection.kind), load.earlier(selection, kind=selection.kind)
    assert past is not None, "a period to compare with was found"  # noqa: S101
    work = _work(_desk(selection))
    now, past = in_quarters(now.with_columns(at_start(work, now)), past.with_columns(at_start(work, past)))
    source = dict(selection.chosen).get("source", (None,))[0]
    gaps = evidence.gaps(selection.directory, selection.version, source)
    reasons = {name: missing(needs, gaps) for name, needs in PROCESS.items()}
    unknown = {name: reason for name, reason in reasons.items() if reason}
    names = [name for name in (*TICKETS, *HELD, *PROCESS) if name not in unknown]
    clocks = compared(now, past, {name: _key(name) for name in names})
    told = {name: clocks.parts(name) for name in names}
    told = {name: frame for name, frame in told.items() if _told(name, frame)} or {"priority": clocks.parts("priority")}
    changes, as_before = retargeted(now, past)
    judged = clocks.judged(as_before) if changes.height else clocks
    found = drivers(judged, [name for name in names if name not in PROCESS])
    sums = {name: int(told[next(iter(told))][name].sum()) for name in ("due", "breaches", "earlier_due")}
    earlier_breaches = int(told[next(iter(told))]["earlier_breaches"].sum())
    return Explained(
        before,
        **sums,
        earlier_breaches=earlier_breaches,
        parts=told,
        totals=totals(told),
        found=found,
        changes=changes.select(*RETARGETED),
        unknown=unknown,
    )


def _told(name: str, parts: pl.DataFrame) -> bool:
    """Whether a dimension tells parts of a change: it has values to compare, and they are no outcome or new name.

    That nobody held a clock comes of its lying there, and a policy of a new name is no other kind of ticket.
    """
    if name == "policy":
        share = pl.min_horizontal("due", "earlier_due").eq(0) & (pl.max_horizontal("due", "earlier_due") >= _FIRM)
        return parts.height > 1 and not parts.select(share.any()).item()
    return parts.height > 1 and not (name in HELD and parts["value"].null_count())


def _key(name: str) -> pl.Expr:
    return pl.col("work_level") if name == WORK else DIMENSIONS[name].key


def _desk(selection: Selection) -> Selection:
    """Every clock of the selection's kind and source, whatever else is chosen: who waits in line is not filtered."""
    chosen = tuple(each for each in selection.chosen if each[0] == "source")
    whole = replace(selection, chosen=chosen, picks=(), hours="business", excluded="counted")
    return whole.with_period(Period())


@st.cache_resource(max_entries=4, show_spinner=False)
def _work(selection: Selection) -> OpenWork:
    columns = ("source", "region", "started_at", "stopped_at")
    return open_work(load.every(selection, kind=selection.kind, columns=columns))


def options(selection: Selection, told: Explained) -> list[str]:
    """The dimensions to tell parts by: those with values to compare, and those of which some were picked."""
    every = (*TICKETS, *HELD, *PROCESS)
    return [name for name in every if name in told.parts or selection.picked(name)]


def whole_parts(selection: Selection, told: Explained, by: str) -> pl.DataFrame:
    """The parts by one dimension, whatever was picked of it: so that its picture stays whole."""
    if not selection.picked(by):
        return told.parts[by]
    every = replace(selection, earlier=told.before).without(by)
    past = load.earlier(every, kind=selection.kind)
    assert past is not None, "it is compared with a period"  # noqa: S101
    return decomposed(load.clocks(every, kind=selection.kind), past, _key(by))


def label(name: str) -> str:
    """A dimension's label."""
    return "Open work at the start" if name == WORK else DIMENSIONS[name].label


def since(before: Period) -> str:
    """What is compared with, in words."""
    if before.first is None and before.last is not None:
        return f"everything before {fmt.day(before.last + timedelta(days=1))}"
    return fmt.period(before)
