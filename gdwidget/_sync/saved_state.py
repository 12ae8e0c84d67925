"""What a saved notebook or page holds of a timeline: a keyframe and the red curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from gdwidget._history.decimate import Envelope
from gdwidget._landscape.evaluations import go_on_unasked
from gdwidget._landscape.line import FEWEST, ShownCurve
from gdwidget._sync import packing

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._core.state import State
    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.line import Curve, Landscape
    from gdwidget._sync.messages import answers

MOST_WIDENING = 12
"""How many widths of the first view the curve may widen to each side to hold the path."""


class Saved(t.TraitType[Any, None]):
    """A part of the saved state: a trait that holds nothing, made by a session when it is read.

    Parameters
    ----------
    make : callable
        ``make(session)`` returns it, fit for JSON.
    at_once : bool, default False
        Whether a model begins with it. The others are None until there is one, for they take
        longer to make.
    """

    def __init__(self, make: Callable[[Any], Any], *, at_once: bool = False) -> None:
        super().__init__(read_only=True)
        self._make, self._at_once = make, at_once
        self.tag(sync=True)

    def get(self, obj: Any, cls: type[Any] | None = None) -> Any:
        """Return what is saved of the widget that has the trait."""
        del cls
        if obj.comm is None and not self._at_once:
            return None
        with obj._lock:  # noqa: SLF001
            return self._make(obj._session)  # noqa: SLF001


class SavedState:
    """Makes the saved state, with work that does not grow with what is recorded.

    Parameters
    ----------
    timeline : Timeline
        What is saved.
    landscape : callable
        Returns the `Landscape` that evaluates the curve; called when it is first needed.
    refined : callable, optional
        Returns the curve between two ends as finely as pages have had it evaluated.

    Examples
    --------
    >>> from gdwidget import Descent, Landscape, Timeline, problems
    >>> problem = problems.line()
    >>> saved = SavedState(Timeline(Descent(problem)), lambda: Landscape(problem))
    >>> saved.keyframe()["cursor"], saved.curve().low, saved.curve().high
    (0, -6.0, 10.0)
    """

    def __init__(
        self,
        timeline: Timeline,
        landscape: Callable[[], Landscape],
        refined: Callable[[Run, int, float, float], Curve | None] | None = None,
    ) -> None:
        self._refined = refined
        self._timeline = timeline
        self._landscape = landscape
        self._envelopes: dict[int, Envelope] = {}
        self._extent: tuple[object, tuple[float, float]] | None = None
        self._drawn: tuple[object, Curve] | None = None

    def keyframe(self) -> answers.Keyframe:
        """Return runs and cursor; of long runs what is drawn, and both ends exactly."""
        timeline = self._timeline
        self._envelopes = {run.id: self._envelope(run) for run in timeline.runs}
        return packing.keyframe(timeline, self._envelopes, timeline.coming)

    def curve(self) -> ShownCurve:
        """Return the loss around the minimum, wide enough to hold the path within reason."""
        run = self._timeline.run
        state = self._held()
        place = (run.id, state.step)
        if self._extent is None or self._extent[0] != place:
            start = {run.trajectory.name: float(run.trajectory.rows(0, 1)[0, 0])}
            parameters = self._timeline.problem.parameters
            held = parameters.with_numbers(state.params, start) if state.step else state.params
            self._extent = (place, self._landscape().extent(held, self._stride(run)))
        view = self._extent[1]
        low, high = self._widened(run, *view)
        key = (run.id, state.step, low, high)
        if self._drawn is None or self._drawn[0] != key:
            landscape = self._landscape()
            line = landscape.begun(low, high, state.params)
            go_on_unasked(line.gradual, FEWEST, calls_back=landscape.calls_back)
            self._drawn = (key, line.curve)
        drawn = self._drawn[1]
        if drawn.more and self._refined:
            finer = self._refined(run, state.step, low, high)
            if finer and len(finer.values) > len(drawn.values):
                drawn = finer
                self._drawn = (key, drawn)
        return ShownCurve(drawn, *view)

    def _held(self) -> State:
        """Return where the other numbers are held: at the start, or where they have moved to."""
        parameters = self._timeline.problem.parameters
        start = self._timeline.run.start
        if parameters.count == 1 or not parameters.complete:
            return start
        return self._timeline.state

    def _stride(self, run: Run) -> float:
        """Return how far the first step goes, or would go; 0 where that is not known."""
        value, slope, _, rate = (float(each) for each in run.trajectory.rows(0, 1)[0, :4])
        if self._timeline.hidden:
            return 0.0
        if run.last:
            after = float(run.trajectory.rows(1, 2)[0, 0])
        else:
            coming = self._timeline.coming
            after = coming.values[run.trajectory.name] if coming else value - rate * slope
        stride = abs(after - value)
        return stride if math.isfinite(stride) else 0.0

    def _widened(self, run: Run, low: float, high: float) -> tuple[float, float]:
        reach = MOST_WIDENING * (high - low)
        column = run.trajectory.rows()[self._envelope(run).indices(), 0]
        return (
            max(low - reach, float(np.nanmin(column, initial=low))),
            min(high + reach, float(np.nanmax(column, initial=high))),
        )

    def _envelope(self, run: Run) -> Envelope:
        envelope = self._envelopes.setdefault(run.id, Envelope())
        envelope.extend(run.trajectory.rows(len(envelope)))
        return envelope
