"""What is minimised: a loss, the starting parameters and the data."""

from __future__ import annotations

import inspect
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, jaxpr_as_fun

from gdwidget._core import auxiliary
from gdwidget._core.batching import Stream
from gdwidget._core.costs import inner_programs
from gdwidget._core.handing import Room, checked, is_stream
from gdwidget._core.hints import meant
from gdwidget._core.parameters import Parameters
from gdwidget._core.placement import Placement, placed
from gdwidget._core.starts import checked_start, same_structure
from gdwidget._validation import real_number, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jax.extend.core import Jaxpr

    from gdwidget._core.placement import Place

EXACT_SIZE = 10_000
"""Small problems that read at most this many numbers are compiled exactly by default."""

_DEBUGGING = frozenset({"debug_callback", "debug_print"})
_COLUMNS = ("step", "loss", "learning_rate", "full_loss")
_TRUNCATED = "requested dtype"
_PAIR = 2


@dataclass(frozen=True, eq=False)
class Problem:
    """A loss with its starting parameters and data, checked.

    The loss is called as ``loss(*params, *data)``, or as ``loss(*params, batch)`` if it takes
    one argument after its parameters, and must return one float that jax can differentiate,
    or with ``has_aux`` a pair of it and of anything else that is computed on the way.

    Parameters
    ----------
    loss : callable
        ``loss(W, b)``, or with data ``loss(W, b, xs, ys)``; traced by jax.
    *params : float, array_like or pytree of them
        Starting value of each parameter, in the order of the loss's arguments. A plain
        int is taken as a float. Of a model, a pytree that can be called such as an equinox
        module, float arrays learn. What is held may be anything that the loss takes.
    argnums : int or tuple of int, default 0
        Which parameters learn, as in `jax.value_and_grad`; the others are held.
    has_aux : bool, default False
        Whether the loss returns ``(loss, aux)``, as in `jax.value_and_grad`: ``aux`` is a
        pytree of arrays. Its single numbers, the first 32, are recorded at every step in
        columns named by their path, with ``aux.`` in front where there is such a column.
    data : tuple of array_like, array_like, dict or other pytree, or iterable of batches, optional
        All data at once: a tuple of arrays with one row a sample, shapes ``(n, ...)``, such as
        ``(xs, ys)``; or an array, a dict or another pytree of such arrays, which is one
        argument. Floats become float32.

        Batches: a list, a data loader, a generator or another iterable, each item the data of
        one step, given as all data would be. They differ in length only, and never more than
        one of them is kept. What can be read again begins its next epoch at its end; a
        generator ends.

        A tuple is spread over as many arguments of the loss, and handed whole to a loss that
        takes one argument after its parameters. A list inside of these is an array that is
        written out.
    predict : callable, optional
        ``predict(*params, inputs)``, the model whose error the loss measures.
    name : str, default ""
        What the problem is called, for choices and legends.
    view : tuple of float, optional
        Lowest and highest value of the first number that learns that a picture should show;
        by default the way from the start down to the minimum.

    Attributes
    ----------
    names : tuple of str
        The parameters' names, from the loss's signature.
    start : dict of str to numpy.float32 or pytree of arrays
        Starting value of each parameter.
    learning : tuple of str
        Names of the parameters that learn.
    parameters : Parameters
        Their numbers, by name and as a vector.
    aux_columns : tuple of str
        What the columns of the numbers in aux are called.
    stream : Stream or None
        Where batches come from if ``data`` is an iterable of them.
    placement : Placement
        On which device it is computed.

    Raises
    ------
    ArgumentError
        If anything above is not as said; the message names it.

    Examples
    --------
    >>> problem = Problem(lambda W, b: (W * 3 + b - 5) ** 2, 8, -1)
    >>> problem.names, problem.learning, problem.start["W"].item()
    (('W', 'b'), ('W',), 8.0)
    >>> def loss(W, xs):
    ...     errors = W * xs - 1
    ...     return (errors**2).mean(), {"worst": abs(errors).max(), "errors": errors}
    >>> Problem(loss, 8.0, data=([1.0, 2.0],), has_aux=True).aux_columns
    ('worst',)
    """

    loss: Callable[..., Any]
    start: Mapping[str, Any]
    argnums: int | tuple[int, ...]
    learning: tuple[str, ...]
    parameters: Parameters
    arrays: tuple[Any, ...]
    stream: Stream | None = None
    predict: Callable[..., Any] | None = None
    name: str = ""
    view: tuple[float, float] | None = None
    has_aux: bool = False
    aux_columns: tuple[str, ...] = ()
    placement: Placement = field(init=False)

    def __init__(
        self,
        loss: Callable[..., Any],
        *params: Any,
        argnums: int | tuple[int, ...] = 0,
        has_aux: bool = False,
        data: Iterable[Any] | None = None,
        predict: Callable[..., Any] | None = None,
        name: str = "",
        view: tuple[float, float] | None = None,
    ) -> None:
        if not callable(loss):
            raise ArgumentError("loss", loss, "a function loss(*params, *data)")
        if predict is not None and not callable(predict):
            raise ArgumentError("predict", predict, "a function predict(*params, inputs)")
        if not isinstance(name, str):
            raise ArgumentError("name", name, "a text")
        if not isinstance(has_aux, bool):
            raise ArgumentError("has_aux", has_aux, "True or False")
        stream, arrays = _data(data, Room.after(len(params), _arguments(loss)))
        names = _parameter_names(loss, len(params), len(arrays))
        positions = _check_argnums(argnums, names)
        learning = tuple(names[position] for position in positions)
        start = {
            name: checked_start(name, value, learns=name in learning)
            for name, value in zip(names, params, strict=True)
        }
        single = not isinstance(argnums, tuple)
        parameters = Parameters(start, learning, single=single)
        if parameters.count == 0:
            accepted = "parameters with at least one number that learns"
            raise ArgumentError("params", f"no number in {', '.join(learning)}", accepted)
        _check_columns(parameters.recorded)
        setting = object.__setattr__
        setting(self, "loss", loss)
        setting(self, "start", MappingProxyType(start))
        setting(self, "argnums", positions[0] if single else positions)
        setting(self, "learning", learning)
        setting(self, "parameters", parameters)
        setting(self, "arrays", arrays)
        setting(self, "stream", stream)
        setting(self, "predict", predict)
        setting(self, "name", name)
        setting(self, "view", _check_view(view))
        setting(self, "has_aux", has_aux)
        small = self.size <= EXACT_SIZE and parameters.complete
        setting(self, "placement", Placement.found(start, self.data, small=small))
        setting(self, "start", MappingProxyType(placed(start, self.place)))
        setting(self, "arrays", placed(arrays, self.place))
        aux = self._check_loss()
        others = (f"{name}_grad" for name in parameters.recorded)
        taken = (*_COLUMNS, *self.names, *parameters.recorded, *others)
        setting(self, "aux_columns", auxiliary.columns(aux, taken))

    def __deepcopy__(self, _: dict[int, Any]) -> Problem:
        """Return the problem itself, for it never changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what makes the same again; the loss must be one that can be imported.

        Raises
        ------
        TypeError
            If the data are a stream, which is half read.
        """
        if self.stream:
            message = "the data come as a stream, which cannot be pickled; pickle the loss instead"
            raise TypeError(message)
        settings = {"argnums": self.argnums, "has_aux": self.has_aux, "data": self.arrays or None}
        shown = {"predict": self.predict, "name": self.name, "view": self.view}
        return _made, (self.loss, tuple(self.start.values()), {**settings, **shown})

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, in the order of the loss's arguments."""
        return tuple(self.start)

    @property
    def scalars(self) -> tuple[str, ...]:
        """Names of the parameters that are single numbers."""
        return tuple(name for name, value in self.start.items() if isinstance(value, np.float32))

    @property
    def data(self) -> tuple[Any, ...]:
        """The loss's arguments after its parameters; of a stream the newest batch."""
        return self.stream.batch if self.stream else self.arrays

    @property
    def place(self) -> Place:
        """Where it is computed unless something else is asked for."""
        return self.placement.place

    @property
    def samples(self) -> int:
        """How many samples there are; 0 without data, and for a stream."""
        return 0 if self.stream or not self.arrays else len(jax.tree.leaves(self.arrays)[0])

    @property
    def size(self) -> int:
        """How many numbers the loss reads: all data and parameters."""
        return int(sum(leaf.size for leaf in jax.tree.leaves((self.data, self.given()))))

    def given(self, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what compiled functions take: all parameters, of them what jax computes with."""
        return self.parameters.arrays(self.start if params is None else params)

    def evaluate(self, params: Mapping[str, Any], data: Sequence[Any]) -> jax.Array:
        """Return the loss as a float32 scalar; may be traced."""
        return self._returned(params, data)[0]

    def aux(self, params: Mapping[str, Any], data: Sequence[Any]) -> Any:
        """Return what a loss with ``has_aux`` returns beside its value; may be traced."""
        return self._returned(params, data)[1]

    def value_and_grad(
        self, params: Mapping[str, Any], data: Sequence[Any]
    ) -> tuple[jax.Array, Any]:
        """Return the loss and its gradient, a pytree like the learning one; may be traced."""
        return self.recorded(params, data)[:2]

    def recorded(
        self, params: Mapping[str, Any], data: Sequence[Any]
    ) -> tuple[jax.Array, Any, list[jax.Array]]:
        """Return `value_and_grad` and the numbers of `aux_columns`; may be traced."""

        def of_learning(tree: Any) -> tuple[jax.Array, list[jax.Array]]:
            loss, aux = self._returned(self.parameters.with_tree(params, tree), data)
            return loss, auxiliary.numbers(aux)

        of_tree = jax.value_and_grad(of_learning, has_aux=True)
        (loss, numbers), gradient = of_tree(self.parameters.tree(params))
        return loss, gradient, numbers

    def checked_batch_size(self, size: object) -> int | None:
        """Return how many samples a step reads; None for all.

        Raises
        ------
        ArgumentError
            If it is not 1 to the number of samples, or there are no samples to choose from.
        """
        if size is None:
            return None
        if not self.samples:
            reason = "a stream brings its own batches" if self.stream else "there is no data"
            raise ArgumentError("batch_size", size, "None", reason)
        return whole_number("batch_size", size, 1, self.samples)

    def started_at(self, start: Mapping[str, object]) -> Problem:
        """Return the same problem with other starting values for the parameters named.

        Raises
        ------
        ArgumentError
            If a name is none of the parameters', a value is no float, or a pytree is not
            like that it would replace.
        """
        values = dict(self.start)
        for name, value in start.items():
            if name not in self.start:
                accepted = f"one of {', '.join(self.names)}"
                raise ArgumentError("parameter", name, accepted, meant(name, self.names))
            checked = checked_start(name, value, learns=name in self.learning)
            values[name] = same_structure(name, checked, self.start[name])
        copy = object.__new__(Problem)
        copy.__dict__.update(self.__dict__)
        copy.__dict__["start"] = MappingProxyType(placed(values, self.place))
        return copy

    @cached_property
    def silent(self) -> Callable[[Mapping[str, Any], Sequence[Any]], jax.Array]:
        """`evaluate` without what the loss prints or reports by `jax.debug` on its way."""
        return self._silenced(self.evaluate)

    @cached_property
    def silent_aux(self) -> Callable[[Mapping[str, Any], Sequence[Any]], Any]:
        """`aux` in the same way."""
        return self._silenced(self.aux)

    @cached_property
    def has_callbacks(self) -> bool:
        """Whether the loss calls back into Python while it runs, as `jax.debug.print` does."""
        return calls_back(jax.make_jaxpr(self.value_and_grad)(self.given(), self.data).jaxpr)

    def _returned(self, params: Mapping[str, Any], data: Sequence[Any]) -> tuple[jax.Array, Any]:
        """Return the loss as a float32 scalar, and its aux, None without."""
        returned = self.loss(*self.parameters.values(params), *data)
        loss, aux = returned if self.has_aux else (returned, None)
        return jnp.asarray(loss).astype(jnp.float32), aux

    def _silenced(
        self, function: Callable[[Mapping[str, Any], Sequence[Any]], Any]
    ) -> Callable[[Mapping[str, Any], Sequence[Any]], Any]:
        if not self.has_callbacks:
            return function

        def silent(params: Mapping[str, Any], data: Sequence[Any]) -> Any:
            given = self.given(params), tuple(data)
            traced, shapes = jax.make_jaxpr(function, return_shape=True)(*given)
            kept = [step for step in traced.jaxpr.eqns if step.primitive.name not in _DEBUGGING]
            effects = frozenset(effect for step in kept for effect in step.effects)
            quiet = ClosedJaxpr(traced.jaxpr.replace(eqns=kept, effects=effects), traced.consts)
            results = jaxpr_as_fun(quiet)(*jax.tree.leaves(given))
            return jax.tree.unflatten(jax.tree.structure(shapes), results)

        return silent

    @property
    def _batch_shown(self) -> str:
        return f"; {self.stream.shown}" if self.stream else ""

    def _check_loss(self) -> Any:
        """Return shapes and dtypes of the aux, None without."""
        arguments = ", ".join(inspect.signature(self.loss).parameters) if self.names else ""
        accepted = "a function that jax can differentiate and that returns one float"
        shown = f"{getattr(self.loss, '__name__', type(self.loss).__name__)}({arguments})"
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                result = jax.eval_shape(
                    lambda params, data: self.loss(*self.parameters.values(params), *data),
                    self.given(),
                    self.data,
                )
        except Exception as error:
            reason = f"it raised {_brief(error)}{self._batch_shown}"
            raise ArgumentError("loss", shown, accepted, reason) from error
        for warning in warned:
            if _TRUNCATED in str(warning.message):
                wanted = "a loss that does with 32 bits, for jax has 64 switched off"
                raise ArgumentError("loss", shown, wanted, "it asks for numbers of 64 bits")
        result, aux = self._parted(result, shown, accepted)
        leaves = jax.tree.leaves(result)
        if len(leaves) != 1 or not isinstance(result, jax.ShapeDtypeStruct) or result.shape != ():
            given = jax.tree.map(lambda leaf: leaf.shape, result)
            raise ArgumentError("loss", shown, accepted, f"it returns shape {given}, no scalar")
        if not jnp.issubdtype(result.dtype, jnp.floating):
            raise ArgumentError("loss", shown, accepted, f"it returns {result.dtype}")
        try:
            jax.eval_shape(self.value_and_grad, self.given(), self.data)
        except Exception as error:
            reason = f"its gradient raised {_brief(error)}{self._batch_shown}"
            raise ArgumentError("loss", shown, accepted, reason) from error
        return aux

    def _parted(self, result: Any, shown: str, accepted: str) -> tuple[Any, Any]:
        """Return what a loss returns as its value and its aux, None without."""
        several = isinstance(result, (tuple, list))
        if not self.has_aux and not several:
            return result, None
        given = f"a {type(result).__name__} of {len(result)}" if several else "no tuple"
        if not self.has_aux:
            reason = f"it returns {given}; with has_aux=True a loss returns (loss, aux)"
            raise ArgumentError("loss", shown, accepted, reason)
        if not several or len(result) != _PAIR:
            wanted = "with has_aux=True a function that returns (loss, aux)"
            raise ArgumentError("loss", shown, wanted, f"it returns {given}")
        return tuple(result)


def _made(loss: Any, params: tuple[Any, ...], settings: dict[str, Any]) -> Problem:
    return Problem(loss, *params, **settings)


def _check_view(view: object) -> tuple[float, float] | None:
    match view:
        case None:
            return None
        case [first, second]:
            low, high = real_number("view", first), real_number("view", second)
            if low < high:
                return low, high
    raise ArgumentError("view", view, "a pair of numbers, the lower one first")


def _brief(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def _check_argnums(argnums: object, names: tuple[str, ...]) -> tuple[int, ...]:
    accepted = f"a whole number from 0 to {len(names) - 1} ({', '.join(names)}), or a tuple of them"
    given = argnums if isinstance(argnums, tuple) else (argnums,)
    positions = []
    for number in given:
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)):
            raise ArgumentError("argnums", argnums, accepted)
        if not -len(names) <= number < len(names):
            raise ArgumentError("argnums", argnums, accepted)
        positions.append(int(number) % len(names))
    if not positions or len(set(positions)) < len(positions):
        raise ArgumentError("argnums", argnums, accepted)
    return tuple(positions)


def _data(data: Any, room: Room) -> tuple[Stream | None, tuple[Any, ...]]:
    if data is None:
        return None, ()
    if is_stream(data):
        stream = Stream(data, room)
        return stream, stream.batch
    return None, checked(data, room)


def _check_columns(names: tuple[str, ...]) -> None:
    columns = (*_COLUMNS, *(f"{name}_grad" for name in names))
    for name in names:
        if name in columns:
            accepted = f"names other than the trajectory's columns ({', '.join(columns)})"
            raise ArgumentError("loss", f"a parameter named {name}", accepted)


def _arguments(loss: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(loss).parameters.values())
    except (TypeError, ValueError) as error:
        raise ArgumentError("loss", loss, "a function with a signature") from error


def _parameter_names(loss: Callable[..., Any], params: int, data: int) -> tuple[str, ...]:
    arguments = _arguments(loss)
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
        counts = f"{params} parameters and {data} arguments of data"
        raise ArgumentError("params", counts, accepted)
    for name in names:
        if names.count(name) > 1:
            raise ArgumentError("params", f"two parameters named {name}", "different names")
    return tuple(names[:params])


def calls_back(jaxpr: Jaxpr) -> bool:
    """Return whether a traced function calls back into Python while it runs."""
    for equation in jaxpr.eqns:
        if "callback" in equation.primitive.name or equation.primitive.name == "debug_print":
            return True
        if any(map(calls_back, inner_programs(equation))):
            return True
    return False
