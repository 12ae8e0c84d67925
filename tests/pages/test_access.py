"""Pages of one file for those who see little or nothing, or use no mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from gdwidget import Choice, GDWidget, Prediction, problems
from tests.axe import violations
from tests.pages.boxes import figures
from tests.pages.keys import Keys
from tests.ui.asked import panel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

PLAIN = {"color_scheme": "light", "forced_colors": "none", "contrast": "no-preference"}
LOOKS: dict[str, tuple[dict[str, str], int]] = {
    "light": ({}, 1280),
    "dark": ({"color_scheme": "dark"}, 1280),
    "forced colours": ({"forced_colors": "active"}, 1280),
    "forced colours, dark": ({"forced_colors": "active", "color_scheme": "dark"}, 1280),
    "more contrast": ({"contrast": "more"}, 1280),
    "more contrast, dark": ({"contrast": "more", "color_scheme": "dark"}, 1280),
    "200 %": ({}, 640),
    "320 px": ({}, 320),
}
"""What is asked of the browser, and how wide the page is: enlarged, it has half the room."""


def two_runs() -> GDWidget:
    widget = GDWidget(
        problems=[problems.logistic(samples=24), problems.line()],
        batch_size=8,
        decay="cosine",
        learning_rate=0.5,
    )
    widget.step(4)
    widget.optimizer = "momentum"
    widget.step(3)
    return widget


def questions() -> GDWidget:
    way = Choice("Where does W move?", ("left", "right"), truth=lambda _: "left", name="way")
    return GDWidget(questions=[Prediction("next_step"), way], salt="1")


@pytest.mark.parametrize("make", [two_runs, questions], ids=["two runs", "questions"])
def test_axe_finds_nothing_however_it_is_seen(
    lesson: Lesson, tmp_path: Path, make: Callable[[], GDWidget]
) -> None:
    path = tmp_path / "lesson.html"
    make().save_html(path)
    view = lesson.open(path)
    view.wait_until_recomputed()
    expect(lesson.page.get_by_role("heading", level=1)).to_have_text(lesson.page.title())
    if make is questions:
        expect(panel(view)).to_contain_text("Question 1 of 2")
    for look, (media, width) in LOOKS.items():
        wanted: Any = {**PLAIN, **media}
        lesson.page.emulate_media(**wanted)
        lesson.page.set_viewport_size({"width": width, "height": 1000})
        for figure in figures(view):
            figure.wait_until_it_fills_its_box()
        more = media.get("contrast") == "more"
        assert violations(lesson.page.locator(":root"), contrast=more) == [], look


ASKED = r"""
- main:
  - heading "The slope" [level=1]
  - paragraph: Answer, then press Step.
  - group "Question 1 of 2":
    - heading "Question 1 of 2" [level=2]
    - paragraph: Where will W be after the next step?
    - spinbutton "W"
    - slider "W, slider over the picture"
    - group "How sure are you?":
      - radio "a guess"
      - radio "I think so"
      - radio "I know"
    - button "Commit"
    - button "I do not know"
    - text: Step, Run and the settings wait for your answer.
    - status
  - text: W ← W − α · ∂L/∂W = 8.0 − 0.01 · … = … loss 186.0
  - group "Steps":
    - button "Step" [disabled]
    - button "Run" [disabled]
    - slider "step" [disabled]: "0"
  - img /to W = 8\.0, loss 186\.0 at step 0\. The curve goes from 330\.7 at W = -6 to/
  - img /Graph of the loss against the step/
  - group:
    - img /Graph of 6 samples, targets over inputs. \(-1, -3\), \(0, -1\), \(1, 1\)/
  - group:
    - combobox "optimizer" [disabled]
    - button "Reset" [disabled]
  - status
- contentinfo:
  - button "Copy link"
"""
"""What a screen reader gets of the page while a question is open."""

ANSWERED = r"""
- group "Question 1 of 2":
  - heading "Question 1 of 2" [level=2]
  - paragraph:
    - strong: Right
    - text: It is 7.38.
  - button "Next question"
  - status: Right. It is 7.38.
- text: W ← W − α · ∂L/∂W = 7.38 − 0.01 · 55.593334 = 6.8240666 loss 149.54607 ▼ 36.45
- group "Steps":
  - button "Step"
  - slider "step": "1"
- img /to W = 7\.38, loss 149\.54607 at step 1\. The slope there is 55\.593334/
- img /149\.54607 at step 1/
- group:
  - img /the model's line goes from \(-1\.3, -10\.59\) to \(4\.3, 30\.73\)/
- text: /The loss fell by 36\.45 in this step\. The slope is 55\.59, so W moves left\./
"""

SUMMARY = r"""
- group "Your answers":
  - heading "All questions are answered" [level=2]
  - list:
    - listitem:
      - strong: Right
      - text: Where will W be after the next step?
    - listitem:
      - strong: Right
      - text: Where does W move?
  - textbox "your name"
  - textbox /Receipt/
"""

PLAYED = r"""
- text: /W ← W \+ ΔW = 4\.660267 − 2\.4395483 = 2\.2207186 .* loss 36\.5646/
- group "Steps":
  - slider "step": "2"
  - spinbutton "learning rate": "0.02"
- img /loss 36\.5646 at step 2\. .* The curve goes from 330\.7 .* its least is 0 at W = 2/
- list "Runs":
  - listitem:
    - button /^1 sgd, learning rate 0\.01/
  - listitem:
    - button /^now momentum, learning rate 0\.02/
- group:
  - combobox "optimizer":
    - option "momentum" [selected]
  - group:
    - text: Table
    - region:
      - table:
        - rowgroup:
          - row "step W ∂L/∂W new W loss"
        - rowgroup:
          - row "0 8.0 62.0 6.76 186.0"
          - row "1 6.76 49.18667 4.660267 117.06428"
          - row "2 4.660267 27.489426 2.2207186 36.5646"
- status: /The run ended at step 54/
"""


def test_a_lesson_is_gone_through_by_keys_and_heard(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    questions().save_html(path, title="The slope", text="Answer, then press Step.")
    view = lesson.open(path)
    view.wait_until_recomputed()
    body, widget = lesson.page.locator("body"), view.root
    expect(body).to_match_aria_snapshot(ASKED)
    keys = Keys(view)
    keys.tab_to("input[type=number]")
    keys.type("7.38")
    keys.tab_to(".gdwidget-primary")
    keys.press("Enter")
    expect(widget).to_match_aria_snapshot(ANSWERED)
    expect(keys.focused).to_have_text("Next question")
    keys.press("Enter")
    keys.tab_to("input[type=radio]")
    keys.press("Space")
    keys.commit("Right")
    expect(widget).to_match_aria_snapshot(SUMMARY)
    keys.tab_to(".gdwidget-primary", ".gdwidget-toolbar")
    for _ in range(3):
        keys.press("Enter")
    view.expect_at(3)
    keys.press("Space")  # the button that has the focus, as everywhere
    view.expect_at(4)
    keys.tab_to(".gdwidget-split > button", ".gdwidget-toolbar")
    keys.press("Enter")
    expect(view.announcer.last).to_contain_text("The run ended at step 54, loss ")
    keys.tab_to(".gdwidget-scrub", ".gdwidget-toolbar")
    keys.press("Home")
    view.expect_at(0, 54)
    keys.tab_to("input[type=number]", ".gdwidget-rate-field")
    keys.press("Control+A")
    keys.type("0.02")
    keys.tab_to("select:has([value=adam])", ".gdwidget")
    keys.press("ArrowDown")
    view.expect_at(0)
    keys.tab_to(".gdwidget-steps > summary", ".gdwidget")
    keys.press("Enter")
    expect(view.table).to_be_visible()
    for _ in range(2):
        keys.press("s")
    view.expect_at(2)
    expect(widget).to_match_aria_snapshot(PLAYED)
