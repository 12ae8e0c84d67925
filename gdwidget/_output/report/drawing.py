"""Drawings in SVG of what was answered."""

from __future__ import annotations

import html as markup
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _MARGIN = 720, 16
_DOT, _ROW = 5, 11
_MOST_HEIGHT = 132
_KEPT = (2, 98)
"""Of answers that lie far out only this range, in percent, decides how far the axis reaches."""


def strip(
    given: Sequence[float], right: Sequence[float], name: str, start: Sequence[float] = ()
) -> str:
    """Return answers as dots along an axis, stacked where they lie on one another.

    Parameters
    ----------
    given : sequence of float
        The answers.
    right : sequence of float
        The right one; none where there is none.
    name : str
        What the axis is of.
    start : sequence of float, default ()
        Where the run starts, if that is on the axis.

    Examples
    --------
    >>> "right: 7.38" in strip([7.4, 8.6], [7.38], "W", [8])
    True
    """
    values = np.asarray(given, np.float64)
    ends = [*np.percentile(values, _KEPT), *right, *start]
    low, high = min(ends), max(ends)
    reach = (high - low) * 0.1 or max(abs(low) * 0.1, 1.0)
    low, high = low - reach, high + reach

    def place(value: Any) -> Any:
        return _MARGIN + (np.clip(value, low, high) - low) / (high - low) * (_WIDTH - 2 * _MARGIN)

    rows = _stacked([round(each / (2 * _DOT + 1)) for each in place(values)])
    apart = min(_ROW, _MOST_HEIGHT / max(rows))
    base = apart * max(rows) + 12
    height = base + 24
    circles = "".join(
        f'<circle class="given" cx="{x:.1f}" cy="{base - apart * row + 4:.1f}" r="{_DOT}"/>'
        for x, row in zip(place(values), rows, strict=True)
    )
    marks = [("truth", place(each)) for each in right] + [("start", place(each)) for each in start]
    lines = "".join(
        f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="2" y2="{base + 5:.1f}"/>'
        for kind, x in marks
    )
    said = [f"{len(given)} answers from {values.min():.4g} to {values.max():.4g}"]
    said += [f"right: {each:.4g} (solid line)" for each in right]
    said += [f"start: {each:.4g} (dashed)" for each in start]
    label = markup.escape(f"{name}: {', '.join(said)}".removeprefix(": "))
    ticks = "".join(
        f'<text x="{x}" y="{height - 6:.0f}" text-anchor="{anchor}">{value:.4g}</text>'
        for x, anchor, value in ((_MARGIN, "start", low), (_WIDTH - _MARGIN, "end", high))
    )
    named = f'<text x="{_WIDTH / 2}" y="{height - 6:.0f}" text-anchor="middle">{label}</text>'
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{label}">'
        f'<line class="axis" x1="{_MARGIN}" x2="{_WIDTH - _MARGIN}" y1="{base}" y2="{base}"/>'
        f"{lines}{circles}{ticks}{named}</svg>"
    )


def bars(counts: Sequence[int], options: Sequence[str], right: int) -> str:
    """Return how often each option was chosen, the right one marked by a sign and a word.

    Examples
    --------
    >>> "(✓ right)" in bars([3, 1], ["left", "right"], 0)
    True
    """
    total = max(1, sum(counts))
    items = "".join(
        f"<li{' class=right' if at == right else ''}>{count}: {markup.escape(option)}"
        f"{' (✓ right)' if at == right else ''}"
        f'<svg viewBox="0 0 {_WIDTH} 12" aria-hidden="true">'
        f'<rect class="bar" width="{(_WIDTH - 1) * count / total + 1:.0f}" height="8"/></svg></li>'
        for at, (option, count) in enumerate(zip(options, counts, strict=True))
    )
    return f"<ul>{items}</ul>"


def _stacked(columns: Sequence[int]) -> list[int]:
    """Return how high each stands in its column, from 1."""
    heights: Counter[int] = Counter()
    rows = []
    for column in columns:
        heights[column] += 1
        rows.append(heights[column])
    return rows
