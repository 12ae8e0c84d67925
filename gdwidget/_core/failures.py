"""What is said where a start, a step or an optimizer fails: on which batch, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from optax.contrib import DifferentiallyPrivateAggregateState

from gdwidget._core.optimizers import holds
from gdwidget._core.step import Departure
from gdwidget.errors import ArgumentError, cause

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdwidget._core.batching import Batches
    from gdwidget._core.optimizers import Optimizer
    from gdwidget._core.problem import Problem
    from gdwidget._core.state import State
    from gdwidget._core.step import Program


def no_start(problem: Problem, start: Mapping[str, Any], because: str) -> ArgumentError:
    """Return the error of a start where no descent can begin.

    Examples
    --------
    >>> from gdwidget import problems
    >>> problem = problems.line()
    >>> str(no_start(problem, problem.start, "loss inf there").given)
    'W = 8.0, b = -1.0'
    """
    given = ", ".join(f"{name} = {start[name]!s}" for name in problem.scalars)
    accepted = "a start where the loss and its gradient are finite"
    return ArgumentError("start", given, accepted, because)


def raised_there(error: Exception, batch: str) -> str:
    """Return why a start is refused where the loss raises.

    Examples
    --------
    >>> raised_there(ValueError("too low"), "the batch was 0 of epoch 0")
    'the loss raised ValueError there: too low; the batch was 0 of epoch 0'
    """
    text = cause(error).partition("\n")[0]
    reason = f"the loss raised {type(error).__name__} there: {text}"
    return f"{reason}; {batch}" if batch else reason


def not_finite_there(state: State, slope: np.float32) -> str:
    """Return why a start is refused where loss or gradient are not finite."""
    full = "" if state.full_loss is None else f" ({state.full_loss!s} on all data)"
    return f"loss {state.loss!s}{full}, gradient {slope!s} there"


def batch_shown(problem: Problem, batches: Batches | None, step: int) -> str:
    """Return which batch a step reads, in words; nothing where it reads all data."""
    if problem.stream:
        return problem.stream.shown
    return batches.shown(step) if batches else ""


def note(error: Exception, step: int, problem: Problem, batches: Batches | None) -> None:
    """Add to an error of the loss in which step it was raised, and on which batch."""
    where = [f"raised in step {step:,}", batch_shown(problem, batches, step)]
    error.add_note("; ".join(filter(None, where)))


def note_of_loop(error: Exception, step: int, problem: Problem, batches: Batches | None) -> None:
    """Do as `note` does; a loop is traced before its first step, for batches of both lengths."""
    if batches is None:
        note(error, step, problem, batches)
        return
    lengths = f"{batches.size} samples, the last of an epoch of {batches.short}"
    error.add_note(f"raised for batches of {lengths}")


def check_optimizer(
    optimizer: Optimizer, problem: Problem, batches: Batches | None, program: Program
) -> None:
    """Check that an optimizer that was handed in can make an update of the parameters.

    Raises
    ------
    ArgumentError
        If it cannot, or if what it remembers changes its form.
    """
    accepted = "an optimizer that can make an update of these parameters"

    def update(params: Any, data: Any) -> Any:
        tree = problem.parameters.tree(params)
        opt_state = optimizer.init(tree)
        if holds(opt_state, DifferentiallyPrivateAggregateState):
            reason = "it takes the gradient of every single sample, and there is one of all"
            raise ArgumentError("optimizer", optimizer.given, accepted, reason)
        departure = Departure(tree, opt_state, np.float32(0))
        return opt_state, program.remembered(params, departure, np.float32(1), data)

    try:
        before, after = jax.eval_shape(update, problem.given(), problem.data)
    except ArgumentError:
        raise
    except Exception as error:
        reason = f"it raised {type(error).__name__}: {cause(error)}"
        if batches or problem.stream:
            reason += "; a loss to evaluate in an update is there only without batches"
        raise ArgumentError("optimizer", optimizer.given, accepted, reason) from error
    if _types(before) != _types(after):
        reason = "what it remembers changes its shapes, types or structure in an update"
        raise ArgumentError("optimizer", optimizer.given, accepted, reason)


def _types(tree: Any) -> Any:
    leaves, structure = jax.tree.flatten(tree)
    return structure, [(leaf.shape, leaf.dtype) for leaf in leaves]
