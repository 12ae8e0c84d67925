"""What a loss returns beside its value, as jax's ``has_aux`` has it: a pytree called aux."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.tree_util import DictKey, GetAttrKey, SequenceKey

from gdwidget._core.leaves import is_key, path_text

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_COLUMNS = 32
"""How many numbers of an aux are recorded at every step; of more the first."""

_PREFIX = "aux."
_WRITABLE = (DictKey, GetAttrKey, SequenceKey)


def columns(aux: Any, taken: Iterable[str]) -> tuple[str, ...]:
    """Return what the columns of an aux's numbers are called: by their path.

    A name that is taken already gets ``aux.`` in front.

    Parameters
    ----------
    aux : pytree
        Arrays, or shapes and dtypes of arrays.
    taken : iterable of str
        Names of other columns.

    Examples
    --------
    >>> columns({"fit": 1.0, "loss": 2.0, "size": np.ones(3), "l2": {"w": 3}}, ["loss"])
    ('fit', 'l2.w', 'aux.loss')
    >>> columns((1.0, 2.0), []), columns(1.0, [])
    (('aux[0]', 'aux[1]'), ('aux',))
    """
    used, names = set(taken), []
    for path, leaf in jax.tree_util.tree_leaves_with_path(aux):
        if not _is_number(leaf):
            continue
        name = _name(path)
        while name in used:
            name = f"{_PREFIX}{name}"
        used.add(name)
        names.append(name)
    return tuple(names[:MOST_COLUMNS])


def numbers(aux: Any) -> list[jax.Array]:
    """Return the numbers that have columns, as float32; may be traced.

    Examples
    --------
    >>> [float(number) for number in numbers({"fit": 1.5, "size": np.ones(3), "hits": 4})]
    [1.5, 4.0]
    """
    found = [leaf for leaf in jax.tree.leaves(aux) if _is_number(leaf)]
    return [jnp.asarray(leaf).astype(jnp.float32) for leaf in found[:MOST_COLUMNS]]


def expressions(aux: Any, name: str) -> list[str]:
    """Return Python text for each number that has a column, where the aux has a name.

    Examples
    --------
    >>> expressions({"fit": 1.0, "l2": {"w": 3}}, "aux")
    ["aux['fit']", "aux['l2']['w']"]
    """
    leaves = jax.tree_util.tree_leaves_with_path(aux)
    found = [
        f"{name}{jax.tree_util.keystr(path)}"
        if all(isinstance(key, _WRITABLE) for key in path)
        else f"jax.tree.leaves({name})[{index}]"
        for index, (path, leaf) in enumerate(leaves)
        if _is_number(leaf)
    ]
    return found[:MOST_COLUMNS]


def fetched(aux: Any) -> Any:
    """Return an aux with NumPy's numbers and arrays for jax's.

    Examples
    --------
    >>> fetched({"fit": jnp.float32(1.5), "size": jnp.ones(2)})
    {'fit': np.float32(1.5), 'size': array([1., 1.], dtype=float32)}
    """
    return jax.tree.map(
        lambda leaf: leaf if is_key(leaf) else np.asarray(leaf)[()],
        aux,
    )


def _name(path: tuple[Any, ...]) -> str:
    match path:
        case [DictKey(key=str(name)), *rest] if name:
            return f"{name}{path_text(rest)}"
    text = path_text(path)
    return text[1:] if text.startswith(".") else f"aux{text}"


def _is_number(leaf: Any) -> bool:
    dtype = jax.dtypes.result_type(leaf)
    kinds = (np.bool_, np.integer, np.floating)
    return np.shape(leaf) == () and any(jnp.issubdtype(dtype, kind) for kind in kinds)
