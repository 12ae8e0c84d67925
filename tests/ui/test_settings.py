"""Learning rate, start values and steps per run, typed well and badly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from tests.ui.view import View

pytestmark = pytest.mark.ui

STATE = "(w.cursor, len(w.trajectory), w.learning_rate, w.run_steps, str(w.params['W']))"
AFTER_TWO_STEPS = (2, 3, 0.01, 50, "6.8240666")


@pytest.mark.parametrize("typed", ["-1", "0", "", "1e300", "1e-60"])
def test_a_bad_learning_rate_is_refused_beside_the_controls(article: View, typed: str) -> None:
    article.steps(2)
    article.enter("learning rate", typed)
    expect(article.message).to_have_text("learning rate: enter a number above 0, such as 0.01.")
    expect(article.root.get_by_role("alert")).to_be_visible()
    expect(article.field("learning rate")).to_have_attribute("aria-invalid", "true")
    expect(article.field("learning rate")).to_have_value(typed)
    article.expect_at(2)
    article.expect_update("6.8240666", "0.01", "49.84869", "6.3255796")
    assert article.kernel.value(STATE) == AFTER_TWO_STEPS


def test_a_good_learning_rate_after_a_bad_one_is_taken(article: View) -> None:
    article.enter("learning rate", "-1")
    expect(article.message).to_be_visible()
    article.enter("learning rate", "0.02")
    expect(article.message).to_have_count(0)
    expect(article.field("learning rate")).to_have_attribute("aria-invalid", "false")
    article.expect_update("8.0", "0.02", "62.0", "6.76")
    becomes(article.page, lambda: article.kernel.value("w.learning_rate"), 0.02, "the rate")


def test_a_step_after_a_bad_learning_rate_uses_the_last_good_one(article: View) -> None:
    article.enter("learning rate", "0")
    expect(article.message).to_be_visible()
    article.press("Step")
    article.expect_at(1)
    article.expect_update("7.38", "0.01", "55.593334", "6.8240666")
    expect(article.field("learning rate")).to_have_value("0.01")
    expect(article.message).to_have_count(0)


@pytest.mark.parametrize("typed", ["", "1e39"])
def test_a_bad_start_is_refused_in_the_page(article: View, typed: str) -> None:
    article.steps(2)
    article.enter("start W", typed)
    expect(article.message).to_have_text("start W: enter a number.")
    article.expect_at(2)
    assert article.kernel.value(STATE) == AFTER_TWO_STEPS


def test_a_start_without_a_finite_loss_is_refused_by_the_kernel(article: View) -> None:
    article.steps(2)
    article.enter("start W", "1e30")
    expect(article.message).to_contain_text("a start where the loss and its gradient are finite")
    article.expect_at(2)
    assert article.kernel.value(STATE) == AFTER_TWO_STEPS
    article.press("Step")
    article.expect_at(3)
    expect(article.field("start W")).to_have_value("8.0")


@pytest.mark.parametrize("typed", ["0", "1.5", "", "10000001"])
def test_a_bad_number_of_steps_is_refused(article: View, typed: str) -> None:
    article.steps(2)
    article.enter("steps per run", typed)
    expect(article.message).to_have_text(
        "steps per run: enter a whole number from 1 to 10,000,000."
    )
    assert article.kernel.value(STATE) == AFTER_TWO_STEPS


def test_a_typed_start_resets_there(article: View) -> None:
    article.steps(2)
    article.enter("start W", "5")
    article.expect_at(0)
    article.expect_update("5.0", "0.01", "31.0", "4.69")
    expect(article.field("start W")).to_have_value("5.0")
    article.loss_function.wait_for_path(1)


def test_a_typed_value_of_a_held_parameter_resets_too(article: View) -> None:
    article.steps(2)
    article.enter("b (held)", "0")
    article.expect_at(0)
    expect(article.update).to_contain_text("= 8.0 − 0.01 · 65.0")
    assert article.kernel.value("str(w.params['b'])") == "0.0"


def test_reset_keeps_the_typed_start(article: View) -> None:
    article.enter("start W", "5")
    article.expect_update("5.0", "0.01", "31.0", "4.69")
    article.press("Step")
    article.expect_at(1)
    article.press("Reset")
    article.expect_at(0)
    article.expect_update("5.0", "0.01", "31.0", "4.69")


def test_a_half_typed_number_is_left_alone_by_drawing(article: View) -> None:
    field = article.field("learning rate")
    field.click()
    field.fill("0.0")
    article.kernel.run("w.step()")
    article.expect_at(1)
    expect(field).to_have_value("0.0")
    field.press_sequentially("3")
    field.press("Enter")
    article.expect_update("7.38", "0.03", "55.593334", "5.7122")


def test_the_slider_sets_the_learning_rate(article: View) -> None:
    slider = article.root.get_by_role("slider", name="learning rate, slider")
    article.set_slider(slider, 90)
    expect(article.field("learning rate")).to_have_value("0.1")
    article.expect_update("8.0", "0.1", "62.0", "1.7999997")
    becomes(article.page, lambda: article.kernel.value("w.learning_rate"), 0.1, "the rate")


def test_a_new_rate_holds_from_the_next_step(article: View) -> None:
    article.steps(1)
    article.enter("learning rate", "0.02")
    article.press("Step")
    article.expect_at(2)
    article.press("Back")
    article.expect_update("7.38", "0.02", "55.593334", "6.268133")
    article.press("Back")
    article.expect_update("8.0", "0.02", "62.0", "6.76")
    article.press("Step")
    article.expect_at(1, 1)
    assert article.kernel.value("(len(w.runs), str(w.params['W']))") == (2, "6.76")


def test_steps_per_run_sets_the_length_of_a_run(article: View) -> None:
    article.enter("steps per run", "7")
    article.press("Run")
    article.expect_at(7)
    expect(article.button("Run")).to_be_visible()
    assert article.kernel.value("(w.run_steps, len(w.trajectory))") == (7, 8)


def test_a_learning_rate_set_in_python_moves_the_page(article: View) -> None:
    article.kernel.run("w.learning_rate = 0.05")
    expect(article.field("learning rate")).to_have_value("0.05")
    expect(article.update).to_contain_text(re.compile(r"− 0\.05 ·"))
