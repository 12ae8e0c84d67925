"""What the page looks like on paper, and in colours that the system forces on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gdwidget import GDWidget, problems
from tests.pages.boxes import CUT, FIGURES, Box, figures
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page, ViewportSize

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
LUMINANCE = """
(root) => {
  const canvas = document.createElement("canvas").getContext("2d");
  const light = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  };
  return {
    paper: light(getComputedStyle(document.documentElement).backgroundColor),
    lines: [...root.querySelectorAll("path.line")]
      .filter((line) => line.getAttribute("d"))
      .map((line) => light(getComputedStyle(line).stroke)),
    names: [...root.querySelectorAll(".tick text")]
      .map((text) => light(getComputedStyle(text).fill)),
  };
}
"""


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


SHAPES = """
() => [...document.querySelectorAll(".plotarea_background[width]")]
  .map((area) => area.getAttribute("height") / area.getAttribute("width"))
"""


def sheets(page: Page) -> int:
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")
    printed = page.pdf(format="A4", margin=margin)  # type: ignore[arg-type]
    return len(re.findall(rb"/Type /Page\b", printed))


def test_a_print_is_one_sheet(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    GDWidget().save_html(path)
    lesson.open(path)
    assert sheets(lesson.page) == 1
    # As nbconvert's webpdf does: printed before it was ever on a screen. With a second session a
    # page that is loaded again would be on one.
    lesson.developer.detach()
    lesson.page.emulate_media(media="print")
    lesson.page.reload()
    until(
        lesson.page,
        lambda: lesson.page.evaluate(SHAPES),
        lambda drawn: len(drawn) == 3 and min(drawn) > 0.3,
        "the figures are as high as they should be",
    )
    assert sheets(lesson.page) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", ["true", "false"])
def test_forced_colours_leave_everything_to_be_told_apart(
    lesson: Lesson, tmp_path: Path, scheme: str, theme: str
) -> None:
    path = tmp_path / "lesson.html"
    widget = GDWidget()
    widget.run(20)
    widget.optimizer = "momentum"
    widget.save_html(path)
    page = lesson.page
    page.emulate_media(color_scheme=scheme, forced_colors="active")  # type: ignore[arg-type]
    page.set_viewport_size({"width": 1200, "height": 1400})
    view = lesson.open(path)
    # The host's theme need not be that of the system.
    page.evaluate("(light) => { document.documentElement.dataset.jpThemeLight = light; }", theme)
    view.press("Step", 2)
    view.expect_at(2)
    view.open_table()
    seen = view.root.evaluate(LUMINANCE)
    assert len(seen["lines"]) > 5
    for light in (*seen["lines"], *seen["names"]):
        assert abs(light - seen["paper"]) > 0.25
    keys = view.root.locator(".gdwidget-key").evaluate_all(
        "(keys) => keys.map((key) => getComputedStyle(key, '::before').borderTopColor)"
    )
    assert len(set(keys)) == 2

    def look(locator: Locator) -> tuple[str, str]:
        found = locator.evaluate(
            "(one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
        )
        return found[0], found[1]

    step, run, back = (view.button(name) for name in ("Step", "Run", "Back"))
    assert look(step)[1] != look(run)[1]
    assert look(view.row(2).locator("td").first)[1] != look(view.row(1).locator("td").first)[1]
    view.press("First")
    expect(back).to_have_attribute("aria-disabled", "true")
    assert look(back)[0] != look(run)[0]
    run.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(run).to_have_css("outline-style", "solid")
    expect(run).to_have_css("outline-width", "2px")


def test_a_plane_is_painted_for_the_colours_that_are_forced(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    GDWidget(problems.himmelblau()).save_html(path)
    page = lesson.page
    page.emulate_media(color_scheme="light", forced_colors="active")
    view = lesson.open(path)
    # The host's theme stays light.
    page.evaluate("document.body.dataset.jpThemeLight = true")
    image = view.root.locator("image:visible")

    def painted() -> str:
        found: str = image.evaluate("(image) => image.href.baseVal")
        return found

    light = painted()
    page.emulate_media(color_scheme="dark", forced_colors="active")
    until(page, painted, lambda seen: seen != light, "it is painted anew")
    page.emulate_media(color_scheme="dark", forced_colors="active", media="print")
    expect(image).to_have_css("filter", "invert(1) hue-rotate(180deg)")
    page.emulate_media(color_scheme="light", forced_colors="active", media="screen")
    becomes(page, painted, light, "what is painted on light ground")
