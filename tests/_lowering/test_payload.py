"""What travels with a page: programs for every problem, optimizer and batch size offered."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import GDWidget, Problem, problems
from gdwidget._core.optimizers import NAMES, Optimizer
from gdwidget._core.schedules import Rates
from gdwidget._landscape.fit import Fit
from gdwidget._lowering.builder import MOST_NUMBERS, constants_of
from gdwidget._lowering.payload import Programs
from gdwidget._lowering.trace import NotPortableError

READY = [problems.line, problems.house_prices, problems.logistic, problems.moons, problems.sine]
CLOSED_OVER = np.linspace(0, 1, 100_001, dtype=np.float32)
SGD = [Optimizer.of("sgd")]


def programs(problem: Problem) -> Programs:
    return Programs(problem, Fit(problem))


def zipped(value: Any) -> int:
    return len(gzip.compress(json.dumps(value, separators=(",", ":")).encode(), mtime=0))


def numbers(text: str, dtype: str = "<f4") -> list[float]:
    return list(np.frombuffer(base64.b64decode(text), dtype).tolist())


def test_the_articles_payload() -> None:
    payload = programs(problems.line()).payload([Optimizer.of(name) for name in NAMES], [None, 4])
    assert payload["reason"] == ""
    assert payload["leaves"] == [
        {"name": "W", "shape": [], "learns": True},
        {"name": "b", "shape": [], "learns": False},
    ]
    assert [numbers(leaf) for leaf in payload["start"]] == [[8.0], [-1.0]]
    assert [data["shape"] for data in payload["data"]] == [[6], [6]]
    assert list(payload["gradient"]) == ["6", "4", "2"]
    assert list(payload["optimizers"]) == list(NAMES)
    assert payload["optimizers"]["adam"]["terms"] == ["momentum", "second moment"]
    assert [each for each in NAMES if payload["optimizers"][each]["plain"]] == ["sgd"]
    json.dumps(payload, allow_nan=False)


def test_programs_are_small() -> None:
    line = programs(problems.line()).payload(SGD, [None])
    assert zipped([line["gradient"]["6"], line["optimizers"]["sgd"]]) <= 500
    small = programs(problems.sine()).payload([Optimizer.of("adam")], [None])
    (gradient,) = small["gradient"].values()
    assert zipped([gradient, small["optimizers"]["adam"]]) <= 3_000


@pytest.mark.parametrize("make", READY, ids=lambda make: make.__name__)
def test_every_ready_problem_travels_with_every_optimizer(make: Any) -> None:
    problem = make()
    payload = programs(problem).payload([Optimizer.of(name) for name in NAMES], [None, 1])
    assert list(payload["optimizers"]) == list(NAMES)
    assert payload["look"]["figure"] == Fit(problem).figure
    assert len(json.dumps(payload)) < 400_000


def test_the_same_problem_gives_the_same_text() -> None:
    first, second = (
        json.dumps(programs(problems.moons()).payload([Optimizer.of("adam")], [None, 8]))
        for _ in range(2)
    )
    assert first == second


def test_what_a_loss_closes_over_travels_like_data() -> None:
    payload = programs(Problem(lambda W: jnp.mean((W * CLOSED_OVER[:30_000]) ** 2), 1.0)).payload(
        SGD, [None]
    )
    assert 60_000 <= constants_of(payload) < 60_100
    ones = programs(Problem(lambda W: jnp.mean((W * np.ones(200_000)) ** 2), 1.0))
    assert constants_of(ones.payload(SGD, [None])) < 100


@pytest.mark.parametrize(
    ("problem", "word"),
    [
        (Problem(lambda W, x: jnp.sum(jnp.sort(W * x)), 1.0, data=(np.ones(3),)), "sort"),
        (
            Problem(lambda W, x: jnp.mean(W * x), 1.0, data=([np.ones(3)] for _ in range(2))),
            "stream",
        ),
        (
            Problem(lambda W, x: jnp.mean(W * x), 1.0, data=(np.ones(MOST_NUMBERS),)),
            f"{MOST_NUMBERS:,}",
        ),
        (Problem(lambda W: jnp.mean((W * CLOSED_OVER[:, None]) ** 2), 1.0), "closes over 100,001"),
        (
            Problem(lambda W: jnp.mean((W * CLOSED_OVER[:60_000]) ** 2), 1.0),
            "are 1 numbers, and the programs hold 120,...",
        ),
        (
            Problem(lambda W: jax.random.normal(jax.random.key(0)) * W, 1.0),
            "random|key",
        ),
    ],
    ids=["sort", "stream", "too large", "closure", "closure in each program", "random"],
)
def test_what_cannot_travel_is_said(problem: Problem, word: str) -> None:
    with pytest.raises(NotPortableError, match=word) as raised:
        programs(problem).payload(SGD, [None])
    assert str(raised.value).endswith(".")


def test_an_optimizer_that_evaluates_the_loss_cannot_travel() -> None:
    own = Optimizer.of(optax.lbfgs())
    with pytest.raises(NotPortableError, match="optimizer custom"):
        programs(problems.quadratic()).payload([own], [None])
    others = programs(problems.quadratic()).payload([*SGD, own], [None])["optimizers"]
    assert list(others) == ["sgd"]


def test_a_schedule_travels_as_a_program() -> None:
    rates = Rates(optax.linear_schedule(0.1, 0.0, 10))
    payload = programs(problems.line()).payload(SGD, [None], rates=rates)
    assert payload["schedule"]["i"]
    line, python_only = (
        programs(problems.line()),
        Rates(lambda step: 0.1 if int(step) < 3 else 0.01),
    )
    with pytest.raises(NotPortableError, match="schedule"):
        line.payload(SGD, [None], rates=python_only)


def test_a_widget_says_whether_it_is_portable() -> None:
    assert GDWidget().portable
    w = GDWidget(lambda W: jnp.sum(jnp.sort(W) ** 2), np.ones(2, np.float32))
    assert not w.portable
    assert "loss" in w.portable.reason


def test_the_payload_follows_what_is_chosen() -> None:
    w = GDWidget(problems.logistic())
    before = w._session.payloads.payload()
    w.step(3)
    w.optimizer = "adam"
    w.step(3)
    assert w._session.payloads.payload()["optimizers"].keys() == before["optimizers"].keys()
    w.batch_size = 7
    assert 7 in w._session.payloads.payload()["batch_sizes"]
    w.optimizer = optax.adabelief
    assert "custom" in w._session.payloads.payload()["optimizers"]


def test_a_pytree_that_was_reset_travels_as_it_starts_now() -> None:
    w = GDWidget(lambda p: jnp.sum(p["a"] ** 2), {"a": np.ones(2, np.float32)})
    before = w._session.payloads.payload()["start"]
    w.reset(p={"a": np.full(2, 3, np.float32)})
    after = w._session.payloads.payload()["start"]
    assert (numbers(before[0]), numbers(after[0])) == ([1, 1], [3, 3])
