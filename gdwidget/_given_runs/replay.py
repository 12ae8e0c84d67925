"""`replay`: the widget of a path that another solver, or another library, took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.problem import Problem
from gdwidget._given_runs.paths import as_kept, shown
from gdwidget._history.retraced import Point
from gdwidget._history.snapshots import BUDGET
from gdwidget._validation import whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget.widget import GDWidget

_MOST_POINTS = 100_000


def replay(
    loss: Callable[..., Any] | Problem,
    path: Iterable[Any],
    *,
    data: Any = None,
    predict: Callable[..., Any] | None = None,
    snapshot_bytes: int = BUDGET,
    **settings: Any,
) -> GDWidget:
    """Return a widget of a path that something else took: another solver, another library.

    Each point of the path is a step, with the loss and its gradient there. How it went from one
    to the next is not known, and nothing of that is computed; what follows the last one, or a
    fork, is gradient descent by the widget's optimizer. It ends at the first point where loss
    or gradient are not finite.

    Parameters
    ----------
    loss : callable or Problem
        ``loss(params, *data)``, the landscape; or a problem, of which a point is all numbers
        that learn.
    path : array_like of shape (steps, ...), or iterable of pytrees
        The points from the start on: what ``params`` is at each, as arrays or whatever numpy
        makes an array of, such as PyTorch's tensors. Where they need more memory than
        ``snapshot_bytes``, every 2nd, 4th... is kept, and the last.
    data, predict
        As for `GDWidget`, without streams; nothing beside a problem.
    snapshot_bytes : int, default 64,000,000
        Bytes that the states of the path may take.
    **settings
        As `GDWidget` takes them, without batches, questions and other problems.

    Raises
    ------
    ArgumentError
        If an argument is not as said; the message names it.

    Examples
    --------
    >>> import gdwidget
    >>> from scipy.optimize import minimize
    >>> def bowl(x):
    ...     return x[0] ** 2 + 10 * x[1] ** 2
    >>> path = [np.array([3.0, 1.0])]
    >>> _ = minimize(bowl, path[0], method="BFGS", callback=lambda x: path.append(x.copy()))
    >>> w = gdwidget.replay(bowl, path, learning_rate=0.05)
    >>> w.cursor == len(path) - 1, w.runs[0].label
    (True, 'recorded elsewhere')
    """
    points = _listed(path)
    most = whole_number("snapshot_bytes", snapshot_bytes, 0, 2**63)
    if isinstance(loss, Problem):
        for name, value in (("data", data), ("predict", predict)):
            if value is not None:
                raise ArgumentError(name, value, "nothing, for the problem has it already")
        problem = loss
        named = [_of_problem(problem, point, at) for at, point in enumerate(points)]
        problem = problem.started_at(named[0])
    else:
        trees = [_arrays(point, at) for at, point in enumerate(points)]
        problem = Problem(loss, trees[0], data=data, predict=predict)
        named = [as_kept(problem, tree, at) for at, tree in enumerate(trees)]
    settings = {"snapshot_bytes": most, **settings}
    size = 4 * problem.parameters.count * 2
    kept = min(_MOST_POINTS, most // size) if problem.parameters.count else _MOST_POINTS
    chosen = _thinned(len(named), max(2, kept))
    return shown(problem, [[Point(at, named[at]) for at in chosen]], settings)


def _of_problem(problem: Problem, point: Any, at: int) -> dict[str, Any]:
    if isinstance(point, Mapping):
        return dict(problem.started_at(point).start)
    numbers = np.asarray(_array(point, at), np.float32)
    count = problem.parameters.count
    if numbers.shape != (count,) and (numbers.size, count) != (1, 1):
        accepted = f"{count} numbers, those that learn"
        raise ArgumentError(f"path[{at}]", point, accepted)
    given = problem.parameters.unflatten(jnp.asarray(numbers.ravel()), problem.start)
    return {
        name: np.float32(value) if isinstance(problem.start[name], np.float32) else value
        for name, value in given.items()
    }


def _listed(path: Any) -> list[Any]:
    accepted = "an array of shape (steps, ...), or a list of parameters, at least one"
    if isinstance(path, (str, bytes, Mapping)) or not isinstance(path, Iterable):
        raise ArgumentError("path", path, accepted)
    try:
        points = list(path)
    except TypeError:  # an array without dimensions
        raise ArgumentError("path", path, accepted) from None
    if not points:
        raise ArgumentError("path", path, accepted)
    return points


def _arrays(point: Any, at: int) -> Any:
    return jax.tree.map(lambda leaf: _array(leaf, at), point)


def _array(leaf: Any, at: int) -> Any:
    """Return a leaf as an array: a number, an array, or what numpy makes one of."""
    if callable(leaf) or isinstance(leaf, (jax.Array, np.ndarray)):
        return leaf
    detach = getattr(leaf, "detach", None)  # of PyTorch's, that are to be differentiated
    try:
        array = np.asarray(leaf if detach is None else detach())
        return array if array.dtype.kind in "fiub" else array.astype(np.float32)
    except (TypeError, ValueError, RuntimeError) as error:
        accepted = "numbers, arrays, or what numpy can make an array of"
        raise ArgumentError(f"path[{at}]", leaf, accepted, str(error)) from error


def _thinned(count: int, most: int) -> list[int]:
    """Return which of some points are kept: every 2nd, 4th..., and the last."""
    stride = 1
    while count > most * stride:
        stride *= 2
    return sorted({*range(0, count, stride), count - 1})
