"""A cell run again and again in a real kernel: what each run leaves behind."""

from __future__ import annotations

import time
from typing import Any

from jupyter_client.manager import start_new_kernel

from tests.soak.table import Part

WANTED = 200
MOST_MB = 1.0
WARM_UP = 10
ANSWER_S = 120
CELL = "w = gdwidget.GDWidget(lambda W: (W * 3 - 5) ** 2, 8.0)\nw.step(3)\nw"
BEGIN = "import gc, psutil, gdwidget\nfrom ipywidgets import Widget"


def soak(_seed: int, seconds: float) -> Part:
    """Run the cell as often as is wanted, or as there is time for."""
    part = Part("runs of one cell that shows a widget", WANTED)
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        _run(client, BEGIN)
        for _ in range(WARM_UP):
            _run(client, CELL)
        before, _ = _measured(client)
        deadline = time.monotonic() + seconds
        while part.count < WANTED and time.monotonic() < deadline:
            _run(client, CELL)
            part.count += 1
        after, widgets = _measured(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    each = (after - before) / 1e6 / max(1, part.count)
    part.note = f"{each:.2f} MB a run, {widgets:,} widget models kept in the kernel"
    if each > MOST_MB:
        part.differ(f"{each:.2f} MB a run, more than {MOST_MB} MB")
    return part


def _run(client: Any, code: str, **expressions: str) -> dict[str, Any]:
    reply = client.execute_interactive(
        code, user_expressions=expressions, timeout=ANSWER_S, output_hook=lambda _: None
    )
    content: dict[str, Any] = reply["content"]
    if content["status"] != "ok":
        raise RuntimeError(f"{content['ename']}: {content['evalue']}")
    return content


def _measured(client: Any) -> tuple[int, int]:
    """Return the bytes of the kernel, and how many widget models it holds."""
    code = "gc.collect(); gc.collect()"
    found = _run(
        client,
        code,
        memory="psutil.Process().memory_info().rss",
        widgets="sum(isinstance(each, Widget) for each in gc.get_objects())",
    )["user_expressions"]
    memory, widgets = (int(found[name]["data"]["text/plain"]) for name in ("memory", "widgets"))
    return memory, widgets
