"""The messages from kernel to page; `js/src/protocol/messages.ts` is their mirror image.

Deltas, curves, planes, looks and errors go out; what comes in is read by `requests`. Numbers
travel as little-endian float32: of a delta column after column in one buffer, of planes and
looks one buffer an array. Of single numbers JSON cannot write those that are not finite:
they travel as the texts that JavaScript makes the same numbers of.
"""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar, cast

import numpy as np

from gdwidget.errors import ArgumentError, cause, notes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget._core.descent import NextUpdate
    from gdwidget._history.decimate import Envelope
    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.figure_data import Look
    from gdwidget._landscape.line import Curve, ShownCurve
    from gdwidget._landscape.plane import Plane

    Arrays = Mapping[str, NDArray[Any]]

_Content = TypeVar("_Content")

VERSION = 1
"""Version of the saved state; a page that meets a newer one says so."""

MOST_ROWS_A_MESSAGE = 65_536
EXACT_ENDS = 1_000
"""How many first and last rows of a long run are saved exactly."""


class BatchSizes(TypedDict):
    """Samples a batch, and batches an epoch; 0 of them for a stream."""

    size: int
    count: int


class NextUpdateHeader(TypedDict):
    """Where the update at the cursor leads, and the optimizer's own numbers in it."""

    values: dict[str, float]
    terms: dict[str, float]


class RunSettings(TypedDict):
    """How a run was stepped last; ``batch_size`` is 0 for all samples."""

    optimizer: str
    takes_rate: bool
    batch_size: int
    decay: str
    peak: float
    run_steps: int


class RunHeader(TypedDict):
    """What a page knows of a run beside its rows; ``extras`` names the columns after four."""

    parent: int | None
    fork: int
    params: dict[str, float]
    extras: list[str]
    label: str
    status: str
    batches: BatchSizes | None
    settings: RunSettings


class Delta(RunHeader):
    """Header of new rows of a run; its buffer holds ``n`` rows in 4 + len(extras) columns.

    ``rate`` is that of the step after the cursor; ``recompiled`` says that this step begins a
    new run at whatever rate.
    """

    kind: Literal["delta"]
    run: int
    runs: list[int]
    start: int
    n: int
    last: int
    cursor: int
    rate: float | None
    recompiled: bool
    request: str
    seconds: float
    coming: NextUpdateHeader | None


class SavedRun(RunHeader):
    """One run in the saved state; ``columns`` and ``steps`` are base64."""

    id: int
    last: int
    steps: str
    columns: str


class Keyframe(TypedDict):
    """All a page without a kernel needs of a timeline."""

    version: int
    cursor: int
    rate: float | None
    recompiled: bool
    runs: list[SavedRun]
    coming: NextUpdateHeader | None


class SavedCurve(TypedDict):
    """The red curve in the saved state: values, then losses, base64.

    ``low`` and ``high`` are the ends of the first view; the points may reach further.
    ``more`` says whether the kernel has yet to evaluate points between them.
    """

    low: float
    high: float
    points: str
    more: bool


def delta(
    timeline: Timeline,
    run: Run,
    start: int,
    stop: int,
    request: str = "",
    seconds: float = 0.0,
    coming: NextUpdate | None = None,
) -> tuple[Delta, bytes]:
    """Return header and buffer that bring a page the rows ``start`` to ``stop`` of a run.

    ``seconds`` is how long the steps asked for by ``request`` took, ``coming`` the update
    that follows the cursor.
    """
    rows = run.trajectory.rows(start, stop)
    header = Delta(
        **_header(run),
        kind="delta",
        run=run.id,
        runs=[kept.id for kept in timeline.runs],
        start=start,
        n=len(rows),
        last=run.last,
        cursor=timeline.cursor,
        rate=timeline.next_rate,
        recompiled=timeline.recompiled,
        request=request,
        seconds=seconds,
        coming=_coming(coming),
    )
    return _writable(header), _columns(rows)


def keyframe(
    timeline: Timeline, envelopes: Mapping[int, Envelope], coming: NextUpdate | None = None
) -> Keyframe:
    """Return the saved state: of long runs what is drawn, and both ends exactly."""
    saved = Keyframe(
        version=VERSION,
        cursor=timeline.cursor,
        rate=timeline.next_rate,
        recompiled=timeline.recompiled,
        runs=[_saved_run(run, envelopes[run.id], timeline.cursor) for run in timeline.runs],
        coming=_coming(coming),
    )
    return _writable(saved)


def saved_curve(shown: ShownCurve) -> SavedCurve:
    """Return the red curve as it is saved."""
    curve = shown.curve
    points = np.stack([curve.values, curve.losses], axis=1)
    saved = SavedCurve(
        low=shown.low, high=shown.high, points=_text(_columns(points)), more=curve.more
    )
    return _writable(saved)


def landscape(curve: Curve, request: str) -> tuple[dict[str, Any], bytes]:
    """Return header and buffer of an answer to `LandscapeRequest`."""
    points = np.stack([curve.values, curve.losses], axis=1)
    header = {"kind": "landscape", "n": len(points), "more": curve.more, "request": request}
    return header, _columns(points)


def plane(plane: Plane, request: str) -> tuple[dict[str, Any], list[bytes]]:
    """Return header and buffers of an answer to `PlaneRequest`."""
    return _arrays("plane", request, *_plane(plane))


def look(look: Look, request: str) -> tuple[dict[str, Any], list[bytes]]:
    """Return header and buffers of an answer to `LookRequest`."""
    return _arrays("look", request, *_look(look))


def saved_plane(plane: Plane) -> dict[str, Any]:
    """Return the plane as it is saved."""
    return _saved_arrays(*_plane(plane))


def saved_look(look: Look) -> dict[str, Any]:
    """Return data and fit as they are saved."""
    return _saved_arrays(*_look(look))


def error(raised: Exception, request: str = "") -> dict[str, Any]:
    """Return the message that tells a page what was wrong; ``field`` may be empty."""
    field = raised.argument if isinstance(raised, ArgumentError) else ""
    text = str(raised) if field else f"{type(raised).__name__}: {cause(raised)}"
    if added := notes(raised):
        text = f"{text} ({added})"
    return {"kind": "error", "field": field, "message": text[:1_000], "request": request}


def shared(script: str, style: str) -> dict[str, Any]:
    """Return the message with what shows a widget."""
    return {"kind": "shared", "script": script, "style": style}


def _writable(content: _Content) -> _Content:
    """Return the same with a text for each number that is not finite."""
    written: Any = content
    if isinstance(content, dict):
        written = {name: _writable(each) for name, each in content.items()}
    elif isinstance(content, list):
        written = [_writable(each) for each in content]
    elif isinstance(content, float) and not math.isfinite(content):
        written = "NaN" if math.isnan(content) else "Infinity" if content > 0 else "-Infinity"
    return cast("_Content", written)


def _plane(plane: Plane) -> tuple[dict[str, Any], Arrays]:
    """Return fields and arrays of a plane."""
    fields = {
        "slice": plane.slice,
        "x": plane.labels[0],
        "y": plane.labels[1],
        **{end: float(value) for end, value in plane.view._asdict().items()},
        "n": len(plane.x),
        "explained": plane.explained,
        "least": plane.least,
        "recorded": plane.recorded,
        "more": plane.gradual.more,
    }
    return fields, {
        "losses": plane.losses,
        "contour_x": plane.contours.x,
        "contour_y": plane.contours.y,
        "steps": plane.path.steps,
        "path_x": plane.path.points[:, 0],
        "path_y": plane.path.points[:, 1],
    }


def _look(look: Look) -> tuple[dict[str, Any], Arrays]:
    """Return fields and arrays of data and fit."""
    x, y = look.labels
    fields = {"step": look.step, "figure": look.figure, "x": x, "y": y}
    named: dict[str, NDArray[Any]] = look.plot._asdict() if look.plot else {}
    named |= {"samples": look.samples, "batch": look.batch}
    if look.batch_curve:
        curve = look.batch_curve
        named |= {"batch_values": curve.values, "batch_losses": curve.losses}
    return fields, named


def _arrays(
    kind: str, request: str, fields: Mapping[str, Any], named: Arrays
) -> tuple[dict[str, Any], list[bytes]]:
    """Return header and buffers of an answer that brings arrays, one buffer each."""
    header = {**_writable(fields), "kind": kind, "request": request, "arrays": list(named)}
    return header, [_floats(array) for array in named.values()]


def _saved_arrays(fields: Mapping[str, Any], named: Arrays) -> dict[str, Any]:
    """Return such an answer as it is saved, the arrays as base64."""
    return {
        **_writable(fields),
        "arrays": {name: _text(_floats(array)) for name, array in named.items()},
    }


def _floats(array: NDArray[Any]) -> bytes:
    return np.ravel(array).astype("<f4").tobytes()


def _columns(rows: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(rows.T, dtype="<f4").tobytes()


def _header(run: Run) -> RunHeader:
    descent = run.descent
    batches = None
    if run.batches:
        batches = BatchSizes(size=run.batches.size, count=run.batches.count)
    elif descent.problem.stream:
        stream = descent.problem.stream
        # A run that forked went on with the next batch, wherever in an epoch that was.
        count = stream.count if run.parent is None else 0
        batches = BatchSizes(size=stream.rows, count=count)
    return RunHeader(
        parent=run.parent,
        fork=run.fork,
        params=_start(run),
        extras=list(run.trajectory.extras),
        label=run.label,
        status=run.status,
        batches=batches,
        settings=RunSettings(
            optimizer=descent.optimizer.name,
            takes_rate=descent.optimizer.takes_rate,
            batch_size=run.batches.size if run.batches else 0,
            decay=run.latest.decay,
            peak=run.latest.peak,
            run_steps=run.latest.steps,
        ),
    )


def _start(run: Run) -> dict[str, float]:
    params = run.start.params
    return {name: float(params[name]) for name in run.descent.problem.scalars}


def _coming(coming: NextUpdate | None) -> NextUpdateHeader | None:
    return NextUpdateHeader(values=coming.values, terms=coming.terms) if coming else None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _saved_run(run: Run, envelope: Envelope, cursor: int) -> SavedRun:
    rows = run.trajectory.rows()
    last = run.last
    edge = EXACT_ENDS
    kept = envelope.indices()
    if len(kept) <= last:
        looked_at = np.minimum([cursor, cursor + 1], last)
        ends = [np.arange(edge), np.arange(last + 1 - edge, last + 1), looked_at]
        kept = np.unique(np.concatenate([kept, *ends]))
    return SavedRun(
        **_header(run),
        id=run.id,
        last=last,
        steps=_text(kept.astype("<i4").tobytes()),
        columns=_text(_columns(rows[kept])),
    )
