"""Where the browser tests find Chromium: one answer for tests, bench and .ci/ensure-browsers."""

import os
import shutil
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class ChromiumNotFoundError(Exception):
    """No browser on this machine."""


def find() -> str:
    """Return the path of a Chromium: $CHROMIUM, the system's, or Playwright's own."""
    given = os.environ.get("CHROMIUM")
    if given:
        path = shutil.which(given)
        if path is None:
            message = f"CHROMIUM={given}: not a program that can be run. Correct or unset it."
            raise ChromiumNotFoundError(message)
        return path
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    path = _playwrights_own()
    if path is not None:
        return path
    message = (
        "No Chromium found. Install it (Debian: apt-get install chromium), "
        "run .ci/ensure-browsers, or name one: CHROMIUM=/path/to/chromium."
    )
    raise ChromiumNotFoundError(message)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright  # slow to import, and rarely needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


if __name__ == "__main__":
    try:
        print(find())
    except ChromiumNotFoundError as error:
        sys.exit(str(error))
