"""Every page on one million sample tickets: server time of a redraw after a filter change, beside bare DuckDB.

Run by hand: `python -m tests.benchmarks.pages [STORE]`. Without a store it simulates one of a million tickets first
(about a minute and 7 GB). The time is that of the page's whole script: filters, reading, measuring, drawing.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb
from streamlit.testing.v1 import AppTest

from data.imports import import_sample
from data.store import Store
from tests.benchmarks.machine import machine

FILTERS: tuple[dict[str, object], ...] = (
    {"only_plan": ["enterprise"]},
    {"only_team": ["Applications"]},
    {"only_priority": ["high"]},
    {"only_region": ["Nordics"]},
    {"only_channel": ["email"]},
    {"only_plan": ["business"]},
    {"only_priority": ["low", "normal"]},
)
DUE = "FROM clocks WHERE decided AND due_date BETWEEN '2026-08-24' AND '2026-11-22' AND plan = 'enterprise'"
ONE = f"{DUE} AND kind = 'first_response'"
BEFORE = ONE.replace("2026-08-24", "2026-05-25")
PAGES = {
    "summary/overview.py": f"SELECT kind, priority, count(*), sum(breached::INT) {DUE} GROUP BY ALL",
    "performance/trends.py": "SELECT due_week, count(*), sum(breached::INT) FROM clocks WHERE decided "
    "AND kind = 'first_response' AND plan = 'enterprise' GROUP BY ALL",
    "performance/hours.py": f"SELECT due_weekday, due_hour, count(*), sum(breached::INT) {ONE} GROUP BY ALL",
    "performance/segments.py": f"SELECT team_at_due, count(*), sum(breached::INT) {ONE} GROUP BY ALL",
    "performance/drivers.py": "SELECT due_date >= '2026-08-24', priority, category, channel, region, team_at_due, "
    f"count(*), sum(breached::INT) {BEFORE} GROUP BY ALL",
    "performance/review.py": "SELECT due_week, touched_at IS NULL OR touched_at > due_at, handoffs > 2, "
    f"reopenings > 0, count(*) {ONE} AND breached GROUP BY ALL",
    "performance/backlog.py": "SELECT started_date, count(*), count(stopped_at) FROM clocks "
    "WHERE kind = 'resolution' AND plan = 'enterprise' GROUP BY ALL",
    "performance/resolve.py": "SELECT priority, quantile_cont(elapsed_seconds / target_seconds, [0.5, 0.9, 0.95]) "
    f"{ONE} GROUP BY ALL",
    "planning/staffing.py": "SELECT due_weekday, due_hour, team_at_due, schedule, count(*), sum(breached::INT) "
    f"{DUE} GROUP BY ALL",
    "planning/forecast.py": "SELECT started_date, started_hour, schedule, count(*) FROM clocks "
    "WHERE kind = 'first_response' AND plan = 'enterprise' GROUP BY ALL",
    "contracts/customers.py": f"SELECT customer, kind, count(*), sum(breached::INT) {DUE} GROUP BY ALL",
    "operations/queue.py": "SELECT ticket_id, due_at FROM clocks WHERE stopped_at IS NULL AND plan = 'enterprise' "
    "ORDER BY due_at",
    "operations/tickets.py": "SELECT ticket_id, elapsed_seconds - target_seconds AS over "
    f"{ONE} AND breached ORDER BY over DESC LIMIT 1000",
}
ROOT = Path(__file__).parents[2]


def redrawn(path: str) -> list[float]:
    """Seconds of each redraw of a page after one filter was changed."""
    app = AppTest.from_file(str(ROOT / "pages/main.py"), default_timeout=300)
    app.switch_page(path)
    app.run()
    took = []
    for choice in FILTERS:
        for key, values in choice.items():
            app.multiselect(key=key).set_value(values)
        start = time.perf_counter()
        app.run()
        took.append(time.perf_counter() - start)
        if app.exception:
            raise RuntimeError(app.exception[0].message)
        for key in choice:
            app.multiselect(key=key).set_value([])
        app.run()
    return took


def bare(store: Store, sql: str) -> float:
    """Median seconds of a query in bare DuckDB, of seven."""
    took = []
    with duckdb.connect(str(store.require().path), read_only=True) as connection:
        for _ in range(7):
            start = time.perf_counter()
            connection.sql(sql).fetchall()
            took.append(time.perf_counter() - start)
    return median(took)


def main() -> None:
    """Measure each page; build the store first where none is named."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)
        store = Store(path)
        if store.current() is None:
            import_sample(store, 1_000_000)
        os.environ["DUETIME_STORE"] = str(path)
        for page, sql in PAGES.items():
            took, peer = redrawn(page), bare(store, sql)
            print(
                f"{page}: median {median(took):.3f} s, worst {max(took):.3f} s; "
                f"bare DuckDB {peer:.3f} s, ratio {median(took) / peer:.0f}"
            )


if __name__ == "__main__":
    main()
