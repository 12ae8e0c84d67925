"""`GDWidget`: traits, Python calls and messages; the mathematics lives in the layers below."""

from __future__ import annotations

import difflib
import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t
from ipywidgets import Widget, widget_serialization

from gdwidget import checks, figures, problems, protocol
from gdwidget.callbacks import Callbacks
from gdwidget.descent import Descent
from gdwidget.errors import ArgumentError
from gdwidget.landscape import Landscape
from gdwidget.postman import Postman
from gdwidget.problem import Problem
from gdwidget.saved import SavedState
from gdwidget.timeline import Run, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np

    from gdwidget.descent import State, Status
    from gdwidget.trajectory import Trajectory

_LOGGER = logging.getLogger(__name__)
_STATIC = Path(__file__).parent / "static"
_SETTINGS = ("argnums", "data", "predict", "learning_rate", "run_steps", "exact")
# ipywidgets echoes what a page sets to all pages before it looks at it.
_CHECKED_FIRST = frozenset({"learning_rate", "run_steps"})
_SET_BY_PAGE = frozenset({"learning_rate", "run_steps", "layout", "tabbable", "tooltip"})


class _LearningRate(t.Float[float, Any]):
    def validate(self, _obj: object, value: object) -> float:
        return checks.learning_rate(value)


class _RunSteps(t.Int[int, Any]):
    def validate(self, _obj: object, value: object) -> int:
        return checks.whole_number("run_steps", value, 1, checks.MOST_STEPS)


class GDWidget(anywidget.AnyWidget):
    """Gradient descent to step through: a loss function, a path, and the controls.

    Show it as the last line of a cell. Everything a button does has a method here, and every
    open page follows what is called.

    Parameters
    ----------
    loss : callable or Problem, optional
        ``loss(*params)``, with ``data`` ``loss(*params, *data)``: returns one float that jax
        can differentiate. Without it, the article's problem: ``y = 2x - 1`` fitted by its
        slope W from 8, with b held at -1.
    *params : float
        Starting value of each parameter. Their names are those of the loss's arguments.
    argnums : int, default 0
        Which parameter learns, as in `jax.value_and_grad`; the others are held.
    data : sequence of array_like, optional
        Arrays with one row a sample, shapes ``(n, ...)``; floats become float32.
    predict : callable, optional
        ``predict(*params, inputs)``, the model; kept as ``problem.predict``.
    learning_rate : float, default 0.01
        Rate of the steps to come, above 0.
    run_steps : int, default 50
        How many steps a run takes, 1 to 10,000,000.
    exact : bool, optional
        Whether digits may not depend on what the compiler fuses; by default so for problems
        that read at most 10,000 numbers. See `Descent`.

    Attributes
    ----------
    learning_rate : float
        A trait: a slider in the page, `observe`, `jslink`. Holds from the next step.
    run_steps : int
        A trait.
    exact : bool
        A trait. Holds from the next step.

    Raises
    ------
    ArgumentError
        If an argument is not as said; the message names it, with what was given and what is
        accepted.

    Examples
    --------
    >>> w = GDWidget()
    >>> w.step(3)
    >>> str(w.params["W"]), str(w.loss)
    ('6.3255796', '96.67163')
    >>> w.run()
    >>> w.cursor, len(w.trajectory)
    (53, 54)
    >>> w.back(50)
    >>> w.cursor, str(w.loss)
    (3, '96.67163')
    """

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    learning_rate = _LearningRate(0.01).tag(sync=True)
    run_steps = _RunSteps(50).tag(sync=True)
    exact = t.Bool().tag(sync=True)

    _names = t.Dict().tag(sync=True)
    _marks = t.Dict().tag(sync=True, **widget_serialization)
    _keyframe = t.Any().tag(sync=True, to_json=lambda _, widget: widget._saved_keyframe())  # noqa: SLF001
    _curve = t.Any().tag(sync=True, to_json=lambda _, widget: widget._saved_curve())  # noqa: SLF001

    def __init__(
        self,
        loss: Callable[..., Any] | Problem | None = None,
        *params: float,
        argnums: int = 0,
        data: Sequence[Any] | None = None,
        predict: Callable[..., Any] | None = None,
        learning_rate: float = 0.01,
        run_steps: int = 50,
        exact: bool | None = None,
        **unknown: object,
    ) -> None:
        _refuse(unknown)
        problem = _problem(loss, params, argnums, data, predict)
        self._lock = threading.RLock()
        self._timeline = Timeline(Descent(problem, exact=exact), learning_rate)
        self._landscape = Landscape(problem)
        self._saved = SavedState(self._timeline, self._landscape)
        self._sent: dict[int, int] = {}
        self._callbacks = Callbacks(self._report)
        self._postman = Postman(self._send_rows, self._send_saved, self._lock)
        marks = figures.loss_function(problem.learning) | figures.loss_against_step()
        super().__init__(
            learning_rate=learning_rate,
            run_steps=run_steps,
            exact=self._timeline.descent.exact,
            _names={"params": list(problem.names), "learning": problem.learning},
            _marks=marks,
        )
        self.on_msg(self._answer)
        self._postman.changed()

    @property
    def problem(self) -> Problem:
        """What is minimised, as it is started now."""
        return self._timeline.problem

    @property
    def cursor(self) -> int:
        """The step looked at."""
        return self._timeline.cursor

    @property
    def params(self) -> dict[str, np.float32]:
        """Value of each parameter at the cursor, numpy.float32."""
        return dict(self._state().params)

    @property
    def loss(self) -> np.float32:
        """Loss at the cursor, numpy.float32."""
        return self._state().loss

    @property
    def gradient(self) -> np.float32:
        """Derivative of the loss in the learning parameter at the cursor, numpy.float32."""
        return self._state().gradient

    @property
    def status(self) -> Status:
        """What follows the cursor.

        ``"ready"``, ``"converged"`` (loss or gradient exactly 0) or ``"diverged"`` (something
        is not finite).
        """
        return self._state().status

    @property
    def trajectory(self) -> Trajectory:
        """All recorded steps of the current run, in columns."""
        return self._timeline.run.trajectory

    def step(self, n: int = 1) -> None:
        """Take ``n`` steps; before the last recorded one, move along the record.

        If the learning rate was changed at an earlier step, a new run forks from there.

        Parameters
        ----------
        n : int, default 1
            1 to 10,000,000. It ends early on converged or diverged.

        Raises
        ------
        ArgumentError
            If ``n`` is out of range.
        """
        with self._lock:
            self._advance(n, self._postman.changed)

    def run(self, n: int | None = None) -> None:
        """Take ``n`` further steps, by default `run_steps`; like `step` otherwise."""
        self.step(self.run_steps if n is None else n)

    def back(self, n: int = 1) -> None:
        """Look ``n`` steps further back, at step 0 at the earliest; nothing is lost.

        Raises
        ------
        ArgumentError
            If ``n`` is no whole number of at least 1.
        """
        with self._lock:
            self._timeline.back(n)
            self._postman.changed()

    def goto(self, step: int) -> None:
        """Look at a recorded step.

        Raises
        ------
        ArgumentError
            If there is no such step.
        """
        with self._lock:
            self._timeline.goto(step)
            self._postman.changed()

    def reset(self, /, **start: float) -> None:
        """Start over and forget all recorded steps; settings stay.

        Parameters
        ----------
        **start : float
            New starting values, as in ``w.reset(W=5.0)``; the others start where they did.

        Raises
        ------
        ArgumentError
            If a name is none of the parameters', or the loss is not finite there; then
            nothing is changed.
        """
        with self._lock:
            self._timeline.reset(**start)
            self._postman.changed()

    def on_step(self, callback: Callable[[State], object]) -> Callable[[], None]:
        """Call a function after every step taken by anyone.

        Moving along the record counts as a step. A function that raises is reported, and the
        step stands.

        Parameters
        ----------
        callback : callable
            ``callback(state)`` with the new `State`.

        Returns
        -------
        callable
            Call it to remove the function again.

        Raises
        ------
        ArgumentError
            If ``callback`` cannot be called.

        Examples
        --------
        >>> w = GDWidget()
        >>> remove = w.on_step(lambda state: print(state.step, state.params["W"]))
        >>> w.step()
        1 7.38
        >>> remove()
        """
        if not callable(callback):
            raise ArgumentError("callback", callback, "a function callback(state)")
        return self._callbacks.add(callback)

    def __repr__(self) -> str:
        """Return step, parameter and loss: all that is shown where no page is."""
        state, name = self._state(), self._timeline.run.trajectory.name
        last = self._timeline.run.last
        shown = f"{name} = {state.params[name]}, loss {state.loss}"
        return f"<GDWidget: step {state.step:,} of {last:,}, {shown}>"

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take settings from a page; what is not a page's to set or not valid is refused."""
        refused = [name for name in sync_data if name not in _SET_BY_PAGE]
        try:
            if refused:
                raise ArgumentError(refused[0], sync_data[refused[0]], "nothing from a page")
            for name in _CHECKED_FIRST & sync_data.keys():
                self.traits()[name].validate(self, sync_data[name])
            with self._lock:
                super().set_state(sync_data)
        except t.TraitError as error:
            self.send(protocol.error(error))
            self.send_state([name for name in sync_data if name in self.keys])

    @t.observe("learning_rate")
    def _on_learning_rate(self, change: t.Bunch) -> None:
        with self._lock:
            self._timeline.learning_rate = change.new

    @t.observe("exact")
    def _on_exact(self, change: t.Bunch) -> None:
        with self._lock:
            if change.new != self._timeline.descent.exact:
                self._timeline.descent = Descent(self._timeline.descent.problem, exact=change.new)

    def _state(self) -> State:
        with self._lock:
            return self._timeline.state

    def _advance(self, n: int, tell: Callable[[], object]) -> None:
        """Take ``n`` steps and call ``tell`` whenever some were taken, whatever happens."""
        self._callbacks.begin()
        try:
            for _ in self._timeline.advancing(n, one_by_one=self._callbacks.__bool__):
                tell()
                if self._callbacks:
                    self._callbacks(self._timeline.state)
        except BaseException:
            tell()
            raise

    def _answer(self, _: Widget, content: object, buffers: Iterable[object]) -> None:
        request = content.get("request", "") if isinstance(content, dict) else ""
        name = request if isinstance(request, str) and len(request) <= protocol.LONGEST_TEXT else ""
        try:
            message = protocol.parse(content, buffers)
            with self._lock:
                self._postman.followed = True
                self._serve(message)
            if isinstance(message, protocol.Sync):
                self._timeline.descent.warm_up()
        except ArgumentError as error:
            self.send(protocol.error(error, name))
        except Exception as error:  # a page is told, whatever the user's loss raised
            _LOGGER.warning("a request of a page failed", exc_info=True)
            self.send(protocol.error(error, name))

    def _serve(self, message: protocol.Request) -> None:
        timeline = self._timeline
        match message:
            case protocol.Sync(have, request):
                self._send_lacking(have, request)
            case protocol.Advance(run, n, request):
                began = time.perf_counter()
                try:
                    if run == timeline.run.id:
                        self._advance(n, lambda: None)
                except BaseException:
                    self._send_rows()
                    raise
                self._send_rows(request, time.perf_counter() - began)
            case protocol.Goto(run, step, request):
                if run == timeline.run.id:
                    timeline.goto(step)
                self._send_rows(request)
            case protocol.Reset(start):
                self.reset(**start)
                self._postman.flush()
            case protocol.LandscapeRequest(low, high, request):
                curve = self._landscape.line(low, high, timeline.run.start.params)
                content, buffer = protocol.landscape(curve, request)
                self.send(content, [buffer])
            case protocol.Rest():
                self._postman.changed()
                self._postman.flush()

    def _send_rows(self, request: str = "", seconds: float = 0.0) -> None:
        """Send what is new, also of runs that were forked since."""
        runs = self._timeline.runs
        self._sent = {run.id: self._sent.get(run.id, _own_start(run)) for run in runs}
        for run in runs:
            start, self._sent[run.id] = self._sent[run.id], len(run.trajectory)
            if run is runs[-1]:
                self._send_span(run, start, request, seconds)
            elif start < len(run.trajectory):
                self._send_span(run, start)

    def _send_lacking(self, have: dict[int, int], request: str) -> None:
        *earlier, current = self._timeline.runs
        for run in earlier:
            self._send_span(run, min(have.get(run.id, 0), len(run.trajectory)))
        self._send_span(current, min(have.get(current.id, 0), len(current.trajectory)), request)
        self._sent[current.id] = len(current.trajectory)

    def _send_span(self, run: Run, start: int, request: str = "", seconds: float = 0.0) -> None:
        """Send the rows from ``start`` on, in messages that are not too large."""
        end = len(run.trajectory)
        while end - start > protocol.MOST_ROWS_A_MESSAGE:
            stop = start + protocol.MOST_ROWS_A_MESSAGE
            self._send_delta(run, start, stop, "", 0.0)
            start = stop
        self._send_delta(run, start, end, request, seconds)

    def _send_delta(self, run: Run, start: int, stop: int, request: str, seconds: float) -> None:
        header, rows = protocol.delta(self._timeline, run, start, stop, request, seconds)
        self.send(header, [rows])

    def _send_saved(self) -> None:
        self.send_state(["_keyframe", "_curve"])

    def _report(self, error: Exception) -> None:
        self.send(protocol.error(error))

    def _saved_keyframe(self) -> protocol.Keyframe:
        with self._lock:
            return self._saved.keyframe()

    def _saved_curve(self) -> protocol.SavedCurve | None:
        if self.comm is None:
            return None
        with self._lock:
            return self._saved.curve()


def _problem(
    loss: Callable[..., Any] | Problem | None,
    params: tuple[float, ...],
    argnums: int,
    data: Sequence[Any] | None,
    predict: Callable[..., Any] | None,
) -> Problem:
    if loss is None and not params:
        loss = problems.line()
    if not isinstance(loss, Problem):
        return Problem(loss, *params, argnums=argnums, data=data, predict=predict)  # type: ignore[arg-type]
    for name, value, default in (
        ("params", params, ()),
        ("argnums", argnums, 0),
        ("data", data, None),
        ("predict", predict, None),
    ):
        if value != default:
            raise ArgumentError(name, value, "nothing, for the problem has it already")
    return loss


def _own_start(run: Run) -> int:
    """Return the first row that is not its parent's."""
    return 0 if run.parent is None else run.fork + 1


def _refuse(unknown: dict[str, object]) -> None:
    for name in unknown:
        near = difflib.get_close_matches(name, _SETTINGS, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        message = f"unknown keyword {name!r}; accepted: {', '.join(_SETTINGS)}{hint}"
        raise TypeError(message)
