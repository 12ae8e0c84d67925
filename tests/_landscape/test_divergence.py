"""Why a loss grew: what the sentence says is what steps did, and what numpy finds."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import GDWidget, Problem, problems
from gdwidget._landscape.divergence import short

_NUMBER = r"−?\d+(?:\.\d+)?(?:e-?\d+)?"


def numbers(sentence: str) -> list[float]:
    return [float(each.replace("−", "-")) for each in re.findall(_NUMBER, sentence)]


@pytest.mark.parametrize("rate", [0.2, 0.3, 0.75])
def test_of_a_line_the_factor_is_what_the_steps_did(rate: float) -> None:
    w = GDWidget(learning_rate=rate)
    w.run(4)
    sentence = w.explain_divergence()
    sharpness = float(jax.hessian(w.problem.loss)(8.0, -1.0, *w.problem.data))
    moved = np.diff(np.float64(w.trajectory["W"]))
    *_, expected, measured = numbers(sentence)
    assert sentence.startswith("λ = 10.33 along W. ")
    assert expected == pytest.approx(1 - rate * sharpness, rel=1e-3)
    assert measured == pytest.approx(moved[1] / moved[0], rel=1e-3) == expected


def test_it_is_measured_where_the_loss_was_least() -> None:
    w = GDWidget()
    w.step(10)
    w.learning_rate = 0.25
    w.run()
    assert "λ = 10.33 along W at step 10. " in w.explain_divergence()
    assert w.explain_divergence().endswith("1 − 0.25 · 10.33 = −1.583; measured −1.583.")


def test_of_several_numbers_it_is_along_the_sharpest_direction() -> None:
    hessian = np.array([[5.0, 3.0], [3.0, 5.0]], np.float32)
    w = GDWidget(
        Problem(lambda w: w @ jnp.asarray(hessian) @ w / 2, np.array([1.0, -0.5])), learning_rate=1
    )
    w.run(3)
    said = w.explain_divergence()
    assert said.startswith("λ = 8 along w[0] and w[1]. ")
    assert said.endswith("the minimum along it by 1 − 1 · 8 = −7; measured −7.")


def test_of_a_loss_that_is_no_parabola_both_factors_are_told() -> None:
    w = GDWidget(problems.double_well(), learning_rate=0.6)
    w.run()
    assert w.status == "diverged"
    *_, expected, measured = numbers(w.explain_divergence())
    assert abs(expected - measured) > 0.1
    assert w.explain_divergence().endswith(", for the curvature changes on the way.")


@pytest.mark.parametrize(
    ("optimizer", "rate", "sentence"),
    [
        ("momentum", 0.5, "0.5 is above the limit 0.3677 of momentum with λ = 10.33 along W."),
        ("nesterov", 0.2, "0.2 is above the limit 0.1313 of nesterov with λ = 10.33 along W."),
        ("lion", 90.0, "No limit is known for lion."),
    ],
)
def test_of_other_optimizers_limit_and_rate_are_told(
    optimizer: str, rate: float, sentence: str
) -> None:
    w = GDWidget(optimizer=optimizer, learning_rate=rate)
    w.run(4)
    assert w.explain_divergence() == sentence


def test_below_the_limit_the_curvature_explains_nothing() -> None:
    w = GDWidget(lambda x: jnp.where(x > 0, x * x, 1 - x), 1.0, learning_rate=0.99)
    w.step()
    assert w.explain_divergence().endswith(": the curvature there does not explain this.")
    assert " is below the limit 1 of sgd with λ = 2 along x" in w.explain_divergence()


def test_in_batches_it_is_the_curvature_of_all_data() -> None:
    w = GDWidget(learning_rate=0.25, batch_size=2)
    w.run(3)
    said = w.explain_divergence()
    assert "λ = 10.33 along W" in said
    assert ", on all data" in said


def test_what_has_not_grown_and_what_cannot_be_measured_is_said() -> None:
    w = GDWidget()
    w.step(3)
    assert w.explain_divergence() == "The loss has not grown: it is least at step 3."
    line = problems.line()
    stream = GDWidget(line.loss, 8.0, -1.0, data=[line.data], learning_rate=0.2)
    stream.step(3)
    assert stream.explain_divergence() == "The curvature cannot be measured there."


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (123456.0, "123500"), (9.9999e5, "1e6"), (0.0001, "0.0001"), (-2e-5, "−2e-5")],
)
def test_numbers_have_four_digits(number: float, text: str) -> None:
    assert short(number) == text
