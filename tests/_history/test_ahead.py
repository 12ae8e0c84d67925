"""A step taken before anyone asks for it: the same as if it had been taken then, and no record."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import Descent, Problem, Timeline, problems
from gdwidget._core.descent import QUICK_SECONDS
from gdwidget._core.schedules import Rates
from tests.tools import same, whole_timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._history.ahead import Ahead

STEPS = 12


def ready(timeline: Timeline) -> Timeline:
    """Take a first step, for only what is compiled is taken ahead; have it count as quick."""
    timeline.advance(1)
    timeline.descent.seconds_per_step = 1e-4
    return timeline


def taken_ahead(timeline: Timeline) -> Ahead:
    """Take the next step ahead."""
    timeline.descent.seconds_per_step = 1e-4
    departure = timeline.departure
    assert departure
    ahead = departure.ahead()
    assert ahead
    timeline.ahead = ahead
    assert timeline.ahead is ahead
    return ahead


def forbid(patch: pytest.MonkeyPatch, descent: Descent) -> None:
    """Have a descent take no further step."""

    def run(*_: object) -> None:
        pytest.fail("a step was computed again")

    patch.setattr(descent, "run", run)


def line(**settings: Any) -> Descent:
    return Descent(problems.line(), **settings)


def both(**settings: Any) -> Descent:
    article = problems.line()
    problem = Problem(article.loss, 8.0, -1.0, argnums=(0, 1), data=article.data)
    return Descent(problem, **settings)


DESCENTS: dict[str, Callable[[], Descent]] = {
    "sgd": line,
    "sgd, fused": lambda: line(exact=False),
    "momentum": lambda: line(optimizer="momentum"),
    "adam": lambda: both(optimizer="adam"),
    "adam, fused": lambda: both(optimizer="adam", exact=False),
    "batches": lambda: both(batch_size=4, seed=3),
    "adam on batches": lambda: line(optimizer="adam", batch_size=1),
    "handed in": lambda: line(optimizer=optax.lbfgs(0.1)),
    "a network": lambda: Descent(problems.moons(), optimizer="adam", batch_size=8),
}


@pytest.mark.parametrize("rates", [Rates(0.02), Rates(0.02, "cosine", 20)], ids=["one", "decay"])
@pytest.mark.parametrize("make", DESCENTS.values(), ids=DESCENTS)
def test_it_is_the_step_that_would_have_been_taken(
    make: Callable[[], Descent], rates: Rates, monkeypatch: pytest.MonkeyPatch
) -> None:
    descent = make()
    plain, ahead = (ready(Timeline(descent, rates)) for _ in range(2))
    for _ in range(STEPS):
        plain.advance(1)
        told = taken_ahead(ahead)
        with monkeypatch.context() as patch:
            forbid(patch, descent)
            assert ahead.advance(1) == 1
        assert same(told.rows, plain.run.trajectory.rows(plain.cursor))
        assert (told.rate, told.coming) == (plain.next_rate, plain.coming)
        expected, got = (
            jax.tree.leaves(plain.state.opt_state),
            jax.tree.leaves(ahead.state.opt_state),
        )
        for one, other in zip(expected, got, strict=True):
            assert np.array_equal(one, other, equal_nan=True)
    assert same(plain.run.trajectory.rows(), ahead.run.trajectory.rows())
    whole_timeline(ahead)


@pytest.mark.parametrize(("rate", "status"), [(3 / 31, "converged"), (1e38, "diverged")])
def test_it_may_be_the_last_one(descent: Descent, rate: float, status: str) -> None:
    timeline = ready(Timeline(descent, 1e-6))
    timeline.learning_rate = rate
    while timeline.status == "ready":
        told = taken_ahead(timeline)
        timeline.advance(1)
        assert told.state.status == timeline.status
    assert (timeline.status, timeline.departure) == (status, None)


def test_nothing_is_recorded_of_it(timeline: Timeline) -> None:
    ready(timeline)
    before = timeline.run.trajectory.rows().copy()
    state, label = timeline.state, timeline.run.label
    taken_ahead(timeline)
    assert (timeline.cursor, timeline.run.last, timeline.run.label) == (1, 1, label)
    assert same(timeline.run.trajectory.rows(), before)
    assert timeline.state is state


def test_many_steps_are_taken_as_ever(timeline: Timeline) -> None:
    ready(timeline)
    taken_ahead(timeline)
    timeline.advance(5)
    assert timeline.ahead is None
    whole_timeline(timeline)


def go_back(timeline: Timeline) -> None:
    timeline.back()


def change_the_rate(timeline: Timeline) -> None:
    timeline.learning_rate = 0.02


def change_the_decay(timeline: Timeline) -> None:
    timeline.rates = Rates(0.01, "cosine", 50)


def compile_otherwise(timeline: Timeline) -> None:
    timeline.descent = line(exact=False)


def start_over(timeline: Timeline) -> None:
    timeline.reset()


def start_elsewhere(timeline: Timeline) -> None:
    timeline.reset(W=5.0)


def take_another_optimizer(timeline: Timeline) -> None:
    timeline.restart(line(optimizer="momentum"))


def take_other_batches(timeline: Timeline) -> None:
    timeline.restart(line(batch_size=2))


def fork(timeline: Timeline) -> None:
    timeline.back()
    timeline.learning_rate = 0.05
    timeline.advance(1)


def take_the_step(timeline: Timeline) -> None:
    timeline.advance(1)


@pytest.mark.parametrize(
    "change",
    [
        go_back,
        change_the_rate,
        change_the_decay,
        compile_otherwise,
        start_over,
        start_elsewhere,
        take_another_optimizer,
        take_other_batches,
        fork,
        take_the_step,
    ],
)
def test_it_holds_no_longer_after_any_change(
    descent: Descent, change: Callable[[Timeline], None]
) -> None:
    timeline, plain = ready(Timeline(descent)), ready(Timeline(descent))
    taken_ahead(timeline)
    for each in (timeline, plain):
        change(each)
        assert each.ahead is None
        each.goto(each.run.last)
        each.advance(1)
    assert same(timeline.run.trajectory.rows(), plain.run.trajectory.rows())


@pytest.mark.parametrize("change", [change_the_rate, start_over, take_another_optimizer])
def test_a_change_that_comes_while_it_is_taken_wins(
    timeline: Timeline, change: Callable[[Timeline], None]
) -> None:
    departure = ready(timeline).departure
    assert departure
    change(timeline)
    ahead = departure.ahead()
    assert ahead
    timeline.ahead = ahead
    assert timeline.ahead is None
    timeline.advance(1)
    whole_timeline(timeline)


def test_it_holds_again_where_one_went_back_and_came_again(timeline: Timeline) -> None:
    ready(timeline)
    told = taken_ahead(timeline)
    timeline.back()
    timeline.advance(1)
    assert timeline.ahead is told


def test_there_is_none_but_after_the_newest_step(timeline: Timeline) -> None:
    ready(timeline)
    timeline.advance(3)
    timeline.back()
    assert timeline.departure is None


def test_there_is_none_of_a_stream_whose_batches_would_be_gone() -> None:
    xs, ys = problems.line().data
    read: list[int] = []

    def batches() -> Any:
        for index in range(6):
            read.append(index)
            yield xs[index : index + 1], ys[index : index + 1]

    problem = Problem(problems.line().loss, 8.0, -1.0, data=batches())
    timeline = ready(Timeline(Descent(problem)))
    before = len(read)
    assert timeline.departure
    assert timeline.departure.ahead() is None
    assert len(read) == before


def printing(W: Any) -> Any:
    jax.debug.callback(called.append, W)
    return W * W


def calling(W: Any) -> Any:
    def host(value: Any) -> Any:
        called.append(value)
        return value

    seen = jax.pure_callback(host, jnp.float32(0), jax.lax.stop_gradient(W))
    return W * W + 0 * seen


called: list[object] = []


@pytest.mark.parametrize("loss", [printing, calling])
def test_there_is_none_of_a_loss_that_calls_back(loss: Callable[[Any], Any]) -> None:
    timeline = ready(Timeline(Descent(Problem(loss, 3.0))))
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    called.clear()
    assert timeline.departure
    assert timeline.departure.ahead() is None
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    assert called == []


def test_there_is_none_of_an_optimizer_that_calls_back() -> None:
    def update(updates: Any, state: Any, params: Any = None) -> Any:
        jax.debug.callback(called.append, updates)
        return updates, state

    watched = optax.GradientTransformation(lambda _: optax.EmptyState(), update)
    timeline = ready(Timeline(line(optimizer=optax.chain(optax.sgd(0.01), watched))))
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    called.clear()
    assert timeline.departure
    assert timeline.departure.ahead() is None
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    assert called == []


def test_there_is_none_where_steps_are_slow(timeline: Timeline) -> None:
    ready(timeline).descent.seconds_per_step = 1.1 * QUICK_SECONDS
    departure = timeline.departure
    assert departure
    assert departure.ahead() is None
    timeline.descent.seconds_per_step = 0.9 * QUICK_SECONDS
    assert departure.ahead()


def test_a_step_that_was_slow_ahead_is_the_last_one_taken_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timeline = Timeline(line(optimizer="adamax"))
    timeline.descent.warm_up()
    departure = timeline.departure
    assert departure
    times = iter([100.0, 100.0 + 2 * QUICK_SECONDS])
    clock = SimpleNamespace(perf_counter=lambda: next(times))
    monkeypatch.setattr("gdwidget._core.descent.time", clock)
    assert departure.ahead()
    assert departure.ahead() is None


def test_there_is_none_before_a_step_is_compiled() -> None:
    timeline = Timeline(line(optimizer="adamax"))
    assert timeline.departure
    assert timeline.departure.ahead() is None
    timeline.descent.warm_up()
    timeline.descent.seconds_per_step = 1e-4
    assert timeline.departure.ahead()


def test_there_is_none_where_steps_are_not_compiled(timeline: Timeline) -> None:
    departure = ready(timeline).departure
    assert departure
    with jax.disable_jit():
        assert departure.ahead() is None


def test_there_is_none_where_the_schedule_ends() -> None:
    def schedule(step: Any) -> Any:
        return jnp.where(step < 2, 0.01, -1.0)

    timeline = ready(Timeline(line(), schedule))
    told = taken_ahead(timeline)
    assert (told.rate, told.coming) == (None, None)
    timeline.advance(1)
    assert timeline.departure
    assert timeline.departure.ahead() is None
