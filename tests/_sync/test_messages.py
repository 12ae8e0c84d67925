from __future__ import annotations

import base64
import json
import math
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget import ArgumentError, Curve, Descent, Timeline, problems
from gdwidget._core.descent import NextUpdate
from gdwidget._history.decimate import Envelope
from gdwidget._landscape.figure_data import FigureData
from gdwidget._landscape.fit_plots import CurvePlot
from gdwidget._landscape.framing import Rectangle
from gdwidget._landscape.line import ShownCurve
from gdwidget._sync import packing
from gdwidget._sync.messages import answers, requests
from tests import make_fixtures, message_types
from tests.tools import float32, names_all, refuses, same

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEN_MB = 10_000_000
LARGE = "x" * TEN_MB
MANY = dict.fromkeys(map(str, range(500_000)), 0)
WHOLE: dict[str, dict[str, Any]] = {
    "sync": {"kind": "sync", "have": {"1": 3}, "request": "s1"},
    "advance": {"kind": "advance", "run": 1, "n": 3, "request": "a1"},
    "ahead": {"kind": "ahead", "request": "h1"},
    "goto": {"kind": "goto", "run": 1, "step": 3, "request": "g1"},
    "reset": {"kind": "reset", "start": {"W": 5.0}},
    "set": {"kind": "set", "name": "learning_rate", "value": 0.02},
    "landscape": {
        "kind": "landscape",
        "low": -1.0,
        "high": 1.0,
        "name": "W",
        "step": 3,
        "request": "l1",
    },
    "plane": {
        "kind": "plane",
        "slice": "two",
        "x": "W",
        "y": "b",
        "view": None,
        "aspect": 2.5,
        "request": "p1",
    },
    "look": {"kind": "look", "run": 1, "step": 3, "low": -1.0, "high": 1.0, "request": "f1"},
    "clear": {"kind": "clear"},
    "ask": {"kind": "ask", "question": 0},
    "answer": {
        "kind": "answer",
        "question": 1,
        "variant": 0,
        "numbers": [7.38],
        "sure": 2,
        "hints": 1,
        "seconds": 40,
        "text": "",
    },
    "present": {"kind": "present", "on": True},
    "shared": {"kind": "shared"},
    "part": {"kind": "part", "part": "presenting"},
    "figures": {"kind": "figures"},
    "rest": {"kind": "rest"},
    "shown": {"kind": "shown", "page": "7f3a", "turn": 1, "shown": True},
}
VIEW = {**WHOLE["plane"], "view": [0.0, 1.0, 0.0, 1.0]}
FIELDS = [(kind, field) for kind, whole in WHOLE.items() for field in whole if field != "kind"]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def decoded(text: str, count: int) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), "<f4").reshape(count, -1).T


def numbers(rows: list[list[float | str]], columns: int) -> NDArray[np.float32]:
    values = [[np.float32(value) for value in row] for row in rows]
    return np.array(values, np.float32).reshape(-1, columns)


def fixture(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((make_fixtures.FOLDER / name).read_text("utf-8"))
    return content


def in_digits(float32: dict[str, Any]) -> dict[str, Any]:
    values = [[bits, str(Decimal(text).normalize())] for bits, text in float32["values"]]
    return {**float32, "values": values}


@pytest.mark.parametrize("name", ["protocol", "float32", "growths"])
def test_the_fixtures_are_what_the_code_makes(name: str) -> None:
    made = getattr(make_fixtures, f"{name}_fixture")()
    if name == "float32" and str(np.float32(1e6)) != "1e+06":  # numpy before 2.3 has no exponent
        assert in_digits(made) == in_digits(fixture("float32.json"))
        return
    written = (make_fixtures.FOLDER / f"{name}.json").read_bytes()
    assert make_fixtures.as_text(made).encode("ascii") == written, (
        "if the change is meant: python tests/make_fixtures.py"
    )


def test_the_types_of_the_page_part_are_made_from_the_messages() -> None:
    assert message_types.FILE.read_text("utf-8") == message_types.written(), (
        "python -m tests.message_types"
    )


def test_all_that_the_kernel_makes_has_the_fields_that_are_declared() -> None:
    made = fixture("protocol.json")
    for kind, declared in (("plane", answers.Plane), ("look", answers.Look)):
        for entry in made["arrays"]:
            header = entry["header"]
            if header["kind"] == kind:
                both = {**declared.__annotations__, **answers.OfArrays.__annotations__}
                assert header.keys() == both.keys()
    sent: list[tuple[dict[str, Any], Any]] = [
        *((entry["header"], answers.Delta) for entry in made["deltas"]),
        *((entry["header"], answers.Ahead) for entry in made["aheads"]),
        *((entry["header"], answers.Landscape) for entry in made["landscapes"]),
        *((entry["message"], answers.ErrorAnswer) for entry in made["errors"]),
        *((entry["message"], answers.RulerAnswer) for entry in made["rulers"]),
        *((entry["message"], answers.FanAnswer) for entry in made["fans"]),
        *((entry["keyframe"], answers.Keyframe) for entry in made["keyframes"]),
        *((run, answers.SavedRun) for e in made["keyframes"] for run in e["keyframe"]["runs"]),
        *((entry["curve"], answers.SavedCurve) for entry in made["curves"]),
    ]
    for content, wanted in sent:
        assert content.keys() == wanted.__annotations__.keys()


@pytest.mark.parametrize("entry", fixture("protocol.json")["requests"], ids=lambda e: e["name"])
def test_a_request_is_read_as_it_was_meant(entry: dict[str, Any]) -> None:
    message = entry["message"]
    read = json.loads(json.dumps(asdict(requests.read(message))))
    assert {"kind": message["kind"], **read} == message


@pytest.mark.parametrize("entry", fixture("protocol.json")["deltas"], ids=lambda e: e["name"])
def test_a_delta_holds_its_rows_column_after_column(entry: dict[str, Any]) -> None:
    assert entry["header"]["n"] == len(entry["rows"])
    columns = 4 + len(entry["header"]["extras"])
    assert same(decoded(entry["buffer"], columns), numbers(entry["rows"], columns))


@pytest.mark.parametrize("entry", fixture("protocol.json")["aheads"], ids=lambda e: e["name"])
def test_a_step_taken_ahead_holds_its_row(entry: dict[str, Any]) -> None:
    assert same(
        decoded(entry["buffer"], len(entry["row"])), numbers([entry["row"]], len(entry["row"]))
    )


@pytest.mark.parametrize("entry", fixture("protocol.json")["landscapes"], ids=lambda e: e["name"])
def test_a_landscape_holds_values_then_losses(entry: dict[str, Any]) -> None:
    assert entry["header"]["n"] == len(entry["points"])
    assert same(decoded(entry["buffer"], 2), numbers(entry["points"], 2))


@pytest.mark.parametrize("entry", fixture("protocol.json")["arrays"], ids=lambda e: e["name"])
def test_arrays_have_a_buffer_each(entry: dict[str, Any]) -> None:
    assert entry["header"]["arrays"] == list(entry["arrays"])
    for buffer, expected in zip(entry["buffers"], entry["arrays"].values(), strict=True):
        assert same(decoded(buffer, 1).ravel(), [np.float32(number) for number in expected])


@pytest.mark.parametrize("entry", fixture("protocol.json")["keyframes"], ids=lambda e: e["name"])
def test_a_keyframe_holds_the_rows_it_keeps(entry: dict[str, Any]) -> None:
    for saved, expected in zip(entry["keyframe"]["runs"], entry["runs"], strict=True):
        steps = np.frombuffer(base64.b64decode(saved["steps"]), "<i4").tolist()
        columns = 4 + len(saved["extras"])
        rows = decoded(saved["columns"], columns)
        assert (saved["id"], len(steps), len(rows)) == (expected["id"], *[expected["kept"]] * 2)
        assert (steps[0], steps[-1]) == (0, saved["last"])
        for sample, extras in zip(expected["samples"], expected["extras"], strict=True):
            row = rows[steps.index(sample["step"])]
            assert same(row[None], numbers([sample["row"] + extras], columns))


def test_a_saved_curve_holds_values_then_losses() -> None:
    for entry in fixture("protocol.json")["curves"]:
        assert same(decoded(entry["curve"]["points"], 2), numbers(entry["points"], 2))
        assert (entry["curve"]["low"], entry["curve"]["high"]) == (-1, 5)


def test_the_float32_fixture_covers_what_is_hard() -> None:
    pairs = dict(map(tuple, fixture("float32.json")["values"]))
    assert len(pairs) >= 3_000
    hard = {"0.0", "-0.0", "inf", "-inf", "nan", "1e-45", "1e+16", "1e-04", "0.00010000001"}
    assert {*hard, "9.999999e+15", *make_fixtures.ARTICLE.split()} <= set(pairs.values())
    for bits, text in pairs.items():
        value = np.uint32(bits).view(np.float32)
        assert same([np.float32(text)], [value])


@pytest.mark.parametrize("kind", WHOLE)
def test_every_kind_of_request_is_read(kind: str) -> None:
    assert type(requests.read(WHOLE[kind])).__name__.removesuffix("Request").lower() == kind
    assert requests.read(WHOLE[kind], []) == requests.read(WHOLE[kind])


@pytest.mark.parametrize("content", [None, 3, "rest", [WHOLE["rest"]], b"rest"], ids=repr)
def test_a_message_is_an_object(content: object) -> None:
    with refuses("message", repr(content)[:10], "an object with a kind"):
        requests.read(content)


@pytest.mark.parametrize("kind", ["Rest", "", "delta", "__class__", None, 3, ["rest"], {"rest": 1}])
def test_an_unknown_kind_is_refused(kind: object) -> None:
    with refuses("kind", repr(kind), "one of sync, advance, ahead, goto, reset, set, landscape"):
        requests.read({"kind": kind})


def test_a_message_without_a_kind_is_refused() -> None:
    with refuses("kind", "None", "one of sync, advance"):
        requests.read({})


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_a_missing_field_is_named(kind: str, field: str) -> None:
    message = {key: value for key, value in WHOLE[kind].items() if key != field}
    with refuses(field, "nothing", "this field, which must be there"):
        requests.read(message)


@pytest.mark.parametrize("kind", WHOLE)
def test_a_field_too_many_is_named(kind: str) -> None:
    with refuses("message", "unknown field 'extra'", "no other fields"):
        requests.read({**WHOLE[kind], "extra": 1})


VALID = {
    ("view", "None"),
    ("on", "True"),
    ("shown", "True"),
    ("numbers", "[]"),
    ("numbers", "[1]"),
    ("text", repr("1" * 201)),
}


@pytest.mark.parametrize(("kind", "field"), FIELDS)
@pytest.mark.parametrize(
    "value", [None, [], [1], "1" * 201, True, 1e300, float("nan"), b"1"], ids=repr
)
def test_a_field_of_the_wrong_type_is_named(kind: str, field: str, value: object) -> None:
    if (field, repr(value)) in VALID:
        return
    with refuses(field, repr(value)[:10], "null, or" if field == "view" else "a"):
        requests.read({**WHOLE[kind], field: value})


@pytest.mark.parametrize(
    ("message", "field", "given", "accepted"),
    [
        ({**WHOLE["advance"], "n": 0}, "n", "0", "from 1 to 100,000"),
        ({**WHOLE["advance"], "n": -1}, "n", "-1", "from 1 to 100,000"),
        ({**WHOLE["advance"], "n": 100_001}, "n", "100001", "from 1 to 100,000"),
        ({**WHOLE["advance"], "n": 1.0}, "n", "1.0", "a whole number"),
        ({**WHOLE["advance"], "run": -1}, "run", "-1", "a whole number from 0"),
        ({**WHOLE["advance"], "request": 7}, "request", "7", "a text of at most 200 characters"),
        ({**WHOLE["goto"], "step": -1}, "step", "-1", "a whole number from 0"),
        ({**WHOLE["goto"], "step": 10**12}, "step", "1000000000000", "a whole number from 0"),
        ({**WHOLE["sync"], "have": {"x": 1}}, "have", "'x'", "run numbers as keys"),
        ({**WHOLE["sync"], "have": {"-1": 1}}, "have", "'-1'", "run numbers as keys"),
        ({**WHOLE["sync"], "have": {"²": 1}}, "have", "'²'", "run numbers as keys"),
        ({**WHOLE["sync"], "have": {1: 1}}, "have", "1", "short texts as keys"),
        ({**WHOLE["sync"], "have": {"1": -1}}, "have", "-1", "a whole number from 0"),
        ({**WHOLE["sync"], "have": {"1": "9"}}, "have", "'9'", "a whole number from 0"),
        (
            {**WHOLE["sync"], "have": {str(run): 0 for run in range(65)}},
            "have",
            "'0': 0",
            "an object with at most 64 entries",
        ),
        ({**WHOLE["reset"], "start": {"W": "5"}}, "W", "'5'", "a finite number within float32"),
        ({**WHOLE["reset"], "start": {"W": None}}, "W", "None", "a finite number within float32"),
        ({**WHOLE["landscape"], "low": "1"}, "low", "'1'", "a finite number"),
        ({**WHOLE["landscape"], "high": 1e39}, "high", "1e+39", "a finite number within float32"),
        ({**WHOLE["landscape"], "name": 3}, "name", "3", "a text of at most 200 characters"),
        ({**WHOLE["landscape"], "step": -1}, "step", "-1", "a whole number from 0"),
        ({**WHOLE["plane"], "slice": "three"}, "slice", "'three'", "two, components, random"),
        ({**WHOLE["plane"], "aspect": 0}, "aspect", "0", "a number above 0"),
        ({**WHOLE["plane"], "aspect": math.nan}, "aspect", "nan", "a finite number"),
        ({**WHOLE["plane"], "view": [0, 1, 2]}, "view", "[0, 1, 2]", "null, or low_x, high_x"),
        ({**WHOLE["plane"], "view": {"low_x": 0}}, "view", "{'low_x'", "null, or low_x, high_x"),
        ({**WHOLE["plane"], "view": [0, 1, "2", 3]}, "low_y", "'2'", "a finite number"),
        ({**VIEW, "view": [0, 1, 2, 1e39]}, "high_y", "1e+39", "a finite number within float32"),
        ({**WHOLE["look"], "low": None}, "low", "None", "a finite number"),
        ({**WHOLE["look"], "high": 1e39}, "high", "1e+39", "a finite number within float32"),
    ],
    ids=lambda value: json.dumps(value)[:200] if isinstance(value, dict) else "",
)
def test_a_field_out_of_range_is_named(
    message: object, field: str, given: str, accepted: str
) -> None:
    with refuses(field, given, accepted):
        requests.read(message)


@pytest.mark.parametrize(
    ("message", "field"),
    [
        pytest.param(LARGE, "message", id="text"),
        pytest.param({"kind": LARGE}, "kind", id="kind"),
        pytest.param({**WHOLE["advance"], "request": LARGE}, "request", id="request"),
        pytest.param({**WHOLE["advance"], "n": 10 ** (10**6)}, "n", id="number"),
        pytest.param({**WHOLE["rest"], "extra": LARGE}, "message", id="field"),
        pytest.param({**WHOLE["rest"], LARGE: 1}, "message", id="name of a field"),
        pytest.param({**WHOLE["sync"], "have": {"1" * TEN_MB: 0}}, "have", id="run"),
        pytest.param({**WHOLE["sync"], "have": MANY}, "have", id="runs"),
        pytest.param({**WHOLE["reset"], "start": {LARGE: 0}}, "start", id="parameter"),
        pytest.param({**WHOLE["reset"], "start": {"W": LARGE}}, "W", id="value"),
        pytest.param({**WHOLE["landscape"], "low": [0.0] * 1_000_000}, "low", id="list"),
        pytest.param({**WHOLE["landscape"], "name": LARGE}, "name", id="name"),
        pytest.param({**WHOLE["plane"], "slice": LARGE}, "slice", id="slice"),
        pytest.param({**WHOLE["plane"], "x": LARGE}, "x", id="axis"),
        pytest.param({**WHOLE["plane"], "view": [0.0] * 1_000_000}, "view", id="view"),
        pytest.param({**WHOLE["plane"], "view": [LARGE, 0, 0, 0]}, "low_x", id="end"),
    ],
)
def test_ten_megabytes_are_refused_in_a_short_sentence(message: object, field: str) -> None:
    with refuses(field, "", ""):
        requests.read(message)


def test_buffers_are_refused() -> None:
    with refuses("buffers", "1 buffers", "none"):
        requests.read(WHOLE["rest"], [memoryview(bytes(TEN_MB))])


@given(anything)
def test_whatever_comes_is_read_or_refused(content: object) -> None:
    try:
        requests.read(content)
    except ArgumentError as error:
        names_all(str(error), error.argument, "", "")


@given(st.sampled_from(FIELDS), anything)
def test_whatever_a_field_holds_is_read_or_refused(field: tuple[str, str], value: object) -> None:
    try:
        read = requests.read({**WHOLE[field[0]], field[1]: value})
    except ArgumentError as error:
        names_all(str(error), error.argument, "", "")
    else:
        assert read == requests.read(json.loads(json.dumps({**WHOLE[field[0]], field[1]: value})))


def test_a_delta_costs_the_same_at_any_step(descent: Descent) -> None:
    timeline = Timeline(descent, 1e-6)
    timeline.advance(60_000)
    sizes = []
    for start in (100, 50_000):
        header, buffer = packing.delta(timeline, timeline.run, start, start + 10)
        assert (header["start"], header["n"], len(buffer)) == (start, 10, 160)
        sizes.append(len(json.dumps(header)) + len(buffer))
    assert sizes[1] <= sizes[0] + 8


@pytest.mark.parametrize("count", [1, 2_000, 2_001, 100_000])
@pytest.mark.parametrize("cursor", [0, 0.5, 1])
def test_a_keyframe_keeps_the_ends_the_cursor_and_the_extremes(
    descent: Descent, count: int, cursor: float
) -> None:
    timeline = Timeline(descent)
    rows = np.random.default_rng(3).normal(size=(count - 1, 4)).astype(np.float32)
    timeline.run.trajectory.extend(rows)
    timeline.goto(int(cursor * (count - 1)))
    envelope = Envelope()
    envelope.extend(timeline.run.trajectory.rows())
    keyframe = packing.keyframe(timeline, {timeline.run.id: envelope})
    saved = keyframe["runs"][0]
    steps = np.frombuffer(base64.b64decode(saved["steps"]), "<i4")
    losses = timeline.run.trajectory["loss"]
    needed = {*range(min(count, 1_000)), *range(max(0, count - 1_000), count), timeline.cursor}
    needed |= {int(losses.argmin()), int(losses.argmax())}
    assert needed <= set(steps.tolist())
    assert (np.diff(steps) > 0).all()
    assert same(decoded(saved["columns"], 4), timeline.run.trajectory.rows()[steps])
    assert (keyframe["cursor"], saved["last"]) == (timeline.cursor, count - 1)
    assert len(json.dumps(keyframe)) < 130_000


def test_an_error_names_its_field_and_is_short() -> None:
    told = packing.error(ArgumentError("n", LARGE, "less"), "a1")
    assert (told["kind"], told["field"], told["request"]) == ("error", "n", "a1")
    assert len(told["message"]) < 300
    told = packing.error(RuntimeError(LARGE))
    assert (told["field"], told["request"]) == ("", "")
    assert told["message"].startswith("RuntimeError: xxx")
    assert len(told["message"]) <= 1_000


def test_an_error_from_a_callback_tells_the_cause_not_its_traceback() -> None:
    text = "INTERNAL: Traceback (most recent call last):\n  File x\n" * 99 + "ValueError: too low"
    assert packing.error(RuntimeError(text))["message"] == "RuntimeError: ValueError: too low"
    assert packing.error(RuntimeError("one\ntwo"))["message"] == "RuntimeError: one\ntwo"
    assert packing.error(RuntimeError())["message"] == "RuntimeError: "


def test_a_look_brings_its_arrays_by_name() -> None:
    problem = problems.line()
    timeline = Timeline(Descent(problem, batch_size=2))
    look = FigureData(problem).look(timeline, 0)
    header, buffers = packing.look(look, "f1")
    assert header["arrays"] == [*CurvePlot._fields, "samples", "batch"]
    fields = {name: header[name] for name in ("step", "figure", "x", "y", "request")}
    assert fields == {"step": 0, "figure": "curve", "x": "inputs", "y": "targets", "request": "f1"}
    arrays = dict(
        zip(header["arrays"], [np.frombuffer(buffer, "<f4") for buffer in buffers], strict=True)
    )
    assert same(arrays["samples"], range(6))
    batch = timeline.run.descent.batch(0)
    assert batch is not None
    assert same(arrays["batch"], sorted(batch))
    assert same(arrays["predictions"], FigureData(problem).fit.at(problem.start).predictions)


def test_headers_are_json_a_page_can_read() -> None:
    curve = Curve(float32([0, 1]), float32([np.nan, np.inf]))
    header, _ = packing.landscape(curve, "l1")
    assert json.loads(json.dumps(header, allow_nan=False)) == header
    saved = packing.saved_curve(ShownCurve(curve, 0.0, 1.0))
    assert json.loads(json.dumps(saved, allow_nan=False)) == saved


NUMBERS = [np.nan, np.inf, -np.inf]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", ["params", "peak", "values", "terms", "seconds"])
def test_a_number_that_is_not_finite_travels_as_text(
    field: str, number: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = Timeline(Descent(problems.line()))
    header = packing._run(timeline.run)
    header["params"]["W"] = number if field == "params" else 8.0
    header["settings"]["peak"] = number if field == "peak" else 0.01
    monkeypatch.setattr(packing, "_run", lambda _: header)
    coming = NextUpdate(
        {"W": number if field == "values" else 1.0}, {"step": number if field == "terms" else 1.0}
    )
    seconds = number if field == "seconds" else 0.0
    delta, _ = packing.delta(timeline, timeline.run, 0, 1, "", seconds, coming)
    envelope = Envelope()
    envelope.extend(timeline.run.trajectory.rows())
    keyframe = packing.keyframe(timeline, {timeline.run.id: envelope}, coming)
    text = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(number)]
    assert text in json.dumps(delta, allow_nan=False)
    assert (text in json.dumps(keyframe, allow_nan=False)) is (field != "seconds")


@pytest.mark.parametrize("number", NUMBERS)
def test_pictures_with_numbers_that_are_not_finite_are_json(number: float) -> None:
    plane = make_fixtures.plane()._replace(
        view=Rectangle(number, 1.0, 0.0, 1.0), explained=number, least=number
    )
    header, _ = packing.plane(plane, "q1")
    saved = packing.saved_plane(plane)
    shown = ShownCurve(Curve(float32([0]), float32([number])), number, number)
    curve = packing.saved_curve(shown)
    for content in (header, saved, curve):
        json.dumps(content, allow_nan=False)
    assert header["low_x"] == saved["low_x"] == curve["low"] != number
