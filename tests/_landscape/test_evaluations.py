from __future__ import annotations

import subprocess
import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import Descent, Landscape, Problem, Timeline, problems
from gdwidget._core.costs import cost_of
from gdwidget._landscape.evaluations import (
    MOST_BYTES,
    SLICE_SECONDS,
    UNASKED_CALLS,
    Evaluations,
    Gradual,
    go_on_unasked,
)
from gdwidget._landscape.figure_data import FigureData
from gdwidget._landscape.line import POINTS
from gdwidget._landscape.plane import GRADUAL_POINTS
from gdwidget._sync.saved_state import SavedState
from tests.tools import float32, same

MATRIX = np.full((600, 600), 1 / 600, np.float32)
PEAKS = """
import resource, jax.numpy as jnp, numpy as np
from gdwidget import Descent, Problem, Timeline
from gdwidget._landscape.figure_data import FigureData
from gdwidget._sync.saved_state import SavedState

rows = np.ones((10_000, 4), np.float32)
matrix = np.full((400, 400), 1 / 400, np.float32)

def logistic(W, b):
    return jnp.mean(jnp.logaddexp(0.0, rows @ (W * jnp.ones(4)) + b))

def chain(W, b):
    product = W * matrix
    for _ in range(3):
        product = product @ (b * matrix)
    return jnp.sum(product**2)

problem = Problem({loss}, 1.0, 0.5, argnums=(0, 1))
timeline = Timeline(Descent(problem), 0.01)
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
timeline.advance(2)
before = peak()
figure_data = FigureData(problem)
SavedState(timeline, figure_data.landscape).curve()
figure_data.saved_plane(timeline)
print(peak() - before)
"""


class Clock:
    """A clock that goes on by so many seconds each time a point is evaluated."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now = seconds, 0.0

    def __call__(self) -> float:
        return self.now


def gradual(shape: tuple[int, ...], coarsest: int, seconds: float, at_once: int = 1) -> Gradual:
    clock = Clock(seconds)

    def evaluate(indices: Any) -> Any:
        clock.now += seconds
        return float32(indices)

    return Gradual(shape, coarsest, evaluate, lambda: (at_once, seconds), clock)


def calling(counted: list[float]) -> Any:
    """Return a loss that notes in Python where it is called."""

    @jax.custom_jvp
    def square(value: Any) -> Any:
        def called(value: Any) -> Any:
            counted.append(float(value))
            return np.float32(value**2)

        return jax.pure_callback(called, jnp.float32(0), value)

    @square.defjvp
    def _(primals: Any, tangents: Any) -> Any:
        return square(*primals), 2 * primals[0] * tangents[0]

    return square


# what an evaluation costs


def test_what_a_call_costs_is_seen_without_calling() -> None:
    cost = cost_of(lambda m: jnp.sum(jnp.sin(m @ m)), MATRIX)
    assert cost.operations == pytest.approx(600**3 + 2 * 600**2, rel=0.01)
    assert cost.memory >= 2 * MATRIX.nbytes


def test_turns_of_a_loop_are_counted_or_unknown() -> None:
    def scanned(x: Any) -> Any:
        return jax.lax.fori_loop(0, 50, lambda _, x: jnp.sin(x), x)

    def waiting(x: Any) -> Any:
        return jax.lax.while_loop(lambda x: x < 9, lambda x: x + 1, x)

    assert 50 * 7 <= cost_of(scanned, np.ones(7, np.float32)).operations <= 50 * 12
    assert cost_of(waiting, np.float32(0)).operations == np.inf


# coarse first


def test_the_coarse_grid_comes_first_and_the_rest_between() -> None:
    line = gradual((257,), 256, 0.01)
    strides = []
    for _ in range(100):
        line.go_on(SLICE_SECONDS)
        strides.append(line.stride)
        if not line.more:
            break
    assert strides[0] == 32
    assert strides == sorted(strides, reverse=True)
    assert strides[-1] == 1
    assert same(line.values, np.arange(257))


def test_a_grid_of_two_sides_is_known_as_far_as_it_is_whole() -> None:
    plane = gradual((97, 97), 32, 0.0)
    plane.go_on(most=15)
    assert plane.stride == 0
    plane.go_on(most=1)
    assert plane.stride == 32
    assert same(plane.values[::32, ::32], np.arange(97 * 97).reshape(97, 97)[::32, ::32])
    plane.go_on()
    assert same(plane.values, np.arange(97 * 97).reshape(97, 97))


def test_a_slow_point_is_evaluated_where_it_was_asked_for_only() -> None:
    line = gradual((257,), 256, 3.0)
    line.go_on(0.3, least=0)
    assert np.isnan(line.values).all()
    line.go_on(SLICE_SECONDS)
    assert np.isfinite(line.values).sum() == 1


# memory and time


def test_as_many_points_at_once_as_memory_allows() -> None:
    big = np.ones(4_000_000, np.float32)
    clock = Clock(0.0)
    cumulative = Evaluations(
        lambda point, data: jnp.cumsum(point * data)[-1], 1000, calls_back=False, clock=clock
    )
    assert not cumulative.quick(np.float32(1), big)
    at_once, _ = cumulative.pace(np.float32(1), big)
    assert 1 <= at_once <= MOST_BYTES / big.nbytes
    assert same(cumulative(float32([1, 2, 3]), big), [4e6, 8e6, 12e6])


@pytest.mark.parametrize("loss", ["logistic", "chain"])
def test_pictures_take_little_memory_beside_the_loss_itself(loss: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PEAKS.replace("{loss}", loss)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert int(done.stdout) * 1024 < 1.2 * MOST_BYTES


def test_a_loss_that_is_slow_has_a_coarse_picture_that_grows() -> None:
    def loss(W: Any, b: Any) -> Any:
        product = W * jnp.asarray(MATRIX)
        for _ in range(3):
            product = product @ (b * product)
        return jnp.sum(product)

    problem = Problem(loss, 1.0, 0.5, argnums=(0, 1))
    timeline, figure_data = Timeline(Descent(problem), 0.01), FigureData(problem)
    line = figure_data.landscape().begun(-1, 1, problem.start)
    assert line.gradual.values.shape == (POINTS,)
    known = []
    for _ in range(4):
        curve = figure_data.curve(timeline, -1.0, 1.0)
        known.append(len(curve.values))
        assert curve.more == (known[-1] < POINTS)
    assert known == sorted(known)
    plane = figure_data.plane(timeline, "two", "W", "b", (0, 1, 0, 1))
    assert plane.gradual.more
    assert len(plane.x) == len(plane.y) < GRADUAL_POINTS
    assert plane.losses.shape == (len(plane.y), len(plane.x))


@pytest.mark.parametrize(
    ("seconds", "least", "points"), [(0.035, 9, 9), (0.1, 9, 9), (0.2, 9, 1), (0.001, 9, 65)]
)
def test_unasked_there_is_something_to_be_seen_if_that_takes_a_second_at_most(
    seconds: float, least: int, points: int
) -> None:
    some = gradual((65,), 64, seconds)
    go_on_unasked(some, least, calls_back=False)
    assert np.isfinite(some.values).sum() == points


def test_of_a_loss_of_35_ms_a_curve_and_a_plane_are_saved_by_one_timing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured: list[float] = []
    timed = Evaluations._timed

    def slow(self: Evaluations, *arguments: Any) -> float:
        measured.append(timed(self, *arguments))
        return 0.035

    monkeypatch.setattr(Evaluations, "_timed", slow)
    monkeypatch.setattr(Evaluations, "quick", lambda *_: False)
    monkeypatch.setattr("gdwidget._landscape.evaluations.UNASKED_SECONDS", 0.0)
    problem = Problem(lambda W, b: W**2 + b**2, 3.0, 2.0, argnums=(0, 1))
    timeline, figure_data = Timeline(Descent(problem), 0.01), FigureData(problem)
    saved = SavedState(timeline, figure_data.landscape, figure_data.refined)
    assert len(saved.curve().curve.values) == 9
    plane = figure_data.saved_plane(timeline)
    assert plane is not None
    assert plane.losses.shape == (4, 4)
    assert len(measured) == 1


def test_points_that_take_longer_together_are_evaluated_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def timed(self: Evaluations, program: Any, points: Any, _: Any) -> float:
        assert program in (self._one, self._many)
        return 0.013 if np.ndim(points) == 0 else 0.09 * len(points)

    monkeypatch.setattr(Evaluations, "_timed", timed)
    squares = Evaluations(lambda point, _: point**2, 257, calls_back=False)
    assert squares.pace(np.float32(1), None) == (1, 0.013)


def test_what_a_page_has_had_refined_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Evaluations, "quick", lambda *_: False)
    monkeypatch.setattr(
        "gdwidget._sync.saved_state.go_on_unasked", lambda line, *_, **__: line.go_on(most=9)
    )
    problem = Problem(lambda W: W**2, 3.0)
    timeline, figure_data = Timeline(Descent(problem), 0.01), FigureData(problem)
    saved = SavedState(timeline, figure_data.landscape, figure_data.refined)
    coarse = saved.curve()
    assert coarse.curve.more
    figure_data.curve(timeline, coarse.low + 1, coarse.high + 9)
    assert saved.curve().curve is coarse.curve
    while figure_data.curve(timeline, coarse.low - 1, coarse.high + 1).more:
        pass
    fine = saved.curve()
    assert not fine.curve.more
    assert (fine.low, fine.high) == (coarse.low, coarse.high)
    values, losses = fine.curve.values, fine.curve.losses
    assert len(values) == POINTS
    assert same(losses, values**2)


def test_a_quick_loss_has_all_its_points_at_once() -> None:
    problem = problems.line()
    line = Landscape(problem).begun(-6, 10, problem.start)
    line.gradual.go_on(0.0)
    assert len(line.curve.values) == POINTS
    assert not line.curve.more


# callbacks


def test_a_loss_that_calls_back_is_called_some_tens_of_times_unasked() -> None:
    counted: list[float] = []
    square = calling(counted)
    problem = Problem(lambda W, b: square(W) + b**2, 3.0, 2.0, argnums=(0, 1))
    timeline, figure_data = Timeline(Descent(problem), 0.01), FigureData(problem)
    timeline.advance(3)
    saved = SavedState(timeline, figure_data.landscape)
    counted.clear()
    assert saved.curve().curve.more
    figure_data.saved_plane(timeline)
    assert len(counted) <= 2 * UNASKED_CALLS + 1 + 12
    counted.clear()
    saved.curve()
    figure_data.saved_plane(timeline)
    assert not counted


def test_a_loss_that_calls_back_is_drawn_finer_when_asked() -> None:
    counted: list[float] = []
    problem = Problem(calling(counted), 3.0)
    timeline, figure_data = Timeline(Descent(problem), 0.01), FigureData(problem)
    counted.clear()
    while (curve := figure_data.curve(timeline, -4.0, 4.0)).more:
        pass
    assert len(counted) == POINTS
    assert same(curve.losses, curve.values**2)


def test_the_curve_of_a_batch_is_coarse_where_the_loss_calls_back() -> None:
    square = calling([])
    xs = np.ones(8, np.float32)
    problem = Problem(lambda W, xs: square(W) * jnp.mean(xs), 3.0, data=(xs,))
    timeline = Timeline(Descent(problem, batch_size=4), 0.01)
    curve = FigureData(problem).look(timeline, 0, -1.0, 1.0).batch_curve
    assert curve is not None
    assert len(curve.values) >= 9
