"""The state of a recorded optimizer: a pytree that tells when a loop hands it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import jax

if TYPE_CHECKING:
    from collections.abc import Sequence


class Listener(Protocol):
    """What is told of states."""

    def see(self, seen: Seen) -> None:
        """Take note of a state, if it holds numbers."""


class Children(NamedTuple):
    """What a state holds, in the order in which jax takes it apart."""

    count: Any
    params: tuple[Any, ...]
    opt_state: Any


class Seen:
    """What the user's optimizer remembers, with how many updates led there and where.

    jax takes it apart before every compiled call and puts it together after, in Python: so
    whoever listens is told of each step of a loop, and nothing is added to what is compiled but
    one more output. A callback in the compiled step would have jax leave its quick way of
    calling, which alone costs more than many a step takes.

    Parameters
    ----------
    listener : Listener
        What is told of it.
    held : Children
        How many updates led here, the leaves of the parameters here, and what the user's
        optimizer remembers here.
    """

    __slots__ = ("held", "listener")

    def __init__(self, listener: Listener, held: Children) -> None:
        self.listener = listener
        self.held = held

    def __repr__(self) -> str:
        return f"Seen({self.held.opt_state!r})"

    @property
    def count(self) -> jax.Array | None:
        """How many updates led here; None while that is no number, as while jax traces."""
        count = value_of(self.held.count)
        is_number = isinstance(count, jax.Array) and not isinstance(count, jax.core.Tracer)
        return count if is_number and not count.is_deleted() else None

    @property
    def is_traced(self) -> bool:
        """Whether jax is tracing what it holds; of a compiled `init` the count is known."""
        leaves = (self.held.count, *self.held.params[:1])
        return any(isinstance(leaf, jax.core.Tracer) for leaf in leaves)


def value_of(leaf: Any) -> Any:
    """Return the array that flax's variables hold; anything else is itself."""
    if hasattr(leaf, "get_value"):
        return leaf.get_value()
    return leaf.raw_value if _is_variable(leaf) else leaf


def leaves_of(tree: Any) -> list[Any]:
    """Return the arrays of a tree, those that variables hold included."""
    return [value_of(leaf) for leaf in jax.tree.leaves(tree, is_leaf=_is_variable)]


def _is_variable(leaf: Any) -> bool:
    # flax 0.12.0 has no get_value, and later ones warn of raw_value
    return hasattr(leaf, "get_value") or hasattr(leaf, "raw_value")


def _flatten(seen: Seen) -> tuple[Children, Listener]:
    seen.listener.see(seen)
    return seen.held, seen.listener


def _unflatten(listener: Listener, held: Sequence[Any]) -> Seen:
    seen = Seen(listener, Children(*held))
    listener.see(seen)
    return seen


jax.tree_util.register_pytree_node(Seen, _flatten, _unflatten)  # type: ignore[type-var]
