"""Lines of equal loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import contourpy
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVELS = 12
"""How many lines of equal loss are drawn, where the loss varies."""

_LOWEST_SHARE = 0.005


class Contours(NamedTuple):
    """Lines of equal loss, one after the other, with NaN between each two.

    Attributes
    ----------
    x, y : numpy.ndarray, shape (points,), dtype float32
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]


def contours(
    x: NDArray[np.float32], y: NDArray[np.float32], losses: NDArray[np.float32]
) -> Contours:
    """Return the lines along which the loss is the same, at the levels of `levels`.

    Parameters
    ----------
    x : numpy.ndarray, shape (columns,), dtype float32
    y : numpy.ndarray, shape (rows,), dtype float32
        Where the columns and rows of ``losses`` are, ascending.
    losses : numpy.ndarray, shape (rows, columns), dtype float32
        The lines end where these are not finite.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 50, dtype=np.float32)
    >>> lines = contours(x, x, x[:, None] ** 2 + x**2)
    >>> bool(np.isnan(lines.x).sum() >= LEVELS - 1)
    True
    """
    heights = np.ma.masked_invalid(losses.astype(np.float64))
    generator = contourpy.contour_generator(
        x.astype(np.float64), y.astype(np.float64), heights, line_type="ChunkCombinedNan"
    )
    gap = np.full((1, 2), np.nan)
    pieces: list[NDArray[np.float64]] = []
    for lines in generator.multi_lines(levels(losses)):
        points = lines[0][0]
        if points is not None:
            pieces += [gap, points]
    if not pieces:
        pieces = [gap, gap[:0]]
    whole = np.concatenate(pieces[1:]).astype(np.float32)
    return Contours(whole[:, 0], whole[:, 1])


def levels(losses: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return losses at which to draw lines, evenly spaced in the logarithm above the least.

    Parameters
    ----------
    losses : numpy.ndarray, dtype float32
        Of any shape; may be negative, and not finite in places.

    Returns
    -------
    numpy.ndarray, shape (LEVELS,) or (0,), dtype float64
        Ascending; none where the loss is the same everywhere.

    Examples
    --------
    >>> levels(np.float32([-1, 0, 99, np.inf])).round(1)[[0, -1]].tolist()
    [0.5, 69.5]
    """
    finite = losses[np.isfinite(losses)].astype(np.float64)
    above = finite - finite.min() if len(finite) else finite
    above = above[above > 0]
    if not len(above):
        return above
    low, high = np.quantile(above, _LOWEST_SHARE), above.max()
    spaced: NDArray[np.float64] = finite.min() + np.geomspace(low, high, LEVELS + 1)[:-1]
    return np.unique(spaced)
