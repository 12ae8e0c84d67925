"""What pages are told of the next step, before they ask for it and beside all else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdwidget import GDWidget, problems
from gdwidget._core.descent import Descent
from tests.tools import Page, rested, same

if TYPE_CHECKING:
    from tests.tools import Clock, Message

ASK = {"kind": "ahead", "request": "these settings"}


@pytest.fixture
def w(clock: Clock, w: GDWidget) -> GDWidget:
    """Return the article's widget at its start, with nothing left to send."""
    rested(w)
    return w


@pytest.fixture
def page(w: GDWidget) -> Page:
    """Return a page that has all there is; asked for it, the kernel has compiled a step."""
    page = Page(w)
    page.sync()
    page.messages.clear()
    page.buffers.clear()
    w.runs[-1].descent.seconds_per_step = 1e-4
    return page


def advance(w: GDWidget, n: int = 1) -> Message:
    return {"kind": "advance", "run": w.runs[-1].id, "n": n, "request": "a"}


def told(page: Page) -> list[tuple[Message, Any]]:
    """Return what the page was told of steps taken ahead, each with its row."""
    contents = [message.get("content", {}) for message in page.messages]
    return [
        (content, np.frombuffer(buffers[0], "<f4"))
        for content, buffers in zip(contents, page.buffers, strict=True)
        if content.get("kind") == "ahead"
    ]


def test_a_page_that_asks_is_told_of_the_step_that_comes(
    w: GDWidget, page: Page, clock: Clock
) -> None:
    for step in range(1, 5):
        assert page.say(ASK) == []
        clock.forward(0)
        header, row = told(page)[-1]
        assert (header["run"], header["cursor"]) == (w.runs[-1].id, step)
        assert (header["request"], header["status"]) == ("these settings", "ready")
        assert (w.cursor, len(w.trajectory), len(page.rows[w.runs[-1].id])) == (step - 1,) + 2 * (
            step,
        )
        answer = page.say(advance(w))[-1]
        assert same(row, w.trajectory.rows(step)[0])
        for name in ("cursor", "rate", "recompiled", "coming", "status"):
            assert header[name] == answer[name]
    assert len(told(page)) == 4


def test_with_momentum_it_says_where_the_step_after_leads(clock: Clock) -> None:
    w = GDWidget(optimizer="adam", decay="cosine", learning_rate=0.1)
    page = Page(w)
    page.sync()
    w.runs[-1].descent.seconds_per_step = 1e-4
    page.say(ASK)
    clock.forward(0)
    ((header, _),) = told(page)
    assert header["coming"]["terms"].keys() == {
        "momentum",
        "second moment",
        "step",
        "learning rate",
    }
    assert header["coming"] == page.say(advance(w))[-1]["coming"]


def test_nobody_else_notices(clock: Clock) -> None:
    w = GDWidget()
    w.open()
    page = Page(w)
    page.sync()
    seen: list[int] = []
    w.on_step(lambda state: seen.append(state.step))
    page.say(advance(w, 3))
    clock.forward(3)
    before = (w.get_state(), w.to_html(), w.to_script(), w.params, w.loss, w.status, repr(w))
    page.say(ASK)
    clock.forward(0)
    assert len(told(page)) == 1
    after = (w.get_state(), w.to_html(), w.to_script(), w.params, w.loss, w.status, repr(w))
    assert after == before
    assert (seen, w.cursor, len(w.trajectory)) == ([1, 2, 3], 3, 4)
    clock.forward(3)
    assert [m for m in page.messages if m["method"] == "update"][1:] == []
    w.close()


def test_the_batches_that_come_are_the_same(clock: Clock) -> None:
    asked, plain = (GDWidget(problems.line(), batch_size=2, seed=7) for _ in range(2))
    page = Page(asked)
    page.sync()
    for _ in range(9):
        asked.runs[-1].descent.seconds_per_step = 1e-4
        page.say(ASK)
        clock.forward(0)
        page.say(advance(asked))
        plain.step()
        assert same(asked.batch, plain.batch)
    assert len(told(page)) == 9
    assert same(asked.trajectory.rows(), plain.trajectory.rows())


def test_of_several_that_are_asked_for_at_once_one_is_told(
    w: GDWidget, page: Page, clock: Clock
) -> None:
    for turn in range(5):
        page.say({**ASK, "request": f"s{turn}"})
    clock.forward(0)
    assert [header["request"] for header, _ in told(page)] == ["s4"]


def test_it_is_told_again_and_not_computed_again(
    w: GDWidget, page: Page, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.say(ASK)
    clock.forward(0)
    monkeypatch.setattr(Descent, "ahead", lambda *_: pytest.fail("it was"))
    page.say({**ASK, "request": "again"})
    clock.forward(0)
    (_, first), (header, second) = told(page)
    assert same(first, second)
    assert header["request"] == "again"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "set", "name": "learning_rate", "value": 0.02},
        {"kind": "set", "name": "optimizer", "value": "momentum"},
        {"kind": "set", "name": "decay", "value": "cosine"},
        {"kind": "reset", "start": {"W": 5.0}},
        {"kind": "advance", "run": 1, "n": 2, "request": "a"},
    ],
    ids=lambda change: change.get("name", change["kind"]),
)
def test_what_is_asked_for_while_it_is_taken_is_served_and_wins(
    clock: Clock, change: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = GDWidget()
    page = Page(w)
    page.sync()
    w.runs[-1].descent.seconds_per_step = 1e-4
    take = Descent.ahead

    def slowly(*arguments: Any) -> Any:
        taken = take(*arguments)
        # Another thread, for the lock must be free.
        thread = threading.Thread(target=page.say, args=(change,))
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        return taken

    with monkeypatch.context() as patch:
        patch.setattr(Descent, "ahead", slowly)
        page.say(ASK)
        clock.forward(0)
    assert told(page) == []
    assert page.errors() == []
    rows = w.trajectory.rows()
    w.step()
    again = GDWidget(
        optimizer=w.optimizer, learning_rate=w.learning_rate, decay=w.decay, exact=True
    )
    again.reset(W=float(rows[0, 0]))
    again.step(len(rows))
    assert same(w.trajectory.rows()[:, :3], again.trajectory.rows()[:, :3])


def test_a_problem_that_is_left_is_not_told_of_any_longer(clock: Clock) -> None:
    w = GDWidget(problems=[problems.line(), problems.sine()])
    page = Page(w)
    page.sync()
    w.runs[-1].descent.seconds_per_step = 1e-4
    page.say(ASK)
    page.say({"kind": "set", "name": "problem_name", "value": "sine"})
    clock.forward(0)
    assert told(page) == []
    page.say({"kind": "set", "name": "problem_name", "value": "line"})
    page.sync()
    w.runs[-1].descent.seconds_per_step = 1e-4
    page.say(ASK)
    clock.forward(0)
    assert len(told(page)) == 1


def test_what_is_raised_is_raised_where_the_step_is_asked_for(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = GDWidget()
    page = Page(w)
    page.sync()
    taken = []

    def fails(*_: Any) -> None:
        taken.append(1)
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Descent, "ahead", fails)
        for _ in range(3):
            page.say(ASK)
            clock.forward(0)
    assert told(page) == []
    assert taken == [1], "it is not tried again"
    page.say(advance(w))
    assert w.cursor == 1


def test_a_stream_is_left_alone(clock: Clock) -> None:
    xs, ys = problems.line().data
    w = GDWidget(problems.line().loss, 8.0, -1.0, data=iter([(xs, ys)] * 5))
    page = Page(w)
    page.sync()
    page.say(advance(w))
    page.say(ASK)
    clock.forward(0)
    assert told(page) == []
    page.say(advance(w, 9))
    assert (w.cursor, w.status) == (4, "ended")


def test_without_a_clock_to_stop_it_it_comes_by_itself(shared: GDWidget) -> None:
    shared.reset()
    page = Page(shared)
    page.sync()
    shared.runs[-1].descent.seconds_per_step = 1e-4
    page.say(ASK)
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer) and thread.interval == 0:
            thread.join(10)
    (header, row), *_ = told(page)
    assert header["cursor"] == 1
    shared.step()
    assert same(row, shared.trajectory.rows(1)[0])
