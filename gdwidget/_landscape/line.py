"""The loss on a line through the parameters, and the stretch of it that is worth drawing."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gdwidget._landscape.evaluations import Evaluations, Gradual
from gdwidget._landscape.framing import NEAREST
from gdwidget._validation import real_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
    from gdwidget._landscape.evaluations import Timings

POINTS = 257
"""How many points a curve has."""

FEWEST = 9
"""With how many a curve can be seen."""

_FAR = 100
_ALMOST = 0.01
_COARSEST = 32
_WALK_SECONDS = 0.3
_MOST_WALKED = 12
_SEARCH_DOUBLINGS = (-10, 40)
_WIDER = 2.0**40
_MOST_NARROWED = 20
_APART = 8
_NARROWER = 32
_STRIDES = 10
_ROUNDING = 1e-6
_SMALLEST, _LARGEST = (float(getattr(np.finfo(np.float32), end)) for end in ("tiny", "max"))
_EPS = float(np.finfo(np.float32).eps)


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


class ShownCurve(NamedTuple):
    """A curve with the ends of the view of it that is shown first; it may reach further."""

    curve: Curve
    low: float
    high: float


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
    timings : dict, optional
        How long the loss takes, shared by all that evaluate it.

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

    def __init__(
        self, problem: Problem, along: str | None = None, timings: Timings | None = None
    ) -> None:
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
        self._evaluations = Evaluations(
            at,
            POINTS,
            calls_back=problem.has_callbacks,
            place=problem.place,
            timings=timings,
        )

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

    def extent(self, start: Mapping[str, Any], stride: float = 0.0) -> tuple[float, float]:
        """Return an interval that shows the way from the start down to the minimum.

        The nearest minimum downhill from the start is in the middle, the start well inside:
        how far it is to there says how wide the interval is, whatever the numbers' size. Where
        the loss falls without end, or the start is a minimum, the interval is centred on the
        start and as wide as that is large. A problem's own view is taken, widened to hold the
        start.

        Parameters
        ----------
        start : mapping of str to float or pytree
            Starting value of each parameter.
        stride : float, optional
            How far the first step goes: ten of them are shown where the loss itself does not
            tell how much to show.

        Returns
        -------
        low, high : float

        Examples
        --------
        >>> from gdwidget import Problem
        >>> problem = Problem(lambda W: (1e6 * W) ** 2, 1e-6)
        >>> Landscape(problem).extent(problem.start)
        (-1.3e-06, 1.3e-06)
        """
        origin = float(self._problem.parameters.flatten(start)[self._position])
        if self._problem.view and self._position == 0:
            low, high = self._problem.view
            return min(low, origin), max(high, origin)
        about = max(abs(origin), _STRIDES * stride) or 1.0
        if self._evaluations.quick(np.float32(origin), self._others(start)):
            minimum = self._minimum(origin, start)
            reach = 0.0
        else:
            minimum, reach = self._walked(origin, about, start)
        if minimum is None or abs(minimum - origin) <= NEAREST / 4 * abs(origin):
            return _rounded(origin - about, origin + about)
        reach = max(1.25 * abs(origin - minimum), reach, NEAREST * abs(origin))
        return _rounded(minimum - reach, minimum + reach)

    def _foot(self, origin: float, minimum: float, start: Mapping[str, Any]) -> float:
        """Return where on the way to a far minimum the loss has almost come down to it.

        That is the minimum itself, unless the loss levels off long before.
        """
        way = np.concatenate([[0.0], np.geomspace(1e-9, 1.0, POINTS - 1)])
        values = (origin + (minimum - origin) * way).astype(np.float32)
        losses = self._at(values, start).losses
        low = losses[-1] + _ALMOST * (losses[0] - losses[-1])
        foot = float(values[np.argmax(losses <= low)])
        return foot if abs(foot - origin) < abs(minimum - origin) / 2 else minimum

    def _minimum(self, origin: float, start: Mapping[str, Any]) -> float | None:
        """Return where the first minimum downhill is; None where the loss falls without end.

        It is looked for at strides that double: from some as small as the start itself to the
        end of float32, then ever more narrowly, until it can be told from the start.
        """
        scale, side = abs(origin) or 1.0, POINTS // 2
        strides = 2.0 ** np.linspace(*_SEARCH_DOUBLINGS, side)
        found = None
        while found is None and scale < _LARGEST:
            offsets = scale * np.concatenate([-strides[::-1], [0.0], strides])
            with np.errstate(over="ignore"):
                values = (origin + offsets).astype(np.float32)
            losses = self._at(values, start).losses
            bottom = _walk_down(np.where(np.isnan(losses), np.inf, losses), side)
            level = bottom == side and not _rises(losses[side], losses).any()
            if 0 < bottom < len(losses) - 1 and not level:
                found = values[bottom - 1], values[bottom + 1], losses[bottom]
            scale *= _WIDER
        if found is None or not np.isfinite(found).all():
            return None
        low, high, _ = map(float, found)
        minimum = self._narrowed(low, high, origin, start) if low < high else origin
        here, lowest = self._at(np.array([origin, minimum], np.float32), start).losses
        if not _rises(lowest, here):
            return origin
        far = abs(minimum - origin) > _FAR * (abs(origin) or 1.0)
        return self._foot(origin, minimum, start) if far else minimum

    def _narrowed(self, low: float, high: float, origin: float, start: Mapping[str, Any]) -> float:
        """Return where between two values the loss is least, told from the start if possible."""
        minimum = origin
        for _ in range(_MOST_NARROWED):
            curve = self.line(low, high, start)
            losses = np.where(np.isnan(curve.losses), np.inf, curve.losses)
            away = np.abs(curve.values.astype(np.float64) - origin)
            minimum = float(curve.values[np.where(losses == losses.min(), away, np.inf).argmin()])
            apart = (high - low) / (POINTS - 1)
            if abs(minimum - origin) > _APART * apart or apart <= _EPS * abs(origin) + _SMALLEST:
                break
            low, high = minimum - 2 * apart, minimum + 2 * apart
        return minimum

    def _walked(
        self, origin: float, scale: float, start: Mapping[str, Any]
    ) -> tuple[float | None, float]:
        """Return about where the minimum is, and how exactly, by few evaluations in little time."""
        others = self._others(start)
        if self._evaluations.pace(np.float32(origin), others)[1] > _WALK_SECONDS:
            return None, scale
        began, left = time.perf_counter(), _MOST_WALKED

        def loss(value: float) -> float:
            nonlocal left
            left -= 1
            found = float(self._evaluations.one(np.float32(value), others))
            return found if math.isfinite(found) else math.inf

        def over(wanted: int) -> bool:
            return left < wanted or time.perf_counter() - began > _WALK_SECONDS

        here = loss(origin)
        while True:
            stride = scale / 4
            sides = [loss(origin + sign * stride) for sign in (-1, 1)]
            if min(sides) < here:
                break
            scale /= _NARROWER
            if over(2) or scale < NEAREST / 2 * abs(origin):
                return None, scale
        sign = -1 if sides[0] < sides[1] else 1
        best, low = origin + sign * stride, min(sides)
        while not over(1):
            stride *= 2
            ahead = loss(origin + sign * stride)
            if not ahead < low:
                break
            best, low = origin + sign * stride, ahead
        return best, scale

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
    From a hilltop, on which both sides are the same, it goes to the right.
    """
    left, right = losses[start::-1], losses[start:]
    apart = np.flatnonzero(_rises(np.minimum(left, right), np.maximum(left, right)))
    if not len(apart) and not _rises(right, right[:1]).any():
        return start
    leftwards = len(apart) > 0 and left[apart[0]] < right[apart[0]]
    side, sign = (left, -1) if leftwards else (right, 1)
    ends = np.flatnonzero(_rises(np.minimum.accumulate(side), side))
    return start + sign * int(side[: ends[0] if len(ends) else None].argmin())


def _rises(before: Any, after: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return after > before + _ROUNDING * np.abs(before)
