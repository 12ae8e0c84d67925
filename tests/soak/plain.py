"""The loop anyone would write, with a record to go back in: what the widget is held against.

Nothing of gdwidget is used here. Steps are taken one at a time by optax, batches are drawn as the
documents say, and every row and state is kept, so that going back and forking are list slices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.optax_by_hand import OPTIMIZERS

EXACT: Any = {"xla_disable_hlo_passes": "algsimp,fusion,small-while-loop-hoisting"}
INPUTS = np.array([-1, 0, 1, 2, 3, 4], np.float32)
TARGETS = np.array([-3, -1, 1, 3, 5, 7], np.float32)
SAMPLES = len(INPUTS)
MOST_RUNS = 8
FLOOR = 0.1

Row = tuple[np.float32, ...]


class Way(NamedTuple):
    """What makes the updates, and of how many samples; 0 for all."""

    optimizer: str
    batch_size: int

    @property
    def batched(self) -> bool:
        return 0 < self.batch_size < SAMPLES


@dataclass
class Run:
    """Rows with the optimizer's memory at each, and the status of the last."""

    way: Way
    b: np.float32
    rows: list[Row] = field(default_factory=list)
    memories: list[Any] = field(default_factory=list)
    status: str = "ready"


def loss(W: Any, b: Any, inputs: Any, targets: Any) -> Any:
    return jnp.mean((inputs * W + b - targets) ** 2)


@cache
def _slope(samples: int) -> Any:
    return jax.jit(jax.value_and_grad(loss), compiler_options=EXACT)


@cache
def _update(name: str) -> Any:
    def update(W: Any, gradient: Any, memory: Any, rate: Any) -> Any:
        made, memory = OPTIMIZERS[name](rate).update(gradient, memory, W)
        return W + made, memory

    return jax.jit(update, compiler_options=EXACT)


@cache
def _order(seed: int, epoch: int) -> Any:
    return np.random.default_rng([seed, epoch]).permutation(SAMPLES)


@cache
def _schedule(decay: str, peak: float, steps: int) -> Any:
    schedule: Any = {
        "cosine": lambda: optax.cosine_decay_schedule(peak, steps),
        "exponential": lambda: optax.exponential_decay(peak, steps, FLOOR),
    }[decay]()
    return jax.jit(lambda at: jnp.asarray(schedule(at), jnp.float32), compiler_options=EXACT)


@cache
def _rate(decay: str, peak: float, steps: int, step: int) -> np.float32:
    if decay == "constant":
        return np.float32(peak)
    return np.float32(_schedule(decay, peak, steps)(np.int32(step)))


class Plain:
    """A loop with a record, a cursor and forks."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.way = Way("sgd", 0)
        self.peak, self.decay, self.run_steps = 0.01, "constant", 50
        self.start = {"W": np.float32(8), "b": np.float32(-1)}
        self.runs: list[Run] = []
        self.cursor = 0
        self.reset()

    @property
    def run(self) -> Run:
        return self.runs[-1]

    @property
    def last(self) -> int:
        return len(self.run.rows) - 1

    @property
    def status(self) -> str:
        return self.run.status if self.cursor == self.last else "ready"

    def rate(self, step: int) -> np.float32:
        return _rate(self.decay, self.peak, self.run_steps, step)

    def reset(self, **start: float) -> bool:
        """Start over, beside the runs that took steps if elsewhere; return whether it can be."""
        before, self.start = self.start, {**self.start, **_float32(start)}
        begun = self._begun()
        if begun is None:
            self.start = before
            return False
        self.runs, self.cursor = [*(self._kept() if start else []), begun], 0
        return True

    def choose(self, way: Way) -> None:
        """Begin a new run in another way; those that took steps are kept."""
        if way == self.way:
            return
        before, self.way = self.way, way
        begun = self._begun()
        if begun is None:  # cannot be: what starts in one way starts in all
            self.way = before
            return
        self.runs, self.cursor = [*self._kept(), begun], 0

    def _kept(self) -> list[Run]:
        return [run for run in self.runs if len(run.rows) > 1][-(MOST_RUNS - 1) :]

    def clear(self) -> None:
        self.runs = self.runs[-1:]

    def steps(self, count: int) -> list[int]:
        """Take steps, along the record first; return the steps come to."""
        come_to: list[int] = []
        while len(come_to) < count and self._step():
            come_to.append(self.cursor)
        return come_to

    def _step(self) -> bool:
        run, cursor, rate = self.run, self.cursor, self.rate(self.cursor)
        if cursor < self.last:
            if run.rows[cursor + 1][3] == rate:
                self.cursor += 1
                return True
            fork = Run(run.way, run.b, run.rows[: cursor + 1], run.memories[: cursor + 1])
            self.runs = [*self.runs[-(MOST_RUNS - 1) :], fork]
            run = fork
        if run.status != "ready":
            return False
        W, gradient = run.rows[-1][:2]
        moved, memory = _update(run.way.optimizer)(W, gradient, run.memories[-1], rate)
        moved = np.float32(moved)
        row = self._row(run.way, moved, run.b, rate, cursor + 1)
        run.rows.append(row)
        run.memories.append(memory)
        moves = moved != W
        if rate == 0:  # what is remembered would move it at another
            tried, _ = _update(run.way.optimizer)(moved, row[1], memory, np.float32(1))
            moves = np.float32(tried) != moved
        run.status = _status(run.way, row, moves=bool(moves))
        self.cursor += 1
        return True

    def _begun(self) -> Run | None:
        W, b = self.start["W"], self.start["b"]
        row = self._row(self.way, W, b, self.rate(0), 0)
        status = _status(self.way, row, moves=None)
        if status == "diverged":
            return None
        memory = OPTIMIZERS[self.way.optimizer](1.0).init(jnp.float32(W))
        return Run(self.way, b, [row], [memory], status)

    def _row(self, way: Way, W: np.float32, b: np.float32, rate: np.float32, step: int) -> Row:
        if not way.batched:
            value, gradient = _slope(SAMPLES)(W, b, INPUTS, TARGETS)
            return W, np.float32(gradient), np.float32(value), rate
        epoch, batch = divmod(step, -(-SAMPLES // way.batch_size))
        first = batch * way.batch_size
        chosen = _order(self.seed, epoch)[first : first + way.batch_size]
        value, gradient = _slope(len(chosen))(W, b, INPUTS[chosen], TARGETS[chosen])
        full, _ = _slope(SAMPLES)(W, b, INPUTS, TARGETS)
        return W, np.float32(gradient), np.float32(value), rate, np.float32(full)


def _status(way: Way, row: Row, *, moves: bool | None) -> str:
    """Return what follows; `moves` is whether the update that led here did, None at a start."""
    if not np.isfinite(row).all():
        return "diverged"
    over = row[4] == 0 if way.batched else row[1] == 0
    if way.optimizer != "sgd" and moves:
        over = False
    return "converged" if over else "ready"


def _float32(start: dict[str, float]) -> dict[str, np.float32]:
    return {name: np.float32(value) for name, value in start.items()}
