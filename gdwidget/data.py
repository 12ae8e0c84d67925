"""Checks of data: arrays with one row a sample."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding

from gdwidget.errors import ArgumentError


def checked_data(data: tuple[object, ...] | list[object]) -> tuple[jax.Array, ...]:
    """Return arrays on the device, floats as float32, or say what is wrong with them.

    Arrays that jax has on several devices stay where they are.

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
    arrays = [_checked(f"data[{position}]", given) for position, given in enumerate(data)]
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) > 1 or lengths[0] == 0:
        raise ArgumentError("data", f"lengths {lengths}", "arrays of one length, at least 1")
    return tuple(arrays)


def _checked(argument: str, given: object) -> jax.Array:
    try:
        array = _placed(given) if isinstance(given, jax.Array) else np.asarray(given)
    except ValueError as error:
        raise ArgumentError(argument, given, "an array of numbers") from error
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
        real = "" if array.dtype == object else "real "
        raise ArgumentError(argument, given, f"an array of {real}numbers")
    if isinstance(array, jax.Array):
        return array
    converted: jax.Array = jax.device_put(array)
    if not np.array_equal(converted, array):
        raise ArgumentError(argument, given, "whole numbers within int32")
    return converted


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
