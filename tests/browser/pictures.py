"""The README's pictures: `python -m tests.browser.pictures` draws them from the sample history into docs/."""

import sys
import tempfile
from pathlib import Path

from data.imports import import_sample
from data.store import Store
from tests.browser.chromium import ensure
from tests.browser.pages import PAGES, browsing, settle
from tests.browser.server import ROOT, serving

DRAWN = {"overview-light.png": ("", "light"), "overview-dark.png": ("", "dark"), "hours-light.png": ("hours", "light")}


def main() -> int:
    """Draw every picture; 1 where there is no browser."""
    if ensure() is None:
        sys.stderr.write("No Chromium was found. Install one (on Debian: apt-get install -y chromium).\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        import_sample(Store(Path(folder) / "store"))
        with serving(Path(folder) / "store", Path(folder) / "server.log") as address, browsing() as browser:
            for name, (path, theme) in DRAWN.items():
                scheme = "dark" if theme == "dark" else "light"
                context = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme=scheme)
                page = context.new_page()
                page.goto(f"{address}/{path}")
                settle(page, PAGES[path])
                page.locator("[data-testid=stVegaLiteChart] svg").first.wait_for()
                page.wait_for_timeout(1500)
                page.screenshot(path=ROOT / "docs" / name)
                context.close()
                sys.stdout.write(f"docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
