"""Primitives that make few numbers of many, and those that look numbers up by an index."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gdwidget._lowering.builder import Value, flattened, merged_axes, strides_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gdwidget._lowering.equations import Step

_WINDOW = 32
"""Up to so many numbers XLA sums in their order; of more it sums windows first."""


def _reduce(step: Step) -> list[Value]:
    if step.size == math.prod(step.shapes[0]):
        if step.name == "reduce_sum" and step.letter == "f":  # a sum begins at 0: of -0 it is 0
            zero = step.writer.constant(np.float32(0))
            return [step.writer.emit("add", [step.operands[0], zero], "f", step.size)]
        return step.operands
    sums = step.name in ("reduce_sum", "reduce_prod")
    if step.uniform() and not sums:
        return step.operands
    axes, shape, value = tuple(step.params["axes"]), step.shapes[0], step.whole(0)
    while sums and step.letter == "f" and any(shape[axis] > _WINDOW for axis in axes):
        value, shape = _windows(step, value, shape, axes)
    return [_reduced(step, value, shape, axes)]


def _windows(
    step: Step, value: Value, shape: tuple[int, ...], axes: tuple[int, ...]
) -> tuple[Value, tuple[int, ...]]:
    """Reduce windows of 32 along each of the axes, padded on both sides as XLA pads them."""
    counts, widths, lows = list(shape), [1] * len(shape), [0] * len(shape)
    for axis in axes:
        widths[axis] = min(shape[axis], _WINDOW)
        counts[axis] = -(-shape[axis] // widths[axis])
        lows[axis] = (counts[axis] * widths[axis] - shape[axis]) // 2
    padded = [count * width for count, width in zip(counts, widths, strict=True)]
    if padded != list(shape):
        strides = strides_of(padded)
        place = sum(low * stride for low, stride in zip(lows, strides, strict=True))
        dims = flattened(place, list(zip(shape, strides, strict=True)))
        nothing = step.writer.constant(np.float32(step.name == "reduce_prod"))
        size = math.prod(padded)
        value = step.writer.emit("pad", [value, nothing], step.letter, size, dims)
    split = [size for pair in zip(counts, widths, strict=True) for size in pair]
    within = tuple(2 * axis + 1 for axis in range(len(shape)))
    return _reduced(step, value, tuple(split), within), tuple(counts)


def _reduced(step: Step, value: Value, shape: tuple[int, ...], axes: tuple[int, ...]) -> Value:
    axes = tuple(axis for axis in sorted(axes) if shape[axis] != 1)
    size = math.prod(n for axis, n in enumerate(shape) if axis not in axes)
    if not axes:
        return value
    inner = math.prod(shape[axes[-1] + 1 :])
    between = [shape[axis] for axis in range(axes[0], axes[-1]) if axis not in axes]
    if any(n != 1 for n in between):
        strides = strides_of(shape)
        order = [axis for axis in range(len(shape)) if axis not in axes] + list(axes)
        value = step.writer.view(value, 0, [(shape[axis], strides[axis]) for axis in order])
        inner = 1
    return step.writer.emit(step.name, [value], step.letter, size, inner)


def _along(step: Step) -> list[Value]:
    """Write what goes along one axis: arguments of extremes."""
    (axis,) = step.params["axes"]
    inner = math.prod(step.shapes[0][axis + 1 :])
    return [step.writer.emit(step.name, [step.whole(0)], step.letter, step.size, inner)]


def _cumulate(step: Step) -> list[Value]:
    axis = step.params["axis"]
    params = [step.shape[axis], math.prod(step.shape[axis + 1 :]), int(step.params["reverse"])]
    return [step.writer.emit(step.name, [step.whole(0)], step.letter, step.size, params)]


def _dot(step: Step) -> list[Value]:
    """Write a product of matrices with the strides of each: batch, free, contracted axes."""
    contracted, batch = step.params["dimension_numbers"]
    if step.letter == "b":
        raise step.refuse("of bools")
    factors, sides = [], []
    for index in (0, 1):
        shape = step.shapes[index]
        bound = (*batch[index], *contracted[index])
        free = tuple(axis for axis in range(len(shape)) if axis not in bound)
        factor = step.whole(index)
        if factor.letter != step.letter:
            factor = step.writer.emit("convert", [factor], step.letter, factor.size)
        groups = (tuple(batch[index]), free, tuple(contracted[index]))
        factor, side = _grouped(step, factor, shape, groups)
        factors.append(factor)
        sides.append(side)
    (batches, inner), left, right = (sides[0][0], sides[0][2]), sides[0][1], sides[1][1]
    sizes = [batches[0], left[0], right[0], inner[0]]
    strides = [stride for side in sides for _, stride in side]
    return [step.writer.emit("dot", factors, step.letter, step.size, [*sizes, *strides])]


def _grouped(
    step: Step, value: Value, shape: tuple[int, ...], groups: tuple[tuple[int, ...], ...]
) -> tuple[Value, list[tuple[int, int]]]:
    """Return size and stride of each group of axes, moving the numbers if need be."""
    strides = strides_of(shape)
    merged = [merged_axes([(shape[a], strides[a]) for a in group]) for group in groups]
    if any(len(group) > 1 for group in merged):
        order = [axis for group in groups for axis in group]
        value = step.writer.view(value, 0, [(shape[a], strides[a]) for a in order])
        sizes = [math.prod(shape[axis] for axis in group) for group in groups]
        return value, list(zip(sizes, strides_of(sizes), strict=True))
    return value, [group[0] if group else (1, 0) for group in merged]


_CLAMP, _DROP = range(2)


def _mode(step: Step, *, promised: int) -> int:
    name = str(getattr(step.params["mode"], "name", step.params["mode"]))
    modes = {"CLIP": _CLAMP, "FILL_OR_DROP": _DROP, "PROMISE_IN_BOUNDS": promised}
    if name not in modes:
        raise step.refuse(f"with the mode {name}")
    return modes[name]


def _looked_up(shape: Sequence[int], starts: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """Return, for each number of an index, the last start within bounds and the stride."""
    strides = strides_of(shape)
    return [number for axis in starts for number in (shape[axis] - sizes[axis], strides[axis])]


def _gather(step: Step) -> list[Value]:
    numbers = step.params["dimension_numbers"]
    shape, sizes, strides = step.shapes[0], step.params["slice_sizes"], strides_of(step.shapes[0])
    batch = step.shapes[1][:-1]
    aside = (*numbers.collapsed_slice_dims, *numbers.operand_batching_dims)
    window = [(sizes[a], strides[a]) for a in range(len(shape)) if a not in aside]
    mode = _mode(step, promised=_CLAMP)
    operands = [step.whole(0), step.whole(1)]
    if mode == _DROP:
        operands.append(_filler(step))
    params = [
        mode,
        _looked_up(shape, numbers.start_index_map, sizes),
        _batches(
            batch, numbers.start_indices_batching_dims, numbers.operand_batching_dims, strides
        ),
        flattened(0, window)[1:],
    ]
    value = step.writer.emit("gather", operands, step.letter, step.size, params)
    # The page's result has the axes of the index first, then those of the window.
    within = list(numbers.offset_dims)
    order = [axis for axis in range(len(step.shape)) if axis not in within] + within
    return [_ordered(step, value, step.shape, order)]


def _ordered(step: Step, value: Value, shape: Sequence[int], order: Sequence[int]) -> Value:
    """Return ``value``, whose axes come in ``order``, with those of ``shape``."""
    kept = strides_of([shape[axis] for axis in order])
    strides = dict(zip(order, kept, strict=True))
    return step.writer.view(value, 0, [(n, strides[axis]) for axis, n in enumerate(shape)])


def _batches(
    batch: Sequence[int], own: Sequence[int], others: Sequence[int], strides: Sequence[int]
) -> list[int]:
    apart = [0] * len(batch)
    for axis, other in zip(own, others, strict=True):
        apart[axis] = strides[other]
    return flattened(0, list(zip(batch, apart, strict=True)))[1:]


def _filler(step: Step) -> Value:
    fill = step.params["fill_value"]
    if fill is None:
        fill = {"f": np.nan, "i": -(2**31), "u": 2**32 - 1, "b": True}[step.letter]
    dtype = {"f": np.float32, "i": np.int32, "u": np.uint32, "b": np.bool_}[step.letter]
    return step.writer.constant(np.asarray(fill, dtype))


def _scatter(step: Step) -> list[Value]:
    numbers = step.params["dimension_numbers"]
    shape, strides = step.shapes[0], strides_of(step.shapes[0])
    batch, updates = step.shapes[1][:-1], step.shapes[2]
    aside = (*numbers.inserted_window_dims, *numbers.operand_batching_dims)
    within = list(numbers.update_window_dims)
    sizes = [1] * len(shape)
    for axis, size in zip(
        [a for a in range(len(shape)) if a not in aside], [updates[a] for a in within], strict=True
    ):
        sizes[axis] = size
    window = [(sizes[a], strides[a]) for a in range(len(shape)) if a not in aside]
    order = [axis for axis in range(len(updates)) if axis not in within] + within
    own = strides_of(updates)
    moved = step.operands[2]
    if moved.size != 1:
        moved = step.writer.view(moved, 0, [(updates[axis], own[axis]) for axis in order])
    params = [
        _mode(step, promised=_DROP),
        _looked_up(shape, numbers.scatter_dims_to_operand_dims, sizes),
        _batches(
            batch, numbers.scatter_indices_batching_dims, numbers.operand_batching_dims, strides
        ),
        flattened(0, window)[1:],
    ]
    moved = step.writer.whole(moved, math.prod(updates))
    operands = [step.whole(0), step.whole(1), moved]
    name = step.name.replace("-", "_")
    return [step.writer.emit(name, operands, step.letter, step.size, params)]


def _index(step: Step, first: int) -> Value:
    starts = step.operands[first:]
    if len(starts) == 1:
        return starts[0]
    return step.writer.emit("concatenate", starts, starts[0].letter, len(starts), 1)


def _dynamic_slice(step: Step) -> list[Value]:
    shape, sizes = step.shapes[0], step.shape
    if len(step.operands) == 1 or step.uniform():
        return step.operands[:1]
    looked_up = _looked_up(shape, range(len(shape)), sizes)
    window = flattened(0, list(zip(sizes, strides_of(shape), strict=True)))[1:]
    operands = [step.whole(0), _index(step, 1)]
    params = [_CLAMP, looked_up, [], window]
    return [step.writer.emit("gather", operands, step.letter, step.size, params)]


def _dynamic_update_slice(step: Step) -> list[Value]:
    shape, sizes = step.shapes[:2]
    if len(step.operands) == 2:  # noqa: PLR2004 - an array without axes, and its update
        return step.operands[1:]
    looked_up = _looked_up(shape, range(len(shape)), sizes)
    window = flattened(0, list(zip(sizes, strides_of(shape), strict=True)))[1:]
    operands = [step.whole(0), _index(step, 2), step.whole(1)]
    params = [_CLAMP, looked_up, [], window]
    return [step.writer.emit("scatter", operands, step.letter, step.size, params)]


CONTRACTIONS: dict[str, Callable[[Step], Sequence[Value]]] = {
    **dict.fromkeys(
        ("reduce_and", "reduce_max", "reduce_min", "reduce_or", "reduce_prod", "reduce_sum"),
        _reduce,
    ),
    **dict.fromkeys(("argmax", "argmin"), _along),
    **dict.fromkeys(("cumlogsumexp", "cummax", "cummin", "cumprod", "cumsum"), _cumulate),
    **dict.fromkeys(
        ("scatter", "scatter-add", "scatter-max", "scatter-min", "scatter-mul", "scatter-sub"),
        _scatter,
    ),
    "dot_general": _dot,
    "dynamic_slice": _dynamic_slice,
    "dynamic_update_slice": _dynamic_update_slice,
    "gather": _gather,
}
"""How to write each of these primitives."""
