"""A notebook that is not JupyterLab's, with a widget manager of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.pages import cdn
from tests.ui.desk import ARTICLE, Desk
from tests.ui.notebook import Notebook
from tests.ui.view import View

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

NOTEBOOK = Path(__file__).with_name("manager.js")


class OtherNotebook(Desk):
    """Opens pages in which such a manager shows what a cell shows."""

    cdn: str
    """Where it gets scripts from: the addresses, as a pattern."""

    def open_page(self, *, dark: bool, lacks: tuple[str, ...] = ()) -> Page:
        """Open an empty page; of the packages that the CDN lacks it gets nothing."""
        page = self._browser.context.new_page()
        self.console.listen(page)
        self.notebooks.append(Notebook(page, "", "lab", self._kernel, self.console))
        page.set_viewport_size({"width": 1100, "height": 800})

        def answer(route: Route) -> None:
            lacking = any(name in route.request.url for name in lacks)
            if lacking or not cdn.answer(route):
                route.fulfill(status=404)

        page.route(self.cdn, answer)
        page.goto(f"{self._server.url}/lab?reset")
        page.wait_for_function("() => window.jupyterapp?.serviceManager.isReady")
        page.evaluate(NOTEBOOK.read_text(), self._kernel.id)
        self.begin(page, dark=dark)
        return page

    def begin(self, page: Page, *, dark: bool) -> None:
        """Make the manager, and have the page show views with it."""
        raise NotImplementedError

    def output(self, page: Page, index: int = 0) -> Locator:
        """Return the widget in an output."""
        return page.locator(".gdwidget").nth(index)

    def run(self, page: Page, code: str) -> None:
        """Run a cell, and show what it shows."""
        page.evaluate("(code) => notebook.run(code)", code)

    def take_three_steps(self, page: Page) -> View:
        """Run a cell with the article's widget, and take its first steps."""
        self.run(page, ARTICLE)
        view = View(page, self.output(page), self._kernel)
        view.wait_until_drawn()
        view.take_the_articles_first_steps()
        return view

    def heard_nothing_but(self, known: tuple[str, ...]) -> None:
        """Take what is known of others out of what the pages reported; nothing else may be left."""
        errors = self.console.errors
        errors[:] = [error for error in errors if not any(each in error for each in known)]
        assert errors == []
