"""Takes the next step ahead for the pages, so that Step need not wait for the kernel there."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING

from gdwidget._sync import packing

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._history.ahead import Ahead, Departure
    from gdwidget._history.timeline import Timeline

_LOGGER = logging.getLogger(__name__)


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
        self._working = threading.Lock()
        self._latest: object = None
        self._failed: object = None

    def begin(self, timeline: Callable[[], Timeline], request: str) -> None:
        """Take the next step of the timeline ahead, to be told in answer to a request."""
        asked = self._latest = object()
        timer = threading.Timer(0, partial(self._work, timeline, request, asked))
        timer.daemon = False  # a process that ends in the midst of a step would crash
        timer.start()

    def _work(self, current: Callable[[], Timeline], request: str, asked: object) -> None:
        with self._working:
            with self._lock:  # type: ignore[attr-defined, unused-ignore]
                timeline = current()
                ahead, departure = timeline.ahead, timeline.departure
            # Of several that were asked for at once, the last one is enough.
            if departure is None or asked is not self._latest:
                return
            ahead = ahead or self._taken(departure)
            if ahead is None:
                return
            with self._lock:  # type: ignore[attr-defined, unused-ignore]
                timeline.ahead = ahead
                if timeline is current() and timeline.ahead is ahead:
                    content, buffer = packing.ahead(ahead, request)
                    self._send(content, [buffer])

    def _taken(self, departure: Departure) -> Ahead | None:
        """Take the step; what is raised there is raised again where the step is asked for."""
        descent = departure.plan.descent
        if descent is self._failed:
            return None
        try:
            return departure.ahead()
        except Exception:
            _LOGGER.debug("a step could not be taken ahead", exc_info=True)
            self._failed = descent
            return None
