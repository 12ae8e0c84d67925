from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget import Problem
from gdwidget._core.parameters import FEW_NAMED, MOST_NAMED, Parameters, vector
from tests.tools import float32, refuses, same


class Layer(NamedTuple):
    w: Any
    b: Any


@jax.tree_util.register_dataclass
@dataclass
class Model:
    layers: Any
    scale: Any


@jax.tree_util.register_pytree_node_class
class Pair:
    def __init__(self, *pair: Any) -> None:
        self.pair = pair

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.pair}"

    def tree_flatten(self) -> tuple[Any, None]:
        return self.pair, None

    @classmethod
    def tree_unflatten(cls, _: None, leaves: Any) -> Pair:
        return cls(*leaves)


@jax.tree_util.register_pytree_with_keys_class
class Twins(Pair):
    def tree_flatten_with_keys(self) -> tuple[Any, None]:
        return tuple((jax.tree_util.GetAttrKey("w"), leaf) for leaf in self.pair), None


def total(tree: Any) -> Any:
    return sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(tree))


def of(tree: Any) -> Parameters:
    return Problem(total, tree).parameters


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        (3.0, ("tree",)),
        (np.ones(2), ("tree[0]", "tree[1]")),
        (np.ones((2, 2)), ("tree[0,0]", "tree[0,1]", "tree[1,0]", "tree[1,1]")),
        ([1.0, (2.0, 3.0)], ("tree[0]", "tree[1][0]", "tree[1][1]")),
        ({"w": np.ones(1), "b": 2.0}, ("tree.b", "tree.w[0]")),
        ({"a b": 1.0, "class": 2.0}, ("tree['a b']", "tree.class")),
        ({1: 1.0, 2: 2.0}, ("tree[1]", "tree[2]")),
        ([Layer(np.ones((1, 1)), np.ones(1))], ("tree[0].w[0,0]", "tree[0].b[0]")),
        (Model([{"w": 1.0}], 2.0), ("tree.layers[0].w", "tree.scale")),
        ({"none": None, "some": 1.0}, ("tree.some",)),
        ([np.ones((0, 3)), 1.0], ("tree[1]",)),
        (Pair(1.0, 2.0), ("tree[0]", "tree[1]")),
    ],
    ids=str,
)
def test_every_number_is_named_by_its_path(tree: Any, names: tuple[str, ...]) -> None:
    parameters = of(tree)
    assert parameters.names() == parameters.recorded == names
    assert parameters.count == len(names)
    assert parameters.complete


def test_a_number_deep_inside_has_the_name_of_the_place() -> None:
    layers = [{"w": np.ones((3, 2)), "b": np.ones(2)} for _ in range(2)]
    names = Problem(total, layers).parameters.names()
    assert names[7] == "tree[0].w[2,1]"


def test_of_some_parameters_only_those_that_learn_are_named() -> None:
    problem = Problem(lambda W, b, c: total((W, b, c)), 1.0, [2.0, 3.0], np.ones(2), argnums=(2, 0))
    parameters = problem.parameters
    assert parameters.names() == ("c[0]", "c[1]", "W")
    assert problem.learning == ("c", "W")
    tree = parameters.tree(problem.start)
    assert isinstance(tree, tuple)
    assert same(parameters.flatten(problem.start), [1, 1, 1])
    held = parameters.with_tree(problem.start, (float32([5, 6]), np.float32(7)))
    assert (held["W"], held["b"]) == (7, [2.0, 3.0])
    assert list(held) == ["W", "b", "c"]


def test_with_one_argnum_the_tree_is_the_parameter_itself() -> None:
    problem = Problem(lambda W, b: W + b, 1.0, 2.0, argnums=1)
    assert problem.parameters.tree(problem.start) == 2
    as_tuple = Problem(lambda W, b: W + b, 1.0, 2.0, argnums=(1,))
    assert as_tuple.parameters.tree(as_tuple.start) == (2,)


@pytest.mark.parametrize(
    ("count", "recorded"),
    [(1, 1), (MOST_NAMED, 32), (MOST_NAMED + 1, FEW_NAMED), (100_000, 8)],
)
def test_of_many_numbers_a_few_are_recorded(count: int, recorded: int) -> None:
    parameters = of(np.ones(count))
    assert parameters.count == count
    assert parameters.recorded == tuple(f"tree[{index}]" for index in range(recorded))
    assert parameters.complete is (count == recorded)


shapes = st.sampled_from([(), (1,), (3,), (2, 2), (0, 2), (1, 1, 2)])
trees = st.recursive(
    shapes.map(lambda shape: np.zeros(shape, np.float32)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(trees, st.integers(0, 2**32 - 1))
def test_flattened_and_unflattened_it_is_the_same(tree: Any, seed: int) -> None:
    start = {"held": np.float32(5), "tree": tree}
    parameters = Parameters(start, ("tree",), single=True)
    numbers = np.random.default_rng(seed).normal(size=parameters.count).astype(np.float32)
    filled = parameters.unflatten(numbers, start)
    assert filled["held"] == 5
    structures = [jax.tree.structure(each) for each in (filled["tree"], tree)]
    assert structures[0] == structures[1]  # type: ignore[operator]
    shapes = [np.shape(leaf) for leaf in jax.tree.leaves(tree)]
    assert [np.shape(leaf) for leaf in jax.tree.leaves(filled["tree"])] == shapes
    if shapes:
        assert same(parameters.flatten(filled), numbers)
        assert same(vector(filled["tree"]), numbers)
    assert len(parameters.names()) == parameters.count
    assert len(set(parameters.names())) == parameters.count


def test_it_can_be_traced() -> None:
    problem = Problem(lambda p, b: total(p) + b, {"w": np.ones((2, 2)), "s": 3.0}, 1.0)
    parameters, start = problem.parameters, dict(problem.start)

    def loss(numbers: Any) -> Any:
        return problem.evaluate(parameters.unflatten(numbers, start), ())

    numbers = parameters.flatten(start)
    assert same(jax.jit(jax.grad(loss))(numbers), 2 * numbers)


def test_numbers_are_replaced_by_name() -> None:
    problem = Problem(lambda p, b, c: total(p) + b + total(c), [1.0, np.ones(2)], 4.0, np.ones(2))
    replaced = problem.parameters.with_numbers(problem.start, {"p[1][1]": 7.0, "b": 8.0})
    assert same(problem.parameters.flatten(replaced), [1, 1, 7])
    assert replaced["b"] == 8
    assert same(problem.parameters.flatten(problem.start), [1, 1, 1])
    accepted = "one of p[0], p[1][0], p[1][1], p, b, c"
    with refuses("parameter", "'p[2]'", accepted):
        problem.parameters.with_numbers(problem.start, {"p[2]": 7.0})


def test_numbers_that_are_not_recorded_cannot_be_replaced() -> None:
    problem = Problem(total, np.ones(40))
    with refuses("parameter", "'tree[8]'", "one of tree[0], tree[1]"):
        problem.parameters.with_numbers(problem.start, {"tree[8]": 7.0})


def test_two_numbers_of_one_name_are_refused() -> None:
    with refuses("params", "two parameters named tree.w", "different names"):
        of(Twins(1.0, 2.0))


def test_two_parameters_of_one_name_are_refused() -> None:
    with refuses("params", "two parameters named values0", "different names"):
        Problem(lambda values0, *values: values0 + values[0], 1.0, 2.0)
