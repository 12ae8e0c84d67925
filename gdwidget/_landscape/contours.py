"""Lines of equal loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

import contourpy
import numpy as np

from gdwidget._landscape.refine import refined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Doubles: TypeAlias = NDArray[np.float64]

LEVELS = 12
"""How many lines of equal loss are drawn, where the loss varies."""

_LOWEST_SHARE = 0.005
_LOWEST = 3
_FINEST, _FINE = 12, 4
_THINNINGS = 4
_STRAIGHT = 0.02


class Contours(NamedTuple):
    """Lines of equal loss, one after the other, with NaN between each two.

    Attributes
    ----------
    x, y : numpy.ndarray, shape (points,), dtype float32
    levels : numpy.ndarray, shape (lines,), dtype float32
        The loss on each line.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    levels: NDArray[np.float32]


def contours(
    x: NDArray[np.float32], y: NDArray[np.float32], losses: NDArray[np.float32]
) -> Contours:
    """Return the lines along which the loss is the same, at the levels of `levels`.

    Between the points of the grid the loss is taken to be `refined`; for the lowest levels,
    which may run along valleys narrower than a cell, the most.

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
    >>> len(np.unique(lines.levels)) == LEVELS
    True
    """
    wanted = levels(losses)
    heights = np.where(np.isfinite(losses), losses, np.nan).astype(np.float64)
    lowest, others = wanted[:_LOWEST], wanted[_LOWEST:]
    pieces = [*_lines(heights, lowest, _FINEST), *_lines(heights, others, _FINE)]
    gap = np.full((1, 2), np.nan)
    whole = np.concatenate([gap, *(part for _, line in pieces for part in (line, gap))])[1:-1]
    across, up = (
        np.interp(column, np.arange(len(ends)), ends.astype(np.float64)).astype(np.float32)
        for column, ends in zip(whole.T, (x, y), strict=True)
    )
    return Contours(across, up, np.array([level for level, _ in pieces], np.float32))


def _lines(heights: Doubles, wanted: Doubles, times: int) -> Iterator[tuple[float, Doubles]]:
    """Yield levels and their lines in cells of the grid, each divided so often.

    What is closed within less than a cell is no more than where a valley is as narrow as that.
    """
    fine = refined(heights, times)
    rows, columns = fine.shape
    generator = contourpy.contour_generator(
        np.arange(columns) / times,
        np.arange(rows) / times,
        np.ma.masked_invalid(fine),
        line_type="Separate",
    )
    for level, lines in zip(wanted, generator.multi_lines(wanted), strict=True):
        for line in cast("list[Doubles]", lines):
            if np.any(line[0] != line[-1]) or np.ptp(line, axis=0).max() >= 1:
                yield level, _thinned(line)


def _thinned(line: Doubles) -> Doubles:
    """Return a line without points on a straight way from the one before to the next."""
    for _ in range(_THINNINGS):
        before, here, after = line[:-2], line[1:-1], line[2:]
        (across, up), (aside, high) = (after - before).T, (here - before).T
        near = np.abs(across * high - up * aside) < _STRAIGHT * np.hypot(across, up)
        near[1::2] = False
        line = line[np.concatenate([[True], ~near, [True]])]
    return line


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
