"""What pages ask for: dataclasses, checked by `read` like requests from the internet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args, get_type_hints

from gdwidget._sync.messages import fields
from gdwidget._validation import MOST_STEPS, real_number, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_STEPS_A_MESSAGE = 100_000

Slice: TypeAlias = Literal["two", "components", "random"]
Part: TypeAlias = Literal["teaching", "presenting", "zh", "figures"]

Text: TypeAlias = Annotated[str, fields.text]
Number: TypeAlias = Annotated[float, real_number]
RunId: TypeAlias = Annotated[int, partial(whole_number, least=0, most=fields.LARGEST_ID)]
Step: TypeAlias = Annotated[int, partial(whole_number, least=0, most=100 * MOST_STEPS)]


@dataclass(frozen=True)
class Sync:
    """The page has so many rows of each run and wants the others."""

    have: Annotated[dict[int, int], fields.rows]
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

    start: Annotated[dict[str, float], fields.start]


@dataclass(frozen=True)
class Set:
    """Set a trait, in its turn: ipywidgets' own message may come after what was asked next."""

    name: Text
    value: Annotated[float | str, fields.setting]


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

    slice: Annotated[Slice, partial(fields.one_of, get_args(Slice))]
    x: Text
    y: Text
    view: Annotated[tuple[float, float, float, float] | None, fields.view]
    aspect: Annotated[float, fields.aspect]
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
    numbers: Annotated[list[float], fields.numbers]
    sure: Annotated[int, partial(whole_number, least=0, most=3)]
    hints: Annotated[int, partial(whole_number, least=0, most=3)]
    seconds: Annotated[int, partial(whole_number, least=0, most=65_535)]
    text: Annotated[str, fields.explanation]


@dataclass(frozen=True)
class Present:
    """Lay aside what there is while questions are presented, or take it up again."""

    on: Annotated[bool, fields.truth]


@dataclass(frozen=True)
class PartRequest:
    """Send what not every widget needs; but for what shows figures, all widgets share it then."""

    part: Annotated[Part, partial(fields.one_of, get_args(Part))]


@dataclass(frozen=True)
class FiguresRequest:
    """Send the models of the figures: the page has no manager that would know them."""


@dataclass(frozen=True)
class Shown:
    """Whether a page has views, by the name that it gave itself; it counts what it tells."""

    page: Text
    turn: Annotated[int, partial(whole_number, least=1, most=2**53)]
    shown: Annotated[bool, fields.truth]


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
    checked = {}
    for name, check in _CHECKS[kind].items():
        if name not in content:
            raise ArgumentError(name, "nothing", "this field, which must be there")
        checked[name] = check(name, content[name])
    if len(content) > len(checked) + 1:
        unknown = next(name for name in content if name != "kind" and name not in checked)
        raise ArgumentError("message", f"unknown field {unknown!r}", "no other fields")
    return REQUESTS[kind](**checked)
