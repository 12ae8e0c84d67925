"""VS Code's widget manager, as it is published: its page part comes from a CDN."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.pages.cdn import NODE_MODULES, copy
from tests.ui.aftermath import WATCHED
from tests.ui.desk import ARTICLE, Desk
from tests.ui.notebook import Notebook
from tests.ui.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

    from tests.ui.desk import Browser
    from tests.ui.server import JupyterServer, Kernel

pytestmark = pytest.mark.ui

DARK = re.compile(r"\bgdwidget-dark\b")
MANAGER = NODE_MODULES / "@vscode" / "jupyter-ipywidgets8" / "dist" / "ipywidgets.js"
NOTEBOOK = Path(__file__).with_name("vscode.js")

OF_ITSELF = ("Yjs was already imported",)
"""JupyterLab's page, which lends its connection to the kernel, has it, too."""

OF_THE_CDN = (*OF_ITSELF, "status of 404", "No version of module bq")
"""What the manager says of each model that it does not have."""


class Editor(Desk):
    """Opens pages in which VS Code's manager shows what a cell shows."""

    def open_page(self, *, dark: bool, lacks: tuple[str, ...] = ()) -> Page:
        """Open an empty page; of the packages that the CDN lacks it gets nothing."""
        page = self._browser.context.new_page()
        self.console.listen(page)
        self.notebooks.append(Notebook(page, "", "lab", self._kernel, self.console))
        page.set_viewport_size({"width": 1100, "height": 800})

        def answer(route: Route) -> None:
            file = copy(route.request.url)
            if file is None or any(name in route.request.url for name in lacks):
                route.fulfill(status=404)
            else:
                route.fulfill(path=file)

        page.route("https://unpkg.com/**", answer)
        page.goto(f"{self._server.url}/lab?reset")
        page.wait_for_function("() => window.jupyterapp?.serviceManager.isReady")
        page.add_script_tag(path=NODE_MODULES / "requirejs" / "require.js")
        given = {"script": MANAGER.read_text(), "id": self._kernel.id, "dark": dark}
        page.evaluate(NOTEBOOK.read_text(), given)
        return page

    def take_three_steps(self, page: Page) -> View:
        """Run a cell with the article's widget, and take its first steps."""
        page.evaluate("(code) => editor.run(code)", ARTICLE)
        view = View(page, page.locator(".gdwidget"), self._kernel)
        view.wait_until_drawn()
        view.take_the_articles_first_steps()
        return view


@pytest.fixture
def editor(
    request: pytest.FixtureRequest, server: JupyterServer, kernel: Kernel, browser: Browser
) -> Iterator[Editor]:
    editor = Editor(server, kernel, browser)
    request.node.stash[WATCHED] = editor
    yield editor
    editor.close()


def test_in_a_dark_editor_it_is_alive_on_white_with_what_the_cdn_has(editor: Editor) -> None:
    view = editor.take_three_steps(editor.open_page(dark=True))
    expect(view.root).not_to_have_class(DARK)
    view.press("Run")
    view.expect_at(53)
    editor.heard_nothing_but(OF_ITSELF)


def test_it_brings_its_figures_where_the_cdn_lacks_them(editor: Editor) -> None:
    page = editor.open_page(dark=False, lacks=("bqplot", "bqscales"))
    editor.take_three_steps(page)
    editor.heard_nothing_but(OF_THE_CDN)
