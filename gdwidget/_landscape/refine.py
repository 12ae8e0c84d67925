"""More points between those of a grid, without evaluating anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles: TypeAlias = NDArray[np.float64]

_MOST_BEND = 2


def refined(values: Doubles, times: int) -> Doubles:
    """Return the values of a grid and between them, on cubics along both axes.

    Between two points a cubic bends as the values do about both. Where one of these bends is
    much larger, at a jump, it bends as the smaller; where they are opposite, or beside a hole,
    it is straight. The last point bends as that before it.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows, columns), dtype float64
        At least 2 × 2. Where they are not finite, what is beside them is not either.
    times : int
        Into how many parts the way between two neighbours is divided.

    Returns
    -------
    numpy.ndarray, shape (times * (rows - 1) + 1, times * (columns - 1) + 1), dtype float64

    Examples
    --------
    >>> x = np.arange(4.0)
    >>> refined(x**2 + x[:, None] ** 2, 2)[3].round(3).tolist()
    [2.25, 2.5, 3.25, 4.5, 6.25, 8.5, 11.25]
    >>> refined(np.array([[0.0, 0, 0, 9, 9, 9]] * 2), 2)[0].tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 4.5, 9.0, 9.0, 9.0, 9.0, 9.0]
    """
    return _along_rows(_along_rows(values, times).T, times).T


def _along_rows(values: Doubles, times: int) -> Doubles:
    first, last = values[:, :-1], values[:, 1:]
    before, after = _bends(values)
    found = np.empty((len(values), times * first.shape[1] + 1))
    found[:, ::times] = values
    for part in range(1, times):
        t = part / times
        bend = ((2 - t) * before + (1 + t) * after) * (t * (1 - t) / 6)
        found[:, part::times] = first + t * (last - first) - bend
    return found


def _bends(values: Doubles) -> tuple[Doubles, Doubles]:
    """Return the second differences at both ends of each way, as far as they go together."""
    rows, columns = values.shape
    inner = values[:, 2:] - values[:, 1:-1] - (values[:, 1:-1] - values[:, :-2])
    inner = np.where(np.isfinite(inner), inner, 0.0)
    if columns <= 2:  # noqa: PLR2004 - it takes three points to bend
        inner = np.zeros((rows, 1))
    bends = np.concatenate([inner[:, :1], inner, inner[:, -1:]], axis=1)[:, :columns]
    before, after = bends[:, :-1], bends[:, 1:]
    together = np.sign(before) * np.sign(after) > 0
    limited = [
        np.where(together, np.sign(one) * np.minimum(abs(one), _MOST_BEND * abs(other)), 0.0)
        for one, other in ((before, after), (after, before))
    ]
    return limited[0], limited[1]
