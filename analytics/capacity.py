"""How much open time does a schedule hold, and how much of it does a written target take?"""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.days import DayMeans
from analytics.desk import Hours
from analytics.written import days_in, parse_duration

_DAY = 86_400
_YEARS = (2026, 2027)


@dataclass(frozen=True)
class Capacity:
    """What a schedule opens in two years, or in as many as its single dates span.

    Attributes:
        week_seconds: open time of a plain week.
        open_seconds: open time of all dates.
        working_days: dates on which something opens.
        dates: all dates.
    """

    week_seconds: int
    open_seconds: int
    working_days: int
    dates: int

    @classmethod
    def of(cls, hours: Hours) -> "Capacity":
        """What these hours open; clock changes are left out.

        Example:
            >>> Capacity.of(Hours(time_zone="UTC", hours={"mon-fri": ["08:00-17:00"]})).week_seconds // 3600
            45
        """
        years = [*_YEARS, *(day.year for day in hours.holidays.hours)]
        first, last = date(min(years), 1, 1), date(max(years), 12, 31)
        schedule = hours.schedule("counted", first, last)
        week = [sum(end - start for start, end in windows) for windows in schedule.week]
        special = {day: sum(end - start for start, end in windows) for day, windows in schedule.exceptions}
        dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        opened = [special.get(day, 0 if day in schedule.holidays else week[day.weekday()]) for day in dates]
        return cls(sum(week), sum(opened), sum(map(bool, opened)), len(dates))

    def taken(self, target: str, day_means: DayMeans) -> int:
        """Open seconds a target takes; a day that is no number of hours as an average one.

        Example:
            >>> office = Capacity.of(Hours(time_zone="UTC", hours={"mon-fri": ["08:00-17:00"]}))
            >>> office.taken("2d", "next_business_day") // 3600, office.taken("2d", "24_open_hours") // 3600
            (18, 48)
        """
        days = days_in(target)
        if days is None or day_means == "24_open_hours":
            return parse_duration(target)
        count = self.dates if day_means == "calendar_day" else self.working_days
        return round(days * self.open_seconds / count) if count else 0

    def holds(self, target: str, day_means: DayMeans) -> bool:
        """Whether a target fits into all dates."""
        days = days_in(target)
        if days is None or day_means == "24_open_hours":
            return parse_duration(target) <= self.open_seconds
        return day_means == "calendar_day" or days <= self.working_days


def capacities(schedules: dict[str, Hours]) -> dict[str, Capacity]:
    """What each schedule opens, by its name."""
    return {name: Capacity.of(hours) for name, hours in schedules.items()}
