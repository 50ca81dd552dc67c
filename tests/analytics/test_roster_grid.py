"""Grids of shift codes: who works by them, and what is said of those that are wrong."""

import pytest

from analytics.errors import RosterError
from analytics.staffing.roster import on_duty
from analytics.staffing.roster_grid import lines_of
from analytics.staffing.roster_rows import roster_of
from tests.analytics.rosters import MONDAY, SUNDAY

GRID = [
    ["Week 10", "", "", "", ""],
    ["Agent", "Queues", "2026-03-02", "2026-03-03", "2026-03-04"],
    ["Ann", "Mail;Desk", "E", "N", "V"],
    ["Bo", "", "", "S", "E"],
]
LEGEND = [
    ["code", "from", "to", "from2", "to2", "activity", "queues"],
    ["E", "08:00", "16:00"],
    ["N", "22:00", "06:00", "", "", "work", "Phone"],
    ["S", "08:00", "12:00", "13:00", "15:00"],
    ["V", "", "", "", "", "leave"],
]
TWICE = [*LEGEND[:3], ["S", "08:00", "12:00", "11:00", "15:00"], LEGEND[4]]
UNKNOWN = """plan.xlsx, cell C5: code 'X' is not known. Expected E, N, S, V or blank; add it to the legend.
plan.xlsx, cell E5: code 'y' is not known."""


def of_grid(*sheets: list[list[str]]) -> list[str]:
    kept = roster_of(lines_of(sheets, "plan.xlsx"), "plan.xlsx", "UTC")
    return [
        f"{agent} {';'.join(queues) if queues else '*'} {start:%d %H:%M}-{end:%H:%M}"
        for agent, queues, _, start, end in on_duty(kept, MONDAY, SUNDAY).rows()
    ]


@pytest.mark.parametrize(
    "sheets", [(GRID, LEGEND), ([*GRID, [], *LEGEND],), (GRID, [["notes"]], [["Legend"], [], *LEGEND])]
)
def test_a_grid_of_shift_codes(sheets: tuple[list[list[str]], ...]) -> None:
    assert of_grid(*sheets) == [
        "Ann Desk;Mail 02 08:00-16:00",
        "Ann Phone 03 22:00-06:00",
        "Bo * 03 08:00-12:00",
        "Bo * 03 13:00-15:00",
        "Bo * 04 08:00-16:00",
    ]


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        (([*GRID, ["Cy", "", "X", "E", "y"]], LEGEND), UNKNOWN),
        (([*GRID, ["", "", "E"]], LEGEND), "plan.xlsx, row 5: it has codes but no agent. Name whose they are."),
        (([*GRID, ["ann", "", "E"]], LEGEND), "plan.xlsx, row 5: 'ann' has row 3 already. Keep one row."),
        ((GRID,), "plan.xlsx has no legend. Expected rows under the words code, from, to"),
        ((LEGEND,), "plan.xlsx has no row with 'agent' and dates."),
        (([["agent", "2026-03-02", "2026-03-02"]], LEGEND), "cell C1: '2026-03-02' stands there twice."),
        (([["agent", "2026-03-02", "Total"]], LEGEND), "cell C1: 'Total' is neither a date nor agent, queues or zone."),
        ((GRID, [*LEGEND, ["E", "9:00", "10:00"]]), "legend, row 6: code 'E' stands there twice."),
        ((GRID, [*LEGEND, ["", "9:00", "10:00"]]), "legend, row 6: it has no code."),
        ((GRID, [*LEGEND, ["L", "9:00", "late"]]), "legend, row 6, code 'L': 'late' in to is no time."),
        ((GRID, [*LEGEND, ["L", "9:00", ""]]), "legend, row 6, code 'L': it has no 'to'."),
        ((GRID, [*LEGEND, ["L", "9:00", "10:00", "", "", "lunch"]]), "code 'L': activity 'lunch' is not known."),
        ((GRID, [[*LEGEND[0], "colour"], *LEGEND[1:]]), "legend, cell H1: column 'colour' is not known"),
        ((GRID, TWICE), "cell D4: 'Bo' works 11:00–15:00 on Tue 2026-03-03 and at the same time by cell D4"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_grid_is_said(sheets: tuple[list[list[str]], ...], message: str) -> None:
    with pytest.raises(RosterError) as error:
        of_grid(*sheets)
    assert message in str(error.value)
