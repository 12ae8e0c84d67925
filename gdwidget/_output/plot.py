"""The picture of a run as PNG or SVG, drawn by matplotlib, and as a line of text."""

from __future__ import annotations

import io
import logging
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget._output.atomic_write import write_whole

if TYPE_CHECKING:
    from os import PathLike

    from matplotlib.figure import Figure

    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.line import ShownCurve
    from gdwidget._landscape.plane import Plane

_LOGGER = logging.getLogger(__name__)
_version = cache(version)  # it reads files
_OLDEST = (3, 10)  # the first whose formatters can be told to leave TeX alone
_DOTS_PER_INCH = 150
_COLORS = 256
_WIDTH, _HEIGHT = 6.4, 4.0
_FLAT_HEIGHT = 3.2
_ENDED = {"ready": "", "converged": ", gradient exactly 0"}
_LONGEST_TITLE = 100
_MOST_VALUES = 4


def available() -> bool:
    """Return whether matplotlib, an optional extra, is installed, and new enough.

    Examples
    --------
    >>> available()
    True
    """
    if find_spec("matplotlib") is None:
        return False
    major, minor, *_ = _version("matplotlib").split(".")
    return (int(major), int(minor)) >= _OLDEST


def figure(
    timeline: Timeline, curve: ShownCurve, plane: Plane | None = None, *, fog: bool = False
) -> Figure:
    """Draw the red loss function and the blue learning path, as the article does.

    Where one number learns, the path lies on the loss function; where two do, on lines of
    equal loss; where more do, the loss along the first stands beside the loss against the step.
    Nothing is evaluated, and nothing of matplotlib's settings is read or changed.

    Parameters
    ----------
    timeline : Timeline
        The runs and the cursor.
    curve : ShownCurve
        The loss function, as `SavedState.curve` returns it.
    plane : Plane, optional
        The plane, as `FigureData.saved_plane` returns it; needed where two numbers learn.
    fog : bool, default False
        Whether the loss is drawn only where it was evaluated.

    Returns
    -------
    matplotlib.figure.Figure
        With no backend and unknown to pyplot.

    Raises
    ------
    ImportError
        If matplotlib is not installed; it says how to install it.

    Examples
    --------
    >>> from gdwidget import Descent, Landscape, Timeline, problems
    >>> from gdwidget._sync.saved_state import SavedState
    >>> problem = problems.line()
    >>> timeline = Timeline(Descent(problem))
    >>> timeline.advance(12)
    12
    >>> curve = SavedState(timeline, lambda: Landscape(problem)).curve()
    >>> [axes.get_xlabel() for axes in figure(timeline, curve).axes]
    ['Weight W']
    """
    if not available():
        message = "pictures need matplotlib: pip install 'gdwidget[picture]'"
        raise ImportError(message)
    from matplotlib.figure import Figure  # noqa: PLC0415 - an optional extra, slow to import

    from gdwidget._output import plot_parts  # noqa: PLC0415 - needs it

    two, count = 2, timeline.problem.parameters.count
    columns = 2 if count > two else 1
    height = _FLAT_HEIGHT if columns > 1 else _HEIGHT
    drawing = Figure(figsize=(_WIDTH, height), dpi=_DOTS_PER_INCH, facecolor=plot_parts.PAPER)
    drawing.subplots_adjust(
        left=0.105, right=0.98, bottom=0.5 / height, top=1 - 0.55 / height, wspace=0.27
    )
    if count == two and plane is not None and fog and plane.recorded:
        axes = drawing.add_subplot(facecolor=plot_parts.PAPER)
        plot_parts.in_fog(axes, timeline, tuple(plane.labels))
    elif count == two and plane is not None and not fog:
        plot_parts.on_plane(drawing.add_subplot(facecolor=plot_parts.PAPER), timeline, plane)
    else:
        first = drawing.add_subplot(1, columns, 1, facecolor=plot_parts.PAPER)
        if fog:
            plot_parts.in_fog(first, timeline)
        else:
            plot_parts.on_curve(first, timeline, curve)
        if columns > 1:
            second = drawing.add_subplot(1, columns, 2, facecolor=plot_parts.PAPER)
            plot_parts.against_step(second, timeline, fog=fog)
    plot_parts.finish(drawing, _shortened(_title(timeline)))
    return drawing


def png(
    timeline: Timeline, curve: ShownCurve, plane: Plane | None = None, *, fog: bool = False
) -> bytes:
    """Return the picture of `figure` as a PNG, 960 pixels wide, to be shown at 640.

    Raises
    ------
    ImportError
        If matplotlib is not installed; it says how to install it.
    """
    return _pixels(figure(timeline, curve, plane, fog=fog))


def svg(
    timeline: Timeline, curve: ShownCurve, plane: Plane | None = None, *, fog: bool = False
) -> str:
    """Return the picture of `figure` as an SVG.

    Raises
    ------
    ImportError
        If matplotlib is not installed; it says how to install it.
    """
    drawing, file = figure(timeline, curve, plane, fog=fog), io.StringIO()
    drawing.savefig(
        file,
        format="svg",
        facecolor=drawing.get_facecolor(),
        transparent=False,
        bbox_inches=drawing.bbox_inches,
        metadata={"Date": None},
    )
    return file.getvalue()


def save(path: str | PathLike[str], picture: bytes | str) -> None:
    """Write a picture to a file, whole or not at all.

    Raises
    ------
    ArgumentError
        If the file cannot be written, see `atomic_write.write_whole`.
    """
    write_whole(path, picture.encode() if isinstance(picture, str) else picture)


def text(timeline: Timeline) -> str:
    """Return in one line what was done, where it is, and the loss there.

    Examples
    --------
    >>> from gdwidget import Descent, Timeline, problems
    >>> timeline = Timeline(Descent(problems.line()))
    >>> timeline.advance(3)
    3
    >>> text(timeline)
    'Gradient descent on line (sgd, learning rate 0.01): step 3 of 3, W = 6.3255796, loss 96.67163'
    """
    run, cursor = timeline.run, timeline.cursor
    row = run.trajectory.rows(cursor, cursor + 1)[0]
    parameters = timeline.problem.parameters
    if parameters.count > _MOST_VALUES:
        where = f"{parameters.count:,} numbers learn"
    else:
        values = (row[0], *row[4 : 2 + 2 * parameters.count : 2])
        pairs = zip(parameters.recorded, values, strict=True)
        where = ", ".join(f"{name} = {value!s}" for name, value in pairs)
    return f"Gradient descent on {_title(timeline)}, {where}, {_loss(timeline, row)}"


def mimebundle(
    timeline: Timeline, curve: ShownCurve, plane: Plane | None = None, *, fog: bool = False
) -> dict[str, Any]:
    """Return what is shown where no widget can be: a line of text, and a PNG if possible.

    It never raises: without matplotlib, and if drawing fails, there is only the text.

    Returns
    -------
    dict of str to str or bytes
        ``"text/plain"``, and ``"image/png"``.
    """
    bundle: dict[str, Any] = {"text/plain": text(timeline)}
    if available():
        try:
            bundle["image/png"] = png(timeline, curve, plane, fog=fog)
        except Exception:  # a notebook is shown and saved all the same
            _LOGGER.warning("the picture could not be drawn", exc_info=True)
    return bundle


def _title(timeline: Timeline) -> str:
    run, problem = timeline.run, timeline.problem
    name = problem.name or getattr(problem.loss, "__name__", type(problem.loss).__name__)
    status = timeline.status
    ended = _ENDED.get(status, f", {status}")
    steps = f"step {timeline.cursor:,} of {run.last:,}{ended}"
    return f"{name} ({run.label}): {steps}"


def _loss(timeline: Timeline, row: Any) -> str:
    if not timeline.run.batches:
        return f"loss {row[2]!s}"
    full = "" if row[-1] != row[-1] else f", {row[-1]!s} on all data"
    return f"loss {row[2]!s} on the batch{full}"


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _pixels(drawing: Figure) -> bytes:
    """Return a PNG of few colours: a third of the size, and no difference to be seen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415 - matplotlib brings it

    canvas: Any = FigureCanvasAgg(drawing)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    file = io.BytesIO()
    few = image.quantize(_COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(file, "png", dpi=(_DOTS_PER_INCH, _DOTS_PER_INCH))
    return file.getvalue()
