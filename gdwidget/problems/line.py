"""The article's problem: a line through six points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np

from gdwidget._core.problem import Problem

if TYPE_CHECKING:
    import jax

XS = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0], np.float32)
YS = np.array([-3.0, -1.0, 1.0, 3.0, 5.0, 7.0], np.float32)


def predict(W: jax.Array, b: jax.Array, inputs: jax.Array) -> jax.Array:
    """Return the line's value ``W * inputs + b``; shapes broadcast, dtype float32."""
    return inputs * W + b


def loss(W: jax.Array, b: jax.Array, inputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Return the mean squared error of `predict`; shape (), dtype float32."""
    predictions = predict(W, b, inputs)
    return jnp.sum((predictions - targets) ** 2) / inputs.size


def line(W: float = 8.0, b: float = -1.0) -> Problem:
    """Fit ``y = 2x - 1`` by its slope, as the article "Gradient Descent: A Deep Dive" does.

    It teaches the update itself: one parameter, a bowl for a loss, numbers small enough to
    follow by hand. The minimum is W = 2, where the loss is 0. A learning rate of 0.01 walks
    there in 50 steps; 0.09 gets there in five; 0.18 hops from side to side of the minimum;
    above 0.1935 (2 divided by the curvature 31/3) every step makes the loss larger.

    Parameters
    ----------
    W : float, default 8.0
        Start of the slope, which learns.
    b : float, default -1.0
        The intercept, which is held.

    Returns
    -------
    Problem
        ``loss(W, b, inputs, targets)`` with six samples.

    Notes
    -----
    Source: the article "Gradient Descent: A Deep Dive", Analytics Vidhya (Medium); its data
    are those of L. Moroney's deep-learning course (dlaicourse, course 1, part 2, lesson 2).

    Examples
    --------
    >>> problem = line()
    >>> float(problem.evaluate({"W": 2.0, "b": -1.0}, problem.data))
    0.0
    """
    return Problem(loss, W, b, data=(XS, YS), predict=predict, name="line")
