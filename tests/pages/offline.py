"""A page of one file in Chromium, opened from disk, with the network off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.ui.console import Console
from tests.ui.view import View
from tests.ui.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page, Request

    from tests.ui.desk import Browser

LOCAL = ("file:", "blob:", "data:", "about:")


class Lesson:
    """A page on this machine, and what it said and asked for."""

    def __init__(self, browser: Browser) -> None:
        self.console = Console()
        self.asked: list[str] = []
        self.page: Page = browser.context.new_page()
        self.page.set_viewport_size({"width": 1100, "height": 900})
        self.page.emulate_media(color_scheme="light", media="screen")
        self.console.listen(self.page)
        self.page.on("request", self._note)
        self.developer = browser.context.new_cdp_session(self.page)
        self.developer.send(
            "Network.emulateNetworkConditions",
            {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
        )

    def open(self, path: Path, fragment: str = "") -> View:
        """Open a lesson that has a widget to show."""
        self.go(path, fragment)
        view = View(self.page, self.page.locator(".gdwidget"))
        view.wait_until_drawn()
        expect(self.origin).to_contain_text("in this page")
        return view

    def go(self, path: Path, fragment: str = "") -> None:
        self.page.goto(path.as_uri() + fragment)

    @property
    def origin(self) -> Locator:
        return self.page.locator(".gdwidget-origin")

    @property
    def message(self) -> Locator:
        return self.page.locator(".gdwidget-page-message:visible")

    @property
    def fragment(self) -> str:
        found: str = self.page.evaluate("location.hash")
        return found

    def expect_fragment(self, wanted: str) -> None:
        until(self.page, lambda: self.fragment, lambda seen: seen == wanted, f"#: {wanted}")

    def expect_no_scroll_across(self, frame: int = 0) -> None:
        until(
            self.page,
            lambda: self.page.frames[frame].evaluate(
                "[document.documentElement.scrollWidth, innerWidth]"
            ),
            lambda seen: seen[0] <= seen[1],
            "the width and the room for it",
        )

    def leave_behind(self, folder: Path, name: str) -> list[Path]:
        """Save what the page looks like and said, after a failure."""
        folder.mkdir(exist_ok=True)
        log, picture = folder / f"{name}.log", folder / f"{name}.png"
        log.write_text("".join(f"{line}\n" for line in self.console.lines))
        self.page.screenshot(path=picture, full_page=True)
        return [log, picture]

    def _note(self, request: Request) -> None:
        if not request.url.startswith(LOCAL):
            self.asked.append(request.url)
