from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget import ArgumentError, _validation
from tests.tools import refuses

LARGEST = float(np.finfo(np.float32).max)
SMALLEST = float(np.finfo(np.float32).tiny)
HUGE = 10**5_000


@pytest.mark.parametrize("value", [1, 10, np.int64(5), np.uint8(5), np.array(5), jnp.int32(5)])
def test_a_whole_number_of_any_kind_is_taken(value: int) -> None:
    number = _validation.whole_number("n", value, 1, 10)
    assert type(number) is int
    assert number == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (10_001, "10001"),
        (10**12, "1000000000000"),
        pytest.param(HUGE, "an int of thousands of digits", id="huge"),
        (True, "True"),
        (np.True_, "True"),
        (5.0, "5.0"),
        (math.nan, "nan"),
        ("5", "'5'"),
        (None, "None"),
        ([5], "[5]"),
        (np.array([5, 6]), "array([5, 6])"),
    ],
)
def test_what_is_no_whole_number_in_range_is_refused(value: object, shown: str) -> None:
    with refuses("n", shown, "a whole number from 1 to 10,000"):
        _validation.whole_number("n", value, 1, 10_000)


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(0, 5))
def test_both_ends_of_the_range_are_in_it(value: int, least: int, width: int) -> None:
    most = least + width
    if least <= value <= most:
        assert _validation.whole_number("n", value, least, most) == value
    else:
        with pytest.raises(ArgumentError):
            _validation.whole_number("n", value, least, most)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_every_finite_float32_is_a_real_number(value: float) -> None:
    assert _validation.real_number("W", value) == value


@pytest.mark.parametrize(
    "value",
    [8, np.float64(8), np.float32(8), np.array(8.0), jnp.float32(8), Fraction(8), Decimal(8)],
)
def test_a_real_number_of_any_kind_is_taken(value: float) -> None:
    number = _validation.real_number("W", value)
    assert type(number) is float
    assert number == 8


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (LARGEST * 1.001, "e+38"),
        (1e300, "1e+300"),
        (-1e300, "-1e+300"),
        pytest.param(HUGE, "an int of thousands of digits", id="huge"),
        ("8", "'8'"),
        (b"8", "b'8'"),
        (True, "True"),
        (None, "None"),
        (8j, "8j"),
        ([8.0], "[8.0]"),
        (np.array([8.0]), "array([8.])"),
    ],
)
def test_what_is_no_real_number_is_refused(value: object, shown: str) -> None:
    with refuses("W", shown, "a finite number within float32"):
        _validation.real_number("W", value)


@pytest.mark.parametrize("value", [0.01, 1, SMALLEST, LARGEST, np.float32(0.5)])
def test_a_learning_rate_above_0_is_taken(value: float) -> None:
    assert _validation.learning_rate(value) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (-0.0, "-0.0"),
        (-0.01, "-0.01"),
        (1e-39, "1e-39"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (1e300, "1e+300"),
        ("abc", "'abc'"),
        (None, "None"),
        (True, "True"),
    ],
)
def test_what_is_no_learning_rate_is_refused(value: object, shown: str) -> None:
    with refuses("learning_rate", shown, "a number above 0 within float32"):
        _validation.learning_rate(value)
