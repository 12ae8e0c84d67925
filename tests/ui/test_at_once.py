"""Step shows its result while the kernel has not even heard of it, and the kernel counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.view import View

pytestmark = pytest.mark.ui

FIRST = ("7.38", "0.01", "55.593334", "6.8240666")
SECOND = ("6.8240666", "0.01", "49.84869", "6.3255796")


BATCHES = """
from gdwidget import GDWidget, problems
w = GDWidget(
    problems.logistic(samples=24), batch_size=8, optimizer="momentum", learning_rate=0.5
)
w.step(4)
w
"""


def await_the_step_ahead(view: View, mark: int) -> None:
    """Wait until the page knows the next step: what the kernel sends later has come."""
    ahead = "w._timeline.ahead is not None"
    becomes(view.page, lambda: view.kernel.value(ahead), wanted=True, what="the step taken ahead")
    view.kernel.run(f"w.run_steps = {mark}")
    expect(view.field("steps per run")).to_have_value(str(mark))


def test_the_result_is_there_while_the_kernel_stands_still(article: View) -> None:
    for step, update in enumerate((FIRST, SECOND), start=1):
        await_the_step_ahead(article, 60 + step)
        with article.kernel.held():
            article.press("Step")
            article.expect_shown(step)
            article.expect_update(*update)
            article.loss_function.wait_for_path(step + 1)
        becomes(article.page, lambda: article.kernel.value("w.cursor"), step, "the kernel's step")
        article.expect_at(step)
        article.expect_update(*update)


def test_what_is_pressed_beyond_that_waits_and_counts(article: View) -> None:
    await_the_step_ahead(article, 60)
    with article.kernel.held():
        article.press("Step", 3)
        article.expect_shown(1)
    article.expect_at(3)
    becomes(article.page, lambda: article.kernel.value("w.cursor"), 3, "the kernel's step")


def test_a_recorded_step_is_there_as_soon(article: View) -> None:
    article.steps(2)
    article.press("Back", 2)
    becomes(article.page, lambda: article.kernel.value("w.cursor"), 0, "the kernel's step")
    with article.kernel.held():
        article.press("Step")
        article.expect_shown(1, 2)
        article.expect_update(*FIRST)
    becomes(article.page, lambda: article.kernel.value("w.cursor"), 1, "the kernel's step")


def test_another_rate_is_waited_for(article: View) -> None:
    await_the_step_ahead(article, 60)
    with article.kernel.held():
        article.enter("learning rate", "0.02")
        article.press("Step")
        article.expect_shown(0)
    article.expect_at(1)
    article.expect_update("6.76", "0.02", "49.18667", "5.776267")


def test_what_the_kernel_says_counts(article: View) -> None:
    article.kernel.run("w.on_step(lambda state: w.reset(W=5.0))")
    await_the_step_ahead(article, 60)
    with article.kernel.held():
        article.press("Step")
        article.expect_shown(1)
    article.expect_at(0)
    article.expect_update("5.0", "0.01", "31.0", "4.69")


def test_with_batches_and_momentum_it_is_the_same(shared: Desk) -> None:
    view = shared.open(BATCHES).view()
    view.expect_at(4)
    await_the_step_ahead(view, 60)
    with view.kernel.held():
        view.press("Step")
        view.expect_shown(5)
        loss = view.root.locator(".gdwidget-loss-now").text_content() or ""
        update = view.update.text_content() or ""
    becomes(view.page, lambda: view.kernel.value("w.cursor"), 5, "the kernel's step")
    view.kernel.run("w.run_steps = 61")
    expect(view.field("steps per run")).to_have_value("61")
    expect(view.update).to_have_text(update)
    expect(view.root.locator(".gdwidget-loss-now")).to_have_text(loss)
