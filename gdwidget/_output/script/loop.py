"""The loop of a script: what it starts from, and what it prints."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING

import jax
import numpy as np

from gdwidget._core import auxiliary, optimizers
from gdwidget._output.script.literals import UnwritableError
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdwidget._core.problem import Problem
    from gdwidget._history.run import Run
    from gdwidget._output.script.source import Sources

_MOST_SHOWN = 16
_MOST_LINES = 20
_BEGINS = 'print("Loop starts -----------------------------------")'
_ENDS = 'print("Loop ends ------------------------------------")'


class Loop:
    """The script's function `main`.

    Parameters
    ----------
    run : Run
        What it repeats.
    sources : Sources
        The definitions before it.
    names : mapping of str to str
        What the functions that it calls are called: ``"value_and_grad"``, ``"update"``,
        ``"optimizer"``, ``"main"``.

    Attributes
    ----------
    constants : list of str
        Definitions of what is too long to stand in it.
    """

    def __init__(self, run: Run, sources: Sources, names: Mapping[str, str]) -> None:
        self._run, self._sources, self._names = run, sources, names
        self._problem, self._start = run.descent.problem, run.start.params
        self.constants: list[str] = []
        used = {*names.values(), "numpy", "jax", "print", "enumerate"}
        self._arguments = {each: _fresh(each, used) for each in _arguments(self._problem)}
        own = ("step", "rate", "rates", "loss_value", "aux", "gradient", "memory", "order", "batch")
        self._own = {each: _fresh(each, used) for each in own}

    def text(self, rates: str, whole_loss: str) -> str:
        """Return the function.

        Parameters
        ----------
        rates : str
            An expression for the learning rates.
        whole_loss : str
            An expression for the function that measures the loss on all data.
        """
        own, run = self._own, self._run
        shown, loop = self._is_shown, self._step()
        lines = [f"{local} = {self._value(name)}" for name, local in self._arguments.items()]
        if not run.descent.optimizer.plain:
            tree = self._tree
            lines.append(f"{own['memory']} = {self._names['optimizer']}(1.0).init({tree})")
        lines.append(f"{own['rates']} = {rates}")
        lines.append(f"for {own['step']}, {own['rate']} in enumerate({own['rates']}):")
        lines += [f"    {line}" for line in (*self._choice_of_batch(), *loop)]
        if run.batches:
            given = ", ".join(self._arguments.values())
            whole = f"{whole_loss}({given})" + ("[0]" if self._problem.has_aux else "")
            lines.append(f'print("loss on all data is ", {whole})')
        elif not shown:
            loss = own["loss_value"]
            lines += [self._gradient(), f'print("step", {own["step"]} + 1, "loss is ", {loss})']
            lines += self._aux()
        elif run.status == "converged":
            lines += ["# From here no step moves.", _BEGINS, *self._printed("_old")]
            lines += [self._gradient(), *self._printed(""), *self._results(), _ENDS]
        body = "\n".join(f"    {line}" for line in lines)
        return f"def {self._names['main']}():\n{body}"

    @property
    def _is_shown(self) -> bool:
        """Whether all numbers that learn are printed: few of them, and no nested ones."""
        learning = [self._start[name] for name in self._problem.learning]
        plain = all(is_array(value) and np.ndim(value) <= 1 for value in learning)
        return plain and self._problem.parameters.count <= _MOST_SHOWN

    @property
    def _tree(self) -> str:
        """What learns: one parameter, or a tuple of them."""
        learning = [self._arguments[name] for name in self._problem.learning]
        if isinstance(self._problem.argnums, int):
            return learning[0]
        return f"({learning[0]},)" if len(learning) == 1 else f"({', '.join(learning)})"

    def _step(self) -> list[str]:
        own, optimizer, tree = self._own, self._run.descent.optimizer, self._tree
        given, updated = [tree, own["gradient"], own["rate"]], tree
        if not optimizer.plain:
            given.append(own["memory"])
            updated = f"{tree}, {own['memory']}"
        if optimizer.name == optimizers.CUSTOM:
            given.append(own["loss_value"])
        taken = [self._gradient(), f"{updated} = {self._names['update']}({', '.join(given)})"]
        if not self._is_shown:
            loss = f'print("step", {own["step"]}, "loss is ", {own["loss_value"]})'
            return [*taken, loss, *self._aux()]
        before, after = self._printed("_old"), self._printed("_new")
        return [_BEGINS, *before, *taken, *after, *self._results(), _ENDS]

    def _gradient(self) -> str:
        own = self._own
        given = list(self._arguments.values())
        if self._run.batches:
            first = len(self._start)
            pairs = zip(given[first:], self._problem.arrays, strict=True)
            given[first:] = [self._rows(local, data) for local, data in pairs]
        call = f"{self._names['value_and_grad']}({', '.join(given)})"
        value = own["loss_value"]
        if self._problem.has_aux:
            value = f"({value}, {own['aux']})"
        return f"{value}, {own['gradient']} = {call}"

    def _results(self) -> list[str]:
        return [f'print("loss is ", {self._own["loss_value"]})', *self._aux()]

    def _aux(self) -> list[str]:
        """Return lines that print the numbers which the loss returns beside its value."""
        problem = self._problem
        shapes = jax.eval_shape(problem.aux, problem.given(), problem.data)
        read = auxiliary.expressions(shapes, self._own["aux"])
        named = zip(problem.aux_columns, read, strict=True)
        return [f"print({json.dumps(name + ' is ')}, {number})" for name, number in named]

    def _rows(self, local: str, data: object) -> str:
        """Return an expression for the rows of an argument that are in the batch."""
        batch = self._own["batch"]
        if is_array(data):
            return f"{local}[{batch}]"
        return f"jax.tree.map(lambda rows: rows[{batch}], {local})"

    def _choice_of_batch(self) -> list[str]:
        batches, own = self._run.batches, self._own
        if batches is None:
            return []
        step, count, size = own["step"], batches.count, batches.size
        seed = f"[{batches.seed}, {step} // {count}]"
        order = f"numpy.random.default_rng({seed}).permutation({batches.samples})"
        return [
            f"if {step} % {count} == 0:  # each epoch is a new shuffle",
            f"    {own['order']} = {order}",
            f"{own['batch']} = {own['order']}[{step} % {count} * {size} :][:{size}]",
        ]

    def _printed(self, suffix: str) -> list[str]:
        learning = self._problem.learning
        stars = {name: "*" if np.ndim(self._start[name]) else "" for name in learning}
        return [
            f'print("{name}{suffix}", {stars[name]}{self._arguments[name]})' for name in learning
        ]

    def _value(self, name: str) -> str:
        """Return the text of a starting value or of data; what is long goes elsewhere."""
        values = (*self._start.values(), *self._problem.arrays)
        given = dict(zip(self._arguments, values, strict=True))
        value = jax.tree.map(lambda leaf: np.asarray(leaf) if is_array(leaf) else leaf, given[name])
        argument = "params" if name in self._start else "data"
        text = written(self._sources, argument, value, name)
        if text.count("\n") <= _MOST_LINES:
            return text.replace("\n", "\n    ")
        constant = self._sources.fresh(name.upper())
        self.constants.append(f"{constant} = {text}\n")
        return constant


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
