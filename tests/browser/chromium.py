"""Where the browser of the tests comes from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """The Chromium of DUETIME_CHROMIUM, else of the PATH."""
    named = os.environ.get("DUETIME_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str | None:
    """A Chromium: found, or downloaded by Playwright, or installed from Debian's packages as root; None if all fail."""
    return found() or _downloaded() or _packaged()


def _downloaded() -> str | None:
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=600)
    if done.returncode != 0:
        return None
    script = "from playwright.sync_api import sync_playwright as p\nwith p() as w: print(w.chromium.executable_path)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    path = told.stdout.strip()
    return path if path and Path(path).exists() else None


def _packaged() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]):
        if subprocess.run(command, check=False, timeout=1200).returncode != 0:
            return None
    return found()
