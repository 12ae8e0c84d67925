"""Write what the engine in the page is held against: the kernel's numbers, bit for bit.

Run ``python tests/make_browser_fixtures.py`` after a change to what is exported. The steps of
networks, and others marked as not exact, may differ in the last digits from one processor to
another; all else is the same on every machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from gdwidget import Descent, Problem, Timeline, problems
from gdwidget._core.optimizers import Optimizer
from gdwidget._core.schedules import NAMES, Rates
from gdwidget._landscape.contours import contours
from gdwidget._landscape.fit import Fit
from gdwidget._landscape.refine import refined
from gdwidget._landscape.sharpness import Ruler
from gdwidget._lowering.payload import Programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._core.state import State

FOLDER = Path(__file__).parent / "fixtures" / "browser"

SEEDS = (0, 1, 7, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 1234567890123456789)
EPOCHS = (0, 1, 99_999)
SAMPLES = (1, 2, 3, 6, 7, 100, 1024, 4999)

RATES = (0.01, 12.5)
LENGTHS = (1, 2, 3, 4, 7, 50, 137)


@dataclass(frozen=True)
class Spec:
    """One way down a problem; ``exact`` where the page must meet every bit."""

    problem: str
    optimizer: str = "sgd"
    rate: float = 0.01
    batch_size: int = 0
    seed: int = 0
    decay: str = "constant"
    steps: int = 50
    exact: bool = True


SPECS = (
    Spec("line"),
    Spec("line", steps=500),
    Spec("line", rate=0.2),
    Spec("both", rate=0.05),
    Spec("line", batch_size=4, seed=3),
    Spec("line", batch_size=1, rate=0.02),
    Spec("line", batch_size=1, rate=0.02, seed=2**63 - 1),
    Spec("both", "adam", rate=0.1, batch_size=4),
    *(Spec("both", name, rate=0.02) for name in ("momentum", "nesterov")),
    *(Spec("both", name, rate=0.1) for name in ("adam", "adamw", "lion")),
    *(Spec("line", name, rate=0.1) for name in ("adam", "adamw", "lion")),
    *(Spec("both", rate=0.05, decay=decay) for decay in NAMES[1:]),
    Spec("rosenbrock", rate=0.001),
    Spec("saddle", "momentum", rate=0.02),
    Spec("flat"),
    Spec("flat", "adam"),
    Spec("flat", "momentum", steps=400),
    Spec("flat", "adamw", rate=0.1),
    Spec("hilltop", "adam", rate=0.1),
    Spec("below 0", rate=1.0, steps=9),
    Spec("line", rate=0.02, batch_size=4, seed=3, steps=500),
    Spec("slopes that cancel", batch_size=1),
    Spec("slopes that cancel", "momentum", batch_size=2),
    Spec("beyond", rate=1e-20, batch_size=1, steps=80),
    *(
        Spec("both", name, rate=0.1, exact=False)
        for name in ("adagrad", "rmsprop", "adadelta", "adamax", "nadam", "amsgrad")
    ),
    Spec("logistic", rate=0.5, exact=False),
    Spec("logistic", "adam", rate=0.1, batch_size=10, exact=False),
    Spec("three features", rate=0.1, exact=False),
    Spec("sine", rate=0.05, exact=False),
    Spec("sine", "adam", rate=0.01, exact=False),
    Spec("moons", rate=0.1, exact=False),
    Spec("moons", "adam", rate=0.01, batch_size=32, exact=False),
    Spec("aux", rate=0.05),
    Spec("aux", "momentum", batch_size=4),
)


def problem_of(name: str) -> Problem:
    """Return a problem; networks are small enough for a fixture."""
    makers: dict[str, Callable[[], Problem]] = {
        "both": _both,
        "flat": lambda: Problem(lambda W: jnp.where(jnp.abs(W) > 1, W**2, 1.0), 1.5),
        "hilltop": lambda: Problem(lambda W: 1 - W * W, 0.0),
        "below 0": lambda: Problem(lambda W: W, 3.0),
        "slopes that cancel": lambda: Problem(
            lambda W, xs: jnp.mean(W * xs), 0.0, data=(np.array([0.0, 1.0, -1.0, 0.0]),)
        ),
        "beyond": lambda: Problem(
            lambda W, xs: jnp.sum(xs * W * W), 1e10, data=(np.full(6, -3e17),)
        ),
        "aux": _with_aux,
        "sine": lambda: problems.sine(samples=40, hidden=(4,)),
        "wide sine": lambda: problems.sine(samples=40, hidden=(12,)),
        "moons": lambda: problems.moons(samples=60, hidden=(8,)),
        "logistic": lambda: problems.logistic(samples=40),
        "three features": _three_features,
    }
    made: Problem = makers.get(name, getattr(problems, name, None))()  # type: ignore[misc]
    return made


def _both() -> Problem:
    line = problems.line()
    return Problem(line.loss, 8.0, -4.0, argnums=(0, 1), data=line.data, predict=line.predict)


def _with_aux() -> Problem:
    line = problems.line()

    def loss(W: Any, b: Any, xs: Any, ys: Any) -> Any:
        errors = W * xs + b - ys
        aux = {
            "loss": jnp.abs(errors).max(),
            "off": {"by": errors[0], "beyond": jnp.log(W - 5)},
            "errors": errors,
            "count": errors.size,
        }
        return (errors**2).mean(), aux

    return Problem(loss, 8.0, -4.0, argnums=(0, 1), data=line.data, has_aux=True)


def _three_features() -> Problem:
    random = np.random.default_rng(5)
    inputs = random.normal(size=(12, 3)).astype(np.float32)
    targets = inputs @ np.array([1, -2, 3], np.float32) + np.float32(0.5)

    def predict(weights: Any, bias: Any, inputs: Any) -> Any:
        return inputs @ weights + bias

    def loss(weights: Any, bias: Any, inputs: Any, targets: Any) -> Any:
        return jnp.mean((predict(weights, bias, inputs) - targets) ** 2)

    start = np.zeros(3, np.float32)
    return Problem(
        loss, start, 1.0, argnums=(0, 1), data=(inputs, targets), predict=predict, name="three"
    )


def shuffles_fixture() -> list[Any]:
    """Return shuffles: seed, epoch, samples, the first of them, a hash of all."""
    return [
        [str(seed), epoch, samples, order[:8].tolist(), hashlib.sha1(order.tobytes()).hexdigest()]  # noqa: S324
        for seed in SEEDS
        for epoch in EPOCHS
        for samples in SAMPLES
        for order in [np.random.default_rng([seed, epoch]).permutation(samples).astype("<i4")]
    ]


def rates_fixture() -> list[Any]:
    """Return rates of the first steps, and the sketch: decay, rate, steps, both."""
    made = []
    for decay in NAMES[1:]:
        for rate in RATES:
            for steps in LENGTHS:
                rates = Rates(rate, decay, steps)
                sketch = np.array(rates.sketch(steps), np.float32)
                made.append([decay, rate, steps, _text(rates.at(0, 3 * steps)), _text(sketch)])
    return made


def rosenbrock_on(x: Any, y: Any) -> Any:
    """Return the values of a curved valley on a grid."""
    return (1 - x) ** 2 + 10 * (y[:, None] - x**2) ** 2


def contours_fixture() -> list[Any]:
    """Return lines of equal value: both axes, values, lines and their levels."""
    x = np.linspace(-2, 2, 24, dtype=np.float32)
    y = np.linspace(-1, 3, 20, dtype=np.float32)
    rosenbrock = rosenbrock_on(x, y)
    saddles = np.sin(3 * x) * np.cos(2 * y[:, None]) + np.float32(0.01)
    return [
        [*map(_text, (x, y, values, *lines))]
        for values in (rosenbrock, saddles)
        for lines in [contours(x, y, values.astype(np.float32))]
    ]


def refined_fixture() -> list[Any]:
    """Return grids and what is between their points: columns, parts, values before and after."""
    rosenbrock = rosenbrock_on(np.linspace(-2, 2, 7), np.linspace(-1, 3, 5))
    jump = np.where(np.arange(6.0) < 3, 0.1, 7e30) + np.arange(4.0)[:, None]
    hole = rosenbrock.copy()
    hole[2, 3] = np.nan
    return [
        [grid.shape[1], times, _listed(grid), _listed(refined(grid, times))]
        for grid in (rosenbrock, jump, hole, np.eye(2))
        for times in (2, 3)
    ]


def _listed(grid: Any) -> list[float | None]:
    return [None if math.isnan(value) else value for value in grid.ravel().tolist()]


def descents_fixture() -> list[Any]:
    """Return what is exported, and the rows of the kernel's steps."""
    return [_descent(spec) for spec in SPECS]


def looks_fixture() -> list[Any]:
    """Return what the figure of data and model shows at the start, and losses along a line."""
    return [_look(name) for name in ("line", "moons", "three features")]


CURVATURES = (
    ("line", "sgd"),
    ("both", "adam"),
    ("both", "lion"),
    ("hilltop", "momentum"),
    ("logistic", "rmsprop"),
    ("three features", "adagrad"),
    ("wide sine", "sgd"),
)


def curvatures_fixture() -> list[Any]:
    """Return what is exported, rates of some steps, and the curvature after them."""
    return [_curvature(problem, optimizer) for problem, optimizer in CURVATURES]


def _curvature(name: str, optimizer: str) -> dict[str, Any]:
    problem, known = problem_of(name), Optimizer.of(optimizer)
    payload = Programs(problem, Fit(problem)).payload([known], [None], curvature=True)
    timeline, ruler = Timeline(Descent(problem, optimizer=known), 0.02), Ruler(problem)
    timeline.advance(3)
    measured = ruler.measured(ruler.place(timeline, timeline.cursor), optimizer)
    return {
        "name": f"{name} {optimizer}",
        "names": names_of(problem),
        "optimizer": optimizer,
        "rates": [0.02] * timeline.cursor,
        "payload": {**payload, "look": None},
        "curvature": measured._asdict(),
    }


def _descent(spec: Spec) -> dict[str, Any]:
    problem = problem_of(spec.problem)
    batch_size = spec.batch_size or None
    optimizer = Optimizer.of(spec.optimizer)
    descent = Descent(problem, optimizer=optimizer, batch_size=batch_size, seed=spec.seed)
    payload = Programs(problem, Fit(problem)).payload([optimizer], [batch_size], seed=spec.seed)
    rates = Rates(spec.rate, spec.decay, spec.steps)
    state = descent.init(rates)
    rows, comings = [descent.row_of(state)], [_coming(descent, state, rates)]
    while state.step < spec.steps and state.status == "ready":
        state, taken = descent.run(state, rates, spec.steps - state.step)
        rows += list(taken)
        comings.append(_coming(descent, state, rates))
    return {
        "name": " ".join(str(part) for part in vars(spec).values()),
        "names": names_of(problem),
        "spec": {"optimizer": spec.optimizer, "batchSize": spec.batch_size},
        "rates": [spec.rate, spec.decay, spec.steps],
        "exact": spec.exact,
        "payload": {**payload, "look": None},
        "extras": descent.extras,
        "rows": _text(np.stack(rows)),
        "status": state.status,
        "comings": [comings[0], comings[-1]],
    }


def _coming(descent: Descent, state: State, rates: Rates) -> Any:
    coming = descent.coming(state, rates)
    return None if coming is None else coming._asdict()


def _look(name: str) -> dict[str, Any]:
    problem = problem_of(name)
    fit = Fit(problem)
    look = fit.at(problem.start)
    payload = Programs(problem, fit).payload([Optimizer.of("sgd")], [None])
    return {
        "name": name,
        "names": names_of(problem),
        "payload": payload,
        "look": {field: _text(array) for field, array in look._asdict().items()},
    }


def names_of(problem: Problem) -> dict[str, Any]:
    """Return what a page is told of a problem."""
    recorded = list(problem.parameters.recorded)
    return {
        "params": list(problem.scalars),
        "learning": recorded[0],
        "recorded": recorded,
        "count": problem.parameters.count,
    }


def _text(array: Any) -> str:
    return base64.b64encode(np.asarray(array, "<f4").tobytes()).decode("ascii")


def as_text(fixture: Any) -> str:
    """Return a fixture as JSON, one entry a line."""
    entries = (json.dumps(entry, ensure_ascii=True, separators=(",", ":")) for entry in fixture)
    return "[\n" + ",\n".join(entries) + "\n]\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for part in ("shuffles", "rates", "contours", "refined", "descents", "looks", "curvatures"):
        text = as_text(globals()[f"{part}_fixture"]())
        (FOLDER / f"{part}.json").write_text(text, encoding="utf-8")
