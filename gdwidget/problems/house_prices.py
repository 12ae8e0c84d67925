"""The prices of 546 houses, from their features."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np

from gdwidget._core.problem import Problem
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import jax
    from numpy.typing import NDArray

FEATURES = (
    "lot_size",
    "bedrooms",
    "bathrooms",
    "stories",
    "driveway",
    "recreation_room",
    "finished_basement",
    "gas_water_heating",
    "air_conditioning",
    "garage_places",
    "preferred_area",
)
"""The features' names, in the order of the table."""


@cache
def sales() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return features of shape (546, 11), as in the table, and prices in thousand dollars."""
    table = files("gdwidget.problems").joinpath("data/windsor.csv")
    with table.open(encoding="ascii") as lines:
        rows = np.loadtxt(lines, delimiter=",", skiprows=1)
    rows.setflags(write=False)
    return rows[:, 1:], rows[:, 0] / 1000


def predict(weights: jax.Array, bias: jax.Array, inputs: jax.Array) -> jax.Array:
    """Return prices in thousand dollars; inputs (n, features), result (n,), dtype float32."""
    return inputs @ weights + bias


def loss(weights: jax.Array, bias: jax.Array, inputs: jax.Array, targets: jax.Array) -> jax.Array:
    """Return the mean squared error of `predict`; shape (), dtype float32."""
    return jnp.mean((predict(weights, bias, inputs) - targets) ** 2)


def house_prices(*, scaled: bool = True, features: Sequence[str] | None = None) -> Problem:
    """Predict what 546 houses were sold for, by linear regression on up to 11 features.

    It teaches why features are scaled. The prices are in thousands of Canadian dollars, so
    that the loss, the mean squared error, starts at 5352 (an error of 73,000 dollars, since
    all weights start at 0) and has its minimum, with all features, at 232.65 (15,300
    dollars). Scaling changes where the minimum lies, not how low it is.

    Good: scaled, 0.1 is there in 50 steps. Telling: scaled, 0.43 diverges, for the stable
    rates end at 0.426. Not scaled, the lot size (1,650 to 16,200 square feet) stands beside
    numbers from 0 to 6, the curvatures differ by a factor of 9.5e8 instead of 5.7, and the
    stable rates end at 3.2e-8: 0.01 is beyond float32 in ten steps; 3e-8 learns the price of a
    square foot in 50 steps (loss 683) and then stands as good as still: 672 after 100,000.
    Adam with 0.1, which scales each step for itself, is at 245.5 after 1,000 steps, and later
    leaps up again and again.

    Parameters
    ----------
    scaled : bool, default True
        Whether each feature is shifted to mean 0 and divided by its standard deviation.
    features : sequence of str, optional
        Which features the model has, in this order; by default all: ``"lot_size"`` (square
        feet), ``"bedrooms"``, ``"bathrooms"``, ``"stories"``, ``"garage_places"`` and, as 0 or
        1, ``"driveway"``, ``"recreation_room"``, ``"finished_basement"``,
        ``"gas_water_heating"``, ``"air_conditioning"``, ``"preferred_area"``.

    Returns
    -------
    Problem
        ``loss(weights, bias, inputs, targets)`` with inputs of shape (546, features) and
        targets of shape (546,); weights (one a feature) and bias learn, and start at 0.

    Raises
    ------
    ArgumentError
        If ``scaled`` is no bool, or ``features`` is empty, repeats a name or has one that the
        table has not.

    Notes
    -----
    Source: sales in Windsor, Ontario, in July, August and September 1987. P. M. Anglin,
    R. Gencay, "Semiparametric estimation of a hedonic price function", Journal of Applied
    Econometrics 11(6), 1996. The table's way here, and its licence: ``data/README.md``.

    Examples
    --------
    >>> problem = house_prices(features=["lot_size", "bedrooms"])
    >>> [array.shape for array in problem.data], problem.start["weights"].shape
    ([(546, 2), (546,)], (2,))
    """
    if not isinstance(scaled, bool):
        raise ArgumentError("scaled", scaled, "True or False")
    inputs, prices = sales()
    inputs = inputs[:, _columns(features)]
    if scaled:
        inputs = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
    data = (inputs.astype(np.float32), prices.astype(np.float32))
    weights = np.zeros(inputs.shape[1], np.float32)
    return Problem(
        loss, weights, 0.0, argnums=(0, 1), data=data, predict=predict, name="house_prices"
    )


def _columns(features: object) -> list[int]:
    if features is None:
        return list(range(len(FEATURES)))
    accepted = f"None or a list of different names among {', '.join(FEATURES)}"
    if not isinstance(features, (tuple, list)) or not features:
        raise ArgumentError("features", features, accepted)
    for name in features:
        if name not in FEATURES or features.count(name) > 1:
            raise ArgumentError("features", name, accepted)
    return [FEATURES.index(name) for name in features]
