"""Sheets printed by Chromium: how many pages, and that what is right has one of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gdwidget import Explain, GDWidget, Prediction

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

A4 = b"/MediaBox [0 0 594.95996 841.91998]"
PAST = """
() => [...document.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > document.body.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))
"""
"""What reaches beyond the page."""


def printed(lesson: Lesson, path: Path, widget: GDWidget, *, key: bool) -> bytes:
    widget.save_sheet(path, students=["Ada", "Bo"], title="Two steps ahead", key=key)
    lesson.go(path)
    return lesson.page.pdf(prefer_css_page_size=True)


def test_each_sheet_and_the_key_begin_a_page_of_their_own(lesson: Lesson, tmp_path: Path) -> None:
    asked = [Prediction("next_step", start=[8, -4]), Explain("Why?", model="The slope does, too.")]
    widget = GDWidget(questions=asked, salt="u")
    pages = [
        len(re.findall(rb"/Type\s*/Page\b", printed(lesson, tmp_path / "1.html", widget, key=key)))
        for key in (False, True)
    ]
    assert pages == [2, 3]
    assert A4 in printed(lesson, tmp_path / "1.html", widget, key=True)
    lesson.page.emulate_media(media="print")
    lesson.page.set_viewport_size({"width": 658, "height": 1000})  # 174 mm
    assert lesson.page.evaluate(PAST) == []
    sheets, key = lesson.page.locator(".sheet"), lesson.page.locator(".key")
    for digits in ("7.38", "3.38", "The slope does"):
        assert digits not in " ".join(sheets.all_inner_texts())
        assert digits in key.inner_text()
