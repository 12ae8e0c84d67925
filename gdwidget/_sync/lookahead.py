"""Takes the next step ahead for the pages, so that Step need not wait for the kernel there."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from gdwidget._sync import packing

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._history.timeline import Timeline


class Lookahead:
    """Takes steps ahead in a thread of its own, and holds no lock while it does.

    What is asked for meanwhile is served at once, and makes no difference: a step that is not
    the next one any more is forgotten.

    Parameters
    ----------
    send : callable
        ``send(content, buffers)`` sends a message to all pages.
    lock : threading.RLock
        Held while the timeline is touched.
    """

    def __init__(
        self,
        send: Callable[..., object],
        lock: threading.RLock,  # type: ignore[valid-type, unused-ignore]
    ) -> None:
        self._send = send
        self._lock = lock
        self._latest: object = None

    def begin(self, timeline: Timeline, request: str) -> None:
        """Take the next step of a timeline ahead, to be told in answer to a request."""
        asked = self._latest = object()
        timer = threading.Timer(0, partial(self._work, timeline, request, asked))
        timer.daemon = False  # a process that ends in the midst of a step would crash
        timer.start()

    def _work(self, timeline: Timeline, request: str, asked: object) -> None:
        with self._lock:  # type: ignore[attr-defined, unused-ignore]
            ahead, departure = timeline.ahead, timeline.departure
        # Of several that were asked for at once, the last one is enough.
        if departure is None or asked is not self._latest:
            return
        ahead = ahead or departure.ahead()
        if ahead is None:
            return
        with self._lock:  # type: ignore[attr-defined, unused-ignore]
            timeline.ahead = ahead
            if timeline.ahead is ahead:
                content, buffer = packing.ahead(ahead, request)
                self._send(content, [buffer])
