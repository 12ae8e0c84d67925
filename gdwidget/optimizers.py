"""What makes an update out of a gradient: optax's optimizers, by name or handed in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import optax

from gdwidget.checks import did_you_mean
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[Any], optax.GradientTransformation]

OWN = "own"
"""The name of an optimizer that was handed in."""

_MAKERS: dict[str, Make] = {
    "sgd": optax.sgd,
    "momentum": partial(optax.sgd, momentum=0.9),
    "nesterov": partial(optax.sgd, momentum=0.9, nesterov=True),
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

NAMES = tuple(_MAKERS)
"""The optimizers that are known by name; all but momentum's 0.9 are optax's own defaults."""

_TERMS = {
    "trace": "momentum",
    "mu": "momentum",
    "nu": "second moment",
    "nu_max": "largest second moment",
    "sum_of_squares": "sum of squares",
    "e_g": "mean square of gradients",
    "e_x": "mean square of updates",
}


@dataclass(frozen=True)
class Optimizer:
    """An optax optimizer and what it is called.

    Attributes
    ----------
    name : str
        One of `NAMES`, or `OWN`.
    make : callable
        ``make(learning_rate)`` returns the `optax.GradientTransformation`; the rate may be
        traced.
    takes_rate : bool
        Whether the learning rate makes any difference.

    Examples
    --------
    >>> Optimizer.of("adam").name
    'adam'
    >>> Optimizer.of(optax.chain(optax.clip(1.0), optax.sgd(0.1))).takes_rate
    False
    """

    name: str
    make: Make
    takes_rate: bool = True

    @classmethod
    def of(cls, given: object) -> Optimizer:
        """Return the optimizer that is meant.

        Parameters
        ----------
        given : str, optax.GradientTransformation, callable or Optimizer
            A name; an optimizer with its own learning rate; or a function that makes one
            from a learning rate, such as ``optax.adabelief``.

        Raises
        ------
        ArgumentError
            If it is none of these; it lists the names, the nearest one first.
        """
        if isinstance(given, Optimizer):
            return given
        if isinstance(given, optax.GradientTransformation):
            return cls(OWN, lambda _: given, takes_rate=False)
        accepted = f"one of {', '.join(NAMES)}, or an optax.GradientTransformation"
        if isinstance(given, str):
            if given in _MAKERS:
                return cls(given, _MAKERS[given])
            raise ArgumentError("optimizer", given, accepted, did_you_mean(given, NAMES))
        if callable(given):
            return cls(OWN, _checked_maker(given, accepted))
        raise ArgumentError("optimizer", given, accepted)

    @property
    def plain(self) -> bool:
        """Whether it is plain gradient descent, which remembers nothing."""
        return self.name == "sgd"

    def init(self, tree: Any) -> Any:
        """Return what the optimizer remembers at the start; may be traced."""
        return self.make(1.0).init(tree)

    def update(self, gradient: Any, memory: Any, tree: Any, rate: Any, **extra: Any) -> Any:
        """Return the pytree after one update, and what is remembered then; may be traced.

        Parameters
        ----------
        gradient, tree : pytree
            Gradient at ``tree``, and the parameters that learn.
        memory : optax.OptState
            What is remembered.
        rate : float
            Learning rate of this update.
        **extra
            ``value`` and ``value_fn``, for those optimizers that look at the loss.
        """
        transformation = optax.with_extra_args_support(self.make(rate))
        updates, memory = transformation.update(gradient, memory, tree, **extra)
        return optax.apply_updates(tree, updates), memory


def terms(memory: Any, tree: Any) -> dict[str, Any]:
    """Return what the optimizer remembers of the first number that learns, in words.

    Parameters
    ----------
    memory : optax.OptState
        After the update that is explained.
    tree : pytree
        The parameters that learn, to know what in ``memory`` belongs to them.

    Returns
    -------
    dict of str to scalar array
        Such as ``{"momentum": ..., "second moment": ...}``.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> adam = optax.adam(0.1)
    >>> _, memory = adam.update(jnp.float32(2), adam.init(jnp.float32(0)))
    >>> {name: round(float(number), 4) for name, number in terms(memory, jnp.float32(0)).items()}
    {'momentum': 0.2, 'second moment': 0.004}
    """
    found: dict[str, Any] = {}
    _collect(memory, tree, found)
    return found


def _collect(node: Any, tree: Any, found: dict[str, Any]) -> None:
    if isinstance(node, tuple) and hasattr(node, "_asdict"):
        for field, value in node._asdict().items():
            if _is_like(value, tree):
                name = _TERMS.get(field, field.replace("_", " "))
                found.setdefault(name, jax.tree.leaves(value)[0].ravel()[0])
            else:
                _collect(value, tree, found)
    elif isinstance(node, (tuple, list)):
        for value in node:
            _collect(value, tree, found)
    elif isinstance(node, dict):
        _collect(tuple(node.values()), tree, found)


def _is_like(value: Any, tree: Any) -> bool:
    structures: tuple[Any, Any] = (jax.tree.structure(value), jax.tree.structure(tree))
    if structures[0] != structures[1]:
        return False
    pairs = zip(jax.tree.leaves(value), jax.tree.leaves(tree), strict=True)
    return all(
        getattr(a, "shape", None) == b.shape and getattr(a, "dtype", None) == b.dtype
        for a, b in pairs
    )


def _checked_maker(given: Callable[..., Any], accepted: str) -> Make:
    try:
        made = given(0.01)
    except Exception as error:
        reason = f"called with a learning rate it raised {type(error).__name__}: {error}"
        raise ArgumentError("optimizer", given, accepted, reason) from error
    if not isinstance(made, optax.GradientTransformation):
        reason = f"called with a learning rate it returns {type(made).__name__}"
        raise ArgumentError("optimizer", given, accepted, reason)
    return given
