"""jax's own switches: 64 bits change no digit, and its checks raise where a step diverges only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import Descent, GDWidget, Problem, problems
from gdwidget._core import schedules
from gdwidget._core.optimizers import NAMES, Optimizer
from gdwidget._core.schedules import Rates
from gdwidget._core.step import Departure, Program
from gdwidget._landscape.fit import Fit
from gdwidget._lowering.payload import Programs
from tests.tools import float32, same, taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

XS = np.linspace(-1, 1, 10).astype(np.float32)


def line(W: Any, b: Any, xs: Any, ys: Any) -> Any:
    return jnp.mean((W * xs + b - ys) ** 2)


def with_and_without(make: Callable[[], Any]) -> tuple[Any, Any]:
    """Return what is made with 64 bits, and what without."""
    with jax.enable_x64(True):  # noqa: FBT003 - it has no name
        wide = make()
    return wide, make()


@pytest.mark.parametrize("size", [None, 2])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_step_is_in_64_bits(name: str, size: int | None) -> None:
    with jax.enable_x64(True):  # noqa: FBT003 - it has no name
        problem = Problem(line, 3.0, 2.0, argnums=(0, 1), data=(XS, 2 * XS))
        descent = Descent(problem, optimizer=name, batch_size=size)
        program = Program(problem, descent.optimizer, descent.batches, 1)
        params = problem.given()
        tree = problem.parameters.tree(params)
        memory = descent.optimizer.init(tree)
        departure = Departure(tree, memory, None if descent.optimizer.plain else np.float32(0))
        table = None if size is None else np.zeros((3, size), np.int32)
        rest = (np.int32(3), problem.data, table, np.int32(1))
        traced = jax.make_jaxpr(lambda *given: program.loop(3, *given))(
            params, departure, np.zeros(3, np.float32), *rest
        )
    assert "f32" in str(traced)
    assert "f64" not in str(traced)


@pytest.mark.parametrize(
    ("name", "size", "decay"), [("adam", 2, "cosine"), ("nadam", None, "warmup_cosine")]
)
def test_digits_are_those_without_64_bits(name: str, size: int | None, decay: str) -> None:
    def rows() -> Any:
        problem = Problem(line, 3.0, 2.0, argnums=(0, 1), data=(XS, 2 * XS))
        descent = Descent(problem, optimizer=name, batch_size=size)
        rates = Rates(0.05, decay, 40)
        return taken(descent, descent.init(rates), rates, 40)[1]

    assert same(*with_and_without(rows))


@pytest.mark.parametrize("decay", schedules.DECAYS)
def test_rates_are_those_without_64_bits(decay: str) -> None:
    def rates() -> Any:
        schedules._decay.cache_clear()
        return Rates(0.05, decay, 40).at(0, 60)

    assert same(*with_and_without(rates))


def test_the_sketch_of_the_rates_is_that_without_64_bits() -> None:
    def sketch() -> Any:
        schedules.shape.cache_clear()
        return schedules.shape("cosine", 50)

    wide, without = with_and_without(sketch)
    assert wide == without
    assert len(wide) > 1


@pytest.mark.parametrize("name", ["line", "logistic", "moons", "rosenbrock", "sine"])
def test_pages_get_the_same_programs_with_64_bits(name: str) -> None:
    def payload() -> str:
        problem = getattr(problems, name)()
        optimizers = [Optimizer.of(each) for each in NAMES]
        sizes = [None, 2] if problem.samples else [None]
        return json.dumps(Programs(problem, Fit(problem)).payload(optimizers, sizes))

    wide, without = with_and_without(payload)
    assert wide == without
    assert list(json.loads(wide)["optimizers"]) == list(NAMES)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_where_jax_is_to_raise_a_run_that_diverges_does_so(optimizer: str) -> None:
    w = GDWidget(lambda W: W**4, 8.0, learning_rate=1.0, optimizer=optimizer)
    with jax.debug_infs(True):  # noqa: FBT003 - it has no name
        w.step()
        with pytest.raises(FloatingPointError, match=r"\(inf\) encountered in .* at step \d"):
            w.run(10)
        assert w.status == "diverged"
        assert w.cursor == len(w.trajectory) - 1 > 1
        diverged = w.cursor
        w.step()
        w.back()
        with pytest.raises(FloatingPointError, match=f"at step {diverged}$"):
            w.step()
        assert w.cursor == diverged


def test_a_run_that_leaves_the_domain_raises_nan() -> None:
    w = GDWidget(lambda W: jnp.log(W) + W, 0.5, learning_rate=1.0)
    with jax.debug_nans(True), pytest.raises(FloatingPointError, match="in log at step 1"):  # noqa: FBT003
        w.run(3)
    assert (w.status, w.cursor) == ("diverged", 1)


@pytest.mark.parametrize("flag", [jax.debug_nans, jax.debug_infs])
def test_what_is_drawn_raises_nothing(flag: Any, tmp_path: Path) -> None:
    samples = np.ones(30_000, np.float32)

    def fitted(W: Any, xs: Any) -> Any:
        return jnp.mean((W * xs - 1) ** 2)

    with flag(True):  # noqa: FBT003 - it has no name
        w = GDWidget(lambda W, b: jnp.log(W) + b / W, 1.0, 0.5, argnums=(0, 1))
        w.step(3)
        assert "</html>" in w.to_html()
        w.save_png(tmp_path / "picture.png")
        batches = GDWidget(fitted, 2.0, data=(samples,), batch_size=1_000)
        batches.run(3)
        assert (batches.status, batches.cursor) == ("ready", 3)
        assert same(batches.trajectory["full_loss"][:2], float32([1, np.nan]))
