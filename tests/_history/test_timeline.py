from __future__ import annotations

import numpy as np
import pytest

from gdwidget import Descent, Problem, State, Timeline, problems
from gdwidget._history.timeline import MOST_RUNS
from tests.tools import float32, forked, same, whole_timeline


def test_it_begins_at_the_start(timeline: Timeline) -> None:
    assert (timeline.cursor, len(timeline.runs), timeline.run.last) == (0, 1, 0)
    assert (timeline.run.parent, timeline.run.fork) == (None, 0)
    assert timeline.learning_rate == 0.01
    assert timeline.status == "ready"
    whole_timeline(timeline)


def test_advancing_records_every_step(timeline: Timeline) -> None:
    assert timeline.advance() == 1
    assert timeline.advance(49) == 49
    assert (timeline.cursor, timeline.run.last) == (50, 50)
    assert timeline.run.trajectory["learning_rate"].tolist() == [np.float32(0.01)] * 51
    whole_timeline(timeline)


def test_going_back_loses_nothing(timeline: Timeline) -> None:
    timeline.advance(10)
    timeline.back()
    assert timeline.cursor == 9
    timeline.back(4)
    assert timeline.cursor == 5
    timeline.back(100)
    assert timeline.cursor == 0
    assert timeline.run.last == 10
    whole_timeline(timeline)


def test_at_an_earlier_step_it_moves_along_the_record(timeline: Timeline) -> None:
    timeline.advance(10)
    timeline.goto(3)
    rows = timeline.run.trajectory.rows().copy()
    assert timeline.advance(4) == 4
    assert (timeline.cursor, timeline.run.last, len(timeline.runs)) == (7, 10, 1)
    assert timeline.advance(5) == 5
    assert (timeline.cursor, timeline.run.last) == (12, 12)
    assert same(timeline.run.trajectory.rows(0, 11), rows)
    whole_timeline(timeline)


def test_a_changed_learning_rate_forks_there(descent: Descent) -> None:
    timeline = forked(descent)
    old, new = timeline.runs
    assert (new.parent, new.fork) == (old.id, 2)
    assert (old.last, new.last, timeline.cursor) == (5, 3, 3)
    assert same(new.trajectory.rows(0, 3), old.trajectory.rows(0, 3))
    assert new.trajectory["learning_rate"][3] == np.float32(0.05)
    assert new.start is old.start
    whole_timeline(timeline)


def test_after_a_fork_it_goes_on_with_the_new_run(descent: Descent) -> None:
    timeline = forked(descent)
    timeline.advance(10)
    timeline.back(5)
    timeline.advance(2)
    assert (len(timeline.runs), timeline.run.last, timeline.cursor) == (2, 13, 10)
    whole_timeline(timeline)


@pytest.mark.parametrize("at", [0, 2, 4])
@pytest.mark.parametrize("back_first", [True, False])
def test_another_rate_than_the_recorded_one_forks_wherever_it_was_set(
    timeline: Timeline, at: int, *, back_first: bool
) -> None:
    timeline.advance(5)
    timeline.goto(at if back_first else 5)
    timeline.learning_rate = 0.2
    timeline.learning_rate = 0.05
    timeline.goto(at)
    assert timeline.forks
    assert timeline.next_rate == np.float32(0.05)
    timeline.advance(1)
    assert (len(timeline.runs), timeline.run.fork, timeline.cursor) == (2, at, at + 1)
    assert timeline.run.trajectory["learning_rate"][at + 1] == np.float32(0.05)
    whole_timeline(timeline)


@pytest.mark.parametrize("rates", [[], [0.2, 0.01], [float(np.float32(0.01))]])
def test_at_the_recorded_rate_it_does_not_fork(timeline: Timeline, rates: list[float]) -> None:
    timeline.advance(5)
    timeline.goto(2)
    for rate in rates:
        timeline.learning_rate = rate
    assert not timeline.forks
    timeline.advance(1)
    assert (len(timeline.runs), timeline.cursor, timeline.run.last) == (1, 3, 5)


def test_it_goes_along_a_record_of_two_rates_until_the_rate_is_another(timeline: Timeline) -> None:
    timeline.advance(10)
    timeline.learning_rate = 0.05
    timeline.advance(10)
    timeline.learning_rate = 0.01
    timeline.goto(0)
    assert not timeline.forks
    assert timeline.advance(15) == 15
    assert (len(timeline.runs), timeline.run.fork, timeline.cursor) == (2, 10, 15)
    assert same(timeline.run.trajectory["learning_rate"], float32([0.01] * 16))
    timeline.learning_rate = 0.05
    timeline.goto(0)
    timeline.advance(1)
    assert (len(timeline.runs), timeline.run.fork) == (3, 0)
    whole_timeline(timeline)


def test_the_current_run_goes_on_those_it_was_forked_from(descent: Descent) -> None:
    timeline = forked(descent)
    old, new = (run.id for run in timeline.runs)
    assert [timeline.goes_on(run) for run in (old, new, new + 1, 0)] == [True, True, False, False]
    timeline.clear()
    assert timeline.goes_on(old)
    timeline.reset()
    assert not any(timeline.goes_on(run) for run in (old, new))


def test_at_the_last_step_a_changed_rate_goes_on_in_the_same_run(timeline: Timeline) -> None:
    timeline.advance(2)
    timeline.learning_rate = 0.05
    timeline.advance(2)
    assert len(timeline.runs) == 1
    expected = float32([0.01, 0.01, 0.01, 0.05, 0.05])
    assert same(timeline.run.trajectory["learning_rate"], expected)
    whole_timeline(timeline)


def test_of_many_forks_the_oldest_are_dropped(timeline: Timeline) -> None:
    timeline.advance(3)
    for number in range(1, 12):
        timeline.goto(1)
        timeline.learning_rate = 0.01 + number / 1_000
        timeline.advance(2)
        whole_timeline(timeline)
    assert len(timeline.runs) == MOST_RUNS == 8
    assert [run.id for run in timeline.runs] == list(range(5, 13))
    assert timeline.run.parent == 11


def test_reset_forgets_all_runs(descent: Descent) -> None:
    timeline = forked(descent)
    last = timeline.run.id
    timeline.reset()
    assert (timeline.cursor, len(timeline.runs), timeline.run.last) == (0, 1, 0)
    assert timeline.run.id > last
    assert timeline.learning_rate == 0.05
    whole_timeline(timeline)


def test_reset_takes_another_start_and_keeps_it(timeline: Timeline) -> None:
    timeline.reset(W=5.0)
    assert dict(timeline.state.params) == {"W": 5, "b": -1}
    timeline.reset(b=2)
    assert dict(timeline.state.params) == {"W": 5, "b": 2}
    assert len(timeline.runs) == 1
    timeline.advance(3)
    timeline.reset()
    assert dict(timeline.state.params) == {"W": 5, "b": 2}
    assert dict(timeline.problem.start) == {"W": 5, "b": 2}
    whole_timeline(timeline)


def test_it_stops_at_a_state_that_is_not_ready() -> None:
    timeline = Timeline(Descent(Problem(lambda W: (W - 2) ** 2, 8.0)), 0.25)
    taken = timeline.advance(1_000)
    assert (timeline.status, timeline.cursor) == ("converged", taken)
    assert taken < 1_000
    assert timeline.advance(5) == 0
    assert timeline.run.last == taken


def test_from_before_the_end_it_can_be_walked_to_the_end_again(timeline: Timeline) -> None:
    timeline.learning_rate = 0.7
    timeline.advance(1_000)
    assert str(timeline.status) == "diverged"
    last = timeline.cursor
    timeline.back(3)
    assert str(timeline.status) == "ready"
    assert timeline.advance(100) == 3
    assert (timeline.cursor, str(timeline.status)) == (last, "diverged")
    timeline.back(3)
    timeline.learning_rate = 0.01
    assert timeline.advance(100) == 100
    assert str(timeline.status) == "ready"


def test_each_sees_every_state_recorded_ones_too(timeline: Timeline) -> None:
    timeline.advance(3)
    timeline.goto(1)
    seen: list[State] = []
    assert timeline.advance(4, seen.append) == 4
    assert [state.step for state in seen] == [2, 3, 4, 5]
    rows = timeline.run.trajectory.rows(2)
    assert same([timeline.descent.row_of(state) for state in seen], rows)


def test_each_may_reset_and_then_it_stops(timeline: Timeline) -> None:
    def each(state: State) -> None:
        if state.step == 3:
            timeline.reset(W=4.0)

    assert timeline.advance(10, each) == 3
    assert (timeline.cursor, timeline.run.last) == (0, 0)
    whole_timeline(timeline)


def test_each_may_change_the_rate(timeline: Timeline) -> None:
    def each(state: State) -> None:
        timeline.learning_rate = 0.01 / (state.step + 1)

    timeline.advance(3, each)
    expected = float32([0.01, 0.01, 0.01 / 2, 0.01 / 3])
    assert same(timeline.run.trajectory["learning_rate"], expected)
    whole_timeline(timeline)


def test_each_may_go_back(timeline: Timeline) -> None:
    def each(state: State) -> None:
        if state.step == 3:
            timeline.back(2)

    timeline.advance(7, each)
    assert timeline.run.last == 3
    whole_timeline(timeline)


def test_after_an_exception_in_each_the_steps_stand(timeline: Timeline) -> None:
    def each(state: State) -> None:
        if state.step == 3:
            raise RuntimeError("as it should")

    with pytest.raises(RuntimeError, match="as it should"):
        timeline.advance(10, each)
    assert (timeline.cursor, timeline.run.last) == (3, 3)
    timeline.advance(2)
    whole_timeline(timeline)


def test_the_descent_may_be_replaced(timeline: Timeline) -> None:
    timeline.advance(3)
    timeline.descent = Descent(problems.line(), exact=False)
    timeline.advance(3)
    timeline.goto(0)
    assert timeline.run.last == 6
