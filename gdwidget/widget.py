"""`GDWidget`: traits, Python calls and messages; the mathematics lives in the layers below."""

from __future__ import annotations

import contextlib
import inspect
import logging
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import traitlets as t
from ipywidgets import Layout, Widget, widget_serialization

from gdwidget import _figures, _validation
from gdwidget._asking import Asking
from gdwidget._comparing import Comparing
from gdwidget._core import hints, schedules
from gdwidget._history.retraced import retraced
from gdwidget._history.snapshots import BUDGET
from gdwidget._history.timeline import MOST_RUNS
from gdwidget._landscape import divergence
from gdwidget._languages.speaking import in_own_language, said, speaking, speaks
from gdwidget._lowering.payload import Portability
from gdwidget._output import html, page_assets, plot, script
from gdwidget._session import Session
from gdwidget._settings import arguments
from gdwidget._settings.run_spec import Chosen, Descents
from gdwidget._settings.traits import BatchSize, Flag, Language, Parts, Scale, Setting, Switch, Told
from gdwidget._sync import packing, shared, subshells
from gdwidget._sync.callbacks import Callbacks
from gdwidget._sync.displayed import is_open
from gdwidget._sync.lookahead import Lookahead
from gdwidget._sync.measuring import Measuring
from gdwidget._sync.messages import fields, requests
from gdwidget._sync.saved_state import Saved
from gdwidget._sync.throttle import Throttle
from gdwidget._teaching.quiz import Quiz, about
from gdwidget._teaching.scene import Scene
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    import jax
    import numpy as np
    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
    from gdwidget._core.state import State, Status
    from gdwidget._history.retraced import Point
    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline
    from gdwidget._history.trajectory import Trajectory
    from gdwidget._landscape.fan import Fan
    from gdwidget._teaching.questions import Question

_LOGGER = logging.getLogger(__name__)
_SAVED = ("_keyframe", "_curve", "_plane", "_look", "_programs")
_STEP_KEYWORDS = ("n",)
_ASKED_IN = ("optimizer", "decay", "learning_rate", "batch_size", "run_steps")
_SHOWN_BY_PAGE = ("layout", "tabbable", "tooltip")


def _unchanged(value: Any, _: Widget) -> Any:
    return value


@speaks
class GDWidget(Comparing, Asking):
    """Gradient descent to step through: a loss function, a path, and the controls.

    Show it as the last line of a cell. Everything a button does has a method here, and every
    open page follows what is called.

    Parameters
    ----------
    loss : callable or Problem, optional
        ``loss(*params)``, with ``data`` ``loss(*params, *data)`` or ``loss(*params, batch)``:
        returns one float that jax can differentiate. Without it, the article's problem:
        ``y = 2x - 1`` fitted by its slope W from 8, with b held at -1.
    *params : float, array_like or pytree of them
        Starting values of each parameter. Their names are those of the loss's arguments.
    argnums : int or tuple of int, default 0
        Which parameters learn, as in `jax.value_and_grad`; the others are held.
    has_aux : bool, default False
        Whether the loss returns ``(loss, aux)``, as in `jax.value_and_grad`. Single numbers in
        the pytree ``aux`` become columns of the trajectory and of the step table.
    data : tuple of array_like, array_like, dict or other pytree, or iterable of batches, optional
        A tuple such as ``(xs, ys)``: all data, arrays with one row a sample, shapes
        ``(n, ...)``; floats become float32. It is spread over the loss's arguments, or handed
        whole to a loss that takes one argument after its parameters. An array, a dict or
        another pytree of such arrays is one argument. A list, a data loader, a generator or
        another iterable: batches, one a step, each given as all data would be; a generator
        ends, the others begin their next epoch.
    predict : callable, optional
        ``predict(*params, inputs)``, the model; shown over the data.
    learning_rate : float or callable, default 0.01
        Rate of the steps to come, above 0; or an optax schedule.
    decay : str, default "constant"
        What becomes of the rate over the steps of a run: ``"constant"``, ``"exponential"``,
        ``"inverse_time"``, ``"cosine"``, ``"step"`` or ``"warmup_cosine"``; see
        `schedules.decayed`.
    optimizer : str, optax.GradientTransformation, optax.MultiSteps or callable, default "sgd"
        One of ``"sgd"``, ``"momentum"``, ``"nesterov"``, ``"adagrad"``, ``"adadelta"``,
        ``"rmsprop"``, ``"adam"``, ``"adamax"``, ``"nadam"``, ``"adamw"``, ``"amsgrad"``,
        ``"lion"``; an optax optimizer with a rate of its own; or a function that makes one
        from a rate.
    batch_size : int, optional
        Samples a step, 1 to n; all without. Each epoch is a new shuffle of the data.
    seed : int, default 0
        Seed of the shuffles; the same seed gives the same path.
    run_steps : int, default 50
        How many steps a run takes, 1 to 10,000,000.
    exact : bool, optional
        Whether digits may not depend on what the compiler fuses; by default so for problems
        that read at most 10,000 numbers, and of which at most 32 learn. See `Descent`.
    snapshot_bytes : int, default 64,000,000
        Bytes of whole states that each run may keep to go back to; beyond them states are
        computed again.
    problems : sequence of Problem, optional
        Problems to choose from in the page; the first is the one to begin with.
    show : str or sequence of str, optional
        What is shown, as for a lecture; all without. ``"step"``: the update with its numbers,
        and the controls; ``"loss"``, ``"steps"`` and ``"data"``: the three figures;
        ``"sentence"``; ``"runs"``: the list of those that are overlaid; ``"settings"``: the row
        below, with the choices, the table and Reset. The figures that stay share the room;
        a part that the problem does not have stays away. Keys do what they do.
    scale : float, default 1.0
        How many times as large as usual texts, strokes and figures are, 0.5 to 4; where there
        is no room for that, as large as can be without cutting anything.
    questions : sequence of Question or Quiz, optional
        What is asked before it is seen: `Prediction`, `Choice`, `Number`, `Explain`, `Goal`. The
        first is posed at once; until it is answered nothing is shown or told that would tell
        the answer, and nothing can be stepped. What they say nothing about is as the widget is
        made. Without a loss the widget is about the problems that they name.
    student : str, optional
        Who answers: decides which variants are asked, and stands in the receipt.
    salt : str, optional
        Decides with it: another one for each group gives each other numbers.
    ruler : bool, default False
        Whether the slider of the learning rate shows up to where steps do not grow, by the
        curvature of the loss where the page rests; see `rate_limit`.
    fog : bool, default False
        Whether the loss is drawn only where it was evaluated: each visited point with a piece of
        its tangent, on a plane of its line of equal loss. It is what the algorithm knows.
    language : str, optional
        What the page speaks: ``"en"`` or ``"zh"``, Chinese. Without, that of the page it is
        shown in, where it is one of these and a kernel is there to send it, else English.
    layout : ipywidgets.Layout or dict, optional
        Size and place among other widgets, as of every ipywidget: ``{"width": "50%"}``.
    tabbable : bool, optional
        As of every ipywidget.
    tooltip : str, optional
        As of every ipywidget: what appears over it.

    Attributes
    ----------
    learning_rate : float
        A trait: a slider in the page, `observe`, `jslink`. Holds from the next step.
    run_steps : int
        A trait.
    decay : str
        A trait. Holds from the next step.
    optimizer : str
        A trait, ``"custom"`` for one that was handed in. A change begins a new run from the same
        start with the same batches, and the earlier runs stay in sight.
    batch_size : int or None
        A trait. A change begins a new run, as that of the optimizer does.
    problem_name : str
        A trait: which of ``problems`` is shown. A change begins anew with that problem.
    exact : bool
        A trait. Holds from the next step.
    show : tuple of str
        A trait: the parts that are shown, from top to bottom. Every open page follows; None
        shows all.
    scale : float
        A trait. Every open page follows.
    student : str
        A trait. It can be another one until a question is answered.
    ruler : bool
        A trait. Every open page follows; each has a switch of its own, too.
    fog : bool
        A trait. Every open page follows.
    language : str or None
        A trait. Every open page follows.

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
    >>> w.optimizer = "adam"
    >>> w.cursor, len(w.runs)
    (0, 2)
    >>> GDWidget(show=("step", "loss"), scale=1.5).show
    ('step', 'loss')
    """

    _guarded = False
    # A text, for anywidget holds on to widgets of a file; of a file it reloads.
    _esm = shared.STATIC / "widget.js" if shared.RELOADS else shared.text("loader.js")
    _css = shared.STATIC / "widget.css" if shared.RELOADS else ""

    learning_rate = Setting[float, Any]().tag(sync=True, page=True)
    run_steps = Setting[int, Any]().tag(sync=True, page=True)
    decay = Setting[str, Any]().tag(sync=True, page=True)
    optimizer = Setting[str, Any]().tag(sync=True, page=True)
    batch_size = BatchSize().tag(sync=True, page=True, **BatchSize.wire)
    problem_name = Setting[str, Any]().tag(sync=True, page=True)
    exact = Switch().tag(sync=True)
    show = Parts().tag(sync=True)
    scale = Scale().tag(sync=True)
    ruler = Flag().tag(sync=True)
    fog = Flag().tag(sync=True)
    language = Language().tag(sync=True)

    _names = Told().tag(sync=True)
    _choices = Told().tag(sync=True)
    _schedule = Told().tag(sync=True)
    _marks = Told().tag(sync=True, **widget_serialization)
    _keyframe = Saved(Session.keyframe, at_once=True)
    _curve = Saved(Session.curve)
    _plane = Saved(Session.plane)
    _look = Saved(Session.look)
    _programs = Saved(Session.programs)
    _shared = t.Instance(shared.Shared, allow_none=True).tag(sync=True, **widget_serialization)

    @in_own_language
    def __init__(  # noqa: PLR0913 - every setting has its name
        self,
        loss: Callable[..., Any] | Problem | None = None,
        *params: Any,
        argnums: int | tuple[int, ...] = 0,
        has_aux: bool = False,
        data: Iterable[Any] | None = None,
        predict: Callable[..., Any] | None = None,
        learning_rate: Any = 0.01,
        decay: str = schedules.CONSTANT,
        optimizer: object = "sgd",
        batch_size: int | None = None,
        seed: int = 0,
        run_steps: int = 50,
        exact: bool | None = None,
        snapshot_bytes: int = BUDGET,
        problems: Sequence[Problem] | None = None,
        show: str | Sequence[str] | None = None,
        scale: float = 1.0,
        questions: Iterable[Question] | Quiz | None = None,
        student: str = "",
        salt: str = "",
        ruler: bool = False,
        fog: bool = False,
        language: str | None = None,
        layout: Layout | dict[str, Any] | None = None,
        tabbable: bool | None = None,
        tooltip: str | None = None,
        **unknown: object,
    ) -> None:
        hints.refuse(unknown, _KEYWORDS)
        self._guarded = type(self) is GDWidget  # later it is of a class that anywidget makes
        if isinstance(questions, Iterable):  # a generator can be read but once
            questions = tuple(questions)
        if problems is None and loss is None and not params:
            problems = about(questions)
        offered = arguments.offered(problems)
        if offered:
            arguments.refuse_beside_problems(loss, params)
            loss = offered[0]
        problem = arguments.problem(loss, params, argnums, data, predict, has_aux=has_aux)
        self._asks = questions is not None
        self._lock = threading.RLock()
        self._offered = {each.name: each for each in offered}
        self._snapshot_bytes = _validation.whole_number("snapshot_bytes", snapshot_bytes, 0, 2**63)
        self._callbacks = Callbacks(self._report)
        self._throttle = Throttle(
            self._send_rows, self._send_saved, self._lock, lambda: self._is_heard
        )
        self._lookahead = Lookahead(self.send, self._lock)
        self._measuring = Measuring(self.send, self._lock)
        self._descents = Descents()
        chosen = Chosen.first(
            problem,
            self._descents,
            optimizer=optimizer,
            learning_rate=learning_rate,
            decay=decay,
            run_steps=run_steps,
            batch_size=batch_size,
            seed=seed,
            exact=exact,
        )
        self._session = self._begun(chosen, problem.name if offered else "")
        self._told = (chosen, dict(self._session.values()))
        super().__init__(
            own_layout=not isinstance(layout, Layout),
            show=show,
            scale=scale,
            ruler=ruler,
            fog=fog,
            language=language,
            **arguments.shown_as(layout, tabbable=tabbable, tooltip=tooltip),
        )
        self.on_msg(self._answer)
        self._throttle.changed()
        self._begin_asking(questions, self._default_scene(seed), student, salt)

    def __setattr__(self, name: str, value: object) -> None:
        """Set a trait; refuse what would have no consequence, except in classes made from this."""
        if self._guarded and not name.startswith("_"):
            names = self._session.problem.names if "_session" in self.__dict__ else ()
            with speaking(self.language):
                hints.refuse_attribute(GDWidget, name, value, fixed=_KEYWORDS, parameters=names)
                super().__setattr__(name, value)
        else:
            super().__setattr__(name, value)

    def _default_scene(self, seed: int) -> Scene:
        """Return where questions take place that say nothing else."""
        chosen, problem = self._session.chosen, self._session.problem
        values = {name: chosen.values[name] for name in _ASKED_IN}
        return Scene(problem, seed=seed, **values)

    @in_own_language
    def _take_in(self, points: Sequence[Sequence[Point]]) -> None:
        """Have runs that were recorded elsewhere instead of all there are, the last one current."""
        with self._lock:
            chosen, kept = self._session.chosen, self._snapshot_bytes
            runs = [retraced(chosen, each, kept) for each in points[-MOST_RUNS:]]
            self._timeline.adopt(runs, chosen)
            self._throttle.changed()

    def _begun(self, chosen: Chosen, name: str, after: Session | None = None) -> Session:
        offered, asked = self._offered, self._asks
        session = Session(
            chosen, self.send, self._snapshot_bytes, offered, name, after, asked=asked
        )
        session.payloads.curvature = self.ruler
        return session

    @t.observe("ruler")
    def _rule(self, _: object) -> None:
        with self._lock:
            self._session.payloads.curvature = self.ruler
            if self.ruler and self._shared:
                self._shared.hold("teaching")
        self._throttle.changed()

    @t.observe("language")
    def _speak(self, _: object) -> None:
        with self._lock:
            for run in self._timeline.runs:
                run.language = self.language
        self._tell_questions()

    @t.validate("language")
    def _have_texts(self, proposal: t.Bunch) -> str | None:
        """Have at hand what pages are to say before they hear that they are to say it."""
        if proposal["value"] == "zh" and self._shared:
            self._shared.hold("zh")
        return proposal["value"]  # type: ignore[no-any-return]

    def _make_parts(self) -> None:
        self._shared = shared.used_by(self)
        if self._asks or self.ruler or self._comparison:
            self._shared.hold("teaching")
        if self.language == "zh":
            self._shared.hold("zh")
        self._session.make_figures()
        self._told[1]["_marks"] = self._marks

    @property
    def _parts_are_open(self) -> bool:
        return self._shared is not None and is_open(self._shared.comm)

    def _drop_parts(self) -> None:
        self._session.drop_figures()
        self._told[1]["_marks"] = self._marks
        held, self._shared = self._shared, None
        shared.left_by(self, held)

    def _was_opened(self) -> None:
        self._session.programs_sent = None
        self._throttle.followed = False
        self._throttle.changed()

    @property
    def _timeline(self) -> Timeline:
        return self._session.timeline

    @property
    def problem(self) -> Problem:
        """What is minimised, as it is started now."""
        return self._timeline.problem

    @property
    def device(self) -> jax.Device | jax.sharding.Sharding:
        """Where the next steps are computed; read only, and said as `jax.Array.device` says it.

        Steps that are compiled exactly, see `exact`, are computed on the CPU, whatever else
        there is. Others are computed where their data or parameters were put on purpose, and
        else on what was JAX's default device when the problem was made: a GPU or a TPU where
        there is one. Pictures are computed where steps are by default. Of data that lie on several
        devices it is the sharding.

        Examples
        --------
        >>> GDWidget().device.platform
        'cpu'
        """
        return self._session.chosen.descent.place

    @property
    def cursor(self) -> int:
        """The step looked at."""
        return self._timeline.cursor

    @property
    def params(self) -> dict[str, Any]:
        """Value of each parameter at the cursor: numpy.float32, or a pytree of arrays."""
        return dict(self._state().params)

    @property
    def loss(self) -> np.float32:
        """Loss at the cursor, of the batch if there are batches; numpy.float32."""
        return self._state().loss

    @property
    def full_loss(self) -> np.float32:
        """Loss on all data at the cursor, numpy.float32; NaN where it was not measured."""
        state = self._state()
        return state.loss if state.full_loss is None else state.full_loss

    @property
    def aux(self) -> Any:
        """What a loss with ``has_aux`` returned beside its value at the cursor; None without.

        The numbers of every step are in `trajectory`. Arrays are not recorded: the whole
        pytree is computed again from the state, of a stream at the newest step only.

        Examples
        --------
        >>> w = GDWidget(lambda W: (W * W, {"cubed": W**3}), 2.0, has_aux=True)
        >>> w.step()
        >>> w.aux, w.trajectory["cubed"].tolist()
        ({'cubed': np.float32(7.5295367)}, [8.0, 7.529536724090576])
        """
        with self._lock:
            return self._timeline.aux

    @property
    def gradient(self) -> Any:
        """Derivative of the loss at the cursor, as `jax.grad` returns it."""
        self._wait("gradient")
        return self._state().gradient

    @property
    def sharpness(self) -> float | None:
        """How sharply the loss on all data curves at the cursor, along the sharpest direction.

        The largest eigenvalue λ of its Hessian: below 0 on a hilltop. Of problems with up to 32
        numbers that learn it is exact, of larger ones found by iteration, to about 1e-3. None for
        a stream, where the loss cannot be derived twice, and where something is not finite.

        Examples
        --------
        >>> w = GDWidget()
        >>> round(w.sharpness, 3), round(w.rate_limit, 4)
        (10.333, 0.1935)
        >>> w.optimizer = "momentum"
        >>> round(w.rate_limit, 4)
        0.3677
        """
        self._wait("sharpness")
        with self._lock:
            return self._session.ruler.sharpness(self._timeline)

    @property
    def rate_limit(self) -> float | None:
        """The learning rate above which steps from the cursor grow along the sharpest direction.

        2/λ for plain gradient descent; 2(1 + β)/λ with momentum β; 2(1 + β)/((1 + 2β)λ) for
        Nesterov's; for adam, rmsprop and adagrad by the curvature in the units that they divide
        the gradient by (Cohen et al. 2022, arXiv:2207.14484). Of batches it is that of all data.
        A warning rather than a wall: the curvature is another one a step further. None for other
        optimizers, where the curvature sets no limit, and where `sharpness` is None.
        """
        self._wait("rate_limit")
        with self._lock:
            return self._session.ruler.limit(self._timeline)

    def explain_divergence(self) -> str:
        """Return in one sentence, with what was measured, why the loss grew until the cursor.

        It compares the learning rate with `rate_limit` where the loss was least; of plain
        gradient descent also what the steps did with what a parabola of that curvature predicts.

        Examples
        --------
        >>> w = GDWidget(learning_rate=0.2)
        >>> w.run()
        >>> print(w.explain_divergence())
        λ = 10.33 along W. Each step multiplies the distance from the minimum by \
1 − 0.2 · 10.33 = −1.067; measured −1.067.
        """
        self._wait("explain_divergence")
        with self._lock:
            return divergence.explain(self._timeline, self._session.ruler)

    def fan(self) -> Fan:
        """Return all steps that could be next: that of every batch, with the loss it leads to.

        Of every single sample, where a step reads one or all; else of 200 batches of
        `batch_size`. Where there are more than 200 to choose from, the seed chooses. They set out
        from the cursor with the rate that is set and with what the optimizer remembers; nothing
        is recorded.

        Returns
        -------
        Fan
            ``share`` says how many lead uphill, from 0 to 1, by the loss on *all* data;
            ``uphill`` which, ``values`` where to: shape (k, P), dtype float32, of the P
            recorded numbers. ``loss`` and ``losses`` are those on all data before and after,
            ``batches`` has the samples. As a text it is a sentence.

        Raises
        ------
        ArgumentError
            If there are no data, or they come as a stream; if there is no rate for the step.

        Examples
        --------
        >>> fan = GDWidget(batch_size=1).fan()
        >>> print(fan)
        0 % of the single samples would lead uphill.
        >>> [round(value, 2) for value in fan.values[:, 0].tolist()]
        [7.88, 8.0, 7.88, 7.52, 6.92, 6.08]
        """
        self._wait("fan")
        with self._lock:
            return self._session.fan()

    @property
    def batch(self) -> NDArray[np.int32] | None:
        """Which samples loss and gradient at the cursor are of; None where it is all."""
        return self._timeline.run.descent.batch(self.cursor)

    @property
    def status(self) -> Status:
        """What follows the cursor.

        ``"ready"``, ``"converged"`` (the gradient is exactly 0, and no step moves from here: a
        minimum, a hilltop or a saddle), ``"diverged"`` (something is
        not finite) or ``"ended"`` (the data have no further batch).
        """
        with self._lock:
            return self._timeline.status

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs in sight, the current one last."""
        self._wait("runs")
        return self._timeline.runs

    @property
    def trajectory(self) -> Trajectory:
        """All recorded steps of the current run, in columns."""
        self._wait("trajectory")
        return self._timeline.run.trajectory

    def step(self, n: int = 1, **unknown: object) -> None:
        """Take ``n`` steps; before the last recorded one, move along the record.

        Where the learning rate that is set is not the recorded one, a new run forks there.

        Parameters
        ----------
        n : int, default 1
            1 to 10,000,000. It ends early on converged or diverged.

        Raises
        ------
        ArgumentError
            If ``n`` is out of range.
        FloatingPointError
            If the run diverges and ``jax_debug_nans`` or ``jax_debug_infs`` is on.
        """
        hints.refuse(unknown, _STEP_KEYWORDS)
        self._wait("step")
        with self._lock:
            before = self._timeline.cursor
            self._advance(n, self._throttle.changed)
            if self._timeline.cursor != before:
                self._timeline.raise_as_asked()

    def run(self, n: int | None = None, **unknown: object) -> None:
        """Take ``n`` further steps, by default `run_steps`; like `step` otherwise."""
        hints.refuse(unknown, _STEP_KEYWORDS)
        self.step(self.run_steps if n is None else n)

    def back(self, n: int = 1, **unknown: object) -> None:
        """Look ``n`` steps further back, at step 0 at the earliest; nothing is lost.

        Raises
        ------
        ArgumentError
            If ``n`` is no whole number of at least 1.
        """
        hints.refuse(unknown, _STEP_KEYWORDS)
        with self._lock:
            self._timeline.back(n)
            self._throttle.changed()

    def goto(self, step: int) -> None:
        """Look at a recorded step.

        Raises
        ------
        ArgumentError
            If there is no such step.
        """
        with self._lock:
            self._timeline.goto(step)
            self._throttle.changed()

    def reset(self, /, **start: Any) -> None:
        """Start over: forget all runs, or begin one from other values; settings stay.

        Parameters
        ----------
        **start : float or pytree
            New starting values, as in ``w.reset(W=5.0)``; the others start where they did.
            Then the runs that took steps are kept, and stay in sight.

        Raises
        ------
        ArgumentError
            If a name is none of the parameters', or the loss is not finite there; then
            nothing is changed.
        """
        self._wait("reset")
        with self._lock:
            self._timeline.reset(**start)
            self._throttle.changed()

    def clear(self) -> None:
        """Forget the runs before the current one."""
        with self._lock:
            self._timeline.clear()
            self._throttle.changed()

    def on_step(self, callback: Callable[[State], object], *, remove: bool = False) -> None:
        """Call a function after every step taken by anyone.

        Moving along the record counts as a step. A function that raises is reported, and the
        step stands.

        Parameters
        ----------
        callback : callable
            ``callback(state)`` with the new `State`; one that is registered already is called
            once all the same.
        remove : bool, default False
            Whether to call it no longer.

        Raises
        ------
        ArgumentError
            If ``callback`` cannot be called.

        Examples
        --------
        >>> w = GDWidget()
        >>> def report(state):
        ...     print(state.step, state.params["W"])
        >>> w.on_step(report)
        >>> w.step()
        1 7.38
        >>> w.on_step(report, remove=True)
        """
        if not callable(callback):
            raise ArgumentError("callback", callback, "a function callback(state)")
        self._callbacks.register_callback(callback, remove)

    @property
    def portable(self) -> Portability:
        """Whether pages without a kernel can take steps themselves, and if not, why.

        Such pages show what was recorded in any case.

        Examples
        --------
        >>> GDWidget().portable
        Portability(possible=True, reason='')
        """
        with self._lock:
            reason = self._session.programs()["reason"]
        return Portability(not reason, said(reason))

    def to_html(self, *, title: str = "", text: str = "") -> str:
        """Return a page in which the widget is alive, with all that it needs.

        Parameters
        ----------
        title : str, optional
            Heading, and name of the page.
        text : str, optional
            What to read above the widget; an empty line begins a paragraph. HTML in it is
            shown as it is written.

        Returns
        -------
        str
            It asks no network for anything.

        Raises
        ------
        ArgumentError
            If title or text is no text.
        """
        return html.html(self, self._timeline, title, text, self.language or "en")

    def save_html(self, path: str | PathLike[str], *, title: str = "", text: str = "") -> None:
        """Write the page of `to_html` to a file, whole or not at all.

        Parameters
        ----------
        path : str or path-like
            The file; its folder must exist. An existing file is replaced.
        title, text : str, optional
            As in `to_html`.

        Raises
        ------
        ArgumentError
            If title or text is no text, or the file cannot be written.
        """
        html.save(path, self.to_html(title=title, text=text))

    def to_script(self) -> str:
        """Return a Python script that repeats the current run with numpy, jax and optax alone.

        It prints the article's lines, to its digits; of a widget without steps it takes a run's.

        Raises
        ------
        ArgumentError
            If the source of the loss, or of what it needs, is not known or needs more than
            numpy, jax and optax; if there are more than 20,000 numbers to write; or if the
            batches came from a stream. The message says which.

        Examples
        --------
        >>> "import jax" in GDWidget().to_script()
        True
        """
        self._wait("to_script")
        with self._lock:
            return script.to_script(self._timeline, self.run_steps)

    def save_png(self, path: str | PathLike[str]) -> None:
        """Write a picture to a file: the red loss function and the blue path, in fog as in a page.

        Parameters
        ----------
        path : str or path-like
            The file; its folder must exist. An existing file is replaced.

        Raises
        ------
        ArgumentError
            If the file cannot be written.
        ImportError
            If matplotlib is not installed; it says how to install it.
        """
        plot.save(path, plot.png(*self._drawing(), fog=self.fog))

    def save_svg(self, path: str | PathLike[str]) -> None:
        """Write the picture of `save_png` as an SVG; otherwise the same."""
        plot.save(path, plot.svg(*self._drawing(), fog=self.fog))

    def __repr__(self) -> str:
        """Return step, parameter and loss: all that is shown where no page is."""
        run, cursor = self._timeline.run, self.cursor
        value, _, loss = run.trajectory.rows(cursor, cursor + 1)[0, :3]
        shown = f"{run.trajectory.name} = {value!s}, loss {loss!s}"
        return f"<GDWidget: step {cursor:,} of {run.last:,}, {shown}>"

    def _drawing(self) -> tuple[Any, ...]:
        with self._lock:
            plane = self._session.figure_data.saved_plane(self._timeline)
            return self._timeline, self._session.saved.curve(), plane

    def get_state(self, key: Any = None, **_drop_defaults: bool) -> Any:
        """Return the traits' values, those that are defaults included.

        `ipywidgets.embed` leaves defaults out, but no page knows these: the page part is one.
        """
        return super().get_state(key)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        with self._lock:
            if plot.available():
                return {**data, **plot.mimebundle(*self._drawing(), fog=self.fog)}, metadata
            return {**data, "text/plain": plot.text(self._timeline)}, metadata

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        subshells.forget_unknown()
        super()._handle_msg(msg)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take settings from a page; what is not a page's to set or not valid is refused."""
        try:
            settings = {}
            for name, value in sync_data.items():
                tags = self.traits()[name].metadata if self.has_trait(name) else {}
                if not (tags.get("page") or name in _SHOWN_BY_PAGE):
                    raise ArgumentError(name, value, "nothing from a page")
                if tags.get("page") and name != "student":
                    settings[name] = tags.get("from_json", _unchanged)(value, self)
            with self._lock:
                # ipywidgets echoes what a page sets to all pages before it looks at it.
                with self._lock_property(**sync_data):
                    self._change(settings)
                super().set_state({**sync_data, **self.get_state(settings)})
        except t.TraitError as error:
            self.send(packing.error(error))
            self.send_state([name for name in sync_data if name in self.keys])

    @t.validate("learning_rate", "run_steps", "decay", "optimizer", "batch_size", "problem_name")
    def _checked(self, proposal: t.Bunch) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        if name == "problem_name":
            return arguments.problem_name(value, self._offered)
        return self._session.chosen.checked(name, value, self._session.problem)

    def _settings(self) -> dict[str, Any]:
        """Return the values of traits that show settings."""
        return self._session.values()

    def _change(self, given: dict[str, Any]) -> None:
        """Change some settings: one assignment makes all of them hold, or none does."""
        if given:
            self._wait("another setting")
        with self._lock:
            before = self._session
            settings = dict(given)
            name = arguments.problem_name(settings.pop("problem_name", before.name), self._offered)
            problem = before.problem if name == before.name else self._offered[name]
            chosen = before.chosen.having(settings, problem, self._descents)
            if name != before.name:
                session = self._begun(chosen, name, before)
                if self.comm is not None:
                    session.make_figures()
                self._session = session
            elif chosen is before.chosen:
                return
            else:
                before.change(chosen)
            self._tell()

    def _tell(self) -> None:
        """Tell observers and pages of all settings that are not as they were told.

        What an interrupt kept from them they are told the next time.
        """
        session, (before, told) = self._session, self._told
        chosen = session.chosen
        if chosen is before:
            return
        another = chosen.descent.problem is not before.descent.problem
        marks = told["_marks"]
        try:
            with self.hold_sync() if another else contextlib.nullcontext():
                for name, value in session.values().items():
                    old = told[name]
                    if value != old:
                        try:
                            told[name] = value
                            self._notify_trait(name, old, value)
                        except KeyboardInterrupt:
                            told[name] = old
                            raise
                        if self._told[0] is not before:  # an observer has changed and told more
                            return
                if another:
                    self.send_state(list(_SAVED))
            self._told = (chosen, told)
        finally:
            if told["_marks"] is not marks:
                _figures.close(marks.values())
            if not another:
                self._throttle.changed()

    def _state(self) -> State:
        with self._lock:
            return self._timeline.state

    def _advance(self, n: int, tell: Callable[[], object]) -> None:
        """Take ``n`` steps and call ``tell`` whenever some were taken, whatever happens."""
        self._measuring.give_up()
        self._callbacks.begin()
        try:
            for _ in self._timeline.advancing(n, one_by_one=self._callbacks.__bool__):
                tell()
                if self._callbacks:
                    self._callbacks(self._timeline.state)
            if self._timeline.status == "ended":
                tell()
        except BaseException:
            tell()
            raise

    @in_own_language
    def _answer(self, _: Widget, content: object, buffers: Iterable[object]) -> None:
        request = content.get("request", "") if isinstance(content, dict) else ""
        name = request if isinstance(request, str) and len(request) <= fields.LONGEST_TEXT else ""
        try:
            message = requests.read(content, buffers)
            if not isinstance(message, requests.OfTimeline | requests.Asked):
                self._serve_beside(message, name)
                return
            if isinstance(message, requests.Advance):
                self._measuring.give_up()
            with self._lock:
                self._throttle.followed = True
                if isinstance(message, requests.Asked):
                    self._serve_question(message)
                else:
                    self._serve(message)
            if isinstance(message, requests.Sync):
                self._timeline.descent.warm_up()
        except ArgumentError as error:
            self.send(packing.error(error, name))
        except Exception as error:  # a page is told, whatever the user's loss raised
            _LOGGER.warning("a request of a page failed", exc_info=True)
            self.send(packing.error(error, name))

    def _serve_beside(self, message: requests.Beside, request: str) -> None:
        """Serve what waits for nothing that holds the timeline."""
        match message:
            case requests.Shared():
                self.send(packing.shared(shared.text("widget.js"), shared.text("widget.css")))
            case requests.PartRequest(part):
                self._send_part(part)
            case requests.FiguresRequest():
                name = page_assets.figures_script_name()
                self.send(packing.figures(self._marks.values(), name))
            case requests.AheadRequest():
                if not self._open:
                    self._lookahead.begin(lambda: self._timeline, request)
            case requests.RulerRequest() | requests.FanRequest():
                self._wait("what is measured")
                self._measuring.begin(lambda: self._session.measuring(message))

    def _send_part(self, name: requests.Part) -> None:
        if name == "figures":
            script = page_assets.figures_script()
        else:
            script = shared.text(f"{name}.js")
            if self._shared:
                self._shared.hold(name)
        self.send(packing.part(name, script))

    def _serve(self, message: requests.OfTimeline) -> None:
        timeline = self._timeline
        match message:
            case requests.Sync(have, request):
                self._session.pages.send_lacking(have, request)
            case requests.Advance():
                self._serve_steps(message)
            case requests.Goto(run, step, request):
                if run == timeline.run.id or (timeline.goes_on(run) and step <= timeline.run.last):
                    timeline.goto(step)
                self._session.pages.send_rows(request)
            case requests.Reset(start):
                params, parameters = timeline.run.start.params, timeline.problem.parameters
                self.reset(**parameters.with_numbers(params, start) if start else {})
                self._throttle.flush()
            case requests.Set(name, value):
                self.set_state({name: value})
            case requests.Clear():
                self.clear()
                self._throttle.flush()
            case requests.Shown(page, turn, shown):
                self.tell_of_views(page, turn, shown=shown)
            case requests.Rest():
                self._throttle.changed()
                self._throttle.flush()
            case _:
                self._session.pages.show(message)

    def _serve_steps(self, message: requests.Advance) -> None:
        began = time.perf_counter()
        try:
            self._wait("step")
            if self._timeline.goes_on(message.run):
                self._advance(message.n, lambda: None)
        except BaseException:
            self._session.pages.send_rows()
            raise
        self._session.pages.send_rows(message.request, time.perf_counter() - began)

    def _send_rows(self) -> None:
        self._tell()
        self._session.pages.send_rows()

    def _send_saved(self) -> None:
        if self.comm is None:
            return
        names = ["_keyframe", "_curve"]
        if self._timeline.problem.parameters.count > 1:
            names.append("_plane")
        if self._session.figure_data.fit.figure:
            names.append("_look")
        self.send_state(names)
        programs = self._session.programs()
        if programs is not self._session.programs_sent:
            self.send_state("_programs")
            self._session.programs_sent = programs

    def _report(self, error: Exception) -> None:
        self.send(packing.error(error))


_KEYWORDS = tuple(
    name
    for name, parameter in inspect.signature(GDWidget.__init__).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY
)
