"""Figure 3: the samples, what the model says of them, and which are in the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdwidget._figures import parts

if TYPE_CHECKING:
    from ipywidgets import Widget


def data_and_fit(x: str = "", y: str = "") -> dict[str, Widget]:
    """Return the figure, its scales and marks, by the names the page knows them by.

    The marks of every kind of figure are there; the page fills those of its own. Samples are
    circles; of classes, class 0 is circles, class 1 triangles, any further squares. Circles
    are the round ends of a line without length: a thousand in one path, quick to move.

    Parameters
    ----------
    x, y : str
        Labels of the axes until the page has others.

    Examples
    --------
    >>> data_and_fit("inputs", "targets")["data_and_fit.vertical_axis"].label
    'targets'
    """
    horizontal, vertical = parts.linear(0.0, 1.0), parts.linear(0.0, 1.0)
    scales: parts.Scales = {"x": horizontal, "y": vertical}
    marks = {
        "diagonal": parts.line(scales, parts.INK, 1, line_style="dashed"),
        "residuals": parts.line(scales, parts.LOSS, 1, opacities=[0.6]),
        "circles": parts.line(scales, parts.INK, 6),
        "triangles": parts.point(scales, parts.SECOND, 32, marker="triangle-up"),
        "squares": parts.point(scales, parts.INK, 32, marker="square", fill=False, stroke_width=2),
        "curve": parts.line(scales, parts.LEARNING, 2.5),
        "boundary": parts.line(scales, parts.LEARNING, 2.5),
        "batch": parts.point(scales, parts.GRADIENT, 150, fill=False, stroke_width=2),
        "numbers": parts.texts(scales),
    }
    horizontal_axis = parts.axis(horizontal, x, "bottom")
    vertical_axis = parts.axis(vertical, y, "left")
    return {
        "data_and_fit.figure": parts.figure(marks, [horizontal_axis, vertical_axis]),
        "data_and_fit.horizontal": horizontal,
        "data_and_fit.horizontal_axis": horizontal_axis,
        "data_and_fit.vertical": vertical,
        "data_and_fit.vertical_axis": vertical_axis,
        **{f"data_and_fit.{key}": mark for key, mark in marks.items()},
    }
