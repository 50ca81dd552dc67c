"""The pictures of the README and of the guide to Boston, drawn into docs/: `python -m tests.browser.pictures [FILE]`.

The README's come from the sample history; the guide's from the city's half-year, which is FILE, or lies beside the
project. Without it they stay as they are.
"""

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, FloatRect, Locator, Page

from data import annotations
from data.imports import import_files, import_sample
from data.store import Store
from tests.browser.chromium import ensure
from tests.browser.pages import PAGES, browsing, settle
from tests.browser.server import ROOT, serving
from tests.conftest import BOSTON
from tests.shared import FOLDER

WIDTH, HEIGHT, MARGIN = 1440, 1000, 16
_HALF_YEAR = {"period": "Choose dates …", "from": "2011-07-04", "to": "2011-12-25", "versus": "Nothing"}
_STORM = {"period": "Choose dates …", "from": "2011-08-29", "to": "2011-09-25"}
_FRAMED = """start => {
  let at = start;
  while (at.parentElement && getComputedStyle(at).borderTopWidth !== '1px') at = at.parentElement;
  const box = at.getBoundingClientRect();
  return {x: box.x, y: box.y, width: box.width, height: box.height};
}"""
"""The rectangle of the bordered part of the page that an element lies in."""


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes:
        name: of the file.
        path: of the page.
        asked: the filters in its address, by their labels.
        parts: titles of the charts it shows; none for the top of the page, as a screen holds it.
        headed: whether it shows all from the page's question down to these charts.
        dark: whether in the dark theme.
    """

    name: str
    path: str
    asked: dict[str, str]
    parts: tuple[str, ...] = ()
    headed: bool = False
    dark: bool = False


README = (
    Picture("overview-light.png", "", {}),
    Picture("overview-dark.png", "", {}, dark=True),
    Picture("hours-light.png", "hours", {}),
    Picture("staffing-light.png", "staffing", {}),
)
GUIDE = (
    Picture(
        "boston-overview.png",
        "",
        _HALF_YEAR,
        ("Is the promise kept, week by week? (Full resolution)", "Which promises fall short?"),
        headed=True,
    ),
    Picture("boston-trends.png", "trends", _HALF_YEAR, ("Which weeks are more than noise? (Full resolution)",)),
    Picture("boston-hours.png", "hours", _HALF_YEAR, ("At which hour do clocks fall due and are missed?",)),
    Picture(
        "boston-segments.png",
        "segments",
        _HALF_YEAR,
        ("Which team breaks most beyond its objective?", "How sure is each rate, and does it differ from the rest?"),
    ),
    Picture(
        "boston-drivers.png",
        "drivers",
        {**_STORM, "driver": "Team"},
        ("What moved the breach rate, by team?", "Which few segments explain it?"),
        headed=True,
    ),
    Picture("boston-backlog.png", "backlog", _HALF_YEAR, ("How many are open, and how old are they?",)),
)


def main(arguments: list[str]) -> int:
    """Draw every picture; 1 where there is no browser, or no such file."""
    if ensure() is None:
        sys.stderr.write("No Chromium was found. Install one (on Debian: apt-get install -y chromium).\n")
        return 1
    city = Path(arguments[0]) if arguments else FOLDER / BOSTON
    if arguments and not city.is_file():
        sys.stderr.write(f"There is no file {city}. Expected the city's requests.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        sample = Store(Path(folder) / "sample")
        import_sample(sample)
        draw(sample.directory, README)
        if city.is_file():
            draw(boston(Path(folder) / "boston", city), GUIDE)
        else:
            sys.stdout.write("The guide's pictures stay as they are: the city's file is not beside the project.\n")
    return 0


def boston(directory: Path, city: Path) -> Path:
    """A store with the city's half-year and its dated events; gives the directory."""
    store = Store(directory)
    import_files(store, [city], "boston311")
    annotations.keep(store, annotations.from_file(annotations.FOLDER / "boston311.csv"))
    return directory


def draw(store: Path, pictures: Iterable[Picture]) -> None:
    """Draw these pictures of a store."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(store, Path(folder) / "server.log") as address,
        browsing() as browser,
    ):
        for each in pictures:
            _draw(browser, address, each)
            sys.stdout.write(f"docs/{each.name}\n")


def _draw(browser: Browser, address: str, picture: Picture) -> None:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="dark" if picture.dark else "light"
    )
    page = context.new_page()
    page.goto(f"{address}/{picture.path}?{urlencode(picture.asked)}")
    settle(page, PAGES[picture.path])
    page.locator("[data-testid=stVegaLiteChart] svg").first.wait_for()
    page.wait_for_timeout(1500)
    if picture.parts:
        _unfold(page)
    page.screenshot(path=ROOT / "docs" / picture.name, clip=_around(page, picture) if picture.parts else None)
    context.close()


def _unfold(page: Page) -> None:
    """Make the window as tall as the page, so that every chart of it is drawn."""
    tall = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": int(tall)})
    page.wait_for_timeout(1500)


def _around(page: Page, picture: Picture) -> FloatRect:
    """The rectangle of a picture's parts, with a margin."""
    titles = [page.get_by_text(part, exact=True).first for part in picture.parts]
    boxes: list[FloatRect] = [title.evaluate(_FRAMED) for title in titles]
    if picture.headed:
        boxes.append(_box(page.get_by_role("heading", name=PAGES[picture.path], exact=True)))
    left, top = (min(box[side] for box in boxes) - MARGIN for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in boxes) + MARGIN
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _box(found: Locator) -> FloatRect:
    box = found.first.bounding_box()
    assert box is not None, "the page shows its question"
    return box


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
