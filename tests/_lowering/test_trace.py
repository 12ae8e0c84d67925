"""Functions as programs, run by the page's interpreter."""

from __future__ import annotations

import base64
import functools
import gzip
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax.experimental import io_callback

from gdwidget import problems
from gdwidget._core.optimizers import NAMES, Optimizer, terms
from gdwidget._lowering.trace import NotPortableError, traced
from tests import make_programs
from tests.make_programs import Case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gdwidget import Problem

ROOT = Path(__file__).parents[2]
F = np.float32
MATRIX = np.eye(3, dtype=F)


class Page:
    """Node with the page's interpreter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bundle = folder / "run-programs.mjs"
        esbuild = ROOT / "js/node_modules/.bin/esbuild"
        source = ROOT / "js/tests/interpreter/run-programs.ts"
        options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning"]
        self._node(str(esbuild), str(source), *options, f"--outfile={self._bundle}")

    def run(self, cases: Sequence[Case]) -> list[list[NDArray[Any]]]:
        """Return what the page computes."""
        asked, answered = self._folder / "cases.json", self._folder / "answers.json"
        written: list[dict[str, Any]] = [
            {"program": case.program(), "inputs": list(map(make_programs.base64_of, case.inputs))}
            for case in cases
        ]
        asked.write_text(json.dumps(written), encoding="utf-8")
        self._node(str(self._bundle), str(asked), str(answered))
        answers = json.loads(answered.read_text(encoding="utf-8"))
        results = []
        for case, answer in zip(written, answers, strict=True):
            letters = [each[0] for _, each in case["program"]["o"]]
            dtypes = [{"f": "<f4", "i": "<i4", "u": "<u4", "b": "?"}[each] for each in letters]
            pairs = zip(answer, dtypes, strict=True)
            results.append([np.frombuffer(base64.b64decode(text), t) for text, t in pairs])
        return results

    def _node(self, script: str, *arguments: str) -> None:
        subprocess.run([ROOT / ".venv/bin/node", script, *arguments], check=True, cwd=ROOT / "js")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(tmp_path_factory.mktemp("page"))


def _program(function: Callable[..., Any], *examples: Any) -> dict[str, Any]:
    return traced(lambda *arrays: jax.tree.leaves(function(*arrays)), *examples)


def _size(*programs: dict[str, Any]) -> int:
    text = json.dumps(programs, separators=(",", ":"))
    return len(gzip.compress(text.encode(), 9, mtime=0))


@functools.cache
def problem(name: str) -> Problem:
    made: Problem = getattr(problems, name)()
    return made


def _gradient(problem: Problem, rows: int = 0) -> Case:
    leaves, structure = jax.tree.flatten(dict(problem.start))
    data = [np.asarray(array)[:rows] if rows else np.asarray(array) for array in problem.data]

    def function(*arrays: Any) -> Any:
        params = jax.tree.unflatten(structure, arrays[: len(leaves)])
        return problem.value_and_grad(params, arrays[len(leaves) :])

    return Case(f"{problem.name}, {rows} rows", function, [*map(np.asarray, leaves), *data])


def _remembered(leaf: Any, random: np.random.Generator) -> NDArray[Any]:
    if np.issubdtype(leaf.dtype, np.integer):
        return np.full(leaf.shape, 3, np.int32)
    return np.asarray(random.exponential(size=leaf.shape), F)


def _update(problem: Problem, name: str) -> Case:
    optimizer = Optimizer.of(name)
    tree = problem.parameters.tree(dict(problem.start))
    leaves, structure = jax.tree.flatten(tree)
    random = np.random.default_rng(1)
    memory = jax.tree.map(
        lambda leaf: _remembered(leaf, random), jax.eval_shape(optimizer.init, tree)
    )
    gradient = jax.tree.map(lambda leaf: random.normal(size=leaf.shape).astype(F), tree)
    kept, memory_structure = jax.tree.flatten(memory)

    def function(*arrays: Any) -> Any:
        count = len(leaves)
        own = jax.tree.unflatten(structure, arrays[:count])
        slope = jax.tree.unflatten(structure, arrays[count : 2 * count])
        remembered = jax.tree.unflatten(memory_structure, arrays[2 * count : -1])
        updated, remembered = optimizer.update(slope, remembered, own, arrays[-1])
        return updated, remembered, terms(remembered, updated)

    arrays = [*jax.tree.leaves(tree), *jax.tree.leaves(gradient), *kept, F(0.01)]
    return Case(name, function, list(map(np.asarray, arrays)))


def _assert_equal(case: Case, got: Sequence[NDArray[Any]], tolerance: float) -> None:
    answers = case.expected()
    largest = max(np.abs(answer).max(initial=0) for answer in answers)
    for own, other in zip(got, answers, strict=True):
        expected = other.ravel()
        assert own.dtype == expected.dtype, case.name
        if tolerance == 0:
            same = own.view("u1") == expected.view("u1")
            nan = np.isnan(own) & np.isnan(expected) if own.dtype == F else np.zeros(len(own), bool)
            same = same.reshape(len(own), -1).all(1) | nan
            assert same.all(), f"{case.name}: {own[~same]} for {expected[~same]}"
        else:
            near = tolerance * largest
            np.testing.assert_allclose(own, expected, tolerance, near, err_msg=case.name)


def test_a_program_is_as_small_as_what_it_computes() -> None:
    program = _program(lambda W, x: ((W * x - 5) ** 2).mean(), F(8), np.ones(6, F))
    assert program["i"] == ["f", "f6"]
    assert [equation[0] for equation in program["e"]] == ["mul", "sub", "mul", "reduce_sum", "div"]
    assert program["o"] == [[8, "f"]]


def test_what_is_not_needed_or_known_already_is_left_out() -> None:
    def function(x: Any) -> Any:
        unused = jnp.sin(x) + jnp.arange(6)  # noqa: F841 - that it is unused is the point
        return jnp.exp(x) * jnp.exp(x), jax.jit(jnp.exp)(x)

    program = _program(function, np.ones(6, F))
    assert [equation[0] for equation in program["e"]] == ["exp", "mul"]
    assert program["c"] == []


def test_a_program_is_the_same_every_time() -> None:
    assert _gradient(problem("sine")).program() == _gradient(problem("sine")).program()


def test_programs_are_small() -> None:
    article, moons = problem("line"), problem("moons")
    assert _size(_gradient(article).program(), _update(article, "sgd").program()) <= 500
    assert _size(_gradient(moons).program(), _update(moons, "adam").program()) <= 3_000


_SCALAR = jax.eval_shape(lambda: jnp.float32(0))


def _callback(x: Any) -> Any:
    return jax.pure_callback(np.sin, _SCALAR, x)


def _io(x: Any) -> Any:
    return io_callback(np.sin, _SCALAR, x)


def _prints(x: Any) -> Any:
    jax.debug.print("{}", x)
    return x


def _calls(x: Any) -> Any:
    jax.debug.callback(lambda _: None, x)
    return x


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: jnp.sort(x[None]), "it uses sort, which the browser's table"),
        (jax.scipy.special.gammaln, "it uses lgamma, which"),
        (lambda x: jnp.convolve(x[None], jnp.ones(3)), r"a convolution \(conv_general_dilated\)"),
        (lambda x: jnp.fft.fft(x[None]).real, "complex64|Fourier"),
        (lambda x: jnp.linalg.cholesky(MATRIX * x), r"linear algebra \(cholesky\)"),
        (lambda x: jnp.linalg.solve(MATRIX * x, MATRIX), r"linear algebra \(lu"),
        (_callback, r"back into Python \(pure_callback\), and a page has no Python"),
        (_io, r"back into Python \(io_callback\)"),
        (_prints, r"from Python \(debug_print\)|back into Python \(debug_callback\)"),
        (_calls, r"back into Python \(debug_callback\)"),
        (lambda x: x * jax.random.normal(jax.random.key(0)), "random numbers|key<fry>"),
        (lambda x: x.astype(jnp.float16) * 2, "it computes with float16, and the browser with"),
        (lambda x: jnp.abs(x + 1j), "it computes with complex64"),
        (lambda x: x.astype(jnp.int8), "it computes with int8"),
        (lambda x: lax.cond(x > 0, lambda: jnp.sort(x[None]), lambda: x[None]), "it uses sort"),
        (lambda x: lax.reduce_precision(x, 5, 10), "it uses reduce_precision to fewer bits"),
    ],
)
def test_what_the_page_does_not_have_is_named(function: Callable[..., Any], words: str) -> None:
    with pytest.raises(NotPortableError, match=words) as raised:
        _program(function, F(1))
    assert str(raised.value).startswith("it ")
    assert str(raised.value).endswith(".")


def chooses(x: Any) -> Any:
    index = jnp.where(x > 0, 2.5, x) * jnp.arange(3)
    return jnp.where(jnp.argmax(index) == 1, jnp.nan, index.sum())


def test_float64_is_refused_where_it_is_meant() -> None:
    with jax.enable_x64(True):  # noqa: FBT003 - it has no name
        for function, given in [
            (lambda x: x * 2, np.float64(1)),
            (lambda x: (x.astype(jnp.float64) * 2).astype(jnp.float32), F(1)),
            (lambda x: (x * jnp.ones(3)).sum().astype(jnp.float32), F(1)),
        ]:
            with pytest.raises(NotPortableError, match="it computes with float64"):
                _program(function, given)
        program = _program(chooses, F(1))
    assert program == _program(chooses, F(1))


@pytest.mark.skipif(
    jax.__version_info__ != make_programs.TRACED_BY, reason="another jax traces otherwise"
)
def test_the_fixtures_are_up_to_date() -> None:
    for file, cases in make_programs.cases().items():
        path = make_programs.FOLDER / f"{file}.json"
        stored = json.loads(path.read_text(encoding="utf-8"))
        assert [each["name"] for each in stored] == [case.name for case in cases]
        for case, kept in zip(cases, stored, strict=True):
            again = "run tests/make_programs.py"
            assert json.loads(json.dumps(case.program())) == kept["program"], again
            assert list(map(make_programs.base64_of, case.inputs)) == kept["inputs"], again


EXACT_GRADIENTS = (
    "line",
    "double_well",
    "quadratic",
    "saddle",
    "rosenbrock",
    "himmelblau",
    "beale",
)


def test_gradients_of_all_problems_are_as_in_jax(page: Page) -> None:
    cases, tolerances = [], []
    for name in problems.__all__:
        each = problem(name)
        rows = [0, 4] if each.samples else [0]
        cases += [_gradient(each, count) for count in rows]
        tolerances += [0 if name in EXACT_GRADIENTS else 2e-6 for _ in rows]
    for case, got, tolerance in zip(cases, page.run(cases), tolerances, strict=True):
        _assert_equal(case, got, tolerance)


ALMOST = ("adagrad", "rmsprop", "adadelta", "amsgrad", "adamax", "nadam")


def test_updates_of_all_optimizers_are_as_in_jax(page: Page) -> None:
    cases = [_update(problem("sine"), name) for name in NAMES]
    for case, got in zip(cases, page.run(cases), strict=True):
        _assert_equal(case, got, 1e-6 if case.name in ALMOST else 0)


EXACT_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "max": jnp.maximum,
    "min": jnp.minimum,
    "where": lambda x, y: jnp.where(x > y, x, -y),
    "clip": lambda x, y: jnp.clip(x, -jnp.abs(y), 2.5),
    "sqrt": lambda x, _: jnp.sqrt(jnp.abs(x)),
    "power": lambda x, _: x**3,
    "floor": lambda x, y: jnp.floor(x) + jnp.round(y),
    "sign": lambda x, y: jnp.sign(x) * jnp.abs(y),
    "whole": lambda x, y: (x.astype(jnp.int32) * 3 // 2 + y.astype(jnp.int32) % 5).astype(F),
    "compare": lambda x, y: ((x <= y) ^ (x != 1.5)).astype(F),
    "sum": lambda x, y: x.sum(0) + y[0],
    "rows": lambda x, y: x - y.sum(1, keepdims=True),
    "maximum": lambda x, y: x.max(1, keepdims=True) - y.min(0),
    "cumsum": lambda x, y: jnp.cumsum(x, 0) + jnp.cumsum(y, 1),
    "transpose": lambda x, y: x.T.reshape(x.shape) + y,
    "reverse": lambda x, y: x[::-1] + y[:, ::-1],
    "concatenate": lambda x, y: jnp.concatenate([x, y], 1)[:, 2 : 2 + x.shape[1]],
    "pad": lambda x, y: jnp.pad(x[1:, :-1], ((1, 0), (0, 1)), constant_values=0.5) * y,
    "roll": lambda x, y: jnp.roll(x, 1, 0) * y,
    "rows by number": lambda x, y: x[jnp.clip(y[:, 0].astype(jnp.int32), -9, 9)],
    "added by number": lambda x, y: x.at[jnp.clip(y[:, 0].astype(jnp.int32), -9, 9)].add(y),
    "sorted out": lambda x, y: x[jnp.argmax(y, 0)[0]] + y[jnp.argmin(x, 0)[1]],
    "scan": lambda x, y: lax.scan(lambda c, row: (c * 0.5 + row, c - row), y[0], x)[1],
    "cond": lambda x, y: lax.cond(x[0, 0] > y[0, 0], lambda: x * 2, lambda: y / 3),
    "loop": lambda x, y: lax.fori_loop(0, 3, lambda i, z: z * 0.75 + x * i, y),
}


def _random_case(seed: int) -> Case:
    """Return a function of random operations on random numbers, some of them edges."""
    random = np.random.default_rng(seed)
    shape = tuple(random.integers(3, 7, 2))
    names = list(random.choice(list(EXACT_OPERATIONS), 8))
    picks = random.integers(0, 100, (8, 2))
    inputs = []
    for _ in range(3):
        numbers = random.normal(size=shape).astype(F) * F(3)
        edges = random.choice(make_programs.EDGES, shape)
        inputs.append(np.where(random.random(shape) < 0.1 * (seed % 3), edges, numbers))

    def function(*arrays: Any) -> Any:
        made = list(arrays)
        for name, (left, right) in zip(names, picks, strict=True):
            result = EXACT_OPERATIONS[name](made[left % len(made)], made[right % len(made)])
            made.append(jnp.broadcast_to(result, shape))
        return made[3:]

    return Case(f"{seed}: {', '.join(names)}", function, inputs)


def test_random_programs_are_as_in_jax_to_the_last_bit(page: Page) -> None:
    cases = [_random_case(seed) for seed in range(16)]
    for case, got in zip(cases, page.run(cases), strict=True):
        _assert_equal(case, got, 0)
