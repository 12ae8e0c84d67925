"""Calls what jax compiles: hands it state and data, and makes a state of what it brings."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from gdwidget._core import auxiliary, failures
from gdwidget._core.batching import StreamEnded
from gdwidget._core.compiled import Compiled
from gdwidget._core.exactness import exact_options
from gdwidget._core.optimizers import CUSTOM, is_like
from gdwidget._core.placement import computing_on, placed
from gdwidget._core.problem import calls_back
from gdwidget._core.rows import Rows
from gdwidget._core.state import STATUSES, State
from gdwidget._core.step import PROBES, Arrival, Departure, Program
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from gdwidget._core.batching import Batches
    from gdwidget._core.optimizers import Optimizer
    from gdwidget._core.problem import Problem

MEASURED_SIZE = 20_000
"""With batches, the loss on all data is measured at every step up to this many numbers."""

MOST_ROWS = 16_384
"""The most steps of one call of the compiled loop."""

_MOST_ROWS_BETWEEN_SNAPSHOTS = 1_024
_MOST_NUMBERS_OF_ROWS = 65_536
_MOST_INDICES = 262_144


class Stepper:
    """Takes the steps of a descent where they are computed, at rates that are known to be good.

    Parameters
    ----------
    problem : Problem
        What is minimised.
    optimizer : Optimizer
        What makes the updates.
    batches : Batches or None
        Which samples each step reads; all without.
    exact : bool
        Whether no digit may depend on what the compiler fuses.

    Attributes
    ----------
    place : jax.Device or jax.sharding.Sharding
        Where steps are computed.
    program : Program
        What is compiled.
    rows : Rows
        Makes states of its rows.
    one_by_one : bool
        Whether a loop cannot be compiled: of a stream, and where the loss calls back into Python.
    most_rows : int
        The most steps of one call of the loop.
    """

    def __init__(
        self, problem: Problem, optimizer: Optimizer, batches: Batches | None, *, exact: bool
    ) -> None:
        self.place = problem.placement.of(exact=exact)
        self.batches = batches
        every = 1 if problem.size <= MEASURED_SIZE or not batches else batches.count
        self.program = Program(problem, optimizer, batches, every)
        self.rows = Rows(problem, batches)
        self.one_by_one = problem.stream is not None or problem.has_callbacks
        self.most_rows = self._most(restorable=optimizer.plain and problem.parameters.complete)
        self._problem = problem
        self._plain = optimizer.plain
        self._custom = optimizer.name == CUSTOM
        self._elsewhere = self.place != problem.place
        self._arrays = self._here(problem.arrays)
        options = exact_options() if exact else None
        compiled = partial(Compiled, compiler_options=options, place=self.place)
        self._start = compiled(self.program.start)
        self._step = compiled(self.program.step)
        self._loop = compiled(partial(self.program.loop, self.most_rows))
        self._coming = compiled(self.program.coming)
        self._remembered = compiled(self.program.remembered)
        self._rests = compiled(self.program.rests)
        self._aux = compiled(self.program.aux)
        self._newest: tuple[object, tuple[Any, ...]] = (None, ())
        # The quick way counts as unasked for where data lie on several devices.
        single = isinstance(self.place, jax.Device)
        self._fetched: Callable[[Any], Any] = np.asarray if single else jax.device_get
        self._noticed: bool | None = None

    @property
    def data(self) -> tuple[Any, ...]:
        """The loss's arguments after its parameters, where steps are computed."""
        stream = self._problem.stream
        return self._here(stream.batch) if stream else self._arrays

    def batch(self, step: int) -> NDArray[np.int32] | None:
        """Return which samples are in the batch of a step; None where it is all."""
        return self.batches.indices(step) if self.batches else None

    def begin(self, start: Mapping[str, Any], rate: np.float32) -> State:
        """Return the state at step 0, or raise an `ArgumentError` that says what is wrong there."""
        data = self._first_batch()
        arrival, row = self._evaluated(start, rate, data, 0)
        state = self._arrived(0, start, row, arrival)
        if state.status == "diverged":
            because = failures.not_finite_there(state, row[1])
            raise failures.no_start(self._problem, start, because)
        self._keep_batch(state, data)
        return state

    def arrive(self, step: int, params: Mapping[str, Any], opt_state: Any) -> State:
        """Return the state where somebody else's steps led, which need not be finite."""
        arrival, row = self._evaluated(params, np.float32(1), self.data, None)
        if opt_state is not None and is_like(opt_state, arrival.opt_state):
            arrival = arrival._replace(opt_state=opt_state)
        return self._arrived(step, params, row, arrival)

    def step(self, state: State, rate: NDArray[np.float32]) -> tuple[State, NDArray[np.float32]]:
        """Take one step by itself, not in a loop."""
        try:
            stream = self._problem.stream
            data = self._here(stream.next()) if stream else self._arrays
        except StreamEnded:
            none = np.empty((0, 4 + len(self.program.extras)), np.float32)
            return state._replace(status="ended"), none
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
            failures.note(error, step, self._problem, self.batches)
            raise
        state = self._arrived(step, state.params, row, arrival)
        self._keep_batch(state, data)
        return state, row[None, :-1]

    def run(self, state: State, rates: NDArray[np.float32]) -> tuple[State, NDArray[np.float32]]:
        """Take a step for each rate, until one is the last."""
        first, steps = state.step + 1, len(rates)
        empty = self.most_rows - steps
        table = None
        if self.batches:
            table = np.zeros((self.most_rows, self.batches.size), np.int32)
            table[:steps] = self.batches.table(first, steps)
        try:
            taken, rows, arrival = self._loop(
                self._given(state.params),
                self._departure(state),
                np.concatenate([rates, np.empty(empty, np.float32)]) if empty else rates,
                np.int32(steps),
                self.data,
                table,
                np.int32(first),
            )
            row = self._fetched(arrival.row)
        except Exception as error:
            failures.note_of_loop(error, first, self._problem, self.batches)
            raise
        rows = row[None, :-1] if steps == 1 else self._fetched(rows)[: int(self._fetched(taken))]
        return self._arrived(state.step + len(rows), state.params, row, arrival), rows

    def interpret(self, state: State, rate: np.float32) -> None:
        """Take one step operation by operation, for what it raises."""
        step = state.step + 1
        numbers = (self._given(state.params), self._departure(state), rate, self.data)
        with computing_on(self.place), jax.disable_jit():
            given, departure, rate, data = jax.device_put(placed(numbers, self.place))
            self.program.step(given, departure, rate, data, self.batch(step), step)

    def coming(self, state: State, rate: np.float32) -> tuple[Any, Mapping[str, Any]]:
        """Return where the next update leads the recorded numbers, and its terms."""
        given, departure = self._given(state.params), self._departure(state)
        led: tuple[Any, Mapping[str, Any]] = jax.device_get(
            self._coming(given, departure, rate, self.data)
        )
        return led

    def remembered(self, state: State, rate: np.float32) -> Any:
        """Return what the optimizer remembers after the next update."""
        given, departure = self._given(state.params), self._departure(state)
        return self._remembered(given, departure, rate, self.data)

    def aux(self, state: State) -> Any:
        """Return what the loss returned beside its value at a state."""
        data: Any = self.data
        if self._problem.stream:
            led_to, data = self._newest
            if led_to is not state.params:
                accepted = "the newest step: of earlier batches only the numbers of aux are kept"
                raise ArgumentError("step", state.step, accepted)
        return auxiliary.fetched(self._aux(self._given(state.params), data, state.batch))

    def is_noticed(self, state: State) -> bool:
        """Return whether the optimizer calls back into Python; of the loss it is known."""
        if self._noticed is None:
            self._noticed = self._custom and calls_back(
                jax.make_jaxpr(self.program.remembered)(
                    self._given(state.params),
                    self._departure(state),
                    state.learning_rate,
                    self.data,
                ).jaxpr
            )
        return self._noticed

    def _first_batch(self) -> tuple[Any, ...]:
        """Return the data of step 0, with a stream from its beginning."""
        stream = self._problem.stream
        if stream is None:
            return self._arrays
        stream.restart()
        try:
            return self._here(stream.next())
        except StreamEnded:
            accepted = "an iterable that can be started again, or has a further batch"
            raise ArgumentError("data", "an iterable that has ended", accepted) from None

    def _evaluated(
        self, params: Mapping[str, Any], rate: np.float32, data: tuple[Any, ...], step: int | None
    ) -> tuple[Arrival, NDArray[np.float32]]:
        """Evaluate the loss on the batch of a step, of no step on all data."""
        try:
            indices = None if step is None else self.batch(step)
            arrival = self._start(self._given(params), rate, data, indices)
            return arrival, self._fetched(arrival.row)
        except Exception as error:
            read = "" if step is None else failures.batch_shown(self._problem, self.batches, step)
            because = failures.raised_there(error, read)
            raise failures.no_start(self._problem, params, because) from error

    def _keep_batch(self, state: State, data: tuple[Any, ...]) -> None:
        """Keep the batch of a stream that led to a state, for its aux."""
        if self._problem.has_aux and self._problem.stream:
            self._newest = (state.params, data)

    def _given(self, params: Mapping[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = self._problem.given(params)
        if self._elsewhere:
            given = placed(given, self.place)
        return given

    def _here(self, data: tuple[Any, ...]) -> tuple[Any, ...]:
        here: tuple[Any, ...] = placed(data, self.place)
        return here

    def _departure(self, state: State) -> Departure:
        loss = None if self._plain else state.loss
        return Departure(state.gradient, state.opt_state, loss)

    def _arrived(
        self, step: int, params: Mapping[str, Any], row: NDArray[np.float32], arrival: Arrival
    ) -> State:
        row, status = row[:-1], STATUSES[int(row[-1])]
        parameters = self._problem.parameters
        if parameters.complete:
            state = self.rows.state(step, params, row, arrival.opt_state, status)
        else:
            now = MappingProxyType(parameters.with_tree(params, arrival.tree))
            opt_state, gradient = arrival.opt_state, arrival.gradient
            state = self.rows.state_with(step, now, row, gradient, opt_state, status)
        if status == "converged" and self._moves(state):
            return state._replace(status="ready")
        return state

    def _moves(self, state: State) -> bool:
        """Return whether any step moves from where the gradient is 0."""
        if self._plain and self.batches is None:
            return False
        first, table = state.step + 1, None
        if self.batches:
            table = self.batches.table(first, max(PROBES, self.batches.count))
        rate = np.maximum(state.learning_rate, np.float32(1))
        departure = self._departure(state)
        rests = self._rests(dict(state.params), departure, rate, self.data, table, np.int32(first))
        return not bool(rests)

    def _most(self, *, restorable: bool) -> int:
        most = MOST_ROWS if restorable else _MOST_ROWS_BETWEEN_SNAPSHOTS
        most = min(most, _MOST_NUMBERS_OF_ROWS // (4 + len(self.program.extras)))
        if self.batches:
            most = min(most, _MOST_ROWS_BETWEEN_SNAPSHOTS, _MOST_INDICES // self.batches.size)
        return max(1, most)
