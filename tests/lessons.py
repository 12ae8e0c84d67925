"""The lessons, and what runs them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
SECONDS_A_CELL = 120


def read(name: str) -> Any:
    """Return a lesson as it is kept, without outputs."""
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)


def execute(name: str, scratch: Path) -> Any:
    """Return a lesson after all its cells have run, in a kernel of its own and an empty folder."""
    notebook = read(name)
    empty, settings = scratch / "empty", scratch / "ipython"
    empty.mkdir()
    settings.mkdir()
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        store_widget_state=True,
        resources={"metadata": {"path": str(empty)}},
    )
    client.execute(env={**os.environ, "IPYTHONDIR": str(settings), "JAX_PLATFORMS": "cpu"})
    return notebook
