from __future__ import annotations

import numpy as np
import optax
import pytest

from gdwidget import problems
from tests.descend import descend, loss_at, slope
from tests.tools import refuses

EXACTLY = 1e-6


def momentum(rate: float) -> optax.GradientTransformation:
    return optax.sgd(rate, momentum=0.9)


@pytest.mark.parametrize(
    ("W", "loss"), [(-2.0, 0.0), (0.0, 8 / 3), (1.0, 9 / 4)], ids=["lowest", "hump", "shallow"]
)
def test_the_double_wells_slope_is_0_at_minima_and_hump(W: float, loss: float) -> None:
    problem = problems.double_well()
    assert loss_at(problem, W=W) == pytest.approx(loss, abs=EXACTLY)
    assert slope(problem, W=W).item() == pytest.approx(0, abs=EXACTLY)


def test_the_double_wells_slope_is_the_one_its_docstring_names() -> None:
    problem = problems.double_well()
    for W in (-3.0, -1.0, 0.5, 2.0):
        assert slope(problem, W=W).item() == pytest.approx(W * (W - 1) * (W + 2), rel=1e-5)


@pytest.mark.parametrize(("rate", "end"), [(0.1, 1.0), (0.25, 0.0), (0.3, -2.0), (0.5, -2.0)])
def test_the_double_wells_rate_decides_where_it_ends(rate: float, end: float) -> None:
    path = descend(problems.double_well(), optax.sgd(rate), 100).path[:, 0]
    assert path[-1] == pytest.approx(end, abs=1e-3)
    if rate in {0.25, 0.5}:
        assert path[1] == end


def test_the_double_wells_deep_valley_holds_only_rates_below_a_third() -> None:
    settled = descend(problems.double_well(), optax.sgd(0.33), 2_000).path[-10:, 0]
    assert np.abs(settled + 2).max() < 1e-3
    hopping = descend(problems.double_well(), optax.sgd(0.4), 2_000).path[-10:, 0]
    assert (hopping < 0).all()
    assert np.abs(np.diff(hopping)).min() > 0.1
    assert not np.isfinite(descend(problems.double_well(), optax.sgd(0.6), 100).losses[-1])


@pytest.mark.parametrize(
    ("optimizer", "end"), [(momentum(0.01), -2.0), (optax.adam(0.1), 1.0)], ids=["momentum", "adam"]
)
def test_momentum_rolls_over_the_hump_and_adam_does_not(
    optimizer: optax.GradientTransformation, end: float
) -> None:
    path = descend(problems.double_well(), optimizer, 200).path[:, 0]
    assert path[-1] == pytest.approx(end, abs=1e-3)


def test_the_plateaus_minimum_is_0_and_its_slope_fades_with_the_distance() -> None:
    problem = problems.plateau()
    assert loss_at(problem, W=0.0) == 0
    assert slope(problem, W=0.0).item() == 0
    assert slope(problem, W=20.0).item() == pytest.approx(2 / 20**3, rel=0.01)


@pytest.mark.parametrize(
    ("optimizer", "steps", "least", "most"),
    [
        (optax.adam(0.1), 50, 0, 0.1),
        (optax.sgd(0.1), 50, 3.84, 3.86),
        (optax.sgd(0.1), 300, 2.5, 4),
        (optax.sgd(0.1), 500, 0, 1e-3),
        (momentum(0.1), 50, 2, 4),
        (momentum(0.1), 100, 0, 0.1),
        (optax.sgd(0.9), 100, 0, 1e-3),
    ],
    ids=["adam", "sgd-50", "sgd-300", "sgd-500", "momentum-50", "momentum-100", "sgd-0.9"],
)
def test_the_plateau_is_crossed_as_fast_as_its_docstring_says(
    optimizer: optax.GradientTransformation, steps: int, least: float, most: float
) -> None:
    end = descend(problems.plateau(), optimizer, steps).path[-1, 0]
    assert least <= abs(end) <= most


def test_the_plateaus_bowl_holds_only_rates_below_1() -> None:
    path = descend(problems.plateau(), optax.sgd(1.1), 1_000).path[-10:, 0]
    assert np.abs(path).min() > 0.2
    assert (np.sign(path[1:]) == -np.sign(path[:-1])).all()


def test_from_8_the_plateau_takes_longer_still() -> None:
    path = descend(problems.plateau(W=8), optax.sgd(0.1), 1_000).path[:, 0]
    assert path[-1] == pytest.approx(7.6, abs=0.01)


@pytest.mark.parametrize("name", ["double_well", "plateau"])
def test_they_have_one_parameter_that_learns_and_start_where_asked(name: str) -> None:
    problem = getattr(problems, name)(W=-1.5)
    assert problem.name == name
    assert dict(problem.start) == {"W": -1.5}
    assert problem.learning == ("W",)
    with refuses("W", "nan", "a finite number"):
        getattr(problems, name)(W=float("nan"))
