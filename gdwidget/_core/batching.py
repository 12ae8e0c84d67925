"""Which samples a step reads: shuffled batches of the data, or a stream of batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from gdwidget._core.handing import ANY, Room, checked
from gdwidget._validation import whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

MOST_SEED = 2**63 - 1

_FEW_SAMPLES = 8


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

    def shown(self, step: int) -> str:
        """Return which batch a step reads, in words."""
        epoch, number = divmod(step, self.count)
        samples = self.indices(step)
        few = ", ".join(map(str, samples[:_FEW_SAMPLES]))
        more = ", ..." if len(samples) > _FEW_SAMPLES else ""
        return f"the batch was {number} of epoch {epoch}, {len(samples)} samples: {few}{more}"

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
        orders = self._orders  # replaced whole: a step that is taken ahead reads it meanwhile
        order = orders.get(epoch)
        if order is None:
            shuffled = np.random.default_rng([self.seed, epoch]).permutation(self.samples)
            order = shuffled.astype(np.int32)
            self._orders = {**dict(list(orders.items())[-1:]), epoch: order}
        return order


class StreamEnded(Exception):  # noqa: N818 - the end of data is no error
    """The iterable has no further batch."""


class Stream:
    """Batches of an iterable, one at a time; never holds more than one.

    A list, a data loader and whatever else can be read again begins its next epoch when it
    was read to its end. A generator, or another iterator, ends.

    Parameters
    ----------
    iterable : iterable of pytree of array_like
        Each item one batch: arrays of one length, in tuples, dicts or what else jax knows. The
        batches are alike but for that length.
    room : Room, optional
        What the loss takes, see `handing`.

    Attributes
    ----------
    batch : tuple of jax.Array or pytree of them
        The newest batch, as arguments of the loss.
    rows : int
        How many samples the first batch has.
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
    >>> again = Stream([{"x": [0.0, 1.0]}, {"x": [2.0]}])
    >>> [again.next()[0]["x"].tolist() for _ in range(3)]
    [[0.0, 1.0], [2.0], [0.0, 1.0]]
    """

    def __init__(self, iterable: Iterable[Any], room: Room = ANY) -> None:
        self._iterable = iterable
        self._room = room
        self._iterator: Iterator[Any] = self._iter()
        self._peeked = False
        self._read = 0
        self._regular = True
        self._kind: tuple[object, ...] | None = None
        self._first = ""
        self.taken = 0
        self._length = 0 if self._iterator is iterable else _length(iterable)
        try:
            self.batch = self._fetch()
        except StreamEnded:
            accepted = "an iterable with at least one batch"
            raise ArgumentError("data", iterable, accepted, "it is empty") from None
        self.rows = len(jax.tree.leaves(self.batch)[0])
        self._peeked = True

    @property
    def count(self) -> int:
        """How many batches an epoch has; 0 where that is not known, or not always the same."""
        return self._length if self._regular else 0

    @property
    def shown(self) -> str:
        """Which batch was taken last, in words: its number since the last restart, its arrays."""
        number = max(0, self.taken - 1)
        return f"the batch was number {number}, of {_shown(self.batch)}"

    def next(self) -> tuple[Any, ...]:
        """Return the next batch, as arguments of the loss.

        Raises
        ------
        StreamEnded
            If there is none.
        ArgumentError
            If the iterable raises, or the batch differs from the first in more than length.
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
            self._read = 0

    def _iter(self) -> Iterator[Any]:
        try:
            return iter(self._iterable)
        except Exception as error:
            raise self._raised(error) from error

    def _fetch(self) -> tuple[Any, ...]:
        name = f"batch {self.taken}"
        given = self._item()
        self._read += 1
        try:
            batch = checked(given, self._room)
        except ArgumentError as error:
            raise ArgumentError("data", error.given, error.accepted, f"{name}, {error}") from error
        arrays, structure = jax.tree.flatten(batch)
        kind = (structure, *((array.shape[1:], array.dtype) for array in arrays))
        if self._kind is None:
            self._kind, self._first = kind, _shown(batch)
        if kind != self._kind:
            wanted = f"batches like the first, {self._first}, of any length"
            raise ArgumentError("data", f"{name} of {_shown(batch)}", wanted)
        return batch

    def _item(self) -> object:
        """Return what comes next, at an epoch's end the first batch of the next one."""
        try:
            return next(self._iterator)
        except StopIteration:
            self._end_epoch()
        except Exception as error:
            raise self._raised(error) from error
        try:
            return next(self._iterator)
        except StopIteration:
            raise StreamEnded from None
        except Exception as error:
            raise self._raised(error) from error

    def _end_epoch(self) -> None:
        iterator = self._iter()
        if iterator is self._iterator:
            raise StreamEnded
        self._regular = self._regular and self._length in (0, self._read)
        self._length = self._read
        self._iterator = iterator
        self._read = 0

    def _raised(self, error: Exception) -> ArgumentError:
        self._regular = False
        reason = f"it raised {type(error).__name__}: {error}"
        return ArgumentError("data", self._iterable, "an iterable of batches", reason)


def _length(iterable: object) -> int:
    """Return how many batches an iterable says it has; 0 if it does not."""
    try:
        return len(iterable)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - loaders of streams have a length that raises
        return 0


def _shown(batch: tuple[Any, ...]) -> str:
    """Return dtypes and shapes, with the places of those that are no argument themselves."""
    return ", ".join(
        f"{jax.tree_util.keystr(path[1:])} {array.dtype}{list(array.shape)}".lstrip()
        for path, array in jax.tree_util.tree_leaves_with_path(batch)
    )
