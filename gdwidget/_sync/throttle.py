"""When news goes out to the pages: at once while it is slow, else 30 times a second."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING

from IPython import get_ipython

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 0.2

QUIET = 1.0
"""Seconds without news after which the saved state follows, where no cell ends meanwhile."""

INTERVAL = 1 / 30
"""Seconds between two messages: the server drops what comes faster than 1,000 a second."""

_waiting: weakref.WeakSet[Throttle] = weakref.WeakSet()


class Throttle:
    """Sends rows and saved state when there is something new.

    Rows go to pages that follow, at most every `INTERVAL`. The saved state goes out when a
    cell ends, so that a notebook saved by anyone holds it. What was held back follows from
    a timer, for steps taken in threads and tasks.

    Parameters
    ----------
    send_rows : callable
        Sends what pages lack.
    send_saved : callable
        Sends the saved state.
    lock : threading.RLock
        Held while either is called.
    is_heard : callable, optional
        Whether what is sent comes anywhere though no notebook's kernel is here.
    """

    def __init__(
        self,
        send_rows: Callable[[], object],
        send_saved: Callable[[], object],
        lock: threading.RLock,  # type: ignore[valid-type, unused-ignore]
        is_heard: Callable[[], bool] = lambda: False,
    ) -> None:
        self._send_rows = send_rows
        self._send_saved = send_saved
        self._lock = lock
        self._is_heard = is_heard
        self._timer: threading.Timer | None = None
        self._last = 0.0
        self._changed_at = 0.0
        self._rows_due = False
        self._saved_due = False
        self._sending = False
        self.followed = False
        shell = get_ipython()
        self._has_kernel = hasattr(shell, "kernel")
        if self._has_kernel:
            shell.events.register("post_execute", _flush_waiting)

    def changed(self) -> None:
        """Note that there are new rows, another cursor or setting; the caller holds the lock."""
        if not (self._has_kernel or self.followed or self._is_heard()):
            return
        self._rows_due = self._saved_due = True
        self._changed_at = time.monotonic()
        _waiting.add(self)
        if self.followed and self._changed_at - self._last >= INTERVAL:
            self.flush_rows()
        if self._timer is None and (self._rows_due or self._saved_due):
            self._wind()

    def flush_rows(self) -> None:
        """Send the rows that are due; the caller holds the lock."""
        if self._rows_due and self.followed:
            self._rows_due = False
            self._send_rows()
            self._last = time.monotonic()

    def flush(self) -> None:
        """Send all that is due; the caller holds the lock."""
        self.flush_rows()
        if self._saved_due:
            self._saved_due = False
            self._sending = True
            try:
                self._send_saved()
            finally:
                self._sending = False
        _waiting.discard(self)

    def flush_if_free(self) -> None:
        """Send all that is due, unless another thread is long at work; the timer follows then.

        What is being sent already is waited for: after the cell's end nbclient would not see it.
        """
        while not self._lock.acquire(timeout=_PATIENCE):  # type: ignore[attr-defined, unused-ignore]
            if not self._sending:
                return
        try:
            self.flush()
        finally:
            self._lock.release()  # type: ignore[attr-defined, unused-ignore]

    def _wind(self) -> None:
        timer = threading.Timer(2 * INTERVAL, self._ring)
        timer.daemon = True
        timer.start()
        self._timer = timer

    def _ring(self) -> None:
        with self._lock:  # type: ignore[attr-defined, unused-ignore]
            self._timer = None
            now = time.monotonic()
            if now - self._last >= INTERVAL:
                self.flush_rows()
            if now - self._changed_at >= QUIET:
                self.flush()
            elif self._saved_due or self._rows_due:
                self._wind()


def _flush_waiting() -> None:
    for throttle in tuple(_waiting):
        throttle.flush_if_free()
