"""Going back, scrubbing and forking: what was computed stays, digit for digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.view import View

pytestmark = pytest.mark.ui

UPDATES = {
    0: ("8.0", "0.01", "62.0", "7.38"),
    1: ("7.38", "0.01", "55.593334", "6.8240666"),
    2: ("6.8240666", "0.01", "49.84869", "6.3255796"),
    3: ("6.3255796", "0.01", "44.69766", "5.878603"),
}


def test_back_shows_the_exact_earlier_digits(article: View) -> None:
    article.steps(3)
    for step in (2, 1, 0):
        article.press("Back")
        article.expect_at(step, 3)
        article.expect_update(*UPDATES[step])
        article.loss_function.wait_for_path(step + 1)


def test_back_at_the_start_does_nothing(article: View) -> None:
    article.steps(1)
    article.press("Back")
    article.expect_at(0, 1)
    expect(article.button("Back")).to_have_attribute("aria-disabled", "true")
    article.button("Back").click(force=True)
    article.expect_update(*UPDATES[0])
    article.expect_at(0, 1)


def test_scrubbing_shows_the_exact_earlier_digits(article: View) -> None:
    article.steps(3)
    for step in (1, 3, 0, 2):
        article.set_slider(article.scrub, step)
        article.expect_at(step, 3)
        article.expect_update(*UPDATES[step])


def test_the_kernel_looks_where_the_page_looks(article: View) -> None:
    article.steps(3)
    article.press("Back")
    article.expect_at(2, 3)
    article.press("Step")
    article.expect_at(3)
    article.press("Back", 2)
    article.expect_at(1, 3)
    article.press("Step", 3)
    article.expect_at(4)
    assert article.kernel.value("(w.cursor, len(w.trajectory))") == (4, 5)


def test_step_moves_along_what_is_recorded(article: View) -> None:
    article.steps(3)
    article.press("Back", 3)
    article.expect_at(0, 3)
    article.press("Step", 2)
    article.expect_at(2, 3)
    article.expect_update(*UPDATES[2])
    assert article.kernel.value("len(w.trajectory)") == 4


def test_what_is_recorded_after_the_cursor_is_drawn_faded(article: View) -> None:
    figure = article.loss_function
    article.steps(3)
    figure.wait_for("faded", lambda mark: not mark.vertices, "nothing to draw")
    article.press("Back", 2)
    figure.wait_for("faded", lambda mark: len(mark.vertices) == 3, "three points")
    article.loss_against_step.wait_for(
        "linear_faded", lambda mark: len(mark.vertices) == 3, "three points"
    )


def test_another_rate_at_an_earlier_step_is_said_to_fork(article: View) -> None:
    article.steps(3)
    article.press("Back", 2)
    article.expect_at(1, 3)
    article.enter("learning rate", "0.02")
    expect(article.status).to_have_text(
        "The next step starts a new path from here, at the learning rate 0.02: "
        "the recorded one was taken at 0.01."
    )
    article.expect_update("7.38", "0.02", "55.593334", "6.268133")


def test_a_fork_keeps_the_old_tail_faded_until_reset(article: View) -> None:
    article.steps(3)
    article.press("Back", 2)
    article.enter("learning rate", "0.02")
    article.press("Step")
    article.expect_at(2)
    article.loss_function.wait_for_path(3)
    figure = article.loss_function
    figure.wait_for("earlier", lambda mark: len(mark.vertices) == 3, "the old tail")
    figure.wait_for("numbers", lambda mark: "1" in mark.texts, "names it")
    article.press("Back")
    article.expect_update("7.38", "0.02", "55.593334", "6.268133")
    expect(article.status).not_to_contain_text("starts a new path")
    article.press("Back")
    article.expect_update("8.0", "0.02", "62.0", "6.76")
    expect(article.status).to_contain_text("starts a new path")
    article.press("Reset")
    article.expect_at(0)
    figure.wait_for("earlier", lambda mark: not mark.vertices, "nothing to draw")
    figure.wait_for("numbers", lambda mark: "1" not in mark.texts, "no number")


def test_the_same_rate_again_does_not_fork(article: View) -> None:
    article.steps(3)
    article.press("Back", 2)
    article.enter("learning rate", "0.02")
    expect(article.status).to_contain_text("starts a new path")
    article.enter("learning rate", "0.01")
    expect(article.status).not_to_contain_text("starts a new path")
    article.press("Step")
    article.expect_at(2, 3)


def test_a_click_in_the_second_figure_goes_to_the_step(article: View) -> None:
    article.steps(8)
    figure = article.loss_against_step
    figure.wait_for("linear_path", lambda mark: len(mark.vertices) == 9, "nine points")
    figure.wait_until_still("linear_path")
    path = figure.mark("linear_path")
    article.page.mouse.click(*path.in_page(*path.vertices[5]))
    article.expect_at(5, 8)
    figure.wait_for("linear_cursor", lambda mark: mark.is_at(path.vertices[5]), "is at step 5")


def test_a_click_after_the_last_step_goes_to_the_last(article: View) -> None:
    article.steps(3)
    article.press("Back", 2)
    cursor = article.loss_against_step.wait_for(
        "linear_cursor", lambda mark: bool(mark.points), "is drawn"
    )
    article.page.mouse.click(*cursor.in_page(0.9 * cursor.width, 0.5 * cursor.height))
    article.expect_at(3)


def back_and_step(view: View) -> None:
    view.press("Back", 2)
    view.press("Step", 3)


def back_and_another_rate(view: View) -> None:
    view.press("Back", 2)
    view.enter("learning rate", "0.02")
    view.press("Step")


def back_and_run(view: View) -> None:
    view.enter("steps per run", "5")
    view.press("Back", 3)
    view.press("Run")


def another_rate_and_the_same_again(view: View) -> None:
    view.press("Back", 2)
    view.enter("learning rate", "0.02")
    view.enter("learning rate", "0.01")
    view.press("Step")


def another_optimizer_and_start(view: View) -> None:
    view.enter("learning rate", "0.05")
    view.choose("optimizer", "adam")
    view.enter("start W", "5")
    view.press("Step", 3)


@pytest.mark.parametrize(
    ("do", "step", "last", "runs"),
    [
        (back_and_step, 4, 4, 1),
        (back_and_another_rate, 2, 2, 2),
        (back_and_run, 5, 5, 1),
        (another_rate_and_the_same_again, 2, 3, 1),
        (another_optimizer_and_start, 3, 3, 2),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_was_asked_of_a_kernel_that_was_held_up_is_done_in_turn(
    article: View, do: Callable[[View], None], step: int, last: int, runs: int
) -> None:
    article.steps(3)
    with article.kernel.held():
        do(article)
    article.expect_at(step, last)
    becomes(
        article.page,
        lambda: article.kernel.value("(w.cursor, len(w.trajectory) - 1, len(w.runs))"),
        (step, last, runs),
        "the kernel",
    )


def test_steps_asked_for_after_two_new_runs_are_taken_in_the_last(article: View) -> None:
    article.steps(3)
    # The kernel tells of the first run by itself, as one does that is slow to compile.
    article.kernel.run("import gdwidget._sync.throttle\ngdwidget._sync.throttle.INTERVAL = 0")
    try:
        with article.kernel.held():
            another_optimizer_and_start(article)
        becomes(
            article.page,
            lambda: article.kernel.value("(w.cursor, w.optimizer, w.trajectory['W'][0].item())"),
            (3, "adam", 5.0),
            "the kernel",
        )
        article.expect_at(3, 3)
    finally:
        article.kernel.run("gdwidget._sync.throttle.INTERVAL = 1 / 30")
