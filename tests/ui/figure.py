"""Reading what bqplot drew."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import pytest

from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Locator, Page

LOSS_FUNCTION_MARKS = (
    *("curve", "batch_curve", "earlier", "faded", "path", "dots", "tangent"),
    *("bracket", "coming", "next", "start", "numbers", "cursor"),
)
PLANE_MARKS = (
    *("heat", "contours", "earlier", "faded", "path", "dots", "gradient", "coming", "next"),
    *("start", "numbers", "cursor"),
)
GHOST_MARKS = ("ghost_arrow", "ghost", "ghost_truth")
"""After the others, where a widget has questions."""
LOSS_AGAINST_STEP_MARKS = tuple(
    f"{axis}_{part}"
    for axis in ("linear", "logarithmic")
    for part in ("earlier", "batch", "faded", "path", "numbers", "cursor")
)
DATA_AND_FIT_MARKS = (
    *("diagonal", "residuals", "circles", "triangles", "squares", "curve", "boundary", "batch"),
    "numbers",
)

MARK = """
(box, index) => {
  const all = box.querySelector("svg.svg-figure > g > g");
  const group = [...(all?.children ?? [])].filter((one) => !one.matches(".g_legend"))[index];
  if (!group) return { shown: false, paths: [], points: [], texts: [], image: "" };
  const area = box.querySelector(".plotarea_background").getBoundingClientRect();
  const lines = [...group.querySelectorAll("path.line")];
  return {
    shown: getComputedStyle(group).display !== "none",
    paths: lines.map((line) => line.getAttribute("d") ?? ""),
    texts: [...group.querySelectorAll("text")].map((text) => text.textContent),
    image: group.querySelector("image")?.getAttribute("href") ?? "",
    points: [...group.querySelectorAll(".object_grp")].flatMap((point) => {
      const placed = point.transform.baseVal.consolidate();
      return placed ? [[placed.matrix.e, placed.matrix.f]] : [];
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
    places: [...axis.querySelectorAll(".tick")].flatMap((tick) => {
      const placed = tick.transform.baseVal.consolidate();
      return placed ? [[placed.matrix.e, placed.matrix.f]] : [];
    }),
  }))
"""
_NOT_NUMBERS = """
(box) => [...box.querySelectorAll("svg *")].flatMap((part) =>
  [...part.attributes]
    .filter(({ name, value }) => name !== "href" && /NaN|Infinity|undefined/.test(value))
    .map(({ name, value }) => `${part.outerHTML.slice(0, 80)} ${name}=${value.slice(0, 80)}`)
)
"""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Mark:
    """One mark as it is drawn."""

    shown: bool
    paths: tuple[str, ...]
    """Of a line with several rows, one each."""

    points: tuple[tuple[float, float], ...]
    """Places of a Scatter's points, in pixels from the plot area's corner."""

    texts: tuple[str, ...]
    """Of a Label."""

    image: str
    """Of a HeatMap: its colours as a data address."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def read(cls, seen: dict[str, Any]) -> Self:
        """Return a mark of what `MARK` found in the page."""
        return cls(
            shown=seen["shown"],
            paths=tuple(seen["paths"]),
            points=tuple((x, y) for x, y in seen["points"]),
            texts=tuple(seen["texts"]),
            image=seen["image"],
            left=seen.get("left", 0.0),
            top=seen.get("top", 0.0),
            width=seen.get("width", 0.0),
            height=seen.get("height", 0.0),
        )

    @property
    def path(self) -> str:
        """The first line, empty if there is none."""
        return self.paths[0] if self.paths else ""

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
    """One of the figures of a view."""

    def __init__(self, page: Page, box: Locator, marks: tuple[str, ...]) -> None:
        self.page = page
        self.box = box
        self._marks = marks

    def mark(self, name: str) -> Mark:
        return Mark.read(self.box.evaluate(MARK, self._marks.index(name)))

    def wait_for(self, name: str, holds: Callable[[Mark], bool], what: str) -> Mark:
        return until(self.page, lambda: self.mark(name), holds, f"{name}: {what}")

    def expect_named(self, *names: str) -> None:
        """Point at the figure and wait until marks have these names."""
        self.box.hover()
        part = next(name for name in self._marks if name.endswith("numbers"))
        self.wait_for(part, lambda mark: set(names) <= set(mark.texts), f"has {names}")

    def wait_for_path(self, count: int) -> None:
        """Wait until the path has so many points; fewer may be shown as dots."""
        becomes(self.page, lambda: len(self.mark("path").vertices), count, "the path's points")

    def axes(self) -> dict[str, list[str]]:
        """Return the ticks' texts of the axis across and of the one that goes up."""
        drawn = self.box.evaluate(_TICKS)
        return {side: axis["ticks"] for side, axis in zip(("across", "up"), drawn, strict=False)}

    def name_across(self) -> str:
        """Return the name at the end of the axis across, without the room before it."""
        return str(self.box.evaluate(_TICKS)[0]["label"]).strip()

    def values(self, places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Return what places of the plot area stand for, by the ticks of linear axes."""
        horizontal: list[tuple[float, float]] = []
        vertical: list[tuple[float, float]] = []
        drawn: list[dict[str, Any]] = until(
            self.page, lambda: self.box.evaluate(_TICKS), _are_drawn, "two axes with ticks"
        )
        for axis in drawn:
            numbers = [float(text.replace("−", "-").replace(",", "")) for text in axis["ticks"]]
            across, up = zip(*axis["places"], strict=True)
            if len(set(across)) > 1:
                horizontal = list(zip(across, numbers, strict=True))
            else:
                vertical = list(zip(up, numbers, strict=True))
        return [(_between(horizontal, x), _between(vertical, y)) for x, y in places]

    def place(self, value: float, other: float) -> tuple[float, float]:
        """Return where in the plot area two values are, by the ticks of linear axes."""
        (x0, y0), (x1, y1) = self.values([(0, 0), (1, 1)])
        return (value - x0) / (x1 - x0), (other - y0) / (y1 - y0)

    def settled_axes(self) -> dict[str, list[str]]:
        """Return the ticks once the view has come to rest."""
        self.wait_until_still(
            next(name for name in ("curve", "contours", "linear_path") if name in self._marks)
        )
        return self.axes()

    def wait_until_it_fills_its_box(self) -> None:
        drawing = self.box.locator("svg.svg-figure")
        until(
            self.page,
            lambda: (drawing.bounding_box(), self.box.bounding_box()),
            lambda places: places[0] == pytest.approx(places[1], abs=1),
            "the figure fills its box",
        )

    def wait_until_still(self, name: str) -> None:
        """Wait until a mark is drawn and, with the axes, looks the same in ten frames in a row."""
        self.wait_for(name, lambda mark: any(mark.paths) or bool(mark.points), "is drawn")
        self.box.evaluate(
            """async (box, index) => {
              const group = () => box.querySelectorAll(
                "svg.svg-figure > g > g > g:not(.g_legend)"
              )[index];
              const axes = () => [...box.querySelectorAll("svg.svg-background .axis")];
              const frame = () => new Promise((done) => requestAnimationFrame(done));
              let seen = "";
              for (let same = 0; same < 10; same += 1) {
                await frame();
                const now = [group(), ...axes()].map((part) => part?.innerHTML).join();
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


def _are_drawn(axes: list[dict[str, Any]]) -> bool:
    """Return whether both axes have ticks, each with its text at a place of its own."""
    return len(axes) == 2 and all(
        len(axis["ticks"]) > 1
        and all(axis["ticks"])
        and len({tuple(place) for place in axis["places"]}) == len(axis["ticks"])
        for axis in axes
    )


def _between(ticks: list[tuple[float, float]], place: float) -> float:
    """Return the value at a place on a linear axis."""
    (first, low), (last, high) = ticks[0], ticks[-1]
    return low + (high - low) * (place - first) / (last - first)
