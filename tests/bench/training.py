"""What batches, planes and networks cost in the kernel."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gdwidget import GDWidget, Problem, record
from gdwidget._core.batching import Batches
from gdwidget._landscape.directions import Path
from gdwidget._landscape.plane import POINTS, Planes
from gdwidget.problems.line import XS, YS, loss
from tests.bench.table import Row, alternate, compared, microseconds, milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = 1_000_000
BATCH_SIZE = 64
RATE = 1e-4
_CALLS = 300
_RUN_STEPS = 1_000
_WIDTHS = (32, 256, 256, 128, 1)


def minibatch() -> list[Row]:
    """Compare `w.step()` on a batch of a million samples with the jitted step, its floats read."""
    generator = np.random.default_rng(0)
    xs = generator.normal(size=SAMPLES).astype(np.float32)
    problem = Problem(loss, 8.0, -1.0, data=(xs, 2 * xs - 1))
    widget = GDWidget(problem, learning_rate=RATE, batch_size=BATCH_SIZE)
    batches = Batches(SAMPLES, BATCH_SIZE)

    @jax.jit
    def update(W: Any, gradient: Any, inputs: Any, targets: Any, batch: Any) -> Any:
        W = W - RATE * gradient
        value, gradient = jax.value_and_grad(loss)(W, -1.0, inputs[batch], targets[batch])
        return W, value, gradient

    def bare() -> float:
        W, gradient = np.float32(8), np.float32(62)
        began = time.perf_counter()
        for step in range(_CALLS):
            W, value, gradient = update(W, gradient, *problem.data, batches.indices(step))
            float(W), float(value), float(gradient)
        return (time.perf_counter() - began) / _CALLS

    def ours() -> float:
        began = time.perf_counter()
        for _ in range(_CALLS):
            widget.step()
        return (time.perf_counter() - began) / _CALLS

    pairs = alternate(ours, bare, turns=15, warm_up=2)
    what = "w.step(), a batch of 64 of 1,000,000 samples"
    return [compared(what, pairs, microseconds, at_most=1.3)]


def plane() -> list[Row]:
    """Compare the loss of the article on a plane with one vmapped call for the same points."""
    problem = Problem(loss, 8.0, -1.0, argnums=(0, 1), data=(XS, YS))
    planes = Planes(problem)
    view = (-6.0, 10.0, -8.0, 6.0)
    frame = planes.two(
        "W", "b", problem.start, Path(np.arange(0), np.empty((0, 2), np.float32)), view
    ).frame
    x = np.linspace(*view[:2], POINTS, dtype=np.float32)
    y = np.linspace(*view[2:], POINTS, dtype=np.float32)
    points = [axis.ravel() for axis in np.meshgrid(x, y)]
    vmapped = jax.jit(jax.vmap(lambda W, b: loss(W, b, *problem.data)))

    def timed(action: Callable[[], object]) -> float:
        began = time.perf_counter()
        for _ in range(_CALLS):
            action()
        return (time.perf_counter() - began) / _CALLS

    pairs = alternate(
        lambda: timed(lambda: planes.losses(frame, x, y, problem.start)),
        lambda: timed(lambda: np.asarray(vmapped(*points))),
        turns=15,
        warm_up=2,
    )
    what = f"the article's loss on a plane of {POINTS} × {POINTS} points"
    return [compared(what, pairs, microseconds, at_most=1.5)]


def network() -> list[Row]:
    """Compare `w.run(1000)` of a network of 100,000 parameters with the same loop, bare."""
    layers, data = _network()
    problem = Problem(_network_loss, layers, data=data)
    widget = GDWidget(problem, learning_rate=RATE, optimizer="adam")
    adam = optax.adam(RATE)
    start = problem.start["layers"]

    @jax.jit
    def loop(layers: Any, memory: Any, inputs: Any, targets: Any) -> Any:
        def advance(_: Any, carry: Any) -> Any:
            layers, memory = carry
            gradient = jax.grad(_network_loss)(layers, inputs, targets)
            updates, memory = adam.update(gradient, memory, layers)
            return optax.apply_updates(layers, updates), memory

        return jax.lax.fori_loop(0, _RUN_STEPS, advance, (layers, memory))

    def bare() -> float:
        began = time.perf_counter()
        jax.device_get(loop(start, adam.init(start), *problem.data)[1][0].count)
        return time.perf_counter() - began

    def ours() -> float:
        widget.reset()
        began = time.perf_counter()
        widget.run(_RUN_STEPS)
        return time.perf_counter() - began

    pairs = alternate(ours, bare, turns=5, warm_up=2)
    what = f"w.run(1000), a network of {problem.parameters.count:,} parameters"
    return [compared(what, pairs, milliseconds, at_most=1.1)]


def recording() -> list[Row]:
    """Compare a jitted loop of a network of 100,000 parameters with the same, recorded."""
    layers, data = _network()
    adam = optax.adam(RATE)
    recorder = record(adam, loss=_network_loss, data=data)

    def looped(optimizer: Any) -> Callable[[], float]:
        @jax.jit
        def update(layers: Any, memory: Any, inputs: Any, targets: Any) -> Any:
            gradient = jax.grad(_network_loss)(layers, inputs, targets)
            updates, memory = optimizer.update(gradient, memory, layers)
            return optax.apply_updates(layers, updates), memory

        def taken() -> float:
            now, memory = layers, optimizer.init(layers)
            began = time.perf_counter()
            for _ in range(_RUN_STEPS):
                now, memory = update(now, memory, *data)
            jax.device_get(now[-1]["bias"])
            return time.perf_counter() - began

        return taken

    with recorder:
        pairs = alternate(looped(recorder), looped(adam), turns=5, warm_up=1)
    count = sum(leaf.size for leaf in jax.tree.leaves(layers))
    what = f"recording a loop of 1,000 steps, {count:,} parameters"
    return [compared(what, pairs, milliseconds, at_most=1.05)]


def _network() -> tuple[Any, tuple[Any, Any]]:
    generator = np.random.default_rng(0)
    layers = [
        {
            "weights": (generator.normal(size=shape) / np.sqrt(shape[0])).astype(np.float32),
            "bias": np.zeros(shape[1], np.float32),
        }
        for shape in itertools.pairwise(_WIDTHS)
    ]
    xs = generator.normal(size=(256, _WIDTHS[0])).astype(np.float32)
    return layers, (xs, np.sin(xs[:, 0]))


def _network_loss(layers: Any, inputs: Any, targets: Any) -> Any:
    for layer in layers[:-1]:
        inputs = jnp.tanh(inputs @ layer["weights"] + layer["bias"])
    predictions = (inputs @ layers[-1]["weights"] + layers[-1]["bias"])[:, 0]
    return jnp.mean((predictions - targets) ** 2)


ROWS = {"minibatch": minibatch, "plane": plane, "network": network, "recording": recording}
