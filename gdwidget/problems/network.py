"""A small network of tanh layers: its random start and its outputs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import jax
    from numpy.typing import NDArray

    Layers = Sequence[dict[str, jax.Array]]


def random_layers(
    sizes: Sequence[int], random: np.random.Generator
) -> list[dict[str, NDArray[np.float32]]]:
    """Return a network's start: random weights, biases of 0.

    The weights are uniform within ``sqrt(6 / (inputs + outputs))`` of 0, so that signals and
    gradients keep their size from layer to layer.

    Parameters
    ----------
    sizes : sequence of int
        Number of inputs, of each hidden layer's units, and of outputs.
    random : numpy.random.Generator
        Where the numbers come from; one of the same seed gives the same start.

    Returns
    -------
    list of dict
        A layer each: ``"weights"`` of shape (inputs, outputs) and ``"bias"`` of shape
        (outputs,), dtype float32.

    Notes
    -----
    Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward
    neural networks", AISTATS 2010, equation 16.

    Examples
    --------
    >>> layers = random_layers((2, 8, 1), np.random.default_rng(0))
    >>> [layer["weights"].shape for layer in layers]
    [(2, 8), (8, 1)]
    """
    layers = []
    for inputs, outputs in pairwise(sizes):
        limit = np.sqrt(6 / (inputs + outputs))
        weights = random.uniform(-limit, limit, (inputs, outputs))
        bias = np.zeros(outputs, np.float32)
        layers.append({"weights": weights.astype(np.float32), "bias": bias})
    return layers


def outputs(layers: Layers, inputs: jax.Array) -> jax.Array:
    """Return a network's single output for each sample, before any squashing.

    Parameters
    ----------
    layers : sequence of dict
        As `random_layers` returns them, the last with one output.
    inputs : jax.Array, shape (n, features)
        One row a sample.

    Returns
    -------
    jax.Array, shape (n,), dtype float32
        ``tanh`` is taken between the layers and not after the last.

    Examples
    --------
    >>> layers = random_layers((2, 8, 1), np.random.default_rng(0))
    >>> outputs(layers, jnp.zeros((3, 2))).tolist()
    [0.0, 0.0, 0.0]
    """
    signal = jnp.asarray(inputs)
    for layer in layers[:-1]:
        signal = jnp.tanh(signal @ layer["weights"] + layer["bias"][None])
    return (signal @ layers[-1]["weights"] + layers[-1]["bias"][None])[:, 0]
