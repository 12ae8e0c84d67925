"""Losses of two parameters without data: bowls, valleys, a saddle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdwidget._core.problem import Problem
from gdwidget.problems.arguments import number_between

if TYPE_CHECKING:
    import jax

MOST_CONDITION = 1e6


def rosenbrock_loss(x: jax.Array, y: jax.Array) -> jax.Array:
    """Return ``(1 - x)^2 + 100 (y - x^2)^2``; shape (), dtype float32."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def himmelblau_loss(x: jax.Array, y: jax.Array) -> jax.Array:
    """Return ``(x^2 + y - 11)^2 + (x + y^2 - 7)^2``; shape (), dtype float32."""
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def beale_loss(x: jax.Array, y: jax.Array) -> jax.Array:
    """Return the sum of ``(c_i - x (1 - y^i))^2`` for c = 1.5, 2.25, 2.625; shape ()."""
    first = 1.5 - x * (1 - y)
    second = 2.25 - x * (1 - y**2)
    third = 2.625 - x * (1 - y**3)
    return first**2 + second**2 + third**2


def saddle_loss(x: jax.Array, y: jax.Array) -> jax.Array:
    """Return ``x^2 / 2 + (y^2 - 1)^2 / 4``; shape (), dtype float32."""
    return x**2 / 2 + (y**2 - 1) ** 2 / 4


def quadratic(condition_number: float = 10.0, x: float = 10.0, y: float = 1.0) -> Problem:
    """Walk down a bowl that is steeper one way than the other.

    It teaches why unequal curvatures make descent slow: the steep way limits the learning
    rate, the flat way then needs many steps. The loss is ``(x^2 + k y^2) / 2`` with k the
    condition number; the minimum is (0, 0), where it is 0.

    Good: ``2 / (1 + k)``, 0.1818 for k = 10, which takes the factor ``(k - 1) / (k + 1)`` off
    both errors in each step. Telling: ``1 / k`` is done with y in one step and crawls along
    x; ``2 / k`` hops between y = 1 and y = -1 for ever; anything above diverges. With k = 1
    and the rate 1 a single step arrives. With k = 1,000 even the best rate leaves x at 1.35
    after 1,000 steps; momentum with 0.001 brings it below 0.001.

    Parameters
    ----------
    condition_number : float, default 10.0
        Curvature along y, from 1 to 1,000,000; along x it is 1.
    x, y : float, default 10.0 and 1.0
        Start.

    Returns
    -------
    Problem
        ``loss(x, y)`` without data; both learn.

    Raises
    ------
    ArgumentError
        If the condition number is out of range or a start is no finite number.

    Notes
    -----
    Source: S. Boyd, L. Vandenberghe, "Convex Optimization", Cambridge University Press 2004,
    section 9.3.2.

    Examples
    --------
    >>> problem = quadratic(condition_number=4)
    >>> float(problem.evaluate({"x": 2.0, "y": 1.0}, ()))
    4.0
    """
    steep = number_between("condition_number", condition_number, 1, MOST_CONDITION)

    def loss(x: jax.Array, y: jax.Array) -> jax.Array:
        return (x**2 + steep * y**2) / 2

    return Problem(loss, x, y, argnums=(0, 1), name="quadratic")


def rosenbrock(x: float = -1.2, y: float = 1.0) -> Problem:
    """Follow the floor of a curved, narrow valley.

    It teaches that the steepest way down is hardly ever the way to the minimum: the gradient
    points across the valley, not along it. The minimum is (1, 1), where the loss is 0.

    Good: momentum with 0.001 is there in 3,000 steps, Adam with 0.1 in 2,000. Telling: plain
    gradient descent with 0.001 is in the valley after a few steps and only at x = 0.33 after
    1,000; it takes 20,000 to arrive. With 0.004 it bounces between the walls; 0.007 diverges.

    Parameters
    ----------
    x, y : float, default -1.2 and 1.0
        Start; the default is Rosenbrock's own.

    Returns
    -------
    Problem
        ``loss(x, y)`` without data; both learn.

    Raises
    ------
    ArgumentError
        If a start is no finite number.

    Notes
    -----
    Source: H. H. Rosenbrock, "An automatic method for finding the greatest or least value of
    a function", The Computer Journal 3(3), 1960.

    Examples
    --------
    >>> problem = rosenbrock()
    >>> float(problem.evaluate({"x": 1.0, "y": 1.0}, ()))
    0.0
    """
    return Problem(rosenbrock_loss, x, y, argnums=(0, 1), name="rosenbrock")


def himmelblau(x: float = 0.0, y: float = 0.0) -> Problem:
    """Choose among four minima that are equally low.

    It teaches basins of attraction: which minimum is found depends on the start, and on the
    optimizer. The loss is 0 at (3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186) and
    (3.584428, -1.848127), and has a hilltop of 181.6 at (-0.270845, -0.923039).

    Good: 0.01, which leads from (0, 0) to (3, 2), from (-1, 1), (-1, -1) and (1, -1) to the
    other three. Telling: momentum with 0.01 goes on from (0, 0) to (3.584, -1.848); with
    0.03 plain gradient descent never settles; 0.05 diverges.

    Parameters
    ----------
    x, y : float, default 0.0 and 0.0
        Start.

    Returns
    -------
    Problem
        ``loss(x, y)`` without data; both learn.

    Raises
    ------
    ArgumentError
        If a start is no finite number.

    Notes
    -----
    Source: D. M. Himmelblau, "Applied Nonlinear Programming", McGraw-Hill 1972.

    Examples
    --------
    >>> problem = himmelblau()
    >>> float(problem.evaluate({"x": 3.0, "y": 2.0}, ()))
    0.0
    """
    return Problem(himmelblau_loss, x, y, argnums=(0, 1), name="himmelblau")


def beale(x: float = 1.0, y: float = 1.0) -> Problem:
    """Cross a flat basin between walls that rise with the eighth power.

    It teaches that no single learning rate suits flat and steep places alike. The minimum is
    (3, 0.5), where the loss is 0.

    Good: Adam with 0.1 and momentum with 0.01 are there in 500 steps, plain gradient descent
    with 0.03 in 1,000. Telling: 0.05 hops across the basin for ever; 0.1 diverges; from
    (-2, 2), on a wall, even 0.01 diverges, where Adam with 0.1 does not, for its steps do not
    grow with the gradient. From (-3, 1) Adam creeps outward in a valley without an end.

    Parameters
    ----------
    x, y : float, default 1.0 and 1.0
        Start.

    Returns
    -------
    Problem
        ``loss(x, y)`` without data; both learn.

    Raises
    ------
    ArgumentError
        If a start is no finite number.

    Notes
    -----
    Source: E. M. L. Beale, "On an iterative method for finding a local minimum of a function
    of more than one variable", Princeton University 1958; with the start (1, 1) in J. J. More,
    B. S. Garbow, K. E. Hillstrom, "Testing unconstrained optimization software", ACM
    Transactions on Mathematical Software 7(1), 1981.

    Examples
    --------
    >>> problem = beale()
    >>> float(problem.evaluate({"x": 3.0, "y": 0.5}, ()))
    0.0
    """
    return Problem(beale_loss, x, y, argnums=(0, 1), name="beale")


def saddle(x: float = 2.0, y: float = 0.001) -> Problem:
    """Come to a saddle, linger and leave it.

    It teaches that a gradient near 0 need not be a minimum: at (0, 0), where the loss is 1/4,
    the surface curves up along x and down along y. The minima are (0, 1) and (0, -1), where
    the loss is 0.

    Good: 0.1, which arrives at (0, 1) in 120 steps; momentum with 0.1 leaves the saddle
    sooner. Telling: with 0.1 the loss stands still near 1/4 from step 30 to 50, as if that
    were all; started at y = 0, on the ridge, no optimizer ever leaves the saddle, for there
    the gradient along y is 0; started at y = -0.001 it goes to (0, -1); above 1 it does
    not settle at a minimum, where the curvature is 2.

    Parameters
    ----------
    x, y : float, default 2.0 and 0.001
        Start.

    Returns
    -------
    Problem
        ``loss(x, y)`` without data; both learn.

    Raises
    ------
    ArgumentError
        If a start is no finite number.

    Notes
    -----
    Source: Y. Nesterov, "Introductory Lectures on Convex Optimization", Kluwer 2004, example
    1.2.2, here with 1/4 added. On saddles in learning: Y. N. Dauphin and others, "Identifying
    and attacking the saddle point problem in high-dimensional non-convex optimization",
    NeurIPS 2014, arXiv:1406.2572.

    Examples
    --------
    >>> problem = saddle()
    >>> [float(problem.evaluate({"x": 0.0, "y": y}, ())) for y in (0.0, 1.0)]
    [0.25, 0.0]
    """
    return Problem(saddle_loss, x, y, argnums=(0, 1), name="saddle")
