"""Directions through the parameters that span a plane, and the path seen on that plane."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import jax
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gdwidget._core.problem import Problem

    Floats: TypeAlias = NDArray[np.float32]
    Doubles: TypeAlias = NDArray[np.float64]

_FEWEST_ROWS = 3
_STRAIGHT = 1e-6
_MOST_NUMBERS = 4_000_000


class Path(NamedTuple):
    """Recorded parameters of a run, all of its steps or some.

    Attributes
    ----------
    steps : numpy.ndarray, shape (m,), dtype int
        Which steps, ascending.
    points : numpy.ndarray, shape (m, P), dtype float32
        The learning numbers at each, in the order of `Problem.parameters`.
    """

    steps: NDArray[np.integer]
    points: Floats

    @property
    def finite(self) -> Path:
        """The rows that hold finite numbers only."""
        kept = np.isfinite(self.points).all(axis=1)
        return self if kept.all() else Path(self.steps[kept], self.points[kept])


def components(
    path: Path,
    gradient: Floats,
    generator: np.random.Generator,
    before: Floats | None = None,
) -> Floats:
    """Return the first two principal components of a path.

    They point the way the path went, or as those ``before`` did. Of a path on a line the second
    is the gradient's part at right angles to it, of one point the first is the gradient; what is
    still lacking is random. Of very long rows only some are looked at.

    Parameters
    ----------
    path : Path
        At least one row, all finite.
    gradient : numpy.ndarray, shape (P,), dtype float32
        Gradient of the loss.
    generator : numpy.random.Generator
        Where random directions come from.
    before : numpy.ndarray, shape (2, P), dtype float32, optional
        The components of the same path when it was shorter: a picture must not be mirrored.

    Returns
    -------
    numpy.ndarray, shape (2, P), dtype float32
        Of length 1, at right angles.

    Examples
    --------
    >>> points = np.float32([[0, 0, 5], [4, 1, 5], [8, 0, 5]])
    >>> path = Path(np.arange(3), points)
    >>> np.abs(components(path, points[0], np.random.default_rng(0))).round(3).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    most = max(_FEWEST_ROWS, _MOST_NUMBERS // path.points.shape[1])
    chosen = np.linspace(0, len(path.points) - 1, min(most, len(path.points))).round().astype(int)
    points = path.points[chosen]
    found = _principal(_centred(points))
    went = found @ (points[-1].astype(np.float64) - points[0])
    found = found * np.where(went < 0, -1.0, 1.0)[:, None]
    slope = gradient.astype(np.float64)
    slopes = slope[None] if np.isfinite(slope).all() else found[:0]
    whole = _completed(np.concatenate([found, slopes]), generator)
    if before is not None:
        whole = whole * np.where((whole * before).sum(axis=1) < 0, -1.0, 1.0)[:, None]
    return whole.astype(np.float32)


def filter_normalised(problem: Problem, params: Any, generator: np.random.Generator) -> Floats:
    """Return two random directions, scaled filter by filter as the parameters are.

    A filter is what makes one output out of all inputs: of an array with two axes or more,
    one index of its last axis, as in ``inputs @ w``. Each has the length that the filter has
    in ``params``; numbers in arrays of one axis, and single numbers, stay as they are. Where
    there are only such, all of them together are one filter.

    Parameters
    ----------
    problem : Problem
        Whose parameters these are.
    params : mapping of str to pytree
        The parameters that the directions are scaled to.
    generator : numpy.random.Generator
        Where the directions come from.

    Returns
    -------
    numpy.ndarray, shape (2, P), dtype float32

    Notes
    -----
    Source: H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, "Visualizing the loss landscape
    of neural nets", NeurIPS 2018, arXiv:1712.09913, section 4.

    Examples
    --------
    >>> from gdwidget import Problem
    >>> problem = Problem(lambda w: (w**2).sum(), np.float32([[3, 1], [4, 0]]))
    >>> found = filter_normalised(problem, problem.start, np.random.default_rng(0))
    >>> np.linalg.norm(found.reshape(2, 2, 2), axis=1).round(3).tolist()
    [[5.0, 1.0], [5.0, 1.0]]
    """
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(problem.parameters.tree(params))]
    if all(leaf.ndim <= 1 for leaf in leaves):
        leaves = [np.concatenate([leaf.ravel() for leaf in leaves])[:, None]]
    found = [
        np.concatenate([_scaled(leaf, generator).ravel() for leaf in leaves]) for _ in range(2)
    ]
    if not np.any(found):
        return _completed(np.empty((0, len(found[0]))), generator).astype(np.float32)
    return np.array(found, np.float32)


def coordinates(points: Floats, origin: Floats, directions: Floats) -> Doubles:
    """Return where on a plane the points are, seen at right angles to it.

    Parameters
    ----------
    points : numpy.ndarray, shape (m, P), dtype float32
    origin : numpy.ndarray, shape (P,), dtype float32
    directions : numpy.ndarray, shape (2, P), dtype float32
        Of any length and angle.

    Returns
    -------
    numpy.ndarray, shape (m, 2), dtype float64
        How often each direction leads from the origin to the point below or above.

    Examples
    --------
    >>> origin, directions = np.float32([1, 0, 0]), np.float32([[2, 0, 0], [0, 1, 0]])
    >>> coordinates(np.float32([[5, 3, 9]]), origin, directions).round(6).tolist()
    [[2.0, 3.0]]
    """
    inverse = np.linalg.pinv(directions.astype(np.float64))
    found: Doubles = (points.astype(np.float64) - origin) @ inverse
    return found


def explained(points: Floats, directions: Floats) -> float | None:
    """Return the share of the points' variance that a plane with these directions holds.

    Parameters
    ----------
    points : numpy.ndarray, shape (m, P), dtype float32
    directions : numpy.ndarray, shape (2, P), dtype float32

    Returns
    -------
    float or None
        From 0 to 1; None where the points do not vary.

    Examples
    --------
    >>> points, plane = np.float32([[0, 0, 0], [3, 0, 4]]), np.eye(2, 3, dtype=np.float32)
    >>> round(explained(points, plane), 6)
    0.36
    """
    if not len(points):
        return None
    centred = _centred(points)
    total = float(np.vdot(centred, centred))
    if total == 0:
        return None
    _, lengths, basis = np.linalg.svd(directions.astype(np.float64), full_matrices=False)
    held = centred @ basis[lengths > _STRAIGHT * lengths[0]].T
    return min(1.0, float(np.vdot(held, held)) / total)


def _centred(points: Floats) -> Doubles:
    """Return the points about their mean: exactly 0 where all are one."""
    moved = points.astype(np.float64) - points[0]
    about: Doubles = moved - moved.mean(axis=0)
    return about


def _principal(centred: Doubles) -> Doubles:
    """Return the first two right singular vectors, fewer where all lies on a line or at a point.

    Of few and long rows they are found by way of the rows' products, which are few.
    """
    if len(centred) >= centred.shape[1]:
        _, lengths, found = np.linalg.svd(centred, full_matrices=False)
    else:
        turned, squares, _ = np.linalg.svd(centred @ centred.T, hermitian=True)
        lengths, found = np.sqrt(squares), turned[:, :2].T @ centred
    kept: Doubles = found[:2][lengths[:2] > _STRAIGHT * lengths[0]]
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    return kept


def _completed(found: Doubles, generator: np.random.Generator) -> Doubles:
    """Return two directions of length 1 at right angles, the first from those found."""
    whole: list[Doubles] = []
    for direction in itertools.chain(found, _random(found.shape[1], generator)):
        left = direction
        for other in whole:
            left = left - (left @ other) * other
        length = float(np.linalg.norm(left))
        if length > _STRAIGHT * float(np.linalg.norm(direction)):
            whole.append(left / length)
        if len(whole) == 2:  # noqa: PLR2004 - a plane has two directions
            break
    return np.array(whole)


def _random(count: int, generator: np.random.Generator) -> Iterator[Doubles]:
    while True:
        yield generator.normal(size=(count,))


def _scaled(leaf: Floats, generator: np.random.Generator) -> Doubles:
    """Return a random direction for one array, 0 where it holds no weights."""
    if leaf.ndim <= 1:
        return np.zeros(leaf.shape)
    direction: Doubles = generator.normal(size=leaf.shape)
    length = np.linalg.norm(direction.reshape(-1, leaf.shape[-1]), axis=0)
    wanted = np.linalg.norm(leaf.reshape(-1, leaf.shape[-1]).astype(np.float64), axis=0)
    scaled: Doubles = direction * (wanted / length)
    return scaled
