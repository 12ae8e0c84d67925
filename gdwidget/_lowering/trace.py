"""Functions as programs that a page can run: traced by jax, written as compact JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax import lax
from jax.extend.core import ClosedJaxpr, Literal, jaxpr_as_fun

from gdwidget._core.costs import inner_programs
from gdwidget._core.exactness import in_32_bits
from gdwidget._core.versions import scan_counts
from gdwidget._lowering import attributes
from gdwidget._lowering.builder import NotPortableError, Value, Writer, dtype_letter
from gdwidget._lowering.elementwise import PRIMITIVES, of_cpu
from gdwidget._lowering.equations import Step
from gdwidget._lowering.reduce_gather import CONTRACTIONS
from gdwidget._lowering.shape_ops import MOVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jax.extend.core import Jaxpr

__all__ = ["NotPortableError", "dtype_letter", "traced"]

_KNOWN = PRIMITIVES | MOVES | CONTRACTIONS

_INLINED = {
    "jit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "remat2": "jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
}

_TABLE = "which the browser's table of operations does not have."
_REASONS = {
    "callback": "it calls back into Python ({}), and a page has no Python.",
    "debug_print": "it prints from Python ({}), and a page has no Python.",
    "random": "it draws random numbers ({}), which the browser cannot repeat.",
    "rng": "it draws random numbers ({}), which the browser cannot repeat.",
    "threefry": "it draws random numbers ({}), which the browser cannot repeat.",
    "conv_general": f"it uses a convolution ({{}}), {_TABLE}",
    "fft": f"it uses a Fourier transform ({{}}), {_TABLE}",
}
_LINEAR_ALGEBRA = frozenset(
    [
        "cholesky",
        "custom_linear_solve",
        "eig",
        "eigh",
        "householder_product",
        "lu",
        "lu_pivots_to_permutation",
        "qr",
        "schur",
        "svd",
        "triangular_solve",
        "tridiagonal_solve",
    ]
)


def traced(function: Callable[..., Any], *examples: Any) -> dict[str, Any]:
    """Return a function of arrays as a program, in JSON.

    Parameters
    ----------
    function : callable
        Takes arrays, and returns a sequence of arrays; traced by jax.
    *examples : array_like or jax.ShapeDtypeStruct
        Shape and dtype of each argument.

    Raises
    ------
    NotPortableError
        If it uses what the browser does not have.

    Examples
    --------
    >>> import numpy as np
    >>> traced(lambda W: [(W * 3 - 5) ** 2], np.float32(8))["e"]
    [['mul', [0, 1], 'f'], ['sub', [3, 2], 'f'], ['mul', [4, 4], 'f']]
    """
    if jax.config.jax_enable_x64:  # type: ignore[attr-defined]
        _refuse_doubles(jax.make_jaxpr(function)(*examples).jaxpr)
    with in_32_bits():
        return _program(jax.make_jaxpr(function)(*examples))


def typed(shape: tuple[int, ...], dtype: Any) -> jax.ShapeDtypeStruct:
    """Return an example for `traced` that has no numbers."""
    return jax.ShapeDtypeStruct(shape, dtype)  # type: ignore[no-untyped-call]


def _refuse_doubles(jaxpr: Jaxpr) -> None:
    """Raise if it computes with float64 on purpose; Python's own numbers give way to others."""
    results = [var for equation in jaxpr.eqns for var in equation.outvars]
    for var in (*jaxpr.constvars, *jaxpr.invars, *results):
        if _dtype(var) == np.float64 and not getattr(var.aval, "weak_type", False):
            dtype_letter(np.dtype(np.float64))
    for equation in jaxpr.eqns:
        for inner in inner_programs(equation):
            _refuse_doubles(inner)


def _program(closed: ClosedJaxpr) -> dict[str, Any]:
    writer = Writer()
    jaxpr = closed.jaxpr
    arguments = [writer.input(_dtype(var), _shape(var)) for var in jaxpr.invars]
    values = _inline(writer, jaxpr, closed.consts, arguments)
    shapes = [_shape(var) for var in jaxpr.outvars]
    return writer.program(list(zip(values, shapes, strict=True)))


def _inline(
    writer: Writer, jaxpr: Jaxpr, consts: Iterable[Any], arguments: Sequence[Value]
) -> list[Value]:
    known: dict[Any, Value] = {}

    def read(atom: Any) -> Value:
        if isinstance(atom, Literal):
            return writer.constant(np.asarray(atom.val, _dtype(atom)))
        return known[atom]

    known.update(zip(jaxpr.constvars, map(writer.constant, consts), strict=True))
    known.update(zip(jaxpr.invars, arguments, strict=True))
    for equation in _needed(jaxpr):
        operands = [read(atom) for atom in equation.invars]
        results = _written(writer, equation, operands)
        known.update(zip(equation.outvars, results, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _needed(jaxpr: Jaxpr) -> list[Any]:
    """Return the equations on which results depend; those with effects are kept as well."""
    needed = {atom for atom in jaxpr.outvars if not isinstance(atom, Literal)}
    kept = []
    for equation in reversed(jaxpr.eqns):
        if equation.effects or any(var in needed for var in equation.outvars):
            kept.append(equation)
            needed.update(atom for atom in equation.invars if not isinstance(atom, Literal))
    return kept[::-1]


def _written(writer: Writer, equation: Any, operands: list[Value]) -> Sequence[Value]:
    name = equation.primitive.name
    params = equation.params
    if name in _INLINED or name in _LOOPS or name in _KNOWN:
        attributes.check(name, params)
    if name in _INLINED:
        inner = params[_INLINED[name]]
        jaxpr, consts = (inner, ()) if not hasattr(inner, "jaxpr") else (inner.jaxpr, inner.consts)
        return _inline(writer, jaxpr, consts, operands)
    rewritten = _rewritten(equation)
    if rewritten is not None:
        closed, taken = rewritten
        return _inline(writer, closed.jaxpr, closed.consts, [operands[each] for each in taken])
    types = [(dtype_letter(_dtype(var)), _shape(var)) for var in equation.outvars]
    if name in _LOOPS:
        whole = [
            writer.whole(value, _size(atom))
            for value, atom in zip(operands, equation.invars, strict=True)
        ]
        sizes = [
            (letter, _size(var)) for (letter, _), var in zip(types, equation.outvars, strict=True)
        ]
        return writer.emit_all(name, whole, sizes, _LOOPS[name](params))
    if name not in _KNOWN:
        raise NotPortableError(_reason(name))
    shapes = [_shape(atom) for atom in equation.invars]
    return _KNOWN[name](Step(writer, name, operands, shapes, types, params))


def _rewritten(equation: Any) -> tuple[ClosedJaxpr, range] | None:
    """Return what stands for a loop or branch as jax compiles it, and the operands it takes."""
    name, params, count = equation.primitive.name, equation.params, len(equation.invars)
    if name == "cond" and params.get("branches_platforms") is not None:
        return params["branches"][of_cpu(params["branches_platforms"])], range(1, count)
    if name == "while" and params["cond_jaxpr"].out_avals[0].shape:
        examples = [typed(_shape(a), _dtype(a)) for a in equation.invars]
        return jax.make_jaxpr(_one_loop(params))(*examples), range(count)
    return None


def _one_loop(params: Any) -> Callable[..., Any]:
    """Return many loops side by side as one, in which those that have ended stay as they are."""
    goes, turned = jaxpr_as_fun(params["cond_jaxpr"]), jaxpr_as_fun(params["body_jaxpr"])
    before, within = params["cond_nconsts"], params["body_nconsts"]

    def loop(*operands: Any) -> Any:
        constants = operands[:before], operands[before : before + within]

        def going(carry: Any) -> Any:
            return goes(*constants[0], *carry)[0]

        def turn(carry: Any) -> Any:
            kept = going(carry)
            return [
                lax.select(lax.broadcast_in_dim(kept, new.shape, range(kept.ndim)), new, old)
                for new, old in zip(turned(*constants[1], *carry), carry, strict=True)
            ]

        start = list(operands[before + within :])
        return lax.while_loop(lambda carry: going(carry).any(), turn, start)

    return loop


def _reason(name: str) -> str:
    if name in _LINEAR_ALGEBRA:
        return f"it uses linear algebra ({name}), {_TABLE}"
    for part, reason in _REASONS.items():
        if part in name:
            return reason.format(name)
    return f"it uses {name}, {_TABLE}"


def _while(params: Any) -> list[Any]:
    bodies = [_program(params[name]) for name in ("cond_jaxpr", "body_jaxpr")]
    return [*bodies, params["cond_nconsts"], params["body_nconsts"]]


def _scan(params: Any) -> list[Any]:
    body = _program(params["jaxpr"])
    return [body, params["length"], *scan_counts(params), int(params["reverse"])]


def _cond(params: Any) -> list[Any]:
    return [_program(branch) for branch in params["branches"]]


_LOOPS: dict[str, Callable[[Any], list[Any]]] = {"while": _while, "scan": _scan, "cond": _cond}


def _dtype(atom: Any) -> Any:
    return getattr(atom.aval, "dtype", type(atom.aval).__name__)


def _shape(atom: Any) -> tuple[int, ...]:
    shape = getattr(atom.aval, "shape", ())
    if not all(isinstance(size, int) for size in shape):
        raise NotPortableError("it has arrays whose shape is not known beforehand.")
    return tuple(shape)


def _size(atom: Any) -> int:
    return int(atom.aval.size)
