"""Learning rates: a number, a named decay of it, or any optax schedule."""

from __future__ import annotations

import copy
import functools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gdwidget._core.compiled import Compiled
from gdwidget._core.exactness import exact_options, in_32_bits
from gdwidget._core.placement import cpu
from gdwidget._validation import did_you_mean, whole_number
from gdwidget._validation import learning_rate as checked_rate
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Schedule = Callable[[Any], Any]

CONSTANT = "constant"
CUSTOM = "custom"
"""The name of a schedule that was handed in."""

_MOST_SPAN = 2**31 - 1
_BLOCK = 1_024
_MOST_BLOCKS = 64
_MOST_DECAYS = 64
_FLOOR = 0.1
_SKETCH_POINTS = 65


def _exponential(rate: float, steps: int) -> Any:
    return optax.exponential_decay(rate, transition_steps=steps, decay_rate=_FLOOR)


def _inverse_time(rate: float, steps: int) -> Any:
    slope = (1 / _FLOOR - 1) / steps
    return lambda count: rate / (1 + slope * count)


def _cosine(rate: float, steps: int) -> Any:
    return optax.cosine_decay_schedule(rate, decay_steps=steps)


def _step(rate: float, steps: int) -> Any:
    third = max(1, steps // 3)
    return optax.piecewise_constant_schedule(rate, {third: 0.3, 2 * third: 0.3})


def _warm_up(rate: float, steps: int) -> Any:
    return optax.warmup_cosine_decay_schedule(
        init_value=_FLOOR * rate,
        peak_value=rate,
        warmup_steps=max(1, steps // 5),
        decay_steps=max(2, steps),
    )


DECAYS: dict[str, Callable[[float, int], Any]] = {
    "exponential": _exponential,
    "inverse_time": _inverse_time,
    "cosine": _cosine,
    "step": _step,
    "warmup_cosine": _warm_up,
}
"""What makes each decay from its rate and its steps, by name."""

NAMES = (CONSTANT, *DECAYS)
"""The decays that are known by name."""


def decayed(name: str, rate: float, steps: int) -> Any:
    """Return a named decay as an optax schedule, a function of the step.

    Over ``steps`` steps ``"exponential"`` and ``"inverse_time"`` come down to a tenth of the
    rate and go on falling, ``"cosine"`` comes down to 0, ``"step"`` falls to 0.3 of what it
    was at each third, and ``"warmup_cosine"`` rises from a tenth to the rate in the first fifth
    and comes down to 0 as the cosine does.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    rate : float
        The learning rate at its highest.
    steps : int
        How many steps the decay is made for, at least 1.

    Raises
    ------
    ArgumentError
        If there is no such decay; it lists those there are, the nearest one first.

    Examples
    --------
    >>> schedule = decayed("inverse_time", 0.1, 90)
    >>> schedule(0), schedule(90)
    (0.1, 0.01)
    """
    if name == CONSTANT:
        return optax.constant_schedule(rate)
    if name not in DECAYS:
        raise ArgumentError("decay", name, f"one of {', '.join(NAMES)}", did_you_mean(name, NAMES))
    return DECAYS[name](rate, whole_number("steps", steps, 1, _MOST_SPAN))


def _sketched_steps(steps: int) -> list[int]:
    """Return the steps from 0 to ``steps``, both included, at which rates are drawn."""
    points = min(_SKETCH_POINTS, steps + 1)
    return [int(step) for step in np.linspace(0, steps, points)]


@functools.lru_cache(maxsize=_MOST_DECAYS)
def _decay(name: str, rate: float, steps: int) -> tuple[Schedule, dict[int, NDArray[np.float32]]]:
    """Return a schedule, and where its rates are kept: to compile it takes longer than a step."""
    return decayed(name, rate, steps), {}


@functools.lru_cache(maxsize=_MOST_DECAYS)
def shape(name: str, steps: int) -> tuple[float, ...]:
    """Return a named decay from 1 on, as `Rates.sketch` does; kept, for it takes long."""
    decay = decayed(name, 1.0, steps)
    with in_32_bits():
        return tuple(float(decay(step)) for step in _sketched_steps(steps))


class Rates:
    """The learning rate of every step.

    Parameters
    ----------
    learning_rate : float or callable
        A number above 0, or an optax schedule ``schedule(step)``, step 0 being the first.
    decay : str, default "constant"
        What becomes of a number, see `decayed`.
    steps : int, default 50
        How many steps the decay is made for.

    Attributes
    ----------
    steps : int
        How many steps the decay is made for.
    key : tuple
        Equal for rates that are equal at every step.

    Raises
    ------
    ArgumentError
        If an argument is not as said.

    Examples
    --------
    >>> Rates(0.5).at(7, 2).tolist()
    [0.5, 0.5]
    >>> Rates(optax.linear_schedule(1.0, 0.0, 4)).at(1, 3).tolist()
    [0.75, 0.5, 0.25]
    """

    def __init__(self, learning_rate: Any, decay: str = CONSTANT, steps: int = 50) -> None:
        self._blocks: dict[int, NDArray[np.float32]] = {}
        self._evaluate: Compiled | None = None
        self.schedule: Schedule | None = None
        if callable(learning_rate) and not hasattr(learning_rate, "dtype"):
            self.decay, self.schedule = CUSTOM, learning_rate
            self.peak, self.steps = 0.0, steps
            self.key: tuple[object, ...] = (CUSTOM, learning_rate)
            self.peak = float(self.at(0, 1)[0])
            return
        self.peak = checked_rate(learning_rate)
        self.steps = steps
        self.decay = decay
        self.key = (decay, self.peak) if decay == CONSTANT else (decay, self.peak, steps)
        if decay != CONSTANT:
            self.schedule, self._blocks = _decay(decay, self.peak, steps)

    @property
    def constant(self) -> bool:
        """Whether all rates are one."""
        return self.schedule is None

    def at(self, step: int, steps: int) -> NDArray[np.float32]:
        """Return the rates of some steps.

        Parameters
        ----------
        step : int
            The first one: the step from state ``step`` to the next.
        steps : int
            At most how many.

        Returns
        -------
        numpy.ndarray, shape (at least 1, at most steps), dtype float32
            It ends before the first that is no rate.

        Raises
        ------
        ArgumentError
            If the first is no rate: not finite, or below 0.
        """
        if self.schedule is None:
            return np.full(steps, self.peak, np.float32)
        block, offset = divmod(step, _BLOCK)
        rates = self._block(block)[offset : offset + steps]
        bad = np.flatnonzero(~(np.isfinite(rates) & (rates >= 0)))
        if len(bad) and bad[0] == 0:
            accepted = "a schedule that returns finite numbers, 0 or more"
            given = f"a schedule that returns {rates[0]} at step {step}"
            raise ArgumentError("learning_rate", given, accepted)
        return rates[: bad[0]] if len(bad) else rates

    def over(self, steps: int) -> Rates:
        """Return the same rates for runs of so many steps."""
        if self.decay != CUSTOM:
            return Rates(self.peak, self.decay, steps)
        again = copy.copy(self)
        again.steps = steps
        return again

    def sketch(self, steps: int) -> list[float]:
        """Return the rates from step 0 to ``steps``, few enough to draw; none if constant."""
        if self.constant:
            return []
        wanted = _sketched_steps(steps)
        rates = [float(self._block(at // _BLOCK)[at % _BLOCK]) for at in wanted]
        return [rate if np.isfinite(rate) else 0.0 for rate in rates]

    def _block(self, block: int) -> NDArray[np.float32]:
        rates = self._blocks.get(block)
        if rates is None:
            rates = self._evaluated(np.arange(_BLOCK) + block * _BLOCK)
            for oldest in list(self._blocks)[:-_MOST_BLOCKS]:
                self._blocks.pop(oldest, None)  # another thread may have been quicker
            self._blocks[block] = rates
        return rates

    def _evaluated(self, steps: NDArray[np.int64]) -> NDArray[np.float32]:
        schedule = self.schedule
        assert schedule is not None  # noqa: S101 - for mypy; only schedules come here
        counts = steps.astype(np.int32)
        try:
            if self._evaluate is None:
                one_by_one = lambda all_: jax.lax.map(  # noqa: E731
                    lambda count: jnp.asarray(schedule(count), jnp.float32).reshape(()), all_
                )
                self._evaluate = Compiled(one_by_one, exact_options(), cpu())
            with in_32_bits():
                return np.asarray(self._evaluate(counts))
        except Exception:  # noqa: BLE001 - it may take plain numbers only
            return self._called(counts)

    def _called(self, counts: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the rates of a schedule that jax cannot trace; one that raises is no rate.

        Raises
        ------
        ArgumentError
            If there is not even a first rate.
        """
        schedule: Any = self.schedule
        rates = np.full(len(counts), np.nan, np.float32)
        for index, count in enumerate(counts.tolist()):
            try:
                rates[index] = float(schedule(count))
            except Exception as error:
                if count > 0:
                    break
                reason = f"it raised {type(error).__name__}: {error}"
                accepted = "a number above 0, or a schedule: a function of the step"
                raise ArgumentError("learning_rate", schedule, accepted, reason) from error
        return rates
