"""Random sequences of everything a student does, against the article's loop in plain Python."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gdwidget import ArgumentError, GDWidget, State
from tests.tools import Clock, Page, rested, same

Row = tuple[np.float32, np.float32, np.float32, np.float32]

INPUTS = np.array([-1, 0, 1, 2, 3, 4], np.float32)
TARGETS = np.array([-3, -1, 1, 3, 5, 7], np.float32)
KEPT = 8

counts = st.integers(1, 12)
starts = st.one_of(
    st.sampled_from([8.0, 2.0, -5.0, 0.0, 1e12]),
    st.floats(-1e3, 1e3, width=32, allow_subnormal=False),
)
rates = st.sampled_from([0.01, 0.02, 0.09, 3 / 31, 0.18, 0.2, 0.7, 1e-6, 1e30])


def value_and_grad(W: np.float32, b: np.float32) -> tuple[np.float32, np.float32]:
    """Return loss and gradient of the article's problem, operation by operation in float32."""
    loss = gradient = np.float32(0)
    share = np.float32(1) / np.float32(6)
    for x, y in zip(INPUTS, TARGETS, strict=True):
        error = (x * W + b) - y
        loss = loss + error * error
        gradient = gradient + x * (share * (np.float32(2) * error))
    return loss / np.float32(6), gradient


def status(row: Row) -> str:
    if not np.isfinite(row).all():
        return "diverged"
    return "converged" if row[1] == 0 else "ready"


@dataclass
class Run:
    rows: list[Row]
    parent: Run | None = None
    fork: int = 0


@dataclass
class Model:
    """The article's loop with a record, a cursor and forks."""

    rate: float = 0.01
    start: dict[str, float] = field(default_factory=lambda: {"W": 8.0, "b": -1.0})
    runs: list[Run] = field(default_factory=list)
    cursor: int = 0

    def __post_init__(self) -> None:
        self.reset()

    @property
    def rows(self) -> list[Row]:
        return self.runs[-1].rows

    def row_at(self, W: np.float32, rate: float) -> Row:
        with np.errstate(all="ignore"):
            loss, gradient = value_and_grad(W, np.float32(self.start["b"]))
        return W, gradient, loss, np.float32(rate)

    def reset(self, **start: float) -> bool:
        before = self.start
        self.start = {**before, **start}
        row = self.row_at(np.float32(self.start["W"]), self.rate)
        if status(row) == "diverged":
            self.start = before
            return False
        begun = [run for run in self.runs if len(run.rows) > 1] if start else []
        self.runs = [*begun, Run([row])][-KEPT:]
        self.cursor = 0
        return True

    def step(self) -> bool:
        """Take one step; return whether there was one to take."""
        rows, cursor = self.rows, self.cursor
        if cursor < len(rows) - 1:
            if np.float32(self.rate) == rows[cursor + 1][3]:
                self.cursor += 1
                return True
            self.runs.append(Run(rows[: cursor + 1], self.runs[-1], cursor))
            del self.runs[:-KEPT]
        W, gradient, _, _ = now = self.rows[-1]
        if status(now) != "ready":
            return False
        with np.errstate(all="ignore"):
            W = W - np.float32(self.rate) * gradient
        self.rows.append(self.row_at(W, self.rate))
        self.cursor += 1
        return True

    def steps(self, count: int) -> list[int]:
        """Take steps; return the steps come to."""
        come_to: list[int] = []
        while len(come_to) < count and self.step():
            come_to.append(self.cursor)
        return come_to


@cache
def shared() -> GDWidget:
    """Return the widget of all examples: a new one would compile again."""
    return GDWidget()


class Student(RuleBasedStateMachine):
    @initialize()
    def open_a_page(self) -> None:
        self.patch, self.clock = pytest.MonkeyPatch(), Clock()
        self.clock.replace(self.patch)
        self.model = Model()
        self.widget = shared()
        rested(self.widget)
        self.widget.learning_rate = 0.01
        self.widget.run_steps = 50
        self.widget.reset(W=8.0, b=-1.0)
        self.widget.clear()
        self.page = Page(self.widget)
        self.page.sync()

    def teardown(self) -> None:
        if hasattr(self, "clock"):
            self.clock.forward(3)
            self.patch.undo()

    @rule(n=counts)
    def step(self, n: int) -> None:
        self.widget.step(n)
        self.model.steps(n)

    @rule(n=st.none() | st.integers(1, 120))
    def run(self, n: int | None) -> None:
        self.widget.run(n)
        self.model.steps(n or self.widget.run_steps)

    @rule(n=counts)
    def step_with_a_callback(self, n: int) -> None:
        seen: list[State] = []
        self.widget.on_step(seen.append)
        self.widget.step(n)
        self.widget.on_step(seen.append, remove=True)
        assert [state.step for state in seen] == self.model.steps(n)
        rows = [(s.params["W"], s.gradient, s.loss, s.learning_rate) for s in seen]
        end = self.model.cursor + 1
        assert same(rows, self.model.rows[end - len(rows) : end])

    @rule(n=st.integers(1, 40))
    def back(self, n: int) -> None:
        self.widget.back(n)
        self.model.cursor = max(0, self.model.cursor - n)

    @rule(data=st.data())
    def goto(self, data: st.DataObject) -> None:
        step = data.draw(st.integers(0, len(self.model.rows) - 1))
        self.widget.goto(step)
        self.model.cursor = step

    @rule(rate=rates)
    def change_the_rate(self, rate: float) -> None:
        self.widget.learning_rate = self.model.rate = rate

    @rule(rate=rates, n=counts)
    def go_back_and_try_another_rate(self, rate: float, n: int) -> None:
        self.back(n)
        self.change_the_rate(rate)
        self.step(n)

    @rule(steps=st.integers(1, 80))
    def change_run_steps(self, steps: int) -> None:
        self.widget.run_steps = steps

    @rule()
    def reset(self) -> None:
        self.widget.reset()
        self.model.reset()

    @rule(start=st.dictionaries(st.sampled_from(["W", "b"]), starts, min_size=1))
    def reset_elsewhere(self, start: dict[str, float]) -> None:
        if self.model.reset(**start):
            self.widget.reset(**start)
        else:
            with pytest.raises(ArgumentError):
                self.widget.reset(**start)

    @rule(n=counts)
    def step_from_the_page(self, n: int) -> None:
        run = self.widget.runs[-1].id
        self.page.say({"kind": "advance", "run": run, "n": n, "request": "a"})
        self.model.steps(n)

    @rule(n=counts)
    def step_the_run_before_from_the_page(self, n: int) -> None:
        run = self.widget.runs[-1].id - 1
        self.page.say({"kind": "advance", "run": run, "n": n, "request": "a"})
        if self.model.runs[-1].parent is not None:
            self.model.steps(n)

    @rule(n=counts)
    def step_a_run_that_is_gone_from_the_page(self, n: int) -> None:
        self.page.say({"kind": "advance", "run": 0, "n": n, "request": "a"})

    @rule(at_once=st.booleans())
    def have_the_page_ask_for_the_next_step(self, *, at_once: bool) -> None:
        self.widget.runs[-1].descent.seconds_per_step = 1e-4
        self.page.say({"kind": "ahead", "request": ""})
        told = len(self.page.messages)
        if at_once:
            self.clock.forward(0)
        model = copy.deepcopy(self.model)
        newest = model.cursor == len(model.rows) - 1
        if not (at_once and newest and model.step()):
            return
        contents = [message.get("content", {}) for message in self.page.messages[told:]]
        kinds = [content.get("kind") for content in contents]
        at = told + kinds.index("ahead")
        assert same(np.frombuffer(self.page.buffers[at][0], "<f4"), model.rows[-1])
        assert contents[at - told]["cursor"] == model.cursor

    @rule(data=st.data())
    def scrub_in_the_page(self, data: st.DataObject) -> None:
        step = data.draw(st.integers(0, len(self.model.rows) - 1))
        run = self.widget.runs[-1].id
        self.page.say({"kind": "goto", "run": run, "step": step, "request": "g"})
        self.model.cursor = step

    @rule(rate=rates)
    def move_the_slider_in_the_page(self, rate: float) -> None:
        self.page.save_changes(learning_rate=rate)
        self.model.rate = rate

    @rule(
        call=st.sampled_from(["step", "run", "back", "goto"]), n=st.sampled_from([-1, 10**12, 0.5])
    )
    def ask_for_nonsense(self, call: str, n: int) -> None:
        with pytest.raises(ArgumentError):
            getattr(self.widget, call)(n)

    @precondition(lambda self: len(self.model.runs) > 1)
    @rule()
    def older_runs_are_kept(self) -> None:
        runs = self.widget.runs
        for kept, run in zip(runs, self.model.runs, strict=True):
            assert same(kept.trajectory.rows(), run.rows)
            assert kept.fork == run.fork

    @rule(seconds=st.sampled_from([0.001, 0.02, 0.1]))
    def wait(self, seconds: float) -> None:
        self.clock.forward(seconds)

    @rule(wait=st.booleans())
    def look_at_the_page(self, *, wait: bool) -> None:
        if wait:
            self.clock.forward(0.3)
        else:
            self.page.say({"kind": "rest"})
        if self.page.gap:
            self.page.sync()
        assert not self.page.gap
        assert self.page.cursor == self.model.cursor
        assert same(self.page.rows[self.widget.runs[-1].id], self.model.rows)

    @invariant()
    def widget_and_model_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        widget, model = self.widget, self.model
        W, gradient, loss, _ = model.rows[model.cursor]
        assert widget.cursor == model.cursor
        assert same([widget.params["W"], widget.params["b"]], [W, model.start["b"]])
        assert same([widget.gradient, widget.loss], [gradient, loss])
        assert widget.status == status(model.rows[model.cursor])
        assert len(widget.runs) == len(model.runs)
        assert len(widget.trajectory) == len(model.rows)
        columns = [widget.trajectory[name] for name in ("W", "W_grad", "loss", "learning_rate")]
        assert same(np.stack(columns, axis=1), model.rows)
        assert widget.trajectory["step"].tolist() == list(range(len(model.rows)))
        assert widget.learning_rate == model.rate


def test_the_widget_does_what_the_articles_loop_does() -> None:
    run_state_machine_as_test(Student, settings=settings(max_examples=150, stateful_step_count=50))


def test_the_reference_is_the_article() -> None:
    model = Model()
    model.steps(50)
    assert [str(row[0]) for row in model.rows[:4]] == ["8.0", "7.38", "6.8240666", "6.3255796"]
    assert [str(row[2]) for row in model.rows[:3]] == ["186.0", "149.54607", "120.236694"]
    assert (str(model.rows[49][2]), str(model.rows[50][0])) == ("0.004239871", "2.0256863")
