"""Makes what the kernel sends and saves, as `messages` says, of runs, curves, planes and looks."""

from __future__ import annotations

import base64
import json
import math
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from ipywidgets.embed import dependency_state

from gdwidget._sync.messages import answers, requests
from gdwidget.errors import ArgumentError, cause, notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ipywidgets import Widget
    from numpy.typing import NDArray

    from gdwidget._core.descent import NextUpdate
    from gdwidget._history.ahead import Ahead
    from gdwidget._history.decimate import Envelope
    from gdwidget._history.given import Given
    from gdwidget._history.run import Run
    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.fan import Fan
    from gdwidget._landscape.figure_data import Look
    from gdwidget._landscape.line import Curve, ShownCurve
    from gdwidget._landscape.plane import Plane
    from gdwidget._landscape.sharpness import Measured

_Content = TypeVar("_Content")

MOST_ROWS_A_MESSAGE = 65_536
EXACT_ENDS = 1_000
"""How many first and last rows of a long run are saved exactly."""


def delta(
    timeline: Timeline,
    run: Run,
    start: int,
    stop: int,
    request: str = "",
    seconds: float = 0.0,
    coming: NextUpdate | None = None,
) -> tuple[answers.Delta, bytes]:
    """Return header and buffer that bring a page the rows ``start`` to ``stop`` of a run.

    ``seconds`` is how long the steps asked for by ``request`` took, ``coming`` the update
    that follows the cursor.
    """
    rows = run.trajectory.rows(start, stop)
    header = answers.Delta(
        **_run(run),
        kind="delta",
        run=run.id,
        runs=[kept.id for kept in timeline.runs],
        start=start,
        n=len(rows),
        **_next_step(timeline, coming),
        request=request,
        seconds=seconds,
    )
    return _writable(header), _columns(rows)


def ahead(taken: Ahead, request: str) -> tuple[answers.Ahead, bytes]:
    """Return header and buffer that tell a page of a step taken ahead."""
    header = answers.Ahead(
        kind="ahead",
        run=taken.departure.run.id,
        cursor=taken.state.step,
        rate=taken.rate,
        recompiled=False,
        coming=_update(taken.coming),
        status=taken.state.status,
        request=request,
    )
    return _writable(header), _columns(taken.rows)


def keyframe(
    timeline: Timeline, envelopes: Mapping[int, Envelope], coming: NextUpdate | None = None
) -> answers.Keyframe:
    """Return the saved state: of long runs what is drawn, and both ends exactly."""
    saved = answers.Keyframe(
        version=answers.VERSION,
        **_next_step(timeline, coming),
        runs=[_saved_run(run, envelopes[run.id], timeline.cursor) for run in timeline.runs],
    )
    return _writable(saved)


def saved_curve(shown: ShownCurve) -> answers.SavedCurve:
    """Return the red curve as it is saved."""
    saved = answers.SavedCurve(
        low=shown.low,
        high=shown.high,
        points=_text(_points(shown.curve)),
        more=shown.curve.more,
    )
    return _writable(saved)


def landscape(curve: Curve, request: str) -> tuple[answers.Landscape, bytes]:
    """Return header and buffer of an answer to `LandscapeRequest`."""
    header = answers.Landscape(
        kind="landscape", n=len(curve.values), more=curve.more, request=request
    )
    return header, _points(curve)


def plane(plane: Plane, request: str) -> tuple[dict[str, Any], list[bytes]]:
    """Return header and buffers of an answer to `PlaneRequest`."""
    return _sent("plane", request, *_plane(plane))


def look(look: Look, request: str) -> tuple[dict[str, Any], list[bytes]]:
    """Return header and buffers of an answer to `LookRequest`."""
    return _sent("look", request, *_look(look))


def saved_plane(plane: Plane) -> dict[str, Any]:
    """Return the plane as it is saved."""
    return _saved(*_plane(plane))


def saved_look(look: Look) -> dict[str, Any]:
    """Return data and fit as they are saved."""
    return _saved(*_look(look))


def error(raised: Exception, request: str = "") -> answers.ErrorAnswer:
    """Return the message that tells a page what was wrong; ``field`` may be empty."""
    field = raised.argument if isinstance(raised, ArgumentError) else ""
    text = str(raised) if field else f"{type(raised).__name__}: {cause(raised)}"
    if added := notes(raised):
        text = f"{text} ({added})"
    return answers.ErrorAnswer(kind="error", field=field, message=text[:1_000], request=request)


def shared(script: str, style: str) -> answers.SharedParts:
    """Return the message with what shows a widget."""
    return answers.SharedParts(kind="shared", script=script, style=style)


def part(name: requests.Part, script: str) -> answers.PartAnswer:
    """Return the message with a module that not every widget needs."""
    return answers.PartAnswer(kind="part", part=name, script=script)


def figures(marks: Iterable[Widget], script: str) -> answers.FiguresAnswer:
    """Return the message with the models of figures and of all that they refer to.

    ``script`` is the name of what shows them.
    """
    state = dependency_state(list(marks), drop_defaults=False)
    saved = {"version_major": 2, "version_minor": 0, "state": state}
    states = json.dumps(saved, separators=(",", ":"), allow_nan=False)
    return answers.FiguresAnswer(kind="figures", states=states, script=script)


def ruler(measured: Measured, message: requests.RulerRequest) -> answers.RulerAnswer:
    """Return the answer to what asks for the curvature at a step."""
    answer = answers.RulerAnswer(
        kind="ruler",
        run=message.run,
        step=message.step,
        request=message.request,
        optimizer=measured.optimizer,
        known=measured.known,
        own_units=measured.own_units,
        sharpness=measured.sharpness,
        limit=measured.limit,
        along=dict(measured.along),
    )
    return _writable(answer)


def fan(found: Fan, message: requests.FanRequest) -> answers.FanAnswer:
    """Return the answer to what asks for all steps that could be next."""
    named = zip(found.names, found.values.T.tolist(), strict=True) if found.complete else ()
    answer = answers.FanAnswer(
        kind="fan",
        run=message.run,
        step=message.step,
        request=message.request,
        size=found.batches.shape[1],
        whole=found.whole,
        loss=float(found.loss),
        losses=found.losses.tolist(),
        values=dict(named),
    )
    return _writable(answer)


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


def _next_step(timeline: Timeline, coming: NextUpdate | None) -> answers.NextStep:
    return answers.NextStep(
        cursor=timeline.cursor,
        rate=timeline.next_rate,
        recompiled=timeline.recompiled,
        coming=_update(coming),
    )


def _update(coming: NextUpdate | None) -> answers.NextUpdate | None:
    return answers.NextUpdate(values=coming.values, terms=coming.terms) if coming else None


def _run(run: Run) -> answers.RunFields:
    descent, params = run.descent, run.start.params
    batches = None
    if run.batches:
        batches = answers.Batches(size=run.batches.size, count=run.batches.count)
    elif descent.problem.stream:
        stream = descent.problem.stream
        # A run that forked went on with the next batch, wherever in an epoch that was.
        count = stream.count if run.parent is None else 0
        batches = answers.Batches(size=stream.rows, count=count)
    return answers.RunFields(
        parent=run.parent,
        fork=run.fork,
        params={name: float(params[name]) for name in descent.problem.scalars},
        extras=list(run.trajectory.extras),
        status=run.status,
        batches=batches,
        settings=answers.RunSettings(
            optimizer=descent.optimizer.name,
            takes_rate=descent.optimizer.takes_rate,
            batch_size=run.batches.size if run.batches else 0,
            decay=run.latest.decay,
            peak=run.latest.peak,
            run_steps=run.latest.steps,
        ),
        given=_given(run.given) if run.given else None,
        last=run.last,
    )


def _given(given: Given) -> answers.Given:
    return answers.Given(last=given.last, every=given.every, end=given.end)


def _saved_run(run: Run, envelope: Envelope, cursor: int) -> answers.SavedRun:
    rows = run.trajectory.rows()
    last = run.last
    edge = EXACT_ENDS
    kept = envelope.indices()
    if len(kept) <= last:
        looked_at = np.minimum([cursor, cursor + 1], last)
        ends = [np.arange(edge), np.arange(last + 1 - edge, last + 1), looked_at]
        kept = np.unique(np.concatenate([kept, *ends]))
    return answers.SavedRun(
        **_run(run),
        id=run.id,
        steps=_text(kept.astype("<i4").tobytes()),
        columns=_text(_columns(rows[kept])),
    )


def _plane(plane: Plane) -> tuple[answers.Plane, answers.PlaneArrays]:
    low_x, high_x, low_y, high_y = map(float, plane.view)
    fields = answers.Plane(
        slice=plane.slice,
        x=plane.labels[0],
        y=plane.labels[1],
        low_x=low_x,
        high_x=high_x,
        low_y=low_y,
        high_y=high_y,
        n=len(plane.x),
        explained=plane.explained,
        least=plane.least,
        recorded=plane.recorded,
        more=plane.gradual.more,
    )
    return fields, answers.PlaneArrays(
        losses=plane.losses,
        contour_x=plane.contours.x,
        contour_y=plane.contours.y,
        contour_levels=plane.contours.levels,
        steps=plane.path.steps,
        path_x=plane.path.points[:, 0],
        path_y=plane.path.points[:, 1],
    )


def _look(look: Look) -> tuple[answers.Look, answers.LookArrays]:
    x, y = look.labels
    plotted: dict[str, Any] = look.plot._asdict() if look.plot else {}
    arrays = answers.LookArrays(**plotted, samples=look.samples, batch=look.batch)  # type: ignore[typeddict-item]
    if look.batch_curve:
        arrays["batch_values"], arrays["batch_losses"] = look.batch_curve[:2]
    return answers.Look(step=look.step, figure=look.figure, x=x, y=y), arrays


def _sent(
    kind: str, request: str, fields: Mapping[str, Any], arrays: Mapping[str, Any]
) -> tuple[dict[str, Any], list[bytes]]:
    """Return header and buffers of an answer that brings arrays, one buffer each."""
    header = {**_writable(fields), "kind": kind, "request": request, "arrays": list(arrays)}
    return header, [_floats(array) for array in arrays.values()]


def _saved(fields: Mapping[str, Any], arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same as it is saved."""
    texts = {name: _text(_floats(array)) for name, array in arrays.items()}
    return {**_writable(fields), "arrays": texts}


def _points(curve: Curve) -> bytes:
    return _columns(np.stack([curve.values, curve.losses], axis=1))


def _columns(rows: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(rows.T, dtype="<f4").tobytes()


def _floats(array: NDArray[Any]) -> bytes:
    return np.ravel(array).astype("<f4").tobytes()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
