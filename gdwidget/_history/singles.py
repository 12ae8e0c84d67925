"""Steps that are asked for one by one: of many in a row, the next ones are taken in one loop."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from gdwidget._core.state import State
    from gdwidget._history.plan import Plan

_LOGGER = logging.getLogger(__name__)

MOST_AT_ONCE = 64
"""How many steps are taken in one loop at most."""

FEW = 4
"""So many steps in a row are taken one by one before the next ones are taken in a loop."""

MANY = 500
"""So many where the loop has yet to be compiled: that takes as long as they did."""

_SECONDS = 0.002


class Singles:
    """Takes single steps, and where many follow each other those after it, too.

    A loop takes 64 steps in the time of a few calls, and has the digits that they have.
    What it takes is handed out step by step, as long as each sets out where the one before led
    and is taken as planned then; else it is forgotten, and nobody knows of it.

    Examples
    --------
    >>> from gdwidget import Descent, problems
    >>> from gdwidget._core.schedules import Rates
    >>> from gdwidget._history.plan import Steps
    >>> plan = Steps(Descent(problems.line()), Rates(0.01))
    >>> state, row = Singles().take(plan.descent.init(plan.rates), plan)
    >>> state.step, str(state.loss), row.shape
    (1, '149.54607', (1, 4))
    """

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._state: State | None = None
        self._in_a_row = 0
        self._failed = False
        self._coming: Iterator[tuple[State, NDArray[np.float32]]] = iter(())

    def take(self, state: State, plan: Plan) -> tuple[State, NDArray[np.float32]]:
        """Take one step, as `Descent.run` does.

        Parameters
        ----------
        state : State
            Where it sets out.
        plan : Plan
            How it is taken.
        """
        goes_on = state is self._state and plan is self._plan
        self._state = None  # until a step is handed out: an interrupt must not leave one of two
        if not goes_on:
            self._plan, self._in_a_row, self._failed, self._coming = plan, 0, False, iter(())
        taken = next(self._coming, None)
        if taken is None and self._in_a_row >= FEW and plan.descent.restorable:
            self._coming = self._in_a_loop(state, plan)
            taken = next(self._coming, None)
        if taken is None:
            taken = plan.descent.run(state, plan.rates, 1)
        self._in_a_row += 1
        self._state = taken[0]
        return taken

    def _in_a_loop(self, state: State, plan: Plan) -> Iterator[tuple[State, NDArray[np.float32]]]:
        """Take the next steps, and hand them out; none where one call of the loop takes long."""
        descent = plan.descent
        if self._failed or not (descent.has_loop or self._in_a_row >= MANY):
            return
        steps = min(self._in_a_row, MOST_AT_ONCE, int(_SECONDS / descent.seconds_per_step))
        if steps < FEW:
            return
        try:
            taken = descent.ahead(state, plan.rates, steps)
        except Exception:
            _LOGGER.debug("steps could not be taken in a loop", exc_info=True)
            self._failed = True  # what is raised is raised where the step is asked for
            return
        if taken is None:
            return
        last, rows = taken
        for step, row in enumerate(rows[:-1], state.step + 1):
            yield descent.restore(step, state, row, "ready"), row[None]
        yield last, rows[-1:]
