"""Descent on a problem by optax in a bare loop, to try what the ready-made problems claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    import optax
    from numpy.typing import NDArray

    from gdwidget import Problem


class Descended(NamedTuple):
    """The last parameters, and losses and learning numbers from the start to the last step."""

    params: dict[str, Any]
    losses: NDArray[np.float32]
    path: NDArray[np.float32]


def descend(problem: Problem, optimizer: optax.GradientTransformation, steps: int) -> Descended:
    """Take the steps in one compiled loop, on all data, whatever comes."""
    parameters = problem.parameters

    def advance(carry: Any, _: None) -> Any:
        params, memory = carry
        value, gradient = problem.value_and_grad(params, problem.data)
        tree = parameters.tree(params)
        updates, memory = optimizer.update(gradient, memory, tree)
        moved = parameters.with_tree(params, jax.tree.map(jnp.add, tree, updates))
        return (moved, memory), (value, parameters.flatten(params))

    start = jax.tree.map(jnp.asarray, dict(problem.start))
    run = jax.jit(lambda carry: jax.lax.scan(advance, carry, None, length=steps))
    (params, _), (losses, path) = run((start, optimizer.init(parameters.tree(start))))
    return Descended(
        params,
        np.append(losses, problem.evaluate(params, problem.data)),
        np.concatenate([path, parameters.flatten(params)[None]]),
    )


def slope(problem: Problem, **params: Any) -> NDArray[np.float32]:
    """Return the gradient in all learning numbers at the parameters given."""
    at = jax.tree.map(jnp.float32, {**problem.start, **params})
    _, gradient = problem.value_and_grad(at, problem.data)
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(gradient)])


def loss_at(problem: Problem, **params: Any) -> float:
    """Return the loss at the parameters given."""
    return float(problem.evaluate({**problem.start, **params}, problem.data))
