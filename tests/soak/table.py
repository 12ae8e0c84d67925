"""What a part of the soak did, and what differed from what was expected."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEADINGS = ("what", "how many", "wanted", "differences")
MOST_SHOWN = 10


@dataclass
class Part:
    """How much was done of what, and each difference in a sentence."""

    what: str
    wanted: int
    count: int = 0
    differences: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def well(self) -> bool:
        """Whether all was done, and nothing differed."""
        return self.count >= self.wanted and not self.differences

    def differ(self, difference: str) -> None:
        """Note a difference, and show it at once unless there were many."""
        self.differences.append(difference)
        if len(self.differences) <= MOST_SHOWN:
            print(f"differs: {difference}", file=sys.stderr, flush=True)

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table."""
        what = f"{self.what} ({self.note})" if self.note else self.what
        return (what, f"{self.count:,}", f"{self.wanted:,}", f"{len(self.differences):,}")


def repeat(
    part: Part, seed: int, seconds: float, begin: Callable[[int], Callable[[], str]]
) -> Part:
    """Do as much as is wanted, or as there is time for; after a difference begin anew.

    ``begin(seed)`` returns what is done each time, which returns what differs then.
    """
    deadline = time.monotonic() + seconds
    act = begin(seed)
    while part.count < part.wanted and time.monotonic() < deadline:
        try:
            found = act()
        except Exception as error:  # noqa: BLE001 - counted and shown
            notes = " ".join(getattr(error, "__notes__", []))
            found = f"raised {type(error).__name__}: {error} {notes}"
        part.count += 1
        if found:
            part.differ(found)
            seed += 1
            act = begin(seed)
    return part


def as_markdown(parts: Sequence[Part]) -> str:
    """Return the table, as the README shows it."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(part.cells() for part in parts)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
