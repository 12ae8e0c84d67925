"""What goes to the pages of a widget: rows they lack, and the pictures they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdwidget._sync import packing
from gdwidget._sync.messages import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.figure_data import FigureData


class Pages:
    """Sends a timeline to all pages of a widget, each row once.

    Parameters
    ----------
    send : callable
        ``send(content, buffers)`` sends a message to all pages.
    timeline : Timeline
        Whose runs are sent.
    figure_data : FigureData
        What pages ask to see of its problem.
    """

    def __init__(
        self, send: Callable[..., object], timeline: Timeline, figure_data: FigureData
    ) -> None:
        self._send = send
        self._timeline = timeline
        self._figure_data = figure_data
        self._sent: dict[int, int] = {}

    def send_rows(self, request: str = "", seconds: float = 0.0) -> None:
        """Send what is new, also of runs that were forked since."""
        runs = self._timeline.runs
        self._sent = {run.id: self._sent.get(run.id, _own_start(run)) for run in runs}
        for run in runs:
            start, self._sent[run.id] = self._sent[run.id], len(run.trajectory)
            if run is runs[-1]:
                self._send_span(run, start, request, seconds)
            elif start < len(run.trajectory):
                self._send_span(run, start)

    def send_lacking(self, have: Mapping[int, int], request: str) -> None:
        """Send what a page lacks that has so many rows of each run."""
        *earlier, current = self._timeline.runs
        for run in earlier:
            self._send_span(run, min(have.get(run.id, 0), len(run.trajectory)))
        self._send_span(current, min(have.get(current.id, 0), len(current.trajectory)), request)
        self._sent[current.id] = len(current.trajectory)

    def show(self, message: requests.PictureRequest) -> None:
        """Send the picture that is asked for."""
        match message:
            case requests.LandscapeRequest():
                low, high, name, step = message.low, message.high, message.name, message.step
                curve = self._figure_data.curve(self._timeline, low, high, name, step)
                content, buffer = packing.landscape(curve, message.request)
                self._send(content, [buffer])
            case requests.PlaneRequest():
                where = (message.slice, message.x, message.y, message.view, message.aspect)
                plane = self._figure_data.plane(self._timeline, *where)
                self._send(*packing.plane(plane, message.request))
            case requests.LookRequest():
                low, high = message.low, message.high
                look = self._figure_data.look(self._timeline, message.step, low, high)
                self._send(*packing.look(look, message.request))

    def _send_span(self, run: Run, start: int, request: str = "", seconds: float = 0.0) -> None:
        """Send the rows from ``start`` on, in messages that are not too large."""
        end = len(run.trajectory)
        while end - start > packing.MOST_ROWS_A_MESSAGE:
            stop = start + packing.MOST_ROWS_A_MESSAGE
            self._send_delta(run, start, stop, "", 0.0)
            start = stop
        self._send_delta(run, start, end, request, seconds)

    def _send_delta(self, run: Run, start: int, stop: int, request: str, seconds: float) -> None:
        timeline = self._timeline
        coming = timeline.coming if run is timeline.run else None
        header, rows = packing.delta(timeline, run, start, stop, request, seconds, coming)
        self._send(header, [rows])


def _own_start(run: Run) -> int:
    """Return the first row that is not its parent's."""
    return 0 if run.parent is None else run.fork + 1
