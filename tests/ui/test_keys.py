"""Keys: they work in the widget, stay in it, and those of the notebook stay out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.desk import ARTICLE
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.notebook import Host
    from tests.ui.view import View

pytestmark = pytest.mark.ui

# What inserts, deletes, moves, converts, saves, runs or restarts in a notebook.
NOTEBOOK_KEYS = (
    *("a", "b", "c", "d", "d", "f", "h", "i", "i", "j", "k", "l", "m", "n", "o", "p", "q", "u"),
    *("v", "x", "y", "z", "1", "2", "3", "0", "0", "ArrowUp", "ArrowDown", "PageUp", "PageDown"),
    *("Delete", "Backspace", "Escape", "Enter", "Shift+Enter", "Control+Enter", "Shift+ArrowDown"),
    *("Shift+m", "Alt+Enter", "Control+Shift+-"),
)
FOCUSES = (
    *("Step button", "loss function figure", "scrub slider"),
    *("step table", "log switch", "rate field"),
)


def focus(view: View, where: str) -> None:
    match where:
        case "Step button":
            view.press("Step")
        case "loss function figure":
            view.loss_function.box.focus()
        case "scrub slider":
            view.scrub.focus()
        case "step table":
            view.open_table()
            view.table.focus()
        case "log switch":
            view.root.get_by_role("radio", name="linear").click()
        case "rate field":
            view.field("learning rate").focus()


def test_arrows_and_s_step_and_go_back(article: View) -> None:
    article.press("Step")
    article.expect_at(1)
    keyboard = article.page.keyboard
    keyboard.press("ArrowRight")
    article.expect_at(2)
    keyboard.press("s")
    article.expect_at(3)
    keyboard.press("Shift+S")
    article.expect_at(4)
    keyboard.press("ArrowLeft")
    article.expect_at(3, 4)
    article.expect_update("6.3255796", "0.01", "44.69766", "5.878603")


def test_home_and_end_go_to_the_first_and_last_step(article: View) -> None:
    article.steps(4)
    article.page.keyboard.press("Home")
    article.expect_at(0, 4)
    article.page.keyboard.press("End")
    article.expect_at(4)


def test_space_runs_and_pauses(article: View) -> None:
    article.enter("steps per run", "1000")
    article.press("Step")
    article.expect_at(1)
    article.page.keyboard.press("Space")
    expect(article.button("Pause")).to_be_visible()
    until(article.page, lambda: article.last, lambda last: last >= 3, "steps are taken")
    article.page.keyboard.press("Space")
    expect(article.button("Run")).to_be_visible()
    assert article.last < 1000


def test_r_resets(article: View) -> None:
    article.steps(2)
    article.page.keyboard.press("r")
    article.expect_at(0)


def test_space_on_a_button_reached_by_tab_presses_it(article: View) -> None:
    article.steps(2)
    article.page.keyboard.press("Shift+Tab")
    expect(article.button("Back")).to_be_focused()
    article.page.keyboard.press("Space")
    article.expect_at(1, 2)
    expect(article.button("Run")).to_be_visible()


def test_arrows_on_the_speed_slider_change_the_speed_only(article: View) -> None:
    article.steps(2)
    article.speed.focus()
    article.page.keyboard.press("ArrowRight")
    expect(article.root.get_by_text("20 steps a second")).to_be_visible()
    article.expect_at(2)


def test_arrows_on_the_scrub_slider_move_one_step(article: View) -> None:
    article.steps(3)
    article.scrub.focus()
    article.page.keyboard.press("ArrowLeft")
    article.expect_at(2, 3)
    article.page.keyboard.press("ArrowRight")
    article.expect_at(3)


def test_letters_and_arrows_in_a_field_are_typed_there(article: View) -> None:
    article.steps(2)
    field = article.field("learning rate")
    field.click()
    for key in ("Home", "End", "ArrowLeft", "s", "r", "Space"):
        article.page.keyboard.press(key)
    article.press("Step")
    article.expect_at(3)
    expect(field).to_have_value("0.01")


@pytest.mark.parametrize("host", ["lab", "notebook"])
def test_no_key_gets_out_to_the_notebook(desk: Desk, host: Host) -> None:
    notebook = desk.open(ARTICLE, "# a second cell", "# a third cell", host=host)
    view = notebook.view()
    for where in FOCUSES:
        focus(view, where)
        before = notebook.cells()
        for key in (*NOTEBOOK_KEYS, "ArrowRight", "s", "ArrowLeft", "Home", "End", "r"):
            notebook.page.keyboard.press(key)
            assert notebook.cells() == before, f"{key} on the {where}"
        becomes(
            notebook.page,
            lambda: notebook.kernel.value("(w.cursor, len(w.trajectory))"),
            (0, 1),
            f"the kernel's step after the keys on the {where}",
        )
        view.expect_at(0)


def test_ctrl_s_saves_the_notebook_as_everywhere(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    notebook.write(0, f"{ARTICLE}  # changed")
    until(notebook.page, notebook.is_dirty, bool, "the notebook is changed")
    view = notebook.view()
    view.press("Step")
    notebook.page.keyboard.press("Control+s")
    until(notebook.page, notebook.is_dirty, lambda dirty: not dirty, "the notebook is saved")
    view.expect_at(1)


@pytest.mark.parametrize("host", ["lab", "notebook"])
def test_keys_typed_in_a_cell_do_not_reach_the_widget(desk: Desk, host: Host) -> None:
    notebook = desk.open(ARTICLE, "", host=host)
    view = notebook.view()
    view.steps(2)
    notebook.cell(1).locator(".cm-content").click()
    notebook.page.keyboard.type("s r S  ")
    for key in ("ArrowLeft", "ArrowRight", "Home", "End"):
        notebook.page.keyboard.press(key)
    sources = until(
        notebook.page,
        lambda: notebook.cells()["sources"],
        lambda sources: sources[1] == "s r S  ",
        "the typed text",
    )
    assert sources[0] == ARTICLE
    view.expect_at(2)
    assert notebook.kernel.value("(w.cursor, len(w.trajectory))") == (2, 3)


@pytest.mark.parametrize("host", ["lab", "notebook"])
def test_keys_of_a_selected_cell_still_work_beside_the_widget(desk: Desk, host: Host) -> None:
    notebook = desk.open(ARTICLE, "# a second cell", host=host)
    view = notebook.view()
    view.steps(1)
    notebook.cell(1).locator(".jp-InputPrompt").click()
    notebook.page.keyboard.press("b")
    until(notebook.page, lambda: len(notebook.cells()["types"]), lambda n: n == 3, "a new cell")
    view.expect_at(1)
