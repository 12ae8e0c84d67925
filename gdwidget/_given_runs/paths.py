"""Paths that something else took: their points as a problem keeps them, and their widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from gdwidget._core.batching import Stream
from gdwidget._core.leaves import is_float
from gdwidget.errors import ArgumentError
from gdwidget.widget import GDWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._core.problem import Problem
    from gdwidget._history.retraced import Point

_NOTHING_OF = ("batch_size", "problems", "questions", "student", "salt")


def shown(problem: Problem, paths: Sequence[Sequence[Point]], settings: dict[str, Any]) -> GDWidget:
    """Return a widget that has the paths as its runs, the last one current."""
    for name in _NOTHING_OF:
        if settings.get(name) is not None:
            accepted = "nothing here; a new run may have it later"
            raise ArgumentError(name, settings[name], accepted)
    if isinstance(problem.stream, Stream):
        accepted = "all data at once: each recorded point is evaluated on them"
        raise ArgumentError("data", "a stream of batches", accepted)
    widget = GDWidget(problem, **settings)
    widget._take_in(paths)  # noqa: SLF001 - what no other caller is to do
    return widget


def as_kept(problem: Problem, tree: Any, at: int = 0) -> dict[str, Any]:
    """Return the parameters of a problem of one, as it keeps them; they need not be finite."""
    (name,) = problem.names
    start = problem.start[name]
    value = jax.tree.map(in_float32, tree)
    if isinstance(start, np.float32):
        value = np.float32(value) if np.shape(value) == () else value
    shapes = [[np.shape(leaf) for leaf in jax.tree.leaves(each)] for each in (start, value)]
    structures: list[Any] = [jax.tree.structure(each) for each in (start, value)]
    if structures[0] != structures[1] or shapes[0] != shapes[1]:
        accepted = f"shapes {shapes[0]}, as at the start"
        raise ArgumentError(f"path[{at}]", f"shapes {shapes[1]}", accepted)
    return {name: value}


def in_float32(leaf: Any) -> Any:
    """Return a leaf as problems keep it: floats in 32 bits, all else as it is."""
    return jnp.asarray(leaf).astype(jnp.float32) if is_float(leaf) else leaf
