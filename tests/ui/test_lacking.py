"""A server that lacks bqplot, as on a JupyterHub whose kernels have environments of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.ui.aftermath import WATCHED
from tests.ui.desk import ARTICLE, Desk
from tests.ui.server import JupyterServer, Kernel
from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.desk import Browser

pytestmark = pytest.mark.ui

FOREIGN = re.compile(r"No version of module (?:bqplot|bqscales) is registered")
"""What JupyterLab's widget manager reports of each model."""


@pytest.fixture
def lacking(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[Desk]:
    server = JupyterServer(tmp_path_factory.mktemp("lacking"), lacks=("bqplot", "bqscales"))
    server.start()
    kernel = Kernel(server)
    desk = Desk(server, kernel, browser)
    request.node.stash[WATCHED] = desk
    yield desk
    desk.close()
    kernel.close()
    server.stop()


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
    told = lacking.console.errors
    told[:] = [error for error in told if not FOREIGN.search(error)]
