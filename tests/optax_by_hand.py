"""The optimizers as someone writes them who drives optax by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import optax

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "sgd": optax.sgd,
    "momentum": lambda rate: optax.sgd(rate, momentum=0.9),
    "nesterov": lambda rate: optax.sgd(rate, momentum=0.9, nesterov=True),
    "adagrad": optax.adagrad,
    "adadelta": optax.adadelta,
    "rmsprop": optax.rmsprop,
    "adam": optax.adam,
    "adamax": optax.adamax,
    "nadam": optax.nadam,
    "adamw": optax.adamw,
    "amsgrad": optax.amsgrad,
    "lion": optax.lion,
}
