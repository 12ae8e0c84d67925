"""What pages ask to see of a problem at a step: curves, planes, data and fit."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget.directions import Path
from gdwidget.envelope import MOST_POINTS
from gdwidget.fit import Fit
from gdwidget.landscape import Landscape
from gdwidget.parameters import vector
from gdwidget.plane import Planes
from gdwidget.requests import LookRequest, PlaneRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget.landscape import Curve
    from gdwidget.plane import Plane
    from gdwidget.problem import Problem
    from gdwidget.requests import LandscapeRequest
    from gdwidget.state import State
    from gdwidget.timeline import Timeline

    Arrays = Mapping[str, NDArray[Any]]
    Answer = tuple[dict[str, Any], Arrays]


_STATES = 65
_QUICK_S = 0.5


class Pictures:
    """Evaluates a problem for the figures; each part is compiled when it is first asked for.

    Parameters
    ----------
    problem : Problem
        What is drawn.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._landscapes: dict[str, Landscape] = {}
        self._shown: tuple[object, Answer] | None = None
        self._looked: tuple[object, Answer] | None = None

    @cached_property
    def fit(self) -> Fit:
        """The data and the model."""
        return Fit(self._problem)

    @cached_property
    def planes(self) -> Planes:
        """The loss on planes."""
        return Planes(self._problem)

    def landscape(self, name: str = "") -> Landscape:
        """Return the loss along a recorded number, by default the first.

        Raises
        ------
        ArgumentError
            If there is no such number.
        """
        if name not in self._landscapes:
            self._landscapes[name] = Landscape(self._problem, name or None)
        return self._landscapes[name]

    def curve(self, request: LandscapeRequest, timeline: Timeline) -> Curve:
        """Return the curve that is asked for."""
        landscape = self.landscape(request.name)
        held = timeline.run.start.params
        if request.name:
            held = timeline.state_at(min(request.step, timeline.run.last)).params
        return landscape.line(request.low, request.high, held)

    def plane(self, request: PlaneRequest, timeline: Timeline) -> Answer:
        """Return fields and arrays of the plane that is asked for."""
        state, path = timeline.state, _path(timeline, self._problem)
        match request.slice:
            case "two":
                plane = self.planes.two(request.x, request.y, state.params, path, request.view)
            case "components":
                slope = np.asarray(vector(state.gradient))
                plane = self.planes.components(state.params, path, slope, request.view)
            case _:
                plane = self.planes.random(state.params, path, request.view)
        answer = (_fields(plane), _arrays(plane))
        self._shown = ((timeline.run.id, timeline.run.last), answer)
        return answer

    def saved_plane(self, timeline: Timeline) -> Answer | None:
        """Return fields and arrays of the plane that a page without a kernel shows.

        That is the one asked for last; where the path has gone on since, another, unless the
        problem is too large to do so unasked. None where a single number learns.
        """
        parameters = self._problem.parameters
        if parameters.count == 1:
            return None
        if self._shown and self._shown[0] == (timeline.run.id, timeline.run.last):
            return self._shown[1]
        if not parameters.complete:
            return self._shown[1] if self._shown else None
        match parameters.recorded:
            case (x, y):
                request = PlaneRequest("two", x, y, None, "")
            case _:
                request = PlaneRequest("components", "", "", None, "")
        return self.plane(request, timeline)

    def saved_look(self, timeline: Timeline) -> Answer | None:
        """Return fields and arrays of the data figure at the cursor; None where there is none."""
        if not self.fit.figure:
            return None
        key = (timeline.run.id, timeline.cursor)
        if self._looked is None or self._looked[0] != key:
            request = LookRequest(timeline.run.id, timeline.cursor, 0.0, 0.0, "")
            self._looked = (key, self.look(request, timeline))
        return self._looked[1]

    def look(self, request: LookRequest, timeline: Timeline) -> Answer:
        """Return fields and arrays of data, model and batch at a step."""
        step = min(request.step, timeline.run.last)
        params = timeline.state_at(step).params
        batch = timeline.run.descent.batch(step)
        look = self.fit.at(params) if self.fit.figure else None
        fields, arrays = self.fit.packed(step, look, batch)
        if batch is None or not request.low < request.high:
            return fields, arrays
        data = tuple(array[batch] for array in self._problem.data)
        curve = self.landscape().line(request.low, request.high, params, data)
        return fields, {**arrays, "batch_values": curve.values, "batch_losses": curve.losses}


def _path(timeline: Timeline, problem: Problem) -> Path:
    """Return the states of the current run as points, few enough to be quick."""
    run, parameters = timeline.run, problem.parameters
    if not parameters.complete:
        states = _states(timeline)
        points = np.stack([parameters.flatten(state.params) for state in states])
        return Path(np.array([state.step for state in states]), points)
    steps = np.unique(np.linspace(0, run.last, min(run.last + 1, MOST_POINTS)).astype(int))
    columns = [0, *range(4, 2 + 2 * parameters.count, 2)]
    return Path(steps, run.trajectory.rows()[steps][:, columns])


def _states(timeline: Timeline) -> list[State]:
    """Return some states of the current run: those that are kept, or more if that is quick."""
    run = timeline.run
    states = {state.step: state for state in run.snapshots.states}
    if run.descent.repeatable and run.last * run.descent.seconds_per_step < _QUICK_S:
        steps = np.linspace(0, run.last, min(run.last + 1, _STATES)).astype(int)
        states |= {step: timeline.state_at(step) for step in steps.tolist()}
    states[timeline.cursor] = timeline.state
    return [states[step] for step in sorted(states)]


def _fields(plane: Plane) -> dict[str, Any]:
    low_x, high_x, low_y, high_y = (float(end) for end in plane.view)
    return {
        "slice": plane.slice,
        "x": plane.labels[0],
        "y": plane.labels[1],
        "low_x": low_x,
        "high_x": high_x,
        "low_y": low_y,
        "high_y": high_y,
        "n": len(plane.x),
        "explained": plane.explained,
        "least": plane.least,
        "recorded": plane.recorded,
    }


def _arrays(plane: Plane) -> Arrays:
    return {
        "losses": plane.losses,
        "contour_x": plane.contours.x,
        "contour_y": plane.contours.y,
        "steps": plane.path.steps,
        "path_x": plane.path.points[:, 0],
        "path_y": plane.path.points[:, 1],
    }
