"""A descent on data that lie on eight devices; run by test_sharded.py, as devices are forced."""

from __future__ import annotations

import json
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax._src.array import ArrayImpl
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from gdwidget import Descent, GDWidget, Problem
from gdwidget._core.schedules import Rates

SAMPLES = 480
STEPS = 60
WAYS = (("all", None, "sgd"), ("batches", 64, "adam"), ("a short batch", 200, "sgd"))

random = np.random.default_rng(1)
XS = random.normal(size=(SAMPLES, 3)).astype(np.float32)
YS = (XS @ np.array([1, -2, 0.5]) + 3).astype(np.float32)
SHARDED = NamedSharding(Mesh(np.array(jax.devices()), ("data",)), PartitionSpec("data"))  # type: ignore[no-untyped-call]


def loss(weights: Any, bias: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((xs @ weights + bias - ys) ** 2)


def problem(*data: Any) -> Problem:
    return Problem(loss, np.zeros(3), 0.0, argnums=(0, 1), data=data)


def spread(given: Problem) -> bool:
    """Tell whether each of eight devices holds an eighth of all data."""
    return all(
        sorted(shard.data.shape[0] for shard in array.addressable_shards) == [SAMPLES // 8] * 8
        and {shard.device for shard in array.addressable_shards} == set(jax.devices())
        for array in given.data
    )


def taken(descent: Descent, *, single: bool) -> list[Any]:
    """Return the rows of a run, step by step or in compiled loops."""
    rates = Rates(0.05, "cosine", STEPS)
    state = descent.init(rates)
    rows = [descent.row_of(state)]
    while state.step < STEPS:
        if single:
            state = descent.step(state, rates)
            rows.append(descent.row_of(state))
        else:
            state, more = descent.run(state, rates, STEPS - state.step)
            rows.extend(more)
    return rows


def brought() -> list[tuple[int, ...]]:
    """Return a list that grows by the shape of each array whose numbers come to the host.

    The CPU's devices share the host's memory, so that no transfer guard sees it.
    """
    shapes: list[tuple[int, ...]] = []
    value = ArrayImpl._value.fget

    def noted(array: Any) -> Any:
        shapes.append(array.shape)
        return value(array)

    ArrayImpl._value = property(noted)  # type: ignore[method-assign]
    return shapes


def apart(rows: list[Any], expected: list[Any]) -> float:
    """Return by how much rows differ, as a share of the largest number in their column."""
    ours, theirs = np.array(rows), np.array(expected)
    return float((np.abs(ours - theirs) / np.abs(theirs).max(axis=0)).max())


def main() -> None:
    shapes = brought()
    on_all, on_one = problem(*jax.device_put((XS, YS), SHARDED)), problem(XS, YS)
    report: dict[str, Any] = {"made": {"spread": spread(on_all), "brought": list(shapes)}}
    for name, size, optimizer in WAYS:
        expected = taken(Descent(on_one, optimizer=optimizer, batch_size=size), single=False)
        descent = Descent(on_all, optimizer=optimizer, batch_size=size)
        for single in (True, False):
            shapes.clear()
            with jax.transfer_guard_device_to_host("disallow"):
                rows = taken(descent, single=single)
            report[f"{name}, {'steps' if single else 'loops'}"] = {
                "spread": spread(on_all),
                "brought": list(shapes),
                "apart": apart(rows, expected),
            }
    shapes.clear()
    w = GDWidget(on_all, learning_rate=0.05, batch_size=64, optimizer="momentum")
    w.run(50)
    w.goto(20)
    w.step(40)
    report["widget"] = {"spread": spread(w.problem), "brought": list(shapes)}
    report["cursor"] = w.cursor
    shapes.clear()
    np.asarray(on_all.data[0])
    report["all data"] = list(shapes)
    print(json.dumps(report))  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
