"""What a benchmark ran on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine() -> str:
    """Cores, memory, processor and versions, in one line."""
    names = [
        line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("polars", "duckdb", "streamlit", "altair"))
    processor = names[0] if names else "unknown"
    return f"{os.cpu_count()} cores ({processor}), {memory:.0f} GiB, Python {platform.python_version()}, {packages}"
