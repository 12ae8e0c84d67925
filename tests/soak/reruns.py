"""A cell run again and again in a real kernel: what each run leaves behind."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from jupyter_client.manager import start_new_kernel

from tests.soak.table import Part

WANTED = 200
MOST_MB = 1.0
WARM_UP = 10
ANSWER_S = 120
CELL = "w = gdwidget.GDWidget(lambda W: (W * 3 - 5) ** 2, 8.0)\nw.step(3)\nw"
BEGIN = "import gc, psutil, gdwidget\nfrom ipywidgets import Widget"
_ALIVE = "sum(isinstance(each, Widget) for each in gc.get_objects())"
_OPEN = "len(Widget.get_manager_state()['state'])"


class Left(NamedTuple):
    """What so many runs left: megabytes each; widgets alive, and models known to pages.

    The last two are pairs, of before and after.
    """

    runs: int
    megabytes: float
    alive: tuple[int, int]
    known: tuple[int, int]


def soak(_seed: int, seconds: float) -> Part:
    """Run the cell as often as is wanted, or as there is time for."""
    part = Part("runs of one cell that shows a widget", WANTED)
    left = run_again(WANTED, seconds)
    part.count = left.runs
    part.note = f"{left.megabytes:.2f} MB a run, {left.known[1]} models known to pages"
    if left.megabytes > MOST_MB:
        part.differ(f"{left.megabytes:.2f} MB a run, more than {MOST_MB} MB")
    if left.known[1] > left.known[0]:
        part.differ(f"{left.known[1]} models known to pages, after {WARM_UP} runs {left.known[0]}")
    return part


def run_again(times: int, seconds: float = float("inf")) -> Left:
    """Run the cell so many times, or as often as there is time for, as JupyterLab runs it."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        _run(client, BEGIN)
        for _ in range(WARM_UP):
            _run(client, CELL, cell="one")
        before = _measured(client)
        deadline = time.monotonic() + seconds
        runs = 0
        while runs < times and time.monotonic() < deadline:
            _run(client, CELL, cell="one")
            runs += 1
        after = _measured(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    megabytes = (after[0] - before[0]) / 1e6 / max(1, runs)
    return Left(runs, megabytes, (before[1], after[1]), (before[2], after[2]))


def _run(client: Any, code: str, cell: str = "", **expressions: str) -> dict[str, Any]:
    """Run code as the cell of a name, which `execute_interactive` of a client cannot tell."""
    content = {"code": code, "user_expressions": expressions, "allow_stdin": False}
    request = client.session.msg("execute_request", content)
    request["metadata"]["cellId"] = cell
    client.shell_channel.send(request)
    reply = _until(client.get_shell_msg, request, "execute_reply")
    while _until(client.get_iopub_msg, request, "status")["execution_state"] != "idle":
        pass
    if reply["status"] != "ok":
        raise RuntimeError(f"{reply['ename']}: {reply['evalue']}")
    return reply


def _until(get: Any, request: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the content of the next answer of a kind."""
    while True:
        message = get(timeout=ANSWER_S)
        answers = message["parent_header"].get("msg_id") == request["header"]["msg_id"]
        if answers and message["msg_type"] == kind:
            content: dict[str, Any] = message["content"]
            return content


def _measured(client: Any) -> tuple[int, int, int]:
    """Return the bytes of the kernel, how many widgets it holds, and how many pages know."""
    memory = "psutil.Process().memory_info().rss"
    found = _run(client, "gc.collect(); gc.collect()", memory=memory, alive=_ALIVE, known=_OPEN)
    numbers = {
        name: int(each["data"]["text/plain"]) for name, each in found["user_expressions"].items()
    }
    return numbers["memory"], numbers["alive"], numbers["known"]
