"""All steps that could be next, in a real JupyterLab: marks on the curve, and a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.ui.desk import SharedDesk

pytestmark = pytest.mark.ui

# The sixty samples of lesson 07 that disagree.
NOISY = """
import numpy as np
import jax.numpy as jnp
from gdwidget import GDWidget

xs = np.linspace(-1, 4, 60)
ys = 2 * xs - 1 + np.random.default_rng(0).standard_normal(60)

def loss(W, b, xs, ys):
    return jnp.mean((xs * W + b - ys) ** 2)

w = GDWidget(loss, 2.3, -1.0, data=(xs, ys), batch_size=1, learning_rate=0.05)
w
"""
PLANE = NOISY.replace("-1.0, data", "0.0, argnums=(0, 1), data")


def marks(of: Locator, kind: str) -> Locator:
    """Return the triangles of a kind."""
    return of.locator(f".gdwidget-fan-marks path.gdwidget-fan-{kind}:not(.gdwidget-fan-way)")


def test_all_next_steps_are_shown_said_and_gone_again(shared: SharedDesk) -> None:
    view = shared.show(NOISY)
    switch = view.root.get_by_label("all next steps")
    before = view.kernel.value("sorted(w._marks)")
    switch.check()
    said = view.root.locator(".gdwidget-fan [aria-live=polite]")
    expect(said).to_have_text("38 % of the single samples would lead uphill.")
    box = view.loss_function.box
    expect(marks(box, "up")).to_have_count(23)
    expect(marks(box, "down")).to_have_count(37)
    expect(box).to_have_accessible_description(
        re.compile(
            r"^From W = 2\.3, loss [\d.]+ on all data: 23 lead uphill; W from .*; loss from "
        )
    )
    expect(box).to_have_accessible_description(re.compile(r" 37 lead downhill; W from "))
    assert view.kernel.value("str(w.fan())") == said.text_content()
    assert view.kernel.value("sorted(w._marks)") == before
    plot, area = (
        box.locator(name).bounding_box() for name in (".gdwidget-fan-marks", ".plotarea_background")
    )
    assert plot == pytest.approx(area, abs=0.5)
    view.choose("batch", "8 samples")
    expect(said).to_have_text("7 % of 200 batches of 8, chosen by the seed, would lead uphill.")
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    becomes(
        view.page, said.text_content, str(view.kernel.value("str(w.fan())")), "said after a run"
    )
    switch.uncheck()
    expect(view.root.locator("[class^=gdwidget-fan]")).to_have_count(0)


def test_on_a_plane_they_are_lines_from_the_cursor(shared: SharedDesk) -> None:
    view = shared.show(PLANE)
    view.root.get_by_label("all next steps").check()
    expect(marks(view.plane.box, "down").first).to_be_visible()
    uphill = view.kernel.value("int(w.fan().uphill.sum())")
    assert 0 < uphill < 60
    expect(marks(view.plane.box, "up")).to_have_count(uphill)
    expect(marks(view.plane.box, "down")).to_have_count(60 - uphill)
    expect(view.plane.box).to_have_accessible_description(re.compile(r"; W from .*; b from .*; "))
    view.choose("picture", "one parameter")
    expect(view.root.locator(".gdwidget-fan-marks")).to_have_count(0)
