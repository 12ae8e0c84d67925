"""marimo: no IPython, no widget manager that shows models, and a shadow around every widget."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.pages import marimo_app
from tests.ui.asked import panel, press
from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pages.visit import Visit

pytestmark = pytest.mark.ui

SETTINGS = """\
[tool.marimo.display]
theme = "dark"

[tool.marimo.runtime]
auto_instantiate = true
"""
NO_SUCH_KERNEL = re.compile(r"403 \(Forbidden\)|^page error: Forbidden")
"""What marimo's page reports of all that is sent to a kernel that was killed."""
GONE = "The kernel is gone: no new steps."
OFFER = "Go on in this page"
SAYS_SO_SECONDS = 4.0
COMPILES_MS = 30_000
DARK = re.compile(r"\bgdwidget-dark\b")
IMPORTS = """\
@app.cell
def _():
    import marimo as mo
    from gdwidget import GDWidget, problems
    return GDWidget, mo, problems
"""
ARTICLE = """\
@app.cell
def _(GDWidget):
    w = GDWidget()
    w
    return (w,)
"""
WRAPPED = """\
@app.cell
def _(GDWidget, mo, problems):
    wrapped = mo.ui.anywidget(GDWidget(problems=[problems.line(), problems.moons()]))
    wrapped
    return (wrapped,)
"""
ASKED = """\
@app.cell
def _(GDWidget):
    from gdwidget import Prediction
    asked = GDWidget(questions=[Prediction("next_step"), Prediction("after", steps=10)])
    asked
    return (asked,)
"""
AGAIN = """\
@app.cell
def _(w):
    import os, pathlib
    pathlib.Path("kernel").write_text(str(os.getpid()))
    w
    return
"""


def test_an_app_is_alive_with_all_figures_and_asks(visit: Visit, tmp_path: Path) -> None:
    with marimo_app.served(tmp_path, "run", [IMPORTS, ARTICLE, WRAPPED, ASKED]) as address:
        visit.open_live(address)
        view = visit.view()
        view.take_the_articles_first_steps()
        expect(view.root).not_to_have_class(DARK)
        view.button("Step").press("s")
        view.expect_at(4)
        other = visit.view(1)
        other.choose("problem", "moons")
        expect(other.root).to_contain_text("layers[0].bias[0]", timeout=COMPILES_MS)
        other.wait_until_drawn()
        other.steps(2)
        _answer_and_present(visit)
        visit.page.reload()  # another visit, with a kernel of its own
        view = visit.view()
        view.expect_at(0)
        view.set_slider(view.speed, FASTEST)
        view.enter("steps per run", "2000")
        view.press("Run")
        view.expect_at(2000)
        view.set_slider(view.scrub, 50)
        expect(view.update).to_contain_text("2.0256863")
        view.root.get_by_text("Data", exact=True).click()
        view.data_and_fit.wait_for("residuals", lambda mark: len(mark.path) > 0, "is drawn")


def _answer_and_present(visit: Visit) -> None:
    """Answer the first question, and show a room the second."""
    asked = visit.undrawn(2)
    expect(asked.button("Step")).to_be_disabled()
    panel(asked).get_by_label("W", exact=True).fill("7.38")
    press(asked, "Commit")
    expect(panel(asked)).to_contain_text("Right")
    asked.expect_at(1)
    press(asked, "Next question")
    expect(panel(asked)).to_contain_text("Question 2 of 2")
    asked.loss_function.box.focus()
    visit.page.keyboard.press("p")
    shown = asked.root.get_by_role("dialog")
    expect(shown).to_have_accessible_name("Presentation: question 2 of 2")
    shown.get_by_label("A: W", exact=True).fill("4")
    shown.get_by_role("button", name="Reveal").click()
    expect(shown).to_contain_text("It is 4.015865")
    visit.page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(panel(asked)).to_contain_text("Question 2 of 2")
    asked.expect_at(0)


def test_a_notebook_shows_a_widget_twice_and_dark(visit: Visit, tmp_path: Path) -> None:
    visit.page.emulate_media(color_scheme="dark")
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    with marimo_app.served(tmp_path, "edit", [IMPORTS, ARTICLE, AGAIN]) as address:
        visit.open_live(address)
        view, again = visit.view(), visit.view(1)
        view.steps(3)
        again.expect_at(3)
        again.steps(1)
        view.expect_at(4)
        again.loss_function.wait_for_path(5)
        expect(view.root).to_have_class(DARK)
        os.kill(int((tmp_path / "kernel").read_text()), signal.SIGKILL)
        view.press("Step")
        asked = time.monotonic()
        expect(view.status).to_contain_text(GONE)
        assert time.monotonic() - asked < SAYS_SO_SECONDS
        view.press(OFFER)
        expect(view.root.locator(".gdwidget-origin")).to_contain_text("recomputed here: identical")
        view.expect_at(4)
        view.steps(2)
        expect(view.update).to_contain_text("4.796201")
        again.expect_at(6)
        again.loss_function.wait_for_path(7)
        told = visit.console.errors
        told[:] = [error for error in told if not NO_SUCH_KERNEL.search(error)]
