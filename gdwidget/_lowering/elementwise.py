"""The primitives of jax that a page computes number by number, and how each is written down.

What jax makes of smaller operations (powers, clamping) becomes those, in its order, so that
the page rounds as often as jax does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gdwidget._lowering.builder import strides_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gdwidget._lowering.builder import Value
    from gdwidget._lowering.equations import Step

ELEMENTWISE = frozenset(
    [
        "abs",
        "acos",
        "acosh",
        "add",
        "and",
        "asin",
        "asinh",
        "atan",
        "atan2",
        "atanh",
        "cbrt",
        "ceil",
        "cos",
        "cosh",
        "div",
        "eq",
        "eq_to",
        "erf",
        "erfc",
        "exp",
        "exp2",
        "expm1",
        "floor",
        "ge",
        "gt",
        "is_finite",
        "le",
        "le_to",
        "log",
        "log1p",
        "logistic",
        "lt",
        "lt_to",
        "max",
        "min",
        "mul",
        "ne",
        "neg",
        "nextafter",
        "not",
        "or",
        "pow",
        "rem",
        "rsqrt",
        "select_n",
        "shift_left",
        "shift_right_arithmetic",
        "shift_right_logical",
        "sign",
        "sin",
        "sinh",
        "sqrt",
        "sub",
        "tan",
        "tanh",
        "xor",
    ]
)
"""Primitives that the page has by the same name, one number at a time."""


def _spread(step: Step, index: int) -> Value:
    """Return an operand as large as the result, or of size 1; axes of size 1 are repeated."""
    value, shape = step.operands[index], step.shapes[index]
    if value.size in (1, step.size):
        return value
    strides = [0 if n == 1 else stride for n, stride in zip(shape, strides_of(shape), strict=True)]
    return step.writer.view(value, 0, list(zip(step.shape, strides, strict=True)))


def _emit(step: Step, name: str, operands: Sequence[Value], letter: str = "") -> Value:
    size = 1 if all(operand.size == 1 for operand in operands) else step.size
    return step.writer.emit(name, operands, letter or step.letter, size)


_NEUTRAL = {"add": ((0, 0), (1, 0)), "sub": ((1, 0),), "mul": ((0, 1), (1, 1))}
"""Where an operand with this number leaves the other as it is; XLA then does nothing."""


def _unchanged(step: Step, operands: Sequence[Value]) -> Value | None:
    for index, neutral in _NEUTRAL.get(step.name, ()):
        number = operands[index].number
        if number is not None and number.size == 1 and number[0] == neutral:
            return operands[1 - index]
    return None


def _elementwise(step: Step) -> list[Value]:
    operands = [_spread(step, index) for index in range(len(step.operands))]
    unchanged = _unchanged(step, operands)
    if unchanged is not None:
        return [unchanged]
    return [_emit(step, step.name, operands)]


def _same(step: Step) -> list[Value]:
    return step.operands


def _add_any(step: Step) -> list[Value]:
    return [_emit(step, "add", [_spread(step, 0), _spread(step, 1)])]


def _convert(step: Step) -> list[Value]:
    return [_converted(step, step.operands[0])]


def _converted(step: Step, value: Value) -> Value:
    if value.letter == step.letter:
        return value
    return step.writer.emit("convert", [value], step.letter, value.size)


def _pow(step: Step) -> list[Value]:
    return [_emit(step, "pow", [_converted(step, _spread(step, index)) for index in (0, 1)])]


def _square(step: Step) -> list[Value]:
    return [_emit(step, "mul", step.operands * 2)]


def _one_minus_square(step: Step) -> list[Value]:
    """Write (1 + x)(1 - x), as jax compiles what its version 0.12 has for slopes of tanh."""
    one = step.writer.constant(np.ones((), {"f": "f4", "i": "i4", "u": "u4"}[step.letter]))
    (x,) = step.operands
    return [_emit(step, "mul", [_emit(step, "add", [one, x]), _emit(step, "sub", [one, x])])]


def _integer_pow(step: Step) -> list[Value]:
    """Multiply in jax's order, each product rounded."""
    one = step.writer.constant(np.ones((), {"f": "f4", "i": "i4", "u": "u4"}[step.letter]))
    power = abs(step.params["y"])
    factor, product = step.operands[0], None
    while power:
        if power & 1:
            product = factor if product is None else _emit(step, "mul", [product, factor])
        power >>= 1
        if power:
            factor = _emit(step, "mul", [factor, factor])
    if product is None:
        return [one]
    return [product if step.params["y"] > 0 else _emit(step, "div", [one, product])]


def _clamp(step: Step) -> list[Value]:
    low, value, high = (_spread(step, index) for index in range(3))
    return [_emit(step, "min", [_emit(step, "max", [low, value]), high])]


def _select(step: Step) -> list[Value]:
    which, chosen, *others = (_spread(step, index) for index in range(len(step.operands)))
    if which.letter == "b":
        return [_emit(step, "select_n", [which, chosen, *others])] if others else [chosen]
    for number, other in enumerate(others, 1):
        least = step.writer.constant(np.int32(number))
        reached = step.writer.emit("ge", [which, least], "b", which.size)
        chosen = _emit(step, "select_n", [reached, chosen, other])
    return [chosen]


def _round(step: Step) -> list[Value]:
    away = int(step.params["rounding_method"]) == 0
    return [_emit(step, "round_away" if away else "round", step.operands)]


def _reduce_precision(step: Step) -> list[Value]:
    if (step.params["exponent_bits"], step.params["mantissa_bits"]) != (8, 23):
        raise step.refuse("to fewer bits")
    return step.operands


def _empty(step: Step) -> list[Value]:
    """Write 0, as XLA does; no result depends on it."""
    kind = {"f": np.float32, "i": np.int32, "u": np.uint32, "b": np.bool_}[step.letter]
    return [step.writer.constant(kind(0))]


def of_cpu(platforms: Sequence[Sequence[str] | None]) -> int:
    """Return which of several ways to compute is the one for processors; a page has no others.

    Examples
    --------
    >>> of_cpu([("cuda", "tpu"), ("cpu",), None])
    1
    """
    return next(place for place, names in enumerate(platforms) if names is None or "cpu" in names)


def _platform(step: Step) -> list[Value]:
    return [step.writer.constant(np.int32(of_cpu(step.params["platforms"])))]


PRIMITIVES: dict[str, Callable[[Step], Sequence[Value]]] = {
    **dict.fromkeys(ELEMENTWISE, _elementwise),
    "add_any": _add_any,
    "clamp": _clamp,
    "convert_element_type": _convert,
    "copy": _same,
    "copy_p": _same,
    "empty2": _empty,
    "integer_pow": _integer_pow,
    "optimization_barrier": _same,
    "platform_index": _platform,
    "pow": _pow,
    "reduce_precision": _reduce_precision,
    "round": _round,
    "select_n": _select,
    "one_minus_square": _one_minus_square,
    "square": _square,
    "stop_gradient": _same,
}
"""How to write each of these primitives."""
