"""What a step costs in the kernel: alone, in a run, and with a page that follows."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from comm.base_comm import BaseComm

from gdwidget import GDWidget, problems
from gdwidget._core.exactness import EXACT
from gdwidget._core.stepper import MOST_ROWS
from tests.bench.table import Row, alternate, compared, count, microseconds, milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

RATE = 1e-6
"""Small enough that 100,000 steps are all different ones."""

RUN_STEPS = 100_000
_CALLS = 1_000
_BLOCK = 200
_FEW = 100

# What someone writes who needs no widget: data, rate and the held parameter are constants, so
# that a call has as few arguments as can be.
_PROBLEM = problems.line()
_HELD = _PROBLEM.start["b"]
_START = np.float32(8), np.float32(62)


def _value_and_grad(W: Any) -> Any:
    return jax.value_and_grad(_PROBLEM.loss)(W, _HELD, *_PROBLEM.data)


def _update(W: Any, gradient: Any) -> Any:
    W = W - RATE * gradient
    loss, gradient = _value_and_grad(W)
    return W, loss, gradient


def _loop(W: Any, gradient: Any, steps: Any) -> Any:
    """Take steps as `Descent` does: up to so many, ending where loss or gradient end."""

    def unfinished(carry: Any) -> Any:
        taken, row, _ = carry
        moving = (row[1] != 0) & (row[2] != 0) & jnp.isfinite(row[:3]).all()
        return (taken < steps) & ((taken == 0) | moving)

    def advance(carry: Any) -> Any:
        taken, row, rows = carry
        W, loss, gradient = _update(row[0], row[1])
        row = jnp.stack([W, gradient, loss, jnp.float32(RATE)])
        return taken + 1, row, jax.lax.dynamic_update_index_in_dim(rows, row, taken, 0)

    first = jnp.stack([W, gradient, jnp.float32(1), jnp.float32(RATE)])
    rows = jnp.zeros((MOST_ROWS, 4), jnp.float32)
    taken, _, rows = jax.lax.while_loop(unfinished, advance, (jnp.int32(0), first, rows))
    return taken, rows


def step() -> list[Row]:
    """Compare `w.step()` without a page with the jitted step, its three floats read."""
    update = jax.jit(_update, compiler_options=EXACT)
    widget = GDWidget(_PROBLEM, learning_rate=RATE)

    def bare() -> float:
        W, gradient = _START
        began = time.perf_counter()
        for _ in range(_CALLS):
            W, loss, gradient = update(W, gradient)
            float(W), float(loss), float(gradient)
        return (time.perf_counter() - began) / _CALLS

    pairs = alternate(lambda: _seconds_a_call(widget.step, _CALLS), bare, turns=25, warm_up=3)
    return [compared("w.step(), no page open", pairs, microseconds, at_most=1.3)]


def run() -> list[Row]:
    """Compare `w.run(100_000)` with the same compiled loop that fills one array."""
    loop = jax.jit(_loop, compiler_options=EXACT)
    widget = GDWidget(_PROBLEM, learning_rate=RATE)
    recorded = np.empty((RUN_STEPS, 4), np.float32)

    def bare() -> float:
        began = time.perf_counter()
        _fill(recorded, loop)
        return time.perf_counter() - began

    def ours() -> float:
        widget.reset()
        began = time.perf_counter()
        widget.run(RUN_STEPS)
        return time.perf_counter() - began

    pairs = alternate(ours, bare, turns=15, warm_up=2)
    if not np.array_equal(widget.trajectory.rows(1), recorded):
        message = "w.run() and the bare loop did not record the same rows"
        raise AssertionError(message)
    return [compared("w.run(100_000), all rows recorded", pairs, milliseconds, at_most=1.05)]


def _fill(recorded: NDArray[np.float32], loop: Callable[..., Any]) -> None:
    W, gradient = _START
    done = 0
    while done < len(recorded):
        taken, rows = loop(W, gradient, np.int32(min(MOST_ROWS, len(recorded) - done)))
        new = np.asarray(rows)[: int(taken)]
        recorded[done : done + len(new)] = new
        done += len(new)
        W, gradient = new[-1, 0], new[-1, 1]


class _Page(BaseComm):
    """A page that follows, counts what it is sent and throws it away."""

    def __init__(self, widget: GDWidget) -> None:
        self.widget = widget
        self.deltas = 0
        self.bytes = 0
        self.refused = ""
        super().__init__(target_name="jupyter.widget")
        widget.comm = self
        self.say({"kind": "sync", "have": {}, "request": "page-1"})

    def publish_msg(
        self,
        msg_type: str,  # noqa: ARG002 - as BaseComm calls it
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,  # noqa: ARG002 - as BaseComm calls it
        buffers: list[bytes] | None = None,
        **_: object,
    ) -> None:
        content = (data or {}).get("content", {})
        if content.get("kind") == "error":
            self.refused = content["message"]
        if content.get("kind") == "delta":
            self.deltas += 1
            self.bytes += len(json.dumps(data)) + sum(map(len, buffers or []))

    def say(self, content: dict[str, Any]) -> None:
        data = {"method": "custom", "content": content}
        self.handle_msg({"content": {"data": data}, "buffers": []})
        if self.refused:
            raise RuntimeError(self.refused)

    def advance(self) -> None:
        """Ask for one step, as the page does when Step is pressed."""
        run = self.widget.runs[-1].id
        self.say({"kind": "advance", "run": run, "n": 1, "request": "page-123456"})

    def rest(self) -> None:
        """Have all that is due sent now, so that no timer works beside what is timed."""
        self.say({"kind": "rest"})


def growth() -> list[Row]:
    """Compare a step with 100,000 recorded ones with a step with 100."""
    few, many = (_Page(GDWidget(_PROBLEM, learning_rate=RATE)) for _ in range(2))
    many.widget.run(RUN_STEPS)

    def ready(page: _Page) -> None:
        if page is few:
            page.widget.reset()
            page.widget.run(_FEW)
        page.advance()
        page.rest()

    def timed(page: _Page) -> float:
        ready(page)
        return _seconds_a_call(page.advance, _BLOCK)

    def size(page: _Page) -> float:
        ready(page)
        page.deltas = page.bytes = 0
        page.advance()
        return page.bytes / page.deltas

    times = alternate(lambda: timed(many), lambda: timed(few), turns=60, warm_up=3)
    sizes = alternate(lambda: size(many), lambda: size(few), turns=3)
    return [
        compared("time of a step with 100,000 recorded", times, microseconds, at_most=1.2),
        compared("bytes of a step with 100,000 recorded", sizes, count, at_most=1.2),
    ]


def _seconds_a_call(action: Callable[[], object], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        action()
    return (time.perf_counter() - began) / calls


ROWS = {"step": step, "run": run, "growth": growth}
