"""A problem with its optimizers as programs that a page without a kernel can run."""

from __future__ import annotations

import base64
import contextlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.batching import Batches
from gdwidget._core.stepper import MEASURED_SIZE
from gdwidget._landscape.sharpness import divisors, limit_of
from gdwidget._lowering.builder import MOST_NUMBERS, TRAVEL, constants_of
from gdwidget._lowering.optimizer_programs import programs_of
from gdwidget._lowering.trace import NotPortableError, dtype_letter, traced, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gdwidget._core.optimizers import Optimizer
    from gdwidget._core.problem import Problem
    from gdwidget._core.schedules import Rates
    from gdwidget._landscape.fit import Fit

VERSION = 1
"""Version of the payload; a page that meets a newer one says so."""


class Portability(NamedTuple):
    """Whether pages without a kernel can compute; true or false as a condition, too.

    Attributes
    ----------
    possible : bool
        Whether they can; those that cannot show what was recorded.
    reason : str
        Why they cannot, in a sentence; empty where they can.

    Examples
    --------
    >>> bool(Portability(False, "The data come as a stream."))
    False
    """

    possible: bool
    reason: str = ""

    def __bool__(self) -> bool:
        """Whether pages can compute."""
        return self.possible


def refused(reason: str) -> dict[str, Any]:
    """Return the payload that says why there is none."""
    return {"version": VERSION, "reason": reason}


class Programs:
    """What a page needs to compute the steps of a problem itself.

    Each part is traced when it is first needed, and kept.

    Parameters
    ----------
    problem : Problem
        What is minimised.
    fit : Fit
        How its model is drawn.

    Examples
    --------
    >>> from gdwidget import problems
    >>> from gdwidget._landscape.fit import Fit
    >>> from gdwidget._core.optimizers import Optimizer
    >>> problem = problems.line()
    >>> programs = Programs(problem, Fit(problem))
    >>> payload = programs.payload([Optimizer.of("sgd")], [None, 4])
    >>> payload["batch_sizes"], list(payload["gradient"])
    ([0, 4], ['6', '4', '2'])
    """

    def __init__(self, problem: Problem, fit: Fit) -> None:
        self._problem = problem
        self._fit = fit
        self._gradients: dict[int, dict[str, Any]] = {}
        self._optimizers: dict[object, dict[str, Any]] = {}
        parameters = problem.parameters
        self._learning, self._structure = jax.tree.flatten(parameters.tree(problem.start))
        held = [name for name in problem.names if name not in problem.learning]
        self._held_names = held
        self._held = self._held_floats(problem.start)

    def payload(
        self,
        optimizers: Iterable[Optimizer],
        batch_sizes: Iterable[int | None],
        *,
        start: Sequence[str] = (),
        seed: int = 0,
        rates: Rates | None = None,
        curvature: bool = False,
    ) -> dict[str, Any]:
        """Return all of it, ready for JSON.

        Parameters
        ----------
        optimizers : iterable of Optimizer
            Those to choose from; the first is needed, others that cannot travel are left out.
        batch_sizes : iterable of int or None
            Those to choose from.
        start : sequence of str, optional
            Where runs start, as `start` returns it; by default where the problem does.
        seed : int, default 0
            Seed of the shuffles.
        rates : Rates, optional
            A schedule that was handed in.
        curvature : bool, default False
            Whether the product of the Hessian with a vector is to travel, too, where it can.

        Raises
        ------
        NotPortableError
            If it cannot be done; it says why in a sentence.
        """
        problem = self._problem
        self._refuse()
        sizes = list(dict.fromkeys(size or 0 for size in batch_sizes))
        first, *others = optimizers
        updates = {first.name: self._optimizer(first)}
        for optimizer in others:
            try:
                updates[optimizer.name] = self._optimizer(optimizer)
            except NotPortableError:
                continue
        payload = {
            "version": VERSION,
            "reason": "",
            "leaves": self._leaves(),
            "start": list(start or self.start(problem.start)),
            "data": [_shipped(array) for array in jax.tree.leaves(problem.data)],
            "samples": problem.samples,
            "aux": list(problem.aux_columns),
            "gradient": {str(rows): self._gradient(rows) for rows in self._rows(sizes)},
            "loss": self._loss,
            "measured_every": 1 if problem.size <= MEASURED_SIZE else 0,
            "optimizers": updates,
            "batch_sizes": sizes,
            "seed": str(seed),
            "schedule": None if rates is None else self._schedule(rates),
            "look": self._look,
        }
        if curvature:
            kept = [each for each in (first, *others) if each.name in updates]
            payload["curvature"] = self._curvature and {
                "product": self._curvature,
                "limits": {each.name: limit for each in kept if (limit := limit_of(each.name))},
                "memory": {each.name: self._memory_of(each) for each in kept},
            }
        self._refuse(constants_of(payload))
        return payload

    def _refuse(self, constants: int = 0) -> None:
        problem = self._problem
        if problem.stream:
            reason = "The data come as a stream, of which a page has only what was recorded."
            raise NotPortableError(reason)
        if problem.size > MOST_NUMBERS:
            reason = f"Data and parameters are {problem.size:,} numbers; {TRAVEL}."
            raise NotPortableError(reason)
        if problem.size + constants > MOST_NUMBERS:
            reason = (
                f"Data and parameters are {problem.size:,} numbers, and the programs hold "
                f"{constants:,} more, such as those that the loss closes over; {TRAVEL}."
            )
            raise NotPortableError(reason)

    def _leaves(self) -> list[dict[str, Any]]:
        start, scalars = self._problem.start, self._problem.scalars
        return [
            {"name": name if name in scalars else "", "shape": list(leaf.shape), "learns": learns}
            for names, learns in ((self._problem.learning, True), (self._held_names, False))
            for name in names
            for leaf in self._problem.parameters.floats(start, name)
        ]

    def _rows(self, sizes: Sequence[int]) -> list[int]:
        """Return how many samples the batches of these sizes have, the last ones included."""
        samples = self._problem.samples
        if not samples:
            return [0]
        batches = [Batches(samples, size or samples) for size in sizes]
        return list(dict.fromkeys(n for each in batches for n in (each.size, each.short)))

    def _gradient(self, rows: int) -> dict[str, Any]:
        if rows not in self._gradients:
            problem = self._problem

            def gradient(*arrays: Any) -> list[Any]:
                params, batch = self._split(arrays)
                loss, slopes, aux = problem.recorded(params, self._handed(batch))
                return [loss, *jax.tree.leaves(slopes), *aux]

            data = jax.tree.leaves(problem.data)
            batch = [_like(array, (rows, *array.shape[1:])) for array in data]
            with _about("the loss"):
                self._gradients[rows] = traced(gradient, *self._examples, *batch)
        return self._gradients[rows]

    @cached_property
    def _loss(self) -> dict[str, Any]:
        def loss(*arrays: Any) -> list[Any]:
            params, data = self._split(arrays)
            return [self._problem.silent(params, self._handed(data))]

        data = [_like(array, array.shape) for array in jax.tree.leaves(self._problem.data)]
        with _about("the loss"):
            return traced(loss, *self._examples, *data)

    def _optimizer(self, optimizer: Optimizer) -> dict[str, Any]:
        if optimizer.make not in self._optimizers:
            learning = tuple(self._examples[: len(self._learning)])
            with _about(f"the optimizer {optimizer.name}"):
                self._optimizers[optimizer.make] = programs_of(optimizer, self._structure, learning)
        return self._optimizers[optimizer.make]

    def _memory_of(self, optimizer: Optimizer) -> list[list[int]]:
        """Return where an optimizer's memory has the fields that its preconditioner is made of."""
        memory = jax.eval_shape(lambda *leaves: optimizer.init(self._tree(leaves)), *self._learning)
        leaves, structure = jax.tree.flatten(memory)
        places = jax.tree.unflatten(structure, list(range(len(leaves))))
        return [jax.tree.leaves(field) for field in divisors(optimizer.name, places)]

    @cached_property
    def _curvature(self) -> dict[str, Any] | None:
        count = len(self._learning)

        def product(*arrays: Any) -> list[Any]:
            direction, arrays = arrays[:count], arrays[count:]
            params, data = self._split(arrays)
            parameters, handed = self._problem.parameters, self._handed(data)

            def loss(tree: Any) -> Any:
                return self._problem.silent(parameters.with_tree(params, tree), handed)

            tree = parameters.tree(params)
            along = jax.jvp(jax.grad(loss), (tree,), (self._tree(direction),))[1]
            return jax.tree.leaves(along)

        data = [_like(array, array.shape) for array in jax.tree.leaves(self._problem.data)]
        learning = self._examples[:count]
        try:
            with _about("the curvature"):
                return traced(product, *learning, *self._examples, *data)
        except NotPortableError:
            return None

    def _schedule(self, rates: Rates) -> dict[str, Any]:
        schedule: Any = rates.schedule

        def rate(step: Any) -> list[Any]:
            return [jnp.asarray(schedule(step), jnp.float32).reshape(())]

        with _about("the schedule of learning rates"):
            return traced(rate, typed((), np.int32))

    @cached_property
    def _look(self) -> dict[str, Any] | None:
        fit, drawing = self._fit, self._fit.portable
        if drawing is None:
            return None

        def evaluate(*arrays: Any) -> list[Any]:
            params, places = self._split(arrays)
            return jax.tree.leaves(drawing.evaluate(params, tuple(places)))

        places = [_like(array, array.shape) for array in drawing.places]
        try:
            with _about("the model"):
                program = traced(evaluate, *self._examples, *places)
        except NotPortableError:
            return None
        x, y = fit.labels
        return {
            "figure": fit.figure,
            "x": x,
            "y": y,
            "samples": _text(fit.samples, "<i4"),
            "inputs": _text(drawing.inputs, "<f4"),
            "targets": _text(drawing.targets, "<f4"),
            "axes": [_text(axis, "<f4") for axis in drawing.axes],
            "program": program,
        }

    @property
    def _examples(self) -> list[jax.ShapeDtypeStruct]:
        return [_like(leaf, leaf.shape) for leaf in (*self._learning, *self._held)]

    def start(self, params: Mapping[str, Any]) -> tuple[str, ...]:
        """Return parameters as they travel: the leaves' numbers, those that learn first.

        Single numbers are as the problem has them: each run says where it starts with those.
        """
        scalars = {name: self._problem.start[name] for name in self._problem.scalars}
        params = {**params, **scalars}
        tree = self._problem.parameters.tree(params)
        leaves = (*jax.tree.leaves(tree), *self._held_floats(params))
        return tuple(_text(leaf, "<f4") for leaf in leaves)

    def _tree(self, leaves: Sequence[Any]) -> Any:
        return jax.tree.unflatten(self._structure, leaves)

    def _handed(self, arrays: Sequence[Any]) -> tuple[Any, ...]:
        """Return the loss's arguments after its parameters."""
        structure = jax.tree.structure(self._problem.data)
        arguments: tuple[Any, ...] = jax.tree.unflatten(structure, arrays)
        return arguments

    def _split(self, arrays: Sequence[Any]) -> tuple[dict[str, Any], Sequence[Any]]:
        """Return parameters by name, and the arrays that come after them."""
        parameters, params = self._problem.parameters, dict(self._problem.start)
        rest = iter(arrays)
        tree = self._tree([next(rest) for _ in self._learning])
        for name in self._held_names:
            count = len(parameters.floats(params, name))
            params[name] = parameters.with_floats(params, name, [next(rest) for _ in range(count)])
        return parameters.with_tree(params, tree), list(rest)

    def _held_floats(self, params: Mapping[str, Any]) -> list[Any]:
        floats = self._problem.parameters.floats
        return [leaf for name in self._held_names for leaf in floats(params, name)]


@contextlib.contextmanager
def _about(part: str) -> Iterator[None]:
    """Say which part it is that cannot travel, whatever tracing it raises."""
    try:
        yield
    except NotPortableError as error:
        raise NotPortableError(f"In {part}: {error}") from error
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        reason = f"In {part}: tracing it raised {type(error).__name__}: {lines[0]}"
        raise NotPortableError(reason) from error


def _like(array: Any, shape: tuple[int, ...]) -> jax.ShapeDtypeStruct:
    return typed(shape, array.dtype)


def _shipped(array: Any) -> dict[str, Any]:
    numbers = np.asarray(array)
    return {
        "shape": list(numbers.shape),
        "dtype": dtype_letter(numbers.dtype),
        "values": _text(numbers, numbers.dtype.newbyteorder("<")),
    }


def _text(array: Any, dtype: Any) -> str:
    return base64.b64encode(np.asarray(array).astype(dtype).tobytes()).decode("ascii")
