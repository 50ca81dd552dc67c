"""Some hundreds of damaged files; `python -m tests.benchmarks.fuzz` tries ten thousand."""

from pathlib import Path

from tests.benchmarks.fuzz import run


def test_a_damaged_file_is_accounted_for_or_refused(tmp_path: Path) -> None:
    figures = run(200, tmp_path)
    assert figures.failures == []
    assert figures.read > 70
    assert figures.compared > 50
    assert figures.refused.total() == 200 - figures.read
