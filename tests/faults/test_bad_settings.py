"""Bad batches, optimizers, rates, pytrees and data: a clear error, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import GDWidget, problems
from tests.tools import Page, names_all, refuses, rested, same, whole_timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.usefixtures("clock")

XS = np.random.default_rng(5).normal(size=10).astype(np.float32)
YS = 2 * XS - 1
OPTIMIZERS = (
    "one of sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamax, nadam, adamw"
)
DECAYS = "one of constant, exponential, inverse_time, cosine, step, warmup_cosine"
LEARNED = {"w": np.ones(2), "b": 1.0}


def line(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((W * xs + b - ys) ** 2)


def squares(p: Any) -> Any:
    return jnp.sum(p["w"] ** 2) + p["b"] ** 2


@pytest.fixture(scope="module")
def shared() -> GDWidget:
    w = GDWidget(line, 3.0, 2.0, data=(XS, YS), argnums=(0, 1), optimizer="adam", batch_size=4)
    w.run(6)
    w.goto(4)
    return w


@pytest.fixture(scope="module")
def tree() -> GDWidget:
    """Return a widget whose one parameter is a pytree, looking back one step."""
    w = GDWidget(squares, LEARNED, optimizer="adam")
    w.step(3)
    w.back()
    return w


SETTINGS = ("optimizer", "decay", "batch_size", "learning_rate", "run_steps", "exact")


@pytest.fixture
def w(shared: GDWidget) -> Iterator[GDWidget]:
    """Return a widget in the middle of a run that must stay as it is."""
    timeline = shared._timeline
    before = (timeline, shared.runs, shared.cursor, timeline.descent)
    rows = shared.trajectory.rows().copy()
    settings = [getattr(shared, name) for name in SETTINGS]
    yield shared
    assert (shared._timeline, shared.runs, shared.cursor, timeline.descent) == before
    assert [getattr(shared, name) for name in SETTINGS] == settings
    assert same(shared.trajectory.rows(), rows)
    whole_timeline(timeline)


def refused_by_a_page(w: GDWidget, name: str, value: object, given: str, accepted: str) -> None:
    page = Page(w)
    answers = page.save_changes(**{name: value})
    (error,) = page.errors()
    assert error["field"] == name
    names_all(error["message"], name, given, accepted)
    told = [answer["state"] for answer in answers if answer["method"] == "update"]
    assert told[-1][name] == w.get_state(name)[name]


SIZES = "a whole number from 1 to 10"


@pytest.mark.parametrize("size", [0, -1, 11, 10**12, 4.0, True, "4", [4]])
def test_a_bad_batch_size(w: GDWidget, size: Any) -> None:
    with refuses("batch_size", repr(size), SIZES):
        GDWidget(line, 3.0, 2.0, data=(XS, YS), batch_size=size)
    with refuses("batch_size", repr(size), SIZES):
        w.batch_size = size
    if size != 0:
        refused_by_a_page(w, "batch_size", size, repr(size), SIZES)


def test_batches_need_data_to_be_cut() -> None:
    with refuses("batch_size", "3 (there is no data)", "None"):
        GDWidget(lambda W: W**2, 3.0, batch_size=3)
    with refuses("batch_size", "3 (a stream brings its own batches)", "None"):
        GDWidget(line, 3.0, 2.0, data=iter([(XS, YS)]), batch_size=3)
    w = GDWidget(lambda W: W**2, 3.0)
    with refuses("batch_size", "3 (there is no data)", "None"):
        w.batch_size = 3


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None, True])
def test_a_bad_seed(seed: Any) -> None:
    for size in (4, None):
        with refuses("seed", repr(seed), "a whole number from 0"):
            GDWidget(line, 3.0, 2.0, data=(XS, YS), batch_size=size, seed=seed)


@pytest.mark.parametrize(
    ("name", "near"),
    [("adan", "did you mean adam?"), ("SGD", "did you mean sgd?"), ("custom", ""), ("", "")],
)
def test_an_unknown_optimizer(w: GDWidget, name: str, near: str) -> None:
    given = f"{name!r} ({near})" if near else repr(name)
    with refuses("optimizer", given, OPTIMIZERS):
        GDWidget(optimizer=name)
    with refuses("optimizer", given, OPTIMIZERS):
        w.optimizer = name
    refused_by_a_page(w, "optimizer", name, given, OPTIMIZERS)


@pytest.mark.parametrize("value", [None, 3, [], {}, True])
def test_what_is_no_optimizer(w: GDWidget, value: Any) -> None:
    with refuses("optimizer", repr(value), OPTIMIZERS):
        GDWidget(optimizer=value)
    with refuses("optimizer", repr(value), OPTIMIZERS):
        w.optimizer = value
    refused_by_a_page(w, "optimizer", value, repr(value), OPTIMIZERS)


def broken_update(gradient: Any, memory: Any, params: Any = None) -> Any:
    del gradient, memory, params
    raise RuntimeError("not today")


@pytest.mark.parametrize(
    ("optimizer", "why"),
    [
        (
            optax.GradientTransformation(optax.sgd(0.1).init, broken_update),
            "RuntimeError: not today",
        ),
        (optax.lbfgs(), "TypeError"),
        (lambda rate: rate, "returns float"),
    ],
    ids=["raises", "wants the whole loss", "makes none"],
)
def test_an_optimizer_that_cannot_work(w: GDWidget, optimizer: Any, why: str) -> None:
    with refuses("optimizer", why, "o"):
        GDWidget(line, 3.0, 2.0, data=(XS, YS), optimizer=optimizer, batch_size=4)
    with refuses("optimizer", why, "o"):
        w.optimizer = optimizer


@pytest.mark.parametrize(
    ("name", "near"),
    [("cosin", "did you mean cosine?"), ("custom", ""), ("", ""), ("linear", None)],
)
def test_an_unknown_decay(w: GDWidget, name: str, near: str | None) -> None:
    given = f"{name!r} ({near})" if near else repr(name)
    with refuses("decay", given, DECAYS):
        GDWidget(decay=name)
    with refuses("decay", given, DECAYS):
        w.decay = name
    refused_by_a_page(w, "decay", name, given, DECAYS)


@pytest.mark.parametrize("value", [None, 3, [], {}])
def test_what_is_no_decay(w: GDWidget, value: Any) -> None:
    with refuses("decay", str(value), DECAYS):
        GDWidget(decay=value)
    with refuses("decay", str(value), DECAYS):
        w.decay = value
    refused_by_a_page(w, "decay", value, str(value), DECAYS)


def test_a_schedule_does_not_decay_in_another_way() -> None:
    with refuses("decay", "'cosine'", "nothing beside a schedule as learning_rate"):
        GDWidget(learning_rate=optax.linear_schedule(0.1, 0.0, 10), decay="cosine")


def test_a_schedule_that_returns_nan_lets_the_steps_before_it_stand() -> None:
    w = GDWidget(learning_rate=lambda step: jnp.where(step < 7, 0.01, jnp.nan))
    page = Page(w)
    page.sync()
    accepted = "a schedule that returns finite numbers, 0 or more"
    with refuses("learning_rate", "a schedule that returns nan at step 7", accepted):
        w.run(20)
    assert (w.cursor, len(w.trajectory), w.status) == (7, 8, "ready")
    whole_timeline(w._timeline)
    advance = {"kind": "advance", "run": 1, "n": 3, "request": "a1"}
    answers = page.say(advance)
    assert (answers[-1]["kind"], answers[-1]["field"]) == ("error", "learning_rate")
    assert same(page.rows[1], w.trajectory.rows())
    w.back(2)
    w.step(2)
    w.learning_rate = 0.01
    w.step(3)
    assert (w.cursor, w.decay) == (10, "constant")
    with refuses("learning_rate", "nan at step 0", accepted):
        GDWidget(learning_rate=lambda _: np.nan)


@pytest.mark.parametrize(
    ("leaf", "given", "accepted"),
    [
        (np.arange(2), "array([0, 1]) (it is int64)", "floats; integer arrays"),
        (np.ones(2) * 1j, "(it is complex)", "real floats"),
        (np.ones(2, bool), "(it is bool)", "floats; integer arrays"),
        (np.array([1.0, np.inf]), "inf", "arrays of finite floats"),
        ("one", "'one' (it is a str, no float)", "a float"),
    ],
    ids=["integers", "complex", "bools", "inf", "text"],
)
def test_a_pytree_with_leaves_that_are_no_floats(
    tree: GDWidget, leaf: Any, given: str, accepted: str
) -> None:
    with refuses("p.w", given, accepted):
        GDWidget(squares, {"w": leaf, "b": 1.0})
    before = tree.trajectory.rows().copy()
    with refuses("p.w", given, accepted):
        tree.reset(p={"w": leaf, "b": 1.0})
    assert same(tree.trajectory.rows(), before)


@pytest.mark.parametrize("nothing", [{}, [], None, {"w": np.ones((0, 2))}])
def test_a_pytree_without_a_number(nothing: Any) -> None:
    with refuses("params", "no number in p", "at least one number that learns"):
        GDWidget(lambda p: 1.0, nothing)  # noqa: ARG005


@pytest.mark.parametrize(
    ("other", "given"),
    [
        ({"w": np.ones(2)}, "{'w': (2,)}"),
        ({"w": np.ones(3), "b": 1.0}, "'w': (3,)"),
        ({"w": np.ones(2), "b": np.ones(1)}, "'b': (1,)"),
        ({"w": np.ones(2), "b": 1.0, "c": 1.0}, "'c': ()"),
        ([np.ones(2), 1.0], "[(2,), ()]"),
        (3.0, "shapes ()"),
        (None, "shapes None"),
    ],
    ids=range(7),
)
def test_a_reset_to_another_structure_changes_nothing(
    tree: GDWidget, other: Any, given: str
) -> None:
    before = tree.trajectory.rows().copy()
    with refuses("p", given, "'b': (), 'w': (2,)"):
        tree.reset(p=other)
    assert (tree.cursor, len(tree.runs)) == (2, 1)
    assert same(tree.trajectory.rows(), before)
    whole_timeline(tree._timeline)


@pytest.mark.parametrize(
    ("data", "field", "given", "accepted"),
    [
        ((XS, YS[:9]), "data", "lengths [10, 9]", "arrays of one length"),
        ((XS[:0], YS[:0]), "data", "lengths [0, 0]", "at least 1"),
        ((XS, 3.0), "data[1]", "3.0", "an array with one row a sample"),
        ((XS, YS * np.nan), "data[1]", "nan", "no NaN and no inf"),
        (XS, "params", "1 arguments of data", "one value for each argument"),
        (3, "data", "3", "a tuple of arrays"),
        ("xs", "data", "'xs'", "a tuple of arrays"),
        ({"xs": XS}, "params", "1 arguments of data", "one value for each argument"),
    ],
    ids=range(8),
)
def test_data_that_do_not_fit(data: Any, field: str, given: str, accepted: str) -> None:
    with refuses(field, given, accepted):
        GDWidget(line, 3.0, 2.0, data=data)


def ends() -> Iterator[Any]:
    yield from [(XS, YS)] * 4


def raises() -> Iterator[Any]:
    yield from [(XS, YS)] * 4
    raise OSError("disk gone")


def changes_shape() -> Iterator[Any]:
    yield from [(XS, YS)] * 4
    yield XS[:, None], YS


def brings_nan() -> Iterator[Any]:
    yield from [(XS, YS)] * 4
    yield XS * np.nan, YS


def test_data_that_end_are_said_to_have_ended() -> None:
    w = GDWidget(line, 3.0, 2.0, data=ends(), argnums=(0, 1))
    page = Page(w)
    page.sync()
    w.run(50)
    assert (w.cursor, w.status, len(w.trajectory)) == (3, "ended", 4)
    rested(w)
    deltas = [m["content"] for m in page.messages if m.get("content", {}).get("kind") == "delta"]
    assert deltas[-1]["status"] == "ended"
    assert deltas[-1]["batches"] == {"size": 10, "count": 0}
    w.step()
    answers = page.say({"kind": "advance", "run": 1, "n": 3, "request": "a1"})
    assert (answers[-1]["status"], answers[-1]["n"], answers[-1]["cursor"]) == ("ended", 0, 3)
    w.back()
    assert str(w.status) == "ready"
    accepted = "an iterable that can be started again, or has a further batch"
    with refuses("data", "an iterable that has ended", accepted):
        w.reset()
    assert (w.cursor, len(w.trajectory)) == (2, 4)
    assert w.get_state()["_keyframe"]["runs"][0]["status"] == "ended"


@pytest.mark.parametrize(
    ("batches", "given"),
    [
        (raises, "it raised OSError: disk gone"),
        (changes_shape, "batch 4 of float32[10, 1], float32[10]"),
        (brings_nan, "nan"),
    ],
)
def test_data_that_break_off_let_the_steps_stand(
    batches: Callable[[], Iterator[Any]], given: str
) -> None:
    w = GDWidget(line, 3.0, 2.0, data=batches(), argnums=(0, 1))
    page = Page(w)
    page.sync()
    with refuses("data", given, ""):
        w.run(50)
    assert (w.cursor, len(w.trajectory), str(w.status)) == (3, 4, "ready")
    rested(w)
    assert same(page.rows[1], w.trajectory.rows())
    w.step(5)
    assert (w.cursor, str(w.status)) == (3, "ended")


def test_data_that_break_off_are_told_to_the_page_that_asked() -> None:
    w = GDWidget(line, 3.0, 2.0, data=raises(), argnums=(0, 1))
    page = Page(w)
    page.sync()
    answers = page.say({"kind": "advance", "run": 1, "n": 50, "request": "a1"})
    assert (answers[-1]["kind"], answers[-1]["field"], answers[-1]["request"]) == (
        "error",
        "data",
        "a1",
    )
    assert "disk gone" in answers[-1]["message"]
    assert len(page.rows[1]) == 4


@pytest.mark.parametrize(
    "loss",
    [
        lambda W: jnp.asarray(W, "float64") ** 2,
        lambda W: W**2 + jnp.zeros((), "int64"),
        lambda W: (W * jnp.arange(3, dtype="uint64")).sum() ** 2,
    ],
    ids=["float64", "int64", "uint64"],
)
def test_a_loss_that_needs_64_bits(loss: Any) -> None:
    accepted = "a loss that does with 32 bits, for jax has 64 switched off"
    with refuses("loss", "it asks for numbers of 64 bits", accepted):
        GDWidget(loss, 3.0)


def test_two_parameters_with_one_name() -> None:
    with refuses("params", "two parameters named values0", "different names"):
        GDWidget(lambda values0, *values: values0 + values[0], 1.0, 2.0)


@pytest.mark.parametrize(
    ("offered", "given"),
    [
        ([], "[]"),
        (problems.line(), "Problem("),
        ([3], "3"),
        ([problems.line(), problems.line()], "problems named ['line', 'line']"),
    ],
    ids=range(4),
)
def test_bad_problems(offered: Any, given: str) -> None:
    accepted = "a list of problems with different names, such as [problems.line()]"
    with refuses("problems", given, accepted):
        GDWidget(problems=offered)


def test_problems_bring_their_own_loss() -> None:
    with refuses("loss", "function line", "nothing beside problems, which bring their own"):
        GDWidget(line, problems=[problems.line()])


@pytest.mark.parametrize("name", ["bowl", 3, None, [], {}])
def test_an_unknown_problem(w: GDWidget, name: Any) -> None:
    picker = GDWidget(problems=[problems.line(), problems.double_well()])
    names = [problem.name for problem in (problems.line(), problems.double_well())]
    picker.step(3)
    with refuses("problem_name", repr(name), f"one of {', '.join(names)}"):
        picker.problem_name = name
    refused_by_a_page(picker, "problem_name", name, repr(name), "one of")
    assert (picker.cursor, picker.problem_name) == (3, names[0])
    with refuses("problem_name", repr(name), "no problems were offered"):
        w.problem_name = name
    refused_by_a_page(w, "problem_name", name, repr(name), "no problems were offered")


@pytest.mark.parametrize("given", [-1, 1.5, "64 MB", None, True])
def test_bad_snapshot_bytes(given: Any) -> None:
    with refuses("snapshot_bytes", repr(given), "a whole number from 0"):
        GDWidget(snapshot_bytes=given)
