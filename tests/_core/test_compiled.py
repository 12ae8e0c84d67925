"""Programs are compiled once, and used again only where they are equal."""

from __future__ import annotations

import gc
import weakref
from collections import OrderedDict
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.extend.core import Jaxpr

from gdwidget import GDWidget, Problem
from gdwidget._core import compiled
from gdwidget._core.compiled import Compiled
from gdwidget._core.optimizers import Optimizer
from gdwidget._core.schedules import Rates
from gdwidget._settings.run_spec import Descents, RunSpec

ONE = np.float32(1)
COMPILES = "/jax/core/compile/backend_compile_duration"


@pytest.fixture(autouse=True)
def _none_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_kept", OrderedDict())


@pytest.fixture
def compiles() -> Any:
    """What was compiled since: one entry each."""
    found: list[str] = []
    listening = True

    def note(event: str, duration_secs: float, **_: str | int) -> None:
        if listening and event == COMPILES and duration_secs >= 0:
            found.append(event)

    jax.monitoring.register_event_duration_secs_listener(note)
    yield found
    listening = False  # not every version of jax can forget who listens


def test_a_cell_that_is_run_again_compiles_nothing(compiles: list[str]) -> None:
    def cell() -> GDWidget:
        def predict(w: Any, b: Any, xs: Any) -> Any:
            return w * xs + b

        data = (np.arange(3, dtype=np.float32), np.arange(3, dtype=np.float32) * 2 + 1)
        w = GDWidget(
            lambda w, b, xs, ys: ((predict(w, b, xs) - ys) ** 2).mean(),
            *(8.0, -1.0),
            argnums=(0, 1),
            data=data,
            predict=predict,
            optimizer="adam",
            decay="cosine",
        )
        w.step(3)
        w.run(300)
        w.to_html()
        return w

    first = cell()
    assert compiles
    compiles.clear()
    again = cell()
    assert compiles == []
    assert again.trajectory.rows().tolist() == first.trajectory.rows().tolist()


def test_what_a_function_reads_may_have_changed() -> None:
    limit = 2.0
    assert Compiled(lambda x: x * limit)(ONE) == 2
    limit = 3.0
    assert Compiled(lambda x: x * limit)(ONE) == 3
    for table in (jnp.arange(5_000.0), jnp.arange(5_000.0).at[2_500].set(0)):
        assert Compiled(lambda x, table=table: (x * table).sum())(ONE) == table.sum()


def test_functions_that_call_back_share_nothing() -> None:
    def adding(number: int) -> Any:
        shape: Any = jax.ShapeDtypeStruct((), np.float32)  # type: ignore[no-untyped-call]
        return Compiled(lambda x: jax.pure_callback(lambda v: np.float32(v + number), shape, x))

    assert [float(adding(number)(ONE)) for number in (1, 2)] == [2, 3]


class One(NamedTuple):
    number: Any


class Other(NamedTuple):
    number: Any


def test_pytrees_of_other_types_are_given_back_as_they_are() -> None:
    for kind in (One, Other, One):
        assert type(Compiled(lambda x, kind=kind: kind(x))(ONE)) is kind
        assert Compiled(lambda pair: pair.number + 1)(kind(ONE)) == 2


def test_an_optimizer_never_gets_the_memory_of_another() -> None:
    def own(kind: Any) -> optax.GradientTransformation:
        def update(updates: Any, memory: Any, _: Any = None) -> Any:
            assert type(memory) is kind
            return jax.tree.map(lambda g: -0.1 * g, updates), kind(memory.number + 1)

        return optax.GradientTransformation(lambda _: kind(jnp.zeros(())), update)

    for kind in (One, Other):
        w = GDWidget(lambda W: W * W, 8.0, optimizer=own(kind))
        w.step(2)
        assert float(w.loss) == pytest.approx(8.0**2 * 0.8**4)


def test_what_closes_over_much_is_compiled_by_itself() -> None:
    table = jnp.zeros(compiled.MOST_CONSTANTS // 4 + 1)
    assert Compiled(lambda x: x + table.sum())(ONE) == 1
    assert not compiled._kept


def test_other_shapes_are_computed_as_they_are() -> None:
    total = Compiled(lambda numbers: sum(each.sum() for each in numbers))
    for size in (1, 3, 1, 3):
        assert total([np.ones(size, np.float32)]) == size
    assert total([np.ones(2, np.float32), ONE]) == 3


def test_an_error_of_the_function_is_told() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        Compiled(lambda x: x + "a")(ONE)


def test_so_many_programs_are_kept_and_no_function_with_them() -> None:
    def loss(W: Any) -> Any:
        return W * W

    gone = weakref.ref(loss)
    assert Compiled(loss)(ONE) == 1
    for number in range(compiled.MOST_PROGRAMS + 3):
        Compiled(lambda x, number=number: x + number)(ONE)
    assert len(compiled._kept) == compiled.MOST_PROGRAMS
    del loss
    gc.collect()
    assert gone() is None


def test_of_data_of_ever_other_lengths_so_many_programs_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def held() -> tuple[int, int]:
        gc.collect()
        alive = gc.get_objects()
        programs = sum(isinstance(each, jax.stages.Compiled) for each in alive)
        return programs, sum(isinstance(each, Jaxpr) for each in alive)

    monkeypatch.setattr(compiled, "MOST_PROGRAMS", 3)
    negative = Compiled(jax.lax.neg)  # most of jax.numpy is traced apart, and that is kept by jax
    programs, traced = held()
    for length in range(1, 13):
        assert negative(np.ones(length, np.float32)).tolist() == [-1] * length
    now = held()
    assert now[0] - programs == 3
    assert now[1] - traced <= 3


def test_the_lengths_used_last_are_kept(
    monkeypatch: pytest.MonkeyPatch, compiles: list[str]
) -> None:
    monkeypatch.setattr(compiled, "MOST_PROGRAMS", 2)
    double = Compiled(lambda numbers: numbers * 2)
    for length in (1, 2, 1, 3):
        double(np.ones(length, np.float32))
    compiles.clear()
    double(np.ones(1, np.float32))
    assert compiles == []


def test_only_what_was_chosen_lately_is_kept() -> None:
    problem, descents = Problem(lambda W: W * W, 8.0), Descents()
    spec = RunSpec(Optimizer.of("sgd"), None, Rates(0.1), seed=0, exact=None)
    first = descents.of(problem, spec)
    assert descents.of(problem, spec) is first
    for _ in range(40):
        descents.of(problem, replace(spec, optimizer=Optimizer.of(optax.sgd(0.1))))
    assert len(descents._latest) < 40
    assert descents.of(problem, spec) is not first
