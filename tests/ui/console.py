"""What a page says on its console; errors fail the test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import ConsoleMessage, Error, Page


@dataclass(frozen=True)
class Foreign:
    """An error that is not the widget's, and why it is there."""

    pattern: re.Pattern[str]
    reason: str


FOREIGN = (
    Foreign(
        re.compile(r"^page error: Cannot read properties of undefined \(reading 'schema'\)"),
        "Notebook 7 at the start of every page, with or without a widget",
    ),
    Foreign(
        re.compile(r"^page error: Command 'filebrowser:open-path' not registered"),
        "Notebook 7 at the start of every page, with or without a widget",
    ),
    Foreign(
        re.compile(r"^error: .* 404 .*lesson\.test/(?:\w+/)*(?:anywidget|bqplot|bqscales)\.js:"),
        "html-manager looks beside the page before it asks a CDN",
    ),
    Foreign(
        re.compile(r"^error: .* 404 .*lesson\.test/@jupyter-widgets/[\w/-]*\w+\.(?:woff2?|ttf):"),
        "html-manager 1 looks for its icons' fonts beside the page, in Jupyter Book",
    ),
    Foreign(
        re.compile(r"^page error: Identifier 'THEBE_JS_URL' has already been declared"),
        "Jupyter Book 1 writes this script twice into every page",
    ),
    Foreign(
        re.compile(
            r'^error: Error: The getter for the shared module.*"@jupyterlab/docregistry"', re.DOTALL
        ),
        "Voila loads Notebook 7's extension, which it has no use for",
    ),
    Foreign(
        re.compile(r"^error: Got invalid theme mode: \. Resetting to auto\."),
        "Jupyter Book 1's theme, on the first visit",
    ),
)


class Console:
    """Collects what pages say."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.errors: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("console", self._on_message)
        page.on("pageerror", self._on_error)

    def forget(self) -> None:
        self.lines.clear()
        self.errors.clear()

    def report(self, line: str) -> None:
        """Note an error that is not the page's word."""
        self._note(f"error: {line}", is_error=True)

    def take(self, errors: Iterable[str]) -> None:
        """Note errors that a page wrote down itself."""
        for line in errors:
            self._note(line, is_error=True)

    def _on_message(self, message: ConsoleMessage) -> None:
        place = message.location
        text = f"{message.text} ({place['url']}:{place['lineNumber']})"
        self._note(f"{message.type}: {text}", is_error=message.type == "error")

    def _on_error(self, error: Error) -> None:
        self._note(f"page error: {error.message}\n{error.stack}", is_error=True)

    def _note(self, line: str, *, is_error: bool) -> None:
        self.lines.append(line)
        if is_error and not any(foreign.pattern.search(line) for foreign in FOREIGN):
            self.errors.append(line)
