"""The kernel beside the page: calls in cells, busy cells, errors, a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.desk import ARTICLE
from tests.ui.view import FASTEST
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.ui.desk import Desk
    from tests.ui.view import View

pytestmark = pytest.mark.ui

THIRD = ("6.3255796", "0.01", "44.69766", "5.878603")
GONE = "The kernel is gone: no new steps."


DELETE_SUBSHELLS = """
async () => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const ids = (await kernel.requestListSubshell({}).done).content.subshell_id;
  for (const subshell_id of ids) await kernel.requestDeleteSubshell({ subshell_id }, true).done;
  return ids.length;
}
"""


class Busy:
    """A cell's code that goes on until the test lets it end."""

    def __init__(self, folder: Path) -> None:
        self._sign = folder / "end"

    def code(self, meanwhile: str = "pass") -> str:
        return (
            "import pathlib, time\n"
            f"while not pathlib.Path({str(self._sign)!r}).exists():\n"
            f"    time.sleep(0.05)\n    {meanwhile}\nprint('done')"
        )

    def end(self) -> None:
        self._sign.touch()


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    busy = Busy(tmp_path)
    yield busy
    busy.end()


def test_calls_in_a_cell_move_the_page(shared: Desk) -> None:
    notebook = shared.open(ARTICLE, "", "", "", "", "")
    calls = ("w.step(3)", "w.back()", "w.run()", "w.goto(7)", "w.reset(W=5.0)")
    counts = ((3, 3), (2, 3), (52, 52), (7, 52), (0, 0))
    view = notebook.view()
    for index, (call, count) in enumerate(zip(calls, counts, strict=True), start=1):
        notebook.write(index, call)
        notebook.run(index)
        view.expect_at(*count)
        view.loss_function.wait_for_path(count[0] + 1)
    expect(view.field("start W")).to_have_value("5.0")


def test_a_loop_in_a_cell_is_followed_while_it_runs(shared: Desk, busy: Busy) -> None:
    notebook = shared.open(ARTICLE, busy.code("w.step()"))
    view = notebook.view()
    notebook.start(1)
    first = until(notebook.page, lambda: view.last, lambda last: last > 0, "a step on the way")
    until(notebook.page, lambda: view.last, lambda last: last > first, "another step")
    busy.end()
    expect(notebook.output(1)).to_contain_text("done")
    last = notebook.kernel.value("len(w.trajectory) - 1")
    view.expect_at(last)
    view.loss_function.wait_for_path(last + 1)


def test_many_steps_in_a_cell_all_arrive(article: View) -> None:
    article.kernel.run("for _ in range(3_000):\n    w.step()")
    article.expect_at(3_000)
    article.open_table()
    expected = article.kernel.value("str(w.trajectory['W'][1_234])")
    article.set_slider(article.scrub, 1_234)
    expect(article.row(1_234).locator("td").first).to_have_text(expected)


def test_step_while_a_cell_is_running_is_taken_exactly_once(shared: Desk, busy: Busy) -> None:
    notebook = shared.open(ARTICLE, busy.code())
    view = notebook.view()
    notebook.start(1)
    view.press("Step")
    busy.end()
    view.expect_at(1)
    expect(notebook.output(1)).to_contain_text("done")
    assert notebook.kernel.value("len(w.trajectory)") == 2
    view.expect_at(1)
    view.press("Step", 2)
    view.expect_at(3)
    view.expect_update(*THIRD)


def test_run_while_a_cell_is_running_ends_at_step_50(shared: Desk, busy: Busy) -> None:
    notebook = shared.open(ARTICLE, busy.code())
    view = notebook.view()
    view.set_slider(view.speed, FASTEST)
    notebook.start(1)
    view.press("Run")
    busy.end()
    view.expect_at(50)
    expect(view.button("Run")).to_be_visible()
    assert notebook.kernel.value("len(w.trajectory)") == 51


def test_after_a_restart_the_page_says_so_and_keeps_what_it_has(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    view = notebook.view()
    view.steps(3)
    notebook.restart_kernel()
    expect(view.status).to_contain_text(GONE)
    expect(view.status).to_have_attribute("data-kind", "warning")
    expect(view.button("Step")).to_have_attribute("aria-disabled", "true")
    expect(view.button("Reset")).to_have_attribute("aria-disabled", "true")
    view.loss_function.wait_for_path(4)
    view.press("Back")
    view.expect_at(2, 3)
    view.expect_update("6.8240666", "0.01", "49.84869", "6.3255796")
    view.set_slider(view.scrub, 0)
    view.expect_at(0, 3)
    view.press("Step", 2)
    view.expect_at(2, 3)
    view.open_table()
    view.row(3).click()
    view.expect_at(3)
    view.expect_update(*THIRD)


def test_what_is_said_over_a_subshell_that_is_no_more_is_heard(shared: Desk) -> None:
    notebook = shared.open(ARTICLE, "other = GDWidget()\nother")
    view = notebook.view()
    view.steps(2)
    assert notebook.page.evaluate(DELETE_SUBSHELLS) > 0
    view.steps(1)
    view.expect_update(*THIRD)
    assert notebook.kernel.value("len(w.trajectory)") == 4
    notebook.run_well(1)
    other = notebook.view(1)
    other.steps(3)
    other.expect_update(*THIRD)
    assert notebook.kernel.value("len(other.trajectory)") == 4


def test_without_a_kernel_step_and_reset_do_nothing(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    view = notebook.view()
    view.steps(3)
    notebook.restart_kernel()
    expect(view.status).to_contain_text(GONE)
    for name in ("Step", "Run", "Reset"):
        view.button(name).click(force=True)
    view.loss_function.box.focus()
    for key in ("ArrowRight", "r", "Space"):
        notebook.page.keyboard.press(key)
    view.expect_at(3)
    expect(view.button("Run")).to_be_visible()


def test_a_restart_in_the_middle_of_a_run_ends_it(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    view = notebook.view()
    view.enter("steps per run", "1000")
    view.press("Run")
    until(notebook.page, lambda: view.last, lambda last: last >= 3, "steps are taken")
    notebook.restart_kernel()
    expect(view.status).to_contain_text(GONE)
    expect(view.button("Run")).to_be_visible()


def test_after_a_restart_the_cell_makes_a_working_widget(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    notebook.view().steps(2)
    notebook.restart_kernel()
    expect(notebook.view().status).to_contain_text(GONE)
    notebook.run_well(0)
    view = notebook.view()
    view.expect_at(0)
    view.press("Step", 3)
    view.expect_at(3)
    view.expect_update(*THIRD)


def test_after_a_restart_by_another_client_the_page_says_so_and_can_go_on(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    view = notebook.view()
    view.steps(3)
    notebook.kernel.renew()
    view.press("Step")
    expect(view.status).to_contain_text(GONE)
    view.expect_at(3)
    view.button("Go on in this page").click()
    view.press("Step")
    view.expect_at(4)
    view.loss_function.wait_for_path(5)


def test_after_a_restart_by_another_client_the_cell_makes_a_working_widget(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    notebook.view().steps(2)
    notebook.kernel.renew()
    notebook.run_well(0)
    view = notebook.view()
    view.expect_at(0)
    view.press("Step", 3)
    view.expect_at(3)
    view.expect_update(*THIRD)
    view.enter("learning rate", "0.02")
    view.press("Step")
    view.expect_at(4)
    becomes(notebook.page, lambda: notebook.kernel.value("w.cursor"), 4, "the kernel's step")
    assert notebook.kernel.value("w.learning_rate") == 0.02
    view.press("Reset")
    view.expect_at(0)


def test_an_error_in_a_callback_is_shown_and_the_step_stands(article: View) -> None:
    article.kernel.run(
        "def boom(state):\n    raise ValueError(f'boom at {state.step}')\nw.on_step(boom)"
    )
    article.press("Step")
    article.expect_at(1)
    expect(article.root).to_contain_text("ValueError: boom at 1")
    article.expect_update("7.38", "0.01", "55.593334", "6.8240666")
    article.kernel.run("w.on_step(boom, remove=True)")
    article.press("Step")
    article.expect_at(2)
    expect(article.root).not_to_contain_text("boom")
    assert article.kernel.value("len(w.trajectory)") == 3


def test_a_callback_sees_every_step_of_the_page(article: View) -> None:
    article.kernel.run("seen = []\nw.on_step(lambda state: seen.append(state.step))")
    article.set_slider(article.speed, FASTEST)
    article.press("Run")
    article.expect_at(50)
    wanted = list(range(1, 51))
    becomes(article.page, lambda: article.kernel.value("seen"), wanted, "the steps it has seen")


def test_markup_in_a_callbacks_error_is_text(article: View) -> None:
    article.kernel.run(
        "def boom(state):\n"
        "    raise ValueError('<img src=nothing onerror=\"window.taken = 1\"><b>bold</b>')\n"
        "w.on_step(boom)"
    )
    article.press("Step")
    expect(article.root).to_contain_text("<img src=nothing onerror=")
    expect(article.root.locator("b, img")).to_have_count(0)
    assert article.page.evaluate("() => window.taken") is None


def test_markup_in_a_losss_name_is_text(shared: Desk) -> None:
    notebook = shared.open_only(
        "from gdwidget import GDWidget\n"
        "def loss(W):\n    return [W, W]\n"
        "loss.__name__ = loss.__qualname__ = '<script>window.taken = 1</script>'\n"
        "GDWidget(loss, 8.0)",
    )
    notebook.run(0)
    output = notebook.output(0)
    expect(output).to_contain_text(re.compile("Error: "))
    expect(output).to_contain_text("<script>window.taken = 1</script>")
    expect(output.locator("script")).to_have_count(0)
    assert notebook.page.evaluate("() => window.taken") is None


def test_the_busy_kernel_does_not_hold_up_looking_back(shared: Desk, busy: Busy) -> None:
    notebook = shared.open(ARTICLE, busy.code())
    view = notebook.view()
    view.steps(3)
    notebook.start(1)
    view.press("Back")
    view.expect_at(2, 3)
    busy.end()
    expect(notebook.output(1)).to_contain_text("done")
    becomes(notebook.page, lambda: notebook.kernel.value("w.cursor"), 2, "the kernel's step")
    view.expect_at(2, 3)


def test_an_interrupted_cell_leaves_a_working_widget(shared: Desk) -> None:
    notebook = shared.open(ARTICLE, "while True:\n    w.step()")
    view = notebook.view()
    notebook.start(1)
    until(notebook.page, lambda: view.last, lambda last: last > 10, "steps are taken")
    notebook.command("notebook:interrupt-kernel")
    expect(notebook.output(1)).to_contain_text("KeyboardInterrupt")
    last = notebook.kernel.value("len(w.trajectory) - 1")
    view.expect_at(last)
    view.press("Step")
    view.expect_at(last + 1)
