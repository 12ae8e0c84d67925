"""The notebook that every host shows: written here, run once, with a kernel of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_raw_cell

if TYPE_CHECKING:
    from pathlib import Path

NAME = "lesson"
SECONDS_A_CELL = 120
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
OURS = "gdwidget.widget.GDWidget"
SAVED = (
    *("_keyframe", "_curve", "_plane", "_look", "_programs"),
    *("_names", "_choices", "_schedule"),
)
"""What is saved of a widget beside its settings."""

WIDGETS = {
    "article": "w = GDWidget()\nw.run(50)\nw.back(20)\nw",
    "adam": (
        "adam = GDWidget(optimizer='adam', batch_size=2, learning_rate=0.5)\nadam.run(20)\nadam"
    ),
    "plane": "plane = GDWidget(problems.himmelblau())\nplane.run(30)\nplane",
    "long": (
        "def median(W):\n    return jnp.sort((W - jnp.arange(5.0)) ** 2)[2]\n\n"
        "long = GDWidget(median, 8.0, learning_rate=1e-4)\nlong.run(5_000)\nlong"
    ),
    "data": (
        "data = GDWidget(problems.logistic(samples=20), learning_rate=0.5)\n"
        "data.run(10)\ndata.optimizer = 'momentum'\ndata.run(10)\ndata"
    ),
}
"""The cells that show a widget each, in their order."""

_EMBED = f"""
from ipywidgets.embed import embed_minimal_html
embed_minimal_html("embedded.html", [w, adam, plane, long, data], title="{NAME}")
"""
_TITLE = "Lesson\n======\n"


def written() -> Any:
    """Return the notebook, not yet run."""
    title = new_raw_cell(_TITLE, id="title", metadata={"raw_mimetype": "text/restructuredtext"})
    sources = {
        "imports": "import jax.numpy as jnp\nfrom gdwidget import GDWidget, problems",
        **WIDGETS,
        "embed": _EMBED,
    }
    cells = [new_code_cell(source, id=name) for name, source in sources.items()]
    for cell in (title, *cells):
        cell.metadata["slideshow"] = {"slide_type": "slide"}
    return new_notebook(
        cells=[title, *cells],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )


def run(folder: Path) -> Any:
    """Run the notebook in a folder, as papermill and the tools for books do; save it there."""
    notebook = written()
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        store_widget_state=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(
        env={**os.environ, "IPYTHONDIR": str(folder / "ipython"), "JAX_PLATFORMS": "cpu"}
    )
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    return notebook
