"""When is a desk open, as a policy file writes it: hours, zone, holidays and single dates."""

from datetime import date, timedelta
from typing import Annotated, Literal

import holidays as holiday_calendars
from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator
from pydantic.config import JsonDict

from analytics.errors import UnknownNameError
from analytics.opening import DAYS, WINDOW, Windows, parse_days, parse_windows, run_into
from analytics.schedule import Schedule
from analytics.timezones import zone_table
from analytics.written import Day, Days, MisplacedError, Names, Written, as_list, by_shape, one_or_list

_ANY_DAY = "|".join(f"[{day[0]}{day[0].upper()}]{day[1:]}" for day in DAYS)
_NO_OTHERS: JsonDict = {"additionalProperties": False}
_SOME_DAYS = rf"\s*({_ANY_DAY})\s*(-\s*({_ANY_DAY})\s*)?"


def _existing(zone: str) -> str:
    try:
        zone_table(zone)
    except UnknownNameError as error:
        raise ValueError(str(error)) from error
    return zone


def _readable(texts: list[str]) -> list[str]:
    parse_windows(texts)
    return texts


Weekdays = Annotated[
    str,
    AfterValidator(lambda text: parse_days(text) and text),
    WithJsonSchema({"type": "string", "pattern": f"^{_SOME_DAYS}(,{_SOME_DAYS})*$"}),
]
Openings = Annotated[
    list[str],
    BeforeValidator(as_list),
    AfterValidator(_readable),
    one_or_list({"type": "string", "pattern": WINDOW}, least=0),
]
Week = Annotated[
    Annotated[dict[Weekdays, Openings], Field(json_schema_extra=_NO_OTHERS), Tag("by day")]
    | Annotated[Literal["24x7"], Tag("one value")],
    Discriminator(by_shape("one value", "by day")),
]


class Holidays(Written):
    """The days a schedule stays closed, and the dates with hours of their own."""

    country: str | None = None
    """Code of the country whose holidays are kept, as SE."""
    subdivision: str | None = None
    """Code of the part of the country, as ENG of GB."""
    categories: Names = Field(default=["public"])
    """Which of the country's holidays are kept, as public or de_facto."""
    closed: Days = Field(default=[])
    """Further local dates on which nothing opens."""
    hours: dict[Day, Openings] = Field(default={}, json_schema_extra=_NO_OTHERS)
    """Windows that replace a date's own; they win over holidays."""

    @model_validator(mode="after")
    def _known(self) -> "Holidays":
        for key in ("subdivision", "categories"):
            if self.country is None and key in self.model_fields_set:
                message = f"{key} says which holidays of a country are kept. Expected a country beside it."
                raise MisplacedError((key,), message)
        if self.country is not None:
            supported = holiday_calendars.list_supported_countries(include_aliases=True)
            if self.country not in supported:
                message = f"There are no holidays for country {self.country!r}. Expected a code such as 'SE'."
                raise MisplacedError(("country",), message)
            self._within(self.country)
        return self

    def _within(self, country: str) -> None:
        """Refuse a part of the country, or a category of its holidays, that is not known."""
        known = holiday_calendars.country_holidays(country)
        try:
            holiday_calendars.country_holidays(country, subdiv=self.subdivision)
        except NotImplementedError as error:
            message = str(UnknownNameError.of(f"part of {country}", str(self.subdivision), known.subdivisions))
            raise MisplacedError(("subdivision",), message) from error
        for number, category in enumerate(self.categories):
            if category not in known.supported_categories:
                what = f"category of holidays of {country}"
                message = str(UnknownNameError.of(what, category, known.supported_categories))
                raise MisplacedError(("categories", number), message)

    def dates(self, first_year: int, last_year: int) -> set[date]:
        """Local dates closed between two years, both included."""
        if self.country is None:
            return set(self.closed)
        found = holiday_calendars.country_holidays(
            self.country,
            subdiv=self.subdivision,
            years=range(first_year, last_year + 1),
            categories=tuple(self.categories),
        )
        return {*found, *self.closed}


class Hours(Written):
    """A named schedule as the file writes it."""

    time_zone: Annotated[str, AfterValidator(_existing)]
    """IANA name of the zone in which hours and dates are meant, as Europe/Stockholm."""
    hours: Week
    """Windows of each weekday, as mon-fri: ["08:00-12:00", "13:00-17:00"], or 24x7."""
    holidays: Holidays = Holidays()
    """The days it stays closed, and dates with hours of their own."""

    @model_validator(mode="after")
    def _apart(self) -> "Hours":
        """Refuse a day named twice, and a night that runs into the next day's own hours."""
        keys: dict[int, str] = {}
        for days in self.week():
            for day in parse_days(days):
                if day in keys:
                    message = f"{DAYS[day]} stands in {keys[day]!r} and in {days!r}. Expected each day once."
                    raise MisplacedError(("hours", days), message)
                keys[day] = days
        week = [parse_windows(self.week()[keys[day]]) if day in keys else () for day in range(7)]
        for day, windows in enumerate(week):
            after = (day + 1) % 7
            if run_into(windows, week[after]):
                raise MisplacedError(("hours", keys[after]), _overlong(DAYS[day], DAYS[after]))
        self._dates_apart(week)
        return self

    def _dates_apart(self, week: list[Windows]) -> None:
        special = {day: parse_windows(texts) for day, texts in self.holidays.hours.items()}
        if not special:
            return
        closed = self.holidays.dates(min(special).year - 1, max(special).year + 1)

        def on(day: date) -> Windows:
            return special.get(day, () if day in closed else week[day.weekday()])

        for day in special:
            for first in (day - timedelta(days=1), day):
                after = first + timedelta(days=1)
                if run_into(on(first), on(after)):
                    raise MisplacedError(("holidays", "hours", day.isoformat()), _overlong(str(first), str(after)))

    def week(self) -> dict[str, list[str]]:
        """The windows as written, by the days they are written for."""
        return {"mon-sun": ["00:00-24:00"]} if isinstance(self.hours, str) else self.hours

    def schedule(self, name: str, first: date, last: date) -> Schedule:
        """The schedule, with its holidays, for these local dates."""
        closed = self.holidays.dates(first.year, last.year)
        return Schedule.weekly(name, self.time_zone, self.hours, closed, self.holidays.hours).over(first, last)


def _overlong(day: str, after: str) -> str:
    return f"The night of {day} goes on after the hours of {after} have begun. Expected windows that follow each other."
