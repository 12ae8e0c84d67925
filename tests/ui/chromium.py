"""Where the browser tests find Chromium: one answer for tests, bench and .ci/ensure-browsers."""

import sys
from pathlib import Path

from tests.ui.programs import program

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> str:
    """Return the path of a Chromium: $CHROMIUM, the system's, or Playwright's own."""
    path = program("CHROMIUM", NAMES) or _playwrights_own()
    if path is not None:
        return path
    message = (
        "No Chromium found. Install it (Debian: apt-get install chromium), "
        "run .ci/ensure-browsers, or name one: CHROMIUM=/path/to/chromium."
    )
    raise FileNotFoundError(message)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright  # slow to import, and rarely needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


if __name__ == "__main__":
    try:
        print(find())
    except FileNotFoundError as error:
        sys.exit(str(error))
