"""Trajectories are those of optax driven by hand, bit for bit, compiled in the same way."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import Descent, Problem
from gdwidget._core.schedules import Rates
from tests.optax_by_hand import OPTIMIZERS
from tests.tools import same, taken

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS = 40
EXACT: Any = {"xla_disable_hlo_passes": "algsimp,fusion,small-while-loop-hoisting"}
RATE = 0.05

random = np.random.default_rng(5)
XS = random.normal(size=10).astype(np.float32)
YS = (2 * XS - 1 + random.normal(size=10) / 10).astype(np.float32)

DECAYS: dict[str, Any] = {
    "constant": RATE,
    "exponential": optax.exponential_decay(RATE, STEPS, 0.1),
    "inverse_time": lambda step: RATE / (1 + 9 / STEPS * step),
    "cosine": optax.cosine_decay_schedule(RATE, STEPS),
    "step": optax.piecewise_constant_schedule(RATE, {STEPS // 3: 0.3, 2 * (STEPS // 3): 0.3}),
    "warmup_cosine": optax.warmup_cosine_decay_schedule(0.1 * RATE, RATE, STEPS // 5, STEPS),
}


SHORT = "batches, the last one short"
SIZES = {"all data": None, "single samples": 1, SHORT: 4}


def chosen() -> list[Any]:
    """Return every optimizer with a decay and all data or single samples; some with every one."""
    sizes, decays = list(SIZES), list(DECAYS)
    ways = {
        (name, sizes[place % 2], decays[(place + place // 6) % 6])
        for place, name in enumerate(OPTIMIZERS)
    }
    ways |= {("sgd", SHORT, decay) for decay in DECAYS}
    ways |= {("sgd", size, "constant") for size in SIZES}
    ways |= {("adam", size, "cosine") for size in (SHORT, "all data")}
    return [pytest.param(*way, id=", ".join(way)) for way in sorted(ways)]


@functools.cache
def descent_of(optimizer: str, size: str) -> Descent:
    """Return a descent on a line, compiled once for all decays."""
    problem = Problem(line, 3.0, 2.0, argnums=(0, 1), data=(XS, YS))
    return Descent(problem, optimizer=optimizer, batch_size=SIZES[size], seed=3)


def line(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((W * xs + b - ys) ** 2)


def by_hand(transformation: Any, descent: Descent) -> list[tuple[Any, Any, Any]]:
    """Return learning tree, loss and gradient at every step of the loop anyone would write."""
    problem = descent.problem
    argnums = problem.argnums
    several = isinstance(argnums, tuple)
    positions = argnums if isinstance(argnums, tuple) else (argnums,)

    def learning(params: Any) -> Any:
        tree = tuple(params[position] for position in positions)
        return tree if several else tree[0]

    def update(params: Any, memory: Any, *batch: Any) -> Any:
        loss, gradient = jax.value_and_grad(problem.loss, argnums)(*params, *batch)
        tree = learning(params)
        updates, memory = optimizer.update(gradient, memory, tree, value=loss)
        moved = optax.apply_updates(tree, updates)
        values = moved if several else (moved,)
        after = list(params)
        for position, value in zip(positions, values, strict=True):
            after[position] = value
        return tuple(after), memory, (tree, loss, gradient)

    optimizer = optax.with_extra_args_support(transformation)
    compiled = jax.jit(update, compiler_options=EXACT if descent.exact else None)
    params = jax.tree.map(jnp.asarray, tuple(problem.start.values()))
    memory, seen = optimizer.init(learning(params)), []
    for step in range(STEPS + 1):
        batch = problem.data
        if descent.batches:
            batch = tuple(array[descent.batches.indices(step)] for array in problem.data)
        params, memory, here = compiled(params, memory, *batch)
        seen.append(here)
    return seen


def numbers(tree: Any) -> NDArray[np.float32]:
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(tree)])


def rows_of(seen: list[tuple[Any, Any, Any]], rates: Rates) -> NDArray[np.float32]:
    """Return what was seen as rows, without the loss on all data."""
    rows, taken = [], rates.at(0, STEPS)
    for (tree, loss, gradient), rate in zip(seen, [taken[0], *taken], strict=True):
        values, slopes = numbers(tree), numbers(gradient)
        others = np.stack([values, slopes], axis=1)[1:].ravel()
        rows.append([values[0], slopes[0], loss, rate, *others])
    return np.array(rows, np.float32)


def stepped(descent: Descent, rates: Rates, steps: int) -> NDArray[np.float32]:
    """Return the rows of single steps."""
    state = descent.init(rates)
    rows = [descent.row_of(state)]
    for _ in range(steps):
        state = descent.step(state, rates)
        rows.append(descent.row_of(state))
    return np.array(rows)


def run(descent: Descent, rates: Rates, steps: int) -> NDArray[np.float32]:
    """Return the rows of compiled loops."""
    state = descent.init(rates)
    return np.concatenate([descent.row_of(state)[None], taken(descent, state, rates, steps)[1]])


@pytest.mark.parametrize(("optimizer", "size", "decay"), chosen())
def test_every_named_way_is_that_of_optax(optimizer: str, size: str, decay: str) -> None:
    descent = descent_of(optimizer, size)
    rates = Rates(RATE, decay, STEPS)
    rows = run(descent, rates, STEPS)
    assert same(stepped(descent, rates, STEPS), rows)
    expected = rows_of(by_hand(OPTIMIZERS[optimizer](DECAYS[decay]), descent), rates)
    assert same(rows[:, :6], expected)
    assert np.isfinite(rows).all()
    assert len(np.unique(rows[:, 0])) > STEPS / 2


def network(layers: Any, xs: Any, ys: Any) -> Any:
    hidden = xs[:, None]
    for layer in layers[:-1]:
        hidden = jnp.tanh(hidden @ layer["w"] + layer["b"])
    predictions = hidden @ layers[-1]["w"] + layers[-1]["b"]
    return jnp.mean((predictions[:, 0] - ys) ** 2)


def layers(*widths: int) -> list[dict[str, NDArray[np.float64]]]:
    seeded = np.random.default_rng(7)
    return [
        {"w": seeded.normal(size=(before, after)), "b": np.zeros(after)}
        for before, after in itertools.pairwise(widths)
    ]


CLIPPED = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(RATE))


@pytest.mark.parametrize(
    ("given", "transformation", "size"),
    [
        (CLIPPED, CLIPPED, 4),
        (optax.polyak_sgd(0.5), optax.polyak_sgd(0.5), None),
        (optax.adabelief, optax.adabelief(RATE), None),
    ],
    ids=["clipped", "one that looks at the loss", "a maker"],
)
def test_an_optimizer_of_ones_own_is_driven_as_by_hand(
    given: Any, transformation: Any, size: int | None
) -> None:
    problem = Problem(network, layers(1, 3, 1), data=(XS, YS))
    descent = Descent(problem, optimizer=given, batch_size=size)
    assert descent.exact
    rates = Rates(RATE)
    expected = rows_of(by_hand(transformation, descent), rates)
    assert same(run(descent, rates, STEPS)[:, : expected.shape[1]], expected)


def two_nets(scale: Any, first: Any, shift: Any, second: Any, xs: Any, ys: Any) -> Any:
    return network(first, scale * xs, ys) + network(second, xs + shift, ys) + shift**2


def test_parameters_learn_in_the_order_of_argnums() -> None:
    argnums = (3, 0)
    start = (1.0, layers(1, 1), 0.5, layers(1, 1))
    problem = Problem(two_nets, *start, argnums=argnums, data=(XS, YS))
    descent = Descent(problem, optimizer="adam")
    rates = Rates(RATE)
    rows = run(descent, rates, STEPS)
    assert same(rows, rows_of(by_hand(optax.adam(RATE), descent), rates))
    by_jax = jax.tree.structure(jax.grad(two_nets, argnums)(*problem.start.values(), XS, YS))
    structure: Any = jax.tree.structure(descent.init(rates).gradient)
    assert structure == by_jax


def test_with_batches_the_loss_on_all_data_is_recorded_too() -> None:
    descent = descent_of("sgd", SHORT)
    assert descent.extras == ("b", "b_grad", "full_loss")
    rows = run(descent, Rates(RATE), STEPS)
    loss = jax.jit(line, compiler_options=EXACT)
    assert same(rows[:, 6], [loss(W, b, XS, YS) for W, b in rows[:, [0, 4]]])
    batch = descent.batch(17)
    assert batch is not None
    W, b = rows[17, [0, 4]]
    assert same(rows[17, 2], loss(W, b, XS[batch], YS[batch]))


def test_a_batch_of_all_data_is_all_data() -> None:
    problem = Problem(line, 3.0, 2.0, argnums=(0, 1), data=(XS, YS))
    whole = Descent(problem, batch_size=10)
    assert (whole.batches, whole.batch(3)) == (None, None)
    assert same(run(whole, Rates(RATE), 9), run(descent_of("sgd", "all data"), Rates(RATE), 9))


def test_the_same_seed_gives_the_same_path_and_another_another() -> None:
    problem = Problem(line, 3.0, 2.0, argnums=(0, 1), data=(XS, YS))
    again, other = (
        run(Descent(problem, batch_size=4, seed=seed), Rates(RATE), 30) for seed in (3, 2)
    )
    first = run(descent_of("sgd", SHORT), Rates(RATE), 30)
    assert same(first, again)
    assert not same(first, other)


@pytest.mark.parametrize(
    ("optimizer", "size", "count"), [("sgd", None, 1), ("sgd", 4, 12), ("adam", 4, 3)]
)
def test_fused_a_step_has_the_digits_of_the_loop(
    optimizer: str, size: int | None, count: int
) -> None:
    problem = Problem(network, layers(1, count, 1), data=(XS, YS))
    descent = Descent(problem, optimizer=optimizer, batch_size=size, exact=False)
    rates = Rates(RATE, "cosine", STEPS)
    assert same(stepped(descent, rates, STEPS), run(descent, rates, STEPS))
