"""What the screen looks like: nothing covers or cuts anything, whatever is shown, however wide."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from gdwidget import GDWidget, problems
from tests.pages.boxes import CONTROLS, CUT, FIGURES, Box, covered, ends, figures, markers, scale
from tests.ui.view import View
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

WIDTHS = (1400, 1000, 600, 320)
MOST_HIGH = {1400: 600, 1000: 640}
LONG = "<script>alert(1)</script> forty letters."


def two_runs() -> GDWidget:
    widget = GDWidget()
    widget.run(20)
    widget.optimizer = "momentum"
    widget.step(2)
    return widget


def four_starts() -> GDWidget:
    widget = GDWidget(problems.himmelblau())
    for x, y in product((-4.0, 4.0), repeat=2):
        widget.reset(x=x, y=y)
        widget.run(20)
    return widget


def named(name: str, size: float = 1.0, lowest: float = 0.0) -> GDWidget:
    def loss(params: Any) -> Any:
        return size * (params[name] - 1.0) ** 2 + lowest

    return stepped(2, loss, {name: 3.0}, learning_rate=0.1 / size)


def stepped(steps: int, *args: Any, **settings: Any) -> GDWidget:
    widget = GDWidget(*args, **settings)
    if steps:
        widget.step(steps)
    return widget


STATES: dict[str, Callable[[], GDWidget]] = {
    "the start": lambda: stepped(0),
    "one step": lambda: stepped(1),
    "batches": lambda: stepped(2, batch_size=2),
    "two parameters": lambda: stepped(1, problems.rosenbrock()),
    "a network": lambda: stepped(2, problems.moons(), optimizer="adam", batch_size=32),
    "two runs": two_runs,
    "four starts": four_starts,
    "large losses": lambda: stepped(50, learning_rate=0.2),
    "a long name, losses of 1e30": lambda: named(LONG, 1e30),
    "a Chinese name, losses of -1e-30": lambda: named("权重", 1e-30, -2e-29),
    "a constant loss": lambda: stepped(1, lambda W: 0 * W + 3, 8.0),
    "enlarged": lambda: stepped(1, scale=1.5),
    "a lecture": lambda: stepped(1, show=("step", "loss"), scale=1.5),
}


def faults(view: View, width: int, *, high: bool = True) -> dict[str, object]:
    """Return what covers something else, is cut, or is too high."""
    shown = [
        {kind: [Box(**box) for box in boxes] for kind, boxes in figure.items()}
        for figure in view.root.evaluate(FIGURES)
    ]
    height = view.root.evaluate("(root) => root.getBoundingClientRect().height")
    most_high = MOST_HIGH.get(width, height) if scale(view) == 1 else height
    names = shown[0]["names"] if shown else []
    in_first = markers(view)
    in_figures = [*in_first, *ends(view)]
    found = {
        "ticks": [
            box.text
            for one in shown
            for box in one["others"]
            for at in in_figures
            if box.holds(*at)
        ],
        "texts": [pair for one in shown for pair in covered(one["names"] + one["others"])],
        "markers": [box.text for box in names for at in in_first if box.holds(*at)],
        "controls": covered([Box(**box) for box in view.root.evaluate(CONTROLS)]),
        "cut": view.root.evaluate(CUT) + [box.text for one in shown for box in one["cut"]],
        "height": height if high and height > most_high else None,
    }
    return {kind: value for kind, value in found.items() if value}


@pytest.mark.parametrize("state", STATES)
def test_nothing_covers_or_cuts_anything(lesson: Lesson, tmp_path: Path, state: str) -> None:
    path = tmp_path / "lesson.html"
    STATES[state]().save_html(path)
    lesson.go(path)
    view = View(lesson.page, lesson.page.locator(".gdwidget"))
    expect(view.status).to_be_attached()
    for width in WIDTHS:
        # bqplot lays out what is in sight.
        lesson.page.set_viewport_size({"width": width, "height": 2000})
        for figure in figures(view):
            figure.wait_until_it_fills_its_box()
            figure.settled_axes()
        becomes(lesson.page, partial(faults, view, width), {}, f"what is wrong at {width} px")
    if view.button("First").is_enabled() and view.button("First").is_visible():
        view.press("First")
        becomes(lesson.page, partial(faults, view, width), {}, "what is wrong at the start")


@pytest.mark.parametrize("state", ["one step", "two parameters", "a network"])
def test_step_its_numbers_and_its_picture_fit_on_a_projector(
    lesson: Lesson, tmp_path: Path, state: str
) -> None:
    path = tmp_path / "lesson.html"
    STATES[state]().save_html(path)
    lesson.page.set_viewport_size({"width": 1024, "height": 480})
    view = lesson.open(path)
    first = view.plane if view.plane.box.is_visible() else view.loss_function
    first.wait_until_it_fills_its_box()
    view.root.evaluate("(root) => root.scrollIntoView()")
    for part in (view.root.locator(".gdwidget-equation"), view.button("Step"), first.box):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 480


@pytest.mark.parametrize("width", [1000, 320])
def test_what_opens_is_within_the_widget(lesson: Lesson, tmp_path: Path, width: int) -> None:
    path = tmp_path / "lesson.html"
    STATES["a network"]().save_html(path)
    lesson.page.set_viewport_size({"width": width, "height": 900})
    view = lesson.open(path)
    for title in ("About these numbers", "How many steps a run takes"):
        summary = view.root.get_by_title(title)
        summary.click()
        opened = view.root.locator("details[open] > .gdwidget-popup-content")
        inside, whole = opened.bounding_box(), view.root.bounding_box()
        assert inside is not None
        assert whole is not None
        assert whole["x"] <= inside["x"]
        assert inside["x"] + inside["width"] <= whole["x"] + whole["width"]
        lesson.page.keyboard.press("Escape")


def test_no_number_of_the_table_is_cut(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    tiny = GDWidget(lambda rate, of: 1e-9 * (rate - 1e-6) ** 2 - of, -4.0984e-5, -1e-30)
    tiny.run(40)
    tiny.save_html(path)
    view = lesson.open(path)
    view.open_table()
    table = view.root.locator(".gdwidget-table")
    for width in WIDTHS:
        lesson.page.set_viewport_size({"width": width, "height": 900})
        for row in (0, 20, 40):
            table.evaluate("(table, row) => { table.scrollTop = 22 * row; }", row)
            cells = table.locator("th, td")
            cut = """(cells) => cells.filter((one) => one.scrollWidth > one.clientWidth)
              .map((one) => one.textContent)"""
            assert cells.count() > 40
            assert cells.evaluate_all(cut) == [], width


def test_a_lecture_shows_what_was_asked_for_and_larger(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    GDWidget(show=("step", "loss"), scale=1.5).save_html(path)
    lesson.page.set_viewport_size({"width": 1200, "height": 900})
    lesson.go(path)
    view = View(lesson.page, lesson.page.locator(".gdwidget"))
    view.loss_function.wait_until_it_fills_its_box()
    view.loss_function.settled_axes()
    hidden = (view.loss_against_step.box, view.data_and_fit.box, view.status)
    for each in (*hidden, view.button("Reset"), view.root.get_by_label("Steps", exact=True).nth(1)):
        expect(each).to_be_hidden()
    picture, whole = view.loss_function.box.bounding_box(), view.root.bounding_box()
    step = view.button("Step").bounding_box()
    assert picture is not None
    assert whole is not None
    assert step is not None
    assert picture["width"] > 0.95 * whole["width"]
    assert picture["height"] == pytest.approx(1.5 * 300, abs=1)
    assert step["height"] == pytest.approx(1.5 * 32, abs=1)
    tick = view.loss_function.box.locator(".tick text").first.bounding_box()
    assert tick is not None
    assert tick["height"] > 1.5 * 12
    mark = view.loss_function.mark("start")
    (x, y), *_ = mark.points
    lesson.page.mouse.move(mark.left + 1.5 * x, mark.top + 1.5 * y)
    expect(view.loss_function.box).to_have_attribute("data-over", "start")
    view.loss_function.box.press("s")
    view.expect_at(1)
    lesson.page.set_viewport_size({"width": 600, "height": 900})
    view.loss_function.wait_until_it_fills_its_box()
    expect(view.root.locator(".gdwidget-tabs")).to_be_hidden()
