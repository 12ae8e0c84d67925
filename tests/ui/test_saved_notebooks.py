"""Notebooks saved by JupyterLab: with the widgets' state, and as nobody trusts them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from playwright.sync_api import expect

from tests.pages.lesson import OURS, SAVED, STATE
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.ui.desk import Desk
    from tests.ui.notebook import Notebook

pytestmark = pytest.mark.ui

CELL = """
from gdwidget import GDWidget, problems
w = GDWidget(problems.logistic(samples=20), learning_rate=0.5)
w.run(20)
w.optimizer = "momentum"
w.run(10)
w
"""
SAVE_STATE = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"


def kernels_state(notebook: Notebook) -> dict[str, Any]:
    """Return what the kernel holds, as it would be sent."""
    names = f"{[*SAVED, 'learning_rate', 'optimizer', 'batch_size', 'decay', 'run_steps']}"
    state: dict[str, Any] = json.loads(
        notebook.kernel.value(f"__import__('json').dumps(w.get_state({names}))")
    )
    return state


def saved_state(notebook: Notebook, desk: Desk) -> dict[str, Any]:
    """Save the notebook, and return what its file holds of the widget, if anything."""
    notebook.command("docmanager:save")
    models = desk.read(notebook).metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    states: list[dict[str, Any]] = [
        model["state"]
        for model in models.values()
        if model["state"].get("_anywidget_id", "") == OURS
    ]
    assert len(states) <= 1
    return states[0] if states else {}


@pytest.fixture
def notebook(desk: Desk) -> Iterator[Notebook]:
    """Return a notebook with a widget whose state Lab saves."""
    notebook = desk.open(CELL)
    notebook.command(SAVE_STATE)  # switches it on
    yield notebook
    notebook.command(SAVE_STATE)


def expect_all_saved(notebook: Notebook, desk: Desk) -> None:
    def differences() -> list[str]:
        saved, expected = saved_state(notebook, desk), kernels_state(notebook)
        return [name for name, value in expected.items() if saved.get(name) != value]

    becomes(notebook.page, differences, [], "what the file lacks")


def test_lab_saves_all_that_the_kernel_holds(desk: Desk, notebook: Notebook) -> None:
    view = notebook.view()
    view.steps(2)
    view.set_slider(view.scrub, 7)
    view.expect_at(7, 12)
    becomes(notebook.page, lambda: notebook.kernel.value("w.cursor"), 7, "the kernel's step")
    expect_all_saved(notebook, desk)


def test_after_a_reload_the_saved_state_is_whole(desk: Desk, notebook: Notebook) -> None:
    notebook.view().steps(2)
    notebook.reload()
    notebook.view().expect_at(12)
    expect_all_saved(notebook, desk)


def test_a_cell_run_again_leaves_nothing_of_the_runs_before(desk: Desk, notebook: Notebook) -> None:
    def saved() -> int:
        notebook.command("docmanager:save")
        return len(desk.read(notebook).metadata.get("widgets", {}).get(STATE, {}).get("state", ()))

    def known() -> int:
        count: int = notebook.kernel.value("len(w.get_manager_state()['state'])")
        return count

    notebook.view()
    once = known()
    becomes(notebook.page, saved, once, "how many models the file has at first")
    for _ in range(3):
        notebook.run_well(0)
    notebook.view().steps(2)
    becomes(notebook.page, known, once, "how many models the kernel has")
    becomes(notebook.page, saved, once, "how many models the file has in the end")


def test_an_untrusted_notebook_shows_the_picture(desk: Desk, tmp_path: Path) -> None:
    trusted = desk.open(CELL)
    trusted.view()
    trusted.command("docmanager:save")
    (cell,) = desk.read(trusted).cells
    assert cell.outputs[0].data["text/plain"].startswith("Gradient descent on logistic")
    path = tmp_path / "untrusted.ipynb"
    cell.source += "  # not as it was signed"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    untrusted = desk.open_copy(path)
    expect(untrusted.output(0).locator("img")).to_be_visible()
    expect(untrusted.page.locator(".gdwidget")).to_have_count(0)


def test_a_trusted_notebook_is_alive_with_no_kernel(desk: Desk, notebook: Notebook) -> None:
    notebook.view().steps(2)
    expect_all_saved(notebook, desk)
    notebook.restart_kernel()
    notebook.page.reload()
    notebook.wait_until_ready()
    view = notebook.view()
    view.expect_at(12)
    expect(view.root).to_contain_text("recomputed here")
    view.steps(2)
