"""A saved page opened in Chromium with no kernel and no internet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tests.pages import cdn
from tests.ui.console import Console
from tests.ui.view import View

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from tests.pages.hosts import Site
    from tests.ui.desk import Browser

ORIGIN = "http://lesson.test"
LIVE_MS = 60_000
"""How long a server may take to run a notebook before the page is there."""

# The copies are not the CDN's bytes.
_INTEGRITY = re.compile(r' integrity="[^"]*"')


class Visit:
    """One page; its addresses are served from this machine, or refused and counted as errors."""

    def __init__(self, browser: Browser, *, dark: bool = False) -> None:
        self.console = Console()
        self.page: Page = browser.context.new_page()
        self.page.set_viewport_size({"width": 1400, "height": 900})
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.console.listen(self.page)
        self._site: Site | None = None
        self._live: str | None = None

    def open(self, site: Site) -> None:
        """Open the lesson of a site."""
        self._site = site
        self.page.route("**/*", self._serve)
        self.page.goto(f"{ORIGIN}/{site.page}")

    def open_live(self, address: str) -> None:
        """Open the page of a server that runs on this machine."""
        self._live = address
        self.page.route("**/*", self._serve)
        self.page.goto(address, timeout=LIVE_MS)

    def view(self, index: int = 0) -> View:
        """Return one of the widgets shown in the page, drawn."""
        view = self.undrawn(index)
        view.root.scroll_into_view_if_needed()
        view.wait_until_drawn()
        return view

    def undrawn(self, index: int = 0) -> View:
        return View(self.page, self.page.locator(".gdwidget").nth(index))

    def leave_behind(self, folder: Path, name: str) -> list[Path]:
        """Save what the page looks like and said, after a failure."""
        folder.mkdir(exist_ok=True)
        log, picture = folder / f"{name}.log", folder / f"{name}.png"
        log.write_text("".join(f"{line}\n" for line in self.console.lines))
        self.page.screenshot(path=picture)
        return [log, picture]

    def close(self) -> None:
        self.page.close()

    def _serve(self, route: Route) -> None:
        url = route.request.url
        path = unquote(urlsplit(url).path)
        if self._live and url.startswith(self._live):
            route.continue_()
        elif not url.startswith(ORIGIN):
            if not cdn.answer(route):
                self.console.report(f"asked for {url}, of which there is no copy here")
                route.abort()
        elif (file := self._file(path)) is not None:
            if file.suffix == ".html":
                route.fulfill(
                    body=_INTEGRITY.sub("", file.read_text()),
                    content_type="text/html; charset=utf-8",
                )
            else:
                route.fulfill(path=file)
        else:
            route.fulfill(status=404)

    def _file(self, path: str) -> Path | None:
        assert self._site is not None
        file = self._site.folder / path.removeprefix("/")
        return file if file.is_file() else None
