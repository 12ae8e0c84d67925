"""What scripts that take pictures of the widget have in common."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests.ui.chromium import find
from tests.ui.waiting import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.ui.view import View

MARGIN = 12
"""Around a widget in its picture."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser, to be closed in the end."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=SECONDS * 1000)
        opened = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield opened
        opened.close()


def frame(view: View) -> None:
    """Leave a margin around a widget."""
    view.root.evaluate("(root, margin) => { root.style.padding = `${margin}px`; }", MARGIN)


def leave(view: View) -> None:
    """Take pointer and focus out of a widget."""
    view.page.mouse.move(0, 0)
    view.page.evaluate("() => document.activeElement?.blur()")
