"""The source's verdicts beside ours, read from a store: only the tickets that need a reason are read whole."""

from collections.abc import Sequence

import polars as pl

from analytics.measure import Hours
from analytics.reconcile import reconciled, verdicts
from analytics.schemas import SUPPLIED_KINDS
from data.documents import policy_of
from data.history import History, history
from data.version import Version


def reconciliation(
    version: Version, source: str, hours: Hours = "business", clocks: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Each ticket of a source with a verdict of the source's or ours, with one outcome.

    Args:
        version: of the store.
        source: its name.
        hours: what our verdicts are judged in.
        clocks: every clock of the store, where they are at hand.

    Returns:
        Rows in the columns of `analytics.reconcile.RECONCILED`, sorted by ticket and kind.
    """
    every = version.clocks() if clocks is None else clocks
    own = every.filter(pl.col("source").cast(pl.String) == source)
    differ = verdicts(own, hours).filter(pl.col("outcome").is_null())["ticket_id"]
    wanted = pl.concat([differ, _flagged_alone(version, source)]).unique().sort()
    told = histories(version, source, wanted.to_list())
    row = version.sources().row(by_predicate=pl.col("source") == source, named=True)
    policy = policy_of(row["policy"], row["policy_content"], f"stored policy {row['policy']}").file
    return reconciled(own, told.tickets, told.events, policy, hours=hours)


def _flagged_alone(version: Version, source: str) -> pl.Series:
    """The tickets the source gives a verdict of a kind on without a clock of that kind."""
    alone = " OR ".join(
        f"({kind}_breached IS NOT NULL AND ticket_id NOT IN "
        f"(SELECT ticket_id FROM clocks WHERE source::VARCHAR = $source AND kind::VARCHAR = '{kind}'))"
        for kind in SUPPLIED_KINDS
    )
    found = version.query(
        f"SELECT DISTINCT ticket_id FROM tickets WHERE source = $source AND ({alone})", {"source": source}
    )
    return found["ticket_id"]


def histories(version: Version, source: str, ids: Sequence[str]) -> History:
    """These tickets of a source and their events, as they are judged."""
    only = "source = $source AND ticket_id IN (SELECT unnest($ids::VARCHAR[]))"
    chosen = {"source": source, "ids": list(ids)}
    tickets = version.query(f"SELECT * FROM tickets WHERE {only}", chosen)
    events = version.query(f"SELECT * FROM events WHERE {only}", chosen)
    until = version.query("SELECT max(imported_at) AS at FROM imports")["at"].item()
    return history(tickets, events, until)
