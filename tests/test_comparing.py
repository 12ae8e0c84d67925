"""Comparing in a widget: what it takes, what holds afterwards, and what pages are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gdwidget import ArgumentError, Choice, GDWidget, OpenQuestionError, Prediction, problems
from gdwidget._sync import shared
from tests.tools import Page, same

if TYPE_CHECKING:
    from gdwidget import Timeline

OPTIMIZERS = ["sgd", "nesterov", "adam"]


def teaches(w: GDWidget) -> bool:
    """Return whether pages have what moves runs together."""
    return bool(w._shared and w._shared.teaching)


def test_the_runs_begin_alike_and_differ_in_one_setting() -> None:
    w = GDWidget(batch_size=2, seed=5, learning_rate=0.02)
    w.step(3)
    w.reset(W=-1.0)
    table = w.compare(optimizer=OPTIMIZERS, steps=20)
    assert [row["optimizer"] for row in table.rows] == OPTIMIZERS
    assert sorted(run.descent.optimizer.name for run in w.runs) == sorted(OPTIMIZERS)
    for run in w.runs:
        alone = GDWidget(
            batch_size=2, seed=5, learning_rate=0.02, optimizer=run.descent.optimizer.name
        )
        alone.reset(W=-1.0)
        alone.step(20)
        same(run.trajectory.rows(), alone.trajectory.rows())


def test_the_leading_run_is_current_and_its_settings_hold() -> None:
    w = GDWidget()
    w.compare(learning_rate=[0.05, 0.01, 0.6])
    assert (w.learning_rate, w.cursor, w.status) == (0.01, 50, "ready")
    w.step()
    assert (len(w.runs), w.cursor) == (3, 51)
    assert w.compare(batch_size=[None, 1, 3], steps=5).values == ["all", "1", "3"]
    assert (w.batch_size, w.cursor) == (None, 5)
    assert [run.last for run in w.runs] == [30, 10, 5]


def test_going_back_and_on_moves_along_what_is_recorded() -> None:
    w = GDWidget()
    w.compare(decay=["constant", "cosine"])
    ids = [run.id for run in w.runs]
    w.goto(0)
    w.run()
    assert [run.id for run in w.runs] == ids
    assert w.cursor == 50


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "compare: got 'none'; accepted: exactly one of optimizer, learning_rate"),
        (
            {"optimizer": OPTIMIZERS, "learning_rate": [1, 2]},
            "compare: got 'optimizer, learning_rate'; accepted: exactly one of",
        ),
        ({"optimiser": OPTIMIZERS}, r"optimiser: got .* \(did you mean optimizer\?\)"),
        ({"lr": [1, 2]}, r"lr: got .* \(the learning rate is learning_rate\)"),
        ({"seed": [1, 2]}, "seed: got .*; accepted: one of optimizer"),
        ({"optimizer": "sgd"}, "optimizer: got 'sgd'; accepted: a list of 2 to 8 values"),
        ({"optimizer": ["sgd"]}, "a list of 2 to 8 values"),
        ({"learning_rate": [0.01 * k for k in range(1, 10)]}, "a list of 2 to 8 values"),
        ({"learning_rate": [0.1, 0.2, 0.1]}, "values of which no two are the same"),
        ({"learning_rate": [0.1, -1]}, "learning_rate: got -1; accepted: a number above 0"),
        ({"optimizer": ["sgd", "adm"]}, r"'adm' \(did you mean adam\?\)"),
        ({"batch_size": [1, 7]}, "batch_size: got 7; accepted: a whole number from 1 to 6"),
        ({"optimizer": OPTIMIZERS, "steps": 0}, "steps: got 0"),
        ({"optimizer": OPTIMIZERS, "until": "low"}, "until: got 'low'"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(given: dict[str, Any], message: str) -> None:
    w = GDWidget()
    w.step(3)
    runs = w.runs
    with pytest.raises(ArgumentError, match=message):
        w.compare(**given)
    assert w.runs == runs
    assert (w.cursor, w.optimizer, w.learning_rate) == (3, "sgd", 0.01)
    assert w._comparison is None


def test_what_makes_no_difference_is_refused() -> None:
    optax = pytest.importorskip("optax")
    w = GDWidget(optimizer=optax.sgd(0.1))
    with pytest.raises(ArgumentError, match="takes no learning rate"):
        w.compare(learning_rate=[0.1, 0.2])
    w.compare(optimizer=["custom", "sgd"])
    assert {run.descent.optimizer.name for run in w.runs} == {"custom", "sgd"}


def test_a_stream_cannot_be_read_twice() -> None:
    w = GDWidget(lambda W, x: ((W * x) ** 2).mean(), 3.0, data=iter([([1.0],), ([2.0],)]))
    with pytest.raises(ArgumentError, match="the batches of a stream cannot be read twice"):
        w.compare(optimizer=OPTIMIZERS)


def test_an_exception_on_the_way_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    w = GDWidget()
    w.step(3)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("gdwidget._mixins.comparing.compared", interrupted)
        with pytest.raises(KeyboardInterrupt):
            w.compare(optimizer=OPTIMIZERS)
    assert (len(w.runs), w.cursor, w.optimizer) == (1, 3, "sgd")


def test_it_waits_while_a_question_is_open() -> None:
    w = GDWidget(questions=[Prediction("next_step")])
    with pytest.raises(OpenQuestionError, match="compare waits until"):
        w.compare(optimizer=OPTIMIZERS)
    w.ask(None)
    w.compare(optimizer=OPTIMIZERS)
    assert len(w.runs) == 3


def test_pages_are_told_which_runs_belong_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "_latest", [])  # other tests have used what teaches
    w = GDWidget()
    w.open()
    assert not teaches(w)
    page = Page(w)
    w.compare(learning_rate=[0.05, 0.6, 0.01], until=1.0)
    ids = {run.latest.peak: run.id for run in w.runs}
    assert w._comparison == {
        "setting": "learning_rate",
        "runs": [ids[0.05], ids[0.6], ids[0.01]],
        "values": ["0.05", "0.6", "0.01"],
        "until": 1.0,
        "reached": [4, -1, 24],
        "verdicts": ["converged", "diverged", "falling"],
    }
    assert teaches(w)
    page.sync()
    assert set(page.rows) == set(w._comparison["runs"])
    assert w.get_state()["_comparison"] == w._comparison
    w.close()


def test_a_widget_that_is_shown_later_has_what_pages_need() -> None:
    w = GDWidget(problems.quadratic(10.0))
    w.compare(optimizer=OPTIMIZERS)
    w.open()
    assert teaches(w)
    w.close()


def test_a_question_may_ask_for_the_best_of_three_optimizers() -> None:
    def fewest(timeline: Timeline) -> str:
        table = GDWidget(timeline.problem, learning_rate=0.05).compare(
            optimizer=["sgd", "momentum", "adam"], until=0.1
        )
        reached = dict(zip(table.values, table.reached, strict=True))
        return min(reached, key=lambda name: reached[name] or 1000)

    question = Choice("Which is there first?", ["sgd", "momentum", "adam"], truth=fewest)
    w = GDWidget(questions=[question])
    assert w.answer("sgd") == "right"
