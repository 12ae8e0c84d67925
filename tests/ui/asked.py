"""A question in a view, as a learner meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.ui.view import View

NAME = "Ada"


def panel(view: View) -> Locator:
    return view.root.locator(".gdwidget-quiz")


def press(view: View, name: str) -> None:
    panel(view).get_by_role("button", name=name, exact=True).click()


def introduce(view: View, name: str = NAME) -> None:
    """Say who answers, where the name decides what is asked."""
    expect(panel(view)).to_contain_text("uestion")
    field = panel(view).get_by_label("your name")
    if field.is_visible():
        field.fill(name)
        press(view, "Begin")
        expect(panel(view)).to_contain_text("Question 1 of")


def pass_over(view: View) -> None:
    """Say of the first question that its answer is not known, and wait until it is shown."""
    introduce(view)
    press(view, "I do not know")
    expect(panel(view).locator(".gdwidget-quiz-outcome")).to_be_visible()
    expect(view.button("Pause")).to_have_count(0)
