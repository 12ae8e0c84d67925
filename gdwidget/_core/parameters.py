"""Parameters as a pytree and as one vector: which numbers learn, and what each is called."""

from __future__ import annotations

import itertools
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.leaves import Leaves
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_NAMED = 32
"""Problems with at most this many learning numbers have all of them recorded at every step."""

FEW_NAMED = 8
"""How many are recorded of larger problems."""


class Parameters:
    """The numbers that learn, in the order of `jax.tree.leaves`.

    Parameters
    ----------
    start : mapping of str to pytree
        All parameters of a problem, those that are held included.
    learning : tuple of str
        Names of those that learn, in the order of ``argnums``.
    single : bool
        Whether ``argnums`` is one number, so that the learning tree is a parameter itself
        and no tuple of parameters.

    Attributes
    ----------
    count : int
        How many numbers learn.

    Examples
    --------
    >>> start = {"layer": {"w": jnp.zeros((2, 2)), "b": jnp.zeros(2)}, "scale": 1.0}
    >>> parameters = Parameters(start, ("layer",), single=True)
    >>> parameters.count, parameters.names(3)
    (6, ('layer.b[0]', 'layer.b[1]', 'layer.w[0,0]'))
    """

    def __init__(
        self, start: Mapping[str, Any], learning: tuple[str, ...], *, single: bool
    ) -> None:
        self._learning = learning
        self._single = single
        self._leaves = {name: Leaves(value) for name, value in start.items()}
        self._shapes = [self._leaves[name].shapes for name in learning]
        self._only_arrays = all(each.whole_arrays for each in self._leaves.values())
        self._paths = [f"{name}{path}" for name in learning for path in self._leaves[name].paths]
        self.count: int = sum(math.prod(shape) for shapes in self._shapes for shape in shapes)

    @cached_property
    def recorded(self) -> tuple[str, ...]:
        """Names of the numbers of which every step's value and gradient are recorded.

        Raises
        ------
        ArgumentError
            If two of them have one name.
        """
        names = self.names(MOST_NAMED if self.count <= MOST_NAMED else FEW_NAMED)
        for name in names:
            if names.count(name) > 1:
                raise ArgumentError("params", f"two parameters named {name}", "different names")
        return names

    @property
    def complete(self) -> bool:
        """Whether all numbers are recorded."""
        return self.count <= MOST_NAMED

    def names(self, most: int | None = None) -> tuple[str, ...]:
        """Return the first names, such as ``"W"`` or ``"layers[0].w[2,1]"``."""
        return tuple(itertools.islice(self._names(), most))

    def tree(self, params: Mapping[str, Any]) -> Any:
        """Return the pytree that learns: one parameter, or a tuple of them, floats alone."""
        learning = [self._leaves[name].floats(params[name]) for name in self._learning]
        return learning[0] if self._single else tuple(learning)

    def with_tree(self, params: Mapping[str, Any], tree: Any) -> dict[str, Any]:
        """Return all parameters, with the floats of those that learn taken from ``tree``."""
        trees = (tree,) if self._single else tree
        learning = zip(self._learning, trees, strict=True)
        return {
            **params,
            **{name: self._leaves[name].with_tree(params[name], each) for name, each in learning},
        }

    def arrays(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of all parameters jax can compute with: what compiled functions take."""
        if self._only_arrays:
            return dict(params)
        return {name: self._leaves[name].arrays(value) for name, value in params.items()}

    def floats(self, params: Mapping[str, Any], name: str) -> list[Any]:
        """Return the leaves of one parameter that are floats."""
        return jax.tree.leaves(self._leaves[name].floats(params[name]))

    def with_floats(self, params: Mapping[str, Any], name: str, floats: Sequence[Any]) -> Any:
        """Return one parameter with other floats; may be traced."""
        return self._leaves[name].with_floats(params[name], floats)

    def values(self, params: Mapping[str, Any]) -> list[Any]:
        """Return what functions of the user take: every parameter whole; may be traced."""
        return [leaves.whole(params[name]) for name, leaves in self._leaves.items()]

    def flatten(self, params: Mapping[str, Any]) -> jax.Array:
        """Return the learning numbers of ``params`` as a vector; may be traced.

        Returns
        -------
        jax.Array, shape (count,), dtype float32
        """
        return vector(self.tree(params))

    def unflatten(self, numbers: Any, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return all parameters, with those that learn taken from a vector; may be traced.

        Parameters
        ----------
        numbers : array, shape (count,)
            A numpy array gives numpy arrays, a jax array jax arrays.
        params : mapping of str to pytree
            Gives structure and shapes, and the parameters that are held.
        """
        values = dict(params)
        start = 0
        for name, shapes in zip(self._learning, self._shapes, strict=True):
            leaves = []
            for shape in shapes:
                stop = start + math.prod(shape)
                leaves.append(numbers[start:stop].reshape(shape) if shape else numbers[start])
                start = stop
            values[name] = self._leaves[name].with_floats(params[name], leaves)
        return values

    def with_numbers(
        self, params: Mapping[str, Any], numbers: Mapping[str, float]
    ) -> dict[str, Any]:
        """Return all parameters, with some numbers replaced by name.

        Raises
        ------
        ArgumentError
            If a name is neither a recorded number's nor a parameter's.
        """
        values, flat = dict(params), np.array(self.flatten(params))
        held = {name: number for name, number in numbers.items() if name not in self.recorded}
        for name, number in numbers.items():
            if name in self.recorded:
                flat[self.recorded.index(name)] = number
            elif name not in values:
                accepted = f"one of {', '.join({**dict.fromkeys(self.recorded), **values})}"
                raise ArgumentError("parameter", name, accepted)
        return {**self.unflatten(flat, values), **held}

    def _names(self) -> Iterator[str]:
        shapes = itertools.chain.from_iterable(self._shapes)
        for path, shape in zip(self._paths, shapes, strict=True):
            for index in itertools.product(*map(range, shape)):
                yield f"{path}[{','.join(map(str, index))}]" if index else path


def vector(tree: Any) -> jax.Array:
    """Return the numbers of all leaves one after the other; may be traced.

    Examples
    --------
    >>> vector({"w": jnp.ones((2, 1)), "b": jnp.float32(3)}).tolist()
    [3.0, 1.0, 1.0]
    """
    leaves = [jnp.ravel(leaf) for leaf in jax.tree.leaves(tree)]
    return leaves[0] if len(leaves) == 1 else jnp.concatenate(leaves)
