"""Is open time cut at the hours of the local clock, and is a typical week what usually repeats?"""

from datetime import date

import numpy as np
import pytest

from analytics.errors import StaffingError
from analytics.schedule import Schedule
from analytics.staffing.axis import HOUR, Axis, Week, cut

OFFICE = Schedule.weekly("office", "Europe/Stockholm", {"mon-fri": ["08:30-12:00", "13:00-17:00"]}, [date(2026, 4, 3)])


def axis_of(schedule: Schedule, first: date, last: date) -> Axis:
    return cut(*schedule.over(first, last).intervals(), schedule.time_zone)


def test_a_day_is_cut_at_full_local_hours() -> None:
    axis = axis_of(OFFICE, date(2026, 3, 9), date(2026, 3, 9))
    assert axis.hour.tolist() == [8, 9, 10, 11, 13, 14, 15, 16]
    assert axis.open.tolist() == [0.5, *[1.0] * 7]
    assert set(axis.weekday.tolist()) == {1}
    assert (axis.start[1:] >= axis.end[:-1]).all()


def test_the_hours_stay_local_over_a_change_of_the_clock_and_in_zones_of_half_hours() -> None:
    axis = axis_of(OFFICE, date(2026, 3, 23), date(2026, 4, 2))
    assert sorted(set(axis.hour.tolist())) == [8, 9, 10, 11, 13, 14, 15, 16]
    nepal = Schedule.weekly("k", "Asia/Kathmandu", {"mon": ["09:00-11:00"]})
    assert axis_of(nepal, date(2026, 3, 23), date(2026, 3, 23)).hour.tolist() == [9, 10]
    night = Schedule.weekly("n", "Europe/Stockholm", "24x7")
    spring = axis_of(night, date(2026, 3, 29), date(2026, 3, 29))
    assert spring.hour.tolist() == [0, 1, *range(3, 24)]
    assert float(spring.open.sum()) == 23
    autumn = axis_of(night, date(2026, 10, 25), date(2026, 10, 25))
    assert (autumn.hour == 2).sum() == 2


def test_work_can_begin_in_the_bucket_that_holds_it_and_counts_in_time_by_whole_buckets() -> None:
    axis = axis_of(OFFICE, date(2026, 3, 9), date(2026, 3, 10))
    eight = int(axis.start[0])
    assert axis.holding([eight - 7200, eight, eight + HOUR // 2, eight + 3 * HOUR + HOUR // 2]).tolist() == [0, 0, 1, 4]
    assert axis.before([eight, eight + HOUR // 2, eight + HOUR]).tolist() == [-1, 0, 0]
    assert axis.holding([int(axis.end[-1])]).tolist() == [len(axis)]


def test_a_typical_week_leaves_out_what_is_rarely_open() -> None:
    extra = Schedule.weekly(
        "x", "UTC", {"mon-fri": ["08:00-10:00"]}, [date(2026, 4, 3)], {date(2026, 3, 14): ["10:00-12:00"]}
    )
    axis = axis_of(extra, date(2026, 3, 9), date(2026, 4, 5))
    week = Week.of(axis)
    assert (len(week), week.open.tolist()) == (10, [1.0] * 10)
    assert week.weekday.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert (week.place(axis) == -1).sum() == 2
    assert week.place(axis)[:2].tolist() == [0, 1]
    assert week.label(0, 1) == "Mon 08–10"
    assert week.label(8, 11) == "Fri 08 – Mon 10"


def test_a_week_of_nothing_is_refused() -> None:
    none = np.empty(0, dtype=np.int64)
    with pytest.raises(StaffingError, match="No hour of the week is open"):
        Week.of(cut(none, none, "UTC"))
