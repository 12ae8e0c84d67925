"""What a step costs on its way to the screen: a real kernel, JupyterLab and Chromium."""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.bench.offline import AXES, CURVE, SCRIPT, frames
from tests.bench.table import Pairs, Row, alternate, compared, count, milliseconds
from tests.ui.desk import Browser, Desk
from tests.ui.figure import LOSS_FUNCTION_MARKS
from tests.ui.server import JupyterServer, Kernel
from tests.ui.view import FASTEST, View
from tests.ui.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from tests.ui.notebook import Notebook

NAMES = ("traffic", "drawn", "far", "frames", "shown", "figures")

RUN_STEPS = 100_000
NAIVE_STEPS = 2_000
_MOST_BYTES_A_STEP = 32
_RATIO_OF_BYTES = 500
_DELAY_MS = 100
_LONG_S = 120.0

_LABEL = """
from ipywidgets import Button, HBox, Label
button, label = Button(description="plus 1"), Label("0")
button.on_click(lambda _: setattr(label, "value", str(int(label.value) + 1)))
HBox([button, label])
"""
_WIDGET = "from gdwidget import GDWidget\nw = GDWidget()\nw"
_FIGURES = """
import jax.numpy as jnp
import numpy as np
from gdwidget import GDWidget
xs = np.linspace(-1, 1, 512, dtype=np.float32)
def predict(W, b, inputs):
    return W * inputs + b
def loss(W, b, inputs, targets):
    return jnp.mean((predict(W, b, inputs) - targets) ** 2)
data = (xs, 2 * xs - 1 + 0.3 * np.random.default_rng(0).normal(size=512))
w = GDWidget(
    loss, 8.0, 3.0, argnums=(0, 1), data=data, predict=predict, batch_size=8,
    learning_rate=1e-5, run_steps=10_000_000,
)
w
"""
_NAIVE_FIGURE = """
import bqplot
lines = bqplot.Lines(
    x=[], y=[], scales={"x": bqplot.LinearScale(), "y": bqplot.LinearScale()}
)
bqplot.Figure(marks=[lines])
"""
# The server drops messages that come faster than 1,000 a second: slow enough that none is lost.
_NAIVE_STEPS = f"""
import time
from gdwidget import Descent, problems
descent = Descent(problems.line())
state, x, y = descent.init(0.001), [], []
for _ in range({NAIVE_STEPS}):
    state = descent.step(state, 0.001)
    x.append(float(state.params["W"]))
    y.append(float(state.loss))
    lines.x = x
    lines.y = y
    time.sleep(0.0025)
"""
_CELLS = (_LABEL, _WIDGET, _NAIVE_FIGURE, _NAIVE_STEPS)
_WIDGET_CELL, _EMPTY_CELL, _NAIVE_CELL = 1, 2, 3


class Lab:
    """One notebook in JupyterLab: a Button with a Label, the widget, a naive bqplot figure."""

    def __init__(self, desk: Desk, kernel: Kernel) -> None:
        self.kernel = kernel
        self.notebook = desk.open_only(*_CELLS, width=1100, height=1000)
        self.page = self.notebook.page
        for index in range(_NAIVE_CELL):
            self.notebook.run(index)
        self.view = self.notebook.view()

    def restart(self, rate: float, run_steps: int, recorded: int = 0) -> None:
        """Start over at full speed, with so many steps recorded already."""
        self.kernel.run(f"w.learning_rate, w.run_steps = {rate}, {run_steps}\nw.reset()")
        self.view.expect_at(0)
        if recorded:
            self.kernel.run(f"w.run({recorded})")
            self.view.expect_at(recorded)
        self.view.set_slider(self.view.speed, FASTEST)

    def received(self) -> int:
        """Return the bytes all websockets brought, once no more come."""
        deadline = time.monotonic() + _LONG_S
        seen = -1
        while (now := int(self.page.evaluate("bench.received"))) != seen:
            if time.monotonic() > deadline:
                message = f"Messages kept coming for {_LONG_S:.0f} s."
                raise TimeoutError(message)
            seen = now
            self.page.wait_for_timeout(1_500)  # longer than the page waits before it rests
        return seen

    def run(self) -> None:
        """Press Run and wait for its end."""
        self.view.press("Run")
        until(self.page, lambda: self.view.last, lambda last: last == RUN_STEPS, "Run", _LONG_S)
        self.view.button("Run").wait_for()

    def page_rows(self) -> NDArray[np.float32]:
        """Return the rows as the page copies them, with the step in front."""
        text: str = self.page.evaluate("bench.copy()")
        lines = text.splitlines()[1:]
        return np.loadtxt(lines, np.float64, delimiter=",", ndmin=2).astype(np.float32)

    def kernel_rows(self) -> NDArray[np.float32]:
        """Return the rows as the kernel has them, with the step in front."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.npy"
            columns = "[w.trajectory[name] for name in w.trajectory]"
            self.kernel.run(f"import numpy\nnumpy.save({str(file)!r}, numpy.stack({columns}, 1))")
            rows: NDArray[np.float64] = np.load(file)
        return rows.astype(np.float32)


class Rows:
    """The rows measured in one JupyterLab."""

    def __init__(self, lab: Lab, figures: Notebook) -> None:
        self._lab = lab
        self._figures = figures

    def table(self) -> dict[str, Callable[[], list[Row]]]:
        """Return what measures each row."""
        rows = (self.traffic, self.drawn, self.far, self.frames, self.shown, self.figures)
        return dict(zip(NAMES, rows, strict=True))

    def traffic(self) -> list[Row]:
        """Compare the bytes of a full-speed Run with naive bqplot's, and look for lost steps.

        Every message counts that a websocket of the page brings until no more come: the rows,
        the saved state that follows, the kernel's busy and idle.
        """
        lab = self._lab
        lost: list[int] = []

        def ours() -> float:
            lab.restart(rate=1e-6, run_steps=RUN_STEPS)
            before = lab.received()
            lab.run()
            got = lab.received() - before
            lost.append(_lost(lab.page_rows(), lab.kernel_rows()))
            return got / RUN_STEPS

        def naive() -> float:
            before = lab.received()
            lab.notebook.start(_NAIVE_CELL)
            return (lab.received() - before) / NAIVE_STEPS

        pairs = alternate(ours, naive, turns=3, warm_up=0)
        bytes_a_step, ratio = float(np.median(pairs.measured)), pairs.ratio
        return [
            Row(
                "bytes to the page per step, full-speed Run",
                f"{np.median(pairs.baseline):,.0f} (naive bqplot, {NAIVE_STEPS:,} steps)",
                f"{bytes_a_step:.1f}",
                f"1/{1 / ratio:,.0f}",
                f"≤ 1/{_RATIO_OF_BYTES} and ≤ {_MOST_BYTES_A_STEP} bytes",
                ratio <= 1 / _RATIO_OF_BYTES and bytes_a_step <= _MOST_BYTES_A_STEP,
            ),
            Row(
                "steps lost on the way at full speed, 100,000 steps",
                "",
                f"{max(lost)} (the most of {len(lost)} runs)",
                "",
                "0, always",
                max(lost) == 0,
            ),
        ]

    def drawn(self) -> list[Row]:
        """Compare Step pressed to drawn with a Button pressed to its Label drawn."""
        pairs = self._drawn(turns=40)
        return [compared("Step pressed → drawn, in JupyterLab", pairs, milliseconds, at_most=1.0)]

    def far(self) -> list[Row]:
        """Compare the same where every message is under way for a while."""
        page = self._lab.page
        page.evaluate(f"bench.delay = {_DELAY_MS}")
        pairs = self._drawn(turns=20)
        page.evaluate("bench.delay = 0")
        what = f"Step pressed → drawn, {_DELAY_MS} ms each way to the kernel"
        return [compared(what, pairs, milliseconds, at_most=0.3)]

    def _drawn(self, turns: int) -> Pairs:
        lab = self._lab
        lab.restart(rate=1e-3, run_steps=RUN_STEPS)
        marks = [LOSS_FUNCTION_MARKS.index(name) for name in ("cursor", "path")]

        def step() -> float:
            script = f"bench.drawn(bench.step(...{marks}))"
            return float(lab.page.evaluate(script)) / 1000

        def label() -> float:
            return float(lab.page.evaluate("bench.drawn(bench.label())")) / 1000

        return alternate(step, label, turns=turns, warm_up=5)

    def frames(self) -> list[Row]:
        """Compare frames a second during a full-speed run with those of the page at rest."""
        lab = self._lab

        def running() -> float:
            lab.restart(rate=1e-6, run_steps=10_000_000, recorded=RUN_STEPS)
            lab.view.press("Run")
            until(lab.page, lambda: lab.view.last, lambda last: last > RUN_STEPS, "Run")
            counted = frames(lab.page)
            lab.view.press("Pause")
            lab.view.button("Run").wait_for()
            lab.received()
            return counted

        pairs = alternate(running, lambda: frames(lab.page), turns=4)
        what = "frames a second while running, 100,000 steps recorded"
        return [compared(what, pairs, count, at_least=0.9)]

    def shown(self) -> list[Row]:
        """Compare running the widget's cell again with running that of an empty bqplot figure."""
        page = self._lab.page

        def after(cell: int, selector: str) -> float:
            page.wait_for_timeout(1_500)
            return float(page.evaluate("([at, what]) => bench.shown(at, what)", [cell, selector]))

        pairs = alternate(
            lambda: after(_WIDGET_CELL, CURVE) / 1000,
            lambda: after(_EMPTY_CELL, AXES) / 1000,
            turns=9,
            warm_up=1,
        )
        what = "GDWidget() run in its cell → first picture, in JupyterLab, kernel warm"
        return [compared(what, pairs, milliseconds, at_most=1.5)]

    def figures(self) -> list[Row]:
        """Compare frames during a run on batches, all figures open, with an empty loop."""
        notebook = self._figures
        notebook.page.bring_to_front()
        notebook.run(0)
        root = notebook.page.locator(".gdwidget").first
        root.locator(".gdwidget-data .bqplot").wait_for()
        view = View(notebook.page, root, self._lab.kernel)
        view.set_slider(view.speed, FASTEST)

        def running() -> float:
            before = view.last
            view.press("Run")
            until(notebook.page, lambda: view.last, lambda last: last > before + 100, "Run")
            counted = frames(notebook.page)
            view.press("Pause")
            view.button("Run").wait_for()
            notebook.page.wait_for_timeout(1_500)
            return counted

        pairs = alternate(running, lambda: frames(notebook.page), turns=4)
        what = "frames a second while running on batches, with plane and data"
        return [compared(what, pairs, count, at_least=0.9)]


def _lost(page: NDArray[np.float32], kernel: NDArray[np.float32]) -> int:
    both = min(len(page), len(kernel))
    equal = (page[:both] == kernel[:both]).all(axis=1).sum()
    return int(max(len(page), len(kernel), RUN_STEPS + 1) - equal)


@contextlib.contextmanager
def opened() -> Iterator[dict[str, Callable[[], list[Row]]]]:
    """Start JupyterLab and Chromium and hand out what measures there."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        server = JupyterServer(Path(folder))
        stack.callback(server.stop)
        server.start()
        kernel = Kernel(server)
        stack.callback(kernel.close)
        browser = Browser()
        stack.callback(browser.close)
        browser.context.add_init_script(SCRIPT)
        desk = Desk(server, kernel, browser)
        figures = desk.open_only(_FIGURES, width=1400, height=1000)
        yield Rows(Lab(desk, kernel), figures).table()
