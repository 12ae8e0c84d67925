"""Networks: states beyond the budget of memory are computed again, with every bit they had."""

from __future__ import annotations

import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import Descent, GDWidget, Problem, State, Timeline
from tests.tools import same, whole_timeline

random = np.random.default_rng(5)
XS = random.normal(size=(12, 1)).astype(np.float32)
YS = np.sin(2 * XS[:, 0])


def loss(layers: Any, xs: Any, ys: Any) -> Any:
    hidden = xs
    for layer in layers[:-1]:
        hidden = jnp.tanh(hidden @ layer["w"] + layer["b"])
    return jnp.mean(((hidden @ layers[-1]["w"] + layers[-1]["b"])[:, 0] - ys) ** 2)


def network(hidden: int, depth: int = 1) -> Problem:
    widths = [1, *[hidden] * depth, 1]
    layers = [
        {"w": random.normal(size=(before, after)) / before**0.5, "b": np.zeros(after)}
        for before, after in itertools.pairwise(widths)
    ]
    return Problem(loss, layers, data=(XS, YS), name="network")


def bits(state: State) -> bytes:
    """Return every bit there is of a state."""
    held = (dict(state.params), state.gradient, state.opt_state, state.loss)
    return b"".join(np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(held))


LARGE = network(315, depth=2)


def test_a_network_of_100_000_parameters_goes_back_to_the_bits_it_had() -> None:
    assert 100_000 <= LARGE.parameters.count <= 101_000
    descent = Descent(LARGE, optimizer="adam", batch_size=5)
    assert descent.exact is False
    memory = 16_000_000
    timeline = Timeline(descent, 0.01, snapshot_bytes=memory)
    seen = {0: bits(timeline.state)}
    timeline.advance(60, lambda state: seen.update({state.step: bits(state)}))
    assert len(seen) == 61
    again = Timeline(descent, 0.01, snapshot_bytes=memory)
    again.advance(60)
    assert same(again.run.trajectory.rows(), timeline.run.trajectory.rows())
    for each in (timeline, again):
        assert each.run.snapshots.nbytes <= memory
        for step in (60, 59, 31, 32, 3, 0, 17, 58):
            each.goto(step)
            assert bits(each.state) == seen[step]
    again.goto(40)
    again.advance(25)
    assert (again.cursor, again.run.last) == (65, 65)


def test_of_a_large_network_a_few_numbers_are_recorded() -> None:
    descent = Descent(LARGE)
    state, rows = descent.run(descent.init(0.01), 0.01, 3)
    names = LARGE.parameters.recorded
    assert names[:2] == ("layers[0].b[0]", "layers[0].b[1]")
    assert descent.extras == tuple(c for name in names[1:] for c in (name, f"{name}_grad"))
    assert rows.shape == (3, 18)
    first = state.params["layers"][0]["b"][:8]
    assert same(rows[-1][[0, *range(4, 18, 2)]], first)
    assert same(descent.row_of(state), rows[-1])


def test_the_widget_goes_back_in_a_large_network() -> None:
    w = GDWidget(LARGE, optimizer="adam", learning_rate=0.01, snapshot_bytes=16_000_000)
    w.run(40)
    last = bits(w._state())
    w.goto(7)
    assert (w.cursor, w.loss) == (7, w.trajectory["loss"][7])
    assert w.params["layers"][1]["w"].shape == (315, 315)
    w.goto(40)
    assert bits(w._state()) == last
    w.goto(20)
    w.learning_rate = 0.001
    w.step(2)
    assert (len(w.runs), w.runs[-1].fork) == (2, 20)


@pytest.mark.parametrize(
    ("optimizer", "size", "hidden"), [("adam", 5, 3), ("momentum", None, 3), ("sgd", 5, 12)]
)
def test_a_small_network_goes_back_to_the_bits_it_had(
    optimizer: str, size: int | None, hidden: int
) -> None:
    descent = Descent(network(hidden), optimizer=optimizer, batch_size=size, exact=True)
    timeline = Timeline(descent, 0.05, snapshot_bytes=0)
    seen = {0: bits(timeline.state)}
    timeline.advance(5)
    timeline.learning_rate = 0.1
    timeline.advance(40, lambda state: seen.update({state.step: bits(state)}))
    assert len(timeline.run.snapshots) <= 2
    for step in (45, 44, 6, 23, 0, 7, 44):
        timeline.goto(step)
        assert bits(timeline.state) == seen[step]
    timeline.goto(20)
    timeline.learning_rate = 0.01
    timeline.advance(10)
    whole_timeline(timeline)
    timeline.goto(15)
    assert bits(timeline.state) == seen[15]
    timeline.goto(25)
    assert bits(timeline.state) != seen[25]


def test_a_leaf_without_numbers_does_no_harm() -> None:
    problem = Problem(
        lambda p: jnp.sum(p["w"] ** 2) + jnp.sum(p["none"]),
        {"w": np.ones(40), "none": np.ones((0, 3))},
    )
    descent = Descent(problem, optimizer="adam")
    state, _ = descent.run(descent.init(0.1), 0.1, 5)
    assert state.status == "ready"
