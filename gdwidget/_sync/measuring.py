"""Measures the curvature for the pages, in nobody's way."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING

from gdwidget._landscape.sharpness import GivenUp
from gdwidget._sync import packing

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.sharpness import Ruler
    from gdwidget._sync.messages import RulerRequest

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

    def begin(self, now: Callable[[], tuple[Timeline, Ruler]], message: RulerRequest) -> None:
        """Measure at a step; it is told in answer to the message.

        Parameters
        ----------
        now : callable
            Returns the timeline and what measures it.
        message : RulerRequest
            What a page asks.
        """
        if not self._places.acquire(blocking=False):
            return
        turn = self._turn = self._turn or object()
        work = partial(self._work, now, message, turn)
        thread = threading.Thread(target=work, name=NAME, daemon=False)
        thread.start()

    def _work(
        self, now: Callable[[], tuple[Timeline, Ruler]], message: RulerRequest, turn: object
    ) -> None:
        def wanted() -> bool:
            return turn is self._turn

        try:
            with self._working:
                if not wanted():
                    return
                with self._lock:  # type: ignore[attr-defined, unused-ignore]
                    timeline, ruler = now()
                    run, step = timeline.run, message.step
                    if run.id != message.run or step > run.last:
                        return
                    name = run.descent.optimizer.name
                    place = ruler.place(timeline, step)
                measured = ruler.measured(place, name, wanted)
            self._send(packing.ruler(measured, message))
        except GivenUp:
            return
        except Exception:
            _LOGGER.warning("the curvature could not be measured", exc_info=True)
        finally:
            self._places.release()
