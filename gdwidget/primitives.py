"""The primitives of jax that a page can compute, and how each is written down.

What only moves numbers becomes a ``view``; what jax makes of smaller operations (powers,
clamping) becomes those, in its order, so that the page rounds as often as jax does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget.written import NotPortableError, Value, Writer, strides_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Step:
    """One equation of a jaxpr.

    Attributes
    ----------
    writer : Writer
        Where it is to be written.
    name : str
        Of the primitive.
    operands : list of Value
    shapes : list of tuple of int
        Of the operands.
    types : list of (str, tuple of int)
        Letter and shape of each result.
    params : mapping
        The primitive's own.
    """

    writer: Writer
    name: str
    operands: list[Value]
    shapes: list[tuple[int, ...]]
    types: list[tuple[str, tuple[int, ...]]]
    params: Any

    @property
    def letter(self) -> str:
        """The dtype of the first result."""
        return self.types[0][0]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the first result."""
        return self.types[0][1]

    @property
    def size(self) -> int:
        """The size of the first result."""
        return math.prod(self.shape)

    def whole(self, index: int) -> Value:
        """Return an operand with all its numbers."""
        return self.writer.whole(self.operands[index], math.prod(self.shapes[index]))

    def uniform(self, index: int = 0) -> bool:
        """Whether an operand is one number, or stands for equal ones."""
        return self.operands[index].size == 1

    def refuse(self, what: str) -> NotPortableError:
        """Return the error that says what of this primitive a page does not have."""
        return NotPortableError(
            f"it uses {self.name} {what}, which the browser's table of operations does not have."
        )


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
        "log",
        "log1p",
        "logistic",
        "lt",
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


def _elementwise(step: Step) -> list[Value]:
    operands = [_spread(step, index) for index in range(len(step.operands))]
    if step.params.get("out_dtype") not in (None, "float32", "int32", "uint32"):
        raise step.refuse(f"with a result of {step.params['out_dtype']}")
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


def _moved(step: Step, offset: int, strides: Sequence[int]) -> list[Value]:
    if step.uniform():
        return step.operands[:1]
    return [step.writer.view(step.operands[0], offset, list(zip(step.shape, strides, strict=True)))]


def _broadcast(step: Step) -> list[Value]:
    shape = step.shapes[0]
    strides = [0] * len(step.shape)
    for axis, size, stride in zip(
        step.params["broadcast_dimensions"], shape, strides_of(shape), strict=True
    ):
        strides[axis] = 0 if size == 1 else stride
    return _moved(step, 0, strides)


def _reshape(step: Step) -> list[Value]:
    if step.name == "reshape" and step.params["dimensions"] is not None:
        raise step.refuse("with another order of axes")
    return step.operands[:1]


def _transpose(step: Step) -> list[Value]:
    strides = strides_of(step.shapes[0])
    return _moved(step, 0, [strides[axis] for axis in step.params["permutation"]])


def _rev(step: Step) -> list[Value]:
    strides = strides_of(step.shape)
    offset = 0
    for axis in step.params["dimensions"]:
        offset += max(step.shape[axis] - 1, 0) * strides[axis]
        strides[axis] = -strides[axis]
    return _moved(step, offset, strides)


def _slice(step: Step) -> list[Value]:
    strides = strides_of(step.shapes[0])
    starts = step.params["start_indices"]
    steps = step.params["strides"] or [1] * len(strides)
    offset = sum(start * stride for start, stride in zip(starts, strides, strict=True))
    return _moved(step, offset, [s * stride for s, stride in zip(steps, strides, strict=True)])


def _split(step: Step) -> list[Value]:
    if step.uniform():
        return step.operands * len(step.types)
    axis, strides = step.params["axis"], strides_of(step.shapes[0])
    parts, offset = [], 0
    for _, shape in step.types:
        dims = list(zip(shape, strides, strict=True))
        parts.append(step.writer.view(step.operands[0], offset * strides[axis], dims))
        offset += shape[axis]
    return parts


def _unstack(step: Step) -> list[Value]:
    if step.uniform():
        return step.operands * len(step.types)
    strides = strides_of(step.shapes[0])
    apart = strides.pop(step.params["axis"])
    dims = list(zip(step.shape, strides, strict=True))
    count = range(len(step.types))
    return [step.writer.view(step.operands[0], index * apart, dims) for index in count]


def _tile(step: Step) -> list[Value]:
    if step.uniform():
        return step.operands
    shape = step.shapes[0]
    repeats = step.params["reps"]
    if len(repeats) != len(shape):
        raise step.refuse("with other numbers of axes")
    dims = [
        dim
        for repeat, size, stride in zip(repeats, shape, strides_of(shape), strict=True)
        for dim in ((repeat, 0), (size, stride))
    ]
    return [step.writer.view(step.operands[0], 0, dims)]


def _concatenate(step: Step) -> list[Value]:
    """Join arrays along an axis, or along one that is new: both look the same in memory."""
    parts = [step.whole(index) for index in range(len(step.operands))]
    axis = step.params["axis" if step.name == "stack" else "dimension"]
    outer = math.prod(step.shape[:axis])
    if len(parts) == 1:
        return parts
    return [step.writer.emit("concatenate", parts, step.letter, step.size, outer)]


def _pad(step: Step) -> list[Value]:
    """Cut off what negative padding takes away, then place the rest in a filled array."""
    value, fill = step.operands
    if value is fill:
        return [fill]
    within = strides_of(step.shapes[0])
    onto = strides_of(step.shape)
    offset, place, cut, dims = 0, 0, [], []
    for axis, (low, _, interior) in enumerate(step.params["padding_config"]):
        apart = interior + 1
        first = max(0, -(low // apart)) if low < 0 else 0
        last = (step.shape[axis] - 1 - low) // apart
        count = max(0, min(step.shapes[0][axis] - 1, last) - first + 1)
        offset += first * within[axis]
        place += (low + first * apart) * onto[axis]
        cut.append((count, 0 if step.uniform() else within[axis]))
        dims += [count, apart * onto[axis]]
    if 0 in dims[::2]:
        return [fill]
    inner = step.writer.view(value, 0 if step.uniform() else offset, cut)
    return [step.writer.emit("pad", [inner, fill], step.letter, step.size, [place, *dims])]


def _iota(step: Step) -> list[Value]:
    axis = step.params["dimension"]
    strides = [int(each == axis) for each in range(len(step.shape))]
    numbers = step.writer.emit("iota", [], step.letter, step.shape[axis])
    return [step.writer.view(numbers, 0, list(zip(step.shape, strides, strict=True)))]


PRIMITIVES: dict[str, Callable[[Step], Sequence[Value]]] = {
    **dict.fromkeys(ELEMENTWISE, _elementwise),
    "add_any": _add_any,
    "broadcast_in_dim": _broadcast,
    "clamp": _clamp,
    "concatenate": _concatenate,
    "convert_element_type": _convert,
    "copy": _same,
    "copy_p": _same,
    "expand_dims": _reshape,
    "integer_pow": _integer_pow,
    "iota": _iota,
    "optimization_barrier": _same,
    "pad": _pad,
    "pow": _pow,
    "reduce_precision": _reduce_precision,
    "reshape": _reshape,
    "rev": _rev,
    "round": _round,
    "select_n": _select,
    "slice": _slice,
    "split": _split,
    "square": _square,
    "squeeze": _reshape,
    "stack": _concatenate,
    "stop_gradient": _same,
    "tile": _tile,
    "transpose": _transpose,
    "unstack": _unstack,
}
"""How to write each primitive that works on single numbers, or only moves them."""
