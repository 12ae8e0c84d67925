"""A run as a Python script that repeats it with numpy, jax and optax alone."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from gdwidget import optimizers, schedules
from gdwidget.checks import MOST_STEPS, whole_number
from gdwidget.errors import ArgumentError
from gdwidget.exactness import EXACT
from gdwidget.literals import UnwritableError
from gdwidget.sources import Sources

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gdwidget.problem import Problem
    from gdwidget.run import Run
    from gdwidget.schedules import Rates
    from gdwidget.timeline import Timeline

_MOST_SHOWN = 16
_MOST_PIECES = 20
_MOST_LINES = 20
_BEGINS = "Loop starts -----------------------------------"
_ENDS = "Loop ends ------------------------------------"


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
        self._own = run.descent.optimizer.name == optimizers.OWN
        self._exact = all(each.exact for _, each in (*run.earlier, (0, run.descent)))
        self._start = run.start.params
        self._big: list[str] = []
        if self._problem.stream:
            accepted = "arrays, which a script can hold"
            raise ArgumentError("data", "batches of an iterable", accepted)
        self._loss = self._expression("loss", self._problem.loss)
        self._optimizer = "" if self._plain else self._optimizer_text()
        self._schedule = self._schedule_text()
        taken = ("EXACT", "value_and_grad", "update", "optimizer", "schedule", "rate_at", "main")
        self._names = {name: self._sources.fresh(name) for name in taken}
        used = {*self._names.values(), "numpy", "jax", "print", "enumerate"}
        self._arguments = {each: _fresh(each, used) for each in _arguments(self._problem)}
        own = ("step", "rate", "rates", "loss_value", "gradient", "memory", "order", "batch")
        self._own_names = {each: _fresh(each, used) for each in own}

    def text(self) -> str:
        """Return the whole script."""
        main = self._main()
        own = [self._options() + self._gradient_text(), *self._update_text(), *self._rate_text()]
        imports = {"import jax", "import numpy", *self._sources.imports}
        if not self._plain:
            imports.add("import optax")
        if any("@functools" in part for part in own):
            imports.add("import functools")
        head = [self._heading(imports), "from __future__ import annotations", *_ordered(imports)]
        call = f'if __name__ == "__main__":\n    {self._names["main"]}()\n'
        parts = ["\n\n".join(head), self._sources.text, *own, main, "\n".join([*self._big, call])]
        return "\n\n\n".join(part for part in parts if part)

    def check(self, text: str) -> None:
        """Raise if the script's loss at the start is not the run's.

        Raises
        ------
        ArgumentError
            If something that the loss reads was changed since the run began.
        """
        accepted = "a function that computes what it did when the run began"
        space: dict[str, Any] = {"__name__": "script"}
        problem, indices = self._problem, self._run.descent.batch(0)
        data = [np.asarray(array) for array in problem.arrays]
        batch = data if indices is None else [array[indices] for array in data]
        try:
            exec(text, space)  # noqa: S102 - definitions that have been run before
            found, _ = space[self._names["value_and_grad"]](*self._start.values(), *batch)
        except Exception as error:
            reason = f"written out it raised {type(error).__name__}: {error}"
            raise ArgumentError("loss", _name(problem), accepted, reason) from error
        expected, found = self._run.start.loss, np.float32(found)
        if found != expected and not (
            not self._exact and np.isclose(found, expected, rtol=1e-3, atol=1e-6)
        ):
            reason = f"written out it gives {found!s} at the start, not {expected!s}"
            raise ArgumentError("loss", _name(problem), accepted, reason)

    def _expression(self, argument: str, value: object) -> str:
        try:
            return self._sources.expression(value, argument)
        except (UnwritableError, RecursionError) as error:
            accepted = "what can be written with numpy, jax and optax"
            shown = _name(self._problem) if argument == "loss" else value
            raise ArgumentError(argument, shown, accepted, str(error)) from error

    def _optimizer_text(self) -> str:
        optimizer = self._run.descent.optimizer
        if not optimizer.takes_rate:
            accepted = "a name, or a function that makes one from a learning rate"
            reason = "one that was handed in ready-made does not tell how it was made"
            raise ArgumentError("optimizer", "an optimizer", accepted, reason)
        return self._expression("optimizer", optimizer.make)

    def _schedule_text(self) -> str:
        """Return an expression for the schedule, where the run kept to one that can be written."""
        rates, recorded = self._rates
        if rates.schedule is None or not np.array_equal(_upto(rates, len(recorded)), recorded):
            return ""
        if rates.decay != schedules.OWN:
            _, base, steps = rates.key
            decay = schedules.DECAYS[rates.decay]
            return f"{self._expression('decay', decay)}({base!r}, {steps!r})"
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
        whole = jax.eval_shape(problem.loss, *self._start.values(), *problem.arrays)
        if whole.dtype != np.float32:
            raise ArgumentError("loss", _name(problem), "a loss of float32", f"it is {whole.dtype}")
        inner = f"jax.value_and_grad({loss}, {problem.argnums})"
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
            extra, last = ", value=loss_value, grad=slopes", ", loss_value"
        body = (
            f"    changes, memory = {made}.update(slopes, memory, values{extra})\n"
            "    return optax.apply_updates(values, changes), memory"
        )
        signature = f"{name}(values, slopes, rate, memory{last})"
        return [f"{optimizer} = {self._optimizer}", f"{compiled}\ndef {signature}:\n{body}"]

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
        return self._expression("learning_rate", recorded)

    def _decorator(self, *, exact: bool) -> str:
        if not exact:
            return "@jax.jit"
        return f"@functools.partial(jax.jit, compiler_options={self._names['EXACT']})"

    @property
    def _is_single_array(self) -> bool:
        problem = self._problem
        return isinstance(problem.argnums, int) and _is_array(self._start[problem.learning[0]])

    @property
    def _is_shown(self) -> bool:
        """Whether all numbers that learn are printed: few of them, and no nested ones."""
        learning = [self._start[name] for name in self._problem.learning]
        plain = all(_is_array(value) and np.ndim(value) <= 1 for value in learning)
        return plain and self._problem.parameters.count <= _MOST_SHOWN

    def _main(self) -> str:
        own, names, run = self._own_names, self._names, self._run
        learning = [self._arguments[name] for name in self._problem.learning]
        tree = ", ".join(learning)
        if not isinstance(self._problem.argnums, int):
            tree = f"({tree},)" if len(learning) == 1 else f"({tree})"
        lines = [f"{self._arguments[name]} = {self._value(name)}" for name in self._arguments]
        if not self._plain:
            lines.append(f"{own['memory']} = {names['optimizer']}(1.0).init({tree})")
        lines.append(f"{own['rates']} = {self._rates_text()}")
        lines.append(f"for {own['step']}, {own['rate']} in enumerate({own['rates']}):")
        call = f"{names['value_and_grad']}({', '.join(self._called_with())})"
        given = [tree, own["gradient"], own["rate"]]
        given += [] if self._plain else [own["memory"]]
        given += [own["loss_value"]] if self._own else []
        updated = tree if self._plain else f"{tree}, {own['memory']}"
        taken = [
            f"{own['loss_value']}, {own['gradient']} = {call}",
            f"{updated} = {names['update']}({', '.join(given)})",
        ]
        last = [f"{own['loss_value']}, {own['gradient']} = {call}"]
        if self._is_shown:
            loop = [
                f'print("{_BEGINS}")',
                *self._printed("_old"),
                *taken,
                *self._printed("_new"),
                f'print("loss is ", {own["loss_value"]})',
                f'print("{_ENDS}")',
            ]
        else:
            loop = [*taken, f'print("step", {own["step"]}, "loss is ", {own["loss_value"]})']
        lines += [f"    {line}" for line in (*self._batch_text(), *loop)]
        if self._is_shown and not run.batches and run.status == "converged":
            lines += ["# From here no step moves.", *loop[:1], *self._printed("_old")]
            lines += [*last, *self._printed(""), *loop[-2:]]
        elif run.batches:
            whole = ", ".join(self._arguments.values())
            loss = f"jax.jit({self._loss}{self._compiler_options})({whole})"
            lines.append(f'print("loss on all data is ", {loss})')
        elif not self._is_shown:
            lines += [*last, f'print("step", {own["step"]} + 1, "loss is ", {own["loss_value"]})']
        body = "\n".join(f"    {line}" for line in lines)
        return f"def {names['main']}():\n{body}"

    def _value(self, name: str) -> str:
        """Return the text of a starting value or of data; what is long goes to the end."""
        given = dict(
            zip(self._arguments, (*self._start.values(), *self._problem.arrays), strict=True)
        )
        value = jax.tree.map(np.asarray, given[name])
        text = self._expression("data" if name not in self._start else "params", value)
        if text.count("\n") <= _MOST_LINES:
            return text.replace("\n", "\n    ")
        constant = self._sources.fresh(name.upper())
        self._big.append(f"{constant} = {text}\n")
        return constant

    def _called_with(self) -> list[str]:
        batches = self._run.batches is not None
        index = f"[{self._own_names['batch']}]" if batches else ""
        given = self._arguments.items()
        return [local if name in self._start else f"{local}{index}" for name, local in given]

    def _batch_text(self) -> list[str]:
        batches, own = self._run.batches, self._own_names
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


def _name(problem: Problem) -> str:
    return problem.name or str(getattr(problem.loss, "__name__", type(problem.loss).__name__))


def _is_array(value: object) -> bool:
    return isinstance(value, (np.ndarray, np.generic, jax.Array))
