"""A browser that Playwright does not drive: what a reader does in it, and what it said."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.ui.console import Console

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WIDTH, HEIGHT = 1400, 1000

LISTENING = """
(() => {
  const said = (window.gdwidgetSaid ??= []);
  if (said.listening) return;
  said.listening = true;
  const { error } = console;
  console.error = (...words) => {
    said.push(`error: ${words.map((word) => word?.stack ?? String(word)).join(" ")}`);
    error.apply(console, words);
  };
  addEventListener("error", ({ message, error, target }) =>
    said.push(`page error: ${message ?? target?.outerHTML} ${error?.stack ?? ""}`), true);
  addEventListener("unhandledrejection", ({ reason }) =>
    said.push(`page error: ${reason?.message ?? reason} ${reason?.stack ?? ""}`));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    said.push(`error: ${violatedDirective} forbids ${blockedURI}`));
})();
"""
"""Has a page write down its errors: these browsers tell no console to whoever drives them."""

_KEYS = {
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "End": "\ue010",
    "Enter": "\ue007",
    "Home": "\ue011",
    "Space": " ",
    "Tab": "\ue004",
}


class Place(NamedTuple):
    """A point of the window, in pixels."""

    x: float
    y: float


class Remote(ABC):
    """One window of a browser."""

    def __init__(self) -> None:
        self.console = Console()

    @abstractmethod
    def go(self, address: str) -> None:
        """Open a page and wait until it is loaded."""

    @abstractmethod
    def picture(self) -> bytes:
        """Return what the window looks like, as PNG."""

    @abstractmethod
    def close(self) -> None:
        """End the browser."""

    @abstractmethod
    def _evaluate(self, body: str) -> Any:
        """Return what a function of this body returns, a string; of a promise what it brings."""

    @abstractmethod
    def _perform(self, actions: Sequence[dict[str, Any]]) -> None:
        """Do what WebDriver calls actions."""

    def wait_for_timeout(self, timeout: float) -> None:
        """Let time pass, in milliseconds."""
        time.sleep(timeout / 1000)

    def run(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function and return what it returns."""
        written = ", ".join(json.dumps(each) for each in arguments)
        result = self._evaluate(
            f"return Promise.resolve(({function})({written}))"
            ".then((result) => JSON.stringify(result ?? null))"
        )
        return json.loads(result)

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        self._perform(
            [
                {
                    "type": "key",
                    "id": "keyboard",
                    "actions": [
                        {"type": kind, "value": _KEYS.get(key, key)}
                        for key in keys
                        for kind in ("keyDown", "keyUp")
                    ],
                }
            ]
        )

    def click(self, place: Place) -> None:
        self.drag(place)

    def drag(self, *places: Place) -> None:
        """Press at the first of some places, move on to the others, and let go."""
        first, *others = (
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 50} for x, y in places
        )
        down, up = ({"type": f"pointer{way}", "button": 0} for way in ("Down", "Up"))
        self._perform(
            [
                {
                    "type": "pointer",
                    "id": "mouse",
                    "parameters": {"pointerType": "mouse"},
                    "actions": [first, down, *others, up],
                }
            ]
        )

    def listen(self) -> None:
        """Have the page that is open write down its errors from now on."""
        self.run(f"() => {{ {LISTENING} }}")

    def hear(self) -> None:
        """Take over the errors that the page has written down since."""
        self.console.take(self.run("() => window.gdwidgetSaid?.splice(0) ?? ['nobody listened']"))

    def leave_behind(self, folder: Path, name: str) -> list[Path]:
        """Save what the page looks like and said, after a failure."""
        folder.mkdir(exist_ok=True)
        log, picture = folder / f"{name}.log", folder / f"{name}.png"
        self.hear()
        log.write_text("".join(f"{line}\n" for line in self.console.lines))
        picture.write_bytes(self.picture())
        return [log, picture]
