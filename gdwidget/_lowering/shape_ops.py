"""The primitives of jax that only move numbers: most become a ``view`` of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gdwidget._lowering.builder import strides_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gdwidget._lowering.builder import Value
    from gdwidget._lowering.equations import Step


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


MOVES: dict[str, Callable[[Step], Sequence[Value]]] = {
    "broadcast_in_dim": _broadcast,
    "concatenate": _concatenate,
    "expand_dims": _reshape,
    "iota": _iota,
    "pad": _pad,
    "reshape": _reshape,
    "rev": _rev,
    "slice": _slice,
    "split": _split,
    "squeeze": _reshape,
    "stack": _concatenate,
    "tile": _tile,
    "transpose": _transpose,
    "unstack": _unstack,
}
"""How to write each of these primitives."""
