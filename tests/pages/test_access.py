"""Pages of one file for those who see little or nothing, or use no mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from gdwidget import GDWidget, Prediction, problems
from tests.axe import violations
from tests.pages.boxes import figures
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
    return GDWidget(questions=[Prediction("next_step"), Prediction("after", steps=10)], salt="1")


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
