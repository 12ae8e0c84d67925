"""Which part of a plane is shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdwidget._validation import real_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_WIDENING = 12
"""How many of its own widths a picture widens to each side to hold a path."""

MOST_BESIDE = 2
"""How many of its widths from a picture the points of other runs may be to widen it."""

MOST_WIDER = 4
"""How many times as wide or high a picture is made at most to have equal units."""

USUAL_ASPECT = 2.25
"""How many times as wide as high the plot of a page is, about, while no page has said so."""

NEAREST = 8 * float(np.finfo(np.float32).eps)
"""How wide a picture is at least, in the size of the numbers that it shows."""

_LARGEST = float(np.finfo(np.float32).max)
_MARGIN = 0.1
_THINNEST = 0.05
_CORNERS = 4


class Rectangle(NamedTuple):
    """A part of a plane, from the least x and y to the largest."""

    low_x: float
    high_x: float
    low_y: float
    high_y: float


def checked(view: Sequence[float]) -> Rectangle:
    """Return a view that was asked for.

    Raises
    ------
    ArgumentError
        If it is not four finite numbers, low before high.

    Examples
    --------
    >>> checked([-1, 1, 0, 2])
    Rectangle(low_x=-1.0, high_x=1.0, low_y=0.0, high_y=2.0)
    """
    accepted = "four finite numbers: low x, high x, low y, high y, each low below its high"
    try:
        numbers = [real_number("view", number) for number in view]
    except (TypeError, ArgumentError):
        raise ArgumentError("view", view, accepted) from None
    if len(numbers) != _CORNERS:
        raise ArgumentError("view", view, accepted)
    ends = np.array(numbers, np.float32)
    if not (ends[0] < ends[1] and ends[2] < ends[3]):
        raise ArgumentError("view", view, accepted)
    return Rectangle(*numbers)


def has_room_for_equal_units(rectangle: Rectangle, aspect: float) -> bool:
    """Return whether equal units on both axes leave enough of a picture to what is in it.

    Examples
    --------
    >>> has_room_for_equal_units(Rectangle(0, 40, -1, 1), 3.0)
    False
    """
    stretch = (rectangle.high_x - rectangle.low_x) / (rectangle.high_y - rectangle.low_y) / aspect
    return 1 / MOST_WIDER <= stretch <= MOST_WIDER


def in_equal_units(rectangle: Rectangle, aspect: float) -> Rectangle:
    """Return a wider or higher rectangle in which both axes have equal units.

    It stays as it is where that would take too much room.

    Parameters
    ----------
    rectangle : Rectangle
        What must be in it.
    aspect : float
        How many times as wide as high it is drawn.

    Examples
    --------
    >>> in_equal_units(Rectangle(0, 4, -1, 1), 3.0)
    Rectangle(low_x=-1.0, high_x=5.0, low_y=-1.0, high_y=1.0)
    >>> in_equal_units(Rectangle(0, 40, -1, 1), 3.0)
    Rectangle(low_x=0, high_x=40, low_y=-1, high_y=1)
    """
    if not has_room_for_equal_units(rectangle, aspect):
        return rectangle
    low, high = np.array(rectangle[::2]), np.array(rectangle[1::2])
    factor = aspect * float(high[1] - low[1]) / float(high[0] - low[0])
    more = (np.maximum(1.0, [factor, 1 / factor]) - 1) * (high - low) / 2
    low, high = low - more, high + more
    if max(abs(low).max(), abs(high).max()) > _LARGEST:
        return rectangle
    return Rectangle(float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def widened(rectangle: Rectangle, points: NDArray[np.float64]) -> Rectangle:
    """Return a rectangle that holds points as well, unless they are very far.

    Parameters
    ----------
    rectangle : Rectangle
    points : numpy.ndarray, shape (m, 2), dtype float64

    Examples
    --------
    >>> widened(Rectangle(0, 1, 0, 1), np.array([[2.0, 0.5]]))
    Rectangle(low_x=0.0, high_x=2.2, low_y=0.0, high_y=1.0)
    """
    ends: list[float] = []
    for (low, high), column in zip((rectangle[:2], rectangle[2:]), points.T, strict=True):
        reach = MOST_WIDENING * (high - low)
        least, most = max(column.min(), low - reach), min(column.max(), high + reach)
        ends.append(least - _MARGIN * (high - least) if least < low else low)
        ends.append(most + _MARGIN * (most - low) if most > high else high)
    return Rectangle(*map(float, ends))


def widened_nearby(rectangle: Rectangle, points: NDArray[np.float64]) -> Rectangle:
    """Return a rectangle that holds as well those of some points that are not far from it.

    Parameters
    ----------
    rectangle : Rectangle
    points : numpy.ndarray, shape (m, 2), dtype float64

    Examples
    --------
    >>> widened_nearby(Rectangle(0, 1, 0, 1), np.array([[1.5, 0.5], [9.0, np.nan]]))
    Rectangle(low_x=0.0, high_x=1.7, low_y=0.0, high_y=1.0)
    """
    low, high = np.array([rectangle[::2], rectangle[1::2]])
    reach = MOST_BESIDE * (high - low)
    near = ((points >= low - reach) & (points <= high + reach)).all(axis=1)
    held = widened(rectangle, points[near]) if near.any() else rectangle
    return rectangle if held == rectangle else rounded(held)


def around(points: NDArray[np.float64], reach: float) -> Rectangle:
    """Return a rectangle with points in it, neither too thin nor without extent.

    Parameters
    ----------
    points : numpy.ndarray, shape (m, 2), dtype float64
        At least one.
    reach : float
        Half the width, where the points are all at one place.

    Examples
    --------
    >>> around(np.array([[0.0, 0.0], [10.0, 0.0]]), 1.0)
    Rectangle(low_x=-1.0, high_x=11.0, low_y=-0.5, high_y=0.5)
    """
    low, high = points.min(axis=0), points.max(axis=0)
    widths = high - low
    margins = np.maximum(_MARGIN * widths, _THINNEST * widths.max())
    if not widths.any():
        margins = np.array([reach, reach])
    low, high = low - margins, high + margins
    return Rectangle(float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def rounded(rectangle: Rectangle) -> Rectangle:
    """Return the rectangle with its sides moved outwards to numbers that read well.

    Examples
    --------
    >>> rounded(Rectangle(-1.234, 5.01, 0.0, 0.017))
    Rectangle(low_x=-2.0, high_x=6.0, low_y=0.0, high_y=0.017)
    """
    ends: list[float] = []
    for low, high in (rectangle[:2], rectangle[2:]):
        size = max(high - low, NEAREST * max(abs(low), abs(high))) or 1.0
        unit = 10.0 ** math.floor(math.log10(size / 5))
        least, most = math.floor(low / unit) * unit, math.ceil(high / unit) * unit
        if least == most:
            least, most = least - unit, most + unit
        ends += [max(float(f"{least:.12g}"), -_LARGEST), min(float(f"{most:.12g}"), _LARGEST)]
    return Rectangle(*ends)
