"""Optimizers and decays: chosen in the page, their numbers term by term, earlier runs overlaid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.view import View

pytestmark = pytest.mark.ui

# What optax does by hand with the gradients that were recorded.
BY_HAND = """
import jax.numpy as jnp, numpy as np, optax
def by_hand(steps):
    optimizer = optax.adam(0.01)
    W = jnp.float32(8.0)
    state = optimizer.init(W)
    for gradient in w.trajectory["W_grad"][: steps + 1]:
        before = W
        updates, state = optimizer.update(jnp.float32(gradient), state, W)
        W = optax.apply_updates(W, updates)
    return [float(x) for x in (before, gradient, state[0].mu, state[0].nu, updates, W)]
"""
NUMBERS = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
MOST_EARLIER_RUNS = 7


def run_to_the_end(view: View) -> None:
    view.set_slider(view.speed, FASTEST)
    last = view.last
    view.press("Run")
    view.expect_at(last + 50)
    expect(view.button("Run")).to_be_visible()


def numbers(text: str) -> list[float]:
    return [float(found.replace("−", "-")) for found in NUMBERS.findall(text)]


def legend(view: View) -> list[str]:
    found: list[str] = (
        view.root.get_by_role("list", name="Runs").get_by_role("listitem").all_inner_texts()
    )
    return found


def test_another_optimizer_starts_again_over_the_earlier_run(article: View) -> None:
    run_to_the_end(article)
    step_figure = article.loss_against_step
    step_figure.wait_for("linear_path", lambda mark: len(mark.vertices) == 51, "all points")
    step_figure.wait_until_still("linear_path")
    path = step_figure.mark("linear_path").path
    article.choose("optimizer", "adam")
    article.expect_at(0)
    expect(article.field("start W")).to_have_value("8.0")
    for figure, prefix in ((article.loss_function, ""), (step_figure, "linear_")):
        figure.wait_for(
            f"{prefix}earlier",
            lambda mark: mark.shown and any(len(each) > 100 for each in mark.paths),
            "is there",
        )
        figure.wait_for(
            f"{prefix}numbers",
            lambda mark: any(text.startswith("1") for text in mark.texts),
            "names it",
        )
    step_figure.wait_for("linear_earlier", lambda mark: mark.path == path, "is the path it was")
    first, second = legend(article)
    assert first.split() == ["1", "sgd,", "learning", "rate", "0.01,", "loss", "0.0034088849"]
    assert second.split()[:2] == ["now", "adam,"]
    assert article.kernel.value("(w.optimizer, w.cursor, len(w.runs))") == ("adam", 0, 2)


def test_the_update_line_has_the_optimizers_own_numbers(article: View) -> None:
    article.choose("optimizer", "adam")
    article.expect_at(0)
    article.kernel.run(BY_HAND)
    for steps in (0, 1, 2):
        value, gradient, momentum, moment, step, coming = article.kernel.value(f"by_hand({steps})")
        expect(article.update).to_have_text(
            re.compile(r"^W ← W \+ ΔW = .* − .* = .*gradient .* · momentum .* · second moment ")
        )
        shown = until(
            article.page,
            lambda: numbers(article.update.inner_text()),
            lambda seen, value=value: seen[0] == pytest.approx(value, rel=1e-6),  # type: ignore[misc]
            "the update line",
        )
        assert shown[1] == pytest.approx(-step, rel=1e-4)
        assert shown[2:] == pytest.approx([coming, gradient, momentum, moment], rel=1e-5)
        article.steps(1)


@pytest.mark.parametrize("optimizer", ["adam", "nesterov", "lion"])
def test_the_next_step_is_shown_where_the_optimizer_leads(article: View, optimizer: str) -> None:
    article.choose("optimizer", optimizer)
    article.expect_at(0)
    figure = article.loss_function
    expect(article.update).to_contain_text("ΔW")
    for step in (1, 2, 3):
        expect(article.update).not_to_contain_text("…")
        figure.wait_until_still("next")
        ghost = figure.wait_for("next", lambda mark: len(mark.points) == 1, "is drawn").points[0]
        told = article.update.locator(".gdwidget-learning").last.inner_text()
        article.press("Step")
        article.expect_at(step)
        figure.wait_for("cursor", lambda mark, at=ghost: mark.is_at(at), "is where it was")  # type: ignore[misc]
        expect(article.update).to_contain_text(f"= {told} ")
        assert article.kernel.value("str(w.params['W'])") == told


def test_a_new_learning_rate_leads_elsewhere_at_once(article: View) -> None:
    article.choose("optimizer", "adam")
    expect(article.update.locator(".gdwidget-learning").last).to_have_text("7.9900002")
    article.enter("learning rate", "0.5")
    expect(article.update.locator(".gdwidget-learning").last).to_have_text(re.compile(r"^7\.5"))
    article.steps(1)
    assert article.kernel.value("round(float(w.params['W']), 4)") == 7.5


def test_steps_pressed_before_the_new_run_is_there_are_taken_in_it(article: View) -> None:
    article.choose("optimizer", "adamax")
    article.press("Step", 3)
    article.expect_at(3)
    assert article.kernel.value("(w.optimizer, w.cursor)") == ("adamax", 3)
    article.press("Reset")
    article.press("Step", 2)
    article.expect_at(2)
    assert article.kernel.value("(w.cursor, len(w.trajectory))") == (2, 3)


def test_clear_forgets_the_earlier_runs(article: View) -> None:
    article.steps(3)
    for optimizer in ("momentum", "adam"):
        article.choose("optimizer", optimizer)
        article.expect_at(0)
        article.steps(2)
    becomes(article.page, lambda: len(legend(article)), 3, "the runs")
    clear = article.button("Clear earlier runs")
    clear.click()
    expect(clear).to_be_hidden()
    article.expect_at(2)
    article.loss_function.wait_for("earlier", lambda mark: not any(mark.paths), "is gone")
    article.loss_function.wait_for("numbers", lambda mark: "1" not in mark.texts, "are gone")
    assert article.kernel.value("[run.label.split(',')[0] for run in w.runs]") == ["adam"]
    article.steps(1)


def test_every_optimizer_can_be_chosen_and_at_most_eight_runs_stay(article: View) -> None:
    offered = article.choice("optimizer").locator("option").all_inner_texts()
    assert offered == list(article.kernel.value("gdwidget._core.optimizers.NAMES"))
    for name in offered[1:]:
        article.choose("optimizer", name)
        becomes(article.page, lambda: article.kernel.value("w.optimizer"), name, "the optimizer")
        article.expect_at(0)
        article.press("Step")
        article.expect_at(1)
        expect(article.update).not_to_contain_text("…")
    assert len(legend(article)) == 1 + MOST_EARLIER_RUNS
    assert article.kernel.value("len(w.runs)") == 1 + MOST_EARLIER_RUNS
    assert not article.loss_function.not_numbers()


def test_a_decay_is_drawn_small_and_followed(article: View) -> None:
    sketch = article.root.locator(".gdwidget-sketch")
    expect(sketch).to_be_hidden()
    article.enter("steps per run", "4")
    article.choose("decay", "cosine")
    expect(sketch).to_be_visible()
    expect(article.root.locator(".gdwidget-rates")).to_have_text("rate 0.01 → 0.0")
    heights = sketch.locator("polyline").evaluate("(line) => [...line.points].map(({ y }) => y)")
    assert len(heights) == 5
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]
    article.kernel.run("import numpy as np")
    article.open_table()
    article.press("Step", 3)
    article.expect_at(3)
    rates = article.kernel.value("[str(rate) for rate in w.trajectory['learning_rate'][1:]]")
    becomes(article.page, lambda: [row[-1] for row in article.rows()][1:], rates, "the rates")
    assert len(set(rates)) == 3
    article.expect_update(
        article.kernel.value("str(w.params['W'])"),
        "0.0014644661",
        article.kernel.value("str(w.gradient)"),
        article.kernel.value("str(w.params['W'] - np.float32(0.0014644661) * w.gradient)"),
    )
    article.choose("decay", "constant")
    expect(sketch).to_be_hidden()


def test_every_decay_is_drawn(article: View) -> None:
    offered = article.choice("decay").locator("option").all_inner_texts()
    assert offered == list(article.kernel.value("gdwidget._core.schedules.NAMES"))
    line = article.root.locator(".gdwidget-sketch polyline")
    drawn = set()
    for name in offered[1:]:
        before = line.get_attribute("points") or ""
        article.choose("decay", name)
        becomes(article.page, lambda: article.kernel.value("w.decay"), name, "the decay")
        expect(line).to_be_visible()
        expect(line).not_to_have_attribute("points", before)
        drawn.add(line.get_attribute("points"))
    assert len(drawn) == len(offered) - 1
    article.steps(1)


def test_an_optimizer_that_was_handed_in_has_no_rate_to_set(shared: Desk) -> None:
    view = shared.show(
        "import optax\nfrom gdwidget import GDWidget\nw = GDWidget(optimizer=optax.adam(0.5))\nw"
    )
    shown = view.choice("optimizer").evaluate("(list) => list.selectedOptions[0].text")
    assert shown == "custom (handed in)"
    slider = view.root.get_by_role("slider", name="learning rate, slider")
    for control in (slider, view.field("learning rate")):
        expect(control).to_be_disabled()
        expect(control).to_have_accessible_description("set by what was handed in")
    expect(view.root.get_by_text("set by what was handed in")).to_be_visible()
    view.steps(1)
    assert view.kernel.value("round(float(w.params['W']), 4)") == 7.5
    view.choose("optimizer", "sgd")
    view.expect_at(0)
    expect(slider).to_be_enabled()
    expect(view.root.get_by_text("set by what was handed in")).to_be_hidden()
    view.choose("optimizer", "custom (handed in)")
    becomes(view.page, lambda: view.kernel.value("w.optimizer"), "custom", "the optimizer")
    expect(slider).to_be_disabled()


def test_a_schedule_that_was_handed_in_is_drawn(shared: Desk) -> None:
    view = shared.show(
        "import optax\nfrom gdwidget import GDWidget\n"
        "w = GDWidget(learning_rate=optax.linear_schedule(0.1, 0.01, 10), run_steps=10)\nw"
    )
    assert (
        view.choice("decay").evaluate("(list) => list.selectedOptions[0].text").startswith("custom")
    )
    expect(view.root.locator(".gdwidget-rates")).to_have_text("rate 0.1 → 0.01")
    expect(view.field("learning rate")).to_be_disabled()
    view.expect_update("8.0", "0.1", "62.0", "1.7999997")
