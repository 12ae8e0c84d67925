"""The step after the newest one, taken before anyone asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gdwidget._core.descent import NextUpdate
    from gdwidget._core.state import State
    from gdwidget._history.plan import Plan
    from gdwidget._history.run import Run


@dataclass(frozen=True, eq=False)
class Departure:
    """Where a step can set out, and how it is taken; nothing of it ever changes.

    Attributes
    ----------
    run : Run
        The run that the step is of.
    state : State
        Its newest state.
    plan : Plan
        How the step is taken.
    """

    run: Run
    state: State
    plan: Plan

    def equals(self, other: Departure) -> bool:
        """Return whether a step from there is the same one."""
        return self.run is other.run and self.state is other.state and self.plan is other.plan

    def ahead(self) -> Ahead | None:
        """Take the step; None where somebody would notice, see `Descent.ahead`.

        What others do to the run meanwhile makes no difference.
        """
        descent, rates = self.plan.descent, self.plan.rates
        try:
            taken = descent.ahead(self.state, rates)
        except ArgumentError:  # there is no such rate
            return None
        if taken is None:
            return None
        state, rows = taken
        try:
            rate = float(rates.at(state.step, 1)[0])
            return Ahead(self, state, rows, rate, descent.coming(state, rates))
        except ArgumentError:
            return Ahead(self, state, rows, None, None)


@dataclass(frozen=True, eq=False)
class Ahead:
    """A step that was taken and is not recorded.

    Attributes
    ----------
    departure : Departure
        Where it set out.
    state : State
        Where it led.
    rows : numpy.ndarray, shape (1, 4 + len(extras)), dtype float32
        Its row.
    rate : float or None
        Rate of the step after it; None where the schedule has none.
    coming : NextUpdate or None
        The update that follows it, as `Timeline.coming` has it.
    """

    departure: Departure
    state: State
    rows: NDArray[np.float32]
    rate: float | None
    coming: NextUpdate | None
