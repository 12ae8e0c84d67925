from __future__ import annotations

import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from gdwidget._sync.throttle import Throttle
from tests.tools import interrupted

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.events import EventManager

    from tests.tools import Clock


class Post:
    """A throttle, and what it sent: when, and which of the two."""

    def __init__(self, clock: Clock, is_heard: Callable[[], bool] = lambda: False) -> None:
        self.clock = clock
        self.sent: list[tuple[float, str]] = []
        self.lock = threading.RLock()
        self.throttle = Throttle(
            lambda: self.send("rows"), lambda: self.send("saved"), self.lock, is_heard
        )

    def send(self, what: str) -> None:
        self.sent.append((self.clock.now, what))

    def what(self) -> list[str]:
        return [what for _, what in self.sent]


@pytest.fixture
def post(clock: Clock) -> Post:
    """Return a throttle in plain Python, no kernel."""
    return Post(clock)


@pytest.fixture
def followed(post: Post) -> Post:
    post.throttle.followed = True
    return post


def test_with_no_kernel_and_no_page_nothing_is_sent(post: Post, clock: Clock) -> None:
    post.throttle.changed()
    clock.forward(10)
    assert (post.sent, clock.timers) == ([], [])


def test_where_no_cell_ends_the_saved_state_follows(clock: Clock) -> None:
    heard = False
    post = Post(clock, lambda: heard)
    post.throttle.changed()
    assert clock.timers == []
    heard = True
    post.throttle.changed()
    clock.forward(2)
    assert post.what() == ["saved"]
    assert clock.timers == []


def test_one_change_goes_out_at_once(followed: Post) -> None:
    followed.throttle.changed()
    assert followed.sent == [(100.0, "rows")]


def test_slow_changes_go_out_at_once_each(followed: Post, clock: Clock) -> None:
    for _ in range(5):
        followed.throttle.changed()
        clock.forward(0.5)
    assert [when for when, _ in followed.sent] == [100.0, 100.5, 101.0, 101.5, 102.0]


@pytest.mark.parametrize("step", [0.0001, 0.001, 0.007, 0.01, 0.02, 0.033, 0.034, 0.05, 0.1])
def test_never_more_than_30_times_a_second(followed: Post, clock: Clock, step: float) -> None:
    for _ in range(int(3 / step)):
        followed.throttle.changed()
        clock.forward(step)
    times = [when for when, what in followed.sent if what == "rows"]
    for first in times:
        assert sum(first <= when < first + 1 for when in times) <= 31
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= 1 / 30 - 1e-9


@pytest.mark.parametrize("count", [1, 2, 3, 10, 77])
@pytest.mark.parametrize("step", [0.0, 0.001, 0.03, 0.04])
def test_nothing_is_lost_at_the_end(followed: Post, clock: Clock, count: int, step: float) -> None:
    made, seen = 0, [0, 0]
    followed.throttle._send_rows = lambda: seen.__setitem__(0, made)
    followed.throttle._send_saved = lambda: seen.__setitem__(1, made)
    for _ in range(count):
        made += 1
        followed.throttle.changed()
        clock.forward(step)
    clock.forward(2)
    assert seen == [count, count]
    assert clock.timers == []


def test_the_last_row_waits_less_than_a_blink(followed: Post, clock: Clock) -> None:
    followed.throttle.changed()
    clock.forward(0.001)
    followed.throttle.changed()
    clock.forward(0.1)
    assert followed.what() == ["rows", "rows"]


def test_only_one_timer_runs(followed: Post, clock: Clock) -> None:
    for _ in range(50):
        followed.throttle.changed()
    assert len(clock.timers) == 1


def test_flush_sends_what_is_due_once(followed: Post) -> None:
    followed.throttle.changed()
    followed.throttle.changed()
    followed.throttle.flush()
    followed.throttle.flush()
    assert followed.what() == ["rows", "rows", "saved"]


def test_flush_sends_nothing_where_nothing_is_new(followed: Post) -> None:
    followed.throttle.flush()
    followed.throttle.flush_rows()
    assert followed.sent == []


def test_when_a_cell_ends_the_saved_state_goes_out(clock: Clock, events: EventManager) -> None:
    post = Post(clock)
    for _ in range(1_000):
        post.throttle.changed()
    assert post.sent == []
    events.trigger("post_execute")
    events.trigger("post_execute")
    assert post.what() == ["saved"]


def test_pages_that_follow_get_rows_while_the_cell_runs(clock: Clock, events: EventManager) -> None:
    post = Post(clock)
    post.throttle.followed = True
    for _ in range(1_000):
        post.throttle.changed()
        clock.forward(0.001)
    assert 25 <= len(post.sent) <= 31
    assert set(post.what()) == {"rows"}
    events.trigger("post_execute")
    assert post.what()[-1] == "saved"
    assert post.what().count("saved") == 1


def test_a_cell_that_changes_nothing_sends_nothing(clock: Clock, events: EventManager) -> None:
    post = Post(clock)
    events.trigger("post_execute")
    assert post.sent == []


def test_two_widgets_do_not_wait_for_each_other(clock: Clock, events: EventManager) -> None:
    first, second = Post(clock), Post(clock)
    first.throttle.changed()
    second.throttle.changed()
    events.trigger("post_execute")
    assert (first.what(), second.what()) == (["saved"], ["saved"])


def test_while_another_thread_is_at_work_a_cell_that_ends_does_not_wait(
    clock: Clock, events: EventManager
) -> None:
    post = Post(clock)
    post.throttle.changed()
    at_work, done = threading.Event(), threading.Event()

    def work() -> None:
        with post.lock:
            at_work.set()
            done.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    at_work.wait(10)
    events.trigger("post_execute")
    assert post.sent == []
    done.set()
    thread.join(10)
    clock.forward(2)
    assert post.what() == ["saved"]


def test_a_cell_that_ends_waits_for_what_is_being_sent(clock: Clock, events: EventManager) -> None:
    started, done = threading.Event(), threading.Event()
    sent: list[str] = []
    lock = threading.RLock()

    def send_saved() -> None:
        started.set()
        done.wait(10)
        sent.append("saved")

    throttle = Throttle(lambda: None, send_saved, lock)
    throttle.changed()

    def flush() -> None:
        with lock:
            throttle.flush()

    sending = threading.Thread(target=flush)
    sending.start()
    started.wait(10)
    threading.Timer(0.5, done.set).start()
    events.trigger("post_execute")
    assert sent == ["saved"]
    sending.join(10)


def test_steps_in_a_thread_bring_the_saved_state_with_no_cell_ending(
    clock: Clock, events: EventManager
) -> None:
    post = Post(clock)
    post.throttle.followed = True
    for _ in range(3):
        post.throttle.changed()
        clock.forward(4)
    assert post.what() == ["rows", "saved"] * 3


def test_an_interrupt_anywhere_loses_nothing(clock: Clock) -> None:
    for line in range(1, 200):
        post = Post(clock)
        post.throttle.followed = True
        post.throttle.changed()
        clock.forward(3)
        struck = interrupted(line, post.throttle.changed)
        before = len(post.sent)
        post.throttle.changed()
        clock.forward(3)
        assert set(post.what()[before:]) == {"rows", "saved"}
        if not struck:
            return
    pytest.fail("it has more lines than that")


def test_with_real_timers_the_last_row_arrives() -> None:
    arrived = threading.Event()
    sent: list[str] = []

    def saved() -> None:
        sent.append("saved")
        arrived.set()

    lock = threading.RLock()
    real = Throttle(lambda: sent.append("rows"), saved, lock)
    real.followed = True
    with lock:  # so that no timer rings before the last of them
        for _ in range(10):
            real.changed()
    assert arrived.wait(10)
    assert (sent[0], sent[-1]) == ("rows", "saved")
