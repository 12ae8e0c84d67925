"""Write the byte fixtures that the Python and the TypeScript tests share.

Run ``python tests/make_fixtures.py`` after a change to the protocol; what it writes is the
same on every machine.
"""

from __future__ import annotations

import base64
import functools
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget import ArgumentError, Curve, Descent, Problem, Run, Timeline, Trajectory, problems
from gdwidget._core.descent import NextUpdate
from gdwidget._core.schedules import Rates
from gdwidget._history.ahead import Ahead, Departure
from gdwidget._history.decimate import Envelope
from gdwidget._history.given import Given
from gdwidget._history.snapshots import Snapshots
from gdwidget._landscape.contours import Contours
from gdwidget._landscape.directions import Path as LearningPath
from gdwidget._landscape.divergence import Growth, sentence
from gdwidget._landscape.evaluations import Gradual
from gdwidget._landscape.fan import Fan
from gdwidget._landscape.figure_data import Look
from gdwidget._landscape.fit_plots import BoundaryPlot, CurvePlot
from gdwidget._landscape.framing import Rectangle
from gdwidget._landscape.line import ShownCurve
from gdwidget._landscape.plane import Frame, Plane
from gdwidget._landscape.sharpness import Measured
from gdwidget._sync import packing
from gdwidget._sync.messages import answers, requests

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "fixtures"

ABOUT_PROTOCOL = [
    "Messages between page and kernel, as gdwidget reads and makes them.",
    "Written by tests/make_fixtures.py; do not edit. Read by test_messages.py and by js/tests.",
    "requests: what a page sends. errors, deltas, aheads, landscapes, arrays: what the kernel",
    "answers.",
    "keyframes, curves: the saved state. Buffers and saved columns are shown in base64.",
    "A buffer holds little-endian float32, column after column: of a delta the parameter, its",
    "gradient, the loss, the learning rate, and those its header calls extras; of a landscape",
    "or curve the values, the losses. arrays have one buffer each, by the names in the header.",
    "rows and points are what must come out of it, row by row: each number is the exact value",
    "of a float32; the texts Infinity, -Infinity and NaN stand for what JSON cannot write, in",
    "headers and saved states as well.",
    "keyframes: kept is how many rows of a run are saved, samples the first four columns of some",
    "of them, by their step, and extras the other columns of these.",
    "curves: low and high are the ends of the first view, the points may reach further.",
]
ABOUT_FLOAT32 = [
    "[bits, text]: a float32 as an unsigned 32-bit integer, and what numpy's str() prints.",
    "Written by tests/make_fixtures.py; do not edit.",
]
ABOUT_GROWTHS = [
    "Why the loss of a run grew: what is known, and the sentence that page and Python say.",
    "Written by tests/make_fixtures.py; do not edit.",
]
ARTICLE = (
    "8.0 7.38 6.8240666 6.3255796 186.0 149.54607 120.236694 2.0356295 2.0319479 2.0286465 "
    "2.0256863 0.0065588956 0.005273429 0.004239871 62.0 0.01"
)

REQUESTS = {
    "a page that has nothing": {"kind": "sync", "have": {}, "request": "s1"},
    "a page that has some rows of two runs": {
        "kind": "sync",
        "have": {"1": 51, "2": 4},
        "request": "s2",
    },
    "one step": {"kind": "advance", "run": 1, "n": 1, "request": "a1"},
    "the most steps a message may ask for": {
        "kind": "advance",
        "run": 3,
        "n": requests.MOST_STEPS_A_MESSAGE,
        "request": "a2",
    },
    "the step after the newest": {"kind": "ahead", "request": "h1"},
    "go to a step": {"kind": "goto", "run": 1, "step": 12, "request": "g1"},
    "reset": {"kind": "reset", "start": {}},
    "reset to another start": {"kind": "reset", "start": {"W": -3.5, "b": -1}},
    "reset of two numbers by a click on the plane": {
        "kind": "reset",
        "start": {"layers[0].w[2,1]": 0.25, "b": -1.5},
    },
    "another learning rate": {"kind": "set", "name": "learning_rate", "value": 0.02},
    "another optimizer": {"kind": "set", "name": "optimizer", "value": "adam"},
    "forget the earlier runs": {"kind": "clear"},
    "a question is posed": {"kind": "ask", "question": 0},
    "an answer": {
        "kind": "answer",
        "question": 1,
        "variant": 0,
        "numbers": [7.38],
        "sure": 2,
        "hints": 1,
        "seconds": 40,
        "text": "The slope is 62, so 8 - 0.01 * 62.",
    },
    "questions are presented": {"kind": "present", "on": True},
    "a page without a manager": {"kind": "shared"},
    "a page that is to teach": {"kind": "part", "part": "teaching"},
    "a page whose host cannot show figures": {"kind": "part", "part": "figures"},
    "a page that shows figures itself": {"kind": "figures"},
    "a page in Chinese": {"kind": "part", "part": "zh"},
    "a page has views": {"kind": "shown", "page": "7f3a", "turn": 1, "shown": True},
    "the red curve": {
        "kind": "landscape",
        "low": -4.0,
        "high": 8.5,
        "name": "",
        "step": 0,
        "request": "l1",
    },
    "a curve through a step": {
        "kind": "landscape",
        "low": -4.0,
        "high": 8.5,
        "request": "l2",
        "name": "layers[0].w[2,1]",
        "step": 12,
    },
    "a plane of two numbers": {
        "kind": "plane",
        "slice": "two",
        "x": "W",
        "y": "b",
        "view": None,
        "aspect": 2.5,
        "request": "p1",
    },
    "a part of the plane of the path": {
        "kind": "plane",
        "slice": "components",
        "x": "",
        "y": "",
        "view": [-4.0, 8.5, -1.0, 1.0],
        "aspect": 2.5,
        "request": "p2",
    },
    "a random plane": {
        "kind": "plane",
        "slice": "random",
        "x": "",
        "y": "",
        "view": None,
        "aspect": 2.5,
        "request": "p3",
    },
    "the model": {"kind": "look", "run": 1, "step": 3, "low": 0.0, "high": 0.0, "request": "f1"},
    "the model and the batch's curve": {
        "kind": "look",
        "run": 1,
        "step": 3,
        "low": -4.0,
        "high": 8.5,
        "request": "f2",
    },
    "the curvature": {"kind": "ruler", "run": 1, "step": 3, "request": "r1"},
    "all next steps": {"kind": "fan", "run": 1, "step": 3, "request": "n1"},
    "rest": {"kind": "rest"},
}


def protocol_fixture() -> dict[str, Any]:
    """Return the messages, each with a name."""
    return {
        "about": ABOUT_PROTOCOL,
        "version": answers.VERSION,
        "requests": [{"name": name, "message": message} for name, message in REQUESTS.items()],
        "errors": _errors(),
        "deltas": _deltas(),
        "aheads": _aheads(),
        "landscapes": _landscapes(),
        "arrays": _arrays(),
        "rulers": _rulers(),
        "fans": _fans(),
        "keyframes": _keyframes(),
        "curves": _curves(),
    }


def float32_fixture() -> dict[str, Any]:
    """Return float32 numbers by their bits, with the text numpy prints."""
    random = np.random.PCG64(20_260_101).random_raw(2_300).astype(np.uint32)
    sizes = np.uint32(107) + (random[1_300:] >> 8) % np.uint32(81)
    everyday = (random[1_300:] & np.uint32(0x807F_FFFF)) | (sizes << np.uint32(23))
    exponents = np.arange(-149, 128)
    tens = np.array([float(f"1e{power}") for power in range(-45, 39)]).astype(np.float32)
    corners = _around(np.array([1e-4, 1e16, 1e-5, 1e15, 1e17, 1.0], np.float32), 4)
    largest = np.finfo(np.float32).max
    values = [
        np.array([0.0, -0.0, np.inf, -np.inf, np.nan, largest, -largest], np.float32),
        np.array(ARTICLE.split(), np.float32),
        _around(np.ldexp(np.float32(1), exponents), 1),
        _around(tens, 1),
        _around(-tens, 1),
        corners,
        np.arange(1, 100, dtype=np.float32),
        np.arange(1, 1_000, 7, dtype=np.float32) / np.float32(1_000),
        np.arange(1, 21, dtype=np.uint32).view(np.float32),
        (random[:300] & np.uint32(0x7F_FFFF)).view(np.float32),
        random[300:1_300].view(np.float32),
        everyday.view(np.float32),
    ]
    bits = np.concatenate(values).view(np.uint32)
    numbers = bits.view(np.float32)
    bits = np.where(np.isnan(numbers), np.float32(np.nan).view(np.uint32), bits)
    unique = dict.fromkeys(bits.tolist())
    pairs = [[pattern, str(np.uint32(pattern).view(np.float32))] for pattern in unique]
    return {"about": ABOUT_FLOAT32, "values": pairs}


def as_text(fixture: dict[str, Any]) -> str:
    """Return a fixture as JSON with one entry a line."""
    parts = []
    for key, value in fixture.items():
        if isinstance(value, list):
            entries = ",\n".join(json.dumps(entry, allow_nan=False) for entry in value)
            parts.append(f"{json.dumps(key)}: [\n{entries}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _around(values: NDArray[np.float32], neighbours: int) -> NDArray[np.float32]:
    patterns = values.view(np.uint32).astype(np.int64)
    spread = patterns[:, None] + np.arange(-neighbours, neighbours + 1)
    return spread.ravel().clip(0).astype(np.uint32).view(np.float32)


def _numbers(rows: NDArray[np.float32]) -> list[list[float | str]]:
    return [[_number(value) for value in row] for row in rows.tolist()]


def _number(value: float) -> float | str:
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def _errors() -> list[dict[str, Any]]:
    wrong = ArgumentError("n", 0, "a whole number from 1 to 100,000")
    script = ArgumentError("parameter", "<script>alert(1)</script>", "one of W, b")
    raised = RuntimeError("the loss raised")
    return [
        {"name": "a bad field", "message": packing.error(wrong, "a1")},
        {"name": "text that looks like markup", "message": packing.error(script)},
        {"name": "something raised while stepping", "message": packing.error(raised, "a2")},
    ]


@functools.cache
def _descent() -> Descent:
    return Descent(problems.line())


def _article(steps: int) -> Timeline:
    timeline = Timeline(_descent())
    timeline.advance(steps)
    return timeline


def _forked() -> Timeline:
    timeline = _article(5)
    timeline.goto(2)
    timeline.learning_rate = 0.05
    timeline.advance(2)
    return timeline


def _made_up(rows: NDArray[np.float32], cursor: int) -> Timeline:
    """Return a timeline whose one run has these rows; no compiler has a hand in them."""
    return _timeline_of(_descent(), Rates(0.125), rows, cursor)


def _timeline_of(
    descent: Descent, rates: Rates, rows: NDArray[np.float32], cursor: int
) -> Timeline:
    timeline = _article(1)
    start = timeline.run.start
    trajectory = Trajectory("W", descent.extras)
    trajectory.extend(rows)
    run = Run(7, start, trajectory, descent, rates, Snapshots(start))
    timeline._begin(run, start, (), timeline.plan)
    timeline.goto(cursor)
    return timeline


def _batches(cursor: int = 3) -> Timeline:
    """Return a run of two numbers with batches, the loss on all data measured now and then."""
    article = problems.line()
    problem = Problem(article.loss, 8.0, -1.0, argnums=(0, 1), data=article.data)
    descent = Descent(problem, optimizer="adam", batch_size=4, exact=True)
    rows = np.arange(4 * 7, dtype=np.float32).reshape(4, 7) / np.float32(8)
    rows[1::2, 6] = np.nan
    return _timeline_of(descent, Rates(0.05, "cosine", 50), rows, cursor)


def _stream() -> Timeline:
    """Return a run that a stream of data has ended."""
    article = problems.line()
    problem = Problem(article.loss, 8.0, -1.0, data=iter([article.data]))
    rows = np.arange(8, dtype=np.float32).reshape(2, 4)
    timeline = _timeline_of(Descent(problem), Rates(0.25), rows, cursor=1)
    timeline.run.status = "ended"
    return timeline


COMING = NextUpdate(
    {"W": 2.5, "b": -1.0625}, {"momentum": 0.5, "second moment": 0.25, "step": -0.125}
)

OVERFLOWN = NextUpdate(
    {"W": math.nan, "b": math.inf}, {"momentum": -math.inf, "second moment": math.inf}
)


def _diverged() -> Timeline:
    rows = [
        [8.0, 62.0, 186.0, 3e38],
        [-1.5e38, -np.inf, np.inf, 3e38],
        [np.inf, np.nan, np.nan, 3e38],
    ]
    timeline = _made_up(np.array(rows, np.float32), cursor=2)
    timeline.run.status = "diverged"
    return timeline


def _long() -> Timeline:
    steps = np.arange(5_000, dtype=np.float32)
    values = np.float32(2) + np.float32(6) / (steps + np.float32(1))
    columns = [values, values - 2, (values - 2) * (values - 2), np.full_like(values, 0.125)]
    return _made_up(np.stack(columns, axis=1), cursor=2_500)


def _given() -> Timeline:
    """Return a run whose first rows were recorded elsewhere, at rates that nobody knows."""
    rows = np.arange(16, dtype=np.float32).reshape(4, 4)
    rows[:3, 3] = np.nan
    timeline = _made_up(rows, cursor=3)
    timeline.run.given = Given((0, 16, 20))
    return timeline


def _deltas() -> list[dict[str, Any]]:
    article, forked, diverged = _article(50), _forked(), _diverged()
    batches, stream, given = _batches(), _stream(), _given()
    deltas = [
        ("the start alone", article, article.run, 0, 1, "", None),
        ("the article's first three steps", article, article.run, 1, 4, "a1", None),
        ("the article's last three steps", article, article.run, 48, 51, "", None),
        ("an answer without new rows", article, article.run, 51, 51, "a2", None),
        ("the new run of a fork", forked, forked.runs[1], 3, 5, "a3", None),
        ("the old run after a fork", forked, forked.runs[0], 0, 6, "", None),
        ("numbers that are not finite", diverged, diverged.run, 0, 3, "", None),
        ("two numbers, batches and a coming update", batches, batches.run, 1, 4, "a4", COMING),
        ("seven columns without a row", batches, batches.run, 4, 4, "a5", COMING),
        ("a stream that has ended", stream, stream.run, 0, 2, "a6", None),
        ("a run that goes on from what was recorded elsewhere", given, given.run, 0, 4, "", None),
        ("a coming update that overflows", batches, batches.run, 4, 4, "a7", OVERFLOWN),
    ]
    entries = []
    for name, timeline, run, start, stop, request, coming in deltas:
        header, buffer = packing.delta(timeline, run, start, stop, request, 0.0, coming)
        rows = _numbers(run.trajectory.rows(start, stop))
        entries.append({"name": name, "header": header, "buffer": _base64(buffer), "rows": rows})
    return entries


def _aheads() -> list[dict[str, Any]]:
    entries = []
    for name, timeline, rate, coming in (
        ("the article's fourth step", _article(3), 0.01, None),
        ("a step after which the rate ends", _article(3), None, None),
        ("two numbers, batches and a coming update", _batches(), 0.25, COMING),
        ("a coming update that overflows", _batches(), 0.25, OVERFLOWN),
        ("numbers that are not finite", _diverged(), 3e38, None),
    ):
        run, last = timeline.run, timeline.run.last
        rows = run.trajectory.rows(last)
        state = run.start._replace(step=last, status=run.status)
        departure = Departure(run, run.start, timeline.plan)
        header, buffer = packing.ahead(Ahead(departure, state, rows, rate, coming), "h1")
        row = _numbers(rows)[0]
        entries.append({"name": name, "header": header, "buffer": _base64(buffer), "row": row})
    return entries


def _growth(
    step: int,
    rate: float,
    optimizer: str = "sgd",
    sharpness: float | None = 10.3333,
    limit: float | None = 0.19355,
    along: dict[str, float] | None = None,
    factor: float | None = None,
    **truths: bool,
) -> Growth:
    known, own_units = truths.get("known", True), truths.get("own_units", False)
    measured = Measured(optimizer, known, own_units, sharpness, limit, along or {"W": 1.0})
    return Growth(step, rate, measured, factor, truths.get("batches", False))


SLANTED = {"x": 0.9487, "y": -0.3162, "z": 0.01}
EVEN = {"a": 0.8, "b": 0.6}
GROWTHS = {
    "the article's line": _growth(0, 0.2, factor=-1.06667),
    "from a later step": _growth(1_200, 0.25),
    "in batches": _growth(0, 0.2, factor=0.5, batches=True),
    "no parabola": _growth(3, 0.2, along=SLANTED, factor=-1.5),
    "below the limit": _growth(2, 0.1, factor=-0.1),
    "momentum": _growth(0, 0.5, "momentum", limit=0.36774, factor=-4.2),
    "adam": _growth(0, 7.0, "adam", 61.0, 0.62295, EVEN, own_units=True, batches=True),
    "a hilltop": _growth(0, 0.5, sharpness=-2.0, limit=None),
    "unknown": _growth(0, 0.5, "lion", None, None, known=False),
    "handed in": _growth(0, 0.5, "custom", None, None, known=False),
    "not to be had": _growth(0, 0.5, sharpness=None, limit=None),
    "very small and very large": _growth(
        0, 3e-7, sharpness=2.56e7, limit=7.8125e-8, along={"a": 0.6, "b": 0.6, "c": 0.53}
    ),
}


def growths_fixture() -> dict[str, Any]:
    """Return what is known of runs that grew, with the sentence that says it."""
    entries = []
    for name, growth in GROWTHS.items():
        known = {**growth._asdict(), "measured": growth.measured._asdict()}
        entries.append({"name": name, "growth": known, "sentence": sentence(growth)})
    return {"about": ABOUT_GROWTHS, "growths": entries}


def _rulers() -> list[dict[str, Any]]:
    message = requests.RulerRequest(1, 3, "r1")
    return [
        {"name": name, "message": packing.ruler(growth.measured, message)}
        for name, growth in GROWTHS.items()
    ]


def _fan(losses: list[float], size: int = 1, **given: Any) -> Fan:
    batches = np.arange(len(losses) * size, dtype=np.int32).reshape(len(losses), size)
    values = np.linspace(1, 2, len(losses), dtype=np.float32)[:, None]
    fan = Fan(
        batches,
        whole=True,
        names=("W",),
        complete=True,
        values=values,
        loss=np.float32(2),
        losses=np.array(losses, np.float32),
    )
    return replace(fan, **given)


FANS = {
    "single samples": _fan([1.0, 2.0, 3.0, 2.5, 1.5]),
    "none uphill": _fan([1.0, 2.0]),
    "few uphill": _fan([3.0, *[1.0] * 199], size=8, whole=False),
    "halves are rounded up": _fan([*[3.0] * 29, *[1.0] * 171], whole=False),
    "nearly all uphill": _fan([1.0, *[3.0] * 199], whole=False),
    "all batches": _fan([3.0, np.inf, np.nan], size=2),
    "many numbers": _fan([1.0, 3.0], complete=False),
    "not finite": _fan([np.nan], loss=np.float32(np.inf)),
}


def _fans() -> list[dict[str, Any]]:
    message = requests.FanRequest(1, 3, "n1")
    return [
        {"name": name, "message": packing.fan(fan, message), "sentence": str(fan)}
        for name, fan in FANS.items()
    ]


def _curve(*, gaps: bool) -> Curve:
    values = np.linspace(-4, 8, 257 if not gaps else 5, dtype=np.float32)
    losses = (values - 2) * (values - 2)
    if gaps:
        losses[[0, 4]] = np.nan, np.inf
    return Curve(values, losses)


def _landscapes() -> list[dict[str, Any]]:
    entries = []
    for name, gaps in (("a whole curve", False), ("a curve with gaps", True)):
        curve = _curve(gaps=gaps)
        header, buffer = packing.landscape(curve, "l1")
        points = _numbers(np.stack(curve[:2], axis=1))
        entry = {"name": name, "header": header, "buffer": _base64(buffer), "points": points}
        entries.append(entry)
    return entries


_GAP = np.array([0.5, 1.5, np.nan, 2.0], np.float32)
_NONE = np.empty(0, np.float32)
_STEPS = np.arange(3)
_ROW = np.arange(3, dtype=np.float32)


def plane() -> Plane:
    """Return a plane of two numbers that is not yet evaluated to the end."""
    ends = np.arange(2, dtype=np.float32)
    losses = np.array([[4.0, np.inf], [1.0, np.nan]], np.float32)
    nowhere = Frame(_NONE, np.empty((2, 0), np.float32))
    unfinished = Gradual((2, 2), 1, lambda at: at.astype(np.float32), lambda: (1, 0.0))
    return Plane(
        slice="two",
        labels=("W", "b"),
        frame=nowhere,
        view=Rectangle(-4.0, 8.5, -1.0, 1.0),
        x=ends,
        y=ends,
        losses=losses,
        contours=Contours(_GAP, _GAP + 1, np.array([3, 7], np.float32)),
        explained=None,
        least=1.0,
        recorded=True,
        path=LearningPath(_STEPS[:0], np.empty((0, 2), np.float32)),
        gradual=unfinished,
    )


def _arrays() -> list[dict[str, Any]]:
    two = plane()
    whole = Gradual((1,), 1, lambda at: at.astype(np.float32), lambda: (1, 0.0))
    whole.go_on()
    path = LearningPath(_STEPS, np.stack([_ROW / 4, _ROW / 8], axis=1))
    answers: dict[str, Plane | Look] = {
        "a plane of two numbers": two,
        "the plane of the path": two._replace(
            slice="components",
            labels=("component 1", "component 2"),
            explained=0.75,
            least=None,
            recorded=False,
            path=path,
            gradual=whole,
        ),
        "a plane whose numbers overflow": two._replace(
            view=Rectangle(-np.inf, np.inf, np.nan, 1.0), explained=np.nan, least=np.inf
        ),
        "a look at a curve, its batch and the batch's loss": Look(
            step=3,
            figure="curve",
            labels=("x", "y"),
            plot=CurvePlot(_ROW, 2 * _ROW, 3 * _ROW, _GAP, _GAP),
            samples=_STEPS,
            batch=_STEPS[1:],
            batch_curve=Curve(_ROW, _ROW * _ROW),
        ),
        "a look at a boundary": Look(
            step=0,
            figure="boundary",
            labels=("first", "second"),
            plot=BoundaryPlot(_ROW, -_ROW, _ROW % 2, _ROW % 2, _GAP, _GAP),
            samples=_STEPS,
            batch=_STEPS[:0],
        ),
        "a look without a figure": Look(0, None, ("", ""), None, _STEPS[:0], _STEPS[:0]),
    }
    entries = []
    for name, answer in answers.items():
        pack: Any = packing.plane if isinstance(answer, Plane) else packing.look
        header, buffers = pack(answer, "q1")
        named = _named(answer)
        assert header["arrays"] == list(named)
        expected = {each: _numbers(np.ravel(array)[None])[0] for each, array in named.items()}
        shown = [_base64(buffer) for buffer in buffers]
        entries.append({"name": name, "header": header, "buffers": shown, "arrays": expected})
    return entries


def _named(answer: Plane | Look) -> dict[str, NDArray[Any]]:
    """Return the arrays of a plane or look by their names on the wire, in their order."""
    if isinstance(answer, Plane):
        (x, y, levels), path = answer.contours, answer.path
        lines = {"losses": answer.losses, "contour_x": x, "contour_y": y, "contour_levels": levels}
        return lines | dict(
            zip(("steps", "path_x", "path_y"), (path.steps, *path.points.T), strict=True)
        )
    named = answer.plot._asdict() if answer.plot else {}
    named |= {"samples": answer.samples, "batch": answer.batch}
    if answer.batch_curve:
        curve = answer.batch_curve
        named |= {"batch_values": curve.values, "batch_losses": curve.losses}
    return named


def _keyframes() -> list[dict[str, Any]]:
    timelines: dict[str, tuple[Timeline, NextUpdate | None]] = {
        "the start alone": (_article(1), None),
        "a fork": (_forked(), None),
        "numbers that are not finite": (_diverged(), None),
        "5,000 rows, of which some are saved": (_long(), None),
        "two numbers, batches and a coming update": (_batches(), COMING),
        "a stream that has ended": (_stream(), None),
        "a coming update that overflows": (_batches(), OVERFLOWN),
    }
    timelines["the start alone"][0].reset()
    return [_keyframe(name, *timeline) for name, timeline in timelines.items()]


def _keyframe(name: str, timeline: Timeline, coming: NextUpdate | None) -> dict[str, Any]:
    envelopes = {}
    for run in timeline.runs:
        envelopes[run.id] = Envelope()
        envelopes[run.id].extend(run.trajectory.rows())
    keyframe = packing.keyframe(timeline, envelopes, coming)
    expected = []
    for run, saved in zip(timeline.runs, keyframe["runs"], strict=True):
        steps = np.frombuffer(base64.b64decode(saved["steps"]), "<i4")
        chosen = steps if len(steps) < 8 else steps[:: len(steps) // 7]
        rows = _numbers(run.trajectory.rows()[chosen])
        samples = [{"step": s, "row": r[:4]} for s, r in zip(chosen.tolist(), rows, strict=True)]
        extras = [row[4:] for row in rows]
        entry = {"id": run.id, "kept": len(steps), "samples": samples, "extras": extras}
        expected.append(entry)
    return {"name": name, "keyframe": keyframe, "runs": expected}


def _curves() -> list[dict[str, Any]]:
    curve = _curve(gaps=True)
    points = _numbers(np.stack(curve[:2], axis=1))
    saved = packing.saved_curve(ShownCurve(curve, -1.0, 5.0))
    return [{"name": "a curve that reaches beyond the view", "curve": saved, "points": points}]


def _base64(buffer: bytes) -> str:
    return base64.b64encode(buffer).decode("ascii")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "protocol.json").write_text(as_text(protocol_fixture()), encoding="utf-8")
    (FOLDER / "float32.json").write_text(as_text(float32_fixture()), encoding="utf-8")
    (FOLDER / "growths.json").write_text(as_text(growths_fixture()), encoding="utf-8")
