"""How to compile so that no digit depends on what the compiler fuses, or on jax's flags."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any

import jax

from gdwidget._core.placement import cpu
from gdwidget._core.versions import QUICKER_IS_EXACT, knows_options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    Options = dict[str, Any]

# The last of these would compile a short loop as one function, with multiply-adds fused.
EXACT: Any = {"xla_disable_hlo_passes": "algsimp,fusion,small-while-loop-hoisting"}
"""Compiler options under which every operation rounds as if it ran alone."""

QUICKER: Any = {"xla_cpu_use_fusion_emitters": False}
"""What has single operations compiled in a third of the time, to the same digits."""


@functools.cache
def exact_options() -> Options:
    """Return `EXACT`, and `QUICKER` with it where this compiler knows it and is exact with it."""
    both = {**EXACT, **QUICKER}
    return both if QUICKER_IS_EXACT and knows_options(both, cpu()) else dict(EXACT)


def in_32_bits() -> AbstractContextManager[Any]:
    """Return a context in which no count or schedule makes float64, whatever the user enabled."""
    context: AbstractContextManager[Any] = jax.enable_x64(False)  # noqa: FBT003 - it has no name
    return context


def checked_by_jax() -> bool:
    """Whether jax is asked to raise where something is not finite."""
    config: Any = jax.config
    return bool(config.jax_debug_nans or config.jax_debug_infs)


@contextlib.contextmanager
def unchecked_by_jax() -> Iterator[None]:
    """Leave it to the caller what becomes of numbers that are not finite."""
    with jax.debug_nans(False), jax.debug_infs(False):  # noqa: FBT003 - they have no name
        yield
