"""Use the widget as nobody does, for up to ten minutes, and count what differs.

`python -m tests.soak` does all parts, `--parts messages pages` some of them; `--seed 7` does the
same again. The exit code is 1 if anything differed or a part did not get done in its time.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import secrets
import sys
import threading
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

with warnings.catch_warnings():
    # bqscales declares its Date traits in traitlets' old way.
    warnings.filterwarnings("ignore", "metadata .* was set from the constructor")
    from tests.soak import messages, operations, pages, reruns
    from tests.soak.table import Part, as_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS: dict[str, tuple[Callable[[int, float], Part], float]] = {
    "operations": (operations.soak, 430),
    "pages": (pages.soak, 430),
    "messages": (messages.soak, 150),
    "reruns": (reruns.soak, 100),
}
"""What each part is, and how many seconds it has; two are done at a time."""

_AT_ONCE = 2
_TIMER_S = 5


def main() -> int:
    """Do what was asked for and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    options = parser.parse_args()
    _say(f"Seed {options.seed}.")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_AT_ONCE, context) as pool:
        begun = [pool.submit(_done, name, options.seed) for name in options.parts]
        done = [each.result() for each in begun]
    print(as_markdown(done))
    return 0 if all(part.well for part in done) else 1


def _done(name: str, seed: int) -> Part:
    """Do a part; what waits for its time must not outlive the process."""
    # Messages that fail are told to the page, and logged as warnings.
    logging.getLogger("gdwidget").setLevel(logging.CRITICAL)
    began = time.monotonic()
    soak, seconds = PARTS[name]
    part = soak(seed, seconds)
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(timeout=_TIMER_S)
    _say(f"{name}: {time.monotonic() - began:.0f} s")
    return part


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
