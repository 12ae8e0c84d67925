"""Values as Python text."""

from __future__ import annotations

import math
from typing import Any, cast

import jax
import numpy as np

MOST_NUMBERS = 20_000
"""How many numbers a text may hold: about 200 kB."""

_WIDTH = 96
_SHORT = 48
_INDENT = "    "


class UnwritableError(Exception):
    """Something has no text that stands for it; the message is a reason."""


def literal(value: object, indent: str = "") -> str:
    """Return Python text that makes a value; arrays by ``numpy`` and ``jax``.

    Parameters
    ----------
    value : object
        A number, text, None, a numpy or jax array, or a list, tuple or dict of these.
    indent : str
        What the lines after the first begin with.

    Raises
    ------
    UnwritableError
        If it, or something in it, is none of these, or there are too many numbers.

    Examples
    --------
    >>> literal({"W": np.float32(0.1), "ys": np.array([1, np.inf], np.float32)})
    "{'W': numpy.float32(0.1), 'ys': numpy.array([1.0, numpy.inf], dtype=numpy.float32)}"
    """
    if value is None or type(value) in {bool, int, str, bytes}:
        text = repr(value)
    elif isinstance(value, (np.ndarray, np.generic, jax.Array)):
        text = _array(value, indent)
    elif type(value) is float:
        text = repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    elif type(value) is dict:
        deeper = f"{indent}{_INDENT}"
        items = [f"{literal(key)}: {literal(each, deeper)}" for key, each in value.items()]
        text = _enclosed("{", items, "}", indent)
    elif type(value) in {list, tuple}:
        text = _sequence(cast("list[object] | tuple[object, ...]", value), indent)
    else:
        raise UnwritableError(f"a value of type {type(value).__name__} cannot be written out")
    return text


def count(value: object) -> int:
    """Return how many numbers a value holds.

    Examples
    --------
    >>> count({"W": 1.0, "b": np.zeros((2, 3))})
    7
    """
    return sum(int(np.size(leaf)) for leaf in jax.tree.leaves(value))


def _sequence(value: list[object] | tuple[object, ...], indent: str) -> str:
    items = [literal(each, f"{indent}{_INDENT}") for each in value]
    if isinstance(value, tuple) and len(items) == 1:
        return f"({items[0]},)"
    opening, closing = "()" if isinstance(value, tuple) else "[]"
    return _enclosed(opening, items, closing, indent)


def _enclosed(opening: str, items: list[str], closing: str, indent: str) -> str:
    line = f"{opening}{', '.join(items)}{closing}"
    if len(indent) + len(line) <= _WIDTH and "\n" not in line:
        return line
    lines = "".join(f"{indent}{_INDENT}{item},\n" for item in items)
    return f"{opening}\n{lines}{indent}{closing}"


def _array(value: Any, indent: str) -> str:
    if np.size(value) > MOST_NUMBERS:
        wanted = f"at most {MOST_NUMBERS:,} can be written out"
        raise UnwritableError(f"there is an array of {np.size(value):,} numbers, and {wanted}")
    if getattr(value.dtype, "kind", "O") not in "biuf":
        raise UnwritableError(f"an array of {value.dtype} cannot be written out")
    array = np.asarray(value)
    dtype = f"numpy.{array.dtype.name}" if array.dtype.name != "bool" else "bool"
    maker = "jax.numpy" if isinstance(value, jax.Array) else "numpy"
    if array.ndim == 0 and maker == "numpy":
        return f"numpy.{array.dtype.type.__name__}({_number(array[()])})"
    if array.size != 1 and not array.any() and not np.signbit(array).any():
        return f"{maker}.zeros({array.shape}, dtype={dtype})"
    deeper, rest = f"{indent}{_INDENT}", f", dtype={dtype}"
    numbers = np.array2string(
        array,
        _WIDTH,
        separator=", ",
        threshold=MOST_NUMBERS,
        formatter={"all": _number},
        prefix=deeper,
        suffix=rest,
    )
    if len(numbers) <= _SHORT:
        return f"{maker}.array({numbers}{rest})"
    return f"{maker}.array(\n{deeper}{numbers}{rest}\n{indent})"


def _number(number: Any) -> str:
    if np.isfinite(number):
        return str(number)
    return "numpy.nan" if np.isnan(number) else f"{'-' if number < 0 else ''}numpy.inf"
