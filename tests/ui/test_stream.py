"""Data that come as a stream: batch after batch until there are no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from tests.ui.desk import Desk

pytestmark = pytest.mark.ui

STREAM = """
import numpy as np
from gdwidget import GDWidget

def batches(count):
    random = np.random.default_rng(0)
    for number in range(count):
        if number == {bad}:
            raise OSError("the disk is gone")
        xs = random.uniform(-1, 4, 5)
        yield xs, 2 * xs - 1

def loss(W, b, xs, ys):
    return ((W * xs + b - ys) ** 2).mean()

w = GDWidget(loss, 8.0, -1.0, data=batches(12), learning_rate=0.01)
w
"""
ENDED = (
    "The data have ended at step 11: there is no further batch. Go back to look at the steps taken."
)


def test_a_stream_that_ends_stops_the_run_and_says_so(shared: Desk) -> None:
    view = shared.show(STREAM.format(bad=-1))
    expect(view.choice("batch")).to_have_count(0)
    expect(view.root.locator(".gdwidget-batch")).to_have_text("next: batch 1")
    view.steps(1)
    expect(view.root.locator(".gdwidget-batch")).to_have_text("next: batch 2")
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(11)
    expect(view.status).to_have_text(ENDED)
    expect(view.announcer).to_have_text(ENDED)
    expect(view.button("Run")).to_have_attribute("aria-disabled", "true")
    expect(view.button("Step")).to_have_attribute("aria-disabled", "true")
    assert view.kernel.value("(w.cursor, w.status)") == (11, "ended")
    view.loss_against_step.wait_for(
        "linear_path", lambda mark: len(mark.vertices) == 12, "twelve batches"
    )
    view.press("Back", 4)
    view.expect_at(7, 11)
    expect(view.button("Step")).to_be_enabled()
    view.press("Step")
    view.expect_at(8, 11)


def test_a_stream_that_raises_stops_the_run_and_says_why(shared: Desk) -> None:
    view = shared.show(STREAM.format(bad=6))
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    expect(view.message).to_contain_text("the disk is gone")
    expect(view.button("Run")).to_be_visible()
    expect(view.count).to_have_text("step 5 of 5")
    assert view.kernel.value("w.cursor") == 5
