"""Figure 1: the red loss function and the blue learning path on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdwidget._figures import parts

if TYPE_CHECKING:
    from ipywidgets import Widget


def loss_function(name: str, *, asked: bool = False) -> dict[str, Widget]:
    """Return the figure, its scales and marks, by the names the page knows them by.

    Parameters
    ----------
    name : str
        Name of the learning parameter, for the axis.
    asked : bool, optional
        Whether there are marks for answers to questions, too.

    Examples
    --------
    >>> loss_function("W")["loss_function.horizontal_axis"].label
    'W'
    """
    horizontal, vertical = parts.linear(0.0, 1.0), parts.linear(0.0, 1.0)
    scales: parts.Scales = {"x": horizontal, "y": vertical}
    marks = {
        "curve": parts.line(scales, parts.LOSS, 2.5),
        "batch_curve": parts.line(scales, parts.GRADIENT, 1.25, line_style="dash_dotted"),
        "earlier": parts.line(scales, parts.LEARNING, 1.5, opacities=[0.7]),
        "faded": parts.line(scales, parts.LEARNING, 1.5, opacities=[0.35]),
        "path": parts.line(scales, parts.LEARNING, 1.5),
        "dots": parts.line(scales, parts.LEARNING, 6),
        "tangent": parts.line(scales, parts.GRADIENT, 1.5, line_style="dashed"),
        "bracket": parts.line(scales, parts.LEARNING, 1.5),
        "coming": parts.line(scales, parts.LEARNING, 1.5, line_style="dotted"),
        "next": parts.point(scales, parts.LEARNING, 90, fill=False, stroke_width=2),
        "start": parts.point(
            scales, parts.LEARNING, 110, marker="square", fill=False, stroke_width=2
        ),
        "numbers": parts.texts(scales),
        "cursor": parts.point(scales, parts.LEARNING, 110, stroke=parts.PAPER, stroke_width=2),
    }
    if asked:
        marks |= parts.ghosts(scales)
    horizontal_axis = parts.axis(horizontal, name, "bottom")
    vertical_axis = parts.axis(vertical, "", "left")
    return {
        "loss_function.figure": parts.figure(marks, [horizontal_axis, vertical_axis]),
        "loss_function.horizontal": horizontal,
        "loss_function.horizontal_axis": horizontal_axis,
        "loss_function.vertical": vertical,
        "loss_function.vertical_axis": vertical_axis,
        **{f"loss_function.{key}": mark for key, mark in marks.items()},
    }
