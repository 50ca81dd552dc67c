"""How much work is late whatever the order of work, as there are too few people when it matters?"""

import heapq

import numpy as np
import numpy.typing as npt

from analytics.staffing.axis import Numbers
from analytics.staffing.windows import amounts, jobs


def unavoidable(released: npt.ArrayLike, due: npt.ArrayLike, hours: npt.ArrayLike, capacity: npt.ArrayLike) -> Numbers:
    """The work of each job that this capacity leaves late, however the work is ordered.

    Works on what falls due first and gives up what is past its due bucket: no order gets more work done in time.
    How many hours are late is certain; which jobs they come from is one choice of several.

    Args:
        released: int[m] first bucket in which each job can be worked, 0..n-1.
        due: int[m] last bucket in which it is on time; what is due after the last bucket is not late.
        hours: float[m] work.
        capacity: float[n] hours of work that can be done in each bucket.

    Returns:
        float64[m] hours done too late or not at all.

    Raises:
        StaffingError: arrays of different lengths, work or capacity below 0 or no number, or a release outside 0..n-1.

    Example:
        >>> unavoidable([0, 0, 1], [0, 1, 1], [2.0, 1.0, 2.0], [1.0, 2.0]).tolist()
        [1.0, 0.0, 1.0]

    Source: the optimum of the maximum flow from jobs to buckets; greedy by due time (Horn 1974).
    """
    room = amounts(capacity)
    n = len(room)
    first, last, work = jobs(released, due, hours, n)
    order = np.lexsort((last, first))
    starts = np.searchsorted(first[order], np.arange(n + 1)).tolist()
    keys = list(zip(last[order].tolist(), order.tolist(), strict=True))
    left = work.tolist()
    waiting: list[tuple[int, int]] = []
    for bucket, capacity_here in enumerate(room.tolist()):
        for key in keys[starts[bucket] : starts[bucket + 1]]:
            heapq.heappush(waiting, key)
        while waiting and waiting[0][0] < bucket:
            heapq.heappop(waiting)
        free = capacity_here
        while free > 0 and waiting:
            job = waiting[0][1]
            done = min(free, left[job])
            left[job] -= done
            free -= done
            if left[job] > 0:
                break
            heapq.heappop(waiting)
    late = np.asarray(left, np.float64).reshape(len(work))
    late[last >= n] = 0.0
    return late
