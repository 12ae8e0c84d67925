"""How sharply a loss curves, and how large a learning rate that allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np
import optax

from gdwidget._core.compiled import Compiled
from gdwidget._core.parameters import vector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem
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
_DIVIDING = ("adam", "rmsprop", "adagrad")
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

        self._product = Compiled(product)
        self._products = Compiled(products)

    def sharpest(
        self, params: Mapping[str, Any], preconditioner: NDArray[np.float32] | None = None
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

        Returns
        -------
        Sharpness or None
            None where the loss cannot be derived twice, or what comes out is not finite.

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
            values, vectors = self._exact(others) if count <= MOST_EXACT else self._found(others)
        except (TypeError, ValueError, RuntimeError):
            return None
        if not np.isfinite(values[-1]):
            return None
        return Sharpness(float(values[-1]), vectors[:, -1].astype(np.float32))

    def _exact(self, others: Any) -> Any:
        matrix = np.asarray(self._products(*others), np.float64)
        return np.linalg.eigh((matrix + matrix.T) / 2)

    def _found(self, others: Any) -> Any:
        # It takes a fifth of a second to be there, and few ask for it.
        from scipy.sparse.linalg import LinearOperator, eigsh  # noqa: PLC0415

        count = self._problem.parameters.count
        hessian = LinearOperator(
            (count, count),
            matvec=lambda along: np.asarray(self._product(along.astype(np.float32), *others)),
            dtype=np.float32,
        )
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
    if name not in _LIMITS or not sharpness > 0:
        return None
    return _LIMITS[name] / sharpness


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

    def remembered(field: str) -> NDArray[np.float32]:
        return np.asarray(vector(optax.tree.get(opt_state, field)))

    units: NDArray[np.float32] | None = None
    if name == "adam":
        corrected = remembered("nu") / (1 - _SECOND_DECAY ** int(remembered("count")[0]))
        units = np.sqrt(corrected) + np.float32(1e-8)
    elif name == "rmsprop":
        units = np.sqrt(remembered("nu") + np.float32(1e-8))
    elif name == "adagrad":
        units = np.sqrt(remembered("sum_of_squares") + np.float32(1e-7))
    return units


class Ruler:
    """How sharp the loss is at a timeline's cursor, and how large that lets the rate be.

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
        self._curvatures = Curvatures(problem)
        self._known: dict[tuple[int, int, str], Sharpness | None] = {}

    def sharpness(self, timeline: Timeline) -> float | None:
        """Return the largest eigenvalue of the Hessian at the cursor; None where it has none."""
        sharpest = self._at(timeline, "sgd")
        return sharpest.value if sharpest else None

    def limit(self, timeline: Timeline) -> float | None:
        """Return the `rate_limit` of the timeline's optimizer at the cursor."""
        name = timeline.descent.optimizer.name
        sharpest = self._at(timeline, name) if name in _LIMITS else None
        return rate_limit(name, sharpest.value) if sharpest else None

    def _at(self, timeline: Timeline, name: str) -> Sharpness | None:
        """Return what is known of the newest place that was asked for, or find it."""
        descent, run = timeline.descent, timeline.run
        if descent.problem.stream is not None:
            return None
        divided = name in _DIVIDING
        place = (run.id, timeline.cursor, name if divided else "")
        if place not in self._known:
            state = timeline.state
            units = None
            if divided:
                units = preconditioner(name, descent.remembered(state, timeline.rates))
            kept = {key: known for key, known in self._known.items() if key[:2] == place[:2]}
            self._known = {**kept, place: self._curvatures.sharpest(state.params, units)}
        return self._known[place]
