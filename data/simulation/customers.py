"""Who writes in, on which plan, and how much does each of them write?"""

from dataclasses import dataclass

import numpy as np

from data.simulation import happenings
from data.simulation.desks import DESKS, Desk, Integers, Numbers, instant
from data.simulation.names import company

PLANS = ("enterprise", "business", "free")
ENTERPRISE, BUSINESS, FREE = range(len(PLANS))

CUSTOMERS = 350
LARGEST = (
    ("Nordics", 4.6),
    ("UK & Ireland", 4.0),
    ("North America", 3.5),
    ("Nordics", 3.3),
    ("UK & Ireland", 2.9),
    ("Nordics", 2.7),
    ("North America", 2.5),
    ("UK & Ireland", 2.3),
    ("Nordics", 2.2),
    ("North America", 2.0),
)
"""Region and share of all tickets, in per cent, of the ten largest; the ninth is the one that comes later."""
ONBOARDED = 8
FREE_SHARE = 0.155
ENTERPRISE_SHARE = 0.42
FLATNESS = 25.0
"""How far down the list of smaller customers it takes until volume is halved."""


@dataclass(frozen=True)
class Customers:
    """Every customer, the ten largest first.

    Attributes:
        names: of the companies.
        desk: number of the desk each belongs to.
        plan: number of the plan each is on.
        weight: share of all tickets, as far as there is a choice.
    """

    names: tuple[str, ...]
    desk: Integers
    plan: Integers
    weight: Numbers

    def draw(self, rng: np.random.Generator, number: int, at: Integers) -> Integers:
        """A customer for each ticket of a desk; the large new one only from the day it comes."""
        mine = np.flatnonzero(self.desk == number)
        chosen = mine[rng.choice(len(mine), size=len(at), p=self.weight[mine] / self.weight[mine].sum())]
        if DESKS[number].region != happenings.ONBOARDED_REGION:
            return chosen
        others = mine[mine != ONBOARDED]
        instead = others[rng.choice(len(others), size=len(at), p=self.weight[others] / self.weight[others].sum())]
        came = instant(happenings.ONBOARDED, 0, DESKS[number].time_zone)
        new = rng.random(len(at)) < 1 - 1 / happenings.ONBOARDED_VOLUME
        return np.where((at >= came) & new, ONBOARDED, instead)


def _number_of(region: str, desks: tuple[Desk, ...]) -> int:
    return [desk.region for desk in desks].index(region)


def found(rng: np.random.Generator) -> Customers:
    """The customers of all desks: names, plans and shares."""
    desk = [_number_of(region, DESKS) for region, _ in LARGEST]
    weight = [share / 100 for _, share in LARGEST]
    for number, each in enumerate(DESKS):
        left = each.share - sum(w for d, w in zip(desk[: len(LARGEST)], weight, strict=False) if d == number)
        count = round((CUSTOMERS - len(LARGEST)) * each.share)
        shares = 1.0 / (np.arange(count) + FLATNESS * each.share)
        desk += [number] * count
        weight += list(left * shares / shares.sum())
    weights = np.array(weight)
    names = tuple(company(number) for number in rng.permutation(len(weights)).tolist())
    return Customers(names, np.array(desk), _plans(rng, weights), weights)


def _plans(rng: np.random.Generator, weights: Numbers) -> Integers:
    """The largest are enterprise customers; of the others each plan takes its share of the tickets."""
    plan = np.full(len(weights), BUSINESS)
    plan[: len(LARGEST)] = ENTERPRISE
    others = rng.permutation(np.arange(len(LARGEST), len(weights)))
    taken = np.cumsum(weights[others]) / weights.sum()
    large = weights[: len(LARGEST)].sum() / weights.sum()
    plan[others[taken < FREE_SHARE]] = FREE
    plan[others[(taken >= FREE_SHARE) & (taken < FREE_SHARE + ENTERPRISE_SHARE - large)]] = ENTERPRISE
    return plan
