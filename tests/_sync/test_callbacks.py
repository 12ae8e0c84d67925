from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from gdwidget._sync import callbacks
from gdwidget._sync.callbacks import Callbacks

if TYPE_CHECKING:
    from gdwidget import Descent, State


@pytest.fixture
def state(descent: Descent) -> State:
    return descent.init(0.01)


@pytest.fixture
def reported() -> list[Exception]:
    return []


@pytest.fixture
def called(reported: list[Exception]) -> Callbacks:
    return Callbacks(reported.append)


def failing(_: State) -> None:
    raise RuntimeError("as it should")


def test_all_are_called_in_the_order_they_were_added(called: Callbacks, state: State) -> None:
    seen: list[tuple[str, State]] = []
    called.register_callback(lambda given: seen.append(("first", given)))
    called.register_callback(lambda given: seen.append(("second", given)))
    called(state)
    assert seen == [("first", state), ("second", state)]
    assert seen[0][1] is state


def test_it_is_true_while_there_are_any(called: Callbacks) -> None:
    assert not called
    called.register_callback(print)
    assert called
    called.register_callback(print, remove=True)
    assert not called


def test_one_added_twice_is_called_once_and_removed_at_once(
    called: Callbacks, state: State
) -> None:
    seen: list[State] = []
    called.register_callback(seen.append)
    called.register_callback(seen.append)
    called(state)
    assert len(seen) == 1
    called.register_callback(seen.append, remove=True)
    called.register_callback(seen.append, remove=True)
    called(state)
    assert len(seen) == 1


def test_one_may_remove_itself_and_others(called: Callbacks, state: State) -> None:
    seen: list[str] = []

    def clear(_: State) -> None:
        seen.append("clear")
        called.register_callback(clear, remove=True)
        called.register_callback(other, remove=True)

    def other(_: State) -> None:
        seen.append("other")

    called.register_callback(clear)
    called.register_callback(other)
    called(state)
    called(state)
    assert seen == ["clear", "other"]


def test_one_may_add_another_which_is_called_from_the_next_on(
    called: Callbacks, state: State
) -> None:
    seen: list[str] = []

    def grow(_: State) -> None:
        called.register_callback(lambda _: seen.append("new"))

    called.register_callback(grow)
    called(state)
    assert seen == []
    called.register_callback(grow, remove=True)
    called(state)
    assert seen == ["new"]


def test_one_that_raises_is_reported_and_the_others_are_called(
    called: Callbacks,
    state: State,
    reported: list[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[State] = []
    called.register_callback(failing)
    called.register_callback(seen.append)
    with caplog.at_level(logging.ERROR):
        called(state)
    assert seen == [state]
    assert [str(error) for error in reported] == ["as it should"]
    assert reported[0].__notes__ == ["raised by an on_step callback; step 0 stands"]
    assert "RuntimeError: as it should" in caplog.text


def test_in_a_notebook_the_traceback_is_shown(
    called: Callbacks, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[type[Exception], Exception, object]] = []
    shell = SimpleNamespace(showtraceback=shown.append)
    monkeypatch.setattr(callbacks, "get_ipython", lambda: shell)
    called.register_callback(failing)
    called(state)
    kind, error, trace = shown[0]
    assert (kind, str(error)) == (RuntimeError, "as it should")
    assert trace is error.__traceback__ is not None


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_no_error_and_goes_through(
    called: Callbacks, state: State, reported: list[Exception], stop: type[BaseException]
) -> None:
    def interrupted(_: State) -> None:
        raise stop

    called.register_callback(interrupted)
    with pytest.raises(stop):
        called(state)
    assert reported == []
