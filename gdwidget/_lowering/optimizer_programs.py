"""The update of an optimizer as a program that a page can run."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.optimizers import CUSTOM, terms
from gdwidget._lowering.trace import NotPortableError, traced, typed

if TYPE_CHECKING:
    from gdwidget._core.optimizers import Optimizer

    Leaves = tuple[jax.ShapeDtypeStruct, ...]

MOST_KEPT = 128
"""How many programs are kept of optimizers that are known by name: a widget has a dozen."""


def programs_of(
    optimizer: Optimizer, structure: jax.tree_util.PyTreeDef, learning: Leaves
) -> dict[str, Any]:
    """Return what an optimizer remembers at the start and its update, ready for JSON.

    An optimizer that is known by name has the same programs in every widget whose parameters
    are of the same shapes: they are traced once.

    Parameters
    ----------
    optimizer : Optimizer
        Whose they are.
    structure : PyTreeDef
        Of the parameters that learn.
    learning : tuple of ShapeDtypeStruct
        Their leaves.

    Raises
    ------
    NotPortableError
        If it does what a page cannot; it says what.

    Examples
    --------
    >>> from gdwidget._core.optimizers import Optimizer
    >>> number = jax.ShapeDtypeStruct((), np.float32)
    >>> programs = programs_of(Optimizer.of("adam"), jax.tree.structure(number), (number,))
    >>> programs["terms"]
    ['momentum', 'second moment']
    """
    traced_as_due = _traced if optimizer.name == CUSTOM else _traced_once
    return traced_as_due(optimizer, structure, learning)


def _traced(
    optimizer: Optimizer, structure: jax.tree_util.PyTreeDef, learning: Leaves
) -> dict[str, Any]:
    count = len(learning)
    remembered: Any = None
    words: list[str] = []

    def init(*leaves: Any) -> list[Any]:
        nonlocal remembered
        flat, remembered = jax.tree.flatten(optimizer.init(structure.unflatten(leaves)))
        return [jnp.asarray(leaf) for leaf in flat]

    def update(*arrays: Any) -> list[Any]:
        tree = structure.unflatten(arrays[:count])
        gradient = structure.unflatten(arrays[count : 2 * count])
        memory = jax.tree.unflatten(remembered, arrays[2 * count : -2])
        rate, loss = arrays[-2:]
        told = {} if optimizer.plain else {"value": loss, "grad": gradient}
        unknown = dict.fromkeys(("value_fn", "obj_fn", "grad_fn"), _no_value)
        tree, memory = optimizer.update(gradient, memory, tree, rate, **unknown, **told)
        named = terms(memory, tree)
        words[:] = named
        return [*jax.tree.leaves(tree), *jax.tree.leaves(memory), *named.values()]

    memory = jax.eval_shape(init, *learning)
    number = typed((), np.float32)
    return {
        "init": traced(init, *learning),
        "update": traced(update, *learning, *learning, *memory, number, number),
        "terms": words,
        "plain": optimizer.plain,
        "takes_rate": optimizer.takes_rate,
    }


_traced_once = lru_cache(MOST_KEPT)(_traced)


def _no_value(*_: object) -> Any:
    reason = "it evaluates the loss itself, which a page cannot do within an update."
    raise NotPortableError(reason)
