"""What the page looks like on paper, and in colours that the system forces on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gdwidget import GDWidget, problems
from tests.pages.boxes import CUT, FIGURES, Box, figures
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, ViewportSize

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

A4: ViewportSize = {"width": 718, "height": 1047}
"""What a sheet has between margins of a centimetre (pixels)."""

STATES: dict[str, tuple[Callable[[], GDWidget], str]] = {
    "the article": (
        GDWidget,
        "optimizer sgd, batch all samples, decay constant, learning rate 0.01, step 2 of 2",
    ),
    "a plane, enlarged": (
        lambda: GDWidget(problems.rosenbrock(), optimizer="adam", learning_rate=0.1, scale=1.5),
        "optimizer adam, decay constant, learning rate 0.1, step 2 of 2",
    ),
    "a network": (
        lambda: GDWidget(problems.moons(), batch_size=32),
        "optimizer sgd, batch 32 samples, decay constant, learning rate 0.01, step 2 of 2",
    ),
}
LAID_OUT = """
(root) => [...root.querySelectorAll(".plotarea_background[width]")]
  .map((area) => area.getAttribute("width"))
"""
CONTROLS = "button, input, summary:not(.gdwidget-data > *), details:not(.gdwidget-data), label"


@pytest.mark.parametrize("width", [1400, 420])
@pytest.mark.parametrize("state", STATES)
def test_on_paper_everything_is_whole_and_nothing_can_be_pressed(
    lesson: Lesson, tmp_path: Path, state: str, width: int
) -> None:
    make, words = STATES[state]
    widget = make()
    widget.step(2)
    path = tmp_path / "lesson.html"
    widget.save_html(path)
    page = lesson.page
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": width, "height": 2000})
    view = lesson.open(path)
    for figure in figures(view):
        figure.wait_until_it_fills_its_box()
        figure.settled_axes()
    count = 2 if widget.problem.predict is None else 3
    becomes(page, lambda: len(view.root.evaluate(LAID_OUT)), count, "how many figures there are")
    laid_out = view.root.evaluate(LAID_OUT)
    # A browser that prints lays the page out anew, and no script has a say in that.
    lesson.developer.send("Emulation.setScriptExecutionDisabled", {"value": True})
    page.emulate_media(color_scheme="dark", media="print")
    page.set_viewport_size(A4)
    for control in view.root.locator(CONTROLS).all():
        expect(control).to_be_hidden()
    for choice in view.root.locator("select:visible").all():
        expect(choice).to_have_css("appearance", "none")
    expect(view.update).to_be_visible()
    expect(view.status).to_be_visible()
    expect(view.root.locator(".gdwidget-words")).to_have_text(words)
    expect(view.root.locator(".gdwidget-words")).to_be_visible()
    expect(view.root).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(view.root).to_have_css("color", "rgb(27, 31, 36)")
    becomes(page, lambda: view.root.evaluate(CUT), [], "what is cut")
    whole = view.root.bounding_box()
    assert whole is not None
    assert whole["x"] >= 0
    assert whole["x"] + whole["width"] <= A4["width"]
    assert whole["height"] <= A4["height"]
    drawn = view.root.evaluate(FIGURES)
    assert len(drawn) == count
    assert view.root.evaluate(LAID_OUT) == laid_out
    for figure, box in zip(drawn, view.root.locator(".gdwidget-box:visible").all(), strict=True):
        edges = box.bounding_box()
        assert edges is not None
        assert figure["cut"] == []
        ticks = [Box(**one) for one in figure["others"]]
        assert len(ticks) > 3
        for tick in ticks:
            assert edges["y"] <= tick.y
            assert tick.y + tick.height <= edges["y"] + edges["height"] + 1
    for image in view.root.locator("image:visible").all():
        expect(image).to_have_css("filter", "invert(1) hue-rotate(180deg)")


def test_a_print_is_one_sheet(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    GDWidget().save_html(path)
    lesson.open(path)
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")
    printed = lesson.page.pdf(format="A4", margin=margin)  # type: ignore[arg-type]
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1
