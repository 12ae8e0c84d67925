from __future__ import annotations

import numpy as np
import pytest

from gdwidget import Descent, Timeline, problems
from gdwidget.problems.line import XS, YS
from tests.tools import refuses


def test_it_is_the_articles_problem() -> None:
    problem = problems.line()
    assert problem.names == ("W", "b")
    assert problem.learning == ("W",)
    assert dict(problem.start) == {"W": 8, "b": -1}
    assert [array.tolist() for array in problem.data] == [
        [-1, 0, 1, 2, 3, 4],
        [-3, -1, 1, 3, 5, 7],
    ]


def test_the_samples_lie_on_the_line() -> None:
    inputs, targets = problems.line().data
    assert np.array_equal(2 * inputs - 1, targets)


def test_predict_is_the_line_itself() -> None:
    problem = problems.line()
    assert problem.predict is not None
    W, b = np.float32(2), np.float32(-1)
    assert np.array_equal(problem.predict(W, b, XS), YS)
    assert problem.predict(W, b, XS[:0]).shape == (0,)


def test_the_loss_is_the_mean_squared_error() -> None:
    problem = problems.line()
    assert float(problem.evaluate({"W": 2.0, "b": -1.0}, problem.data)) == 0
    assert float(problem.evaluate({"W": 2.0, "b": 0.0}, problem.data)) == 1
    assert float(problem.evaluate({"W": 8.0, "b": -1.0}, problem.data)) == 186


def test_it_starts_elsewhere_if_asked() -> None:
    assert dict(problems.line(W=-4, b=2).start) == {"W": -4, "b": 2}
    with refuses("W", "'8'", "a finite number"):
        problems.line(W="8")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rate", "steps", "outcome"),
    [
        (0.01, 50, "close"),
        (0.09, 5, "close"),
        (0.18, 50, "close"),
        (0.1935, 1_000, "close"),
        (0.1936, 1_000, "away"),
        (0.2, 50, "away"),
    ],
)
def test_the_learning_rates_do_what_its_docstring_says(
    descent: Descent, rate: float, steps: int, outcome: str
) -> None:
    timeline = Timeline(descent, rate)
    timeline.advance(steps)
    distance = abs(float(timeline.state.params["W"]) - 2)
    assert (distance > 6) if outcome == "away" else (distance < 6)
    if steps == 50 and outcome == "close":
        assert distance < 0.1


def test_at_018_it_hops_from_side_to_side(descent: Descent) -> None:
    timeline = Timeline(descent, 0.18)
    timeline.advance(10)
    sides = np.sign(timeline.run.trajectory["W"] - 2)
    assert sides.tolist() == [1, -1] * 5 + [1]
