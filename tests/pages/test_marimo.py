"""marimo: no IPython, no widget manager that shows models, and a shadow around every widget."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.pages import marimo_app
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
AGAIN = """\
@app.cell
def _(w):
    w
    return
"""


def test_an_app_is_alive_with_all_figures(visit: Visit, tmp_path: Path) -> None:
    with marimo_app.served(tmp_path, "run", [IMPORTS, ARTICLE, WRAPPED]) as address:
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
