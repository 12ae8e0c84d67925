from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdwidget import Descent, Problem, State, problems
from gdwidget._core.stepper import MOST_ROWS
from tests.tools import refuses, same, taken

RATE = "a number above 0 within float32"
BAD_RATES = [0, -0.01, float("nan"), float("inf"), "abc", None, 1e300, True]


def stepped(descent: Descent, state: State, rate: float, steps: int) -> list[State]:
    states = []
    for _ in range(steps):
        state = descent.step(state, rate)
        states.append(state)
    return states


def test_every_state_knows_its_own_loss_and_gradient(descent: Descent) -> None:
    state = descent.init(0.01)
    assert state.step == 0
    assert state.params == {"W": 8, "b": -1}
    assert same([state.loss, state.gradient, state.learning_rate], [186, 62, 0.01])
    after = descent.step(state, 0.02)
    assert after.step == 1
    assert after.learning_rate == np.float32(0.02)
    assert after.params["W"] == np.float32(8) - np.float32(0.02) * np.float32(62)
    assert after.params["b"] == -1
    for value in (after.loss, after.gradient, after.learning_rate, *after.params.values()):
        assert type(value) is np.float32


def test_a_step_leaves_its_state_as_it_was(descent: Descent) -> None:
    state = descent.init(0.01)
    before = (state.step, dict(state.params), state.loss, state.gradient)
    first = descent.step(state, 0.01)
    assert descent.step(state, 0.01) == first
    descent.run(state, 0.3, 40)
    assert (state.step, dict(state.params), state.loss, state.gradient) == before


def test_a_state_cannot_be_changed(descent: Descent) -> None:
    for state in (descent.init(0.01), descent.step(descent.init(0.01), 0.01)):
        with pytest.raises(AttributeError):
            state.loss = np.float32(0)  # type: ignore[misc]
        with pytest.raises(TypeError, match="does not support item assignment"):
            state.params["W"] = np.float32(0)  # type: ignore[index]


@settings(max_examples=25)
@given(
    st.floats(-1e3, 1e3, width=32),
    st.sampled_from([0.001, 0.01, 0.09, 0.18, 0.2, 0.7, 1e30]),
    st.integers(2, 60),
)
def test_the_loop_gives_the_digits_of_the_single_step(
    descent: Descent, W: float, rate: float, steps: int
) -> None:
    state = descent.init(rate, {"W": W})
    last, rows = taken(descent, state, rate, steps)
    states = stepped(descent, state, rate, len(rows))
    assert same(rows, [descent.row_of(single) for single in states])
    assert same(descent.row_of(last), descent.row_of(states[-1]))
    assert last.step == len(rows)
    assert all(single.status == "ready" for single in states[:-1])
    assert len(rows) == steps or states[-1].status != "ready"


def test_a_run_can_be_cut_anywhere(descent: Descent) -> None:
    state = descent.init(0.01)
    whole = taken(descent, state, 0.01, 50)[1]
    half, first = taken(descent, state, 0.01, 20)
    second = taken(descent, half, 0.01, 30)[1]
    assert same(np.concatenate([first, second]), whole)


def test_one_call_takes_no_more_than_its_buffer_holds(descent: Descent) -> None:
    state = descent.init(1e-6)
    for _ in range(20):
        state, rows = descent.run(state, 1e-6, 10_000_000)
        assert 1 <= len(rows) <= MOST_ROWS
    assert state.step > 20


def test_it_stops_when_converged() -> None:
    quarter = Descent(Problem(lambda W: (W - 2) ** 2, 8.0))
    state, rows = quarter.run(quarter.init(0.25), 0.25, 200)
    assert same([state.params["W"], state.loss], [2, 0])
    assert state.status == "converged"
    assert len(rows) == state.step < 200


def test_a_gradient_of_0_is_converged_too() -> None:
    raised = Descent(Problem(lambda W: (W - 2) ** 2 + 1, 8.0))
    state, rows = raised.run(raised.init(0.5), 0.5, 100)
    assert same([state.loss, state.gradient], [1, 0])
    assert (state.status, len(rows)) == ("converged", 1)


def test_a_loss_of_0_is_no_end_where_it_can_go_below() -> None:
    slope = Descent(Problem(lambda W: W, 3.0))
    state, rows = slope.run(slope.init(1.0), 1.0, 100)
    assert same(rows[:5, 2], [2, 1, 0, -1, -2])
    assert (state.status, len(rows)) == ("ready", 100)


class Told(NamedTuple):
    """A problem, how it is stepped, and after how many steps it ends with which status."""

    problem: Problem
    optimizer: Any
    status: str
    step: int
    batch_size: int | None = None
    rate: float = 0.25


def flat(W: Any) -> Any:
    return jnp.where(jnp.abs(W) > 1, W**2, 1.0)


def scaled(W: Any, xs: Any) -> Any:
    return jnp.mean(W * xs)


def hinge(W: Any, xs: Any) -> Any:
    return jnp.mean(jnp.maximum(0, 1 - W * xs))


def falling(W: Any, xs: Any) -> Any:
    return jnp.sum(xs * W * W)


SLOPES = (np.array([0.0, 1.0, -1.0, 0.0]),)
TOLD = {
    "a hilltop": Told(Problem(lambda W: 1 - W**2, 0.0), "sgd", "converged", 0),
    "a hilltop for one with weight decay": Told(
        Problem(lambda W: 1 - (W - 2) ** 2, 2.0), "adamw", "ready", 50
    ),
    "weight decay at 0": Told(Problem(lambda W: 1 - W**2, 0.0), "adamw", "converged", 0),
    "flat, no memory": Told(Problem(flat, 1.5), "sgd", "converged", 1),
    "flat, with a momentum that goes on": Told(Problem(flat, 1.5), "momentum", "ready", 50),
    "flat, where steps come of the signs of a memory": Told(
        Problem(flat, 1.5), "lion", "ready", 50
    ),
    "flat, one that forgets": Told(Problem(flat, 1.5), "rmsprop", "converged", 1),
    "flat, one that steps at times": Told(
        Problem(flat, 1.5),
        optax.chain(optax.sgd(0.25, momentum=0.9), optax.apply_every(4)),
        "ready",
        50,
    ),
    "all samples fitted": Told(Problem(hinge, 0.0, data=(np.ones(4),)), "sgd", "converged", 5, 1),
    "a sample without a slope": Told(Problem(scaled, 0.0, data=SLOPES), "sgd", "ready", 50, 1),
    "slopes that cancel in this batch": Told(
        Problem(scaled, 0.0, data=SLOPES), "sgd", "ready", 50, 2
    ),
    "all data, slopes that cancel": Told(
        Problem(scaled, 0.0, data=SLOPES), "sgd", "converged", 0, None
    ),
    "an infinite loss on all data": Told(
        Problem(falling, 1e10, data=(np.full(6, -3e17),)), "sgd", "diverged", 54, 1, 1e-20
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_status_is_true_of_every_problem_and_optimizer(name: str) -> None:
    problem, optimizer, status, step, batch_size, rate = TOLD[name]
    descent = Descent(problem, optimizer=optimizer, batch_size=batch_size)
    state = descent.init(rate)
    last = max(50, step)
    while state.step < last and state.status == "ready":
        state, _ = descent.run(state, rate, last - state.step)
    assert (state.status, state.step) == (status, step)
    if status == "diverged":
        assert np.isfinite([state.loss, state.gradient]).all()
        assert not np.isfinite(state.full_loss or 0)
    if status == "converged":
        further = state._replace(status="ready")
        for _ in range(20):
            further = descent.step(further, rate)
            assert further.params == state.params


def test_a_loss_on_all_data_that_is_not_measured_is_not_infinite() -> None:
    data = (np.ones(30_000),)
    descent = Descent(Problem(lambda W, xs: jnp.mean(W * xs) ** 2, 1.0, data=data), batch_size=9)
    state = descent.step(descent.init(0.1), 0.1)
    assert np.isnan(state.full_loss or 0)
    assert state.status == "ready"


def test_it_stops_when_diverged(descent: Descent) -> None:
    state, rows = taken(descent, descent.init(0.7), 0.7, 200)
    assert state.status == "diverged"
    assert len(rows) == state.step < 200
    assert np.isfinite(rows[:-1]).all()
    assert not np.isfinite(rows[-1]).all()


@pytest.mark.parametrize(
    ("loss", "start", "rate", "status"),
    [
        (lambda W: W**2, 8.0, 0.25, "ready"),
        (lambda W: W - 7.75, 8.0, 0.25, "ready"),
        (lambda W: -W + 8.25, 8.0, 0.25, "ready"),
        (lambda W: W**2 + 186, 8.0, 0.5, "converged"),
        (jnp.log, 8.0, 100.0, "diverged"),
        (lambda W: W**2, 8.0, 1e30, "diverged"),
        (lambda W: W**3 + jnp.where(W < 0, jnp.nan, 0), 8.0, 1.0, "diverged"),
        (lambda W: W - 100, 8.0, 0.25, "ready"),
    ],
    ids=["on", "0", "-0", "flat", "nan", "inf", "nan with a slope", "below 0"],
)
def test_the_status_follows_from_loss_and_gradient(
    loss: Any, start: float, rate: float, status: str
) -> None:
    descent = Descent(Problem(loss, start))
    assert descent.step(descent.init(rate), rate).status == status


def test_a_parameter_that_is_not_finite_has_diverged() -> None:
    descent = Descent(Problem(lambda W: jnp.tanh(W) - W, 3.0))
    state = descent.step(descent.init(3e38), 3e38)
    assert descent.step(state, 3e38).status == "diverged"


def test_the_parameter_named_by_argnums_learns_and_the_other_is_held() -> None:
    fit = problems.line()
    descent = Descent(Problem(fit.loss, 8.0, -1.0, argnums=1, data=fit.data))
    state, _ = taken(descent, descent.init(0.1), 0.1, 100)
    assert state.params["W"] == 8
    assert state.params["b"] == pytest.approx(-10)


def test_it_can_be_started_elsewhere(descent: Descent) -> None:
    assert dict(descent.init(0.01, {"W": 2}).params) == {"W": 2, "b": -1}
    assert descent.init(0.01, {"W": 2}).status == "converged"
    with refuses("parameter", "'V'", "one of W, b"):
        descent.init(0.01, {"V": 2})


def test_restore_gives_the_state_of_a_row(descent: Descent) -> None:
    state = descent.init(0.01)
    last, rows = taken(descent, state, 0.01, 12)
    restored = descent.restore(7, state, rows[6], "ready")
    assert same(descent.row_of(restored), rows[6])
    assert restored.step == 7
    assert restored.params["b"] == -1
    again, tail = taken(descent, restored, 0.01, 5)
    assert same(tail, rows[7:])
    assert same(descent.row_of(again), descent.row_of(last))


@pytest.mark.parametrize(("exact", "expected"), [(None, True), (True, True), (False, False)])
def test_small_problems_are_exact_unless_told_otherwise(
    *, exact: bool | None, expected: bool
) -> None:
    assert Descent(problems.line(), exact=exact).exact is expected


def test_large_problems_are_not_exact_unless_told_so() -> None:
    large = Problem(lambda W, xs: jnp.sum((W * xs) ** 2), 1.0, data=(np.ones(10_001),))
    assert Descent(large).exact is False
    assert Descent(large, exact=True).exact is True


def test_compiled_either_way_it_goes_the_same_way(descent: Descent) -> None:
    fused = Descent(problems.line(), exact=False)
    rows = taken(fused, fused.init(0.01), 0.01, 50)[1]
    expected = taken(descent, descent.init(0.01), 0.01, 50)[1]
    np.testing.assert_allclose(rows, expected, rtol=1e-5)


@pytest.mark.parametrize("exact", ["yes", 1, 0.0])
def test_exact_is_a_bool(exact: Any) -> None:
    with refuses("exact", repr(exact), "True, False or None"):
        Descent(problems.line(), exact=exact)


@pytest.mark.parametrize("rate", BAD_RATES)
def test_a_bad_learning_rate_is_refused_everywhere(descent: Descent, rate: Any) -> None:
    state = descent.init(0.01)
    with refuses("learning_rate", repr(rate), RATE):
        descent.init(rate)
    with refuses("learning_rate", repr(rate), RATE):
        descent.step(state, rate)
    with refuses("learning_rate", repr(rate), RATE):
        descent.run(state, rate, 3)


@pytest.mark.parametrize("steps", [0, -1, 10**12, 2.0, "3", None])
def test_a_bad_number_of_steps_is_refused(descent: Descent, steps: Any) -> None:
    with refuses("steps", repr(steps), "a whole number from 1 to 10,000,000"):
        descent.run(descent.init(0.01), 0.01, steps)


@pytest.mark.parametrize(
    ("loss", "start", "why"),
    [
        (lambda W: W * jnp.nan, 8.0, "loss nan, gradient nan there"),
        (lambda W: 2 * jnp.log(W), -1.0, "loss nan"),
        (lambda W: 1 / W, 0.0, "loss inf"),
        (lambda W: 2 * jnp.sqrt(W), 0.0, "loss 0.0, gradient inf there"),
        (lambda W: W**2, 1e30, "loss inf"),
    ],
)
def test_loss_and_gradient_must_be_finite_at_the_start(loss: Any, start: float, why: str) -> None:
    accepted = "a start where the loss and its gradient are finite"
    descent = Descent(Problem(loss, start))
    with refuses("start", f"W = {np.float32(start)!s}' ({why}", accepted):
        descent.init(0.01)


def test_a_loss_that_raises_at_the_start_is_refused() -> None:
    def loss(W: Any) -> Any:
        jax.debug.callback(_raise, W)
        return W**2

    with refuses(
        "start",
        "W = 8.0' (the loss raised JaxRuntimeError there: RuntimeError: as it should)",
        "a start where",
    ):
        Descent(Problem(loss, 8.0)).init(0.01)


def _raise(_: object) -> None:
    raise RuntimeError("as it should")


def test_a_loss_with_callbacks_calls_once_a_step() -> None:
    seen: list[float] = []

    def loss(W: Any) -> Any:
        jax.debug.callback(lambda value: seen.append(float(value)), W)
        return W**2

    descent = Descent(Problem(loss, 8.0))
    state = descent.init(0.25)
    for _ in range(3):
        state, rows = descent.run(state, 0.25, 10)
        assert len(rows) == 1
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    assert seen == [8, 4, 2, 1]


def test_warming_up_compiles_and_changes_nothing() -> None:
    traced: list[str] = []

    def loss(W: Any) -> Any:
        traced.append("traced")
        return (W - 2) ** 2

    descent = Descent(Problem(loss, 8.0))
    state = descent.init(0.01)
    descent.warm_up()
    before = len(traced)
    descent.step(state, 0.01)
    descent.run(state, 0.01, 50)
    assert len(traced) == before
