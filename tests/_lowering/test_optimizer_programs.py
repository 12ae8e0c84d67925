"""Optimizers as programs: traced once where they are the same."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import optax

from gdwidget._core.optimizers import Optimizer
from gdwidget._lowering.optimizer_programs import programs_of
from gdwidget._lowering.trace import typed


def programs(optimizer: object, *shape: int, tree: Any = 0) -> dict[str, Any]:
    """Return the programs for one array of such a shape."""
    leaf = typed(shape, np.float32)
    return programs_of(Optimizer.of(optimizer), jax.tree.structure(tree), (leaf,))


def test_one_known_by_name_is_traced_once_for_the_same_shapes() -> None:
    assert programs("adam", 2) is programs("adam", 2)
    assert programs("adam", 2) is not programs("adam", 3)
    assert programs("adam", 2) is not programs("sgd", 2)
    assert programs("adam", 2) is not programs("adam", 2, tree={"W": 0})


def test_one_that_was_handed_in_is_traced_anew_for_it_may_have_changed() -> None:
    factor = 0.5

    def halving(rate: Any) -> optax.GradientTransformation:
        return optax.chain(optax.sgd(rate), optax.scale(factor))

    before = programs(halving)
    factor = 0.25
    assert programs(halving)["update"] != before["update"]
