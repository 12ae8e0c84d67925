"""Pictures of the widget: `python -m tests.ui.shots OUTDIR`.

Saves each state in light and dark, 420, 900 and 1400 px wide, as
``<theme>-<width>-<state>.png``: start, stepped (12 steps), run (50), diverged, table.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.ui.desk import Browser, Desk
from tests.ui.picture import leave
from tests.ui.server import JupyterServer, Kernel, Theme
from tests.ui.view import FASTEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.view import View

THEMES: dict[str, Theme] = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTHS = (420, 900, 1400)
CELL = """
import ipywidgets
from gdwidget import GDWidget
w = GDWidget()
ipywidgets.VBox([w], layout=dict(width="{width}px"))
"""
# The room that JupyterLab takes beside a cell's output, and above it.
BESIDE, HEIGHT = 220, 1600


def start(view: View) -> None:
    """Leave the widget as it comes."""
    view.expect_at(0)


def stepped(view: View) -> None:
    """Take 12 steps."""
    view.press("Step", 12)
    view.expect_at(12)
    view.loss_function.wait_for_path(13)


def run(view: View) -> None:
    """Take the run's 50 steps."""
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    expect(view.button("Run")).to_be_visible()
    view.loss_function.wait_for_path(51)


def diverged(view: View) -> None:
    """Take 50 steps at a rate that is too large."""
    view.enter("learning rate", "0.2")
    run(view)


def table(view: View) -> None:
    """Open the table after 12 steps."""
    stepped(view)
    view.open_table()


STATES: tuple[Callable[[View], None], ...] = (start, stepped, run, diverged, table)


def take(view: View, path: Path) -> None:
    """Save a picture of a view that has come to rest."""
    leave(view)
    for figure, mark in (
        (view.loss_function, "curve"),
        (view.loss_function, "dots"),
        (view.loss_against_step, "linear_path"),
    ):
        figure.wait_until_still(mark)
    view.root.screenshot(path=path)


def take_all(folder: Path) -> None:
    """Save all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        server = JupyterServer(Path(scratch) / "jupyter")
        server.start()
        try:
            kernel = Kernel(server)
            browser = Browser()
            for name, theme in THEMES.items():
                server.set_theme(theme)
                for width in WIDTHS:
                    desk = Desk(server, kernel, browser)
                    notebook = desk.open(
                        CELL.format(width=width), width=width + BESIDE, height=HEIGHT
                    )
                    for state in STATES:
                        notebook.run_well(0)
                        view = notebook.view()
                        state(view)
                        take(view, folder / f"{name}-{width}-{state.__name__}.png")
                    desk.close()
            browser.close()
            kernel.close()
        finally:
            server.stop()


def main() -> None:
    """Read the folder from the command line and save all pictures there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    take_all(parser.parse_args().folder)


if __name__ == "__main__":
    main()
