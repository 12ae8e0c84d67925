"""Runs side by side, which differ in one setting: how far each came, and what became of it."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gdwidget._history.timeline import Timeline
from gdwidget._languages.speaking import in_own_language, said, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._history.plan import Plan
    from gdwidget._history.run import Run

Verdict = Literal["converged", "diverged", "rising", "falling"]


@dataclass(frozen=True, repr=False)
class Comparison:
    """What became of runs that differ in one setting, as a table.

    Attributes
    ----------
    setting : str
        The one that differs.
    until : float or None
        The loss of which the table says after how many steps it was reached.
    rows : tuple of dict
        One a run, in the order asked for: the setting's value by its name, ``"steps"`` taken,
        ``"loss"`` on all data where they ended, ``"until"`` where a loss was given (steps until
        it was reached, None where it never was), and ``"verdict"``: ``"converged"`` (the
        gradient is exactly 0), ``"diverged"`` (something is not finite), ``"rising"`` (the loss
        ended above where it began) or ``"falling"``.
    language : str
        What the table is said in: the language of the widget that was asked for it.

    Examples
    --------
    >>> from gdwidget import GDWidget
    >>> GDWidget().compare(learning_rate=[0.01, 0.15, 0.2], until=0.001)
    learning_rate  steps          loss  steps until 0.001  verdict
    0.01              50  0.0034088849                  -  falling
    0.15              30           0.0                 11  converged
    0.2               50      118138.1                  -  rising
    """

    setting: str
    until: float | None
    rows: tuple[dict[str, Any], ...]
    language: str = field(default_factory=spoken, compare=False)

    @property
    def reached(self) -> list[int | None]:
        """After how many steps each reached the loss; None of one that never did."""
        return [row.get("until") for row in self.rows]

    @property
    def values(self) -> list[str]:
        """What the setting is in each row, in words."""
        return [_text(row[self.setting], "all") for row in self.rows]

    @property
    def _texts(self) -> list[list[str]]:
        """The table, its head first."""
        told = [] if self.until is None else [said(f"steps until {self.until:g}")]
        head = [self.setting, said("steps"), said("loss"), *told, said("verdict")]
        rows = [
            [
                said(_text(value, "all" if name == self.setting else "-"))
                for name, value in row.items()
            ]
            for row in self.rows
        ]
        return [head, *rows]

    @in_own_language
    def __repr__(self) -> str:
        """Return the table as aligned text."""
        columns = list(zip(*self._texts, strict=True))
        widths = [max(map(_width, column)) for column in columns]
        ends = {0, len(columns) - 1}
        lines = (
            "  ".join(
                text + room if at in ends else room + text
                for at, (text, width) in enumerate(zip(line, widths, strict=True))
                for room in [" " * (width - _width(text))]
            )
            for line in self._texts
        )
        return "\n".join(line.rstrip() for line in lines)

    @in_own_language
    def _repr_html_(self) -> str:
        head, *body = ([html.escape(text) for text in line] for line in self._texts)
        first = "".join(f'<th scope="col">{text}</th>' for text in head)
        rows = "".join(
            f'<tr><th scope="row">{name}</th>'
            + "".join(f"<td>{text}</td>" for text in texts)
            + "</tr>"
            for name, *texts in body
        )
        return f"<table><thead><tr>{first}</tr></thead><tbody>{rows}</tbody></table>"


def side_by_side(timeline: Timeline, plans: Sequence[Plan], steps: int) -> list[Run]:
    """Return a run of each plan, from where the current one starts; the timeline stays as it is.

    Parameters
    ----------
    timeline : Timeline
        Where the start is.
    plans : sequence of Plan
        How each takes its steps.
    steps : int
        How many the run takes that reads most samples a step. The others take as many as read
        as many samples.

    Raises
    ------
    ArgumentError
        If a run cannot start there, or would take too many steps.

    Examples
    --------
    >>> from gdwidget import Descent, problems
    >>> from gdwidget._history.plan import Steps
    >>> from gdwidget._core.schedules import Rates
    >>> problem = problems.line()
    >>> plans = [Steps(Descent(problem, batch_size=size), Rates(0.01)) for size in (1, 3)]
    >>> [run.last for run in side_by_side(Timeline(plan=plans[0]), plans, 10)]
    [30, 10]
    """
    read = samples_read(max(plans, key=_size), steps)
    start = timeline.run.start.params
    runs = []
    for plan in plans:
        own = Timeline(plan=plan, snapshot_bytes=timeline.snapshot_bytes)
        own.reset(**start)
        own.advance(_steps_reading(plan, read))
        runs.append(own.run)
    return runs


def samples_read(plan: Run | Plan, steps: int) -> int:
    """Return how many samples some steps read, of batches that end with a short one each epoch."""
    samples, count = _epoch(plan)
    epochs, rest = divmod(steps, count)
    return epochs * samples + rest * _size(plan)


def _steps_reading(plan: Plan, read: int) -> int:
    """Return how many steps read at most so many samples."""
    samples, count = _epoch(plan)
    epochs, rest = divmod(read, samples)
    return epochs * count + rest // _size(plan)


def _epoch(plan: Run | Plan) -> tuple[int, int]:
    """Return how many samples there are, and how many steps read each once; 1 without data."""
    batches = plan.descent.batches
    return (batches.samples, batches.count) if batches else (_size(plan), 1)


def _size(plan: Run | Plan) -> int:
    batches = plan.descent.batches
    return batches.size if batches else plan.descent.problem.samples or 1


def leading(runs: Sequence[Run]) -> int:
    """Return which of some runs leads the others: the one that came farthest without diverging.

    Of those that read as many samples it is one that takes the fewest steps for them, so that
    each of its steps is the end of some of theirs; of these the last.
    """

    def rank(index: int) -> tuple[bool, int, int, int]:
        run = runs[index]
        fails = verdict(run) in ("diverged", "rising")
        return (not fails, samples_read(run, run.last), _size(run), index)

    return max(range(len(runs)), key=rank)


def compared(
    runs: Sequence[Run], setting: str, values: Sequence[Any], until: float | None
) -> Comparison:
    """Return the table of runs, each with the value of the setting that sets it apart."""
    rows = []
    for run, value in zip(runs, values, strict=True):
        losses = run.trajectory.losses
        row: dict[str, Any] = {setting: value, "steps": run.last}
        row["loss"] = float(losses[~np.isnan(losses)][-1]) if run.status != "diverged" else np.nan
        if until is not None:
            row["until"] = run.trajectory.first_below(until)
        rows.append({**row, "verdict": verdict(run)})
    return Comparison(setting, until, tuple(rows))


def verdict(run: Run) -> Verdict:
    """Return what became of a run."""
    if run.status == "diverged":
        return "diverged"
    if run.status == "converged":
        return "converged"
    losses = run.trajectory.losses
    known = losses[~np.isnan(losses)]
    return "rising" if known[-1] > known[0] else "falling"


def _width(text: str) -> int:
    """Return how many columns a text takes in type of one width: a Chinese letter takes two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def _text(value: object, nothing: str = "-") -> str:
    if value is None:
        return nothing
    if isinstance(value, float):
        return f"{np.float32(value)!s}"
    return str(value)
