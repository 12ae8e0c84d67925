"""A state as a row of the trajectory, and a row as a state."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from gdwidget._core.state import NO_NUMBERS, State, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget._core.batching import Batches
    from gdwidget._core.problem import Problem


class Rows:
    """Makes states of rows and rows of states; see `step.Program` for what a row holds.

    Parameters
    ----------
    problem : Problem
        What is minimised.
    batches : Batches or None
        Which samples each step reads; all without.
    """

    def __init__(self, problem: Problem, batches: Batches | None) -> None:
        self._parameters = problem.parameters
        self._batches = batches
        self._aux_columns = problem.aux_columns
        single = problem.parameters.count == 1 and isinstance(problem.argnums, int)
        scalar = single and problem.learning[0] in problem.scalars
        self._single_name = problem.learning[0] if scalar else ""

    def of(self, state: State) -> NDArray[np.float32]:
        """Return the trajectory row of a state."""
        parameters = self._parameters
        count = len(parameters.recorded)
        values = _numbers(parameters.tree(state.params), count)
        slopes = _numbers(state.gradient, count)
        others = [each for pair in zip(values[1:], slopes[1:], strict=True) for each in pair]
        others += map(float, state.aux_numbers.values())
        full = [] if state.full_loss is None else [state.full_loss]
        first = [values[0], slopes[0], state.loss, state.learning_rate]
        return np.array([*first, *others, *full], np.float32)

    def state(
        self,
        step: int,
        params: Mapping[str, Any],
        row: NDArray[np.float32],
        opt_state: Any,
        status: Status,
    ) -> State:
        """Return the state of a row that holds all there is to know of where it is."""
        parameters = self._parameters
        if self._single_name:
            moved = MappingProxyType({**params, self._single_name: row[0]})
            return self.state_with(step, moved, row, row[1], opt_state, status)
        others = row[4 : 2 + 2 * parameters.count]
        now = parameters.unflatten(np.concatenate([row[:1], others[::2]]), params)
        slopes = parameters.unflatten(np.concatenate([row[1:2], others[1::2]]), params)
        gradient = parameters.tree(slopes)
        return self.state_with(step, MappingProxyType(now), row, gradient, opt_state, status)

    def state_with(
        self,
        step: int,
        params: Mapping[str, Any],
        row: NDArray[np.float32],
        gradient: Any,
        opt_state: Any,
        status: Status,
    ) -> State:
        """Return the state of a row, with the parameters and the gradient that it leaves out."""
        full = row[-1] if self._batches else None
        batch = self._batches.indices(step) if self._batches else None
        aux = self._aux_numbers(row) if self._aux_columns else NO_NUMBERS
        return State(step, params, row[2], gradient, row[3], opt_state, status, full, batch, aux)

    def _aux_numbers(self, row: NDArray[np.float32]) -> Mapping[str, np.float32]:
        names = self._aux_columns
        first = 2 + 2 * len(self._parameters.recorded)
        return MappingProxyType(dict(zip(names, row[first : first + len(names)], strict=True)))


def _numbers(tree: Any, count: int) -> list[float]:
    numbers: list[float] = []
    for leaf in jax.tree.leaves(tree):
        flat = np.ravel(leaf)[: count - len(numbers)]
        numbers += flat.tolist()
        if len(numbers) == count:
            break
    return numbers
