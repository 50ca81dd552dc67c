"""What can go wrong, and how it is said: what happened, what was expected, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class SLAError(Exception):
    """Root of every error Duetime raises on purpose; its text is shown to the user as it is."""


class ScheduleError(SLAError, ValueError):
    """Opening hours that cannot be read or do not cover the data."""


class PolicyError(SLAError, ValueError):
    """A policy file that cannot be used."""


class MappingError(SLAError, ValueError):
    """A mapping file that cannot be used."""


class ImportFileError(SLAError, ValueError):
    """A ticket file that cannot be taken."""


class RosterError(SLAError, ValueError):
    """A roster that cannot be taken."""


class StoreError(SLAError, OSError):
    """The store is missing, locked or damaged."""


class StaffingError(SLAError, ValueError):
    """A question about people that the data or what the planner gave cannot answer."""


class ForecastError(SLAError, ValueError):
    """A history that is too short or too empty to be forecast from."""


class UnknownNameError(SLAError, KeyError):
    """A metric, dimension, zone or page nobody has heard of."""

    @classmethod
    def of(cls, what: str, name: str, known: Iterable[str]) -> "UnknownNameError":
        """Build the message, with the nearest known name as a hint.

        Example:
            >>> print(UnknownNameError.of("metric", "atainment", ["attainment", "met"]))
            There is no metric 'atainment'. Did you mean 'attainment'? Known: attainment, met.
        """
        known = sorted(known)
        near = get_close_matches(name, known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        return cls(f"There is no {what} '{name}'.{hint} Known: {', '.join(known)}.")

    def __str__(self) -> str:
        return str(self.args[0])
