"""Every parameter of a primitive is used, known to make no difference, or refused by name."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax import lax

from gdwidget import GDWidget
from gdwidget._core.versions import OTHER_PARAMETERS
from gdwidget._lowering import attributes, trace
from gdwidget._lowering.equations import Step
from gdwidget._lowering.trace import NotPortableError, traced
from tests import make_programs

if TYPE_CHECKING:
    from collections.abc import Callable

TWO = np.ones((2, 2), np.float32)


def _equations(jaxpr: Any) -> Iterator[Any]:
    for equation in jaxpr.eqns:
        yield equation
        for value in equation.params.values():
            for each in value if isinstance(value, tuple) else (value,):
                inner = getattr(each, "jaxpr", each)
                if hasattr(inner, "eqns"):
                    yield from _equations(inner)


@pytest.fixture(scope="module")
def of_jax() -> dict[str, set[str]]:
    """Return the parameters that jax gives each primitive, in all programs of the tests."""
    found: dict[str, set[str]] = defaultdict(set)
    for cases in make_programs.cases().values():
        for case in cases:
            for equation in _equations(jax.make_jaxpr(case.function)(*case.inputs).jaxpr):
                found[equation.primitive.name] |= set(equation.params)
    return found


def _own(name: str) -> set[str]:
    only = {each.split(".")[1] for each in attributes.ONLY if each.startswith(f"{name}.")}
    return {*attributes.USED.get(name, "").split(), *attributes.IDLE.get(name, "").split(), *only}


def test_the_tables_name_what_jax_has(of_jax: dict[str, set[str]]) -> None:
    assert len(of_jax) > 80
    known = {*trace._KNOWN, *trace._LOOPS, *trace._INLINED}
    for name in known & set(of_jax):
        params = of_jax[name]
        assert _own(name) <= params, name
        other = OTHER_PARAMETERS.get(name, "").split()
        assert params - _own(name) <= {"accuracy", "out_dtype", *other}, name


def test_what_is_said_to_be_used_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[str, set[str]] = defaultdict(set)

    class Params(Mapping[str, Any]):
        def __init__(self, name: str, params: Any) -> None:
            self.name, self.params = name, params

        def __getitem__(self, key: str) -> Any:
            read[self.name].add(key)
            return self.params[key]

        def __iter__(self) -> Iterator[str]:
            return iter(self.params)

        def __len__(self) -> int:
            return len(self.params)

    def step(writer: Any, name: str, *known: Any) -> Step:
        operands, shapes, types, params = known
        return Step(writer, name, operands, shapes, types, Params(name, params))

    monkeypatch.setattr(trace, "Step", step)
    for cases in make_programs.cases().values():
        for case in cases:
            with contextlib.suppress(NotPortableError):  # another jax may ask for more
                case.program()
    assert len(read) > 30
    for name, keys in read.items():
        assert keys == set(attributes.USED[name].split()), name


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: x.at[1].apply(jnp.negative), "scatter whose update_jaxpr is its own"),
        (lambda x: x.at[0, 1].apply(lambda a: a * 2), "scatter whose update_jaxpr"),
        (lambda x: lax.exp(x, accuracy=lax.AccuracyMode.HIGHEST), "exp whose accuracy"),
        (
            lambda x: lax.dot(x, x, precision=lax.DotAlgorithmPreset.BF16_BF16_F32),
            "dot_general whose precision",
        ),
        (lambda x: lax.reshape(x, (4,), dimensions=(1, 0)), "reshape whose dimensions"),
    ],
)
def test_a_parameter_that_changes_the_meaning_is_refused_by_name(
    function: Callable[[Any], Any], words: str
) -> None:
    with pytest.raises(NotPortableError, match=f"^it uses {words}") as raised:
        traced(lambda x: [function(x)], TWO)
    assert str(raised.value).endswith("which the browser's table of operations does not have.")


def test_what_other_versions_tell_a_scan_makes_no_difference() -> None:
    attributes.check("scan", {"length": 3, "linear": (False,), "_split_transpose": False})


@pytest.mark.parametrize("name", ["mul", "scatter", "gather", "jit", "scan", "while", "cond"])
def test_a_parameter_that_is_not_known_is_refused_by_name(name: str) -> None:
    with pytest.raises(NotPortableError, match=f"it uses {name} whose new_one is its own"):
        attributes.check(name, {"new_one": None})


def test_what_makes_no_difference_on_a_processor_is_taken() -> None:
    precise = traced(lambda x: [lax.dot(x, x, precision=lax.Precision.HIGHEST)], TWO)
    assert precise == traced(lambda x: [lax.dot(x, x)], TWO)
    assert traced(lambda x: [x.at[1].set(2.0, unique_indices=True)], TWO)["e"]


def test_an_optimizer_with_a_scatter_of_its_own_is_not_portable() -> None:
    def turned(updates: Any, state: Any, _: Any = None) -> Any:
        return updates.at[1].apply(jnp.negative), state

    make = lambda rate: optax.chain(  # noqa: E731 - an optimizer as it is handed in
        optax.GradientTransformation(lambda _: optax.EmptyState(), turned), optax.sgd(rate)
    )
    w = GDWidget(lambda p: (p**2).sum(), np.ones(2, np.float32), optimizer=make)
    w.step()
    assert not w.portable
    assert "scatter whose update_jaxpr" in w.portable.reason
