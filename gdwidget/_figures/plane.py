"""Figure 3: the loss over two numbers, as colours and lines of equal loss, with the path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bqplot
import numpy as np

from gdwidget._figures import parts

if TYPE_CHECKING:
    from ipywidgets import Widget

STRONGEST = 0.4
"""How much of the full red the highest loss is shown in: paths must be seen on it."""

_WHITE, _RED, _GREY = "#ffffff", "#c62828", "#b0b0b0"


def plane(*, asked: bool = False) -> dict[str, Widget]:
    """Return the figure, its scales and marks, by the names the page knows them by.

    The page sets paper and red to those of its style, so that high losses are the darkest
    on white paper and the brightest on black; where there is no loss it is grey.

    Parameters
    ----------
    asked : bool, optional
        Whether there are marks for answers to questions, too.

    Examples
    --------
    >>> plane()["plane.color"].max
    2.5
    """
    horizontal, vertical = parts.linear(0.0, 1.0), parts.linear(0.0, 1.0)
    color = bqplot.ColorScale(colors=[_WHITE, _RED], min=0.0, max=1 / STRONGEST)
    scales: parts.Scales = {"x": horizontal, "y": vertical}
    ends = np.array([0.0, 1.0])
    marks: dict[str, bqplot.Mark] = {
        "heat": bqplot.HeatMap(
            x=ends,
            y=ends,
            color=np.zeros((2, 2)),
            scales={**scales, "color": color},
            null_color=_GREY,
        ),
        "contours": parts.line(scales, parts.LOSS, 1),
        "earlier": parts.line(scales, parts.LEARNING, 1.5, opacities=[0.7]),
        "faded": parts.line(scales, parts.LEARNING, 1.5, opacities=[0.35]),
        "path": parts.line(scales, parts.LEARNING, 1.5),
        "dots": parts.line(scales, parts.LEARNING, 6),
        "gradient": parts.line(scales, parts.GRADIENT, 2),
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
    horizontal_axis = parts.axis(horizontal, "", "bottom")
    vertical_axis = parts.axis(vertical, "", "left")
    return {
        "plane.figure": parts.figure(marks, [horizontal_axis, vertical_axis]),
        "plane.horizontal": horizontal,
        "plane.horizontal_axis": horizontal_axis,
        "plane.vertical": vertical,
        "plane.vertical_axis": vertical_axis,
        "plane.color": color,
        **{f"plane.{key}": mark for key, mark in marks.items()},
    }
