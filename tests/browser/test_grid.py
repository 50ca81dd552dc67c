"""Can the grid of promises be read, on a laptop and on a phone?"""

from itertools import combinations

import pytest
from playwright.sync_api import FloatRect, Locator

from tests.browser.pages import PAGES, Tabs, settle

pytestmark = pytest.mark.browser


def boxes(marks: Locator) -> list[FloatRect]:
    found = [mark.bounding_box() for mark in marks.all()]
    return [box for box in found if box is not None and box["width"] > 0]


def overlap(one: FloatRect, other: FloatRect) -> bool:
    return all(
        one[at] < other[at] + other[size] - 1 and other[at] < one[at] + one[size] - 1
        for at, size in (("x", "width"), ("y", "height"))
    )


@pytest.mark.parametrize("width", [1440, 390])
def test_six_kinds_stand_apart(tabs: Tabs, address: str, width: int) -> None:
    page = tabs.tab(width)
    page.goto(f"{address}/")
    settle(page, PAGES[""])
    chart = page.get_by_test_id("stVegaLiteChart").filter(has=page.locator("svg g.mark-rect path"))
    chart.locator("svg").wait_for(timeout=30_000)
    page.wait_for_timeout(1000)
    numbers = boxes(chart.locator("svg g.mark-text.role-mark text"))
    cells = boxes(chart.locator("svg g.mark-rect.role-mark path"))
    labels = boxes(chart.locator("svg g.role-axis-label text"))
    frame = chart.bounding_box()
    assert len(cells) == 24
    assert len(numbers) == 48
    assert frame is not None
    assert not [pair for pair in combinations(numbers, 2) if overlap(*pair)]
    assert max(box["width"] for box in numbers) <= min(cell["width"] for cell in cells)
    edge = frame["x"] + frame["width"]
    assert all(frame["x"] - 3 <= box["x"] and box["x"] + box["width"] <= edge + 3 for box in labels)
    if width == 1440:
        assert not [pair for pair in combinations(labels, 2) if overlap(*pair)]
