"""Two clouds of points, told apart by a straight line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gdwidget._core.problem import Problem
from gdwidget.problems.arguments import number_between, random_seed, sample_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_DISTANCE = 100.0

_DIRECTION = np.array([0.6, 0.8])


def clouds(
    samples: int, distance: float, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return points of two normal clouds of width 1, in turn, and which cloud each is of."""
    classes = np.arange(samples) % 2
    centres = distance * (classes[:, None] - 0.5) * _DIRECTION
    points = centres + random.standard_normal((samples, 2))
    return points.astype(np.float32), classes.astype(np.float32)


def predict(weights: jax.Array, bias: jax.Array, inputs: jax.Array) -> jax.Array:
    """Return the probability of class 1; inputs (n, 2), result (n,), dtype float32."""
    return jax.nn.sigmoid(inputs @ weights + bias)


def loss(weights: jax.Array, bias: jax.Array, inputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Return the mean log-loss of `predict`; shape (), dtype float32."""
    return jnp.mean(optax.sigmoid_binary_cross_entropy(inputs @ weights + bias, targets))


def logistic(samples: int = 100, distance: float = 2.0, seed: int = 0) -> Problem:
    """Tell two clouds of points apart: logistic regression with two features.

    It teaches classification: the model gives a probability, the loss is how surprised it is
    by the classes. The loss is convex; with the default arguments its minimum is at
    weights (0.8806, 1.6913), bias 0.0300, where it is 0.3789 and 79 % of the points lie on
    their own side.

    Good: 1.0 is there in 100 steps. Telling: 0.01 has gone only from 0.693, which is a guess
    for each point, to 0.601 after 50; 20 leaps about the minimum for ever. With ``distance=6``
    a line parts the clouds without an error, and then there is no minimum: the weights grow
    for ever, ever slower, and the loss goes towards 0.

    Parameters
    ----------
    samples : int, default 100
        How many, 2 to 1,000,000; every second one of class 1.
    distance : float, default 2.0
        Between the clouds' centres, 0 to 100; each cloud has standard deviation 1.
    seed : int, default 0
        The same seed gives the same samples.

    Returns
    -------
    Problem
        ``loss(weights, bias, inputs, targets)`` with inputs of shape (samples, 2) and targets
        0 and 1 of shape (samples,); weights and bias learn, and start at 0.

    Raises
    ------
    ArgumentError
        If an argument is not as said; the message names it.

    Notes
    -----
    Source: C. M. Bishop, "Pattern Recognition and Machine Learning", Springer 2006, section
    4.3.2. On clouds that a line parts: D. Soudry and others, "The implicit bias of gradient
    descent on separable data", Journal of Machine Learning Research 19, 2018.

    Examples
    --------
    >>> problem = logistic()
    >>> [array.shape for array in problem.data]
    [(100, 2), (100,)]
    """
    count = sample_count(samples)
    apart = number_between("distance", distance, 0, MOST_DISTANCE)
    data = clouds(count, apart, np.random.default_rng(random_seed(seed)))
    weights = np.zeros(2, np.float32)
    return Problem(loss, weights, 0.0, argnums=(0, 1), data=data, predict=predict, name="logistic")
