"""`record`: a training loop that somebody else runs, and the widget of what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import jax
import jax.numpy as jnp
import optax

from gdwidget._core.problem import Problem
from gdwidget._given_runs.paths import as_kept, in_float32, shown
from gdwidget._history.retraced import Point
from gdwidget._history.snapshots import BUDGET
from gdwidget._recording.recorder import Recorder
from gdwidget._validation import whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from gdwidget._recording.recorder import Kept, Loop
    from gdwidget.widget import GDWidget


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
        problem = Problem(loss, _params(newest, first), data=data, predict=predict)
        alike = [loop for loop in loops if loop.shapes == newest.shapes]
        paths = [
            [
                Point(
                    int(kept.count), as_kept(problem, _params(loop, kept)), _opt_state(loop, kept)
                )
                for kept in loop.points()
            ]
            for loop in alike
        ]
        recorded = self._recorder.optimizer
        settings |= {"optimizer": recorded if optimizer is None else optimizer}
        settings |= {"learning_rate": learning_rate, "snapshot_bytes": self._recorder.budget}
        return shown(problem, paths, settings)

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


def _params(loop: Loop, kept: Kept) -> Any:
    return jax.tree.unflatten(loop.params, kept.params)


def _opt_state(loop: Loop, kept: Kept) -> Any:
    return jax.tree.unflatten(loop.opt_state, [*map(_in_32_bits, kept.opt_state)])


def _in_32_bits(leaf: Any) -> Any:
    """Return what an optimizer remembers as it is remembered here, whatever the loop's types."""
    if jnp.issubdtype(leaf.dtype, jnp.signedinteger):
        return jnp.asarray(leaf).astype(jnp.int32)
    return in_float32(leaf)
