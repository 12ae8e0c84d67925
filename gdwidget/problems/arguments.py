"""Checks of the numbers that several problems take."""

from __future__ import annotations

from typing import cast

from gdwidget._validation import real_number, whole_number
from gdwidget.errors import ArgumentError

MOST_SAMPLES = 1_000_000
MOST_LAYERS = 8
MOST_UNITS = 1_000
MOST_NOISE = 100.0

_LARGEST_SEED = 2**32 - 1


def number_between(argument: str, value: object, least: float, most: float) -> float:
    """Return `value` as a float between `least` and `most`, both included.

    Raises
    ------
    ArgumentError
        If it is no real number or out of range.

    Examples
    --------
    >>> number_between("noise", 0.1, 0, 100)
    0.1
    """
    accepted = f"a number from {least:,g} to {most:,g}"
    try:
        number = real_number(argument, value)
    except ArgumentError:
        raise ArgumentError(argument, value, accepted) from None
    if not least <= number <= most:
        raise ArgumentError(argument, value, accepted)
    return number


def sample_count(value: object) -> int:
    """Return `value` as a number of samples, 2 to 1,000,000.

    Raises
    ------
    ArgumentError
        If it is none; the argument is called ``samples``.

    Examples
    --------
    >>> sample_count(200)
    200
    """
    return whole_number("samples", value, 2, MOST_SAMPLES)


def random_seed(value: object) -> int:
    """Return `value` as a seed for `numpy.random.default_rng`, 0 to 4,294,967,295.

    Raises
    ------
    ArgumentError
        If it is none; the argument is called ``seed``.

    Examples
    --------
    >>> random_seed(0)
    0
    """
    return whole_number("seed", value, 0, _LARGEST_SEED)


def hidden_sizes(value: object) -> tuple[int, ...]:
    """Return `value` as the sizes of a network's hidden layers; there may be none.

    Raises
    ------
    ArgumentError
        If it is no tuple or list of up to 8 whole numbers from 1 to 1,000; the argument is
        called ``hidden``, or ``hidden[1]`` where one size is wrong.

    Examples
    --------
    >>> hidden_sizes([8, 8])
    (8, 8)
    """
    if not isinstance(value, (tuple, list)) or len(value) > MOST_LAYERS:
        accepted = f"a tuple of at most {MOST_LAYERS} layer sizes, such as (8, 8)"
        raise ArgumentError("hidden", value, accepted)
    sizes = cast("tuple[object, ...]", tuple(value))
    return tuple(
        whole_number(f"hidden[{position}]", size, 1, MOST_UNITS)
        for position, size in enumerate(sizes)
    )
