"""What `policy check` says of good, doubtful, wrong and hostile files, and what `policy schema` tells an editor."""

import json
import re
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from data.__main__ import main
from data.documents import FOLDER, names, read_policy
from data.yaml import read
from tests.data.bad_policies import BAD, GOOD, RAW


def checked(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["policy", "check", str(path)])
    said = capsys.readouterr()
    return code, said.out, said.err


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "p.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_file_that_is_spoilt_below_is_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = checked(written(tmp_path, GOOD), capsys)
    assert (code, err) == (0, "")
    assert out == (
        "p.yaml: no problems\n\n"
        "Schedules:\n"
        "  office: Europe/Stockholm, 40 h a week, closed on holidays of GB ENG (public), more dates closed: 1, "
        "dates with hours of their own: 1\n\n"
        "Policies, the first that fits wins:\n"
        "  gold: plan gold, created from 2026-01-01, on office\n"
        "    First response: urgent 30m, default 4h; internal target 75%\n"
        "    Full resolution: 3d; pauses while pending (customer); internal target 75%; objective 95%\n"
        "  rest: any ticket, on office\n"
        "    Full resolution: 6d\n\n"
        "Agreements between teams, the first that fits wins:\n"
        "  engineering: any ticket, after support, on office\n"
        "    Team agreement: 4h\n\n"
        "Exclusions:\n"
        "  2026-03-03 10:00 to 2026-03-03 16:00: category outage; Outage (Manager)\n"
    )


@pytest.mark.parametrize(("before", "after", "line", "told"), BAD.values(), ids=BAD)
def test_a_mistake_is_one_sentence_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, line: int, told: str
) -> None:
    assert before in GOOD
    start = time.process_time()
    code, out, err = checked(written(tmp_path, GOOD.replace(before, after, 1)), capsys)
    assert time.process_time() - start < 2
    assert (code, out) == (1, "")
    first, *others = err.splitlines()
    assert first.startswith(f"p.yaml, line {line}: ")
    assert told in first
    assert [other for other in others if not other.startswith(f"p.yaml, line {line}: ")] == []


@pytest.mark.parametrize(("content", "line", "told"), RAW.values(), ids=RAW)
def test_what_is_no_handwritten_text_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, line: int, told: str
) -> None:
    code, out, err = checked(written(tmp_path, content), capsys)
    assert (code, out) == (1, "")
    assert re.fullmatch(rf"p.yaml, line {line}: .*{re.escape(told)}.*\n", err)


def test_what_is_doubtful_is_told_with_its_line_and_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    late = GOOD.replace("75%", "100%").replace("urgent: 30m", "urgent: 5h").replace("    when: {plan: [gold]}\n", "")
    code, out, err = checked(written(tmp_path, late.replace("    valid: {from: 2026-01-01}\n", "")), capsys)
    assert (code, err) == (0, "")
    assert out.split("\n\n", maxsplit=1)[0] == (
        "p.yaml, line 12: 'urgent' is given '5h', but 'high' '4h' by default. Expected no more for the more urgent. "
        "[more urgent is given more time]\n"
        "p.yaml, line 14: 100% of '5h' is no stricter than the target. Expected a share such as '75%'. "
        "[internal target is not stricter]\n"
        "p.yaml, line 16: 'rest' is never in force: all it fits goes to 'gold' before. Move it up. "
        "[promise is never in force]\n"
        "p.yaml: 3 warnings"
    )


@pytest.mark.parametrize("name", names("policies"))
def test_a_shipped_policy_is_told_with_everything_it_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", name]) == 0
    said, file = capsys.readouterr(), read_policy(name).file
    assert "no problems" in said.out
    assert said.err == ""
    named = [*file.schedules, *(policy.name for policy in file.policies), *(each.reason for each in file.exclusions)]
    assert [each for each in named if each not in said.out] == []


def test_a_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "nowhere.yaml"]) == 1
    assert "There is no file 'nowhere.yaml'" in capsys.readouterr().err


@pytest.fixture
def editor(capsys: pytest.CaptureFixture[str]) -> Draft202012Validator:
    assert main(["policy", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("name", names("policies"))
def test_an_editor_accepts_the_shipped_policies(editor: Draft202012Validator, name: str) -> None:
    values = read((FOLDER / "policies" / f"{name}.yaml").read_text("utf-8")).values
    assert [error.message for error in editor.iter_errors(values)] == []
    assert read_policy(name).file.policies


def test_an_editor_accepts_what_the_check_accepts(editor: Draft202012Validator) -> None:
    more = "    on_change: restart\n    cutoff: 17:00\n    restart_at: 08:00\n    day_means: keep_time_of_day\n"
    for text in (
        GOOD,
        GOOD.replace("    targets: {", f"{more}    targets: {{"),
        GOOD.replace("95%", "0.95"),
        GOOD.replace("mon-fri", '"Mon-Thu,fri"'),
    ):
        assert [error.message for error in editor.iter_errors(read(text).values)] == []


SEEN_IN_AN_EDITOR = (
    "key of the file", "key of a policy", "key of a schedule", "key of an agreement", "key missing", "kind",
    "attribute", "kind of an objective", "kind of a pause", "day", "window is one time", "window is a number",
    "target is a time", "target is a number", "target is negative", "target is blank", "pause", "after is keys",
    "after is a number", "team is a list", "when is a word", "value is true", "exclusion with an offset",
    "exclusion without reason", "version", "date is a number", "words alone", "a list",
)  # fmt: skip


@pytest.mark.parametrize("what", SEEN_IN_AN_EDITOR)
def test_an_editor_sees_mistakes_of_form(editor: Draft202012Validator, what: str) -> None:
    before, after, _, _ = BAD[what]
    assert list(editor.iter_errors(read(GOOD.replace(before, after, 1)).values))
