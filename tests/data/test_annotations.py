"""Dated events: the files that are taken, what is said of those that are not, and what policies tell."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from filelock import FileLock

from analytics.errors import ImportFileError, StoreError
from analytics.policy import parse
from data import annotations
from data import store as store_module
from data.__main__ import main
from data.annotations import FILE, FOLDER, KEPT, KNOWN, clear, from_bytes, from_file, keep, known, of_policies, read
from data.imports import import_sample
from data.store import Store
from tests.data.files import row
from tests.data.test_store import imported

MARCH = date(2026, 3, 3)
Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], store: Store) -> Said:
    """Runs `annotate` on the store: its exit code, and what it says."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["annotate", *words, "--store", str(store.directory)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def taken(text: str) -> list[tuple[object, ...]]:
    return from_bytes(text.encode(), "events.csv").rows()


def test_a_file_says_when_what_kind_and_what() -> None:
    found = from_bytes(b"date,to,kind,text,source\n2026-03-03,2026-03-05,outage,Mail down,desk\n", "events.csv")
    assert found.schema == KEPT
    assert found.rows() == [(MARCH, date(2026, 3, 5), "outage", "Mail down", "desk")]


@pytest.mark.parametrize(
    "text",
    [
        "date,text\n2026-03-03,Mail down\n",
        "From,Text\n2026-03-03,  Mail   down \n",
        "text;date;to\nMail down;2026-03-03;\n",
        "\ufefftext\tfrom\tkind\r\nMail down\t2026-03-03\t\r\n",
        "date,to,kind,text\n\n2026-03-03,2026-03-03,other,Mail down\n,,,\n2026-03-03,,,Mail down\n",
        "first,last,kind,text\n2026-03-03,2026-03-03,other,Mail down\n",
        'date,text\r2026-03-03,"Mail\rdown"\r',
    ],
)
def test_files_are_read_as_spreadsheets_write_them(text: str) -> None:
    assert taken(text) == [(MARCH, MARCH, "other", "Mail down", None)]


def test_events_are_sorted_by_date_and_text() -> None:
    found = taken("date,text\n2026-05-01,b\n2026-05-01,a\n2026-03-03,c\n")
    assert [each[3] for each in found] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "events.csv is empty. Expected a first line that names the columns: date, to, kind, text."),
        ("date,txt\n", "events.csv, line 1: column 'txt' is not known. Did you mean 'text'?"),
        (
            "date,text,colour\n",
            "line 1: column 'colour' is not known. Expected date (or from), to, kind, text, source.",
        ),
        ("date,from,text\n", "events.csv, line 1: column 'from' stands there twice. Expected it once."),
        ("\n\ndate,kind\n", "events.csv, line 3: there is no column 'text'. Expected date (or from) and text."),
        ("to,text\n", "events.csv, line 1: there is no column 'date'."),
        ("date,text\n3/3/2026,x\n", "line 2: '3/3/2026' in 'date' is no date. Expected one such as 2026-03-03."),
        ("date,text\n2026-02-30,x\n", "events.csv, line 2: '2026-02-30' in 'date' is no date."),
        ("date,text\n20260303,x\n", "events.csv, line 2: '20260303' in 'date' is no date."),
        ("date,text\n,x\n", "events.csv, line 2: '' in 'date' is no date."),
        ("date,text\n0026-03-03,x\n", "line 2: 0026-03-03 in 'date' is not between 1970 and 2099."),
        ("date,to,text\n2026-03-03,tomorrow,x\n", "line 2: 'tomorrow' in 'to' is no date."),
        ("date,to,text\n2026-03-03,2026-03-02,x\n", "line 2: it ends on 2026-03-02, before it begins on 2026-03-03."),
        ("date,text\n2026-03-03,\n", "line 2: the text is empty. Expected what happened, in a few words."),
        ("date,text\n2026-03-03\n", "events.csv, line 2: the text is empty."),
        ("date,text\n2026-03-03,a,b\n", "line 2: it has 3 values for 2 columns. Put a text with commas in quotes."),
        (f"date,text\n2026-03-03,{'x' * 201}\n", "line 2: the text has 201 characters. Expected at most 200."),
        (f"date,kind,text\n2026-03-03,{'x' * 61},y\n", "line 2: the kind has 61 characters. Expected at most 60."),
        ("date,text\n2026-03-03,a\x07b\n", "line 2: it holds a character that cannot be shown. Remove it."),
        ('date,text\n2026-03-03,"a\n', "events.csv, line 2: it is no CSV"),
        ('date,text\n2026-03-03,"a\nb"\n2026-03-04,\n', "events.csv, line 4: the text is empty."),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ImportFileError) as error:
        taken(text)
    assert message in str(error.value)


def test_every_line_that_is_wrong_is_named_and_nothing_is_taken(store: Store, tmp_path: Path, said: Said) -> None:
    keep(store, from_bytes(b"date,text\n2026-03-03,kept\n", "x"))
    path = tmp_path / "events.csv"
    path.write_text("date,text\n2026-03-01,good\n1.3.2026,a\n2026-03-02,\n")
    code, out, err = said(str(path))
    assert (code, out) == (1, "")
    assert [line.partition(": ")[0] for line in err.splitlines()] == ["events.csv, line 3", "events.csv, line 4"]
    assert read(store.directory)["text"].to_list() == ["kept"]
    path.write_text("date,text\n" + "x,y\n" * 14)
    assert said(str(path))[2].splitlines()[-1] == "… and 4 more."


def test_files_that_are_no_text_too_large_or_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="events.csv, line 2: it is not UTF-8 text"):
        from_bytes(b"date,text\n2026-03-03,M\xe4rz\n", "events.csv")
    large = tmp_path / "large.csv"
    large.write_text("x" * 1_000_001)
    with pytest.raises(ImportFileError, match="larger than 1 MB"):
        from_file(large)
    with pytest.raises(ImportFileError, match="none.csv cannot be read"):
        from_file(tmp_path / "none.csv")
    with pytest.raises(ImportFileError, match="2,001 events. Expected at most 2,000"):
        taken("date,text\n" + "".join(f"2026-03-03,{number}\n" for number in range(2001)))


def test_what_is_kept_comes_back_as_it_was(store: Store) -> None:
    text = (
        'date,to,kind,text,source\n2026-03-03,,outage,"Mail, ""all"" of it = down",desk\n2026-01-01,2026-01-09,x,y,\n'
    )
    given = from_bytes(text.encode(), "x")
    assert keep(store, given).equals(given)
    assert read(store.directory).equals(given)
    assert [path.name for path in store.directory.iterdir() if path.name.startswith(".")] == []


def test_a_file_takes_the_place_of_the_earlier_one_unless_it_is_added(store: Store, tmp_path: Path, said: Said) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("date,text\n2026-03-03,one\n")
    two.write_text("date,text\n2026-03-03,one\n2026-03-02,two\n")
    assert said(str(one)) == (0, "1 event kept beside the store.\n", "")
    assert said(str(two), "--add") == (0, "2 events kept beside the store.\n", "")
    assert said(str(one))[0] == 0
    assert read(store.directory)["text"].to_list() == ["one"]
    assert said("--clear") == (0, "No events are kept any more.\n", "")
    assert said("--clear")[0] == 0
    assert not (store.directory / FILE).exists()


@pytest.mark.parametrize("words", [("--clear", "--add"), ("--add",), ("x.csv", "--clear")])
def test_words_that_contradict_each_other_are_refused(words: tuple[str, ...], said: Said) -> None:
    code, _, err = said(*words)
    assert code == 1
    assert "Expected" in err


def test_nothing_is_kept_while_somebody_else_writes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LOCK_SECONDS", 0.1)
    events = from_bytes(b"date,text\n2026-03-03,x\n", "x")
    keep(store, events)
    with FileLock(store.directory / "write.lock"), pytest.raises(StoreError, match="Another process is writing"):
        clear(store)
    assert read(store.directory).equals(events)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_said_and_what_was_kept_stays(store: Store) -> None:
    events = from_bytes(b"date,text\n2026-03-03,x\n", "x")
    keep(store, events)
    (store.directory / f".{FILE}-{os.getpid()}").symlink_to("/dev/full")
    with pytest.raises(StoreError, match="annotations.csv cannot be kept .No space left"):
        keep(store, events.with_columns(text=pl.lit("y")))
    assert read(store.directory).equals(events)


def test_policies_tell_when_they_begin_within_the_data_and_what_they_exclude() -> None:
    def promise(name: str, begins: str | None) -> dict[str, object]:
        valid = {"valid": {"from": begins}} if begins else {}
        return {"name": name, "schedule": "s", "targets": {"resolution": "4h"}, **valid}

    names = {"first": None, "before": "2025-12-31", "a": "2026-05-01", "b": "2026-05-01", "after": "2026-09-01"}
    out = {"when": {}, "author": "me"}
    file = parse(
        {
            "version": 1,
            "schedules": {"s": {"time_zone": "UTC", "hours": "24x7"}},
            "policies": [promise(name, begins) for name, begins in names.items()],
            "exclusions": [
                {**out, "from": "2026-03-03T10:00", "to": "2026-03-04T00:00", "reason": "Carrier down"},
                {**out, "from": "2026-03-03T10:00", "to": "2026-03-04T00:01", "reason": "Carrier up"},
                {**out, "from": "2027-01-01T00:00", "to": "2027-01-02T00:00", "reason": "later"},
            ],
        }
    )
    found = of_policies({"desk": file, "gone": file}, {"desk": (date(2026, 1, 1), date(2026, 8, 31))})
    assert found.schema == KEPT
    assert found.select(*KNOWN).rows() == [
        (MARCH, MARCH, "exclusion", "Excluded: Carrier down"),
        (MARCH, date(2026, 3, 4), "exclusion", "Excluded: Carrier up"),
        (date(2026, 5, 1), date(2026, 5, 1), "policy change", "Policies a and b begin"),
    ]
    assert set(found["source"]) == {"desk"}


def test_the_sample_brings_its_events_unless_there_are_some(store: Store, tmp_path: Path, said: Said) -> None:
    import_sample(store, 150)
    version = store.require()
    found = known(version)
    assert found.schema == KNOWN
    assert found.equals(found.sort("first", "text"))
    assert (MARCH, "outage") in found.select("first", "kind").rows()
    assert (date(2026, 5, 1), "Policy enterprise-nordics-2026 begins") in found.select("first", "text").rows()
    assert (
        said()[1].splitlines()[-1] == "2026-09-14 to 2026-09-15  exclusion: Excluded: Sign-in provider down, clause 7"
    )
    imported(store, tmp_path, row(1), source="desk")
    both = store.require()
    assert known(both, ["desk"]).is_empty()
    assert known(both, ["sample"]).equals(found)
    assert known(both).equals(found)
    keep(store, from_bytes(b"date,text,source\n2026-06-01,ours,desk\n2026-06-02,all of us,\n", "x"))
    assert known(both, ["desk"])["text"].to_list() == ["ours", "all of us"]
    assert "all of us" in known(both, ["sample"])["text"]
    annotations.keep_sample(store)
    assert read(store.directory)["text"].to_list() == ["ours", "all of us"]


def test_a_file_changed_by_hand_is_named_where_it_is_wrong(store: Store) -> None:
    store.keep(FILE, "date,text\nsoon,x\n")
    with pytest.raises(ImportFileError, match="annotations.csv, line 2: 'soon' in 'date' is no date"):
        read(store.directory)


@pytest.mark.parametrize("name", ["sample", "boston311"])
def test_the_files_that_are_shipped_can_be_taken(name: str) -> None:
    found = from_file(FOLDER / f"{name}.csv")
    assert found.height > 1
    assert set(found["source"]) == {name}
