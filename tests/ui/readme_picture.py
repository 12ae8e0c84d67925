"""Make the README's picture from the running widget: `python -m tests.ui.readme_picture`.

It shows the widget in JupyterLab's light theme after twelve steps, and nothing around it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.ui.chromium import find
from tests.ui.console import Console
from tests.ui.desk import ARTICLE
from tests.ui.notebook import ADDRESSES, Notebook
from tests.ui.server import JupyterServer, Kernel

PICTURE = Path(__file__).resolve().parents[2] / "notebooks" / "gdwidget.png"
NOTEBOOK = "picture.ipynb"
STEPS = 12
WIDTH = 900
MARGIN = 12
PIXELS_A_POINT = 2


def main() -> None:
    """Start a server of our own, take the steps and the picture, stop the server."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = JupyterServer(Path(folder))
        server.start()
        try:
            _take(server)
        finally:
            server.stop()


def _take(server: JupyterServer) -> None:
    server.set_theme("JupyterLab Light")
    server.write_notebook(NOTEBOOK, [ARTICLE])
    kernel = Kernel(server)
    kernel.attach(NOTEBOOK)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": 1200, "height": 900}, device_scale_factor=PIXELS_A_POINT
        )
        page.goto(server.url + ADDRESSES["lab"].format(NOTEBOOK))
        notebook = Notebook(page, NOTEBOOK, "lab", kernel, Console())
        notebook.wait_until_ready()
        notebook.run_well(0)
        view = notebook.view()
        around = page.evaluate("() => innerWidth") - view.root.evaluate(
            "(root) => root.offsetWidth"
        )
        page.set_viewport_size({"width": WIDTH + around, "height": 900})
        view.root.evaluate("(root, margin) => { root.style.padding = `${margin}px`; }", MARGIN)
        view.steps(STEPS)
        page.mouse.move(0, 0)
        view.loss_function.wait_for_dots(STEPS + 1)
        for figure, mark in (
            (view.loss_function, "curve"),
            (view.loss_against_step, "linear_path"),
        ):
            figure.wait_until_still(mark)
        view.root.screenshot(path=PICTURE)
        browser.close()
    kernel.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")  # noqa: T201 - a script's answer


if __name__ == "__main__":
    main()
