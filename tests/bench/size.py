"""What the widget weighs: in memory, at import, in the page."""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import sys
from pathlib import Path

import gdwidget
from tests.bench.table import Row, alternate, compared
from tests.soak.reruns import MOST_MB, run_again

_STEPS = 1_000_000
_RERUNS = 200
_BYTES_A_STEP = 20
_MOST_PAGE_BYTES = 45_000
_MOST_TEACHING_BYTES = 25_000
_MOST_PRESENTING_BYTES = 10_000
_STATIC = Path(gdwidget.__file__).parent / "static"

# Both ways of counting, in a process of its own, and the larger one counts. tracemalloc sees
# every numpy array and Python object, but not what XLA holds; the resident set sees all, with
# what the allocator keeps for later. The first run compiles everything and is forgotten. A page
# follows, so what is kept for it and for saved notebooks is in the count.
_MEMORY = f"""
import gc, psutil, tracemalloc
from comm.base_comm import BaseComm
from gdwidget import GDWidget

def resident():
    gc.collect()
    return psutil.Process().memory_info().rss

class Page(BaseComm):
    def publish_msg(self, msg_type, data=None, **_):
        content = (data or {{}}).get("content", {{}})
        assert content.get("kind") != "error", content

    def say(self, **content):
        data = {{"method": "custom", "content": content}}
        self.handle_msg({{"content": {{"data": data}}, "buffers": []}})

w = GDWidget(learning_rate=1e-6)
w.comm = page = Page(target_name="jupyter.widget")
page.say(kind="sync", have={{}}, request="page-1")
w.run(100_000)
page.say(kind="rest")
w.reset()
tracemalloc.start()
before, traced = resident(), tracemalloc.get_traced_memory()[0]
w.run({_STEPS})
page.say(kind="rest")
after = resident()
assert len(w.trajectory) == {_STEPS} + 1
print(tracemalloc.get_traced_memory()[0] - traced, after - before)
"""

_TIMER = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"
_BARE = _TIMER.format("import jax, optax, bqplot, anywidget")
_OURS = _TIMER.format("import gdwidget; gdwidget.GDWidget().open()")


def memory() -> list[Row]:
    """Compare what 1,000,000 recorded steps take with 20 bytes a step."""
    counts = [[int(number) for number in _python(_MEMORY).split()] for _ in range(3)]
    traced, resident = (statistics.median(column) for column in zip(*counts, strict=True))
    measured = max(traced, resident)
    ratio = measured / (_STEPS * _BYTES_A_STEP)
    return [
        Row(
            "memory of 1,000,000 recorded steps",
            f"{_STEPS * _BYTES_A_STEP / 1e6:.0f} MB ({_BYTES_A_STEP} bytes a step)",
            f"{measured / 1e6:.1f} MB (arrays {traced / 1e6:.1f}, process {resident / 1e6:.1f})",
            f"{ratio:.2f}",
            "≤ 2",
            ratio <= 2,
        )
    ]


def reruns() -> list[Row]:
    """Compare what each run of one cell leaves in the kernel with 1 MB."""
    left = run_again(_RERUNS)
    return [
        Row(
            f"memory of a cell that is run again, {_RERUNS} times",
            f"{MOST_MB:.0f} MB a run",
            f"{left.megabytes:.2f} MB a run; {left.known[1]} models known to pages, not more",
            f"{left.megabytes / MOST_MB:.2f}",
            f"≤ {MOST_MB:.0f} MB",
            left.megabytes <= MOST_MB and left.known[1] <= left.known[0],
        )
    ]


def start() -> list[Row]:
    """Compare `import gdwidget; GDWidget()` with importing what it stands on."""
    pairs = alternate(lambda: float(_python(_OURS)), lambda: float(_python(_BARE)), turns=7)
    what = "import gdwidget; GDWidget(), against importing jax, optax, bqplot, anywidget"
    return [compared(what, pairs, lambda seconds: f"{seconds:.2f} s", at_most=1.25)]


def page() -> list[Row]:
    """Compare the gzipped page part with 45 kB, what teaches with 25, what presents with 10 kB."""
    sizes = {name: _gzipped(_STATIC / name) for name in ("widget.js", "widget.css")}
    total = sum(sizes.values())
    parts = ", ".join(f"{name} {size / 1e3:.1f}" for name, size in sizes.items())
    engine = f"engine.js, for pages without a kernel: {_gzipped(_STATIC / 'engine.js') / 1e3:.1f}"
    return [
        Row(
            "widget.js and widget.css, gzip",
            f"{_MOST_PAGE_BYTES / 1e3:.0f} kB",
            f"{total / 1e3:.1f} kB ({parts}; beside them {engine})",
            f"{total / _MOST_PAGE_BYTES:.2f}",
            "≤ 45 kB",
            total <= _MOST_PAGE_BYTES,
        ),
        _part("teaching.js", _MOST_TEACHING_BYTES),
        _part("presenting.js", _MOST_PRESENTING_BYTES),
    ]


def _part(name: str, most: int) -> Row:
    size = _gzipped(_STATIC / name)
    return Row(
        f"{name}, gzip, loaded where it is used",
        f"{most / 1e3:.0f} kB",
        f"{size / 1e3:.1f} kB",
        f"{size / most:.2f}",
        f"≤ {most / 1e3:.0f} kB",
        size <= most,
    )


def _gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def _python(code: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", code]
    # Installed code is compiled, as what it stands on is.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or f"Python ended with {done.returncode}")
    return done.stdout.strip()


ROWS = {"memory": memory, "reruns": reruns, "start": start, "size": page}
