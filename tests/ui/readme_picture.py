"""Make the README's pictures from the running widget: `python -m tests.ui.readme_picture`.

They show the widget in JupyterLab's light theme, and nothing around it: the first lesson's
after twelve steps, and a network's after a run.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.ui import picture as taking
from tests.ui.console import Console
from tests.ui.desk import ARTICLE
from tests.ui.notebook import ADDRESSES, Notebook
from tests.ui.server import JupyterServer, Kernel
from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.view import View

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOK = "{}.ipynb"
NETWORK = """
from gdwidget import GDWidget, problems
w = GDWidget(problems.moons(), optimizer="adam", learning_rate=0.05, batch_size=32, run_steps=100)
w
"""
STEPS = 12
PIXELS_A_POINT = 2


def article(view: View) -> None:
    """Take twelve steps of the first lesson."""
    view.steps(STEPS)
    view.loss_function.wait_for_path(STEPS + 1)
    for figure, mark in (
        (view.loss_function, "curve"),
        (view.loss_against_step, "linear_path"),
    ):
        figure.wait_until_still(mark)


def network(view: View) -> None:
    """Take a run of a network, on the plane of its path."""
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    expect(view.count).to_have_text("step 100 of 100", timeout=60_000)
    view.button("Run").wait_for()
    expect(view.root.get_by_text("This plane holds")).to_be_visible()
    expect(view.root.get_by_text("The path has gone on")).to_be_hidden(timeout=60_000)
    view.loss_against_step.wait_until_still("linear_path")


PICTURES: dict[str, tuple[str, int, Callable[[View], None]]] = {
    "gdwidget": (ARTICLE, 1180, article),
    "gdwidget-network": (NETWORK, 1180, network),
}


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
    with taking.browser() as browser:
        for name, (code, width, act) in PICTURES.items():
            file = NOTEBOOK.format(name)
            server.write_notebook(file, [code])
            kernel = Kernel(server)
            kernel.attach(file)
            page = browser.new_page(
                viewport={"width": 1400, "height": 900}, device_scale_factor=PIXELS_A_POINT
            )
            page.goto(server.url + ADDRESSES["lab"].format(file))
            notebook = Notebook(page, file, "lab", kernel, Console())
            notebook.wait_until_ready()
            notebook.run_well(0)
            view = notebook.view()
            around = page.evaluate("() => innerWidth") - view.root.evaluate(
                "(root) => root.offsetWidth"
            )
            page.set_viewport_size({"width": width + around, "height": 900})
            taking.frame(view)
            act(view)
            taking.leave(view)
            picture = FOLDER / f"{name}.png"
            view.root.screenshot(path=picture)
            page.close()
            kernel.close()
            print(f"{picture.name}: {picture.stat().st_size:,} bytes")  # noqa: T201 - a script's answer


if __name__ == "__main__":
    main()
