"""On which device a problem is computed: exact digits on the CPU, all else where jax computes."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import jax
import numpy as np

from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Place: TypeAlias = jax.Device | jax.sharding.Sharding
"""One device, or how arrays are spread over several."""


class Placement(NamedTuple):
    """Where one problem is computed.

    Attributes
    ----------
    exact : bool
        Whether its steps are compiled exactly unless something else is asked for.
    quick : jax.Device or jax.sharding.Sharding
        Where it is computed if they are not.
    """

    exact: bool
    quick: Place

    @property
    def place(self) -> Place:
        """Where it is computed unless something else is asked for."""
        return self.of(exact=self.exact)

    @classmethod
    def found(cls, start: Any, data: Any, *, small: bool) -> Placement:
        """Return where a problem is computed, by its size and where its arrays are.

        Parameters
        ----------
        start, data : pytree
            Its parameters and data, of which arrays of jax may be put on a device, or spread.
        small : bool
            Whether steps are compiled exactly if one device has it all.

        Raises
        ------
        ArgumentError
            If arrays are put on several devices, and none is spread over them.
        """
        quick = _chosen("data", data) or _chosen("params", start) or default_device()
        single = isinstance(quick, jax.Device)
        return cls(small and single and cpu() is not None, quick)

    def of(self, *, exact: bool) -> Place:
        """Return where steps are taken that are compiled exactly, or are not.

        Raises
        ------
        ArgumentError
            If they are to be exact, and jax has no CPU.
        """
        if not exact or not isinstance(self.quick, jax.Device):
            return self.quick
        place = cpu()
        if place is None:
            accepted = "False where jax has no CPU, as with JAX_PLATFORMS=cuda; cuda,cpu has one"
            raise ArgumentError("exact", exact, accepted)
        return place


@functools.cache
def cpu() -> jax.Device | None:
    """Return the CPU as a device of jax; None where jax was told to have none."""
    try:
        device: jax.Device = jax.local_devices(backend="cpu")[0]
    except RuntimeError:
        return None
    return device


def default_device() -> jax.Device:
    """Return the device on which jax computes where nothing else is said."""
    (device,) = jax.device_put(np.float32(0)).devices()
    return device


def placed(tree: Any, place: Place | None) -> Any:
    """Return a pytree whose arrays of jax are on a device; the same one if they are already.

    Numbers of NumPy stay as they are, and so do arrays that are spread.

    Examples
    --------
    >>> here = placed({"W": jax.numpy.ones(2), "b": np.ones(2)}, cpu())
    >>> here["W"].devices() == {cpu()}, type(here["b"]).__name__
    (True, 'ndarray')
    """
    if not isinstance(place, jax.Device) or all(_is_on(place, leaf) for leaf in _arrays(tree)):
        return tree
    return jax.tree.map(
        lambda leaf: leaf if _is_on(place, leaf) else jax.device_put(leaf, place), tree
    )


def computing_on(place: Place | None) -> AbstractContextManager[Any]:
    """Return a context in which jax computes on a device where nothing else is said."""
    if not isinstance(place, jax.Device):
        return contextlib.nullcontext()
    context: AbstractContextManager[Any] = jax.default_device(place)
    return context


def _is_on(place: jax.Device, leaf: Any) -> bool:
    """Return whether this needs no move, and stays whatever becomes the default device."""
    if not isinstance(leaf, jax.Array) or len(leaf.devices()) > 1:
        return True
    return leaf.devices() == {place} and (leaf.committed or place == jax.local_devices()[0])


def _arrays(tree: Any) -> list[jax.Array]:
    return [leaf for leaf in jax.tree.leaves(tree) if isinstance(leaf, jax.Array)]


def _chosen(argument: str, tree: Any) -> Place | None:
    """Return where arrays were put on purpose; None if none was."""
    arrays = [array for array in _arrays(tree) if array.committed]
    for array in arrays:
        if len(array.devices()) > 1:
            return array.sharding
    devices = sorted(
        {f"{device.platform}:{device.id}" for array in arrays for device in array.devices()}
    )
    if len(devices) > 1:
        accepted = "arrays on one device, or spread over several by a jax.sharding.Sharding"
        raise ArgumentError(argument, f"arrays on {', '.join(devices)}", accepted)
    return next(iter(arrays[0].devices())) if arrays else None
