"""A lesson by the keyboard alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.asked import panel

if TYPE_CHECKING:
    from tests.ui.view import View


class Keys:
    """The keyboard alone, in a view and its panel."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.press = view.page.keyboard.press
        self.type = view.page.keyboard.type
        self.focused = view.page.locator(":focus")

    def tab_to(self, what: str, within: str = ".gdwidget-quiz") -> None:
        """Move on until something in the panel, or elsewhere, has the focus."""
        selector = f"{within} {what}"
        for _ in range(40):
            if self.focused.count() and self.focused.evaluate(f"(at) => at.matches({selector!r})"):
                return
            self.press("Tab")
        pytest.fail(f"the keys do not get to {what}")

    def commit(self, word: str) -> None:
        """Commit, see what comes of it, and go on to what is next."""
        self.tab_to(".gdwidget-primary")
        self.press("Enter")
        expect(panel(self.view)).to_contain_text(word)
        expect(self.focused).to_have_text(re.compile("Next question|Your answers"))
        self.press("Enter")
