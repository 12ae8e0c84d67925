"""KeyboardInterrupt while stepping: what was taken stands, and the widget goes on."""

from __future__ import annotations

import _thread
import signal
import threading
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import pytest

from gdwidget import GDWidget, State
from tests.tools import Page, goes_on, interrupted, rested, same, whole_timeline, whole_widget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.tools import Clock

NUMBER: Any = jax.eval_shape(lambda: jnp.float32(0))
TINY = 1e-7
"""A learning rate with which no run ends by itself."""


@pytest.fixture(autouse=True)
def _interrupts_come() -> Iterator[None]:
    """Let SIGINT interrupt, also where the tests run in the background and it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def raise_keyboard_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def run_until() -> Iterator[Callable[[GDWidget, float], None]]:
    """Run until an interrupt comes, as from the notebook's stop button, after some seconds."""

    def run(w: GDWidget, seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        while True:
            w.run(1_000_000)

    before = signal.signal(signal.SIGALRM, raise_keyboard_interrupt)
    yield run
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_an_interrupt_in_a_callback_ends_the_run_and_the_step_stands(w: GDWidget) -> None:
    def interrupt(state: State) -> None:
        if state.step == 10:
            signal.raise_signal(signal.SIGINT)

    w.on_step(interrupt)
    with pytest.raises(KeyboardInterrupt):
        w.run()
    w.on_step(interrupt, remove=True)
    assert (w.cursor, len(w.trajectory)) == (10, 11)
    whole_widget(w)
    goes_on(w)


@pytest.mark.parametrize("seconds", [0.003, 0.01, 0.02, 0.04])
def test_an_interrupt_in_compiled_loops(
    w: GDWidget, run_until: Callable[[GDWidget, float], None], seconds: float
) -> None:
    w.learning_rate = TINY
    w.reset()
    w.run(1_000)
    with pytest.raises(KeyboardInterrupt):
        run_until(w, seconds)
    assert w.cursor == len(w.trajectory) - 1 >= 1_000
    whole_widget(w)
    goes_on(w)


def test_an_interrupt_in_single_steps(
    w: GDWidget, run_until: Callable[[GDWidget, float], None]
) -> None:
    w.learning_rate = TINY
    w.reset()
    w.on_step(id)
    with pytest.raises(KeyboardInterrupt):
        run_until(w, 0.01)
    w.on_step(id, remove=True)
    assert w.cursor == len(w.trajectory) - 1
    whole_widget(w)
    goes_on(w)


def test_an_interrupt_from_another_thread(w: GDWidget) -> None:
    w.learning_rate = TINY
    w.reset()
    stepping = threading.Event()

    def tell(_: State) -> None:
        stepping.set()

    def stop() -> None:
        stepping.wait(10)
        _thread.interrupt_main()

    thread = threading.Thread(target=stop)
    w.on_step(tell)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        w.run(10_000_000)
    w.on_step(tell, remove=True)
    thread.join(10)
    whole_widget(w)
    goes_on(w)


def step(w: GDWidget) -> None:
    w.step(3)


def fork(w: GDWidget) -> None:
    w.goto(1)
    w.learning_rate = 0.05
    w.step(2)


def step_that_was_taken_ahead(w: GDWidget) -> None:
    w._timeline.descent.seconds_per_step = 1e-4
    departure = w._timeline.departure
    assert departure
    ahead = departure.ahead()
    assert ahead
    w._timeline.ahead = ahead
    w.step(1)
    w.step(1)


def restart(w: GDWidget) -> None:
    w.reset()
    w.step(2)


def test_an_interrupt_while_the_optimizer_is_changed(clock: Clock) -> None:
    w = GDWidget(lambda W, b: (W - 3) ** 2 + b**2, 8.0, -1.0, argnums=(0, 1), learning_rate=0.1)
    for line in range(1, 2_000):
        w.optimizer = "sgd"
        w.reset()
        w.step(3)
        struck = interrupted(line, lambda: setattr(w, "optimizer", "momentum"))
        whole_timeline(w._timeline)
        w.optimizer = "adam"
        w.step(2)
        whole_timeline(w._timeline)
        names = (
            w.optimizer,
            w._session.chosen.spec.optimizer.name,
            w.runs[-1].descent.optimizer.name,
        )
        assert names == ("adam", "adam", "adam")
        if not struck:
            return
    pytest.fail("it has more lines than that")


@pytest.mark.parametrize("action", [step, step_that_was_taken_ahead, fork, restart])
def test_an_interrupt_on_any_line_leaves_widget_and_page_whole(
    w: GDWidget, clock: Clock, action: Callable[[GDWidget], None]
) -> None:
    rested(w)
    for line in range(1, 2_000):
        w.learning_rate = 0.01
        w.reset()
        w.step(4)
        page = Page(w)
        page.sync()
        struck = interrupted(line, lambda: action(w))
        whole_widget(w)
        w.step()
        whole_widget(w)
        clock.forward(1)
        if page.gap:
            page.sync()
        run = w.runs[-1].id
        assert same(page.rows[run], w.trajectory.rows())
        assert page.cursor == w.cursor
        if not struck:
            return
    pytest.fail("it has more lines than that")
