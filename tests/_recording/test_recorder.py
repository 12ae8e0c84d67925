"""Recording a loop through its optimizer's state, however jax compiles the loop."""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import ArgumentError
from gdwidget._recording.recorder import Recorder
from gdwidget._recording.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Callable

    Loop = Callable[[Any, Any, int], tuple[list[Any], Any]]

START = {"w": np.array([4, -3], np.float32), "b": np.float32(1)}
MUCH = 10**9


def loss(params: Any) -> Any:
    return (params["w"] ** 2).sum() + 3 * (params["b"] - 2) ** 2


def step(optimizer: Any, params: Any, opt_state: Any) -> Any:
    value, gradient = jax.value_and_grad(loss)(params)
    updates, opt_state = optimizer.update(gradient, opt_state, params, value=value)
    return optax.apply_updates(params, updates), opt_state


def eager(optimizer: Any, params: Any, steps: int) -> Any:
    path, opt_state = [params], optimizer.init(params)
    for _ in range(steps):
        params, opt_state = step(optimizer, params, opt_state)
        path.append(params)
    return path, opt_state


def jitted(optimizer: Any, params: Any, steps: int, *, donate: bool = False) -> Any:
    compiled = jax.jit(partial(step, optimizer), donate_argnums=(0, 1) if donate else ())
    params = jax.tree.map(jnp.array, params)
    path, opt_state = [jax.device_get(params)], optimizer.init(params)
    for _ in range(steps):
        params, opt_state = compiled(params, opt_state)
        path.append(jax.device_get(params))
    return path, opt_state


def scanned(optimizer: Any, params: Any, steps: int) -> Any:
    @jax.jit
    def run(params: Any) -> Any:
        def body(carry: Any, _: Any) -> Any:
            after = step(optimizer, *carry)
            return after, after[0]

        return jax.lax.scan(body, (params, optimizer.init(params)), None, length=steps)

    params = jax.tree.map(jnp.array, params)
    (_, opt_state), path = run(params)
    others = [jax.tree.map(lambda leaf, at=at: leaf[at], path) for at in range(steps)]
    return [params, *others], opt_state


def looped(optimizer: Any, params: Any, steps: int) -> Any:
    path, _ = jitted(optax.with_extra_args_support(optax.adam(0.1)), params, steps)
    params = jax.tree.map(jnp.array, params)
    opt_state = optimizer.init(params)
    _, opt_state = jax.jit(
        lambda *carry: jax.lax.fori_loop(0, steps, lambda _, at: step(optimizer, *at), carry)
    )(params, opt_state)
    return path, opt_state


def whiled(optimizer: Any, params: Any, steps: int) -> Any:
    path, _ = jitted(optax.with_extra_args_support(optax.adam(0.1)), params, steps)
    params = jax.tree.map(jnp.array, params)

    def advance(carry: Any) -> Any:
        return carry[0] + 1, *step(optimizer, *carry[1:])

    start = (0, params, optimizer.init(params))
    return path, jax.lax.while_loop(lambda carry: carry[0] < steps, advance, start)[-1]


LOOPS: dict[str, Loop] = {
    "eager": eager,
    "jit": jitted,
    "donated": partial(jitted, donate=True),
    "scan": scanned,
    "fori_loop": looped,
    "while_loop": whiled,
}


def recorder(budget: int = MUCH, optimizer: Any = None) -> Recorder:
    made = Recorder(optax.with_extra_args_support(optimizer or optax.adam(0.1)), budget)
    made.open = True
    return made


def kept(recorded: Recorder, loop: int = -1) -> dict[int, Any]:
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    found = recorded.loops[loop]
    return {
        int(point.count): jax.tree.unflatten(found.params, point.params) for point in found.points()
    }


def same(one: Any, other: Any, tolerance: float = 0.0) -> None:
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance), one, other
    )


@pytest.mark.parametrize("name", LOOPS)
def test_every_step_of_a_short_loop_is_kept_as_it_was(name: str) -> None:
    recorded = recorder()
    path, _ = LOOPS[name](recorded, START, 20)
    points = kept(recorded)
    assert list(points) == list(range(21))
    for at, params in points.items():
        same(params, path[at], tolerance=1e-6)  # a loop of its own may round otherwise


@pytest.mark.parametrize("name", LOOPS)
def test_the_loop_itself_goes_as_without_it(name: str) -> None:
    path, opt_state = LOOPS[name](recorder(), START, 9)
    plain, memory = LOOPS[name](optax.with_extra_args_support(optax.adam(0.1)), START, 9)
    same(path, plain, tolerance=1e-6 if name == "scan" else 0.0)  # it may round otherwise
    assert isinstance(opt_state, Seen)
    same(opt_state.held.opt_state, memory, tolerance=1e-6)


@pytest.mark.parametrize("name", LOOPS)
def test_of_a_long_loop_points_at_equal_distances_are_kept_and_the_last(name: str) -> None:
    recorded = recorder(budget=8 * 60)  # params, gradient, and Adam's two and its count: 52 bytes
    path, _ = LOOPS[name](recorded, START, 107)
    points = kept(recorded)
    assert recorded.loops[-1].most == 9
    *even, last = points
    assert last == 107
    assert len({after - before for before, after in itertools.pairwise(even)}) == 1
    assert 5 <= len(points) <= 10
    assert len(recorded.loops[-1].kept) <= 9
    for at, params in points.items():
        same(params, path[at], tolerance=1e-5)


@pytest.mark.parametrize("name", LOOPS)
def test_what_the_optimizer_remembers_is_kept_with_them(name: str) -> None:
    recorded = recorder(optimizer=optax.adam(0.1))
    LOOPS[name](recorded, START, 12)
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    loop = recorded.loops[-1]
    for point in loop.points():
        path, memory = eager(
            optax.with_extra_args_support(optax.adam(0.1)), START, int(point.count)
        )
        same(jax.tree.unflatten(loop.params, point.params), path[-1], tolerance=1e-5)
        same(jax.tree.unflatten(loop.opt_state, point.opt_state), memory, tolerance=1e-5)


def test_nothing_is_kept_while_it_is_not_open() -> None:
    recorded = recorder()
    recorded.open = False
    jitted(recorded, START, 5)
    assert recorded.loops == []
    recorded.open = True
    compiled = jax.jit(partial(step, recorded))
    params, opt_state = START, recorded.init(START)
    for _ in range(3):
        params, opt_state = compiled(params, opt_state)
    recorded.open = False
    for _ in range(3):
        params, opt_state = compiled(params, opt_state)
    assert list(kept(recorded)) == [0, 1, 2, 3]
    assert int(opt_state.held.count) == 6


def test_each_init_begins_a_loop() -> None:
    recorded = recorder()
    jitted(recorded, START, 5)
    jitted(recorded, {"w": np.array([1, 1], np.float32), "b": np.float32(0)}, 3)
    assert [list(kept(recorded, at)) for at in (0, 1)] == [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3]]
    same(kept(recorded, 1)[0]["w"], [1, 1])


def test_a_loop_that_goes_back_to_a_state_replaces_what_came_after_it() -> None:
    recorded = recorder()
    compiled = jax.jit(partial(step, recorded))
    states = [(START, recorded.init(START))]
    for _ in range(6):
        states.append(compiled(*states[-1]))
    params, opt_state = states[2]
    params = jax.tree.map(lambda leaf: leaf + 1, params)
    for _ in range(2):
        params, opt_state = compiled(params, opt_state)
    points = kept(recorded)
    assert list(points) == [0, 1, 2, 3, 4]
    same(points[4], params)


def test_loops_that_take_turns_are_refused() -> None:
    recorded = recorder()
    compiled = jax.jit(partial(step, recorded))
    loops = [(START, recorded.init(START)) for _ in range(2)]
    for _ in range(3):
        loops = [compiled(*each) for each in loops]
    with pytest.raises(ArgumentError, match="loops that take turns"):
        kept(recorded)


def test_many_loops_at_once_are_noticed() -> None:
    recorded = recorder()
    many = jax.tree.map(lambda leaf: np.stack([leaf, leaf + 1]), START)
    states = jax.vmap(recorded.init)(many)
    jax.jit(jax.vmap(partial(step, recorded)))(many, states)
    assert recorded.ensemble


def test_half_floats_and_wide_ones_are_kept_as_they_are() -> None:
    recorded = recorder()
    path, _ = jitted(recorded, {"w": jnp.bfloat16([1, 2]), "b": jnp.bfloat16(1)}, 3)
    points = kept(recorded)
    assert points[3]["w"].dtype == jnp.bfloat16
    same(np.float32(points[3]["w"]), np.float32(path[3]["w"]))


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda made: made.update(START, optax.adam(0.1).init(START), START), "opt_state"),
        (lambda made: made.update(START, made.init(START)), "params"),
        (
            lambda made: made.update(
                *[{"w": np.ones(3, np.float32), "b": np.float32(1)}],
                made.init(START),
                {"w": np.ones(3, np.float32), "b": np.float32(1)},
            ),
            "params",
        ),
    ],
    ids=["a state of another", "no parameters", "another model"],
)
def test_what_cannot_be_recorded_is_refused_by_name(
    call: Callable[[Recorder], object], field: str
) -> None:
    with pytest.raises(ArgumentError) as refused:
        call(recorder())
    assert refused.value.argument == field


def test_optimizers_that_look_at_the_loss_are_told_it() -> None:
    optimizer = optax.chain(optax.sgd(1.0), optax.contrib.reduce_on_plateau(patience=1))
    recorded = recorder(optimizer=optimizer)
    path, _ = jitted(recorded, START, 8)
    plain, _ = jitted(optax.with_extra_args_support(optimizer), START, 8)
    same(path, plain)
    same(kept(recorded)[8], plain[8])


def test_a_step_is_seen_once_however_often_its_state_is_taken_apart() -> None:
    recorded = recorder()
    path, opt_state = jitted(recorded, START, 4)
    for _ in range(5):
        jax.tree.unflatten(jax.tree.structure(opt_state), jax.tree.leaves(opt_state))
        jax.block_until_ready(opt_state)  # type: ignore[no-untyped-call]
    assert recorded.loops[-1].sights == 5
    same(kept(recorded)[4], path[4])
