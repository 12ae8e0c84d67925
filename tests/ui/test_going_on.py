"""A kernel that dies in an open notebook: the page offers to go on, and then computes itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.desk import ARTICLE

if TYPE_CHECKING:
    from tests.ui.desk import Desk

pytestmark = pytest.mark.ui

GONE = "The kernel is gone: no new steps."
OFFER = "Go on in this page"


def test_the_page_goes_on_from_what_is_recorded_when_asked(shared: Desk) -> None:
    notebook = shared.open(ARTICLE)
    view = notebook.view()
    view.steps(3)
    expect(view.root.get_by_role("button", name=OFFER)).to_be_hidden()
    notebook.restart_kernel()
    expect(view.status).to_contain_text(GONE)
    view.root.get_by_role("button", name=OFFER).click()
    origin = view.root.locator(".gdwidget-origin")
    expect(origin).to_contain_text("recomputed here: identical")
    expect(view.status).not_to_contain_text(GONE)
    view.expect_at(3)
    view.expect_update("6.3255796", "0.01", "44.69766", "5.878603")
    view.press("Step", 2)
    view.expect_at(5)
    view.press("Back", 2)
    view.enter("learning rate", "0.05")
    view.press("Step")
    view.expect_at(4)
    expect(view.root.locator(".gdwidget-runs")).to_contain_text("from step 3")
    view.press("Reset")
    view.expect_at(0)
    view.press("Step")
    view.expect_update("4.8999996", "0.05", "29.966663", "3.4016664")
