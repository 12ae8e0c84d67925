"""Gradient descent as pure functions: init, step, run. No widget, no clock, no printing."""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gdwidget.checks import MOST_STEPS, whole_number
from gdwidget.checks import learning_rate as checked_rate
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget.problem import Problem

Status = Literal["ready", "converged", "diverged"]

EXACT_SIZE = 10_000
"""Problems that read at most this many numbers are compiled exactly by default."""

MOST_ROWS = 16_384
"""The most steps of one call of the compiled loop."""

_FIRST_ROWS = 256
_LOOP_SECONDS = 0.03
# The last of these would compile a short loop as one function, with multiply-adds fused.
_EXACT = {"xla_disable_hlo_passes": "algsimp,fusion,small-while-loop-hoisting"}


class State(NamedTuple):
    """Everything at one step, before the next one is taken; it never changes.

    Attributes
    ----------
    step : int
        How many steps led here.
    params : mapping of str to numpy.float32
        Value of each parameter; cannot be written to.
    loss : numpy.float32
        Loss at `params`.
    gradient : numpy.float32
        Derivative of the loss in the learning parameter, at `params`.
    learning_rate : numpy.float32
        Rate of the step that led here; at step 0 the rate set at the start.
    optimizer_state : optax.OptState
        What the optimizer remembers; plain gradient descent remembers nothing.
    """

    step: int
    params: Mapping[str, np.float32]
    loss: np.float32
    gradient: np.float32
    learning_rate: np.float32
    optimizer_state: optax.OptState

    @property
    def status(self) -> Status:
        """What follows: ``"ready"``, ``"converged"`` or ``"diverged"``."""
        moved = [*self.params.values(), self.gradient]
        return status_of(self.loss, self.gradient, finite=bool(np.isfinite(moved).all()))


def status_of(
    loss: float | np.float32, gradient: float | np.float32, *, finite: bool = True
) -> Status:
    """Return the status of a step with this loss and gradient.

    ``"diverged"`` if anything is not finite, ``"converged"`` if the loss or the gradient is
    exactly 0, else ``"ready"``.

    Examples
    --------
    >>> status_of(0.0, 0.0), status_of(float("inf"), 1.0), status_of(186.0, 62.0)
    ('converged', 'diverged', 'ready')
    """
    if not (finite and np.isfinite(loss) and np.isfinite(gradient)):
        return "diverged"
    return "converged" if loss == 0 or gradient == 0 else "ready"


class Descent:
    """Gradient descent on a problem: `init`, then `step` or `run`.

    Parameters
    ----------
    problem : Problem
        What is minimised.
    exact : bool, optional
        Whether steps are compiled so that no digit depends on what the compiler fuses, as
        if every operation of ``value_and_grad`` ran alone. By default problems that read at
        most 10,000 numbers are. It costs nothing for a single small step.

    Examples
    --------
    >>> from gdwidget import problems
    >>> descent = Descent(problems.line())
    >>> state = descent.init(0.01)
    >>> str(state.params["W"]), str(state.loss), str(state.gradient)
    ('8.0', '186.0', '62.0')
    >>> state = descent.step(state, 0.01)
    >>> str(state.params["W"]), str(state.loss)
    ('7.38', '149.54607')
    """

    def __init__(self, problem: Problem, *, exact: bool | None = None) -> None:
        if exact is not None and not isinstance(exact, bool):
            raise ArgumentError("exact", exact, "True, False or None")
        self.problem = problem
        self.exact = problem.size <= EXACT_SIZE if exact is None else exact
        options: Any = _EXACT if self.exact else None
        self._init = jax.jit(self._trace_init, compiler_options=options)
        self._step = jax.jit(self._trace_step, compiler_options=options)
        self._loop = jax.jit(self._trace_loop, compiler_options=options)
        self._learning = problem.learning
        self._data = problem.data
        self._seconds_per_step = 0.0

    def init(self, learning_rate: float, params: Mapping[str, object] | None = None) -> State:
        """Return the state at step 0.

        Parameters
        ----------
        learning_rate : float
            Recorded with the state.
        params : mapping of str to float, optional
            Where to start; by default the problem's own start.

        Raises
        ------
        ArgumentError
            If the loss raises there, or loss or gradient are not finite there, or the
            learning rate is not above 0.
        """
        rate = np.float32(checked_rate(learning_rate))
        start = dict(self.problem.started_at(params or {}).start)
        accepted = "a start where the loss and its gradient are finite"
        given = ", ".join(f"{name} = {value!s}" for name, value in start.items())
        try:
            row, optimizer_state = self._init(start, rate, self._data)
            row = np.asarray(row)
        except Exception as error:
            reason = f"the loss raised {type(error).__name__} there"
            raise ArgumentError("start", given, accepted, reason) from error
        state = self._state(0, start, row, optimizer_state)
        if state.status == "diverged":
            reason = f"loss {state.loss!s}, gradient {state.gradient!s} there"
            raise ArgumentError("start", given, accepted, reason)
        return state

    def step(self, state: State, learning_rate: float) -> State:
        """Return the state after one update and one ``value_and_grad``.

        Parameters
        ----------
        state : State
            Where to step from; it is left as it is.
        learning_rate : float
            Rate of this step.

        Raises
        ------
        ArgumentError
            If the learning rate is not above 0.
        """
        rate = np.float32(checked_rate(learning_rate))
        row, optimizer_state = self._step(
            dict(state.params), state.gradient, state.optimizer_state, rate, self._data
        )
        return self._state(state.step + 1, state.params, np.asarray(row), optimizer_state)

    def run(
        self, state: State, learning_rate: float, steps: int
    ) -> tuple[State, NDArray[np.float32]]:
        """Take up to ``steps`` steps in one compiled loop.

        It ends early on converged or diverged, and takes at most so many steps that the call
        stays short (about 0.03 s, 16,384 steps): call it again for the rest.

        Returns
        -------
        State
            The last state.
        numpy.ndarray, shape (taken, 4), dtype float32
            One row a step: parameter, gradient, loss, learning rate.

        Raises
        ------
        ArgumentError
            If ``steps`` is not 1 to 10,000,000 or the learning rate is not above 0.
        """
        steps = whole_number("steps", steps, 1, MOST_STEPS)
        rate = np.float32(checked_rate(learning_rate))
        most = _FIRST_ROWS
        if self._seconds_per_step:
            most = max(1, min(MOST_ROWS, int(_LOOP_SECONDS / self._seconds_per_step)))
        steps = min(steps, most)
        began = time.perf_counter()
        if steps == 1 or self.problem.has_callbacks:
            state = self.step(state, learning_rate)
            rows = row_of(state, self._learning)[None]
        else:
            state, rows = self._run_loop(state, rate, np.int32(steps))
        self._seconds_per_step = (time.perf_counter() - began) / len(rows)
        return state, rows

    def warm_up(self) -> None:
        """Compile step and loop now rather than at the first step."""
        if not self.problem.has_callbacks:
            state = self.init(1.0)
            self.step(state, 1.0)
            self.run(state, 1.0, 2)

    def restore(
        self, step: int, params: Mapping[str, np.float32], row: NDArray[np.float32]
    ) -> State:
        """Return the state that left ``row``; plain gradient descent remembers nothing more.

        Parameters
        ----------
        step : int
            The row's step.
        params : mapping of str to numpy.float32
            Any parameters of the same run; the held ones are taken from it.
        row : numpy.ndarray, shape (4,), dtype float32
            Parameter, gradient, loss, learning rate.
        """
        memory = optax.sgd(1.0).init(row[0])
        return self._state(step, params, row, memory)

    def _run_loop(
        self, state: State, rate: np.float32, steps: np.int32
    ) -> tuple[State, NDArray[np.float32]]:
        taken, rows, memory = self._loop(
            dict(state.params), state.gradient, state.optimizer_state, rate, steps, self._data
        )
        rows = np.asarray(rows)[: int(taken)]
        return self._state(state.step + len(rows), state.params, rows[-1], memory), rows

    def _state(
        self,
        step: int,
        params: Mapping[str, np.float32],
        row: NDArray[np.float32],
        memory: optax.OptState,
    ) -> State:
        now = MappingProxyType({**params, self._learning: row[0]})
        return State(step, now, row[2], row[1], row[3], memory)

    def _trace_init(self, params: Any, rate: Any, data: Any) -> Any:
        loss, gradient = self.problem.value_and_grad(params, data)
        value = params[self.problem.learning]
        return jnp.stack([value, gradient, loss, rate]), optax.sgd(rate).init(value)

    def _trace_step(self, params: Any, gradient: Any, memory: Any, rate: Any, data: Any) -> Any:
        name = self.problem.learning
        updates, memory = optax.sgd(rate).update(gradient, memory, params[name])
        params = {**params, name: optax.apply_updates(params[name], updates)}
        loss, gradient = self.problem.value_and_grad(params, data)
        return jnp.stack([params[name], gradient, loss, rate]), memory

    def _trace_loop(
        self,
        params: Any,
        gradient: Any,
        memory: Any,
        rate: Any,
        steps: Any,
        data: Any,
    ) -> Any:
        name = self.problem.learning

        def unfinished(carry: Any) -> Any:
            taken, row, _, _ = carry
            moving = (row[1] != 0) & (row[2] != 0) & jnp.isfinite(row[:3]).all()
            return (taken < steps) & ((taken == 0) | moving)

        def advance(carry: Any) -> Any:
            taken, row, memory, rows = carry
            row, memory = self._trace_step({**params, name: row[0]}, row[1], memory, rate, data)
            rows = jax.lax.dynamic_update_index_in_dim(rows, row, taken, 0)
            return taken + 1, row, memory, rows

        first = jnp.stack([params[name], gradient, jnp.float32(1), rate])
        rows = jnp.zeros((MOST_ROWS, 4), jnp.float32)
        taken, _, memory, rows = jax.lax.while_loop(
            unfinished, advance, (jnp.int32(0), first, memory, rows)
        )
        return taken, rows, memory


def row_of(state: State, learning: str) -> NDArray[np.float32]:
    """Return the trajectory row of a state: parameter, gradient, loss, learning rate.

    Examples
    --------
    >>> from gdwidget import problems
    >>> row_of(Descent(problems.line()).init(0.01), "W").tolist()[:3]
    [8.0, 62.0, 186.0]
    """
    return np.array(
        [state.params[learning], state.gradient, state.loss, state.learning_rate], np.float32
    )
