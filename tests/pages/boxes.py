"""Where the texts, controls and markers of a view are, to tell what covers or cuts another."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.ui.figure import Figure, Mark
    from tests.ui.view import View

TOUCHING = 2
"""Boxes of texts are a little higher than what is seen of them (pixels)."""
MARKER = 5

FIGURES = """
(root) => [...root.querySelectorAll(".gdwidget-box")]
  .filter((box) => box.checkVisibility({ visibilityProperty: true }))
  .map((box) => {
    const boxes = (selector) => [...box.querySelectorAll(selector)]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.textContent.trim())
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
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".bqplot"))
  .filter((one) => !one.querySelector("input"))
  .map((one) => [one, one.getBoundingClientRect()])
  .map(([one, { x, y, width, height }]) => (
    { text: `${one.localName} ${one.textContent || one.ariaLabel}`, x, y, width, height }
  ))
"""
CUT = """
(root) => [...root.querySelectorAll("*")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .filter((one) => !one.closest(".gdwidget-box, .gdwidget-hidden"))
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


def figures(view: View) -> list[Figure]:
    """Return what is shown of the first figure and of the losses."""
    each = (view.loss_function, view.plane, view.loss_against_step)
    return [figure for figure in each if figure.box.is_visible()]


def scale(view: View) -> float:
    return float(view.root.evaluate("(root) => getComputedStyle(root).zoom"))


def markers(view: View) -> list[tuple[float, float]]:
    """Return where cursor, start and next stand in the first figure."""
    first = [one for one in figures(view) if one is not view.loss_against_step]
    return _points(view, [one.mark(name) for one in first for name in ("cursor", "start", "next")])


def ends(view: View) -> list[tuple[float, float]]:
    """Return where the cursor stands in the figure of the losses."""
    shown = view.loss_against_step in figures(view)
    return _points(view, [view.loss_against_step.mark("linear_cursor")] if shown else [])


def _points(view: View, marks: list[Mark]) -> list[tuple[float, float]]:
    factor = scale(view)
    return [
        (mark.left + factor * x, mark.top + factor * y) for mark in marks for x, y in mark.points
    ]
