"""Reading what bqplot drew."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

LOSS_FUNCTION_MARKS = (
    *("curve", "faded", "path", "dots", "tangent", "coming", "next", "start", "cursor"),
)
LOSS_AGAINST_STEP_MARKS = (
    *("linear_faded", "linear_path", "linear_cursor"),
    *("logarithmic_faded", "logarithmic_path", "logarithmic_cursor"),
)

_MARK = """
(box, index) => {
  const all = box.querySelector("svg.svg-figure > g > g");
  const group = [...(all?.children ?? [])].filter((one) => !one.matches(".g_legend"))[index];
  if (!group) return { shown: false, path: "", points: [] };
  const area = box.querySelector(".plotarea_background").getBoundingClientRect();
  const line = group.querySelector("path.line");
  return {
    shown: getComputedStyle(group).display !== "none",
    path: line?.getAttribute("d") ?? "",
    points: [...group.querySelectorAll(".object_grp")].map((point) => {
      const { e, f } = point.transform.baseVal.consolidate().matrix;
      return [e, f];
    }),
    left: area.left,
    top: area.top,
    width: area.width,
    height: area.height,
  };
}
"""
_TICKS = """
(box) => [...box.querySelectorAll("svg.svg-background .axis")]
  .filter((axis) => getComputedStyle(axis.parentElement).display !== "none")
  .map((axis) => ({
    label: axis.querySelector(".axislabel")?.textContent ?? "",
    ticks: [...axis.querySelectorAll(".tick text")].map((tick) => tick.textContent),
  }))
"""
_NOT_NUMBERS = """
(box) => [...box.querySelectorAll("svg *")].flatMap((part) =>
  [...part.attributes]
    .filter(({ value }) => /NaN|Infinity|undefined/.test(value))
    .map(({ name, value }) => `${part.outerHTML.slice(0, 80)} ${name}=${value.slice(0, 80)}`)
)
"""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Mark:
    """One mark as it is drawn."""

    shown: bool
    path: str
    points: tuple[tuple[float, float], ...]
    """Places of a Scatter's points, in pixels from the plot area's corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def pieces(self) -> int:
        """How many pieces a line has: of the dots, how many dots."""
        return self.path.count("M")

    @property
    def vertices(self) -> list[tuple[float, float]]:
        """Corners of a line, in pixels from the plot area's corner."""
        numbers = [float(text) for text in _NUMBER.findall(self.path)]
        return list(zip(numbers[::2], numbers[1::2], strict=True))

    def is_at(self, place: tuple[float, float], within: float = 1) -> bool:
        """Return whether a Scatter's one point is at a place of the plot area."""
        return len(self.points) == 1 and math.dist(self.points[0], place) <= within

    def in_page(self, x: float, y: float) -> tuple[float, float]:
        """Return where in the page a place of the plot area is."""
        return self.left + x, self.top + y


class Figure:
    """One of the two figures of a view."""

    def __init__(self, page: Page, box: Locator, marks: tuple[str, ...]) -> None:
        self.page = page
        self.box = box
        self._marks = marks

    def mark(self, name: str) -> Mark:
        seen: dict[str, Any] = self.box.evaluate(_MARK, self._marks.index(name))
        return Mark(
            shown=seen["shown"],
            path=seen["path"] or "",
            points=tuple((x, y) for x, y in seen["points"]),
            left=seen.get("left", 0.0),
            top=seen.get("top", 0.0),
            width=seen.get("width", 0.0),
            height=seen.get("height", 0.0),
        )

    def wait_for(self, name: str, holds: Callable[[Mark], bool], what: str) -> Mark:
        return until(self.page, lambda: self.mark(name), holds, f"{name}: {what}")

    def wait_for_dots(self, count: int) -> None:
        becomes(self.page, lambda: self.mark("dots").pieces, count, "the number of dots")

    def axes(self) -> dict[str, list[str]]:
        """Return the ticks' texts of each axis shown, by its label."""
        return {axis["label"]: axis["ticks"] for axis in self.box.evaluate(_TICKS)}

    def settled_axes(self) -> dict[str, list[str]]:
        """Return the ticks once the view has come to rest."""
        self.wait_until_still("curve" if "curve" in self._marks else self._marks[1])
        return self.axes()

    def wait_until_still(self, name: str) -> None:
        """Wait until a mark looks the same in ten frames in a row."""
        self.box.evaluate(
            """async (box, index) => {
              const group = () => box.querySelectorAll("svg.svg-figure > g > g > g")[index];
              const frame = () => new Promise((done) => requestAnimationFrame(done));
              let seen = "";
              for (let same = 0; same < 10; same += 1) {
                await frame();
                const now = group()?.innerHTML ?? "";
                if (now !== seen) same = 0;
                seen = now;
              }
            }""",
            self._marks.index(name),
        )

    def not_numbers(self) -> list[str]:
        """Return what in the drawing is not a number and should be one."""
        found: list[str] = self.box.evaluate(_NOT_NUMBERS)
        return found
