"""A grid of shift codes: agents down, dates across, a legend that says what each code means; read into lines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics.errors import RosterError
from analytics.staffing import roster_values as values
from analytics.staffing.roster import WORK
from analytics.staffing.roster_rows import Line, refuse

Cells = Sequence[Sequence[str]]
"""A sheet from its first row and column, as text; blank is "" and rows may end early."""

AGENT, BESIDE, CODE = "agent", ("queues", "zone"), "code"
LEGEND = (CODE, "from", "to", "from2", "to2", "activity", "queues")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00:00)?")
_TIME = re.compile(r"(?:1899-12-3[01]|1900-01-00)[ T](\d{2}:\d{2}):\d{2}")
_MIDNIGHT = re.compile(r"1900-01-01[ T]00:00:00")
_LOOKED_AT = 30
"""Rows in which the header is looked for."""


@dataclass(frozen=True)
class _Code:
    """What a code means: stretches of work, from and to; none where it is no work."""

    stretches: tuple[tuple[str, str], ...]
    queues: str


def plain(cell: str) -> str:
    """A cell of a workbook as it would be typed: dates and times of day without what the workbook adds.

    Example:
        >>> plain("2026-03-02 00:00:00"), plain("1899-12-31 08:30:00"), plain("1900-01-01 00:00:00"), plain(" E ")
        ('2026-03-02', '08:30', '24:00', 'E')
    """
    text = cell.strip()
    if _MIDNIGHT.fullmatch(text):
        return "24:00"
    match = _DATE.fullmatch(text) or _TIME.fullmatch(text)
    return match[1] if match else text


def is_grid(sheet: Cells) -> bool:
    """Whether a sheet has a row of dates near its top, under the word agent."""
    return _header(sheet) is not None


def _header(sheet: Cells) -> int | None:
    """The row that names agent and dates."""
    for number, row in enumerate(sheet[:_LOOKED_AT]):
        words = {cell.lower() for cell in row}
        if AGENT in words and any(_DATE.fullmatch(cell) for cell in row):
            return number
    return None


def lines_of(sheets: Sequence[Cells], name: str) -> list[Line]:
    """The lines of work a grid tells: one a cell and stretch, in the order of rows and then dates.

    Args:
        sheets: of a workbook, the grid first; the legend stands on another one or below the grid. Cells as `plain`
            gives them.
        name: of the file, as errors call it.

    Returns:
        Lines for `roster_of`. A code that is no work, and a blank cell, is a day off and no line: what is left of a
        night shift that began the day before is worked.

    Raises:
        RosterError: no legend, or a header, agent or code that is not known; the first 20 are named.

    Example:
        >>> grid = [["agent", "2026-03-02"], ["Ann", "E"], [], ["code", "from", "to"], ["E", "08:00", "16:00"]]
        >>> [(line.where, line.said["date"], line.said["from"]) for line in lines_of([grid], "plan.xlsx")]
        [('cell B2', '2026-03-02', '08:00')]
    """
    sheet = sheets[0]
    top = _header(sheet)
    if top is None:
        raise RosterError(f"{name} has no row with 'agent' and dates. Expected one at the top of the grid.")
    bottom = next((at for at, row in enumerate(sheet) if at > top and _starts_legend(row)), len(sheet))
    codes = _legend([(sheet, bottom), *((each, 0) for each in sheets[1:])], name)
    places, dates = _columns(sheet[top], top, name)
    wrong: list[str] = []
    found: list[Line] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(sheet[top + 1 : bottom], top + 1):
        filled = [(at, day) for at, day in dates.items() if _cell(row, at)]
        agent = _cell(row, places[AGENT])
        if not agent and filled:
            wrong.append(f"{name}, row {number + 1}: it has codes but no agent. Name whose they are.")
        elif agent.lower() in seen:
            wrong.append(
                f"{name}, row {number + 1}: '{agent}' has row {seen[agent.lower()] + 1} already. Keep one row."
            )
        if agent:
            seen.setdefault(agent.lower(), number)
        beside = {column: _cell(row, places[column]) for column in BESIDE if column in places}
        for at, day in filled:
            code = codes.get(_cell(row, at))
            if code is None:
                wrong.append(
                    f"{name}, {_place(number, at)}: code '{_cell(row, at)}' is not known. "
                    f"Expected {', '.join(codes)} or blank; add it to the legend."
                )
            else:
                found += _lines(_place(number, at), {AGENT: agent, "date": day, **beside}, code)
    refuse(wrong)
    return found


def _lines(where: str, said: Mapping[str, str], code: _Code) -> Iterator[Line]:
    served = {"queues": code.queues} if code.queues else {}
    for begin, end in code.stretches:
        yield Line(where, {**said, **served, "from": begin, "to": end})


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _place(row: int, column: int) -> str:
    """A cell as a spreadsheet calls it.

    Example:
        >>> _place(4, 27)
        'cell AB5'
    """
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"cell {letters}{row + 1}"


def _columns(header: Sequence[str], row: int, name: str) -> tuple[dict[str, int], dict[int, str]]:
    """Where agent, queues and zone stand, and the date of every other column."""
    places: dict[str, int] = {}
    dates: dict[int, str] = {}
    for at, cell in enumerate(header):
        word = cell.strip().lower()
        match = _DATE.fullmatch(cell.strip())
        if (word in places) or (match and match[1] in dates.values()):
            raise RosterError(f"{name}, {_place(row, at)}: '{cell}' stands there twice. Expected it once; remove one.")
        if match:
            dates[at] = match[1]
        elif word == AGENT or word in BESIDE:
            places[word] = at
        elif word:
            raise RosterError(
                f"{name}, {_place(row, at)}: '{cell}' is neither a date nor {AGENT}, {' or '.join(BESIDE)}. "
                "Write dates as 2026-03-02, and remove other columns."
            )
    return places, dates


def _starts_legend(row: Sequence[str]) -> bool:
    words = {cell.strip().lower() for cell in row}
    return {CODE, "from", "to"} <= words


def _legend(places: Sequence[tuple[Cells, int]], name: str) -> dict[str, _Code]:
    """What each code means, from the first sheet that has a legend, at or after a row of it."""
    for sheet, first in places:
        top = next((at for at, row in enumerate(sheet) if at >= first and _starts_legend(row)), None)
        if top is not None:
            return _codes(sheet, top, name)
    raise RosterError(
        f"{name} has no legend. Expected rows under the words {', '.join(LEGEND[:3])}, on a second sheet or below the "
        "grid, that say what each code means."
    )


def _codes(sheet: Cells, top: int, name: str) -> dict[str, _Code]:
    header = [cell.strip().lower() for cell in sheet[top]]
    for at, word in enumerate(header):
        if word and (word not in LEGEND or word in header[:at]):
            raise RosterError(
                f"{name}, legend, {_place(top, at)}: column '{word}' is not known, or stands there twice. "
                f"Expected {', '.join(LEGEND)}."
            )
    codes: dict[str, _Code] = {}
    for number, row in enumerate(sheet[top + 1 :], top + 1):
        said = dict.fromkeys(LEGEND, "") | {word: _cell(row, at) for at, word in enumerate(header) if word}
        code, where = said[CODE], f"{name}, legend, row {number + 1}"
        if not code and any(said.values()):
            raise RosterError(f"{where}: it has no code. Expected the letters that stand in the grid.")
        if code in codes:
            raise RosterError(f"{where}: code '{code}' stands there twice. Expected it once; remove one.")
        if code:
            codes[code] = _meaning(said, where)
    return codes


def _meaning(said: Mapping[str, str], where: str) -> _Code:
    try:
        what = values.activity(said["activity"])
        pairs = [(said["from"], said["to"]), (said["from2"], said["to2"])]
        given = [pair for number, pair in enumerate(pairs) if any(pair) or number == 0]
        for begin, end in given:
            values.hours(begin, end, what)
    except ValueError as error:
        raise RosterError(f"{where}, code '{said[CODE]}': {error}") from error
    return _Code(tuple(given) if what == WORK else (), said["queues"])
