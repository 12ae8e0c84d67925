from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import ArgumentError, Problem
from tests.tools import float32, names_all, refuses

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER: Any = jax.eval_shape(lambda: jnp.float32(0))
DIFFERENTIABLE = "a function that jax can differentiate and that returns one float"


def bowl(W: Any, b: Any) -> Any:
    return (W * 3 + b - 5) ** 2


def fit(W: Any, b: Any, inputs: Any, targets: Any) -> Any:
    return jnp.sum((inputs * W + b - targets) ** 2) / inputs.size


def total(W: Any, xs: Any) -> Any:
    return jnp.sum(W * xs)


class Callable_:  # noqa: N801 - a callable object
    def __call__(self, slope: Any) -> Any:
        return slope**2


def test_names_come_from_the_signature() -> None:
    problem = Problem(bowl, 8.0, -1.0)
    assert problem.names == ("W", "b")
    assert problem.learning == ("W",)
    assert problem.argnums == 0
    assert dict(problem.start) == {"W": np.float32(8), "b": np.float32(-1)}
    assert [type(value) for value in problem.start.values()] == [np.float32, np.float32]


@pytest.mark.parametrize(
    ("loss", "names"),
    [
        (lambda *values: values[0] ** 2 + values[1], ("values0", "values1")),
        (lambda W, *more: W**2 + more[0], ("W", "more0")),
        (lambda W, b=1.0: W**2 + b, ("W", "b")),
        (lambda W, b, c=1.0: W**2 + b + c, ("W", "b")),
        (functools.partial(lambda a, W, b: a * W**2 + b, 2.0), ("W", "b")),
        (jax.jit(bowl), ("W", "b")),
    ],
    ids=["rest", "name and rest", "default taken", "default left", "partial", "jit"],
)
def test_any_signature_with_places_will_do(
    loss: Callable[..., Any], names: tuple[str, ...]
) -> None:
    assert Problem(loss, 8.0, 1.0).names == names


def test_a_callable_object_is_a_loss() -> None:
    assert Problem(Callable_(), 3.0).names == ("slope",)


@pytest.mark.parametrize("value", [8, 8.0, np.float32(8), np.array(8.0), jnp.float32(8)])
def test_a_plain_int_is_taken_as_a_float(value: float) -> None:
    start = Problem(bowl, value, -1).start
    assert start["W"] == 8
    assert type(start["W"]) is np.float32


@pytest.mark.parametrize("argnums", [1, -1, np.int64(1)])
def test_argnums_says_which_learns(argnums: int) -> None:
    problem = Problem(bowl, 8.0, -1.0, argnums=argnums)
    assert (problem.learning, problem.argnums) == (("b",), 1)


def test_data_follow_the_parameters() -> None:
    data = ([0, 1, 2], np.array([[1.0], [2.0], [3.0]]))
    problem = Problem(lambda W, xs, ys: jnp.sum(W * xs[:, None] - ys) ** 2, 1.0, data=data)
    assert [array.dtype for array in problem.data] == [jnp.int32, jnp.float32]
    assert [array.shape for array in problem.data] == [(3,), (3, 1)]
    assert problem.size == 7


def test_value_and_grad_is_that_of_jax() -> None:
    xs, ys = float32([0, 1]), float32([1, 3])
    problem = Problem(fit, 8.0, -1.0, argnums=1, data=(xs, ys))
    loss, gradient = problem.value_and_grad(problem.start, problem.data)
    expected = jax.value_and_grad(fit, 1)(8.0, -1.0, xs, ys)
    assert (float(loss), float(gradient)) == (float(expected[0]), float(expected[1]))


def test_it_can_be_started_elsewhere_and_stays_as_it_is() -> None:
    problem = Problem(bowl, 8.0, -1.0)
    moved = problem.started_at({"W": 3})
    assert dict(moved.start) == {"W": 3.0, "b": -1.0}
    assert dict(problem.start) == {"W": 8.0, "b": -1.0}
    assert (moved.loss, moved.learning) == (problem.loss, problem.learning)
    with refuses("parameter", "'V'", "one of W, b"):
        problem.started_at({"V": 1.0})
    with refuses("W", "'8'", "a finite number"):
        problem.started_at({"W": "8"})


def test_it_cannot_be_changed() -> None:
    problem = Problem(bowl, 8.0, -1.0)
    with pytest.raises(AttributeError):
        problem.learning = ("b",)  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not support item assignment"):
        problem.start["W"] = np.float32(3)  # type: ignore[index]


@pytest.mark.parametrize(
    ("loss", "has"),
    [
        (bowl, False),
        (lambda W, b: (jax.debug.print("{}", W), W**2 + b)[1], True),
        (lambda W, b: (jax.debug.callback(print, W), W**2 + b)[1], True),
        (jax.jit(lambda W, b: (jax.debug.print("{}", W), W**2 + b)[1]), True),
        (lambda W, b: jax.lax.cond(b > 0, lambda: W, lambda: _told(W)) ** 2, True),
    ],
    ids=["none", "print", "callback", "in a jit", "in a branch"],
)
def test_it_knows_whether_the_loss_calls_back(loss: Callable[..., Any], *, has: bool) -> None:
    assert Problem(loss, 8.0, -1.0).has_callbacks is has


def _told(value: Any) -> Any:
    jax.debug.print("{}", value)
    return value


@pytest.mark.parametrize("loss", [None, 3, "W ** 2", [bowl]])
def test_a_loss_must_be_callable(loss: Any) -> None:
    with refuses("loss", repr(loss)[:5], "a function loss(*params, *data)"):
        Problem(loss, 8.0)


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        (lambda W: jnp.array([W, W]), "returns shape (2,), no scalar"),
        (lambda W: (W, W), "returns a tuple of 2"),
        (lambda W: None, "returns shape None, no scalar"),  # noqa: ARG005
        (lambda W: {"loss": W}, "returns shape {'loss': ()}, no scalar"),
        (lambda W: (W > 0).astype(int), "returns int32"),
        (lambda W: W > 0, "returns bool"),
        (lambda W: W + 1j, "returns complex64"),
        (lambda W: "low", "raised TypeError"),  # noqa: ARG005
        (lambda W: 1 / 0, "raised ZeroDivisionError: division by zero"),  # noqa: ARG005
        (lambda W: float(W) ** 2, "raised ConcretizationTypeError"),
        (lambda W: W if W > 0 else -W, "raised TracerBoolConversionError"),
        (lambda W, *, k: W * k, "missing 1 required keyword-only argument: 'k'"),
        (
            lambda W: jax.lax.while_loop(lambda v: v < 9, lambda v: v + 1, W),
            "gradient raised ValueError: Reverse-mode differentiation does not work",
        ),
        (
            lambda W: jax.pure_callback(lambda v: v, NUMBER, W),
            "gradient raised ValueError: Pure callbacks do not support JVP",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_loss_must_return_one_float_jax_can_differentiate(
    loss: Callable[..., Any], why: str
) -> None:
    with refuses("loss", "<lambda>(W", DIFFERENTIABLE) as caught:
        Problem(loss, 8.0)
    assert why in str(caught.value)


def test_a_loss_is_named_as_text_even_if_its_name_is_markup() -> None:
    def raises(W: Any) -> Any:
        return W.nothing

    raises.__name__ = "<script>alert(1)</script>"
    with refuses("loss", "'<script>alert(1)</script>(W)'", DIFFERENTIABLE):
        Problem(raises, 8.0)


@pytest.mark.parametrize(
    ("params", "data", "given"),
    [
        ((), None, "0 parameters and 0 arguments of data"),
        ((8.0,), None, "1 parameters and 0 arguments of data"),
        ((8.0, -1.0, 3.0), None, "3 parameters and 0 arguments of data"),
        ((8.0, -1.0), ([1.0],), "2 parameters and 1 arguments of data"),
    ],
)
def test_the_number_of_params_must_fit_the_loss(
    params: tuple[float, ...], data: Any, given: str
) -> None:
    with refuses("params", given, "one value for each argument of loss(W, b)"):
        Problem(bowl, *params, data=data)


@pytest.mark.parametrize("nothing", [None, [], {}, np.ones((0, 3))])
def test_some_number_must_learn(nothing: Any) -> None:
    with refuses("params", "no number in W", "at least one number that learns"):
        Problem(lambda W, b: b**2, nothing, 8.0)  # noqa: ARG005


@pytest.mark.parametrize(
    ("value", "given", "accepted"),
    [
        (np.array(8), "array(8) (it is int64)", "floats; integer arrays cannot be differentiated"),
        (np.int64(8), "np.int64(8)", "floats; integer arrays cannot be differentiated"),
        (jnp.int32(8), "Array(8", "floats; integer arrays cannot be differentiated"),
        (np.arange(3), "array([0, 1, 2])", "floats; integer arrays cannot be differentiated"),
        ([1.0, np.arange(3)], "array([0, 1, 2])", "floats; integer arrays cannot"),
        (np.ones(2, bool), "array([ True,  True]) (it is bool)", "floats; integer arrays cannot"),
        ([1.0, True], "True (it is a bool, no float)", "a float"),
        (1j, "1j", "a finite number within float32"),
        (np.complex64(1j), "(it is complex)", "real floats"),
        (np.ones(2) * 1j, "(it is complex)", "real floats"),
        ({"w": np.array([1.0, np.nan])}, "array([ 1., nan])", "arrays of finite floats"),
        ({"w": [[1.0], 1e300]}, "1e+300", "arrays of finite floats within float32"),
        ({"w": "8"}, "'8' (it is a str, no float)", "a float"),
        ({"w": 8}, "8 (it is an int, no float)", "a float, or hold it in a parameter of its own"),
        ({"w": 1.0, 3: 1.0}, "{'w': 1.0, 3: 1.0}", "numbers, arrays or pytrees of them"),
        (float("nan"), "nan", "a finite number within float32"),
        (1e300, "1e+300", "a finite number within float32"),
        ("8", "'8'", "a finite number within float32"),
        (True, "True", "a finite number within float32"),
    ],
)
def test_a_parameter_must_be_a_float(value: Any, given: str, accepted: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        Problem(bowl, 8.0, value, argnums=1)
    argument = caught.value.argument
    assert argument.startswith("b")
    names_all(str(caught.value), argument, given, accepted)


@pytest.mark.parametrize(
    "argnums", [2, -3, 10**12, 0.0, "0", None, True, [0], (), (0, 2), (1, 1), (0, -2), (0.0,)]
)
def test_argnums_must_name_a_parameter(argnums: Any) -> None:
    with refuses("argnums", repr(argnums), "a whole number from 0 to 1 (W, b)"):
        Problem(bowl, 8.0, -1.0, argnums=argnums)


@pytest.mark.parametrize("name", ["step", "loss", "learning_rate", "W_grad", "full_loss"])
def test_a_parameter_cannot_be_named_as_a_column_is(name: str) -> None:
    loss = eval(f"lambda W, {name}: W + {name}")  # noqa: S307 - a signature per name
    columns = "step, loss, learning_rate, full_loss, W_grad"
    with refuses("loss", f"a parameter named {name}", columns):
        Problem(loss, 8.0, 1.0, argnums=(0, 1))
    assert Problem(loss, 8.0, 1.0).names == ("W", name)


def test_a_loss_without_a_signature_is_refused() -> None:
    with refuses("loss", "built-in function min", "a function with a signature"):
        Problem(min, 8.0)


def test_predict_must_be_callable() -> None:
    with refuses("predict", "3", "a function predict(*params, inputs)"):
        Problem(bowl, 8.0, -1.0, predict=3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "argument", "given", "accepted"),
    [
        ([], "data", "[]", "a tuple of arrays"),
        (3.0, "data", "3.0", "a tuple of arrays"),
        ({}, "data", "{}", "a tuple of arrays"),
        ({"xs": [np.nan]}, "data['xs']", "nan", "no NaN and no inf"),
        ({"xs": [1.0], "ys": [1.0, 2.0]}, "data", "'ys': 2", "arrays of one length"),
        ([1.0, 2.0], "data", "[1.0, 2.0] (it is a list of arrays)", "a tuple (xs, ys)"),
        ([[1.0], [2.0]], "data", "[[1.0], [2.0]]", "a tuple (xs, ys)"),
        ([np.ones(2), np.ones(2)], "data", "it is a list of arrays", "[(x1, y1), (x2, y2)]"),
        ([(1.0, 2.0), (3.0, 6.0)], "data", "a list of samples", "tuple(zip(*samples))"),
        ("abc", "data", "'abc'", "a tuple of arrays"),
        (([1.0, np.nan],), "data[0]", "nan", "no NaN and no inf"),
        (([1.0, np.inf],), "data[0]", "inf", "no NaN and no inf"),
        (([1e300],), "data[0]", "1e+300", "finite numbers within float32"),
        (([2**40],), "data[0]", "1099511627776", "whole numbers within int32"),
        (([2**31],), "data[0]", "2147483648", "whole numbers within int32"),
        (([-(2**40)],), "data[0]", "-1099511627776", "whole numbers within int32"),
        (([10**400],), "data[0]", "100000", "an array of numbers"),
        ((["a"],), "data[0]", "'a'", "an array of real numbers"),
        (([1j],), "data[0]", "1j", "an array of real numbers"),
        (([None],), "data[0]", "None", "an array of numbers"),
        (([[1.0], [1.0, 2.0]],), "data[0]", "[[1.0]", "an array of numbers"),
        ((3.0,), "data[0]", "3.0", "an array with one row a sample"),
        (([],), "data", "lengths [0]", "arrays of one length, at least 1"),
    ],
)
def test_data_must_be_arrays_of_finite_numbers(
    data: Any, argument: str, given: str, accepted: str
) -> None:
    with refuses(argument, given, accepted):
        Problem(total, 1.0, data=data)


def test_data_must_have_one_length() -> None:
    with refuses("data", "lengths [2, 3]", "arrays of one length"):
        Problem(fit, 1.0, 0.0, data=([1.0, 2.0], [1.0, 2.0, 3.0]))


@pytest.mark.parametrize("number", [2**31 - 1, -(2**31), 0])
def test_whole_numbers_within_int32_are_kept_exactly(number: int) -> None:
    problem = Problem(total, 1.0, data=([number],))
    assert int(problem.data[0][0]) == number
