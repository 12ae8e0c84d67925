"""Write the byte fixtures that the Python and the TypeScript tests share.

Run ``python tests/make_fixtures.py`` after a change to the protocol; what it writes is the
same on every machine.
"""

from __future__ import annotations

import base64
import functools
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget import ArgumentError, Curve, Descent, Run, Timeline, Trajectory, problems, protocol
from gdwidget.envelope import Envelope

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "fixtures"

ABOUT_PROTOCOL = [
    "Messages between page and kernel, as gdwidget/protocol.py reads and makes them.",
    "Written by tests/make_fixtures.py; do not edit. Read by test_protocol.py and by js/tests.",
    "requests: what a page sends. errors, deltas, landscapes: what the kernel answers.",
    "keyframes, curves: the saved state. Buffers and saved columns are shown in base64.",
    "A buffer holds little-endian float32, column after column: of a delta the parameter, its",
    "gradient, the loss, the learning rate; of a landscape or curve the values, the losses.",
    "rows and points are what must come out of it, row by row: each number is the exact value",
    "of a float32; the texts Infinity, -Infinity and NaN stand for what JSON cannot write.",
    "keyframes: kept is how many rows of a run are saved, samples some of them, by their step.",
    "curves: low and high are the ends of the first view, the points may reach further.",
]
ABOUT_FLOAT32 = [
    "[bits, text]: a float32 as an unsigned 32-bit integer, and what numpy's str() prints.",
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
        "n": protocol.MOST_STEPS_A_MESSAGE,
        "request": "a2",
    },
    "go to a step": {"kind": "goto", "run": 1, "step": 12, "request": "g1"},
    "reset": {"kind": "reset", "start": {}},
    "reset to another start": {"kind": "reset", "start": {"W": -3.5, "b": -1}},
    "the red curve": {"kind": "landscape", "low": -4.0, "high": 8.5, "request": "l1"},
    "rest": {"kind": "rest"},
}


def protocol_fixture() -> dict[str, Any]:
    """Return the messages, each with a name."""
    return {
        "about": ABOUT_PROTOCOL,
        "version": protocol.VERSION,
        "requests": [{"name": name, "message": message} for name, message in REQUESTS.items()],
        "errors": _errors(),
        "deltas": _deltas(),
        "landscapes": _landscapes(),
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
        {"name": "a bad field", "message": protocol.error(wrong, "a1")},
        {"name": "text that looks like markup", "message": protocol.error(script)},
        {"name": "something raised while stepping", "message": protocol.error(raised, "a2")},
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
    timeline = _article(1)
    trajectory = Trajectory("W")
    trajectory.extend(rows)
    timeline.runs = (Run(7, timeline.run.start, trajectory),)
    timeline.cursor = cursor
    return timeline


def _diverged() -> Timeline:
    rows = [
        [8.0, 62.0, 186.0, 3e38],
        [-1.5e38, -np.inf, np.inf, 3e38],
        [np.inf, np.nan, np.nan, 3e38],
    ]
    return _made_up(np.array(rows, np.float32), cursor=2)


def _long() -> Timeline:
    steps = np.arange(5_000, dtype=np.float32)
    values = np.float32(2) + np.float32(6) / (steps + np.float32(1))
    columns = [values, values - 2, (values - 2) * (values - 2), np.full_like(values, 0.125)]
    return _made_up(np.stack(columns, axis=1), cursor=2_500)


def _deltas() -> list[dict[str, Any]]:
    article, forked, diverged = _article(50), _forked(), _diverged()
    deltas = [
        ("the start alone", article, article.run, 0, 1, ""),
        ("the article's first three steps", article, article.run, 1, 4, "a1"),
        ("the article's last three steps", article, article.run, 48, 51, ""),
        ("an answer without new rows", article, article.run, 51, 51, "a2"),
        ("the new run of a fork", forked, forked.runs[1], 3, 5, "a3"),
        ("the old run after a fork", forked, forked.runs[0], 0, 6, ""),
        ("numbers that are not finite", diverged, diverged.run, 0, 3, ""),
    ]
    entries = []
    for name, timeline, run, start, stop, request in deltas:
        header, buffer = protocol.delta(timeline, run, start, stop, request)
        rows = _numbers(run.trajectory.rows(start, stop))
        entries.append({"name": name, "header": header, "buffer": _base64(buffer), "rows": rows})
    return entries


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
        header, buffer = protocol.landscape(curve, "l1")
        points = _numbers(np.stack(curve, axis=1))
        entry = {"name": name, "header": header, "buffer": _base64(buffer), "points": points}
        entries.append(entry)
    return entries


def _keyframes() -> list[dict[str, Any]]:
    timelines = {
        "the start alone": _article(1),
        "a fork": _forked(),
        "numbers that are not finite": _diverged(),
        "5,000 rows, of which some are saved": _long(),
    }
    timelines["the start alone"].reset()
    return [_keyframe(name, timeline) for name, timeline in timelines.items()]


def _keyframe(name: str, timeline: Timeline) -> dict[str, Any]:
    envelopes = {}
    for run in timeline.runs:
        envelopes[run.id] = Envelope()
        envelopes[run.id].extend(run.trajectory.rows())
    keyframe = protocol.keyframe(timeline, envelopes)
    expected = []
    for run, saved in zip(timeline.runs, keyframe["runs"], strict=True):
        steps = np.frombuffer(base64.b64decode(saved["steps"]), "<i4")
        chosen = steps if len(steps) < 8 else steps[:: len(steps) // 7]
        rows = _numbers(run.trajectory.rows()[chosen])
        samples = [{"step": s, "row": r} for s, r in zip(chosen.tolist(), rows, strict=True)]
        expected.append({"id": run.id, "kept": len(steps), "samples": samples})
    return {"name": name, "keyframe": keyframe, "runs": expected}


def _curves() -> list[dict[str, Any]]:
    curve = _curve(gaps=True)
    points = _numbers(np.stack(curve, axis=1))
    saved = protocol.saved_curve(curve, -1.0, 5.0)
    return [{"name": "a curve that reaches beyond the view", "curve": saved, "points": points}]


def _base64(buffer: bytes) -> str:
    return base64.b64encode(buffer).decode("ascii")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "protocol.json").write_text(as_text(protocol_fixture()), encoding="utf-8")
    (FOLDER / "float32.json").write_text(as_text(float32_fixture()), encoding="utf-8")
