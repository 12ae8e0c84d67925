"""Runs side by side in JupyterLab: called in a cell, followed by the page, which moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from tests.ui.view import View

pytestmark = pytest.mark.ui


def test_a_page_that_is_open_compares_until_another_run_begins(article: View) -> None:
    view = article
    table = view.root.get_by_role("table", name="Runs that differ")
    expect(table).to_have_count(0)
    view.kernel.run('w.compare(optimizer=["sgd", "momentum", "adam"], until=1.0)')
    expect(table.locator("caption")).to_have_text("Runs that differ in optimizer, at step 50")
    expect(table.get_by_role("rowheader")).to_have_text(["sgd", "momentum", "adam"])
    view.press("First")
    view.expect_at(0, 50)
    expect(table.locator("td:nth-child(3)")).to_have_text(["186.0"] * 3)
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    view.press("Run")
    view.expect_at(50)
    assert view.kernel.value("len(w.runs)") == 3
    losses = view.kernel.value('[str(run.trajectory["loss"][50]) for run in w.runs]')
    expect(table.locator("td:nth-child(3)")).to_have_text(losses)
    view.choose("optimizer", "rmsprop")
    expect(table).to_be_hidden()
    assert view.kernel.value("len(w.runs)") == 4
