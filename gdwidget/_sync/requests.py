"""What pages ask for, checked like requests from the internet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from gdwidget._validation import MOST_STEPS, real_number, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_STEPS_A_MESSAGE = 100_000

LONGEST_TEXT = 200
"""The longest text a message may hold."""

_MOST_ENTRIES = 64

_SLICES = ("two", "components", "random")
_ENDS = ("low_x", "high_x", "low_y", "high_y")


@dataclass(frozen=True)
class Sync:
    """The page has so many rows of each run and wants the others."""

    have: dict[int, int]
    request: str


@dataclass(frozen=True)
class Advance:
    """Take ``n`` steps of ``run`` or of a fork of it; the answer names the ``request``."""

    run: int
    n: int
    request: str


@dataclass(frozen=True)
class Goto:
    """Look at a step of ``run`` or of a fork of it; the answer names the ``request``."""

    run: int
    step: int
    request: str


@dataclass(frozen=True)
class Reset:
    """Start over, from other starting values where given."""

    start: dict[str, float]


@dataclass(frozen=True)
class Set:
    """Set a trait, in its turn: ipywidgets' own message may come after what was asked next."""

    name: str
    value: float | str


@dataclass(frozen=True)
class LandscapeRequest:
    """Evaluate the loss from ``low`` to ``high`` of a number, the others held as at a step.

    Without a ``name`` it is the first that learns, and the others are as at the start.
    """

    low: float
    high: float
    request: str
    name: str = ""
    step: int = 0


@dataclass(frozen=True)
class PlaneRequest:
    """Evaluate the loss on a plane; ``view`` None leaves it to the kernel which part of it."""

    slice: Literal["two", "components", "random"]
    x: str
    y: str
    view: tuple[float, ...] | None
    request: str


@dataclass(frozen=True)
class LookRequest:
    """Show data, model and batch at a step, and the batch's loss from ``low`` to ``high``.

    Where both are 0 the batch's loss is not wanted.
    """

    run: int
    step: int
    low: float
    high: float
    request: str


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
class Shown:
    """Whether a page has views, by the name that it gave itself; it counts what it tells."""

    page: str
    turn: int
    shown: bool


PictureRequest = LandscapeRequest | PlaneRequest | LookRequest
OfTimeline = Sync | Advance | Goto | Reset | Set | Clear | Rest | Shown | PictureRequest
Request = OfTimeline | Shared


def parse(content: object, buffers: object = ()) -> Request:
    """Return the request a page's message makes, checked like one from the internet.

    Parameters
    ----------
    content : object
        The message as it came; should be a dict with a ``kind``.
    buffers : sequence, optional
        Its buffers; no request has any.

    Raises
    ------
    ArgumentError
        If the kind is unknown, a field is missing, of the wrong type, out of range or too
        large, or there is a field or buffer too many. It names the field.

    Examples
    --------
    >>> parse({"kind": "advance", "run": 1, "n": 3, "request": "a1"})
    Advance(run=1, n=3, request='a1')
    """
    if not isinstance(content, dict):
        raise ArgumentError("message", content, "an object with a kind")
    kind = content.get("kind")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise ArgumentError("kind", kind, f"one of {', '.join(_READERS)}")
    if buffers:
        raise ArgumentError("buffers", f"{len(list(buffers))} buffers", "none")  # type: ignore[call-overload]
    fields = _Fields({key: value for key, value in content.items() if key != "kind"})
    request = reader(fields)
    fields.end()
    return request


class _Fields:
    def __init__(self, fields: dict[object, object]) -> None:
        self._fields = fields

    def take(self, name: str) -> object:
        if name not in self._fields:
            raise ArgumentError(name, "nothing", "this field, which must be there")
        return self._fields.pop(name)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def end(self) -> None:
        if self._fields:
            raise ArgumentError(
                "message", f"unknown field {next(iter(self._fields))!r}", "no other fields"
            )

    def number(self, name: str) -> float:
        value = self.take(name)
        if not isinstance(value, (int, float)):
            raise ArgumentError(name, value, "a number")
        return real_number(name, value)

    def whole(self, name: str, least: int, most: int) -> int:
        return whole_number(name, self.take(name), least, most)

    def text(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise ArgumentError(name, value, f"a text of at most {LONGEST_TEXT} characters")
        return value

    def truth(self, name: str) -> bool:
        value = self.take(name)
        if not isinstance(value, bool):
            raise ArgumentError(name, value, "true or false")
        return value

    def entries(self, name: str) -> dict[str, object]:
        value = self.take(name)
        accepted = f"an object with at most {_MOST_ENTRIES} entries"
        if not isinstance(value, dict) or len(value) > _MOST_ENTRIES:
            raise ArgumentError(name, value, accepted)
        for key in value:
            if not isinstance(key, str) or len(key) > LONGEST_TEXT:
                raise ArgumentError(name, key, "short texts as keys")
        return value


def _read_sync(fields: _Fields) -> Sync:
    have = {}
    for run, rows in fields.entries("have").items():
        if not run.isdecimal():
            raise ArgumentError("have", run, "run numbers as keys")
        have[int(run)] = whole_number("have", rows, 0, 2**31)
    return Sync(have, fields.text("request"))


def _read_advance(fields: _Fields) -> Advance:
    return Advance(
        fields.whole("run", 0, 2**31),
        fields.whole("n", 1, MOST_STEPS_A_MESSAGE),
        fields.text("request"),
    )


def _read_goto(fields: _Fields) -> Goto:
    return Goto(
        fields.whole("run", 0, 2**31),
        _read_step(fields),
        fields.text("request"),
    )


def _read_reset(fields: _Fields) -> Reset:
    start = {name: real_number(name, value) for name, value in fields.entries("start").items()}
    return Reset(start)


def _read_set(fields: _Fields) -> Set:
    name, value = fields.text("name"), fields.take("value")
    if isinstance(value, str) and len(value) <= LONGEST_TEXT:
        return Set(name, value)
    if isinstance(value, (int, float)):
        real_number("value", value)
        return Set(name, value)
    accepted = f"a number or a text of at most {LONGEST_TEXT} characters"
    raise ArgumentError("value", value, accepted)


def _read_landscape(fields: _Fields) -> LandscapeRequest:
    low, high, request = fields.number("low"), fields.number("high"), fields.text("request")
    if "name" not in fields:
        return LandscapeRequest(low, high, request)
    return LandscapeRequest(low, high, request, fields.text("name"), _read_step(fields))


def _read_plane(fields: _Fields) -> PlaneRequest:
    kind = fields.text("slice")
    if kind not in _SLICES:
        raise ArgumentError("slice", kind, f"one of {', '.join(_SLICES)}")
    x, y, view = fields.text("x"), fields.text("y"), fields.take("view")
    ends = None
    if view is not None:
        if not isinstance(view, list) or len(view) != len(_ENDS):
            raise ArgumentError("view", view, f"null, or {', '.join(_ENDS)}")
        ends = tuple(real_number(name, end) for name, end in zip(_ENDS, view, strict=True))
    return PlaneRequest(cast("Any", kind), x, y, ends, fields.text("request"))


def _read_look(fields: _Fields) -> LookRequest:
    return LookRequest(
        fields.whole("run", 0, 2**31),
        _read_step(fields),
        fields.number("low"),
        fields.number("high"),
        fields.text("request"),
    )


def _read_clear(_: _Fields) -> Clear:
    return Clear()


def _read_step(fields: _Fields) -> int:
    return fields.whole("step", 0, 100 * MOST_STEPS)


def _read_rest(_: _Fields) -> Rest:
    return Rest()


def _read_shared(_: _Fields) -> Shared:
    return Shared()


def _read_shown(fields: _Fields) -> Shown:
    return Shown(fields.text("page"), fields.whole("turn", 1, 2**53), fields.truth("shown"))


_READERS: dict[str, Callable[[_Fields], Request]] = {
    "sync": _read_sync,
    "advance": _read_advance,
    "goto": _read_goto,
    "reset": _read_reset,
    "set": _read_set,
    "landscape": _read_landscape,
    "plane": _read_plane,
    "look": _read_look,
    "clear": _read_clear,
    "rest": _read_rest,
    "shared": _read_shared,
    "shown": _read_shown,
}
