"""What the picture of a plane says of the loss, measured in pixels."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import matplotlib.image
import numpy as np
import pytest

from gdwidget import GDWidget, problems
from tests.ui.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.offline import Lesson
    from tests.ui.view import View

pytestmark = pytest.mark.ui

Line = list[tuple[float, float]]


def rings(view: View) -> list[Line]:
    """Return the closed lines of equal loss, in pixels."""
    lines: list[Line] = []
    for part in re.split("(?=M)", view.plane.mark("contours").path):
        pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", part)
        lines.append([(float(across), float(up)) for across, up in pairs])
    return [line for line in lines if line and line[0] == line[-1]]


def shape(view: View) -> float:
    """Return how many times as wide as high the largest ring is."""
    sizes = [
        (max(across) - min(across), max(up) - min(up))
        for across, up in (zip(*ring, strict=True) for ring in rings(view))
    ]
    width, height = max(sizes, default=(0.0, 1.0))
    return width / height


@pytest.mark.parametrize("width", [1400, 420])
@pytest.mark.parametrize("condition_number", [1, 10, 100, 10_000])
def test_a_condition_number_is_seen_or_said(
    lesson: Lesson, tmp_path: Path, condition_number: int, width: int
) -> None:
    path = tmp_path / "lesson.html"
    GDWidget(problems.quadratic(condition_number), learning_rate=1e-4).save_html(path)
    lesson.page.set_viewport_size({"width": width, "height": 900})
    view = lesson.open(path)
    view.plane.wait_until_it_fills_its_box()
    note = view.root.locator(".gdwidget-first .gdwidget-note")

    def seen() -> float:
        said = re.fullmatch(r"y stretched × ([\d.]+)", note.inner_text())
        assert bool(said) == (condition_number > 100)
        return shape(view) * float(said[1] if said else 1)

    wanted = pytest.approx(condition_number**0.5, rel=0.05)
    until(lesson.page, seen, lambda ratio: ratio == wanted, f"a ring is {wanted}")


def test_its_colours_have_no_seams(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    GDWidget(problems.quadratic(), learning_rate=1e-4).save_html(path)
    lesson.page.emulate_media(color_scheme="dark")
    view = lesson.open(path)
    view.plane.wait_until_it_fills_its_box()
    lesson.page.add_style_tag(content=".gdwidget .bqplot :is(path, text) { display: none; }")
    left, top = view.plane.mark("contours").left, view.plane.mark("contours").top
    picture = lesson.page.screenshot(
        clip={"x": left + 20, "y": top + 20, "width": 300, "height": 150}
    )
    pixels = matplotlib.image.imread(io.BytesIO(picture))[..., :3]
    bends = np.abs(pixels[:, 2:] - 2 * pixels[:, 1:-1] + pixels[:, :-2])
    assert np.quantile(bends, 0.99) < 2.5 / 255
