"""What is each ticket about, how did it come in, and how urgent is it said to be?"""

from dataclasses import dataclass

import numpy as np

from data.simulation import happenings
from data.simulation.desks import DAY, EPOCH, Desk, Flags, Integers, Numbers

PRIORITIES = ("urgent", "high", "normal", "low")
URGENT, HIGH, NORMAL, LOW = range(len(PRIORITIES))
PRIORITY_SHARES = (0.033, 0.102, 0.594, 0.271)
"""At creation; the changes on the way lead to about 4, 14, 57 and 25 %."""
ALARM_PRIORITIES = (0.10, 0.30, 0.50, 0.10)

CHANNELS = ("email", "portal", "chat", "phone", "monitoring")
EMAIL, PORTAL, CHAT, PHONE, MONITORING = range(len(CHANNELS))
CHANNEL_SHARES = (0.55, 0.20, 0.12, 0.08, 0.05)

CATEGORIES = ("Access", "Billing", "Data & reports", "How-to", "Integrations", "Performance", "Other", None)
ACCESS, BILLING, DATA, HOW_TO, INTEGRATIONS, PERFORMANCE, OTHER, BLANK = range(len(CATEGORIES))
CATEGORY_SHARES = (0.19, 0.13, 0.12, 0.19, 0.11, 0.11, 0.07, 0.08)

OUTAGE_CATEGORY = 0.78
OUTAGE_PRIORITIES = (0.05, 0.30, 0.60, 0.05)


@dataclass(frozen=True)
class Attributes:
    """One number a ticket for each attribute, an index into the names above."""

    priority: Integers
    channel: Integers
    category: Integers


def draw(rng: np.random.Generator, desk: Desk, at: Integers, outage: Flags) -> Attributes:
    """Attributes of a desk's tickets; nobody phones or chats while the desk is closed."""
    opens, closes = desk.opening_hours().intervals()
    row = np.searchsorted(opens, at + EPOCH, side="right") - 1
    channel = _channel(rng, at + EPOCH < closes[row])
    priority = np.where(
        channel == MONITORING,
        rng.choice(len(PRIORITIES), size=len(at), p=ALARM_PRIORITIES),
        rng.choice(len(PRIORITIES), size=len(at), p=PRIORITY_SHARES),
    )
    priority = np.where(outage, rng.choice(len(PRIORITIES), size=len(at), p=OUTAGE_PRIORITIES), priority)
    category = _category(rng, at)
    category = np.where(outage & (rng.random(len(at)) < OUTAGE_CATEGORY), PERFORMANCE, category)
    return Attributes(priority, channel, category)


def _channel(rng: np.random.Generator, is_open: Flags) -> Integers:
    live = CHANNEL_SHARES[CHAT] + CHANNEL_SHARES[PHONE]
    live_when_open = min(0.9, live / max(float(is_open.mean()), live))
    spoken = is_open & (rng.random(len(is_open)) < live_when_open)
    phone = np.where(rng.random(len(is_open)) < CHANNEL_SHARES[PHONE] / live, PHONE, CHAT)
    written = np.array([EMAIL, PORTAL, MONITORING])
    shares = np.array([CHANNEL_SHARES[channel] for channel in written])
    return np.where(spoken, phone, written[rng.choice(len(written), size=len(is_open), p=shares / shares.sum())])


def _category(rng: np.random.Generator, at: Integers) -> Integers:
    """Billing swells around the turn of a month."""
    date = ((at + EPOCH) // DAY * DAY).astype("datetime64[s]").astype("datetime64[D]")
    day = (date - date.astype("datetime64[M]")).astype(np.int64) + 1
    month_end = np.isin(day, happenings.MONTH_END_DAYS)
    plain: Numbers = np.array(CATEGORY_SHARES)
    swollen = plain.copy()
    swollen[BILLING] *= happenings.MONTH_END_BILLING
    return np.where(
        month_end,
        rng.choice(len(CATEGORIES), size=len(at), p=swollen / swollen.sum()),
        rng.choice(len(CATEGORIES), size=len(at), p=plain),
    )


def rank(priority: Integers, channel: Integers) -> Integers:
    """Class in a queue: urgent first, then people on the line, then high, normal and low.

    Example:
        >>> rank(np.array([URGENT, HIGH, LOW]), np.array([EMAIL, EMAIL, PHONE])).tolist()
        [0, 2, 1]
    """
    live = (channel == CHAT) | (channel == PHONE)
    return np.where(priority == URGENT, 0, np.where(live, 1, priority + 1))
