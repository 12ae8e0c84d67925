"""The leaves of a parameter: arrays that jax computes with, those of floats, and all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.tree_util import DictKey, FlattenedIndexKey, GetAttrKey, SequenceKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Leaf(NamedTuple):
    """One leaf of a parameter.

    Attributes
    ----------
    path : str
        Where it is, as Python text after the parameter's name.
    value : object
        The leaf.
    in_model : bool
        Whether it is a part of something that can be called, a model, of which float arrays
        are the parameters and all else are settings.
    """

    path: str
    value: Any
    in_model: bool


class Leaves:
    """How a parameter's leaves are told apart, with those of them that jax cannot compute with.

    Trees may lack leaves: `arrays` are those that jax computes with, `floats` those that can
    learn. What is lacking is None in them.

    Parameters
    ----------
    value : pytree
        The parameter, whole.

    Attributes
    ----------
    paths : tuple of str
        Where the floats are.
    shapes : tuple of tuple of int
        Shapes of the floats.

    Examples
    --------
    >>> leaves = Leaves({"w": jnp.ones(2), "act": jnp.tanh, "n": jnp.int32(3)})
    >>> leaves.paths, leaves.floats({"w": jnp.ones(2), "act": jnp.tanh, "n": jnp.int32(3)})["n"]
    (('.w',), None)
    """

    def __init__(self, value: Any) -> None:
        paths = jax.tree_util.tree_leaves_with_path(value)
        self._structure = jax.tree.structure(value)
        self._values = tuple(leaf for _, leaf in paths)
        self._float = tuple(map(is_float, self._values))
        self._array = tuple(map(is_array, self._values))
        kept = [pair for pair, learns in zip(paths, self._float, strict=True) if learns]
        self.paths = tuple(path_text(path) for path, _ in kept)
        self.shapes = tuple(tuple(leaf.shape) for _, leaf in kept)
        self._plain = all(self._float)
        self._whole = all(self._array)

    @property
    def whole_arrays(self) -> bool:
        """Whether there is nothing but arrays."""
        return self._whole

    @property
    def others(self) -> tuple[Any, ...]:
        """The leaves that are no floats."""
        return tuple(v for v, floats in zip(self._values, self._float, strict=True) if not floats)

    def shaped(self, value: Any) -> Any:
        """Return the tree of the floats' shapes."""
        return jax.tree.map(lambda leaf: leaf.shape, self.floats(value))

    def floats(self, value: Any) -> Any:
        """Return the tree with its floats alone; may be traced."""
        return value if self._plain else self._only(value, self._float)

    def arrays(self, value: Any) -> Any:
        """Return the tree without what jax cannot compute with."""
        return value if self._whole else self._only(value, self._array)

    def whole(self, value: Any) -> Any:
        """Return a tree of `arrays` with all leaves again; a whole one stays as it is."""
        if self._whole or len(leaves := jax.tree.leaves(value)) == len(self._values):
            return value
        numbers = iter(leaves)
        pairs = zip(self._values, self._array, strict=True)
        return self._made(next(numbers) if array else leaf for leaf, array in pairs)

    def with_floats(self, value: Any, numbers: Sequence[Any]) -> Any:
        """Return ``value`` with other floats, given as a list; may be traced."""
        if self._plain:
            return self._made(numbers)
        kept, new = self._kept(value), iter(numbers)
        leaves = iter(jax.tree.leaves(value))
        pairs = [
            (next(leaves) if has else None, f) for has, f in zip(kept, self._float, strict=True)
        ]
        return self._made(next(new) if learns else leaf for leaf, learns in pairs)

    def with_tree(self, value: Any, tree: Any) -> Any:
        """Return ``value`` with the floats of ``tree``; may be traced."""
        return tree if self._plain else self.with_floats(value, jax.tree.leaves(tree))

    def _only(self, value: Any, wanted: tuple[bool, ...]) -> Any:
        leaves = iter(jax.tree.leaves(value))
        full = [next(leaves) if has else None for has in self._kept(value)]
        return self._made(leaf if wants else None for leaf, wants in zip(full, wanted, strict=True))

    def _kept(self, value: Any) -> tuple[bool, ...]:
        """Return which leaves a tree has: all, the arrays or the floats."""
        count = len(jax.tree.leaves(value))
        if count == len(self._values):
            return (True,) * count
        return self._array if count == sum(self._array) else self._float

    def _made(self, leaves: Iterable[Any]) -> Any:
        return jax.tree.unflatten(self._structure, list(leaves))


def leaves_of(value: Any) -> list[Leaf]:
    """Return the leaves of a pytree in the order of `jax.tree.leaves`.

    Examples
    --------
    >>> leaves_of({"w": 1.0})
    [Leaf(path='.w', value=1.0, in_model=False)]
    """
    found = []
    for path, part in jax.tree_util.tree_leaves_with_path(value, is_leaf=is_model):
        model = is_model(part)
        for inner, leaf in jax.tree_util.tree_leaves_with_path(part):
            found.append(Leaf(path_text((*path, *inner)), leaf, model))
    return found


def is_model(value: object) -> bool:
    """Return whether a pytree is a model, of which only float arrays are parameters."""
    if isinstance(value, (jax.Array, np.ndarray, np.generic)):
        return False
    bases = type(value).__mro__
    return callable(value) or any(base.__module__.startswith("equinox.") for base in bases)


def is_key(value: object) -> bool:
    """Return whether a leaf is an array of PRNG keys.

    Examples
    --------
    >>> is_key(jax.random.key(0)), is_key(jnp.int32(3)), is_key(3)
    (True, False, False)
    """
    dtype = getattr(value, "dtype", None)
    return dtype is not None and bool(jnp.issubdtype(dtype, jax.dtypes.prng_key))


def is_array(value: object) -> bool:
    """Return whether jax can compute with a leaf: an array of numbers or of PRNG keys.

    Examples
    --------
    >>> is_array(jnp.int32(3)), is_array(3), is_array(np.array(["a"]))
    (True, False, False)
    """
    if isinstance(value, jax.Array):
        return True
    if not isinstance(value, (np.ndarray, np.generic)):
        return False
    return value.dtype.kind in "biufc" or bool(jnp.issubdtype(value.dtype, np.number))


def is_float(value: Any) -> bool:
    """Return whether a leaf is an array of real floats."""
    return is_array(value) and bool(jnp.issubdtype(value.dtype, np.floating))


def path_text(path: Iterable[object]) -> str:
    """Return Python text for where a leaf is, such as ``".layers[0].w"``."""
    return "".join(map(_text, path))


def _text(key: object) -> str:
    match key:
        case DictKey(key=str(name)) if name.isidentifier():
            return f".{name}"
        case DictKey(key=name):
            return f"[{name!r}]"
        case SequenceKey(idx=index):
            return f"[{index}]"
        case GetAttrKey(name=name):
            return f".{name}"
        case FlattenedIndexKey(key=index):
            return f"[{index}]"
    return str(key)
