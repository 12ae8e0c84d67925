"""The ruler in a page without a kernel, which computes the curvature itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from gdwidget import GDWidget, Problem, problems
from gdwidget._landscape.divergence import short

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui


def test_a_page_measures_and_explains(lesson: Lesson, tmp_path: Path) -> None:
    widget = GDWidget(ruler=True, learning_rate=0.2)
    widget.step(3)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    sentence = view.root.locator(".gdwidget-ruler span")
    expect(sentence).to_contain_text("λ = 10.33 along W: above 0.1935 steps grow.")
    expect(view.root.get_by_label("rate limit", exact=True)).to_be_checked()
    view.press("Step", 4)
    view.expect_at(7)
    view.press("Why?")
    widget.step(4)
    expect(view.root.locator(".gdwidget-why")).to_have_text(widget.explain_divergence())
    view.choose("optimizer", "adam")
    expect(sentence).to_contain_text("in adam's own units")
    widget.optimizer = "adam"
    limit = widget.rate_limit
    assert limit
    expect(sentence).to_contain_text(f"above {short(limit)} steps grow")
    lesson.expect_no_scroll_across()


def test_of_a_network_it_measures_within_a_hundredth(lesson: Lesson, tmp_path: Path) -> None:
    widget = GDWidget(problems.sine(samples=40, hidden=(12,)), ruler=True, learning_rate=0.05)
    widget.step(2)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    sentence = view.root.locator(".gdwidget-ruler span")
    expect(sentence).to_contain_text("steps grow")
    measured = float((sentence.text_content() or "").split("above ")[1].split()[0])
    assert measured == pytest.approx(widget.rate_limit, rel=0.01)


def test_a_page_that_computes_nothing_says_so(lesson: Lesson, tmp_path: Path) -> None:
    samples = np.ones(200_000, np.float32)
    widget = GDWidget(Problem(lambda w, x: (w * x).mean() ** 2, 3.0, data=(samples,)), ruler=True)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    expect(view.root.locator(".gdwidget-ruler span")).to_have_text(
        "The curvature cannot be computed without a kernel."
    )


def test_a_page_of_a_widget_without_it_offers_nothing(lesson: Lesson, tmp_path: Path) -> None:
    widget = GDWidget(learning_rate=0.2)
    widget.step(8)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    view.press("Step")
    view.expect_at(9)
    expect(view.root.get_by_label("rate limit", exact=True)).to_be_hidden()
    expect(view.button("Why?")).to_have_count(0)
