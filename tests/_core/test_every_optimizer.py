"""Every optimizer and wrapper of optax against a loop by hand, or the reason why it cannot be.

Both take their steps operation by operation, so that all share what is compiled; that the
compiled loop has the digits of single operations is tested with the optimizers known by name.
"""

from __future__ import annotations

import inspect
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from optax import contrib

from gdwidget import Descent, GDWidget, Problem
from gdwidget._core.optimizers import Optimizer
from gdwidget._core.step import Departure, Program
from tests.tools import float32, refuses, same

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gdwidget._core.state import State

STEPS = 4
START = {"b": float32([0.5, 1.5]), "w": float32([[1, -2], [3, 0.25]])}
LABELS = {"b": "fast", "w": "slow"}
ODD = {"b": False, "w": True}
MATRICES = {"b": contrib.MuonDimensionNumbers((), 0), "w": contrib.MuonDimensionNumbers(0, 1)}
KEY = jax.random.key(0)


def sgd() -> optax.GradientTransformation:
    return optax.sgd(0.1, momentum=0.5)


def norm(updates: Any, *_: Any, **__: Any) -> Any:
    return optax.tree.norm(updates)


GIVEN: dict[str, tuple[Any, ...]] = {
    "adaptive_grad_clip": (0.1,),
    "add_noise": (0.1, 0.5, KEY),
    "apply_if_finite": (sgd(), 2),
    "chain": (optax.clip(1.0), optax.polyak_sgd(0.5), optax.scale(0.5)),
    "clip": (0.5,),
    "clip_by_block_rms": (0.5,),
    "clip_by_global_norm": (0.5,),
    "conditionally_mask": (sgd(), lambda step: step < 3),
    "conditionally_transform": (sgd(), lambda step: step < 3),
    "differentially_private_aggregate": (1.0, 0.1, KEY),
    "dpsgd": (0.1, 1.0, 0.1, 0),
    "ema": (0.9,),
    "flatten": (sgd(),),
    "freeze": (ODD,),
    "inject_hyperparams": (optax.adam,),
    "inject_stateful_hyperparams": (optax.adam,),
    "lookahead": (sgd(), 3, 0.5),
    "masked": (sgd(), ODD),
    "measure_with_ema": (lambda updates: jax.tree.map(jnp.square, updates), 0.9),
    "multi_transform": ({"fast": sgd(), "slow": optax.adam(0.1)}, LABELS),
    "named_chain": (("clip", optax.clip(1.0)), ("step", sgd())),
    "noisy_sgd": (0.1, 0.01, 0.55, KEY),
    "partition": ({"fast": sgd(), "slow": optax.adam(0.1)}, LABELS),
    "scale": (-0.1,),
    "scale_by_backtracking_linesearch": (2,),
    "scale_by_schedule": (lambda step: -0.1 / (1 + step),),
    "scale_by_zoom_linesearch": (2,),
    "selective_transform": (sgd(),),
    "snapshot": ("norm", norm),
    "stateless": (lambda updates, _: jax.tree.map(lambda each: -0.1 * each, updates),),
    "stateless_with_tree_map": (lambda update, _: -0.1 * update,),
    "trace": (0.9,),
    "with_extra_args_support": (sgd(),),
    "MultiSteps": (sgd(), 3),
    "monitor": ({"norm": norm},),
    "mechanize": (sgd(),),
    "sam": (sgd(), optax.sgd(0.05)),
    "schedule_free": (sgd(), 0.1),
    "split_real_and_imaginary": (sgd(),),
}
KEYWORDS: dict[str, Mapping[str, Any]] = {
    "selective_transform": {"freeze_mask": {"b": True, "w": False}},
    "adafactor": {"learning_rate": 0.1, "min_dim_size_to_factor": 2},
    "lbfgs": {"memory_size": 2, "linesearch": optax.scale_by_zoom_linesearch(2)},
    "galore": {"rank": 1, "update_proj_gap": 3},
    "scale_by_galore": {"rank": 1, "update_proj_gap": 3},
    "scale_by_lbfgs": {"memory_size": 2},
    "scale_by_muon": {"weight_dimension_numbers": lambda _: MATRICES},
}
"""What they are made from, where it is not one learning rate of 0.1."""

TOLD: dict[str, tuple[str, ...]] = {
    "chain": ("value",),
    "hutchinson_estimator_diag_hessian": ("obj_fn",),
    "lbfgs": ("value", "grad", "value_fn"),
    "momo": ("value",),
    "momo_adam": ("value",),
    "polyak_sgd": ("value",),
    "reduce_on_plateau": ("value",),
    "sam": ("grad_fn",),
    "scale_by_backtracking_linesearch": ("value", "grad", "value_fn"),
    "scale_by_polyak": ("value",),
    "scale_by_zoom_linesearch": ("value", "grad", "value_fn"),
    "sophia": ("obj_fn",),
}
"""What an update is told beside gradient, memory and parameters, where it is anything."""

REFUSED = {
    "differentially_private_aggregate": "the gradient of every single sample",
    "dpsgd": "the gradient of every single sample",
    "monitor": "what it remembers changes",
    "scale_by_muon": "Muon optimized parameters must have rank >= 2",
}


def transforms(module: Any) -> dict[str, Callable[..., Any]]:
    """Return all public functions of a module that return a gradient transformation."""
    found = {}
    for name in dir(module):
        each = getattr(module, name)
        if name.startswith("_") or inspect.isclass(each) or not callable(each):
            continue
        try:
            returned = str(inspect.signature(each).return_annotation)
        except (TypeError, ValueError):
            continue
        if "GradientTransformation" in returned:
            found[name] = each
    return found


ALL = {
    **transforms(optax),
    **transforms(contrib),
    "MultiSteps": optax.MultiSteps,
    "hutchinson_estimator_diag_hessian": contrib.hutchinson_estimator_diag_hessian,
}


if hasattr(optax, "monitor"):  # optax 0.2.8 has it
    ALL["monitor"] = optax.monitor


def made(name: str) -> Any:
    """Return the optimizer of a name."""
    function, given = ALL[name], GIVEN.get(name, ())
    keywords = dict(KEYWORDS.get(name, {}))
    rate = inspect.signature(function).parameters.get("learning_rate")
    if not given and rate and rate.default is rate.empty:
        keywords.setdefault("learning_rate", 0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # optax keeps some for a while
        result = function(*given, **keywords)
        return result(learning_rate=0.1) if name.startswith("inject") else result


def loss(layer: Any) -> Any:
    return jnp.sum((layer["w"] - layer["b"]) ** 2) + jnp.sum((layer["b"] - 1.0) ** 2) / 2


def by_hand(name: str, transformation: Any, start: Any = START) -> list[Any]:
    """Return the parameters of the loop anyone would write; for lookahead the fast ones."""

    def value(tree: Any, *_: Any) -> Any:
        return loss(tree)

    params: Any = jax.tree.map(jnp.asarray, start)
    if name == "lookahead":
        params = optax.LookaheadParams.init_synced(params)
    memory, seen = transformation.init(params), []
    for _ in range(STEPS):
        here, gradient = jax.value_and_grad(loss)(getattr(params, "fast", params))
        known = {"value": here, "grad": gradient, "value_fn": value, "obj_fn": value}
        known["grad_fn"] = jax.grad(value)
        told = {each: known[each] for each in TOLD.get(name, ())}
        updates, memory = transformation.update(gradient, memory, params, **told)
        params = optax.apply_updates(params, updates)
        seen.append(getattr(params, "fast", params))
    return seen


def stepped(descent: Descent) -> list[State]:
    """Return the state after each step."""
    states = [descent.init(0.1)]
    for _ in range(STEPS):
        states.append(descent.step(states[-1], 0.1))
    return states[1:]


@pytest.mark.parametrize("name", ALL)
def test_each_goes_as_by_hand_or_says_why_not(name: str) -> None:
    optimizer, problem = made(name), Problem(loss, START)
    if name in REFUSED:
        with refuses("optimizer", REFUSED[name], "an optimizer that can make an update"):
            Descent(problem, optimizer=optimizer)
        return
    descent = Descent(problem, optimizer=optimizer)
    with jax.disable_jit():
        expected, states = by_hand(name, optimizer), stepped(descent)
    assert len(states) == STEPS
    seen = [problem.parameters.tree(state.params) for state in states]
    assert jax.tree.all(jax.tree.map(same, seen, expected))
    loops(descent, states[-1])


def loops(descent: Descent, state: State) -> None:
    """Assert that the loop of many steps can be compiled."""
    loop = partial(Program(descent.problem, descent.optimizer, None, 1).loop, 1)
    departure = Departure(state.gradient, state.opt_state, state.loss)
    one, rates = np.int32(1), float32([0.1])
    jax.eval_shape(loop, descent.problem.given(), departure, rates, one, (), None, one)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("scale_by_distance_over_gradients", r"it raised ValueError: the parameters have the shap"),
        ("scale_by_sm3", "it raised IndexError: list index out of range"),
    ],
)
def test_what_optax_has_not_for_single_numbers_is_refused(name: str, why: str) -> None:
    problem = Problem(lambda W: W**2, 8.0)
    with refuses("optimizer", why, "an optimizer that can make an update of these parameters"):
        Descent(problem, optimizer=made(name))


def test_one_that_remembers_another_shape_after_each_step_is_refused() -> None:
    def update(updates: Any, memory: Any, _: Any = None) -> Any:
        return updates, jnp.append(memory, 1.0)

    growing = optax.GradientTransformation(lambda _: jnp.zeros(1), update)
    with refuses("optimizer", "changes its shapes", "an optimizer that can make an update"):
        Descent(Problem(loss, START), optimizer=growing)


def only(*names: str) -> optax.GradientTransformationExtraArgs:
    """Return plain descent whose update takes these extra arguments and no other."""
    parameters = ", ".join(f"{name}" for name in names)
    space: dict[str, Any] = {"scaled": lambda g: jax.tree.map(lambda leaf: -0.125 * leaf, g)}
    text = f"def update(g, memory, params=None, *, {parameters}): return scaled(g), memory"
    exec(text, space)  # noqa: S102 - a signature made of names
    return optax.GradientTransformationExtraArgs(lambda _: (), space["update"])


@pytest.mark.parametrize("names", [("value",), ("grad",), ("value_fn",), ("value", "grad_fn")])
@pytest.mark.parametrize(
    "wrap",
    [lambda one: one, optax.chain, lambda one: optax.masked(one, {"b": False, "w": True})],
    ids=["alone", "chained", "masked"],
)
def test_extra_arguments_go_only_where_they_are_named(names: tuple[str, ...], wrap: Any) -> None:
    optimizer = Optimizer.of(wrap(only(*names)))
    gradient: Any = jax.tree.map(np.ones_like, START)
    extra = dict.fromkeys(("value", "grad", "value_fn", "obj_fn", "grad_fn"), lambda: None)
    tree, _ = optimizer.update(gradient, optimizer.init(START), START, 1.0, **extra)
    assert same(tree["w"], START["w"] - 0.125)


def test_one_that_wants_what_there_is_not_is_refused_by_that_name() -> None:
    given = only("hessian")
    with refuses("optimizer", "hessian", "an optimizer that can make an update") as caught:
        Descent(Problem(loss, START), optimizer=given)
    assert caught.value.given is given


def wary(rate: Any) -> optax.GradientTransformationExtraArgs:
    def update(g: Any, memory: Any, _: Any = None, *, value: Any) -> Any:
        return jax.tree.map(lambda leaf: -rate * leaf / (1 + value), g), memory

    return optax.GradientTransformationExtraArgs(lambda _: (), update)


def test_a_script_tells_what_is_named() -> None:
    w = GDWidget(lambda W: W**2, 8.0, optimizer=wary)
    w.run(3)
    assert "update(slopes, opt_state, values, value=loss_value)" in w.to_script()
    w.optimizer = lambda rate: optax.lookahead(optax.sgd(rate), 3, 0.5)
    w.step()
    with refuses("optimizer", "fast and slow", "one that steps the parameters themselves"):
        w.to_script()
