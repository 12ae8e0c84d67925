"""A page in a frame of another: it tells how tall it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gdwidget import GDWidget
from tests.ui.view import View
from tests.ui.waiting import until

if TYPE_CHECKING:
    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

SCRIPT = (Path(__file__).parents[2] / "docs" / "_static" / "frames.js").read_text()
"""What docs/own-course.md has for pages with frames."""

FRAMES = '<iframe id="{name}" src="{name}.html" style="width: {width}px; height: 100px"></iframe>'


def test_a_frame_is_as_tall_as_its_page_whatever_is_opened_or_folded(
    lesson: Lesson, tmp_path: Path
) -> None:
    GDWidget().save_html(tmp_path / "wide.html")
    GDWidget().save_html(tmp_path / "narrow.html")
    frames = (
        FRAMES.format(name="wide", width=1000),
        FRAMES.format(name="narrow", width=400),
    )
    around = tmp_path / "around.html"
    around.write_text(f"<!doctype html><script>{SCRIPT}</script>{''.join(frames)}")
    page = lesson.page

    def height(name: str) -> float:
        return float(page.locator(f"#{name}").evaluate("(frame) => frame.clientHeight"))

    def fits(name: str) -> float:
        inner = page.frame_locator(f"#{name}")
        content = inner.locator("html")
        tall = "(html) => html.getBoundingClientRect().height"
        until(
            page,
            lambda: height(name) - float(content.evaluate(tall)),
            lambda over: 0 <= over < 1,
            f"{name}: the frame fits",
        )
        return height(name)

    lesson.go(around)
    for name in ("wide", "narrow"):
        View(page, page.frame_locator(f"#{name}").locator(".gdwidget")).wait_until_drawn()
    wide, narrow = fits("wide"), fits("narrow")
    assert 500 < wide < 700 < narrow < 1150
    frame = page.frame_locator("#narrow")
    frame.get_by_text("Start", exact=True).click()
    until(page, lambda: height("narrow"), lambda now: now > narrow + 20, "the frame grows")
    fits("narrow")
    frame.get_by_text("Start", exact=True).click()
    until(page, lambda: height("narrow"), lambda now: now == narrow, "it is as before")
    assert fits("wide") == wide
