"""The parts of the soak, in a module that its processes can import."""

from __future__ import annotations

import logging
import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING

with warnings.catch_warnings():
    # bqscales declares its Date traits in traitlets' old way.
    warnings.filterwarnings("ignore", "metadata .* was set from the constructor")
    from tests.soak import messages, operations, pages, reruns

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.soak.table import Part

PARTS: dict[str, tuple[Callable[[int, float], Part], float]] = {
    "operations": (operations.soak, 520),
    "pages": (pages.soak, 450),
    "messages": (messages.soak, 150),
    "reruns": (reruns.soak, 100),
}
"""What each part is, and how many seconds it has; two are done at a time."""

_TIMER_S = 5


def done(name: str, seed: int) -> Part:
    """Do a part; what waits for its time must not outlive the process."""
    # Messages that fail are told to the page, and logged as warnings.
    logging.getLogger("gdwidget").setLevel(logging.CRITICAL)
    began = time.monotonic()
    soak, seconds = PARTS[name]
    part = soak(seed, seconds)
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(timeout=_TIMER_S)
    say(f"{name}: {time.monotonic() - began:.0f} s")
    return part


def say(text: str) -> None:
    """Tell at once how far it has come."""
    print(text, file=sys.stderr, flush=True)
