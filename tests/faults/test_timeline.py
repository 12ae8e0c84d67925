"""Bad input to a timeline, and interrupts: nothing is lost and it works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gdwidget import Descent, Timeline
from tests.tools import forked, interrupted, refuses, whole_timeline

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("start", "argument", "given", "accepted"),
    [
        ({"V": 1.0}, "parameter", "'V'", "one of W, b"),
        ({"self": 1.0}, "parameter", "'self'", "one of W, b"),
        ({"W": "x"}, "W", "'x'", "a finite number"),
        ({"W": float("nan")}, "W", "nan", "a finite number"),
        ({"W": 1e30}, "start", "W = 1e+30, b = -1.0' (loss inf", "its gradient are finite"),
    ],
)
def test_a_reset_that_cannot_be_changes_nothing(
    descent: Descent, start: Any, argument: str, given: str, accepted: str
) -> None:
    timeline = forked(descent)
    before = timeline.runs
    with refuses(argument, given, accepted):
        timeline.reset(**start)
    assert (timeline.runs, timeline.cursor) == (before, 3)
    timeline.advance(2)
    whole_timeline(timeline)


BAD_COUNTS = [0, -1, 10**12, 1.0, "1", None, True]


@pytest.mark.parametrize("steps", BAD_COUNTS)
def test_bad_numbers_of_steps_change_nothing(timeline: Timeline, steps: Any) -> None:
    timeline.advance(3)
    accepted = "a whole number from 1 to 10,000,000"
    with refuses("n", repr(steps), accepted):
        timeline.advance(steps)
    with refuses("n", repr(steps), accepted):
        timeline.back(steps)
    assert (timeline.cursor, timeline.run.last) == (3, 3)


@pytest.mark.parametrize("step", [4, -1, 10**12, 1.0, "1", None])
def test_going_outside_changes_nothing(timeline: Timeline, step: Any) -> None:
    timeline.advance(3)
    with refuses("step", repr(step), "a whole number from 0 to 3"):
        timeline.goto(step)
    assert timeline.cursor == 3


@pytest.mark.parametrize("rate", [0, -1, float("nan"), "abc", 1e300])
def test_a_bad_learning_rate_changes_nothing(descent: Descent, rate: Any) -> None:
    accepted = "a number above 0"
    with refuses("learning_rate", repr(rate), accepted):
        Timeline(descent, rate)
    timeline = Timeline(descent)
    with refuses("learning_rate", repr(rate), accepted):
        timeline.learning_rate = rate
    assert timeline.learning_rate == 0.01


def step_on(timeline: Timeline) -> None:
    timeline.advance(4)


def step_along(timeline: Timeline) -> None:
    timeline.goto(1)
    timeline.advance(6)


def fork(timeline: Timeline) -> None:
    timeline.goto(1)
    timeline.learning_rate = 0.05
    timeline.advance(4)


def reset(timeline: Timeline) -> None:
    timeline.reset(W=5.0)
    timeline.advance(3)


def reset_at_once(timeline: Timeline) -> None:
    timeline.reset()
    timeline.reset(W=3.0)
    timeline.advance(3)


@pytest.mark.parametrize("action", [step_on, step_along, fork, reset, reset_at_once])
def test_an_interrupt_anywhere_leaves_a_timeline_that_works(
    descent: Descent, action: Callable[[Timeline], None]
) -> None:
    for line in range(1, 2_000):
        timeline = Timeline(descent)
        timeline.advance(3)
        struck = interrupted(line, lambda: action(timeline))  # noqa: B023
        whole_timeline(timeline)
        timeline.advance(2)
        whole_timeline(timeline)
        timeline.goto(timeline.run.last)
        whole_timeline(timeline)
        if not struck:
            return
    pytest.fail("it has more lines than that")
