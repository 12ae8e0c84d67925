"""The loss on a line through the parameters, and the stretch of it that is worth drawing."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gdwidget.checks import real_number
from gdwidget.errors import ArgumentError
from gdwidget.evaluations import Evaluations, Gradual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget.problem import Problem

POINTS = 257
"""How many points a curve has."""

_FAR = 100
_ALMOST = 0.01
_COARSEST = 32
_WALK_SECONDS = 0.3
_MOST_WALKED = 12
_SEARCH_DOUBLINGS = (-10, 40)
_ROUNDING = 1e-6
_LARGEST = float(np.finfo(np.float32).max)


class Curve(NamedTuple):
    """The loss on an interval of one number that learns.

    Attributes
    ----------
    values : numpy.ndarray, shape (n,), dtype float32
        Values of that number, evenly spaced and ascending: 257, or fewer so far.
    losses : numpy.ndarray, shape (n,), dtype float32
        The loss at each; not finite where the loss is not.
    more : bool
        Whether there are points yet to be evaluated.
    """

    values: NDArray[np.float32]
    losses: NDArray[np.float32]
    more: bool = False


class Line(NamedTuple):
    """A curve that is being evaluated."""

    values: NDArray[np.float32]
    gradual: Gradual

    @property
    def curve(self) -> Curve:
        """What is known: no point until there are nine."""
        stride = self.gradual.stride or POINTS
        shown = slice(None, None, stride) if stride <= _COARSEST else slice(0)
        return Curve(self.values[shown], self.gradual.values[shown], self.gradual.more)


class Landscape:
    """The loss of a problem as a function of one number that learns, the others held.

    Parameters
    ----------
    problem : Problem
        Whose loss is drawn.
    along : str, optional
        Name of that number, one of the recorded ones; by default the first.

    Raises
    ------
    ArgumentError
        If there is no such number.

    Examples
    --------
    >>> from gdwidget import problems
    >>> problem = problems.line()
    >>> curve = Landscape(problem).line(-6, 10, problem.start)
    >>> float(curve.values[128]), float(curve.losses[128])
    (2.0, 0.0)
    """

    def __init__(self, problem: Problem, along: str | None = None) -> None:
        recorded = problem.parameters.recorded
        if along is not None and along not in recorded:
            raise ArgumentError("along", along, f"one of {', '.join(recorded)}")
        self._problem = problem
        self.along = along or recorded[0]
        position = recorded.index(self.along)

        def at(value: Any, others: tuple[Any, Any]) -> Any:
            held, data = others
            numbers = problem.parameters.flatten(held).at[position].set(value)
            return problem.silent(problem.parameters.unflatten(numbers, held), data)

        self._position = position
        self._evaluations = Evaluations(at, POINTS, calls_back=problem.has_callbacks)

    def line(
        self,
        low: float,
        high: float,
        held: Mapping[str, Any],
        data: Any = None,
    ) -> Curve:
        """Evaluate the loss between two values of the number.

        Parameters
        ----------
        low, high : float
            Ends of the interval, ``low < high``.
        held : mapping of str to float or pytree
            Value of each parameter; that of the number itself is ignored.
        data : sequence of array, optional
            What the loss reads, such as one batch; by default all data.

        Returns
        -------
        Curve
            Not finite where the loss is not, or where it raises.

        Raises
        ------
        ArgumentError
            If the ends are not finite or not in order.
        """
        line = self.begun(low, high, held, data)
        line.gradual.go_on()
        return line.curve

    def begun(
        self,
        low: float,
        high: float,
        held: Mapping[str, Any],
        data: Any = None,
    ) -> Line:
        """Return the same curve with nothing evaluated, for a loss that may take long.

        Parameters
        ----------
        low, high, held, data
            As in `line`.
        """
        low, high = real_number("low", low), real_number("high", high)
        if not low < high:
            raise ArgumentError("low", low, f"a number below high ({high})")
        values = np.linspace(low, high, POINTS).astype(np.float32)
        others = self._others(held, data)
        quick = self._evaluations.quick(values[0], others)

        def losses(indices: NDArray[np.int64]) -> NDArray[np.float32]:
            return self._losses(values[indices], others)

        def pace() -> tuple[int, float]:
            return (POINTS, 0.0) if quick else self._evaluations.pace(values[0], others)

        return Line(values, Gradual((POINTS,), 1 if quick else POINTS - 1, losses, pace))

    @property
    def calls_back(self) -> bool:
        """Whether the loss calls back into Python."""
        return self._evaluations.calls_back

    def extent(self, start: Mapping[str, Any]) -> tuple[float, float]:
        """Return an interval that shows the way from the start down to the minimum.

        The nearest minimum downhill from the start is in the middle, the start well inside.
        Where the loss falls without end the interval is centred on the start. A problem's
        own view is taken, widened to hold the start.

        Parameters
        ----------
        start : mapping of str to float or pytree
            Starting value of each parameter.

        Returns
        -------
        low, high : float
        """
        origin = float(self._problem.parameters.flatten(start)[self._position])
        if self._problem.view and self._position == 0:
            low, high = self._problem.view
            return min(low, origin), max(high, origin)
        scale = max(1.0, abs(origin))
        if not self._evaluations.quick(np.float32(origin), self._others(start)):
            lowest = self._walked(origin, scale, start)
            reach = max(1.25 * abs(origin - lowest), scale)
            return _rounded(lowest - reach, lowest + reach)
        minimum = self._minimum(origin, scale, start)
        if minimum is not None and abs(minimum - origin) > _FAR * scale:
            minimum = self._foot(origin, minimum, start)
        if minimum is None or minimum == origin:
            return _rounded(origin - scale, origin + scale)
        reach = max(1.25 * abs(origin - minimum), 0.05 * scale)
        return _rounded(minimum - reach, minimum + reach)

    def _foot(self, origin: float, minimum: float, start: Mapping[str, Any]) -> float:
        """Return where on the way to a far minimum the loss has almost come down to it."""
        way = np.concatenate([[0.0], np.geomspace(1e-9, 1.0, POINTS - 1)])
        values = (origin + (minimum - origin) * way).astype(np.float32)
        losses = self._at(values, start).losses
        low = losses[-1] + _ALMOST * (losses[0] - losses[-1])
        return float(values[np.argmax(losses <= low)])

    def _minimum(self, origin: float, scale: float, start: Mapping[str, Any]) -> float | None:
        side = POINTS // 2
        strides = scale * 2.0 ** np.linspace(*_SEARCH_DOUBLINGS, side)
        offsets = np.concatenate([-strides[::-1], [0.0], strides])
        with np.errstate(over="ignore"):
            values = (origin + offsets).astype(np.float32)
        curve = self._at(values, start)
        losses = np.where(np.isfinite(curve.losses), curve.losses, np.inf)
        bottom = _walk_down(losses, side)
        if bottom in (0, len(losses) - 1) or not np.isfinite(losses[bottom]):
            return None
        low, high = curve.values[bottom - 1], curve.values[bottom + 1]
        if not np.isfinite([low, high]).all():
            return None
        if not low < high:
            return origin
        curve = self.line(low, high, start)
        losses = np.where(np.isfinite(curve.losses), curve.losses, np.inf)
        return float(curve.values[losses.argmin()])

    def _walked(self, origin: float, scale: float, start: Mapping[str, Any]) -> float:
        """Return about where the minimum is, by few evaluations and in little time."""
        others = self._others(start)
        if self._evaluations.pace(np.float32(origin), others)[1] > _WALK_SECONDS:
            return origin
        began = time.perf_counter()

        def loss(value: float) -> float:
            found = float(self._evaluations.one(np.float32(value), others))
            return found if math.isfinite(found) else math.inf

        stride, here = scale / 4, loss(origin)
        sides = [loss(origin + sign * stride) for sign in (-1, 1)]
        if not min(sides) < here:
            return origin
        sign = -1 if sides[0] < sides[1] else 1
        best, low = origin + sign * stride, min(sides)
        for _ in range(_MOST_WALKED - 3):
            stride *= 2
            ahead = loss(origin + sign * stride)
            if not ahead < low or time.perf_counter() - began > _WALK_SECONDS:
                break
            best, low = origin + sign * stride, ahead
        return best

    def _at(self, values: NDArray[np.float32], held: Mapping[str, Any]) -> Curve:
        return Curve(values, self._losses(values, self._others(held)))

    def _losses(self, values: NDArray[np.float32], others: Any) -> NDArray[np.float32]:
        if self._evaluations.quick(values[0], others):
            return self._evaluations.at_once(values, others)
        return self._evaluations(values, others)

    def _others(self, held: Mapping[str, Any], data: Any = None) -> tuple[dict[str, Any], Any]:
        return self._problem.given(held), self._problem.data if data is None else data


def _rounded(low: float, high: float) -> tuple[float, float]:
    """Return the ends moved outwards to numbers that read well on an axis."""
    unit = 10.0 ** math.floor(math.log10((high - low) / 5))
    low, high = math.floor(low / unit) * unit, math.ceil(high / unit) * unit
    low, high = float(f"{low:.12g}"), float(f"{high:.12g}")
    return max(low, -_LARGEST), min(high, _LARGEST)


def _walk_down(losses: NDArray[np.float32], start: int) -> int:
    """Return the index of the first minimum downhill from the middle, ``start``.

    A rise within rounding is none: far from a minimum, losses side by side are almost equal.
    """
    left, right = losses[start::-1], losses[start:]
    apart = np.flatnonzero(_rises(np.minimum(left, right), np.maximum(left, right)))
    if not len(apart):
        return start
    side, sign = (left, -1) if left[apart[0]] < right[apart[0]] else (right, 1)
    ends = np.flatnonzero(_rises(np.minimum.accumulate(side), side))
    return start + sign * int(side[: ends[0] if len(ends) else None].argmin())


def _rises(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.bool_]:
    return after > before + _ROUNDING * np.abs(before)
