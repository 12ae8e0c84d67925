"""A sine wave, followed by a small network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np

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

    import jax
    from numpy.typing import NDArray

    from gdwidget.problems.network import Layers


def noisy_sine(
    samples: int, noise: float, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return evenly spaced inputs from -pi to pi and their sines with normal noise added."""
    inputs = np.linspace(-np.pi, np.pi, samples)
    targets = np.sin(inputs) + noise * random.standard_normal(samples)
    return inputs.astype(np.float32), targets.astype(np.float32)


def predict(layers: Layers, inputs: jax.Array) -> jax.Array:
    """Return the network's value at each input; inputs (n,), result (n,), dtype float32."""
    return outputs(layers, inputs[:, None])


def loss(layers: Layers, inputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Return the mean squared error of `predict`; shape (), dtype float32."""
    return jnp.mean((predict(layers, inputs) - targets) ** 2)


def sine(
    hidden: Sequence[int] = (16,), samples: int = 64, noise: float = 0.1, seed: int = 0
) -> Problem:
    """Follow one wave of a sine through noise with a small network of tanh layers.

    It teaches regression by a network: the curve bends towards the samples as the parameters
    learn. The minimum is not known; the sine itself has the loss 0.008 on the default samples,
    so that a lower one follows the noise. Without hidden layers the curve is a straight line,
    and the lowest loss is 0.241; one hidden unit comes to 0.091.

    Good: Adam with 0.01 is at 0.006 after 1,000 steps. Telling: plain gradient descent with
    0.1 still hops across a narrow valley then, now and again above 0.03; 0.3 diverges; Adam
    with 1.0 leaps to a loss of 80 before it comes down.

    Parameters
    ----------
    hidden : tuple of int, default (16,)
        Units of each hidden layer, 1 to 1,000, at most 8 layers; ``()`` for none.
    samples : int, default 64
        How many, 2 to 1,000,000, evenly spaced from -pi to pi.
    noise : float, default 0.1
        Standard deviation of what is added to each target, 0 to 100.
    seed : int, default 0
        The same seed gives the same samples and the same random start.

    Returns
    -------
    Problem
        ``loss(layers, inputs, targets)``, the mean squared error, with inputs and targets of
        shape (samples,). ``layers`` is a list of dicts with ``"weights"`` and ``"bias"``.

    Raises
    ------
    ArgumentError
        If an argument is not as said; the message names it.

    Notes
    -----
    Source: that such networks can follow any continuous curve is shown by G. Cybenko,
    "Approximation by superpositions of a sigmoidal function", Mathematics of Control, Signals
    and Systems 2, 1989. The random start is that of X. Glorot, Y. Bengio, AISTATS 2010.

    Examples
    --------
    >>> problem = sine(hidden=(3,))
    >>> [tuple(layer["weights"].shape) for layer in problem.start["layers"]]
    [(1, 3), (3, 1)]
    """
    sizes = (1, *hidden_sizes(hidden), 1)
    count = sample_count(samples)
    spread = number_between("noise", noise, 0, MOST_NOISE)
    random = np.random.default_rng(random_seed(seed))
    data = noisy_sine(count, spread, random)
    return Problem(loss, random_layers(sizes, random), data=data, predict=predict, name="sine")
