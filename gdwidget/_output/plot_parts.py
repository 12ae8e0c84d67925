"""The parts of the picture: loss function, plane, loss against step; needs matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, ScalarFormatter

from gdwidget._history.decimate import Envelope
from gdwidget._landscape.contours import levels
from gdwidget._landscape.framing import USUAL_ASPECT, has_room_for_equal_units

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.line import ShownCurve
    from gdwidget._landscape.plane import Plane

    Floats = NDArray[np.float64]

PAPER = "#ffffff"

_LOSS, _LEARNING, _INK, _GRID = "#c62828", "#1557c0", "#1f2328", "#d5d9de"
_NOWHERE = "#d8d8d8"
_STRONGEST = 0.4
_MARGIN = 0.04
_STEEPEST = 4
_ROOM = 0.15
_STUB = 0.04
_MOST_DOTS = 250
_LOG_SPAN = 100
_SMALL, _NORMAL = 8.0, 9.0


def on_curve(axes: Axes, timeline: Timeline, shown: ShownCurve) -> None:
    """Draw the loss along the first number that learns, and the path."""
    run = timeline.run
    values, losses = shown.curve.values, shown.curve.losses
    several = timeline.problem.parameters.count > 1
    label = "loss function, others held" if several else "loss function"
    axes.plot(values, losses, color=_LOSS, linestyle="-", linewidth=2.0, label=label)
    for earlier in timeline.runs[:-1]:
        _draw_earlier(axes, *_on_slice(earlier, several=several)[:2])
    x, y, here = _on_slice(run, several=several, step=timeline.cursor)
    _draw_path(axes, x, y, here=here, timeline=timeline)
    low, high = _least(x, shown.low), -_least(-x, -shown.high)
    if len(values):
        low, high = max(float(values[0]), low), min(float(values[-1]), high)
    within = (values >= low) & (values <= high)
    axes.set_xlim(low, high)
    axes.set_ylim(*_heights(losses[within], y))
    axes.set_xlabel(_label(run.trajectory.name))
    axes.set_ylabel("Loss")


def on_plane(axes: Axes, timeline: Timeline, plane: Plane) -> None:
    """Draw lines of equal loss on a plane, and the path."""
    losses, view = plane.losses, plane.view
    shades = levels(losses)
    axes.set_facecolor(_NOWHERE)
    if len(shades):
        bands = [losses[np.isfinite(losses)].min() - 1, *shades, np.inf]
        colors = [_shade(share) for share in np.linspace(0, _STRONGEST, len(bands) - 1)]
        axes.contourf(plane.x, plane.y, np.ma.masked_invalid(losses), bands, colors=colors)
    else:
        axes.set_facecolor(PAPER)
    label = "equal loss (darker: higher)"
    axes.plot(plane.contours.x, plane.contours.y, color=_LOSS, ls="-", lw=0.8, label=label)
    for earlier in timeline.runs[:-1] if plane.recorded else ():
        _draw_earlier(axes, *(_rows(earlier)[:, _column(earlier, name)] for name in plane.labels))
    if plane.recorded:
        here = [_row(timeline)[_column(timeline.run, name)] for name in plane.labels]
        path = [_rows(timeline.run)[:, _column(timeline.run, name)] for name in plane.labels]
    else:
        at = int(np.searchsorted(plane.path.steps, timeline.cursor, side="right")) - 1
        path = list(plane.path.points.T)
        here = [column[at] for column in path]
    _draw_path(axes, *path, here=here, timeline=timeline)
    axes.set_xlim(view.low_x, view.high_x)
    axes.set_ylim(view.low_y, view.high_y)
    if has_room_for_equal_units(view, USUAL_ASPECT):
        axes.set_aspect("equal")
    axes.set_xlabel(_label(plane.labels[0]))
    axes.set_ylabel(_label(plane.labels[1]))


def in_fog(axes: Axes, timeline: Timeline, labels: tuple[str, ...] = ()) -> None:
    """Draw what was evaluated alone: points with a piece of the tangent, or of equal loss."""
    run = timeline.run
    rows, row = _rows(run), _row(timeline)
    if labels:
        columns = [_column(run, name) for name in labels]
        gradient, beside = (rows[:, _column(run, f"{name}_grad")] for name in labels)
        slopes = -gradient, beside
        x, y = (rows[:, column] for column in columns)
        here, name = row[columns], "equal loss"
    else:
        x, y, here = _on_slice(run, several=timeline.problem.parameters.count > 1, step=run.last)
        slopes, here, name = (rows[:, 1], np.ones(len(rows))), row[[0, 2]], "tangents"
    low, high = _reach(x)
    bottom, top = _reach(y)
    across, up = _STUB * (high - low), _STUB * (top - bottom)
    rise, going = slopes[0] / up, slopes[1] / across
    length = np.hypot(rise, going)
    length[length == 0] = np.inf
    right, upwards = across * going / length, up * rise / length
    gaps = np.full(len(x), np.nan)
    pieces = (
        np.stack([middle - half, middle + half, gaps], axis=1).ravel()
        for middle, half in ((x, right), (y, upwards))
    )
    axes.plot(*pieces, color=_LOSS, linestyle="-", linewidth=2.0, label=f"{name}, where evaluated")
    _draw_path(axes, x, y, here=here, timeline=timeline, line="none")
    axes.set_xlim(low, high)
    axes.set_ylim(bottom, top)
    axes.set_xlabel(_label(labels[0] if labels else run.trajectory.name))
    axes.set_ylabel(_label(labels[1]) if labels else "Loss")


def against_step(axes: Axes, timeline: Timeline, *, fog: bool = False) -> None:
    """Draw the loss against the step, logarithmic where it spans much; in fog one run alone."""
    run = timeline.run
    steps, rows = _picked(run), _rows(run)
    for earlier in () if fog else timeline.runs[:-1]:
        _draw_earlier(axes, _picked(earlier), _rows(earlier)[:, 2])
    here = (timeline.cursor, _row(timeline)[2])
    drawn = losses = rows[:, 2]
    if run.batches:
        label = "loss of the batch"
        axes.plot(steps, losses, color=_LEARNING, alpha=0.6, lw=0.7, ls="-", label=label)
        measured = np.isfinite(rows[:, -1])
        steps, drawn = steps[measured], rows[measured, -1]
        at = max(0, int(np.searchsorted(steps, timeline.cursor, side="right")) - 1)
        here = (steps[at], drawn[at]) if len(steps) else here
    _draw_path(axes, steps, drawn, here=here, timeline=timeline)
    losses = losses[np.isfinite(losses)]
    if len(losses) and losses.min() > 0 and losses.max() > _LOG_SPAN * losses.min():
        axes.set_yscale("log")
        least, most = np.log10(losses.min()), np.log10(losses.max())
        margin = _MARGIN * (most - least)
        heights = (10 ** (least - margin), 10 ** (most + margin))
    else:
        heights = _heights(losses, losses)
    reach = max(1, run.last) * _MARGIN
    axes.set_xlim(-reach, max(1, run.last) + reach)
    axes.set_ylim(*heights)
    axes.set_xlabel("Step")
    axes.set_ylabel("Loss")


def finish(drawing: Figure, title: str) -> None:
    """Add title and legend, and set what a user's own settings would else decide."""
    handles: dict[str, Any] = {}
    for axes in drawing.axes:
        handles |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        axes.set_axisbelow(True)
        axes.grid(visible=True, color=_GRID, linewidth=0.6, linestyle="-", alpha=0.7)
        axes.tick_params(colors=_INK, labelsize=_SMALL, direction="out", length=3, width=0.8)
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_minor_formatter(NullFormatter())
        _tick(axes.xaxis)
        _tick(axes.yaxis)
        for label in (axes.xaxis.label, axes.yaxis.label):
            label.set(color=_INK, fontsize=_NORMAL, fontweight="normal")
        for spine in axes.spines.values():
            spine.set(visible=True, edgecolor=_INK, linewidth=0.8)
    font: dict[str, Any] = {"color": _INK, "fontsize": _NORMAL, "fontweight": "normal"}
    drawing.text(0.02, 1 - 0.05 / drawing.get_figheight(), title, va="top", ha="left", **font)
    drawing.legend(
        list(handles.values()),
        list(handles),
        loc="upper left",
        bbox_to_anchor=(0.01, 1 - 0.22 / drawing.get_figheight()),
        ncols=len(handles),
        frameon=False,
        fontsize=_SMALL,
        labelcolor=_INK,
        handlelength=2.0,
        columnspacing=1.3,
        borderaxespad=0,
    )
    for written in drawing.findobj(Text):
        written.set(usetex=False, parse_math=False, fontfamily="DejaVu Sans")


def _draw_path(
    axes: Axes, x: Any, y: Any, *, here: Any, timeline: Timeline, line: str = "-"
) -> None:
    """Draw the current run: a line with dots, its start a square, the cursor a large dot."""
    color: dict[str, Any] = {"color": _LEARNING}
    many = len(x) > _MOST_DOTS
    dots: dict[str, Any] = {"marker": "o", "markersize": 1.5 if many else 3.5, "markeredgewidth": 0}
    axes.plot(x, y, linestyle=line, linewidth=1.2, label="learning", **dots, **color)
    axes.plot(
        x[:1], y[:1], "s", markersize=10, markerfacecolor="none", label="start", zorder=6, **color
    )
    edge: dict[str, Any] = {"markeredgecolor": PAPER, "markeredgewidth": 1.5}
    label = f"step {timeline.cursor:,}"
    axes.plot(*np.reshape(here, (2, 1)), "o", markersize=9, label=label, zorder=5, **edge, **color)


def _draw_earlier(axes: Axes, x: Any, y: Any) -> None:
    axes.plot(x, y, color=_LEARNING, alpha=0.6, lw=1, ls=":", label="earlier runs")


def _on_slice(run: Run, *, several: bool, step: int = 0) -> tuple[Floats, Floats, Floats]:
    """Return value and loss of the rows, and of a step; of a slice the loss on all data."""
    rows, here = _rows(run), run.trajectory.rows(step, step + 1).astype(np.float64)
    full = several and run.batches is not None and bool(np.isfinite(rows[:, -1]).all())
    column = -1 if full else 2
    return rows[:, 0], rows[:, column], here[0, [0, column]]


def _picked(run: Run) -> NDArray[np.int64]:
    envelope = Envelope()
    envelope.extend(run.trajectory.rows())
    return envelope.indices()


def _rows(run: Run) -> Floats:
    rows: Floats = run.trajectory.rows()[_picked(run)].astype(np.float64)
    return rows


def _row(timeline: Timeline) -> Floats:
    cursor = timeline.cursor
    row: Floats = timeline.run.trajectory.rows(cursor, cursor + 1)[0].astype(np.float64)
    return row


def _column(run: Run, name: str) -> int:
    return run.trajectory.columns.index(name) - 1


def _least(column: Floats, first: float) -> float:
    return float(np.min(column, where=np.isfinite(column), initial=first))


def _reach(column: Floats) -> tuple[float, float]:
    """Return from where to where all that is finite can be seen, with room around it."""
    low, high = _least(column, np.inf), -_least(-column, np.inf)
    if not np.isfinite(low):
        return 0.0, 1.0
    margin = _ROOM * (high - low) or abs(low) or 1.0
    return low - margin, high + margin


def _heights(curve: Any, path: Floats) -> tuple[float, float]:
    """Return bottom and top: the curve's, unless it rises far above the path."""
    curve, path = curve[np.isfinite(curve)].astype(np.float64), path[np.isfinite(path)]
    least, most = _least(curve, _least(path, np.inf)), -_least(-curve, np.inf)
    if not np.isfinite(least):
        return 0.0, 1.0
    most = max(most, -_least(-path, np.inf)) if not np.isfinite(most) else most
    highest = max(-_least(-path, -least), (most - least) / _STEEPEST**2 + least)
    top = min(most, least + _STEEPEST * (highest - least))
    if top <= least:
        half = abs(least) or 1.0
        return least - half, least + half
    margin = _MARGIN * (top - least)
    return least - margin, top + margin


def _tick(axis: Axis) -> None:
    """Choose few ticks, and texts that are plain characters, for none may be read as TeX."""
    if axis.get_scale() == "log":
        axis.set_major_locator(LogLocator(numticks=6))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))
        return
    axis.set_major_locator(MaxNLocator(6, integer=axis.axes.get_xlabel() == "Step"))
    formatter = ScalarFormatter(useOffset=True, useMathText=False, usetex=False)
    formatter.set_powerlimits((-3, 5))
    axis.set_major_formatter(formatter)
    axis.offsetText.set(color=_INK, fontsize=_SMALL)


def _label(name: str) -> str:
    if name.startswith(("component ", "random direction ")):
        return name[0].upper() + name[1:]
    return f"{'Weight' if name in {'W', 'w'} else 'Parameter'} {name}"


def _shade(share: float) -> tuple[float, ...]:
    red = (0xC6, 0x28, 0x28)
    return tuple(1 - share * (1 - part / 255) for part in red)
