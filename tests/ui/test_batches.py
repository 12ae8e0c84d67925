"""Batches: chosen in the page, marked in the figures, the same for the same seed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.ui.desk import Desk
    from tests.ui.figure import Figure
    from tests.ui.view import View

pytestmark = pytest.mark.ui

TWENTY_SAMPLES = """
import numpy as np
from gdwidget import GDWidget

xs = np.linspace(-1.0, 4.0, 20)

def predict(W, b, inputs):
    return inputs * W + b

def loss(W, b, inputs, targets):
    return ((predict(W, b, inputs) - targets) ** 2).mean()

w = GDWidget(loss, 8.0, -1.0, data=(xs, 2 * xs - 1), predict=predict, batch_size=8, seed=3)
w
"""


def batch_text(view: View) -> str:
    return view.root.locator(".gdwidget-batch").inner_text()


def runs(view: View) -> Locator:
    return view.root.get_by_role("list", name="Runs").get_by_role("listitem")


def ringed(view: View) -> list[int]:
    """Return which samples are ringed; the samples lie evenly from left to right."""
    circles = view.data_and_fit.wait_for("circles", lambda mark: len(mark.path) > 0, "are drawn")
    rings = view.data_and_fit.mark("batch").points
    places = sorted({x for x, _ in circles.vertices})
    return sorted(min(range(len(places)), key=lambda at: abs(places[at] - x)) for x, _ in rings)


def expect_rings(view: View) -> list[int]:
    """Wait until the samples that are in the kernel's batch are ringed; return them."""
    batch: list[int] = sorted(view.kernel.value("w.batch.tolist()"))
    becomes(view.page, lambda: ringed(view), batch, "the ringed samples")
    return batch


def expect_on(figure: Figure, name: str, point: tuple[float, float], within: float) -> None:
    """Wait until a mark goes through a point, given in the axes' own numbers."""

    def away() -> float:
        mark = figure.mark(name)
        x, y = figure.place(*point)
        if mark.points:
            return min(math.dist(one, (x, y)) for one in mark.points)
        near = min(mark.vertices, key=lambda one: abs(one[0] - x), default=(x, math.inf))
        return abs(near[1] - y)

    until(figure.page, away, lambda pixels: pixels <= within, f"{name} goes through {point}")


def test_choosing_a_batch_size_starts_a_new_run(article: View) -> None:
    article.steps(3)
    expect(article.root.locator(".gdwidget-batch")).to_be_hidden()
    article.choose("batch", "1 sample")
    article.expect_at(0)
    becomes(article.page, lambda: batch_text(article), "next: epoch 1, batch 1 of 6", "the batch")
    assert article.kernel.value("(w.batch_size, w.cursor, len(w.runs))") == (1, 0, 2)
    expect(runs(article)).to_have_count(2)
    expect(runs(article).nth(0)).to_contain_text("loss 96.67163")
    expect(runs(article).nth(1)).to_contain_text("single samples")
    article.choose("batch", "all samples")
    expect(article.root.locator(".gdwidget-batch")).to_be_hidden()
    assert article.kernel.value("(w.batch_size, w.batch)") == (None, None)


def test_an_epoch_has_every_sample_once(article: View) -> None:
    article.choose("batch", "1 sample")
    article.expect_at(0)
    seen = []
    for step in range(6):
        becomes(
            article.page,
            lambda: batch_text(article),
            f"next: epoch 1, batch {step + 1} of 6",
            "it says",
        )
        seen += expect_rings(article)
        article.steps(1)
    assert sorted(seen) == [0, 1, 2, 3, 4, 5]
    becomes(article.page, lambda: batch_text(article), "next: epoch 2, batch 1 of 6", "it says")


def test_the_last_short_batch_is_kept_and_ringed(shared: Desk) -> None:
    view = shared.show(TWENTY_SAMPLES)
    sizes = []
    for _ in range(3):
        sizes.append(len(expect_rings(view)))
        view.steps(1)
    assert sizes == [8, 8, 4]
    view.press("Back", 2)
    view.expect_at(1, 3)
    becomes(view.page, lambda: view.kernel.value("w.cursor"), 1, "the kernel's step")
    assert len(expect_rings(view)) == 8
    expect(view.data_and_fit.box).to_have_accessible_name(
        re.compile(r"at step 1, .*; in the batch: samples \d+(, \d+){7}\.$")
    )


def test_the_batchs_own_loss_is_a_thin_curve_beside_the_red_one(shared: Desk) -> None:
    view = shared.show(TWENTY_SAMPLES)
    figure = view.loss_function
    for _ in range(2):
        wanted = view.kernel.value("float(w.loss)")
        full = view.kernel.value("float(w.full_loss)")
        value = view.kernel.value("float(w.params['W'])")
        expect_on(figure, "batch_curve", (value, wanted), within=4)
        expect_on(figure, "cursor", (value, full), within=2)
        before = figure.mark("batch_curve").path
        view.steps(1)
        figure.wait_for("batch_curve", lambda mark: mark.path != before, "is another")  # noqa: B023
    figure.expect_named("this batch", "loss")


def test_the_second_figure_has_both_losses(shared: Desk) -> None:
    view = shared.show(TWENTY_SAMPLES)
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    figure = view.loss_against_step
    figure.wait_for("linear_batch", lambda mark: len(mark.vertices) == 51, "each batch's loss")
    measured = view.kernel.value(
        "int(__import__('numpy').isfinite(w.trajectory['full_loss']).sum())"
    )
    full = figure.wait_for(
        "linear_path", lambda mark: len(mark.vertices) == measured, "the loss on all data"
    )
    expected = view.kernel.value("[float(x) for x in w.trajectory['loss'][:6]]")
    figure.wait_until_still("linear_batch")
    batch = figure.values(figure.mark("linear_batch").vertices[:6])
    room = figure.values([(0, 0)])[0][1] / 100
    assert [loss for _, loss in batch] == pytest.approx(expected, abs=room)
    assert [round(step) for step, _ in batch] == [0, 1, 2, 3, 4, 5]
    assert full.vertices != figure.mark("linear_batch").vertices
    figure.expect_named("all data", "batches")


def test_the_same_seed_gives_the_same_path(article: View) -> None:
    article.set_slider(article.speed, FASTEST)
    article.choose("batch", "1 sample")
    becomes(article.page, lambda: batch_text(article), "next: epoch 1, batch 1 of 6", "the batch")
    article.press("Run")
    article.expect_at(50)
    article.choose("optimizer", "adam")
    article.expect_at(0)
    expect(article.update).to_contain_text("ΔW")
    article.steps(2)
    article.choose("optimizer", "sgd")
    article.expect_at(0)
    expect(article.update).to_contain_text("∂L/∂W")
    article.press("Run")
    article.expect_at(50)
    expect(runs(article)).to_have_count(3)
    first, again = article.kernel.value(
        "[(run.label, run.trajectory.rows().tobytes()) for run in w.runs if 'sgd' in run.label]"
    )
    assert first == again
