"""What a part of the soak did, and what differed from what was expected."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def as_markdown(parts: Sequence[Part]) -> str:
    """Return the table, as the README shows it."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(part.cells() for part in parts)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
