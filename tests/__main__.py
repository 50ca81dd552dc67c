"""Run every test, browser included: `python -m tests`. Makes sure first that there is a Chromium."""

import os
import subprocess
import sys

import pytest

from tests.browser.chromium import ensure


def main() -> int:
    """Find or install a Chromium, then run pytest with the arguments given."""
    browser = ensure()
    if browser is None:
        sys.stderr.write(
            "No Chromium was found, and none could be installed. Expected 'chromium' on the PATH. "
            "Install it (on Debian or Ubuntu, as root: apt-get update && apt-get install -y chromium) and run again.\n"
        )
        return 1
    environment = {**os.environ, "DUETIME_CHROMIUM": browser, "TZ": "Pacific/Chatham"}
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *sys.argv[1:]]
    done = subprocess.run(command, env=environment, check=False)
    return 0 if done.returncode == pytest.ExitCode.OK else 1


if __name__ == "__main__":
    sys.exit(main())
