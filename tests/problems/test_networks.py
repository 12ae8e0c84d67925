from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import problems
from gdwidget.problems.network import outputs, random_layers
from tests.descend import descend, slope
from tests.tools import refuses

if TYPE_CHECKING:
    from gdwidget import Problem


def right(problem: Problem, params: Any) -> float:
    """Return the share of samples whose class is predicted."""
    inputs, targets = problem.data
    assert problem.predict is not None
    predictions = np.array(problem.predict(params["layers"], inputs))
    return float(np.mean((predictions > 0.5) == np.array(targets)))


def test_a_network_is_tanh_layers_and_a_line() -> None:
    layers: Any = [
        {"weights": jnp.float32([[1, 2], [3, 4]]), "bias": jnp.float32([0.5, -0.5])},
        {"weights": jnp.float32([[2], [-1]]), "bias": jnp.float32([0.25])},
    ]
    x, y = 0.1, -0.2
    expected = 2 * np.tanh(x + 3 * y + 0.5) - np.tanh(2 * x + 4 * y - 0.5) + 0.25
    assert outputs(layers, jnp.float32([[x, y]])) == pytest.approx([expected], rel=1e-5)


def test_a_networks_start_keeps_the_size_of_signals() -> None:
    layers = random_layers((200, 100, 1), np.random.default_rng(0))
    weights = layers[0]["weights"]
    assert weights.dtype == np.float32
    assert np.abs(weights).max() <= np.sqrt(6 / 300)
    assert weights.std() == pytest.approx(np.sqrt(2 / 300), rel=0.02)
    assert not layers[0]["bias"].any()


@pytest.mark.parametrize(
    ("name", "inputs", "hidden"), [("moons", (60, 2), (8, 8)), ("sine", (60,), (16,))]
)
def test_data_names_and_shapes(name: str, inputs: tuple[int, ...], hidden: tuple[int, ...]) -> None:
    make = getattr(problems, name)
    problem = make(samples=60)
    assert problem.name == name
    assert [array.shape for array in problem.data] == [inputs, (60,)]
    assert [array.dtype for array in problem.data] == [np.float32, np.float32]
    assert problem.predict(problem.start["layers"], problem.data[0]).shape == (60,)
    assert len(problem.start["layers"]) == len(hidden) + 1
    names = problem.parameters.names(1_000)
    assert len(names) == problem.parameters.count
    assert {"layers[0].weights[0,7]", "layers[0].bias[0]"} <= set(names)
    assert make(hidden=()).parameters.names(9)[-1].startswith("layers[0].weights[")


@pytest.mark.parametrize("name", ["moons", "sine"])
def test_the_same_seed_gives_the_same_samples_and_start(name: str) -> None:
    make = getattr(problems, name)
    first, again, other = (make(seed=seed) for seed in (1, 1, 2))
    starts = [each.parameters.flatten(each.start) for each in (first, again, other)]
    assert np.array_equal(starts[0], starts[1])
    assert not np.array_equal(starts[0], starts[2])
    assert np.array_equal(first.data[0], again.data[0])
    assert np.array_equal(first.data[1], again.data[1])
    samples = [
        problem.data[0] if name == "moons" else problem.data[1] for problem in (first, other)
    ]
    assert not np.array_equal(*samples)


@pytest.mark.parametrize("name", ["moons", "sine"])
def test_other_layers_leave_the_samples_as_they_are(name: str) -> None:
    make = getattr(problems, name)
    small, large = make(hidden=(2,)), make(hidden=(9, 9))
    assert np.array_equal(small.data[0], large.data[0])
    assert np.array_equal(small.data[1], large.data[1])


def test_moons_without_noise_lie_on_two_half_circles() -> None:
    inputs, targets = (np.array(array) for array in problems.moons(noise=0).data)
    first, second = inputs[targets == 0], inputs[targets == 1]
    assert np.hypot(*first.T) == pytest.approx(np.ones(100), abs=1e-6)
    assert np.hypot(*(second - [1, 0.5]).T) == pytest.approx(np.ones(100), abs=1e-6)
    assert (first[:, 1] >= 0).all()
    assert (second[:, 1] <= 0.5).all()


def test_sine_without_noise_lies_on_the_sine() -> None:
    inputs, targets = (np.array(array) for array in problems.sine(noise=0).data)
    assert np.sin(inputs) == pytest.approx(targets, abs=1e-6)
    assert (inputs[0], inputs[-1]) == pytest.approx((-np.pi, np.pi))


@pytest.mark.parametrize("name", ["moons", "sine"])
def test_noise_is_as_wide_as_said(name: str) -> None:
    make = getattr(problems, name)
    place = 0 if name == "moons" else 1
    exact, noisy = (np.array(make(samples=5_000, noise=n).data[place]) for n in (0, 0.3))
    assert (noisy - exact).std() == pytest.approx(0.3, rel=0.03)


def test_moons_loss_and_slope_stay_finite_far_out() -> None:
    problem = problems.moons()
    layers = jax.tree.map(lambda leaf: leaf * 1e6, problem.start["layers"])
    assert np.isfinite(problem.evaluate({"layers": layers}, problem.data))
    assert np.isfinite(slope(problem, layers=layers)).all()


def test_a_straight_line_parts_the_moons_only_so_well() -> None:
    problem = problems.moons(hidden=())
    found = descend(problem, optax.adam(0.05), 2_000)
    assert np.abs(slope(problem, **found.params)).max() < 1e-4
    assert found.losses[-1] == pytest.approx(0.314, abs=0.001)
    assert right(problem, found.params) == pytest.approx(0.87, abs=0.005)


def test_adam_parts_the_moons() -> None:
    problem = problems.moons()
    found = descend(problem, optax.adam(0.05), 300)
    assert found.losses[-1] == pytest.approx(0.031, abs=0.005)
    assert right(problem, found.params) >= 0.98
    assert descend(problem, optax.adam(0.05), 2_000).losses[-1] < 0.01


def test_the_moons_telling_settings() -> None:
    problem = problems.moons()
    start, plain = descend(problem, optax.sgd(0.1), 300).losses[[0, -1]]
    assert plain == pytest.approx(0.32, abs=0.01)
    assert descend(problem, optax.adam(0.001), 300).losses[-1] > 0.3
    assert descend(problem, optax.adam(1.0), 300).losses.max() > 2 * start
    # It wanders, with another jax elsewhere: far above the 0.031 of a good rate all the same.
    assert descend(problem, optax.adam(1.0), 300).losses[-1] > 0.06
    assert descend(problem, optax.sgd(30.0), 300).losses[-1] > 5 * start


def test_adam_follows_the_sine() -> None:
    problem = problems.sine()
    found = descend(problem, optax.adam(0.01), 1_000)
    assert found.losses[-1] == pytest.approx(0.006, abs=0.001)
    inputs, targets = (np.array(array) for array in problem.data)
    assert np.mean((np.sin(inputs) - targets) ** 2) == pytest.approx(0.008, abs=0.0005)


@pytest.mark.parametrize(("hidden", "least"), [((), 0.241), ((1,), 0.091)])
def test_small_networks_follow_the_sine_only_so_well(hidden: tuple[int, ...], least: float) -> None:
    found = descend(problems.sine(hidden=hidden), optax.adam(0.05), 3_000)
    assert found.losses[-1] == pytest.approx(least, abs=0.001)


def test_the_sines_telling_settings() -> None:
    problem = problems.sine()
    hopping = descend(problem, optax.sgd(0.1), 1_000).losses
    assert max(hopping[-100:]) > 0.03
    assert np.diff(hopping[-100:]).max() > 0
    assert not np.isfinite(descend(problem, optax.sgd(0.3), 1_000).losses[-1])
    leaping = descend(problem, optax.adam(1.0), 300).losses
    assert leaping.max() > 50
    assert leaping[-1] < 0.1


@pytest.mark.parametrize("name", ["moons", "sine"])
@pytest.mark.parametrize(
    ("argument", "given", "named", "shown", "accepted"),
    [
        ("hidden", 8, "hidden", "8", "a tuple of at most 8 layer sizes, such as (8, 8)"),
        ("hidden", "88", "hidden", "'88'", "a tuple of at most 8 layer sizes"),
        ("hidden", (2,) * 9, "hidden", "(2, 2", "a tuple of at most 8 layer sizes"),
        ("hidden", (8, 0), "hidden[1]", "0", "a whole number from 1 to 1,000"),
        ("hidden", (8.0,), "hidden[0]", "8.0", "a whole number from 1 to 1,000"),
        ("samples", 1, "samples", "1", "a whole number from 2 to 1,000,000"),
        ("noise", -0.1, "noise", "-0.1", "a number from 0 to 100"),
        ("noise", float("nan"), "noise", "nan", "a number from 0 to 100"),
        ("seed", 0.5, "seed", "0.5", "a whole number from 0 to 4,294,967,295"),
        ("seed", 2**32, "seed", "4294967296", "a whole number from 0 to 4,294,967,295"),
    ],
)
def test_bad_arguments_are_named(
    name: str, argument: str, given: Any, named: str, shown: str, accepted: str
) -> None:
    with refuses(named, shown, accepted):
        getattr(problems, name)(**{argument: given})
