"""Colab's widget manager, which is in no registry: build it, and say where it is.

In a checkout of github.com/googlecolab/colab-cdn-widget-manager: ``npm install --ignore-scripts``,
``npm rebuild esbuild``, ``npm run build``; then here, with that path,
``GDWIDGET_COLAB_MANAGER=.../dist/manager.min.js pytest tests/ui/test_colab.py``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.other_notebook import OtherNotebook
from tests.ui.view import View

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.ui.desk import Desk

MANAGER = os.environ.get("GDWIDGET_COLAB_MANAGER", "")
SCRIPT = Path(__file__).with_name("colab.js")
DARK = re.compile(r"\bgdwidget-dark\b")

OF_THE_CDN = ("status of 404", "Could not instantiate widget", "reading 'exports'")
"""What the manager says of each model that it does not have."""

pytestmark = [
    pytest.mark.ui,
    pytest.mark.skipif(not MANAGER, reason="GDWIDGET_COLAB_MANAGER does not say where it is"),
]


class Colab(OtherNotebook):
    """Opens pages in which Colab's manager shows what a cell shows."""

    cdn = "https://cdn.jsdelivr.net/**"

    def begin(self, page: Page, *, dark: bool) -> None:
        icons = re.compile("/font-awesome@")
        page.route(icons, lambda route: route.fulfill(body="", content_type="text/css"))
        page.evaluate(SCRIPT.read_text(), {"script": Path(MANAGER).read_text(), "dark": dark})

    def output(self, page: Page, index: int = 0) -> Locator:
        return page.locator("main iframe").nth(index).content_frame.locator(".gdwidget")


@pytest.fixture
def kind() -> type[Desk]:
    return Colab


def test_in_dark_it_is_alive_and_readable_with_what_the_cdn_has(desk: Colab) -> None:
    view = desk.take_three_steps(desk.open_page(dark=True))
    expect(view.root).to_have_class(DARK)
    view.press("Run")
    view.expect_at(53)


def test_it_brings_its_figures_where_the_cdn_lacks_them(desk: Colab) -> None:
    page = desk.open_page(dark=False, lacks=("bqplot", "bqscales"))
    view = desk.take_three_steps(page)
    expect(view.root).not_to_have_class(DARK)
    desk.heard_nothing_but(OF_THE_CDN)


def test_two_outputs_show_one_widget(desk: Colab) -> None:
    page = desk.open_page(dark=False)
    first = desk.take_three_steps(page)
    desk.run(page, "w")
    second = View(page, desk.output(page, 1), first.kernel)
    second.expect_at(3)
    second.press("Step")
    second.expect_at(4)
    first.expect_at(4)
