"""What a page without a kernel computes, and what it weighs: one file, opened from disk."""

from __future__ import annotations

import gzip
import json
import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import bqplot
import jax
import numpy as np
from ipywidgets.embed import dependency_state
from playwright.sync_api import sync_playwright

from gdwidget import GDWidget, problems
from gdwidget._core.exactness import EXACT
from gdwidget._core.optimizers import Optimizer
from gdwidget._landscape.fit import Fit
from gdwidget._lowering.payload import Programs
from tests.bench.table import Row, alternate, compared, count, milliseconds
from tests.ui.chromium import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

_RUN_STEPS = 100_000
_FRAMES_MS = 2_000
_MOST_FILE_BYTES = 2_500_000
_MOST_ARTICLE_BYTES = 500
_MOST_NETWORK_BYTES = 3_000

SCRIPT = (Path(__file__).parent / "page.js").read_text()
# Notes when what is looked for was painted for the first time.
_WATCH = """
window.drawn = new Promise((resolve) => {
  const look = () => {
    if (document.querySelector(SELECTOR)) setTimeout(() => resolve(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
});
"""
CURVE = ".gdwidget .gdwidget-box svg.svg-figure path.line[d*='L']"
AXES = ".bqplot .plotarea_background[width]:not([width='0'])"
_STATE = re.compile(
    r'(<script type="application/vnd\.jupyter\.widget-(view|state)\+json">).*?(</script>)',
    re.DOTALL,
)


def frames(page: Page) -> float:
    """Return how many frames a second an empty loop has in a page with `SCRIPT`."""
    return float(page.evaluate(f"bench.frames({_FRAMES_MS})"))


def browser() -> list[Row]:
    """Compare Run at full speed in a page without a kernel with as many jitted calls."""
    problem = problems.line()
    held, rate, start = problem.start["b"], 1e-6, (np.float32(8), np.float32(62))

    def update(W: Any, gradient: Any) -> Any:
        W = W - rate * gradient
        return W, *jax.value_and_grad(problem.loss)(W, held, *problem.data)

    update = jax.jit(update, compiler_options=EXACT)

    def calls() -> float:
        W, gradient = start
        began = time.perf_counter()
        for _ in range(_RUN_STEPS):
            W, _, gradient = update(W, gradient)
        float(W)
        return _RUN_STEPS / (time.perf_counter() - began)

    html = GDWidget(learning_rate=rate, run_steps=_RUN_STEPS).to_html()
    with _Pages({"lesson": html}) as pages:
        page = pages.open("lesson", CURVE)
        root = page.locator(".gdwidget")
        last = f"step {_RUN_STEPS:,} of {_RUN_STEPS:,}"
        root.get_by_role("slider", name="speed", exact=True).fill("11")

        def ours() -> float:
            root.get_by_role("button", name="Reset", exact=True).click()
            root.get_by_text("step 0 of 0", exact=True).wait_for()
            seconds: float = page.evaluate(
                """async ([last]) => {
                    const root = document.querySelector(".gdwidget");
                    const count = root.querySelector(".gdwidget-count");
                    const run = [...root.querySelectorAll("button")].find(
                        (one) => one.innerText.includes("Run"));
                    const began = performance.now();
                    run.click();
                    while (count.textContent !== last) {
                        await new Promise(requestAnimationFrame);
                    }
                    return (performance.now() - began) / 1000;
                }""",
                [last],
            )
            return _RUN_STEPS / seconds

        pairs = alternate(ours, calls, turns=7)
    what = "steps a second in a page without a kernel, against jitted calls from Python"
    return [compared(what, pairs, lambda each: f"{each:,.0f}", at_least=1.0)]


def moons() -> list[Row]:
    """Compare frames a second of a network's page playing at full speed with those at rest."""
    html = GDWidget(problems.moons(), run_steps=10_000_000).to_html()
    with _Pages({"lesson": html}) as pages:
        page = pages.open("lesson", ".gdwidget .gdwidget-box svg.svg-figure path.line[d]")
        page.evaluate(SCRIPT)
        root = page.locator(".gdwidget")
        root.get_by_text("Computed in this page").wait_for()
        root.get_by_role("slider", name="speed", exact=True).fill("11")

        def running() -> float:
            root.get_by_role("button", name="Run", exact=True).click()
            counted = frames(page)
            root.get_by_role("button", name="Pause", exact=True).click()
            root.get_by_role("button", name="Run", exact=True).wait_for()
            return counted

        pairs = alternate(running, lambda: frames(page), turns=4)
    what = "frames a second of the moons page without a kernel, as fast as it goes"
    return [compared(what, pairs, count, at_least=0.95)]


def load() -> list[Row]:
    """Compare opening the file with opening the same page with an empty bqplot figure."""
    html = GDWidget().to_html()
    empty = bqplot.Figure()
    state = dependency_state([empty], drop_defaults=False)
    texts = {
        "view": {"version_major": 2, "version_minor": 0, "model_id": empty.model_id},
        "state": {"version_major": 2, "version_minor": 0, "state": state},
    }

    def replaced(match: re.Match[str]) -> str:
        return f"{match[1]}{json.dumps(texts[match[2]])}{match[3]}"

    with _Pages({"lesson": html, "empty": _STATE.sub(replaced, html)}) as pages:
        pairs = alternate(
            lambda: pages.drawn("lesson", CURVE), lambda: pages.drawn("empty", AXES), turns=9
        )
    what = "page opened from disk to first drawn, against an empty bqplot figure"
    return [compared(what, pairs, milliseconds, at_most=1.3)]


def file() -> list[Row]:
    """Compare the size of the article's page with 2.5 MB."""
    w = GDWidget()
    w.run()
    content = w.to_html().encode()
    size = len(content)
    return [
        Row(
            "w.save_html() after 50 steps",
            f"{_MOST_FILE_BYTES / 1e6:.1f} MB",
            f"{size / 1e6:.2f} MB ({_gzipped(content) / 1e3:,.0f} kB gzip)",
            f"{size / _MOST_FILE_BYTES:.2f}",
            "≤ 2.5 MB",
            size <= _MOST_FILE_BYTES,
        )
    ]


def programs() -> list[Row]:
    """Compare the gzipped programs of a step with what they may weigh."""
    cases = (
        ("the article's step as a program, gzip", problems.line(), "sgd", _MOST_ARTICLE_BYTES),
        ("Adam and a small network (moons)", problems.moons(), "adam", _MOST_NETWORK_BYTES),
    )
    rows = []
    for what, problem, name, most in cases:
        made = Programs(problem, Fit(problem)).payload([Optimizer.of(name)], [None])
        (gradient,) = made["gradient"].values()
        text = json.dumps([gradient, made["optimizers"][name]], separators=(",", ":"))
        size = _gzipped(text.encode())
        ratio = size / most
        rows.append(
            Row(
                what,
                f"{most:,} bytes",
                f"{size:,} bytes",
                f"{ratio:.2f}",
                f"≤ {most:,}",
                size <= most,
            )
        )
    return rows


class _Pages:
    """Files on disk, and a Chromium without a network that opens them."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        for name, html in self._files.items():
            (Path(self._folder.name) / f"{name}.html").write_text(html, encoding="utf-8")
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=find(), args=["--no-sandbox"]
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._playwright.stop()
        self._folder.cleanup()

    def drawn(self, name: str, selector: str) -> float:
        """Return the seconds from opening a page to its first frame with what is looked for."""
        page = self.open(name, selector)
        seconds: float = page.evaluate("drawn.then((milliseconds) => milliseconds / 1000)")
        page.context.close()
        return seconds

    def open(self, name: str, selector: str) -> Any:
        """Open a page and wait until what is looked for is drawn."""
        context: BrowserContext = self._browser.new_context(offline=True)
        page = context.new_page()
        page.add_init_script(_WATCH.replace("SELECTOR", json.dumps(selector)))
        page.goto((Path(self._folder.name) / f"{name}.html").as_uri())
        page.evaluate("drawn")
        return page


def _gzipped(content: bytes) -> int:
    return len(gzip.compress(content, 9, mtime=0))


ROWS: dict[str, Callable[[], list[Row]]] = {
    "browser": browser,
    "moons": moons,
    "load": load,
    "file": file,
    "programs": programs,
}
