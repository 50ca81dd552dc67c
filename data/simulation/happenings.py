"""What out of the ordinary happens in the history, when, and how large is it?"""

from datetime import date

import numpy as np

from data.simulation.desks import DAY, HOUR, Desk, Integers, Numbers, instant

HOME = "Europe/Stockholm"

OUTAGE_STARTS = instant(date(2026, 3, 3), 10 + 40 / 60, HOME)
OUTAGE_ENDS = OUTAGE_STARTS + 6 * HOUR
OUTAGE_VOLUME = 8.0
OUTAGE_TAIL = (2.2, 1.7, 1.3)
"""Volume on the days after the outage, against a plain day."""
BULK_CLOSE = instant(date(2026, 3, 5), 15, HOME)
"""All tickets linked to the outage are answered and resolved together."""

CHRISTMAS = (date(2025, 12, 22), date(2026, 1, 5))
CHRISTMAS_VOLUME = 0.45
REBOUND = (date(2026, 1, 5), date(2026, 1, 17))
REBOUND_VOLUME = 1.25
JULY = (date(2026, 7, 6), date(2026, 8, 3))

HOLIDAY_VOLUME = 0.25
AFTER_HOLIDAY_VOLUME = 1.25

MONTH_END_DAYS = (30, 31, 1, 2, 3)
MONTH_END_VOLUME = 1.08
MONTH_END_BILLING = 2.6
"""Billing's share of tickets around the turn of a month, against its plain share."""

ONBOARDED = date(2026, 4, 13)
ONBOARDED_REGION = "Nordics"
ONBOARDED_VOLUME = 1.09
"""The region's volume from the day the large customer comes, against before."""

TIGHTENED = date(2026, 5, 1)
"""From here sample.yaml promises Nordic enterprise customers a first response in 90 minutes, no longer 2 hours."""


def volume(desk: Desk, dates: tuple[date, ...]) -> Numbers:
    """How each local date's volume compares with a plain one, from holidays, seasons and the new customer."""
    closed = desk.days_off()
    factor = np.ones(len(dates))
    before = False
    for number, day in enumerate(dates):
        workday = day.weekday() < 5
        if day in closed and workday:
            factor[number] *= HOLIDAY_VOLUME
        elif before and workday:
            factor[number] *= AFTER_HOLIDAY_VOLUME
        before = (day in closed and workday) or (before and not workday)
        factor[number] *= CHRISTMAS_VOLUME if CHRISTMAS[0] <= day < CHRISTMAS[1] else 1.0
        factor[number] *= REBOUND_VOLUME if REBOUND[0] <= day < REBOUND[1] else 1.0
        factor[number] *= desk.quiet_summer if JULY[0] <= day < JULY[1] else 1.0
        factor[number] *= MONTH_END_VOLUME if day.day in MONTH_END_DAYS else 1.0
        factor[number] *= ONBOARDED_VOLUME if desk.region == ONBOARDED_REGION and day >= ONBOARDED else 1.0
    return factor


def outage(at: Integers) -> Numbers:
    """How the volume of each instant compares with a plain one because of the outage; 1 when not at all."""
    factor = np.where((at >= OUTAGE_STARTS) & (at < OUTAGE_ENDS), OUTAGE_VOLUME, 1.0)
    morning = OUTAGE_ENDS
    for size in OUTAGE_TAIL:
        factor = np.where((at >= morning) & (at < morning + DAY), size, factor)
        morning += DAY
    return factor
