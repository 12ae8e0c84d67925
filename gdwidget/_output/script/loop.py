"""The loop of a script: what it starts from, and what it prints."""

from __future__ import annotations

import inspect
import json
from textwrap import indent
from typing import TYPE_CHECKING

import jax
import numpy as np

from gdwidget._core import auxiliary, optimizers
from gdwidget._output.script.literals import UnwritableError
from gdwidget._output.script.template import filled
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdwidget._core.descent import Descent
    from gdwidget._core.problem import Problem
    from gdwidget._history.run import Run
    from gdwidget._output.script.source import Sources

_MOST_SHOWN = 16
_MOST_LINES = 20
_INDENT = "    "
_LOCALS = ("step", "rate", "rates", "loss_value", "aux", "gradient", "opt_state", "order", "batch")


class Loop:
    """The script's function `main`.

    Parameters
    ----------
    run : Run
        What it repeats.
    sources : Sources
        The definitions before it.
    names : mapping of str to str
        What the template's names of what stands before it are.

    Attributes
    ----------
    constants : list of str
        Definitions of what is too long to stand in it.
    """

    def __init__(self, run: Run, sources: Sources, names: Mapping[str, str]) -> None:
        self._run, self._sources = run, sources
        self._problem, self._start = run.descent.problem, run.start.params
        self.constants: list[str] = []
        used = {*names.values(), "numpy", "jax", "print", "enumerate"}
        self._arguments = {each: _fresh(each, used) for each in _arguments(self._problem)}
        learning = [self._arguments[name] for name in self._problem.learning]
        comma = "," if len(learning) == 1 else ""
        single = isinstance(self._problem.argnums, int)
        self._names = {
            **names,
            **{each: _fresh(each, used) for each in _LOCALS},
            "arguments": ", ".join(self._arguments.values()),
            "tree": learning[0] if single else f"({', '.join(learning)}{comma})",
        }

    def text(self, rates: str) -> str:
        """Return the function.

        Parameters
        ----------
        rates : str
            An expression for the learning rates.
        """
        run = self._run
        begin = [f"{local} = {self._value(name)}" for name, local in self._arguments.items()]
        if not run.descent.optimizer.plain:
            begin.append(self._filled("opt_state"))
        loop = [self._step()]
        if batches := run.batches:
            fixed = {name: getattr(batches, name) for name in ("count", "seed", "samples", "size")}
            loop.insert(0, self._filled("batch", **fixed))
        text = self._filled(
            "main",
            begin=indent("\n".join(begin), _INDENT),
            all_rates=rates,
            loop=indent("\n".join(loop), 2 * _INDENT),
        )
        last = self._last()
        return f"{text}\n{indent(last, _INDENT)}" if last else text

    def _filled(self, piece: str, **more: object) -> str:
        return filled(piece, {**self._names, **more})

    @property
    def _is_shown(self) -> bool:
        """Whether all numbers that learn are printed: few of them, and no nested ones."""
        learning = [self._start[name] for name in self._problem.learning]
        plain = all(is_array(value) and np.ndim(value) <= 1 for value in learning)
        return plain and self._problem.parameters.count <= _MOST_SHOWN

    def _step(self) -> str:
        taken = f"{self._gradient()}\n{self._filled(f'move{by(self._run.descent)}')}"
        if self._is_shown:
            return self._shown(taken, "_new")
        return self._filled("told", taken=taken, at=self._names["step"], noted=self._noted())

    def _last(self) -> str:
        """Return what follows the last step."""
        if self._run.batches:
            whole = "[0]" if self._problem.has_aux else ""
            return self._filled("loss on all data", whole=whole)
        if not self._is_shown:
            at = f"{self._names['step']} + 1"
            return self._filled("told", taken=self._gradient(), at=at, noted=self._noted())
        if self._run.status == "converged":
            return self._filled("at rest", shown=self._shown(self._gradient(), ""))
        return ""

    def _shown(self, taken: str, suffix: str) -> str:
        old, new = self._printed("_old"), self._printed(suffix)
        return self._filled("shown", old=old, taken=taken, new=new, noted=self._noted())

    def _gradient(self) -> str:
        given = list(self._arguments.values())
        if self._run.batches:
            first = len(self._start)
            pairs = zip(given[first:], self._problem.arrays, strict=True)
            given[first:] = [self._rows(local, data) for local, data in pairs]
        piece = "loss, aux and gradient" if self._problem.has_aux else "loss and gradient"
        return self._filled(piece, arguments=", ".join(given))

    def _noted(self) -> str:
        """Return lines that print the numbers which the loss returns beside its value."""
        problem = self._problem
        shapes = jax.eval_shape(problem.aux, problem.given(), problem.data)
        read = auxiliary.expressions(shapes, self._names["aux"])
        named = zip(problem.aux_columns, read, strict=True)
        return "\n".join(f"print({json.dumps(name + ' is ')}, {number})" for name, number in named)

    def _rows(self, local: str, data: object) -> str:
        """Return an expression for the rows of an argument that are in the batch."""
        batch = self._names["batch"]
        if is_array(data):
            return f"{local}[{batch}]"
        return f"jax.tree.map(lambda rows: rows[{batch}], {local})"

    def _printed(self, suffix: str) -> str:
        learning = self._problem.learning
        stars = {name: "*" if np.ndim(self._start[name]) else "" for name in learning}
        return "\n".join(
            f'print("{name}{suffix}", {stars[name]}{self._arguments[name]})' for name in learning
        )

    def _value(self, name: str) -> str:
        """Return the text of a starting value or of data; what is long goes elsewhere."""
        values = (*self._start.values(), *self._problem.arrays)
        given = dict(zip(self._arguments, values, strict=True))
        value = jax.tree.map(lambda leaf: np.asarray(leaf) if is_array(leaf) else leaf, given[name])
        argument = "params" if name in self._start else "data"
        text = written(self._sources, argument, value, name)
        if text.count("\n") <= _MOST_LINES:
            return text
        constant = self._sources.fresh(name.upper())
        self.constants.append(f"{constant} = {text}\n")
        return constant


def by(descent: Descent) -> str:
    """Return what the template's names of an update end in: what makes it."""
    if descent.optimizer.plain:
        return ""
    custom = descent.optimizer.name == optimizers.CUSTOM
    return " by a custom optimizer" if custom else " by optax"


def written(sources: Sources, argument: str, value: object, shown: object) -> str:
    """Return text for a value.

    Raises
    ------
    ArgumentError
        If there is none; it says why.
    """
    try:
        return sources.expression(value, argument)
    except (UnwritableError, RecursionError) as error:
        accepted = "what can be written with numpy, jax and optax"
        raise ArgumentError(argument, shown, accepted, str(error)) from error


def is_array(value: object) -> bool:
    """Return whether a parameter is one array or number, and no pytree of them.

    Examples
    --------
    >>> is_array(np.float32(1)), is_array([np.float32(1)])
    (True, False)
    """
    return isinstance(value, (np.ndarray, np.generic, jax.Array))


def _arguments(problem: Problem) -> list[str]:
    """Return the names of the loss's arguments: parameters, then data."""
    arguments = inspect.signature(problem.loss).parameters.values()
    names = [each.name for each in arguments if each.kind is not each.VAR_POSITIONAL]
    count = len(problem.names) + len(problem.arrays)
    others = [f"data{index}" for index in range(count)]
    return [*problem.names, *(names + others)[len(problem.names) : count]]


def _fresh(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "_"
    taken.add(wanted)
    return wanted
