"""Losses of one parameter: two minima, and a flat stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdwidget._core.problem import Problem

if TYPE_CHECKING:
    import jax


def double_well_loss(W: jax.Array) -> jax.Array:
    """Return ``W^4 / 4 + W^3 / 3 - W^2 + 8 / 3``, factored so that it is exactly 0 at -2."""
    return (W + 2) ** 2 * (3 * W**2 - 8 * W + 8) / 12


def plateau_loss(W: jax.Array) -> jax.Array:
    """Return ``W^2 / (1 + W^2)``; shape (), dtype float32."""
    return W**2 / (1 + W**2)


def double_well(W: float = 2.0) -> Problem:
    """Settle in one of two valleys: the start and the learning rate decide which.

    It teaches that gradient descent finds a minimum, not the minimum. The slope is
    ``W (W - 1) (W + 2)``: there is a hump at W = 0, where the loss is 8/3, a shallow minimum
    at W = 1, where it is 9/4, and the lowest one at W = -2, where it is 0.

    Good: 0.3 leaps over the hump and settles at -2. Telling: 0.1 settles in the shallow
    valley for good; 0.25 lands exactly on the hump, where the gradient is 0 and nothing
    moves; 0.5 lands exactly on the minimum; 0.4 leaps over the hump, too, and then hops
    about -2 for ever, for the deep valley is narrow and holds only rates below 1/3; 0.6
    diverges. Momentum goes over the hump even with 0.01; Adam with 0.1 does not.

    Parameters
    ----------
    W : float, default 2.0
        Start.

    Returns
    -------
    Problem
        ``loss(W)`` without data.

    Raises
    ------
    ArgumentError
        If the start is no finite number.

    Notes
    -----
    Source: made for this package. On local minima: I. Goodfellow, Y. Bengio, A. Courville,
    "Deep Learning", MIT Press 2016, section 8.2.2.

    Examples
    --------
    >>> problem = double_well()
    >>> [float(problem.evaluate({"W": W}, ())) for W in (-2.0, 1.0)]
    [0.0, 2.25]
    """
    return Problem(double_well_loss, W, name="double_well", view=(-3.0, 2.5))


def plateau(W: float = 4.0) -> Problem:
    """Cross a flat stretch, where the gradient says next to nothing, into a bowl.

    It teaches that a small gradient does not mean a minimum is near. The minimum is W = 0,
    where the loss is 0; far from it the loss is close to 1 and the gradient about 2 / W^3.

    Good: Adam with 0.1 strides across in 50 steps, since it divides by the gradient's size.
    Telling: plain gradient descent with 0.1 looks finished after 50 steps, at W = 3.85, and
    takes 500 to arrive; momentum with 0.1 takes 100; 0.9 arrives within 100, yet 1.1 crosses
    faster only to hop from side to side of the minimum for ever, since the bowl at the end
    holds only rates below 1.

    Parameters
    ----------
    W : float, default 4.0
        Start; from 8, plain gradient descent with 0.1 has come to 7.6 after 1,000 steps.

    Returns
    -------
    Problem
        ``loss(W)`` without data.

    Raises
    ------
    ArgumentError
        If the start is no finite number.

    Notes
    -----
    Source: the loss is that of S. Geman, D. McClure, "Statistical methods for tomographic
    image reconstruction", Bulletin of the International Statistical Institute 52(4), 1987.
    On plateaus: I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning", MIT Press 2016,
    section 8.2.3.

    Examples
    --------
    >>> problem = plateau()
    >>> [round(float(problem.evaluate({"W": W}, ())), 3) for W in (0.0, 1.0, 4.0, 8.0)]
    [0.0, 0.5, 0.941, 0.985]
    """
    return Problem(plateau_loss, W, name="plateau", view=(-5.0, 5.0))
