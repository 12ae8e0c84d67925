"""Questions in a page without a kernel: by mouse, by keys alone, and what nothing may tell."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gdwidget import Choice, Explain, GDWidget, Goal, Prediction, grade, problems
from tests.pages.boxes import CUT
from tests.pages.keys import Keys
from tests.ui.asked import panel, press
from tests.ui.figure import GHOST_MARKS, LOSS_FUNCTION_MARKS, PLANE_MARKS, Figure
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.offline import Lesson
    from tests.ui.view import View

pytestmark = pytest.mark.ui

TOLD = """
() => [
  document.body.innerText,
  ...[...document.querySelectorAll(".gdwidget *")].flatMap((one) => [
    one.textContent, one.value ?? "",
    ...["aria-label", "aria-valuetext", "aria-description", "title"].map(
      (name) => one.getAttribute(name) ?? ""),
  ]),
].join("\\n")
"""
"""All that can be read or heard of a page, what is out of sight included."""

NEXT = ("7.38", "62", "6.82", "55.59", "149.5")
"""The article's next step, its slope, and what comes after."""


def asked() -> GDWidget:
    return GDWidget(
        questions=[
            Prediction("next_step", name="first"),
            Prediction("after", steps=10, name="ten"),
            Choice(
                "Where does W <b>move</b>?",
                ("left", "right"),
                truth=lambda timeline: "left" if timeline.state.gradient > 0 else "right",
                name="way",
            ),
            Explain("Why?", model="The slope becomes smaller.", name="why"),
            Goal(loss=1e-3, within=3, name="goal"),
        ],
        salt="2026",
    )


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("questions") / "lesson.html"
    asked().save_html(path)
    return path


def figure(view: View) -> Figure:
    box = view.root.locator(".gdwidget-first .gdwidget-box:visible")
    return Figure(view.page, box, LOSS_FUNCTION_MARKS + GHOST_MARKS)


def told(view: View) -> str:
    return str(view.page.evaluate(TOLD))


def test_nothing_tells_the_answer_until_it_is_committed(lesson: Lesson, questions: Path) -> None:
    view = lesson.open(questions)
    expect(panel(view)).to_contain_text("Question 1 of 5")
    view.page.wait_for_timeout(1000)  # text alternatives follow later
    assert "8.0" in told(view)
    assert [digits for digits in NEXT if digits in told(view)] == []
    for name in ("tangent", "bracket", "coming", "next"):
        mark = figure(view).mark(name)
        assert not any(mark.paths)
        assert not mark.points
    expect(view.root.locator("details.gdwidget-steps")).to_be_hidden()
    for name in ("Step", "Run", "Back", "Reset"):
        expect(view.button(name)).to_be_disabled()
    for label in ("learning rate", "optimizer"):
        expect(view.root.locator("fieldset").get_by_label(label, exact=True)).to_be_disabled()
    figure(view).box.focus()
    for key in ("s", "ArrowRight", "Space", "r", "End"):
        view.page.keyboard.press(key)
    view.expect_at(0)
    press(view, "I do not know")
    view.expect_at(1)
    expect(panel(view)).to_contain_text("It is 7.38.")
    until(view.page, partial(told, view), lambda text: "55.593334" in text, "the slope is told")


def test_a_place_is_said_by_pointing_and_starts_nothing(lesson: Lesson, questions: Path) -> None:
    view = lesson.open(questions)
    drawn = figure(view)
    drawn.wait_until_still("curve")
    curve = drawn.mark("curve")
    x, y = curve.in_page(0.25 * curve.width, 0.5 * curve.height)
    view.page.mouse.click(x, y)
    ghost = drawn.wait_for("ghost", lambda mark: len(mark.points) == 1, "is drawn")
    field = panel(view).get_by_label("W", exact=True)
    said = float(field.input_value())
    [(value, _)] = drawn.values([ghost.points[0]])
    assert value == pytest.approx(said, abs=0.1)
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.mouse.move(x + 60, y)
    view.page.mouse.up()
    until(view.page, lambda: float(field.input_value()), lambda now: now > said, "it was dragged")
    view.expect_at(0)
    press(view, "Commit")
    expect(panel(view)).to_contain_text("Not so")
    expect(panel(view)).to_contain_text("it is 7.38.")
    drawn.wait_for("ghost_truth", lambda mark: len(mark.points) == 1, "is drawn")
    drawn.wait_for("ghost_arrow", lambda mark: any(mark.paths), "leads to it")
    expect(drawn.box).to_have_accessible_name(
        re.compile(
            r"marked at W = [\d.-]+, loss [\d.]+; what is right is marked at W = 7\.38, loss 1"
        )
    )
    view.press("Step")
    view.expect_at(2)
    assert len(drawn.mark("ghost").points) == 1


def test_a_value_is_said_by_keys_alone(lesson: Lesson, questions: Path) -> None:
    view = lesson.open(questions)
    keys = Keys(view)
    keys.tab_to("input[type=number]")
    keys.press("Tab")
    keys.press("ArrowLeft")
    field = panel(view).get_by_label("W", exact=True)
    until(view.page, field.input_value, lambda text: 7.8 < float(text) < 8, "the slider moved it")
    figure(view).wait_for("ghost", lambda mark: len(mark.points) == 1, "is drawn")
    keys.press("Shift+Tab")
    keys.press("Control+A")
    keys.type("7.3")
    keys.tab_to("input[type=radio]")
    keys.press("ArrowRight")
    keys.tab_to(".gdwidget-primary")
    keys.press("Enter")
    spoken = panel(view).get_by_role("status")
    expect(spoken).to_have_text("Near. You said 7.3, it is 7.38.")
    expect(keys.focused).to_have_text("Next question")
    view.expect_at(1)
    keys.press("Enter")
    expect(keys.focused).to_have_text("Question 2 of 5")
    expect(spoken).to_have_text("")
    view.expect_at(0)
    assert "4.016" not in told(view)


def test_all_is_answered_by_keys_and_the_receipt_is_graded(lesson: Lesson, questions: Path) -> None:
    view = lesson.open(questions)
    keys = Keys(view)
    keys.tab_to("input[type=number]")
    keys.type("7.38")
    keys.commit("Right")
    keys.tab_to("input[type=number]")
    keys.type("1.8")
    keys.commit("Not so")
    keys.tab_to("input[type=radio]")
    keys.press("Space")
    keys.commit("It is “left”.")
    keys.tab_to("textarea")
    keys.type("a <b>slope</b> s")
    keys.commit("a <b>slope</b> s")
    keys.tab_to("input[type=number]")
    keys.type("0.1")
    keys.press("Enter")
    expect(panel(view)).to_contain_text("0.1: there after 2 steps")
    keys.commit("Right")
    keys.tab_to("input[type=text]")
    keys.type("Zoë")
    keys.press("Tab")
    line = panel(view).get_by_label(re.compile("Receipt"))
    quiz = asked().quiz
    assert quiz is not None

    def graded() -> str:
        return grade(line.input_value(), quiz, student="Zoë").problem

    becomes(view.page, graded, "", "the receipt is of Zoë")
    verdicts = [each.verdict.name for each in grade(line.input_value(), quiz).answers]
    assert verdicts == ["right", "wrong", "right", "open", "right"]


def test_a_point_of_a_plane_is_said(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "plane.html"
    GDWidget(questions=[Prediction("end", problem=problems.quadratic(), steps=5)]).save_html(path)
    view = lesson.open(path)
    box = view.root.locator(".gdwidget-first .gdwidget-box:visible")
    drawn = Figure(view.page, box, PLANE_MARKS + GHOST_MARKS)
    drawn.wait_until_still("contours")
    heat = drawn.mark("contours")
    view.page.mouse.click(*heat.in_page(0.5 * heat.width, 0.5 * heat.height))
    drawn.wait_for("ghost", lambda mark: len(mark.points) == 1, "is drawn")
    x, y = (float(panel(view).get_by_label(name, exact=True).input_value()) for name in "xy")
    assert (x, y) == pytest.approx((0, 0), abs=1)
    for name in ("gradient", "next", "coming"):
        mark = drawn.mark(name)
        assert not any(mark.paths)
        assert not mark.points
    press(view, "Commit")
    view.expect_at(5)
    drawn.wait_for("ghost_truth", lambda mark: len(mark.points) == 1, "is drawn")


@pytest.mark.parametrize("width", [1400, 600, 320])
def test_nothing_is_cut_however_wide_it_is(lesson: Lesson, questions: Path, width: int) -> None:
    view = lesson.open(questions)
    view.page.set_viewport_size({"width": width, "height": 900})

    def wrong() -> list[str]:
        """Return what is cut; the receipt is longer than its field."""
        return [each for each in panel(view).evaluate(CUT) if not each.startswith("<input")]

    for number in range(1, 6):
        expect(panel(view)).to_contain_text(f"Question {number} of 5")
        becomes(view.page, wrong, [], f"what is cut in question {number}")
        press(view, "I do not know")
        expect(panel(view)).to_contain_text("Not known yet" if number != 4 else "Compare")
        becomes(view.page, wrong, [], f"what is cut of its answer, {number}")
        press(view, "Next question" if number < 5 else "Your answers")
    expect(panel(view)).to_contain_text("All questions are answered")
    becomes(view.page, wrong, [], "what is cut in the summary")
    lesson.expect_no_scroll_across()


def test_paper_has_the_question_without_the_answer(lesson: Lesson, questions: Path) -> None:
    view = lesson.open(questions)
    press(view, "I do not know")
    expect(panel(view)).to_contain_text("It is 7.38.")
    view.page.emulate_media(media="print")
    expect(panel(view).get_by_text("Where will W be")).to_be_visible()
    expect(panel(view).get_by_text("It is 7.38.", exact=True)).to_be_hidden()
    expect(panel(view).get_by_role("button", name="Next question")).to_be_hidden()
