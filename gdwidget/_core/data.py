"""Checks of data: arrays with one row a sample, and pytrees of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding

from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def checked_data(data: tuple[object, ...], names: str = "data[{}]") -> tuple[Any, ...]:
    """Return arrays on the device, floats as float32, or say what is wrong with them.

    Each argument is an array or a pytree of arrays: tuples, dicts and what else jax knows. A
    list is an array that is written out, and so is a tuple of numbers. Truth values become 0
    and 1. Series and tables of pandas are taken by their columns. Arrays that jax has on
    several devices stay where they are.

    Parameters
    ----------
    data : tuple of array_like or pytree of them
        The arguments.
    names : str
        What an argument is called, by its position.

    Raises
    ------
    ArgumentError
        If one is no array of finite real numbers with one row a sample, or their lengths
        differ.

    Examples
    --------
    >>> xs, ys = checked_data(([1.0, 2.0], [0, 1]))
    >>> str(xs.dtype), str(ys.dtype)
    ('float32', 'int32')
    """
    accepted = "a tuple of arrays with one row a sample, such as (xs, ys)"
    if not data:
        raise ArgumentError("data", data, accepted)
    checked = [_checked_tree(names.format(position), each) for position, each in enumerate(data)]
    arrays = jax.tree.leaves(checked)
    if not arrays:
        raise ArgumentError("data", data, accepted)
    if len({len(array) for array in arrays}) > 1 or len(arrays[0]) == 0:
        lengths = f"lengths {jax.tree.map(len, checked)}"
        raise ArgumentError("data", lengths, "arrays of one length, at least 1")
    return tuple(checked)


def _checked_tree(argument: str, given: object) -> Any:
    return jax.tree_util.tree_map_with_path(
        lambda path, leaf: _checked(argument + jax.tree_util.keystr(path), leaf),
        given,
        is_leaf=_is_written_out,
    )


def _is_written_out(given: object) -> bool:
    """Return whether these are rows, and no arrays side by side."""
    if isinstance(given, list):
        return True
    if not isinstance(given, tuple) or hasattr(given, "_fields") or not given:
        return False
    return jax.tree_util.all_leaves(given) and not any(map(np.ndim, given))


def _checked(argument: str, given: object) -> jax.Array:
    try:
        array = _placed(given) if isinstance(given, jax.Array) else _numbers(argument, given)
    except ArgumentError:
        raise
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise ArgumentError(argument, given, "an array of numbers", reason) from error
    if array.dtype == bool:
        array = array.astype(np.int32)
    if array.ndim == 0:
        raise ArgumentError(argument, given, "an array with one row a sample")
    finite = jnp.isfinite if isinstance(array, jax.Array) else np.isfinite
    if jnp.issubdtype(array.dtype, np.floating):
        with np.errstate(over="ignore"):
            array = array.astype(np.float32)
        if not bool(finite(array).all()):
            accepted = "finite numbers within float32 only, no NaN and no inf"
            raise ArgumentError(argument, given, accepted)
        on_device: jax.Array = jax.device_put(array)
        return on_device
    if not jnp.issubdtype(array.dtype, np.integer):
        accepted = "an array of numbers" if array.dtype == object else "an array of real numbers"
        raise ArgumentError(argument, given, accepted)
    if isinstance(array, jax.Array):
        return array
    converted: jax.Array = jax.device_put(array)
    if not np.array_equal(converted, array):
        raise ArgumentError(argument, given, "whole numbers within int32")
    return converted


def _numbers(argument: str, given: Any) -> NDArray[Any]:
    """Return what was given as an array; a series or table of pandas by way of its columns."""
    if not (hasattr(given, "isna") and hasattr(given, "to_numpy")):
        return np.asarray(given)
    columns = list(given.items()) if hasattr(given, "columns") else [(given.name, given)]
    for name, column in columns:
        if getattr(column.dtype, "kind", "O") not in "biuf":
            because = f"column {name!r} is {column.dtype}"
            raise ArgumentError(argument, type(given).__name__, "columns of numbers", because)
    whole = all(column.dtype.kind in "biu" for _, column in columns)
    if whole and not given.isna().to_numpy().any():
        return np.asarray(given.to_numpy(dtype=np.int64))
    return np.asarray(given.to_numpy(dtype=np.float64, na_value=np.nan))


def _placed(array: jax.Array) -> jax.Array:
    """Return the array, where it is, on a mesh that leaves it to jax how results are spread."""
    sharding = array.sharding
    if not isinstance(sharding, NamedSharding) or not isinstance(sharding.mesh, Mesh):
        return array
    mesh = sharding.mesh
    automatic = (AxisType.Auto,) * len(mesh.axis_names)
    if mesh.axis_types == automatic:
        return array
    same = Mesh(mesh.devices, mesh.axis_names, axis_types=automatic)
    placed: jax.Array = jax.device_put(array, NamedSharding(same, sharding.spec))
    return placed
