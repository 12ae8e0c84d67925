"""The figure of a question on paper: the loss and where the run starts, and nothing it leads to."""

from __future__ import annotations

import html as markup
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdwidget._landscape.figure_data import FigureData
from gdwidget._sync.saved_state import SavedState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.plane import Plane
    from gdwidget._teaching.scene import Scene

_WIDTH, _HEIGHT = 480, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 16, 8, 24
_TICKS = 6
_ROUND = (1, 2, 5, 10)
_STEEPEST = 4
"""How many times as high as the start the picture reaches at most."""


class _View(NamedTuple):
    """What of the numbers is in sight."""

    low: float
    high: float
    bottom: float
    top: float

    def x(self, values: ArrayLike) -> NDArray[np.float64]:
        share = (np.asarray(values, np.float64) - self.low) / (self.high - self.low)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, values: ArrayLike) -> NDArray[np.float64]:
        share = (np.asarray(values, np.float64) - self.bottom) / (self.top - self.bottom)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)


def figure(scene: Scene) -> str:
    """Return the scene of a question as an SVG, before any step is taken.

    Examples
    --------
    >>> from gdwidget import problems
    >>> from gdwidget._teaching.scene import Scene
    >>> drawn = figure(Scene(problems.line()))
    >>> "start" in drawn, "next" in drawn
    (True, False)
    """
    timeline = scene.run(0)
    data = FigureData(scene.problem)
    plane = data.saved_plane(timeline)
    if plane is not None and plane.recorded:
        return _on_plane(timeline, plane)
    return _on_curve(timeline, SavedState(timeline, data.landscape, data.refined))


def _on_curve(timeline: Timeline, saved: SavedState) -> str:
    shown = saved.curve()
    trajectory = timeline.run.trajectory
    start, loss = float(trajectory.rows(0, 1)[0, 0]), float(trajectory.losses[0])
    values = shown.curve.values.astype(np.float64)
    losses = shown.curve.losses.astype(np.float64)
    low, high = min(shown.low, start), max(shown.high, start)
    within = np.isfinite(losses) & (values >= low) & (values <= high)
    heights = np.append(losses[within], loss)
    bottom, top = float(heights.min()), float(heights.max())
    top = min(top, bottom + _STEEPEST * max(loss - bottom, (top - bottom) / _STEEPEST**2))
    margin = 0.04 * (top - bottom) or 1.0
    view = _View(low, high, bottom - margin, top + margin)
    name = trajectory.name
    label = f"the loss along {name}; the run starts at {name} = {start:g}, loss {loss:.4g}"
    lines = _lines(view, values, losses)
    return _drawn(view, lines, (start, loss), name, label)


def _on_plane(timeline: Timeline, plane: Plane) -> str:
    shown = plane.view
    view = _View(shown.low_x, shown.high_x, shown.low_y, shown.high_y)
    row = timeline.run.trajectory
    x, y = (float(row[name][0]) for name in plane.labels)
    across, up = plane.labels
    label = f"lines of equal loss over {across} and {up}; the run starts at {x:g}, {y:g}"
    lines = _lines(view, plane.contours.x, plane.contours.y)
    return _drawn(view, lines, (x, y), across, label, up)


def _lines(view: _View, xs: ArrayLike, ys: ArrayLike) -> str:
    """Return a line through points; where one is not finite there is a gap."""
    points = np.stack([view.x(xs), view.y(ys)], axis=1)
    far = 20 * _HEIGHT
    parts, before = [], False
    for x, y in points:
        known = bool(np.isfinite(x) and np.isfinite(y) and abs(y) < far)
        if known:
            parts.append(f"{'L' if before else 'M'}{x:.1f} {y:.1f}")
        before = known
    return f'<path class="loss" d="{"".join(parts)}"/>'


def _drawn(
    view: _View,
    lines: str,
    start: tuple[float, float],
    across: str,
    label: str,
    up: str = "loss",
) -> str:
    x, y = float(view.x(start[0])), float(view.y(start[1]))
    right, floor = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    side = "end" if x > _WIDTH / 2 else "start"
    named = x + (-12 if side == "end" else 12)
    grid = "".join(
        f'<path class="grid" d="M{at:.1f} {_TOP}V{floor}"/>'
        f'<text x="{at:.1f}" y="{floor + 15}" text-anchor="middle">{_number(value)}</text>'
        for value, at in _placed(_ticks(view.low, view.high), view.x)
    ) + "".join(
        f'<path class="grid" d="M{_LEFT} {at:.1f}H{right}"/>'
        f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{_number(value)}</text>'
        for value, at in _placed(_ticks(view.bottom, view.top), view.y)
    )
    place = f"{_LEFT} {_TOP} {right - _LEFT} {floor - _TOP}"
    plot = 'x="{}" y="{}" width="{}" height="{}"'.format(*place.split())
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{markup.escape(label)}">'
        f'{grid}<svg {plot} viewBox="{place}">{lines}</svg>'
        f'<rect class="start" x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>'
        f'<circle class="now" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        f'<text class="name" x="{named:.1f}" y="{y + 4:.1f}" text-anchor="{side}">start</text>'
        f'<text class="name" x="{right - 4}" y="{floor - 6}" text-anchor="end">'
        f"{markup.escape(across)}</text>"
        f'<text class="name" x="{_LEFT + 6}" y="{_TOP + 12}">{markup.escape(up)}</text></svg>'
    )


def _placed(
    ticks: Sequence[float], place: Callable[[float], NDArray[np.float64]]
) -> list[tuple[float, float]]:
    return [(value, float(place(value))) for value in ticks]


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two ends, about six."""
    rough = (high - low) / _TICKS
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(each * power for each in _ROUND if each * power >= rough * 0.999)
    first, last = int(np.ceil(low / step)), int(np.floor(high / step))
    return [float(f"{index * step:.6g}") for index in range(first, last + 1)]


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
