"""VS Code's widget manager, as it is published: its page part comes from a CDN."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.pages.cdn import NODE_MODULES
from tests.ui.other_notebook import OtherNotebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.ui.desk import Desk

pytestmark = pytest.mark.ui

DARK = re.compile(r"\bgdwidget-dark\b")
MANAGER = NODE_MODULES / "@vscode" / "jupyter-ipywidgets8" / "dist" / "ipywidgets.js"
SCRIPT = Path(__file__).with_name("vscode.js")

OF_ITSELF = ("Yjs was already imported",)
"""JupyterLab's page, which lends its connection to the kernel, has it, too."""

OF_THE_CDN = (*OF_ITSELF, "status of 404", "No version of module bq")
"""What the manager says of each model that it does not have."""


class Editor(OtherNotebook):
    """Opens pages in which VS Code's manager shows what a cell shows."""

    cdn = "https://unpkg.com/**"

    def begin(self, page: Page, *, dark: bool) -> None:
        page.add_script_tag(path=NODE_MODULES / "requirejs" / "require.js")
        page.evaluate(SCRIPT.read_text(), {"script": MANAGER.read_text(), "dark": dark})


@pytest.fixture
def kind() -> type[Desk]:
    return Editor


def test_in_a_dark_editor_it_is_alive_on_white_with_what_the_cdn_has(desk: Editor) -> None:
    view = desk.take_three_steps(desk.open_page(dark=True))
    expect(view.root).not_to_have_class(DARK)
    view.press("Run")
    view.expect_at(53)
    desk.heard_nothing_but(OF_ITSELF)


def test_it_brings_its_figures_where_the_cdn_lacks_them(desk: Editor) -> None:
    page = desk.open_page(dark=False, lacks=("bqplot", "bqscales"))
    desk.take_three_steps(page)
    desk.heard_nothing_but(OF_THE_CDN)
