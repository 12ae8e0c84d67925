"""Checks of single numbers, shared by constructor, traits and messages."""

from __future__ import annotations

import difflib
import math
import operator
from typing import TYPE_CHECKING, SupportsFloat, cast

import numpy as np

from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_STEPS = 10_000_000
"""The most steps one call may ask for: 160 MB of recorded rows."""

_LARGEST = float(np.finfo(np.float32).max)
_SMALLEST = float(np.finfo(np.float32).tiny)


def did_you_mean(given: object, known: Sequence[str], alike: float = 0.6) -> str:
    """Return a question that names the nearest of the names that exist, or nothing.

    It must be ``alike`` at least, where 1 is the same.

    Examples
    --------
    >>> did_you_mean("Adan", ("sgd", "adam"))
    'did you mean adam?'
    """
    near = difflib.get_close_matches(str(given).lower(), known, 1, alike)
    return f"did you mean {near[0]}?" if near else ""


def whole_number(argument: str, value: object, least: int, most: int) -> int:
    """Return `value` as an int between `least` and `most`, both included.

    Raises
    ------
    ArgumentError
        If `value` is no whole number or out of range; a bool is none.

    Examples
    --------
    >>> whole_number("n", 3, 1, 10)
    3
    """
    accepted = f"a whole number from {least:,} to {most:,}"
    if isinstance(value, (bool, np.bool_)):
        raise ArgumentError(argument, value, accepted)
    try:
        number = operator.index(cast("int", value))
    except TypeError:
        raise ArgumentError(argument, value, accepted) from None
    if not least <= number <= most:
        raise ArgumentError(argument, value, accepted)
    return number


def real_number(argument: str, value: object) -> float:
    """Return `value` as a float that is finite in float32.

    Raises
    ------
    ArgumentError
        If `value` is no real number, not finite, or too large for float32.

    Examples
    --------
    >>> real_number("W", 8)
    8.0
    """
    accepted = "a finite number within float32 (at most 3.4e38 in size)"
    if isinstance(value, (bool, np.bool_, str, bytes)) or getattr(value, "shape", ()) != ():
        raise ArgumentError(argument, value, accepted)
    try:
        number = float(cast("SupportsFloat", value))
    except (TypeError, ValueError, OverflowError):
        raise ArgumentError(argument, value, accepted) from None
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise ArgumentError(argument, value, accepted)
    return number


def learning_rate(value: object) -> float:
    """Return `value` as a learning rate: a float above 0 that float32 can hold.

    Raises
    ------
    ArgumentError
        If it is none.

    Examples
    --------
    >>> learning_rate(0.01)
    0.01
    """
    accepted = "a number above 0 within float32 (1.2e-38 to 3.4e38)"
    try:
        rate = real_number("learning_rate", value)
    except ArgumentError:
        raise ArgumentError("learning_rate", value, accepted) from None
    if rate < _SMALLEST:
        raise ArgumentError("learning_rate", value, accepted)
    return rate
