"""Programs that show a notebook as an app: served as long as a test looks at it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_START_SECONDS = 60
_STOP_SECONDS = 60


@contextlib.contextmanager
def served(
    command: Sequence[str], port: int, ready: str, folder: Path, own: Mapping[str, str]
) -> Iterator[str]:
    """Run a program that serves on a port, and give its address once ``ready`` is found there.

    ``own`` says by which variables it is told of folders of its own for settings and the like.
    """
    log, address = folder / "server.log", f"http://127.0.0.1:{port}"
    folders = {variable: str(folder / name) for variable, name in own.items()}
    environment = {**os.environ, **folders, "JAX_PLATFORMS": "cpu"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=folder, env=environment
        )
    try:
        _wait_for(f"{address}/{ready}", process, log)
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
    message = f"the program did not start:\n{log.read_text()}"
    raise RuntimeError(message)
