"""`record` and `replay`: widgets of what was taken elsewhere, by a loop or by another solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gdwidget._core.batching import Stream
from gdwidget._core.leaves import is_float
from gdwidget._core.problem import Problem
from gdwidget._history.retraced import Point
from gdwidget._history.snapshots import BUDGET
from gdwidget._recording.recorder import Recorder
from gdwidget._validation import whole_number
from gdwidget.errors import ArgumentError
from gdwidget.widget import GDWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from gdwidget._recording.recorder import Kept, Loop

_MOST_POINTS = 100_000
_NOTHING_OF = ("batch_size", "problems", "questions", "student", "salt")


class _Recorder(Recorder):
    """Knows of what the recorded loop is the path, too: loss, data and model."""

    def __init__(
        self,
        optimizer: optax.GradientTransformationExtraArgs,
        budget: int,
        problem: tuple[Callable[..., Any], Any, Callable[..., Any] | None],
    ) -> None:
        super().__init__(optimizer, budget)
        self.problem = problem


class Recording(optax.GradientTransformationExtraArgs):  # type: ignore[misc]
    """The optimizer that `record` returns: in a ``with`` it keeps where its updates lead.

    Use it wherever optax's own would stand, outermost: what follows it in a chain it does not see.
    What its `init` returns is a state of its own, which
    goes through `jax.jit`, `equinox.filter_jit`, `flax.nnx.Optimizer` and `jax.lax.scan`, and may
    be donated. Outside of the ``with`` it makes the same updates and keeps nothing.

    It is a pytree, as all of optax's are, and may be taken apart and put together by libraries:
    all that it knows is its recorder's.
    """

    def __repr__(self) -> str:
        """Return what is kept, in words."""
        return f"<Recording: {self.kept:,} points of {self.updates:,} updates>"

    def __enter__(self) -> Self:
        """Begin to record."""
        self._recorder.open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Record no more; what was recorded stays, whatever was raised."""
        jax.effects_barrier()  # type: ignore[no-untyped-call]
        self._recorder.open = False

    @property
    def kept(self) -> int:
        """How many points of the newest loop are kept, its start included."""
        return len(self._points)

    @property
    def updates(self) -> int:
        """How many updates of the newest loop were seen."""
        points = self._points
        return int(points[-1].count) if points else 0

    def widget(
        self, *, optimizer: object = None, learning_rate: Any = 0.01, **settings: Any
    ) -> GDWidget:
        """Return a widget of what was recorded, to look at and to go on from.

        Its steps are the points that were kept, with loss and gradient on all data: all of a
        short loop, else every 2nd, 4th, 8th... What the loop did in between is not known, and
        nothing of it is computed. Each loop that called ``init`` is a run, the newest one is the
        current. A run ends at the first point where loss or gradient are not finite.

        Parameters
        ----------
        optimizer : str, optax.GradientTransformation or callable, optional
            What takes the steps that follow; by default the recorded one, with its own rate. To
            fork at another rate, give one that takes a rate: ``optimizer="adam"`` for an
            ``optax.adam(1e-3)``. It goes on with what the recorded one remembered there, if it
            remembers the same kinds of numbers.
        learning_rate : float or callable, default 0.01
            Rate of the steps that follow. One that is set later forks a new run.
        **settings
            As `GDWidget` takes them, without batches, questions and other problems.

        Raises
        ------
        ArgumentError
            If nothing was recorded, the loss is not that of the recorded parameters, or a
            setting is not as said.
        """
        jax.effects_barrier()  # type: ignore[no-untyped-call]
        if self._recorder.ensemble:
            accepted = "one loop: the recorded optimizer may not be under jax.vmap"
            raise ArgumentError("optimizer", "many loops at once", accepted)
        loops = [loop for loop in self._recorder.loops if len(list(loop.points())) > 1]
        if not loops:
            given = "init, and no update" if self._recorder.loops else "neither init nor update"
            accepted = "a loop that calls both of the recorded optimizer, inside of the with"
            raise ArgumentError("optimizer", given, accepted)
        loss, data, predict = self._recorder.problem
        newest = loops[-1]
        first = next(newest.points())
        problem = _problem(loss, _params(newest, first), data, predict)
        alike = [loop for loop in loops if loop.shapes == newest.shapes]
        paths = [
            [
                Point(int(kept.count), _named(problem, _params(loop, kept)), _opt_state(loop, kept))
                for kept in loop.points()
            ]
            for loop in alike
        ]
        recorded = self._recorder.optimizer
        settings |= {"optimizer": recorded if optimizer is None else optimizer}
        settings |= {"learning_rate": learning_rate, "snapshot_bytes": self._recorder.budget}
        return _shown(problem, paths, settings)

    @property
    def _recorder(self) -> _Recorder:
        recorder: _Recorder = self.init.__self__
        return recorder

    @property
    def _points(self) -> list[Kept]:
        loops = self._recorder.loops
        return list(loops[-1].points()) if loops else []


def record(
    optimizer: object,
    *,
    loss: Callable[..., Any],
    data: Any = None,
    predict: Callable[..., Any] | None = None,
    snapshot_bytes: int = BUDGET,
) -> Recording:
    """Record a training loop: the same optimizer, which in a ``with`` keeps where it leads.

    Nothing of the loop changes but the optimizer. Loss and gradient are evaluated afterwards, so
    that they cost the loop no time.

    Parameters
    ----------
    optimizer : optax.GradientTransformation or optax.MultiSteps
        What the loop uses, with its own learning rate.
    loss : callable
        ``loss(params, *data)``, or ``loss(params, batch)``: the landscape, of the parameters as
        the optimizer is given them. Returns one float that jax can differentiate.
    data : tuple of array_like, array_like, dict or other pytree, optional
        All data that the loss is evaluated on, as for `GDWidget`; no stream.
    predict : callable, optional
        ``predict(params, inputs)``, the model; shown over the data.
    snapshot_bytes : int, default 64,000,000
        Bytes of parameters, gradients and what the optimizer remembers that a loop may keep. A
        loop that needs more keeps every 2nd point, then every 4th, and so on; at most 2,048.

    Returns
    -------
    Recording
        To be used as the optimizer. Its `widget` shows what was recorded.

    Raises
    ------
    ArgumentError
        If an argument is not as said.

    Examples
    --------
    >>> import gdwidget
    >>> xs = jnp.arange(4.0)
    >>> def loss(params, xs, ys):
    ...     return ((params["w"] * xs + params["b"] - ys) ** 2).mean()
    >>> params = {"w": jnp.float32(0), "b": jnp.float32(0)}
    >>> with gdwidget.record(optax.adam(0.1), loss=loss, data=(xs, 2 * xs - 1)) as optimizer:
    ...     opt_state = optimizer.init(params)
    ...     for _ in range(100):
    ...         gradient = jax.grad(loss)(params, xs, 2 * xs - 1)
    ...         updates, opt_state = optimizer.update(gradient, opt_state, params)
    ...         params = optax.apply_updates(params, updates)
    >>> w = optimizer.widget(optimizer="adam", learning_rate=0.1)
    >>> w.cursor, bool(w.params["params"]["w"] == params["w"])
    (100, True)
    >>> w.goto(20)
    >>> w.learning_rate = 0.5
    >>> w.step()
    >>> w.cursor, len(w.runs), w.runs[0].label
    (21, 2, 'recorded elsewhere')
    """
    if isinstance(optimizer, optax.MultiSteps):
        optimizer = optimizer.gradient_transformation()
    if not isinstance(optimizer, optax.GradientTransformation):
        accepted = "an optax.GradientTransformation, such as optax.adam(1e-3)"
        raise ArgumentError("optimizer", optimizer, accepted)
    if not callable(loss):
        raise ArgumentError("loss", loss, "a function loss(params, *data)")
    most = whole_number("snapshot_bytes", snapshot_bytes, 0, 2**63)
    optimizer = optax.with_extra_args_support(optimizer)
    recorder = _Recorder(optimizer, most, (loss, data, predict))
    return Recording(recorder.init, recorder.update)


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
        problem = _problem(loss, trees[0], data, predict)
        named = [_named(problem, tree, at) for at, tree in enumerate(trees)]
    settings = {"snapshot_bytes": most, **settings}
    size = 4 * problem.parameters.count * 2
    kept = min(_MOST_POINTS, most // size) if problem.parameters.count else _MOST_POINTS
    chosen = _thinned(len(named), max(2, kept))
    return _shown(problem, [[Point(at, named[at]) for at in chosen]], settings)


def _shown(
    problem: Problem, paths: Sequence[Sequence[Point]], settings: dict[str, Any]
) -> GDWidget:
    for name in _NOTHING_OF:
        if settings.get(name) is not None:
            accepted = "nothing here; a new run may have it later"
            raise ArgumentError(name, settings[name], accepted)
    if isinstance(problem.stream, Stream):
        accepted = "all data at once: each recorded point is evaluated on them"
        raise ArgumentError("data", "a stream of batches", accepted)
    widget = GDWidget(problem, **settings)
    widget._take_in(paths)  # noqa: SLF001 - what no other caller is to do
    return widget


def _problem(
    loss: Callable[..., Any], params: Any, data: Any, predict: Callable[..., Any] | None
) -> Problem:
    return Problem(loss, params, data=data, predict=predict)


def _params(loop: Loop, kept: Kept) -> Any:
    return jax.tree.unflatten(loop.params, kept.params)


def _opt_state(loop: Loop, kept: Kept) -> Any:
    return jax.tree.unflatten(loop.opt_state, [*map(_in_32_bits, kept.opt_state)])


def _named(problem: Problem, tree: Any, at: int = 0) -> dict[str, Any]:
    """Return the parameters of a problem of one, as it keeps them; they need not be finite."""
    (name,) = problem.names
    start = problem.start[name]
    value = jax.tree.map(_float32, tree)
    if isinstance(start, np.float32):
        value = np.float32(value) if np.shape(value) == () else value
    shapes = [[np.shape(leaf) for leaf in jax.tree.leaves(each)] for each in (start, value)]
    structures: list[Any] = [jax.tree.structure(each) for each in (start, value)]
    if structures[0] != structures[1] or shapes[0] != shapes[1]:
        accepted = f"shapes {shapes[0]}, as at the start"
        raise ArgumentError(f"path[{at}]", f"shapes {shapes[1]}", accepted)
    return {name: value}


def _float32(leaf: Any) -> Any:
    return jnp.asarray(leaf).astype(jnp.float32) if is_float(leaf) else leaf


def _in_32_bits(leaf: Any) -> Any:
    """Return what an optimizer remembers as it is remembered here, whatever the loop's types."""
    if jnp.issubdtype(leaf.dtype, jnp.signedinteger):
        return jnp.asarray(leaf).astype(jnp.int32)
    return _float32(leaf)


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
