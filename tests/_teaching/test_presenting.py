"""Presenting: what there was is laid aside, and comes back to the last digit."""

from __future__ import annotations

from typing import Any

import pytest

from gdwidget import GDWidget, OpenQuestionError, Prediction, problems
from tests.tools import Page


def shown(w: GDWidget) -> tuple[Any, ...]:
    """Return all that a learner sees of a widget, or has answered in it."""
    runs = [(run.id, run.trajectory.rows().tolist()) for run in w._timeline.runs]
    settings = (w.learning_rate, w.optimizer, w.batch_size, w.run_steps, w.problem_name)
    return settings, runs, w.cursor, w._asked, list(w._answers), w.submit(None)


def asked() -> tuple[GDWidget, Page]:
    w = GDWidget(
        questions=[
            Prediction("next_step", name="one"),
            Prediction("after", steps=5, name="two", optimizer="momentum", learning_rate=0.02),
            Prediction("end", name="plane", problem=problems.quadratic(), steps=4),
        ],
        student="Ada",
    )
    w.open()
    return w, Page(w)


def test_it_comes_back_as_it_was_after_a_run_of_ones_own() -> None:
    w, page = asked()
    w.answer(7.4)
    w.ask(None)
    w.optimizer = "adam"
    w.learning_rate = 0.3
    w.step(6)
    w.learning_rate = 0.1
    w.reset(W=-3.0)
    w.step(9)
    w.back(4)
    before = shown(w)
    page.say({"kind": "present", "on": True})
    for question in (1, 0, 2):
        page.say({"kind": "ask", "question": question})
        page.say({"kind": "ask", "question": -1})
        page.say({"kind": "advance", "run": w._timeline.run.id, "n": 4, "request": "a"})
        assert w.cursor == 4
    assert w.problem_name == "quadratic"
    page.say({"kind": "present", "on": False})
    assert shown(w) == before
    page.sync()
    assert page.rows[w._timeline.run.id].tolist() == w._timeline.run.trajectory.rows().tolist()
    w.step(20)
    assert w.cursor == 9 - 4 + 20


def test_an_open_question_stays_open_and_the_first_to_be_presented_counts() -> None:
    w, page = asked()
    before = shown(w)
    page.say({"kind": "present", "on": True})
    page.say({"kind": "ask", "question": 1})
    with pytest.raises(OpenQuestionError):
        w.step()
    page.say({"kind": "present", "on": True})  # another page, or the same one opened anew
    page.say({"kind": "ask", "question": -1})
    w.step(3)
    page.say({"kind": "present", "on": False})
    assert shown(w) == before
    with pytest.raises(OpenQuestionError, match="'one'"):
        w.step()
    page.say({"kind": "present", "on": False})
    assert shown(w) == before


def test_without_questions_there_is_nothing_to_lay_aside() -> None:
    w = GDWidget()
    w.open()
    (error,) = Page(w).say({"kind": "present", "on": True})
    assert error["field"] == "questions"
