from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget._core.schedules import CUSTOM, NAMES, Rates, decayed
from tests.tools import refuses, same

if TYPE_CHECKING:
    from collections.abc import Callable

NAMED: dict[str, Callable[[float, int], Any]] = {
    "exponential": lambda rate, steps: optax.exponential_decay(rate, steps, 0.1),
    "inverse_time": lambda rate, steps: lambda step: rate / (1 + 9 / steps * step),
    "cosine": optax.cosine_decay_schedule,
    "step": lambda rate, steps: optax.piecewise_constant_schedule(
        rate, {steps // 3: 0.3, 2 * (steps // 3): 0.3}
    ),
    "warmup_cosine": lambda rate, steps: optax.warmup_cosine_decay_schedule(
        0.1 * rate, rate, steps // 5, steps
    ),
}
SLOW = Rates(0.5, "cosine", 4_000)
EXACT: Any = {"xla_disable_hlo_passes": "algsimp,fusion,small-while-loop-hoisting"}


def test_these_are_known_by_name() -> None:
    assert ("constant", *NAMED) == NAMES


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize(("rate", "steps"), [(0.01, 50), (0.3, 1_000), (1e-5, 15)])
def test_a_decay_is_optaxs_bit_for_bit(name: str, rate: float, steps: int) -> None:
    schedule = jax.jit(NAMED[name](rate, steps), compiler_options=EXACT)
    expected = [schedule(step) for step in range(2 * steps)]
    rates = Rates(rate, name, steps)
    assert same(rates.at(0, 1_024)[: 2 * steps], expected[:1_024])
    assert same([rates.at(step, 1)[0] for step in range(2 * steps)], expected)
    assert (rates.decay, rates.peak, rates.constant) == (name, rate, False)


@pytest.mark.parametrize(
    ("name", "least", "end"),
    [
        ("exponential", 0, 0.1),
        ("inverse_time", 0, 0.1),
        ("cosine", 0, 0),
        ("step", 0.09, 0.09),
        ("warmup_cosine", 0, 0),
    ],
)
def test_over_its_steps_a_decay_comes_down(name: str, least: float, end: float) -> None:
    rates = Rates(2.0, name, 90).at(0, 1_000) / 2
    assert rates.max() == pytest.approx(1)
    assert rates[90] == pytest.approx(end, abs=1e-6)
    assert rates.min() >= least - 1e-6
    assert (np.diff(rates[18:]) <= 0).all()
    if name == "warmup_cosine":
        assert rates[0] == pytest.approx(0.1)
        assert rates.argmax() == 18


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_a_decay_over_few_steps_has_rates(name: str, steps: int) -> None:
    rates = Rates(0.1, name, steps).at(0, 20)
    assert np.isfinite(rates).all()
    assert len(rates) == 20


def test_without_decay_all_rates_are_one() -> None:
    rates = Rates(0.1)
    assert rates.constant
    assert same(rates.at(12_345, 3), [0.1] * 3)
    assert decayed("constant", 0.1, 3)(7) == 0.1
    assert rates.sketch(50) == []


@given(st.integers(0, 5_000), st.integers(1, 3_000))
def test_in_what_pieces_rates_are_asked_for_makes_no_difference(step: int, steps: int) -> None:
    piece = SLOW.at(step, steps)
    assert 1 <= len(piece) <= steps
    block = SLOW.at(step - step % 1_024, 1_024)
    assert same(piece, block[step % 1_024 :][: len(piece)])


@pytest.mark.parametrize(
    ("given_", "near"),
    [
        ("cosin", " (did you mean cosine?)"),
        ("Step", " (did you mean step?)"),
        ("custom", ""),
        ("", ""),
    ],
)
def test_an_unknown_decay_is_answered_with_those_there_are(given_: str, near: str) -> None:
    with refuses("decay", f"{given_!r}{near}", f"one of {', '.join(NAMES)}"):
        Rates(0.1, given_)


@pytest.mark.parametrize("steps", [0, -1, 2**31, 1.5, None])
def test_a_decay_needs_a_number_of_steps(steps: Any) -> None:
    with refuses("steps", repr(steps), "a whole number from 1 to 2,147,483,647"):
        decayed("cosine", 0.1, steps)


def test_a_schedule_of_optax_is_taken_as_it_is() -> None:
    schedule = optax.join_schedules(
        [optax.linear_schedule(0.0, 1.0, 10), optax.polynomial_schedule(1.0, 0.1, 2, 90)], [10]
    )
    rates = Rates(schedule)
    assert (rates.decay, rates.peak, rates.schedule) == (CUSTOM, 0, schedule)
    expected = [jax.jit(schedule, compiler_options=EXACT)(step) for step in range(120)]
    assert same(rates.at(0, 120), expected)
    assert same(rates.at(100, 1_000)[:20], expected[100:])


@pytest.mark.parametrize("schedule", [jnp.float32(0.5), np.float32(0.5), np.array(0.5)])
def test_a_number_of_any_kind_is_no_schedule(schedule: Any) -> None:
    assert Rates(schedule).at(0, 2).tolist() == [0.5, 0.5]


def untraceable(step: int) -> float:
    return 0.5 if step < 10 else 0.25


def by_a_table(step: int) -> float:
    return [0.5, 0.4, 0.3][int(step)]


def by_numpy(step: Any) -> Any:
    return np.interp(step, [0, 10], [1.0, 0.5])


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (untraceable, [0.5] * 10 + [0.25] * 10),
        (by_a_table, [0.5, 0.4, 0.3]),
        (by_numpy, [1 - 0.05 * min(step, 10) for step in range(20)]),
        (lambda _: 0.5, [0.5] * 20),
        (lambda step: {0: 0.5, 1: 0.4}[step], [0.5, 0.4]),
    ],
    ids=["branch", "table", "numpy", "constant", "dict"],
)
def test_a_schedule_jax_cannot_trace_is_called(schedule: Any, expected: list[float]) -> None:
    assert same(Rates(schedule).at(0, 20), expected)


@pytest.mark.parametrize(
    "bad", [np.nan, np.inf, -np.inf, -1e-3], ids=["nan", "inf", "-inf", "below 0"]
)
def test_rates_end_before_the_first_that_is_none(bad: float) -> None:
    rates = Rates(lambda step: jnp.where(step < 5, 0.1, bad))
    assert same(rates.at(0, 100), [0.1] * 5)
    assert same(rates.at(3, 100), [0.1] * 2)
    with refuses("learning_rate", "at step 5", "finite numbers, 0 or more"):
        rates.at(5, 1)


def test_a_rate_of_0_is_one() -> None:
    assert Rates(lambda step: 0.1 * step).at(0, 3).tolist()[0] == 0


@pytest.mark.parametrize(
    ("schedule", "given_", "accepted"),
    [
        (lambda _: np.nan, "returns nan at step 0", "finite numbers, 0 or more"),
        (lambda _: -1.0, "returns -1.0 at step 0", "finite numbers, 0 or more"),
        (lambda: 0.1, "it raised TypeError", "a schedule: a function of the step"),
        (lambda _: "fast", "it raised ValueError", "a schedule: a function of the step"),
        (lambda _: jnp.ones(3), "it raised TypeError", "a schedule: a function of the step"),
        (lambda _: 1 / 0, "it raised ZeroDivisionError", "a schedule: a function of the step"),
        (lambda step: [][int(step)], "it raised IndexError", "a schedule: a function of the step"),
    ],
    ids=range(7),
)
def test_a_schedule_that_has_no_first_rate_is_refused(
    schedule: Any, given_: str, accepted: str
) -> None:
    with refuses("learning_rate", given_, accepted):
        Rates(schedule)


@pytest.mark.parametrize("rate", [0, -0.01, np.nan, np.inf, "abc", None, 1e300, True, [0.1]])
def test_a_bad_rate_is_refused(rate: Any) -> None:
    with refuses("learning_rate", repr(rate), "a number above 0"):
        Rates(rate)


def test_rates_that_are_the_same_have_one_key() -> None:
    assert Rates(0.1).key == Rates(0.1, "constant", 70).key
    assert Rates(0.1).key != Rates(0.2).key
    assert Rates(0.1, "cosine", 50).key == Rates(0.1, "cosine", 50).key
    assert Rates(0.1, "cosine", 50).key != Rates(0.1, "cosine", 51).key
    assert Rates(0.1, "cosine", 50).key != Rates(0.1, "step", 50).key
    assert Rates(untraceable).key == Rates(untraceable).key
    assert Rates(untraceable).key != Rates(by_a_table).key


def test_the_sketch_shows_the_rates_of_a_run() -> None:
    rates = Rates(0.5, "cosine", 1_000)
    sketch = rates.sketch(1_000)
    assert len(sketch) == 65
    assert (sketch[0], sketch[-1]) == (0.5, 0)
    assert sketch[32] == pytest.approx(0.25, rel=1e-3)
    assert len(rates.sketch(3)) == 4
    assert Rates(lambda step: jnp.where(step < 2, 0.5, jnp.nan)).sketch(3) == [0.5, 0.5, 0, 0]


def test_rates_far_ahead_cost_no_memory() -> None:
    rates = Rates(0.5, "inverse_time", 50)
    for step in range(0, 3_000_000, 30_000):
        rates.at(step, 10)
    assert len(rates._blocks) <= 65
    assert rates.at(0, 1)[0] == 0.5
