"""The part of a plane that shows a path and the basin it runs down into."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from gdwidget._landscape.framing import NEAREST, Rectangle, rounded, widened

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]
    Doubles: TypeAlias = NDArray[np.float64]
    Losses: TypeAlias = Callable[[Floats, Floats], Floats]

_SEARCHES = 4
_SEARCH_DOUBLINGS = (-16, 20)
_FAR = 2.0**18
_OTHER = 2.0**32
_LEVELS = 5
_ROUNDING = 1e-6
_ALMOST = 1e-3
_BEYOND = 1.25
_WIDEST = 100


def basin(losses: Losses, way: Doubles, side: int) -> Rectangle:
    """Return a view with a path, its start and, where it is not far, the minimum.

    The minimum is in the middle, and around it what lies lower than the start, as far as
    that is about as near as the start.

    Parameters
    ----------
    losses : callable
        ``losses(x, y)``, the loss on a grid, shape (rows, columns); not finite in places.
    way : numpy.ndarray, shape (m, 2), dtype float64
        The path, of which the first row is the start; all finite, at least one row.
    side : int
        How many points a side to search with, an even number; 0 not to search, where a
        grid takes long.

    Examples
    --------
    >>> basin(lambda x, y: x**2 + (y[:, None] - 4) ** 2, np.array([[4.0, 1.0]]), 100)
    Rectangle(low_x=-6.0, high_x=6.0, low_y=0.0, high_y=8.0)
    """
    start = way[0]
    scale = _told(np.abs(start))
    found = _bottom(losses, start, scale, side) if side else None
    if found is None or not np.any(np.abs(found[0] - start) > NEAREST / 2 * np.abs(start)):
        found = start, _told(np.maximum(np.abs(start), np.ptp(way, axis=0)))
    minimum, reach = found
    reach = np.maximum(reach, NEAREST * np.maximum(np.abs(start), np.abs(minimum)))
    (left, bottom), (right, top) = minimum - reach, minimum + reach
    view = Rectangle(float(left), float(right), float(bottom), float(top))
    return rounded(widened(view, way))


def _told(sizes: Doubles) -> Doubles:
    """Return sizes to go by: of an axis that has none the other's, of neither 1."""
    return np.where(sizes > 0, sizes, sizes.max() or 1.0)


def _bottom(
    losses: Losses, start: Doubles, scale: Doubles, side: int
) -> tuple[Doubles, Doubles] | None:
    """Return about where the minimum is, and how far from it there is more to see.

    It is looked for about as far away as the start is from 0; then farther, along the axes
    on which the loss still falls there, or nearer, where all is higher. None if there is none.
    """
    first = scale
    for _ in range(_LEVELS):
        found, far = _searched(losses, start, scale, side)
        narrowest = (scale < NEAREST * np.abs(start) / _FAR).all()
        if found or (far.any() and (scale < first).any()):
            return found
        if not far.any() and (narrowest or (scale > first).any()):
            return None
        scale = scale * np.where(far, _OTHER, 1.0) if far.any() else scale / _OTHER
    return None


def _searched(
    losses: Losses, start: Doubles, scale: Doubles, side: int
) -> tuple[tuple[Doubles, Doubles] | None, NDArray[np.bool_]]:
    """Return the same at one scale, and along which axes to look farther away.

    Grids of offsets that double are laid around the best point so far. Of points with about
    the same loss the nearest is taken: a loss that levels off has its minimum nowhere.
    """
    half = side // 2
    strides = 2.0 ** np.linspace(*_SEARCH_DOUBLINGS, half)
    offsets = np.concatenate([-strides[-2::-1], [0.0], strides])
    middle = half - 1
    distance = np.hypot(*np.meshgrid(offsets, offsets))

    def grid(centre: Doubles) -> tuple[Floats, Floats, Doubles]:
        with np.errstate(over="ignore"):
            x, y = (centre[:, None] + scale[:, None] * offsets).astype(np.float32)
        found = losses(x, y).astype(np.float64)
        return x, y, np.where(np.isnan(found), np.inf, found)

    best = start
    x, y, around = grid(best)
    height = around[middle, middle]
    if not np.isfinite(height):
        return None, np.zeros(2, bool)
    for _ in range(_SEARCHES):
        here, low = around[middle, middle], around.min()
        if not -np.inf < low < here < np.inf:
            break
        near = around <= low + _ALMOST * (here - low)
        row, column = np.unravel_index(np.where(near, distance, np.inf).argmin(), near.shape)
        best = np.array([x[column], y[row]], np.float64)
        x, y, around = grid(best)
    off, bottom = np.abs(best - start), around[middle, middle]
    far = (off > _FAR * scale) | (around <= height + _ROUNDING * abs(height)).all()
    falls = -np.inf < bottom < height - _ROUNDING * abs(height)
    if not falls or far.any():
        return None, far
    across, up = np.abs(np.meshgrid(offsets * scale[0], offsets * scale[1]))
    most = np.minimum(np.maximum(off.max(), scale), _WIDEST * np.maximum(off, scale))
    lower = (around <= height) & (across <= most[0]) & (up <= most[1])
    finest = scale * strides[0]
    reach = np.maximum(off, np.maximum(finest, [across[lower].max(), up[lower].max()]))
    return (best, _BEYOND * reach), far
