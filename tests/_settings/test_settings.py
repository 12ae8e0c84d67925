"""Optimizer, decay, batches, problem and pictures, set from Python and from a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import GDWidget, Problem
from gdwidget._core.schedules import Rates
from tests.tools import Page, names_all, refuses, rested, same, whole_timeline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.tools import Message

pytestmark = pytest.mark.usefixtures("clock")

XS = np.random.default_rng(5).normal(size=(20, 2)).astype(np.float32)
YS = (XS[:, 0] + XS[:, 1] > 0).astype(np.float32)


def predict(weights: Any, bias: Any, inputs: Any) -> Any:
    return 1 / (1 + jnp.exp(-(inputs @ weights + bias)))


def loss(weights: Any, bias: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((predict(weights, bias, xs) - ys) ** 2)


def bowl(W: Any, b: Any) -> Any:
    return (W - 3) ** 2 + (b - 1) ** 2


@pytest.fixture(scope="module")
def shared() -> GDWidget:
    return GDWidget(
        loss, np.zeros(2), 0.5, argnums=(0, 1), data=(XS, YS), predict=predict, learning_rate=0.5
    )


@pytest.fixture
def w(shared: GDWidget) -> GDWidget:
    """Return a classifier at its start, with the settings it was made with."""
    shared.decay, shared.learning_rate, shared.run_steps = "constant", 0.5, 50
    shared.batch_size, shared.optimizer = None, "sgd"
    shared.reset(weights=np.zeros(2), bias=0.5)
    shared.clear()
    rested(shared)
    return shared


@pytest.fixture
def page(w: GDWidget) -> Page:
    """Return a page that has all there is."""
    page = Page(w)
    page.sync()
    page.messages.clear()
    page.buffers.clear()
    return page


def test_what_it_is_made_with_can_be_read() -> None:
    w = GDWidget(
        loss,
        np.zeros(2),
        0.5,
        data=(XS, YS),
        optimizer="adam",
        decay="cosine",
        batch_size=8,
        run_steps=30,
        learning_rate=0.5,
    )
    assert (w.optimizer, w.decay, w.batch_size, w.problem_name) == ("adam", "cosine", 8, "")
    state = w.get_state()
    assert (state["batch_size"], state["decay"], state["optimizer"]) == (8, "cosine", "adam")
    assert len(state["_schedule"]) == 31
    assert (state["_schedule"][0], state["_schedule"][-1]) == (0.5, 0)
    w.run()
    assert same(w.trajectory["learning_rate"][1:], Rates(0.5, "cosine", 30).at(0, 30))
    assert w.batch is not None
    assert len(w.batch) == 8
    assert w.runs[0].label == "adam, learning rate 0.5 (cosine), batches of 8"


def test_pages_are_told_what_there_is_to_choose(w: GDWidget) -> None:
    state = w.get_state()
    assert state["_choices"]["batch_sizes"] == [0, 1, 8]
    assert len(state["_choices"]["optimizers"]) == 12
    assert state["_choices"]["decays"] == [
        "constant",
        "exponential",
        "inverse_time",
        "cosine",
        "step",
        "warmup_cosine",
    ]
    assert state["_choices"]["problems"] == []
    assert state["_names"] == {
        "params": ["bias"],
        "learning": "weights[0]",
        "recorded": ["weights[0]", "weights[1]", "bias"],
        "count": 3,
        "stream": False,
        "samples": 20,
        "predicts": True,
        "classes": True,
    }
    figures = {name.split(".")[0] for name in state["_marks"]}
    assert figures == {"loss_function", "loss_against_step", "plane", "data_and_fit"}
    assert (state["batch_size"], state["_schedule"]) == (0, [])


def test_one_number_has_no_plane_and_no_predict_no_data() -> None:
    state = GDWidget(lambda W: W**2, 3.0).get_state()
    assert {name.split(".")[0] for name in state["_marks"]} == {
        "loss_function",
        "loss_against_step",
    }
    assert state["_choices"]["batch_sizes"] == []


def test_another_optimizer_begins_a_new_run_and_the_earlier_ones_stay(w: GDWidget) -> None:
    w.run(5)
    w.optimizer = "adam"
    assert (w.cursor, len(w.trajectory), len(w.runs)) == (0, 1, 2)
    w.run(7)
    w.batch_size = 8
    w.run(3)
    assert [run.last for run in w.runs] == [5, 7, 3]
    assert [run.label for run in w.runs] == [
        "sgd, learning rate 0.5",
        "adam, learning rate 0.5",
        "adam, learning rate 0.5, batches of 8",
    ]
    assert len({tuple(run.trajectory.rows()[0][[0, 4, 6]]) for run in w.runs}) == 1
    assert w.full_loss != w.loss
    w.clear()
    assert (len(w.runs), len(w.trajectory)) == (1, 4)
    whole_timeline(w._timeline)
    w.reset()
    assert (len(w.runs), w.optimizer, w.batch_size) == (1, "adam", 8)


def test_a_setting_that_stays_begins_nothing(w: GDWidget) -> None:
    w.run(5)
    w.optimizer, w.batch_size, w.decay = "sgd", None, "constant"
    assert (w.cursor, len(w.runs)) == (5, 1)


def test_a_start_that_was_set_stays_with_another_optimizer(w: GDWidget) -> None:
    w.reset(weights=np.ones(2), bias=-1.0)
    w.optimizer = "momentum"
    assert same(w.params["weights"], [1, 1])
    w.step(2)
    w.reset()
    assert same([*w.params["weights"], w.params["bias"]], [1, 1, -1])


def test_a_page_chooses_optimizer_and_batches_in_one_message(w: GDWidget, page: Page) -> None:
    w.run(4)
    page.save_changes(optimizer="rmsprop", batch_size=8)
    assert (w.optimizer, w.batch_size, page.errors()) == ("rmsprop", 8, [])
    assert [run.last for run in w.runs] == [4, 0]
    page.save_changes(batch_size=0)
    assert w.batch_size is None
    page.say({"kind": "advance", "run": w.runs[-1].id, "n": 3, "request": "a1"})
    assert same(page.rows[w.runs[-1].id], w.trajectory.rows())
    assert [run.label for run in w.runs] == [
        "sgd, learning rate 0.5",
        "rmsprop, learning rate 0.5",
    ]


def test_a_page_chooses_a_decay_and_is_sent_its_rates(w: GDWidget, page: Page) -> None:
    page.save_changes(decay="step", run_steps=60)
    assert w.decay == "step"
    told: Message = {}
    for message in page.messages:
        told |= message.get("state", {})
    assert len(told["_schedule"]) == 61
    assert told["_schedule"][:21] == pytest.approx([0.5] * 20 + [0.15])
    page.say({"kind": "advance", "run": w.runs[-1].id, "n": 50, "request": "a1"})
    assert same(w.trajectory["learning_rate"][1:], Rates(0.5, "step", 60).at(0, 50))
    page.save_changes(learning_rate=0.25)
    page.say({"kind": "advance", "run": w.runs[-1].id, "n": 1, "request": "a2"})
    assert w.trajectory["learning_rate"][-1] == Rates(0.25, "step", 60).at(50, 1)[0]


def test_an_optimizer_and_a_schedule_of_ones_own_can_be_left_and_taken_again() -> None:
    chained = optax.chain(optax.clip_by_global_norm(0.5), optax.sgd(0.1))
    schedule = optax.linear_schedule(0.25, 0.0, 20)
    w = GDWidget(bowl, 8.0, -1.0, argnums=(0, 1), optimizer=chained, learning_rate=schedule)
    assert (w.optimizer, w.decay, w.learning_rate) == ("custom", "custom", 0.25)
    assert w._choices["optimizers"][:2] == ["custom", "sgd"]
    assert w._choices["decays"][:2] == ["custom", "constant"]
    assert w._schedule[0] == 0.25
    page = Page(w)
    page.save_changes(optimizer="sgd")
    w.run(10)
    assert same(w.trajectory["learning_rate"][1:], Rates(schedule).at(0, 10))
    page.save_changes(learning_rate=0.125)
    assert (w.decay, w.learning_rate) == ("constant", 0.125)
    page.save_changes(optimizer="custom")
    w.step()
    length = np.hypot(w.params["W"] - 8, w.params["b"] + 1)
    assert float(length) == pytest.approx(0.05, rel=1e-4)
    page.save_changes(decay="custom")
    assert w._timeline.rates.schedule is schedule
    assert page.errors() == []


def test_an_optimizer_can_be_handed_in_later(w: GDWidget) -> None:
    w.run(3)
    w.optimizer = optax.adabelief
    assert (w.optimizer, len(w.runs)) == ("custom", 2)
    w.step(3)
    assert w.runs[-1].descent.optimizer.make is optax.adabelief
    assert w._choices["optimizers"][0] == "custom"
    whole_timeline(w._timeline)
    for number, rate in enumerate((0.25, 0.125), 3):
        w.optimizer = optax.sgd(rate)
        assert (w.optimizer, w.cursor, len(w.runs)) == ("custom", 0, number)
        gradient = w.gradient
        w.step()
        assert same(w.params["bias"], np.float32(0.5) - np.float32(rate) * gradient[1])
    with refuses("optimizer", "it raised TypeError", "an optimizer that can make an update"):
        w.optimizer = optax.GradientTransformation(lambda _: (), lambda: ())
    assert (w.optimizer, w.cursor, len(w.runs)) == ("custom", 1, 4)
    w.batch_size = 4
    w.step()
    assert w.runs[-1].label == "custom optimizer, batches of 4"


def test_with_batches_a_page_is_told_their_sizes(w: GDWidget, page: Page) -> None:
    w.batch_size = 8
    (answer,) = page.say({"kind": "advance", "run": w.runs[-1].id, "n": 4, "request": "a1"})
    assert answer["batches"] == {"size": 8, "count": 3}
    assert answer["extras"][-1] == "full_loss"
    assert answer["coming"] is None
    w.optimizer = "adam"
    (answer,) = page.say({"kind": "advance", "run": w.runs[-1].id, "n": 1, "request": "a2"})
    assert list(answer["coming"]["values"]) == ["weights[0]", "weights[1]", "bias"]
    assert set(answer["coming"]["terms"]) == {"momentum", "second moment", "step"}
    w.step()
    assert same(answer["coming"]["values"]["bias"], w.params["bias"])


def test_a_click_on_the_plane_sets_two_numbers(w: GDWidget, page: Page) -> None:
    page.say({"kind": "reset", "start": {"weights[1]": -2.5, "bias": 4.0}})
    assert page.errors() == []
    assert same(w.params["weights"], [0, -2.5])
    assert w.params["bias"] == 4
    assert same(w.trajectory.rows(0, 1)[0, [4, 6]], [-2.5, 4])
    page.say({"kind": "reset", "start": {"weights[0]": 1.0}})
    assert same([*w.params["weights"], w.params["bias"]], [1, -2.5, 4])
    (error,) = page.say({"kind": "reset", "start": {"weights[2]": 1.0}})
    names_all(error["message"], "parameter", "'weights[2]'", "one of weights[0], weights[1], bias")
    page.say({"kind": "reset", "start": {"weights": 1.0}})
    names_all(page.errors()[-1]["message"], "weights", "shapes ()", "shapes (2,)")


def test_a_page_clears_earlier_runs(w: GDWidget, page: Page) -> None:
    w.run(3)
    w.optimizer = "adam"
    w.run(4)
    page.sync()
    assert len(page.rows) == 2
    answers = page.say({"kind": "clear"})
    assert page.errors() == []
    assert [answer["runs"] for answer in answers] == [[w.runs[-1].id]]
    assert (list(page.rows), w.cursor) == ([w.runs[-1].id], 4)
    assert same(page.rows[w.runs[-1].id], w.trajectory.rows())


def arrays(page: Page, answer: Message) -> dict[str, NDArray[np.float32]]:
    buffers = page.buffers[-1]
    read = [np.frombuffer(buffer, "<f4") for buffer in buffers]
    return dict(zip(answer["arrays"], read, strict=True))


def plane(**fields: object) -> Message:
    whole = {"kind": "plane", "slice": "two", "x": "", "y": "", "view": None, "aspect": 2.5}
    whole["request"] = "p1"
    return {**whole, **fields}


def test_a_plane_of_two_numbers_comes_as_asked_for(w: GDWidget, page: Page) -> None:
    w.run(5)
    view = [-1.0, 1.0, -2.0, 2.0]
    (answer,) = page.say(plane(x="weights[0]", y="bias", view=view))
    assert (answer["kind"], answer["request"], answer["slice"]) == ("plane", "p1", "two")
    assert (answer["x"], answer["y"], answer["recorded"]) == ("weights[0]", "bias", True)
    assert [answer[end] for end in ("low_x", "high_x", "low_y", "high_y")] == view
    brought = arrays(page, answer)
    losses = brought["losses"].reshape(answer["n"], answer["n"])
    held = w.params["weights"][1]
    corners = [(x, y) for y in (-2.0, 2.0) for x in (-1.0, 1.0)]
    expected = [float(loss(np.array([x, held]), y, XS, YS)) for x, y in corners]
    assert losses[[0, 0, -1, -1], [0, -1, 0, -1]].tolist() == pytest.approx(expected, rel=1e-4)
    assert answer["least"] == pytest.approx(float(losses.min()))


@pytest.mark.parametrize("kind", ["components", "random"])
def test_other_planes_bring_the_path_along(w: GDWidget, page: Page, kind: str) -> None:
    w.run(20)
    (answer,) = page.say(plane(slice=kind))
    assert page.errors() == []
    brought = arrays(page, answer)
    assert len(brought["losses"]) == answer["n"] ** 2
    assert len(brought["steps"]) == len(brought["path_x"]) == len(brought["path_y"]) > 2
    assert 0 <= answer["explained"] <= 1
    assert not answer["recorded"]


@pytest.mark.parametrize(
    ("fields", "given"),
    [
        ({"x": "weights[0]", "y": "nothing"}, "'nothing'"),
        ({"x": "bias", "y": "bias"}, "'bias'"),
        ({"x": "bias", "y": "weights[0]", "view": [1.0, 1.0, 0.0, 1.0]}, "1.0"),
        ({"x": "bias", "y": "weights[0]", "view": [0.0, 1.0, 2.0, 1.0]}, "2.0"),
    ],
)
def test_a_plane_that_cannot_be_is_refused(
    w: GDWidget, page: Page, fields: dict[str, object], given: str
) -> None:
    (error,) = page.say(plane(**fields))
    assert (error["kind"], error["request"]) == ("error", "p1")
    assert error["field"] != ""
    names_all(error["message"], error["field"], given, "")
    assert len(w.trajectory) == 1


def look(w: GDWidget, step: int, low: float = 0.0, high: float = 0.0) -> Message:
    run = w.runs[-1].id
    return {"kind": "look", "run": run, "step": step, "low": low, "high": high, "request": "f1"}


def test_a_look_brings_data_model_and_batch(w: GDWidget, page: Page) -> None:
    w.batch_size = 8
    w.run(5)
    (answer,) = page.say(look(w, 4, -1.0, 1.0))
    assert (answer["kind"], answer["step"], answer["figure"]) == ("look", 4, "boundary")
    brought = arrays(page, answer)
    batch = w.runs[-1].descent.batch(4)
    assert batch is not None
    assert brought["samples"].tolist() == list(range(20))
    assert sorted(brought["batch"]) == sorted(batch)
    assert same(brought["targets"], YS)
    weights, bias = np.array(w.trajectory.rows()[4][[0, 4]]), w.trajectory["bias"][4]
    assert same(brought["predictions"], predict(weights, bias, XS) > 0.5)
    values, losses = brought["batch_values"], brought["batch_losses"]
    assert (values[0], values[-1], len(values)) == (-1, 1, len(losses))
    expected = loss(np.array([-1, weights[1]]), bias, XS[batch], YS[batch])
    assert losses[0] == pytest.approx(float(expected), rel=1e-4)


def test_a_look_without_batches_has_no_curve_of_one(w: GDWidget, page: Page) -> None:
    w.run(2)
    (answer,) = page.say(look(w, 99, -1.0, 1.0))
    brought = arrays(page, answer)
    assert answer["step"] == 2
    assert "batch_losses" not in brought
    assert len(brought["batch"]) == 0


def test_a_curve_through_a_step_comes_as_asked_for(w: GDWidget, page: Page) -> None:
    w.run(5)
    request = {
        "kind": "landscape",
        "low": -1.0,
        "high": 1.0,
        "name": "",
        "step": 0,
        "request": "l1",
    }
    (answer,) = page.say({**request, "name": "bias", "step": 3})
    values, losses = np.frombuffer(page.buffers[-1][0], "<f4").reshape(2, answer["n"])
    weights = w.trajectory.rows()[3][[0, 4]]
    assert losses[0] == pytest.approx(float(loss(weights, values[0], XS, YS)), rel=1e-4)
    (error,) = page.say({**request, "name": "nothing", "step": 3})
    names_all(error["message"], "along", "'nothing'", "one of weights[0], weights[1], bias")


def two_problems() -> list[Problem]:
    return [
        Problem(bowl, 8.0, -1.0, name="along W"),
        Problem(bowl, 4.0, 5.0, argnums=(0, 1), name="a bowl"),
        Problem(loss, np.zeros(2), 0.5, data=(XS, YS), predict=predict, name="two classes"),
    ]


def test_a_problem_is_picked_from_those_offered() -> None:
    w = GDWidget(problems=two_problems(), optimizer="adam", learning_rate=0.1)
    assert (w.problem_name, w._choices["problems"]) == (
        "along W",
        ["along W", "a bowl", "two classes"],
    )
    page = Page(w)
    page.sync()
    first = w.runs[-1].id
    w.run(5)
    page.save_changes(problem_name="a bowl")
    assert (page.errors(), w.problem_name, w.cursor, len(w.runs)) == ([], "a bowl", 0, 1)
    assert w.params == {"W": 4, "b": 5}
    assert (w.optimizer, w.learning_rate) == ("adam", 0.1)
    assert w.problem.learning == ("W", "b")
    assert w.runs[-1].id > first
    assert w._names["recorded"] == ["W", "b"]
    assert {name.split(".")[0] for name in w._marks} == {
        "loss_function",
        "loss_against_step",
        "plane",
    }
    page.sync()
    page.say({"kind": "advance", "run": w.runs[-1].id, "n": 3, "request": "a1"})
    assert same(page.rows[w.runs[-1].id], w.trajectory.rows())
    w.problem_name = "two classes"
    w.step(2)
    whole_timeline(w._timeline)


def test_a_problem_picked_again_begins_where_it_was_made_to() -> None:
    w = GDWidget(problems=two_problems())
    w.reset(W=3.0)
    w.optimizer = "momentum"
    w.problem_name = "a bowl"
    assert w.params == {"W": 4, "b": 5}
    w.problem_name = "along W"
    assert (w.optimizer, w.params) == ("momentum", {"W": 8, "b": -1})
    w.step(2)
    w.reset()
    assert w.params == {"W": 8, "b": -1}


def test_a_batch_size_that_fits_the_other_problem_is_kept() -> None:
    small = Problem(loss, np.zeros(2), 0.5, data=(XS[:4], YS[:4]), name="small")
    large = Problem(loss, np.zeros(2), 0.5, data=(XS, YS), name="large")
    w = GDWidget(problems=[large, small], batch_size=3)
    w.problem_name = "small"
    assert w.batch_size == 3
    w.problem_name = "large"
    w.batch_size = 8
    w.problem_name = "small"
    assert w.batch_size is None
    w.run(2)
    assert w.get_state()["batch_size"] == 0


def test_exactness_is_switched_in_the_middle_of_a_run(w: GDWidget) -> None:
    w.optimizer = "adam"
    w.run(5)
    w.exact = False
    w.run(5)
    assert (w.cursor, w.runs[-1].last) == (10, 10)
    w.goto(3)
    whole_timeline(w._timeline)
    w.exact = True


def test_the_same_settings_give_the_same_path() -> None:
    paths = []
    for _ in range(2):
        w = GDWidget(loss, np.zeros(2), 0.5, data=(XS, YS), optimizer="adam", batch_size=3, seed=4)
        w.run(30)
        paths.append(w.trajectory.rows())
    assert same(*paths)


def test_its_saved_state_tells_the_settings_of_every_run(w: GDWidget) -> None:
    w.run(3)
    w.optimizer, w.batch_size = "lion", 8
    w.run(2)
    keyframe: Any = w.get_state()["_keyframe"]
    assert [run["id"] for run in keyframe["runs"]] == [run.id for run in w.runs]
    assert [run["batches"] for run in keyframe["runs"]] == [None, {"size": 8, "count": 3}]
    assert keyframe["runs"][-1]["extras"][-1] == "full_loss"
    assert set(keyframe["coming"]["terms"]) == {"momentum", "step"}
