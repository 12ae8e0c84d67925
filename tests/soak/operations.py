"""Random operations through Python and messages, each held against the plain loop."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget import ArgumentError, GDWidget
from tests.soak.plain import Plain, Way
from tests.soak.table import Part, repeat
from tests.tools import Page, same

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget import State

WANTED = 100_000
RATES = (0.01, 0.02, 0.09, 3 / 31, 0.18, 0.2, 0.7, 1e-6, 1e30)
STARTS = (8.0, 2.0, -5.0, 0.0, 0.3, 1e12, 1e38)
OPTIMIZERS = ("sgd", "momentum", "adam")
BATCH_SIZES = (0, 1, 4)
DECAYS = (*("constant",) * 6, "cosine", "exponential")
RUN_STEPS = (1, 10, 50)
NONSENSE = (-1, 0, 10**12, 0.5, True, None, "3", float("nan"))
MOST_ROWS = 2_000
ALL_ROWS_EVERY = 25
SHOWN = 20


class Student:
    """Does at random what can be done, to the widget and to the plain loop."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.seed = seed % 1_000
        self.widget = GDWidget(seed=self.seed)
        self.plain = Plain(self.seed)
        self.page = Page(self.widget)
        self.page.sync()
        self.done: list[str] = []
        self.ways: tuple[Callable[[], str], ...] = (
            *(self.step, self.step, self.run, self.back, self.goto, self.rate, self.decay),
            *(self.run_steps, self.optimizer, self.batch_size, self.reset, self.start),
            *(self.callback, self.clear, self.nonsense, self.page_advance, self.page_advance),
            *(self.page_goto, self.page_rate, self.page_choice, self.page_reset, self.page_rest),
            *(self.page_ahead,) * 3,
            *(self.page_nonsense, self.page_late),
        )

    def act(self) -> str:
        """Do one thing; return what differs afterwards, empty if nothing does."""
        trail = f"after {', '.join(self.done)}"
        try:
            did = self.reset() if self.plain.last > MOST_ROWS else self.random.choice(self.ways)()
            self.done = [*self.done[-SHOWN:], did]
            found = self.difference()
        except Exception as error:
            error.add_note(trail)
            raise
        return f"{found}, {trail}, {did}" if found else ""

    def difference(self) -> str:
        widget, plain = self.widget, self.plain
        row = plain.run.rows[plain.cursor]
        timeline = widget._timeline
        pairs: dict[str, tuple[Any, Any]] = {
            "cursor": (widget.cursor, plain.cursor),
            "rows": (len(widget.trajectory), len(plain.run.rows)),
            "runs": (len(widget.runs), len(plain.runs)),
            "status": (widget.status, plain.status),
            "rate": (widget.learning_rate, plain.peak),
            "decay": (widget.decay, plain.decay),
            "way": (Way(widget.optimizer, widget.batch_size or 0), plain.way),
        }
        found = [
            f"{name}: {one} for {other}" for name, (one, other) in pairs.items() if one != other
        ]
        if found:
            return "; ".join(found)
        recorded = timeline.run.trajectory.rows(plain.cursor, plain.cursor + 1)[0]
        if not same(recorded, row):
            return f"row {plain.cursor}: {recorded} for {row}"
        if not same([widget.params["W"], widget.gradient, widget.loss], row[:3]):
            return f"state {plain.cursor}: {widget.params} for {row}"
        if self.random.randrange(ALL_ROWS_EVERY) == 0:
            return self.difference_of_rows()
        return ""

    def difference_of_rows(self) -> str:
        runs = zip(self.widget.runs, self.plain.runs, strict=True)
        for index, (run, plain) in enumerate(runs):
            if not same(run.trajectory.rows(), np.array(plain.rows)):
                return f"the rows of run {index} of {len(self.plain.runs)}"
        self.page.say({"kind": "rest"})
        if self.page.gap:
            self.page.sync()
        if self.page.gap or self.page.cursor != self.plain.cursor:
            return f"cursor of the page: {self.page.cursor} for {self.plain.cursor}"
        if not same(self.page.rows[self.widget.runs[-1].id], np.array(self.plain.run.rows)):
            return "the rows of the page"
        return ""

    def count(self) -> int:
        return self.random.randint(1, 12)

    def recorded(self) -> int:
        return self.random.randint(0, self.plain.last)

    def run_id(self) -> int:
        return self.widget.runs[-1].id

    # Through Python.

    def step(self) -> str:
        n = self.count()
        self.widget.step(n)
        self.plain.steps(n)
        return f"step({n})"

    def run(self) -> str:
        n = self.random.choice((None, self.random.randint(1, 60)))
        self.widget.run(n)
        self.plain.steps(n or self.plain.run_steps)
        return f"run({n})"

    def callback(self) -> str:
        n = self.count()
        seen: list[State] = []
        self.widget.on_step(seen.append)
        self.widget.step(n)
        self.widget.on_step(seen.append, remove=True)
        steps = [state.step for state in seen]
        assert steps == self.plain.steps(n), steps
        return f"step({n}) with a callback"

    def back(self) -> str:
        n = self.random.randint(1, 40)
        self.widget.back(n)
        self.plain.cursor = max(0, self.plain.cursor - n)
        return f"back({n})"

    def goto(self) -> str:
        step = self.recorded()
        self.widget.goto(step)
        self.plain.cursor = step
        return f"goto({step})"

    def rate(self) -> str:
        rate = self.random.choice(RATES)
        self.widget.learning_rate = self.plain.peak = rate
        return f"learning_rate = {rate}"

    def decay(self) -> str:
        self.widget.decay = self.plain.decay = self.random.choice(DECAYS)
        return f"decay = {self.plain.decay}"

    def run_steps(self) -> str:
        self.widget.run_steps = self.plain.run_steps = self.random.choice(RUN_STEPS)
        return f"run_steps = {self.plain.run_steps}"

    def optimizer(self) -> str:
        name = self.random.choice(OPTIMIZERS)
        self.widget.optimizer = name
        self.plain.choose(self.plain.way._replace(optimizer=name))
        return f"optimizer = {name}"

    def batch_size(self) -> str:
        size = self.random.choice(BATCH_SIZES)
        self.widget.batch_size = size or None
        self.plain.choose(self.plain.way._replace(batch_size=size))
        return f"batch_size = {size}"

    def reset(self) -> str:
        self.widget.reset()
        assert self.plain.reset()
        return "reset()"

    def start(self) -> str:
        start = {self.random.choice("Wb"): self.random.choice(STARTS)}
        if self.plain.reset(**start):
            self.widget.reset(**start)
        else:
            self.refused(lambda: self.widget.reset(**start))
        return f"reset({start})"

    def clear(self) -> str:
        self.widget.clear()
        self.plain.clear()
        return "clear()"

    def nonsense(self) -> str:
        call = self.random.choice(("step", "back", "goto"))
        given = self.random.choice(NONSENSE)
        if call == "goto" and given == 0 and given is not False:
            given = -1
        self.refused(lambda: getattr(self.widget, call)(given))
        return f"{call}({given})"

    # Through messages.

    def page_advance(self) -> str:
        n = self.count()
        self.page.say({"kind": "advance", "run": self.run_id(), "n": n, "request": "a"})
        self.plain.steps(n)
        return f"advance {n}"

    def page_late(self) -> str:
        self.page.say({"kind": "advance", "run": self.run_id() + 1, "n": 3, "request": "a"})
        return "advance another run"

    def page_goto(self) -> str:
        step = self.recorded()
        self.page.say({"kind": "goto", "run": self.run_id(), "step": step, "request": "g"})
        self.plain.cursor = step
        return f"goto {step}"

    def page_rate(self) -> str:
        rate = self.random.choice(RATES)
        self.page.say({"kind": "set", "name": "learning_rate", "value": rate})
        self.page.save_changes(learning_rate=rate)
        self.plain.peak = rate
        return f"set learning_rate {rate}"

    def page_choice(self) -> str:
        if self.random.random() < 1 / 2:
            name = self.random.choice(OPTIMIZERS)
            self.page.say({"kind": "set", "name": "optimizer", "value": name})
            self.plain.choose(self.plain.way._replace(optimizer=name))
            return f"set optimizer {name}"
        size = self.random.choice(BATCH_SIZES)
        self.page.save_changes(batch_size=size)
        self.plain.choose(self.plain.way._replace(batch_size=size))
        return f"set batch_size {size}"

    def page_reset(self) -> str:
        start = self.random.choice(({}, {"W": self.random.choice(STARTS)}))
        self.page.say({"kind": "reset", "start": start})
        self.plain.reset(**start)
        return f"reset {start}"

    def page_ahead(self) -> str:
        self.page.say({"kind": "ahead", "request": ""})
        return "ahead"

    def page_rest(self) -> str:
        self.page.say({"kind": "rest"})
        return "rest"

    def page_nonsense(self) -> str:
        n = self.random.choice((0, -1, 10**9, None, "1", 0.5))
        told = self.page.say({"kind": "advance", "run": self.run_id(), "n": n, "request": "a"})
        # The news of what was done before may come meanwhile, for it waits its turn.
        news = ("delta", "ahead")
        assert [each["kind"] for each in told if each["kind"] not in news] == ["error"], told
        return f"advance {n}"

    def refused(self, action: Callable[[], object]) -> None:
        try:
            action()
        except ArgumentError:
            return
        message = "nonsense was not refused"
        raise AssertionError(message)


def soak(seed: int, seconds: float) -> Part:
    """Do as much as is wanted, or as there is time for."""
    part = Part("random operations through Python and messages, against a plain loop", WANTED)
    return repeat(part, seed, seconds, lambda seed: Student(seed).act)
