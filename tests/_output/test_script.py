from __future__ import annotations

import functools
import json
import linecache
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import ArgumentError, Descent, Problem, Timeline, problems
from gdwidget._core.schedules import Rates
from gdwidget._output.script.literals import literal
from gdwidget._output.script.run import to_script
from tests.tools import float32, refuses

if TYPE_CHECKING:
    from collections.abc import Callable

ALONE = """
import contextlib, importlib.abc, io, json, sys

class Nothing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"gdwidget", "ipywidgets", "anywidget", "bqplot", "tests"}:
            raise ImportError(name)

sys.meta_path.insert(0, Nothing())
printed = {}
for name, script in json.load(sys.stdin).items():
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(script, name, "exec"), {"__name__": "__main__"})
    printed[name] = out.getvalue()
json.dump(printed, sys.stdout)
"""

CELL = """
import jax.numpy as np
from jax import nn

xs = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0])
scale = 2.5

def huber(error, width=scale):
    return np.where(abs(error) < width, error**2, 2 * width * abs(error) - width**2)

def loss(W, b):
    # a comment that stays
    predictions = xs * W + b
    return np.mean(huber(predictions - (scale * xs - 1))) + nn.relu(W - 100)
"""


def cell(text: str, name: str = "ipykernel_1/77.py") -> dict[str, Any]:
    """Run text as a notebook's cell is: not a file, known to linecache."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), space)  # noqa: S102 - it is a cell
    return space


def made(problem: Problem, steps: int, rate: Any = 0.01, **settings: Any) -> Timeline:
    timeline = Timeline(Descent(problem, **settings), rate)
    timeline.advance(steps, lambda _: None)
    return timeline


def forked() -> Timeline:
    timeline = made(problems.line(), 20)
    timeline.goto(7)
    timeline.learning_rate = 0.05
    timeline.advance(10, lambda _: None)
    timeline.learning_rate = 0.02
    timeline.advance(3, lambda _: None)
    return timeline


def decays() -> Timeline:
    rates = Rates(0.3, "cosine", 40)
    return made(problems.rosenbrock(), 40, rates, optimizer="adam")


def own_schedule(step: Any) -> Any:
    return 0.1 / (1 + 0.3 * jnp.sqrt(step))


def closes_over(power: int) -> Problem:
    table = np.array([[1.0, 2.0], [3.0, np.inf]], np.float32)

    @jax.jit
    def inner(x: Any) -> Any:
        return x**power

    def loss(x: Any, y: Any) -> Any:
        return inner(x - table[0, 1]) + inner(y * table[1, 0])

    return Problem(loss, 1.0, 0.5, argnums=(1, 0))


def chained(rate: Any) -> optax.GradientTransformation:
    return optax.chain(optax.clip(1.0), optax.adamw(rate, weight_decay=0.1))


DATA: Any = problems.line().arrays

RUNS: dict[str, Callable[[], Timeline]] = {
    "article": lambda: made(problems.line(), 50),
    "W and b, warmup_cosine": lambda: made(
        Problem(problems.line().loss, 8.0, 0.0, argnums=(0, 1), data=DATA),
        50,
        Rates(0.02, "warmup_cosine", 50),
    ),
    "adam, cosine": decays,
    "mini-batch, momentum": lambda: made(
        problems.line(), 20, 0.02, optimizer="momentum", batch_size=4, seed=5
    ),
    "fork": forked,
    "house prices": lambda: made(problems.house_prices(), 20, 0.1),
    "logistic": lambda: made(problems.logistic(), 20, 1.0),
    "cell": lambda: made(Problem(cell(CELL)["loss"], 8.0, -1.0), 20, 0.05),
    "closures": lambda: made(closes_over(4), 20),
    "lambda": lambda: made(Problem(lambda W: (W - 2) ** 2, 8.0), 20, 0.5),
    "partial": lambda: made(Problem(functools.partial(scaled, by=0.5), 8.0), 20, 0.1),
    "custom optimizer and schedule": lambda: made(
        problems.line(), 20, own_schedule, optimizer=chained
    ),
    "optimizer and schedule of optax": lambda: made(
        problems.line(), 20, optax.linear_schedule(0.1, 0.0, 30), optimizer=optax.adabelief
    ),
    "exact network": lambda: made(problems.sine(hidden=(3,), samples=16), 20, 0.05, exact=True),
    "held array": lambda: made(Problem(dotted, float32([1, 2, 3]), float32([3, 2, 1])), 10),
    "diverged": lambda: made(problems.line(), 500, 0.3),
}


def scaled(W: Any, by: float) -> Any:
    return by * (W - 1) ** 2


def dotted(weights: Any, others: Any) -> Any:
    return (weights - others) @ (weights - others)


@pytest.fixture(scope="module")
def runs() -> dict[str, tuple[Timeline, str, str]]:
    timelines = {name: make() for name, make in RUNS.items()}
    timelines["fused network"] = made(
        problems.moons(hidden=(8,), samples=40), 20, 0.05, optimizer="momentum"
    )
    scripts = {name: to_script(timeline) for name, timeline in timelines.items()}
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=json.dumps(scripts),
        check=True,
        capture_output=True,
        text=True,
    )
    printed = json.loads(done.stdout)
    return {name: (timelines[name], scripts[name], printed[name]) for name in timelines}


def numbers(printed: str, label: str) -> list[list[np.float32]]:
    lines = re.findall(rf"^{re.escape(label)}(.*)$", printed, re.MULTILINE)
    return [[np.float32(text) for text in line.split()] for line in lines]


@pytest.mark.parametrize("name", RUNS)
def test_an_exact_run_is_repeated_to_the_last_digit(name: str, runs: Any) -> None:
    timeline, _, printed = runs[name]
    run, problem = timeline.run, timeline.problem
    assert run.descent.exact
    rows = run.trajectory
    losses = [loss for (loss,) in numbers(printed, "loss is ")]
    if name == "exact network":
        losses = [
            line[1] for line in re.findall(r"^step (\d+) loss is  (.*)$", printed, re.MULTILINE)
        ]
        assert np.array_equal(float32([float(loss) for loss in losses]), rows["loss"])
        return
    steps = run.last + (run.status == "converged")
    assert np.array_equal(float32(losses), rows["loss"][:steps])
    for parameter in problem.learning:
        columns = [each for each in problem.parameters.recorded if each.split("[")[0] == parameter]
        expected = np.stack([rows[column] for column in columns], axis=1)
        assert np.array_equal(numbers(printed, f"{parameter}_old"), expected[:steps])
        assert np.array_equal(numbers(printed, f"{parameter}_new"), expected[1:])
    if run.batches:
        assert numbers(printed, "loss on all data is ") == [[rows["full_loss"][-1]]]


def test_the_articles_lines_are_printed(runs: Any) -> None:
    _, _, printed = runs["article"]
    assert printed.startswith(FIRST_LOOPS)
    assert printed.endswith(LAST_LOOPS)
    assert len(printed.splitlines()) == 50 * 5


def test_a_loss_of_exactly_0_ends_as_in_the_article(runs: Any) -> None:
    timeline, _, printed = runs["lambda"]
    assert timeline.status == "converged"
    last = printed.splitlines()[-5:]
    assert last[1:4] == ["W_old 2.0", "W 2.0", "loss is  0.0"]


def test_a_fused_run_is_repeated_to_what_is_rounding(runs: Any) -> None:
    timeline, script, printed = runs["fused network"]
    assert not timeline.run.descent.exact
    assert "compiler_options" not in script
    assert "last digits may differ" in script
    found = re.findall(r"^step (\d+) loss is  (.*)$", printed, re.MULTILINE)
    assert [int(step) for step, _ in found] == list(range(21))
    losses = float32([float(loss) for _, loss in found])
    assert np.allclose(losses, timeline.run.trajectory["loss"], rtol=1e-5)


def test_what_was_written_reads_as_it_was_written(runs: Any) -> None:
    _, script, _ = runs["cell"]
    assert "    # a comment that stays\n" in script
    assert "import jax.numpy as np\n" in script
    assert "scale = 2.5\n" in script
    assert "from jax import nn\n" in script or "import jax.nn as nn\n" in script


@pytest.mark.parametrize("name", ["article", "mini-batch, momentum", "cell", "house prices"])
def test_a_script_is_no_longer_than_a_screen_is_wide(name: str, runs: Any) -> None:
    _, script, _ = runs[name]
    assert max(map(len, script.splitlines())) <= 100
    compile(script, "script.py", "exec")


@pytest.mark.parametrize("name", ["beale", "double_well", "himmelblau", "plateau", "saddle"])
def test_the_other_ready_made_problems_can_be_written(name: str) -> None:
    script = to_script(Timeline(Descent(getattr(problems, name)())), 2)
    assert "gdwidget import" not in script


def test_where_no_step_is_recorded_the_next_ones_are_written() -> None:
    timeline = Timeline(Descent(problems.line()), 0.25)
    assert "numpy.full(7, 0.25, numpy.float32)" in to_script(timeline, 7)


def test_names_that_meet_are_kept_apart(capsys: pytest.CaptureFixture[str]) -> None:
    def update(rate: Any, numpy: Any, batch: Any) -> Any:
        return ((rate * numpy + batch) ** 2).mean()

    data = (float32([1, 2, 3]), float32([2, 1, 0]))
    problem = Problem(update, 2.0, data=data, name='"""\n# \\N{x}')
    timeline = made(problem, 3, batch_size=2)
    exec(to_script(timeline), {"__name__": "__main__"})  # noqa: S102 - it was made here
    printed, rows = capsys.readouterr().out, timeline.run.trajectory
    assert numbers(printed, "rate_new") == [[rate] for rate in rows["rate"][1:]]
    assert numbers(printed, "loss is ") == [[loss] for loss in rows["loss"][:-1]]
    assert numbers(printed, "loss on all data is ") == [[rows["full_loss"][-1]]]


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((0, 3), np.float32),
        np.zeros((2, 0), bool),
        float32([[np.nan, np.inf], [-np.inf, -0.0]]),
        float32(np.arange(600) / 7).reshape(2, 100, 3),
        np.arange(40, dtype=np.uint8),
        np.float32(0.1),
    ],
    ids=["no rows", "no columns", "not finite", "many", "bytes", "number"],
)
def test_an_array_is_read_back_as_it_was(value: Any) -> None:
    text = literal(value)
    assert max(map(len, text.splitlines())) <= 100
    found = eval(text, {"numpy": np})  # noqa: S307 - it was made here
    assert (found.shape, found.dtype) == (value.shape, value.dtype)
    assert found.tobytes() == value.tobytes()


def stream() -> Timeline:
    batches = [(float32([1, 2]), float32([3, 4]))] * 3
    return Timeline(Descent(Problem(problems.line().loss, 8.0, -1.0, data=iter(batches))))


def without_source() -> Timeline:
    space: dict[str, Any] = {}
    exec("def loss(W):\n    return W**2", space)  # noqa: S102 - as at a prompt
    return Timeline(Descent(Problem(space["loss"], 1.0)))


class Model:
    def loss(self, W: Any) -> Any:
        return W**2

    def __call__(self, W: Any) -> Any:
        return W**2


def of(loss: Any, *start: Any, **settings: Any) -> Callable[[], Timeline]:
    return lambda: Timeline(Descent(Problem(loss, *(start or (1.0,)), **settings)))


def uses_another_library(W: Any) -> Any:
    return W**2 + len(pytest.__name__)


def reads_an_object(W: Any) -> Any:
    return MODEL(W)


def imports_another_library(W: Any) -> Any:
    import pytest as another  # noqa: PT013 - a library under another name

    return W**2 + len(another.__name__)


def reads_much(W: Any) -> Any:
    return (W * MUCH).sum()


def reads_a_key(W: Any) -> Any:
    return W**2 + jax.random.normal(KEY)


def searching(rate: Any) -> optax.GradientTransformation:
    return optax.chain(optax.scale(rate), optax.scale_by_backtracking_linesearch(10))


KEY = jax.random.key(0)
MODEL, MUCH = Model(), np.ones(20_001, np.float32)
ADAM = optax.adam(0.1)


@pytest.mark.parametrize(
    ("timeline", "argument", "because"),
    [
        (stream, "data", "batches of an iterable"),
        (without_source, "loss", "the source of loss is not known"),
        (of(Model().loss), "loss", "loss, a method of an object, has no source"),
        (of(Model()), "loss", "an object of type Model has no source"),
        (of(uses_another_library), "loss", "it uses the module pytest"),
        (of(imports_another_library), "loss", "it imports pytest"),
        (of(reads_an_object), "loss", "MODEL: an object of type Model has no source"),
        (of(reads_much), "loss", "MUCH: there are 20,001 numbers"),
        (of(lambda W: (W**2).sum(), np.ones(20_001)), "params", "there are 20,001 numbers"),
        (of(reads_a_key), "loss", "KEY: an array of key<fry> cannot be written out"),
        (
            lambda: Timeline(Descent(problems.line(), optimizer=searching)),
            "optimizer",
            "it raised TypeError",
        ),
        (
            lambda: Timeline(Descent(problems.line(), optimizer=ADAM)),
            "optimizer",
            "does not tell how it was made",
        ),
    ],
)
def test_what_cannot_be_written_is_named(
    timeline: Callable[[], Timeline], argument: str, because: str
) -> None:
    with pytest.raises(ArgumentError) as caught:
        to_script(timeline())
    assert caught.value.argument == argument
    assert because in str(caught.value)


def test_a_source_that_has_changed_is_noticed() -> None:
    loss = cell("def loss(W):\n    return W**2\n", "ipykernel_1/78.py")["loss"]
    timeline = made(Problem(loss, 1.0), 1)
    cell("def loss(W):\n    return W**4\n", "ipykernel_1/78.py")
    with refuses("loss", "the source of loss has changed since", "what can be written"):
        to_script(timeline)


def test_a_number_that_has_changed_is_noticed() -> None:
    space = cell("k = 2.0\ndef loss(W):\n    return k * W**2\n", "ipykernel_1/79.py")
    timeline = made(Problem(space["loss"], 1.0), 1)
    to_script(timeline)
    space["k"] = 3.0
    with refuses("loss", "it gives 3.0 at the start, not 2.0", "a function that computes"):
        to_script(timeline)


FIRST_LOOPS = """\
Loop starts -----------------------------------
W_old 8.0
W_new 7.38
loss is  186.0
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 7.38
W_new 6.8240666
loss is  149.54607
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 6.8240666
W_new 6.3255796
loss is  120.236694
Loop ends ------------------------------------
"""

LAST_LOOPS = """\
Loop starts -----------------------------------
W_old 2.0356295
W_new 2.0319479
loss is  0.0065588956
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 2.0319479
W_new 2.0286465
loss is  0.005273429
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 2.0286465
W_new 2.0256863
loss is  0.004239871
Loop ends ------------------------------------
"""
