"""A run as a Python script that repeats it with numpy, jax and optax alone."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from gdwidget._core import optimizers, schedules
from gdwidget._core.exactness import EXACT
from gdwidget._core.placement import computing_on
from gdwidget._output.script.loop import Loop, by, is_array, written
from gdwidget._output.script.source import Sources
from gdwidget._output.script.template import filled
from gdwidget._validation import MOST_STEPS, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
    from gdwidget._core.schedules import Rates
    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline

_MOST_PIECES = 20
_GLOBALS = ("exactly", "value_and_grad", "update", "optimizer", "schedule", "rate_at", "main")


def to_script(timeline: Timeline, steps: int = 50) -> str:
    """Return a Python script that repeats the current run from its start.

    It prints what the article's loop prints: each number before and after the update, and the
    loss between; of many numbers, step and loss only. Where the run was compiled exactly, so
    is the script, and all digits are the run's.

    Parameters
    ----------
    timeline : Timeline
        Whose current run is written, to its last recorded step.
    steps : int, default 50
        How many steps the script takes where none is recorded.

    Raises
    ------
    ArgumentError
        If the source of the loss, of the optimizer or of what they need is not known or needs
        more than numpy, jax and optax, if there are more than 20,000 numbers to write, if
        the batches came from a stream, or if steps were recorded elsewhere; the message says
        which.

    Examples
    --------
    >>> from gdwidget import Descent, Timeline, problems
    >>> timeline = Timeline(Descent(problems.line()))
    >>> timeline.advance(3)
    3
    >>> exec(to_script(timeline), {"__name__": "__main__"})
    Loop starts -----------------------------------
    W_old 8.0
    W_new 7.38
    loss is  186.0
    Loop ends ------------------------------------
    Loop starts -----------------------------------
    W_old 7.38
    W_new 6.8240666
    loss is  149.54607
    Loop ends ------------------------------------
    Loop starts -----------------------------------
    W_old 6.8240666
    W_new 6.3255796
    loss is  120.236694
    Loop ends ------------------------------------
    """
    run = timeline.run
    recorded = run.trajectory["learning_rate"][1:]
    if run.last:
        rates = _Rates(run.latest, np.array(recorded, np.float32))
    else:
        steps = whole_number("steps", steps, 1, MOST_STEPS)
        rates = _Rates(timeline.rates, _upto(timeline.rates, steps))
    script = _Script(run, rates)
    text = script.text()
    script.check(text)
    return text


class _Rates(NamedTuple):
    """Where the learning rates came from last, and what they are."""

    source: Rates
    recorded: NDArray[np.float32]


class _Script:
    """The parts of one script, and the names they have for each other."""

    def __init__(self, run: Run, rates: _Rates) -> None:
        self._run, self._rates = run, rates
        self._problem = run.descent.problem
        self._sources = Sources()
        self._custom = run.descent.optimizer.name == optimizers.CUSTOM
        self._exact = all(each.exact for _, each in (*run.earlier, (0, run.descent)))
        if run.given:
            accepted = "a run of which all steps were taken here"
            raise ArgumentError("run", "steps recorded elsewhere", accepted)
        if self._problem.stream:
            accepted = "arrays, which a script can hold"
            raise ArgumentError("data", "batches of an iterable", accepted)
        loss = written(self._sources, "loss", self._problem.loss, _name(self._problem))
        make = "" if run.descent.optimizer.plain else self._optimizer()
        schedule = self._schedule()
        self._names = {name: self._sources.fresh(name) for name in _GLOBALS}
        jit = self._names["exactly"] if self._exact else "jax.jit"
        self._given = {"loss": loss, "make": make, "decay": schedule, "jit": jit}

    def text(self) -> str:
        """Return the whole script."""
        names, given = self._names, self._given
        loop = Loop(self._run, self._sources, {**names, **given})
        main = loop.text(self._all_rates())
        parts = [self._gradient(), self._update(), main]
        if given["decay"]:
            parts.insert(2, filled("schedule", {**names, **given}))
        imports = {"import jax", "import numpy", *self._sources.imports}
        if given["make"]:
            imports.add("import optax")
        if self._exact or given["decay"]:
            imports.add("import functools")
            options = json.dumps(EXACT)
            exactly = filled("exactly", {**names, "options": options})
            parts[0] = f"{exactly}\n\n{parts[0]}"
        ending = "end of what is exact" if self._exact else "end"
        end = "\n".join([*loop.constants, filled(ending, names)])
        head = "\n\n".join([self._head(imports), *_ordered(imports)])
        return "\n\n\n".join([head, self._sources.text, *parts, end]) + "\n"

    def check(self, text: str) -> None:
        """Raise if the script's loss at the start is not the run's.

        Raises
        ------
        ArgumentError
            If something that the loss reads was changed since the run began.
        """
        problem, run = self._problem, self._run
        if problem.has_callbacks:  # they would be called
            return
        accepted = "a function that computes what it did when the run began"
        indices = run.descent.batch(0)
        data = jax.tree.map(np.asarray, problem.arrays)
        batch = data if indices is None else jax.tree.map(lambda array: array[indices], data)
        params = run.start.params
        space: dict[str, Any] = {"__name__": "script"}
        try:
            exec(text, space)  # noqa: S102 - definitions that have been run before
            with computing_on(run.descent.place):
                loss, slopes = space[self._names["value_and_grad"]](*params.values(), *batch)
            loss = loss[0] if problem.has_aux else loss
        except Exception as error:
            reason = f"written out it raised {type(error).__name__}: {error}"
            raise ArgumentError("loss", _name(problem), accepted, reason) from error
        if not self._equal(loss, run.start.loss):
            reason = f"written out it gives {loss!s} at the start, not {run.start.loss!s}"
            raise ArgumentError("loss", _name(problem), accepted, reason)
        if not self._custom:
            return
        try:
            tree = problem.parameters.tree(params)
            opt_state = space[self._names["optimizer"]](1.0).init(tree)
            with computing_on(run.descent.place):
                space[self._names["update"]](tree, slopes, np.float32(1), opt_state, loss)
        except Exception as error:
            reason = f"written out it raised {type(error).__name__}: {error}"
            accepted = "one that needs gradient and loss only"
            raise ArgumentError("optimizer", "custom", accepted, reason) from error

    def _equal(self, loss: Any, expected: Any) -> bool:
        if self._exact:
            return bool(np.float32(loss) == expected)
        return bool(np.isclose(loss, expected, rtol=1e-3, atol=1e-6))

    def _optimizer(self) -> str:
        optimizer = self._run.descent.optimizer
        if not optimizer.takes_rate:
            accepted = "a name, or a function that makes one from a learning rate"
            reason = "one that was handed in ready-made does not tell how it was made"
            raise ArgumentError("optimizer", "an optimizer", accepted, reason)
        if optimizer.looks_ahead:
            accepted = "one that steps the parameters themselves"
            reason = "optax.lookahead wants them twice, fast and slow"
            raise ArgumentError("optimizer", "custom", accepted, reason)
        return written(self._sources, "optimizer", optimizer.make, optimizer.make)

    def _schedule(self) -> str:
        """Return an expression for the schedule, where the run kept to one that can be written."""
        rates, recorded = self._rates
        if rates.schedule is None or not np.array_equal(_upto(rates, len(recorded)), recorded):
            return ""
        if rates.decay != schedules.CUSTOM:
            _, base, steps = rates.key
            decay = schedules.DECAYS[rates.decay]
            return f"{self._sources.expression(decay, 'decay')}({base!r}, {steps!r})"
        try:
            jax.eval_shape(rates.schedule, np.int32(0))
            return self._sources.expression(rates.schedule, "schedule")
        except Exception:  # noqa: BLE001 - whatever is wrong with it, the rates are recorded
            return ""

    def _head(self, imports: set[str]) -> str:
        run, steps = self._run, len(self._rates.recorded)
        title = "".join(filter(str.isprintable, f"{_name(self._problem)} ({run.label})"))
        libraries = "numpy, jax and optax" if "import optax" in imports else "numpy and jax"
        rounding = "" if self._exact else filled("rounding", {})
        given = {"title": title, "steps": f"{steps:,}", "libraries": libraries}
        return filled("head", {**given, "rounding": rounding})

    def _gradient(self) -> str:
        problem = self._problem
        whole = jax.eval_shape(problem.loss, *self._run.start.params.values(), *problem.arrays)
        whole = whole[0] if problem.has_aux else whole
        if whole.dtype != np.float32:
            raise ArgumentError("loss", _name(problem), "a loss of float32", f"it is {whole.dtype}")
        piece = "gradient beside aux" if problem.has_aux else "gradient"
        return filled(piece, {**self._names, **self._given, "argnums": problem.argnums})

    def _update(self) -> str:
        learning, problem = self._run.start.params, self._problem
        piece = f"update{by(self._run.descent)}"
        if self._run.descent.optimizer.plain and isinstance(problem.argnums, int):
            single = is_array(learning[problem.learning[0]])
            piece = "update of an array" if single else piece
        looked_at = self._looked_at() if self._custom else ""
        return filled(piece, {**self._names, **self._given, "looked_at": looked_at})

    def _looked_at(self) -> str:
        tree = self._problem.parameters.tree(self._run.start.params)
        written_as = {"value": "loss_value", "grad": "slopes"}
        try:
            taken = self._run.descent.optimizer.looks_at(tree, written_as)
        except Exception as error:
            reason = f"with no more it raised {type(error).__name__}: {error}"
            accepted = "one that needs gradient and loss only"
            raise ArgumentError("optimizer", "custom", accepted, reason) from error
        return "".join(f", {each}={written_as[each]}" for each in taken)

    def _all_rates(self) -> str:
        """Return an expression for all rates."""
        recorded = self._rates.recorded
        steps = len(recorded)
        if self._given["decay"]:
            count = f"numpy.arange({steps}, dtype=numpy.int32)"
            return f"[{self._names['rate_at']}(step) for step in {count}]"
        begins = np.flatnonzero(np.diff(recorded, prepend=np.nan) != 0)
        if len(begins) == 1:
            return f"numpy.full({steps}, {recorded[0]!s}, numpy.float32)"
        if len(begins) <= _MOST_PIECES:
            lengths = np.diff(begins, append=steps).tolist()
            each = ", ".join(map(str, recorded[begins]))
            return f"numpy.repeat(numpy.float32([{each}]), {lengths})"
        return written(self._sources, "learning_rate", recorded, f"{steps:,} rates")


def _ordered(imports: set[str]) -> list[str]:
    """Return import statements in two paragraphs, Python's own library first."""
    found: tuple[list[str], list[str]] = ([], [])
    for line in sorted(imports, key=lambda line: (line.split()[1], line)):
        root = line.split()[1].partition(".")[0]
        found[root not in sys.stdlib_module_names].append(line)
    return ["\n".join(paragraph) for paragraph in found if paragraph]


def _upto(rates: Rates, steps: int) -> NDArray[np.float32]:
    """Return the rates of the first steps, as far as there are any."""
    found = [np.empty(0, np.float32)]
    taken = 0
    while taken < steps:
        try:
            found.append(rates.at(taken, steps - taken))
        except ArgumentError:
            break
        taken += len(found[-1])
    return np.concatenate(found)


def _name(problem: Problem) -> str:
    return problem.name or str(getattr(problem.loss, "__name__", type(problem.loss).__name__))
