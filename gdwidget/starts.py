"""Checks of parameters: numbers, arrays or pytrees of floats."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget.checks import real_number
from gdwidget.errors import ArgumentError


def checked_start(name: str, value: object) -> Any:
    """Return a parameter's starting value: numpy.float32, or a pytree of float32 arrays.

    Raises
    ------
    ArgumentError
        If it is neither, or not finite.

    Examples
    --------
    >>> checked_start("W", 8)
    np.float32(8.0)
    """
    try:
        leaves, structure = jax.tree.flatten(value)
    except ValueError as error:
        raise ArgumentError(name, value, "numbers, arrays or pytrees of them") from error
    if len(leaves) != 1 or leaves[0] is not value:
        return jax.tree.unflatten(structure, [_check_leaf(name, leaf) for leaf in leaves])
    if getattr(value, "shape", ()) != ():
        return _check_leaf(name, value)
    if not isinstance(value, int):
        _check_dtype(name, value, np.dtype(getattr(value, "dtype", np.float32)))
    return np.float32(real_number(name, value))


def _check_leaf(name: str, value: object) -> jax.Array:
    accepted = "arrays of finite floats within float32"
    try:
        array = value if isinstance(value, jax.Array) else np.asarray(value)
    except ValueError as error:
        raise ArgumentError(name, value, accepted) from error
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        _check_dtype(name, value, array.dtype)
    with np.errstate(over="ignore"):
        array = array.astype(np.float32)
    if not bool(jnp.isfinite(array).all()):
        raise ArgumentError(name, value, accepted)
    return jnp.asarray(array)


def _check_dtype(name: str, value: object, dtype: np.dtype[Any]) -> None:
    if jnp.issubdtype(dtype, jnp.complexfloating):
        raise ArgumentError(name, value, "real floats", "it is complex")
    if not jnp.issubdtype(dtype, jnp.floating):
        accepted = "floats; integer arrays cannot be differentiated"
        raise ArgumentError(name, value, accepted, f"it is {dtype}")


def same_structure(name: str, value: Any, before: Any) -> Any:
    """Return ``value`` if it has the structure and shapes of ``before``.

    Raises
    ------
    ArgumentError
        If it has not.
    """
    structures: list[Any] = [jax.tree.structure(tree) for tree in (value, before)]
    shapes = [[leaf.shape for leaf in jax.tree.leaves(tree)] for tree in (value, before)]
    if structures[0] != structures[1] or shapes[0] != shapes[1]:
        shown = [jax.tree.map(lambda leaf: leaf.shape, tree) for tree in (value, before)]
        raise ArgumentError(name, f"shapes {shown[0]}", f"shapes {shown[1]}, as at the start")
    return value
