"""What the screen looks like: nothing covers or cuts anything, whatever is shown, however wide."""

from __future__ import annotations

from functools import partial
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from gdwidget import GDWidget, problems
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.pages.offline import Lesson
    from tests.ui.figure import Mark
    from tests.ui.view import View

pytestmark = pytest.mark.ui

WIDTHS = (1400, 1000, 600, 320)
MOST_HIGH = {1400: 600, 1000: 640}
TOUCHING = 2
"""Boxes of texts are a little higher than what is seen of them (pixels)."""
MARKER = 5
LONG = "<script>alert(1)</script> forty letters."

FIGURES = """
(root) => [...root.querySelectorAll(".gdwidget-box")]
  .filter((box) => box.checkVisibility())
  .map((box) => {
    const boxes = (selector) => [...box.querySelectorAll(selector)]
      .filter((one) => one.checkVisibility() && one.textContent.trim())
      .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
      .map(([text, { x, y, width, height }]) => ({ text, x, y, width, height }))
      .filter(({ width }) => width > 0);
    const { left, right } = box.getBoundingClientRect();
    const others = boxes(".tick text, .axislabel");
    const cut = others.filter(({ x, width }) => x < left || x + width > right);
    return { names: boxes(".object_grp .label"), others, cut };
  })
"""
CONTROLS = """
(root) => [...root.querySelectorAll("button, input, select, summary, label, .gdwidget-count")]
  .filter((one) => one.checkVisibility() && !one.closest(".bqplot"))
  .filter((one) => !one.querySelector("input"))
  .map((one) => [one, one.getBoundingClientRect()])
  .map(([one, { x, y, width, height }]) => (
    { text: `${one.localName} ${one.textContent || one.ariaLabel}`, x, y, width, height }
  ))
"""
CUT = """
(root) => [...root.querySelectorAll("*")]
  .filter((one) => one.checkVisibility() && !one.closest(".gdwidget-box, .gdwidget-hidden"))
  .filter((one) => !one.closest("details:not([open]) > :not(summary)"))
  .filter((one) => one.getBoundingClientRect().right > root.getBoundingClientRect().right + 0.5
    || (one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1))
  .map((one) => `${one.outerHTML.slice(0, 90)} ${one.scrollWidth} ${one.clientWidth}`)
"""


class Box(NamedTuple):
    text: str
    x: float
    y: float
    width: float
    height: float

    def covers(self, other: Box) -> bool:
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        up = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return across > TOUCHING and up > TOUCHING

    def holds(self, x: float, y: float) -> bool:
        inside = self.x - MARKER < x < self.x + self.width + MARKER
        return inside and self.y - MARKER + TOUCHING < y < self.y + self.height + MARKER - TOUCHING


def covered(boxes: list[Box]) -> list[tuple[str, str]]:
    return [(one.text, other.text) for one, other in combinations(boxes, 2) if one.covers(other)]


def markers(view: View) -> list[tuple[float, float]]:
    """Return where cursor, start and next stand in the first figure."""
    figure = view.plane if view.plane.box.is_visible() else view.loss_function
    marks = [figure.mark(name) for name in ("cursor", "start", "next")]
    return points(marks)


def points(marks: list[Mark]) -> list[tuple[float, float]]:
    return [(mark.left + x, mark.top + y) for mark in marks for x, y in mark.points]


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
}


def faults(view: View, width: int) -> dict[str, object]:
    """Return what covers something else, is cut, or is too high."""
    figures = [
        {kind: [Box(**box) for box in boxes] for kind, boxes in figure.items()}
        for figure in view.root.evaluate(FIGURES)
    ]
    height = view.root.evaluate("(root) => root.getBoundingClientRect().height")
    names = figures[0]["names"]
    ends = points([view.loss_against_step.mark("linear_cursor")])
    found = {
        "ticks": [
            box.text
            for one in figures
            for box in one["others"]
            for at in [*markers(view), *ends]
            if box.holds(*at)
        ],
        "texts": [pair for one in figures for pair in covered(one["names"] + one["others"])],
        "markers": [box.text for box in names for at in markers(view) if box.holds(*at)],
        "controls": covered([Box(**box) for box in view.root.evaluate(CONTROLS)]),
        "cut": view.root.evaluate(CUT) + [box.text for one in figures for box in one["cut"]],
        "height": height if height > MOST_HIGH.get(width, height) else None,
    }
    return {kind: value for kind, value in found.items() if value}


@pytest.mark.parametrize("state", STATES)
def test_nothing_covers_or_cuts_anything(lesson: Lesson, tmp_path: Path, state: str) -> None:
    path = tmp_path / "lesson.html"
    STATES[state]().save_html(path)
    view = lesson.open(path)
    for width in WIDTHS:
        lesson.page.set_viewport_size({"width": width, "height": 900})
        first = view.plane if view.plane.box.is_visible() else view.loss_function
        for figure in (first, view.loss_against_step):
            figure.wait_until_it_fills_its_box()
        first.settled_axes()
        becomes(lesson.page, partial(faults, view, width), {}, f"what is wrong at {width} px")


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
    view.open("Table")
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
