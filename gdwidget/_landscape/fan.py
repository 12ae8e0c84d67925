"""Where each of the batches that could be next would lead, and whether that is uphill."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core import failures
from gdwidget._core.batching import Batches
from gdwidget._core.compiled import Compiled
from gdwidget._core.costs import cost_of
from gdwidget._core.optimizers import CUSTOM
from gdwidget._core.step import Departure, Program
from gdwidget._landscape.evaluations import MOST_BYTES, QUICK_OPERATIONS
from gdwidget._landscape.sharpness import GivenUp
from gdwidget._languages.speaking import in_own_language, said, spoken
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdwidget._core.descent import Descent
    from gdwidget._core.state import State

MOST = 200
"""So many batches are tried at most."""


_ALL_SAMPLES = "{0} % of the single samples would lead uphill."
_SOME_SAMPLES = "{0} % of {1} single samples, chosen by the seed, would lead uphill."
_ALL_BATCHES = "{0} % of all batches of {2} would lead uphill."
_SOME_BATCHES = "{0} % of {1} batches of {2}, chosen by the seed, would lead uphill."


@dataclass(frozen=True, eq=False)
class Fan:
    """All steps that could be next: one of each batch that could be read.

    Its text is a sentence that says how many of them lead uphill.

    Attributes
    ----------
    batches : numpy.ndarray, shape (k, size), dtype int32
        Which samples are read.
    whole : bool
        Whether these are all that there are; else they are chosen by the seed.
    names : tuple of str
        Of the recorded numbers: up to 32 that learn, of more the first ones.
    complete : bool
        Whether these are all.
    values : numpy.ndarray, shape (k, len(names)), dtype float32
        Where the steps lead.
    loss : numpy.float32
        The loss on all data before the step.
    losses : numpy.ndarray, shape (k,), dtype float32
        The loss on all data after it.
    language : str
        What its text is said in: the language of the widget that was asked for it.
    """

    batches: NDArray[np.int32]
    whole: bool
    names: tuple[str, ...]
    complete: bool
    values: NDArray[np.float32]
    loss: np.float32
    losses: NDArray[np.float32]
    language: str = field(default_factory=spoken)

    @property
    def uphill(self) -> NDArray[np.bool_]:
        """Which of them lead uphill: the loss on all data is larger afterwards, or not finite."""
        return ~(self.losses <= self.loss)

    @property
    def share(self) -> float:
        """How many of them lead uphill, from 0 to 1."""
        return float(self.uphill.mean())

    @in_own_language
    def __str__(self) -> str:
        """Return the sentence that pages say, too."""
        if not np.isfinite(self.loss):
            return said("The loss is not finite here.")
        percent = math.floor(100 * int(self.uphill.sum()) / len(self.losses) + 0.5)
        if 0 < self.share < 1:
            percent = min(99, max(1, percent))
        size, count = self.batches.shape[1], len(self.batches)
        if size == 1:
            return said(_ALL_SAMPLES if self.whole else _SOME_SAMPLES, percent, count)
        return said(_ALL_BATCHES if self.whole else _SOME_BATCHES, percent, count, f"{size:,}")


def choices(samples: int, size: int, seed: int) -> tuple[NDArray[np.int32], bool]:
    """Return the batches that are tried, and whether these are all that there are.

    Parameters
    ----------
    samples : int
        How many there are.
    size : int
        How many of them make a batch.
    seed : int
        Chooses where there are more than 200.

    Returns
    -------
    numpy.ndarray, shape (k, size), dtype int32
        One batch a row, its samples ascending.
    bool

    Examples
    --------
    >>> choices(3, 2, 0)
    (array([[0, 1],
           [0, 2],
           [1, 2]], dtype=int32), True)
    >>> batches, whole = choices(1_000, 1, 0)
    >>> batches.shape, whole
    ((200, 1), False)
    """
    if math.comb(samples, size) <= MOST:
        return np.array([*itertools.combinations(range(samples), size)], np.int32), True
    random = np.random.default_rng(seed)
    if size == 1:
        chosen = np.sort(random.choice(samples, MOST, replace=False))[:, None]
    else:
        chosen = np.array([random.choice(samples, size, replace=False) for _ in range(MOST)])
    return np.sort(chosen, axis=1).astype(np.int32), False


class Fans:
    """The fans of a way down a problem; compiled when first asked for.

    Parameters
    ----------
    descent : Descent
        What would take the steps, on batches of its size; where it reads all, on single samples.

    Raises
    ------
    ArgumentError
        If there are no samples to choose from, or the optimizer takes no steps on batches.

    Examples
    --------
    >>> from gdwidget import problems
    >>> from gdwidget._core.descent import Descent
    >>> descent = Descent(problems.line(), batch_size=1)
    >>> fan = Fans(descent).at(descent.init(0.01), 0.01)
    >>> [round(value, 2) for value in fan.values[:, 0].tolist()], fan.share
    ([7.88, 8.0, 7.88, 7.52, 6.92, 6.08], 0.0)
    """

    def __init__(self, descent: Descent) -> None:
        problem = self._problem = descent.problem
        if not problem.samples:
            given = "a stream" if problem.stream else "none"
            raise ArgumentError("data", given, "data to choose samples from, given as a whole")
        self.descent = descent
        self.size = descent.batches.size if descent.batches else 1
        self._seed = descent.seed
        batches = descent.batches or Batches(problem.samples, 1, descent.seed)
        program = Program(problem, descent.optimizer, batches, 1)
        if descent.optimizer.name == CUSTOM:
            failures.check_optimizer(descent.optimizer, problem, batches, program)
        self._plain = descent.optimizer.plain
        count = len(problem.parameters.recorded)

        def after(batch: Any, moves: Any, others: Any) -> Any:
            """Return the recorded numbers after a step on a batch, then the loss on all data."""
            params, opt_state, rate, data = others
            read = jax.tree.map(lambda array: array[batch], data)
            parameters = problem.parameters
            before = parameters.tree(params)
            loss, gradient = jax.value_and_grad(
                lambda tree: problem.silent(parameters.with_tree(params, tree), read)
            )(before)
            departure = Departure(gradient, opt_state, None if self._plain else loss)
            led = program.led(params, departure, rate, data)
            # Where nothing moves, the loss is measured by the same code: no rounding is uphill.
            tree = jax.tree.map(lambda new, old: jnp.where(moves, new, old), led, before)
            here = parameters.with_tree(params, tree)
            numbers = parameters.flatten(here)[:count]
            return jnp.append(numbers, problem.silent(here, data))

        self._one = Compiled(after, place=descent.place)
        self._many = Compiled(jax.vmap(after, in_axes=(0, 0, None)), place=descent.place)
        self._after = after

    def at(self, state: State, rate: float, wanted: Callable[[], bool] = lambda: True) -> Fan:
        """Return the fan at a state.

        Parameters
        ----------
        state : State
            Where the steps would set out; what the optimizer remembers is taken into account.
        rate : float
            The learning rate of the step.
        wanted : callable, optional
            Asked now and then whether it is still wanted.

        Raises
        ------
        GivenUp
            If it is not.
        """
        problem = self._problem
        batches, whole = choices(problem.samples, self.size, self._seed)
        # The first one stays where it is.
        tried = np.concatenate([batches[:1], batches])
        moves = np.arange(len(tried)) > 0
        others = (problem.given(state.params), state.opt_state, np.float32(rate), self.descent.data)
        at_once = self._at_once(tried, others)
        found: list[NDArray[np.float32]] = []
        for first in range(0, len(tried), at_once):
            if not wanted():
                raise GivenUp
            some = slice(first, first + at_once)
            found.append(self._some(tried[some], moves[some], at_once, others))
        rows = np.concatenate(found)
        names, complete = problem.parameters.recorded, problem.parameters.complete
        loss, losses = rows[0, -1], rows[1:, -1]
        return Fan(batches, whole, names, complete, rows[1:, :-1], loss, losses)

    def _some(
        self, batches: NDArray[np.int32], moves: NDArray[np.bool_], at_once: int, others: Any
    ) -> NDArray[np.float32]:
        if at_once == 1:
            return np.asarray(self._one(batches[0], moves[0], others))[None]
        lacking = at_once - len(batches)
        filled = np.pad(batches, [(0, lacking), (0, 0)], mode="edge")
        return np.asarray(self._many(filled, np.pad(moves, (0, lacking)), others))[: len(batches)]

    def _at_once(self, batches: NDArray[np.int32], others: Any) -> int:
        """Return how many are tried at once, as memory allows and so that steps need not wait."""
        if self._problem.has_callbacks:
            return 1
        cost = cost_of(self._after, batches[0], np.True_, others)
        most = min(MOST_BYTES / max(1, cost.memory), QUICK_OPERATIONS / max(1, cost.operations))
        return int(max(1, min(len(batches), most)))
