"""Policy and mapping files: what is wrong, in which file, on which line."""

import random
import re
from contextlib import suppress
from pathlib import Path

import pytest

from analytics.errors import MappingError, PolicyError
from data.documents import names, policy_of, read_mapping, read_policy

POLICY = """\
version: 1
schedules:
  office: {time_zone: Europe/Stockholm, hours: {mon-fri: ["08:00-17:00"]}}
policies:
  - name: all
    schedule: office
    targets: {resolution: 4h}
"""
MAPPING = """\
version: 1
source: desk
time_zone: Europe/Stockholm
columns:
  ticket_id: id
  created_at: created
"""


@pytest.mark.parametrize("name", names("policies"))
def test_a_shipped_policy_is_read_and_hashed(name: str) -> None:
    document = read_policy(name)
    assert document.file.policies
    assert len(document.hash) == 12


@pytest.mark.parametrize("name", names("mappings"))
def test_a_shipped_mapping_is_read_and_names_a_policy(name: str) -> None:
    mapping = read_mapping(name)
    assert read_policy(mapping.policy or mapping.source).file.version == 1


def test_the_hash_follows_the_text() -> None:
    assert policy_of("a", POLICY, "a.yaml").hash != policy_of("a", POLICY + "# changed\n", "a.yaml").hash


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("resolution: 4h", "resolution: 4 hours", r"p.yaml, line 7: .*'4 hours' is not a duration"),
        ("resolution: 4h", "resolution: 12:30", r"p.yaml, line 7: .*not a duration"),
        ("resolution: 4h", "resolution: 0h", "more than nothing"),
        ("resolution: 4h", "resolution: 1d 4h", "line 7: .*mixes days and hours"),
        ("resolution: 4h", "solution: 4h", "line 7: "),
        ("schedule: office", "schedule: offic", "There is no schedule 'offic'. Did you mean 'office'"),
        ("schedule: office", "schedule: office\n    colour: red", "line 7: key 'colour' is not known here"),
        ("Europe/Stockholm", "Europe/Stokholm", "line 3: .*no time zone 'Europe/Stokholm'"),
        ('"08:00-17:00"', '"8-17"', "'8-17' are not a window"),
        ('"08:00-17:00"', '"08:00-12:00", "11:00-17:00"', "overlap"),
        ("mon-fri", "mon-fry", "Opening days 'mon-fry' are not known"),
        ("  - name: all\n", "  - name: all\n    name: twice\n", "line 6: key 'name' stands twice, first on line 5"),
        ("version: 1", "version: 2", "line 1"),
        ("    targets: {resolution: 4h}\n", "", "needs targets"),
        ("targets: {", "due: supplied\n    targets: {", "leave out targets"),
        (POLICY, "just words", "holds no settings"),
    ],
)
def test_a_bad_policy_names_file_line_and_what_was_expected(before: str, after: str, told: str) -> None:
    assert before in POLICY
    with pytest.raises(PolicyError, match=told) as error:
        policy_of("p", POLICY.replace(before, after, 1), "p.yaml")
    assert "p.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("ticket_id: id\n", "", "must name ticket_id"),
        ("  created_at", "  creatd_at", "line 6"),
        ("Europe/Stockholm", "Stockholm", "no time zone 'Stockholm'"),
        ("source: desk", "source: my desk", "line 2"),
        ("columns:", "ticket_url: ftp://x\ncolumns:", "is not a ticket address"),
        ("columns:", "time_format: dd/mm\ncolumns:", "is not a time format"),
        ("columns:", "values: {team: {a: b}}\ncolumns:", "translates 'team', but columns does not name it"),
        ("columns:", "extra: 1\ncolumns:", "key 'extra' is not known here"),
    ],
)
def test_a_bad_mapping_names_file_and_what_was_expected(tmp_path: Path, before: str, after: str, told: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING.replace(before, after, 1))
    with pytest.raises(MappingError, match=told) as error:
        read_mapping(str(path))
    assert "m.yaml" in str(error.value)


def test_a_missing_file_lists_the_known_names() -> None:
    with pytest.raises(MappingError, match="There is no file 'bostn'.*boston311"):
        read_mapping("bostn")


@pytest.mark.parametrize(
    ("content", "told"), [(b"x" * 1_000_001, "larger than 1 MB"), (b"a: 1\nb: \xff", "line 2: byte 8 is not UTF-8")]
)
def test_a_file_that_is_no_handwritten_text_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(content)
    with pytest.raises(PolicyError, match=told):
        read_policy(str(path))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("schedule: office", "schedule: office\n    valid: {from: 2026-02-30}", "line 7"),
        ("schedule: office", "schedule: office\n    valid: {from: 2026-01-01T25:00:00}", "line 7"),
        ("resolution: 4h", "resolution: !!int 4h", "line 7"),
        ("resolution: 4h", f"resolution: {'9' * 5000}", "line 7"),
        ("resolution: 4h", "resolution: !!bool 4h", "line 7"),
        ("resolution: 4h", "resolution: !!python/object:os.system 1", "line 7"),
        ("version: 1", "version: 1\nversion: 1", "line 2"),
        ('{mon-fri: ["08:00-17:00"]}', '{[a, b]: ["08:00-17:00"]}', "line 3"),
        ("resolution: 4h", "resolution: [" + "[" * 500 + "]" * 501, "nested too deeply"),
    ],
)
def test_yaml_that_is_a_trap_is_a_policy_error(before: str, after: str, told: str) -> None:
    assert before in POLICY
    with pytest.raises(PolicyError, match=told) as error:
        policy_of("p", POLICY.replace(before, after, 1), "p.yaml")
    assert "p.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1", "%YAML 1.1\n---\nversion: 1"),
        ("version: 1", "\ufeffversion: 1"),
        ("version: 1", "version: 1 # 🕘"),
        ('["08:00-17:00"]', "08:00-17:00"),
        ("\n", "\r\n"),
    ],
)
def test_a_policy_written_another_way_reads_the_same(before: str, after: str) -> None:
    assert policy_of("p", POLICY.replace(before, after), "p.yaml").file == policy_of("p", POLICY, "p.yaml").file


def test_no_and_a_time_are_words_under_every_version_of_yaml() -> None:
    text = POLICY.replace("schedule: office", "schedule: office\n    when: {region: [NO, no, 12:30, 1_000]}")
    for head in ("", "%YAML 1.1\n---\n", "%YAML 1.2\n---\n"):
        assert policy_of("p", head + text, "p.yaml").file.policies[0].when["region"] == ["NO", "no", "12:30", "1_000"]


def test_aliases_and_merged_keys_are_followed_and_errors_point_to_where_the_text_stands() -> None:
    text = POLICY.replace("targets: {resolution: 4h}", "targets: &t {resolution: 4h}")
    more = "  - &b {name: b, schedule: office, targets: *t}\n  - {<<: *b, name: c}\n"
    assert [policy.name for policy in policy_of("p", text + more, "p.yaml").file.policies] == ["all", "b", "c"]
    spoilt = text.replace("{resolution: 4h}", "{resolution: 4}") + more
    with pytest.raises(PolicyError) as error:
        policy_of("p", spoilt, "p.yaml")
    told = [line.partition(": ")[0] for line in str(error.value).splitlines()]
    assert told == ["p.yaml, line 7"] * 3
    with pytest.raises(PolicyError, match=r"^p.yaml, line 8: policies.1.schedule: There is no schedule 'x'"):
        policy_of("p", text + more.replace("schedule: office", "schedule: x"), "p.yaml")


def test_every_mistake_is_told_in_order_of_lines() -> None:
    text = POLICY.replace("4h", "4 hours").replace("mon-fri", "mon-fry").replace("version: 1", "version: 3")
    with pytest.raises(PolicyError) as error:
        policy_of("p", text, "p.yaml")
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [f"p.yaml, line {n}" for n in (1, 3, 7)]


def test_what_is_said_stays_short() -> None:
    with pytest.raises(PolicyError, match="There is no schedule 'xxx.* … .*office.$") as error:
        policy_of("p", POLICY.replace("schedule: office", f"schedule: {'x' * 1000}"), "p.yaml")
    assert len(str(error.value)) < 700


def test_any_word_out_of_place_is_a_policy_error_or_none() -> None:
    chance = random.Random(1)
    junk = ["null", "[]", "{a: b}", "2026-13-45", ".nan", "12:30", "!!str", "*b", "? ", "&a x", "<<", "08:1_0:00", "- "]
    words = [found.span() for found in re.finditer(r"[^\s:,{}\[\]]+", POLICY)]
    for _ in range(300):
        start, end = chance.choice(words)
        with suppress(PolicyError):
            policy_of("p", POLICY[:start] + chance.choice(junk) + POLICY[end:], "p.yaml")


@pytest.mark.parametrize("name", ["", "a" * 5000, "no\x00name", "."])
def test_a_name_no_file_has_lists_the_known_names(name: str) -> None:
    with pytest.raises(PolicyError, match="names in data/policies: boston311, boston311_days, sample"):
        read_policy(name)
