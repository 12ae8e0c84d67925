"""What pages ask to see of a problem at a step: curves, planes, data and fit."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from gdwidget._core.parameters import vector
from gdwidget._history.decimate import MOST_POINTS
from gdwidget._landscape.directions import Path
from gdwidget._landscape.evaluations import SLICE_SECONDS, Gradual, go_on_unasked
from gdwidget._landscape.fit import Fit
from gdwidget._landscape.framing import USUAL_ASPECT
from gdwidget._landscape.line import FEWEST as FEWEST_OF_CURVE
from gdwidget._landscape.line import Landscape
from gdwidget._landscape.plane import FEWEST as FEWEST_OF_PLANE
from gdwidget._landscape.plane import Planes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
    from gdwidget._core.state import State
    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.evaluations import Timings
    from gdwidget._landscape.fit import Figure
    from gdwidget._landscape.fit_plots import FitPlot
    from gdwidget._landscape.line import Curve, Line
    from gdwidget._landscape.plane import Plane, Slice

    Where = tuple[Slice, str, str, tuple[float, ...] | None, float]
    Stretch = tuple[int, int, str, float, float]

_STATES = 65
_QUICK_S = 0.5
_MOST_BEGUN = 8


class Look(NamedTuple):
    """Data, model and batch at a step.

    Attributes
    ----------
    step : int
        At which step the parameters are.
    figure : {"curve", "boundary", "scatter"} or None
        How they are drawn; None where they cannot be.
    labels : tuple of str
        What is on the horizontal and on the vertical axis.
    plot : CurvePlot, BoundaryPlot, ScatterPlot or None
        By ``figure``.
    samples : numpy.ndarray, dtype int64
        Which samples are drawn, ascending.
    batch : numpy.ndarray, dtype int64
        Where among these those of the batch are.
    batch_curve : Curve or None
        The loss of the batch along the first number that learns, where it was asked for.
    """

    step: int
    figure: Figure | None
    labels: tuple[str, str]
    plot: FitPlot | None
    samples: NDArray[np.int64]
    batch: NDArray[np.int64]
    batch_curve: Curve | None = None


class FigureData:
    """Evaluates a problem for the figures; each part is compiled when it is first asked for.

    Parameters
    ----------
    problem : Problem
        What is drawn.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._timings: Timings = {}
        self._landscapes: dict[str, Landscape] = {}
        self._lines: OrderedDict[Stretch, Line] = OrderedDict()
        self._planes: OrderedDict[object, Plane] = OrderedDict()
        self._shown: tuple[object, object] | None = None
        self._aspect = USUAL_ASPECT
        self._directions: NDArray[np.float32] | None = None
        self._looked: tuple[object, Look] | None = None

    @cached_property
    def fit(self) -> Fit:
        """The data and the model."""
        return Fit(self._problem)

    @cached_property
    def planes(self) -> Planes:
        """The loss on planes."""
        return Planes(self._problem, self._timings)

    def landscape(self, name: str = "") -> Landscape:
        """Return the loss along a recorded number, by default the first.

        Raises
        ------
        ArgumentError
            If there is no such number.
        """
        if name not in self._landscapes:
            self._landscapes[name] = Landscape(self._problem, name or None, self._timings)
        return self._landscapes[name]

    def curve(
        self, timeline: Timeline, low: float, high: float, name: str = "", step: int = 0
    ) -> Curve:
        """Return the loss along a number: finer each time, where the loss takes long.

        The others are held as at a step. Without a name it is the first that learns, and the
        others are as at the start.
        """
        landscape, run = self.landscape(name), timeline.run
        step = min(step, run.last) if name else 0
        key = (run.id, step, name, low, high)
        line = self._lines.get(key)
        if line is None:
            held = timeline.state_at(step).params if name else run.start.params
            line = landscape.begun(low, high, held)
        line.gradual.go_on(SLICE_SECONDS)
        _keep(self._lines, key, line)
        return line.curve

    def refined(self, run: Run, step: int, low: float, high: float) -> Curve | None:
        """Return the curve along the first number that pages have had evaluated between two ends.

        Of several the one that is narrowest; None where there is none.
        """
        first = self._problem.parameters.recorded[0]
        found: list[tuple[float, Curve]] = []
        for (of, at, name, left, right), line in self._lines.items():
            if (of, at) == (run.id, step) and name in {"", first} and left <= low < high <= right:
                found.append((right - left, line.curve))
        return min(found, key=lambda each: each[0])[1] if found else None

    def plane(
        self,
        timeline: Timeline,
        kind: Slice,
        x: str = "",
        y: str = "",
        view: tuple[float, ...] | None = None,
        aspect: float = USUAL_ASPECT,
    ) -> Plane:
        """Return the loss on a plane: finer each time.

        Parameters
        ----------
        timeline : Timeline
            Whose path is drawn in it.
        kind : str
            ``"two"`` for two numbers ``x`` and ``y``, ``"components"`` or ``"random"``.
        x, y : str, optional
            Names of two recorded numbers.
        view : tuple of float, optional
            Lowest and highest x and y; chosen by default.
        aspect : float, optional
            How many times as wide as high it is drawn, for equal units on both axes.
        """
        self._aspect = aspect
        go_on: Callable[[Gradual], object] = partial(Gradual.go_on, seconds=SLICE_SECONDS)
        return self._plane(timeline, (kind, x, y, view, aspect), go_on)

    def _plane(self, timeline: Timeline, where: Where, go_on: Callable[[Gradual], object]) -> Plane:
        run = timeline.run
        beside = tuple(each.id for each in timeline.runs)
        key = (beside, run.last, timeline.cursor, where)
        plane = self._planes.get(key)
        if plane is None:
            plane = self._begun(timeline, where, go_on)
        else:
            go_on(plane.gradual)
            plane = plane.grown
        _keep(self._planes, key, plane)
        self._shown = ((run.id, run.last), key)
        return self._planes[key]

    def _begun(
        self,
        timeline: Timeline,
        where: Where,
        go_on: Callable[[Gradual], object],
    ) -> Plane:
        state, path = timeline.state, _path(timeline, self._problem)
        kind, x, y, view, aspect = where
        planes, params = self.planes, state.params
        match kind:
            case "two":
                beside = _beside(timeline, (x, y))
                return planes.two(x, y, params, path, view, go_on, aspect, beside)
            case "components":
                slope = np.asarray(vector(state.gradient))
                before = self._directions
                plane = planes.components(
                    params, path, slope, view, go_on=go_on, aspect=aspect, before=before
                )
                self._directions = plane.frame.directions
                return plane
            case _:
                return planes.random(params, path, view, go_on=go_on, aspect=aspect)

    def saved_plane(self, timeline: Timeline) -> Plane | None:
        """Return the plane that a page without a kernel shows.

        That is the one asked for last; where the path has gone on since, another, unless the
        problem is too large to do so unasked. None where a single number learns.
        """
        parameters, run = self._problem.parameters, timeline.run
        if parameters.count == 1:
            return None
        shown = self._planes[self._shown[1]] if self._shown else None
        unasked = parameters.complete or run.given is not None  # of given rows the states are kept
        if self._shown and (self._shown[0] == (run.id, run.last) or not unasked):
            return _seen(shown)
        if not unasked:
            return None
        where: Where = ("components", "", "", None, self._aspect)
        match parameters.recorded:
            case (x, y):
                where = ("two", x, y, None, self._aspect)
        calls_back = self.planes.calls_back
        go_on: Callable[[Gradual], object] = partial(
            go_on_unasked, least=FEWEST_OF_PLANE, calls_back=calls_back
        )
        return _seen(self._plane(timeline, where, go_on))

    def saved_look(self, timeline: Timeline) -> Look | None:
        """Return what the data figure shows at the cursor; None where there is none."""
        if not self.fit.figure:
            return None
        key = (timeline.run.id, timeline.cursor)
        if self._looked is None or self._looked[0] != key:
            self._looked = (key, self.look(timeline, timeline.cursor))
        return self._looked[1]

    def look(self, timeline: Timeline, step: int, low: float = 0.0, high: float = 0.0) -> Look:
        """Return data, model and batch at a step.

        The batch's loss is that from ``low`` to ``high``, and left out where both are 0.
        """
        step, fit = min(step, timeline.run.last), self.fit
        params = timeline.state_at(step).params
        batch = timeline.run.descent.batch(step)
        plot = fit.at(params) if fit.figure else None
        positions = fit.batch_positions(batch)
        look = Look(step, fit.figure, fit.labels, plot, fit.samples, positions)
        if batch is None or not low < high:
            return look
        data = jax.tree.map(lambda array: array[batch], self._problem.data)
        line = self.landscape().begun(low, high, params, data)
        line.gradual.go_on(SLICE_SECONDS, least=FEWEST_OF_CURVE)
        return look._replace(batch_curve=line.curve)


def _keep(pictures: OrderedDict[Any, Any], key: object, picture: Any) -> None:
    """Keep a picture that is being evaluated, and of the others the newest."""
    pictures[key] = picture
    pictures.move_to_end(key)
    while len(pictures) > _MOST_BEGUN:
        pictures.popitem(last=False)


def _seen(plane: Plane | None) -> Plane | None:
    """Return a plane; None where there is nothing to be seen of it."""
    return plane if plane and len(plane.x) else None


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


def _beside(timeline: Timeline, names: tuple[str, str]) -> NDArray[np.float32] | None:
    """Return points of the earlier runs over two recorded numbers, few enough to be quick."""
    points = []
    for run in timeline.runs[:-1]:
        steps = np.unique(np.linspace(0, run.last, min(run.last + 1, MOST_POINTS)).astype(int))
        if all(name in run.trajectory for name in names):
            points.append(np.stack([run.trajectory[name][steps] for name in names], axis=1))
    return np.concatenate(points) if points else None


def _states(timeline: Timeline) -> list[State]:
    """Return some states of the current run: those that are kept, or more if that is quick."""
    run = timeline.run
    states = {state.step: state for state in run.snapshots.states}
    if run.descent.repeatable and run.last * run.descent.seconds_per_step < _QUICK_S:
        steps = np.linspace(0, run.last, min(run.last + 1, _STATES)).astype(int)
        states |= {step: timeline.state_at(step) for step in steps.tolist()}
    states[timeline.cursor] = timeline.state
    return [states[step] for step in sorted(states)]
