"""What an unknown table may mean, told by names in several languages and by what the values look like."""

from datetime import UTC, datetime

import polars as pl
import pytest

from data.documents import read_mapping
from data.ingest.guess import MOST_WORDS, TRANSLATED, guess, time_formats, translated, words_of
from data.ingest.guess_words import NAMES, meaning

WHEN = ["2026-06-01 08:00", "2026-06-02 09:30", "2026-06-13 10:00"]
ENGLISH = {
    "Case Number": ["C-1", "C-2", "C-3"],
    "Date Created": WHEN,
    "lastModified": WHEN,
    "First_Reply_At": [WHEN[0], "", ""],
    "Resolved on": [WHEN[1], "", ""],
    "Response Due": WHEN,
    "SLA due": WHEN,
    "SLA breached": ["no", "yes", ""],
    "Case Status": ["Closed", "In Progress", "Waiting on customer"],
    "Severity": ["high", "low", "low"],
    "Assigned to": ["Ada", "Bo", "Bo"],
    "Assignment group": ["Billing", "Billing", "IT"],
    "Account": ["Acme", "Acme", "Initech"],
}
MEANT = {
    "ticket_id": "Case Number",
    "created_at": "Date Created",
    "updated_at": "lastModified",
    "first_responded_at": "First_Reply_At",
    "resolved_at": "Resolved on",
    "first_response_due_at": "Response Due",
    "resolution_due_at": "SLA due",
    "resolution_verdict": "SLA breached",
    "status": "Case Status",
    "priority": "Severity",
    "agent": "Assigned to",
    "team": "Assignment group",
    "customer": "Account",
}


def table(columns: dict[str, list[str]]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def test_columns_are_known_by_their_names() -> None:
    found = guess(table(ENGLISH))
    assert found.columns == MEANT
    assert found.time_formats == ("iso",)
    assert found.values == {
        "status": {"Closed": "closed", "In Progress": "open", "Waiting on customer": "pending"},
        "resolution_verdict": {"no": "met", "yes": "breached"},
    }


@pytest.mark.parametrize(
    "names",
    [
        ("Ticketnummer", "Erstellt am", "Gelöst am", "Fällig am", "Zustand", "Priorität", "Bearbeiter", "Kunde"),
        ("Ärendenummer", "Skapad", "Avslutad", "Förfallodatum", "Status", "Prioritet", "Handläggare", "Kund"),
        ("Numéro", "Créé le", "Résolu le", "Échéance", "État", "Priorité", "Assigné à", "Client"),
        ("Folio", "Fecha de creación", "Fecha de cierre", "Fecha límite", "Estado", "Prioridad", "Agente", "Cliente"),
        ("Zaaknummer", "Aangemaakt", "Opgelost", "Vervaldatum", "Status", "Prioriteit", "Behandelaar", "Klant"),
    ],
)  # fmt: skip
def test_columns_are_known_in_several_languages(names: tuple[str, ...]) -> None:
    values = (["1", "2", "3"], WHEN, [WHEN[1], "", ""], WHEN, *(["a", "b", "b"] for _ in range(4)))
    fields = ("ticket_id", "created_at", "resolved_at", "resolution_due_at", "status", "priority", "agent", "customer")
    found = guess(table(dict(zip(names, values, strict=True))))
    assert found.columns == dict(zip(fields, names, strict=True))


def test_the_shipped_mapping_of_a_city_is_found_again() -> None:
    shape = read_mapping("boston311").columns
    rows = {
        **{name: ["x", "y"] for name in shape.values()},
        "case_enquiry_id": ["101000295613", "101000295614"],
        "open_dt": ["2011-07-01 01:32:33", "2011-07-01 01:42:44"],
        "closed_dt": ["2011-07-01 02:32:33", ""],
        "target_dt": ["2011-07-04 08:30:00", ""],
        "on_time": ["ONTIME", "OVERDUE"],
        "case_status": ["Closed", "Open"],
    }
    found = guess(table(rows))
    assert found.columns == shape
    assert found.values["resolution_verdict"] == {"ONTIME": "met", "OVERDUE": "breached"}


def test_no_field_and_no_column_is_given_twice() -> None:
    rows = {"Status": ["a", "b"], "State": ["a", "b"], "Ticket status": ["a", "b"], "Id": ["1", "2"], "Key": ["3", "4"]}
    columns = guess(table(rows)).columns
    assert columns == {"ticket_id": "Id", "status": "Status"}


def test_values_rule_out_what_a_name_suggests() -> None:
    rows = {"Resolved": ["yes", "no"], "Closed": [WHEN[0], ""], "Number": ["1", "1"], "Status": [WHEN[0], WHEN[1]]}
    columns = guess(table(rows)).columns
    assert columns["resolved_at"] == "Closed"
    assert "status" not in columns


def test_a_column_without_values_may_be_a_time() -> None:
    assert guess(table({"Id": ["1", "2"], "Resolved": ["", ""]})).columns["resolved_at"] == "Resolved"


def test_where_no_name_tells_the_values_do() -> None:
    rows = {"Colour": ["red", "red"], "Wert": ["K-7", "K-8"], "Moment": WHEN[:2], "Moment 2": ["", WHEN[2]]}
    assert guess(table(rows)).columns == {"ticket_id": "Wert", "created_at": "Moment"}


def test_times_of_a_typed_file_are_times() -> None:
    rows = pl.DataFrame({"Id": ["1"], "Opened": [datetime(2026, 6, 1, tzinfo=UTC)]})
    found = guess(rows)
    assert found.columns == {"ticket_id": "Id", "created_at": "Opened"}
    assert found.time_formats == ("iso",)


def test_nothing_is_made_of_nothing() -> None:
    found = guess(pl.DataFrame(schema={"a": pl.String, "b": pl.String}))
    assert (found.columns, found.time_formats, found.values) == ({}, (), {})


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["2026-06-01T08:00:00Z"], ("iso",)),
        (["13/04/2026 08:00", "01/04/2026 09:00"], ("%d/%m/%Y %H:%M",)),
        (["04/13/2026 08:00"], ("%m/%d/%Y %H:%M",)),
        (["01/04/2026"], ("%d/%m/%Y", "%m/%d/%Y")),
        (["red", "blue"], ()),
        ([], ()),
    ],
)
def test_how_times_are_written(values: list[str], formats: tuple[str, ...]) -> None:
    assert time_formats([pl.Series(values, dtype=pl.String)]) == formats


def test_one_row_among_many_tells_day_from_month() -> None:
    values = [f"{1 + n % 12:02d}/{1 + n % 12:02d}/2026 {n % 24:02d}:{n % 60:02d}" for n in range(5_000)]
    assert len(time_formats([pl.Series(values)])) == 2
    assert time_formats([pl.Series([*values, "31/01/2026 08:00"])]) == ("%d/%m/%Y %H:%M",)


def test_words_are_those_of_a_column_of_few() -> None:
    assert words_of(pl.Series(["b", "a", " b ", "", None])) == ["b", "a"]
    assert words_of(pl.Series([str(number) for number in range(MOST_WORDS + 1)])) == []
    assert len(words_of(pl.Series([str(number) for number in range(MOST_WORDS)]))) == MOST_WORDS
    assert words_of(pl.Series([1, 2])) == []


@pytest.mark.parametrize(
    ("field", "word", "column", "ours"),
    [
        ("status", "ON HOLD", "Status", "on_hold"),
        ("status", "Väntar på kund", "Status", "pending"),
        ("status", "Frobnicated", "Status", None),
        ("resolution_verdict", "Within SLA", "Resolution status", "met"),
        ("resolution_verdict", "SLA Violated", "Resolution status", "breached"),
        ("resolution_verdict", "TRUE", "Overdue", "breached"),
        ("resolution_verdict", "true", "SLA met", "met"),
        ("first_response_verdict", "0", "Response breached", "met"),
        ("cancelled", "Duplicate", "Why", "merged"),
        ("created_by", "End user", "Opened by", "customer"),
    ],
)
def test_words_are_known(field: str, word: str, column: str, ours: str | None) -> None:
    assert meaning(field, word, column) == ours
    assert translated(field, column, [word]) == ({} if ours is None else {word: ours})


def test_every_field_of_words_has_names() -> None:
    assert set(TRANSLATED) < set(NAMES)
