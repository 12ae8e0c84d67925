from __future__ import annotations

from typing import Any

import numpy as np
import optax
import pytest

from gdwidget import problems
from tests.descend import descend, loss_at, slope
from tests.tools import float32, refuses

MINIMUM = (0.8806, 1.6913, 0.0300)


def right(problem: Any, params: Any) -> float:
    """Return the share of samples on the right side of the boundary."""
    inputs, targets = problem.data
    predictions = problem.predict(params["weights"], params["bias"], inputs)
    return float(np.mean((np.array(predictions) > 0.5) == np.array(targets)))


def test_the_data_are_two_clouds() -> None:
    inputs, targets = problems.logistic(samples=10_001).data
    assert (inputs.shape, targets.shape) == ((10_001, 2), (10_001,))
    assert inputs.dtype == targets.dtype == np.float32
    assert np.array(targets[:4]).tolist() == [0, 1, 0, 1]
    means = [np.array(inputs)[np.array(targets) == cloud].mean(axis=0) for cloud in (0, 1)]
    assert np.linalg.norm(means[1] - means[0]) == pytest.approx(2, abs=0.1)


def test_it_names_and_starts_its_parameters() -> None:
    problem = problems.logistic()
    assert problem.name == "logistic"
    assert problem.learning == ("weights", "bias")
    assert problem.parameters.names(9) == ("weights[0]", "weights[1]", "bias")
    assert np.array_equal(problem.parameters.flatten(problem.start), [0, 0, 0])


def test_the_same_seed_gives_the_same_samples() -> None:
    first, again, other = (problems.logistic(seed=seed).data[0] for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_predict_is_a_probability_for_each_sample() -> None:
    problem = problems.logistic()
    assert problem.predict is not None
    inputs = np.array([[0, 0], [1000, 0], [-1000, 0]], np.float32)
    probabilities = problem.predict(float32([1, 0]), float32(0), inputs)
    assert probabilities.shape == (3,)
    assert np.array_equal(probabilities, [0.5, 1, 0])


def test_the_loss_stays_finite_far_out() -> None:
    problem = problems.logistic()
    assert loss_at(problem) == pytest.approx(np.log(2))
    assert np.isfinite(loss_at(problem, weights=float32([1e6, -1e6])))
    assert np.isfinite(slope(problem, weights=float32([1e6, -1e6]))).all()


def test_the_minimum_is_where_its_docstring_says() -> None:
    problem = problems.logistic()
    weights, bias = float32(MINIMUM[:2]), MINIMUM[2]
    assert np.abs(slope(problem, weights=weights, bias=bias)).max() < 1e-4
    assert loss_at(problem, weights=weights, bias=bias) == pytest.approx(0.3789, abs=1e-4)
    assert right(problem, {"weights": weights, "bias": bias}) == 0.79


def test_1_is_there_in_100_steps() -> None:
    found = descend(problems.logistic(), optax.sgd(1.0), 100)
    assert found.path[-1] == pytest.approx(MINIMUM, abs=0.002)


def test_the_telling_rates() -> None:
    slow = descend(problems.logistic(), optax.sgd(0.01), 50)
    assert slow.losses[[0, -1]] == pytest.approx([0.693, 0.601], abs=0.001)
    leaping = descend(problems.logistic(), optax.sgd(20.0), 1_000)
    assert np.linalg.norm(np.diff(leaping.path[-50:], axis=0), axis=1).min() > 0.5


def test_the_weights_grow_for_ever_where_a_line_parts_the_clouds() -> None:
    problem = problems.logistic(distance=6)
    found = descend(problem, optax.sgd(1.0), 10_000)
    assert right(problem, found.params) == 1
    sizes = np.linalg.norm(found.path[[10, 100, 1_000, 10_000], :2], axis=1)
    assert (np.diff(sizes) > 0.5).all()
    assert (np.diff(found.losses[1:]) <= 1e-7).all()
    assert found.losses[-1] < 0.001


@pytest.mark.parametrize(
    ("argument", "given", "accepted"),
    [
        ("samples", 1, "a whole number from 2 to 1,000,000"),
        ("samples", 10.0, "a whole number from 2 to 1,000,000"),
        ("distance", -1, "a number from 0 to 100"),
        ("distance", "2", "a number from 0 to 100"),
        ("seed", -1, "a whole number from 0 to 4,294,967,295"),
        ("seed", None, "a whole number from 0 to 4,294,967,295"),
    ],
)
def test_bad_arguments_are_named(argument: str, given: Any, accepted: str) -> None:
    with refuses(argument, repr(given), accepted):
        problems.logistic(**{argument: given})
