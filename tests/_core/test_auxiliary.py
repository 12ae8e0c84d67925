"""What a loss returns beside its value: columns, the whole, and what they leave alone."""

from __future__ import annotations

import copy
import csv
import io
import pickle
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import Descent, GDWidget, Problem
from gdwidget._core.exactness import EXACT
from gdwidget._core.optimizers import Optimizer
from gdwidget._core.state import State
from gdwidget._landscape.fit import Fit
from gdwidget._lowering.payload import Programs
from tests.tools import refuses

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("clock")

XS = np.array([1, 2, 3, 4, 5, 6, 7], np.float32)
YS = 2 * XS - 1


def value(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((xs * W + b - ys) ** 2)


def loss(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    errors = xs * W + b - ys
    aux = {
        "parts": {"fit": jnp.mean(errors**2), "loss": errors[0]},
        "W": W + 1,
        "right": jnp.sum(errors > 0),
        "none": None,
        "beyond": jnp.log(W - 7.999),
        "errors": errors,
    }
    return aux["parts"]["fit"], aux


COLUMNS = ("aux.W", "beyond", "parts.fit", "parts.loss", "right")


def widget(**given: Any) -> GDWidget:
    return GDWidget(loss, 8.0, -1.0, data=(XS, YS), has_aux=True, **given)


TAKEN = jax.jit(jax.value_and_grad(loss, has_aux=True), compiler_options=EXACT)


def by_hand(w: GDWidget) -> list[dict[str, Any]]:
    """What jax gives at the recorded states."""
    descent, found = w.runs[-1].descent, []
    for step, W in enumerate(w.trajectory["W"]):
        batch = descent.batch(step)
        rows = slice(None) if batch is None else batch
        (_, aux), _ = TAKEN(W, np.float32(-1), XS[rows], YS[rows])
        found.append(aux)
    return found


def recorded(w: GDWidget) -> list[list[float]]:
    rows: list[list[float]] = np.stack([w.trajectory[name] for name in COLUMNS], 1).tolist()
    return rows


def columns_of(aux: dict[str, Any]) -> list[float]:
    parts = aux["parts"]
    numbers = [aux["W"], aux["beyond"], parts["fit"], parts["loss"], aux["right"]]
    return [float(np.float32(number)) for number in numbers]


@pytest.mark.parametrize("given", [{}, {"optimizer": "adam", "batch_size": 3}], ids=str)
def test_every_step_has_its_own_numbers(given: dict[str, Any]) -> None:
    w = widget(learning_rate=0.002, **given)
    w.step()
    w.step(4)
    first = w.trajectory.columns[:5]
    full = ("full_loss",) if "batch_size" in given else ()
    assert w.trajectory.columns == (*first, *COLUMNS, *full)
    expected = by_hand(w)
    np.testing.assert_array_equal(recorded(w), [columns_of(aux) for aux in expected])
    assert np.isnan(w.trajectory["beyond"]).any()
    assert w.status == "ready"
    for step in (5, 2, 0):
        w.goto(step)
        jax.tree.map(np.testing.assert_array_equal, w.aux, expected[step])
        assert list(w._state().aux_numbers) == list(COLUMNS)
        np.testing.assert_array_equal(list(w._state().aux_numbers.values()), recorded(w)[step])


def test_the_path_is_that_of_the_loss_alone() -> None:
    plain = GDWidget(value, 8.0, -1.0, data=(XS, YS))
    w = widget()
    for each in (plain, w):
        each.step(20)
    for name in plain.trajectory:
        np.testing.assert_array_equal(plain.trajectory[name], w.trajectory[name])
    assert plain.aux is None
    assert plain._state().aux_numbers == {}
    assert w._session.curve() == plain._session.curve()
    assert w._session.look() == plain._session.look()


def test_the_plane_is_that_of_the_loss_alone() -> None:
    def given(function: Any, **more: Any) -> GDWidget:
        return GDWidget(function, 8.0, -1.0, argnums=(0, 1), data=(XS, YS), **more)

    assert given(loss, has_aux=True)._session.plane() == given(value)._session.plane()


def test_a_fork_keeps_the_numbers_before_it() -> None:
    w = widget()
    w.step(6)
    before = recorded(w)
    w.goto(3)
    w.learning_rate = 0.02
    w.step(2)
    assert len(w.runs) == 2
    np.testing.assert_array_equal(recorded(w)[:4], before[:4])
    np.testing.assert_array_equal(recorded(w), [columns_of(aux) for aux in by_hand(w)])
    w.reset(W=9.0)
    np.testing.assert_array_equal(recorded(w), [columns_of(aux) for aux in by_hand(w)])


def test_states_that_were_not_kept_have_theirs_again() -> None:
    w = widget(optimizer="adam", snapshot_bytes=0)
    w.step(30)
    w.goto(17)
    jax.tree.map(np.testing.assert_array_equal, w.aux, by_hand(w)[17])


def test_files_have_the_columns(tmp_path: Path) -> None:
    w = widget()
    w.step(2)
    w.trajectory.to_csv(tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(newline="") as file:
        lines = list(csv.reader(file))
    assert tuple(lines[0][-len(COLUMNS) :]) == COLUMNS
    assert lines[-1][lines[0].index("beyond")] == "nan"
    assert tuple(w.trajectory.to_pandas().columns[-len(COLUMNS) :]) == COLUMNS
    saved = w._session.keyframe()["runs"][0]
    assert tuple(saved["extras"]) == COLUMNS


@pytest.mark.parametrize("given", [{}, {"batch_size": 3}], ids=str)
def test_a_script_prints_the_numbers(given: dict[str, Any]) -> None:
    w = widget(**given)
    w.step(3)
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(w.to_script(), {"__name__": "__main__"})  # noqa: S102 - the script is the test
    lines = printed.getvalue().splitlines()
    for name in COLUMNS:
        said = [line.partition(" is ")[2] for line in lines if line.startswith(f"{name} is ")]
        np.testing.assert_array_equal(np.array(said, np.float32), w.trajectory[name][:3])


def test_a_page_gets_a_program_that_gives_them() -> None:
    problem = Problem(loss, 8.0, -1.0, data=(XS, YS), has_aux=True)
    payload = Programs(problem, Fit(problem)).payload([Optimizer.of("sgd")], [None, 3])
    assert payload["aux"] == list(COLUMNS)
    assert all(len(each["o"]) == 2 + len(COLUMNS) for each in payload["gradient"].values())
    assert len(payload["loss"]["o"]) == 1


@pytest.mark.parametrize(
    ("aux", "names"),
    [
        (lambda W: W, ("aux",)),
        (lambda W: [W, (W, None)], ("aux[0]", "aux[1][0]")),
        (lambda W: {"loss": W, "aux.loss": W}, ("aux.loss", "aux.aux.loss")),
        (lambda W: {"full_loss": W, "step": W}, ("aux.full_loss", "aux.step")),
        (lambda W: {"W_grad": W, "learning_rate": W}, ("aux.W_grad", "aux.learning_rate")),
        (lambda W: {"b": W}, ("aux.b",)),
        (lambda W: {"train/mse": W, "at": {"x y": W}}, ("at['x y']", "train/mse")),
        (lambda W: {"key": jax.random.key(0), "z": W + 1j, "n": 3, "v": W[None]}, ("n",)),
        (lambda W: [W] * 40, tuple(f"aux[{index}]" for index in range(32))),
        (lambda _: None, ()),
        (lambda _: {}, ()),
    ],
)
def test_columns_are_called_by_their_path(aux: Any, names: tuple[str, ...]) -> None:
    problem = Problem(lambda W, b: ((W * b) ** 2, aux(W)), 8.0, 1.0, has_aux=True)
    assert problem.aux_columns == names
    assert Descent(problem).extras == names


def test_a_stream_has_the_whole_at_its_newest_step() -> None:
    batches = [(XS[:4], YS[:4]), (XS[4:], YS[4:])]
    w = GDWidget(loss, 8.0, -1.0, data=batches, has_aux=True, learning_rate=0.002)
    for step in range(4):
        W = w.params["W"]
        xs, ys = batches[step % 2]
        assert w.aux["errors"].tolist() == (xs * W + np.float32(-1) - ys).tolist()
        assert w.trajectory["parts.loss"][step] == w.aux["parts"]["loss"]
        w.step()
    w.back()
    with refuses("step", "3", "of earlier batches only the numbers"):
        w.aux  # noqa: B018 - reading raises
    assert np.isfinite(w.trajectory["parts.loss"]).all()


def test_what_it_prints_is_printed_at_steps_only(capfd: pytest.CaptureFixture[str]) -> None:
    def printing(W: Any, xs: Any) -> Any:
        jax.debug.print("W {}", W)
        return jnp.mean((W * xs) ** 2), {"double": 2 * W, "all": W * xs}

    w = GDWidget(printing, 8.0, data=(XS,), has_aux=True)
    w.step(2)
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    capfd.readouterr()
    assert w.aux["double"] == 2 * w.params["W"]
    jax.effects_barrier()  # type: ignore[no-untyped-call]
    assert "W " not in capfd.readouterr().out


def test_problems_and_states_are_copied_with_it() -> None:
    problem = Problem(loss, 8.0, -1.0, data=(XS, YS), has_aux=True)
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301 - made here
    assert (again.has_aux, again.aux_columns) == (True, COLUMNS)
    state = Descent(problem).init(0.01)
    for other in (pickle.loads(pickle.dumps(state)), copy.deepcopy(state)):  # noqa: S301
        assert isinstance(other, State)
        assert dict(other.aux_numbers) == dict(state.aux_numbers)
        with pytest.raises(TypeError):
            other.aux_numbers["W"] = 1  # type: ignore[index]


def test_what_is_no_pair_is_refused_with_the_keyword() -> None:
    one = "a function that jax can differentiate and that returns one float"
    pair = "with has_aux=True a function that returns (loss, aux)"
    hint = "; with has_aux=True a loss returns (loss, aux)"
    with refuses("loss", f"it returns a tuple of 2{hint}", one):
        GDWidget(loss, 8.0, -1.0, data=(XS, YS))
    with refuses("loss", f"it returns a list of 3{hint}", one):
        Problem(lambda W: [W, W, W], 1.0)
    with refuses("loss", "it returns no tuple", pair):
        GDWidget(value, 8.0, -1.0, data=(XS, YS), has_aux=True)
    with refuses("loss", "it returns a tuple of 3", pair):
        Problem(lambda W: (W, W, W), 1.0, has_aux=True)
    with refuses("loss", "not a valid JAX type", one):
        Problem(lambda W: (W * W, "text"), 1.0, has_aux=True)
    with refuses("loss", "no scalar", one):
        Problem(lambda W: (jnp.ones(2) * W, W), 1.0, has_aux=True)
    with refuses("has_aux", "1", "True or False"):
        GDWidget(loss, 8.0, -1.0, data=(XS, YS), has_aux=1)  # type: ignore[arg-type]
    with refuses("has_aux", "True", "the problem has it already"):
        GDWidget(Problem(value, 8.0, -1.0, data=(XS, YS)), has_aux=True)
