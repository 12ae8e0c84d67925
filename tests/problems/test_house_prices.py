from __future__ import annotations

from typing import Any

import numpy as np
import optax
import pytest

from gdwidget import Problem, problems
from gdwidget.problems.house_prices import FEATURES, sales
from tests.descend import descend, loss_at, slope
from tests.tools import float32, refuses

LEAST = 232.6467


def solved(problem: Problem) -> tuple[Any, float]:
    """Return the weights and bias of least squares, in 64 bits."""
    inputs, prices = (np.array(array, np.float64) for array in problem.data)
    columns = np.column_stack([inputs, np.ones(len(inputs))])
    answer = np.linalg.lstsq(columns, prices)[0]
    return answer[:-1], float(answer[-1])


def curvatures(problem: Problem) -> Any:
    inputs = np.array(problem.data[0], np.float64)
    columns = np.column_stack([inputs, np.ones(len(inputs))])
    return np.linalg.eigvalsh(2 * columns.T @ columns / len(columns))


def test_the_table_is_that_of_the_paper() -> None:
    inputs, prices = sales()
    assert inputs.shape == (546, 11)
    assert inputs[0].tolist() == [5850, 3, 1, 2, 1, 0, 1, 0, 0, 1, 0]
    assert (prices.min(), prices.max(), prices[0]) == (25, 190, 42)
    assert prices.mean() == pytest.approx(68.1216, abs=1e-4)
    assert inputs[:, 0].mean() == pytest.approx(5150.27, abs=0.01)
    yes_no = [4, 5, 6, 7, 8, 10]
    assert np.isin(inputs[:, yes_no], [0, 1]).all()
    assert (inputs[:, 0].min(), inputs[:, 0].max()) == (1_650, 16_200)


def test_linear_regression_explains_what_the_textbook_says() -> None:
    problem = problems.house_prices(scaled=False)
    weights, bias = solved(problem)
    assert 1 - LEAST / np.var(sales()[1]) == pytest.approx(0.673, abs=0.001)
    assert weights[0] * 1000 == pytest.approx(3.546, abs=0.001)
    assert weights[FEATURES.index("bathrooms")] == pytest.approx(14.336, abs=0.001)
    assert bias == pytest.approx(-4.038, abs=0.001)


@pytest.mark.parametrize("scaled", [True, False])
def test_the_minimum_is_as_low_scaled_or_not(scaled: bool) -> None:  # noqa: FBT001
    problem = problems.house_prices(scaled=scaled)
    weights, bias = solved(problem)
    assert loss_at(problem, weights=weights.astype(np.float32), bias=bias) == pytest.approx(
        LEAST, abs=0.001
    )


def test_it_is_level_at_the_minimum() -> None:
    problem = problems.house_prices()
    weights, bias = solved(problem)
    assert np.abs(slope(problem, weights=weights, bias=bias)).max() < 1e-3


def test_scaled_features_have_mean_0_and_standard_deviation_1() -> None:
    inputs, prices = problems.house_prices().data
    assert (inputs.shape, prices.shape) == ((546, 11), (546,))
    assert inputs.dtype == prices.dtype == np.float32
    assert np.mean(inputs, axis=0) == pytest.approx(np.zeros(11), abs=1e-5)
    assert np.std(inputs, axis=0) == pytest.approx(np.ones(11), abs=1e-5)


def test_features_are_taken_in_the_order_asked() -> None:
    problem = problems.house_prices(scaled=False, features=("stories", "lot_size"))
    assert np.array(problem.data[0])[0].tolist() == [2, 5850]
    assert problem.parameters.names(9) == ("weights[0]", "weights[1]", "bias")


def test_asking_twice_leaves_the_table_as_it_is() -> None:
    first = np.array(problems.house_prices().data[0])
    assert np.array_equal(first, problems.house_prices().data[0])
    assert sales()[0][0, 0] == 5850


def test_predict_is_the_price_for_each_house() -> None:
    problem = problems.house_prices(features=["bedrooms"], scaled=False)
    assert problem.predict is not None
    assert problem.name == "house_prices"
    prices = problem.predict(float32([20]), float32(5), float32([[1], [3]]))
    assert prices.tolist() == [25, 65]


def test_scaled_a_rate_of_a_tenth_is_there_in_50_steps() -> None:
    found = descend(problems.house_prices(), optax.sgd(0.1), 50)
    assert found.losses[[0, -1]] == pytest.approx([5352.279, LEAST], abs=0.01)


def test_the_stable_rates_end_where_its_docstring_says() -> None:
    scaled, plain = (curvatures(problems.house_prices(scaled=scaled)) for scaled in (True, False))
    assert 2 / scaled[-1] == pytest.approx(0.426, abs=0.001)
    assert 2 / plain[-1] == pytest.approx(3.2e-8, rel=0.01)
    assert scaled[-1] / scaled[0] == pytest.approx(5.7, abs=0.1)
    assert plain[-1] / plain[0] == pytest.approx(9.5e8, rel=0.01)
    assert descend(problems.house_prices(), optax.sgd(0.42), 500).losses[-1] < LEAST + 0.01
    assert descend(problems.house_prices(), optax.sgd(0.43), 500).losses[-1] > 1e6


def test_not_scaled_nothing_works_well() -> None:
    problem = problems.house_prices(scaled=False)
    assert not np.isfinite(descend(problem, optax.sgd(0.01), 10).losses[-1])
    assert descend(problem, optax.sgd(3.3e-8), 50).losses[-1] > 1e5
    slow = descend(problem, optax.sgd(3e-8), 100_000).losses
    assert slow[[50, 100_000]] == pytest.approx([683, 672], abs=1)


def test_adam_scales_for_itself_and_leaps_up_later() -> None:
    losses = descend(problems.house_prices(scaled=False), optax.adam(0.1), 10_000).losses
    assert losses[1_000] == pytest.approx(245.5, abs=1)
    assert (losses[1_000:] > 1_000).any()


@pytest.mark.parametrize(
    ("argument", "given", "shown", "accepted"),
    [
        ("scaled", 1, "1", "True or False"),
        ("scaled", None, "None", "True or False"),
        ("features", [], "[]", "None or a list of different names among lot_size"),
        ("features", "lot_size", "'lot_size'", "None or a list of different names"),
        ("features", ["pool"], "'pool'", "preferred_area"),
        ("features", ["stories", "stories"], "'stories'", "different names"),
        ("features", [3], "3", "different names"),
        ("features", [["stories"]], "['stories']", "different names"),
    ],
)
def test_bad_arguments_are_named(argument: str, given: Any, shown: str, accepted: str) -> None:
    with refuses(argument, shown, accepted):
        problems.house_prices(**{argument: given})
