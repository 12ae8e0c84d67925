"""Parameters as people hold them: trees of any shape, models whole, and what no number is."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import equinox
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx
from flax.training.train_state import TrainState

from gdwidget import Descent, GDWidget, Problem
from tests.tools import refuses

Pair = namedtuple("Pair", "w b")  # noqa: PYI024 - as people write them
XS = np.linspace(-1, 1, 8, dtype=np.float32)[:, None]
YS = np.sin(3 * XS)


def squares(tree: Any) -> Any:
    return sum(jnp.sum(jnp.square(leaf)) for leaf in jax.tree.leaves(tree))


def same_structure(*trees: Any) -> bool:
    first, second = (str(jax.tree.structure(tree)) for tree in trees)
    return first == second


def stepped(problem: Problem, steps: int = 3, **settings: Any) -> Any:
    descent = Descent(problem, **settings)
    state = descent.init(0.1)
    for _ in range(steps):
        state = descent.step(state, 0.1)
    return state


@pytest.mark.parametrize(
    "tree",
    [
        (np.ones(2), 1.0),
        [(np.ones((2, 3)), np.ones(3)), (np.ones((3, 1)), np.ones(1))],
        [[1.0, [np.ones(2)]], np.ones((2, 2))],
        Pair(np.ones(2), 1.0),
        OrderedDict(b=1.0, a=[np.ones(3)]),
        {"w": np.ones(2), "none": None, "empty": [], "nothing": {}},
        [np.ones((1, 40)), 1.0],
    ],
    ids=str,
)
def test_any_tree_learns_and_is_held(tree: Any) -> None:
    w = GDWidget(squares, tree, learning_rate=0.1)
    w.step(3)
    expected = jax.tree.map(lambda leaf: np.float32(leaf) * np.float32(0.8) ** 3, tree)
    assert same_structure(w.params["tree"], tree)
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), w.params["tree"], expected
    )
    held = GDWidget(lambda W, held: W**2 * squares(held) / squares(tree), 8.0, tree)
    held.step()
    assert held.params["W"] == pytest.approx(8 - 0.01 * 16)
    with refuses("held", "shapes", "as at the start"):
        held.reset(held=[np.ones(2)])


def test_an_equinox_model_learns_whole_as_equinox_would_have_it() -> None:
    class Model(equinox.Module):
        mlp: equinox.nn.MLP
        drop: equinox.nn.Dropout
        size: int

        def __call__(self, x: Any) -> Any:
            return self.drop(self.mlp(x)) * self.size

    mlp = equinox.nn.MLP(1, 1, 4, 1, jnp.tanh, key=jax.random.key(0))
    model = Model(mlp, equinox.nn.Dropout(0.5, inference=True), 2)

    def loss(model: Any, xs: Any, ys: Any) -> Any:
        return jnp.mean((jax.vmap(model)(xs) - ys) ** 2)

    problem = Problem(
        loss, model, data=(XS, YS), predict=lambda model, xs: jax.vmap(model)(xs)[:, 0]
    )
    optimizer, expected = optax.adam(0.1), model
    memory = optimizer.init(equinox.filter(expected, equinox.is_inexact_array))

    slope_of: Any = equinox.filter_grad(loss)

    def by_hand(model: Any, memory: Any) -> Any:
        changes, memory = optimizer.update(slope_of(model, XS, YS), memory)
        return equinox.apply_updates(model, changes), memory

    step: Any = equinox.filter_jit(by_hand)
    for _ in range(3):
        expected, memory = step(expected, memory)
    w = GDWidget(problem, optimizer="adam", learning_rate=0.1)
    w.step(20)
    w.goto(3)
    found = w.params["model"]
    assert same_structure(found, model)
    assert (found.size, found.drop.p, found.mlp.activation) == (2, 0.5, model.mlp.activation)
    np.testing.assert_allclose(jax.vmap(found)(XS), jax.vmap(expected)(XS), rtol=1e-4)
    assert w.portable
    assert w.to_html()


def test_a_flax_model_learns_by_its_parts() -> None:
    model = nnx.Linear(1, 1, rngs=nnx.Rngs(0))
    graph, state = nnx.split(model)

    def loss(state: Any, graph: Any, xs: Any, ys: Any) -> Any:
        return jnp.mean((nnx.merge(graph, state)(xs) - ys) ** 2)

    slopes = jax.grad(loss)(state, graph, XS, YS)
    expected = jax.tree.map(lambda value, slope: value - 0.1 * slope, state, slopes)
    found = stepped(Problem(loss, state, graph, data=(XS, YS)), steps=1)
    assert found.params["graph"] is graph
    jax.tree.map(np.testing.assert_allclose, found.params["state"], expected)


def test_what_of_a_flax_model_is_no_float_is_held() -> None:
    _, state = nnx.split(nnx.Dropout(0.5, rngs=nnx.Rngs(0)))
    with refuses("params", "no number in tree", "at least one number that learns"):
        Problem(squares, state)


def test_of_a_train_state_the_parameters_are_asked_for() -> None:
    state = TrainState.create(apply_fn=jnp.dot, params={"w": jnp.ones(2)}, tx=optax.adam(0.1))  # type: ignore[no-untyped-call]
    with refuses("tree", "TrainState", "state.params, with optimizer=state.tx"):
        Problem(squares, state)
    assert stepped(Problem(squares, state.params)).step == 3


@pytest.mark.parametrize(
    "held",
    [
        jax.random.key(3),
        jax.random.PRNGKey(3),
        jnp.arange(3),
        np.array([True, False]),
        np.int64(3),
        True,
        "relu",
        jnp.tanh,
        object(),
        {"n": 3, "name": "relu", "act": jnp.tanh, "scale": 2.0, "mask": np.array([True])},
        np.array([0, -np.inf]),
        1j,
    ],
    ids=range(12),
)
def test_what_is_held_may_be_anything(held: Any) -> None:
    seen = []

    def loss(W: Any, held: Any) -> Any:
        seen.append(held)
        return W**2

    w = GDWidget(loss, 8.0, held, learning_rate=0.1)
    w.step(2)
    assert w.params["W"] == pytest.approx(5.12)
    assert same_structure(w.params["held"], held)
    for given, passed in zip(jax.tree.leaves(held), jax.tree.leaves(seen[0]), strict=True):
        static = isinstance(given, (bool, int, str, complex)) or callable(given)
        assert not static or passed is given
    w.reset(W=3.0)
    assert w.loss == 9


def test_a_key_is_used_as_it_is_and_keeps_a_page_from_computing() -> None:
    key = jax.random.key(3)
    w = GDWidget(lambda W, key: (W - jax.random.normal(key)) ** 2, 8.0, key)
    assert w.loss == pytest.approx((8.0 - float(jax.random.normal(key))) ** 2, rel=1e-6)
    w.step()
    w.reset(key=jax.random.key(3))
    with refuses("key", "Array", "a new widget can have others"):
        w.reset(key=jax.random.key(4))


def test_what_is_no_float_is_named_by_its_path() -> None:
    layers = [{"size": 3, "w": np.ones(2)}]
    with pytest.raises(ValueError, match=r"tree\[0\]\.size: got 3 \(it is an int, no float\)"):
        GDWidget(squares, layers)
    with pytest.raises(ValueError, match=r"(?s)tree\[1\]: got Array.*it is a PRNG key"):
        GDWidget(squares, [1.0, jax.random.key(0)])


def test_settings_are_compiled_in_and_reach_a_page() -> None:
    settings = {"n": 3, "act": jnp.tanh, "table": np.arange(4), "scale": 2.0}

    def loss(W: Any, settings: Any) -> Any:
        total = sum(settings["act"](W * each) for each in range(settings["n"]))
        return settings["scale"] * total + settings["table"].sum()

    w = GDWidget(loss, 0.5, settings)
    assert w.loss == pytest.approx(2 * (np.tanh(0.5) + np.tanh(1.0)) + 6)
    assert w.portable
    w.reset(settings={**settings, "scale": 3.0})
    assert w.loss == pytest.approx(3 * (np.tanh(0.5) + np.tanh(1.0)) + 6)
