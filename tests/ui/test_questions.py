"""Questions in JupyterLab: page and kernel agree on what is asked, answered and hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.asked import panel, press
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from tests.ui.desk import Desk

pytestmark = pytest.mark.ui

ASKED = """
from gdwidget import GDWidget, Goal, Prediction
w = GDWidget(questions=[
    Prediction("next_step", name="first", start=[8, -4]),
    Prediction("after", steps=10, name="ten", optimizer="momentum"),
    Goal(loss=1e-3, within=3, name="goal"),
], salt="2026")
w
"""


def test_questions_are_asked_answered_and_handed_in(desk: Desk) -> None:
    view = desk.show(ASKED)
    expect(panel(view)).to_contain_text("Before the first question")
    panel(view).get_by_label("your name").fill("Ada")
    press(view, "Begin")
    expect(panel(view)).to_contain_text("Question 1 of 3")
    becomes(view.page, lambda: view.kernel.value("w.student"), "Ada", "who answers")
    start = float(view.kernel.value("float(w.params['W'])"))
    expect(view.button("Step")).to_be_disabled()
    panel(view).get_by_label("W", exact=True).fill(str(start))
    press(view, "Commit")
    expect(panel(view)).to_contain_text("You said")
    view.expect_at(1)
    becomes(view.page, lambda: view.kernel.value("list(w.answers)"), ["first"], "what is answered")
    press(view, "Next question")
    expect(panel(view)).to_contain_text("Question 2 of 3")
    view.expect_at(0)
    becomes(view.page, lambda: view.kernel.value("w.optimizer"), "momentum", "the scene")
    assert "+ …" in view.root.inner_text()
    press(view, "I do not know")
    view.expect_at(10)
    press(view, "Next question")
    expect(panel(view)).to_contain_text("Question 3 of 3")
    view.expect_at(0)
    panel(view).get_by_label("learning rate").fill("0.1")
    press(view, "Try")
    expect(panel(view)).to_contain_text("0.1: there after 2 steps")
    press(view, "Commit")
    expect(panel(view)).to_contain_text("Right")
    becomes(view.page, lambda: len(view.kernel.value("list(w.answers)")), 3, "what is answered")
    press(view, "Your answers")
    expect(panel(view)).to_contain_text("All questions are answered")
    receipt = panel(view).get_by_label("Receipt: all your answers in one line").input_value()
    assert receipt == view.kernel.value("w.submit(None)")
