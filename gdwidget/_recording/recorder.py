"""Keeps where a loop's updates led, within a budget of memory and at little cost of time."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gdwidget._recording.seen import Children, Seen, leaves_of, value_of
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_KEPT = 2_048
"""How many points are kept at most."""

_FIRST_COPIED = 2
_LOOPS = {
    inspect.unwrap(loop).__code__ for loop in (jax.lax.scan, jax.lax.while_loop, jax.lax.fori_loop)
}
_BEGUN = "what init returned of the optimizer that is recorded"


class Kept(NamedTuple):
    """A point that is kept: how many updates led there, with the leaves there."""

    count: Any
    params: tuple[Any, ...]
    opt_state: tuple[Any, ...]

    @property
    def is_there(self) -> bool:
        """Whether no later call took the memory of an array of it."""
        leaves = (self.count, *self.params, *self.opt_state)
        return not any(isinstance(leaf, jax.Array) and leaf.is_deleted() for leaf in leaves)


class Loop:
    """The points of one loop: all while they fit, else fewer, at equal distances.

    Parameters
    ----------
    params : pytree
        Parameters as the optimizer is given them, to know their structure.
    opt_state : pytree
        What the optimizer remembers.
    budget : int
        Bytes that may be kept.

    Attributes
    ----------
    params, opt_state : PyTreeDef
        Their structures.
    shapes : list of tuple of int
        Shapes of the parameters' leaves.
    most : int
        How many points are kept at most.
    kept : list of Kept
        Points that were seen between compiled calls.
    sights : int
        How many there were of those.
    """

    def __init__(self, params: Any, opt_state: Any, budget: int) -> None:
        self.params: Any = jax.tree.structure(params)
        self.opt_state: Any = jax.tree.structure(opt_state)
        self.shapes = [np.shape(leaf) for leaf in jax.tree.leaves(params)]
        sizes = [_bytes(tree) for tree in (params, params, opt_state)]  # the gradient comes later
        self.most = max(2, min(MOST_KEPT, budget // max(1, sum(sizes))))
        self.kept: list[Kept] = []
        self.sights = 0
        self._stride = 1
        self._latest: Seen | None = None
        self._latest_count: Any = None
        self._donates = False
        self._start: Kept | None = None
        self._told: list[Kept] = []
        self._told_stride = 1

    def has_seen(self, seen: Seen) -> bool:
        """Return whether a state is the newest one that was seen, where that is quick to say."""
        return self._latest_count is seen.held.count

    def see(self, seen: Seen, count: jax.Array) -> None:
        """Take note of a state; it may be left out."""
        if count is self._latest_count:
            return
        self._donates |= self._latest_count is not None and self._latest_count.is_deleted()
        self._latest, self._latest_count = seen, count
        if self.sights % self._stride == 0:
            kept = _leaves(seen)
            if self._donates or self.sights < _FIRST_COPIED:
                with jax.ensure_compile_time_eval():  # jax may be about to trace something
                    kept = _copied(kept)
            self._keep(kept)
        self.sights += 1

    def told(self, count: Any, params: Any, opt_state: Any) -> None:
        """Take in a point that was told from inside of a compiled loop."""
        params, opt_state = (tuple(map(np.array, leaves)) for leaves in (params, opt_state))
        point = Kept(int(count), params, opt_state)
        if point.count == 0:
            self._start, self._told = point, []
            return
        told = [*(kept for kept in self._told if kept.count < point.count), point]
        while len(told) > self.most:
            self._told_stride *= 2
            told = [kept for kept in told if kept.count % self._told_stride == 0]
        self._told = told

    def points(self) -> Iterator[Kept]:
        """Yield the points that are kept, and the last one there was, in their order.

        Where a loop went back to a state it had before, what came after that is left out.

        Raises
        ------
        ArgumentError
            If loops have taken turns.
        """
        latest = [] if self._latest is None else [_leaves(self._latest)]
        start = [] if self._start is None else [self._start]
        seen = [*(start or self.kept[:1]), *self._told] if self._told else [*start, *self.kept]
        there = [kept for kept in (*seen, *latest) if kept.is_there]
        counts = np.array([int(kept.count) for kept in there])
        backwards = np.flatnonzero(np.diff(counts) < 0)
        if len(backwards) > 1:
            accepted = "one loop at a time; each may have a recorder of its own"
            raise ArgumentError("optimizer", "loops that take turns", accepted)
        begun = int(backwards[0]) + 1 if len(backwards) else 0
        before = [at for at in range(begun) if counts[at] < counts[begun:].min()]
        last = -1
        for at in (*before, *range(begun, len(there))):
            if counts[at] > last:
                last = int(counts[at])
                yield there[at]

    def _keep(self, kept: Kept) -> None:
        self.kept.append(kept)
        if len(self.kept) > self.most:
            del self.kept[1::2]
            self._stride *= 2


class Recorder:
    """Wraps an optimizer and keeps where its updates lead, while it is open.

    Parameters
    ----------
    optimizer : optax.GradientTransformationExtraArgs
        What makes the updates.
    budget : int
        Bytes that each loop may keep.

    Attributes
    ----------
    optimizer, budget
        As given.
    loops : list of Loop
        One for each time that `init` was called, the newest last.
    open : bool
        Whether it takes note of anything.

    Examples
    --------
    >>> recorder = Recorder(optax.with_extra_args_support(optax.sgd(0.1)), 1_000)
    >>> recorder.open = True
    >>> state = recorder.init(jnp.float32(1))
    >>> updates, state = recorder.update(jnp.float32(2), state, jnp.float32(1))
    >>> [round(float(point.params[0]), 1) for point in recorder.loops[0].points()]
    [1.0, 0.8]
    """

    def __init__(self, optimizer: optax.GradientTransformationExtraArgs, budget: int) -> None:
        self.optimizer = optimizer
        self.budget = budget
        self.loops: list[Loop] = []
        self.open = False
        self.ensemble = False

    def init(self, params: Any) -> Seen:
        """Return what is remembered at the start; a loop begins."""
        opt_state = self.optimizer.init(params)
        seen = self._made(jnp.int32(0), params, opt_state)
        if self.open:
            self.loops.append(Loop(params, opt_state, self.budget))
            if seen.is_traced:
                self._tell(seen)
            self.see(seen)
        return seen

    def update(self, gradient: Any, state: Any, params: Any = None, **extra: Any) -> Any:
        """Return the updates of the user's optimizer, and the state with where they lead.

        Raises
        ------
        ArgumentError
            If the state is not its own, or there are no parameters, or others than before.
        """
        if not isinstance(state, Seen):
            raise ArgumentError("opt_state", type(state).__name__, _BEGUN)
        if params is None:
            accepted = "the parameters, as in update(gradient, opt_state, params)"
            raise ArgumentError("params", None, accepted)
        self._check(params)
        updates, opt_state = self.optimizer.update(gradient, state.held.opt_state, params, **extra)
        count = state.held.count + 1
        seen = self._made(count, optax.apply_updates(params, updates), opt_state)
        if not seen.is_traced:
            self.see(seen)
        elif self.open and self.loops and _inside_a_loop():
            self._tell(seen)
        return updates, seen

    def see(self, seen: Seen) -> None:
        """Take note of a state."""
        if not (self.open and self.loops) or self.loops[-1].has_seen(seen):
            return
        count = seen.count
        if count is None or seen.is_traced:
            return
        if count.shape:
            self.ensemble = True
        else:
            self.loops[-1].see(seen, count)

    def _made(self, count: Any, params: Any, opt_state: Any) -> Seen:
        return Seen(self, Children(count, tuple(jax.tree.leaves(params)), opt_state))

    def _check(self, params: Any) -> None:
        if not self.loops:
            return
        begun = self.loops[-1]
        shapes = [np.shape(leaf) for leaf in jax.tree.leaves(params)]
        begun.params = jax.tree.structure(params)  # flax gives init variables, and update arrays
        if shapes != begun.shapes:
            accepted = f"shapes {begun.shapes}, as at init; another model needs init once more"
            raise ArgumentError("params", f"shapes {shapes}", accepted)

    def _tell(self, seen: Seen) -> None:
        """Have points told from inside of a compiled loop, of which Python sees the end alone."""
        loop, held = self.loops[-1], seen.held
        shift = 32 - jax.lax.clz(held.count // loop.most)

        def tell() -> None:
            leaves = tuple(jax.tree.leaves(held.opt_state))
            jax.debug.callback(self._told, held.count, held.params, leaves)

        jax.lax.cond(held.count % jnp.left_shift(1, shift) == 0, tell, lambda: None)

    def _told(self, count: Any, params: Any, opt_state: Any) -> None:
        if self.open:
            self.loops[-1].told(count, params, opt_state)


def _leaves(seen: Seen) -> Kept:
    count, params, opt_state = seen.held
    values = tuple(map(value_of, params))
    return Kept(value_of(count), values, tuple(leaves_of(opt_state)))


@jax.jit
def _copied(kept: Kept) -> Kept:
    """Return the same in memory of its own: a loop may give its arrays away to the next call."""
    return jax.tree.map(jnp.copy, kept)  # type: ignore[no-any-return]


def _bytes(tree: Any) -> int:
    leaves = jax.tree.leaves(tree)
    return sum(leaf.size * leaf.dtype.itemsize for leaf in leaves if hasattr(leaf, "dtype"))


def _inside_a_loop() -> bool:
    """Return whether a scan or a while loop is being traced: Python sees nothing inside of it.

    jax does not say so: to it a loop's body is as any function that it compiles. But the loop's
    own function is among those that run.
    """
    frame: Any = sys._getframe()  # noqa: SLF001
    while frame is not None:
        if frame.f_code in _LOOPS:
            return True
        frame = frame.f_back
    return False
