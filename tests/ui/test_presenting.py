"""Presenting in JupyterLab: kernel and page go through questions, and come back to what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from tests.ui.desk import Desk

pytestmark = pytest.mark.ui

ASKED = """
from gdwidget import GDWidget, Prediction, problems
w = GDWidget(questions=[
    Prediction("next_step", name="first"),
    Prediction("end", name="plane", problem=problems.quadratic(), steps=5),
])
w
"""
STATE = "[w._asked, w.problem_name, w.optimizer, w.cursor, len(w._timeline.runs), w.submit(None)]"


def test_questions_of_several_problems_are_presented_and_all_is_as_it_was(desk: Desk) -> None:
    view = desk.show(ASKED)
    view.page.locator(".gdwidget-quiz").get_by_role("button", name="I do not know").click()
    view.expect_at(1)
    view.steps(2)
    before = view.kernel.value(STATE)
    view.loss_function.box.focus()
    view.page.keyboard.press("p")
    dialog = view.page.locator("dialog.gdwidget-show")
    expect(dialog).to_have_accessible_name("Presentation: question 1 of 2")
    becomes(view.page, lambda: view.kernel.value("w.cursor"), 0, "the question is posed")
    dialog.get_by_label("A: W", exact=True).fill("7.4")
    dialog.get_by_label("A: votes").fill("3")
    expect(dialog).not_to_contain_text("7.38")
    view.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    becomes(view.page, lambda: view.kernel.value(STATE), before, "what was there before")
    view.expect_at(3)
    expect(view.loss_function.box).to_be_focused()
    view.page.keyboard.press("p")
    expect(dialog.get_by_label("A: votes")).to_have_value("3")
    dialog.get_by_role("button", name="Reveal").click()
    expect(dialog).to_contain_text("It is 7.38.")
    becomes(view.page, lambda: view.kernel.value("w.cursor"), 1, "the run is played")
    dialog.get_by_role("button", name="Next").click()
    expect(dialog).to_contain_text("Where will x and y be")
    expect(dialog.locator(".gdwidget-box:visible")).to_have_count(1)
    dialog.get_by_role("button", name="Reveal").click()
    expect(dialog).to_contain_text("It is x =")
    becomes(view.page, lambda: view.kernel.value("w.problem_name"), "quadratic", "the problem")
    dialog.get_by_role("button", name="Leave").click()
    expect(dialog).to_have_count(0)
    becomes(view.page, lambda: view.kernel.value(STATE), before, "what was there before")
    view.expect_at(3)
    expect(view.page.locator(".gdwidget-quiz")).to_contain_text("it is 7.38", ignore_case=True)
