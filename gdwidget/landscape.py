"""The loss on a line through the parameters, and the stretch of it that is worth drawing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from gdwidget.checks import real_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget.problem import Problem

POINTS = 257
"""How many points a curve has."""

_FAR = 100
_ALMOST = 0.01
_NUMBERS_AT_ONCE = 4_000_000
_SEARCH_DOUBLINGS = (-10, 40)
_ROUNDING = 1e-6
_LARGEST = float(np.finfo(np.float32).max)


class Curve(NamedTuple):
    """The loss on an interval of the learning parameter.

    Attributes
    ----------
    values : numpy.ndarray, shape (257,), dtype float32
        Values of the learning parameter, evenly spaced and ascending.
    losses : numpy.ndarray, shape (257,), dtype float32
        The loss at each; not finite where the loss is not.
    """

    values: NDArray[np.float32]
    losses: NDArray[np.float32]


class Landscape:
    """The loss of a problem as a function of its learning parameter, the others held.

    Parameters
    ----------
    problem : Problem
        Whose loss is drawn.

    Examples
    --------
    >>> from gdwidget import problems
    >>> problem = problems.line()
    >>> curve = Landscape(problem).line(-6, 10, problem.start)
    >>> float(curve.values[128]), float(curve.losses[128])
    (2.0, 0.0)
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        batch_size = max(1, min(POINTS, _NUMBERS_AT_ONCE // problem.size))

        def losses(values: Any, held: Any, data: Any) -> Any:
            def at(value: Any) -> Any:
                return problem.silent({**held, problem.learning: value}, data)

            return jax.lax.map(at, values, batch_size=batch_size)

        self._losses = jax.jit(losses)
        self._one = jax.jit(problem.silent)

    def line(self, low: float, high: float, held: Mapping[str, np.float32]) -> Curve:
        """Evaluate the loss between two values of the learning parameter.

        Parameters
        ----------
        low, high : float
            Ends of the interval, ``low < high``.
        held : mapping of str to float
            Value of each parameter; that of the learning one is ignored.

        Returns
        -------
        Curve
            Not finite where the loss is not, or where it raises.

        Raises
        ------
        ArgumentError
            If the ends are not finite or not in order.
        """
        low, high = real_number("low", low), real_number("high", high)
        if not low < high:
            raise ArgumentError("low", low, f"a number below high ({high})")
        return self._at(np.linspace(low, high, POINTS).astype(np.float32), held)

    def extent(self, start: Mapping[str, np.float32]) -> tuple[float, float]:
        """Return an interval that shows the way from the start down to the minimum.

        The nearest minimum downhill from the start is in the middle, the start well inside.
        Where the loss falls without end the interval is centred on the start.

        Parameters
        ----------
        start : mapping of str to float
            Starting value of each parameter.

        Returns
        -------
        low, high : float
        """
        origin = float(start[self._problem.learning])
        scale = max(1.0, abs(origin))
        minimum = self._minimum(origin, scale, start)
        if minimum is not None and abs(minimum - origin) > _FAR * scale:
            minimum = self._foot(origin, minimum, start)
        if minimum is None or minimum == origin:
            return _rounded(origin - scale, origin + scale)
        reach = max(1.25 * abs(origin - minimum), 0.05 * scale)
        return _rounded(minimum - reach, minimum + reach)

    def _foot(self, origin: float, minimum: float, start: Mapping[str, np.float32]) -> float:
        """Return where on the way to a far minimum the loss has almost come down to it."""
        way = np.concatenate([[0.0], np.geomspace(1e-9, 1.0, POINTS - 1)])
        values = (origin + (minimum - origin) * way).astype(np.float32)
        losses = self._at(values, start).losses
        low = losses[-1] + _ALMOST * (losses[0] - losses[-1])
        return float(values[np.argmax(losses <= low)])

    def _minimum(
        self, origin: float, scale: float, start: Mapping[str, np.float32]
    ) -> float | None:
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

    def _at(self, values: NDArray[np.float32], held: Mapping[str, np.float32]) -> Curve:
        if self._problem.has_callbacks:
            losses = [self._guarded({**held, self._problem.learning: v}) for v in values]
            return Curve(values, np.array(losses, np.float32))
        losses = self._losses(values, dict(held), self._problem.data)
        return Curve(values, np.asarray(losses))

    def _guarded(self, params: Mapping[str, Any]) -> float:
        try:
            return float(self._one(params, self._problem.data))
        except Exception:  # noqa: BLE001 - whatever the user's loss raises is a gap in the curve
            return float("nan")


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
