"""Two classes shaped like half moons, told apart by a small network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gdwidget._core.problem import Problem
from gdwidget.problems.arguments import (
    MOST_NOISE,
    hidden_sizes,
    number_between,
    random_seed,
    sample_count,
)
from gdwidget.problems.network import outputs, random_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gdwidget.problems.network import Layers


def half_moons(
    samples: int, noise: float, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return points on two interleaving half circles of radius 1, and which one each is on."""
    classes = np.arange(samples) % 2
    angles = random.uniform(0, np.pi, samples)
    sides = 1 - 2 * classes
    across = sides * np.cos(angles) + classes
    up = sides * np.sin(angles) + classes / 2
    points = np.stack([across, up], axis=1) + noise * random.standard_normal((samples, 2))
    return points.astype(np.float32), classes.astype(np.float32)


def predict(layers: Layers, inputs: jax.Array) -> jax.Array:
    """Return the probability of class 1; inputs (n, 2), result (n,), dtype float32."""
    return jax.nn.sigmoid(outputs(layers, inputs))


def loss(layers: Layers, inputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Return the mean log-loss of `predict`; shape (), dtype float32."""
    return jnp.mean(optax.sigmoid_binary_cross_entropy(outputs(layers, inputs), targets))


def moons(
    hidden: Sequence[int] = (8, 8), samples: int = 200, noise: float = 0.15, seed: int = 0
) -> Problem:
    """Tell two interleaving half moons apart with a small network of tanh layers.

    It teaches classification by a network: the boundary bends as the parameters learn. The
    minimum is not known; where the classes can be told apart the loss goes on falling
    towards 0. Without hidden layers the boundary is a straight line, and the lowest loss on
    the default samples is 0.314, with 87 % of them on the right side.

    Good: Adam with 0.05 is at 0.031 after 300 steps, with more than 98 % right. Telling:
    plain gradient descent with 0.1 is by then no better than a straight line; Adam with 0.001
    has hardly begun; Adam with 1.0 leaps to twice the loss of the start and wanders; plain
    gradient descent with 30 ends far above it. Other seeds, other samples, start and path.

    Parameters
    ----------
    hidden : tuple of int, default (8, 8)
        Units of each hidden layer, 1 to 1,000, at most 8 layers; ``()`` for none.
    samples : int, default 200
        How many, 2 to 1,000,000; every second one of class 1.
    noise : float, default 0.15
        Standard deviation of what is added to each coordinate, 0 to 100.
    seed : int, default 0
        The same seed gives the same samples and the same random start.

    Returns
    -------
    Problem
        ``loss(layers, inputs, targets)``, the mean log-loss, with inputs of shape (samples, 2)
        and targets 0 and 1 of shape (samples,). ``layers`` is a list of dicts with
        ``"weights"`` and ``"bias"``.

    Raises
    ------
    ArgumentError
        If an argument is not as said; the message names it.

    Notes
    -----
    Source: the half moons are known from scikit-learn's ``make_moons`` and are made anew
    here. The random start is that of X. Glorot, Y. Bengio, AISTATS 2010.

    Examples
    --------
    >>> problem = moons(hidden=(3,))
    >>> [tuple(layer["weights"].shape) for layer in problem.start["layers"]]
    [(2, 3), (3, 1)]
    """
    sizes = (2, *hidden_sizes(hidden), 1)
    count = sample_count(samples)
    spread = number_between("noise", noise, 0, MOST_NOISE)
    random = np.random.default_rng(random_seed(seed))
    data = half_moons(count, spread, random)
    return Problem(loss, random_layers(sizes, random), data=data, predict=predict, name="moons")
