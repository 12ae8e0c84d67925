from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import optax
import pytest

from gdwidget import problems
from tests.descend import descend, loss_at, slope
from tests.tools import refuses

if TYPE_CHECKING:
    from collections.abc import Sequence

FOUR = ((3.0, 2.0), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127))


def momentum(rate: float) -> optax.GradientTransformation:
    return optax.sgd(rate, momentum=0.9)


def distance(found: Any, minimum: Sequence[float]) -> float:
    return float(np.linalg.norm(found.path[-1] - np.array(minimum)))


@pytest.mark.parametrize(
    ("name", "minimum"),
    [
        ("quadratic", (0.0, 0.0)),
        ("rosenbrock", (1.0, 1.0)),
        ("beale", (3.0, 0.5)),
        ("saddle", (0.0, 1.0)),
        ("saddle", (0.0, -1.0)),
    ],
    ids=["quadratic", "rosenbrock", "beale", "saddle-up", "saddle-down"],
)
def test_the_loss_is_0_at_the_minimum_and_level_there(
    name: str, minimum: tuple[float, float]
) -> None:
    problem = getattr(problems, name)()
    x, y = minimum
    assert loss_at(problem, x=x, y=y) == 0
    assert np.array_equal(np.abs(slope(problem, x=x, y=y)), [0, 0])


@pytest.mark.parametrize("minimum", FOUR, ids=str)
def test_himmelblau_has_four_minima(minimum: tuple[float, float]) -> None:
    problem = problems.himmelblau()
    x, y = minimum
    assert loss_at(problem, x=x, y=y) == pytest.approx(0, abs=1e-9)
    assert np.abs(slope(problem, x=x, y=y)).max() < 1e-3


def test_himmelblau_has_a_hilltop() -> None:
    problem = problems.himmelblau()
    x, y = -0.270845, -0.923039
    assert loss_at(problem, x=x, y=y) == pytest.approx(181.6, abs=0.05)
    assert np.abs(slope(problem, x=x, y=y)).max() < 1e-3


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("quadratic", (10, 1)),
        ("rosenbrock", (-1.2, 1)),
        ("himmelblau", (0, 0)),
        ("beale", (1, 1)),
        ("saddle", (2, 0.001)),
    ],
)
def test_both_parameters_learn_and_start_where_asked(name: str, start: tuple[float, float]) -> None:
    make = getattr(problems, name)
    assert make().name == name
    assert make().learning == make().names == ("x", "y")
    assert np.array_equal(list(make().start.values()), np.array(start, np.float32))
    assert dict(make(x=-3, y=0.5).start) == {"x": -3, "y": 0.5}
    with refuses("y", "inf", "a finite number"):
        make(y=float("inf"))


@pytest.mark.parametrize("condition", [1, 10, 1_000])
def test_the_quadratics_best_rate_shrinks_both_errors_alike(condition: float) -> None:
    rate = 2 / (1 + condition)
    path = descend(problems.quadratic(condition), optax.sgd(rate), 3).path
    factor = (condition - 1) / (condition + 1)
    assert np.abs(path[1:]) == pytest.approx(factor * np.abs(path[:-1]), rel=1e-3, abs=1e-6)


def test_the_quadratics_telling_rates() -> None:
    crawling = descend(problems.quadratic(), optax.sgd(0.1), 50).path
    assert np.abs(crawling[1:, 1]).max() < 1e-6
    assert crawling[1, 0] == pytest.approx(9)
    hopping = descend(problems.quadratic(), optax.sgd(0.2), 50).path[:, 1]
    assert hopping == pytest.approx([1, -1] * 25 + [1])
    assert descend(problems.quadratic(), optax.sgd(0.201), 2_000).losses[-1] > 1e6


def test_the_quadratic_is_hard_with_a_large_condition_number() -> None:
    best = descend(problems.quadratic(1_000), optax.sgd(2 / 1_001), 1_000)
    assert best.path[-1, 0] == pytest.approx(1.35, abs=0.01)
    assert abs(descend(problems.quadratic(1_000), momentum(0.001), 1_000).path[-1, 0]) < 0.001


@pytest.mark.parametrize("given", [0.5, -1, 1e7, float("nan"), "10", None, True], ids=str)
def test_the_quadratic_names_a_bad_condition_number(given: Any) -> None:
    with refuses("condition_number", repr(given), "a number from 1 to 1e+06"):
        problems.quadratic(given)


@pytest.mark.parametrize(
    ("optimizer", "steps"),
    [(momentum(0.001), 3_000), (optax.adam(0.1), 2_000), (optax.sgd(0.001), 20_000)],
    ids=["momentum", "adam", "sgd"],
)
def test_the_rosenbrock_valley_is_walked_in_the_steps_said(
    optimizer: optax.GradientTransformation, steps: int
) -> None:
    assert distance(descend(problems.rosenbrock(), optimizer, steps), (1, 1)) < 0.001


def test_plain_descent_is_slow_in_the_rosenbrock_valley() -> None:
    found = descend(problems.rosenbrock(), optax.sgd(0.001), 1_000)
    x, y = found.path[10:].T
    assert np.abs(y - x**2).max() < 0.1
    assert x[-1] == pytest.approx(0.33, abs=0.01)


def test_large_rates_bounce_and_diverge_in_the_rosenbrock_valley() -> None:
    bouncing = descend(problems.rosenbrock(), optax.sgd(0.004), 1_000)
    x, y = bouncing.path[-100:].T
    assert np.isfinite(bouncing.losses).all()
    assert (np.sign(y - x**2)[1:] != np.sign(y - x**2)[:-1]).mean() > 0.3
    assert bouncing.losses[-100:].max() > 0.1
    assert not np.isfinite(descend(problems.rosenbrock(), optax.sgd(0.007), 1_000).losses[-1])


@pytest.mark.parametrize(
    ("start", "minimum"),
    list(zip([(0, 0), (-1, 1), (-1, -1), (1, -1)], FOUR, strict=True)),
    ids=str,
)
def test_the_start_decides_which_of_himmelblaus_minima_is_found(
    start: tuple[float, float], minimum: tuple[float, float]
) -> None:
    x, y = start
    found = descend(problems.himmelblau(x=x, y=y), optax.sgd(0.01), 100)
    assert distance(found, minimum) < 1e-3


def test_momentum_leads_to_another_of_himmelblaus_minima() -> None:
    assert distance(descend(problems.himmelblau(), momentum(0.01), 200), FOUR[3]) < 1e-3


def test_large_rates_never_settle_or_diverge_on_himmelblau() -> None:
    assert descend(problems.himmelblau(), optax.sgd(0.03), 1_000).losses[-50:].min() > 1
    assert not np.isfinite(descend(problems.himmelblau(), optax.sgd(0.05), 100).losses[-1])


@pytest.mark.parametrize(
    ("optimizer", "steps"),
    [(optax.adam(0.1), 500), (momentum(0.01), 500), (optax.sgd(0.03), 1_000)],
    ids=["adam", "momentum", "sgd"],
)
def test_beales_minimum_is_found_in_the_steps_said(
    optimizer: optax.GradientTransformation, steps: int
) -> None:
    assert distance(descend(problems.beale(), optimizer, steps), (3, 0.5)) < 0.001


def test_beales_telling_settings() -> None:
    hopping = descend(problems.beale(), optax.sgd(0.05), 2_000)
    assert np.abs(np.diff(hopping.path[-50:, 1])).min() > 0.01
    assert not np.isfinite(descend(problems.beale(), optax.sgd(0.1), 1_000).losses[-1])
    wall = problems.beale(x=-2, y=2)
    assert not np.isfinite(descend(wall, optax.sgd(0.01), 500).losses[-1])
    assert descend(wall, optax.adam(0.1), 500).losses[-1] < 2
    outward = descend(problems.beale(x=-3, y=1), optax.adam(0.1), 500).path[:, 0]
    assert outward[-1] < -6
    assert (np.diff(outward[-100:]) < 0).all()


def test_the_saddle_is_left_and_the_minimum_found() -> None:
    found = descend(problems.saddle(), optax.sgd(0.1), 120)
    assert distance(found, (0, 1)) < 0.001
    assert found.losses[30:51] == pytest.approx(0.25, abs=0.01)
    sooner = descend(problems.saddle(), momentum(0.1), 120)
    assert np.argmax(sooner.losses < 0.05) < np.argmax(found.losses < 0.05)


@pytest.mark.parametrize(
    "optimizer", [optax.sgd(0.1), momentum(0.1), optax.adam(0.1)], ids=["sgd", "momentum", "adam"]
)
def test_no_optimizer_leaves_the_saddle_from_its_ridge(
    optimizer: optax.GradientTransformation,
) -> None:
    found = descend(problems.saddle(y=0), optimizer, 1_000)
    assert found.losses[-1] == pytest.approx(0.25)
    assert (found.path[:, 1] == 0).all()


def test_the_saddle_parts_the_ways() -> None:
    assert distance(descend(problems.saddle(y=-0.001), optax.sgd(0.1), 120), (0, -1)) < 0.001


def test_the_saddles_minima_hold_only_rates_below_1() -> None:
    settled = descend(problems.saddle(), optax.sgd(0.95), 2_000)
    assert distance(settled, (0, 1)) < 0.001
    assert descend(problems.saddle(), optax.sgd(1.1), 2_000).losses[-10:].min() > 0.001
