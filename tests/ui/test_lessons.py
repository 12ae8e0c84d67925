"""Lessons as a reader has them: opened in JupyterLab, run, each widget answered and stepped.

The first one, which is also walked through as a learner does; and the one whose widgets have
losses that no page can compute: tests/test_docs.py steps all widgets of all lessons on the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gdwidget import grade
from gdwidget._teaching.question_file import quizzes_in
from tests.lessons import ASKS, NOTEBOOKS, read
from tests.ui.asked import introduce, panel, pass_over, press
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.desk import Desk
    from tests.ui.view import View

pytestmark = pytest.mark.ui

FIRST = NOTEBOOKS / "01-which-way-how-far.ipynb"
LESSONS = [FIRST, NOTEBOOKS / "13-your-own-loss.ipynb"]
# How many outputs are this widget; a figure of bqplot is another.
SHOWN = """
() => {
  const { cells } = window.jupyterapp.shell.currentWidget.content.model;
  return [...cells]
    .flatMap((cell) => cell.sharedModel.getOutputs?.() ?? [])
    .filter((output) => /^Gradient descent on/.test(output.data?.["text/plain"])).length;
}
"""


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.stem[:2] for lesson in LESSONS])
def test_a_lesson_runs_and_each_of_its_widgets_steps(desk: Desk, lesson: Path) -> None:
    notebook = desk.open_copy(lesson)
    notebook.run_all()
    roots = notebook.page.locator(".gdwidget")
    shown = notebook.page.evaluate(SHOWN)
    assert shown >= 3
    until(notebook.page, roots.count, lambda count: count >= shown, f"{shown} widgets")
    asking = 0
    for index in range(roots.count()):
        roots.nth(index).scroll_into_view_if_needed()
        view = notebook.view(index)
        if panel(view).count():
            pass_over(view)
            asking += 1
        moves = view.button("Step").is_enabled()
        if not moves:
            view.press("Back")
        step = int(view.scrub.input_value())
        view.press("Step")
        view.expect_to_count(step + 1)
        assert not view.loss_against_step.not_numbers()
    assert asking == 2


def answer(view: View, number: float) -> None:
    panel(view).get_by_label("W", exact=True).fill(str(number))
    press(view, "Commit")
    expect(panel(view).locator(".gdwidget-quiz-outcome")).to_be_visible()


def test_a_learner_walks_through_the_first_lesson(desk: Desk) -> None:
    notebook = desk.open_copy(FIRST)
    page, kernel = notebook.page, notebook.kernel
    at_first, at_last = (
        at
        for at, cell in enumerate(read(FIRST.stem).cells)
        if ASKS in cell.metadata.get("tags", ())
    )
    notebook.run_well(at_first)
    opening = notebook.view(0)
    introduce(opening, "Ada")
    start = float(kernel.value("float(question.params['W'])"))
    assert start in {8, -4}
    answer(opening, 7.99 if start == 8 else -3.99)
    expect(panel(opening)).to_contain_text("A step is the learning rate times the gradient")
    opening.expect_at(1)
    expect(opening.update).to_contain_text("7.38" if start == 8 else "-3.38")
    press(opening, "Your answers")
    press(opening, "Play freely")
    opening.press("Step", 2)
    opening.expect_at(3)

    notebook.run_well(at_last)
    closing = notebook.view(1)
    assert not panel(closing).get_by_label("your name").is_visible()  # it is known by now
    start = float(kernel.value("float(review.params['W'])"))
    answer(closing, 4.38 if start == 5 else -0.38)
    expect(panel(closing)).to_contain_text("Right")
    press(closing, "Next question")
    panel(closing).get_by_label("A quarter as long.").check()
    press(closing, "Commit")
    expect(panel(closing)).to_contain_text("the loss with its square")
    becomes(page, lambda: len(kernel.value("list(review.answers)")), 2, "what is answered")

    receipts = kernel.value("[question.submit(None), review.submit(None)]")
    quizzes = quizzes_in(str(FIRST))
    grades = [
        grade(each, quiz, student="Ada") for each, quiz in zip(receipts, quizzes, strict=True)
    ]
    assert [each.score for each in grades] == [0, 0.5]
    assert grades[0].answers[0].verdict.tag == "rate_is_length"
    assert grades[1].answers[1].verdict.tag == "custom"
