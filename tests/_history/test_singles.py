"""Steps asked for one by one: quicker where many follow each other, and never other ones."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import Descent, GDWidget, Problem, Timeline, problems
from gdwidget._history.singles import FEW, MANY, MOST_AT_ONCE
from tests.tools import same, whole_timeline

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = FEW + 3 * MOST_AT_ONCE + 5

SETTINGS: list[dict[str, Any]] = [
    {},
    {"batch_size": 1},
    {"batch_size": 4, "seed": 3},
    {"exact": False},
    {"optimizer": "momentum"},
    {"optimizer": "adam"},
]


def line(rate: Any = 0.001, **settings: Any) -> Timeline:
    """Return a timeline of the article's problem whose loop is compiled."""
    descent = Descent(problems.line(), **settings)
    descent.warm_up()
    return Timeline(descent, rate)


def calls(patch: pytest.MonkeyPatch, descent: Descent) -> list[int]:
    """Return a list that grows by how many steps are asked of the descent at a time."""
    asked: list[int] = []
    run = descent.run

    def counted(state: Any, rate: Any, steps: int) -> Any:
        asked.append(steps)
        return run(state, rate, steps)

    patch.setattr(descent, "run", counted)
    return asked


def one_by_one(timeline: Timeline, steps: int) -> None:
    for _ in range(steps):
        timeline.advance(1)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_every_state_is_that_of_a_step_taken_alone(settings: dict[str, Any]) -> None:
    timeline = line(**settings)
    descent, state = timeline.descent, timeline.state
    for _ in range(STEPS):
        state = descent.step(state, 0.001)
        timeline.advance(1)
        now = timeline.state
        assert repr(now) == repr(state)
        assert same(now.batch, state.batch)
    whole_timeline(timeline)


def test_many_in_a_row_ask_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = line()
    asked = calls(monkeypatch, timeline.descent)
    monkeypatch.setattr("gdwidget._history.singles._SECONDS", 1e9)
    one_by_one(timeline, STEPS)
    assert asked[:FEW] == [1] * FEW
    assert len(asked) < FEW + 10
    assert max(asked) == MOST_AT_ONCE


def test_few_are_taken_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = line()
    asked = calls(monkeypatch, timeline.descent)
    for _ in range(3):
        one_by_one(timeline, FEW)
        timeline.reset()
    assert asked == 3 * FEW * [1]


def test_a_loop_that_would_have_to_be_compiled_is_not_for_few() -> None:
    timeline = Timeline(Descent(Problem(lambda W: jnp.cos(W) * 17, 1.0)), 1e-6)
    one_by_one(timeline, MANY)
    assert not timeline.descent.has_loop
    one_by_one(timeline, 1)
    assert timeline.descent.has_loop


def test_slow_steps_are_taken_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = line()
    asked = calls(monkeypatch, timeline.descent)
    monkeypatch.setattr("gdwidget._history.singles._SECONDS", 0.0)
    one_by_one(timeline, 3 * FEW)
    assert set(asked) == {1}


def another_rate(timeline: Timeline) -> None:
    timeline.learning_rate = 0.002


def back_and_another_rate(timeline: Timeline) -> None:
    timeline.back(3)
    timeline.learning_rate = 0.003


def back(timeline: Timeline) -> None:
    timeline.back(3)


def another_start(timeline: Timeline) -> None:
    timeline.reset(W=3.0)


def another_optimizer(timeline: Timeline) -> None:
    timeline.restart(Descent(problems.line(), optimizer="adam"))


def a_run(timeline: Timeline) -> None:
    timeline.advance(7)


@pytest.mark.parametrize(
    "change",
    [another_rate, back_and_another_rate, back, another_start, another_optimizer, a_run],
)
def test_what_was_taken_before_a_change_is_forgotten(change: Callable[[Timeline], None]) -> None:
    timeline, plain = line(), line()
    one_by_one(timeline, FEW + 3)
    plain.advance(FEW + 3)
    for each in (timeline, plain):
        change(each)
    one_by_one(timeline, STEPS)
    plain.advance(STEPS)
    assert [run.label for run in timeline.runs] == [run.label for run in plain.runs]
    for ours, theirs in zip(timeline.runs, plain.runs, strict=True):
        assert same(ours.trajectory.rows(), theirs.trajectory.rows())
    whole_timeline(timeline)


@pytest.mark.parametrize("rate", [0.2, 0.09])
def test_it_ends_where_a_run_ends(rate: float) -> None:
    timeline, plain = line(rate), line(rate)
    one_by_one(timeline, 4 * STEPS)
    plain.advance(4 * STEPS)
    assert timeline.status == plain.status != "ready"
    assert timeline.cursor == plain.cursor > FEW
    assert repr(timeline.state) == repr(plain.state)


def test_a_schedule_that_ends_is_followed_to_its_end() -> None:
    def schedule(step: Any) -> Any:
        return jnp.where(step < FEW + 9, 0.01, -1.0)

    timeline = line(schedule)
    one_by_one(timeline, FEW + 9)
    with pytest.raises(ValueError, match="learning_rate"):
        timeline.advance(1)
    assert timeline.run.last == FEW + 9


def test_a_loop_that_fails_leaves_steps_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline, plain = line(), line()
    ahead: list[int] = []

    def fails(*_: object) -> None:
        ahead.append(1)
        message = "no loop"
        raise RuntimeError(message)

    monkeypatch.setattr(timeline.descent, "ahead", fails)
    one_by_one(timeline, STEPS)
    plain.advance(STEPS)
    assert same(timeline.run.trajectory.rows(), plain.run.trajectory.rows())
    assert ahead == [1]


def test_an_interrupt_leaves_no_step_out(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = line()
    one_by_one(timeline, FEW + 2)
    restore = timeline.descent.restore
    interrupts = iter([True])

    def interrupted(*arguments: Any) -> Any:
        state = restore(*arguments)
        if next(interrupts, False):
            raise KeyboardInterrupt
        return state

    monkeypatch.setattr(timeline.descent, "restore", interrupted)
    with pytest.raises(KeyboardInterrupt):
        timeline.advance(1)
    one_by_one(timeline, STEPS)
    whole_timeline(timeline)


def test_losses_that_call_back_are_called_once_a_step() -> None:
    called: list[Any] = []

    def loss(W: Any) -> Any:
        jax.debug.callback(called.append, W)
        return W * W

    timeline = Timeline(Descent(Problem(loss, 3.0)), 0.01)
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    called.clear()
    one_by_one(timeline, 3 * FEW)
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    assert len(called) == 3 * FEW


def test_without_compiling_steps_stay_single(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = line()
    asked = calls(monkeypatch, timeline.descent)
    with jax.disable_jit():
        one_by_one(timeline, 3 * FEW)
    assert set(asked) == {1}


def test_a_loop_in_a_cell_may_change_the_rate_as_it_goes() -> None:
    w = GDWidget()
    w.run(2)
    w.reset()
    rates = [0.01] * 9 + [0.02] * 9 + [0.005] * 9
    for rate in rates:
        w.learning_rate = rate
        w.step()
    assert same(w.trajectory.rows(1)[:, 3], np.array(rates, np.float32))
    rows = w.trajectory.rows()
    for before, after in itertools.pairwise(rows):
        assert after[0] == before[0] - after[3] * before[1]
    assert rows[0][0] == 8
