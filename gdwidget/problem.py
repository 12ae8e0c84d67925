"""What is minimised: a loss, the starting parameters and the data."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, jaxpr_as_fun

from gdwidget.checks import real_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jax.extend.core import Jaxpr

_DEBUGGING = frozenset({"debug_callback", "debug_print"})
_COLUMNS = ("step", "loss", "learning_rate")


@dataclass(frozen=True, eq=False)
class Problem:
    """A loss with its starting parameters and data, checked.

    The loss is called as ``loss(*params, *data)`` and must return one float that jax can
    differentiate.

    Parameters
    ----------
    loss : callable
        ``loss(W, b)``, or with data ``loss(W, b, xs, ys)``; traced by jax.
    *params : float
        Starting value of each parameter, in the order of the loss's arguments. A plain
        int is taken as a float.
    argnums : int, default 0
        Which parameter learns, as in `jax.value_and_grad`; the others are held.
    data : sequence of array_like, optional
        Arrays with one row a sample, shapes ``(n, ...)``; floats become float32.
    predict : callable, optional
        ``predict(*params, inputs)``, the model whose error the loss measures.

    Attributes
    ----------
    names : tuple of str
        The parameters' names, from the loss's signature.
    start : dict of str to numpy.float32
        Starting value of each parameter.
    learning : str
        Name of the parameter that learns.

    Raises
    ------
    ArgumentError
        If anything above is not as said; the message names it.

    Examples
    --------
    >>> problem = Problem(lambda W, b: (W * 3 + b - 5) ** 2, 8, -1)
    >>> problem.names, problem.learning, problem.start["W"].item()
    (('W', 'b'), 'W', 8.0)
    """

    loss: Callable[..., Any]
    start: Mapping[str, np.float32]
    learning: str
    data: tuple[jax.Array, ...] = ()
    predict: Callable[..., Any] | None = None

    def __init__(
        self,
        loss: Callable[..., Any],
        *params: float,
        argnums: int = 0,
        data: Sequence[Any] | None = None,
        predict: Callable[..., Any] | None = None,
    ) -> None:
        if not callable(loss):
            raise ArgumentError("loss", loss, "a function loss(*params, *data)")
        if predict is not None and not callable(predict):
            raise ArgumentError("predict", predict, "a function predict(*params, inputs)")
        arrays = _check_data(data)
        names = _parameter_names(loss, len(params), len(arrays))
        values = [_check_param(name, value) for name, value in zip(names, params, strict=True)]
        setting = object.__setattr__
        setting(self, "loss", loss)
        setting(self, "start", MappingProxyType(dict(zip(names, values, strict=True))))
        setting(self, "learning", names[_check_argnums(argnums, names)])
        setting(self, "data", arrays)
        setting(self, "predict", predict)
        self._check_loss()

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, in the order of the loss's arguments."""
        return tuple(self.start)

    @property
    def argnums(self) -> int:
        """Which parameter learns, counted from 0."""
        return self.names.index(self.learning)

    @property
    def size(self) -> int:
        """How many numbers the loss reads: all data and parameters."""
        return sum(array.size for array in self.data) + len(self.start)

    def evaluate(self, params: Mapping[str, Any], data: Sequence[Any]) -> jax.Array:
        """Return the loss as a float32 scalar; may be traced."""
        loss = self.loss(*(params[name] for name in self.names), *data)
        return jnp.asarray(loss).astype(jnp.float32)

    def value_and_grad(
        self, params: Mapping[str, Any], data: Sequence[Any]
    ) -> tuple[jax.Array, jax.Array]:
        """Return the loss and its gradient in the learning parameter; may be traced."""

        def of_learning(value: Any) -> jax.Array:
            return self.evaluate({**params, self.learning: value}, data)

        return jax.value_and_grad(of_learning)(params[self.learning])

    def started_at(self, start: Mapping[str, object]) -> Problem:
        """Return the same problem with other starting values for the parameters named.

        Raises
        ------
        ArgumentError
            If a name is none of the parameters' or a value is no float.
        """
        for name in start:
            if name not in self.start:
                raise ArgumentError("parameter", name, f"one of {', '.join(self.names)}")
        values = {name: _check_param(name, value) for name, value in start.items()}
        copy = object.__new__(Problem)
        copy.__dict__.update(self.__dict__)
        copy.__dict__["start"] = MappingProxyType({**self.start, **values})
        return copy

    @cached_property
    def silent(self) -> Callable[[Mapping[str, Any], Sequence[Any]], jax.Array]:
        """`evaluate` without what the loss prints or reports by `jax.debug` on its way."""
        if not self.has_callbacks:
            return self.evaluate
        traced = jax.make_jaxpr(self.evaluate)(dict(self.start), self.data)
        kept = [step for step in traced.jaxpr.eqns if step.primitive.name not in _DEBUGGING]
        effects = frozenset(effect for step in kept for effect in step.effects)
        quiet = ClosedJaxpr(traced.jaxpr.replace(eqns=kept, effects=effects), traced.consts)
        run = jaxpr_as_fun(quiet)

        def silent(params: Mapping[str, Any], data: Sequence[Any]) -> jax.Array:
            return jnp.asarray(run(*jax.tree.leaves((dict(params), tuple(data))))[0])

        return silent

    @cached_property
    def has_callbacks(self) -> bool:
        """Whether the loss calls back into Python while it runs, as `jax.debug.print` does."""
        return _has_callbacks(
            jax.make_jaxpr(self.value_and_grad)(dict(self.start), self.data).jaxpr
        )

    def _check_loss(self) -> None:
        arguments = ", ".join(inspect.signature(self.loss).parameters) if self.names else ""
        accepted = "a function that jax can differentiate and that returns one float"
        shown = f"{getattr(self.loss, '__name__', type(self.loss).__name__)}({arguments})"
        try:
            result = jax.eval_shape(
                lambda params, data: self.loss(*(params[name] for name in self.names), *data),
                dict(self.start),
                self.data,
            )
        except Exception as error:
            raise ArgumentError("loss", shown, accepted, f"it raised {_brief(error)}") from error
        leaves = jax.tree.leaves(result)
        if len(leaves) != 1 or not isinstance(result, jax.ShapeDtypeStruct) or result.shape != ():
            given = jax.tree.map(lambda leaf: leaf.shape, result)
            raise ArgumentError("loss", shown, accepted, f"it returns shape {given}, no scalar")
        if not jnp.issubdtype(result.dtype, jnp.floating):
            raise ArgumentError("loss", shown, accepted, f"it returns {result.dtype}")
        try:
            jax.eval_shape(self.value_and_grad, dict(self.start), self.data)
        except Exception as error:
            reason = f"its gradient raised {_brief(error)}"
            raise ArgumentError("loss", shown, accepted, reason) from error


def _brief(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _check_param(name: str, value: object) -> np.float32:
    if not isinstance(value, int) and jnp.issubdtype(
        getattr(value, "dtype", np.float32), jnp.integer
    ):
        raise ArgumentError(name, value, "a float; integer arrays cannot be differentiated")
    return np.float32(real_number(name, value))


def _check_argnums(argnums: object, names: tuple[str, ...]) -> int:
    accepted = f"a whole number from 0 to {len(names) - 1} ({', '.join(names)})"
    if isinstance(argnums, bool) or not isinstance(argnums, (int, np.integer)):
        raise ArgumentError("argnums", argnums, accepted)
    if not -len(names) <= argnums < len(names):
        raise ArgumentError("argnums", argnums, accepted)
    return int(argnums) % len(names)


def _check_data(data: object) -> tuple[jax.Array, ...]:
    if data is None:
        return ()
    accepted = "a tuple of arrays with one row a sample, such as (xs, ys)"
    if not isinstance(data, (tuple, list)) or not data:
        raise ArgumentError("data", data, accepted)
    arrays = [_check_array(f"data[{position}]", given) for position, given in enumerate(data)]
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) > 1 or lengths[0] == 0:
        raise ArgumentError("data", f"lengths {lengths}", "arrays of one length, at least 1")
    return tuple(arrays)


def _check_array(argument: str, given: object) -> jax.Array:
    try:
        array = given if isinstance(given, jax.Array) else np.asarray(given)
    except ValueError as error:
        raise ArgumentError(argument, given, "an array of numbers") from error
    if array.ndim == 0:
        raise ArgumentError(argument, given, "an array with one row a sample")
    if jnp.issubdtype(array.dtype, np.floating):
        with np.errstate(over="ignore"):
            array = array.astype(np.float32)
        if not np.isfinite(array).all():
            accepted = "finite numbers within float32 only, no NaN and no inf"
            raise ArgumentError(argument, given, accepted)
        on_device: jax.Array = jax.device_put(array)
        return on_device
    if not np.issubdtype(array.dtype, np.integer):
        real = "" if array.dtype == object else "real "
        raise ArgumentError(argument, given, f"an array of {real}numbers")
    converted: jax.Array = jax.device_put(array)
    if not np.array_equal(converted, array):
        raise ArgumentError(argument, given, "whole numbers within int32")
    return converted


def _parameter_names(loss: Callable[..., Any], params: int, data: int) -> tuple[str, ...]:
    try:
        arguments = inspect.signature(loss).parameters.values()
    except (TypeError, ValueError) as error:
        raise ArgumentError("loss", loss, "a function with a signature") from error
    positional = [a for a in arguments if a.kind in (a.POSITIONAL_ONLY, a.POSITIONAL_OR_KEYWORD)]
    names = [argument.name for argument in positional]
    rest = [a.name for a in arguments if a.kind is a.VAR_POSITIONAL]
    given = params + data
    if rest:
        names += [f"{rest[0]}{index}" for index in range(max(0, given - len(names)))]
    needed = sum(argument.default is argument.empty for argument in positional)
    if not needed <= given <= len(names) or params == 0:
        wanted = f"loss({', '.join(names)})"
        accepted = f"one value for each argument of {wanted}: parameters first, then data"
        counts = f"{params} parameters and {data} data arrays"
        raise ArgumentError("params", counts, accepted)
    columns = (*_COLUMNS, *(f"{name}_grad" for name in names[:params]))
    for name in names[:params]:
        if name in columns:
            accepted = f"names other than the trajectory's columns ({', '.join(columns)})"
            raise ArgumentError("loss", f"a parameter named {name}", accepted)
    return tuple(names[:params])


def _has_callbacks(jaxpr: Jaxpr) -> bool:
    for equation in jaxpr.eqns:
        if "callback" in equation.primitive.name or equation.primitive.name == "debug_print":
            return True
        for parameter in jax.tree.leaves(
            list(equation.params.values()), is_leaf=lambda leaf: hasattr(leaf, "eqns")
        ):
            inner: Any = getattr(parameter, "jaxpr", parameter)
            if hasattr(inner, "eqns") and _has_callbacks(inner):
                return True
    return False
