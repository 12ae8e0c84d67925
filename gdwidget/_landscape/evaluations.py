"""A loss at many points: within a budget of memory, by the clock, and coarse points first."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import numpy as np

from gdwidget._core.compiled import Compiled
from gdwidget._core.costs import cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdwidget._core.placement import Place

    Point: TypeAlias = NDArray[np.float32] | np.float32
    Timings: TypeAlias = dict[object, float]

MOST_BYTES = 2**28
"""How much memory many points may take at once, beside what a single one takes."""

SLICE_SECONDS = 0.1
"""How long a step may have to wait for what is drawn, unless one evaluation takes longer."""

UNASKED_SECONDS = 0.3
"""For about how long a picture is evaluated that no page has asked for."""

WHOLE_SECONDS = 1.0
"""For how long it is where it has too few points to be seen until then."""

UNASKED_CALLS = 16
"""At how many points for that, where the loss calls back into Python."""

QUICK_OPERATIONS = 1e9
"""What takes about a second at most: so much may be evaluated without a look at the clock."""

_WORTH_MANY = 4


class Evaluations:
    """A function of a point, evaluated at so many points at once as time and memory allow.

    Of a function that is not `quick`, one evaluation is compiled first, and timed. One that
    calls back into Python is called for one point at a time, and NaN where it raises.

    Parameters
    ----------
    function : callable
        ``function(point, others)`` returns a float; traced by jax. The point is an array.
    most : int
        At how many points it is evaluated at most.
    calls_back : bool
        Whether it calls back into Python.
    place : jax.Device or jax.sharding.Sharding, optional
        Where it is evaluated, see `Compiled`.
    timings : dict, optional
        How long an evaluation takes, by what it needs; shared by functions that take as long.
    clock : callable, optional
        Returns the time in seconds.

    Examples
    --------
    >>> squares = Evaluations(lambda point, power: point**power, 9, calls_back=False)
    >>> squares(np.float32([1, 2, 3]), 2).tolist()
    [1.0, 4.0, 9.0]
    """

    def __init__(
        self,
        function: Callable[[Any, Any], Any],
        most: int,
        *,
        calls_back: bool,
        place: Place | None = None,
        timings: Timings | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._timings = {} if timings is None else timings
        self._function = function
        self._most = most
        self._clock = clock
        self.calls_back = calls_back
        self._one = Compiled(function, place=place)
        self._many = Compiled(jax.vmap(function, in_axes=(0, None)), place=place)
        self._operations: dict[object, float] = {}
        self._paces: dict[object, tuple[int, float]] = {}

    def operations(self, point: Point, others: Any) -> float:
        """Return how much one evaluation does; infinite where all points at once are too much."""
        key = _shapes((point, others))
        if key not in self._operations:
            cost = cost_of(self._function, point, others)
            small = not self.calls_back and cost.memory * self._most <= MOST_BYTES
            self._operations[key] = cost.operations if small else math.inf
        return self._operations[key]

    def quick(self, point: Point, others: Any) -> bool:
        """Whether all points may be evaluated at once without a look at the clock."""
        return self.operations(point, others) * self._most <= QUICK_OPERATIONS

    def pace(self, point: Point, others: Any) -> tuple[int, float]:
        """Return how many points are evaluated at once, and about how many seconds that takes."""
        if self.calls_back:
            if None not in self._paces:
                self._one.compiled(point, others)
            return self._paces.setdefault(None, (1, 0.0))
        key = _shapes((point, others))
        if key not in self._paces:
            self._paces[key] = self._measured(point, others)
        return self._paces[key]

    def __call__(self, points: NDArray[np.float32], others: Any) -> NDArray[np.float32]:
        """Return the function's values.

        Parameters
        ----------
        points : numpy.ndarray, shape (n, ...), dtype float32
        others : pytree
            What the function needs beside a point.

        Returns
        -------
        numpy.ndarray, shape (n,), dtype float32
        """
        if self.calls_back:
            return np.array([self._guarded(point, others) for point in points], np.float32)
        if not len(points):
            return np.empty(0, np.float32)
        at_once, _ = self.pace(points[0], others)
        found = []
        for first in range(0, len(points), at_once):
            some = points[first : first + at_once]
            if at_once == 1:
                found.append(np.asarray(self._one(some[0], others))[None])
                continue
            lacking = [(0, at_once - len(some)), *[(0, 0)] * (some.ndim - 1)]
            filled = np.pad(some, lacking, mode="edge")
            found.append(np.asarray(self._many(filled, others))[: len(some)])
        return np.concatenate(found)

    def at_once(self, points: NDArray[np.float32], others: Any) -> NDArray[np.float32]:
        """Return the values of a `quick` function at all points."""
        return np.asarray(self._many(points, others))

    def one(self, point: Point, others: Any) -> float:
        """Return the value at a point."""
        return self._guarded(point, others) if self.calls_back else float(self._one(point, others))

    def _measured(self, point: Point, others: Any) -> tuple[int, float]:
        own = _memory(self._one, point, others)
        key = _shapes(others[-2:] if isinstance(others, tuple) else others)
        if key not in self._timings:
            self._timings[key] = self._timed(self._one, point, others)
        seconds = self._timings[key]
        affordable = SLICE_SECONDS / max(seconds, 1e-9)
        at_once = int(max(1.0, min(self._most, MOST_BYTES / max(1, own), affordable)))
        while at_once >= _WORTH_MANY:
            points = np.broadcast_to(point, (at_once, *point.shape)).copy()
            taken = _memory(self._many, points, others)
            if taken - own <= MOST_BYTES:
                together = self._timed(self._many, points, others)
                return (at_once, together) if together < at_once * seconds else (1, seconds)
            at_once = int(min(at_once - 1, 0.8 * at_once * MOST_BYTES / taken))
        return 1, seconds

    def _timed(self, program: Any, points: Point, others: Any) -> float:
        """Return how long a compiled program takes; where that is short, without warming up."""
        taken = math.inf
        for _ in range(2):
            began = self._clock()
            jax.block_until_ready(program(points, others))  # type: ignore[no-untyped-call]
            taken = min(taken, self._clock() - began)
            if taken > SLICE_SECONDS:
                break
        return taken

    def _guarded(self, point: Point, others: Any) -> float:
        began = self._clock()
        try:
            return float(self._one(point, others))
        except Exception:  # noqa: BLE001 - whatever the user's loss raises is a gap
            return math.nan
        finally:
            self._paces[None] = (1, self._clock() - began)


class Gradual:
    """The values on a grid, evaluated in slices of time: first on a coarse grid, then between.

    Parameters
    ----------
    shape : tuple of int
        Points a side, of each side one more than a multiple of ``coarsest``.
    coarsest : int
        Of how many points each side of the first grid has one, a power of 2; 1 to have no
        coarse grid.
    evaluate : callable
        ``evaluate(indices)`` returns the values at points, by their flat indices.
    pace : callable
        Returns how many points to evaluate at once, and about how many seconds that takes.
    clock : callable, optional
        Returns the time in seconds.

    Attributes
    ----------
    values : numpy.ndarray, dtype float32
        NaN where not evaluated.

    Examples
    --------
    >>> gradual = Gradual((5,), 4, lambda at: at * 10.0, lambda: (1, 0.0))
    >>> gradual.go_on(most=2)
    >>> gradual.stride, gradual.values[:: gradual.stride].tolist(), gradual.more
    (4, [0.0, 40.0], True)
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        coarsest: int,
        evaluate: Callable[[NDArray[np.int64]], NDArray[np.float32]],
        pace: Callable[[], tuple[int, float]],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.values = np.full(shape, np.nan, np.float32)
        places = np.indices(shape).reshape(len(shape), -1)
        strides = [coarsest >> level for level in range(coarsest.bit_length())]
        first = np.full(places.shape[1], len(strides))
        for level, stride in reversed(list(enumerate(strides))):
            first[(places % stride == 0).all(axis=0)] = level
        self._order = np.argsort(first, kind="stable")
        self._ends = [(stride, int((first <= level).sum())) for level, stride in enumerate(strides)]
        self._evaluate, self._pace, self._clock = evaluate, pace, clock
        self._done = 0

    @property
    def more(self) -> bool:
        """Whether there are points left."""
        return self._done < len(self._order)

    @property
    def stride(self) -> int:
        """Of how many points a side one is known; 0 while the coarsest grid is not whole."""
        return next((s for s, end in reversed(self._ends) if end <= self._done), 0)

    def go_on(
        self,
        seconds: float = math.inf,
        most: float = math.inf,
        least: int = 1,
        within: float = math.inf,
    ) -> None:
        """Evaluate more points.

        Parameters
        ----------
        seconds : float, optional
            For about how long.
        most : float, optional
            At how many points at most.
        least : int, default 1
            At how many even where that takes longer.
        within : float, optional
            But not where even those would take longer than this.
        """
        self._pace()
        began, before = self._clock(), self._done
        while self.more:
            at_once, pace = self._pace()
            done, taken = self._done - before, self._clock() - began
            slices = math.ceil((least - done) / at_once)
            owed = slices > 0 and taken + slices * pace <= within
            if done >= most or (not owed and taken + pace > seconds):
                return
            some = self._order[self._done : self._done + int(min(at_once, most - done))]
            self.values.flat[some] = self._evaluate(some)
            self._done += len(some)


def go_on_unasked(gradual: Gradual, least: int, *, calls_back: bool) -> None:
    """Evaluate more points of a picture that no page has asked for.

    Parameters
    ----------
    gradual : Gradual
        What is evaluated.
    least : int
        With how many points there is something to be seen.
    calls_back : bool
        Whether the loss calls back into Python.
    """
    most = max(UNASKED_CALLS, least) if calls_back else math.inf
    gradual.go_on(UNASKED_SECONDS, most, least, WHOLE_SECONDS)


def _memory(program: Compiled, *arguments: Any) -> int:
    """Return how many bytes a compiled program takes beside its arguments."""
    known = program.compiled(*arguments).memory_analysis()
    return int(known.temp_size_in_bytes + known.output_size_in_bytes) if known else 0


def _shapes(tree: Any) -> object:
    leaves, structure = jax.tree.flatten(tree)
    return structure, tuple((np.shape(leaf), str(jax.dtypes.result_type(leaf))) for leaf in leaves)
