"""Clocks of two periods of a desk, drawn at random: alike but for what is planted in the later one.

What is not planted is in both periods alike: rates that differ by priority, category, plan, channel, team, agent,
customer, hour and weekday, and by pairs of some of them; customers of very unequal sizes; weeks of unequal volume; days
and weeks in which everything, or one team, goes worse.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from analytics.compared import compared
from analytics.dimensions import DAYPARTS, DIMENSIONS
from analytics.drivers import Found, drivers

SINCE, WEEKS = date(2026, 3, 2), 13
"""The later period begins WEEKS after the earlier one."""
NAMES = (
    *("priority", "category", "channel", "region", "plan", "customer"),
    *("team", "agent", "arrival", "daypart", "start_weekday"),
)
KEYS = {**{name: DIMENSIONS[name].key for name in NAMES}, "open_work": pl.col("work_level")}

_SHARES = {
    "priority": {"low": 0.24, "normal": 0.46, "high": 0.22, "urgent": 0.08},
    "category": {"Access": 0.2, "Billing": 0.17, "Integrations": 0.08, "Performance": 0.15, "Setup": 0.3, "Other": 0.1},
    "channel": {"email": 0.5, "web": 0.3, "chat": 0.14, "phone": 0.06},
    "region": {"Nordics": 0.45, "UK": 0.3, "America": 0.25},
    "plan": {"enterprise": 0.25, "business": 0.45, "free": 0.3},
    "team_at_due": {"Desk": 0.4, "Applications": 0.25, "Infrastructure": 0.2, "Billing": 0.15},
}
_PRIORITY = {"low": -0.5, "normal": 0.0, "high": 0.5, "urgent": 1.1}
_OTHERS = tuple(name for name in _SHARES if name != "priority")
_CUSTOMERS, _AGENTS = 350, 40
_WEEKDAYS = np.array([0.24, 0.2, 0.19, 0.18, 0.15, 0.02, 0.02])
_PAIRED = (("category", "team_at_due"), ("region", "priority"), ("channel", "category"), ("plan", "priority"))
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plant:
    """What is different in the later period.

    Attributes:
        where: the clocks it touches.
        points: what it adds to their chance of a breach.
        more: how many times as likely such clocks are to come at all.
    """

    where: pl.Expr
    points: float = 0.0
    more: float = 1.0


BAD_CATEGORY = Plant(pl.col("category") == "Integrations", points=0.12)
_SLOW_FROM = SINCE + timedelta(weeks=WEEKS + 2)
SLOW_TEAM = Plant((pl.col("team_at_due") == "Infrastructure") & (pl.col("due_date") >= _SLOW_FROM), points=0.12)
OTHER_MIX = Plant(pl.col("priority") == "urgent", more=2.5)
NIGHT_GAP = Plant((pl.col("started_hour") >= 18) | (pl.col("started_hour") < 6), points=0.14)
CUSTOMER = Plant(pl.col("customer") == "customer 001", points=0.15)


def names(found: Found, effect: str) -> bool:
    """Whether a search named a planted effect, alone or with one more attribute."""
    truths: dict[str, set[tuple[str, object]]] = {
        "bad category": {("category", "Integrations")},
        "slow team": {("team", "Infrastructure")},
        "night gap": {("arrival", "closed"), ("daypart", DAYPARTS[0]), ("daypart", DAYPARTS[3])},
        "customer": {("customer", "customer 001")},
    }
    return any(truths[effect] & set(driver.subset) and driver.excess > 0 for driver in found.drivers)


EFFECTS = {"bad category": BAD_CATEGORY, "slow team": SLOW_TEAM, "night gap": NIGHT_GAP, "customer": CUSTOMER}


def searched(seed: int, clocks: int, *plants: Plant) -> Found:
    """The drivers found in such a history."""
    before, now = history(seed, clocks, *plants)
    return drivers(compared(now, before, KEYS), KEYS)


def history(seed: int, clocks: int = 10_000, *plants: Plant) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The clocks due in the earlier and in the later period, about this many in each."""
    rng = np.random.default_rng(seed)
    frame = _drawn(rng, clocks)
    late = pl.col("due_date") >= SINCE + timedelta(weeks=WEEKS)
    for plant in plants:
        if plant.more != 1.0:
            kept = pl.Series(rng.random(frame.height) < 1 / plant.more)
            thinned = frame.filter(kept | frame.select(late & plant.where).to_series())
            frame = thinned.sample(min(2 * clocks, thinned.height), seed=seed).sort("due_date")
    chance = _chances(rng, frame)
    for plant in plants:
        touched = frame.select(late & plant.where).to_series().to_numpy()
        chance = np.clip(chance + plant.points * touched, 0.01, 0.95)
    breached = rng.random(frame.height) < chance
    frame = frame.with_columns(breached=pl.Series(breached))
    return frame.filter(~late), frame.filter(late)


def _drawn(rng: np.random.Generator, clocks: int) -> pl.DataFrame:
    """The tickets of both periods, as they came."""
    size = 2 * clocks
    volume = rng.lognormal(0, 0.15, 2 * WEEKS)
    week = rng.choice(2 * WEEKS, size, p=volume / volume.sum())
    weekday = rng.choice(7, size, p=_WEEKDAYS)
    hour = np.clip(np.where(rng.random(size) < 0.12, rng.uniform(0, 24, size), rng.normal(12.5, 3, size)), 0, 23.9)
    sizes = 1 / np.arange(1, _CUSTOMERS + 1) ** 0.9
    wobble = rng.lognormal(0, 0.2, (2 * WEEKS, _CUSTOMERS)) * sizes
    customer = np.empty(size, dtype=np.int64)
    for number in range(2 * WEEKS):
        own = week == number
        customer[own] = rng.choice(_CUSTOMERS, int(own.sum()), p=wobble[number] / wobble[number].sum())
    plans, regions = rng.integers(0, 20, _CUSTOMERS), rng.integers(0, 20, _CUSTOMERS)
    drawn = {name: rng.choice(list(shares), size, p=list(shares.values())) for name, shares in _SHARES.items()}
    bands = np.array(["enterprise"] * 5 + ["business"] * 9 + ["free"] * 6)
    places = np.array(["Nordics"] * 9 + ["UK"] * 6 + ["America"] * 5)
    drawn |= {"plan": bands[plans][customer], "region": places[regions][customer]}
    agents = np.array([f"agent {number:02d}" for number in range(_AGENTS)])
    teams = list(_SHARES["team_at_due"])
    squad = np.array([teams.index(team) for team in drawn["team_at_due"]])
    due = np.array(SINCE, dtype="datetime64[D]") + 7 * week + weekday
    return pl.DataFrame(drawn | {"agent_at_due": agents[squad * 10 + rng.integers(0, 10, size)]}).with_columns(
        pl.lit("desk").alias("source"),
        pl.lit("resolution").alias("kind"),
        decided=pl.lit(value=True),
        customer=pl.Series([f"customer {number:03d}" for number in range(_CUSTOMERS)]).gather(pl.Series(customer)),
        due_date=pl.Series(due),
        due_week=pl.Series(due - weekday),
        work_level=_levels(rng, week * 7 + weekday),
        started_weekday=pl.Series(weekday + 1, dtype=pl.Int8),
        started_hour=pl.Series(hour.astype(np.int8)),
        started_open=pl.Series((hour >= 8) & (hour < 17) & (weekday < 5)),
    )


def _levels(rng: np.random.Generator, day: npt.NDArray[np.int64]) -> pl.Series:
    """How much work was open: much on some days."""
    work = rng.normal(0, 1, int(day.max()) + 1)[day] + rng.normal(0, 1, len(day))
    return pl.Series(np.digitize(work, np.quantile(work, [0.25, 0.5, 0.75]))).cast(pl.String)


def _chances(rng: np.random.Generator, frame: pl.DataFrame) -> Floats:
    """The chance of a breach of each clock with nothing planted."""

    def drawn(names: list[str], spread: float) -> Floats:
        groups = frame.select(pl.struct(names).rank("dense") - 1).to_series().to_numpy().astype(np.int64)
        return np.asarray(rng.normal(0, spread, int(groups.max()) + 1)[groups], dtype=np.float64)

    odds = -2.3 + frame["priority"].replace_strict(_PRIORITY, return_dtype=pl.Float64).to_numpy()
    for name in (*_OTHERS, "started_hour", "started_weekday", "work_level"):
        odds += drawn([name], 0.35)
    for name in ("customer", "agent_at_due"):
        odds += drawn([name], 0.3)
    for pair in _PAIRED:
        odds += drawn(list(pair), 0.25)
    odds += drawn(["due_date"], 0.2) + drawn(["due_week"], 0.1) + drawn(["due_week", "team_at_due"], 0.12)
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)
