"""The functions that jax compiles: the start, one step, many steps in a loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.optimizers import terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._core.batching import Batches
    from gdwidget._core.optimizers import Optimizer
    from gdwidget._core.problem import Problem

FULL_LOSS = "full_loss"

PROBES = 100
"""Where the gradient is 0, so many updates must move nothing before a run has converged."""

_FALSE = np.False_
_READY, _CONVERGED, _DIVERGED = (np.int32(number) for number in range(3))


class Departure(NamedTuple):
    """What a step needs beside the parameters; ``loss`` is None where no update looks at it."""

    gradient: Any
    opt_state: Any
    loss: Any


class Arrival(NamedTuple):
    """What a step brings; ``row`` ends with the number of the status.

    A status of converged holds only if `Program.rests` says so, too. ``tree`` and ``gradient``
    are None where the row holds all their numbers.
    """

    row: Any
    opt_state: Any
    tree: Any
    gradient: Any


class _Point(NamedTuple):
    tree: Any
    gradient: Any
    opt_state: Any
    loss: Any
    row: Any
    status: Any


@dataclass(frozen=True)
class Program:
    """One way down a problem, as functions to be traced.

    A row holds, as float32, value and gradient of the first number that learns, the loss,
    the learning rate, value and gradient of the other recorded numbers, the numbers of aux,
    and with batches the loss on all data.

    Attributes
    ----------
    problem : Problem
        What is minimised.
    optimizer : Optimizer
        What makes the updates.
    batches : Batches or None
        Which samples a step reads; all without.
    measured_every : int
        Every how many steps the loss on all data is measured, with batches.
    """

    problem: Problem
    optimizer: Optimizer
    batches: Batches | None
    measured_every: int

    @property
    def extras(self) -> tuple[str, ...]:
        """Names of the columns after the first four."""
        others = self.problem.parameters.recorded[1:]
        pairs = tuple(column for name in others for column in (name, f"{name}_grad"))
        columns = (*pairs, *self.problem.aux_columns)
        return (*columns, FULL_LOSS) if self.batches else columns

    def start(self, params: Any, rate: Any, data: Any, indices: Any) -> Arrival:
        """Return where a run starts."""
        tree = self.problem.parameters.tree(params)
        point = self._arrive(params, tree, self.optimizer.init(tree), rate, data, indices, 0)
        return self._arrival(point)

    def step(
        self, params: Any, departure: Departure, rate: Any, data: Any, indices: Any, step: Any
    ) -> Arrival:
        """Return where one update leads; ``step`` is the number of that step."""
        point = self._step(params, self._point(params, departure), rate, data, indices, step)
        return self._arrival(point)

    def loop(
        self,
        most: int,
        params: Any,
        departure: Departure,
        rates: Any,
        steps: Any,
        data: Any,
        table: Any,
        first: Any,
    ) -> tuple[Any, Any, Arrival]:
        """Take up to ``steps`` steps; return how many were taken, their rows, the arrival.

        ``rates`` and ``table`` have ``most`` rows, one a step; ``first`` is the first step's
        number.
        """

        def unfinished(carry: Any) -> Any:
            taken, point, _ = carry
            return (taken < steps) & (point.status == _READY)

        def advance(carry: Any) -> Any:
            taken, point, rows = carry
            step = first + taken
            rate = _at(rates, taken)
            if self.batches is None:
                point = self._step(params, point, rate, data, None, step)
            else:
                point = self._of_table(
                    _at(table, taken),
                    step,
                    lambda indices: self._step(params, point, rate, data, indices, step),
                )
            rows = jax.lax.dynamic_update_index_in_dim(
                rows, point.row, taken, 0, allow_negative_indices=False
            )
            return taken + 1, point, rows

        width = 4 + len(self.extras)
        point = self._point(params, departure)
        point = point._replace(row=jnp.zeros(width, jnp.float32), status=_READY)
        rows = jnp.zeros((most, width), jnp.float32)
        taken, point, rows = jax.lax.while_loop(unfinished, advance, (jnp.int32(0), point, rows))
        return taken, rows, self._arrival(point)

    def rests(
        self, params: Any, departure: Departure, rate: Any, data: Any, table: Any, first: Any
    ) -> Any:
        """Return whether no step moves from where the gradient is 0.

        Memory may go on, and further batches may have a gradient: the next updates are tried,
        with batches those of ``table``, one a row, the first for step ``first``.
        """
        start = self._point(params, departure)
        turns = PROBES if table is None else len(table)

        def gradient_at(indices: Any) -> Any:
            batch = self._batch(data, indices)
            parameters = self.problem.parameters
            return jax.grad(
                lambda tree: self.problem.silent(parameters.with_tree(params, tree), batch)
            )(start.tree)

        def unfinished(carry: Any) -> Any:
            turn, _, moves = carry
            return (turn < turns) & ~moves

        def advance(carry: Any) -> Any:
            turn, opt_state, _ = carry
            tree, opt_state = self._updated(params, start._replace(opt_state=opt_state), rate, data)
            moves = _any(jax.tree.map(lambda new, old: new != old, tree, start.tree))
            if table is not None:
                slopes = self._of_table(table[turn], first + turn, gradient_at)
                moves |= _any(jax.tree.map(lambda slope: slope != 0, slopes))
            return turn + 1, opt_state, moves

        carry = (jnp.int32(0), start.opt_state, jnp.bool_(False))  # noqa: FBT003 - an array
        return ~jax.lax.while_loop(unfinished, advance, carry)[2]

    def coming(
        self, params: Any, departure: Departure, rate: Any, data: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the recorded numbers after the next update, and the optimizer's own."""
        point = self._point(params, departure)
        tree, opt_state = self._updated(params, point, rate, data)
        before, after = (_leading(each, 1)[0] for each in (point.tree, tree))
        numbers = {**terms(opt_state, tree), "step": after - before}
        return _leading(tree, len(self.problem.parameters.recorded)), numbers

    def led(self, params: Any, departure: Departure, rate: Any, data: Any) -> Any:
        """Return the pytree that learns after the next update."""
        return self._updated(params, self._point(params, departure), rate, data)[0]

    def remembered(self, params: Any, departure: Departure, rate: Any, data: Any) -> Any:
        """Return what the optimizer remembers after the next update."""
        return self._updated(params, self._point(params, departure), rate, data)[1]

    def aux(self, params: Any, data: Any, indices: Any) -> Any:
        """Return the loss's aux."""
        return self.problem.silent_aux(params, self._batch(data, indices))

    def _point(self, params: Any, departure: Departure) -> _Point:
        tree = self.problem.parameters.tree(params)
        return _Point(tree, departure.gradient, departure.opt_state, departure.loss, None, None)

    def _arrival(self, point: _Point) -> Arrival:
        """Return what is not in the row only: less to bring back is quicker."""
        status = point.status.astype(jnp.float32)
        row = jnp.concatenate([point.row, status[None]])
        if self.problem.parameters.complete:
            return Arrival(row, point.opt_state, None, None)
        return Arrival(row, point.opt_state, point.tree, point.gradient)

    def _step(
        self, params: Any, point: _Point, rate: Any, data: Any, indices: Any, step: Any
    ) -> _Point:
        tree, opt_state = self._updated(params, point, rate, data)
        return self._arrive(params, tree, opt_state, rate, data, indices, step)

    def _updated(self, params: Any, point: _Point, rate: Any, data: Any) -> Any:
        if self.optimizer.plain:
            return self.optimizer.update(point.gradient, point.opt_state, point.tree, rate)
        extra: dict[str, Any] = {"value": point.loss, "grad": point.gradient}
        if self.batches is None and self.problem.stream is None:
            parameters, wide = self.problem.parameters, jax.config.jax_enable_x64  # type: ignore[attr-defined]

            def value(tree: Any, *_: Any) -> Any:
                with jax.enable_x64(wide):
                    return self.problem.evaluate(parameters.with_tree(params, tree), data)

            extra |= {"value_fn": value, "obj_fn": value, "grad_fn": jax.grad(value)}
        return self.optimizer.update(point.gradient, point.opt_state, point.tree, rate, **extra)

    def _of_table(self, row: Any, step: Any, take: Callable[[Any], Any]) -> Any:
        """Return what ``take`` makes of a batch; the last of an epoch may be short."""
        batches = self.batches
        assert batches is not None  # noqa: S101 - for mypy; only called with batches
        if batches.short == batches.size:
            return take(row)
        ends = step % batches.count == batches.count - 1
        return jax.lax.cond(ends, lambda: take(row[: batches.short]), lambda: take(row))

    def _batch(self, data: Any, indices: Any) -> Any:
        return data if indices is None else jax.tree.map(lambda array: array[indices], data)

    def _arrive(
        self,
        params: Any,
        tree: Any,
        opt_state: Any,
        rate: Any,
        data: Any,
        indices: Any,
        step: Any,
    ) -> _Point:
        here = self.problem.parameters.with_tree(params, tree)
        loss, gradient, aux = self.problem.recorded(here, self._batch(data, indices))
        full = self._full_loss(here, data, step) if self.batches else None
        row = self._row(tree, gradient, loss, rate, aux, full)
        status = self._status(row, tree, gradient, loss, full, step)
        looked_at = None if self.optimizer.plain else loss
        return _Point(tree, gradient, opt_state, looked_at, row, status)

    def _full_loss(self, params: Any, data: Any, step: Any) -> Any:
        if self.measured_every == 1:
            return self.problem.silent(params, data)
        return jax.lax.cond(
            step % self.measured_every == 0,
            lambda: self.problem.silent(params, data),
            lambda: jnp.float32(jnp.nan),
        )

    def _row(self, tree: Any, gradient: Any, loss: Any, rate: Any, aux: Any, full: Any) -> Any:
        count = len(self.problem.parameters.recorded)
        values, slopes = _leading(tree, count), _leading(gradient, count)
        others = [each for pair in zip(values[1:], slopes[1:], strict=True) for each in pair]
        measured = [] if full is None else [full]
        return jnp.stack([values[0], slopes[0], loss, rate, *others, *aux, *measured])

    def _status(self, row: Any, tree: Any, gradient: Any, loss: Any, full: Any, step: Any) -> Any:
        """Diverged if anything is not finite; converged, if `rests` agrees, at a gradient of 0.

        What is in aux does not matter. Other batches may have a gradient while this one has
        none: with batches the loss on all data must be 0, too. Of a stream nobody knows the
        next batch.
        """
        if self.problem.parameters.complete:
            others = len(self.problem.aux_columns) + (full is not None)
            finite = jnp.isfinite(row[: len(row) - others]).all()
            slopes = gradient
        else:
            slopes = jax.tree.map(_largest, gradient, tree)
            finite = jnp.isfinite(jnp.stack([loss, *jax.tree.leaves(slopes)])).all()
        if full is not None:
            finite &= jnp.isfinite(full) | (step % self.measured_every != 0)
        if self.problem.stream is not None:
            return jnp.where(finite, _READY, _DIVERGED)
        goes_on = _any(jax.tree.map(lambda slope: slope != 0, slopes))
        goes_on = goes_on if full is None else goes_on | (full != 0)
        return jnp.where(finite, jnp.where(goes_on, _READY, _CONVERGED), _DIVERGED)


def _largest(slope: Any, value: Any) -> Any:
    """Return the largest slope of an array, NaN or infinite if any slope or value is.

    The rows of a matrix are compared whole first, for that takes several numbers at a time.
    """
    either = jnp.atleast_1d(jnp.abs(slope) + 0 * value)
    return either.max(axis=0, initial=0).max(initial=0)


def _leading(tree: Any, count: int) -> list[Any]:
    """Return the first numbers of a pytree as scalars."""
    numbers: list[Any] = []
    for leaf in jax.tree.leaves(tree):
        flat = jnp.ravel(leaf)
        numbers += [flat[index] for index in range(min(flat.size, count - len(numbers)))]
        if len(numbers) == count:
            break
    return numbers


def _at(array: Any, index: Any) -> Any:
    """Return ``array[index]`` of an index that is not negative: one operation rather than four."""
    return jax.lax.dynamic_index_in_dim(
        array, index, 0, keepdims=False, allow_negative_indices=False
    )


def _any(tree: Any) -> Any:
    return jax.tree.reduce(lambda before, leaf: before | leaf.any(), tree, _FALSE)
