"""The one table: what was measured, against what, and whether the goal is met."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEADINGS = ("what", "baseline", "gdwidget", "ratio", "goal", "met")


@dataclass(frozen=True)
class Row:
    """One measurement beside its baseline, as texts, and whether the goal is met."""

    what: str
    baseline: str
    measured: str
    ratio: str
    goal: str
    met: bool

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table."""
        met = "yes" if self.met else "missed"
        return (self.what, self.baseline, self.measured, self.ratio, self.goal, met)


@dataclass(frozen=True)
class Pairs:
    """A measurement and its baseline, taken in turns."""

    measured: Sequence[float]
    baseline: Sequence[float]

    @property
    def ratio(self) -> float:
        """The median over the baseline's median."""
        return statistics.median(self.measured) / statistics.median(self.baseline)

    def spread(self) -> str:
        """Return the range of the middle half of the ratios, each turn's for itself."""
        ratios = [one / other for one, other in zip(self.measured, self.baseline, strict=True)]
        if len(ratios) < 2:
            return "once"
        low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
        return f"{low:.2f} to {high:.2f}"


def compared(
    what: str,
    pairs: Pairs,
    text: Callable[[float], str],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Row:
    """Return the row of medians, their ratio with its spread, and the goal for the ratio."""
    ratio = pairs.ratio
    goals = [f"≤ {at_most}"] if at_most is not None else []
    goals += [f"≥ {at_least}"] if at_least is not None else []
    met = (at_most is None or ratio <= at_most) and (at_least is None or ratio >= at_least)
    return Row(
        what,
        text(statistics.median(pairs.baseline)),
        text(statistics.median(pairs.measured)),
        f"{ratio:.2f} ({pairs.spread()})",
        " and ".join(goals),
        met,
    )


def alternate(
    measure: Callable[[], float], baseline: Callable[[], float], turns: int, warm_up: int = 1
) -> Pairs:
    """Take both in turns, the first ones for nothing."""
    for _ in range(warm_up):
        baseline()
        measure()
    pairs: list[tuple[float, float]] = []
    for turn in range(turns):
        # Neither always comes second, when the machine may have become warm or busy.
        if turn % 2:
            one = measure()
            pairs.append((one, baseline()))
        else:
            other = baseline()
            pairs.append((measure(), other))
    return Pairs([one for one, _ in pairs], [other for _, other in pairs])


def as_text(rows: Sequence[Row]) -> str:
    """Return the table for a terminal."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (lines[0], rule, *lines[1:])
    )


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the table for the README."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


def count(number: float) -> str:
    return f"{number:,.0f}"
