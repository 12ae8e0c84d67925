"""Firefox and WebKit: what a reader does most, in a page and in JupyterLab, in a dark browser.

All else is tested in Chromium. The same set is run in each browser that is installed.
"""

from __future__ import annotations

import io
import uuid
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from gdwidget import GDWidget
from tests.ui import firefox, webkit
from tests.ui.aftermath import WATCHED
from tests.ui.desk import ARTICLE
from tests.ui.figure import LOSS_FUNCTION_MARKS, MARK, Mark
from tests.ui.notebook import ADDRESSES, CELLS, CHOOSE, FAILED, READY
from tests.ui.remote import LISTENING, Place
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.ui.remote import Remote
    from tests.ui.server import JupyterServer, Kernel

    Rows = NDArray[np.float32]

pytestmark = pytest.mark.ui

BROWSERS: dict[str, tuple[Callable[[], str | None], Callable[[str], Remote]]] = {
    "Firefox": (firefox.find, firefox.Firefox),
    "WebKit": (webkit.find, webkit.WebKit),
}
STEPS = 60
"""How many are known beforehand."""

TEXT = "(selector) => document.querySelector(`.gdwidget ${selector}`)?.textContent ?? ''"
PLACE = """
(selector, text) => {
  const found = [...document.querySelectorAll(`.gdwidget ${selector}`)].find((one) =>
    text === null || one.textContent === text);
  const { x, y, width, height } = found.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}
"""
CORNER = """
() => {
  const { x, y } = document.querySelector(".gdwidget").getBoundingClientRect();
  return [x + 4, y + 4];
}
"""
DO = """
(name, options) => window.jupyterapp.commands.execute(name, options).then(() => null)
"""
LOADING = 120.0
"""Seconds in which JupyterLab is there, whose scripts no browser has seen yet."""


@pytest.fixture(scope="module", params=BROWSERS)
def remote(request: pytest.FixtureRequest) -> Iterator[Remote]:
    """Return a browser, if it is installed."""
    find, start = BROWSERS[request.param]
    path = find()
    if path is None:
        pytest.skip(f"no {request.param} here")
    remote = start(path)
    yield remote
    remote.close()


@pytest.fixture
def window(request: pytest.FixtureRequest, remote: Remote) -> Remote:
    """Return its window, which leaves a picture and its errors if the test fails."""
    remote.console.forget()
    request.node.stash[WATCHED] = remote
    return remote


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Return W, its slope, the loss and the rate of every step, as Python has them."""
    widget = GDWidget()
    widget.step(STEPS)
    return widget.trajectory.rows()


class Reader:
    """Uses the article's widget by mouse and keys, and reads what it shows."""

    def __init__(self, window: Remote, rows: Rows) -> None:
        self.window = window
        self._rows = rows

    def text(self, part: str) -> str:
        """Return the text of a part of the widget."""
        return str(self.window.run(TEXT, f".gdwidget-{part}"))

    def expect_at(self, step: int, last: int | None = None) -> None:
        """Wait until a step is shown, with its numbers."""
        last = step if last is None else last
        count, update = partial(self.text, "count"), partial(self.text, "update")
        becomes(self.window, count, f"step {step} of {last}", "the count")
        here, there = self._rows[step], self._rows[step + 1]
        value, slope, following = str(here[0]), str(here[1]), str(there[0])
        wanted = f"W ← W − α · ∂L/∂W = {value} − 0.01 · {slope} = {following}"
        becomes(self.window, update, wanted, "the numbers")

    def mark(self, name: str) -> Mark:
        """Return a mark of the first figure."""
        read = f"(index) => ({MARK})(document.querySelector('.gdwidget-box'), index)"
        return Mark.read(self.window.run(read, LOSS_FUNCTION_MARKS.index(name)))

    def place(self, selector: str, text: str | None = None) -> Place:
        """Return the middle of an element."""
        return Place(*self.window.run(PLACE, selector, text))

    def press(self, name: str) -> None:
        """Press a button."""
        self.window.click(self.place("button .gdwidget-button-text", name))

    def lightness(self, place: Place) -> float:
        """Return how light the window is at a place, from 0 to 1."""
        with Image.open(io.BytesIO(self.window.picture())) as picture:
            at = round(place.x), round(place.y)
            return float(np.asarray(picture.convert("L"))[at[::-1]]) / 255

    def use(self) -> None:
        """Do what a reader does most, and see that it does what it should."""
        self.expect_at(0)
        until(self.window, lambda: self.mark("curve").path, bool, "the curve is drawn")
        for _ in range(3):
            self.press("Step")
        self.expect_at(3)
        until(self.window, lambda: self.mark("path").vertices, lambda at: len(at) == 4, "the path")
        self.window.press("ArrowLeft", "ArrowLeft", "s", "Home")
        self.expect_at(0, 3)
        self.window.press("End", "ArrowRight")
        self.expect_at(4)
        self.press("Run")
        self.expect_at(54)
        self.scrub()
        self.drag()

    def scrub(self) -> None:
        """Go to another step by the slider."""
        slider = self.place("input.gdwidget-scrub")
        self.window.drag(slider, Place(slider.x + 20, slider.y))
        step = int(self.window.run("() => document.querySelector('.gdwidget-scrub').value"))
        assert 27 < step < 54
        self.expect_at(step, 54)

    def drag(self) -> None:
        """Draw the start from 8 to where -2 is."""
        start = self.mark("start")
        (at,) = start.points
        there = start.in_page(0.25 * start.width, 0.5 * start.height)
        self.window.drag(Place(*start.in_page(*at)), Place(*there))
        becomes(self.window, partial(self.text, "count"), "step 0 of 0", "the count")
        until(
            self.window,
            lambda: float(self.text("update").split()[8]),
            lambda value: abs(value + 2) < 0.1,
            "the start is where it was drawn to",
        )

    def expect(self, theme: str) -> None:
        """Wait until paper and controls are dark, or light."""
        radio = self.place("input[type=radio]:not(:checked)")
        paper = Place(*self.window.run(CORNER))
        for what, place in (("radio", radio), ("paper", paper)):
            until(
                self.window,
                partial(self.lightness, place),
                (lambda seen: seen < 0.35) if theme == "dark" else (lambda seen: seen > 0.65),
                f"the {what} is {theme}",
            )


def test_a_page_is_used(window: Remote, rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    GDWidget().save_html(path)
    page = path.read_text(encoding="utf-8")
    head = page.index("<head>") + len("<head>")
    path.write_text(f"{page[:head]}<script>{LISTENING}</script>{page[head:]}", encoding="utf-8")
    window.go(path.as_uri())
    reader = Reader(window, rows)
    origin = partial(reader.text, "origin")
    until(window, origin, lambda said: "Computed in this page" in said, "the page computes")
    reader.use()
    # Not every dark page tells the browser, which draws radios, that it is one.
    window.run("() => { document.documentElement.style.colorScheme = 'normal'; }")
    reader.expect("dark")
    window.hear()


@pytest.fixture
def kernel(kernel: Kernel) -> Iterator[Kernel]:
    """Return the kernel; it holds no widgets afterwards either."""
    yield kernel
    kernel.clean()


def test_a_notebook_is_used(
    window: Remote, rows: Rows, server: JupyterServer, kernel: Kernel
) -> None:
    name = f"{uuid.uuid4().hex}.ipynb"
    server.write_notebook(name, [ARTICLE, "# another cell"])
    kernel.attach(name)
    window.go(server.url + ADDRESSES["lab"].format(name))
    window.listen()
    until(window, lambda: window.run(READY), bool, "JupyterLab is ready", LOADING)
    window.run(DO, "application:toggle-left-area", {})
    window.run(CHOOSE, 0)
    window.run(DO, "notebook:run-cell", {})
    assert window.run(FAILED) == []
    before = window.run(CELLS)
    reader = Reader(window, rows)
    reader.use()
    assert window.run(CELLS) == before
    reader.expect("light")
    try:
        window.run(DO, "apputils:change-theme", {"theme": "JupyterLab Dark"})
        reader.expect("dark")
    finally:
        server.set_theme("JupyterLab Light")
        window.hear()
