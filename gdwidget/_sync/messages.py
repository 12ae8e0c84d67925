"""The messages between kernel and pages, both ways, and what is saved of a widget.

This is the one place that says what travels: ``js/src/protocol/wire.ts`` is made from it by
``python -m tests.message_types``. What a page asks for is a dataclass, checked by `read` like a
request from the internet; what the kernel sends and saves is a dict, made by `packing`.

Numbers travel as little-endian float32: of a delta column after column in one buffer, of planes
and looks one buffer an array; saved, such a buffer is base64. Of single numbers JSON cannot write
those that are not finite: they travel as the texts that JavaScript makes the same numbers of.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    TypeAlias,
    TypedDict,
    get_args,
    get_type_hints,
)

from numpy.typing import NDArray

from gdwidget._validation import MOST_STEPS, real_number, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = 1
"""Version of the saved state; a page that meets a newer one says so."""

MOST_STEPS_A_MESSAGE = 100_000

LONGEST_TEXT = 200
"""The longest text a request may hold."""

_MOST_ENTRIES = 64
LONGEST_EXPLANATION = 2_000
"""The longest text of an answer, in characters."""
MOST_NUMBERS = 7
"""How many numbers an answer holds at most."""
_LARGEST_ID = 2**31

Slice: TypeAlias = Literal["two", "components", "random"]
Part: TypeAlias = Literal["teaching", "presenting", "zh", "figures"]
QuestionKind: TypeAlias = Literal[
    "next_step", "after", "end", "fate", "steps", "choice", "number", "explain", "goal"
]
Status: TypeAlias = Literal["ready", "converged", "diverged", "ended"]
LookFigure: TypeAlias = Literal["curve", "boundary", "scatter"]


# How a field of a request is checked: ``check(name, value)`` returns what it stands for.


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ArgumentError(name, value, f"a text of at most {LONGEST_TEXT} characters")
    return value


def _truth(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ArgumentError(name, value, "true or false")
    return value


def _one_of(known: tuple[str, ...], name: str, value: object) -> str:
    if value not in known:
        raise ArgumentError(name, value, f"one of {', '.join(known)}")
    return str(value)


def _entries(name: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict) or len(value) > _MOST_ENTRIES:
        raise ArgumentError(name, value, f"an object with at most {_MOST_ENTRIES} entries")
    for key in value:
        if not isinstance(key, str) or len(key) > LONGEST_TEXT:
            raise ArgumentError(name, key, "short texts as keys")
    return value


def _rows(name: str, value: object) -> dict[int, int]:
    rows = {}
    for run, count in _entries(name, value).items():
        if not run.isdecimal():
            raise ArgumentError(name, run, "run numbers as keys")
        rows[int(run)] = whole_number(name, count, 0, _LARGEST_ID)
    return rows


def _start(name: str, value: object) -> dict[str, float]:
    return {key: real_number(key, number) for key, number in _entries(name, value).items()}


def _numbers(name: str, value: object) -> list[float]:
    if not isinstance(value, list) or len(value) > MOST_NUMBERS:
        raise ArgumentError(name, value, f"a list of at most {MOST_NUMBERS} numbers")
    return [real_number(name, number) for number in value]


def utf8_text(name: str, value: str) -> str:
    """Return a text that can be written, or raise an `ArgumentError`."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ArgumentError(name, value, "a text that UTF-8 can hold") from None
    return value


def explanation(name: str, value: object) -> str:
    """Return a text that explains an answer, or raise an `ArgumentError`."""
    if not isinstance(value, str) or len(value) > LONGEST_EXPLANATION:
        accepted = f"a text of at most {LONGEST_EXPLANATION:,} characters"
        raise ArgumentError(name, value, accepted)
    return utf8_text(name, value)


def _setting(name: str, value: object) -> float | str:
    if isinstance(value, str):
        return _text(name, value)
    real_number(name, value)
    return value  # type: ignore[return-value]


def _view(name: str, value: object) -> tuple[float, ...] | None:
    ends = ("low_x", "high_x", "low_y", "high_y")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != len(ends):
        raise ArgumentError(name, value, f"null, or {', '.join(ends)}")
    return tuple(real_number(end, number) for end, number in zip(ends, value, strict=True))


def _aspect(name: str, value: object) -> float:
    number = real_number(name, value)
    if number <= 0:
        raise ArgumentError(name, value, "a number above 0: width by height of the plot")
    return number


Text: TypeAlias = Annotated[str, _text]
Number: TypeAlias = Annotated[float, real_number]
RunId: TypeAlias = Annotated[int, partial(whole_number, least=0, most=_LARGEST_ID)]
Step: TypeAlias = Annotated[int, partial(whole_number, least=0, most=100 * MOST_STEPS)]


@dataclass(frozen=True)
class Sync:
    """The page has so many rows of each run and wants the others."""

    have: Annotated[dict[int, int], _rows]
    request: Text


@dataclass(frozen=True)
class Advance:
    """Take ``n`` steps of ``run`` or of a fork of it; the answer names the ``request``."""

    run: RunId
    n: Annotated[int, partial(whole_number, least=1, most=MOST_STEPS_A_MESSAGE)]
    request: Text


@dataclass(frozen=True)
class AheadRequest:
    """Take the step after the newest one ahead; the answer names the ``request``."""

    request: Text


@dataclass(frozen=True)
class Goto:
    """Look at a step of ``run`` or of a fork of it; the answer names the ``request``."""

    run: RunId
    step: Step
    request: Text


@dataclass(frozen=True)
class Reset:
    """Start over, from other starting values where given."""

    start: Annotated[dict[str, float], _start]


@dataclass(frozen=True)
class Set:
    """Set a trait, in its turn: ipywidgets' own message may come after what was asked next."""

    name: Text
    value: Annotated[float | str, _setting]


@dataclass(frozen=True)
class LandscapeRequest:
    """Evaluate the loss from ``low`` to ``high`` of a number, the others held as at a step.

    Without a ``name`` it is the first that learns, and the others are as at the start.
    """

    low: Number
    high: Number
    name: Text
    step: Step
    request: Text


@dataclass(frozen=True)
class PlaneRequest:
    """Evaluate the loss on a plane; ``view`` null leaves it to the kernel which part of it.

    The plot is ``aspect`` times as wide as high: more is shown for equal units on both axes.
    """

    slice: Annotated[Slice, partial(_one_of, get_args(Slice))]
    x: Text
    y: Text
    view: Annotated[tuple[float, float, float, float] | None, _view]
    aspect: Annotated[float, _aspect]
    request: Text


@dataclass(frozen=True)
class LookRequest:
    """Show data, model and batch at a step, and the batch's loss from ``low`` to ``high``.

    Where both are 0 the batch's loss is not wanted.
    """

    run: RunId
    step: Step
    low: Number
    high: Number
    request: Text


@dataclass(frozen=True)
class RulerRequest:
    """Measure how sharply the loss curves at a step of ``run``, unless other steps come first."""

    run: RunId
    step: Step
    request: Text


@dataclass(frozen=True)
class FanRequest:
    """Try every batch that could be next at a step of ``run``, unless other steps come first."""

    run: RunId
    step: Step
    request: Text


@dataclass(frozen=True)
class Clear:
    """Forget all runs but the current one."""


@dataclass(frozen=True)
class Rest:
    """The page has paused: bring the saved state up to date."""


@dataclass(frozen=True)
class Shared:
    """Send what all widgets share: the page has no manager that would know the model of it."""


@dataclass(frozen=True)
class Ask:
    """Pose a question: begin its run, and hide what would tell the answer; -1 poses none."""

    question: Annotated[int, partial(whole_number, least=-1, most=254)]


@dataclass(frozen=True)
class Answer:
    """Commit to an answer; of one that explains, rate it: the only change that is taken."""

    question: Annotated[int, partial(whole_number, least=0, most=254)]
    variant: Annotated[int, partial(whole_number, least=0, most=254)]
    numbers: Annotated[list[float], _numbers]
    sure: Annotated[int, partial(whole_number, least=0, most=3)]
    hints: Annotated[int, partial(whole_number, least=0, most=3)]
    seconds: Annotated[int, partial(whole_number, least=0, most=65_535)]
    text: Annotated[str, explanation]


@dataclass(frozen=True)
class Present:
    """Lay aside what there is while questions are presented, or take it up again."""

    on: Annotated[bool, _truth]


@dataclass(frozen=True)
class PartRequest:
    """Send what not every widget needs; but for what shows figures, all widgets share it then."""

    part: Annotated[Part, partial(_one_of, get_args(Part))]


@dataclass(frozen=True)
class FiguresRequest:
    """Send the models of the figures: the page has no manager that would know them."""


@dataclass(frozen=True)
class Shown:
    """Whether a page has views, by the name that it gave itself; it counts what it tells."""

    page: Text
    turn: Annotated[int, partial(whole_number, least=1, most=2**53)]
    shown: Annotated[bool, _truth]


PictureRequest: TypeAlias = LandscapeRequest | PlaneRequest | LookRequest
Asked: TypeAlias = Ask | Answer | Present
OfTimeline: TypeAlias = Sync | Advance | Goto | Reset | Set | Clear | Rest | Shown | PictureRequest
Measured: TypeAlias = RulerRequest | FanRequest
Beside: TypeAlias = AheadRequest | Measured | Shared | PartRequest | FiguresRequest
Request: TypeAlias = OfTimeline | Asked | Beside

REQUESTS: dict[str, type[Request]] = {
    "sync": Sync,
    "advance": Advance,
    "ahead": AheadRequest,
    "goto": Goto,
    "reset": Reset,
    "set": Set,
    "landscape": LandscapeRequest,
    "plane": PlaneRequest,
    "look": LookRequest,
    "ruler": RulerRequest,
    "fan": FanRequest,
    "clear": Clear,
    "rest": Rest,
    "ask": Ask,
    "answer": Answer,
    "present": Present,
    "shared": Shared,
    "part": PartRequest,
    "figures": FiguresRequest,
    "shown": Shown,
}
_CHECKS = {
    kind: {
        name: hint.__metadata__[-1]
        for name, hint in get_type_hints(request, include_extras=True).items()
    }
    for kind, request in REQUESTS.items()
}


def read(content: object, buffers: Iterable[object] = ()) -> Request:
    """Return the request a page's message makes, checked like one from the internet.

    Parameters
    ----------
    content : object
        The message as it came; should be a dict with a ``kind``.
    buffers : iterable, optional
        Its buffers; no request has any.

    Raises
    ------
    ArgumentError
        If the kind is unknown, a field is missing, of the wrong type, out of range or too
        large, or there is a field or buffer too many. It names the field.

    Examples
    --------
    >>> read({"kind": "advance", "run": 1, "n": 3, "request": "a1"})
    Advance(run=1, n=3, request='a1')
    """
    if not isinstance(content, dict):
        raise ArgumentError("message", content, "an object with a kind")
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in REQUESTS:
        raise ArgumentError("kind", kind, f"one of {', '.join(REQUESTS)}")
    if count := len(tuple(buffers)):
        raise ArgumentError("buffers", f"{count} buffers", "none")
    fields = {}
    for name, check in _CHECKS[kind].items():
        if name not in content:
            raise ArgumentError(name, "nothing", "this field, which must be there")
        fields[name] = check(name, content[name])
    if len(content) > len(fields) + 1:
        unknown = next(name for name in content if name != "kind" and name not in fields)
        raise ArgumentError("message", f"unknown field {unknown!r}", "no other fields")
    return REQUESTS[kind](**fields)


# What the kernel sends and saves. A text beside a type says in the page what the field is.

Floats: TypeAlias = NDArray[Any]
"""An array that travels in a buffer of its own; where it does not apply, it is left out."""

Base64: TypeAlias = str


class Batches(TypedDict):
    """The batches of a run."""

    size: Annotated[int, "Samples in a full batch."]
    count: Annotated[
        int,
        "Batches an epoch; 0 for a stream that ends, and for one that is read again as long as "
        "nobody knows how many it has, or where they are not always as many.",
    ]


class NextUpdate(TypedDict):
    """Where the coming update leads, as the kernel knows it."""

    values: Annotated[dict[str, float], "The next value of each recorded scalar."]
    terms: Annotated[dict[str, float], "The optimizer's own numbers for the first of them."]


class NextStep(TypedDict):
    """What is told of the step after the cursor."""

    cursor: int
    rate: Annotated[float | None, "Its learning rate; null where the schedule has none."]
    recompiled: Annotated[bool, "Whether it begins a new run at whatever rate."]
    coming: Annotated[NextUpdate | None, "Null where value - rate * gradient says where it leads."]


class RunSettings(TypedDict):
    """What takes the steps of a run, and at which rates; how it was stepped last."""

    optimizer: str
    takes_rate: Annotated[bool, "Whether the learning rate makes any difference."]
    batch_size: Annotated[int, "0 for all samples."]
    decay: str
    peak: Annotated[float, "The learning rate; where it decays, at its highest."]
    run_steps: Annotated[int, "How many steps a decay is made for."]


class Given(TypedDict):
    """Which of a run's first rows were recorded elsewhere, as of a training loop."""

    last: Annotated[int, "The last of them; the rows after it were computed."]
    every: Annotated[int, "How many steps of the loop one is; of the last fewer. 0: of each other."]
    end: Annotated[int, "Which step of the loop the last of them is."]


class RunFields(TypedDict):
    """What a page knows of a run beside its rows and its number."""

    parent: int | None
    fork: int
    params: dict[str, float]
    extras: Annotated[list[str], "Names of the columns after the first four."]
    status: Annotated[Status, "What follows the last row; every earlier row is ready."]
    batches: Batches | None
    settings: RunSettings
    given: Given | None
    last: int


class Delta(RunFields, NextStep):
    """New rows of a run; the buffer holds ``n`` of them in 4 + len(extras) columns."""

    kind: Literal["delta"]
    run: int
    runs: list[int]
    start: int
    n: int
    request: str
    seconds: Annotated[float, "How long the steps that were asked for took."]


class Ahead(NextStep):
    """A step taken ahead, recorded only if it is asked for; the buffer holds its row."""

    kind: Literal["ahead"]
    run: int
    status: Annotated[Status, "What follows it."]
    request: str


class Landscape(TypedDict):
    """Header of the loss along a number; its buffer holds values, then losses."""

    kind: Literal["landscape"]
    n: int
    more: Annotated[bool, "Whether the kernel has yet to evaluate points between these."]
    request: str


class Plane(TypedDict):
    """The loss on a plane through the parameters."""

    slice: Slice
    x: Annotated[str, "The axis labels."]
    y: str
    low_x: float
    high_x: float
    low_y: float
    high_y: float
    n: Annotated[int, "Grid points a side."]
    explained: Annotated[float | None, "Share of the path's variance that it holds, 0 to 1."]
    least: Annotated[float | None, "The least loss on it."]
    recorded: Annotated[bool, "Whether the path is the columns x and y of the record."]
    more: Annotated[bool, "Whether the kernel has yet to evaluate points between these."]


class PlaneArrays(TypedDict):
    """The arrays of a plane."""

    losses: Annotated[Floats, "Row after row of n losses; a row has one y."]
    contour_x: Annotated[Floats, "Lines of equal loss, with NaN between each two."]
    contour_y: Floats
    contour_levels: Annotated[Floats, "The loss on each of these lines."]
    steps: Annotated[Floats, "The path of the current run; empty where it is recorded."]
    path_x: Floats
    path_y: Floats


class Look(TypedDict):
    """Data, model and batch at a step."""

    step: int
    figure: LookFigure | None
    x: Annotated[str, "The axis labels."]
    y: str


class LookArrays(TypedDict, total=False):
    """The arrays of a look; those that do not apply are empty."""

    inputs: Floats
    targets: Floats
    predictions: Floats
    curve_x: Annotated[Floats, "The model between the samples."]
    curve_y: Floats
    inputs_x: Annotated[Floats, "The two features of a classifier."]
    inputs_y: Floats
    boundary_x: Annotated[Floats, "The lines between its classes, with NaN between each two."]
    boundary_y: Floats
    samples: Annotated[Floats, "Which samples of the data these are, ascending."]
    batch: Annotated[Floats, "Positions among these of the samples in the batch."]
    batch_values: Annotated[Floats, "The batch's own loss along the first parameter."]
    batch_losses: Floats


class OfArrays(TypedDict):
    """What a plane or look has beside its fields where it is sent: a buffer for each name."""

    kind: Literal["plane", "look"]
    request: str
    arrays: list[str]


class ErrorAnswer(TypedDict):
    """What was wrong; ``field`` may be empty."""

    kind: Literal["error"]
    field: str
    message: str
    request: str


class SharedParts(TypedDict):
    """What shows a widget, for a page without a manager."""

    kind: Literal["shared"]
    script: str
    style: str


class PartAnswer(TypedDict):
    """A module that not every widget needs: what teaches, what presents, or what is in Chinese."""

    kind: Literal["part"]
    part: Part
    script: str


class FiguresAnswer(TypedDict):
    """The models of the figures, as a page saves them."""

    kind: Literal["figures"]
    states: Annotated[str, "JSON of a widget state, by the models' ids."]
    script: Annotated[str, "Which script shows them: a page may have kernels of several versions."]


class QuestionSettings(TypedDict):
    """What is set while a question is asked."""

    problem_name: Annotated[str, "Empty where there is one problem only."]
    optimizer: str
    learning_rate: float
    decay: str
    batch_size: Annotated[int, "0 stands for all samples."]
    run_steps: int


class Variant(TypedDict):
    """One of the settings that a question may be asked in."""

    settings: QuestionSettings
    start: Annotated[dict[str, float], "The starting values of the scalar parameters."]
    sealed: Annotated[str, "What is not to be read before the answer; see Key."]


class Question(TypedDict):
    """A question as a page asks it."""

    name: str
    kind: Annotated[QuestionKind, "What it asks, and how it is judged."]
    text: Annotated[str, "The question, in words."]
    steps: Annotated[int, "How many steps the run takes that shows the answer; 0 for none."]
    parameters: Annotated[list[str], "The scalars whose value is asked for, one or two."]
    until: Annotated[float | None, "The loss that is to be reached."]
    options: Annotated[list[str], "What is to be chosen from."]
    hints: Annotated[list[str], "At most three, shown one by one when they are asked for."]
    variants: list[Variant]


class Questions(TypedDict):
    """The questions of a widget."""

    version: int
    fingerprint: Annotated[str, "Of all that decides what is right, in eight hexadecimal digits."]
    salt: Annotated[str, "Decides with a student's name which variants are asked."]
    questions: list[Question]


class Compared(TypedDict):
    """Runs that are looked at side by side."""

    setting: Annotated[str, "The one that differs."]
    runs: Annotated[list[int], "Their ids, in the order in which they are told of."]
    values: Annotated[list[str], "What the setting is in each, in words."]
    until: Annotated[float | None, "A loss of which is told when each run reached it."]
    reached: Annotated[list[int], "After how many steps; −1 of one that never did."]
    verdicts: Annotated[list[str], "What became of each."]


class Mistake(TypedDict):
    """A wrong answer that tells a misconception."""

    numbers: list[float]
    tag: Annotated[str, "The misconception's short name."]
    text: Annotated[str, "What to say then."]


class Key(TypedDict):
    """What a variant's seal holds: JSON, each byte by exclusive or with the keystream.

    That only keeps it from being read by chance: grades are computed from the answers alone.
    """

    numbers: Annotated[list[float], "The right answer; empty where none is."]
    start: Annotated[list[float], "Where the asked scalars start."]
    tolerance: Annotated[float, "How far from it is right in any case."]
    mistakes: list[Mistake]
    feedback: Annotated[dict[str, str], "What to say by verdict, and of `wrong_way`."]
    model: Annotated[str, "A model answer, of a question that is to be explained."]


class Curvature(TypedDict):
    """How sharply the loss on all data curves at a step, and how large that lets the rate be."""

    optimizer: str
    known: Annotated[bool, "Whether a limit is known for the optimizer; else nothing is measured."]
    own_units: Annotated[bool, "Whether it is in the units that the optimizer divides by."]
    sharpness: Annotated[float | None, "The Hessian's largest eigenvalue; null: not to be had."]
    limit: Annotated[float | None, "The rate above which steps grow; null where there is none."]
    along: Annotated[dict[str, float], "What its direction has along the recorded numbers."]


class RulerAnswer(Curvature):
    """The curvature at a step."""

    kind: Literal["ruler"]
    run: int
    step: int
    request: str


class FanAnswer(TypedDict):
    """All steps that could be next, each with the loss on all data after it."""

    kind: Literal["fan"]
    run: int
    step: int
    request: str
    size: Annotated[int, "How many samples each of them reads."]
    whole: Annotated[bool, "Whether these are all that there are; else the seed chose them."]
    loss: Annotated[float, "The loss on all data before the step."]
    losses: list[float]
    values: Annotated[dict[str, list[float]], "Where they lead; empty of many numbers."]


class SavedRun(RunFields):
    """One run in the saved state."""

    id: int
    steps: Annotated[Base64, "Which steps, ascending, as int32."]
    columns: Annotated[Base64, "Their rows, column after column."]


class Keyframe(NextStep):
    """The saved timeline; the cursor is looked at in the last run."""

    version: int
    runs: list[SavedRun]


class SavedArrays(TypedDict):
    """What a plane or look has beside its fields where it is saved."""

    arrays: dict[str, Base64]


class SavedCurve(TypedDict):
    """The red curve with the ends of the first view; its points may reach further."""

    low: float
    high: float
    points: Annotated[Base64, "Values, then losses."]
    more: Annotated[bool, "Whether the kernel has yet to evaluate points between these."]


class Names(TypedDict):
    """What the widget says of its problem."""

    params: Annotated[list[str], "The scalar parameters, which have a field for their start."]
    learning: Annotated[str, "The first of the recorded scalars."]
    recorded: Annotated[list[str], "The scalars that learn and have a column of values."]
    count: Annotated[int, "How many scalars learn."]
    stream: Annotated[bool, "Whether the data come as a stream."]
    samples: Annotated[int, "How many samples there are; 0 without data and for a stream."]
    predicts: Annotated[bool, "Whether there is a model to compare with the data."]
    classes: Annotated[bool, "Whether the targets are classes."]


class Choices(TypedDict):
    """What the page offers to choose from; fewer than two entries offer nothing."""

    optimizers: list[str]
    decays: list[str]
    batch_sizes: Annotated[list[int], "0 stands for all samples."]
    problems: list[str]
