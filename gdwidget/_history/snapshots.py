"""States kept whole, within a budget of memory; the others are computed again from them."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

import jax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._core.state import State

BUDGET = 64_000_000
"""Bytes of whole states that are kept by default."""

_MOST_KEPT = 2_048


class Snapshots:
    """Whole states of one run: all while they fit, else fewer, at about equal distances.

    Parameters
    ----------
    first : State
        The state at step 0; always kept.
    budget : int, default 64,000,000
        Bytes that may be kept.
    thinning : bool, default True
        Whether states may be left out. States that cannot be computed again are dropped
        from the oldest on instead.

    Examples
    --------
    >>> from gdwidget import Descent, problems
    >>> descent = Descent(problems.line())
    >>> first = descent.init(0.01)
    >>> snapshots = Snapshots(first)
    >>> snapshots.offer(descent.step(first, 0.01))
    >>> snapshots.before(5).step
    1
    """

    def __init__(self, first: State, budget: int = BUDGET, *, thinning: bool = True) -> None:
        self._states = [first]
        self._held = 1
        self._bytes = bytes_of(first)
        self._most = max(2, min(_MOST_KEPT, budget // max(1, self._bytes)))
        self._thinning = thinning
        self.stride = 1

    def __len__(self) -> int:
        return len(self._states)

    @property
    def nbytes(self) -> int:
        """Bytes that are kept."""
        return self._bytes * len(self._states)

    @property
    def states(self) -> tuple[State, ...]:
        """The states that are kept, in the order of their steps."""
        return tuple(self._states)

    def offer(self, state: State) -> None:
        """Take in a state that is later than all before; it may be left out."""
        if state.step - self._states[-1].step < self.stride:
            return
        self._states.append(state)
        if len(self._states) > self._most:
            if self._thinning:
                del self._states[self._held :: 2]
                # States may have come in leaps: it is their distance that doubles.
                self.stride = max(2 * self.stride, self._states[-1].step // len(self._states))
            else:
                del self._states[0]

    def hold(self, states: Sequence[State]) -> None:
        """Take in states at the beginning that cannot be computed: they are always kept."""
        self._states += states
        self._held += len(states)
        self._most += len(states)

    def before(self, step: int) -> State | None:
        """Return the latest state kept at a step or before it."""
        found = bisect.bisect_right(self._states, step, key=lambda state: state.step)
        return self._states[found - 1] if found else None

    def upto(self, step: int) -> Snapshots:
        """Return new snapshots with the states up to a step; the states are shared."""
        copy = object.__new__(Snapshots)
        copy.__dict__.update(self.__dict__)
        copy._states = [state for state in self._states if state.step <= step]
        copy._held = min(self._held, len(copy._states))
        return copy


def bytes_of(state: State) -> int:
    """Return how many bytes parameters, gradient and memory of a state take."""
    held = (dict(state.params), state.gradient, state.opt_state)
    return sum(getattr(leaf, "nbytes", 4) for leaf in jax.tree.leaves(held))
