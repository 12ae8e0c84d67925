from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget import Descent, Landscape, Problem, problems
from gdwidget._landscape.line import POINTS
from tests.tools import refuses, same, taken

LARGEST = float(np.finfo(np.float32).max)


def extent(loss: Any, start: float) -> tuple[float, float]:
    problem = Problem(loss, start)
    low, high = Landscape(problem).extent(problem.start)
    assert -LARGEST <= low < high <= LARGEST
    assert low <= np.float32(start) <= high
    curve = Landscape(problem).line(low, high, problem.start)
    assert np.isfinite(curve.values).all()
    return low, high


@pytest.fixture(scope="module")
def bowls() -> Landscape:
    """Return the landscape of a bowl that is moved and scaled without compiling again."""
    return Landscape(Problem(lambda W, minimum, scale: scale * (W - minimum) ** 2, 0.0, 0.0, 1.0))


def test_the_curve_is_the_loss() -> None:
    problem = problems.line()
    curve = Landscape(problem).line(-6, 10, problem.start)
    assert len(curve.values) == len(curve.losses) == POINTS == 257
    assert curve.values.dtype == curve.losses.dtype == np.float32
    assert (curve.values[0], curve.values[128], curve.values[-1]) == (-6, 2, 10)
    assert np.allclose(np.diff(curve.values), 16 / 256)
    for index in (0, 100, 128, 256):
        loss = problem.evaluate({"W": curve.values[index], "b": -1.0}, problem.data)
        assert curve.losses[index] == pytest.approx(float(loss), rel=1e-5)


def test_the_held_parameters_stay_where_they_are_held() -> None:
    problem = problems.line()
    curve = Landscape(problem).line(-6, 10, {"W": np.float32(99), "b": np.float32(0)})
    assert curve.losses[128] == 1


def test_the_loss_is_not_finite_where_it_is_not() -> None:
    problem = Problem(lambda W: jnp.log(W) ** 2 + 1 / (W - 2), 3.0)
    curve = Landscape(problem).line(-2, 2, problem.start)
    assert np.isnan(curve.losses[0])
    assert np.isinf(curve.losses[-1])
    assert np.isfinite(curve.losses[200])


@pytest.mark.parametrize(
    ("low", "high", "argument", "given"),
    [
        (1.0, 1.0, "low", "1.0"),
        (2.0, 1.0, "low", "2.0"),
        (float("nan"), 1.0, "low", "nan"),
        (0.0, float("inf"), "high", "inf"),
        (0.0, 1e300, "high", "1e+300"),
        ("0", 1.0, "low", "'0'"),
    ],
)
def test_the_ends_must_be_numbers_in_order(
    bowls: Landscape, low: Any, high: Any, argument: str, given: str
) -> None:
    start = {"minimum": np.float32(0), "scale": np.float32(1)}
    with refuses(argument, given, "number"):
        bowls.line(low, high, start)


def test_a_large_problem_is_evaluated_in_pieces() -> None:
    xs = np.linspace(0, 1, 100_000, dtype=np.float32)
    problem = Problem(lambda W, xs: jnp.mean((W * xs) ** 2), 3.0, data=(xs,))
    curve = Landscape(problem).line(-1, 1, problem.start)
    assert curve.losses[-1] == pytest.approx(1 / 3, rel=1e-3)


def test_a_loss_that_raises_leaves_gaps(caplog: pytest.LogCaptureFixture) -> None:
    def check(value: Any) -> Any:
        if value < 0:
            raise ValueError("below 0")
        return value

    @jax.custom_jvp
    def checked(value: Any) -> Any:
        return jax.pure_callback(check, value, value)

    @checked.defjvp
    def _(primals: Any, tangents: Any) -> Any:
        return checked(*primals), tangents[0]

    def loss(W: Any) -> Any:
        return checked(W) ** 2

    problem = Problem(loss, 3.0)
    curve = Landscape(problem).line(-1, 1, problem.start)
    assert np.isnan(curve.losses[:128]).all()
    assert same(curve.losses[128:], curve.values[128:] ** 2)
    low, high = Landscape(problem).extent(problem.start)
    assert low <= 0
    assert high >= 3
    assert "below 0" in caplog.text


def test_what_a_loss_prints_is_not_printed_for_the_curve(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def loss(W: Any, b: Any) -> Any:
        jax.debug.print("W is {}", W)
        return (W - b) ** 2

    problem = Problem(loss, 3.0, 1.0)
    landscape = Landscape(problem)
    curve = landscape.line(*landscape.extent(problem.start), problem.start)
    assert same(curve.losses, (curve.values - np.float32(1)) ** 2)
    assert capfd.readouterr().out == ""


@given(
    st.floats(-1e6, 1e6, width=32),
    st.floats(-1e6, 1e6, width=32),
    st.sampled_from([1e-3, 1.0, 31 / 3, 1e3]),
)
def test_start_and_minimum_of_a_bowl_are_inside(
    bowls: Landscape, start: float, minimum: float, scale: float
) -> None:
    values = {"W": np.float32(start), "minimum": np.float32(minimum), "scale": np.float32(scale)}
    low, high = bowls.extent(values)
    assert np.isfinite([low, high]).all()
    assert low <= values["W"] <= high
    assert low <= values["minimum"] <= high
    width = high - low
    assert abs((low + high) / 2 - minimum) <= 0.2 * width
    assert width <= 10 * max(abs(start - minimum), 1, abs(start))


def test_far_from_the_minimum_a_slope_within_rounding_is_followed(bowls: Landscape) -> None:
    for minimum in (-1e7, -5_000.0, 20_000.0, 1e9):
        start = {"W": np.float32(0), "minimum": np.float32(minimum), "scale": np.float32(1)}
        low, high = bowls.extent(start)
        assert low <= min(0, minimum) < max(0, minimum) <= high


def test_the_articles_picture() -> None:
    problem = problems.line()
    low, high = Landscape(problem).extent(problem.start)
    assert (low, high) == (-6, 10)


@pytest.mark.parametrize(("start", "minimum"), [(3.0, 1.0), (0.2, 1.0), (-0.2, -1.0), (-9.0, -1.0)])
def test_of_two_wells_it_shows_the_one_downhill(start: float, minimum: float) -> None:
    low, high = extent(lambda W: (W**2 - 1) ** 2, start)
    assert low < minimum < high
    assert abs((low + high) / 2 - minimum) < abs((low + high) / 2 + minimum)


@pytest.mark.parametrize(
    ("loss", "start", "minimum"),
    [
        (lambda W: (1e6 * W) ** 2, 1e-6, 0.0),
        (lambda W: (1e30 * W) ** 2, 1e-30, 0.0),
        (lambda W: (1e-30 * W) ** 2, 1e30, 0.0),
        (lambda W: (W - 1e6) ** 2, 1e6 + 1, 1e6),
        (lambda W: (W - 1e6) ** 2, 1e6 - 1, 1e6),
        (lambda W: (1e6 * W - 1) ** 2, 0.0, 1e-6),
        (lambda W: (1e30 * W - 1) ** 2, 0.0, 1e-30),
        (lambda W: (1e-20 * W - 1) ** 2, 0.0, 1e20),
        (lambda W: (W - 1) ** 2, 1e-30, 1.0),
        (lambda W: 1e-30 * (W - 2) ** 2, 8.0, 2.0),
        (lambda W: 1e30 * (W - 2) ** 2, 9.0, 2.0),
        (lambda W: (W - 2) ** 2, 2.0001, 2.0),
        (lambda W: W**4 - W**2, 0.0, 0.5**0.5),
    ],
)
def test_the_picture_is_as_wide_as_it_is_far_to_the_minimum(
    loss: Any, start: float, minimum: float
) -> None:
    low, high = extent(loss, start)
    away = abs(start - minimum)
    assert low < min(start, minimum) <= max(start, minimum) < high
    assert 2 * away < high - low < 4 * away


def test_the_first_step_tells_how_much_is_shown_where_the_loss_falls_without_end() -> None:
    problem = Problem(lambda W: -W, 1e-6)
    landscape = Landscape(problem)
    assert landscape.extent(problem.start) == (0.0, 2e-6)
    assert landscape.extent(problem.start, stride=0.01) == pytest.approx((-0.1, 0.1), abs=0.02)


def test_a_minimum_within_rounding_of_the_start_is_none() -> None:
    assert extent(lambda W: 5 + (W - 2) ** 2, 2.0001) == pytest.approx((0, 4), abs=0.1)


@pytest.mark.parametrize(
    ("start", "minimum", "scale"), [(1e-6, 0.0, 1e6), (1e6 + 1, 1e6, 1.0), (1e30, 0.0, 1e-30)]
)
def test_a_loss_that_takes_long_is_drawn_as_wide(
    start: float, minimum: float, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem(lambda W: jnp.abs(scale * (W - minimum)), start)
    landscape = Landscape(problem)
    monkeypatch.setattr(landscape._evaluations, "quick", lambda *_: False)
    monkeypatch.setattr("gdwidget._landscape.line._WALK_SECONDS", np.inf)
    low, high = landscape.extent(problem.start)
    away = abs(start - minimum)
    assert low < min(start, minimum) <= max(start, minimum) < high
    assert high - low < 20 * away


@pytest.mark.parametrize("start", [-7.0, 0.0, 3.0, 1e6])
def test_where_the_loss_falls_without_end_the_start_is_in_the_middle(start: float) -> None:
    low, high = extent(lambda W: -2 * W, start)
    assert low < start < high
    assert abs((low + high) / 2 - start) <= 0.2 * (high - low)


@pytest.mark.parametrize(
    "loss",
    [jnp.exp, lambda W: jnp.exp(-W), jnp.tanh, jax.nn.softplus, lambda W: jnp.log1p(jnp.exp(-W))],
    ids=["exp", "exp of -W", "tanh", "softplus", "logistic"],
)
def test_a_loss_that_levels_off_is_drawn(loss: Any) -> None:
    low, high = extent(lambda W: 2 * loss(W), 1.0)
    assert high - low < 1e4


@pytest.mark.parametrize("start", [0.0, 5.0, -1e5, 1e-6, 1e30])
def test_a_flat_loss_is_drawn_around_the_start(start: float) -> None:
    low, high = extent(lambda W: 0 * W + 3, start)
    assert low < start < high
    assert high - low <= 3 * (abs(start) or 1)


@pytest.mark.parametrize("start", [2.0, 1e6, -0.5])
def test_a_start_at_the_minimum_is_in_the_middle(start: float) -> None:
    low, high = extent(lambda W: (W - start) ** 2, start)
    assert low < start < high
    assert abs((low + high) / 2 - start) <= 0.2 * (high - low)


@pytest.mark.parametrize("start", [1e-6, 0.5, 100.0])
def test_a_loss_that_is_not_finite_everywhere_is_drawn(start: float) -> None:
    low, high = extent(lambda W: W - jnp.log(W), start)
    assert low < 1 < high


@pytest.mark.parametrize("start", [1e30, -1e38, 3.4e38])
def test_the_ends_stay_finite_at_the_end_of_float32(start: float) -> None:
    extent(lambda W: W * 1e-30, start)
    extent(lambda W: jnp.abs(W - 5), start)


def test_a_path_that_rolls_down_stays_in_the_picture() -> None:
    problem = Problem(lambda W: W**4 - 3 * W**2 + W, 2.5)
    low, high = Landscape(problem).extent(problem.start)
    descent = Descent(problem)
    rows = taken(descent, descent.init(0.01), 0.01, 200)[1]
    assert low < rows[:, 0].min() <= rows[:, 0].max() < high


def test_a_problem_may_say_what_a_picture_should_show() -> None:
    wells = problems.double_well()
    assert Landscape(wells).extent(wells.start) == (-3.0, 2.5)
    outside = wells.started_at({"W": 4.0})
    assert Landscape(outside).extent(outside.start) == (-3.0, 4.0)


@pytest.mark.parametrize(
    ("view", "given", "accepted"),
    [
        (3, "3", "a pair"),
        ((1.0,), "1.0", "a pair"),
        ((2.0, 1.0), "2.0", "the lower one first"),
        ((0.0, float("nan")), "nan", "a finite number"),
        (("a", 1), "a", "a finite number"),
    ],
)
def test_a_view_is_a_pair_in_order(view: Any, given: str, accepted: str) -> None:
    with refuses("view", given, accepted):
        Problem(lambda W: W**2, 1.0, view=view)
