from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import Problem, problems
from gdwidget._core.costs import cost_of
from gdwidget._landscape.fit import MOST_SAMPLES, Fit
from gdwidget._landscape.fit_plots import CURVE_POINTS, BoundaryPlot, CurvePlot, ScatterPlot
from tests.tools import float32, same

RNG = np.random.default_rng(0)
PLANE = RNG.normal(size=(40, 2)).astype(np.float32)
SIDES = (PLANE @ [1.0, 2.0] > 0.5).astype(np.int32)
THIRDS = np.arange(40, dtype=np.int32) % 3


def fit(predict: Any, inputs: Any, targets: Any, *params: Any) -> Fit:
    """Return the fit of a model whose loss is of no interest."""

    def loss(w: Any, xs: Any, ys: Any) -> Any:
        return jnp.sum(jnp.asarray(w) ** 2) + 0 * (jnp.sum(xs) + jnp.sum(ys))

    return Fit(Problem(loss, *(params or (1.0,)), data=(inputs, targets), predict=predict))


def linear(w: Any, inputs: Any) -> Any:
    return w * inputs


def on_a_side(w: Any, inputs: Any) -> Any:
    return jax.nn.sigmoid(w * (inputs @ jnp.array([1.0, 2.0]) - 0.5))


def three_scores(w: Any, inputs: Any) -> Any:
    ways = jnp.array([[1.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]])
    return w * inputs @ ways.T


def curve(fit: Fit, w: float = 2.0) -> CurvePlot:
    look = fit.at({"w": w})
    assert isinstance(look, CurvePlot)
    return look


def boundary(fit: Fit, w: float = 2.0) -> BoundaryPlot:
    look = fit.at({"w": w})
    assert isinstance(look, BoundaryPlot)
    return look


def test_the_article_is_a_curve_through_its_samples() -> None:
    problem = problems.line()
    fit = Fit(problem)
    assert (fit.figure, fit.reason, fit.labels) == ("curve", "", ("inputs", "targets"))
    look = fit.at({"W": np.float32(3), "b": np.float32(1)})
    assert isinstance(look, CurvePlot)
    assert same(look.inputs, problem.data[0])
    assert same(look.targets, problem.data[1])
    assert same(look.predictions, float32(problem.data[0]) * 3 + 1)
    assert look.curve_x.shape == look.curve_y.shape == (CURVE_POINTS,)
    assert np.allclose(look.curve_y, look.curve_x * 3 + 1)
    assert np.all(np.diff(look.curve_x) > 0)
    assert -2 < look.curve_x[0] < -1
    assert 4 < look.curve_x[-1] < 5
    assert {array.dtype for array in look} == {np.dtype(np.float32)}


def test_one_feature_may_be_a_column() -> None:
    xs = float32([[0], [1], [2]])
    look = curve(fit(linear, xs, float32([[1], [2], [3]])))
    assert same(look.inputs, [0, 1, 2])
    assert same(look.targets, [1, 2, 3])
    assert same(look.predictions, [0, 2, 4])


def test_the_curve_bends_between_the_samples() -> None:
    look = curve(fit(lambda w, xs: jnp.sin(w * xs), float32([0, 10]), float32([0, 0])))
    assert np.allclose(look.curve_y, np.sin(2 * look.curve_x), atol=1e-5)
    assert look.curve_y.max() > 0.99


@pytest.mark.parametrize("value", [0.0, 7.0, -3e38, 3e38])
def test_inputs_that_are_all_the_same_have_a_curve(value: float) -> None:
    look = curve(fit(linear, float32([value, value]), float32([1, 2])), 0.1)
    assert look.curve_x[0] < value < look.curve_x[-1] or abs(value) > 1e38
    assert np.isfinite(look.curve_x).all()


@pytest.mark.parametrize("spread", [1e-30, 1e-6, 1e6, 1e30])
def test_the_curve_reaches_as_far_as_the_inputs_are_spread(spread: float) -> None:
    look = curve(fit(linear, float32([0, spread]), float32([1, 2])))
    assert (look.curve_x[[0, -1]] / spread).tolist() == pytest.approx([-0.06, 1.06])
    alone = curve(fit(linear, float32([spread, spread]), float32([1, 2])))
    assert (alone.curve_x[[0, -1]] / spread).tolist() == pytest.approx([0, 2])


def test_whole_numbers_are_inputs_as_well() -> None:
    look = curve(fit(linear, np.arange(4), np.arange(4)))
    assert same(look.predictions, [0, 2, 4, 6])


def test_predictions_that_are_not_finite_stay_so() -> None:
    look = curve(fit(lambda w, xs: w / xs + jnp.log(xs), float32([0, -1, 1]), float32([0, 0, 0])))
    assert np.isinf(look.predictions[0]) or np.isnan(look.predictions[0])
    assert np.isnan(look.predictions[1])
    assert look.predictions[2] == 2


@pytest.mark.parametrize("column", [False, True])
def test_the_boundary_of_a_linear_classifier_is_its_line(column: bool) -> None:  # noqa: FBT001
    def predict(w: Any, inputs: Any) -> Any:
        sides = on_a_side(w, inputs)
        return sides[:, None] if column else sides

    fitted = fit(predict, PLANE, SIDES)
    look = boundary(fitted)
    assert (fitted.figure, fitted.labels) == ("boundary", ("xs[:, 0]", "xs[:, 1]"))
    assert len(look.boundary_x) > 20
    assert np.allclose(look.boundary_x + 2 * look.boundary_y, 0.5, atol=0.05)
    assert same(look.inputs_x, PLANE[:, 0])
    assert same(look.inputs_y, PLANE[:, 1])
    assert same(look.targets, SIDES)
    assert same(look.predictions, SIDES)
    assert same(boundary(fitted, -1.0).predictions, 1 - SIDES)


def test_the_boundary_reaches_beyond_the_samples_to_both_sides() -> None:
    look = boundary(fit(on_a_side, PLANE, SIDES))
    assert look.boundary_x.min() < PLANE[:, 0].min()
    assert look.boundary_y.max() <= PLANE[:, 1].max() + 0.07 * np.ptp(PLANE[:, 1])


@pytest.mark.parametrize("targets", [THIRDS, np.eye(3, dtype=np.float32)[THIRDS]])
def test_of_many_scores_the_largest_counts(targets: Any) -> None:
    look = boundary(fit(three_scores, PLANE, targets))
    scores = np.asarray(three_scores(2.0, PLANE))
    assert same(look.targets, THIRDS)
    assert same(look.predictions, scores.argmax(axis=1))
    places = np.stack([look.boundary_x, look.boundary_y], axis=1)
    gaps = np.isnan(places)
    assert same(gaps[:, 0], gaps[:, 1])
    assert not gaps[[0, -1]].any()
    best = np.sort(np.asarray(three_scores(1.0, places[~gaps[:, 0]])), axis=1)
    assert np.abs(best[:, 2] - best[:, 1]).max() < 0.15
    across = np.asarray(three_scores(1.0, places[~gaps[:, 0]])).argsort(axis=1)[:, 1:]
    assert {tuple(sorted(pair)) for pair in across.tolist()} == {(0, 1), (0, 2), (1, 2)}


def test_a_classifier_that_knows_one_class_only_has_no_boundary() -> None:
    look = boundary(fit(lambda w, xs: w + 0 * xs[:, 0], PLANE, SIDES))
    assert look.boundary_x.shape == look.boundary_y.shape == (0,)
    assert same(look.predictions, np.ones(40))


def test_a_classifier_that_is_no_number_has_no_boundary_and_no_classes() -> None:
    look = boundary(fit(on_a_side, PLANE, SIDES), float("nan"))
    assert look.boundary_x.shape == (0,)
    assert np.isnan(look.predictions).all()


def test_many_features_are_predicted_against_true() -> None:
    inputs = RNG.normal(size=(30, 5)).astype(np.float32)
    targets = inputs.sum(axis=1)
    fitted = fit(lambda w, xs: w * xs.sum(axis=1), inputs, targets)
    look = fitted.at({"w": 2.0})
    assert isinstance(look, ScatterPlot)
    assert (fitted.figure, fitted.labels) == ("scatter", ("ys", "predicted ys"))
    assert same(look.targets, targets)
    assert np.allclose(look.predictions, 2 * targets, rtol=1e-5)


def test_two_features_without_classes_are_predicted_against_true() -> None:
    targets = PLANE.sum(axis=1)
    assert fit(lambda w, xs: w * xs.sum(axis=1), PLANE, targets).figure == "scatter"
    assert fit(lambda w, xs: w * xs.sum(axis=1), PLANE, THIRDS).figure == "scatter"


def test_all_parameters_reach_the_model_in_order() -> None:
    def loss(scale: Any, layer: Any, xs: Any, ys: Any) -> Any:
        return jnp.mean((predict(scale, layer, xs) - ys) ** 2)

    def predict(scale: Any, layer: Any, xs: Any) -> Any:
        return scale * xs + layer

    fitted = Fit(Problem(loss, 2.0, 1.0, data=(float32([1, 2]), float32([0, 0])), predict=predict))
    assert same(fitted.at({"layer": 5.0, "scale": 3.0}).predictions, [8, 11])


@pytest.mark.parametrize(
    ("predict", "inputs", "targets", "reason"),
    [
        (lambda w, _: w, [0, 1], [0, 1], r"returns shape \(\) for 2 inputs, not \(2,\)"),
        (lambda w, xs: w * xs[:1], [0, 1], [0, 1], r"returns shape \(1,\) for 2 inputs"),
        (lambda w, xs: (w * xs, xs), [0, 1], [0, 1], r"returns shape \(\(2,\), \(2,\)\)"),
        (lambda w, xs: w * xs[:, None, None], [0, 1], [0, 1], r"returns shape \(2, 1, 1\)"),
        (lambda w, xs: w * xs @ jnp.ones(3), [0, 1], [0, 1], "predict raised TypeError: "),
        (lambda w, xs: w * xs + jnp.arange(2), [0, 1], [0, 1], "predict raised "),
        (lambda w, xs: w * xs + 1j, [0, 1], [0, 1], "complex64, which has no place"),
        (lambda w, xs: w * xs[:, None] * jnp.ones(2), [0, 1], [0, 1], "1 features, 2 predictions"),
        (lambda w, xs: w * xs @ jnp.ones((2, 3)), PLANE, PLANE, "2 features, 3 predictions"),
        (lambda w, xs: w * xs[:, 0], PLANE, PLANE, "2 features, 1 predictions"),
        (None, [0, 1], [0, 1], "no predict function"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(
    predict: Any, inputs: Any, targets: Any, reason: str
) -> None:
    fitted = fit(predict, np.asarray(inputs, np.float32), np.asarray(targets, np.float32))
    assert fitted.figure is None
    assert fitted.labels == ("", "")
    assert len(fitted.samples) == 0
    with pytest.raises(ValueError, match=reason):
        fitted.at({"w": 1.0})
    assert fitted.batch_positions(np.array([1])).tolist() == []


def test_without_targets_there_is_nothing_to_fit() -> None:
    def loss(w: Any, *data: Any) -> Any:
        return w**2 + sum(jnp.sum(array) for array in data)

    for data in (None, (float32([1, 2]),)):
        assert (
            "no data with inputs and targets"
            in Fit(Problem(loss, 1.0, data=data, predict=linear)).reason
        )


@pytest.mark.parametrize("count", [1, 2, MOST_SAMPLES - 1, MOST_SAMPLES])
def test_up_to_a_thousand_samples_are_all_drawn(count: int) -> None:
    fitted = fit(linear, np.arange(count, dtype=np.float32), np.zeros(count, np.float32))
    assert fitted.samples.tolist() == list(range(count))


@pytest.mark.parametrize("count", [MOST_SAMPLES + 1, 1999, 12_345, 1_000_000])
def test_of_more_a_thousand_are_picked_evenly(count: int) -> None:
    inputs = np.arange(count, dtype=np.float32)
    fitted = fit(linear, inputs, -inputs)
    samples = fitted.samples
    assert len(samples) == MOST_SAMPLES
    assert (samples[0], samples[-1]) == (0, count - 1)
    apart = np.diff(samples)
    assert apart.min() >= 1
    assert apart.max() - apart.min() <= 1
    look = curve(fitted)
    assert same(look.inputs, inputs[samples])
    assert same(look.targets, -inputs[samples])
    assert same(look.predictions, 2 * inputs[samples])


def test_a_look_is_compiled_once() -> None:
    traced = []

    def predict(w: Any, xs: Any) -> Any:
        traced.append(xs.shape)
        return w * xs

    fitted = fit(predict, float32([1, 2]), float32([1, 2]))
    curve(fitted, 1.0)
    before = len(traced)
    for w in (2.0, 3.0):
        assert same(curve(fitted, w).predictions, [w, 2 * w])
    assert len(traced) == before


def test_the_batch_is_where_its_samples_are_drawn() -> None:
    few = fit(linear, np.arange(6, dtype=np.float32), np.zeros(6, np.float32))
    assert few.batch_positions(np.array([5, 0, 2])).tolist() == [0, 2, 5]
    assert few.batch_positions(None).tolist() == []
    many = fit(linear, np.arange(5_000, dtype=np.float32), np.zeros(5_000, np.float32))
    picked = many.samples[[3, 700]]
    not_drawn = np.setdiff1d(np.arange(5_000), many.samples)[:50]
    batch = np.concatenate([not_drawn, picked])
    assert many.batch_positions(batch).tolist() == [3, 700]


def test_only_the_samples_drawn_leave_the_devices() -> None:
    mesh = jax.sharding.Mesh(np.array(jax.devices()), ("samples",))
    by_sample = jax.sharding.PartitionSpec("samples")  # type: ignore[no-untyped-call]
    rows = jax.sharding.NamedSharding(mesh, by_sample)
    everywhere = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())  # type: ignore[no-untyped-call]
    inputs = jax.device_put(np.arange(8_000, dtype=np.float32), rows)
    problem = Problem(
        lambda w, xs, ys: jnp.mean((w * xs - ys) ** 2),
        1.0,
        data=(inputs, inputs),
        predict=linear,
    )
    params = {"w": jax.device_put(np.float32(2), everywhere)}
    with jax.transfer_guard("disallow"):
        look = Fit(problem).at(params)
    assert same(look.predictions, 2 * look.targets)
    assert len(look.targets) == MOST_SAMPLES


@pytest.mark.parametrize("width", [20_000, 300])
def test_a_model_that_takes_much_memory_is_looked_at_in_fewer_places(width: int) -> None:
    weights = np.full((2, width), 1 / width, np.float32)

    def predict(w: Any, xs: Any) -> Any:
        hidden = jnp.tanh(xs @ (w * weights))
        return (hidden[:, :, None] * hidden[:, None, :8]).sum(axis=(1, 2))

    inputs = np.linspace(-1, 1, 4_000, dtype=np.float32).reshape(2_000, 2)
    classes = (np.arange(2_000) % 2).astype(np.float32)
    problem = Problem(
        lambda w, xs, ys: jnp.mean(w * xs[:, 0] - ys), 1.0, data=(inputs, classes), predict=predict
    )
    found = Fit(problem)
    assert found.figure == "boundary"
    assert found.portable is not None
    samples, grid = found.portable.places
    cost = cost_of(lambda xs: predict(1.0, xs), grid)
    assert cost.memory <= 1.1 * 2**28 or len(grid) == 81
    assert 9 <= len(samples) <= 1_000
    assert (len(grid) < 65**2) == (width > 300)
    assert found.samples[0] == 0
    assert found.samples[-1] == 1_999
    look = found.at({"w": 1.0})
    assert isinstance(look, BoundaryPlot)
    assert len(look.predictions) == len(samples)
