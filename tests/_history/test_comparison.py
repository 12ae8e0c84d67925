from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gdwidget import Descent, Problem, Timeline, problems
from gdwidget._core.schedules import Rates
from gdwidget._history.comparison import compared, leading, samples_read, side_by_side, verdict
from gdwidget._history.plan import Steps
from tests.tools import same, whole_timeline

if TYPE_CHECKING:
    from gdwidget._history.run import Run

LINE = problems.line()


def by_rate(*rates: float, steps: int = 20) -> list[Run]:
    plans = [Steps(Descent(LINE), Rates(rate)) for rate in rates]
    return side_by_side(Timeline(plan=plans[0]), plans, steps)


def by_size(*sizes: int | None, steps: int = 4) -> list[Run]:
    plans = [Steps(Descent(LINE, batch_size=size, seed=3), Rates(0.01)) for size in sizes]
    return side_by_side(Timeline(plan=plans[0]), plans, steps)


def test_each_run_is_the_one_that_would_be_taken_alone() -> None:
    timeline = Timeline(Descent(LINE, batch_size=4, seed=3))
    timeline.reset(W=-3.0)
    timeline.advance(5)
    plans = [Steps(Descent(LINE, batch_size=4, seed=3), Rates(rate)) for rate in (0.02, 0.05)]
    runs = side_by_side(timeline, plans, 30)
    assert (len(timeline.runs), timeline.run.last) == (1, 5)
    for run, plan in zip(runs, plans, strict=True):
        alone = Timeline(plan=plan)
        alone.reset(W=-3.0)
        alone.advance(30)
        same(run.trajectory.rows(), alone.run.trajectory.rows())


@pytest.mark.parametrize(
    ("sizes", "steps", "lasts"),
    [
        ((1, 2, None), 4, [24, 12, 4]),  # four epochs of six samples
        ((4, 1), 3, [3, 10]),  # 4 + 2 + 4: the last batch of an epoch is short
        ((4, 5), 3, [3, 3]),  # 5 + 1 + 5 = 11 samples; 4 + 2 + 4 = 10
        ((None,), 7, [7]),
    ],
)
def test_batches_of_other_sizes_read_as_many_samples(
    sizes: tuple[int | None, ...], steps: int, lasts: list[int]
) -> None:
    runs = by_size(*sizes, steps=steps)
    assert [run.last for run in runs] == lasts
    most = max(samples_read(run, run.last) for run in runs)
    for run in runs:
        assert samples_read(run, run.last) <= most < samples_read(run, run.last + 1)


def test_samples_are_counted_as_they_are_read() -> None:
    (run,) = by_size(4, steps=9)
    assert run.batches
    read = np.cumsum([len(run.batches.indices(step)) for step in range(9)])
    assert [samples_read(run, steps) for steps in range(1, 10)] == read.tolist()


def test_the_verdict_is_what_became_of_a_run() -> None:
    runs = by_rate(0.01, 0.2, 10.0, 0.15, steps=40)
    assert [verdict(run) for run in runs] == ["falling", "rising", "diverged", "converged"]


def test_the_leading_run_came_farthest_without_diverging() -> None:
    assert leading(by_rate(0.01, 0.02, 0.2, 10.0, steps=40)) == 1
    assert leading(by_rate(0.15, 0.01, 0.15, steps=40)) == 1
    assert leading(by_rate(10.0, 0.2, steps=40)) == 1
    assert leading(by_size(1, None, 2)) == 1


def test_the_table_tells_when_a_loss_was_reached() -> None:
    runs = by_rate(0.01, 0.05, 10.0, steps=40)
    table = compared(runs, "learning_rate", [0.01, 0.05, 10.0], 1.0)
    for run, reached in zip(runs, table.reached, strict=True):
        losses = run.trajectory["loss"]
        below = np.flatnonzero(losses <= 1)
        assert reached == (below[0] if len(below) else None)
    assert table.reached[2] is None
    assert np.isnan(table.rows[2]["loss"])
    assert repr(table).splitlines()[0].split() == (
        ["learning_rate", "steps", "loss", "steps", "until", "1", "verdict"]
    )
    assert "until" not in compared(runs, "learning_rate", [1, 2, 3], None).rows[0]


def test_of_batches_the_loss_is_that_on_all_data_where_it_was_measured() -> None:
    runs = by_size(1, 4)
    table = compared(runs, "batch_size", [1, 4], None)
    assert [row["loss"] for row in table.rows] == [run.trajectory["full_loss"][-1] for run in runs]


def test_the_table_is_safe_as_html() -> None:
    html = compared(by_rate(0.01), "optimizer", ["<b>"], None)._repr_html_()
    assert '<th scope="row">&lt;b&gt;</th>' in html
    assert "<b>" not in html


def test_a_timeline_takes_runs_over_and_goes_on_from_the_last() -> None:
    timeline = Timeline(Descent(LINE))
    timeline.advance(3)
    plan = Steps(Descent(LINE), Rates(0.05))
    runs = side_by_side(timeline, [timeline.plan, plan], 10)
    timeline.adopt(runs, plan)
    assert timeline.runs == tuple(runs)
    assert [run.id for run in runs] == [2, 3]
    assert (timeline.cursor, timeline.learning_rate) == (10, 0.05)
    whole_timeline(timeline)
    timeline.back(4)
    assert timeline.advance(6) == 4 + 2
    alone = Timeline(Descent(LINE), 0.05)
    alone.advance(12)
    same(timeline.run.trajectory.rows(), alone.run.trajectory.rows())


def test_a_start_from_which_nothing_moves_is_compared_too() -> None:
    flat = Problem(lambda x: (x - 2.0) ** 2, 2.0)
    plans = [Steps(Descent(flat, optimizer=name), Rates(0.1)) for name in ("sgd", "adam")]
    runs = side_by_side(Timeline(plan=plans[0]), plans, 5)
    assert [(run.last, verdict(run)) for run in runs] == [(0, "converged")] * 2
