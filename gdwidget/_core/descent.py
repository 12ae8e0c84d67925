"""Gradient descent as pure functions: init, step, run. No widget, no clock, no printing."""

from __future__ import annotations

import time
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from gdwidget._core import auxiliary, failures
from gdwidget._core.batching import MOST_SEED, Batches, StreamEnded
from gdwidget._core.compiled import Compiled
from gdwidget._core.exactness import checked_by_jax, exact_options
from gdwidget._core.optimizers import CUSTOM, Optimizer
from gdwidget._core.placement import computing_on, placed
from gdwidget._core.problem import calls_back
from gdwidget._core.schedules import Rates
from gdwidget._core.state import NO_NUMBERS, STATUSES, State, Status
from gdwidget._core.step import PROBES, Arrival, Departure, Program
from gdwidget._validation import MOST_STEPS, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem

MEASURED_SIZE = 20_000
"""With batches, the loss on all data is measured at every step up to this many numbers."""

QUICK_SECONDS = 0.05
"""A step that takes longer is not taken before it is asked for: it would keep others waiting."""

MOST_ROWS = 16_384
"""The most steps of one call of the compiled loop."""

_FIRST_ROWS = 256
_FEW_FIRST_ROWS = 16
_LOOP_SECONDS = 0.03
_MOST_ROWS_BETWEEN_SNAPSHOTS = 1_024
_MOST_NUMBERS_OF_ROWS = 65_536
_MOST_INDICES = 262_144


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
        self.place = problem.placement.of(exact=self.exact)
        self._elsewhere = self.place != problem.place
        self._arrays = self._here(problem.arrays)
        self.batches = _batches(problem, batch_size, seed)
        self.seed = seed
        every = 1 if problem.size <= MEASURED_SIZE or not self.batches else self.batches.count
        self._program = Program(problem, self.optimizer, self.batches, every)
        self.extras = self._program.extras
        self._most_rows = self._most()
        options = exact_options() if self.exact else None
        compiled = partial(Compiled, compiler_options=options, place=self.place)
        self._init = compiled(self._program.start)
        self._step = compiled(self._program.step)
        self._loop = compiled(partial(self._program.loop, self._most_rows))
        self._single = compiled(partial(self._program.loop, 1))
        self._coming = compiled(self._program.coming)
        self._remembered = compiled(self._program.remembered)
        self._rests = compiled(self._program.rests)
        self._aux = compiled(self._program.aux)
        self._newest: tuple[object, tuple[Any, ...]] = (None, ())
        single = problem.parameters.count == 1 and isinstance(problem.argnums, int)
        scalar = single and problem.learning[0] in problem.scalars
        self._has_numbers = bool(problem.aux_columns)
        self._single_name = problem.learning[0] if scalar else ""
        # The quick way counts as unasked for where data lie on several devices.
        single = isinstance(self.place, jax.Device)
        self._fetched: Callable[[Any], Any] = np.asarray if single else jax.device_get
        self.seconds_per_step = 0.0
        self._compiled: set[bool] = set()
        self._noticed: bool | None = None
        if self.optimizer.name == CUSTOM:
            failures.check_optimizer(self.optimizer, problem, self.batches, self._program)

    @property
    def restorable(self) -> bool:
        """Whether a row is all there is to know of a state."""
        return self.optimizer.plain and self.problem.parameters.complete

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
        data = self._first_batch()
        try:
            arrival = self._init(self._given(start), rate, data, self.batch(0))
            row = self._fetched(arrival.row)
        except Exception as error:
            batch = failures.batch_shown(self.problem, self.batches, 0)
            because = failures.raised_there(error, batch)
            raise failures.no_start(self.problem, start, because) from error
        state = self._state(0, start, row, arrival)
        if state.status == "diverged":
            because = failures.not_finite_there(state, row[1])
            raise failures.no_start(self.problem, start, because)
        self._keep_batch(state, data)
        return state

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
        start = {**self.problem.start, **params}
        try:
            arrival = self._init(self._given(start), np.float32(1), self.data, None)
            row = self._fetched(arrival.row)
        except Exception as error:
            because = failures.raised_there(error, "")
            raise failures.no_start(self.problem, start, because) from error
        if opt_state is not None and _alike(opt_state, arrival.opt_state):
            arrival = arrival._replace(opt_state=opt_state)
        state = self._state(step, MappingProxyType(start), row, arrival)
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
        return self._step_at(state, _rates(learning_rate).at(state.step, 1))[0]

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
        steps = min(steps, most, self._most_rows)
        began = time.perf_counter()
        if isinstance(learning_rate, np.ndarray):
            rates = learning_rate[:steps]
        else:
            rates = _rates(learning_rate).at(state.step, steps)
        steps = len(rates)
        single = steps == 1 or self._one_by_one
        if single:
            state, rows = self._step_at(state, rates[:1])
        else:
            state, rows = self._looped(self._loop, self._most_rows, state, rates)
        if single in self._compiled:
            self.seconds_per_step = (time.perf_counter() - began) / max(1, len(rows))
        self._compiled.add(single)
        return state, rows

    def ahead(
        self, state: State, learning_rate: float | Rates
    ) -> tuple[State, NDArray[np.float32]] | None:
        """Take one step before anyone asks for it.

        Parameters
        ----------
        state : State
            Where to step from; it is left as it is.
        learning_rate : float or Rates
            Rate of the step.

        Returns
        -------
        tuple of State and numpy.ndarray, or None
            What `run` returns for one step. None where somebody would notice: of a stream a
            batch would be gone, a loss or an optimizer may call back into Python, a step may
            take long or have yet to be compiled.

        Raises
        ------
        ArgumentError
            If there is no rate for the step.

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
        if not quick or interpreted or self._one_by_one or self._is_noticed(state):
            return None
        return self.run(state, learning_rate, 1)

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
        step = before.step + 1
        numbers = (
            self._given(before.params),
            self._departure(before),
            _rates(learning_rate).at(before.step, 1)[0],
            self.data,
        )
        try:
            with computing_on(self.place), jax.disable_jit():
                given, departure, rate, data = jax.device_put(placed(numbers, self.place))
                self._program.step(given, departure, rate, data, self.batch(step), step)
        except FloatingPointError as error:
            message = f"{error} at step {step:,}"
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
        departure = self._departure(state)
        values, terms = jax.device_get(
            self._coming(self._given(state.params), departure, rate, self.data)
        )
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
        rate = _rates(learning_rate).at(state.step, 1)[0]
        given, departure = self._given(state.params), self._departure(state)
        return self._remembered(given, departure, rate, self.data)

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
        if not self.problem.has_aux:
            return None
        data: Any = self.data
        if self.problem.stream:
            led_to, data = self._newest
            if led_to is not state.params:
                accepted = "the newest step: of earlier batches only the numbers of aux are kept"
                raise ArgumentError("step", state.step, accepted)
        given = self._given(state.params)
        return auxiliary.fetched(self._aux(given, data, state.batch))

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
        return self._from_row(step, first.params, row, first.opt_state, status)

    def row_of(self, state: State) -> NDArray[np.float32]:
        """Return the trajectory row of a state.

        Examples
        --------
        >>> from gdwidget import problems
        >>> descent = Descent(problems.line())
        >>> descent.row_of(descent.init(0.01)).tolist()[:3]
        [8.0, 62.0, 186.0]
        """
        parameters = self.problem.parameters
        count = len(parameters.recorded)
        values = _numbers(parameters.tree(state.params), count)
        slopes = _numbers(state.gradient, count)
        others = [each for pair in zip(values[1:], slopes[1:], strict=True) for each in pair]
        others += map(float, state.aux_numbers.values())
        full = [] if state.full_loss is None else [state.full_loss]
        first = [values[0], slopes[0], state.loss, state.learning_rate]
        return np.array([*first, *others, *full], np.float32)

    @property
    def data(self) -> tuple[Any, ...]:
        """The loss's arguments after its parameters, where steps are computed."""
        stream = self.problem.stream
        return self._here(stream.batch) if stream else self._arrays

    def batch(self, step: int) -> NDArray[np.int32] | None:
        """Return which samples are in the batch of a step; None where it is all."""
        return self.batches.indices(step) if self.batches else None

    def _here(self, data: tuple[Any, ...]) -> tuple[Any, ...]:
        here: tuple[Any, ...] = placed(data, self.place)
        return here

    def _given(self, params: Mapping[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = self.problem.given(params)
        if self._elsewhere:
            given = placed(given, self.place)
        return given

    def _keep_batch(self, state: State, data: tuple[Any, ...]) -> None:
        """Keep the batch of a stream that led to a state, for its aux."""
        if self.problem.has_aux and self.problem.stream:
            self._newest = (state.params, data)

    @property
    def _one_by_one(self) -> bool:
        return self.problem.stream is not None or self.problem.has_callbacks

    def _is_noticed(self, state: State) -> bool:
        """Return whether the optimizer calls back into Python; of the loss it is known."""
        if self._noticed is None:
            self._noticed = self.optimizer.name == CUSTOM and calls_back(
                jax.make_jaxpr(self._program.remembered)(
                    self._given(state.params),
                    self._departure(state),
                    state.learning_rate,
                    self.data,
                ).jaxpr
            )
        return self._noticed

    def _step_at(
        self, state: State, rate: NDArray[np.float32]
    ) -> tuple[State, NDArray[np.float32]]:
        try:
            stream = self.problem.stream
            data = self._here(stream.next()) if stream else self._arrays
        except StreamEnded:
            none = np.empty((0, 4 + len(self.extras)), np.float32)
            return state._replace(status="ended"), none
        if self.exact or self._one_by_one:
            step = state.step + 1
            try:
                arrival = self._step(
                    self._given(state.params),
                    self._departure(state),
                    rate[0],
                    data,
                    self.batch(step),
                    np.int32(step),
                )
                row = self._fetched(arrival.row)
            except Exception as error:
                failures.note(error, step, self.problem, self.batches)
                raise
            state = self._state(step, state.params, row, arrival)
            self._keep_batch(state, data)
            return state, row[None, :-1]
        # Fused code may round otherwise in a step of its own: a loop gives the loop's digits.
        if self.problem.parameters.complete:
            return self._looped(self._single, 1, state, rate)
        return self._looped(self._loop, self._most_rows, state, rate)

    def _looped(
        self, loop: Any, most: int, state: State, rates: NDArray[np.float32]
    ) -> tuple[State, NDArray[np.float32]]:
        first, steps = state.step + 1, len(rates)
        if steps < most:
            rates = np.concatenate([rates, np.empty(most - steps, np.float32)])
        table = None
        if self.batches:
            table = np.zeros((most, self.batches.size), np.int32)
            table[:steps] = self.batches.table(first, steps)
        try:
            taken, rows, arrival = loop(
                self._given(state.params),
                self._departure(state),
                rates,
                np.int32(steps),
                self.data,
                table,
                np.int32(first),
            )
            row = self._fetched(arrival.row)
        except Exception as error:
            failures.note_of_loop(error, first, self.problem, self.batches)
            raise
        rows = row[None, :-1] if most == 1 else self._fetched(rows)[: int(self._fetched(taken))]
        return self._state(state.step + len(rows), state.params, row, arrival), rows

    def _departure(self, state: State) -> Departure:
        loss = None if self.optimizer.plain else state.loss
        return Departure(state.gradient, state.opt_state, loss)

    def _state(
        self, step: int, params: Mapping[str, Any], row: NDArray[np.float32], arrival: Arrival
    ) -> State:
        row, status = row[:-1], STATUSES[int(row[-1])]
        parameters = self.problem.parameters
        if parameters.complete:
            state = self._from_row(step, params, row, arrival.opt_state, status)
        else:
            now = MappingProxyType(parameters.with_tree(params, arrival.tree))
            state = self._with(step, now, row, arrival.gradient, arrival.opt_state, status)
        if status == "converged" and self._moves(state):
            return state._replace(status="ready")
        return state

    def _moves(self, state: State) -> bool:
        """Return whether any step moves from where the gradient is 0."""
        if self.optimizer.plain and self.batches is None:
            return False
        first, table = state.step + 1, None
        if self.batches:
            table = self.batches.table(first, max(PROBES, self.batches.count))
        rate = np.maximum(state.learning_rate, np.float32(1))
        departure = self._departure(state)
        rests = self._rests(dict(state.params), departure, rate, self.data, table, np.int32(first))
        return not bool(rests)

    def _from_row(
        self,
        step: int,
        params: Mapping[str, Any],
        row: NDArray[np.float32],
        opt_state: Any,
        status: Status,
    ) -> State:
        parameters = self.problem.parameters
        if self._single_name:
            moved = MappingProxyType({**params, self._single_name: row[0]})
            return self._with(step, moved, row, row[1], opt_state, status)
        others = row[4 : 2 + 2 * parameters.count]
        now = parameters.unflatten(np.concatenate([row[:1], others[::2]]), params)
        slopes = parameters.unflatten(np.concatenate([row[1:2], others[1::2]]), params)
        gradient = parameters.tree(slopes)
        return self._with(step, MappingProxyType(now), row, gradient, opt_state, status)

    def _with(
        self,
        step: int,
        params: Mapping[str, Any],
        row: NDArray[np.float32],
        gradient: Any,
        opt_state: Any,
        status: Status,
    ) -> State:
        full = row[-1] if self.batches else None
        batch = self.batch(step)
        aux = self._aux_numbers(row) if self._has_numbers else NO_NUMBERS
        return State(step, params, row[2], gradient, row[3], opt_state, status, full, batch, aux)

    def _aux_numbers(self, row: NDArray[np.float32]) -> Mapping[str, np.float32]:
        names = self.problem.aux_columns
        first = 2 + 2 * len(self.problem.parameters.recorded)
        return MappingProxyType(dict(zip(names, row[first : first + len(names)], strict=True)))

    def _first_batch(self) -> tuple[Any, ...]:
        stream = self.problem.stream
        if stream is None:
            return self._arrays
        stream.restart()
        try:
            return self._here(stream.next())
        except StreamEnded:
            accepted = "an iterable that can be started again, or has a further batch"
            raise ArgumentError("data", "an iterable that has ended", accepted) from None

    def _most(self) -> int:
        most = MOST_ROWS if self.restorable else _MOST_ROWS_BETWEEN_SNAPSHOTS
        most = min(most, _MOST_NUMBERS_OF_ROWS // (4 + len(self.extras)))
        if self.batches:
            most = min(most, _MOST_ROWS_BETWEEN_SNAPSHOTS, _MOST_INDICES // self.batches.size)
        return max(1, most)


def _alike(tree: Any, other: Any) -> bool:
    """Return whether two trees have the same structure, shapes and dtypes."""
    structures: list[Any] = [jax.tree.structure(each) for each in (tree, other)]
    pairs = zip(jax.tree.leaves(tree), jax.tree.leaves(other), strict=False)
    same = all((one.shape, one.dtype) == (two.shape, two.dtype) for one, two in pairs)
    return bool(structures[0] == structures[1]) and same


def _rates(learning_rate: float | Rates) -> Rates:
    return learning_rate if isinstance(learning_rate, Rates) else Rates(learning_rate)


def _batches(problem: Problem, batch_size: int | None, seed: int) -> Batches | None:
    size = problem.checked_batch_size(batch_size)
    if size is None:
        whole_number("seed", seed, 0, MOST_SEED)
        return None
    batches = Batches(problem.samples, size, seed)
    return None if batches.count == 1 else batches


def _numbers(tree: Any, count: int) -> list[float]:
    numbers: list[float] = []
    for leaf in jax.tree.leaves(tree):
        flat = np.ravel(leaf)[: count - len(numbers)]
        numbers += flat.tolist()
        if len(numbers) == count:
            break
    return numbers
