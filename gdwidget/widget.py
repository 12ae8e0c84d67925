"""`GDWidget`: what it is made of, and its parts; what it can do is in its bases."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import traitlets as t
from ipywidgets import Layout

from gdwidget import _validation
from gdwidget._core import hints, schedules
from gdwidget._history.retraced import retraced
from gdwidget._history.snapshots import BUDGET
from gdwidget._history.timeline import MOST_RUNS
from gdwidget._languages.speaking import in_own_language, speaking
from gdwidget._mixins.answering import Answering
from gdwidget._mixins.comparing import Comparing
from gdwidget._mixins.handing_in import HandingIn
from gdwidget._mixins.writing import Writing
from gdwidget._settings import arguments
from gdwidget._settings.run_spec import Chosen, Descents
from gdwidget._sync import shared
from gdwidget._sync.callbacks import Callbacks
from gdwidget._sync.displayed import is_open
from gdwidget._sync.lookahead import Lookahead
from gdwidget._sync.measuring import Measuring
from gdwidget._sync.throttle import Throttle
from gdwidget._teaching.quiz import Quiz, about
from gdwidget._teaching.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gdwidget._core.problem import Problem
    from gdwidget._history.retraced import Point
    from gdwidget._teaching.questions import Question

_ASKED_IN = ("optimizer", "decay", "learning_rate", "batch_size", "run_steps")


class GDWidget(Answering, HandingIn, Comparing, Writing):
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


_KEYWORDS = tuple(
    name
    for name, parameter in inspect.signature(GDWidget.__init__).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY
)
