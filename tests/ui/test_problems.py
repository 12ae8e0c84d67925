"""Problems to choose from in the page, and what the kernel refuses there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.notebook import Notebook
    from tests.ui.view import View

pytestmark = pytest.mark.ui

PICKER = (
    "from gdwidget import GDWidget, problems\n"
    "w = GDWidget(problems=[problems.line(), problems.quadratic(), "
    "problems.logistic(samples=20)])\n"
)
NAMES = ["line", "quadratic", "logistic"]
SIX_AT_A_TIME = """
from gdwidget import GDWidget, problems
line = problems.line()
def loss(W, b, inputs, targets):
    return ((W * inputs.reshape(6) + b - targets) ** 2).mean()
w = GDWidget(loss, 8.0, -1.0, data=line.data)
w
"""


def choose(notebook: Notebook, name: str, index: int = 0) -> View:
    """Choose a problem in a view; return the view of it, which is another one."""
    view = notebook.view(index)
    notebook.page.locator(".gdwidget").evaluate_all(
        "(roots) => roots.forEach((root) => root.setAttribute('data-old', ''))"
    )
    view.choose("problem", name)
    expect(notebook.page.locator(".gdwidget[data-old]")).to_have_count(0)
    view = notebook.view(index)
    expect(view.choice("problem")).to_have_value(name)
    assert notebook.kernel.value("w.problem_name") == name
    return view


def expect_quadratic(view: View) -> None:
    expect(view.plane.box).to_be_visible()
    view.plane.wait_for("contours", lambda mark: mark.pieces >= 3, "are drawn")
    expect(view.root.get_by_text("Model and data")).to_have_count(0)
    expect(view.field("start x")).to_have_value("10.0")


def test_the_picker_is_off_by_default(article: View) -> None:
    expect(article.choice("problem")).to_have_count(0)


def test_another_problem_brings_all_its_figures(shared: Desk) -> None:
    notebook = shared.open(f"{PICKER}w")
    view = notebook.view()
    assert view.choice("problem").locator("option").all_inner_texts() == NAMES
    view.steps(3)
    expect(view.plane.box).to_be_hidden()
    view = choose(notebook, "quadratic")
    view.expect_at(0)
    expect_quadratic(view)
    view.steps(2)
    view.plane.wait_for_path(3)
    view = choose(notebook, "logistic")
    view.expect_at(0)
    view.data_and_fit.wait_for("triangles", lambda mark: len(mark.points) > 5, "are drawn")
    view.steps(2)
    view = choose(notebook, "line")
    view.expect_at(0)
    view.expect_update("8.0", "0.01", "62.0", "7.38")
    view.press("Step", 3)
    view.expect_at(3)
    view.expect_update("6.3255796", "0.01", "44.69766", "5.878603")
    view.loss_function.wait_for_path(4)
    expect(notebook.page.locator(".gdwidget")).to_have_count(1)


def test_two_views_change_the_problem_together(shared: Desk) -> None:
    notebook = shared.open(f"from IPython.display import display\n{PICKER}display(w)\ndisplay(w)")
    notebook.view(1)
    choose(notebook, "quadratic")
    expect(notebook.page.locator(".gdwidget")).to_have_count(2)
    first, second = notebook.view(0), notebook.view(1)
    for view in (first, second):
        expect_quadratic(view)
    second.press("Step", 2)
    for view in (first, second):
        view.expect_at(2)
        view.plane.wait_for_path(3)


def test_a_problem_chosen_in_python_is_shown(shared: Desk) -> None:
    notebook = shared.open(f"{PICKER}w")
    notebook.view()
    notebook.kernel.run("w.problem_name = 'quadratic'\nw.step(2)")
    notebook.page.wait_for_selector(".gdwidget select:has(option[value=two])")
    view = notebook.view()
    expect_quadratic(view)
    view.expect_at(2)
    view.plane.wait_for_path(3)


def test_a_reload_keeps_problem_optimizer_and_runs(desk: Desk) -> None:
    notebook = desk.open(f"{PICKER}w")
    view = choose(notebook, "quadratic")
    view.steps(3)
    view.choose("optimizer", "momentum")
    view.expect_at(0)
    view.steps(2)
    expect(view.update).not_to_contain_text("…")
    expected = view.update.text_content() or ""
    notebook.reload()
    view = notebook.view()
    view.expect_at(2)
    expect_quadratic(view)
    expect(view.choice("problem")).to_have_value("quadratic")
    expect(view.choice("optimizer")).to_have_value("momentum")
    expect(view.update).to_have_text(expected)
    expect(view.root.get_by_role("list", name="Runs").get_by_role("listitem")).to_have_count(2)
    view.plane.wait_for("numbers", lambda mark: "1" in mark.texts, "names the earlier run")
    view.plane.wait_for_path(3)
    view.steps(1)


def test_a_batch_size_that_the_loss_cannot_take_is_refused_beside_the_list(shared: Desk) -> None:
    view = shared.show(SIX_AT_A_TIME)
    view.steps(2)
    view.choose("batch", "1 sample")
    expect(view.root.get_by_role("alert")).to_be_visible()
    expect(view.message).to_be_visible()
    expect(view.choice("batch")).to_have_value("0")
    view.expect_at(2)
    assert view.kernel.value("(w.batch_size, w.cursor, len(w.runs))") == (None, 2, 1)
    view.steps(1)
    expect(view.message).to_have_count(0)
