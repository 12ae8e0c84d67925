"""Every optimizer and wrapper of optax against a loop by hand, or the reason why it cannot be."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from optax import contrib

from gdwidget import Descent, Problem
from gdwidget.optimizers import Optimizer
from tests.tools import refuses, same

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEPS = 7
EXACT: Any = {"xla_disable_hlo_passes": "algsimp,fusion,small-while-loop-hoisting"}
START = {"b": np.float32(0.5), "w": np.array([[1.0, -2.0], [3.0, 0.25]], np.float32)}
LABELS = {"b": "fast", "w": "slow"}
ODD = {"b": False, "w": True}


def sgd() -> optax.GradientTransformation:
    return optax.sgd(0.1, momentum=0.5)


def small(step: Any = 0) -> Any:
    return 0.1 + 0.0 * step


GIVEN: dict[str, tuple[Any, ...]] = {
    "adaptive_grad_clip": (0.1,),
    "add_noise": (0.1, 0.5, 0),
    "apply_if_finite": (sgd(), 2),
    "chain": (optax.clip(1.0), optax.polyak_sgd(0.5), optax.scale(0.5)),
    "clip": (0.5,),
    "clip_by_block_rms": (0.5,),
    "clip_by_global_norm": (0.5,),
    "conditionally_mask": (sgd(), lambda step: step < 3),
    "conditionally_transform": (sgd(), lambda step: step < 3),
    "ema": (0.9,),
    "flatten": (sgd(),),
    "freeze": (ODD,),
    "inject_hyperparams": (optax.adam,),
    "inject_stateful_hyperparams": (optax.adam,),
    "lookahead": (sgd(), 3, 0.5),
    "masked": (sgd(), ODD),
    "measure_with_ema": (lambda updates, *_, **__: optax.tree.norm(updates), 0.9),
    "multi_transform": ({"fast": sgd(), "slow": optax.adam(0.1)}, LABELS),
    "named_chain": (("clip", optax.clip(1.0)), ("step", sgd())),
    "noisy_sgd": (0.1,),
    "partition": ({"fast": sgd(), "slow": optax.adam(0.1)}, LABELS),
    "scale": (-0.1,),
    "scale_by_backtracking_linesearch": (8,),
    "scale_by_schedule": (lambda step: -0.1 / (1 + step),),
    "scale_by_zoom_linesearch": (8,),
    "selective_transform": (sgd(),),
    "snapshot": ("norm", lambda updates, *_, **__: optax.tree.norm(updates)),
    "stateless": (lambda updates, _: jax.tree.map(lambda each: -0.1 * each, updates),),
    "stateless_with_tree_map": (lambda update, _: -0.1 * update,),
    "trace": (0.9,),
    "with_extra_args_support": (sgd(),),
    "MultiSteps": (sgd(), 3),
    "differentially_private_aggregate": (1.0, 0.1, 0),
    "dpsgd": (0.1, 1.0, 0.1, 0),
    "monitor": ({"norm": lambda updates, *_, **__: optax.tree.norm(updates)},),
    "mechanize": (sgd(),),
    "sam": (sgd(), optax.sgd(0.05)),
    "schedule_free": (sgd(), 0.1),
    "split_real_and_imaginary": (sgd(),),
}
KEYWORDS: dict[str, Mapping[str, Any]] = {
    "selective_transform": {"freeze_mask": {"b": True, "w": False}},
    "adafactor": {"learning_rate": 0.1, "min_dim_size_to_factor": 2},
    "lbfgs": {"learning_rate": 0.1},
    "inject_hyperparams": {},
    "galore": {"rank": 1, "update_proj_gap": 3},
    "scale_by_galore": {"rank": 1, "update_proj_gap": 3},
}
"""What they are made from, where it is not one learning rate of 0.1."""

REFUSED = {
    "differentially_private_aggregate": "of every single sample",
    "dpsgd": "of every single sample",
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
    "monitor": optax.monitor,
    "hutchinson_estimator_diag_hessian": contrib.hutchinson_estimator_diag_hessian,
}


def made(name: str) -> Any:
    """Return the optimizer of a name."""
    function = ALL[name]
    keywords = dict(KEYWORDS.get(name, {}))
    given = GIVEN.get(name, ())
    needed = inspect.signature(function).parameters
    if not given and "learning_rate" in needed and "learning_rate" not in keywords:
        rate = needed["learning_rate"]
        if rate.default is rate.empty:
            keywords["learning_rate"] = 0.1
    result = function(*given, **keywords)
    return result(learning_rate=0.1) if name.startswith("inject") else result


def loss(layer: Any) -> Any:
    return jnp.sum((layer["w"] - layer["b"]) ** 2) + (layer["b"] - 1.0) ** 2 / 2


def by_hand(transformation: Any) -> list[Any]:
    """Return the parameters of the loop anyone would write; for lookahead the fast ones."""

    def value(tree: Any, *_: Any) -> Any:
        return loss(tree)

    def update(params: Any, memory: Any) -> Any:
        fast = params.fast if ahead else params
        here, gradient = jax.value_and_grad(loss)(fast)
        told: dict[str, Any] = {
            "value": here,
            "grad": gradient,
            "value_fn": value,
            "obj_fn": value,
            "grad_fn": jax.grad(value),
        }
        arguments = inspect.signature(transformation.update).parameters.values()
        if not any(each.kind is each.VAR_KEYWORD for each in arguments):
            named = {each.name for each in arguments}
            told = {name: each for name, each in told.items() if name in named}
        updates, memory = transformation.update(gradient, memory, params, **told)
        return optax.apply_updates(params, updates), memory

    params: Any = jax.tree.map(jnp.asarray, START)
    ahead = transformation.init.__qualname__.startswith("lookahead.")
    params = optax.LookaheadParams.init_synced(params) if ahead else params
    memory, seen = transformation.init(params), []
    compiled = jax.jit(update, compiler_options=EXACT)
    for _ in range(STEPS):
        params, memory = compiled(params, memory)
        seen.append(params.fast if ahead else params)
    return seen


def stepped(optimizer: Any, problem: Problem | None = None) -> list[Any]:
    """Return the parameters after each step."""
    descent = Descent(problem or Problem(loss, START), optimizer=optimizer)
    state = descent.init(0.1)
    last, rows = descent.run(state, 0.1, STEPS)
    singly = descent.step(state, 0.1)
    assert same(descent.row_of(singly), rows[0])
    assert same(descent.row_of(last), rows[-1])
    columns = [0, *range(4, 12, 2)]
    return [{"b": row[0], "w": row[columns[1:]].reshape(2, 2)} for row in rows]


@pytest.mark.parametrize("name", ALL)
def test_each_goes_as_by_hand_or_says_why_not(name: str) -> None:
    optimizer = made(name)
    if name in REFUSED:
        with refuses("optimizer", REFUSED[name]):
            Descent(Problem(loss, START), optimizer=optimizer)
        return
    expected = by_hand(optimizer)
    rows = stepped(optimizer)
    assert len(rows) > 1
    for seen, wanted in zip(rows, expected, strict=False):
        assert jax.tree.all(jax.tree.map(same, seen, jax.tree.map(np.asarray, wanted)))
