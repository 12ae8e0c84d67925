from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import ipywidgets
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import GDWidget, Problem, State, problems
from tests.tools import Page, float32, same

if TYPE_CHECKING:
    from IPython.core.events import EventManager

    from tests.tools import Clock

STEPS = "a whole number from 1 to 10,000,000"
RATE = "a number above 0 within float32"


def bowl(slope: Any, height: Any) -> Any:
    return (slope - 3) ** 2 + (height - 1) ** 2


def test_without_arguments_it_is_the_article() -> None:
    w = GDWidget()
    assert w.params == {"W": 8, "b": -1}
    assert (w.cursor, w.status) == (0, "ready")
    assert w.loss == 186
    assert w.gradient == 62
    assert (w.learning_rate, w.run_steps, w.exact) == (0.01, 50, True)
    assert w.problem.learning == ("W",)
    assert len(w.trajectory) == 1


@pytest.mark.parametrize("layout", [{"width": "50%"}, ipywidgets.Layout(width="50%")])
def test_layout_tabbable_and_tooltip_are_those_of_every_ipywidget(layout: Any) -> None:
    w = GDWidget(layout=layout, tabbable=True, tooltip="the article's line")
    assert w.layout.width == "50%"
    assert (w.tabbable, w.tooltip) == (True, "the article's line")
    w.step(3)
    assert w.loss == np.float32(96.67163)
    plain = GDWidget()
    assert (plain.layout.width, plain.tabbable, plain.tooltip) == (None, None, None)


def test_a_loss_of_ones_own() -> None:
    w = GDWidget(bowl, 8.0, -1.0, argnums=1, learning_rate=0.25, run_steps=3)
    assert w.problem.names == ("slope", "height")
    w.run()
    assert w.trajectory["height"].tolist() == [-1, 0, 0.5, 0.75]
    assert w.params == {"slope": 8, "height": 0.75}
    assert tuple(w.trajectory) == ("step", "height", "height_grad", "loss", "learning_rate")


def test_a_loss_with_data() -> None:
    line = problems.line()
    data = tuple(np.asarray(array) for array in line.data)
    w = GDWidget(line.loss, 8.0, -1.0, data=data, predict=line.predict)
    assert w.problem.predict is line.predict
    w.step()
    assert str(w.params["W"]) == "7.38"


def test_a_problem_ready_made() -> None:
    w = GDWidget(problems.line(W=5))
    assert w.params == {"W": 5, "b": -1}


def test_steps_runs_and_going_back(w: GDWidget) -> None:
    w.step()
    w.step(3)
    assert w.cursor == 4
    w.run()
    assert w.cursor == 54
    w.run(200)
    assert len(w.trajectory) == w.cursor + 1
    w.goto(12)
    w.back()
    assert w.cursor == 11
    w.back(5)
    assert w.cursor == 6
    assert w.loss == w.trajectory["loss"][6]
    assert w.gradient == w.trajectory["W_grad"][6]
    assert w.params["W"] == w.trajectory["W"][6]


def test_reset_goes_back_to_the_start_or_another(w: GDWidget) -> None:
    w.run()
    w.reset()
    assert (w.cursor, len(w.trajectory)) == (0, 1)
    assert w.params == {"W": 8, "b": -1}
    w.reset(W=5.0)
    assert w.params == dict(w.problem.start) == {"W": 5, "b": -1}
    assert w.learning_rate == 0.01


def test_a_parameter_may_be_called_self() -> None:
    w = GDWidget(eval("lambda self: self ** 2"), 3.0)  # noqa: S307 - a name no function has
    w.reset(self=2.0)
    assert w.params == {"self": 2}


def test_what_it_returns_can_be_changed_without_harm(w: GDWidget) -> None:
    w.params["W"] = np.float32(99)
    assert w.params["W"] == 8
    w.step()
    assert str(w.params["W"]) == "7.38"


def test_a_trajectory_taken_before_a_reset_stays(w: GDWidget) -> None:
    w.run(10)
    before = w.trajectory
    w.reset()
    w.run(3)
    assert (len(before), len(w.trajectory)) == (11, 4)


def test_the_learning_rate_holds_from_the_next_step(w: GDWidget) -> None:
    w.step()
    w.learning_rate = 0.02
    assert len(w.trajectory) == 2
    w.step()
    assert same(w.trajectory["learning_rate"], float32([0.01, 0.01, 0.02]))


def test_the_learning_rate_can_be_observed_and_linked(w: GDWidget) -> None:
    seen: list[float] = []

    def see(change: Any) -> None:
        seen.append(change.new)

    slider = ipywidgets.FloatSlider(0.05, min=0.001, max=1)
    w.observe(see, "learning_rate")
    link = ipywidgets.link((slider, "value"), (w, "learning_rate"))
    slider.value = 0.25
    link.unlink()
    w.unobserve(see, "learning_rate")
    assert seen == [0.05, 0.25]
    w.step()
    assert w.trajectory["learning_rate"][-1] == 0.25


def test_convergence_ends_a_run() -> None:
    w = GDWidget(bowl, 8.0, 1.0, learning_rate=0.5)
    w.run()
    assert (w.status, w.cursor) == ("converged", 1)
    assert w.loss == 0
    w.step()
    w.run(10)
    assert (w.cursor, len(w.trajectory)) == (1, 2)


def test_divergence_ends_a_run(w: GDWidget) -> None:
    w.learning_rate = 0.2
    w.run(100_000)
    assert str(w.status) == "diverged"
    assert w.cursor < 100_000
    last = w.cursor
    w.run()
    assert w.cursor == last
    w.back()
    assert str(w.status) == "ready"
    w.reset()
    assert str(w.status) == "ready"


def test_exactness_can_be_seen_and_switched() -> None:
    w = GDWidget(exact=False)
    assert w.exact is False
    w.step(3)
    w.exact = True
    w.reset()
    w.step(2)
    assert str(w.loss) == "120.236694"


def test_a_large_problem_is_not_exact() -> None:
    xs = np.ones(20_000)
    assert GDWidget(lambda W, xs: jnp.mean((W * xs) ** 2), 1.0, data=(xs,)).exact is False


def test_two_widgets_share_nothing() -> None:
    first, second = GDWidget(), GDWidget(problems.line())
    first.step(5)
    second.learning_rate = 0.5
    assert (first.cursor, second.cursor, first.learning_rate) == (5, 0, 0.01)
    assert not set(first._marks.values()) & set(second._marks.values())


def test_callbacks_see_every_step(w: GDWidget) -> None:
    seen: list[State] = []
    w.on_step(seen.append)
    w.step(2)
    w.goto(0)
    w.run(3)
    w.on_step(seen.append, remove=True)
    w.step()
    assert [state.step for state in seen] == [1, 2, 1, 2, 3]
    assert [str(state.params["W"]) for state in seen[:2]] == ["7.38", "6.8240666"]


def test_a_callback_is_not_called_for_looking_around(w: GDWidget) -> None:
    w.run(5)
    seen: list[State] = []
    w.on_step(seen.append)
    w.back()
    w.goto(2)
    w.reset()
    w.on_step(seen.append, remove=True)
    assert seen == []


def test_its_state_is_whole_and_json(w: GDWidget) -> None:
    w.run()
    state = w.get_state()
    assert state["_names"] == {
        "params": ["W", "b"],
        "learning": "W",
        "recorded": ["W"],
        "count": 1,
        "stream": False,
        "samples": 6,
        "predicts": True,
        "classes": False,
    }
    assert state["_keyframe"]["cursor"] == 50
    assert (state["_curve"]["low"], state["_curve"]["high"]) == (-6, 10)
    assert (state["learning_rate"], state["run_steps"], state["exact"]) == (0.01, 50, True)
    assert all(mark.startswith("IPY_MODEL_") for mark in state["_marks"].values())
    assert json.dumps(state, allow_nan=False)


def test_when_a_cell_ends_the_page_holds_all(events: EventManager, clock: Clock) -> None:
    w = GDWidget()
    page = Page(w)
    for _ in range(50):
        w.step()
    assert page.messages == []
    events.trigger("post_execute")
    message, programs = page.messages
    assert message["method"] == programs["method"] == "update"
    assert message["state"]["_keyframe"]["runs"][0]["last"] == 50
    assert message["state"]["_curve"]["high"] == 10
    assert message["state"]["_look"]["step"] == 50
    assert programs["state"]["_programs"]["reason"] == ""
    w.step()
    events.trigger("post_execute")
    assert "_programs" not in page.messages[-1]["state"]  # they are sent once


def test_threads_that_step_at_once_lose_no_step(w: GDWidget) -> None:
    w.learning_rate = 1e-4
    w.reset()
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait(10)
        for _ in range(100):
            w.step()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (w.cursor, len(w.trajectory)) == (400, 401)
    together = w.trajectory
    w.reset()
    w.run(400)
    assert same(together.rows(), w.trajectory.rows())


def test_a_step_from_another_thread_waits_for_the_run(w: GDWidget) -> None:
    others: list[threading.Thread] = []

    def start_another(state: State) -> None:
        if state.step == 5:
            others.append(threading.Thread(target=w.step))
            others[0].start()

    w.on_step(start_another)
    w.run(20)
    others[0].join(60)
    w.on_step(start_another, remove=True)
    assert (w.cursor, len(w.trajectory)) == (21, 22)
    together = w.trajectory
    w.reset()
    w.run(21)
    assert same(together.rows(), w.trajectory.rows())


def test_a_problem_can_be_stepped_without_a_widget() -> None:
    problem = Problem(bowl, 1.0, 1.0)
    w = GDWidget(problem, learning_rate=0.25)
    w.step()
    assert w.params == {"slope": 2, "height": 1}
    assert dict(problem.start) == {"slope": 1, "height": 1}


def test_what_was_chosen_before_is_not_compiled_again() -> None:
    w = GDWidget()
    first = w.runs[-1].descent
    w.step()
    w.optimizer = "adam"
    w.step()
    w.optimizer = "sgd"
    assert w.runs[-1].descent is first
    w.batch_size = 2
    assert w.runs[-1].descent is not first
