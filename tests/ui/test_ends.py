"""Diverging, diverged, converged: said in a sentence, and the picture stays readable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.figure import Mark
    from tests.ui.view import View

pytestmark = pytest.mark.ui

TICK = re.compile(r"^−?[\d,.]+$|^(?:−?[\d,.]+·)?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+$")


def run_with_rate(view: View, rate: str, steps: int) -> None:
    view.enter("learning rate", rate)
    view.enter("steps per run", str(steps))
    view.set_slider(view.speed, FASTEST)
    view.press("Run")


def expect_readable(view: View) -> None:
    """Both figures have labelled axes, a curve, and nothing that is not a number."""
    # The kernel evaluates the curve anew where the path has left it.
    view.loss_function.wait_for("curve", is_high, "is high enough to be seen")
    for figure in (view.loss_function, view.loss_against_step):
        for label, ticks in figure.settled_axes().items():
            assert len(ticks) >= 2, label
            assert all(TICK.match(tick) for tick in ticks), ticks
        assert figure.not_numbers() == []


def is_high(curve: Mark) -> bool:
    heights = [y for _, y in curve.vertices]
    return bool(heights) and max(heights) - min(heights) > curve.height / 3


def test_rate_02_for_50_steps_is_said_to_diverge(article: View) -> None:
    run_with_rate(article, "0.2", 50)
    article.expect_at(50)
    expect(article.status).to_contain_text(
        "Diverging: the loss has grown from 186.0 to 118138.1. The learning rate is too large here."
    )
    expect(article.status).to_have_attribute("data-kind", "warning")
    expect_readable(article)


def test_rate_02_with_enough_steps_has_diverged(article: View) -> None:
    run_with_rate(article, "0.2", 5_000)
    expect(article.status).to_contain_text(re.compile(r"^Diverged at step \d[\d,]*: "))
    expect(article.button("Run")).to_be_visible()
    step = article.kernel.value("w.cursor")
    article.expect_at(step)
    expect(article.status).to_contain_text(f"Diverged at step {step:,}: ")
    assert article.kernel.value("w.status") == "diverged"
    expect_readable(article)


def test_after_diverging_no_step_is_left_but_back_and_reset_are(article: View) -> None:
    run_with_rate(article, "0.2", 5_000)
    expect(article.status).to_contain_text("Diverged at step")
    expect(article.button("Step")).to_have_attribute("aria-disabled", "true")
    expect(article.button("Run")).to_have_attribute("aria-disabled", "true")
    step = article.last
    article.press("Back")
    article.expect_at(step - 1, step)
    expect(article.status).not_to_contain_text("Diverged")
    article.press("Reset")
    article.expect_at(0)
    article.enter("learning rate", "0.01")
    article.steps(3)
    article.expect_update("6.3255796", "0.01", "44.69766", "5.878603")


def test_a_diverged_run_on_a_logarithmic_axis_is_readable(article: View) -> None:
    run_with_rate(article, "0.2", 5_000)
    expect(article.status).to_contain_text("Diverged at step")
    article.root.get_by_role("radio", name="log").check()
    article.loss_against_step.wait_for("logarithmic_path", lambda mark: mark.shown, "is shown")
    expect_readable(article)


def test_a_huge_rate_diverges_within_a_few_steps(article: View) -> None:
    run_with_rate(article, "1e20", 50)
    expect(article.status).to_contain_text("Diverged at step")
    expect_readable(article)


def test_a_path_that_leaves_the_picture_is_said_to(article: View) -> None:
    run_with_rate(article, "0.2", 150)
    article.expect_at(150)
    expect(article.status).to_contain_text(
        re.compile(r"is outside the picture, to the (left|right)")
    )


def test_the_exact_minimum_is_said_to_be_converged(shared: Desk) -> None:
    view = shared.show(
        "from gdwidget import GDWidget\n"
        "w = GDWidget(lambda W: (W - 2) ** 2, 8.0, learning_rate=0.5)\nw"
    )
    view.press("Step")
    view.expect_at(1)
    expect(view.status).to_have_text(
        "Converged at step 1: the gradient is exactly 0, and to both sides the loss is higher."
    )
    expect(view.button("Step")).to_have_attribute("aria-disabled", "true")
    view.button("Step").click(force=True)
    view.button("Run").click(force=True)
    expect(view.button("Run")).to_be_visible()
    view.expect_at(1)
    view.loss_function.wait_for("next", lambda mark: not mark.points, "no step is left")
    expect_readable(view)
