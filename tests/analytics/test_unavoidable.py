"""Is the late work that no order avoids counted as a maximum flow counts it?"""

import json
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from analytics.errors import StaffingError
from analytics.staffing.unavoidable import unavoidable
from tests.shared import shared


def monday() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("vectors/science.json").read_text("utf-8"))["staffing"]["monday"]
    return found


def by_flow(released: Any, due: Any, hours: Any, capacity: Any) -> int:
    """Late work by a maximum flow: source, jobs, the buckets each may be done in, sink. What is due later is none."""
    jobs, n = len(hours), len(capacity)
    ahead = due < n
    edges = [(0, 1 + job, hours[job]) for job in range(jobs) if ahead[job]]
    edges += [
        (1 + job, 1 + jobs + bucket, hours[job])
        for job in range(jobs)
        if ahead[job]
        for bucket in range(released[job], due[job] + 1)
    ]
    edges += [(1 + jobs + bucket, 1 + jobs + n, capacity[bucket]) for bucket in range(n)]
    rows, columns, values = np.array(edges, np.int32).T
    graph = csr_array((values, (rows, columns)), shape=(jobs + n + 2,) * 2)
    return int(hours[ahead].sum()) - int(maximum_flow(graph, 0, jobs + n + 1).flow_value)


def test_monday() -> None:
    """Source: science.json staffing.monday, whose flows were found by a linear programme."""
    known = monday()
    released, due, hours = zip(*known["jobs"], strict=True)
    for level, late in known["unavoidable"].items():
        capacity = int(level) * np.array(known["open"])
        assert known["maxflow"][level] == late
        assert unavoidable(released, due, hours, capacity).sum() == pytest.approx(late)


def test_it_is_the_maximum_flow_on_300_random_cases() -> None:
    random = np.random.default_rng(7)
    late = 0
    for _ in range(300):
        n, jobs = int(random.integers(1, 9)), int(random.integers(1, 12))
        released = random.integers(0, n, jobs)
        due = released + random.integers(0, 5, jobs)
        hours, capacity = random.integers(0, 9, jobs), random.integers(0, 9, n)
        expected = by_flow(released, due, hours, capacity)
        found = unavoidable(released, due, hours, capacity)
        assert found.sum() == expected
        assert ((found >= 0) & (found <= hours)).all()
        late += expected > 0
    assert 100 < late < 300


def test_what_is_due_after_the_last_hour_is_not_late_and_what_was_due_before_it_began_is() -> None:
    assert unavoidable([0, 0], [5, 5], [9.0, 9.0], [1.0]).tolist() == [0.0, 0.0]
    assert unavoidable([1], [0], [2.0], [5.0, 5.0]).tolist() == [2.0]
    assert unavoidable([], [], [], [1.0]).tolist() == []
    assert unavoidable([0], [0], [2.5], [0.0]).tolist() == [2.5]


@pytest.mark.parametrize(
    ("released", "due", "hours", "capacity", "message"),
    [
        ([0, 0], [0], [1.0], [1.0], "2 releases, 1 due buckets and 1 amounts"),
        ([0], [0], [-1.0], [1.0], "below 0 or no number"),
        ([0], [0], [np.nan], [1.0], "below 0 or no number"),
        ([1], [1], [1.0], [1.0], "released in bucket 1. Expected 0 to 0"),
        ([0], [0], [1.0], [np.inf], "capacity hold a number below 0 or none"),
    ],
)
def test_bad_input_is_named(released: Any, due: Any, hours: Any, capacity: Any, message: str) -> None:
    with pytest.raises(StaffingError, match=message):
        unavoidable(released, due, hours, capacity)
