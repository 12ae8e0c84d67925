"""What all figures are made of: colours from the page's style sheet, axes, marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bqplot
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipywidgets import Widget

LOSS = "var(--gdwidget-loss)"
LEARNING = "var(--gdwidget-learning)"
GRADIENT = "var(--gdwidget-gradient)"
INK = "var(--gdwidget-ink)"
PAPER = "var(--gdwidget-paper)"
SECOND = "var(--gdwidget-second)"

Scales = dict[str, bqplot.Scale]

_NOTHING = np.empty(0, np.float32)


def line(scales: Scales, color: str, width: float, **options: Any) -> bqplot.Lines:
    """Return an empty line mark."""
    return bqplot.Lines(
        x=_NOTHING, y=_NOTHING, scales=scales, colors=[color], stroke_width=width, **options
    )


def point(scales: Scales, color: str, size: int, **options: Any) -> bqplot.Scatter:
    """Return an empty point mark."""
    return bqplot.Scatter(
        x=_NOTHING, y=_NOTHING, scales=scales, colors=[color], default_size=size, **options
    )


def texts(scales: Scales, **options: Any) -> bqplot.Label:
    """Return an empty mark for the numbers of runs and the names of marks, each in its colour."""
    return bqplot.Label(
        x=_NOTHING,
        y=_NOTHING,
        text=np.empty(0, str),
        scales=scales,
        default_size=13,
        font_weight="bold",
        x_offset=4,
        y_offset=-7,
        **options,
    )


def ghosts(scales: Scales) -> dict[str, bqplot.Mark]:
    """Return empty marks for what is said of a run before it is there, and for what came of it."""
    return {
        "ghost_arrow": line(scales, SECOND, 2),
        "ghost": point(scales, SECOND, 150, fill=False, stroke_width=3),
        "ghost_truth": point(scales, INK, 170, marker="diamond", fill=False, stroke_width=3),
    }


def linear(low: float, high: float) -> bqplot.LinearScale:
    """Return a linear scale that leaves no margin of its own."""
    return bqplot.LinearScale(min=low, max=high, allow_padding=False)


def axis(scale: bqplot.Scale, label: str, side: str, **options: Any) -> bqplot.Axis:
    """Return an axis with a grid."""
    return bqplot.Axis(
        scale=scale,
        label=label,
        side=side,
        grid_lines="solid",
        label_location="end",
        label_offset="13px",
        **options,
    )


def figure(marks: Mapping[str, bqplot.Mark], axes: list[bqplot.Axis]) -> bqplot.Figure:
    """Return a figure that fills its box; the page sets the height."""
    return bqplot.Figure(
        marks=list(marks.values()),
        axes=axes,
        fig_margin={"top": 10, "bottom": 28, "left": 56, "right": 50},
        min_aspect_ratio=0.01,
        max_aspect_ratio=100,
        padding_x=0,
        padding_y=0,
        animation_duration=0,
        display_toolbar=False,
        background_style={"fill": "none"},
        layout={"width": "auto", "height": "100%", "min_width": "0"},
    )


def close(widgets: Iterable[Widget]) -> None:
    """Close figures, with what bqplot makes beside each, and all else that is given."""
    for widget in widgets:
        if isinstance(widget, bqplot.Figure):
            for beside in (widget.layout, widget.scale_x, widget.scale_y):
                beside.close()
        widget.close()
