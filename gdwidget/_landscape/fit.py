"""How the model fits the data: which figure shows it, and what is on it at some parameters."""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.costs import cost_of
from gdwidget._landscape.evaluations import MOST_BYTES, QUICK_OPERATIONS
from gdwidget._landscape.fit_plots import CURVE_POINTS, GRID_POINTS, Boundary, Curve, Scatter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget._core.costs import Cost
    from gdwidget._core.placement import Place
    from gdwidget._core.problem import Problem
    from gdwidget._landscape.fit_plots import FitPlot, Floats, Portable, Predict

Figure: TypeAlias = Literal["curve", "boundary", "scatter"]

MOST_SAMPLES = 1_000
"""How many samples are drawn at most."""

_FEWEST = 9


class Fit:
    """The data of a problem and its model, as far as they can be drawn.

    Parameters
    ----------
    problem : Problem
        Whose ``predict`` is drawn: at most 1,000 of its samples, evenly picked, the first
        and the last among them; fewer, and a coarser curve or grid, where one prediction
        takes much memory or time.

    Attributes
    ----------
    figure : {"curve", "boundary", "scatter"} or None
        ``"curve"`` for inputs of one feature; ``"boundary"`` for inputs of two features and
        targets that are classes (0 and 1 with one prediction a sample, which is held
        against 0.5; 0 to k - 1, or one column a class, with k scores a sample, of which
        the largest counts); ``"scatter"`` for what else has one prediction a sample.
    reason : str
        Why there is no figure, in a sentence; empty where there is one.
    labels : tuple of str
        What is on the horizontal and on the vertical axis.
    samples : numpy.ndarray, shape (drawn,), dtype int64
        Which samples are drawn, ascending.

    Examples
    --------
    >>> from gdwidget import problems
    >>> problem = problems.line()
    >>> fit = Fit(problem)
    >>> fit.figure, fit.labels
    ('curve', ('inputs', 'targets'))
    >>> fit.at({"W": 2.0, "b": -1.0}).predictions.tolist()
    [-3.0, -1.0, 1.0, 3.0, 5.0, 7.0]
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.figure: Figure | None = None
        self.labels = ("", "")
        self.samples = np.empty(0, np.int64)
        self._drawing: Curve | Boundary | Scatter | None = None
        try:
            self._choose(problem)
        except _NoFigureError as reason:
            self.reason = str(reason)
        else:
            self.reason = ""

    def at(self, params: Mapping[str, Any]) -> FitPlot:
        """Return what the figure shows at these parameters.

        It takes as long for a million samples as for a thousand.

        Parameters
        ----------
        params : mapping of str to pytree
            Value of each parameter of the problem.

        Returns
        -------
        CurvePlot, BoundaryPlot or ScatterPlot
            By `figure`. Not finite where the predictions are not.

        Raises
        ------
        ValueError
            If there is no figure; it says why.
        """
        if self._drawing is None:
            raise ValueError(self.reason)
        return self._drawing.at(self._problem.given(params))

    @property
    def portable(self) -> Portable | None:
        """What it takes to draw the figure elsewhere; None where there is none."""
        return None if self._drawing is None else self._drawing.portable

    def batch_positions(self, batch: NDArray[Any] | None) -> NDArray[np.int64]:
        """Return where among the samples drawn those of a batch are, ascending.

        Parameters
        ----------
        batch : numpy.ndarray of int, or None
            Which samples of the data are in the batch; None for all, of which none is
            picked out.

        Returns
        -------
        numpy.ndarray, dtype int64
        """
        if batch is None:
            return np.empty(0, np.int64)
        return np.flatnonzero(np.isin(self.samples, batch))

    def _choose(self, problem: Problem) -> None:
        """Choose the figure; raises `_NoFigureError` where there is none."""
        if problem.predict is None:
            raise _NoFigureError("There is no predict function to draw.")
        arrays = _inputs_and_targets(problem)
        rows = _affordable(problem, arrays[0])
        samples = _evenly_picked(len(arrays[0]), int(min(MOST_SAMPLES, max(_FEWEST, rows))))
        beside = _everywhere(problem.place)
        inputs, targets = _taken(arrays, samples, beside)
        columns = _columns(problem, inputs)
        features = math.prod(inputs.shape[1:])
        single = columns == 1 and targets.size == len(targets)
        classes = _classes(targets, columns)
        predict = _predicting(problem)
        x, y = _data_names(problem)
        if features == 1 and single:
            points = _points(CURVE_POINTS, rows)
            drawing: Curve | Boundary | Scatter = Curve(
                predict, inputs, _flat(targets), beside, points
            )
            figure: Figure = "curve"
        elif inputs.shape[1:] == (2,) and classes is not None:
            points = _points(GRID_POINTS, math.sqrt(rows))
            drawing, figure = Boundary(predict, inputs, classes, beside, points), "boundary"
            x, y = f"{x}[:, 0]", f"{x}[:, 1]"
        elif single:
            drawing, figure = Scatter(predict, inputs, _flat(targets), beside), "scatter"
            x, y = y, f"predicted {y}"
        else:
            given = f"{features} features, {columns} predictions"
            wanted = "one prediction and one target a sample, or two features and classes"
            raise _NoFigureError(f"A sample has {given}; what can be drawn has {wanted}.")
        if not isinstance(drawing, Scatter):
            _columns(problem, drawing.grid)
        self.figure, self.labels, self.samples, self._drawing = figure, (x, y), samples, drawing


def _inputs_and_targets(problem: Problem) -> tuple[jax.Array, jax.Array]:
    """Return the first two arrays of the data, whether spread or handed whole as a tuple."""
    data = problem.data
    if len(data) == 1 and isinstance(data[0], tuple):
        data = data[0]
    if data and isinstance(data[0], dict):
        raise _NoFigureError("The data are a dict, which does not tell inputs from targets.")
    first: tuple[Any, ...] = (*data, None, None)
    inputs, targets = first[:2]
    if not (isinstance(inputs, jax.Array) and isinstance(targets, jax.Array)):
        raise _NoFigureError("There are no data with inputs and targets to draw.")
    return inputs, targets


class _NoFigureError(Exception):
    """Says in a sentence why nothing can be drawn."""


def _evenly_picked(count: int, most: int) -> NDArray[np.int64]:
    """Return all of so many samples or fewer of them, the first and the last included."""
    if count <= most:
        return np.arange(count)
    return np.arange(most) * (count - 1) // (most - 1)


def _affordable(problem: Problem, inputs: jax.Array) -> float:
    """Return for how many rows at once there are memory and time to predict."""
    few, many = (
        _cost(problem, jax.ShapeDtypeStruct((rows, *inputs.shape[1:]), inputs.dtype))  # type: ignore[no-untyped-call]
        for rows in (1, 1 + _FEWEST)
    )
    if few is None or many is None:
        return math.inf
    memory, operations = (
        (after - before) / _FEWEST if math.isfinite(after) else 0.0
        for before, after in ((few.memory, many.memory), (few.operations, many.operations))
    )
    return min(
        MOST_BYTES / memory if memory > 0 else math.inf,
        QUICK_OPERATIONS / operations if operations > 0 else math.inf,
    )


def _cost(problem: Problem, inputs: jax.ShapeDtypeStruct) -> Cost | None:
    """Return what predicting costs; None where it raises, which is said elsewhere."""
    try:
        return cost_of(_predicting(problem), problem.given(), inputs)
    except Exception:  # noqa: BLE001 - whatever the user's function raises
        return None


def _points(most: int, affordable: float) -> int:
    """Return the most points, or of so many every second, fourth, ... as far as affordable."""
    points = most
    while points > max(_FEWEST, affordable):
        points = points // 2 + 1
    return points


def _everywhere(place: Place) -> Place | None:
    """Return the one device, or the placement of a copy on each of many; None if left to jax."""
    if isinstance(place, jax.Device):
        return place
    if not isinstance(place, jax.sharding.NamedSharding):
        return None
    return jax.sharding.NamedSharding(place.mesh, jax.sharding.PartitionSpec())  # type: ignore[no-untyped-call]


def _taken(
    arrays: tuple[jax.Array, jax.Array],
    samples: NDArray[np.int64],
    beside: Place | None,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return these samples' inputs and targets; no others leave the devices."""
    if all([device.platform for device in array.devices()] == ["cpu"] for array in arrays):
        # In the same memory: to compile what picks them out would take a quarter of a second.
        inputs, targets = (np.asarray(array)[samples] for array in arrays)
        return inputs, targets
    spread = beside if isinstance(beside, jax.sharding.Sharding) else None
    take = jax.jit(lambda arrays, rows: [array[rows] for array in arrays], out_shardings=spread)
    rows = jax.device_put(samples, beside)
    inputs, targets = jax.device_get(take(arrays, rows))
    return inputs, targets


def _predicting(problem: Problem) -> Predict:
    """Return ``predict`` as a function of the parameters by name, and inputs."""
    predict: Any = problem.predict

    def predicting(params: Mapping[str, Any], inputs: Any) -> Any:
        return predict(*problem.parameters.values(params), inputs)

    return predicting


def _columns(problem: Problem, inputs: NDArray[Any]) -> int:
    """Return how many predictions there are for each of the inputs."""
    try:
        result = jax.eval_shape(_predicting(problem), problem.given(), inputs)
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        because = f"{type(error).__name__}: {lines[0]}"
        raise _NoFigureError(f"predict raised {because}") from error
    count = len(inputs)
    single = isinstance(result, jax.ShapeDtypeStruct)
    if not single or result.shape[:1] != (count,) or len(result.shape) > 2:  # noqa: PLR2004
        given = jax.tree.map(lambda leaf: leaf.shape, result)
        wanted = f"({count},) or ({count}, k)"
        raise _NoFigureError(f"predict returns shape {given} for {count} inputs, not {wanted}.")
    if jnp.issubdtype(result.dtype, jnp.complexfloating):
        raise _NoFigureError(f"predict returns {result.dtype}, which has no place on an axis.")
    return math.prod(result.shape[1:])


def _classes(targets: NDArray[Any], columns: int) -> Floats | None:
    """Return the samples' classes 0, 1, 2, ..., or None where the targets are none."""
    if columns > 1 and targets.shape[1:] == (columns,):
        one_of_them = np.isin(targets, (0, 1)).all() and (targets.sum(axis=1) == 1).all()
        return targets.argmax(axis=1).astype(np.float32) if one_of_them else None
    if targets.size != len(targets):
        return None
    if columns == 1:
        known = np.isin(targets, (0, 1)).all()
    else:
        known = np.isin(targets, np.arange(columns)).all()
    return _flat(targets) if known else None


def _flat(values: NDArray[Any]) -> Floats:
    return values.reshape(-1).astype(np.float32)


def _data_names(problem: Problem) -> tuple[str, str]:
    """Return what the loss calls its inputs and targets."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    arguments = inspect.signature(problem.loss).parameters.values()
    names = [argument.name for argument in arguments if argument.kind in kinds]
    inputs, targets, *_ = [*names[len(problem.names) :], "", ""]
    return (inputs, targets) if targets else ("inputs", "targets")
