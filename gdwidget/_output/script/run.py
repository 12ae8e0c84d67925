"""A run as a Python script that repeats it with numpy, jax and optax alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from gdwidget._core import optimizers, schedules
from gdwidget._core.exactness import EXACT
from gdwidget._output.script.loop import Loop, is_array, written
from gdwidget._output.script.source import Sources
from gdwidget._validation import MOST_STEPS, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
    from gdwidget._core.schedules import Rates
    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline

_MOST_PIECES = 20


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
        more than numpy, jax and optax, if there are more than 20,000 numbers to write, or if
        the batches came from a stream; the message says which.

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
        self._plain = run.descent.optimizer.plain
        self._own = run.descent.optimizer.name == optimizers.CUSTOM
        self._exact = all(each.exact for _, each in (*run.earlier, (0, run.descent)))
        if self._problem.stream:
            accepted = "arrays, which a script can hold"
            raise ArgumentError("data", "batches of an iterable", accepted)
        self._loss = written(self._sources, "loss", self._problem.loss, _name(self._problem))
        self._optimizer = "" if self._plain else self._optimizer_text()
        self._schedule = self._schedule_text()
        taken = ("EXACT", "value_and_grad", "update", "optimizer", "schedule", "rate_at", "main")
        self._names = {name: self._sources.fresh(name) for name in taken}

    def text(self) -> str:
        """Return the whole script."""
        loop = Loop(self._run, self._sources, self._names)
        main = loop.text(self._rates_text(), f"jax.jit({self._loss}{self._compiler_options})")
        own = [self._options() + self._gradient_text(), *self._update_text(), *self._rate_text()]
        imports = {"import jax", "import numpy", *self._sources.imports}
        if not self._plain:
            imports.add("import optax")
        if any("@functools" in part for part in own):
            imports.add("import functools")
        head = [self._heading(imports), "from __future__ import annotations", *_ordered(imports)]
        call = f'if __name__ == "__main__":\n    {self._names["main"]}()\n'
        parts = [
            "\n\n".join(head),
            self._sources.text,
            *own,
            main,
            "\n".join([*loop.constants, call]),
        ]
        return "\n\n\n".join(part for part in parts if part)

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
            loss, slopes = space[self._names["value_and_grad"]](*params.values(), *batch)
            loss = loss[0] if problem.has_aux else loss
        except Exception as error:
            reason = f"written out it raised {type(error).__name__}: {error}"
            raise ArgumentError("loss", _name(problem), accepted, reason) from error
        if not self._equal(loss, run.start.loss):
            reason = f"written out it gives {loss!s} at the start, not {run.start.loss!s}"
            raise ArgumentError("loss", _name(problem), accepted, reason)
        if not self._own:
            return
        try:
            tree = problem.parameters.tree(params)
            memory = space[self._names["optimizer"]](1.0).init(tree)
            space[self._names["update"]](tree, slopes, np.float32(1), memory, loss)
        except Exception as error:
            reason = f"written out it raised {type(error).__name__}: {error}"
            accepted = "one that needs gradient and loss only"
            raise ArgumentError("optimizer", "custom", accepted, reason) from error

    def _equal(self, loss: Any, expected: Any) -> bool:
        if self._exact:
            return bool(np.float32(loss) == expected)
        return bool(np.isclose(loss, expected, rtol=1e-3, atol=1e-6))

    def _optimizer_text(self) -> str:
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

    def _schedule_text(self) -> str:
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

    def _heading(self, imports: set[str]) -> str:
        run, steps = self._run, len(self._rates.recorded)
        needed = "numpy, jax and optax" if "import optax" in imports else "numpy and jax"
        title = f"{_name(self._problem)} ({run.label}): {steps:,} steps"
        shown = "".join(each for each in title if each.isprintable())
        lines = [
            f"# Gradient descent on {shown}.",
            f"# It repeats a run of gdwidget; it needs {needed}.",
        ]
        if not self._exact:
            lines.append("# It is compiled for speed, as the run was: the last digits may differ.")
        return "\n".join(lines)

    def _options(self) -> str:
        if not (self._exact or self._schedule):
            return ""
        comment = "# Compiled so, every operation rounds as if it ran alone."
        return f"{comment}\n{self._names['EXACT']} = {EXACT!r}\n\n".replace("'", '"')

    def _gradient_text(self) -> str:
        problem, loss = self._problem, self._loss
        whole = jax.eval_shape(problem.loss, *self._run.start.params.values(), *problem.arrays)
        whole = whole[0] if problem.has_aux else whole
        if whole.dtype != np.float32:
            raise ArgumentError("loss", _name(problem), "a loss of float32", f"it is {whole.dtype}")
        aux = ", has_aux=True" if problem.has_aux else ""
        inner = f"jax.value_and_grad({loss}, {problem.argnums}{aux})"
        return f"{self._names['value_and_grad']} = jax.jit({inner}{self._compiler_options})"

    def _update_text(self) -> list[str]:
        name, optimizer = self._names["update"], self._names["optimizer"]
        compiled = self._decorator(exact=self._exact)
        if self._plain:
            change = "lambda value, slope: value - rate * slope"
            body = f"jax.tree.map({change}, values, slopes)"
            if self._is_single_array:
                body = "values - rate * slopes"
            return [f"{compiled}\ndef {name}(values, slopes, rate):\n    return {body}"]
        made, extra, last = f"{optimizer}(rate)", "", ""
        if self._own:
            made = f"optax.with_extra_args_support({made})"
            extra, last = self._extra_text(), ", loss_value"
        body = (
            f"    changes, memory = {made}.update(slopes, memory, values{extra})\n"
            "    return optax.apply_updates(values, changes), memory"
        )
        signature = f"{name}(values, slopes, rate, memory{last})"
        return [f"{optimizer} = {self._optimizer}", f"{compiled}\ndef {signature}:\n{body}"]

    def _extra_text(self) -> str:
        tree = self._problem.parameters.tree(self._run.start.params)
        written_as = {"value": "loss_value", "grad": "slopes"}
        try:
            taken = self._run.descent.optimizer.looks_at(tree, written_as)
        except Exception as error:
            reason = f"with no more it raised {type(error).__name__}: {error}"
            accepted = "one that needs gradient and loss only"
            raise ArgumentError("optimizer", "custom", accepted, reason) from error
        return "".join(f", {each}={written_as[each]}" for each in taken)

    def _rate_text(self) -> list[str]:
        if not self._schedule:
            return []
        schedule, name = self._names["schedule"], self._names["rate_at"]
        rate = f"jax.numpy.asarray({schedule}(step), jax.numpy.float32).reshape(())"
        body = f"{self._decorator(exact=True)}\ndef {name}(step):\n    return {rate}"
        return [f"{schedule} = {self._schedule}", body]

    def _rates_text(self) -> str:
        """Return an expression for all rates."""
        recorded = self._rates.recorded
        steps = len(recorded)
        if self._schedule:
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

    def _decorator(self, *, exact: bool) -> str:
        if not exact:
            return "@jax.jit"
        return f"@functools.partial(jax.jit, compiler_options={self._names['EXACT']})"

    @property
    def _is_single_array(self) -> bool:
        problem = self._problem
        return isinstance(problem.argnums, int) and is_array(
            self._run.start.params[problem.learning[0]]
        )

    @property
    def _compiler_options(self) -> str:
        return f", compiler_options={self._names['EXACT']}" if self._exact else ""


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
