"""When have so many open hours passed, for one instant at a time?"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from analytics.schedule import Schedule
from data.simulation.desks import EPOCH


@dataclass(frozen=True)
class Hours:
    """Opening hours as plain lists of simulation seconds, for an event loop.

    Attributes:
        opens: start of each opening.
        before: open seconds before it.
        until: open seconds up to its end.
    """

    opens: list[int]
    before: list[int]
    until: list[int]

    @classmethod
    def of(cls, schedule: Schedule) -> "Hours":
        """These opening hours."""
        opens, closes = schedule.intervals()
        until = np.cumsum(closes - opens)
        return cls((opens - EPOCH).tolist(), (until - (closes - opens)).tolist(), until.tolist())

    def after(self, at: int, seconds: int) -> int:
        """The instant when so many open seconds have passed since another one; the last opening never ends.

        Example:
            >>> Hours(opens=[0, 100], before=[0, 10], until=[10, 20]).after(5, 7)
            102
            >>> Hours(opens=[0, 100], before=[0, 10], until=[10, 20]).after(105, 50)
            155
        """
        row = bisect_right(self.opens, at) - 1
        wanted = min(self.before[row] + at - self.opens[row], self.until[row]) + seconds
        row = min(bisect_left(self.until, wanted), len(self.until) - 1)
        return self.opens[row] + wanted - self.before[row]
