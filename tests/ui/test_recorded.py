"""A path of another solver in JupyterLab: stepped along, forked from, gone on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.ui.desk import SharedDesk

pytestmark = pytest.mark.ui

REPLAYED = """
import numpy as np
import gdwidget
w = gdwidget.replay(
    lambda x: x[0] ** 2 + 4 * x[1] ** 2,
    np.float32([[3, 2], [2, 2], [2, 1], [1, 1], [1, 0]]),
    learning_rate=0.01,
)
w.goto(0)
w
"""


def test_a_replayed_path_is_stepped_along_and_forked_from(shared: SharedDesk) -> None:
    view = shared.show(REPLAYED)
    view.expect_at(0, 4)
    expect(view.status).to_contain_text("Recorded elsewhere, not computed here.")
    expect(view.update).to_contain_text("= 3.0 − 1.0 = 2.0")
    view.press("Step", 3)
    view.expect_at(3, 4)
    expect(view.update).to_contain_text("= 1.0 + 0.0 = 1.0")
    view.enter("learning rate", "0.25")
    expect(view.status).to_contain_text("the recorded one was taken elsewhere")
    view.press("Step")
    view.expect_at(4)
    expect(view.root.locator(".gdwidget-runs")).to_contain_text("recorded elsewhere")
    expect(view.root.locator(".gdwidget-runs")).to_contain_text("from step 3")
    expect(view.update).to_contain_text("= 0.5 − 0.25 · 1.0 = 0.25")
    view.press("Back", 2)
    view.expect_at(2, 4)
    view.press("Step", 2)
    view.expect_at(4)
