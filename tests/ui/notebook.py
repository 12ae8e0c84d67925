"""A notebook open in JupyterLab or Notebook 7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from playwright.sync_api import expect

from tests.ui.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator, Page

    from tests.ui.console import Console
    from tests.ui.server import Kernel

Host = Literal["lab", "notebook"]

ADDRESSES: dict[Host, str] = {"lab": "/lab/tree/{}?reset", "notebook": "/notebooks/{}"}

_COMMAND_SECONDS = 60
_ALL_CELLS_SECONDS = 120

READY = """
async () => {
  const panel = window.jupyterapp?.shell?.currentWidget;
  if (!panel?.sessionContext) return false;
  await panel.sessionContext.ready;
  await panel.context.ready;
  return Boolean(panel.sessionContext.session?.kernel);
}
"""
COMMAND = """
async ([name, seconds]) => {
  const late = new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`${name} took too long`)), seconds * 1000)
  );
  await Promise.race([window.jupyterapp.commands.execute(name), late]);
}
"""
CHOOSE = """
(index) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.deselectAll();
  content.activeCellIndex = index;
}
"""
_REPLACE = """
(sources) => {
  const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
  sharedModel.transact(() => {
    sharedModel.deleteCellRange(0, sharedModel.cells.length);
    sharedModel.insertCells(0, sources.map((source) => ({ cell_type: "code", source })));
  });
}
"""
_WRITE = """
([index, source]) => {
  const { content } = window.jupyterapp.shell.currentWidget;
  content.widgets[index].model.sharedModel.setSource(source);
}
"""
FAILED = """
() => {
  const { cells } = window.jupyterapp.shell.currentWidget.content.model;
  return [...cells]
    .flatMap((cell) => cell.sharedModel.getOutputs?.() ?? [])
    .filter((output) => output.output_type === "error")
    .map((output) => `${output.ename}: ${output.evalue}`);
}
"""
CELLS = """
() => {
  const { content } = window.jupyterapp.shell.currentWidget;
  return {
    types: content.widgets.map((cell) => cell.model.type),
    sources: content.widgets.map((cell) => cell.model.sharedModel.getSource()),
    active: content.activeCellIndex,
    selected: content.widgets.filter((cell) => content.isSelectedOrActive(cell)).length,
    mode: content.mode,
    runs: content.widgets.map((cell) => cell.model.sharedModel.execution_count ?? 0),
    dialogs: document.querySelectorAll(".jp-Dialog").length,
  };
}
"""


class Notebook:
    """One notebook in a page of its own."""

    def __init__(self, page: Page, name: str, host: Host, kernel: Kernel, console: Console) -> None:
        self.page = page
        self.name = name
        self.host = host
        self.kernel = kernel
        self.console = console

    def wait_until_ready(self) -> None:
        self.page.wait_for_selector(".jp-NotebookPanel")
        self.page.wait_for_function(READY)
        if self.host == "lab":
            self.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")

    def command(self, name: str, seconds: float = _COMMAND_SECONDS) -> None:
        """Do what a menu entry does, and wait for its end."""
        self.page.evaluate(COMMAND, [name, seconds])

    def run(self, index: int) -> None:
        """Run one cell and wait for its end."""
        self.page.evaluate(CHOOSE, index)
        self.command("notebook:run-cell")

    def run_well(self, index: int) -> None:
        """Run one cell, which must not raise."""
        self.run(index)
        failed = self.page.evaluate(FAILED)
        assert not failed, failed

    def run_all(self) -> None:
        """Run all cells, none of which may raise."""
        self.command("notebook:run-all-cells", _ALL_CELLS_SECONDS)
        failed = self.page.evaluate(FAILED)
        assert not failed, failed

    def replace_cells(self, sources: Sequence[str]) -> None:
        """Put new code cells in the place of all cells."""
        self.page.evaluate(_REPLACE, list(sources))

    def start(self, index: int) -> None:
        """Run one cell and wait only until it is running."""
        self.page.evaluate(CHOOSE, index)
        self.page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-cell')")
        expect(self.cell(index).locator(".jp-InputPrompt")).to_have_text("[*]:")

    def write(self, index: int, source: str) -> None:
        """Put code into a cell."""
        self.page.evaluate(_WRITE, [index, source])

    def reload(self) -> None:
        """Save and load the page again; the kernel goes on."""
        self.command("docmanager:save")
        self.page.reload()
        self.wait_until_ready()

    def cells(self) -> dict[str, Any]:
        """Return what keys that got out of the widget would change."""
        state: dict[str, Any] = self.page.evaluate(CELLS)
        return state

    def is_dirty(self) -> bool:
        """Return whether there is something to save."""
        dirty: bool = self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
        )
        return dirty

    def cell(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-OutputArea")

    def view(self, index: int = 0) -> View:
        """Return one of the widgets shown in the page, drawn."""
        view = View(self.page, self.page.locator(".gdwidget").nth(index), self.kernel)
        view.wait_until_drawn()
        return view

    def restart_kernel(self) -> None:
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        )
