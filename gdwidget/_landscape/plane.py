"""The loss on a plane through the parameters, with the path of a run on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import jax
import numpy as np

from gdwidget._core.compiled import Compiled
from gdwidget._landscape import framing
from gdwidget._landscape.basins import basin
from gdwidget._landscape.contours import Contours, contours
from gdwidget._landscape.directions import (
    Path,
    components,
    coordinates,
    explained,
    filter_normalised,
)
from gdwidget._landscape.evaluations import Evaluations, Gradual
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
    from gdwidget._landscape.evaluations import Timings
    from gdwidget._landscape.framing import Rectangle

    Floats: TypeAlias = NDArray[np.float32]

Slice = Literal["two", "components", "random"]

POINTS = 100
"""How many points a side a plane has."""

GRADUAL_POINTS = 97
"""How many it has in the end if the loss takes long."""

FEWEST = 16
"""With how many in all a plane can be seen."""

_COARSEST = 32
_SEARCH_SECONDS = 0.1
_OPERATIONS_A_SECOND = 1e9
_FEWEST_SEARCHED = 16


class Frame(NamedTuple):
    """Where a plane lies: the point (a, b) of it is ``origin + a u + b v``.

    Attributes
    ----------
    origin : numpy.ndarray, shape (P,), dtype float32
    directions : numpy.ndarray, shape (2, P), dtype float32
        u and v.
    """

    origin: Floats
    directions: Floats


class Plane(NamedTuple):
    """The loss on a plane.

    Attributes
    ----------
    slice : {"two", "components", "random"}
        Which plane it is.
    labels : tuple of str
        What its two axes are.
    frame : Frame
        Where it lies.
    view : Rectangle
        The part of it that is evaluated.
    x, y : numpy.ndarray, shape (n,), dtype float32
        Where the grid's columns and rows are, ascending.
    losses : numpy.ndarray, shape (n, n), dtype float32
        The loss at each point; a row has one y. Not finite where the loss is not.
    contours : Contours
        Lines of equal loss.
    explained : float or None
        Share of the path's variance that the plane holds; None where nothing varies.
    least : float or None
        The least finite loss on the grid.
    recorded : bool
        Whether the path is simply two of the recorded columns.
    path : Path
        The path seen on the plane, points of shape (m, 2); no rows where it is recorded.
    gradual : Gradual
        All of the grid; what is above is of what is evaluated of it so far.
    """

    slice: Slice
    labels: tuple[str, str]
    frame: Frame
    view: Rectangle
    x: Floats
    y: Floats
    losses: Floats
    contours: Contours
    explained: float | None
    least: float | None
    recorded: bool
    path: Path
    gradual: Gradual

    @property
    def grown(self) -> Plane:
        """The plane with what has been evaluated since; no points until there are 4 a side."""
        stride = self.gradual.stride
        shown = slice(None, None, stride) if stride else slice(0)
        losses = self.gradual.values[shown, shown]
        ends, points = self.view, len(self.gradual.values)
        x = np.linspace(ends.low_x, ends.high_x, points).astype(np.float32)[shown]
        y = np.linspace(ends.low_y, ends.high_y, points).astype(np.float32)[shown]
        finite = losses[np.isfinite(losses)]
        return self._replace(
            x=x,
            y=y,
            losses=losses,
            least=float(finite.min()) if len(finite) else None,
            contours=contours(x, y, losses) if stride else self.contours,
        )


class Planes:
    """The loss of a problem on planes through its parameters; compiled when first asked for.

    Parameters
    ----------
    problem : Problem
        Whose loss is drawn; at least two numbers must learn.
    timings : dict, optional
        How long the loss takes, shared by all that evaluate it.

    Raises
    ------
    ArgumentError
        If fewer than two numbers learn.

    Examples
    --------
    >>> from gdwidget import Problem
    >>> bowl = Problem(lambda W, b: W**2 + b**2, 3.0, 4.0, argnums=(0, 1))
    >>> path = Path(np.arange(1), np.float32([[3, 4]]))
    >>> plane = Planes(bowl).two("W", "b", bowl.start, path, view=(-5, 5, -5, 5))
    >>> plane.losses.shape, float(plane.losses[0, 0])
    ((100, 100), 50.0)
    """

    def __init__(self, problem: Problem, timings: Timings | None = None) -> None:
        if problem.parameters.count < 2:  # noqa: PLR2004 - a plane has two directions
            accepted = "a problem of which at least two numbers learn"
            raise ArgumentError("problem", f"{problem.parameters.count} that learns", accepted)
        self._problem = problem

        def at(a: Any, b: Any, frame: Frame, held: Any, data: Any) -> Any:
            u, v = frame.directions
            numbers = frame.origin + a * u + b * v
            return problem.silent(problem.parameters.unflatten(numbers, held), data)

        def losses(x: Any, y: Any, frame: Frame, held: Any, data: Any) -> Any:
            return jax.vmap(lambda b: jax.vmap(lambda a: at(a, b, frame, held, data))(x))(y)

        self._losses = Compiled(losses, place=problem.place)
        self._evaluations = Evaluations(
            lambda point, others: at(*point, *others),
            POINTS**2,
            calls_back=problem.has_callbacks,
            place=problem.place,
            timings=timings,
        )

    @property
    def calls_back(self) -> bool:
        """Whether the loss calls back into Python."""
        return self._evaluations.calls_back

    def two(
        self,
        x: str,
        y: str,
        held: Mapping[str, Any],
        path: Path,
        view: Sequence[float] | None = None,
        go_on: Callable[[Gradual], object] = Gradual.go_on,
        aspect: float | None = None,
        beside: Floats | None = None,
    ) -> Plane:
        """Evaluate the loss over two numbers that learn, the others held.

        Parameters
        ----------
        x, y : str
            Names of two recorded numbers, as in ``problem.parameters.recorded``.
        held : mapping of str to pytree
            All parameters; the two are among them and may be anywhere.
        path : Path
            What the run has been through; may have no rows.
        view : sequence of 4 floats, optional
            Least and largest x, then y. Without it they are chosen so that the start, the
            path and the minimum near the start are in sight.
        go_on : callable, optional
            Evaluates of the grid what there is time for; by default all.
        aspect : float, optional
            How many times as wide as high it is drawn: the view is then widened so that both
            axes have equal units, where that does not take too much room.
        beside : numpy.ndarray, shape (m, 2), dtype float32, optional
            Points of other runs on the plane; those that are not far are in sight, too.

        Raises
        ------
        ArgumentError
            If a name is no recorded number's, both are one, or the view has no extent.
        """
        names = self._problem.parameters.recorded
        for axis, name in (("x", x), ("y", y)):
            if name not in names:
                raise ArgumentError(axis, name, f"one of {', '.join(names)}")
        if x == y:
            raise ArgumentError("y", y, "another number than x")
        chosen = [names.index(x), names.index(y)]
        directions = np.zeros((2, self._problem.parameters.count), np.float32)
        directions[[0, 1], chosen] = 1
        origin = self._numbers(held)
        here = origin[None, chosen]
        origin[chosen] = 0
        frame, path = Frame(origin, directions), path.finite
        if view is None:
            way = path.points[:, chosen] if len(path.steps) else here

            def losses(x: Floats, y: Floats) -> Floats:
                return self.losses(frame, x, y, held)

            view = basin(losses, way.astype(np.float64), self._searched(frame, held))
            if beside is not None:
                view = framing.widened_nearby(view, beside.astype(np.float64))
        shown = Path(path.steps[:0], np.empty((0, 2), np.float32))
        share = explained(path.points, directions)
        return self._plane("two", (x, y), frame, held, view, share, shown, go_on, aspect)

    def components(
        self,
        held: Mapping[str, Any],
        path: Path,
        gradient: Floats,
        view: Sequence[float] | None = None,
        seed: int = 0,
        go_on: Callable[[Gradual], object] = Gradual.go_on,
        aspect: float | None = None,
        before: Floats | None = None,
    ) -> Plane:
        """Evaluate the loss on the plane that the path stays closest to, through ``held``.

        The start of the path is seen at its origin, however the path goes on.

        Parameters
        ----------
        held : mapping of str to pytree
            All parameters where the path has come to.
        path : Path
            What the run has been through. While that is a point or on a line, the plane
            holds the gradient as well.
        gradient : numpy.ndarray, shape (P,), dtype float32
            Gradient of the loss at ``held``.
        view, go_on, aspect
            As in `two`.
        seed : int, default 0
            Of directions at random.
        before : numpy.ndarray, shape (2, P), dtype float32, optional
            Directions of the plane of a shorter path, so that this one is not its mirror.
        """
        origin, path = self._numbers(held), path.finite
        seen = path if len(path.steps) else Path(np.zeros(1, int), origin[None])
        directions = components(seen, gradient, np.random.default_rng(seed), before)
        reach = float(np.linalg.norm(origin)) / 2 or 1.0
        to_start = (seen.points[0].astype(np.float64) - origin) @ directions.T
        origin = (origin + to_start @ directions).astype(np.float32)
        labels = ("component 1", "component 2")
        return self._sliced(
            "components", labels, Frame(origin, directions), held, path, view, reach, go_on, aspect
        )

    def random(
        self,
        held: Mapping[str, Any],
        path: Path,
        view: Sequence[float] | None = None,
        seed: int = 0,
        go_on: Callable[[Gradual], object] = Gradual.go_on,
        aspect: float | None = None,
    ) -> Plane:
        """Evaluate the loss on a plane at random through ``held``, scaled filter by filter.

        Parameters
        ----------
        held, path, view, seed, go_on, aspect
            As in `components`.

        Notes
        -----
        See `gdwidget._landscape.directions.filter_normalised`.
        """
        directions = filter_normalised(self._problem, held, np.random.default_rng(seed))
        frame = Frame(self._numbers(held), directions)
        labels = ("random direction 1", "random direction 2")
        return self._sliced("random", labels, frame, held, path.finite, view, 1.0, go_on, aspect)

    def losses(self, frame: Frame, x: Floats, y: Floats, held: Mapping[str, Any]) -> Floats:
        """Evaluate the loss on a grid.

        Parameters
        ----------
        frame : Frame
            The plane.
        x, y : numpy.ndarray, shapes (columns,) and (rows,), dtype float32
        held : mapping of str to pytree
            The parameters that do not learn, and the structure of those that do.

        Returns
        -------
        numpy.ndarray, shape (rows, columns), dtype float32
            Not finite where the loss is not, or where it raises.
        """
        others = self._others(frame, held)
        if self._quick(others):
            return np.asarray(self._losses(x, y, *others))
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        return self._evaluations(points, others).reshape(len(y), len(x))

    def _others(self, frame: Frame, held: Mapping[str, Any]) -> tuple[Any, ...]:
        return frame, self._problem.given(held), self._problem.data

    def _quick(self, others: Any) -> bool:
        return self._evaluations.quick(np.zeros(2, np.float32), others)

    def _searched(self, frame: Frame, held: Mapping[str, Any]) -> int:
        """Return how many points a side a search may have; 0 where it would take long."""
        others, middle = self._others(frame, held), np.zeros(2, np.float32)
        if self.calls_back:
            return 0
        if self._quick(others):
            seconds = self._evaluations.operations(middle, others) / _OPERATIONS_A_SECOND
        else:
            at_once, pace = self._evaluations.pace(middle, others)
            seconds = pace / at_once
        side = min(POINTS, 2 * int(math.sqrt(_SEARCH_SECONDS / max(seconds, 1e-9)) / 2))
        return side if side >= _FEWEST_SEARCHED else 0

    def _numbers(self, params: Mapping[str, Any]) -> Floats:
        return np.array(self._problem.parameters.flatten(params), np.float32)

    def _sliced(
        self,
        kind: Slice,
        labels: tuple[str, str],
        frame: Frame,
        held: Mapping[str, Any],
        path: Path,
        view: Sequence[float] | None,
        reach: float,
        go_on: Callable[[Gradual], object],
        aspect: float | None,
    ) -> Plane:
        """Evaluate the loss on a plane that the path is near but not on."""
        seen = coordinates(path.points, *frame)
        if view is None:
            here = np.zeros((1, 2))
            corners = np.array([[-1, -1], [1, 1]]) if kind == "random" else here
            view = framing.rounded(framing.around(np.concatenate([corners, seen]), reach))
        shown = Path(path.steps, seen.astype(np.float32))
        share = explained(path.points, frame.directions)
        return self._plane(kind, labels, frame, held, view, share, shown, go_on, aspect)

    def _plane(
        self,
        kind: Slice,
        labels: tuple[str, str],
        frame: Frame,
        held: Mapping[str, Any],
        view: Sequence[float],
        share: float | None,
        path: Path,
        go_on: Callable[[Gradual], object],
        aspect: float | None,
    ) -> Plane:
        view = framing.checked(view)
        if aspect is not None:
            view = framing.in_equal_units(view, aspect)
        gradual = self._gradual(frame, view, held)
        go_on(gradual)
        none, recorded = np.empty(0, np.float32), kind == "two"
        lines = Contours(none, none, none)
        plane = Plane(
            kind, labels, frame, view, none, none, none, lines, share, None, recorded, path, gradual
        )
        return plane.grown

    def _gradual(self, frame: Frame, view: Rectangle, held: Mapping[str, Any]) -> Gradual:
        """Return the grid on a part of a plane, with nothing evaluated."""
        others = self._others(frame, held)
        quick = self._quick(others)
        points = POINTS if quick else GRADUAL_POINTS
        x = np.linspace(view.low_x, view.high_x, points).astype(np.float32)
        y = np.linspace(view.low_y, view.high_y, points).astype(np.float32)

        def losses(indices: NDArray[np.int64]) -> Floats:
            if quick:
                return np.asarray(self._losses(x, y, *others)).ravel()
            places = np.stack([x[indices % points], y[indices // points]], axis=1)
            return self._evaluations(places, others)

        def pace() -> tuple[int, float]:
            if quick:
                return points**2, 0.0
            return self._evaluations.pace(np.zeros(2, np.float32), others)

        return Gradual((points, points), 1 if quick else _COARSEST, losses, pace)
