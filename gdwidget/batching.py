"""Which samples a step reads: shuffled batches of the data, or a stream of batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget.checks import whole_number
from gdwidget.data import checked_data
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import jax
    from numpy.typing import NDArray

    from gdwidget.problem import Problem

MOST_SEED = 2**63 - 1


def checked_batch_size(size: object, problem: Problem) -> int | None:
    """Return how many samples a step reads; None for all.

    Raises
    ------
    ArgumentError
        If it is not 1 to the number of samples, or there are no samples to choose from.
    """
    if size is None:
        return None
    if not problem.samples:
        reason = "a stream brings its own batches" if problem.stream else "there is no data"
        raise ArgumentError("batch_size", size, "None", reason)
    return whole_number("batch_size", size, 1, problem.samples)


class Batches:
    """Batches without replacement: each epoch a new shuffle, the last short batch kept.

    The order of an epoch is ``numpy.random.default_rng([seed, epoch]).permutation(samples)``.

    Parameters
    ----------
    samples : int
        How many samples there are.
    size : int
        Samples a batch, 1 to ``samples``.
    seed : int, default 0
        The same seed gives the same batches.

    Attributes
    ----------
    count : int
        Batches an epoch.
    short : int
        Size of the last batch of an epoch; equal to ``size`` where it divides ``samples``.

    Raises
    ------
    ArgumentError
        If size or seed is out of range.

    Examples
    --------
    >>> batches = Batches(6, 4, seed=1)
    >>> batches.count, batches.short
    (2, 2)
    >>> sorted([*batches.indices(0).tolist(), *batches.indices(1).tolist()])
    [0, 1, 2, 3, 4, 5]
    """

    def __init__(self, samples: int, size: int, seed: int = 0) -> None:
        self.samples = samples
        self.size = whole_number("batch_size", size, 1, samples)
        self.seed = whole_number("seed", seed, 0, MOST_SEED)
        self.count = -(-samples // size)
        self.short = samples - (self.count - 1) * size
        self._orders: dict[int, NDArray[np.int32]] = {}

    def epoch(self, step: int) -> int:
        """Return the epoch of the batch that step ``step`` reads, from 0."""
        return step // self.count

    def indices(self, step: int) -> NDArray[np.int32]:
        """Return which samples are in the batch of a step.

        Returns
        -------
        numpy.ndarray, shape (size,), at an epoch's end (short,), dtype int32
        """
        epoch, batch = divmod(step, self.count)
        return self._order(epoch)[batch * self.size : (batch + 1) * self.size]

    def table(self, step: int, steps: int) -> NDArray[np.int32]:
        """Return the batches of ``steps`` steps from ``step`` on.

        Returns
        -------
        numpy.ndarray, shape (steps, size), dtype int32
            Rows of short batches are filled up with 0.
        """
        rows = np.zeros((steps, self.size), np.int32)
        for row in range(steps):
            indices = self.indices(step + row)
            rows[row, : len(indices)] = indices
        return rows

    def _order(self, epoch: int) -> NDArray[np.int32]:
        if epoch not in self._orders:
            while len(self._orders) > 1:
                del self._orders[next(iter(self._orders))]
            order = np.random.default_rng([self.seed, epoch]).permutation(self.samples)
            self._orders[epoch] = order.astype(np.int32)
        return self._orders[epoch]


class StreamEnded(Exception):  # noqa: N818 - the end of data is no error
    """The iterable has no further batch."""


class Stream:
    """Batches of an iterable, one at a time; never holds more than one.

    Parameters
    ----------
    iterable : iterable of tuple of array_like
        Each item one batch: as many arrays as the loss takes, all of one length.

    Attributes
    ----------
    batch : tuple of jax.Array
        The newest batch.
    taken : int
        How many batches were taken since the last restart.

    Raises
    ------
    ArgumentError
        If it has no batch at all, or the first is none.

    Examples
    --------
    >>> stream = Stream(([float(i)], [2.0 * i]) for i in range(2))
    >>> float(stream.next()[0][0]), float(stream.next()[0][0])
    (0.0, 1.0)
    """

    def __init__(self, iterable: Iterable[Any]) -> None:
        self._iterable = iterable
        self._iterator: Iterator[Any] = self._iter()
        self._peeked = False
        self.taken = 0
        self._shapes: list[tuple[tuple[int, ...], str]] | None = None
        try:
            self.batch = self._fetch()
        except StreamEnded:
            accepted = "an iterable with at least one batch"
            raise ArgumentError("data", iterable, accepted, "it is empty") from None
        self._peeked = True

    def next(self) -> tuple[jax.Array, ...]:
        """Return the next batch.

        Raises
        ------
        StreamEnded
            If there is none.
        ArgumentError
            If the iterable raises, or the batch has another shape or dtype than the first.
        """
        if self._peeked:
            self._peeked = False
        else:
            self.batch = self._fetch()
        self.taken += 1
        return self.batch

    def restart(self) -> None:
        """Begin at the first batch again; a generator goes on where it is."""
        iterator = self._iter()
        self.taken = 0
        if iterator is not self._iterator:
            self._iterator = iterator
            self._peeked = False

    def _iter(self) -> Iterator[Any]:
        try:
            return iter(self._iterable)
        except Exception as error:
            reason = f"it raised {type(error).__name__}: {error}"
            raise ArgumentError("data", self._iterable, "an iterable of batches", reason) from error

    def _fetch(self) -> tuple[jax.Array, ...]:
        accepted = "batches that are tuples of arrays, such as (xs, ys)"
        try:
            given = next(self._iterator)
        except StopIteration:
            raise StreamEnded from None
        except Exception as error:
            reason = f"it raised {type(error).__name__}: {error}"
            raise ArgumentError("data", self._iterable, "an iterable of batches", reason) from error
        name = f"batch {self.taken}"
        if not isinstance(given, (tuple, list)):
            raise ArgumentError("data", given, accepted, name)
        try:
            batch = checked_data(tuple(given))
        except ArgumentError as error:
            raise ArgumentError("data", error.given, error.accepted, f"{name}, {error}") from error
        shapes = [(array.shape, str(array.dtype)) for array in batch]
        if self._shapes is None:
            self._shapes = shapes
        if shapes != self._shapes:
            wanted = f"batches shaped like the first, {_shown(self._shapes)}"
            raise ArgumentError("data", f"{name} of {_shown(shapes)}", wanted)
        return batch


def _shown(shapes: list[tuple[tuple[int, ...], str]]) -> str:
    return ", ".join(f"{dtype}{list(shape)}" for shape, dtype in shapes)
