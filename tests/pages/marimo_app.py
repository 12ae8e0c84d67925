"""An app as a reader of marimo writes it: a file of cells, and the program that serves it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, Literal

from tests.ui.server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Program = Literal["run", "edit"]

_START_SECONDS = 60
_STOP_SECONDS = 60
_ABOVE = "import marimo\n\napp = marimo.App()\n\n"
_BELOW = '\nif __name__ == "__main__":\n    app.run()\n'


def written(cells: Sequence[str]) -> str:
    """Return the text of an app; names defined in one cell are known in all."""
    return _ABOVE + "\n\n".join(cells) + _BELOW


@contextlib.contextmanager
def served(folder: Path, program: Program, cells: Sequence[str]) -> Iterator[str]:
    """Serve an app, and give its address."""
    file, log, port = folder / "app.py", folder / "marimo.log", free_port()
    file.write_text(written(cells))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "marimo", "-q", program, str(file)),
                *("--headless", "--no-token", f"--port={port}", "--host=127.0.0.1"),
                *(("--skip-update-check",) if program == "edit" else ()),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={
                **os.environ,
                "XDG_CONFIG_HOME": str(folder / "config"),
                "XDG_STATE_HOME": str(folder / "state"),
                "XDG_CACHE_HOME": str(folder / "cache"),
                "JAX_PLATFORMS": "cpu",
            },
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5)  # noqa: S310 - our own server
            return
        time.sleep(0.1)  # between two looks
    message = f"marimo did not start:\n{log.read_text()}"
    raise RuntimeError(message)
