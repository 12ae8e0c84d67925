"""What the figure of data and model shows at some parameters: arrays, never a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import contourpy
import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.compiled import Compiled
from gdwidget._landscape.framing import NEAREST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from gdwidget._core.placement import Place

    Floats: TypeAlias = NDArray[np.float32]
    Predict: TypeAlias = Callable[[Mapping[str, Any], Any], Any]
    Beside: TypeAlias = Place | None

CURVE_POINTS = 257
"""How many points the model's curve has, where there is room and time for them."""

GRID_POINTS = 65
"""How many points a side the grid has on which a boundary is looked for, with room and time."""

_MARGIN = 0.06
_THRESHOLD = 0.5
_LARGEST = float(np.finfo(np.float32).max)


class CurvePlot(NamedTuple):
    """A model of one feature, drawn through its samples.

    Attributes
    ----------
    inputs, targets, predictions : numpy.ndarray, shape (samples,), dtype float32
        The samples drawn, and what the model says for them.
    curve_x, curve_y : numpy.ndarray, shape (points,), dtype float32
        The model between them, a little beyond both ends; x ascending.
    """

    inputs: Floats
    targets: Floats
    predictions: Floats
    curve_x: Floats
    curve_y: Floats


class BoundaryPlot(NamedTuple):
    """A classifier of two features.

    Attributes
    ----------
    inputs_x, inputs_y : numpy.ndarray, shape (samples,), dtype float32
        Both features of the samples drawn.
    targets, predictions : numpy.ndarray, shape (samples,), dtype float32
        Their classes 0, 1, 2, ..., and those the model puts them in.
    boundary_x, boundary_y : numpy.ndarray, shape (points,), dtype float32
        Where the predicted class changes: lines, with NaN between each two.
    """

    inputs_x: Floats
    inputs_y: Floats
    targets: Floats
    predictions: Floats
    boundary_x: Floats
    boundary_y: Floats


class ScatterPlot(NamedTuple):
    """Any model with one prediction a sample: predicted against true.

    Attributes
    ----------
    targets, predictions : numpy.ndarray, shape (samples,), dtype float32
        Of the samples drawn.
    """

    targets: Floats
    predictions: Floats


FitPlot: TypeAlias = CurvePlot | BoundaryPlot | ScatterPlot


class Portable(NamedTuple):
    """What it takes to draw the model elsewhere.

    Attributes
    ----------
    evaluate : callable
        ``evaluate(params, places)`` returns the arrays that depend on the parameters; may
        be traced.
    places : tuple of jax.Array
        Where the model is evaluated: at the samples, and where there is one on the grid.
    inputs, targets : numpy.ndarray, dtype float32
        The samples as they are drawn, feature after feature.
    axes : list of numpy.ndarray, dtype float32
        The grid's axes.
    """

    evaluate: Callable[[Mapping[str, Any], Any], Any]
    places: tuple[jax.Array, ...]
    inputs: Floats
    targets: Floats
    axes: list[Floats]


class Curve:
    """A model of one feature, with its samples.

    Parameters
    ----------
    predict : callable
        ``predict(params, inputs)``; may be traced.
    inputs : numpy.ndarray, shape (samples,) or (samples, 1)
    targets : numpy.ndarray, shape (samples,), dtype float32
    beside : jax.Device or jax.sharding.Sharding, optional
        On which devices the predictions are made; by default on the first.
    points : int
        How many points the curve has.

    Attributes
    ----------
    grid : numpy.ndarray, shape (points,) or (points, 1), dtype float32
        Where the model is drawn: as the inputs, a little beyond both ends.
    """

    def __init__(
        self,
        predict: Predict,
        inputs: NDArray[Any],
        targets: Floats,
        beside: Beside = None,
        points: int = CURVE_POINTS,
    ) -> None:
        self._line = _axis(inputs, points)
        self.grid = self._line.reshape(-1, *inputs.shape[1:])
        self._inputs = inputs.reshape(-1).astype(np.float32)
        self._targets = targets
        self._places = jax.device_put((inputs, self.grid), beside)

        def both(params: Mapping[str, Any], places: tuple[Any, Any]) -> list[jax.Array]:
            return [_float32(predict(params, at)).reshape(-1) for at in places]

        self._both = Compiled(both, place=beside)

    @property
    def portable(self) -> Portable:
        """What it takes to draw it elsewhere; evaluates to predictions and curve."""
        return Portable(self._both.jitted, self._places, self._inputs, self._targets, [self._line])

    def at(self, params: Mapping[str, Any]) -> CurvePlot:
        """Return the model at these parameters."""
        predictions, curve = jax.device_get(self._both(params, self._places))
        return CurvePlot(self._inputs, self._targets, predictions, self._line, curve)


class Boundary:
    """A classifier of two features, with its samples.

    Parameters
    ----------
    predict : callable
        ``predict(params, inputs)``; may be traced. One prediction for each of the inputs is
        held against 0.5; of more than one the largest counts.
    inputs : numpy.ndarray, shape (samples, 2)
    classes : numpy.ndarray, shape (samples,), dtype float32
        0, 1, 2, ...
    beside : jax.Device or jax.sharding.Sharding, optional
        On which devices the predictions are made; by default on the first.
    points : int
        How many points a side the grid has.

    Attributes
    ----------
    grid : numpy.ndarray, shape (points * points, 2), dtype float32
        Where the boundary is looked for.
    """

    def __init__(
        self,
        predict: Predict,
        inputs: NDArray[Any],
        classes: Floats,
        beside: Beside = None,
        points: int = GRID_POINTS,
    ) -> None:
        self._inputs, self._classes = inputs.astype(np.float32), classes
        self._axes = [_axis(inputs[:, feature], points) for feature in (0, 1)]
        self.grid = np.stack(np.meshgrid(*self._axes), axis=-1).reshape(-1, 2)
        self._places = jax.device_put((inputs, self.grid), beside)

        def both(params: Mapping[str, Any], places: tuple[Any, Any]) -> tuple[Any, Any]:
            at_samples, on_grid = (_scores(_float32(predict(params, at))) for at in places)
            unknown = jnp.isnan(at_samples).any(axis=1)
            largest = jax.lax.argmax(at_samples, 1, np.int32).astype(jnp.float32)
            classes = jnp.where(unknown, jnp.nan, largest)
            leads = _leads(on_grid).reshape(-1, points, points)
            return classes, leads

        self._both = Compiled(both, place=beside)

    @property
    def portable(self) -> Portable:
        """What it takes to draw it elsewhere; evaluates to classes and leads on the grid."""
        inputs = self._inputs.T.reshape(-1)
        return Portable(self._both.jitted, self._places, inputs, self._classes, self._axes)

    def at(self, params: Mapping[str, Any]) -> BoundaryPlot:
        """Return the boundary at these parameters."""
        classes, leads = jax.device_get(self._both(params, self._places))
        lines = [line for lead in leads for line in self._zeros(lead)]
        gap = np.full((1, 2), np.nan)
        parts = [part for line in lines for part in (gap, line)][1:]
        x, y = np.concatenate([np.empty((0, 2)), *parts]).T.astype(np.float32)
        inputs_x, inputs_y = self._inputs.T
        return BoundaryPlot(inputs_x, inputs_y, self._classes, classes, x, y)

    def _zeros(self, lead: Floats) -> list[NDArray[np.float64]]:
        x, y = self._axes
        generator = contourpy.contour_generator(
            x, y, np.ma.masked_invalid(lead), line_type=contourpy.LineType.Separate
        )
        lines: list[NDArray[np.float64]] = generator.lines(0.0)  # type: ignore[assignment]
        return lines


class Scatter:
    """Any model with one prediction a sample.

    Parameters
    ----------
    predict : callable
        ``predict(params, inputs)``; may be traced.
    inputs : numpy.ndarray, shape (samples, ...)
    targets : numpy.ndarray, shape (samples,), dtype float32
    beside : jax.Device or jax.sharding.Sharding, optional
        On which devices the predictions are made; by default on the first.
    """

    def __init__(
        self, predict: Predict, inputs: NDArray[Any], targets: Floats, beside: Beside = None
    ) -> None:
        self._targets = targets
        self._places = (jax.device_put(inputs, beside),)

        def evaluate(params: Mapping[str, Any], places: tuple[Any]) -> list[jax.Array]:
            return [_float32(predict(params, at)).reshape(-1) for at in places]

        self._evaluate = Compiled(evaluate, place=beside)

    @property
    def portable(self) -> Portable:
        """What it takes to draw it elsewhere; evaluates to predictions."""
        return Portable(
            self._evaluate.jitted, self._places, np.empty(0, np.float32), self._targets, []
        )

    def at(self, params: Mapping[str, Any]) -> ScatterPlot:
        """Return the predictions at these parameters."""
        (predictions,) = jax.device_get(self._evaluate(params, self._places))
        return ScatterPlot(self._targets, predictions)


def _scores(predictions: jax.Array) -> jax.Array:
    """Return a score for each class; of one prediction, for below and for above 0.5."""
    if predictions.ndim == 2 and predictions.shape[1] > 1:  # noqa: PLR2004 - rows, columns
        return predictions
    above = predictions.reshape(-1, 1) - _THRESHOLD
    return jnp.concatenate([jnp.zeros_like(above), above], axis=1)


def _leads(scores: jax.Array) -> jax.Array:
    """Return by how much each class but the last leads the best other; 0 on a boundary.

    What the last class borders on is another's border.
    """
    classes = scores.shape[1]
    others = [jnp.delete(scores, own, axis=1).max(axis=1) for own in range(classes - 1)]
    return scores[:, :-1].T - jnp.stack(others)


def _axis(values: NDArray[Any], points: int) -> Floats:
    """Return evenly spaced values from below the least to above the largest."""
    least, most = float(values.min()), float(values.max())
    margin = _MARGIN * (most - least) or abs(least) or 1.0
    margin = max(margin, NEAREST * max(abs(least), abs(most)))
    low, high = max(least - margin, -_LARGEST), min(most + margin, _LARGEST)
    spaced: Floats = np.linspace(low, high, points, dtype=np.float32)
    return spaced


def _float32(predictions: Any) -> jax.Array:
    return jnp.asarray(predictions).astype(jnp.float32)
