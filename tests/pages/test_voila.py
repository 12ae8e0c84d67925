"""Voila: the notebook as an app, with a kernel of its own for every visit."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.pages import lesson
from tests.ui.server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.pages.visit import Visit

pytestmark = pytest.mark.ui

START_SECONDS = 60
STOP_SECONDS = 60


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Return where Voila serves the lesson's first widget."""
    notebook = lesson.written()
    notebook.cells = [cell for cell in notebook.cells if cell.id in {"imports", "article"}]
    nbformat.write(notebook, tmp_path / "lesson.ipynb")
    port, log = free_port(), tmp_path / "voila.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                Path(sysconfig.get_path("scripts")) / "voila",
                *("--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"),
                tmp_path / "lesson.ipynb",
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "IPYTHONDIR": str(tmp_path / "ipython"),
                "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
                "JUPYTER_DATA_DIR": str(tmp_path / "data"),
                "JAX_PLATFORMS": "cpu",
            },
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/voila/static/favicon.ico", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5)  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)  # between two looks
        else:
            return
    message = f"Voila did not start:\n{log.read_text()}"
    raise RuntimeError(message)


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
