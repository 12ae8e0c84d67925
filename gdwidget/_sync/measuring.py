"""Measures for the pages what takes its time, in nobody's way."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING

from gdwidget._landscape.sharpness import GivenUp

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Measure: TypeAlias = Callable[[Callable[[], bool]], Any]

_MOST_WAITING = 8
"""How many requests may wait for their turn: further ones are dropped, for pages ask again."""

NAME = "gdwidget measures"
"""What its threads are called."""

_LOGGER = logging.getLogger(__name__)


class Measuring:
    """Measures in a thread of its own, and holds no lock while it does.

    What the pages look at next is measured when they ask for that: as soon as steps are asked
    for, all that is under way is given up, at the latest after one product with the Hessian.

    Parameters
    ----------
    send : callable
        ``send(content)`` sends a message to all pages.
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
        self._turn: object = None
        self._places = threading.Semaphore(_MOST_WAITING)

    def give_up(self) -> None:
        """Measure nothing of what was asked for so far."""
        self._turn = None

    def begin(self, prepared: Callable[[], Measure | None]) -> None:
        """Measure something that a page has asked for, and tell the pages of it.

        Parameters
        ----------
        prepared : callable
            Called with the lock held. Returns what measures without it, and asks the function
            that it is given now and then whether it is still wanted; None where nothing is to be
            measured.
        """
        if not self._places.acquire(blocking=False):
            return
        turn = self._turn = self._turn or object()
        work = partial(self._work, prepared, turn)
        thread = threading.Thread(target=work, name=NAME, daemon=False)
        thread.start()

    def _work(self, prepared: Callable[[], Measure | None], turn: object) -> None:
        def wanted() -> bool:
            return turn is self._turn

        try:
            with self._working:
                if not wanted():
                    return
                with self._lock:  # type: ignore[attr-defined, unused-ignore]
                    measure = prepared()
                if measure is None:
                    return
                answer = measure(wanted)
            self._send(answer)
        except GivenUp:
            return
        except Exception:
            _LOGGER.warning("what a page asks for could not be measured", exc_info=True)
        finally:
            self._places.release()
