"""How sharply a loss curves, and how large a learning rate that allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np
import optax

from gdwidget._core.compiled import Compiled
from gdwidget._core.parameters import vector

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from gdwidget._core.descent import Descent
    from gdwidget._core.problem import Problem
    from gdwidget._core.schedules import Rates
    from gdwidget._core.state import State
    from gdwidget._history.timeline import Timeline

MOST_EXACT = 32
"""Of so many numbers that learn the whole Hessian is computed."""

_MOMENTUM = 0.9
_SECOND_DECAY = 0.999
_LIMITS = {
    "sgd": 2.0,
    "momentum": 2 * (1 + _MOMENTUM),
    "nesterov": 2 * (1 + _MOMENTUM) / (1 + 2 * _MOMENTUM),
    "adam": 2 * (1 + _MOMENTUM) / (1 - _MOMENTUM),
    "rmsprop": 2.0,
    "adagrad": 2.0,
}
_DIVIDING = {"adam": ("nu", "count"), "rmsprop": ("nu",), "adagrad": ("sum_of_squares",)}
_TOLERANCE = 1e-3
_MOST_RESTARTS = 30


class Sharpness(NamedTuple):
    """The largest curvature of a loss at a point.

    Attributes
    ----------
    value : float
        The largest eigenvalue of the Hessian; below 0 on a hilltop.
    direction : numpy.ndarray, shape (P,), dtype float32
        Its eigenvector, of length 1.
    """

    value: float
    direction: NDArray[np.float32]


class Curvatures:
    """The curvature of a problem's loss on all data; compiled when first asked for.

    Parameters
    ----------
    problem : Problem
        Whose loss it is.

    Examples
    --------
    >>> from gdwidget import problems
    >>> line = problems.line()
    >>> round(Curvatures(line).sharpest(line.start).value, 3)
    10.333
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

        def product(direction: Any, scale: Any, params: Any, data: Any) -> Any:
            def loss(numbers: Any) -> Any:
                return problem.silent(problem.parameters.unflatten(numbers, params), data)

            numbers = problem.parameters.flatten(params)
            return scale * jax.jvp(jax.grad(loss), (numbers,), (scale * direction,))[1]

        def products(scale: Any, params: Any, data: Any) -> Any:
            def column(direction: Any) -> Any:
                return product(direction, scale, params, data)

            return jax.vmap(column)(np.eye(problem.parameters.count, dtype=np.float32))

        self._product = Compiled(product, place=problem.place)
        self._products = Compiled(products, place=problem.place)

    def sharpest(
        self,
        params: Mapping[str, Any],
        preconditioner: NDArray[np.float32] | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> Sharpness | None:
        """Return the largest curvature at a point.

        Of problems with up to 32 numbers that learn it is exact, to float32's precision; of
        larger ones it is found by Lanczos' iteration, which starts at random, always the same.

        Parameters
        ----------
        params : mapping of str to pytree
            All parameters.
        preconditioner : numpy.ndarray, shape (P,), dtype float32, optional
            What an optimizer divides the gradient by, above 0: of the Hessian of the loss with
            each number measured in those units.
        wanted : callable, optional
            Asked before each product with the Hessian whether it is still wanted.

        Returns
        -------
        Sharpness or None
            None where the loss cannot be derived twice, or what comes out is not finite.

        Raises
        ------
        GivenUp
            If it is not wanted any more.

        Notes
        -----
        The products of the Hessian with a vector are those of Pearlmutter (1994), Fast Exact
        Multiplication by the Hessian, https://doi.org/10.1162/neco.1994.6.1.147.
        """
        count = self._problem.parameters.count
        scale = np.ones(count) if preconditioner is None else preconditioner**-0.5
        given = self._problem.given(params)
        others = (scale.astype(np.float32), given, self._problem.data)
        if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((scale, given))):
            return None
        try:
            if count <= MOST_EXACT:
                values, vectors = self._exact(others)
            else:
                values, vectors = self._found(others, wanted)
        except (TypeError, ValueError, RuntimeError):
            return None
        if not np.isfinite(values[-1]):
            return None
        return Sharpness(float(values[-1]), vectors[:, -1].astype(np.float32))

    def _exact(self, others: Any) -> Any:
        matrix = np.asarray(self._products(*others), np.float64)
        return np.linalg.eigh((matrix + matrix.T) / 2)

    def _found(self, others: Any, wanted: Callable[[], bool]) -> Any:
        # It takes a fifth of a second to be there, and few ask for it.
        from scipy.sparse.linalg import LinearOperator, eigsh  # noqa: PLC0415

        def along(direction: NDArray[Any]) -> NDArray[np.float32]:
            if not wanted():
                raise GivenUp
            return np.asarray(self._product(direction.astype(np.float32), *others))

        count = self._problem.parameters.count
        hessian = LinearOperator((count, count), matvec=along, dtype=np.float32)
        start = np.random.default_rng(0).standard_normal(count).astype(np.float32)
        return eigsh(hessian, 1, which="LA", v0=start, tol=_TOLERANCE, maxiter=_MOST_RESTARTS)


def rate_limit(name: str, sharpness: float) -> float | None:
    """Return the learning rate above which steps of an optimizer grow along the sharpest way.

    Parameters
    ----------
    name : str
        The optimizer's.
    sharpness : float
        The largest eigenvalue of the Hessian, preconditioned for optimizers with a
        `preconditioner`.

    Returns
    -------
    float or None
        None where the curvature sets no limit, or none is known for the optimizer.

    Notes
    -----
    Of a quadratic loss it is the edge of stability; elsewhere it holds nearby. Cohen et al.
    (2022), Adaptive Gradient Methods at the Edge of Stability, arXiv:2207.14484.

    Examples
    --------
    >>> rate_limit("sgd", 10.0), rate_limit("momentum", 10.0), rate_limit("lion", 10.0)
    (0.2, 0.38, None)
    """
    factor = limit_of(name)
    return factor / sharpness if factor and sharpness > 0 else None


def limit_of(name: str) -> float | None:
    """Return the `rate_limit` of an optimizer at a sharpness of 1; None where none is known."""
    return _LIMITS.get(name)


def divisors(name: str, opt_state: Any) -> list[Any]:
    """Return the fields of an optimizer's memory that its preconditioner is made of.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> divisors("sgd", optax.sgd(0.1).init(jnp.float32(0)))
    []
    """
    return [optax.tree.get(opt_state, field) for field in _DIVIDING.get(name, ())]


def preconditioner(name: str, opt_state: Any) -> NDArray[np.float32] | None:
    """Return what an optimizer divides the gradient by, number by number.

    Parameters
    ----------
    name : str
        The optimizer's.
    opt_state : optax.OptState
        What it remembers after the update that is looked at.

    Returns
    -------
    numpy.ndarray, shape (P,), dtype float32, or None
        None where it divides by nothing, or that is not known.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> adagrad = optax.adagrad(0.1)
    >>> _, opt_state = adagrad.update(jnp.float32(3), adagrad.init(jnp.float32(0)))
    >>> round(float(preconditioner("adagrad", opt_state)[0] ** 2), 4)  # and what it begins with
    9.1
    """
    fields = [np.asarray(vector(field)) for field in divisors(name, opt_state)]
    if name == "adam":
        corrected = fields[0] / (1 - _SECOND_DECAY ** int(fields[1][0]))
        return np.sqrt(corrected) + np.float32(1e-8)
    if not fields:
        return None
    least = np.float32(1e-8 if name == "rmsprop" else 1e-7)
    return np.sqrt(fields[0] + least)


class GivenUp(Exception):  # noqa: N818 - nothing went wrong
    """What is measured is not wanted any more."""


class Measured(NamedTuple):
    """How sharp the loss is at a step, and how large that lets the rate be.

    Attributes
    ----------
    optimizer : str
        Whose rate it is.
    known : bool
        Whether a limit is known for it; else nothing is measured.
    own_units : bool
        Whether the sharpness is in the units in which the optimizer divides the gradient.
    sharpness : float or None
        The largest eigenvalue of the Hessian; None where it cannot be had.
    limit : float or None
        The `rate_limit`.
    along : mapping of str to float
        What the eigenvector has along the recorded numbers, by name.
    """

    optimizer: str
    known: bool
    own_units: bool
    sharpness: float | None
    limit: float | None
    along: Mapping[str, float]


class Place(NamedTuple):
    """Where it is measured: taken from a timeline, and needing it no longer.

    Attributes
    ----------
    key : tuple
        Run and step.
    state : State
        The parameters, and what the optimizer remembers.
    descent : Descent
        What takes the next step.
    rates : Rates
        At which rate.
    """

    key: tuple[int, int]
    state: State
    descent: Descent
    rates: Rates


class Ruler:
    """How sharp the loss is at the steps of a timeline, and how large that lets the rate be.

    Parameters
    ----------
    problem : Problem
        The timeline's.

    Examples
    --------
    >>> from gdwidget import problems
    >>> from gdwidget._core.descent import Descent
    >>> from gdwidget._history.timeline import Timeline
    >>> timeline = Timeline(Descent(problems.line()), 0.01)
    >>> ruler = Ruler(timeline.descent.problem)
    >>> round(ruler.sharpness(timeline), 3), round(ruler.limit(timeline), 4)
    (10.333, 0.1935)
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._curvatures = Curvatures(problem)
        self._known: dict[tuple[int, int, str], Sharpness | None] = {}

    def sharpness(self, timeline: Timeline) -> float | None:
        """Return the largest eigenvalue of the Hessian at the cursor; None where it has none."""
        sharpest = self._at(self.place(timeline, timeline.cursor), "")
        return sharpest.value if sharpest else None

    def limit(self, timeline: Timeline) -> float | None:
        """Return the `rate_limit` of the timeline's optimizer at the cursor."""
        name = timeline.descent.optimizer.name
        place = self.place(timeline, timeline.cursor) if name in _LIMITS else None
        return self.measured(place, name).limit

    def place(self, timeline: Timeline, step: int) -> Place | None:
        """Return a step to measure at; None where its state cannot be had."""
        if self._problem.stream is not None:
            return None
        at_cursor = step == timeline.cursor
        state = timeline.state if at_cursor else timeline.state_at(step)
        return Place((timeline.run.id, step), state, timeline.descent, timeline.rates)

    def measured(
        self, place: Place | None, optimizer: str, wanted: Callable[[], bool] = lambda: True
    ) -> Measured:
        """Measure at a place; it touches no timeline.

        Parameters
        ----------
        place : Place or None
            As `place` returns it.
        optimizer : str
            The name of what takes its steps.
        wanted : callable, optional
            Asked now and then whether it is still to be measured.

        Raises
        ------
        GivenUp
            If it is not.
        """
        known, divides = optimizer in _LIMITS, optimizer in _DIVIDING
        sharpest = self._at(place, optimizer if divides else "", wanted) if known else None
        if sharpest is None:
            return Measured(optimizer, known, divides, None, None, {})
        names = self._problem.parameters.recorded
        along = dict(zip(names, map(float, sharpest.direction), strict=False))
        limit = rate_limit(optimizer, sharpest.value)
        return Measured(optimizer, known, divides, sharpest.value, limit, along)

    def _at(
        self, place: Place | None, dividing: str, wanted: Callable[[], bool] = lambda: True
    ) -> Sharpness | None:
        """Return what is known of the newest place that was asked for, or find it."""
        if place is None:
            return None
        key = (*place.key, dividing)
        known = self._known
        if key in known:
            return known[key]
        units = None
        if dividing:
            remembered = place.descent.remembered(place.state, place.rates)
            units = preconditioner(dividing, remembered)
        found = self._curvatures.sharpest(place.state.params, units, wanted)
        self._known = {
            **{other: each for other, each in self._known.items() if other[:2] == place.key},
            key: found,
        }
        return found
