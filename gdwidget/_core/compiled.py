"""What jax compiles, compiled once: a function that comes to the same program uses it again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from gdwidget._core.exactness import checked_by_jax, unchecked_by_jax
from gdwidget._core.placement import computing_on, placed
from gdwidget._core.versions import bytes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from gdwidget._core.placement import Place

    Run = Callable[..., Any]

MOST_PROGRAMS = 64
"""How many programs are kept of one function, and beyond those in use; the one used longest ago
goes first."""

MOST_CONSTANTS = 1_000_000
"""How many bytes a program that is kept may hold of arrays that its function closes over."""

_kept: OrderedDict[Hashable, Run] = OrderedDict()
_lock = threading.Lock()


class Compiled:
    """A function as `jax.jit` would compile it, which shares its program with equal ones.

    A cell that is run again makes new functions of the same meaning. They are traced anew, so
    what they read may have changed, and compiled only if another program came of it. Functions
    that call back into Python, that close over much, or whose data lie on several devices,
    share nothing.

    Parameters
    ----------
    function : callable
        Arrays and pytrees of them to the same.
    compiler_options : mapping, optional
        As those of `jax.jit`.
    place : jax.Device or jax.sharding.Sharding, optional
        The device that computes it, to which arrays on another one are moved; by default, and
        with arrays that are spread over several, it is left to jax.

    Attributes
    ----------
    jitted : callable
        The function as `jax.jit` takes it, which shares nothing and can be traced.

    Examples
    --------
    >>> double = Compiled(lambda x: x * 2)
    >>> str(double(np.float32(3)))
    '6.0'
    """

    def __init__(
        self,
        function: Run,
        compiler_options: Mapping[str, Any] | None = None,
        place: Place | None = None,
    ) -> None:
        self._place = place
        self._options = dict(compiler_options or {})
        self._function = function
        self.jitted = jax.jit(function, compiler_options=self._options)
        self._programs: OrderedDict[Hashable, Run] = OrderedDict()
        self._latest: Run | None = None
        self._lock = threading.RLock()

    def __call__(self, *arguments: Any) -> Any:
        """Call the function; jax's debugging flags are left to those who read the result."""
        if checked_by_jax():
            with unchecked_by_jax():
                return self._called(arguments)
        return self._called(arguments)

    def _called(self, arguments: Any) -> Any:
        if jax.config.jax_disable_jit:  # type: ignore[attr-defined]
            with computing_on(self._place):
                return self.jitted(*placed(arguments, self._place))
        latest = self._latest
        if latest is self.jitted:
            return latest(*arguments)
        if latest is not None:
            try:
                return latest(*arguments)
            except (TypeError, ValueError) as error:
                refused = error
            here = placed(arguments, self._place)
            if self._program(here) is latest and here is arguments:
                raise refused
            arguments = here
        else:
            arguments = placed(arguments, self._place)
        program = self._latest = self._program(arguments)
        return program(*arguments)

    def compiled(self, *arguments: Any) -> Any:
        """Return the `jax.stages.Compiled` that computes arguments of such shapes."""
        arguments = placed(arguments, self._place)
        program = self._program(arguments)
        if program is self.jitted:
            return self.jitted.lower(*arguments).compile()
        return program

    def _program(self, arguments: Any) -> Any:
        """Return what computes arguments of such shapes."""
        leaves, structure = jax.tree.flatten(arguments)
        form = (structure, *(_form(leaf) for leaf in leaves))
        with self._lock:
            if form not in self._programs:
                spread = any(isinstance(leaf, jax.Array) and _is_spread(leaf) for leaf in leaves)
                program = self.jitted if spread else self._found(arguments, form)
                _keep(self._programs, form, program)
            self._programs.move_to_end(form)
            return self._programs[form]

    def _found(self, arguments: Any, form: Hashable) -> Any:
        # Jax keeps what it has traced as long as the function lives: this one goes at once.
        once = jax.jit(partial(self._function), compiler_options=self._options)
        with computing_on(self._place):
            traced = once.trace(*arguments)
            lowered = traced.lower()
        if sum(map(bytes_of, traced.jaxpr.consts)) > MOST_CONSTANTS:
            return lowered.compile()
        text = lowered.as_text()
        # Functions of one text may differ in what they call in Python, and in the types of the
        # pytrees they return: structures are equal only where these are.
        key = (
            hashlib.sha256(text.encode()).digest(),
            lowered.out_tree,
            form,
            tuple(sorted(self._options.items())),
            self._place or (jax.default_backend(), str(jax.config.values["jax_default_device"])),
        )
        if "callback" in text or not _is_hashable(key):
            return lowered.compile()
        with _lock:
            program = _kept.pop(key, None)
        program = program or lowered.compile()
        with _lock:
            _keep(_kept, key, program)
        return program


def _form(leaf: Any) -> Hashable:
    placed = leaf.sharding if isinstance(leaf, jax.Array) else None
    weak = getattr(leaf, "weak_type", isinstance(leaf, (int, float)))
    return (np.shape(leaf), getattr(leaf, "dtype", type(leaf)), weak, placed)


def _keep(programs: OrderedDict[Hashable, Any], key: Hashable, program: Any) -> None:
    programs[key] = program
    while len(programs) > MOST_PROGRAMS:
        programs.popitem(last=False)


def _is_spread(array: jax.Array) -> bool:
    return len(array.sharding.device_set) > 1


def _is_hashable(key: object) -> bool:
    try:
        hash(key)
    except TypeError:
        return False
    return True
