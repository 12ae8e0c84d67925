"""What can be asked of a learner, before it is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

from gdwidget import _validation
from gdwidget._core import schedules
from gdwidget._core.optimizers import Optimizer
from gdwidget._core.problem import Problem
from gdwidget._sync.messages.fields import LONGEST_TEXT, utf8_text
from gdwidget._teaching.misconceptions import MISCONCEPTIONS
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from gdwidget._history.timeline import Timeline
    from gdwidget._sync.messages.answers import QuestionKind

    Truth = Callable[[Timeline], Any]

MOST_OPTIONS = 26
MOST_HINTS = 3
MOST_VARIANTS = 255
LONGEST_QUESTION = 100_000
"""In characters."""

FATES = (
    "It comes to rest without jumping from side to side.",
    "It jumps from side to side.",
    "It diverges: the loss grows.",
    "It is still on its way.",
)
"""What becomes of a run, as a learner chooses from it."""

_PREDICTIONS = ("next_step", "after", "end", "fate", "steps")
_MOST_TRIED_STEPS = 100_000


@dataclass(frozen=True)
class Question:
    """What all questions have.

    Parameters
    ----------
    name : str, optional
        A short name, another one for each question of a widget; without it ``"1"``, ``"2"``...
    text : str, optional
        The question, shown as it is written. Without it predictions and goals ask in words
        of their own.
    hints : sequence of str, optional
        At most three.
    problem : Problem or sequence of Problem, optional
        What is minimised; without it, what the widget minimises.
    start : float or mapping of str to float, or a sequence of those, optional
        Where the run starts: a number for the first parameter that learns, or numbers by name.
    learning_rate : float or sequence of float, optional
        Its learning rate.
    optimizer : str or sequence of str, optional
        The name of its optimizer.
    decay : str, optional
        What becomes of the rate, see `GDWidget`.
    batch_size : int, optional
        Samples a step.
    mistakes : mapping, optional
        Wrong answers that tell a misconception: by number, numbers or option, the name of one
        of `misconceptions.MISCONCEPTIONS`, or a sentence to say.
    feedback : mapping of str to str, optional
        What to say of an answer that is ``"right"``, ``"near"``, ``"wrong"``, ``"unknown"``, or
        a misconception.

    Notes
    -----
    Of a sequence each learner is asked one: which, follows from the name and the widget's
    ``salt``, so that neighbours have other numbers. Of several sequences every combination is a
    variant.
    """

    _: KW_ONLY
    name: str = ""
    text: str = ""
    hints: Sequence[str] = ()
    problem: Any = None
    start: Any = None
    learning_rate: Any = None
    optimizer: Any = None
    decay: str | None = None
    batch_size: int | None = None
    mistakes: Mapping[Any, str] = field(default_factory=dict)
    feedback: Mapping[str, str] = field(default_factory=dict)

    if TYPE_CHECKING:

        @property
        def kind(self) -> QuestionKind:
            """What it asks, and how it is judged."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The answers to choose from; none where it is answered otherwise."""
        return ()

    def __post_init__(self) -> None:
        short_text("name", self.name)
        _long("text", self.text)
        hints = _texts("hints", self.hints)
        if len(hints) > MOST_HINTS:
            raise ArgumentError("hints", self.hints, f"at most {MOST_HINTS}")
        object.__setattr__(self, "hints", hints)
        for name, check in _SETTINGS.items():
            for each in several(getattr(self, name)):
                if each is not None:
                    check(each)
        for name, given in (("mistakes", self.mistakes), ("feedback", self.feedback)):
            if not isinstance(given, Mapping):
                raise ArgumentError(name, given, "a mapping, such as {1.8: 'rate_is_length'}")
            _texts(name, tuple(given.values()))
        for verdict in self.feedback:
            if verdict not in _FEEDBACK:
                near = _validation.did_you_mean(verdict, _FEEDBACK)
                raise ArgumentError("feedback", verdict, f"one of {', '.join(_FEEDBACK)}", near)


@dataclass(frozen=True)
class Prediction(Question):
    """What will become of a run.

    Parameters
    ----------
    kind : str
        ``"next_step"``: the value of what learns after the next step; ``"after"``: after
        ``steps``; ``"end"``: after a run. ``"fate"``: one of `FATES`. ``"steps"``: how many
        steps until the loss is at most ``until``.
    steps : int, optional
        How many steps the run takes; without it, ``run_steps`` of the widget.
    until : float, optional
        The loss that is to be reached.
    of : str or sequence of str, optional
        Names of one or two numbers whose values are asked for; without it the first, of a
        problem with two both.
    **others
        See `Question`.

    Raises
    ------
    ArgumentError
        If an argument is not as said.

    Examples
    --------
    >>> Prediction("after", steps=10, learning_rate=0.01).steps
    10
    """

    kind: QuestionKind
    _: KW_ONLY
    steps: int | None = None
    until: float | None = None
    of: Any = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind not in _PREDICTIONS:
            near = _validation.did_you_mean(self.kind, _PREDICTIONS)
            raise ArgumentError("kind", self.kind, f"one of {', '.join(_PREDICTIONS)}", near)
        if self.steps is not None:
            most = 1 if self.kind == "next_step" else _MOST_TRIED_STEPS
            _validation.whole_number("steps", self.steps, 1, most)
        elif self.kind == "after":
            raise ArgumentError("steps", self.steps, "a whole number of at least 1")
        if (self.until is None) == (self.kind == "steps"):
            accepted = "a loss" if self.kind == "steps" else f"nothing for {self.kind!r}"
            raise ArgumentError("until", self.until, accepted)
        if self.until is not None:
            _validation.real_number("until", self.until)
        names = _texts("of", self.of)
        if len(names) > len(("x", "y")):
            raise ArgumentError("of", self.of, "one or two names")
        object.__setattr__(self, "of", names)

    @property
    def choices(self) -> tuple[str, ...]:
        """What may become of a run, where that is asked."""
        return FATES if self.kind == "fate" else ()


@dataclass(frozen=True)
class Choice(Question):
    """A question in words, with answers to choose from.

    Parameters
    ----------
    text : str
        The question.
    options : sequence of str
        The answers, two at least.
    truth : callable
        ``truth(timeline)`` returns the right one: it is found by a run, never written down.
        It gets a `Timeline` of the question's run after ``steps`` steps.
    steps : int, default 0
        How many steps that run takes; the page shows them after the answer.
    **others
        See `Question`.

    Raises
    ------
    ArgumentError
        If an argument is not as said.

    Examples
    --------
    >>> question = Choice(
    ...     "Where does W move?",
    ...     ("left", "right"),
    ...     truth=lambda timeline: "left" if timeline.state.gradient > 0 else "right",
    ... )
    >>> question.options
    ('left', 'right')
    """

    text: str = field()
    options: Sequence[str] = field()
    _: KW_ONLY
    truth: Truth
    steps: int = 0
    kind: QuestionKind = field(default="choice", init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        _asked(self.text)
        options = () if isinstance(self.options, str) else _texts("options", self.options)
        if not len(("a", "b")) <= len(options) <= MOST_OPTIONS:
            raise ArgumentError("options", self.options, f"2 to {MOST_OPTIONS} texts")
        if len(set(options)) < len(options):
            raise ArgumentError("options", self.options, "texts that differ")
        object.__setattr__(self, "options", options)
        _run(self.truth, self.steps)

    @property
    def choices(self) -> tuple[str, ...]:
        """The options."""
        return tuple(self.options)


@dataclass(frozen=True)
class Number(Question):
    """A question in words whose answer is a number.

    Parameters
    ----------
    text : str
        The question.
    truth : callable
        ``truth(timeline)`` returns the number: found by a run, never written down. It gets a
        `Timeline` of the question's run after ``steps`` steps.
    steps : int, default 0
        How many steps that run takes; the page shows them after the answer.
    tolerance : float, optional
        How far from it is right; a tenth of it without.
    **others
        See `Question`.

    Raises
    ------
    ArgumentError
        If an argument is not as said.

    Examples
    --------
    >>> Number("What is the loss?", truth=lambda timeline: timeline.state.loss).kind
    'number'
    """

    text: str = field()
    _: KW_ONLY
    truth: Truth
    steps: int = 0
    tolerance: float | None = None
    kind: QuestionKind = field(default="number", init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        _asked(self.text)
        _run(self.truth, self.steps)
        if self.tolerance is not None and _validation.real_number("tolerance", self.tolerance) <= 0:
            raise ArgumentError("tolerance", self.tolerance, "a number above 0")


@dataclass(frozen=True)
class Explain(Question):
    """A question that is answered in one or two sentences; no machine scores them.

    Parameters
    ----------
    text : str
        The question.
    model : str
        An answer to compare one's own with, shown afterwards.
    **others
        See `Question`.

    Raises
    ------
    ArgumentError
        If an argument is not as said.

    Examples
    --------
    >>> Explain("Why do the steps become shorter?", model="The gradient becomes smaller.").kind
    'explain'
    """

    text: str = field()
    _: KW_ONLY
    model: str
    steps: int = field(default=0, init=False)
    kind: QuestionKind = field(default="explain", init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        _asked(self.text)
        _long("model", self.model)
        if not self.model.strip():
            raise ArgumentError("model", self.model, "an answer to compare with")


@dataclass(frozen=True)
class Goal(Question):
    """Find a learning rate with which a loss is reached, in five tries.

    Parameters
    ----------
    loss : float
        What the loss is to be at most.
    within : int
        In how many steps.
    **others
        See `Question`.

    Raises
    ------
    ArgumentError
        If an argument is not as said; and, when a widget is made with it, if no learning rate
        from 1e-5 to 100 meets it.

    Examples
    --------
    >>> Goal(loss=1e-3, within=3).kind
    'goal'
    """

    _: KW_ONLY
    loss: float
    within: int
    kind: QuestionKind = field(default="goal", init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        _validation.real_number("loss", self.loss)
        _validation.whole_number("within", self.within, 1, _MOST_TRIED_STEPS)


_FEEDBACK = ("right", "near", "wrong", "unknown", *MISCONCEPTIONS)
ASKABLE = (Prediction, Choice, Number, Explain, Goal)
"""The classes of questions."""


def several(given: Any) -> tuple[Any, ...]:
    """Return what may be given as one or as a sequence.

    Examples
    --------
    >>> several(0.1), several([0.1, 0.2]), several("sgd")
    ((0.1,), (0.1, 0.2), ('sgd',))
    """
    if isinstance(given, Sequence) and not isinstance(given, str):
        return tuple(given)
    return (given,)


def short_text(argument: str, text: object) -> str:
    """Return a name or the like, or raise an `ArgumentError`.

    Examples
    --------
    >>> short_text("salt", "2026")
    '2026'
    """
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise ArgumentError(argument, text, f"a text of at most {LONGEST_TEXT} characters")
    return utf8_text(argument, text)


def _long(argument: str, text: object) -> None:
    if not isinstance(text, str) or len(text) > LONGEST_QUESTION:
        raise ArgumentError(argument, text, f"a text of at most {LONGEST_QUESTION:,} characters")
    utf8_text(argument, text)


def _texts(argument: str, texts: Any) -> tuple[str, ...]:
    if not isinstance(texts, (str, Sequence)):
        raise ArgumentError(argument, texts, "a text, or a list of texts")
    given = (texts,) if isinstance(texts, str) else tuple(texts)
    for text in given:
        _long(argument, text)
    return given


def _problem(given: object) -> None:
    if not isinstance(given, Problem):
        raise ArgumentError("problem", given, "a gdwidget.Problem, or a list of them")


def _optimizer(given: object) -> None:
    if not isinstance(given, str):
        raise ArgumentError("optimizer", given, "the name of one")
    Optimizer.of(given)


def _decay(given: object) -> None:
    if given not in schedules.NAMES:
        raise ArgumentError("decay", given, f"one of {', '.join(schedules.NAMES)}")


_SETTINGS: dict[str, Callable[[Any], object]] = {
    "problem": _problem,
    "learning_rate": _validation.learning_rate,
    "optimizer": _optimizer,
    "decay": _decay,
    "batch_size": lambda size: _validation.whole_number("batch_size", size, 1, 2**31),
}


def _asked(text: str) -> None:
    if not text.strip():
        raise ArgumentError("text", text, "a question")


def _run(truth: object, steps: object) -> None:
    if not callable(truth):
        accepted = "a function truth(timeline): what is right is found by a run"
        raise ArgumentError("truth", truth, accepted)
    _validation.whole_number("steps", steps, 0, _MOST_TRIED_STEPS)
