"""Loops as the tutorials of optax, flax and equinox write them, and paths of other solvers."""

from __future__ import annotations

import base64
import copy
import importlib
import re
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx
from flax.training.train_state import TrainState
from scipy.optimize import minimize

import gdwidget
from gdwidget import ArgumentError, Problem, problems
from tests.layers import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget import GDWidget, Recording

GENERATOR = np.random.default_rng(0)
XS = GENERATOR.normal(size=(48, 3)).astype(np.float32)
YS = np.sin(XS @ np.array([1, -2, 0.5], np.float32))[:, None]
LABELS = (YS[:, 0] > 0).astype(np.int32)

WRONG: Any = 3.0


def float32s(numbers: Any) -> Any:
    return np.asarray(numbers, np.float32)


def line_loss(params: Any, xs: Any, ys: Any) -> Any:
    return optax.l2_loss(xs @ params["w"] + params["b"], ys).mean()


def line_start() -> dict[str, Any]:
    return {"w": jnp.zeros((3, 1)), "b": jnp.zeros(1)}


def fitted(optimizer: Any, steps: int, **at: Any) -> Any:
    """Fit a line as optax's first tutorial does."""
    params = at.get("params", line_start())
    opt_state = optimizer.init(params)

    @jax.jit
    def train_step(params: Any, opt_state: Any) -> Any:
        value, gradient = jax.value_and_grad(line_loss)(params, XS, YS)
        updates, opt_state = optimizer.update(gradient, opt_state, params)
        return optax.apply_updates(params, updates), opt_state, value

    values = []
    for _ in range(steps):
        params, opt_state, value = train_step(params, opt_state)
        values.append(float(value))
    return params, values


def recorded(steps: int = 30, optimizer: Any = None, **settings: Any) -> Recording:
    recording = gdwidget.record(
        optimizer or optax.adam(0.05), loss=line_loss, data=(XS, YS), **settings
    )
    with recording as given:
        fitted(given, steps)
    return recording


def test_a_loop_of_optax_is_a_run_to_step_back_through() -> None:
    with gdwidget.record(optax.adam(0.05), loss=line_loss, data=(XS, YS)) as optimizer:
        params, values = fitted(optimizer, 30)
    w = optimizer.widget()
    assert (w.cursor, len(w.trajectory), w.status) == (30, 31, "ready")
    np.testing.assert_allclose(w.trajectory["loss"][:-1], values, rtol=1e-5)
    np.testing.assert_array_equal(w.params["params"]["w"], params["w"])
    w.back(10)
    assert w.cursor == 20
    before, _ = fitted(optax.adam(0.05), 20)
    np.testing.assert_allclose(w.params["params"]["w"], before["w"], rtol=1e-5)
    w.goto(0)
    assert not w.params["params"]["w"].any()


def test_it_goes_on_as_the_loop_would_have() -> None:
    w = recorded(30).widget()
    w.step(20)
    after, _ = fitted(optax.adam(0.05), 50)
    assert (w.cursor, len(w.runs)) == (50, 1)
    np.testing.assert_allclose(w.params["params"]["w"], after["w"], rtol=1e-4, atol=1e-6)


def test_a_fork_at_another_rate_goes_on_with_what_the_optimizer_remembered() -> None:
    w = recorded(30).widget(optimizer=optax.adam, learning_rate=0.05)
    w.goto(12)
    w.step()
    assert (w.cursor, len(w.runs)) == (13, 1)  # along the record
    w.goto(12)
    w.learning_rate = 0.2
    w.step(5)
    assert (w.cursor, len(w.runs), w.runs[-1].fork) == (17, 2, 12)

    optimizer = optax.inject_hyperparams(optax.adam)(learning_rate=0.05)
    params, opt_state = line_start(), optimizer.init(line_start())
    for step in range(17):
        opt_state.hyperparams["learning_rate"] = jnp.float32(0.05 if step < 12 else 0.2)
        gradient = jax.grad(line_loss)(params, XS, YS)
        updates, opt_state = optimizer.update(gradient, opt_state, params)
        params = optax.apply_updates(params, updates)
    np.testing.assert_allclose(w.params["params"]["w"], params["w"], rtol=1e-4, atol=1e-6)
    assert [run.label for run in w.runs] == [
        "recorded elsewhere",
        "custom optimizer, learning rate 0.2, from step 12",
    ]


def test_the_rate_of_recorded_steps_is_not_made_up() -> None:
    w = recorded(5).widget(optimizer="sgd", learning_rate=0.5)
    w.step(2)
    assert np.isnan(w.trajectory["learning_rate"][:6]).all()
    assert w.trajectory["learning_rate"][6:].tolist() == [0.5, 0.5]
    assert w.runs[0].label == "sgd, learning rate 0.5, from step 5"


def test_another_optimizer_begins_where_the_loop_began() -> None:
    w = recorded(5).widget()
    w.optimizer = "momentum"
    w.step(2)
    assert (w.cursor, len(w.runs)) == (2, 2)
    assert [run.given is None for run in w.runs] == [False, True]


def test_a_long_loop_is_kept_within_its_budget() -> None:
    recording = recorded(100, snapshot_bytes=80 * 20)
    assert recording.updates == 100
    assert recording.kept == 14
    assert repr(recording) == "<Recording: 14 points of 100 updates>"
    w = recording.widget()
    given = w.runs[0].given
    assert given is not None
    assert given.every == 8
    assert given.end == 100
    w.goto(2)
    before, _ = fitted(optax.adam(0.05), 16)
    np.testing.assert_allclose(w.params["params"]["w"], before["w"], rtol=1e-5)


def test_the_landscape_and_the_plane_have_the_path() -> None:
    w = recorded(20).widget()
    plane = w._session.figure_data.plane(w._timeline, "components")
    assert plane.explained is not None
    assert plane.explained > 0.9
    assert w.sharpness is not None


def test_the_saved_plane_of_a_large_model_is_that_of_the_current_run() -> None:
    path = np.cumsum(np.random.default_rng(1).normal(size=(9, 40)), axis=0)
    w = gdwidget.replay(lambda x: (x**2).sum(), path, learning_rate=0.1)
    before = w._session.plane()
    assert before is not None
    assert before["explained"] > 0.5
    w.goto(4)
    w.learning_rate = 0.3
    w.step(2)
    after = w._session.plane()
    assert after is not None
    steps = np.frombuffer(base64.b64decode(after["arrays"]["steps"]), np.float32)
    assert steps.tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_without_a_kernel_it_is_shown_and_nothing_is_computed() -> None:
    w = recorded(20).widget(optimizer="adam")
    assert not w.portable.possible
    assert "recorded elsewhere" in w.portable.reason
    (run,) = w._session.keyframe()["runs"]
    assert run["given"] == {"last": 20, "every": 1, "end": 20}
    with pytest.raises(ArgumentError, match=r"^run: "):
        w.to_script()
    w.reset()
    assert w.portable == (True, "")
    assert "import jax" in w.to_script()


def test_why_the_loss_grew_is_not_made_up() -> None:
    w = gdwidget.replay(lambda x: (x**2).sum(), float32s([[1, 1], [2, 1], [3, 1]]))
    assert w.explain_divergence() == (
        "The step after step 0 was recorded elsewhere: its learning rate is not known."
    )


def test_taken_apart_and_put_together_it_is_the_same_recording() -> None:
    recording = gdwidget.record(optax.adam(0.05), loss=line_loss, data=(XS, YS))
    rebuilt: Any = jax.tree.map(lambda part: part, recording)
    assert rebuilt is not recording
    with rebuilt:
        fitted(rebuilt, 10)
    for each in (recording, rebuilt, copy.copy(recording)):
        assert repr(each) == "<Recording: 11 points of 10 updates>"
        w = each.widget()
        assert w.cursor == 10
        w.step()
        assert w.cursor == 11


def test_flax_nnx_trains_a_model() -> None:
    class CNN(nnx.Module):
        def __init__(self, rngs: nnx.Rngs) -> None:
            self.conv = nnx.Conv(1, 4, kernel_size=(2,), rngs=rngs)
            self.norm = nnx.BatchNorm(12, rngs=rngs)
            self.dropout = nnx.Dropout(rate=0.1, rngs=rngs)
            self.linear = nnx.Linear(12, 2, rngs=rngs)

        def __call__(self, x: Any) -> Any:
            x = nnx.relu(self.conv(x[..., None])).reshape(x.shape[0], -1)
            return self.linear(self.dropout(self.norm(x)))

    model = CNN(nnx.Rngs(0))
    parts: Any = nnx.split(model, nnx.Param, ...)
    graphdef, _, others = parts

    def landscape(params: Any, xs: Any, labels: Any) -> Any:
        frozen = nnx.merge(graphdef, params, others)
        frozen.eval()
        logits = frozen(xs)
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    with gdwidget.record(optax.adamw(5e-2, 0.9), loss=landscape, data=(XS, LABELS)) as tx:
        optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)

        def loss_fn(model: CNN, batch: Any) -> Any:
            logits = model(batch[0])
            loss = optax.softmax_cross_entropy_with_integer_labels(logits, batch[1]).mean()
            return loss, logits

        @nnx.jit
        def train_step(model: CNN, optimizer: nnx.Optimizer[CNN], batch: Any) -> None:
            grad_fn = nnx.value_and_grad(loss_fn, has_aux=True)
            _, grads = grad_fn(model, batch)
            optimizer.update(model, grads)

        model.train()  # type: ignore[no-untyped-call]
        for step in range(12):
            chosen = slice(12 * (step % 4), 12 * (step % 4) + 12)
            train_step(model, optimizer, (XS[chosen], LABELS[chosen]))
    w = tx.widget()
    assert w.cursor == 12
    last = nnx.state(model, nnx.Param)
    jax.tree.map(
        np.testing.assert_array_equal, jax.tree.leaves(w.params["params"]), jax.tree.leaves(last)
    )
    w.step(2)
    assert w.cursor == 14
    assert w.loss < w.trajectory["loss"][0]


def test_flax_linen_train_states_take_it_too() -> None:
    with gdwidget.record(optax.sgd(0.1, 0.9), loss=line_loss, data=(XS, YS)) as tx:
        state: Any = TrainState.create(  # type: ignore[no-untyped-call]
            apply_fn=lambda: None, params=line_start(), tx=tx
        )

        @jax.jit
        def train_step(state: Any) -> Any:
            gradient = jax.grad(line_loss)(state.params, XS, YS)
            return state.apply_gradients(grads=gradient)

        for _ in range(6):
            state = train_step(state)
    w = tx.widget()
    assert w.cursor == 6
    np.testing.assert_array_equal(w.params["params"]["w"], state.params["w"])


def test_equinox_trains_a_model() -> None:
    model = eqx.nn.MLP(3, 1, 8, 1, key=jax.random.key(0))
    static = eqx.filter(model, eqx.is_array, inverse=True)

    def landscape(params: Any, xs: Any, ys: Any) -> Any:
        return jnp.mean((jax.vmap(eqx.combine(params, static))(xs) - ys) ** 2)

    with gdwidget.record(optax.adam(3e-2), loss=landscape, data=(XS, YS)) as optim:
        opt_state = optim.init(eqx.filter(model, eqx.is_inexact_array))

        @eqx.filter_value_and_grad
        def compute_loss(model: Any, x: Any, y: Any) -> Any:
            return jnp.mean((jax.vmap(model)(x) - y) ** 2)

        @eqx.filter_jit
        def make_step(model: Any, opt_state: Any, x: Any, y: Any) -> Any:
            value, grads = compute_loss(model, x, y)  # type: ignore[no-untyped-call]
            updates, opt_state = optim.update(
                grads, opt_state, eqx.filter(model, eqx.is_inexact_array)
            )
            return eqx.apply_updates(model, updates), opt_state, value

        for step in range(10):
            at = slice(16 * (step % 3), 16 * (step % 3) + 16)
            model, opt_state, _ = make_step(model, opt_state, XS[at], YS[at])
    w = optim.widget()
    assert (w.cursor, len(w.trajectory)) == (10, 11)
    jax.tree.map(np.testing.assert_array_equal, w.params["params"], eqx.filter(model, eqx.is_array))
    assert w.trajectory["loss"][-1] < w.trajectory["loss"][0]


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float64])
def test_loops_in_other_floats_go_on_with_what_was_remembered(dtype: Any) -> None:
    with jax.enable_x64(dtype == jnp.float64):
        start = jax.tree.map(lambda leaf: (leaf + 1).astype(dtype), line_start())
        with gdwidget.record(optax.adam(0.05), loss=line_loss, data=(XS, YS)) as optimizer:
            params, opt_state = start, optimizer.init(start)
            for _ in range(6):
                gradient = jax.grad(line_loss)(params, XS.astype(dtype), YS.astype(dtype))
                updates, opt_state = optimizer.update(gradient, opt_state, params)
                params = optax.apply_updates(params, updates)
    w = optimizer.widget()
    remembered = opt_state.held.opt_state[0].mu["w"]
    state = w._timeline.state
    assert state.opt_state[0].mu["w"].dtype == np.float32
    np.testing.assert_allclose(state.opt_state[0].mu["w"], np.float32(remembered))
    assert int(state.opt_state[0].count) == 6
    w.step()
    assert w.cursor == 7


def test_a_scanned_loop_is_kept_step_by_step() -> None:
    with gdwidget.record(optax.adam(0.05), loss=line_loss, data=(XS, YS)) as optimizer:

        @jax.jit
        def train(params: Any) -> Any:
            def body(carry: Any, _: Any) -> Any:
                params, opt_state = carry
                value, gradient = jax.value_and_grad(line_loss)(params, XS, YS)
                updates, opt_state = optimizer.update(gradient, opt_state, params)
                return (optax.apply_updates(params, updates), opt_state), value

            return jax.lax.scan(body, (params, optimizer.init(params)), None, length=25)

        (params, _), values = train(line_start())
    w = optimizer.widget()
    assert w.cursor == 25
    np.testing.assert_allclose(w.trajectory["loss"][:-1], values, rtol=1e-4)
    np.testing.assert_allclose(w.params["params"]["w"], params["w"], rtol=1e-5)


def test_each_loop_of_a_recording_is_a_run() -> None:
    recording = gdwidget.record(optax.sgd(0.1), loss=line_loss, data=(XS, YS))
    with recording as optimizer:
        fitted(optimizer, 4)
        fitted(optimizer, 6, params={"w": jnp.ones((3, 1)), "b": jnp.zeros(1)})
    w = recording.widget()
    assert [run.last for run in w.runs] == [4, 6]
    w.goto(0)
    assert w.params["params"]["w"].tolist() == [[1], [1], [1]]


def test_what_was_recorded_before_an_exception_stays() -> None:
    recording = gdwidget.record(optax.sgd(0.1), loss=line_loss, data=(XS, YS))

    def interrupted() -> None:
        with recording as optimizer:
            fitted(optimizer, 4)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert recording.widget().cursor == 4
    fitted(recording, 3)  # outside it records nothing
    assert (recording.updates, recording.widget().cursor) == (4, 4)


def test_a_loop_that_diverges_ends_where_it_is_no_longer_finite() -> None:
    recording = gdwidget.record(optax.sgd(1e30), loss=line_loss, data=(XS, YS))
    with recording as optimizer:
        fitted(optimizer, 9)
    w = recording.widget()
    assert (w.status, w.cursor < 9) == ("diverged", True)
    assert not np.isfinite(w.trajectory["loss"][-1])
    assert np.isfinite(w.trajectory["loss"][:-1]).all()
    w.step()
    assert w.status == "diverged"
    w.back()
    w.learning_rate = 0.01
    w.optimizer = "sgd"
    w.step(2)
    assert str(w.status) == "ready"


@pytest.mark.parametrize(
    ("use", "given"),
    [
        (lambda _: None, "neither init nor update"),
        (lambda optimizer: optimizer.init(line_start()), "init, and no update"),
    ],
)
def test_an_empty_recording_is_refused(use: Callable[[Any], object], given: str) -> None:
    recording = gdwidget.record(optax.sgd(0.1), loss=line_loss, data=(XS, YS))
    with recording as optimizer:
        use(optimizer)
    with pytest.raises(ArgumentError, match=given):
        recording.widget()


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: gdwidget.record("adam", loss=line_loss), "optimizer"),
        (lambda: gdwidget.record(optax.adam, loss=line_loss), "optimizer"),
        (lambda: gdwidget.record(optax.adam(0.1), loss=WRONG), "loss"),
        (
            lambda: gdwidget.record(optax.adam(0.1), loss=line_loss, snapshot_bytes=-1),
            "snapshot_bytes",
        ),
        (lambda: recorded(2).widget(batch_size=8), "batch_size"),
        (lambda: gdwidget.replay(line_loss, [], data=(XS, YS)), "path"),
        (lambda: gdwidget.replay(line_loss, WRONG, data=(XS, YS)), "path"),
        (lambda: gdwidget.replay(line_loss, np.array(WRONG), data=(XS, YS)), "path"),
        (lambda: gdwidget.replay(lambda x: x.sum(), [np.ones(2), np.ones(3)]), "path[1]"),
        (lambda: gdwidget.replay(lambda x: x.sum(), [np.ones(2), "two"]), "path[1]"),
        (lambda: gdwidget.replay(problems.line(), [[1.0], [1.0, 2.0]]), "path[1]"),
        (lambda: gdwidget.replay(problems.line(), [[1.0]], data=(XS,)), "data"),
        (lambda: gdwidget.replay(lambda x: x.sum(), [np.ones(2)], batch_size=1), "batch_size"),
        (
            lambda: gdwidget.replay(
                lambda x, xs: (x * xs).sum(), [np.ones(3)], data=[(XS[:8],), (XS[8:],)]
            ),
            "data",
        ),
    ],
    ids=map(str, range(14)),
)
def test_bad_arguments_are_named(call: Callable[[], object], field: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        call()
    assert refused.value.argument == field


def test_unknown_settings_are_refused_with_what_is_meant() -> None:
    with pytest.raises(TypeError, match="did you mean learning_rate"):
        recorded(2).widget(learning_rat=8)


def test_a_loss_of_other_parameters_is_refused() -> None:
    recording = gdwidget.record(optax.sgd(0.1), loss=lambda params: params["other"].sum())
    with recording as optimizer:
        fitted(optimizer, 2)
    with pytest.raises(ArgumentError, match=r"^loss: "):
        recording.widget()


def rosenbrock(x: Any) -> Any:
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


@pytest.mark.parametrize("method", ["BFGS", "Nelder-Mead", "CG", "L-BFGS-B"])
def test_paths_of_scipy_are_shown(method: str) -> None:
    path = [np.array([-1.0, 1.0])]
    minimize(
        lambda x: float(rosenbrock(x)),
        path[0],
        method=method,
        callback=lambda intermediate_result: path.append(intermediate_result.x.copy()),
    )
    w = gdwidget.replay(rosenbrock, np.array(path), learning_rate=1e-3)
    assert w.cursor == len(path) - 1
    np.testing.assert_allclose(
        w.trajectory["loss"], [rosenbrock(float32s(x)) for x in path], rtol=1e-4, atol=1e-9
    )
    np.testing.assert_array_equal(w.trajectory["x[0]"], float32s(path)[:, 0])
    w.goto(3)
    w.learning_rate = 1e-4
    w.step()
    expected = float32s(path[3]) - np.float32(1e-4) * jax.grad(rosenbrock)(float32s(path[3]))
    np.testing.assert_allclose(w.params["x"], expected, rtol=1e-5)
    assert w.runs[-1].fork == 3


def test_a_path_on_a_ready_problem_is_of_all_numbers_that_learn() -> None:
    problem = problems.himmelblau()
    path = float32s([[0, 0], [1, 1], [2, 2], [3, 2]])
    w = gdwidget.replay(problem, path, learning_rate=1e-3)
    assert w.cursor == 3
    assert w.loss == 0
    line = gdwidget.replay(problems.line(), [{"W": 8.0}, {"W": 4.0}, {"W": 2.0}])
    assert line.trajectory["W"].tolist() == [8, 4, 2]


def test_a_path_of_single_numbers_and_one_with_nothing_after_the_start() -> None:
    w = gdwidget.replay(lambda W: W**2, [3.0, 2.0, 1.0])
    assert w.trajectory["loss"].tolist() == [9, 4, 1]
    one = gdwidget.replay(lambda W: W**2, [3.0], learning_rate=0.25)
    one.step()
    assert one.trajectory["W"].tolist() == [3, 1.5]


def test_a_path_ends_where_the_loss_is_not_finite() -> None:
    w = gdwidget.replay(jnp.log, [2.0, 1.0, -1.0, 3.0])
    assert (w.cursor, w.status) == (2, "diverged")
    w = gdwidget.replay(lambda W: W**2, [2.0, np.nan, 3.0])
    assert (w.cursor, w.status) == (1, "diverged")
    with pytest.raises(ArgumentError, match=r"^start: "):
        gdwidget.replay(jnp.log, [-1.0, 2.0])


def test_a_path_that_needs_too_much_memory_is_thinned() -> None:
    path = np.cumsum(np.ones((1_000, 40), np.float32), axis=0)
    w = gdwidget.replay(lambda x: (x**2).sum(), path, snapshot_bytes=320 * 100)
    given = w.runs[0].given
    assert given is not None
    assert (given.every, given.end, given.last) == (16, 999, 63)


def test_what_numpy_makes_an_array_of_is_a_point() -> None:
    class Tensor:
        """As PyTorch's: an array only once it is detached."""

        requires_grad = True

        def __init__(self, numbers: Any) -> None:
            self.numbers = np.asarray(numbers, np.float64)

        def detach(self) -> Tensor:
            other = Tensor(self.numbers)
            other.requires_grad = False
            return other

        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            if self.requires_grad:
                message = "Can't call numpy() on Tensor that requires grad."
                raise RuntimeError(message)
            return self.numbers.astype(dtype or np.float64)

    path = [[Tensor([[1.0, 2.0]]), Tensor([3.0])], [Tensor([[0.5, 1.0]]), Tensor([1.0])]]
    w = gdwidget.replay(lambda params: sum((leaf**2).sum() for leaf in params), path)
    assert w.trajectory["loss"].tolist() == [14, 2.25]


def test_pytorch_tensors_are_points() -> None:
    pytest.importorskip("torch")
    torch: Any = importlib.import_module("torch")  # not installed where it is not wanted
    weight = torch.tensor([1.0, 2.0], requires_grad=True)
    optimizer = torch.optim.Adam([weight], lr=0.1)
    path = [weight.detach().clone()]
    for _ in range(5):
        optimizer.zero_grad()
        (weight**2).sum().backward()
        optimizer.step()
        path.append(weight.detach().clone())
    w = gdwidget.replay(lambda weight: (weight**2).sum(), path)
    assert w.cursor == 5
    np.testing.assert_allclose(w.params["weight"], weight.detach().numpy(), rtol=1e-6)


def test_the_rows_of_problems_with_few_numbers_are_all_there_is() -> None:
    def shown(widget: GDWidget) -> list[float]:
        numbers = []
        for step in range(3):
            widget.goto(step)
            numbers.append(float(widget.params["x"][0]))
        return numbers

    path = float32s([[1, 1], [0.5, 1], [0.25, 1]])
    for optimizer in ("sgd", "adam"):
        w = gdwidget.replay(lambda x: (x**2).sum(), path, optimizer=optimizer)
        assert shown(w) == [1, 0.5, 0.25]


def test_the_guide_does_what_it_says() -> None:
    guide = (ROOT / "docs/recording.md").read_text(encoding="utf-8")
    cells = re.findall(r"^```python\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    assert len(cells) == 5
    names: dict[str, Any] = {}
    for cell in cells[:2]:
        exec(cell, names)  # noqa: S102 - the guide's own code
    w = names["w"]
    assert [run.last for run in w.runs] == [300, 55]
    assert w.runs[-1].label == "adam, learning rate 0.1, from step 5"
    for cell in cells[2:]:
        exec(cell, names)  # noqa: S102 - the guide's own code
    assert (names["tx"].kept, names["optim"].kept) == (21, 21)
    assert len(names["path"]) > 10


def test_a_given_run_stays_when_another_problem_of_its_kind_begins() -> None:
    problem = Problem(rosenbrock, float32s([0, 0]))
    w = gdwidget.replay(problem, float32s([[-1, 1], [0, 0], [1, 1]]), learning_rate=1e-3)
    w.reset(x=float32s([2, 2]))
    w.step()
    assert [run.last for run in w.runs] == [2, 1]
    assert w.runs[0].label == "recorded elsewhere"
