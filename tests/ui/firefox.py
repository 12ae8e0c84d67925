"""Firefox by WebDriver BiDi, which it speaks itself: Debian has no driver for it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import websocket

from tests.ui.programs import program
from tests.ui.remote import HEIGHT, WIDTH, Remote

if TYPE_CHECKING:
    from collections.abc import Sequence

_START_SECONDS = 60
_ANSWER_SECONDS = 60
_NAMES = ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox")
_SETTINGS = """
user_pref("layout.css.prefers-color-scheme.content-override", 0);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
"""
"""A reader who likes it dark; and nothing that would lie over the page."""


def find() -> str | None:
    """Return the path of Firefox: $FIREFOX or the system's."""
    return program("FIREFOX", _NAMES)


class Firefox(Remote):
    """A Firefox without a screen, with a profile of its own."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        profile = Path(self._profile.name)
        (profile / "user.js").write_text(_SETTINGS)
        self._process = subprocess.Popen(
            [
                *(path, "--headless", "--no-remote", "--profile", str(profile)),
                *("--remote-debugging-port", "0", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._sent = 0
        try:
            self._socket = websocket.create_connection(
                self._address(profile / "WebDriverBiDiServer.json"),
                timeout=_ANSWER_SECONDS,
                suppress_origin=True,
            )
            self._ask("session.new", capabilities={})
            # The first tab never has the focus.
            self._page = self._ask("browsingContext.create", type="tab")["context"]
            self._ask(
                "browsingContext.setViewport",
                context=self._page,
                viewport={"width": WIDTH, "height": HEIGHT},
            )
        except BaseException:
            self._end()
            raise

    def go(self, address: str) -> None:
        self._ask("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def picture(self) -> bytes:
        taken = self._ask("browsingContext.captureScreenshot", context=self._page)
        return base64.b64decode(taken["data"])

    def close(self) -> None:
        self._ask("browser.close")
        self._socket.close()
        self._end()

    def _evaluate(self, body: str) -> Any:
        answer = self._ask(
            "script.callFunction",
            functionDeclaration=f"() => {{ {body} }}",
            target={"context": self._page},
            awaitPromise=True,
        )
        if answer["type"] != "success":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"]["value"]

    def _perform(self, actions: Sequence[dict[str, Any]]) -> None:
        self._ask("input.performActions", context=self._page, actions=actions)

    def _address(self, told: Path) -> str:
        """Return where Firefox listens, once it has written it down."""
        deadline = time.monotonic() + _START_SECONDS
        while not (told.is_file() and (text := told.read_text())):
            if self._process.poll() is not None or time.monotonic() > deadline:
                message = "Firefox did not start."
                raise RuntimeError(message)
            time.sleep(0.05)  # between two looks
        server = json.loads(text)
        return f"ws://{server['ws_host']}:{server['ws_port']}/session"

    def _ask(self, method: str, **params: object) -> Any:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv())).get("id") != self._sent:
            pass  # what happens meanwhile is not asked for
        if answer["type"] == "error":
            message = f"{method}: {answer['error']}: {answer['message']}"
            raise RuntimeError(message)
        return answer["result"]

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=_ANSWER_SECONDS)
        self._profile.cleanup()


if __name__ == "__main__":
    path = find()
    print(path) if path else sys.exit("There is no Firefox here.")
