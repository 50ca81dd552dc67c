"""The command: what it says, that the key stands nowhere, whom it speaks to, and what a kill leaves behind."""

import gzip
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analytics.errors import SLAError
from data.commands_pull import app
from tests.data.pulling import SINCE, environment, folder_of, receiving
from tests.data.test_pull import ids
from tests.data.vendor_records import ticket
from tests.data.vendor_server import KEY, Desk, serving

ROOT = Path(__file__).parents[2]
WATCHED = """
import logging, os, sys
logging.basicConfig(level=logging.DEBUG)
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        sys.stdout.write(f"{event} {arguments[1] if event == 'socket.connect' else arguments[0]}\\n")
sys.addaudithook(watch)
from data.commands_pull import app
app(sys.argv[1:], exit_on_error=False, result_action="return_value")
"""


def started(home: Path, desk: Desk, *words: str) -> subprocess.Popen[str]:
    """The command in a process of its own that tells all it does, at home in an empty folder."""
    home.mkdir(exist_ok=True)
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    return subprocess.Popen(
        [sys.executable, "-c", WATCHED, *words],
        env=variables | environment(desk, "freshdesk"),
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*words: str) -> None:
    app(list(words), exit_on_error=False, result_action="return_value")


def test_the_key_stands_nowhere_and_nobody_else_is_spoken_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk({"tickets": [ticket(number) for number in range(1, 8)]}, faults={2: "500"})
    with serving(desk):
        words = ("freshdesk", "--since", "2026-01-01", "--store", str(tmp_path / "store"))
        out, err = started(tmp_path / "home", desk, *words).communicate(timeout=60)
        desk.expired_from = 1
        for name, value in environment(desk, "freshdesk").items():
            monkeypatch.setenv(name, value)
        with caplog.at_level("DEBUG"), pytest.raises(SLAError, match="is wrong or has expired") as refused:
            run(*words)
    assert "received 7 tickets" in out, err
    assert "GET /api/v2/tickets" in err, "the log was watched"
    spoken = set(re.findall(r"socket\.\w+ (.+)", out))
    assert spoken == {"127.0.0.1", f"('127.0.0.1', {desk.address.rsplit(':', 1)[1]})"}
    assert list((tmp_path / "home").iterdir()) == []
    stored = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert len(stored) >= 4
    for text in (out, err, caplog.text, str(refused.value)):
        assert KEY not in text
    for path in stored:
        content = path.read_bytes()
        assert KEY.encode() not in (gzip.decompress(content) if path.suffix == ".gz" else content)


def test_a_killed_pull_goes_on_where_it_was(tmp_path: Path) -> None:
    desk = Desk({"tickets": [ticket(number) for number in range(1, 12)]}, faults={6: "hang"})
    with serving(desk):
        process = started(tmp_path / "home", desk, "freshdesk", "--since", "2026-01-01", "--store", str(tmp_path))
        end = time.monotonic() + 60
        while len(desk.requests) < 6 and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        folder = folder_of(tmp_path, "freshdesk")
        assert ids(folder) == list(range(1, 8))
        receiving(folder, desk, since=None)
    assert ids(folder) == list(range(1, 12))


def test_the_command_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(Desk()) as desk:
        for name, value in environment(desk, "jira").items():
            monkeypatch.setenv(name, value)
        run("jira", "--since", f"{SINCE:%Y-%m-%d}", "--project", "DESK", "IT", "--sla", "--store", str(tmp_path))
        assert "jira: received nothing new" in capsys.readouterr().out
        assert "project in (DESK, IT)" in desk.asked("/rest/api/3/search/jql")[0]["jql"]


def test_without_dlt_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "data.pull.client", raising=False)
    for name in [each for each in sys.modules if each == "dlt" or each.startswith("dlt.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "dlt", None)
    with serving(Desk()) as desk:
        for name, value in environment(desk, "zendesk").items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SLAError, match=r"python -m pip install 'dlt>=1\.31,<2'"):
            run("zendesk", "--since", "2026-01-01", "--store", str(tmp_path))
    assert desk.requests == []


def test_other_commands_do_not_wait_for_dlt() -> None:
    code = "import sys, data.commands_pull; print([each for each in sys.modules if each.split('.')[0] == 'dlt'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
