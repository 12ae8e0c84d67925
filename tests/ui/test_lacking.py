"""A server that lacks what shows widgets, as where kernels have environments of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.desk import ARTICLE, Desk
from tests.ui.server import JupyterServer, Kernel
from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.ui

STEPPED = "from gdwidget import GDWidget\nw = GDWidget()\nw.step(3)\nw"
LEAST_WIDTH = 400
FOREIGN = re.compile(
    r"No version of module (?:anywidget|bqplot|bqscales) is registered"
    r"|Exception opening new comm|Object 'jupyter.widget' not found in registry"
)
"""What JupyterLab reports of each model."""
MANAGER = "@jupyter-widgets/jupyterlab-manager"
PICTURE = 'display(w, exclude=["application/vnd.jupyter.widget-view+json"])'
"""As docs/hosts.md has it."""
SENTENCE = "step 4 of 4, W = 5.878603"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    server = JupyterServer(tmp_path_factory.mktemp("lacking"), lacks=("bqplot", "bqscales"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def kernel(server: JupyterServer) -> Iterator[Kernel]:
    kernel = Kernel(server)
    yield kernel
    kernel.close()


@pytest.fixture
def lacking(server: JupyterServer, desk: Desk) -> Iterator[Desk]:
    yield desk
    server.disable()


def test_all_figures_are_alive_where_the_server_lacks_bqplot(lacking: Desk) -> None:
    notebook = lacking.open(ARTICLE, "w")
    view = notebook.view()
    view.take_the_articles_first_steps()
    notebook.run_well(1)
    again = notebook.view(1)
    again.loss_function.wait_for_path(4)
    again.set_slider(again.speed, FASTEST)
    again.enter("steps per run", "2000")
    again.press("Run")
    again.expect_at(2003)
    view.expect_at(2003)
    view.loss_function.wait_for("curve", lambda mark: len(mark.path) > 0, "is drawn")
    _forget_foreign(lacking)


def test_a_picture_is_shown_where_the_server_has_no_widgets(
    lacking: Desk, server: JupyterServer
) -> None:
    server.disable(MANAGER, "anywidget")
    notebook = lacking.open(STEPPED, "w.step()\nprint(w)\nw")
    for index in (0, 1):
        if index:
            notebook.run_well(index)
        picture = notebook.output(index).locator("img")
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("(img) => img.naturalWidth") > LEAST_WIDTH
    expect(notebook.output(1)).to_contain_text(SENTENCE)
    _forget_foreign(lacking)


def test_a_picture_can_be_had_where_the_server_has_widgets_but_not_anywidget(
    lacking: Desk, server: JupyterServer
) -> None:
    server.disable("anywidget")
    notebook = lacking.open(STEPPED, PICTURE)
    expect(notebook.output(0)).to_contain_text("Click to show javascript error.")
    notebook.run_well(1)
    expect(notebook.output(1).locator("img")).to_be_visible()
    _forget_foreign(lacking)


def _forget_foreign(desk: Desk) -> None:
    told = desk.console.errors
    told[:] = [error for error in told if not FOREIGN.search(error)]
