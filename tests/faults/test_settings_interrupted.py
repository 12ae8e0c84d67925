"""KeyboardInterrupt on any line of a change of settings: the old ones hold, or the new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import optax
import pytest

from gdwidget import GDWidget, Problem
from gdwidget._mixins import changing
from gdwidget._session import Session
from tests.tools import Page, interrupted, rested, same, whole_timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tools import Clock

XS = np.array([-1.0, 0.5, 1.0, 2.0], np.float32)
YS = 2 * XS - 1
TRAITS = (
    "learning_rate",
    "run_steps",
    "decay",
    "optimizer",
    "batch_size",
    "exact",
    "problem_name",
    "_names",
    "_choices",
    "_schedule",
)
OWNERS = (
    "widget.py",
    "changing.py",
    "_session.py",
    "run_spec.py",
    "traits.py",
    "timeline.py",
    "run.py",
)
"""The files in which settings change."""


def line(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    return ((W * xs + b - ys) ** 2).mean()


def halved(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    return line(W, b, xs, ys) / 2


@pytest.fixture(scope="module")
def shared() -> GDWidget:
    w = GDWidget(
        problems=[
            Problem(loss, 8.0, -1.0, data=(XS, YS), name=loss.__name__) for loss in (line, halved)
        ]
    )
    w.open()
    return w


@pytest.fixture
def w(shared: GDWidget, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> GDWidget:
    """Return a widget that has taken three steps and looks back at the second."""
    # Another problem makes dozens of models and compiles pictures: not two hundred times.
    monkeypatch.setattr(Session, "_figures", lambda _: {})
    monkeypatch.setattr(changing, "_SAVED", ())
    rested(shared, clock.now)
    set_all(shared, problem_name="line", optimizer="sgd", batch_size=None, exact=True)
    set_all(shared, learning_rate=0.01, run_steps=50, decay="constant")
    shared.reset()
    shared.step(3)
    shared.goto(2)
    return shared


def set_all(w: GDWidget, **settings: Any) -> None:
    for name, value in settings.items():
        setattr(w, name, value)


def by_attribute(w: GDWidget, _: Page, settings: dict[str, Any]) -> None:
    set_all(w, **settings)


def by_state(_: GDWidget, page: Page, settings: dict[str, Any]) -> None:
    page.save_changes(**settings)


def by_message(_: GDWidget, page: Page, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        page.say({"kind": "set", "name": name, "value": value})


def shown(w: GDWidget) -> dict[str, Any]:
    return {name: getattr(w, name) for name in TRAITS}


def agrees(w: GDWidget) -> None:
    """Assert that the traits, the settings' owner and what takes the next step are of one mind."""
    spec, timeline = w._session.chosen.spec, w._timeline
    assert spec.optimizer.name == w.optimizer == timeline.descent.optimizer.name
    assert timeline.descent.optimizer == spec.optimizer
    batches = timeline.descent.batches
    assert spec.batch_size == w.batch_size == (batches.size if batches else None)
    assert spec.rates is timeline.rates
    assert (w.learning_rate, w.decay) == (spec.rates.peak, spec.rates.decay)
    assert w.run_steps == spec.rates.steps
    assert w.exact == timeline.descent.exact
    assert w.problem_name == timeline.problem.name == w._session.problem.name
    assert w._names["samples"] == timeline.problem.samples
    assert len(w._schedule) == (0 if w.decay == "constant" else w.run_steps + 1)
    whole_timeline(timeline)


def steps_by_them(w: GDWidget) -> None:
    """Assert that the next step is taken by the settings that are shown."""
    at, run = w.cursor, w.runs[-1]
    w.step()
    taken = w.runs[-1]
    assert (w.cursor, taken.descent.optimizer.name) == (at + 1, w.optimizer)
    assert w.trajectory["learning_rate"][w.cursor] == w._timeline.rates.at(at, 1)[0]
    assert taken is run or taken.parent == run.id
    agrees(w)


SETTINGS: list[dict[str, Any]] = [
    {"learning_rate": 0.02},
    {"decay": "cosine"},
    {"optimizer": "adam"},
    {"optimizer": optax.adabelief},
    {"batch_size": 2},
    {"exact": False},
    {"problem_name": "halved"},
]
TOGETHER = {"optimizer": "adam", "batch_size": 2, "learning_rate": 0.02, "decay": "step"}


@pytest.mark.parametrize(
    ("change", "settings"),
    [
        *((by_attribute, each) for each in SETTINGS),
        (by_message, {"optimizer": "adam"}),
        (by_state, TOGETHER),
    ],
    ids=lambda given: (
        given.__name__ if callable(given) else "-".join(map(str, given.values()))[:20]
    ),
)
def test_an_interrupt_on_any_line_leaves_the_old_settings_or_the_new(
    w: GDWidget,
    clock: Clock,
    change: Callable[[GDWidget, Page, dict[str, Any]], None],
    settings: dict[str, Any],
) -> None:
    old = {name: getattr(w, name) for name in settings}
    page = Page(w)
    page.sync()
    change(w, page, settings)  # what is handed in can be chosen from now on
    set_all(w, **old)
    before = shown(w)
    change(w, page, settings)
    after = shown(w)
    assert before != after
    for n in range(1, 2_000):
        set_all(w, **old)
        w.reset()
        w.step(3)
        w.goto(2)
        page = Page(w)
        rows = w.trajectory.rows().copy()
        told = w.get_state(TRAITS)
        struck = interrupted(n, lambda: change(w, page, settings), OWNERS, once=True)  # noqa: B023
        agrees(w)
        assert shown(w) in (before, after)
        kept = [run.trajectory.rows() for run in w.runs]
        assert "problem_name" in settings or any(same(rows, each) for each in kept)
        steps_by_them(w)
        if change is by_attribute:
            w._throttle.flush_rows()
            for message in page.messages:
                told |= {name: message["state"][name] for name in message.get("state", {})}
            assert {name: told[name] for name in TRAITS} == w.get_state(TRAITS)
        if not struck:
            assert shown(w) == after
            return
    pytest.fail("it has more lines than that")
