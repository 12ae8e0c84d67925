"""Descents where the CPU is not jax's default device; run by test_placement.py, see there.

A second device of the CPU stands for a GPU or a TPU.
"""

from __future__ import annotations

import json
import threading
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget import ArgumentError, Descent, GDWidget, Problem, problems
from gdwidget._core.compiled import Compiled
from tests.tools import float32

# Whoever imports this without more devices, as pytest does, looks for doctests only.
CPU, OTHER, THIRD = (3 * jax.devices())[:3]

random = np.random.default_rng(1)
XS = random.normal(size=(5_000, 3)).astype(np.float32)
YS = (XS @ np.array([1, -2, 0.5]) + 3).astype(np.float32)
CLOSED_OVER = jax.device_put(float32([3, 4]), THIRD)


def predicted(weights: Any, bias: Any, xs: Any) -> Any:
    return xs @ weights + bias


def fits(weights: Any, bias: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((predicted(weights, bias, xs) - ys) ** 2)


def held(W: Any, b: Any) -> Any:
    return ((W * b + CLOSED_OVER) ** 2).sum()


def large(*data: Any, **settings: Any) -> GDWidget:
    """Return a widget of a problem that reads 20,004 numbers."""
    return GDWidget(
        fits, np.zeros(3), 0.0, argnums=(0, 1), data=data, predict=predicted, **settings
    )


def outputs() -> set[str]:
    """Return a set to which each call of a compiled function adds the devices of its results."""
    seen: set[str] = set()
    called = Compiled.__call__

    def noted(self: Compiled, *arguments: Any) -> Any:
        results = called(self, *arguments)
        for leaf in jax.tree.leaves(results):
            seen.update(map(named, leaf.devices()))
        return results

    Compiled.__call__ = noted  # type: ignore[method-assign]
    return seen


def named(device: Any) -> str:
    return f"{device.platform}:{device.id}"


def in_a_thread(call: Any) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def seen_of(w: GDWidget, seen: set[str]) -> dict[str, Any]:
    """Return where a widget says that it computes, and where it does, pictures included."""
    seen.clear()
    w.step(2)
    w.run(20)
    in_a_thread(lambda: w.step(1))
    steps = sorted(seen)
    seen.clear()
    for drawn in (w._session.curve, w._session.plane, w._session.look):
        drawn()
    _ = w.sharpness
    return {
        "device": named(w.device),
        "exact": w.exact,
        "steps": steps,
        "pictures": sorted(seen),
        "losses": w.trajectory["loss"].tolist(),
    }


def main() -> None:
    seen = outputs()
    jax.config.update("jax_default_device", OTHER)  # type: ignore[no-untyped-call]
    on_third = jax.device_put((XS, YS), THIRD)
    report: dict[str, Any] = {
        "article": seen_of(GDWidget(), seen),
        "article, not exact": seen_of(GDWidget(exact=False), seen),
        "article, data put elsewhere": seen_of(
            GDWidget(Problem(*_line(), data=jax.device_put(problems.line().data, THIRD))), seen
        ),
        "no data, arrays put elsewhere": seen_of(
            GDWidget(held, 0.5, jax.device_put(float32([1, 2]), THIRD)), seen
        ),
        "optimizer and decay": seen_of(GDWidget(optimizer="adam", decay="cosine"), seen),
        "stream": seen_of(GDWidget(*_line(), data=_batches(), learning_rate=0.01), seen),
        "large": seen_of(large(XS, YS), seen),
        "large, exact": seen_of(large(XS, YS, exact=True), seen),
        "large, batches": seen_of(large(XS, YS, batch_size=64, optimizer="adam"), seen),
        "large, data put elsewhere": seen_of(large(*on_third), seen),
    }
    w = GDWidget(optimizer="momentum")
    w.step(3)
    w.exact = False
    w.step(3)
    w.exact = True
    report["changed on the way"] = seen_of(w, seen)
    with jax.default_device(THIRD):
        w = large(XS, YS)
    report["large, made in a context"] = seen_of(w, seen)
    descent = Descent(problems.line())
    jax.config.update("jax_default_device", CPU)  # type: ignore[no-untyped-call]
    report["large, default changed later"] = seen_of(w, seen)
    report["descent"] = named(descent.place)
    report["refused"] = []
    for wrong in (
        lambda: large(jax.device_put(XS, OTHER), jax.device_put(YS, THIRD)),
        lambda: setattr(w, "device", "gpu"),
        lambda: GDWidget(device="gpu"),
    ):
        try:
            wrong()
        except (ArgumentError, AttributeError, TypeError) as error:
            report["refused"].append(str(error))
    print(json.dumps(report))  # noqa: T201 - read by the test


def _line() -> tuple[Any, ...]:
    line = problems.line()
    return line.loss, *line.start.values()


def _batches() -> Any:
    return [jax.device_put(problems.line().data, THIRD)]


if __name__ == "__main__":
    main()
