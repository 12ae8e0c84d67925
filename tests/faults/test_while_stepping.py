"""What goes wrong while stepping: what was taken stands, and the widget goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import GDWidget, State
from tests.tools import Page, float32, goes_on, names_all, refuses, same, whole_widget

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.usefixtures("clock")

NUMBER: Any = jax.eval_shape(lambda: jnp.float32(0))
TINY = 1e-7
"""A learning rate with which no run ends by itself."""


def test_a_callback_that_raises_is_reported_and_the_steps_stand(
    w: GDWidget, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[int] = []

    def fail(state: State) -> None:
        if state.step == 3:
            raise RuntimeError("as it should")

    page = Page(w)

    def note(state: State) -> None:
        seen.append(state.step)

    w.on_step(fail)
    w.on_step(note)
    with caplog.at_level(logging.ERROR):
        w.run(5)
    assert seen == [1, 2, 3, 4, 5]
    assert w.cursor == 5
    assert "as it should" in caplog.text
    assert [error["message"] for error in page.errors()] == [
        "RuntimeError: as it should (raised by an on_step callback; step 3 stands)"
    ]
    w.on_step(fail, remove=True)
    w.on_step(note, remove=True)
    w.step()
    assert seen == [1, 2, 3, 4, 5]
    whole_widget(w)
    goes_on(w)


def test_a_callback_that_resets_ends_the_run(w: GDWidget) -> None:
    def reset(state: State) -> None:
        if state.step == 4:
            w.reset(W=5.0)

    w.on_step(reset)
    w.run()
    assert (w.cursor, len(w.trajectory)) == (0, 1)
    assert w.params["W"] == 5
    w.run(3)
    w.on_step(reset, remove=True)
    assert w.cursor == 3
    whole_widget(w, start=5)


def test_a_callback_may_change_the_learning_rate(w: GDWidget) -> None:
    def slower(state: State) -> None:
        w.learning_rate = 0.01 / (1 + state.step)

    w.on_step(slower)
    w.run(4)
    w.on_step(slower, remove=True)
    rates = float32([0.01, 0.01, 0.01 / 2, 0.01 / 3, 0.01 / 4])
    assert same(w.trajectory["learning_rate"], rates)
    whole_widget(w)


def test_a_callback_that_changes_the_rate_on_the_record_forks(w: GDWidget) -> None:
    w.run(6)
    w.goto(0)

    def faster(state: State) -> None:
        if state.step == 2:
            w.learning_rate = 0.05

    w.on_step(faster)
    w.run(4)
    w.on_step(faster, remove=True)
    assert (w.cursor, len(w.trajectory), len(w.runs)) == (4, 5, 2)
    assert w.runs[-1].fork == 2
    whole_widget(w)


def test_a_callback_may_step_and_go_back_itself(w: GDWidget) -> None:
    seen: list[int] = []

    def wander(state: State) -> None:
        seen.append(state.step)
        if state.step == 2:
            w.step()
        if state.step == 5:
            w.back(2)

    w.on_step(wander)
    w.run(8)
    w.on_step(wander, remove=True)
    assert seen == [1, 2, 3, 4, 5, 4, 5, 4, 5]
    assert (w.cursor, w._timeline.run.last) == (3, 5)
    whole_widget(w)
    goes_on(w)


def by_debug_callback(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def loss(W: Any) -> Any:
        jax.debug.callback(check, W)
        return (W - 2) ** 2

    return loss


def by_pure_callback(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def host(W: Any) -> Any:
        check(W)
        return np.float32((W - 2) ** 2)

    @jax.custom_jvp
    def loss(W: Any) -> Any:
        return jax.pure_callback(host, NUMBER, W)

    @loss.defjvp
    def _tangent(primals: Any, tangents: Any) -> Any:
        return loss(*primals), 2 * (primals[0] - 2) * tangents[0]

    return lambda W: 1 * loss(W)


@pytest.mark.parametrize("make", [by_debug_callback, by_pure_callback])
def test_an_exception_in_the_loss_at_step_37(
    make: Callable[[Callable[[Any], Any]], Callable[[Any], Any]],
) -> None:
    armed = True

    def check(W: Any) -> None:
        if armed and W < 2 + 6 * 0.9**36.5:
            raise RuntimeError("too low")

    w = GDWidget(make(check), 8.0, learning_rate=0.05)
    page = Page(w)
    page.say({"kind": "sync", "have": {}, "request": "s"})
    with pytest.raises(Exception, match="too low"):
        w.run(100)
    assert (w.cursor, len(w.trajectory)) == (36, 37)
    whole_widget(w)
    with pytest.raises(Exception, match="too low"):
        w.step()
    answers = page.say({"kind": "advance", "run": 1, "n": 5, "request": "a1"})
    assert answers[-1]["kind"] == "error"
    assert "too low" in answers[-1]["message"]
    assert answers[-1]["request"] == "a1"
    assert (w.cursor, len(w.trajectory)) == (36, 37)
    assert same(page.rows[1], w.trajectory.rows())
    w.back(10)
    assert w.params["W"] == w.trajectory["W"][26]
    armed = False
    w.run(20)
    assert (w.cursor, len(w.trajectory)) == (46, 47)
    whole_widget(w)


def test_a_loss_that_raises_when_it_is_compiled_again() -> None:
    armed = False

    def loss(W: Any) -> Any:
        if armed:
            raise RuntimeError("not again")
        return (W - 2) ** 2

    w = GDWidget(loss, 8.0)
    w.run(10)
    armed = True
    w.exact = False
    with pytest.raises(RuntimeError, match="not again"):
        w.step()
    assert (w.cursor, len(w.trajectory)) == (10, 11)
    armed = False
    w.step(2)
    assert w.cursor == 12


def test_a_failing_reset_in_a_callback_is_reported_and_the_run_goes_on(w: GDWidget) -> None:
    def fail(_: State) -> None:
        w.reset(V=1.0)

    page = Page(w)
    w.on_step(fail)
    w.run(2)
    w.on_step(fail, remove=True)
    assert w.cursor == 2
    names_all(page.errors()[0]["message"], "parameter", "'V'", "one of W, b")


def of_four(W: Any, xs: Any) -> Any:
    if len(xs) not in (4, 10):
        raise TypeError("four only")
    return jnp.mean(W * xs) ** 2


def of_ten(W: Any, xs: Any) -> Any:
    if len(xs) != 10:
        raise TypeError("ten only")
    return jnp.mean(W * xs) ** 2


XS = np.arange(10, dtype=np.float32)


@pytest.mark.parametrize(
    ("settings", "note"),
    [
        ({"batch_size": 4}, "raised in step 2; the batch was 2 of epoch 0, 2 samples: "),
        (
            {"batch_size": 4, "exact": False},
            "raised for batches of 4 samples, the last of an epoch of 2",
        ),
        (
            {"data": [(XS[:4],), (XS[4:8],), (XS[8:],)]},
            "raised in step 2; the batch was number 2, of float32[2]",
        ),
    ],
    ids=["step", "loop", "stream"],
)
def test_a_loss_that_raises_on_a_batch_names_it(settings: dict[str, Any], note: str) -> None:
    w = GDWidget(of_four, 1.0, **{"data": (XS,), **settings})
    page = Page(w)
    page.sync()
    page.messages.clear()
    n = 5 if settings.get("exact") is False else 1
    with pytest.raises(TypeError, match="four only") as caught:  # noqa: PT012 - at one of them
        while w.cursor < 3:
            w.step(n)
    assert any(each.startswith(note) for each in caught.value.__notes__)
    page.say({"kind": "advance", "run": 1, "n": n, "request": "a1"})
    if not w.problem.stream:  # a stream goes on with its next batch
        names = [error["message"] for error in page.errors()]
        assert any(f"TypeError: four only ({note}" in name for name in names)


def test_a_loss_that_raises_on_the_first_batch_names_it() -> None:
    because = "the loss raised TypeError there: ten only; the batch was 0 of epoch 0, 3 samples: "
    with refuses("start", because, "a start where the loss"):
        GDWidget(of_ten, 1.0, data=(XS,), batch_size=3)
    because = "it raised TypeError: ten only; the batch was number 0, of float32[4]"
    with refuses("loss", because, "a function"):
        GDWidget(of_ten, 1.0, data=[(XS[:4],)])
