"""The sharpness is that of `jax.hessian`; below a rate's limit steps shrink, above they grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import GDWidget, Problem, problems
from gdwidget._core.optimizers import NAMES, Optimizer
from gdwidget._landscape.sharpness import Curvatures, preconditioner, rate_limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALL = {
    "line": problems.line(),
    "a line of which both numbers learn": Problem(
        lambda w, b, x, y: ((w * x + b - y) ** 2).mean(),
        8.0,
        -1.0,
        argnums=(0, 1),
        data=(np.arange(5, dtype=np.float32), np.ones(5, np.float32)),
    ),
    "logistic": problems.logistic(),
    "house prices": problems.house_prices(),
    "quadratic": problems.quadratic(),
    "Rosenbrock": problems.rosenbrock(),
    "Himmelblau": problems.himmelblau(),
    "Beale": problems.beale(),
    "saddle": problems.saddle(),
    "double well": problems.double_well(),
    "plateau": problems.plateau(),
}
EIGENVALUES = np.array([8.0, 3.0, 0.5, -2.0])
WITHOUT = sorted({*NAMES} - {"sgd", "momentum", "nesterov", "adam", "rmsprop", "adagrad"})


def hessian_of(problem: Problem) -> NDArray[np.float64]:
    """Return the Hessian of the loss on all data at the start."""
    parameters = problem.parameters

    def loss(numbers: Any) -> Any:
        return problem.evaluate(parameters.unflatten(numbers, problem.start), problem.data)

    return np.asarray(jax.hessian(loss)(parameters.flatten(problem.start)), np.float64)


def bowl(eigenvalues: NDArray[np.float64], *, seed: int = 0) -> tuple[Problem, NDArray[Any]]:
    """Return a quadratic loss with these curvatures, and the directions they lie along."""
    count = len(eigenvalues)
    rotation = np.linalg.qr(np.random.default_rng(seed).standard_normal((count, count)))[0]
    hessian = jnp.asarray(rotation * eigenvalues @ rotation.T, jnp.float32)
    start = np.asarray(rotation.sum(axis=1), np.float32)
    return Problem(lambda w: w @ hessian @ w / 2, start), rotation


@pytest.mark.parametrize("name", SMALL)
def test_it_is_the_largest_eigenvalue_of_the_hessian(name: str) -> None:
    problem = SMALL[name]
    found = Curvatures(problem).sharpest(problem.start)
    hessian = hessian_of(problem)
    assert found is not None
    assert found.value == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-4, abs=1e-6)
    along = hessian @ found.direction
    assert np.allclose(along, found.value * found.direction, atol=1e-3 * np.abs(hessian).max())


@pytest.mark.parametrize("problem", [problems.moons(), problems.sine()], ids=["moons", "sine"])
def test_of_networks_it_is_found_within_a_hundredth(problem: Problem) -> None:
    assert problem.parameters.count > 32
    found = Curvatures(problem).sharpest(problem.start)
    assert found is not None
    assert found.value == pytest.approx(np.linalg.eigvalsh(hessian_of(problem))[-1], rel=1e-2)


@pytest.mark.parametrize(
    ("eigenvalues", "sharpest"),
    [(np.linspace(-9, 1, 40), 1.0), (np.linspace(-9, -2, 40), -2.0)],
    ids=["that curves down more than up", "on a hilltop"],
)
def test_of_a_large_loss_it_is_that_of_the_most_upward_direction(
    eigenvalues: NDArray[np.float64], sharpest: float
) -> None:
    problem, _ = bowl(eigenvalues)
    found = Curvatures(problem).sharpest(problem.start)
    assert found is not None
    assert found.value == pytest.approx(sharpest, rel=1e-2)


def test_its_direction_is_the_sharpest_one() -> None:
    problem, rotation = bowl(EIGENVALUES)
    found = Curvatures(problem).sharpest(problem.start)
    assert found is not None
    assert found.value == pytest.approx(8, rel=1e-5)
    assert abs(found.direction @ rotation[:, 0]) == pytest.approx(1, abs=1e-5)


def test_in_other_units_it_is_that_of_the_scaled_hessian() -> None:
    problem, _ = bowl(EIGENVALUES)
    units = np.array([0.5, 1, 2, 4], np.float32)
    found = Curvatures(problem).sharpest(problem.start, units)
    scaled = hessian_of(problem) / np.sqrt(np.outer(units, units))
    assert found is not None
    assert found.value == pytest.approx(np.linalg.eigvalsh(scaled)[-1], rel=1e-5)


def steps_grow(name: str, rate: float) -> bool:
    """Return whether 300 steps along the sharpest direction lead further away."""
    problem = Problem(
        lambda w: 5 * w[0] ** 2 + 0.01 * w[1] ** 2, np.array([1e-3, 1e-3], np.float32)
    )
    optimizer = Optimizer.of(name)
    tree = problem.start["w"]
    opt_state = optimizer.init(tree)
    for _ in range(300):
        gradient = jnp.array([10, 0.02]) * tree
        tree, opt_state = optimizer.update(gradient, opt_state, tree, rate)
    return bool(jnp.abs(tree[0]) > 1e-3)


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov"])
def test_below_the_limit_steps_shrink_and_above_it_they_grow(name: str) -> None:
    limit = rate_limit(name, 10.0)
    assert limit is not None
    assert not steps_grow(name, 0.97 * limit)
    assert steps_grow(name, 1.03 * limit)


def frozen_steps_grow(name: str, units: NDArray[Any], hessian: Any, rate: float) -> bool:
    """Return whether steps grow with what the optimizer divides by held as it is."""
    beta = 0.9 if name == "adam" else 0.0
    place, mean = np.ones(len(units)), np.zeros(len(units))
    for _ in range(3000):
        mean = beta * mean + (1 - beta) * (hessian @ place)
        place = place - rate * mean / units
        if np.abs(place).max() > 1e6:
            return True
    return bool(np.abs(place).max() > 1)


@pytest.mark.parametrize("name", ["adam", "rmsprop", "adagrad"])
def test_the_limit_of_those_that_divide_holds_in_their_units(name: str) -> None:
    problem, _ = bowl(np.array([8.0, 3.0, 0.5, 0.2]))
    widget = GDWidget(problem, optimizer=name, learning_rate=0.01)
    widget.step(5)
    descent = widget._session.timeline.descent
    opt_state = descent.remembered(widget._session.timeline.state, 0.01)
    units = preconditioner(name, opt_state)
    limit = widget.rate_limit
    assert units is not None
    assert limit is not None
    hessian = hessian_of(problem)
    assert not frozen_steps_grow(name, units, hessian, 0.97 * limit)
    assert frozen_steps_grow(name, units, hessian, 1.03 * limit)


@pytest.mark.parametrize("name", ["adam", "rmsprop", "adagrad"])
def test_what_an_optimizer_divides_by_is_what_its_update_is_less_by(name: str) -> None:
    rate, gradients = 0.5, np.array([[3, -0.02], [1, 0.5], [-2, 0.1]], np.float32)
    optimizer = Optimizer.of(name)
    tree = jnp.zeros(2)
    opt_state, before = optimizer.init(tree), tree
    for gradient in gradients:
        before = tree
        tree, opt_state = optimizer.update(gradient, opt_state, tree, rate)
    units = preconditioner(name, opt_state)
    assert units is not None
    moved = gradients[-1]
    if name == "adam":
        moved = optax.tree.get(opt_state, "mu") / (1 - 0.9**3)
    assert np.allclose(before - tree, rate * moved / units, rtol=1e-5)


@pytest.mark.parametrize("name", WITHOUT)
def test_of_other_optimizers_no_limit_is_known(name: str) -> None:
    widget = GDWidget(optimizer=name)
    assert widget.rate_limit is None
    assert widget.sharpness == pytest.approx(31 / 3, rel=1e-5)


def test_an_optimizer_that_was_handed_in_has_no_known_limit() -> None:
    assert GDWidget(optimizer=optax.sgd(0.1)).rate_limit is None


def test_on_a_hilltop_the_curvature_sets_no_limit() -> None:
    widget = GDWidget(problems.double_well(0.0))
    assert widget.sharpness is not None
    assert widget.sharpness < 0
    assert widget.rate_limit is None


def test_it_follows_the_cursor_and_the_run() -> None:
    widget = GDWidget(lambda w: w**4, 1.0, learning_rate=0.01)
    widget.step(3)
    values = []
    for step in range(4):
        widget.goto(step)
        values.append(widget.sharpness)
    expected = [12 * value**2 for value in widget.trajectory["w"]]
    assert values == pytest.approx(expected, rel=1e-5)
    widget.reset(w=2.0)
    assert widget.sharpness == pytest.approx(48, rel=1e-5)
    limit = widget.rate_limit
    assert limit == pytest.approx(2 / 48, rel=1e-5)
    widget.optimizer = "nesterov"
    assert widget.rate_limit == pytest.approx(3.8 / 2.8 / 48, rel=1e-5)


def test_with_batches_it_is_that_of_all_data() -> None:
    batches = GDWidget(batch_size=1, seed=3)
    batches.step(4)
    assert batches.sharpness == pytest.approx(31 / 3, rel=1e-5)


def test_a_run_goes_on_as_if_nobody_had_asked() -> None:
    asked, other = (GDWidget(problems.moons(), optimizer="adam", batch_size=32) for _ in range(2))
    for widget in (asked, other):
        for _ in range(3):
            widget.step(2)
            if widget is asked:
                assert widget.rate_limit is not None
    assert asked.trajectory["loss"].tolist() == other.trajectory["loss"].tolist()


def test_of_a_run_that_diverged_it_says_why() -> None:
    widget = GDWidget(learning_rate=10.0)
    widget.run(200)
    assert widget.status == "diverged"
    assert widget.sharpness == pytest.approx(31 / 3, rel=1e-4)
    assert widget.rate_limit == pytest.approx(6 / 31, rel=1e-4)


@pytest.mark.parametrize("name", ["sgd", "adam", "rmsprop", "adagrad"])
def test_there_is_none_where_it_is_not_finite(name: str) -> None:
    widget = GDWidget(jnp.sqrt, 1e-3, learning_rate=10.0, optimizer=name)
    widget.step()
    assert widget.status == "diverged"
    assert widget.sharpness is None
    assert widget.rate_limit is None


def test_there_is_none_where_the_loss_cannot_be_derived_twice() -> None:
    @jax.custom_vjp
    def square(w: Any) -> Any:
        return w**2

    def forward(w: Any) -> Any:
        return square(w), w

    def backward(w: Any, cotangent: Any) -> Any:
        slope = jax.pure_callback(lambda at: 2 * at, w, w)
        return (slope * cotangent,)

    square.defvjp(forward, backward)
    widget = GDWidget(square, 3.0)
    widget.step()
    assert widget.sharpness is None


def test_there_is_none_of_a_stream() -> None:
    def batches() -> Any:
        while True:
            yield np.array([1, 2], np.float32), np.array([1, 3], np.float32)

    widget = GDWidget(lambda W, x, y: ((W * x - y) ** 2).mean(), 1.0, data=batches())
    widget.step()
    assert widget.sharpness is None
    assert widget.rate_limit is None
