"""How large the rate may be, and why a run diverged, in a real JupyterLab."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect

    from tests.ui.view import View

pytestmark = pytest.mark.ui

HOLDS = " It holds nearby: a warning, not a wall."
SENTENCE = f"λ = 10.33 along W: above 0.1935 steps grow.{HOLDS}"
WHY = (
    "λ = 10.33 along W. Each step multiplies the distance from the minimum by "
    "1 − 0.2 · 10.33 = −1.067; measured −1.067."
)
TAUGHT = "len(w._shared.teaching)"
# Half a knob from each end of the slider, which has the powers of ten from -4 to 1.
KNOB = 8


def tick_at(view: View) -> float:
    """Return at which rate the tick stands."""
    tick, slider = view.root.locator(".gdwidget-ruler-tick").bounding_box(), slider_at(view)
    assert tick
    share = (tick["x"] + tick["width"] / 2 - slider["x"] - KNOB) / (slider["width"] - 2 * KNOB)
    return float(10 ** (5 * share - 4))


def slider_at(view: View) -> FloatRect:
    box = view.root.get_by_role("slider", name="learning rate").bounding_box()
    assert box
    return box


def place_of_slider(view: View) -> list[int]:
    """Return where the slider is in the widget: the page may be scrolled by a press."""
    root, slider = view.root.bounding_box(), slider_at(view)
    assert root
    place = (slider["x"] - root["x"], slider["y"] - root["y"], slider["width"], slider["height"])
    return [round(each) for each in place]


def test_the_ruler_is_switched_on_follows_steps_and_explains_a_divergence(article: View) -> None:
    view = article
    assert view.kernel.value(TAUGHT) == 0
    before = place_of_slider(view)
    switch = view.root.get_by_label("rate limit", exact=True)
    switch.check()
    sentence = view.root.locator(".gdwidget-ruler span")
    expect(sentence).to_have_text(SENTENCE)
    slider = view.root.get_by_role("slider", name="learning rate")
    expect(slider).to_have_accessible_description(
        f"{SENTENCE} The learning rate 0.01 is below the limit."
    )
    assert place_of_slider(view) == before
    assert math.log10(tick_at(view)) == pytest.approx(math.log10(6 / 31), abs=0.05)
    assert view.kernel.value(TAUGHT) > 0
    assert view.kernel.value("w.ruler") is False
    view.steps(2)
    expect(view.root.locator(".gdwidget-ruler")).to_have_attribute("data-stale", "false")
    expect(sentence).to_have_text(SENTENCE)
    view.choose("optimizer", "lion")
    expect(sentence).to_have_text("No limit is known for lion.")
    expect(view.root.locator(".gdwidget-ruler-tick")).to_be_hidden()
    view.choose("optimizer", "sgd")
    expect(sentence).to_have_text(SENTENCE)
    view.enter("learning rate", "0.2")
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    view.press("Why?")
    expect(view.root.locator(".gdwidget-why")).to_have_text(WHY)
    assert view.kernel.value("w.explain_divergence()") == WHY
    view.press("Back")
    expect(view.root.locator(".gdwidget-why")).to_be_empty()
    switch.uncheck()
    expect(view.root.locator(".gdwidget-ruler")).to_have_count(0)
    becomes(view.page, lambda: place_of_slider(view), before, "the slider's place")
