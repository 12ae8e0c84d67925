"""Everything at one step; it never changes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import optax
    from numpy.typing import NDArray

Status = Literal["ready", "converged", "diverged", "ended"]

STATUSES: tuple[Status, ...] = ("ready", "converged", "diverged", "ended")
"""By the number the compiled step gives them."""

NO_NUMBERS: Mapping[str, np.float32] = MappingProxyType({})
"""The aux of a loss that has none."""


class State(NamedTuple):
    """Everything at one step, before the next one is taken; it never changes.

    Attributes
    ----------
    step : int
        How many steps led here.
    params : mapping of str to numpy.float32 or pytree of arrays
        Value of each parameter, float32; cannot be written to.
    loss : numpy.float32
        Loss at `params`, on the batch if there are batches.
    gradient : numpy.float32 or pytree of arrays
        Derivative of that loss in the parameters that learn: a pytree like the one
        `jax.grad` returns for the problem's ``argnums``.
    learning_rate : numpy.float32
        Rate of the step that led here; at step 0 the rate of the first step.
    opt_state : optax.OptState
        What the optimizer remembers; plain gradient descent remembers nothing.
    status : str
        What follows: ``"ready"``, ``"converged"`` (the gradient is exactly 0, and no step
        moves from here), ``"diverged"`` (something is not finite) or ``"ended"`` (a stream has
        no further batch).
    full_loss : numpy.float32, optional
        With batches, the loss on all data; NaN where it was not measured, None without.
    batch : numpy.ndarray, shape (size,), dtype int32, optional
        With batches, which samples `loss` and `gradient` were computed from.
    aux_numbers : mapping of str to numpy.float32
        The single numbers that a loss with ``has_aux`` returned beside `loss`, by the names
        of their columns; cannot be written to.
    """

    step: int
    params: Mapping[str, Any]
    loss: np.float32
    gradient: Any
    learning_rate: np.float32
    opt_state: optax.OptState
    status: Status = "ready"
    full_loss: np.float32 | None = None
    batch: NDArray[np.int32] | None = None
    aux_numbers: Mapping[str, np.float32] = NO_NUMBERS

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make the same from a file: its mapping cannot be pickled."""
        written = self._replace(params=dict(self.params), aux_numbers=dict(self.aux_numbers))
        return _made, tuple(written)


def _made(*fields: Any) -> State:
    state = State(*fields)
    return state._replace(
        params=MappingProxyType(state.params), aux_numbers=MappingProxyType(state.aux_numbers)
    )
