"""Fog in a page without a kernel: the loss is drawn where it was evaluated, and only there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gdwidget import GDWidget, problems

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui


def test_on_a_line_there_are_pieces_of_tangents_and_no_curve(
    lesson: Lesson, tmp_path: Path
) -> None:
    widget = GDWidget(fog=True, batch_size=1)
    widget.step(3)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    curve = view.loss_function
    curve.wait_for("curve", lambda mark: mark.path.count("M") == 4, "has a piece for each step")
    expect(view.root.get_by_role("checkbox", name="all next steps")).to_have_count(0)
    expect(curve.box).to_have_accessible_name(re.compile("drawn only where it was evaluated"))
    expect(curve.box).not_to_have_accessible_name(re.compile("red curve"))
    view.wait_until_recomputed()
    view.press("Step", 2)
    view.expect_at(5)
    curve.wait_for("curve", lambda mark: mark.path.count("M") == 6, "has a piece for each step")
    lesson.expect_no_scroll_across()


def test_on_a_plane_there_are_no_colours_and_no_lines(lesson: Lesson, tmp_path: Path) -> None:
    widget = GDWidget(problems.himmelblau(), fog=True)
    widget.step(4)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    plane = view.plane
    plane.wait_for("contours", lambda mark: mark.path.count("M") == 5, "has a piece for each step")
    expect(plane.box).to_have_accessible_name(re.compile("drawn only where it was evaluated"))
    expect(plane.box).not_to_have_accessible_name(re.compile("from [0-9.]+ to"))
    assert not plane.mark("heat").shown
