"""Programs as they are written down for a page: arrays, constants, equations.

A program is JSON: ``i`` are the types of its inputs, ``c`` its constants (type, and a number
or base64), ``e`` its equations (name, operands, type of the result, parameters), ``o`` the
number and type of each output. A type is a letter and dimensions, such as ``"f6,2"``; an
equation needs no more than the size. Inputs, constants and results are numbered in this order.
"""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LETTERS = {"float32": "f", "int32": "i", "uint32": "u", "bool": "b"}
"""The dtypes that a page computes with, and the letter of each."""

MOST_NUMBERS = 100_000
"""How many numbers travel with a page: data, parameters, and what its programs hold."""

TRAVEL = f"up to {MOST_NUMBERS:,} travel with a page"

_STORED = {"f": "<f4", "i": "<i4", "u": "<u4", "b": "u1"}


class NotPortableError(ValueError):
    """A function that a page cannot compute; the message is a sentence that says why."""


def dtype_letter(dtype: object) -> str:
    """Return the letter of a dtype.

    Raises
    ------
    NotPortableError
        If a page does not compute with it.

    Examples
    --------
    >>> dtype_letter(np.dtype("float32"))
    'f'
    """
    name = str(dtype)
    if name not in LETTERS:
        kept = "float32, int32, uint32 and bool"
        raise NotPortableError(f"it computes with {name}, and the browser with {kept} only.")
    return LETTERS[name]


@dataclass(eq=False, frozen=True)
class Value:
    """An array of a program; one of size 1 also stands for a larger one of equal numbers.

    Attributes
    ----------
    letter : str
        Its dtype.
    size : int
        How many numbers it holds.
    number : numpy.ndarray or None
        What it holds, if that is a constant.
    """

    letter: str
    size: int
    number: NDArray[Any] | None = None


@dataclass(eq=False, frozen=True)
class _Equation:
    name: str
    operands: tuple[Value, ...]
    results: tuple[Value, ...]
    params: Any


@dataclass
class Writer:
    """A program that is being written; what was written before is not written again."""

    _inputs: list[tuple[Value, tuple[int, ...]]] = field(default_factory=list)
    _constants: dict[tuple[str, bytes], Value] = field(default_factory=dict)
    _equations: list[_Equation] = field(default_factory=list)
    _known: dict[Any, tuple[Value, ...]] = field(default_factory=dict)

    def input(self, dtype: object, shape: Sequence[int]) -> Value:
        """Return a new input."""
        value = Value(dtype_letter(dtype), math.prod(shape))
        self._inputs.append((value, tuple(shape)))
        return value

    def constant(self, given: Any) -> Value:
        """Return a constant; if all its numbers are equal, only one is kept.

        Raises
        ------
        NotPortableError
            If it alone is more than travels with a page.
        """
        array = np.asarray(given)
        letter = dtype_letter(array.dtype)
        flat = np.ravel(array).astype(_STORED[letter])
        bits = flat.view(f"u{flat.itemsize}")
        if flat.size > 1 and (bits == bits[0]).all():
            flat = flat[:1]
        if flat.size > MOST_NUMBERS:
            raise NotPortableError(f"it closes over {flat.size:,} numbers; {TRAVEL}.")
        key = (letter, flat.tobytes())
        if key not in self._constants:
            self._constants[key] = Value(letter, flat.size, flat)
        return self._constants[key]

    def emit(
        self, name: str, operands: Sequence[Value], letter: str, size: int, params: Any = None
    ) -> Value:
        """Write an equation with one result, and return that."""
        return self.emit_all(name, operands, [(letter, size)], params)[0]

    def emit_all(
        self,
        name: str,
        operands: Sequence[Value],
        types: Sequence[tuple[str, int]],
        params: Any = None,
    ) -> tuple[Value, ...]:
        """Write an equation with several results, and return them."""
        text = json.dumps(params, default=int, allow_nan=False)
        key = (name, tuple(map(id, operands)), tuple(types), text)
        if key not in self._known:
            results = tuple(Value(letter, size) for letter, size in types)
            self._equations.append(_Equation(name, tuple(operands), results, json.loads(text)))
            self._known[key] = results
        return self._known[key]

    def view(self, value: Value, offset: int, dims: Sequence[tuple[int, int]]) -> Value:
        """Return the numbers of ``value`` from ``offset`` on, by (size, stride) of each axis."""
        merged = merged_axes(dims)
        size = math.prod(size for size, _ in merged)
        if size == value.size and offset == 0 and merged in ([], [(size, 1)]):
            return value
        return self.emit("view", [value], value.letter, size, flattened(offset, merged))

    def whole(self, value: Value, size: int) -> Value:
        """Return ``value`` with all its numbers, if it only stands for them."""
        return value if value.size == size else self.view(value, 0, [(size, 0)])

    def program(self, outputs: Sequence[tuple[Value, tuple[int, ...]]]) -> dict[str, Any]:
        """Return the program with these outputs; what they do not need is left out.

        Parameters
        ----------
        outputs : sequence of (Value, shape)
        """
        whole = [(self.whole(value, math.prod(shape)), shape) for value, shape in outputs]
        needed = {id(value) for value, _ in whole}
        kept = []
        for equation in reversed(self._equations):
            if any(id(result) in needed for result in equation.results):
                kept.append(equation)
                needed.update(map(id, equation.operands))
        kept.reverse()
        constants = [value for value in self._constants.values() if id(value) in needed]
        values = [value for value, _ in self._inputs] + constants
        values += [result for equation in kept for result in equation.results]
        numbers = {id(value): number for number, value in enumerate(values)}
        return {
            "i": [_type(value, shape) for value, shape in self._inputs],
            "c": [[_type(value), _written(value)] for value in constants],
            "e": [_equation(equation, numbers) for equation in kept],
            "o": [[numbers[id(value)], _type(value, shape)] for value, shape in whole],
        }


def constants_of(part: Any) -> int:
    """Return how many numbers programs hold as constants, those within loops included.

    Parameters
    ----------
    part : object
        JSON that has programs somewhere in it.

    Examples
    --------
    >>> program = {"i": [], "c": [["f6", "..."], ["f", 3.0]], "e": [], "o": []}
    >>> constants_of({"loss": program, "samples": 12})
    7
    """
    if isinstance(part, dict):
        own = sum(int(type_[1:] or 1) for type_, _ in part["c"]) if "c" in part else 0
        return own + sum(constants_of(each) for name, each in part.items() if name != "c")
    if isinstance(part, list):
        return sum(constants_of(each) for each in part)
    return 0


def merged_axes(dims: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same axes, those that follow each other in memory as one.

    Examples
    --------
    >>> merged_axes([(2, 3), (1, 7), (3, 1)])
    [(6, 1)]
    """
    merged: list[tuple[int, int]] = []
    for size, stride in dims:
        if size == 1:
            continue
        if merged and merged[-1][1] == size * stride:
            merged[-1] = (merged[-1][0] * size, stride)
        else:
            merged.append((size, stride))
    return merged


def flattened(first: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return one list of numbers."""
    return [first, *(number for pair in pairs for number in pair)]


def strides_of(shape: Sequence[int]) -> list[int]:
    """Return how far apart neighbours of each axis are.

    Examples
    --------
    >>> strides_of((2, 3, 4))
    [12, 4, 1]
    """
    return [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]


def _type(value: Value, shape: Sequence[int] | None = None) -> str:
    dims = (value.size,) if shape is None else shape
    return value.letter + (
        "" if tuple(dims) == (1,) and shape is None else ",".join(map(str, dims))
    )


def _equation(equation: _Equation, numbers: dict[int, int]) -> list[Any]:
    types = [_type(result) for result in equation.results]
    operands = [numbers[id(operand)] for operand in equation.operands]
    entry = [equation.name, operands, types if len(types) != 1 else types[0]]
    return entry if equation.params is None else [*entry, equation.params]


def _written(value: Value) -> float | str:
    numbers = value.number
    assert numbers is not None  # noqa: S101 - for mypy; only called with constants
    if numbers.size == 1 and np.isfinite(numbers[0]):
        if value.letter != "f":
            return int(numbers[0])
        short = float(str(numbers[0]))
        # Read as float64 and rounded, the short form is the same number but for rare ties.
        return short if np.float32(short) == numbers[0] else float(numbers[0])
    return base64.b64encode(numbers.tobytes()).decode("ascii")
