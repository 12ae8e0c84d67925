"""What the tests share: a page to talk to, the form of an error, an interrupt on any line."""

from __future__ import annotations

import contextlib
import gc
import json
import linecache
import re
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from comm.base_comm import BaseComm

from gdwidget import ArgumentError, Timeline
from gdwidget._sync import lookahead, throttle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from numpy.typing import NDArray

    from gdwidget import Descent, GDWidget, Run, State, Trajectory
    from gdwidget._core.schedules import Rates

Message = dict[str, Any]


class Page(BaseComm):
    """A page that follows one widget: it keeps the messages, and the rows as a page does.

    `rows` holds what the deltas brought, by run. `gap` is set when a delta came whose
    predecessor is lacking; `sync` asks for it.
    """

    def __init__(self, widget: GDWidget) -> None:
        self.messages: list[Message] = []
        self.buffers: list[list[bytes]] = []
        self.rows: dict[int, NDArray[np.float32]] = {}
        self.cursor = 0
        self.gap = False
        super().__init__(target_name="jupyter.widget")
        self.messages.clear()
        widget.comm = self

    def publish_msg(
        self,
        msg_type: str,
        data: Message | None = None,
        metadata: Message | None = None,  # noqa: ARG002 - as BaseComm calls it
        buffers: list[bytes] | None = None,
        **_: object,
    ) -> None:
        if msg_type != "comm_msg" or data is None:
            return
        json.dumps(data, allow_nan=False)
        self.messages.append(data)
        self.buffers.append(buffers or [])
        content = data.get("content", {})
        if content.get("kind") == "delta":
            self._follow(content, self.buffers[-1][0])

    def say(self, content: object, buffers: tuple[bytes, ...] = ()) -> list[Message]:
        """Send a request and return the custom messages that came back before it ended."""
        data = {"method": "custom", "content": content}
        answers = self._deliver({"content": {"data": data}, "buffers": list(buffers)})
        return [message["content"] for message in answers if message["method"] == "custom"]

    def save_changes(self, **state: object) -> list[Message]:
        """Set traits, as the page's function of that name does, and return what came back."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        return self._deliver({"content": {"data": data}, "buffers": []})

    def sync(self) -> None:
        """Ask for all rows that are lacking."""
        self.gap = False
        have = {str(run): len(rows) for run, rows in self.rows.items()}
        self.say({"kind": "sync", "have": have, "request": "s"})

    def errors(self) -> list[Message]:
        """Return the errors this page was told."""
        contents = [message.get("content", {}) for message in self.messages]
        return [content for content in contents if content.get("kind") == "error"]

    def _deliver(self, message: Message) -> list[Message]:
        before = len(self.messages)
        self.handle_msg(message)
        return self.messages[before:]

    def _follow(self, header: Message, buffer: bytes) -> None:
        width = 4 + len(header["extras"])
        columns = np.frombuffer(buffer, "<f4").reshape(width, header["n"]).T
        run, start, parent = header["run"], header["start"], header["parent"]
        nothing = np.empty((0, width), np.float32)
        shared = self.rows.get(parent, nothing)[: header["fork"] + 1]
        held = self.rows.get(run, shared)
        if start > len(held):
            self.gap = True
            return
        self.rows[run] = np.concatenate([held[:start], columns])
        self.rows = {kept: rows for kept, rows in self.rows.items() if kept in header["runs"]}
        self.cursor = header["cursor"]


class Clock:
    """The kernel's time, which passes only when told to, and the timers set by it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def replace(self, patch: pytest.MonkeyPatch) -> None:
        """Be the clock that is gone by while the patch lasts."""
        patch.setattr(throttle, "time", self)
        for module in (lookahead, throttle):
            patch.setattr(
                module, "threading", SimpleNamespace(Timer=self.timer, Lock=threading.Lock)
            )

    def monotonic(self) -> float:
        return self.now

    def timer(self, seconds: float, ring: Callable[[], None]) -> SimpleNamespace:
        return SimpleNamespace(
            daemon=False, start=lambda: self.timers.append((self.now + seconds, ring))
        )

    def forward(self, seconds: float) -> None:
        """Let time pass and ring what is due, in order."""
        end = self.now + seconds
        while due := [timer for timer in self.timers if timer[0] <= end]:
            timer = min(due, key=lambda entry: entry[0])
            self.timers.remove(timer)
            self.now = timer[0]
            timer[1]()
        self.now = end


def taken(
    descent: Descent, state: State, rates: float | Rates, steps: int
) -> tuple[State, NDArray[np.float32]]:
    """Take steps to the end of a run: one call ends early where it would take long."""
    rows = np.empty((0, 4 + len(descent.extras)), np.float32)
    while len(rows) < steps and state.status == "ready":
        state, more = descent.run(state, rates, steps - len(rows))
        rows = np.concatenate([rows, more])
    return state, rows


@contextlib.contextmanager
def refuses(
    argument: str, given: str, accepted: str
) -> Iterator[pytest.ExceptionInfo[ArgumentError]]:
    """Assert that an `ArgumentError` is raised which names all three."""
    with pytest.raises(ArgumentError) as caught:
        yield caught
    assert caught.value.argument == argument
    names_all(str(caught.value), argument, given, accepted)


def names_all(message: str, argument: str, given: str, accepted: str) -> None:
    """Assert that a message names the argument, what was given and what is accepted."""
    parts = [re.escape(part) for part in (f"{argument}: got ", given, "; accepted: ", accepted)]
    assert re.search(".*".join(parts), message, re.DOTALL), message
    assert len(message) < 1_000


def interrupted(
    line: int, action: Callable[[], object], files: tuple[str, ...] = (), *, once: bool = False
) -> bool:
    """Call ``action`` and raise KeyboardInterrupt at the n-th line of gdwidget it comes to.

    With ``files`` only lines of those count, and ``once`` each line counts only once.

    Lines with ``with`` are left out: Python comes to them again to leave the block, and
    takes no signal between that and leaving it.

    Returns
    -------
    bool
        Whether there was such a line.
    """
    seen: list[object] = []

    def trace(frame: FrameType, event: str, _: object) -> Any:
        name = frame.f_code.co_filename
        if "/gdwidget/" not in name or not name.endswith(files or ""):
            return None
        if once and (name, frame.f_lineno) in seen:
            return trace
        source = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and not source.lstrip().startswith("with "):
            seen.append((name, frame.f_lineno))
            if len(seen) == line:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    gc.disable()  # what others left behind is not closed among the lines that count
    sys.settrace(trace)
    try:
        action()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
        gc.enable()
    return False


def same(left: object, right: object) -> bool:
    """Tell whether two arrays of float32 are equal to the last bit; any NaN equals any NaN."""
    first, second = (np.array(array, np.float32) for array in (left, right))
    for array in (first, second):
        array[np.isnan(array)] = np.nan
    return first.shape == second.shape and first.tobytes() == second.tobytes()


def float32(values: object) -> NDArray[np.float32]:
    """Return an array of float32."""
    return np.array(values, np.float32)


def whole_timeline(timeline: Timeline) -> None:
    """Assert that a timeline is in order and every row follows from the one before."""
    run = timeline.run
    rows = run.trajectory.rows()
    assert run is timeline.runs[-1]
    assert 0 <= timeline.cursor <= run.last == len(rows) - 1
    state = timeline.state
    assert same(run.descent.row_of(state), rows[timeline.cursor])
    assert (state.step, state.status) == (timeline.cursor, timeline.status)
    held = set(run.start.params) - set(timeline.problem.learning)
    assert all(state.params[name] is run.start.params[name] for name in held)
    ids = [kept.id for kept in timeline.runs]
    assert ids == sorted(set(ids))
    assert same(rows, replayed(run))


def replayed(run: Run) -> NDArray[np.float32]:
    """Return the rows of a run with every step taken anew, one by one."""
    ways = [*run.earlier, (run.last, run.descent)]
    state, rows = run.start, [run.descent.row_of(run.start)]
    for row in run.trajectory.rows(1):
        descent = next(way for until, way in ways if state.step < until)
        state = descent.step(state, float(row[3]))
        rows.append(descent.row_of(state))
    return np.array(rows)


def forked(descent: Descent) -> Timeline:
    """Return a timeline of the article that was forked at step 2 and stands at step 3."""
    timeline = Timeline(descent)
    timeline.advance(5)
    timeline.goto(2)
    timeline.learning_rate = 0.05
    timeline.advance(1)
    return timeline


def whole_widget(w: GDWidget, start: float = 8.0) -> None:
    """Assert that everything fits together and each row follows from the one before."""
    rows = w.trajectory.rows()
    assert 0 <= w.cursor < len(rows)
    assert same([w.params["W"], w.gradient, w.loss], rows[w.cursor, :3])
    assert rows[0, 0] == start
    assert same(rows[1:, 0], rows[:-1, 0] - rows[1:, 3] * rows[:-1, 1])


def goes_on(w: GDWidget) -> None:
    """Assert that the next steps are those that would have come without the fault."""
    w.goto(len(w.trajectory) - 1)
    w.step(3)
    faulty = w.trajectory
    rate, callbacks = w.learning_rate, list(w._callbacks.callbacks)
    w._callbacks.callbacks.clear()
    w.reset()
    w.run(len(faulty) - 1)
    w._callbacks.callbacks.extend(callbacks)
    assert same(faulty.rows(), w.trajectory.rows())
    assert w.learning_rate == rate


def rested(w: GDWidget, last: float = 0.0) -> None:
    """Have a widget that tests share tell all it has to tell, and be free to tell more at once."""
    w._throttle.flush()
    w._throttle._last, w._throttle._timer = last, None


def texts(trajectory: Trajectory, column: str) -> list[str]:
    """Return a column as it is printed."""
    return [str(value) for value in trajectory[column]]
