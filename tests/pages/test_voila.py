"""Voila: the notebook as an app, with a kernel of its own for every visit."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.pages import lesson
from tests.pages.serving import served
from tests.ui.server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.pages.visit import Visit

pytestmark = pytest.mark.ui


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Return where Voila serves the lesson's first widget."""
    notebook = lesson.written()
    notebook.cells = [cell for cell in notebook.cells if cell.id in {"imports", "article"}]
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    port, voila = free_port(), str(Path(sysconfig.get_path("scripts")) / "voila")
    command = [voila, "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1", "lesson.ipynb"]
    own = {"IPYTHONDIR": "ipython", "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data"}
    with served(command, port, "voila/static/favicon.ico", tmp_path, own) as address:
        yield address


def test_voila_shows_the_widget_and_its_kernel_takes_steps(visit: Visit, address: str) -> None:
    visit.open_live(address)
    view = visit.view()
    view.expect_at(30, 50)
    view.set_slider(view.scrub, 50)
    view.steps(2)
    view.loss_function.wait_for_path(53)
    view.press("Back")
    view.expect_at(51, 52)
    assert "recomputed" not in view.root.inner_text()
