"""A small policy file, and ways to change it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from analytics.policy import PolicyFile, parse

ALWAYS = {"time_zone": "UTC", "hours": "24x7"}
OFFICE = {"time_zone": "Europe/Stockholm", "hours": {"mon-fri": ["08:00-12:00", "13:00-17:00"]}}
FILE: dict[str, Any] = {
    "version": 1,
    "schedules": {"office": OFFICE, "always": ALWAYS},
    "policies": [{"name": "all", "schedule": "office", "targets": {"resolution": "8h"}}],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """FILE with one value set, at a path such as "policies.0.when"."""
    file = deepcopy(FILE)
    inner: Any = file
    *steps, last = path.split(".")
    for step in steps:
        inner = inner[int(step)] if isinstance(inner, list) else inner.setdefault(step, {})
    inner[int(last) if isinstance(inner, list) else last] = value
    return file


def of(*policies: Mapping[str, object]) -> PolicyFile:
    """A file of these policies, each on the schedule `always` unless it names another."""
    given = [{"schedule": "always", "targets": {"resolution": "8h"}, **policy} for policy in policies]
    return parse({**FILE, "policies": given})
