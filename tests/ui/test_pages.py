"""Reload, several views and widgets, hidden tabs, and what leaving leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.desk import ARTICLE
from tests.ui.view import FASTEST
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.notebook import Host
    from tests.ui.view import View

pytestmark = pytest.mark.ui

HOSTS = pytest.mark.parametrize("host", ["lab", "notebook"])
THIRD = ("6.3255796", "0.01", "44.69766", "5.878603")


def test_three_steps_in_notebook_7(desk: Desk) -> None:
    view = desk.show(host="notebook")
    view.press("Step", 3)
    view.expect_at(3)
    view.expect_update(*THIRD)
    view.loss_function.wait_for_path(4)


@HOSTS
def test_after_a_reload_the_whole_path_is_back(desk: Desk, host: Host) -> None:
    notebook = desk.open(ARTICLE, host=host)
    view = notebook.view()
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    view.set_slider(view.scrub, 20)
    view.expect_at(20, 50)
    before = view.update.inner_text()
    becomes(notebook.page, lambda: notebook.kernel.value("w.cursor"), 20, "the kernel's step")
    notebook.reload()
    view = notebook.view()
    view.expect_at(20, 50)
    expect(view.update).to_have_text(before)
    view.loss_function.wait_for_path(21)
    view.loss_function.wait_for("faded", lambda mark: len(mark.vertices) == 31, "the rest")
    view.press("Step")
    view.expect_at(21, 50)


def test_after_a_reload_100000_steps_are_back(desk: Desk) -> None:
    notebook = desk.open("from gdwidget import GDWidget\nw = GDWidget(learning_rate=1e-6)\nw")
    notebook.kernel.run("w.run(100_000)\nw.goto(54_321)")
    notebook.view().expect_at(54_321, 100_000)
    notebook.reload()
    view = notebook.view()
    view.expect_at(54_321, 100_000)
    view.open_table()
    expected = notebook.kernel.value("str(w.trajectory['W'][54_321])")
    expect(view.row(54_321).locator("td").first).to_have_text(expected)


def test_two_views_of_one_widget_follow_each_other(shared: Desk) -> None:
    notebook = shared.open(
        "from IPython.display import display\nfrom gdwidget import GDWidget\n"
        "w = GDWidget()\ndisplay(w)\ndisplay(w)"
    )
    first, second = notebook.view(0), notebook.view(1)
    first.press("Step", 2)
    second.expect_at(2)
    second.press("Step")
    for view in (first, second):
        view.expect_at(3)
        view.expect_update(*THIRD)
        view.loss_function.wait_for_path(4)
    second.press("Back")
    for view in (first, second):
        view.expect_at(2, 3)
        view.loss_function.wait_for_path(3)
    first.enter("learning rate", "0.02")
    expect(second.field("learning rate")).to_have_value("0.02")


def test_a_run_started_in_one_view_is_paused_in_the_other(shared: Desk) -> None:
    notebook = shared.open(
        "from IPython.display import display\nfrom gdwidget import GDWidget\n"
        "w = GDWidget()\ndisplay(w)\ndisplay(w)"
    )
    first, second = notebook.view(0), notebook.view(1)
    first.enter("steps per run", "1000")
    first.press("Run")
    until(notebook.page, lambda: second.last, lambda last: last >= 2, "steps are taken")
    second.press("Pause")
    expect(first.button("Run")).to_be_visible()
    expect(second.button("Run")).to_be_visible()
    assert first.last < 1_000


def test_two_views_keep_their_tables_apart(shared: Desk) -> None:
    notebook = shared.open(
        "from IPython.display import display\nfrom gdwidget import GDWidget\n"
        "w = GDWidget()\ndisplay(w)\ndisplay(w)"
    )
    first, second = notebook.view(0), notebook.view(1)
    first.open_table()
    expect(second.table).to_be_hidden()


def test_two_pages_of_one_notebook_follow_each_other(desk: Desk) -> None:
    first = desk.open(ARTICLE)
    first.view().steps(2)
    first.command("docmanager:save")
    second = desk.open_again(first)
    second.view().expect_at(2)
    second.view().press("Step")
    for notebook in (first, second):
        notebook.view().expect_at(3)
        notebook.view().expect_update(*THIRD)


def test_two_widgets_in_one_notebook_are_independent(shared: Desk) -> None:
    notebook = shared.open(
        "from IPython.display import display\nfrom gdwidget import GDWidget\n"
        "w = GDWidget()\nv = GDWidget(learning_rate=0.05)\ndisplay(w)\ndisplay(v)"
    )
    first, second = notebook.view(0), notebook.view(1)
    first.press("Step", 3)
    first.expect_at(3)
    first.expect_update(*THIRD)
    second.expect_at(0)
    second.expect_update("8.0", "0.05", "62.0", "4.8999996")
    second.press("Step")
    second.expect_at(1)
    first.expect_at(3)
    assert notebook.kernel.value("(w.cursor, v.cursor)") == (3, 1)


def test_the_widget_works_inside_a_vbox(shared: Desk) -> None:
    view = shared.show(
        "import ipywidgets\nfrom gdwidget import GDWidget\n"
        "w = GDWidget()\nipywidgets.VBox([ipywidgets.Label('above'), w])"
    )
    view.press("Step", 3)
    view.expect_at(3)
    view.expect_update(*THIRD)
    view.loss_function.wait_for_path(4)


def test_the_widget_works_in_a_tab_shown_later(shared: Desk) -> None:
    notebook = shared.open(
        "import ipywidgets\nfrom gdwidget import GDWidget\nw = GDWidget()\n"
        "ipywidgets.Tab([ipywidgets.Label('first'), w], titles=['one', 'two'])"
    )
    expect(notebook.page.get_by_text("first", exact=True)).to_be_visible()
    notebook.kernel.run("w.step(2)")
    notebook.page.get_by_role("tab", name="two").click()
    view = notebook.view()
    view.press("Step")
    view.expect_at(3)
    view.expect_update(*THIRD)
    view.loss_function.wait_for_path(4)
    view.loss_function.wait_until_it_fills_its_box()


def test_a_tab_hidden_and_shown_again_is_up_to_date(shared: Desk) -> None:
    notebook = shared.open(
        "import ipywidgets\nfrom gdwidget import GDWidget\nw = GDWidget()\n"
        "ipywidgets.Tab([ipywidgets.Label('first'), w], titles=['one', 'two'], selected_index=1)"
    )
    view = notebook.view()
    notebook.page.get_by_role("tab", name="one").click()
    expect(view.root).to_be_hidden()
    notebook.kernel.run("w.step(3)")
    notebook.page.get_by_role("tab", name="two").click()
    view.expect_at(3)
    view.loss_function.wait_for_path(4)


def test_views_that_were_cleared_are_not_drawn_any_more(shared: Desk) -> None:
    notebook = shared.open("from gdwidget import GDWidget\nw = GDWidget()", "w", "w.step()")
    for _ in range(3):
        notebook.run_well(1)
        expect(notebook.page.locator(".gdwidget[data-noted]")).to_have_count(0)
        expect(notebook.page.locator(".gdwidget")).to_have_count(1)
        notebook.view().expect_at(0)
        notebook.view().root.evaluate(
            "(root) => { root.dataset.noted = ''; "
            "window.cleared = [...(window.cleared ?? []), root]; }"
        )
    notebook.command("notebook:clear-all-cell-outputs")
    expect(notebook.page.locator(".gdwidget")).to_have_count(0)
    notebook.run_well(2)
    notebook.run_well(1)
    notebook.view().press("Step")
    notebook.view().expect_at(2)
    notebook.view().loss_function.wait_for_path(3)
    counts = notebook.page.evaluate(
        "() => window.cleared.map((root) => root.querySelector('.gdwidget-count')?.textContent)"
    )
    notebook.page.evaluate("() => delete window.cleared")
    assert len(counts) == 3
    assert set(counts) <= {"step 0 of 0", None}


def test_a_widget_made_anew_by_its_cell_starts_anew(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    notebook.view().steps(2)
    notebook.run(0)
    expect(notebook.page.locator(".gdwidget")).to_have_count(1)
    view = notebook.view()
    view.expect_at(0)
    view.press("Step")
    view.expect_at(1)
    view.loss_function.wait_for_path(2)


def test_a_closed_widget_leaves_the_page_without_an_error(shared: Desk) -> None:
    notebook = shared.open(ARTICLE, "w.close()")
    notebook.view().steps(2)
    notebook.run_well(1)
    expect(notebook.page.locator(".gdwidget")).to_have_count(0)


def test_the_picture_follows_the_width_of_the_page(article: View) -> None:
    article.loss_function.wait_until_still("curve")
    before = article.loss_function.mark("curve").width
    size = article.page.viewport_size
    assert size is not None
    try:
        article.page.set_viewport_size({"width": 900, "height": 900})
        article.loss_function.wait_for(
            "curve",
            lambda mark: (
                abs(mark.width - before) > 50
                and len(mark.vertices) > 0
                and mark.vertices[-1][0] == pytest.approx(mark.width, abs=2)
            ),
            "fills the new width",
        )
    finally:
        article.page.set_viewport_size(size)
