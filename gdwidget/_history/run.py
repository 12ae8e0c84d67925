"""One run: a trajectory and the settings that made it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gdwidget._core.optimizers import CUSTOM
from gdwidget._core.schedules import CONSTANT
from gdwidget._languages.speaking import in_own_language, said, spoken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdwidget._core.batching import Batches
    from gdwidget._core.descent import Descent
    from gdwidget._core.schedules import Rates
    from gdwidget._core.state import State, Status
    from gdwidget._history.given import Given
    from gdwidget._history.snapshots import Snapshots
    from gdwidget._history.trajectory import Trajectory


@dataclass(eq=False)
class Run:
    """One trajectory and where it came from.

    Attributes
    ----------
    id : int
        Unique in its timeline, ascending.
    start : State
        Its step 0.
    trajectory : Trajectory
        Its rows, those shared with its parent included.
    descent : Descent
        What takes its steps.
    rates : Rates
        The learning rates of its first own step; before that those it was begun with.
    snapshots : Snapshots
        Those of its states that are kept whole.
    parent : int or None
        The run it was forked from.
    fork : int
        The last step it shares with its parent; 0 without one.
    earlier : tuple of (int, Descent)
        What took the steps up to a fork, where that was compiled in another way.
    given : Given or None
        Which of its first rows were recorded elsewhere; None where all were computed here.
    language : str
        What its label is said in: the language of its widget.
    cursor : int
        The step of it that is looked at.
    latest : Rates
        The learning rates of its latest step.
    status : str
        Status of its last state.
    """

    id: int
    start: State
    trajectory: Trajectory
    descent: Descent
    rates: Rates
    snapshots: Snapshots
    parent: int | None = None
    fork: int = 0
    earlier: tuple[tuple[int, Descent], ...] = ()
    given: Given | None = None
    language: str | None = field(default_factory=spoken)

    def __post_init__(self) -> None:
        self.cursor = self.fork
        self.latest = self.rates
        self.status: Status = "ready"

    def record(self, rows: NDArray[np.float32], rates: Rates) -> None:
        """Append the rows of steps that were taken at these rates."""
        if len(rows):
            if self.last == self.own:
                self.rates = rates
            self.latest = rates
        self.trajectory.extend(rows)

    @property
    def last(self) -> int:
        """The last recorded step."""
        return len(self.trajectory) - 1

    @property
    def own(self) -> int:
        """The last step that it has from a parent or from elsewhere; those after it are its own."""
        return max(self.fork, self.given.last if self.given else 0)

    def is_given(self, step: int) -> bool:
        """Return whether a step was recorded elsewhere; the start of such a run is, too."""
        return self.given is not None and step <= self.given.last

    @property
    def batches(self) -> Batches | None:
        """Which samples its steps read; None where it is all, and for a stream."""
        return self.descent.batches

    @property
    @in_own_language
    def label(self) -> str:
        """What sets it apart from other runs, in words; of rates those that took a step."""
        if self.is_given(self.last):
            return said("recorded elsewhere")
        name = self.descent.optimizer.name
        parts = [said("custom optimizer") if name == CUSTOM else name]
        if self.descent.optimizer.takes_rate and self.last > self.own:
            parts.append(said(_rate_text(self.rates, self.latest)))
        if self.batches:
            size = self.batches.size
            parts.append(said("single samples" if size == 1 else f"batches of {size}"))
        if self.parent is not None or self.given:
            parts.append(said(f"from step {self.own:,}"))
        return said(", ").join(parts)


def _rate_text(first: Rates, latest: Rates) -> str:
    if first.decay == latest.decay == CONSTANT and first.peak != latest.peak:
        return f"learning rate {first.peak:.7g}, then {latest.peak:.7g}"
    if latest.decay == CONSTANT:
        return f"learning rate {latest.peak:.7g}"
    return f"learning rate {latest.peak:.7g} ({latest.decay})"
