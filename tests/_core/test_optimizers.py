from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget._core.optimizers import CUSTOM, NAMES, Optimizer, terms
from tests.optax_by_hand import OPTIMIZERS
from tests.tools import refuses, same

ALL = (
    "sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamax, nadam, adamw, amsgrad, lion"
)
TREE = {"w": jnp.array([[1.0, -2.0]]), "b": jnp.float32(0.5)}
GRADIENT = {"w": jnp.array([[0.25, 3.0]]), "b": jnp.float32(-1.5)}


def test_these_are_known_by_name() -> None:
    assert ", ".join(NAMES) == ALL
    assert tuple(OPTIMIZERS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_named_one_has_optaxs_own_defaults(name: str) -> None:
    optimizer, by_hand = Optimizer.of(name), OPTIMIZERS[name](0.1)
    memory, expected = optimizer.init(TREE), by_hand.init(TREE)
    tree = expected_tree = TREE
    for _ in range(3):
        tree, memory = optimizer.update(GRADIENT, memory, tree, 0.1)
        updates, expected = by_hand.update(GRADIENT, expected, expected_tree)
        expected_tree = optax.apply_updates(expected_tree, updates)
    assert jax.tree.all(jax.tree.map(same, tree, expected_tree))
    assert jax.tree.all(jax.tree.map(same, memory, expected))
    assert (optimizer.name, optimizer.takes_rate, optimizer.plain) == (name, True, name == "sgd")


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("adan", " (did you mean adam?)"),
        ("Adam", " (did you mean adam?)"),
        ("momentun", " (did you mean momentum?)"),
        ("RMSprop", " (did you mean rmsprop?)"),
        ("custom", ""),
        ("", ""),
        ("gradient descent", ""),
    ],
)
def test_an_unknown_name_is_answered_with_those_there_are(given: str, near: str) -> None:
    accepted = f"one of {ALL}, or an optax.GradientTransformation"
    with refuses("optimizer", f"{given!r}{near}", accepted):
        Optimizer.of(given)


@pytest.mark.parametrize("given", [None, 3, 0.1, ["adam"], True])
def test_what_is_no_optimizer_is_refused(given: Any) -> None:
    with refuses("optimizer", repr(given), "one of sgd, momentum"):
        Optimizer.of(given)


def test_one_that_was_handed_in_has_its_own_rate() -> None:
    chained = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(0.1))
    optimizer = Optimizer.of(chained)
    assert (optimizer.name, optimizer.takes_rate, optimizer.plain) == (CUSTOM, False, False)
    updates, _ = chained.update(GRADIENT, chained.init(TREE), TREE)
    for rate in (0.5, 5.0):
        tree, _ = optimizer.update(GRADIENT, optimizer.init(TREE), TREE, rate)
        assert jax.tree.all(jax.tree.map(same, tree, optax.apply_updates(TREE, updates)))


def test_a_maker_is_given_the_rate() -> None:
    optimizer = Optimizer.of(optax.adabelief)
    assert (optimizer.name, optimizer.takes_rate) == (CUSTOM, True)
    by_hand = optax.adabelief(0.25)
    updates, _ = by_hand.update(GRADIENT, by_hand.init(TREE), TREE)
    tree, _ = optimizer.update(GRADIENT, optimizer.init(TREE), TREE, 0.25)
    assert jax.tree.all(jax.tree.map(same, tree, optax.apply_updates(TREE, updates)))
    assert Optimizer.of(optimizer) is optimizer


@pytest.mark.parametrize(
    ("maker", "why"),
    [
        (lambda: optax.sgd(0.1), "with a learning rate it raised TypeError"),
        (lambda rate: rate, "with a learning rate it returns float"),
        (dict, "with a learning rate it raised TypeError"),
    ],
)
def test_a_maker_that_makes_none_is_refused(maker: Any, why: str) -> None:
    with refuses("optimizer", why, "one of sgd, momentum"):
        Optimizer.of(maker)


def test_one_that_looks_at_the_loss_is_given_it() -> None:
    optimizer = Optimizer.of(optax.polyak_sgd())
    tree, _ = optimizer.update(GRADIENT, optimizer.init(TREE), TREE, 1.0, value=jnp.float32(0.5))
    assert not same(tree["b"], TREE["b"])
    plain = Optimizer.of("sgd")
    assert jax.tree.all(
        jax.tree.map(
            same,
            plain.update(GRADIENT, plain.init(TREE), TREE, 0.1, value=jnp.float32(0.5))[0],
            plain.update(GRADIENT, plain.init(TREE), TREE, 0.1)[0],
        )
    )


TERMS = {
    "sgd": (),
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "adagrad": ("sum of squares",),
    "adadelta": ("mean square of gradients", "mean square of updates"),
    "rmsprop": ("second moment",),
    "adam": ("momentum", "second moment"),
    "adamax": ("momentum", "second moment"),
    "nadam": ("momentum", "second moment"),
    "adamw": ("momentum", "second moment"),
    "amsgrad": ("momentum", "second moment", "largest second moment"),
    "lion": ("momentum",),
}


@pytest.mark.parametrize("tree", [TREE, jnp.float32(0.5), (jnp.float32(0.5), jnp.ones(2))], ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_what_it_remembers_is_told_in_words(name: str, tree: Any) -> None:
    optimizer = Optimizer.of(name)
    gradient = jax.tree.map(lambda leaf: 2 * leaf + 1, tree)
    _, memory = optimizer.update(gradient, optimizer.init(tree), tree, 0.1)
    found = terms(memory, tree)
    assert set(found) == set(TERMS[name])
    assert {np.shape(number) for number in found.values()} <= {()}


def test_its_numbers_are_those_of_the_first_number_that_learns() -> None:
    optimizer = Optimizer.of("adam")
    _, memory = optimizer.update(GRADIENT, optimizer.init(TREE), TREE, 0.1)
    found = terms(memory, TREE)
    assert float(found["momentum"]) == pytest.approx(0.1 * -1.5)
    assert float(found["second moment"]) == pytest.approx(0.001 * 1.5**2)


class Memory(NamedTuple):
    count: Any
    slow_weights: Any
    inner: Any


def test_a_memory_of_ones_own_is_told_by_its_names() -> None:
    memory = (Memory(jnp.int32(3), TREE, {"a": [Memory(jnp.int32(1), None, GRADIENT)]}), ())
    found = terms(memory, TREE)
    assert {name: float(number) for name, number in found.items()} == {
        "slow weights": 0.5,
        "inner": -1.5,
    }
