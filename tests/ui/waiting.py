"""Waiting for a condition, never for a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

SECONDS = 30.0
"""How long a condition may take on a slow machine before the test fails."""

_LOOK_AGAIN_MS = 20


class Waiting(Protocol):
    """A page of any browser."""

    def wait_for_timeout(self, timeout: float) -> None: ...


def until(
    page: Waiting,
    read: Callable[[], T],
    holds: Callable[[T], bool],
    what: str,
    seconds: float = SECONDS,
) -> T:
    """Read again and again until what is read holds; return it."""
    deadline = time.monotonic() + seconds
    while not holds(seen := read()):
        if time.monotonic() > deadline:
            message = f"{what}: not within {seconds} s; last seen: {seen!r}"
            raise AssertionError(message)
        page.wait_for_timeout(_LOOK_AGAIN_MS)  # between two looks; lets the page's events in
    return seen


def becomes(page: Waiting, read: Callable[[], object], wanted: object, what: str) -> None:
    """Read again and again until what is read is as wanted."""
    until(page, read, lambda seen: seen == wanted, f"{what} should become {wanted!r}")
