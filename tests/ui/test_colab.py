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

from tests.pages.cdn import copy
from tests.ui.aftermath import WATCHED
from tests.ui.desk import ARTICLE, Desk
from tests.ui.notebook import Notebook
from tests.ui.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import FrameLocator, Page, Route

    from tests.ui.desk import Browser
    from tests.ui.server import JupyterServer, Kernel

MANAGER = os.environ.get("GDWIDGET_COLAB_MANAGER", "")
NOTEBOOK = Path(__file__).with_name("colab.js")
DARK = re.compile(r"\bgdwidget-dark\b")

OF_THE_CDN = ("status of 404", "Could not instantiate widget", "reading 'exports'")
"""What the manager says of each model that it does not have."""

pytestmark = [
    pytest.mark.ui,
    pytest.mark.skipif(not MANAGER, reason="GDWIDGET_COLAB_MANAGER does not say where it is"),
]


class Colab(Desk):
    """Opens pages in which Colab's manager shows what a cell shows."""

    def open_page(self, *, dark: bool, lacks: tuple[str, ...] = ()) -> Page:
        """Open an empty page; of the packages that the CDN lacks it gets nothing."""
        page = self._browser.context.new_page()
        self.console.listen(page)
        self.notebooks.append(Notebook(page, "", "lab", self._kernel, self.console))
        page.set_viewport_size({"width": 1100, "height": 800})

        def answer(route: Route) -> None:
            url = route.request.url
            file = copy(url)
            if "font-awesome" in url:
                route.fulfill(body="", content_type="text/css")
            elif file is None or any(name in url for name in lacks):
                route.fulfill(status=404)
            else:
                route.fulfill(path=file, headers={"Access-Control-Allow-Origin": "*"})

        page.route("https://cdn.jsdelivr.net/**", answer)
        page.goto(f"{self._server.url}/lab?reset")
        page.wait_for_function("() => window.jupyterapp?.serviceManager.isReady")
        given = {"script": Path(MANAGER).read_text(), "id": self._kernel.id, "dark": dark}
        page.evaluate(NOTEBOOK.read_text(), given)
        return page

    def frame(self, page: Page, index: int = 0) -> FrameLocator:
        """Return the frame of an output."""
        return page.locator("main iframe").nth(index).content_frame

    def take_three_steps(self, page: Page) -> View:
        """Run a cell with the article's widget, and take its first steps."""
        page.evaluate("(code) => colab.run(code)", ARTICLE)
        view = View(page, self.frame(page).locator(".gdwidget"), self._kernel)
        view.wait_until_drawn()
        view.take_the_articles_first_steps()
        return view


@pytest.fixture
def colab(
    request: pytest.FixtureRequest, server: JupyterServer, kernel: Kernel, browser: Browser
) -> Iterator[Colab]:
    colab = Colab(server, kernel, browser)
    request.node.stash[WATCHED] = colab
    yield colab
    colab.close()


def test_in_dark_it_is_alive_and_readable_with_what_the_cdn_has(colab: Colab) -> None:
    view = colab.take_three_steps(colab.open_page(dark=True))
    expect(view.root).to_have_class(DARK)
    view.press("Run")
    view.expect_at(53)


def test_it_brings_its_figures_where_the_cdn_lacks_them(colab: Colab) -> None:
    page = colab.open_page(dark=False, lacks=("bqplot", "bqscales"))
    view = colab.take_three_steps(page)
    expect(view.root).not_to_have_class(DARK)
    colab.heard_nothing_but(OF_THE_CDN)


def test_two_outputs_show_one_widget(colab: Colab) -> None:
    page = colab.open_page(dark=False)
    first = colab.take_three_steps(page)
    page.evaluate("(code) => colab.run(code)", "w")
    second = View(page, colab.frame(page, 1).locator(".gdwidget"), first.kernel)
    second.expect_at(3)
    second.press("Step")
    second.expect_at(4)
    first.expect_at(4)
