"""A front end that is not JupyterLab: what a kernel tells it of a widget, by the messages alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.waiting import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.blocking.client import BlockingKernelClient

    from tests.ui.server import Kernel

pytestmark = pytest.mark.ui

MADE = """
import threading
from gdwidget import GDWidget
w = GDWidget()
w.step()
w
"""


class FrontEnd:
    """Keeps the models that a kernel tells of, as any host of widgets does, and no view."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self._client = client
        self.models: dict[str, dict[str, Any]] = {}
        self.outputs: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []

    def run(self, code: str) -> None:
        """Run a cell that has no name, and hear all that is told until it ends."""
        self._hear_all_of(self._client.execute(code))

    def send(self, model: str, content: dict[str, Any]) -> None:
        """Send what a page does, and hear the answer."""
        data = {"method": "custom", "content": content}
        request = self._client.session.msg("comm_msg", {"comm_id": model, "data": data})
        self._client.shell_channel.send(request)
        self._hear_all_of(request["header"]["msg_id"])

    def answer(self, request: str) -> dict[str, Any]:
        """Return what was told to a request: pages that follow are told of news, too."""
        (found,) = [told for told in self.told if told.get("request") == request]
        return found

    def hear_until(self, model: str, cursor: int) -> None:
        """Hear what is told after a cell has ended."""
        deadline = time.monotonic() + SECONDS
        while self.models[model]["_keyframe"]["cursor"] != cursor:
            self._hear(deadline - time.monotonic())

    def _hear_all_of(self, request: str) -> None:
        ended = False
        while not ended:
            message = self._hear(SECONDS)
            own = message["parent_header"].get("msg_id") == request
            ended = own and message["content"].get("execution_state") == "idle"

    def _hear(self, seconds: float) -> dict[str, Any]:
        message = self._client.get_iopub_msg(timeout=seconds)
        content: dict[str, Any] = message["content"]
        data = content.get("data", {})
        match message["msg_type"]:
            case "comm_open":
                self.models[content["comm_id"]] = dict(data["state"])
            case "comm_msg" if data["method"] == "custom":
                self.told.append(data["content"])
            case "comm_msg" if content["comm_id"] in self.models:
                self.models[content["comm_id"]].update(data["state"])
            case "comm_close":  # of models of a test before, too
                self.models.pop(content["comm_id"], None)
            case "execute_result":
                self.outputs.append(data)
            case "error":
                pytest.fail("\n".join(content["traceback"]))
        return dict(message)


@pytest.fixture
def front_end(kernel: Kernel) -> Iterator[FrontEnd]:
    with kernel.another_client() as client:
        yield FrontEnd(client)


def test_what_is_saved_and_shown_follows_every_cell(front_end: FrontEnd) -> None:
    front_end.run(MADE)
    output = front_end.outputs[-1]
    name = output["application/vnd.jupyter.widget-view+json"]["model_id"]
    model = front_end.models[name]
    marks = {mark.removeprefix("IPY_MODEL_") for mark in model["_marks"].values()}
    assert marks <= set(front_end.models)
    assert front_end.models[model["_shared"].removeprefix("IPY_MODEL_")]["script"]
    assert "step 1 of 1, W = 7.38" in output["text/plain"]
    assert model["_keyframe"]["cursor"] == 1
    assert model["_curve"] is not None
    assert model["_programs"] is not None
    front_end.run("w.run(5)\nw.optimizer = 'adam'\nw.step(2)")
    assert model["_keyframe"]["cursor"] == 2
    before = model["_keyframe"]["coming"]["values"]["W"]
    front_end.run("w.learning_rate = 0.5")
    assert model["learning_rate"] == 0.5
    assert model["_keyframe"]["coming"]["values"]["W"] < before - 0.1
    front_end.run("threading.Timer(0.1, w.step).start()")
    front_end.hear_until(name, 3)
    front_end.run("w")
    assert "step 3 of 3" in front_end.outputs[-1]["text/plain"]


def test_what_it_asks_for_it_gets(front_end: FrontEnd) -> None:
    front_end.run(MADE)
    name = front_end.outputs[-1]["application/vnd.jupyter.widget-view+json"]["model_id"]
    front_end.send(name, {"kind": "sync", "have": {}, "request": "all"})
    delta = front_end.answer("all")
    assert (delta["kind"], delta["start"], delta["n"]) == ("delta", 0, 2)
    asked = {"kind": "advance", "run": delta["run"], "n": 2, "request": "two"}
    front_end.send(name, asked)
    assert (front_end.answer("two")["cursor"], front_end.answer("two")["n"]) == (3, 2)
    front_end.send(name, {"kind": "rest"})
    assert front_end.models[name]["_keyframe"]["cursor"] == 3
    front_end.run("w.back()")
    assert front_end.told[-1]["cursor"] == 2
    assert front_end.models[name]["_keyframe"]["cursor"] == 2
