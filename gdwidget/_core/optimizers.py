"""What makes an update out of a gradient: optax's optimizers, by name or handed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gdwidget._core.exactness import in_32_bits
from gdwidget._validation import did_you_mean
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Make = Callable[[Any], optax.GradientTransformation | optax.MultiSteps]

CUSTOM = "custom"
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


_UNEXPECTED = re.compile("unexpected keyword argument", re.IGNORECASE)


class LookaheadMemory(NamedTuple):
    """What `optax.lookahead` remembers: its state, and the slow parameters."""

    state: Any
    slow: Any


@dataclass(frozen=True)
class Optimizer:
    """An optax optimizer and what it is called.

    Attributes
    ----------
    name : str
        One of `NAMES`, or `CUSTOM`.
    make : callable
        ``make(learning_rate)`` returns the `optax.GradientTransformation` or
        `optax.MultiSteps`; the rate may be traced.
    takes_rate : bool
        Whether the learning rate makes any difference.
    given : object
        What it was made of.

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
    given: object = None

    @classmethod
    def of(cls, given: object) -> Optimizer:
        """Return the optimizer that is meant.

        Parameters
        ----------
        given : str, optax.GradientTransformation, optax.MultiSteps, callable or Optimizer
            A name; an optimizer with its own learning rate; or a function that makes one
            from a learning rate, such as ``optax.adabelief``. `optax.lookahead` may stand in
            it, too: the parameters that are stepped are its fast ones.

        Raises
        ------
        ArgumentError
            If it is none of these; it lists the names, the nearest one first.
        """
        if isinstance(given, Optimizer):
            return given
        if isinstance(given, (optax.GradientTransformation, optax.MultiSteps)):
            return cls(CUSTOM, lambda _: given, takes_rate=False, given=given)
        accepted = f"one of {', '.join(NAMES)}, or an optax.GradientTransformation"
        if isinstance(given, str):
            if given in _MAKERS:
                return cls(given, _MAKERS[given], given=given)
            raise ArgumentError("optimizer", given, accepted, did_you_mean(given, NAMES))
        if callable(given):
            return cls(CUSTOM, _checked_maker(given, accepted), given=given)
        raise ArgumentError("optimizer", given, accepted)

    @property
    def plain(self) -> bool:
        """Whether it is plain gradient descent, which remembers nothing."""
        return self.name == "sgd"

    def init(self, tree: Any) -> Any:
        """Return what the optimizer remembers at the start; may be traced."""
        with in_32_bits():
            init = self.make(1.0).init
            if not self.looks_ahead:
                return init(tree)
            return LookaheadMemory(init(optax.LookaheadParams.init_synced(tree)), tree)

    @cached_property
    def looks_ahead(self) -> bool:
        """Whether its parameters are those of `optax.lookahead`, fast and slow ones."""
        if self.name != CUSTOM:
            return False
        probe = optax.LookaheadParams.init_synced(jnp.float32(0))
        try:
            opt_state = jax.eval_shape(self.make(1.0).init, probe)
        except Exception:  # noqa: BLE001 - what it takes is looked at where it is used
            return False
        return holds(opt_state, optax.LookaheadState)

    def update(self, gradient: Any, opt_state: Any, tree: Any, rate: Any, **extra: Any) -> Any:
        """Return the pytree after one update, and what is remembered then; may be traced.

        Parameters
        ----------
        gradient, tree : pytree
            Gradient at ``tree``, and the parameters that learn.
        opt_state : optax.OptState
            What is remembered.
        rate : float
            Learning rate of this update.
        **extra
            What optimizers that look at the loss may ask for: ``value``, ``grad``,
            ``value_fn``, ``grad_fn``, ``obj_fn``. Those that do not name one go without.
        """
        with in_32_bits():
            tree, opt_state, _ = self._moved(gradient, opt_state, tree, rate, extra)
        return tree, opt_state

    def looks_at(self, tree: Any, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of some extra arguments, each a number or a pytree, that an update takes.

        Examples
        --------
        >>> import jax.numpy as jnp
        >>> Optimizer.of(optax.polyak_sgd()).looks_at(jnp.float32(1), ["value"])
        ('value',)
        >>> Optimizer.of(optax.scale_by_adam()).looks_at(jnp.float32(1), ["value"])
        ()
        """
        taken: tuple[str, ...] = ()

        def update(tree: Any) -> Any:
            nonlocal taken
            extra = {name: tree if name == "grad" else jnp.float32(0) for name in names}
            *after, told = self._moved(tree, self.init(tree), tree, 1.0, extra)
            taken = tuple(told)
            return after

        jax.eval_shape(update, tree)
        return taken

    def _moved(self, gradient: Any, opt_state: Any, tree: Any, rate: Any, extra: Any) -> Any:
        made = self.make(rate)
        if not self.looks_ahead:
            updates, opt_state, told = _updated(made, gradient, opt_state, tree, extra)
            return optax.apply_updates(tree, updates), opt_state, told
        both = optax.LookaheadParams(tree, opt_state.slow)
        updates, state, told = _updated(made, gradient, opt_state.state, both, extra)
        fast, slow = optax.apply_updates(both, updates)
        return fast, LookaheadMemory(state, slow), told


def terms(opt_state: Any, tree: Any) -> dict[str, Any]:
    """Return what the optimizer remembers of the first number that learns, in words.

    Parameters
    ----------
    opt_state : optax.OptState
        After the update that is explained.
    tree : pytree
        The parameters that learn, to know what in ``opt_state`` belongs to them.

    Returns
    -------
    dict of str to scalar array
        Such as ``{"momentum": ..., "second moment": ...}``.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> adam = optax.adam(0.1)
    >>> _, opt_state = adam.update(jnp.float32(2), adam.init(jnp.float32(0)))
    >>> {name: round(float(number), 4) for name, number in terms(opt_state, jnp.float32(0)).items()}
    {'momentum': 0.2, 'second moment': 0.004}
    """
    found: dict[str, Any] = {}
    _collect(opt_state, tree, found)
    return found


def _updated(made: Any, gradient: Any, opt_state: Any, tree: Any, extra: dict[str, Any]) -> Any:
    """Return updates, opt_state, and the extra arguments that this transformation takes.

    Those in a chain or wrapper do not show what they take: what one says it does not know is
    not told again.

    Raises
    ------
    ValueError
        If the updates are of other shapes than the parameters.
    """
    takes_extra = isinstance(made, (optax.GradientTransformationExtraArgs, optax.MultiSteps))
    told = extra if takes_extra else {}
    try:
        updates, opt_state = made.update(gradient, opt_state, tree, **told)
    except TypeError as error:
        sentence = str(error)
        unknown = [name for name in told if f"'{name}'" in sentence]
        if not unknown or not _UNEXPECTED.search(sentence):
            raise
        known = {name: value for name, value in told.items() if name not in unknown}
        return _updated(made, gradient, opt_state, tree, known)
    shapes = [[np.shape(leaf) for leaf in jax.tree.leaves(each)] for each in (tree, updates)]
    if shapes[0] != shapes[1]:
        message = f"the parameters have the shapes {shapes[0]}, its updates {shapes[1]}"
        raise ValueError(message)
    return updates, opt_state, told


def holds(opt_state: Any, kind: type) -> bool:
    """Return whether there is a state of some kind in what an optimizer remembers."""

    def is_one(node: object) -> bool:
        return isinstance(node, kind)

    return any(is_one(node) for node in jax.tree.leaves(opt_state, is_leaf=is_one))


def _collect(node: Any, tree: Any, found: dict[str, Any]) -> None:
    if isinstance(node, tuple) and hasattr(node, "_asdict"):
        for field, value in node._asdict().items():
            if is_like(value, tree):
                name = _TERMS.get(field, field.replace("_", " "))
                found.setdefault(name, jax.tree.leaves(value)[0].ravel()[0])
            else:
                _collect(value, tree, found)
    elif isinstance(node, (tuple, list)):
        for value in node:
            _collect(value, tree, found)
    elif isinstance(node, dict):
        _collect(tuple(node.values()), tree, found)


def is_like(value: Any, tree: Any) -> bool:
    """Return whether something is a pytree of arrays with the structure, shapes and dtypes of one.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> is_like({"w": jnp.ones(2)}, {"w": jnp.zeros(2)}), is_like(0.0, jnp.float32(0))
    (True, False)
    """
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
    if not isinstance(made, (optax.GradientTransformation, optax.MultiSteps)):
        reason = f"called with a learning rate it returns {type(made).__name__}"
        raise ArgumentError("optimizer", given, accepted, reason)
    return given
