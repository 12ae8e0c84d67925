"""What pages are told of curvature and next steps, beside all else and in nobody's way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from gdwidget import ArgumentError, GDWidget, Problem, problems
from gdwidget._landscape.fan import Fans
from gdwidget._landscape.sharpness import Curvatures, GivenUp
from gdwidget._sync import shared
from gdwidget._sync.measuring import NAME
from tests.tools import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tools import Message


def ask(w: GDWidget, step: int | None = None) -> Message:
    where = w.cursor if step is None else step
    return {"kind": "ruler", "run": w.runs[-1].id, "step": where, "request": "r1"}


def answered(page: Page, message: Message, kind: str = "ruler") -> list[Message]:
    """Return what came when all that measures has ended."""
    page.say(message)
    for thread in threading.enumerate():
        if thread.name == NAME:
            thread.join(20)
    contents = [each.get("content", {}) for each in page.messages]
    return [content for content in contents if content.get("kind") == kind]


def test_a_page_is_told_sharpness_limit_and_direction() -> None:
    w = GDWidget()
    w.step(3)
    (answer,) = answered(Page(w), ask(w))
    assert (answer["run"], answer["step"], answer["request"]) == (w.runs[-1].id, 3, "r1")
    assert answer["sharpness"] == w.sharpness
    assert answer["limit"] == w.rate_limit
    assert (answer["optimizer"], answer["known"], answer["along"]) == ("sgd", True, {"W": 1.0})


def test_an_earlier_step_is_measured_there() -> None:
    w = GDWidget(problems.rosenbrock(), learning_rate=1e-3)
    w.step(5)
    (answer,) = answered(Page(w), ask(w, 0))
    w.goto(0)
    assert answer["sharpness"] == w.sharpness
    assert set(answer["along"]) == {"x", "y"}


def test_of_an_optimizer_without_a_limit_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Curvatures, "sharpest", lambda *_: pytest.fail("measured"))
    w = GDWidget(optimizer="lion")
    (answer,) = answered(Page(w), ask(w))
    assert (answer["known"], answer["sharpness"], answer["limit"]) == (False, None, None)


def test_of_another_run_or_step_nothing_is_told() -> None:
    w = GDWidget()
    assert answered(Page(w), {**ask(w), "run": 99}) == []
    assert answered(Page(w), ask(w, 7)) == []


def test_steps_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    w = GDWidget(problems.sine())
    page = Page(w)
    began, stepped = threading.Event(), threading.Event()
    asked: list[bool] = []

    def found(_: Curvatures, __: Any, wanted: Callable[[], bool]) -> Any:
        asked.append(wanted())
        began.set()
        assert stepped.wait(20)
        asked.append(wanted())
        if not asked[-1]:
            raise GivenUp
        return None

    monkeypatch.setattr(Curvatures, "_found", found)
    page.say(ask(w))
    assert began.wait(20)
    w.step()  # holds no lock that would make it wait
    stepped.set()
    assert answered(page, {"kind": "rest"}) == []
    assert asked == [True, False]


def test_a_page_is_told_all_steps_that_could_be_next() -> None:
    w = GDWidget(problems.line(), batch_size=1)
    w.step(2)
    (answer,) = answered(Page(w), {**ask(w), "kind": "fan"}, "fan")
    fan = w.fan()
    assert (answer["run"], answer["step"], answer["request"]) == (w.runs[-1].id, 2, "r1")
    assert answer["values"] == {"W": fan.values[:, 0].tolist()}
    assert answer["losses"] == fan.losses.tolist()
    assert (answer["size"], answer["whole"], answer["loss"]) == (1, True, float(w.full_loss))


def test_of_many_numbers_a_page_is_told_the_losses_only() -> None:
    w = GDWidget(problems.sine(samples=40, hidden=(12,)), batch_size=4)
    (answer,) = answered(Page(w), {**ask(w), "kind": "fan"}, "fan")
    assert answer["values"] == {}
    assert len(answer["losses"]) == 200


@pytest.mark.parametrize(
    "problem", [problems.quadratic(), Problem(lambda w, x: (w * x).mean(), 1.0, data=[([1.0],)])]
)
def test_without_samples_no_page_is_told_of_steps(problem: Problem) -> None:
    w = GDWidget(problem)
    assert answered(Page(w), {**ask(w), "kind": "fan"}, "fan") == []


def test_steps_come_before_what_could_be_next(monkeypatch: pytest.MonkeyPatch) -> None:
    w = GDWidget(problems.line(), batch_size=1)
    page = Page(w)
    began, stepped = threading.Event(), threading.Event()

    def at_once(*_: Any) -> int:
        began.set()
        assert stepped.wait(20)
        return 1

    monkeypatch.setattr(Fans, "_at_once", at_once)
    page.say({**ask(w), "kind": "fan"})
    assert began.wait(20)
    w.step()
    stepped.set()
    assert answered(page, {"kind": "rest"}, "fan") == []


@pytest.mark.parametrize("given", [1, "yes", None])
def test_the_setting_is_either_true_or_false(given: Any) -> None:
    with pytest.raises(ArgumentError, match=r"ruler: got .*; accepted: True or False"):
        GDWidget(ruler=given)
    with pytest.raises(ArgumentError, match=r"fog: got .*; accepted: True or False"):
        GDWidget(fog=given)
    w = GDWidget()
    with pytest.raises(ArgumentError, match="True or False"):
        w.ruler = given
    assert w.ruler is False


def test_without_it_nothing_of_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "_latest", [])  # other tests have used what teaches
    monkeypatch.setattr(Curvatures, "sharpest", lambda *_: pytest.fail("measured"))
    w = GDWidget()
    w.open()
    w.step(3)
    assert w._shared
    assert w._shared.teaching == ""
    assert "curvature" not in w._session.programs()
    assert w._session.ruler._curvatures._products._latest is None
    w.close()


def test_with_it_pages_get_what_measures() -> None:
    w = GDWidget(ruler=True)
    w.open()
    assert w._shared
    assert w._shared.teaching == shared.text("teaching.js")
    assert w.get_state()["ruler"] is True
    assert "product" in w._session.programs()["curvature"]
    w.ruler = False
    assert "curvature" not in w._session.programs()
    w.close()


def test_of_a_flood_of_requests_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    w = GDWidget()
    page, done = Page(w), threading.Event()
    monkeypatch.setattr(Curvatures, "sharpest", lambda *_: done.wait(20) and None)
    for _ in range(100):
        page.say(ask(w))
    waiting = [thread for thread in threading.enumerate() if thread.name == NAME]
    done.set()
    assert 1 <= len(waiting) <= 8
    for thread in waiting:
        thread.join(20)
    assert len(answered(page, ask(w))) == len(waiting) + 1
