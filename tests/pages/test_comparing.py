"""Runs side by side in a page without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gdwidget import GDWidget
from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.pages.offline import Lesson
    from tests.ui.view import View

pytestmark = pytest.mark.ui

CAPTION = "Runs that differ in learning rate, at step {}"


def table_of(view: View) -> Locator:
    return view.root.get_by_role("table", name="Runs that differ")


def expect_losses(view: View, widget: GDWidget, step: int) -> None:
    """Expect the table to tell what each of the runs of a widget has at a step, or at its last."""
    told = widget._comparison
    assert told
    rows = table_of(view).locator("tbody tr")
    for at, run in enumerate(told["runs"]):
        (own,) = (each for each in widget.runs if each.id == run)
        where = min(step, own.last)
        ended = f"{where}, its last" if where < step else str(where)
        expect(rows.nth(at).locator("td").nth(0)).to_have_text(ended)
        loss = str(own.trajectory["loss"][where])
        expect(rows.nth(at).locator("td").nth(1)).to_have_text(loss)


def test_all_runs_follow_the_cursor_and_run_plays_them_again(
    lesson: Lesson, tmp_path: Path
) -> None:
    widget = GDWidget()
    widget.compare(learning_rate=[0.01, 0.6, 0.15, 0.02], until=0.01)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    table = table_of(view)
    expect(table.locator("caption")).to_have_text(CAPTION.format(50))
    expect(table.get_by_role("rowheader")).to_have_text(["0.01", "0.6", "0.15", "0.02"])
    expect(table.locator("td:last-child")).to_have_text(
        ["falling", "diverged", "converged", "falling"]
    )
    expect_losses(view, widget, 50)
    view.press("Back", 2)
    expect_losses(view, widget, 48)
    view.press("First")
    view.press("Step", 3)
    expect(table.locator("caption")).to_have_text(CAPTION.format(3))
    expect_losses(view, widget, 3)
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    view.press("Run")
    view.expect_at(50)
    expect_losses(view, widget, 50)
    lesson.page.set_viewport_size({"width": 320, "height": 900})
    lesson.expect_no_scroll_across()
    view.press("Step")
    view.expect_at(51)
    expect(table.locator("caption")).to_have_text(CAPTION.format(51))
    view.press("Reset")
    expect(table).to_be_hidden()


def test_batch_sizes_are_compared_by_the_samples_read(lesson: Lesson, tmp_path: Path) -> None:
    widget = GDWidget()
    widget.compare(batch_size=[1, 4, None], steps=12)
    widget.goto(5)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    table = table_of(view)
    expect(table.locator("caption")).to_have_text(
        "Runs that differ in batch size, after 30 samples"
    )
    expect(table.locator("td:first-of-type")).to_have_text(["30", "10", "5"])
    view.press("Step")
    expect(table.locator("td:first-of-type")).to_have_text(["36", "12", "6"])


def test_the_table_tells_the_runs_of_a_page_from_each_other_without_colour(
    lesson: Lesson, tmp_path: Path
) -> None:
    widget = GDWidget()
    rates = [0.001 * (1 + k) for k in range(8)]
    widget.compare(learning_rate=rates)
    widget.save_html(tmp_path / "lesson.html")
    view = lesson.open(tmp_path / "lesson.html")
    shapes = table_of(view).locator("tbody path")
    expect(shapes).to_have_count(8)
    assert len({shape.get_attribute("d") for shape in shapes.all()}) == 8
