"""A command under limits: every way it can end, with real processes."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from data.limits import Outcome, limited

PYTHON = (sys.executable, "-c")
GREEDY = "import time\nheld = []\nwhile True: held.append(bytearray(20_000_000)); time.sleep(0.01)"
AT_ONCE = "held = bytearray(1 << 50)"
PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)"
)


def run(program: str, *, seconds: float = 30, megabytes: int = 1000, **more: object) -> Outcome:
    return limited([program], seconds=seconds, megabytes=megabytes, command=PYTHON, **more)  # type: ignore[arg-type]


def test_lines_come_as_they_are_printed_and_in_the_callers_thread() -> None:
    came: list[tuple[float, str, int]] = []
    program = "import time\nfor n in range(3): print(n, 'é', flush=True); time.sleep(0.3)"
    outcome = run(program, told=lambda line: came.append((time.monotonic(), line, threading.get_ident())))
    assert outcome == Outcome(ok=True, lines=("0 é", "1 é", "2 é"))
    assert [line for _, line, _ in came] == ["0 é", "1 é", "2 é"]
    assert {thread for _, _, thread in came} == {threading.get_ident()}
    assert came[2][0] - came[0][0] > 0.4


def test_a_command_that_fails_gives_its_last_words() -> None:
    program = "import sys\nprint('begun')\nfor n in range(100): print('line', n, file=sys.stderr)\nsys.exit(1)"
    outcome = run(program)
    assert (outcome.ok, outcome.lines) == (False, ("begun",))
    assert outcome.error.endswith("line 98\nline 99")
    assert not any((outcome.timed_out, outcome.out_of_memory, outcome.cancelled))


def test_a_command_that_fails_without_a_word_is_said() -> None:
    assert run("import sys; sys.exit(3)").error == "It ended with 3 and no message."


@pytest.mark.parametrize("program", [GREEDY, AT_ONCE])
def test_a_command_over_its_memory_is_stopped(program: str) -> None:
    began = time.monotonic()
    outcome = run(program, megabytes=200)
    assert (outcome.ok, outcome.out_of_memory, outcome.timed_out) == (False, True, False)
    assert time.monotonic() - began < 10


def test_a_command_over_its_time_is_stopped() -> None:
    began = time.monotonic()
    outcome = run("import time; print('begun', flush=True); time.sleep(60)", seconds=0.8)
    assert (outcome.ok, outcome.timed_out, outcome.lines) == (False, True, ("begun",))
    assert time.monotonic() - began < 10


def test_a_command_that_prints_without_end_is_stopped() -> None:
    came: list[str] = []
    outcome = run("while True: print('x' * 1000)", seconds=1, megabytes=200, told=came.append)
    assert (outcome.ok, outcome.timed_out, len(outcome.lines)) == (False, True, 1000)
    assert len(came) > 1000


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_another_thread_stops_a_command_with_its_children() -> None:
    cancel, children = threading.Event(), []

    def first(line: str) -> None:
        children.append(int(line))
        threading.Timer(0.2, cancel.set).start()

    outcome = run(PARENT, told=first, cancel=cancel)
    assert (outcome.ok, outcome.cancelled, outcome.out_of_memory) == (False, True, False)
    until = time.monotonic() + 5
    while alive(children[0]) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(children[0])


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_where_the_listener_gives_up_the_command_is_stopped() -> None:
    children: list[int] = []

    def gives_up(line: str) -> None:
        children.append(int(line))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)", told=gives_up)
    assert not alive(children[0])


def test_output_without_end_fills_no_memory() -> None:
    program = (
        "import sys\nfor n in range(50_000): print(n); print(n, file=sys.stderr)\nsys.stdout.write('x' * 5_000_000)"
    )
    outcome = run(program)
    assert outcome.ok
    assert (len(outcome.lines), max(map(len, outcome.lines))) == (1000, 1 << 20)


def test_it_runs_our_own_command_line_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUETIME_STORE", str(tmp_path / "store"))
    outcome = limited(["import", str(tmp_path / "none.csv"), "--mapping", "boston311"], seconds=60, megabytes=2000)
    assert not outcome.ok
    assert f"There is no file '{tmp_path}{os.sep}none.csv'" in outcome.error.replace("\n", " ")
