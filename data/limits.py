"""A command in a process of its own, with limits of time and memory, that can be stopped at any moment.

Files come from strangers, and the engines that read them may crash on a crafted one or take all memory there is. In a
child process the worst of that is an error message.
"""

import os
import queue
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import IO

try:
    import resource
except ImportError:  # a system without limits: time and cancelling still work
    resource = None  # type: ignore[assignment]

COMMAND = (sys.executable, "-m", "data")
_ROOT = Path(__file__).parents[1]
_EVERY = 0.05
_LONGEST_LINE, _LINES_KEPT, _ERRORS_KEPT = 1 << 20, 1_000, 20
_ADDRESSES_MB, _ADDRESSES_MB_A_CORE = 4096, 256
_SAID_OF_MEMORY = ("MemoryError", "memory allocation of ", "duckdb.OutOfMemory", "_duckdb.OutOfMemory")
"""How the lines begin in which Python, the engines in Rust, and DuckDB say that they got no more."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a command ended.

    Attributes:
        ok: whether it did all it was asked to.
        timed_out, out_of_memory, cancelled: why it was stopped; at most one.
        lines: the last lines it printed.
        error: the last lines of its complaint; "" when all went well.
    """

    ok: bool
    timed_out: bool = False
    out_of_memory: bool = False
    cancelled: bool = False
    lines: tuple[str, ...] = ()
    error: str = ""


def ignored(_line: str) -> None:
    """Pass over a line."""


def limited(
    arguments: Sequence[str],
    *,
    seconds: float,
    megabytes: int,
    told: Callable[[str], None] = ignored,
    cancel: Event | None = None,
    command: Sequence[str] = COMMAND,
) -> Outcome:
    """Run a command and wait for its end.

    Args:
        arguments: of `python -m data`.
        seconds: of plain time it may take.
        megabytes: of memory it may hold.
        told: called with each line it prints, as it comes, in the thread of the caller; where it raises, the command is
            stopped.
        cancel: set by another thread to stop it.
        command: what is run with the arguments.
    """
    cancel = cancel or Event()
    child = subprocess.Popen(  # noqa: S603 - a list of words, our own program, and no shell
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=_ROOT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    run = _Run(child, time.monotonic() + seconds, megabytes, cancel)
    try:
        run.confine(seconds)
        run.follow(told)
    finally:
        run.end()
    return run.outcome()


class _Run:
    """A child process and what is known of it so far."""

    def __init__(self, child: subprocess.Popen[str], until: float, megabytes: int, cancel: Event) -> None:
        self._child, self._until, self._megabytes, self._cancel = child, until, megabytes, cancel
        self._stopped, self._starved = "", False
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._errors: deque[str] = deque(maxlen=_ERRORS_KEPT)
        self._printed: queue.Queue[str] = queue.Queue(maxsize=_LINES_KEPT)
        self._over = Event()
        self._readers = [
            Thread(target=_drained, args=(child.stdout, self._print), daemon=True),
            Thread(target=_drained, args=(child.stderr, self._complained), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _print(self, line: str) -> None:
        """Hand a line over; where the listener is slow the command waits, too."""
        while not self._over.is_set():
            with suppress(queue.Full):
                self._printed.put(line, timeout=_EVERY)
                return

    def _complained(self, line: str) -> None:
        self._starved = self._starved or line.strip().startswith(_SAID_OF_MEMORY)
        self._errors.append(line)

    def confine(self, seconds: float) -> None:
        """Have the system itself stop it, should this process be gone; far above what is watched here."""
        if resource is None or not hasattr(resource, "prlimit"):
            return
        cores = os.cpu_count() or 1
        addresses = (2 * self._megabytes + _ADDRESSES_MB + _ADDRESSES_MB_A_CORE * cores) << 20
        time_taken = int(seconds * cores) + 60
        for limit, most in ((resource.RLIMIT_AS, addresses), (resource.RLIMIT_CPU, time_taken)):
            try:
                resource.prlimit(self._child.pid, limit, (most, most))
            except (OSError, ValueError):  # it has ended, or a lower limit holds already
                return

    def follow(self, told: Callable[[str], None]) -> None:
        """Pass its lines on until it ends, or has to be stopped."""
        while self._child.poll() is None:
            self._pass_on(told, _EVERY)
            self._stopped = self._reason()
            if self._stopped:
                return
        while any(reader.is_alive() for reader in self._readers) and self._reason() in ("", "out_of_memory"):
            self._pass_on(told, _EVERY)
        self._pass_on(told, 0)

    def _pass_on(self, told: Callable[[str], None], wait: float) -> None:
        with suppress(queue.Empty):
            for _ in range(_LINES_KEPT):
                line = self._printed.get(timeout=wait) if wait else self._printed.get_nowait()
                wait = 0
                self._lines.append(line)
                told(line)

    def _reason(self) -> str:
        if self._cancel.is_set():
            return "cancelled"
        if time.monotonic() > self._until:
            return "timed_out"
        return "out_of_memory" if _megabytes_of(self._child.pid) > self._megabytes else ""

    def end(self) -> None:
        """Leave nothing of it running."""
        self._over.set()
        if self._child.poll() is None:
            if hasattr(os, "killpg"):
                os.killpg(self._child.pid, _signal("SIGKILL"))
            else:
                self._child.kill()
            self._child.wait()
        for reader, stream in zip(self._readers, (self._child.stdout, self._child.stderr), strict=True):
            reader.join(timeout=1)
            if stream is not None and not reader.is_alive():
                stream.close()

    def outcome(self) -> Outcome:
        """How it ended."""
        code, lines = self._child.returncode, tuple(self._lines)
        if not self._stopped and code == 0:
            return Outcome(ok=True, lines=lines)
        error = "\n".join(self._errors).strip()
        starved = not self._stopped and (self._starved or code == -_signal("SIGKILL"))
        return Outcome(
            ok=False,
            timed_out=self._stopped == "timed_out" or (not self._stopped and code == -_signal("SIGXCPU")),
            out_of_memory=self._stopped == "out_of_memory" or starved,
            cancelled=self._stopped == "cancelled",
            lines=lines,
            error=error or f"It ended with {code} and no message.",
        )


def _signal(name: str) -> int:
    """The number of a signal; one that ends no process where the system has none of this name."""
    return int(getattr(signal, name, 1 << 20))


def _drained(stream: IO[str], take: Callable[[str], None]) -> None:
    """Read a stream to its end, so that its writer never waits."""
    while line := stream.readline(_LONGEST_LINE):
        take(line.rstrip("\n"))


def _megabytes_of(pid: int) -> int:
    """Memory a process holds; 0 where the system does not say."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") >> 20
    except (OSError, ValueError, IndexError):
        return 0
