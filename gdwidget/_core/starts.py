"""Checks of parameters: pytrees of floats where they learn, anything where they are held."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.leaves import Leaf, Leaves, is_array, is_float, is_key, leaves_of
from gdwidget._validation import real_number
from gdwidget.errors import ArgumentError

_FLOATS = "arrays of finite floats within float32"


def checked_start(name: str, value: object, *, learns: bool = True) -> Any:
    """Return a parameter's starting value: numpy.float32, or a pytree with float32 arrays.

    What learns has no leaves but numbers: floats, and a plain int where it is all there is. Of
    models, which can be called, only arrays of floats learn; the rest stays as it is, and so
    does all that is no float in what is held.

    Raises
    ------
    ArgumentError
        If it is neither, or not finite.

    Examples
    --------
    >>> checked_start("W", 8)
    np.float32(8.0)
    >>> checked_start("settings", {"size": 3, "act": abs}, learns=False)
    {'act': <built-in function abs>, 'size': 3}
    """
    try:
        leaves, structure = leaves_of(value), jax.tree.structure(value)
    except (TypeError, ValueError) as error:
        accepted = "numbers, arrays or pytrees of them"
        raise ArgumentError(name, value, accepted, str(error).partition("\n")[0]) from error
    if learns:
        _refuse_train_state(name, value)
    if not jax.tree_util.all_leaves([value]):
        return jax.tree.unflatten(
            structure, [_checked(name, leaf, learns=learns) for leaf in leaves]
        )
    single = not is_array(value) or leaves[0].value.shape == ()
    number = is_float(value) or (isinstance(value, (int, float)) and not isinstance(value, bool))
    if single and (number or (learns and not is_array(value))):
        return np.float32(real_number(name, value))
    return _checked(name, leaves[0], learns=learns)


def _checked(name: str, leaf: Leaf, *, learns: bool) -> Any:
    value, argument = leaf.value, f"{name}{leaf.path}"
    if is_float(value) or (type(value) is float and not leaf.in_model):
        return _floats(argument, value, learns=learns)
    if learns and not leaf.in_model:
        raise _no_float(argument, value)
    return jnp.asarray(value) if is_array(value) else value


def _floats(argument: str, value: Any, *, learns: bool) -> jax.Array:
    array = value if isinstance(value, jax.Array) else np.asarray(value)
    with np.errstate(over="ignore"):
        array = array.astype(np.float32)
    if learns and not bool(jnp.isfinite(array).all()):
        raise ArgumentError(argument, value, _FLOATS)
    return jnp.asarray(array)


def _no_float(argument: str, value: Any) -> ArgumentError:
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        kind = type(value).__name__
        because = f"it is {'an' if kind[0] in 'aeiou' else 'a'} {kind}, no float"
        accepted = "a float, or hold it in a parameter of its own, beside those that learn"
    elif jnp.issubdtype(dtype, jnp.complexfloating):
        because, accepted = "it is complex", "real floats"
    elif is_key(value):
        because, accepted = "it is a PRNG key", "floats, or hold it in a parameter of its own"
    else:
        because, accepted = f"it is {dtype}", "floats; integer arrays cannot be differentiated"
    return ArgumentError(argument, value, accepted, because)


def _refuse_train_state(name: str, value: object) -> None:
    if all(hasattr(value, part) for part in ("params", "tx", "opt_state")):
        accepted = "its parameters, state.params, with optimizer=state.tx"
        raise ArgumentError(name, value, accepted, "it holds an optimizer's memory as well")


def same_structure(name: str, value: Any, before: Any) -> Any:
    """Return ``value`` if it differs from ``before`` in its floats alone.

    Raises
    ------
    ArgumentError
        If it has another structure or other shapes, or if what is no float differs.
    """
    structures: list[Any] = [jax.tree.structure(tree) for tree in (value, before)]
    new, old = Leaves(value), Leaves(before)
    if structures[0] != structures[1]:
        accepted = f"shapes {old.shaped(before)}, as at the start"
        raise ArgumentError(name, f"shapes {new.shaped(value)}", accepted)
    if new.shapes != old.shapes:
        accepted = f"shapes {old.shaped(before)}, as at the start"
        raise ArgumentError(name, f"shapes {new.shaped(value)}", accepted)
    pairs = zip(new.others, old.others, strict=True)
    if new.paths != old.paths or not all(_is_same(*pair) for pair in pairs):
        accepted = "what has the same beside its floats; a new widget can have others"
        raise ArgumentError(name, value, accepted)
    return value


def _is_same(new: Any, old: Any) -> bool:
    if new is old:
        return True
    if not (is_array(new) and is_array(old)):
        return type(new) is type(old) and bool(new == old)
    if new.dtype != old.dtype:
        return False
    if is_key(new):
        new, old = jax.random.key_data(new), jax.random.key_data(old)
    return np.array_equal(new, old)
