"""Killed imports, full disks and readers through publishes: is any store torn, any read failed, any import lost?

Run by hand: `python -m tests.benchmarks.crash [KILLS]`. Full disks need the right to mount a small tmpfs, and are
passed over, saying so, without it. Exits with 1 if a figure that must be 0 is not.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analytics.errors import SLAError
from data.store import Store
from tests.benchmarks.machine import machine

ROOT = Path(__file__).parents[2]
TICKETS, DISKS, READERS, PUBLISHES = 3000, 10, 4, 20
MAPPING = """\
version: 1
source: desk
time_zone: Europe/Stockholm
columns: {ticket_id: id, created_at: created, first_responded_at: answered, resolved_at: solved, updated_at: updated}
"""
POLICY = """\
version: 1
schedules: {office: {time_zone: Europe/Stockholm, hours: {mon-fri: ["08:00-17:00"]}}}
policies: [{name: all, schedule: office, targets: {first_response: 1h, resolution: 8h}}]
"""
WRITER = """\
import sys
from pathlib import Path
from data.imports import import_files
from data.store import Store
store, folder = Store(Path(sys.argv[1])), Path(sys.argv[2])
print("ready", flush=True)
for line in sys.stdin:
    path = Path(line.strip())
    summary = import_files(store, [path], str(folder / "mapping.yaml"), str(folder / "policy.yaml"))
    print(f"done {summary.version}", flush=True)
"""
READER = """\
import sys, time
from pathlib import Path
from analytics.errors import SLAError
from data.store import Store
store, stop = Store(Path(sys.argv[1])), Path(sys.argv[2])
reads, failed, mixed, took = 0, 0, 0, []
print("ready", flush=True)
while not stop.exists():
    start = time.perf_counter()
    try:
        version = store.require()
        clocks = version.clocks()
        tickets = version.counts()["tickets"].sum()
        mixed += clocks["ticket_id"].n_unique() != tickets
    except SLAError as error:
        failed += 1
        print(error, file=sys.stderr)
    reads += 1
    took.append(time.perf_counter() - start)
took.sort()
print(reads, failed, mixed, took[len(took) // 2], took[int(len(took) * 0.99)], flush=True)
"""


def written(folder: Path, number: int, tickets: int = TICKETS) -> Path:
    """An export as it stands after so many updates: one more ticket each time."""
    path = folder / f"export-{number}.csv"
    rows = ["id,created,answered,solved,updated"]
    for each in range(tickets + number):
        day, hour = 1 + each % 28, 8 + each % 9
        rows.append(
            f"{each},2026-06-{day:02} {hour:02}:00,2026-06-{day:02} {hour:02}:30,2026-07-{day:02} {hour:02}:00,"
            f"2026-07-{day:02} {hour:02}:00"
        )
    path.write_text("\n".join(rows) + "\n")
    return path


def started(script: str, *arguments: Path) -> subprocess.Popen[str]:
    """A process that has loaded everything and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def imported(process: subprocess.Popen[str], path: Path) -> str:
    """Let a waiting writer import a file; what it says."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{path}\n")
    process.stdin.flush()
    return process.stdout.readline()


def tickets_of(store: Store) -> int:
    """Tickets that the current version serves, each with its two clocks."""
    version = store.require()
    count = int(version.counts()["tickets"].sum())
    if version.clocks().height != 2 * count or not version.digest():
        raise RuntimeError("torn")
    return count


def killed(folder: Path, kills: int) -> dict[str, float]:
    """Kill an import at a random moment, time and again."""
    store, draw = Store(folder / "store"), random.Random(1)
    writer = started(WRITER, store.directory, folder)
    imported(writer, written(folder, 0))
    writer.kill()
    writer = started(WRITER, store.directory, folder)
    start = time.perf_counter()
    imported(writer, written(folder, 1))
    usual = time.perf_counter() - start
    writer.kill()
    number, torn, lost, unacknowledged, finished = 1, 0, 0, 0, 0
    for _ in range(kills):
        writer = started(WRITER, store.directory, folder)
        path = written(folder, number + 1)
        assert writer.stdin is not None
        writer.stdin.write(f"{path}\n")
        writer.stdin.flush()
        time.sleep(draw.uniform(0, 1.5 * usual))
        writer.kill()
        said = writer.communicate()[0]
        try:
            found = tickets_of(store) - TICKETS
        except (RuntimeError, SLAError) as error:
            torn += 1
            print(f"  torn: {error}")
            continue
        acknowledged = "done" in said
        lost += acknowledged and found != number + 1
        torn += found not in (number, number + 1)
        unacknowledged += not acknowledged and found == number + 1
        finished += acknowledged
        number = found
    left = len(list(store.directory.glob(".build-*")))
    imported(started(WRITER, store.directory, folder), written(folder, number + 1))
    swept = left - len(list(store.directory.glob(".build-*")))
    return {
        "kills": kills,
        "import_s": usual,
        "finished_before_the_kill": finished,
        "published_but_not_yet_said": unacknowledged,
        "leftovers_swept": swept,
        "torn": torn,
        "acknowledged_lost": lost,
    }


@contextmanager
def small_disk(folder: Path, megabytes: float) -> Iterator[Path]:
    """A disk of this size."""
    folder.mkdir()
    size = f"size={int(megabytes * 1024)}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def full(folder: Path) -> dict[str, float]:
    """Import onto disks that run full, each a little later than the last."""
    made = Store(folder / "first")
    writer = started(WRITER, made.directory, folder)
    imported(writer, written(folder, 0))
    writer.kill()
    big, torn, refused, unclear, left = written(folder, 60_000), 0, 0, 0, 0
    whole = Store(folder / "whole")
    writer = started(WRITER, whole.directory, folder)
    imported(writer, big)
    writer.kill()
    size, last = (store.require().path.stat().st_size / (1 << 20) for store in (made, whole))
    for disk in range(DISKS):
        with small_disk(folder / f"disk-{disk}", size + 0.5 + (0.95 * last - 0.5) * disk / (DISKS - 1)) as place:
            shutil.copytree(made.directory, place / "store")
            store = Store(place / "store")
            command = ["import", str(big), "--mapping", str(folder / "mapping.yaml")]
            command += ["--policy", str(folder / "policy.yaml"), "--store", str(store.directory)]
            done = subprocess.run(
                [sys.executable, "-m", "data", *command], cwd=ROOT, capture_output=True, text=True, check=False
            )
            refused += done.returncode == 1
            unclear += "Traceback" in done.stderr or "The store stays as it was." not in done.stderr
            try:
                torn += tickets_of(store) != TICKETS
            except (RuntimeError, SLAError) as error:
                torn += 1
                print(f"  torn: {error}")
            left += len(list(store.directory.glob(".build-*")))
            if disk == 0:
                print(f"  says: {done.stderr.strip().splitlines()[-1].replace(str(folder), '…')}")
    return {"full_disks": DISKS, "refused": refused, "unclear_errors": unclear, "leftovers": left, "torn": torn}


def read_through(folder: Path) -> dict[str, float]:
    """Read all clocks without a pause while another process publishes."""
    store = Store(folder / "store")
    writer = started(WRITER, store.directory, folder)
    imported(writer, written(folder, 0))
    stop = folder / "stop"
    readers = [started(READER, store.directory, stop) for _ in range(READERS)]
    lost = 0
    for number in range(1, PUBLISHES + 1):
        imported(writer, written(folder, number))
        lost += tickets_of(store) != TICKETS + number
    stop.touch()
    said = [reader.communicate()[0].split() for reader in readers]
    writer.kill()
    return {
        "publishes": PUBLISHES,
        "readers": READERS,
        "reads": sum(int(each[0]) for each in said),
        "median_read_s": max(float(each[3]) for each in said),
        "p99_read_s": max(float(each[4]) for each in said),
        "failed_reads": sum(int(each[1]) for each in said),
        "mixed_reads": sum(int(each[2]) for each in said),
        "acknowledged_lost": lost,
    }


def main() -> int:
    """Print every figure; 1 if one that must be 0 is not."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(machine())
    bad = 0
    steps = {"killed": lambda at: killed(at, kills), "full disks": full, "readers": read_through}
    for name, step in steps.items():
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "mapping.yaml").write_text(MAPPING)
            (place / "policy.yaml").write_text(POLICY)
            print(f"{name}:")
            if step is full and (os.name != "posix" or os.geteuid() != 0):
                print("  passed over: mounting a small disk needs root")
                continue
            figures = step(place)
        for figure, value in figures.items():
            print(f"  {figure}: {value:g}")
        zero = ("torn", "acknowledged_lost", "failed_reads", "mixed_reads", "unclear_errors", "leftovers")
        bad += sum(int(figures.get(figure, 0)) for figure in zero)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
