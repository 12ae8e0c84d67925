"""Plain Python, where no cell ends: what is saved and shown is kept up all the same."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import comm
import pytest
from comm.base_comm import BaseComm
from IPython import get_ipython
from ipywidgets import Widget
from ipywidgets.embed import dependency_state

from gdwidget import GDWidget, problems
from gdwidget._sync.throttle import QUIET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tools import Clock

VIEW = "application/vnd.jupyter.widget-view+json"


class Line(BaseComm):
    """A comm of a host of its own, such as one that serves widgets without Jupyter."""

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,  # noqa: ARG002 - as BaseComm calls it
        buffers: list[bytes] | None = None,  # noqa: ARG002
        **_: object,
    ) -> None:
        assert data is not None
        if msg_type == "comm_open":
            self.state: dict[str, Any] = dict(data["state"])
            self.told: list[dict[str, Any]] = []
        elif data.get("method") == "update":
            self.state.update(data["state"])
        elif data.get("method") == "custom":
            self.told.append(data["content"])

    def say(self, content: dict[str, Any]) -> None:
        """Send what a page does."""
        data = {"method": "custom", "content": content}
        self.handle_msg({"content": {"data": data}, "buffers": []})


@pytest.fixture(autouse=True)
def _models_are_closed() -> Iterator[None]:
    assert get_ipython() is None
    yield
    Widget.close_all()


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have comm's manager make comms that a host has given it."""
    monkeypatch.setattr(comm, "create_comm", Line)


def moved(problem: Any = None) -> GDWidget:
    w = GDWidget(problem)
    w.step()
    w.run(5)
    return w


def saved_in(html: str) -> list[dict[str, Any]]:
    """Return the states that a page holds."""
    held = re.findall(
        r"<script type=\"application/vnd.jupyter.widget-state[^>]*>(.*?)</script", html, re.DOTALL
    )
    return [model["state"] for model in json.loads(held[0])["state"].values()]


def test_what_is_written_is_what_there_is() -> None:
    w = moved()
    assert "step 6 of 6" in w._repr_mimebundle_()[0]["text/plain"]
    w.step()
    bundle = w._repr_mimebundle_()[0]
    assert "step 7 of 7" in bundle["text/plain"]
    assert bundle[VIEW]["model_id"] == w.model_id
    saved = dependency_state([w])[w.model_id]["state"]
    assert saved["_keyframe"]["cursor"] == 7
    assert saved["_curve"] is not None
    (page,) = [state for state in saved_in(w.to_html()) if "_keyframe" in state]
    assert page["_keyframe"] == saved["_keyframe"]


def test_a_host_of_its_own_is_told_of_all_once_it_is_quiet(lines: None, clock: Clock) -> None:
    w = moved(problems.quadratic())
    w._repr_mimebundle_()
    line: Line = w.comm
    assert line.state["_keyframe"]["cursor"] == 6
    clock.forward(2 * QUIET)
    assert line.state["_plane"] is not None
    w.step()
    w.learning_rate = 0.02
    assert line.state["learning_rate"] == 0.02
    clock.forward(2 * QUIET)
    assert line.state["_keyframe"] == w._keyframe
    assert line.state["_keyframe"]["cursor"] == 7
    assert line.state["_plane"] == w._plane
    assert line.told == []
    assert clock.timers == []


def test_a_page_of_its_own_gets_what_it_asks_for(lines: None, clock: Clock) -> None:
    w = moved()
    w._repr_mimebundle_()
    line: Line = w.comm
    line.say({"kind": "sync", "have": {}, "request": "all"})
    assert (line.told[-1]["request"], line.told[-1]["n"]) == ("all", 7)
    w.step()
    clock.forward(0.1)
    assert line.told[-1]["cursor"] == 7
    run = w.runs[-1].id
    line.say({"kind": "advance", "run": run, "n": 3, "request": "three"})
    assert (line.told[-1]["request"], w.cursor) == ("three", 10)
    line.say({"kind": "rest"})
    assert line.state["_keyframe"]["cursor"] == 10
