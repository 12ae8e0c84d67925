"""Gradient descent as pure functions: init, step, run. No widget, no clock, no printing."""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from gdwidget._core import failures
from gdwidget._core.batching import MOST_SEED, Batches
from gdwidget._core.exactness import checked_by_jax
from gdwidget._core.optimizers import CUSTOM, Optimizer
from gdwidget._core.schedules import Rates
from gdwidget._core.stepper import Stepper
from gdwidget._validation import MOST_STEPS, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
    from gdwidget._core.state import State, Status

QUICK_SECONDS = 0.05
"""A step that takes longer is not taken before it is asked for: it would keep others waiting."""

_FIRST_ROWS = 256
_FEW_FIRST_ROWS = 16
_LOOP_SECONDS = 0.03


class NextUpdate(NamedTuple):
    """The update that follows a state.

    Attributes
    ----------
    values : dict of str to float
        Where it leads each recorded number.
    terms : dict of str to float
        What the optimizer remembers of the first number, with the gradient taken in, and
        the ``"step"`` it makes of it.
    """

    values: dict[str, float]
    terms: dict[str, float]


class Descent:
    """Gradient descent on a problem: `init`, then `step` or `run`.

    Parameters
    ----------
    problem : Problem
        What is minimised.
    optimizer : str, optax.GradientTransformation, optax.MultiSteps or callable, default "sgd"
        What makes the updates, see `optimizers.Optimizer.of`.
    batch_size : int, optional
        Samples a step, 1 to n; all without. Each epoch is a new shuffle, see `Batches`.
    seed : int, default 0
        Seed of the shuffles.
    exact : bool, optional
        Whether steps are compiled so that no digit depends on what the compiler fuses, as
        if every operation of ``value_and_grad`` ran alone. By default problems that read at
        most 10,000 numbers, and of which at most 32 learn, are. It costs nothing for a single
        small step, but takes three times as long to compile for a network.

    Attributes
    ----------
    batches : Batches or None
        None where every step reads all data, and for a stream.
    extras : tuple of str
        Names of the columns of a row after the first four.
    place : jax.Device or jax.sharding.Sharding
        Where steps are computed: exact ones on the CPU; others where the data were put, or on
        jax's default device.
    seconds_per_step : float
        What a step took lately; 0 before the first.

    Raises
    ------
    ArgumentError
        If an argument is not as said.

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

    def __init__(
        self,
        problem: Problem,
        *,
        optimizer: object = "sgd",
        batch_size: int | None = None,
        seed: int = 0,
        exact: bool | None = None,
    ) -> None:
        if exact is not None and not isinstance(exact, bool):
            raise ArgumentError("exact", exact, "True, False or None")
        self.problem = problem
        self.exact = problem.placement.exact if exact is None else exact
        self.optimizer = Optimizer.of(optimizer)
        self.batches = _batches(problem, batch_size, seed)
        self.seed = seed
        self._stepper = Stepper(problem, self.optimizer, self.batches, exact=self.exact)
        self.place = self._stepper.place
        self.extras = self._stepper.program.extras
        self.seconds_per_step = 0.0
        self._compiled: set[bool] = set()
        if self.optimizer.name == CUSTOM:
            program = self._stepper.program
            failures.check_optimizer(self.optimizer, problem, self.batches, program)

    @property
    def restorable(self) -> bool:
        """Whether a row is all there is to know of a state."""
        return self.optimizer.plain and self.problem.parameters.complete

    @property
    def has_loop(self) -> bool:
        """Whether the loop of `run` is compiled: it has taken steps."""
        return False in self._compiled

    @property
    def repeatable(self) -> bool:
        """Whether a step can be taken again; the batches of a stream are gone."""
        return self.problem.stream is None

    def init(
        self, learning_rate: float | Rates, params: Mapping[str, object] | None = None
    ) -> State:
        """Return the state at step 0.

        Parameters
        ----------
        learning_rate : float or Rates
            That of the first step is recorded with the state.
        params : mapping of str to float or pytree, optional
            Where to start; by default the problem's own start.

        Raises
        ------
        ArgumentError
            If the loss raises there, or loss or gradient are not finite there, the
            learning rate is not above 0, or a stream has no further batch.
        """
        rate = _rates(learning_rate).at(0, 1)[0]
        start = dict(self.problem.started_at(params or {}).start)
        return self._stepper.begin(start, rate)

    def arrived(self, step: int, params: Mapping[str, Any], opt_state: Any = None) -> State:
        """Return the state where somebody else's steps led.

        Parameters
        ----------
        step : int
            Which step it is here.
        params : mapping of str to numpy.float32 or pytree of arrays
            The parameters there, like those of the problem. They need not be finite.
        opt_state : optax.OptState, optional
            What the optimizer remembers there. Without it, or where it is not what this
            optimizer remembers, it begins there with what it remembers at a start.

        Returns
        -------
        State
            Its learning rate is NaN, for nobody knows it.

        Raises
        ------
        ArgumentError
            If the loss raises there.

        Examples
        --------
        >>> from gdwidget import problems
        >>> state = Descent(problems.line()).arrived(3, {"W": np.float32(6)})
        >>> state.step, str(state.loss), str(state.learning_rate)
        (3, '82.666664', 'nan')
        """
        start = MappingProxyType({**self.problem.start, **params})
        state = self._stepper.arrive(step, start, opt_state)
        return state._replace(learning_rate=np.float32(np.nan))

    def step(self, state: State, learning_rate: float | Rates) -> State:
        """Return the state after one update and one ``value_and_grad``.

        Parameters
        ----------
        state : State
            Where to step from; it is left as it is.
        learning_rate : float or Rates
            Rate of this step.

        Returns
        -------
        State
            If a stream has no further batch, the same state with status ``"ended"``.

        Raises
        ------
        ArgumentError
            If there is no such rate, or a stream raises or gives a batch of another kind.
        """
        return self.run(state, learning_rate, 1)[0]

    def run(
        self, state: State, learning_rate: float | Rates | NDArray[np.float32], steps: int
    ) -> tuple[State, NDArray[np.float32]]:
        """Take up to ``steps`` steps in one compiled loop.

        It ends early on converged, diverged or ended, and takes at most so many steps that
        the call stays short (about 0.03 s, 16,384 steps): call it again for the rest.

        Parameters
        ----------
        state : State
            Where to step from; it is left as it is.
        learning_rate : float, Rates or numpy.ndarray of shape (steps,)
            Rate of each step.
        steps : int
            At most how many.

        Returns
        -------
        State
            The last state.
        numpy.ndarray, shape (taken, 4 + len(extras)), dtype float32
            One row a step: parameter, gradient, loss, learning rate, `extras`.

        Raises
        ------
        ArgumentError
            If ``steps`` is not 1 to 10,000,000, or there is no rate for the first step.
        """
        steps = whole_number("steps", steps, 1, MOST_STEPS)
        most = _FIRST_ROWS if self.problem.parameters.complete else _FEW_FIRST_ROWS
        if self.seconds_per_step:
            most = max(1, int(_LOOP_SECONDS / self.seconds_per_step))
        steps = min(steps, most, self._stepper.most_rows)
        began = time.perf_counter()
        if isinstance(learning_rate, np.ndarray):
            rates = learning_rate[:steps]
        else:
            rates = _rates(learning_rate).at(state.step, steps)
        steps = len(rates)
        # Fused code may round otherwise in another program: only the loop gives the loop's digits.
        single = (steps == 1 and self.exact) or self._stepper.one_by_one
        if single:
            state, rows = self._stepper.step(state, rates[:1])
        else:
            state, rows = self._stepper.run(state, rates)
        if single in self._compiled:
            self.seconds_per_step = (time.perf_counter() - began) / max(1, len(rows))
        self._compiled.add(single)
        return state, rows

    def ahead(
        self, state: State, learning_rate: float | Rates, steps: int = 1
    ) -> tuple[State, NDArray[np.float32]] | None:
        """Take steps before anyone asks for them.

        Parameters
        ----------
        state : State
            Where to step from; it is left as it is.
        learning_rate : float or Rates
            Rate of the steps.
        steps : int, default 1
            At most how many.

        Returns
        -------
        tuple of State and numpy.ndarray, or None
            What `run` returns for so many steps. None where somebody would notice: of a stream
            a batch would be gone, a loss or an optimizer may call back into Python, a step may
            take long or have yet to be compiled.

        Raises
        ------
        ArgumentError
            If there is no rate for the first step.

        Examples
        --------
        >>> from gdwidget import problems
        >>> descent = Descent(problems.line())
        >>> descent.warm_up()
        >>> state = descent.step(descent.init(0.01), 0.01)
        >>> str(descent.ahead(state, 0.01)[0].loss), str(state.loss)
        ('120.236694', '149.54607')
        """
        quick = 0 < self.seconds_per_step <= QUICK_SECONDS
        interpreted = jax.config.jax_disable_jit  # type: ignore[attr-defined]
        stepper = self._stepper
        if not quick or interpreted or stepper.one_by_one or stepper.is_noticed(state):
            return None
        return self.run(state, learning_rate, steps)

    def raise_as_asked(self, before: State, learning_rate: float | Rates) -> None:
        """Raise what jax's debugging flags ask for, if a step makes what is not finite.

        Parameters
        ----------
        before : State
            Where the step sets out; it is taken again, operation by operation.
        learning_rate : float or Rates
            Rate of this step.

        Raises
        ------
        FloatingPointError
            If ``jax_debug_nans`` or ``jax_debug_infs`` is on and the step meets one.
        """
        if not (checked_by_jax() and self.repeatable):
            return
        rate = _rates(learning_rate).at(before.step, 1)[0]
        try:
            self._stepper.interpret(before, rate)
        except FloatingPointError as error:
            message = f"{error} at step {before.step + 1:,}"
            raise FloatingPointError(message) from error

    def coming(self, state: State, learning_rate: float | Rates) -> NextUpdate | None:
        """Return the update that follows a state.

        Returns
        -------
        NextUpdate or None
            None where none follows, and for plain gradient descent at a constant rate: it is
            the rate times the gradient. ``terms`` has the rate where it decays.
        """
        rates = _rates(learning_rate)
        if state.status != "ready" or (self.optimizer.plain and rates.constant):
            return None
        rate = rates.at(state.step, 1)[0]
        values, terms = self._stepper.coming(state, rate)
        names = self.problem.parameters.recorded
        return NextUpdate(
            {name: float(value) for name, value in zip(names, values, strict=True)},
            {
                **{name: float(term) for name, term in terms.items()},
                **({} if rates.constant else {"learning rate": float(rate)}),
            },
        )

    def remembered(self, state: State, learning_rate: float | Rates) -> Any:
        """Return what the optimizer remembers after the update that follows a state.

        Examples
        --------
        >>> from gdwidget import problems
        >>> descent = Descent(problems.line(), optimizer="adagrad")
        >>> opt_state = descent.remembered(descent.init(0.1), 0.1)
        >>> round(float(opt_state[0].sum_of_squares), 1)  # 62 squared, and what it begins with
        3844.1
        """
        return self._stepper.remembered(state, _rates(learning_rate).at(state.step, 1)[0])

    def aux(self, state: State) -> Any:
        """Return what a loss with ``has_aux`` returned beside its value at a state, whole.

        It is computed again from the state and its batch.

        Returns
        -------
        pytree of numpy.ndarray and NumPy's numbers, or None
            None if the loss has no aux.

        Raises
        ------
        ArgumentError
            If the state is of a batch of a stream that is gone.

        Examples
        --------
        >>> from gdwidget import Problem
        >>> problem = Problem(lambda W: (W * W, {"cubed": W**3}), 2.0, has_aux=True)
        >>> descent = Descent(problem)
        >>> descent.aux(descent.init(0.1))
        {'cubed': np.float32(8.0)}
        """
        return self._stepper.aux(state) if self.problem.has_aux else None

    def warm_up(self) -> None:
        """Compile step and loop now rather than at the first step."""
        if not (self.problem.has_callbacks or self.problem.stream):
            state = self.init(1.0)
            for _ in range(2):  # the first compiles, the second says how long a step takes
                self.run(state, 1.0, 1)
            self.run(state, 1.0, 2)
            self.coming(state, 1.0)

    def restore(self, step: int, first: State, row: NDArray[np.float32], status: Status) -> State:
        """Return the state that left ``row``, where that is all there is to know.

        Parameters
        ----------
        step : int
            The row's step.
        first : State
            Any state of the same run.
        row : numpy.ndarray, shape (4 + len(extras),), dtype float32
            As `run` returns them.
        status : str
            Its status.
        """
        return self._stepper.rows.state(step, first.params, row, first.opt_state, status)

    def row_of(self, state: State) -> NDArray[np.float32]:
        """Return the trajectory row of a state.

        Examples
        --------
        >>> from gdwidget import problems
        >>> descent = Descent(problems.line())
        >>> descent.row_of(descent.init(0.01)).tolist()[:3]
        [8.0, 62.0, 186.0]
        """
        return self._stepper.rows.of(state)

    @property
    def data(self) -> tuple[Any, ...]:
        """The loss's arguments after its parameters, where steps are computed."""
        return self._stepper.data

    def batch(self, step: int) -> NDArray[np.int32] | None:
        """Return which samples are in the batch of a step; None where it is all."""
        return self._stepper.batch(step)


def _rates(learning_rate: float | Rates) -> Rates:
    return learning_rate if isinstance(learning_rate, Rates) else Rates(learning_rate)


def _batches(problem: Problem, batch_size: int | None, seed: int) -> Batches | None:
    size = problem.checked_batch_size(batch_size)
    if size is None:
        whole_number("seed", seed, 0, MOST_SEED)
        return None
    batches = Batches(problem.samples, size, seed)
    return None if batches.count == 1 else batches
