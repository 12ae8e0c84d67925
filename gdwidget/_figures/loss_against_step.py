"""Figure 2: the loss against the step, on a linear and on a logarithmic axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bqplot

from gdwidget._figures import parts

if TYPE_CHECKING:
    from ipywidgets import Widget


def loss_against_step() -> dict[str, Widget]:
    """Return the figure, its scales, axes and marks, by the names the page knows them by.

    The marks of both axes are there and the page shows those of one: a mark cannot change
    its scale while it is shown.

    Examples
    --------
    >>> loss_against_step()["loss_against_step.logarithmic_axis"].visible
    False
    """
    steps = parts.linear(0.0, 10.0)
    verticals: dict[str, bqplot.Scale] = {
        "linear": parts.linear(0.0, 1.0),
        "logarithmic": bqplot.LogScale(min=1e-3, max=1.0, allow_padding=False),
    }
    axes = [parts.axis(steps, "step", "bottom")]
    widgets: dict[str, Widget] = {"steps": steps, "steps_axis": axes[0]}
    marks: dict[str, bqplot.Mark] = {}
    for kind, vertical in verticals.items():
        shown = kind == "linear"
        scales: parts.Scales = {"x": steps, "y": vertical}
        marks |= {
            f"{kind}_earlier": parts.line(
                scales, parts.LEARNING, 1.5, opacities=[0.7], visible=shown
            ),
            f"{kind}_batch": parts.line(scales, parts.LOSS, 1, opacities=[0.65], visible=shown),
            f"{kind}_faded": parts.line(scales, parts.LOSS, 1.5, opacities=[0.35], visible=shown),
            f"{kind}_path": parts.line(scales, parts.LOSS, 2, visible=shown),
            f"{kind}_numbers": parts.texts(scales, visible=shown),
            f"{kind}_cursor": parts.point(
                scales,
                parts.LEARNING,
                150,
                stroke=parts.PAPER,
                stroke_width=2,
                visible=shown,
            ),
        }
        axis = parts.axis(vertical, "", "left", visible=shown)
        axes.append(axis)
        widgets |= {kind: vertical, f"{kind}_axis": axis}
    figure = parts.figure(marks, axes)
    return {
        f"loss_against_step.{key}": widget
        for key, widget in {"figure": figure, **widgets, **marks}.items()
    }
