"""Write programs, and what jax computes with them, for the tests of the page's interpreter.

Run ``python tests/make_programs.py`` after a change to how programs are written. Where jax
has functions of its own for exp, tanh and such, other machines may differ in the last digit;
`tests/_lowering/test_trace.py` allows for it.
"""

from __future__ import annotations

import base64
import functools
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.core import primitives

from gdwidget._core.exactness import EXACT
from gdwidget._lowering.trace import traced
from tests import common_losses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "fixtures" / "programs"
TRACED_BY = (0, 10, 2)
"""The version of jax that made what is in the folder; others trace some of it otherwise."""

SMALLEST = 2.0**-126
F = np.float32
EDGES = np.array(
    [
        *(0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3e38, -3e38, 2e-38),
        *(1e10, SMALLEST, -SMALLEST, SMALLEST * 1.5, 16777217, 2147483648, 300, -7, 7, 1e-30),
        -1e-30,
    ],
    F,
)
SUBNORMALS = np.array([1e-40, -1e-40, 1e-45], F)
WHOLES = np.array(
    [0, 1, -1, 2, 3, -3, 5, 7, -7, 31, 32, 33, 100, 2**31 - 1, -(2**31), 123456789, -987654321],
    np.int32,
)


@dataclass(frozen=True)
class Case:
    """A function, what goes in, and by how many units in the last place the page may differ."""

    name: str
    function: Callable[..., Any]
    inputs: Sequence[Any]
    ulp: int = 0

    def program(self) -> dict[str, Any]:
        """Return the program."""
        return traced(lambda *inputs: jax.tree.leaves(self.function(*inputs)), *self.inputs)

    def expected(self) -> list[NDArray[Any]]:
        """Return what jax computes."""
        compiled = jax.jit(self.function, compiler_options=EXACT)
        return [np.asarray(each) for each in jax.tree.leaves(compiled(*self.inputs))]

    def written(self) -> dict[str, Any]:
        """Return the case as JSON."""
        return {
            "name": self.name,
            "ulp": self.ulp,
            "program": self.program(),
            "inputs": [base64_of(each) for each in self.inputs],
            "expected": [base64_of(each) for each in self.expected()],
        }


def base64_of(array: Any) -> str:
    """Return the bytes of an array as text."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


_RANDOM = np.random.Generator(np.random.PCG64(20_260_101))


def normal(*shape: int) -> NDArray[np.float32]:
    """Return random numbers."""
    return _RANDOM.normal(size=shape).astype(F)


def whole(low: int, high: int, *shape: int) -> NDArray[np.int32]:
    """Return random whole numbers."""
    return _RANDOM.integers(low, high, shape).astype(np.int32)


def _pairs(values: NDArray[Any], random: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    first, second = np.meshgrid(values, values)
    return np.append(first.ravel(), random), np.append(second.ravel(), random[::-1])


ULPS = {
    "acos": 2, "acosh": 4, "asin": 3, "asinh": 4, "atan": 2, "atanh": 4, "cbrt": 1, "cos": 1,
    "cosh": 64, "erf": 4, "erfc": 32, "exp": 1, "exp2": 16, "expm1": 4, "log": 1, "log1p": 2,
    "logistic": 2, "rsqrt": 1, "sin": 1, "sinh": 64, "tan": 2, "tanh": 4,
}  # fmt: skip
"""How far XLA's own approximations are from the nearest float32, and so from the page's."""

_FLUSHED_IN_PART = ("acosh", "cbrt", "log")
"""Of these XLA makes nonsense where an operand is subnormal."""


def unary() -> list[Case]:
    """Return functions of one float."""
    names = [*ULPS, "abs", "ceil", "floor", "is_finite", "neg", "sign", "sqrt", "square"]
    cases = []
    for name in names:
        extra = () if name in _FLUSHED_IN_PART else SUBNORMALS
        spread = (normal(24), normal(12) * 20, np.exp(normal(12) * 8), F(1) + normal(8) * F(1e-3))
        values = np.concatenate([EDGES, extra, *spread]).astype(F)
        if name in ("sin", "cos", "tan"):
            values = values[~(np.abs(values) > 1e5)]
        cases.append(Case(name, getattr(lax, name), [values], ULPS.get(name, 0)))
    for power in (-3, -2, -1, 0, 1, 2, 3, 5, 6, 7, 10):
        values = np.concatenate([EDGES, SUBNORMALS, normal(20)]).astype(F)
        function = lambda x, power=power: lax.integer_pow(x, power)  # noqa: E731
        cases.append(Case(f"integer_pow {power}", function, [values]))
    for method in lax.RoundingMethod:
        values = np.concatenate([EDGES, SUBNORMALS, normal(20) * 5]).astype(F)
        function = lambda x, method=method: lax.round(x, method)  # noqa: E731
        cases.append(Case(f"round {method.name}", function, [values]))
    return cases


def binary() -> list[Case]:
    """Return functions of two floats."""
    few = np.concatenate([EDGES[[0, 1, 2, 3, 4, 5, 10, 13, 16]], SUBNORMALS[:2]]).astype(F)
    first, second = _pairs(few, normal(60))
    names = ["add", "sub", "mul", "div", "max", "min", "rem", "eq", "ne", "lt", "le", "gt", "ge"]
    cases = [Case(name, getattr(lax, name), [first, second]) for name in names]
    clean, other = _pairs(EDGES[[0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 14]], normal(60))
    cases.append(
        Case("pow", lax.pow, [np.append(clean, np.abs(normal(99))), np.append(other, normal(99))])
    )
    neutral = lambda x: (x * 1, 1 * x, x + 0, 0 + x, x - 0, 0 - x, x / 1, x * -1)  # noqa: E731
    cases.append(Case("what changes nothing", neutral, [np.concatenate([EDGES, SUBNORMALS])]))
    cases.append(Case("atan2", lax.atan2, [clean, other], 2))
    near = np.concatenate([EDGES, SUBNORMALS])
    cases.append(
        Case("nextafter", lax.nextafter, list(_pairs(near[[0, 1, 2, 4, 5, 13, 26]], normal(10))))
    )
    ordered = (primitives.eq_to_p, primitives.le_to_p, primitives.lt_to_p)
    every = [each.ravel() for each in np.meshgrid(near[[0, 1, 2, 3, 4, 5, 13, 25, 27]], near)]
    cases += [Case(str(primitive), primitive.bind, every) for primitive in ordered]
    cases.append(Case("clamp", lax.clamp, [F(-1), near, F(2)]))
    cases.append(Case("clamp, crossed", lax.clamp, [F(2), near, F(-0.0)]))
    cases.append(Case("select_n", lax.select, [near > 0, near, near[::-1].copy()]))
    which = whole(0, 3, 10)
    cases.append(
        Case(
            "select_n of three",
            lax.select_n,
            [which, normal(10), normal(10), normal(10)],
        )
    )
    tiny = (np.exp(normal(100)) * SMALLEST).astype(F)
    cases.append(
        Case(
            "tiny products",
            lambda x, y: (x * y, x / y, x - y[::-1] * F(SMALLEST)),
            [tiny, np.exp(normal(100)).astype(F)],
        )
    )
    rounded_otherwise = (685, 731, 873, 2359, 2958, 3160)
    steps = np.append(np.arange(1, 300), rounded_otherwise).astype(np.int32)
    cases.append(Case("bias correction", lambda n: (1 - F(0.9) ** n, 1 - F(0.999) ** n), [steps]))
    return cases


def wholes() -> list[Case]:
    """Return functions of whole numbers and bools, and conversions."""
    first, second = _pairs(
        WHOLES[[0, 1, 2, 3, 7, 9, 10, 13, 14, 16]], whole(-(2**31), 2**31 - 1, 12)
    )
    unsigned = [each.view(np.uint32) for each in (first, second)]
    names = ["add", "and", "div", "eq", "ge", "gt", "le", "lt", "max", "min", "mul", "ne", "or"]
    names += ["rem", "sub", "xor"]
    names += ["shift_left", "shift_right_arithmetic", "shift_right_logical"]
    spell = {"and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor"}
    cases = []
    for name in names:
        function = getattr(lax, spell.get(name, name))
        cases.append(Case(f"{name} of int32", function, [first, second]))
        cases.append(Case(f"{name} of uint32", function, unsigned))
    for name in ("abs", "neg", "sign", "bitwise_not"):
        cases += [Case(f"{name} of int32", getattr(lax, name), [WHOLES])]
    cases.append(Case("not of uint32", lax.bitwise_not, [WHOLES.view(np.uint32)]))
    cases.append(Case("integer_pow of int32", lambda x: (x**3, x**0), [WHOLES]))
    truth = np.array([0, 0, 1, 1], bool), np.array([0, 1, 0, 1], bool)
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "max", "min", "eq", "ne"):
        cases += [Case(f"{name} of bool", getattr(lax, name), list(truth))]
    cases.append(Case("not of bool", lax.bitwise_not, list(truth[:1])))
    every = {
        "f": np.concatenate([EDGES, SUBNORMALS]),
        "i": WHOLES,
        "u": WHOLES.view(np.uint32),
        "b": truth[0],
    }
    for letter, values in every.items():
        function = lambda x: [x.astype(t) for t in (F, np.int32, np.uint32, bool)]  # noqa: E731
        cases.append(Case(f"convert {letter}", function, [values]))
    return cases


def arrays() -> list[Case]:
    """Return functions that move and reduce arrays."""
    cube, matrix, long = normal(3, 4, 5), normal(4, 6), normal(100)
    with_nan = np.array([[1, np.nan, 3, np.nan], [4, 4, 2, 2], [-0.0, 0, -1, 0]], F)
    counts = whole(-50, 50, 4, 5)
    truth = cube > 0
    zero = F(0)
    return [
        Case("broadcast_in_dim", lambda x: lax.broadcast_in_dim(x, (2, 4, 3, 6), (1, 3)), [matrix]),
        Case("broadcast of size 1", lambda x, y: x[:, :1] * y[:1] - y, [matrix, matrix]),
        Case("transpose", lambda x: lax.transpose(x, (2, 0, 1)), [cube]),
        Case("rev", lambda x: lax.rev(x, (0, 2)), [cube]),
        Case("slice", lambda x: lax.slice(x, (0, 1, 0), (3, 4, 5), (2, 1, 3)), [cube]),
        Case("reshape", lambda x: x.reshape(6, 10)[:, None].squeeze(1), [cube]),
        Case("split", lambda x: lax.split(x, (1, 3), 1), [cube]),
        Case(
            "stack and unstack",
            lambda x: (jnp.stack([x, x + 1], 1), jnp.unstack(x, axis=1)),
            [cube],
        ),
        Case("tile", lambda x: jnp.tile(x, (2, 3)), [matrix]),
        Case("concatenate", lambda x, y: lax.concatenate([x, y, x], 1), [matrix, normal(4, 2)]),
        Case("concatenate of bools", lambda x: jnp.concatenate([x, ~x], 2), [truth]),
        Case("pad", lambda x: lax.pad(x, F(7), ((1, 2, 0), (0, 1, 2))), [matrix]),
        Case("pad, negative", lambda x: lax.pad(x, F(7), ((-1, 2, 1), (3, -4, 0))), [matrix]),
        Case("pad, all away", lambda x: lax.pad(x, F(7), ((-3, 0, 0), (-9, 20, 1))), [matrix]),
        Case(
            "iota",
            lambda x: x + lax.broadcasted_iota(F, (4, 6), 1) * jnp.arange(4)[:, None],
            [matrix],
        ),
        *(
            Case(
                f"reduce_{name}",
                lambda x, f=f: (f(x[0, 0]), f(x, axis=1), f(x, axis=(0, 2))),
                [cube],
            )
            for name, f in {
                "sum": jnp.sum,
                "max": jnp.max,
                "min": jnp.min,
                "prod": jnp.prod,
            }.items()
        ),
        Case("reduce_and, reduce_or", lambda x: (x.all(1), x.any(), x.all()), [truth]),
        Case("sums of whole numbers", lambda x: (x.sum(), x.prod(0), x.max(1), x.min()), [counts]),
        Case(
            "extremes of NaN", lambda x: (x.max(1), x.min(1), x.argmax(1), x.argmin(1)), [with_nan]
        ),
        Case("argmax and argmin", lambda x: (x.argmax(), x.argmin(0), x.argmax(1)), [cube]),
        *(
            Case(f"sum of {n}", lambda x: (x.sum(), x.prod()), [1 + normal(n) / 8])
            for n in (31, 33, 64, 100, 600)
        ),
        Case(
            "sum of 200 × 3",
            lambda x: (x.sum(0), x.sum(1), x.sum()),
            [normal(200)[:, None] * normal(3)],
        ),
        Case("sums of small axes", lambda x: (x.sum((0, 2)), x.mean(1)), [normal(40, 3, 5)]),
        *(
            Case(f"cum{name}", lambda x, f=f: (f(x, 1), f(x, 0, reverse=True)), [cube])
            for name, f in {
                "sum": lax.cumsum,
                "max": lax.cummax,
                "min": lax.cummin,
                "prod": lax.cumprod,
            }.items()
        ),
        Case("cumsum of 100", lambda x: (lax.cumsum(x), lax.cumsum(x, reverse=True)), [long]),
        Case("cumsum of whole numbers", lambda x: (lax.cumsum(x, 1), lax.cumprod(x, 0)), [counts]),
        Case("cumlogsumexp", lambda x: lax.cumlogsumexp(x, 1), [cube], 16),
        Case("dot of vectors", jnp.dot, [normal(6), normal(6)]),
        Case("dot", jnp.dot, [normal(3, 2), normal(2, 4)], 64),
        Case("dot of transposed", lambda x, y: x.T @ y.T, [normal(5, 3), normal(4, 5)], 64),
        Case(
            "einsum",
            lambda x, y: jnp.einsum("abcd,bdae->aebc", x, y),
            [normal(2, 3, 4, 5), normal(3, 5, 2, 6)],
            64,
        ),
        Case("dot of whole numbers", lambda x: x @ x.T, [counts * 50_000_000]),
        Case("sums of one number", lambda x: x[:, None].sum(1), [EDGES]),
        Case("sums that vanish", lambda x: (x.sum(), jnp.dot(x, x), x + zero * x), [SUBNORMALS]),
    ]


def indexing() -> list[Case]:
    """Return functions that look up and scatter."""
    matrix, cube, index = normal(5, 4), normal(3, 4, 5), np.array([4, 0, -1, 2, 7, -9], np.int32)
    tall = np.array([[0, 1], [2, 3], [1, 1]], np.int32)
    return [
        Case("rows", lambda x, i: x[i], [matrix, index]),
        Case(
            "rows within bounds",
            lambda x, i: x.at[i].get(mode="promise_in_bounds"),
            [matrix, index[:2]],
        ),
        Case("rows, clipped", lambda x, i: x.at[i].get(mode="clip"), [matrix, index]),
        Case("rows, filled", lambda x, i: x.at[i].get(mode="fill", fill_value=-1), [matrix, index]),
        Case(
            "whole numbers, filled",
            lambda x, i: (x.at[i].get(mode="fill"), x.astype(jnp.uint32).at[i].get(mode="fill")),
            [whole(0, 9, 5), index],
        ),
        Case(
            "one element",
            lambda x, i: (x[i[0]], x[1, i[0]], x[-1]),
            [matrix[:, [0, 1, 2, 3]], np.array([2], np.int32)],
        ),
        Case("columns", lambda x, i: x[:, i], [cube, np.array([3, 0, 0], np.int32)]),
        Case(
            "pairs of indices",
            lambda x, i, j: x[i, :, j],
            [cube, np.array([0, 2], np.int32), np.array([[4], [1]], np.int32)],
        ),
        Case(
            "take_along_axis",
            lambda x, i: jnp.take_along_axis(x, i, 1),
            [matrix, whole(0, 4, 5, 2)],
        ),
        Case("batched lookup", jax.vmap(lambda x, i: x[i]), [matrix, whole(0, 4, 5, 3)]),
        Case(
            "gradient of a lookup",
            lambda x, i: jax.grad(lambda x: (x[i] ** 3).sum())(x),
            [matrix, np.array([1, 1, 4, 1], np.int32)],
        ),
        Case(
            "cross-entropy of labels",
            lambda x, i: jax.value_and_grad(lambda x: -jnp.take_along_axis(x, i[:, None], 1).sum())(
                x
            ),
            [matrix, whole(0, 4, 5)],
        ),
        *(
            Case(
                f"scatter: {name}",
                lambda x, i, u, name=name: getattr(x.at[i], name)(u),
                [matrix, index, normal(6, 4)],
            )
            for name in ("set", "add", "subtract", "multiply", "min", "max")
        ),
        Case(
            "scatter, clipped",
            lambda x, i, u: x.at[i].add(u, mode="clip"),
            [matrix, index, normal(6, 4)],
        ),
        Case(
            "scatter of pairs",
            lambda x, p, u: x.at[p[:, 0], p[:, 1]].add(u),
            [matrix, tall, normal(3)],
        ),
        Case("scatter of one number", lambda x, p: x.at[p[:, 0]].set(1.5), [matrix, tall]),
        Case(
            "batched scatter",
            jax.vmap(lambda x, i, u: x.at[i].add(u)),
            [matrix, whole(0, 4, 5, 3), normal(5, 3)],
        ),
        Case(
            "searchsorted",
            lambda x, y: [jnp.searchsorted(x, y, side=side) for side in ("left", "right")],
            [np.sort(EDGES), np.concatenate([EDGES, SUBNORMALS])],
        ),
        Case(
            "dynamic_slice",
            lambda x, i: lax.dynamic_slice(x, (i[0], i[1]), (2, 3)),
            [matrix, np.array([4, -1], np.int32)],
        ),
        Case(
            "dynamic_update_slice",
            lambda x, u, i: lax.dynamic_update_slice(x, u, (i[0], i[1])),
            [matrix, normal(2, 3), np.array([9, 1], np.int32)],
        ),
    ]


def loops() -> list[Case]:  # noqa: C901 - a list of functions
    """Return functions with loops and branches."""
    start, many = normal(3), normal(6, 3)

    def fibonacci(x: Any) -> Any:
        return lax.fori_loop(0, 10, lambda _, pair: (pair[1], pair[0] + pair[1]), (x, x + 1))

    def halved(x: Any) -> Any:
        return lax.while_loop(
            lambda c: c[0].max() > 1, lambda c: (c[0] / 2, c[1] + 1, c[2]), (x, 0, x)
        )

    def rotated(x: Any, many: Any) -> Any:
        def body(carry: Any, row: Any) -> Any:
            return (carry[1], carry[0] * row), (carry[0], row + carry[1])

        return lax.scan(body, (x, x + 1), many), lax.scan(body, (x, x - 1), many, reverse=True)

    def nested(x: Any) -> Any:
        def outer(i: Any, x: Any) -> Any:
            return lax.fori_loop(0, i, lambda j, x: x + F(0.25) * j, x)

        return lax.fori_loop(0, 5, outer, x)

    def chosen(i: Any, x: Any) -> Any:
        branches = [lambda x: (x, x[::-1]), lambda x: (x * 2, x), lambda x: (x - 1, jnp.ones(3, F))]
        return [lax.switch(i[k], branches, x) for k in range(4)]

    def differentiated(x: Any, many: Any) -> Any:
        def loss(x: Any) -> Any:
            return lax.scan(lambda c, row: (c * row + 1, c.sum()), x, many)[1].sum()

        return jax.value_and_grad(loss)(x)

    def condition(x: Any) -> Any:
        return lax.cond(x[0] > 0, lambda x: x * 3, lambda x: -x, x), jax.checkpoint(
            lambda x: x * x
        )(x)

    return [
        Case("swapped in a loop", fibonacci, [start]),
        Case("while", halved, [np.abs(start) * F(1000)]),
        Case("scan", rotated, [start, many]),
        Case("nested loops", nested, [start]),
        Case("switch", chosen, [np.array([-5, 0, 1, 9], np.int32), start]),
        Case("gradient of a scan", differentiated, [start, many]),
        Case("cond", condition, [start]),
    ]


_FAR_FROM_0 = 64
"""Units in the last place, for losses that add what exp, tanh and such differ by."""


def losses() -> list[Case]:
    """Return losses as people write them, with their gradients."""
    names = (*common_losses.LOSSES, *common_losses.FORWARD)
    start = common_losses.START
    return [Case(n, common_losses.with_gradient(n), [start], _FAR_FROM_0) for n in names]


FILES = {
    "unary": unary,
    "binary": binary,
    "wholes": wholes,
    "arrays": arrays,
    "indexing": indexing,
    "loops": loops,
    "losses": losses,
}


@functools.cache
def cases() -> dict[str, list[Case]]:
    """Return all cases, by the file they are in."""
    return {name: make() for name, make in FILES.items()}


def as_text(written: Sequence[dict[str, Any]]) -> str:
    """Return cases as JSON with one a line."""
    lines = ",\n".join(json.dumps(each, separators=(",", ":"), allow_nan=False) for each in written)
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file, each in cases().items():
        text = as_text([case.written() for case in each])
        (FOLDER / f"{file}.json").write_text(text, encoding="utf-8")
        sys.stdout.write(f"{file}: {len(each)} cases, {len(text):,} bytes\n")
