"""Presenting in a page without a kernel: to a room, by mouse and keys, and without a trace."""

from __future__ import annotations

import re
from functools import partial
from operator import le
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gdwidget import Choice, GDWidget, Prediction, problems
from tests.pages.boxes import CUT
from tests.pages.test_questions import NEXT, told
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.pages.offline import Lesson
    from tests.ui.view import View

pytestmark = pytest.mark.ui

LOOKS = 10
"""What has not moved for so many looks is still."""

LARGE = """
() => {
  const dialog = document.querySelector("dialog");
  const all = [...dialog.querySelectorAll("*")].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.closest(".gdwidget-hidden") &&
    [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const zoom = dialog.currentCSSZoom;
  return Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize) * zoom));
}
"""
"""How large the smallest letters of what is presented are, in pixels of the screen."""


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("presented") / "lesson.html"
    GDWidget(
        questions=[
            Prediction("next_step", name="first"),
            Prediction("after", steps=10, name="ten", optimizer="momentum", learning_rate=0.02),
            Choice(
                "Where does W move?",
                ("left", "right"),
                truth=lambda timeline: "left" if timeline.state.gradient > 0 else "right",
                name="way",
            ),
        ]
    ).save_html(path)
    return path


def stage(view: View) -> Locator:
    return view.page.get_by_role("dialog")


def press(view: View, name: str) -> None:
    stage(view).get_by_role("button", name=name, exact=True).click()


def middle(view: View, shown: Locator) -> tuple[float, float]:
    """Return where the middle of something is, once it is still."""
    seen: list[object] = []

    def still() -> bool:
        seen.append(shown.bounding_box())
        return (
            len(seen) >= LOOKS and all(box == seen[-1] for box in seen[-LOOKS:]) and bool(seen[-1])
        )

    until(view.page, still, bool, "it is still", seconds=10)
    box = shown.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def height_of(shown: Locator) -> float:
    box = shown.bounding_box()
    return box["height"] if box else 0


def flags(view: View) -> list[str]:
    texts: list[str] = stage(view).locator(".gdwidget-show-flags text").all_text_contents()
    return sorted(text for text in texts if len(text) > 1)


def test_a_room_votes_and_sees_what_is_right_and_nothing_of_it_stays(
    lesson: Lesson, questions: Path
) -> None:
    view = lesson.open(questions)
    view.page.set_viewport_size({"width": 1280, "height": 720})
    shown = view.page.locator(".gdwidget-quiz")
    shown.get_by_label("W", exact=True).fill("7.5")
    shown.get_by_label("I think so").check()
    view.page.keyboard.press("p")
    dialog = stage(view)
    expect(dialog).to_have_accessible_name("Presentation: question 1 of 3")
    full = "document.fullscreenElement?.localName"
    becomes(view.page, lambda: view.page.evaluate(full), "html", "what fills the screen")
    for letter, value, votes in (("A", "7.38", "12"), ("B", "7.99", "31"), ("C", "8.7", "9")):
        dialog.get_by_label(f"{letter}: W", exact=True).fill(value)
        dialog.get_by_label(f"{letter}: votes").fill(votes)
    dialog.get_by_label("D: votes").fill("1.5")
    expect(dialog.get_by_role("alert")).to_have_text("Enter a whole number, 0 or more.")
    dialog.get_by_label("D: votes").fill("")
    box = dialog.locator(".gdwidget-box:visible")
    box.click(position={"x": 200, "y": 100})
    said = float(dialog.get_by_label("D: W", exact=True).input_value())
    want = ["A 7.38 (12)", "B 7.99 (31)", "C 8.7 (9)", f"D {said:g}".replace("-", "−")]
    becomes(view.page, partial(flags, view), want, "the answers are named at their marks")
    expect(dialog).to_contain_text("31 of 52, 60 %")
    dialog.get_by_label("A: W", exact=True).fill("7.4")
    view.page.wait_for_timeout(1000)  # text alternatives follow later
    assert [digits for digits in NEXT if digits in told(view)] == []
    dialog.get_by_role("heading").click()
    view.page.keyboard.press("r")
    expect(dialog).to_contain_text("It is 7.38.")
    until(view.page, partial(flags, view), lambda seen: "truth 7.38" in seen, "what is right")
    expect(dialog.locator(".gdwidget-show-arrow").first).to_be_attached()
    verdicts = [text.strip() for text in dialog.locator(".gdwidget-show-verdict").all_inner_texts()]
    assert [text[:5].strip() for text in verdicts] == ["✓ Rig", "✗ Not", "✗ Not", "✗ Not"]
    assert "learning rate times the gradient" in verdicts[1]
    view.page.keyboard.press("n")
    expect(dialog).to_have_accessible_name("Presentation: question 2 of 3")
    expect(dialog).to_contain_text("momentum, learning rate 0.02")
    press(view, "Reveal")
    expect(dialog).to_contain_text("It is")
    view.page.keyboard.press("p")
    expect(dialog).to_have_count(0)
    expect(shown.get_by_label("I think so")).to_be_focused()
    expect(shown.get_by_label("W", exact=True)).to_have_value("7.5")
    expect(shown.get_by_label("I think so")).to_be_checked()
    view.expect_at(0)
    expect(view.choice("optimizer")).to_have_value("sgd")
    expect(view.button("Step")).to_be_disabled()
    assert [digits for digits in NEXT if digits in told(view)] == []
    shown.get_by_role("button", name="Commit", exact=True).click()
    expect(shown).to_contain_text("You said 7.5, it is 7.38.")
    view.expect_at(1)


def test_the_type_grows_with_the_screen_and_nothing_is_cut(lesson: Lesson, questions: Path) -> None:
    page = lesson.page
    lesson.go(questions, "#present")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Where will W be")
    for width, height in ((1920, 1080), (1280, 720), (1024, 480), (420, 900)):
        page.set_viewport_size({"width": width, "height": height})
        least = 24 * max(0.5, min(height / 1080, width / 1440)) - 0.1
        until(page, lambda: page.evaluate(LARGE), partial(le, least), "how large the letters are")
        becomes(page, lambda: dialog.evaluate(CUT), [], "what is cut")
        plot = dialog.locator(".plotarea_background:visible")
        least = 0.28 * min(height, 700)
        until(page, partial(height_of, plot), partial(le, least), "how high the figure is")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    until(page, lambda: lesson.fragment, lambda now: "present" not in now, "not asked for")


def test_what_steps_is_presented_where_nothing_is_asked(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "plain.html"
    GDWidget(problems.double_well()).save_html(path)
    view = lesson.open(path)
    view.press("Present")
    expect(stage(view)).to_have_accessible_name("Presentation")
    expect(stage(view).get_by_role("button", name="Step", exact=True)).to_be_focused()
    view.page.keyboard.press("s")
    view.page.keyboard.press("ArrowRight")
    view.expect_at(2)
    outside = (
        "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
    )
    for _ in range(12):
        view.page.keyboard.press("Tab")
        assert not view.page.evaluate(outside)
    press(view, "Leave")
    expect(stage(view)).to_have_count(0)
    expect(view.button("Present")).to_be_focused()
    view.expect_at(2)
    expect(view.root.locator(".gdwidget-figures .gdwidget-first")).to_be_visible()


def test_a_point_of_a_plane_is_placed_and_moved(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "plane.html"
    GDWidget(questions=[Prediction("end", problem=problems.quadratic(), steps=5)]).save_html(path)
    view = lesson.open(path)
    view.press("Present")
    dialog = stage(view)
    box = dialog.locator(".gdwidget-box:visible")
    ring = dialog.locator("circle.said")
    middle(view, box.locator(".plotarea_background"))
    box.click(position={"x": 150, "y": 120})
    box.click(position={"x": 300, "y": 160})
    expect(ring).to_have_count(2)

    def said() -> list[str]:
        return [dialog.get_by_label(f"B: {name}", exact=True).input_value() for name in "xy"]

    before = until(view.page, said, all, "what B says")
    x, y = middle(view, ring.nth(1))
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.mouse.move(x + 80, y + 40)
    view.page.mouse.up()
    until(view.page, said, lambda now: now[0] != before[0] and now[1] != before[1], "it was moved")
    expect(ring).to_have_count(2)
    press(view, "Reveal")
    expect(dialog).to_contain_text(re.compile(r"It is x = [\d.]+, y = [\d.]+\."))
    expect(dialog.locator("path.truth")).to_have_count(1)
