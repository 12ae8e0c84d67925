"""Lessons as a reader has them: opened in JupyterLab, run, each widget stepped.

The first one, and those whose widgets cannot go on in a page; tests/test_docs.py steps all
widgets of all lessons on the site.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.waiting import until

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.server import Kernel

pytestmark = pytest.mark.ui

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LESSONS = [
    NOTEBOOKS / f"{name}.ipynb"
    for name in ("01-gradient-descent", "08-your-own", "09-many-devices")
]
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
def test_a_lesson_runs_and_each_of_its_widgets_steps(
    desk: Desk, kernel: Kernel, lesson: Path
) -> None:
    if "jax_num_cpu_devices" in lesson.read_text():  # to be set before jax has been used
        kernel.renew()
    notebook = desk.open_copy(lesson)
    notebook.run_all()
    roots = notebook.page.locator(".gdwidget")
    shown = notebook.page.evaluate(SHOWN)
    assert shown >= 1
    until(notebook.page, roots.count, lambda count: count >= shown, f"{shown} widgets")
    for index in range(roots.count()):
        roots.nth(index).scroll_into_view_if_needed()
        view = notebook.view(index)
        moves = view.button("Step").get_attribute("aria-disabled") == "false"
        if not moves:
            view.press("Back")
        step = int(view.scrub.input_value())
        view.press("Step")
        view.expect_to_count(step + 1)
        assert not view.loss_against_step.not_numbers()
