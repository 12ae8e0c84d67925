"""The article's printed numbers, to the last digit, through every way there is to step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import Descent, GDWidget, Problem, Timeline, Trajectory, problems
from tests.tools import Page, texts

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("clock")

W = {
    0: "8.0",
    1: "7.38",
    2: "6.8240666",
    3: "6.3255796",
    47: "2.0356295",
    48: "2.0319479",
    49: "2.0286465",
    50: "2.0256863",
}
LOSS = {
    0: "186.0",
    1: "149.54607",
    2: "120.236694",
    47: "0.0065588956",
    48: "0.005273429",
    49: "0.004239871",
}

xs = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0], dtype=float)
ys = np.array([-3.0, -1.0, 1.0, 3.0, 5.0, 7.0], dtype=float)


def article_predict(W: Any, b: Any, inputs: Any) -> Any:
    return (inputs * W) + b


def article_loss(W: Any, b: Any) -> Any:
    preds = article_predict(W, b, xs)
    return jnp.sum((preds - ys) ** 2) / 6


def printed(trajectory: Trajectory) -> None:
    """Assert that 50 steps were recorded, with the digits the article prints."""
    assert len(trajectory) == 51
    values, losses = texts(trajectory, "W"), texts(trajectory, "loss")
    assert {step: values[step] for step in W} == W
    assert {step: losses[step] for step in LOSS} == LOSS
    assert texts(trajectory, "learning_rate") == ["0.01"] * 51


def by_descent_step(descent: Descent) -> Trajectory:
    trajectory, state = Trajectory("W"), descent.init(0.01)
    trajectory.extend(descent.row_of(state))
    for _ in range(50):
        state = descent.step(state, 0.01)
        trajectory.extend(descent.row_of(state))
    return trajectory


def by_descent_run(descent: Descent) -> Trajectory:
    trajectory, state = Trajectory("W"), descent.init(0.01)
    trajectory.extend(descent.row_of(state))
    while state.step < 50:
        state, rows = descent.run(state, 0.01, 50 - state.step)
        trajectory.extend(rows)
    return trajectory


def by_timeline(descent: Descent) -> Trajectory:
    timeline = Timeline(descent)
    timeline.advance(50)
    return timeline.run.trajectory


def by_timeline_with_a_callback(descent: Descent) -> Trajectory:
    timeline = Timeline(descent)
    timeline.advance(50, lambda _: None)
    return timeline.run.trajectory


def by_timeline_there_and_back(descent: Descent) -> Trajectory:
    timeline = Timeline(descent)
    for _ in range(10):
        timeline.advance(7)
        timeline.back(2)
    timeline.goto(timeline.run.last)
    return timeline.run.trajectory.upto(50)


@pytest.mark.parametrize(
    "way",
    [
        by_descent_step,
        by_descent_run,
        by_timeline,
        by_timeline_with_a_callback,
        by_timeline_there_and_back,
    ],
)
def test_without_a_widget(descent: Descent, way: Callable[[Descent], Trajectory]) -> None:
    printed(way(descent))


def step_by_step(widget: GDWidget) -> None:
    for _ in range(50):
        widget.step()


def mixed(widget: GDWidget) -> None:
    widget.step(3)
    widget.run(40)
    widget.back(20)
    widget.step(5)
    widget.goto(43)
    widget.run(7)


def with_a_callback(widget: GDWidget) -> None:
    widget.on_step(lambda _: None)
    widget.run()


def from_a_page(widget: GDWidget) -> None:
    page = Page(widget)
    page.sync()
    (run,) = page.rows
    for n in (1, 1, 1, 47):
        page.say({"kind": "advance", "run": run, "n": n, "request": "a"})
    trajectory = Trajectory("W")
    trajectory.extend(page.rows[run])
    printed(trajectory)


def after_a_reset(widget: GDWidget) -> None:
    widget.learning_rate = 0.09
    widget.step(5)
    widget.reset(W=3.0)
    widget.learning_rate = 0.01
    widget.reset(W=8)
    widget.run()


WAYS = [GDWidget.run, step_by_step, mixed, with_a_callback, from_a_page, after_a_reset]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_with_the_widget(way: Callable[[GDWidget], None]) -> None:
    widget = GDWidget()
    way(widget)
    printed(widget.trajectory)
    assert widget.cursor == 50
    assert (str(widget.params["W"]), str(widget.params["b"])) == ("2.0256863", "-1.0")


@pytest.mark.parametrize("number", ["float64", "float32"])
def test_the_articles_own_code(number: str) -> None:
    inputs, targets = xs.astype(number), ys.astype(number)

    def loss(W: Any, b: Any) -> Any:
        preds = article_predict(W, b, inputs)
        return jnp.sum((preds - targets) ** 2) / 6

    widget = GDWidget(loss, 8.0, -1.0)
    assert widget.exact
    widget.run()
    printed(widget.trajectory)


def test_every_step_is_that_of_the_articles_loop() -> None:
    """One operation after the other: jax 0.12 compiles gradients even where nobody asks it to."""
    W, b = np.array(8, dtype=np.float32), np.array(-1, dtype=np.float32)
    lines = []
    with jax.disable_jit():
        for _ in range(50):
            loss_value, W_grad = jax.value_and_grad(article_loss, 0)(W, b)
            lines.append((str(W), str(loss_value), str(W_grad)))
            W = W - 0.01 * W_grad
    widget = GDWidget(article_loss, 8, -1)
    widget.run(50)
    columns = [texts(widget.trajectory, column)[:50] for column in ("W", "loss", "W_grad")]
    assert list(zip(*columns, strict=True)) == lines


def test_the_three_numbers_of_a_printed_loop() -> None:
    widget = GDWidget()
    widget.step(3)
    values, losses = texts(widget.trajectory, "W"), texts(widget.trajectory, "loss")
    lines = list(zip(values, values[1:], losses, strict=False))
    assert lines == [
        ("8.0", "7.38", "186.0"),
        ("7.38", "6.8240666", "149.54607"),
        ("6.8240666", "6.3255796", "120.236694"),
    ]


def test_the_update_in_the_readme() -> None:
    widget = GDWidget()
    widget.step(3)
    assert (str(widget.params["W"]), str(widget.gradient)) == ("6.3255796", "44.69766")
    widget.step()
    assert str(widget.params["W"]) == "5.878603"


def test_the_loss_at_2_and_minus_1_is_0() -> None:
    problem = problems.line()
    assert float(problem.evaluate({"W": 2, "b": -1}, problem.data)) == 0
    assert float(article_loss(2, -1)) == 0
    own = Problem(article_loss, 2, -1)
    assert Descent(own).init(0.01).loss == 0
