"""Which rows of a long run are drawn or saved: few enough, and every extreme among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_POINTS = 2_000
"""The most points of one drawn line."""

_MOST_BUCKETS = 498


class Envelope:
    """Picks rows whose line looks like the line through all rows.

    The rows are cut into buckets of equal size, and of each bucket the smallest and
    largest parameter and the smallest and largest loss are kept. When there are more than
    498 buckets they are merged in pairs, so a row costs the same however many came before.
    Up to 2,000 rows all of them are kept.

    Examples
    --------
    >>> envelope = Envelope()
    >>> rows = np.zeros((100_000, 4), np.float32)
    >>> rows[54_321, 2] = 7
    >>> envelope.extend(rows)
    >>> picked = envelope.indices()
    >>> len(picked) <= 2_000, 54_321 in picked, int(picked[-1])
    (True, True, 99999)
    """

    def __init__(self) -> None:
        self._count = 0
        self._size = 4
        self._pending = np.empty((0, 4), np.float32)
        self._picked = np.empty((0, 4), np.int64)
        self._values = np.empty((0, 4), np.float32)

    def __len__(self) -> int:
        return self._count

    def extend(self, rows: NDArray[np.float32]) -> None:
        """Take the next rows in, all or none.

        Parameters
        ----------
        rows : numpy.ndarray, shape (n, 4 or more), dtype float32
            As `Trajectory.rows` returns them; the first four columns are looked at.
        """
        before = dict(self.__dict__)
        try:
            self._extend(rows[:, :4])
        except BaseException:
            self.__dict__.update(before)
            raise

    def _extend(self, rows: NDArray[np.float32]) -> None:
        pending = np.concatenate([self._pending, rows])
        start = self._count - len(self._pending)
        self._count += len(rows)
        while (len(pending) // self._size) + len(self._picked) > _MOST_BUCKETS:
            whole = len(pending) // self._size
            if len(self._picked) % 2 and whole:
                pending, start = self._take(pending, start, 1)
            else:
                self._merge()
        pending, start = self._take(pending, start, len(pending) // self._size)
        self._pending = pending.copy()

    def indices(self) -> NDArray[np.int64]:
        """Return the picked rows' indices, ascending; the first and last row are among them."""
        if self._count <= MOST_POINTS:
            return np.arange(self._count)
        start = self._count - len(self._pending)
        ends = np.array([0, self._count - 1])
        tail = _extremes(self._pending[None])[0] + start if len(self._pending) else ends
        return np.unique(np.concatenate([self._picked.ravel(), tail.ravel(), ends]))

    def _take(
        self, pending: NDArray[np.float32], start: int, buckets: int
    ) -> tuple[NDArray[np.float32], int]:
        if buckets == 0:
            return pending, start
        rows = buckets * self._size
        blocks = pending[:rows].reshape(buckets, self._size, 4)
        within = _extremes(blocks)
        offsets = start + np.arange(buckets)[:, None] * self._size
        self._picked = np.concatenate([self._picked, within + offsets])
        columns = np.array([0, 0, 2, 2])
        values = blocks[np.arange(buckets)[:, None], within, columns]
        self._values = np.concatenate([self._values, values])
        return pending[rows:], start + rows

    def _merge(self) -> None:
        pairs = len(self._picked) // 2
        values = self._values.reshape(pairs, 2, 4)
        best = values.copy()
        best[..., [0, 2]] *= -1
        best[np.isnan(best)] = -np.inf
        winner = best.argmax(axis=1)[:, None, :]
        self._picked = np.take_along_axis(self._picked.reshape(pairs, 2, 4), winner, 1)[:, 0]
        self._values = np.take_along_axis(values, winner, 1)[:, 0]
        self._size *= 2


def _extremes(blocks: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return where in each block the parameter and the loss are smallest and largest."""
    low = np.where(np.isnan(blocks), np.inf, blocks)
    high = np.where(np.isnan(blocks), -np.inf, blocks)
    return np.stack(
        [
            low[..., 0].argmin(axis=1),
            high[..., 0].argmax(axis=1),
            low[..., 2].argmin(axis=1),
            high[..., 2].argmax(axis=1),
        ],
        axis=1,
    )
