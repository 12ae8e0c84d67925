"""The messages between kernel and page; `js/src/protocol.ts` is their mirror image.

From the page come requests, from the kernel deltas, curves and errors. Numbers travel as
little-endian float32, column after column, in one buffer.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypedDict

import numpy as np

from gdwidget.checks import MOST_STEPS, real_number, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from gdwidget.envelope import Envelope
    from gdwidget.landscape import Curve
    from gdwidget.timeline import Run, Timeline

VERSION = 1
"""Version of the saved state; a page that meets a newer one says so."""

MOST_STEPS_A_MESSAGE = 100_000
MOST_ROWS_A_MESSAGE = 65_536
EXACT_ENDS = 1_000
"""How many first and last rows of a long run are saved exactly."""

LONGEST_TEXT = 200
"""The longest text a message may hold."""

_MOST_ENTRIES = 64


@dataclass(frozen=True)
class Sync:
    """The page has so many rows of each run and wants the others."""

    have: dict[int, int]
    request: str


@dataclass(frozen=True)
class Advance:
    """Take ``n`` steps of ``run``; the answer names the ``request``."""

    run: int
    n: int
    request: str


@dataclass(frozen=True)
class Goto:
    """Look at a step of ``run``; the answer names the ``request``."""

    run: int
    step: int
    request: str


@dataclass(frozen=True)
class Reset:
    """Start over, from other starting values where given."""

    start: dict[str, float]


@dataclass(frozen=True)
class LandscapeRequest:
    """Evaluate the loss from ``low`` to ``high``."""

    low: float
    high: float
    request: str


@dataclass(frozen=True)
class Rest:
    """The page has paused: bring the saved state up to date."""


Request = Sync | Advance | Goto | Reset | LandscapeRequest | Rest


class Delta(TypedDict):
    """Header of new rows of a run; its buffer holds ``n`` rows in four columns."""

    kind: Literal["delta"]
    run: int
    parent: int | None
    fork: int
    params: dict[str, float]
    runs: list[int]
    start: int
    n: int
    last: int
    cursor: int
    rate_on_arrival: float
    request: str
    seconds: float


class SavedRun(TypedDict):
    """One run in the saved state; ``columns`` and ``steps`` are base64."""

    id: int
    parent: int | None
    fork: int
    params: dict[str, float]
    last: int
    steps: str
    columns: str


class Keyframe(TypedDict):
    """All a page without a kernel needs of a timeline."""

    version: int
    cursor: int
    rate_on_arrival: float
    runs: list[SavedRun]


class SavedCurve(TypedDict):
    """The red curve in the saved state: values, then losses, base64.

    ``low`` and ``high`` are the ends of the first view; the points may reach further.
    """

    low: float
    high: float
    points: str


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


def delta(
    timeline: Timeline, run: Run, start: int, stop: int, request: str = "", seconds: float = 0.0
) -> tuple[Delta, bytes]:
    """Return header and buffer that bring a page the rows ``start`` to ``stop`` of a run.

    ``seconds`` is how long the steps asked for by ``request`` took.
    """
    rows = run.trajectory.rows(start, stop)
    header = Delta(
        kind="delta",
        run=run.id,
        parent=run.parent,
        fork=run.fork,
        params=_start(run),
        runs=[kept.id for kept in timeline.runs],
        start=start,
        n=len(rows),
        last=run.last,
        cursor=timeline.cursor,
        rate_on_arrival=timeline.rate_on_arrival,
        request=request,
        seconds=seconds,
    )
    return header, _columns(rows)


def keyframe(timeline: Timeline, envelopes: Mapping[int, Envelope]) -> Keyframe:
    """Return the saved state: of long runs what is drawn, and both ends exactly."""
    return Keyframe(
        version=VERSION,
        cursor=timeline.cursor,
        rate_on_arrival=timeline.rate_on_arrival,
        runs=[_saved_run(run, envelopes[run.id], timeline.cursor) for run in timeline.runs],
    )


def saved_curve(curve: Curve, low: float, high: float) -> SavedCurve:
    """Return the curve as it is saved, with the ends of the first view."""
    points = np.stack([curve.values, curve.losses], axis=1)
    return SavedCurve(low=low, high=high, points=_text(_columns(points)))


def landscape(curve: Curve, request: str) -> tuple[dict[str, Any], bytes]:
    """Return header and buffer of an answer to `LandscapeRequest`."""
    points = np.stack([curve.values, curve.losses], axis=1)
    return {"kind": "landscape", "n": len(points), "request": request}, _columns(points)


def error(raised: Exception, request: str = "") -> dict[str, Any]:
    """Return the message that tells a page what was wrong; ``field`` may be empty."""
    field = raised.argument if isinstance(raised, ArgumentError) else ""
    text = str(raised) if field else f"{type(raised).__name__}: {_cause(raised)}"
    return {"kind": "error", "field": field, "message": text[:1_000], "request": request}


def _cause(raised: Exception) -> str:
    """Return what was raised, without the traceback jax puts before it."""
    lines = str(raised).splitlines()
    return lines[-1] if lines and "Traceback" in lines[0] else str(raised)


class _Fields:
    def __init__(self, fields: dict[object, object]) -> None:
        self._fields = fields

    def take(self, name: str) -> object:
        if name not in self._fields:
            raise ArgumentError(name, "nothing", "this field, which must be there")
        return self._fields.pop(name)

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
        fields.whole("step", 0, 100 * MOST_STEPS),
        fields.text("request"),
    )


def _read_reset(fields: _Fields) -> Reset:
    start = {name: real_number(name, value) for name, value in fields.entries("start").items()}
    return Reset(start)


def _read_landscape(fields: _Fields) -> LandscapeRequest:
    return LandscapeRequest(fields.number("low"), fields.number("high"), fields.text("request"))


def _read_rest(_: _Fields) -> Rest:
    return Rest()


_READERS: dict[str, Callable[[_Fields], Request]] = {
    "sync": _read_sync,
    "advance": _read_advance,
    "goto": _read_goto,
    "reset": _read_reset,
    "landscape": _read_landscape,
    "rest": _read_rest,
}


def _columns(rows: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(rows.T, dtype="<f4").tobytes()


def _start(run: Run) -> dict[str, float]:
    return {name: float(value) for name, value in run.start.params.items()}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _saved_run(run: Run, envelope: Envelope, cursor: int) -> SavedRun:
    rows = run.trajectory.rows()
    last = run.last
    edge = EXACT_ENDS
    kept = envelope.indices()
    if len(kept) <= last:
        ends = [np.arange(edge), np.arange(last + 1 - edge, last + 1), [min(cursor, last)]]
        kept = np.unique(np.concatenate([kept, *ends]))
    return SavedRun(
        id=run.id,
        parent=run.parent,
        fork=run.fork,
        params=_start(run),
        last=last,
        steps=_text(kept.astype("<i4").tobytes()),
        columns=_text(_columns(rows[kept])),
    )
