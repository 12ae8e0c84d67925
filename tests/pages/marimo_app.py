"""An app as a reader of marimo writes it: a file of cells, and the program that serves it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from tests.pages import serving
from tests.ui.server import free_port

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

Program = Literal["run", "edit"]

_ABOVE = "import marimo\n\napp = marimo.App()\n\n"
_BELOW = '\nif __name__ == "__main__":\n    app.run()\n'


def written(cells: Sequence[str]) -> str:
    """Return the text of an app; names defined in one cell are known in all."""
    return _ABOVE + "\n\n".join(cells) + _BELOW


def served(folder: Path, program: Program, cells: Sequence[str]) -> AbstractContextManager[str]:
    """Serve an app, and give its address."""
    file, port = folder / "app.py", free_port()
    file.write_text(written(cells))
    command = [
        *(sys.executable, "-m", "marimo", "-q", program, str(file)),
        *("--headless", "--no-token", f"--port={port}", "--host=127.0.0.1"),
        *(("--skip-update-check",) if program == "edit" else ()),
    ]
    own = {"XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache"}
    return serving.served(command, port, "health", folder, own)
