"""One browser, and a desk on which a test opens notebooks."""

from __future__ import annotations

import contextlib
import tempfile
import uuid
from typing import TYPE_CHECKING, Any

from playwright.sync_api import BrowserContext, Error, expect, sync_playwright

from tests.ui.chromium import find
from tests.ui.console import Console
from tests.ui.notebook import ADDRESSES, Host, Notebook
from tests.ui.waiting import SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.server import JupyterServer, Kernel
    from tests.ui.view import View

ARTICLE = "from gdwidget import GDWidget\nw = GDWidget()\nw"

EVERYTHING = """
from gdwidget import GDWidget, problems
w = GDWidget(
    problems=[problems.logistic(samples=24), problems.line()],
    batch_size=8, decay="cosine", learning_rate=0.5,
)
w.step(4)
w.optimizer = "momentum"
w.step(3)
w
"""
"""A widget with every list, all figures and an earlier run."""


class Browser:
    """A Chromium with a profile of its own, which keeps Jupyter's scripts compiled."""

    def __init__(self) -> None:
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._playwright = sync_playwright().start()
        expect.set_options(timeout=SECONDS * 1000)
        self.context: BrowserContext = self._playwright.chromium.launch_persistent_context(
            self._profile.name, executable_path=find(), args=["--no-sandbox"]
        )
        self.context.set_default_timeout(2 * SECONDS * 1000)

    def close(self) -> None:
        self.context.close()
        self._playwright.stop()
        self._profile.cleanup()


class Desk:
    """Opens notebooks, each in a page of its own, and watches what the pages say."""

    def __init__(self, server: JupyterServer, kernel: Kernel, browser: Browser) -> None:
        self.console = Console()
        self.notebooks: list[Notebook] = []
        self._server = server
        self._kernel = kernel
        self._browser = browser

    def open(
        self, *cells: str, host: Host = "lab", width: int = 1400, height: int = 900
    ) -> Notebook:
        """Write a notebook, open it and run its first cell."""
        notebook = self.open_only(*cells, host=host, width=width, height=height)
        notebook.run_well(0)
        return notebook

    def open_only(
        self, *cells: str, host: Host = "lab", width: int = 1400, height: int = 900
    ) -> Notebook:
        """Write a notebook and open it."""
        name = f"{uuid.uuid4().hex}.ipynb"
        self._server.write_notebook(name, cells)
        self._kernel.attach(name)
        return self._open_page(name, host, width, height)

    def open_copy(self, path: Path) -> Notebook:
        """Open a copy of a notebook that is in a file."""
        name = f"{uuid.uuid4().hex}.ipynb"
        self._server.copy_notebook(path, name)
        self._kernel.attach(name)
        return self._open_page(name, "lab", 1400, 900)

    def open_again(self, notebook: Notebook) -> Notebook:
        """Open a notebook in a second page."""
        return self._open_page(notebook.name, notebook.host, 1400, 900)

    def read(self, notebook: Notebook) -> Any:
        """Return a notebook as it was saved."""
        return self._server.read_notebook(notebook.name)

    def show(self, code: str = ARTICLE, host: Host = "lab") -> View:
        """Open a notebook with one cell that shows a widget."""
        return self.open(code, host=host).view()

    def leave_behind(self, folder: Path, name: str) -> list[Path]:
        """Save what the pages look like and said, after a failure."""
        folder.mkdir(exist_ok=True)
        log = folder / f"{name}.log"
        log.write_text("".join(f"{line}\n" for line in self.console.lines))
        saved = [log]
        for index, notebook in enumerate(self.notebooks):
            picture = folder / f"{name}{f'-{index + 1}' if index else ''}.png"
            with contextlib.suppress(Error):  # a page or a browser that is gone has no picture
                notebook.page.screenshot(path=picture)
                saved.append(picture)
        return saved

    def close(self) -> None:
        for notebook in self.notebooks:
            notebook.page.close()
        self.notebooks.clear()
        self._kernel.clean()

    def _open_page(self, name: str, host: Host, width: int, height: int) -> Notebook:
        page = self._browser.context.new_page()
        self.console.listen(page)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(self._server.url + ADDRESSES[host].format(name))
        notebook = Notebook(page, name, host, self._kernel, self.console)
        self.notebooks.append(notebook)
        notebook.wait_until_ready()
        return notebook


class SharedDesk(Desk):
    """A desk with one JupyterLab page, used by test after test: loading one takes seconds."""

    spoiled = False
    """Whether a test failed on it; then its page is not used again."""

    def is_on(self, server: JupyterServer, browser: Browser) -> bool:
        """Return whether these are its server and browser: they end with the last test of them."""
        return self._server is server and self._browser is browser

    def leave_behind(self, folder: Path, name: str) -> list[Path]:
        self.spoiled = True
        return super().leave_behind(folder, name)

    def open_only(
        self, *cells: str, host: Host = "lab", width: int = 1400, height: int = 900
    ) -> Notebook:
        """Put other cells into the notebook that is open, and clean its kernel."""
        if self.spoiled:
            self.close()
            self.spoiled = False
        if not self.notebooks:
            return super().open_only(*cells, host=host, width=width, height=height)
        notebook = self.notebooks[0]
        notebook.replace_cells(cells)
        expect(notebook.page.locator(".gdwidget")).to_have_count(0)
        self._kernel.clean()
        self.console.forget()
        return notebook
