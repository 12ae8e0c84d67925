"""Runs with other optimizers, batches and streams beside each other in one timeline."""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import Descent, Problem, Timeline, problems
from gdwidget._core.schedules import Rates
from gdwidget._history.timeline import MOST_RUNS
from tests.tools import interrupted, refuses, same, whole_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

XS = np.random.default_rng(5).normal(size=10).astype(np.float32)
YS = 2 * XS - 1


def line(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((W * xs + b - ys) ** 2)


def problem(data: Any = (XS, YS)) -> Problem:
    return Problem(line, 3.0, 2.0, argnums=(0, 1), data=data)


PROBLEM = problem()


@pytest.fixture(scope="module")
def adam() -> Descent:
    return Descent(PROBLEM, optimizer="adam", batch_size=4)


@pytest.fixture(scope="module")
def sgd() -> Descent:
    return Descent(PROBLEM)


@pytest.fixture(scope="module")
def momentum() -> Descent:
    return Descent(PROBLEM, optimizer="momentum")


class Loader:
    """Batches that can be read over and over, as from a data loader."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[Any]:
        return ((XS + number, YS) for number in range(self.count))

    def __len__(self) -> int:
        return self.count


def test_another_optimizer_begins_a_new_run_from_the_same_start(
    sgd: Descent, adam: Descent, momentum: Descent
) -> None:
    timeline = Timeline(sgd, 0.05)
    timeline.reset(W=7.0)
    timeline.advance(5)
    first = timeline.run
    timeline.restart(adam)
    assert (timeline.cursor, timeline.run.last, timeline.runs[0]) == (0, 0, first)
    assert timeline.state.params["W"] == 7
    timeline.advance(6)
    whole_timeline(timeline)
    timeline.restart(momentum)
    timeline.advance(7)
    whole_timeline(timeline)
    assert [run.last for run in timeline.runs] == [5, 6, 7]
    assert [run.parent for run in timeline.runs] == [None] * 3
    assert [run.batches is None for run in timeline.runs] == [True, False, True]
    assert [run.label for run in timeline.runs] == [
        "sgd, learning rate 0.05",
        "adam, learning rate 0.05, batches of 4",
        "momentum, learning rate 0.05",
    ]


def test_of_many_runs_the_oldest_are_dropped(sgd: Descent, momentum: Descent) -> None:
    timeline = Timeline(sgd, 0.05)
    for number in range(12):
        timeline.restart((momentum, sgd)[number % 2])
        timeline.advance(2)
    assert len(timeline.runs) == MOST_RUNS
    assert [run.id for run in timeline.runs] == list(range(6, 14))


def test_four_starts_are_four_runs_and_four_minima() -> None:
    timeline = Timeline(Descent(problems.himmelblau()), 0.01)
    for x, y in itertools.product((-4.0, 4.0), repeat=2):
        timeline.reset(x=x, y=y)
        timeline.advance(200)
    ends = {tuple(np.round(run.trajectory.rows()[-1, [0, 4]], 3).tolist()) for run in timeline.runs}
    assert (len(timeline.runs), len(ends)) == (4, 4)


def test_only_runs_with_steps_are_kept_beside_another_start(sgd: Descent) -> None:
    timeline = Timeline(sgd)
    counts: list[int] = []
    for steps in (2, 0, 0, 1):
        timeline.reset(W=float(len(counts)))
        if steps:
            timeline.advance(steps)
        counts.append(len(timeline.runs))
    timeline.reset()
    assert [*counts, len(timeline.runs)] == [1, 2, 2, 2, 1]


def test_clear_forgets_the_runs_before(sgd: Descent, adam: Descent) -> None:
    timeline = Timeline(sgd, 0.05)
    timeline.advance(3)
    timeline.restart(adam)
    timeline.advance(4)
    timeline.goto(2)
    rows = timeline.run.trajectory.rows()
    timeline.clear()
    assert (len(timeline.runs), timeline.cursor, timeline.run.last) == (1, 2, 4)
    assert same(timeline.run.trajectory.rows(), rows)
    timeline.clear()
    whole_timeline(timeline)


def test_a_restart_that_cannot_be_changes_nothing(sgd: Descent) -> None:
    timeline = Timeline(sgd, 0.05)
    timeline.advance(3)
    ended = Descent(problem(iter([(XS, YS)])))
    ended.init(0.05)
    before = timeline.runs
    with refuses("data", "an iterable that has ended", "started again, or has a further batch"):
        timeline.restart(ended)
    assert (timeline.runs, timeline.cursor, timeline.descent) == (before, 3, sgd)
    timeline.advance(2)
    whole_timeline(timeline)


@pytest.mark.parametrize(
    ("rates", "then", "label"),
    [
        (Rates(0.05), None, "sgd, learning rate 0.05"),
        (Rates(0.05), Rates(0.1), "sgd, learning rate 0.05, then 0.1"),
        (Rates(0.05), Rates(0.1, "cosine", 9), "sgd, learning rate 0.1 (cosine)"),
        (Rates(0.05, "warmup_cosine", 9), None, "sgd, learning rate 0.05 (warmup_cosine)"),
        (Rates(optax.linear_schedule(0.25, 0.0, 9)), None, "sgd, learning rate 0.25 (custom)"),
        (Rates(1 / 3), None, "sgd, learning rate 0.3333333"),
    ],
)
def test_a_run_is_called_by_its_settings(
    sgd: Descent, rates: Rates, then: Rates | None, label: str
) -> None:
    timeline = Timeline(sgd, rates)
    timeline.advance(2)
    timeline.rates = then or rates
    timeline.advance(2)
    assert timeline.run.label == label


def test_a_run_is_called_by_the_rates_that_took_a_step(sgd: Descent, adam: Descent) -> None:
    timeline = Timeline(sgd, 0.1)
    assert timeline.run.label == "sgd"
    timeline.learning_rate = 0.001
    assert timeline.run.label == "sgd"
    timeline.advance(3)
    assert timeline.run.label == "sgd, learning rate 0.001"
    timeline.learning_rate = 0.1
    timeline.learning_rate = 0.01
    timeline.advance(3)
    assert timeline.run.label == "sgd, learning rate 0.001, then 0.01"
    timeline.learning_rate = 0.1
    assert timeline.run.label == "sgd, learning rate 0.001, then 0.01"
    timeline.restart(adam)
    timeline.learning_rate = 0.05
    timeline.advance(1)
    assert timeline.run.label == "adam, learning rate 0.05, batches of 4"


def test_the_end_of_a_stream_is_no_step_at_a_rate() -> None:
    timeline = Timeline(Descent(problem(iter(Loader(3)))), 0.05)
    timeline.advance(100)
    timeline.learning_rate = 0.1
    timeline.advance(1)
    assert (timeline.status, timeline.run.label) == ("ended", "sgd, learning rate 0.05")


def test_labels_name_single_samples_forks_and_what_takes_no_rate() -> None:
    timeline = Timeline(Descent(PROBLEM, optimizer=optax.sgd(0.1), batch_size=1))
    timeline.advance(3)
    assert timeline.run.label == "custom optimizer, single samples"
    timeline.restart(Descent(PROBLEM, optimizer=optax.adabelief, batch_size=1))
    timeline.advance(3)
    timeline.goto(1)
    timeline.learning_rate = 0.5
    timeline.advance(1)
    assert timeline.run.label == (
        "custom optimizer, learning rate 0.5, single samples, from step 1"
    )


def test_a_rate_that_makes_no_difference_does_not_fork() -> None:
    timeline = Timeline(Descent(PROBLEM, optimizer=optax.sgd(0.1), batch_size=4))
    timeline.advance(5)
    timeline.goto(2)
    timeline.rates = Rates(0.5, "cosine", 9)
    assert not timeline.forks
    timeline.advance(2)
    assert (len(timeline.runs), timeline.cursor, timeline.run.last) == (1, 4, 5)


@pytest.mark.parametrize("at", [0, 7, 19])
@pytest.mark.parametrize("batch_size", [None, 4])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Rates(0.05), Rates(0.02)),
        (Rates(0.05), Rates(0.02, "cosine", 50)),
        (Rates(0.05, "exponential", 50), Rates(0.05, "inverse_time", 51)),
        (Rates(0.05, "warmup_cosine", 50), Rates(0.05, "warmup_cosine", 80)),
        (Rates(0.05, "exponential", 50), Rates(0.02)),
    ],
)
def test_a_run_goes_on_in_the_fork_that_its_first_step_makes(
    at: int, batch_size: int | None, optimizer: str, before: Rates, after: Rates
) -> None:
    descent = _descents()[optimizer, batch_size]
    timeline = Timeline(descent, before)
    timeline.advance(20)
    timeline.goto(at)
    timeline.rates = after
    # At step 0 all exponential decays of one rate are alike.
    first = next(step for step in range(at, 20) if before.at(step, 1) != after.at(step, 1))
    assert timeline.forks == (first == at)
    assert timeline.advance(30) == 30
    assert (len(timeline.runs), timeline.run.fork, timeline.cursor) == (2, first, at + 30)
    expected = np.concatenate([before.at(0, first), after.at(first, at + 30 - first)])
    assert same(timeline.run.trajectory["learning_rate"][1:], expected)


@cache
def _descents() -> dict[tuple[str, int | None], Descent]:
    return {
        (optimizer, size): Descent(PROBLEM, optimizer=optimizer, batch_size=size)
        for optimizer in ("sgd", "adam")
        for size in (None, 4)
    }


def test_a_schedule_that_has_no_rate_at_a_recorded_step_is_refused(sgd: Descent) -> None:
    timeline = Timeline(sgd, 0.05)
    timeline.advance(9)
    timeline.goto(5)
    timeline.rates = Rates(lambda step: jnp.where(step < 5, 0.05, jnp.nan))
    assert (timeline.forks, timeline.next_rate) == (False, None)
    with refuses("learning_rate", "returns nan at step 5", "finite numbers, 0 or more"):
        timeline.advance(1)
    assert (timeline.cursor, len(timeline.runs), timeline.run.last) == (5, 1, 9)


def test_a_decay_goes_by_the_step_also_after_going_back(sgd: Descent) -> None:
    timeline = Timeline(sgd, Rates(0.05, "cosine", 20))
    timeline.advance(10)
    timeline.goto(3)
    timeline.advance(12)
    assert len(timeline.runs) == 1
    assert same(timeline.run.trajectory["learning_rate"][1:], Rates(0.05, "cosine", 20).at(0, 15))
    timeline.goto(5)
    timeline.rates = Rates(0.05, "step", 20)
    assert timeline.forks
    timeline.advance(3)
    assert same(timeline.run.trajectory["learning_rate"][6:], Rates(0.05, "step", 20).at(5, 3))
    whole_timeline(timeline)


@pytest.mark.parametrize("memory", [0, 64_000_000])
def test_forks_of_forks_go_back_exactly(adam: Descent, memory: int) -> None:
    timeline = Timeline(adam, 0.05, snapshot_bytes=memory)
    timeline.advance(300)
    for fork, rate in ((211, 0.1), (90, 0.02), (89, 0.3)):
        timeline.goto(fork)
        state = timeline.state
        timeline.learning_rate = rate
        timeline.advance(40)
        whole_timeline(timeline)
        for step in (fork + 7, fork, fork - 3, 0, fork + 40):
            timeline.goto(step)
            assert same(adam.row_of(timeline.state), timeline.run.trajectory.rows()[step])
        timeline.goto(fork)
        assert same(timeline.state.opt_state[0].mu, state.opt_state[0].mu)
        assert same(timeline.state.opt_state[0].count, fork)
        timeline.goto(timeline.run.last)
    assert len(timeline.runs) == 4


def test_compiled_in_another_way_a_run_that_remembers_goes_on_in_a_fork(adam: Descent) -> None:
    fused = Descent(PROBLEM, optimizer="adam", batch_size=4, exact=False)
    timeline = Timeline(adam, 0.05, snapshot_bytes=0)
    timeline.advance(20)
    timeline.descent = fused
    assert timeline.forks
    timeline.advance(20)
    assert (timeline.run.fork, timeline.run.last, timeline.run.descent) == (20, 40, fused)
    for step in (30, 10, 20, 40):
        timeline.goto(step)
        assert same(adam.row_of(timeline.state), timeline.run.trajectory.rows()[step])
    whole_timeline(timeline)


def test_the_coming_update_is_the_one_that_comes(adam: Descent) -> None:
    timeline = Timeline(adam, Rates(0.05, "cosine", 50))
    timeline.advance(20)
    for step in (20, 3, 0):
        timeline.goto(step)
        coming = timeline.coming
        assert coming is not None
        assert set(coming.terms) == {"momentum", "second moment", "step", "learning rate"}
        before = timeline.state.params["W"]
        timeline.advance(1)
        assert coming.terms["learning rate"] == timeline.state.learning_rate
        assert list(coming.values) == ["W", "b"]
        assert same(list(coming.values.values()), [timeline.state.params[n] for n in "Wb"])
        step_taken = float(timeline.state.params["W"]) - float(before)
        assert coming.terms["step"] == pytest.approx(step_taken, rel=1e-3)
        memory = timeline.state.opt_state[0]
        assert same(coming.terms["momentum"], memory.mu[0])
        assert same(coming.terms["second moment"], memory.nu[0])


def test_plain_descent_at_one_rate_tells_no_coming_update(sgd: Descent) -> None:
    timeline = Timeline(sgd, 0.05)
    assert timeline.coming is None
    timeline.rates = Rates(lambda step: jnp.where(step < 3, 0.05, jnp.nan))
    timeline.advance(3)
    assert timeline.coming is None
    with refuses("learning_rate", "returns nan at step 3", "finite numbers, 0 or more"):
        timeline.advance(5)
    assert (timeline.cursor, timeline.run.last) == (3, 3)
    whole_timeline(timeline)


def test_steps_before_a_rate_that_is_none_stand(adam: Descent) -> None:
    timeline = Timeline(adam, Rates(lambda step: jnp.where(step < 7, 0.05, jnp.nan)))
    with refuses("learning_rate", "at step 7", "finite numbers, 0 or more"):
        timeline.advance(50)
    assert (timeline.cursor, timeline.run.last) == (7, 7)
    timeline.learning_rate = 0.05
    timeline.advance(3)
    whole_timeline(timeline)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_stream_is_learned_from_batch_by_batch(optimizer: str) -> None:
    timeline = Timeline(Descent(problem(Loader(6)), optimizer=optimizer), 0.05)
    assert timeline.advance(3) == 3
    assert str(timeline.status) == "ready"
    assert timeline.advance(10) == 10
    assert (timeline.cursor, str(timeline.status)) == (13, "ready")
    rows = timeline.run.trajectory.rows()
    for step, row in enumerate(rows):
        batch = XS + step % 6
        assert row[2] == pytest.approx(float(line(row[0], row[4], batch, YS)), rel=1e-5)
    timeline.goto(2)
    assert str(timeline.status) == "ready"
    assert same(timeline.descent.row_of(timeline.state), rows[2])
    assert timeline.advance(11) == 11
    timeline.reset()
    assert (timeline.cursor, timeline.status) == (0, "ready")
    timeline.advance(13)
    assert same(timeline.run.trajectory.rows(), rows)


def test_a_generator_that_has_ended_cannot_begin_again() -> None:
    batches = ((XS + number, YS) for number in range(4))
    timeline = Timeline(Descent(problem(batches)), 0.05)
    timeline.advance(2)
    timeline.reset()
    assert timeline.advance(9) == 0
    before = timeline.runs
    assert timeline.status == "ended"
    accepted = "an iterable that can be started again, or has a further batch"
    with refuses("data", "an iterable that has ended", accepted):
        timeline.reset()
    assert (timeline.runs, timeline.cursor, timeline.status) == (before, 0, "ended")


def test_a_state_of_a_stream_that_is_no_longer_kept_is_said_to_be_gone() -> None:
    timeline = Timeline(Descent(problem(Loader(40)), optimizer="adam"), 0.05, snapshot_bytes=0)
    timeline.advance(30)
    timeline.goto(4)
    assert (timeline.cursor, timeline.coming) == (4, None)
    accepted = "a step whose state is kept: the batches of a stream cannot be read again"
    with refuses("step", "4", accepted):
        timeline.state  # noqa: B018 - it is what raises
    rows = timeline.run.trajectory.rows()
    assert len(rows) == 31
    timeline.goto(30)
    assert same(timeline.descent.row_of(timeline.state), rows[30])
    timeline.advance(3)
    assert timeline.cursor == 33


def test_a_fork_of_a_stream_goes_on_with_the_newest_batches() -> None:
    timeline = Timeline(Descent(problem(Loader(40)), optimizer="adam"), 0.05)
    timeline.advance(10)
    timeline.goto(4)
    timeline.learning_rate = 0.1
    timeline.advance(3)
    assert (timeline.run.fork, timeline.run.last, len(timeline.runs)) == (4, 7, 2)
    W, b = timeline.run.trajectory.rows()[5][[0, 4]]
    assert timeline.run.trajectory["loss"][5] == pytest.approx(float(line(W, b, XS + 11, YS)))


def raising() -> Iterator[Any]:
    for number in range(4):
        yield XS + number, YS
    raise OSError("disk gone")


def other_shape() -> Iterator[Any]:
    for number in range(4):
        yield XS + number, YS
    yield XS[:, None], YS


@pytest.mark.parametrize(
    ("batches", "given"),
    [(raising, "it raised OSError: disk gone"), (other_shape, "batch 4 of float32[")],
)
def test_after_a_bad_batch_the_steps_stand(
    batches: Callable[[], Iterator[Any]], given: str
) -> None:
    timeline = Timeline(Descent(problem(batches()), optimizer="adam"), 0.05)
    with refuses("data", given, "batches"):
        timeline.advance(100)
    assert (timeline.cursor, timeline.run.last, timeline.status) == (3, 3, "ready")
    assert timeline.advance(1) == 0
    assert str(timeline.status) == "ended"
    timeline.goto(2)
    assert timeline.state.step == 2


def step_on(timeline: Timeline, _: Descent) -> None:
    timeline.advance(4)


def step_one_by_one(timeline: Timeline, _: Descent) -> None:
    timeline.advance(2, lambda _: None)


def fork(timeline: Timeline, _: Descent) -> None:
    timeline.goto(1)
    timeline.learning_rate = 0.2
    timeline.advance(4)


def restart(timeline: Timeline, other: Descent) -> None:
    timeline.restart(other)
    timeline.advance(3)


def clear(timeline: Timeline, other: Descent) -> None:
    timeline.restart(other)
    timeline.clear()
    timeline.advance(3)


@pytest.mark.parametrize("action", [step_on, step_one_by_one, fork, restart, clear])
def test_an_interrupt_anywhere_leaves_a_timeline_that_works(
    adam: Descent, momentum: Descent, action: Callable[[Timeline, Descent], None]
) -> None:
    for line_number in range(1, 3_000):
        timeline = Timeline(adam, 0.05)
        timeline.advance(3)
        struck = interrupted(line_number, lambda: action(timeline, momentum))  # noqa: B023
        whole_timeline(timeline)
        timeline.advance(2)
        timeline.goto(timeline.run.last)
        whole_timeline(timeline)
        if not struck:
            return
    pytest.fail("it has more lines than that")
