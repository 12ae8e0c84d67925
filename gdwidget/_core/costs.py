"""What evaluating a function costs, by what jax traces of it: nothing is compiled or run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import jax

if TYPE_CHECKING:
    from collections.abc import Callable

    from jax.extend.core import Jaxpr

_CUBIC = frozenset({"cholesky", "eig", "eigh", "lu", "qr", "schur", "svd", "triangular_solve"})


class Cost(NamedTuple):
    """What one evaluation costs at most.

    Attributes
    ----------
    operations : float
        About how many numbers are read, written or multiplied; infinite where that depends
        on them.
    memory : float
        Bytes of all results on the way together.
    """

    operations: float
    memory: float


def cost_of(function: Callable[..., Any], *arguments: Any) -> Cost:
    """Return what a call would cost.

    Parameters
    ----------
    function : callable
        May be traced by jax.
    *arguments : pytree of array
        Of which only shape and type matter.

    Examples
    --------
    >>> import numpy as np
    >>> matrix = np.ones((100, 100), np.float32)
    >>> cost_of(lambda m: m @ m, matrix)
    Cost(operations=1000000.0, memory=40000.0)
    """
    return _cost(jax.make_jaxpr(function)(*arguments).jaxpr)


def inner_programs(equation: Any) -> list[Jaxpr]:
    """Return the programs within an operation: bodies of loops, branches, compiled functions.

    Examples
    --------
    >>> import numpy as np
    >>> (outer,) = jax.make_jaxpr(jax.jit(lambda x: x + 1))(np.float32(1)).jaxpr.eqns
    >>> [[each.primitive.name for each in inner.eqns] for inner in inner_programs(outer)]
    [['add']]
    """
    leaves = jax.tree.leaves(
        list(equation.params.values()), is_leaf=lambda leaf: hasattr(leaf, "eqns")
    )
    inner: list[Any] = [getattr(leaf, "jaxpr", leaf) for leaf in leaves]
    return [each for each in inner if hasattr(each, "eqns")]


def _cost(jaxpr: Jaxpr) -> Cost:
    operations, memory = 0.0, 0.0
    equations: list[Any] = jaxpr.eqns
    for equation in equations:
        name, sizes = equation.primitive.name, [_size(each) for each in equation.invars]
        made = [_size(each) for each in equation.outvars]
        memory += sum(_bytes(each) for each in equation.outvars)
        inner = [_cost(each) for each in inner_programs(equation)]
        if inner:
            turns = math.inf if name == "while" else float(equation.params.get("length") or 1)
            operations += turns * sum(each.operations for each in inner)
            memory += sum(each.memory for each in inner)
        elif name == "dot_general":
            (contracted, _), _ = equation.params["dimension_numbers"]
            shape = equation.invars[0].aval.shape
            operations += made[0] * math.prod(shape[axis] for axis in contracted)
        elif name == "conv_general_dilated":
            features = equation.params["dimension_numbers"].rhs_spec[0]
            operations += made[0] * sizes[1] / equation.invars[1].aval.shape[features]
        elif name in _CUBIC:
            operations += 10 * max(sizes) ** 1.5
        else:
            operations += max([*sizes, *made], default=0.0)
    return Cost(operations, memory)


def _size(variable: Any) -> float:
    return float(math.prod(getattr(variable.aval, "shape", ())))


def _bytes(variable: Any) -> float:
    itemsize = getattr(getattr(variable.aval, "dtype", None), "itemsize", 0)
    return _size(variable) * itemsize
