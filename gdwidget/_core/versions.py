"""What differs by the version of jax and of its compiler: it stands here, and nowhere else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax

if TYPE_CHECKING:
    from collections.abc import Mapping


def knows_options(options: Mapping[str, Any], device: jax.Device | None = None) -> bool:
    """Return whether the compiler for a device, by default the default one, knows these options.

    jaxlib before 0.8 knows fewer, and refuses a program that names another.

    Examples
    --------
    >>> knows_options({"xla_disable_hlo_passes": "fusion"}), knows_options({"xla_none_such": True})
    (True, False)
    """
    try:
        with jax.default_device(device):
            jax.jit(lambda: (), compiler_options=dict(options)).lower().compile()
    except jax.errors.JaxRuntimeError:
        return False
    return True


def bytes_of(constant: Any) -> int:
    """Return how many bytes an array takes that a traced function closes over.

    Those of jax before 0.9 have no ``nbytes``.

    Examples
    --------
    >>> bytes_of(jax.numpy.ones((2, 3), "float32"))
    24
    """
    return int(constant.dtype.itemsize * math.prod(constant.shape))
