"""WebKit by WebDriver: WebKitGTK's own small browser, on a screen that nobody sees."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.ui.programs import program
from tests.ui.remote import HEIGHT, WIDTH, Remote
from tests.ui.server import free_port

if TYPE_CHECKING:
    from collections.abc import Sequence

_START_SECONDS = 60
_ANSWER_SECONDS = 60
_SCREEN = "Xvfb"
_BARE = {
    # What is drawn without a graphics card is there in half the time.
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
    "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
}
_DARK = {"webkitgtk:browserOptions": {"args": ["--automation", "--dark-mode"]}}
"""A reader who likes it dark."""


def find() -> str | None:
    """Return the path of WebKit's driver: $WEBKIT_DRIVER or the system's; it needs a screen."""
    driver = program("WEBKIT_DRIVER", ["WebKitWebDriver"])
    return driver if shutil.which(_SCREEN) else None


class WebKit(Remote):
    """A WebKitGTK with a screen of its own."""

    def __init__(self, path: str) -> None:
        super().__init__()
        size = f"{WIDTH + 100}x{HEIGHT + 100}x24"
        self._memory = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._screen = subprocess.Popen(
            [
                *(_SCREEN, "-displayfd", "1", "-nolisten", "tcp"),
                *("-screen", "0", size, "-fbdir", self._memory.name),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._screen.stdout is not None
        display = self._screen.stdout.readline().strip()
        self._port = free_port()
        self._driver = subprocess.Popen(
            [path, f"--port={self._port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_BARE, "DISPLAY": f":{display}"},
        )
        try:
            self._wait_for_the_driver()
            opened = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": _DARK}})
            self._session = f"/session/{opened['sessionId']}"
            self._fit_window()
        except BaseException:
            self._end()
            raise

    def go(self, address: str) -> None:
        self._ask("POST", f"{self._session}/url", {"url": address})

    def picture(self) -> bytes:
        """Return the page in the screen's memory: of one at rest the driver has no picture."""
        dump = (Path(self._memory.name) / "Xvfb_screen0").read_bytes()
        head = struct.unpack(">25I", dump[:100])  # of an X window dump
        begin, width, height, row, colours = head[0], head[4], head[5], head[12], head[19]
        pixels = dump[begin + 12 * colours :]
        image = Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", row, 1)
        written = io.BytesIO()
        image.crop((0, self._top, WIDTH, self._top + HEIGHT)).save(written, "png")
        return written.getvalue()

    def close(self) -> None:
        self._ask("DELETE", self._session)
        self._end()

    def _evaluate(self, body: str) -> Any:
        return self._ask("POST", f"{self._session}/execute/sync", {"script": body, "args": []})

    def _perform(self, actions: Sequence[dict[str, Any]]) -> None:
        self._ask("POST", f"{self._session}/actions", {"actions": actions})

    def _fit_window(self) -> None:
        """Make the window so large that the page has the same room as in other browsers."""
        address = f"{self._session}/window/rect"
        self._ask("POST", address, {"width": WIDTH, "height": HEIGHT})
        self._top: int = HEIGHT - self.run("() => innerHeight")
        self._ask("POST", address, {"width": WIDTH, "height": HEIGHT + self._top})

    def _wait_for_the_driver(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                self._ask("GET", "/status")
                return
            if self._driver.poll() is not None or time.monotonic() > deadline:
                message = "WebKit's driver did not start."
                raise RuntimeError(message)
            time.sleep(0.05)  # between two looks

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_ANSWER_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            value = json.loads(answer.read())["value"]
        if answer.status != http.client.OK:
            message = f"{path}: {value['error']}: {value['message']}"
            raise RuntimeError(message)
        return value

    def _end(self) -> None:
        for process in (self._driver, self._screen):
            process.terminate()
            process.wait(timeout=_ANSWER_SECONDS)
        assert self._screen.stdout is not None
        self._screen.stdout.close()
        self._memory.cleanup()


if __name__ == "__main__":
    path = find()
    print(path) if path else sys.exit("There is no WebKit here.")
