"""Every step that could be next is the step that the batch would make, and uphill on all data."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gdwidget import ArgumentError, GDWidget, Prediction, Problem, problems
from gdwidget._landscape import fan as fans
from gdwidget._landscape.fan import Fans, choices

RANDOM = np.random.default_rng(0)
XS = np.linspace(-1, 4, 60)
YS = 2 * XS - 1 + RANDOM.standard_normal(60)
BEST = float(np.sum(XS * (YS + 1)) / np.sum(XS**2))


def loss(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((xs * W + b - ys) ** 2)


def noisy(**settings: Any) -> GDWidget:
    """Return the widget of lesson 07 with samples that disagree."""
    given = {"batch_size": 1, "learning_rate": 0.05, **settings}
    return GDWidget(loss, 8.0, -1.0, data=(XS, YS), **given)


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (8.0, "0 % of the single samples would lead uphill."),
        (2.3, "38 % of the single samples would lead uphill."),
        (BEST, "100 % of the single samples would lead uphill."),
    ],
)
def test_the_numbers_of_lesson_2(start: float, sentence: str) -> None:
    w = noisy()
    w.reset(W=start)
    assert str(w.fan()) == sentence


def test_larger_batches_lead_uphill_less_often() -> None:
    w = noisy(batch_size=8)
    w.reset(W=2.3)
    assert str(w.fan()) == "7 % of 200 batches of 8, chosen by the seed, would lead uphill."


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adagrad", "lion"])
@pytest.mark.parametrize("size", [1, 59])
def test_the_step_of_the_next_batch_is_among_them(optimizer: str, size: int) -> None:
    w = noisy(optimizer=optimizer, batch_size=size)
    for _ in range(4):
        fan, batch = w.fan(), w.batch
        assert batch is not None
        w.step()
        if len(batch) != size:  # the short one that ends an epoch
            continue
        (at,) = np.flatnonzero((fan.batches == np.sort(batch)).all(axis=1))
        assert fan.values[at, 0] == pytest.approx(w.params["W"], rel=1e-6)
        assert fan.losses[at] == pytest.approx(w.full_loss, rel=1e-5)
        assert fan.loss == pytest.approx(w.trajectory["full_loss"][-2], rel=1e-5)


def test_where_a_step_reads_all_single_samples_are_tried() -> None:
    every, single = noisy(batch_size=None).fan(), noisy().fan()
    assert every.batches.tolist() == [[sample] for sample in range(60)]
    np.testing.assert_array_equal(every.values, single.values)


def test_a_sample_that_does_not_move_leads_nowhere() -> None:
    w = GDWidget(problems.line(), batch_size=1)
    w.run(5)
    fan = w.fan()
    assert fan.values[1, 0] == w.params["W"]
    assert not fan.uphill[1]


def test_more_than_200_are_chosen_by_the_seed() -> None:
    def chosen(seed: int, size: int = 1) -> list[list[int]]:
        batches, whole = choices(1_000, size, seed)
        assert batches.shape == (200, size)
        assert not whole
        return [[int(sample) for sample in batch] for batch in batches]

    assert chosen(0) == chosen(0) != chosen(1)
    assert len({sample for (sample,) in chosen(0)}) == 200
    assert all(len(set(batch)) == 8 for batch in chosen(0, 8))
    batches, whole = choices(200, 199, 0)
    assert whole
    assert len({*map(tuple, batches.tolist())}) == 200


def test_it_is_as_good_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problems.sine(samples=40, hidden=(12,))
    w = GDWidget(problem, batch_size=7, optimizer="momentum", learning_rate=0.02)
    w.step(3)
    whole = w.fan()
    assert whole.values.shape == (200, 8)
    assert not whole.complete
    assert 0 < whole.share < 1
    monkeypatch.setattr(fans, "QUICK_OPERATIONS", 1e5)
    parts = Fans(w._session.chosen.descent)
    asked: list[bool] = []

    def wanted() -> bool:
        asked.append(True)
        return True

    found = parts.at(w._timeline.state, w.learning_rate, wanted)
    assert len(asked) > 5
    np.testing.assert_allclose(found.values, whole.values, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.losses, whole.losses, rtol=1e-4)
    monkeypatch.setattr(fans, "MOST_BYTES", 1)
    alone = Fans(w._session.chosen.descent).at(w._timeline.state, w.learning_rate)
    np.testing.assert_allclose(alone.losses, whole.losses, rtol=1e-4)


def test_a_loss_that_calls_back_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def printing(w: Any, x: Any) -> Any:
        jax.debug.print("w {}", w)
        return jnp.mean((w * x) ** 2)

    w = GDWidget(Problem(printing, 3.0, data=(np.ones(5, np.float32),)))
    capfd.readouterr()
    assert w.fan().values.shape == (5, 1)
    assert capfd.readouterr().out == ""


def test_without_samples_to_choose_from_there_is_none() -> None:
    with pytest.raises(ArgumentError, match="data: got 'none'; accepted: data to choose"):
        GDWidget(problems.quadratic()).fan()
    batches = [(XS[:4], YS[:4])]
    with pytest.raises(ArgumentError, match="data: got 'a stream'"):
        GDWidget(loss, 8.0, -1.0, data=batches).fan()


def test_an_optimizer_that_looks_at_the_loss_elsewhere_takes_no_steps_on_batches() -> None:
    w = noisy(batch_size=None, optimizer=optax.lbfgs())
    with pytest.raises(ArgumentError, match="optimizer"):
        w.fan()


def test_a_loss_that_is_not_finite_is_said() -> None:
    w = GDWidget(problems.line(), learning_rate=1e30, batch_size=1)
    w.run(10)
    assert w.status == "diverged"
    assert str(w.fan()) == "The loss is not finite here."


def test_a_question_keeps_it_until_it_is_answered() -> None:
    w = GDWidget(problems.line(), batch_size=1, questions=[Prediction("next_step")])
    with pytest.raises(RuntimeError, match="fan waits until question '1' is answered"):
        w.fan()
    w.answer(None)
    assert w.fan().share == 0
