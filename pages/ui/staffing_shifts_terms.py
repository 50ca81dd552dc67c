"""On the staffing page: the terms under which people work, asked for as tables and numbers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from analytics.errors import SLAError, StaffingError
from analytics.staffing.terms import Break, Contract, Terms

_KEPT, _TURN = "shifts-terms", "shifts-terms-turn"
_N, _T = st.column_config.NumberColumn, st.column_config.TextColumn
CONTRACTS: dict[str, Any] = {
    "name": _T("Contract", required=True),
    "hours": _N("Hours a week", min_value=1.0, max_value=80.0, format="%.2f", required=True, help="Paid hours."),
    "days": _T("Days a week", help="As 5, or 4, 5 where either will do.", default="5"),
    "people": _N("At most, people", min_value=0, step=1, help="Blank: any number."),
    "share": _N("At most, % of all", min_value=0.0, max_value=100.0, help="Blank: any share."),
    "cost": _N("Cost of an hour", min_value=0.01, format="%.2f", help="Blank: the cost below."),
}
BREAKS: dict[str, Any] = {
    "minutes": _N("Minutes", min_value=5, max_value=240, step=1, required=True),
    "over": _N("In shifts over (h)", min_value=0.0, max_value=16.0, format="%.1f", required=True, help="Paid hours."),
    "earliest": _N("Begins from (h)", min_value=0.25, format="%.2f", required=True, help="After the shift's start."),
    "latest": _N("to (h)", min_value=0.25, format="%.2f", required=True, help="After the shift's start."),
    "paid": st.column_config.CheckboxColumn("Paid", default=False),
}
USUAL = Terms(
    contracts=(Contract(), Contract("Part time", 20.0, (3, 5), share=0.3)),
    lengths=(4.0, 8.0),
)
"""What is tried until a planner says something else."""
_NUMBERS: dict[str, tuple[str, float, float, float, float, str]] = {
    "daily_rest": ("Rest between shifts (h)", 0, 20, 1, 1, "The law of the European Union asks for 11 hours."),
    "weekly_rest": (
        "Rest in a week (h)",
        0,
        96,
        1,
        1,
        "At one go, in or after each week's shifts: 24 h and the daily 11.",
    ),
    "weekends": (
        "Works every … weekend",
        1,
        8,
        1,
        1,
        "2: every second at most. A weekend counts where a shift starts on it.",
    ),
    "first_start": ("Shifts start from (hour)", 0, 24, 1, 1, "Of the day."),
    "last_start": ("Shifts start until (hour)", 0, 24, 1, 1, "Of the day."),
    "cost": ("Cost of an hour", 0.01, 1e6, 1, 1, "Of contracts that name none. 1 counts hours."),
    "evening": ("Evening supplement (%)", 0, 500, 5, 100, "On top. Where two supplements meet the larger counts."),
    "saturday": ("Saturday supplement (%)", 0, 500, 5, 100, "On top."),
    "sunday": ("Sunday supplement (%)", 0, 500, 5, 100, "On top."),
    "evening_from": ("Evening from (hour)", 12, 24, 1, 1, "Of the day."),
    "evening_to": ("Evening until (hour)", 0, 12, 1, 1, "Of the next day."),
}
"""Label, least, most, step, how many make one, and help."""


def asked(cost: float | None) -> Terms:
    """The terms in use; a folded form changes them for this visit.

    Args:
        cost: of an agent's hour, where the planner said it.
    """
    usual = USUAL if cost is None else replace(USUAL, cost=cost)
    terms: Terms = st.session_state.setdefault(_KEPT, usual)
    turn: int = st.session_state.setdefault(_TURN, 0)
    with st.expander("Terms of work", icon=":material/contract:", key="shifts-give-terms"):
        st.caption("For this visit. What is not said here is not assumed.")
        with st.form(f"shifts-terms-form-{turn}", border=False):
            made = _form(terms, turn)
            use, back = st.columns([1, 4])
            pressed = use.form_submit_button("Use", type="primary", icon=":material/check:", key="shifts-terms-use")
            reset = back.form_submit_button("Back to the usual", key="shifts-terms-reset", type="tertiary")
        if pressed:
            _take(made)
        if reset:
            st.session_state[_KEPT], st.session_state[_TURN] = usual, turn + 1
            st.rerun()
    return terms


def _take(made: Mapping[str, Any]) -> None:
    try:
        fresh = terms_of(made)
    except SLAError as error:
        st.error("Nobody can work so. Nothing was changed.", icon=":material/error:")
        st.text(str(error))
        return
    st.session_state[_KEPT], st.session_state[_TURN] = fresh, st.session_state[_TURN] + 1
    st.rerun()


def _form(terms: Terms, turn: int) -> dict[str, Any]:
    """What stands in the form."""
    made: dict[str, Any] = {}
    made["contracts"] = st.data_editor(
        contracts(terms), column_config=CONTRACTS, num_rows="dynamic", hide_index=True, key=f"shifts-contracts-{turn}",
        alt="contracts",
    )  # fmt: skip
    made["breaks"] = st.data_editor(
        breaks(terms), column_config=BREAKS, num_rows="dynamic", hide_index=True, key=f"shifts-breaks-{turn}",
        alt="breaks",
    )  # fmt: skip
    row = st.columns(4)
    made["lengths"] = row[0].text_input(
        "Lengths of shifts (paid h)", ", ".join(f"{each:g}" for each in terms.lengths), key=f"shifts-lengths-{turn}",
        help="As 8, or 4, 8. A contract's days are of one length, or all but one.",
    )  # fmt: skip
    steps = (15, 30, 60, 120)
    made["every"] = row[1].selectbox(
        "Starts every (minutes)", steps, index=steps.index(terms.every) if terms.every in steps else 2,
        key=f"shifts-every-{turn}", help="And at opening, and so as to end at closing.",
    )  # fmt: skip
    for place, (name, (label, low, high, step, of, told)) in enumerate(_NUMBERS.items(), 2):
        value = float(getattr(terms, name)) * of
        made[name] = row[place % 4].number_input(
            label, float(low), float(high), value, float(step), key=f"shifts-{name}-{turn}", help=told, format="%g"
        )
    made["together"] = st.toggle(
        "Two days off stand together",
        terms.together,
        key=f"shifts-together-{turn}",
        help="Where there are two or more.",
    )
    return made


def contracts(terms: Terms) -> pl.DataFrame:
    """The contracts as a table to be written in."""
    rows = [
        (
            each.name,
            each.hours,
            ", ".join(map(str, each.days)),
            each.people,
            100 * each.share if each.share < 1 else None,
            each.cost,
        )
        for each in terms.contracts
    ]
    kinds = (pl.String, pl.Float64, pl.String, pl.Int64, pl.Float64, pl.Float64)
    return pl.DataFrame(rows, schema=dict(zip(CONTRACTS, kinds, strict=True)), orient="row")


def breaks(terms: Terms) -> pl.DataFrame:
    """The breaks as a table to be written in."""
    rows = [(each.minutes, each.over, each.earliest, each.latest, each.paid) for each in terms.breaks]
    kinds = (pl.Int64, pl.Float64, pl.Float64, pl.Float64, pl.Boolean)
    return pl.DataFrame(rows, schema=dict(zip(BREAKS, kinds, strict=True)), orient="row")


def terms_of(made: Mapping[str, Any]) -> Terms:
    """Terms from what stands in the form.

    Args:
        made: by name of a field of `Terms`; contracts and breaks as tables, lengths as text.

    Raises:
        StaffingError: something cannot be read, or nobody can work so.
    """
    people = [
        Contract(
            str(row["name"] or "").strip(),
            _number(row["hours"], "the hours of a contract"),
            tuple(int(each) for each in _numbers(row["days"], "the days of a contract", whole=True)),
            None if _blank(row["people"]) else int(row["people"]),
            1.0 if _blank(row["share"]) else float(row["share"]) / 100,
            None if _blank(row["cost"]) else float(row["cost"]),
        )
        for row in _rows(made["contracts"], CONTRACTS)
    ]
    pauses = [
        Break(
            int(_number(row["minutes"], "the minutes of a break")),
            *(_number(row[name], "the hours of a break") for name in ("over", "earliest", "latest")),
            paid=bool(row["paid"]),
        )
        for row in _rows(made["breaks"], BREAKS)
    ]
    numbers = {name: float(made[name]) / how[4] for name, how in _NUMBERS.items()}
    return Terms(
        contracts=tuple(people),
        lengths=tuple(_numbers(made["lengths"], "the lengths of shifts")),
        breaks=tuple(pauses),
        every=int(made["every"]),
        together=bool(made["together"]),
        **(numbers | {"weekends": int(numbers["weekends"])}),  # type: ignore[arg-type]
    )


def _rows(table: Any, columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    values = [table[name].to_list() for name in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _blank(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124 - not a number is not itself


def _number(value: Any, what: str) -> float:
    if _blank(value):
        raise StaffingError(f"A line leaves {what} blank. Expected a number. Fill it in, or remove the line.")
    return float(value)


def _numbers(text: Any, what: str, *, whole: bool = False) -> list[float]:
    """Numbers with commas between them."""
    parts = [part.strip() for part in str(text or "").replace(";", ",").split(",") if part.strip()]
    try:
        return [float(int(part)) if whole else float(part) for part in parts]
    except ValueError as error:
        kind = "whole numbers" if whole else "numbers"
        raise StaffingError(
            f"{what.capitalize()} are {text!r}. Expected {kind} with commas between, such as 4, 8."
        ) from error
