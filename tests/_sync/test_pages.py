"""What goes over the line between kernel and page, both ways."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdwidget import GDWidget, problems
from tests.tools import Page, names_all, rested, same

if TYPE_CHECKING:
    from tests.tools import Clock

LARGE = "x" * 10_000_000


@pytest.fixture
def w(clock: Clock, w: GDWidget) -> GDWidget:
    """Return the article's widget at its start, with nothing left to send."""
    rested(w)
    return w


@pytest.fixture
def page(w: GDWidget) -> Page:
    """Return a page that has all there is."""
    page = Page(w)
    page.sync()
    page.messages.clear()
    page.buffers.clear()
    return page


def run_of(w: GDWidget) -> int:
    return w.runs[-1].id


def advance(w: GDWidget, n: Any, request: Any = "a1") -> dict[str, Any]:
    return {"kind": "advance", "run": run_of(w), "n": n, "request": request}


def test_a_step_is_answered_with_its_row(w: GDWidget, page: Page) -> None:
    answers = page.say(advance(w, 1))
    assert answers[-1]["request"] == "a1"
    assert (w.cursor, page.cursor) == (1, 1)
    assert [str(value) for value in page.rows[run_of(w)][1, [0, 2]]] == ["7.38", "149.54607"]


def test_a_thousand_clicks_are_a_thousand_steps(w: GDWidget, page: Page) -> None:
    w.learning_rate = 0.0001
    answered = []
    for click in range(1_000):
        answered += [answer["request"] for answer in page.say(advance(w, 1, f"a{click}"))]
    assert [name for name in answered if name] == [f"a{click}" for click in range(1_000)]
    assert (w.cursor, len(w.trajectory), page.gap) == (1_000, 1_001, False)
    assert same(page.rows[run_of(w)], w.trajectory.rows())


def test_a_run_at_full_speed_loses_no_step_and_is_small(w: GDWidget, page: Page) -> None:
    w.learning_rate = 1e-6
    for _ in range(20):
        page.say(advance(w, 5_000))
    assert (w.cursor, page.gap) == (100_000, False)
    assert same(page.rows[run_of(w)], w.trajectory.rows())
    sent = sum(len(buffer) for buffers in page.buffers for buffer in buffers)
    sent += sum(len(json.dumps(message)) for message in page.messages)
    assert sent <= 32 * 100_000


def test_a_page_that_was_reloaded_gets_the_whole_path(w: GDWidget) -> None:
    w.learning_rate = 1e-6
    w.run(150_000)
    w.goto(70_000)
    reloaded = Page(w)
    reloaded.sync()
    assert same(reloaded.rows[run_of(w)], w.trajectory.rows())
    assert (reloaded.cursor, reloaded.gap) == (70_000, False)
    assert max(len(buffer) for buffers in reloaded.buffers for buffer in buffers) <= 1_100_000
    requests = [message["content"]["request"] for message in reloaded.messages]
    assert requests == ["", "", "s"]


def test_a_page_gets_only_what_it_lacks(w: GDWidget, page: Page) -> None:
    w.run(50)
    answers = page.say({"kind": "sync", "have": {str(run_of(w)): 41}, "request": "s"})
    assert [(answer["start"], answer["n"]) for answer in answers] == [(41, 10)]
    answers = page.say({"kind": "sync", "have": {str(run_of(w)): 99}, "request": "s"})
    assert [(answer["start"], answer["n"]) for answer in answers] == [(51, 0)]


def test_runs_that_were_forked_come_with_their_parents(w: GDWidget) -> None:
    w.run(10)
    w.goto(4)
    w.learning_rate = 0.05
    w.step(3)
    reloaded = Page(w)
    reloaded.sync()
    old, new = w.runs
    assert same(reloaded.rows[old.id], old.trajectory.rows())
    assert same(reloaded.rows[new.id], new.trajectory.rows())


def test_a_run_left_by_a_fork_is_whole_in_the_page(w: GDWidget, page: Page, clock: Clock) -> None:
    w.step()
    w.run(50)
    w.goto(0)
    w.learning_rate = 0.05
    w.step(3)
    clock.forward(0.3)
    old, new = w.runs
    assert not page.gap
    assert same(page.rows[new.id], new.trajectory.rows())
    assert same(page.rows[old.id], old.trajectory.rows())


def test_what_python_does_a_page_follows(w: GDWidget, page: Page, clock: Clock) -> None:
    w.step(3)
    w.back()
    clock.forward(0.1)
    assert page.cursor == 2
    w.goto(0)
    w.learning_rate = 0.05
    w.step()
    clock.forward(0.1)
    assert same(page.rows[run_of(w)], w.trajectory.rows())
    w.reset(W=5.0)
    clock.forward(0.1)
    assert (max(page.rows), page.cursor) == (run_of(w), 0)


@pytest.mark.parametrize("seconds", [0.0001, 0.01])
def test_python_at_full_speed_sends_30_messages_a_second(
    w: GDWidget, page: Page, clock: Clock, seconds: float
) -> None:
    w.learning_rate = 1e-6
    count = int(2 / seconds)
    for _ in range(count):
        w.step()
        clock.forward(seconds)
    assert len(page.messages) <= 62
    clock.forward(0.2)
    assert same(page.rows[run_of(w)], w.trajectory.rows())
    assert (len(w.trajectory), page.gap) == (count + 1, False)


def test_rest_brings_the_saved_state(w: GDWidget, page: Page) -> None:
    page.say(advance(w, 50))
    page.say({"kind": "rest"})
    states = [message["state"] for message in page.messages if message["method"] == "update"]
    assert [state["_keyframe"]["cursor"] for state in states] == [50]
    assert states[0]["_curve"]["low"] == -6


def test_a_step_of_a_run_that_is_gone_does_nothing(w: GDWidget, page: Page) -> None:
    stale = advance(w, 5)
    w.reset()
    answers = page.say(stale)
    assert answers[-1]["request"] == "a1"
    assert (answers[-1]["run"], answers[-1]["cursor"]) == (run_of(w), 0)
    assert (w.cursor, len(w.trajectory)) == (0, 1)


def test_steps_asked_for_before_a_fork_was_known_go_on_in_it(w: GDWidget, page: Page) -> None:
    w.run(20)
    w.goto(4)
    run = run_of(w)
    page.save_changes(decay="cosine", learning_rate=0.05)
    for number in range(3):
        page.say({"kind": "advance", "run": run, "n": 2, "request": f"a{number}"})
    assert (w.cursor, len(w.runs), w.runs[-1].fork) == (10, 2, 4)
    assert same(page.rows[run_of(w)], w.trajectory.rows())
    go = {"kind": "goto", "run": run, "step": 3, "request": "g1"}
    assert page.say(go)[-1]["cursor"] == 3
    assert page.say({**go, "step": 15})[-1]["cursor"] == 3
    assert page.errors() == []
    w.decay = "constant"


def test_a_page_is_told_of_the_next_step(w: GDWidget, page: Page) -> None:
    w.run(20)
    go = {"kind": "goto", "run": run_of(w), "step": 3, "request": "g1"}
    answer = page.say(go)[-1]
    assert (answer["rate"], answer["recompiled"]) == (np.float32(0.01), False)
    assert answer["settings"]["takes_rate"]
    page.save_changes(decay="exponential")
    assert page.say(go)[-1]["rate"] == pytest.approx(0.01 * 0.1 ** (3 / 50))
    w.decay = "constant"


def test_a_page_is_told_at_once_that_steps_are_compiled_in_another_way(clock: Clock) -> None:
    w = GDWidget(optimizer="momentum")
    page = Page(w)
    page.sync()
    w.run(5)
    clock.forward(1)
    page.messages.clear()
    w.exact = False
    clock.forward(1)
    deltas = [message.get("content", {}) for message in page.messages]
    assert [delta["recompiled"] for delta in deltas if delta.get("kind") == "delta"] == [True]
    page.say(advance(w, 3))
    assert (w.cursor, len(w.runs), w.runs[-1].fork) == (8, 2, 5)


def test_reset_in_the_middle_of_a_run(w: GDWidget, page: Page) -> None:
    sent = [advance(w, 10, f"a{number}") for number in range(4)]
    page.say(sent[0])
    page.say(sent[1])
    page.say({"kind": "reset", "start": {"W": 5.0}})
    page.say(sent[2])
    page.say(sent[3])
    assert (w.cursor, len(w.trajectory)) == (0, 1)
    assert w.params["W"] == 5
    assert same(page.rows[run_of(w)], w.trajectory.rows())
    assert list(page.rows) == [run.id for run in w.runs]
    page.say(advance(w, 1))
    assert w.cursor == 1


def test_going_to_a_step_is_answered(w: GDWidget, page: Page) -> None:
    w.run(20)
    go = {"kind": "goto", "run": run_of(w), "step": 7, "request": "g1"}
    assert page.say(go)[-1]["request"] == "g1"
    assert (w.cursor, page.cursor) == (7, 7)
    assert page.say({**go, "run": 10**6, "step": 3})[-1]["cursor"] == 7
    page.say({**go, "step": 21})
    names_all(page.errors()[-1]["message"], "step", "21", "a whole number from 0 to 20")
    assert w.cursor == 7


def test_the_red_curve_comes_as_asked_for(w: GDWidget, page: Page) -> None:
    asked = {"kind": "landscape", "low": -2.0, "high": 6.0, "name": "", "step": 0, "request": "l1"}
    (answer,) = page.say(asked)
    assert answer == {"kind": "landscape", "n": 257, "request": "l1", "more": False}
    assert len(page.buffers[-1][0]) == 257 * 8
    (error,) = page.say({**asked, "low": 6.0, "high": -2.0, "request": "l2"})
    assert (error["field"], error["request"]) == ("low", "l2")


@pytest.mark.parametrize(
    ("content", "field", "given", "accepted"),
    [
        ({"kind": "explode", "request": "a1"}, "kind", "'explode'", "one of sync, advance"),
        ({"kind": LARGE}, "kind", "xxx", "one of sync, advance"),
        (None, "message", "None", "an object with a kind"),
        (LARGE, "message", "xxx", "an object with a kind"),
        ({"kind": "advance", "run": 1, "request": "a1"}, "n", "nothing", "this field"),
        ({"kind": "advance", "run": 1, "n": "3", "request": ""}, "n", "'3'", "a whole number"),
        ({"kind": "advance", "run": 1, "n": 10**9, "request": ""}, "n", "1000000000", "100,000"),
        ({"kind": "advance", "run": 1, "n": 1, "request": LARGE}, "request", "xxx", "a text"),
        ({"kind": "goto", "run": 1, "step": -1, "request": ""}, "step", "-1", "a whole number"),
        ({"kind": "reset", "start": {"V": 1.0}}, "parameter", "'V'", "one of W, b"),
        ({"kind": "reset", "start": {"self": 1.0}}, "parameter", "'self'", "one of W, b"),
        ({"kind": "reset", "start": {"W": None}}, "W", "None", "a finite number"),
        ({"kind": "reset", "start": {"W": 1e30}}, "start", "loss inf", "finite"),
        (
            {"kind": "reset", "start": {"<script>alert(1)</script>": 1.0}},
            "parameter",
            "'<script>alert(1)</script>'",
            "one of W, b",
        ),
    ],
    ids=range(14),
)
def test_a_bad_message_is_answered_and_changes_nothing(
    w: GDWidget, page: Page, content: Any, field: str, given: str, accepted: str
) -> None:
    page.say(advance(w, 3))
    page.messages.clear()
    before = w.runs
    (error,) = page.say(content)
    assert (error["kind"], error["field"]) == ("error", field)
    names_all(error["message"], field, given, accepted)
    assert error["request"] == (content["request"] if given in {"'explode'", "nothing"} else "")
    assert len(json.dumps(page.messages)) < 2_000
    assert (w.runs, w.cursor, len(w.trajectory)) == (before, 3, 4)
    page.say(advance(w, 1))
    assert w.cursor == 4


def test_buffers_of_ten_megabytes_are_refused(w: GDWidget, page: Page) -> None:
    (error,) = page.say(advance(w, 1), (bytes(10_000_000),))
    assert (error["field"], error["request"], w.cursor) == ("buffers", "a1", 0)


@pytest.mark.parametrize(
    ("state", "field", "given", "accepted"),
    [
        ({"learning_rate": -1}, "learning_rate", "-1", "a number above 0"),
        ({"learning_rate": 0}, "learning_rate", "0", "a number above 0"),
        ({"learning_rate": "abc"}, "learning_rate", "'abc'", "a number above 0"),
        ({"learning_rate": None}, "learning_rate", "None", "a number above 0"),
        ({"learning_rate": 1e300}, "learning_rate", "1e+300", "a number above 0"),
        ({"learning_rate": float("nan")}, "learning_rate", "nan", "a number above 0"),
        ({"learning_rate": LARGE}, "learning_rate", "xxx", "a number above 0"),
        ({"run_steps": 0}, "run_steps", "0", "a whole number from 1 to 10,000,000"),
        ({"run_steps": 10**12}, "run_steps", "1000000000000", "a whole number from 1"),
        ({"run_steps": 2.5}, "run_steps", "2.5", "a whole number from 1"),
        ({"learning_rate": 0.5, "run_steps": 0}, "run_steps", "0", "a whole number from 1"),
        ({"_keyframe": {}}, "_keyframe", "{}", "nothing from a page"),
        ({"_esm": "alert(1)"}, "_esm", "'alert(1)'", "nothing from a page"),
        ({"exact": False}, "exact", "False", "nothing from a page"),
        ({"nonsense": 1}, "nonsense", "1", "nothing from a page"),
        ({"learning_rate": 0.5, "_names": {}}, "_names", "{}", "nothing from a page"),
    ],
    ids=range(16),
)
def test_a_bad_setting_is_answered_with_the_one_that_holds(
    w: GDWidget, page: Page, state: dict[str, Any], field: str, given: str, accepted: str
) -> None:
    before = {name: getattr(w, name) for name in state if name in {"learning_rate", "run_steps"}}
    answers = page.save_changes(**state)
    (error,) = page.errors()
    assert error["field"] == field
    names_all(error["message"], field, given, accepted)
    assert {name: getattr(w, name) for name in before} == before
    updates = [answer["state"] for answer in answers if answer["method"] == "update"]
    told = {name: value for update in updates for name, value in update.items()}
    assert {name: told[name] for name in before} == before
    assert w.learning_rate == 0.01
    page.say(advance(w, 1))
    assert w.cursor == 1


def test_a_good_setting_holds_from_the_next_step(w: GDWidget, page: Page) -> None:
    page.say(advance(w, 1))
    page.save_changes(learning_rate=0.02, run_steps=7)
    page.say(advance(w, 1))
    assert (w.learning_rate, w.run_steps) == (0.02, 7)
    assert [str(rate) for rate in w.trajectory["learning_rate"]] == ["0.01", "0.01", "0.02"]


def test_settings_come_in_turn_with_what_is_asked() -> None:
    w = GDWidget()
    page = Page(w)
    page.say(advance(w, 2))
    page.say({"kind": "goto", "run": w.runs[-1].id, "step": 1, "request": "g1"})
    page.say({"kind": "set", "name": "learning_rate", "value": 0.02})
    page.say(advance(w, 1))
    assert (w.learning_rate, w.cursor, len(w.runs)) == (0.02, 2, 2)
    page.say({"kind": "set", "name": "optimizer", "value": "adam"})
    page.say({"kind": "reset", "start": {"W": 5.0}})
    page.say(advance(w, 3))
    assert (w.optimizer, w.cursor, str(w.trajectory["W"][0])) == ("adam", 3, "5.0")
    page.save_changes(learning_rate=0.02, optimizer="adam")
    assert (w.cursor, len(w.runs)) == (3, 3)


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("learning_rate", -1, "a number above 0"),
        ("optimizer", "adamm", "adam"),
        ("_names", "W", "nothing from a page"),
        ("exact", 0, "nothing from a page"),
    ],
)
def test_a_bad_setting_in_turn_is_refused(
    w: GDWidget, page: Page, name: str, value: object, accepted: str
) -> None:
    page.say({"kind": "set", "name": name, "value": value})
    (error,) = page.errors()
    names_all(error["message"], name, repr(value), accepted)
    page.say(advance(w, 1))
    assert (w.learning_rate, w.optimizer, w.cursor) == (0.01, "sgd", 1)


def test_an_int_from_a_page_is_a_learning_rate(w: GDWidget, page: Page) -> None:
    page.save_changes(learning_rate=1)
    assert (w.learning_rate, page.errors()) == (1, [])


def test_a_widget_that_was_closed_can_still_be_stepped(clock: Clock) -> None:
    w = GDWidget(problems.line())
    page = Page(w)
    page.sync()
    w.close()
    w.step(3)
    clock.forward(1)
    assert w.cursor == 3
