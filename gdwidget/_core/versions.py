"""What differs by the version of jax and of its compiler: it stands here, and nowhere else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import jax

if TYPE_CHECKING:
    from collections.abc import Mapping

QUICKER_IS_EXACT: bool = jax.__version_info__ >= (0, 10)
"""Whether `QUICKER` of `exactness` changes no digit: in jax 0.8 it changed some of a logarithm."""

OTHER_PARAMETERS = {
    "reduce_max": "out_sharding",
    "reduce_min": "out_sharding",
    "scan": "_split_transpose ft_in ft_out linear num_carry num_consts",
}
"""What primitives are told by some versions of jax only, and what makes no difference to what is
computed, or is asked here. Of a scan, jax before 0.10 tells how derivatives are taken, and jax 0.12
in another way what `scan_counts` returns."""


def knows_options(options: Mapping[str, Any], device: jax.Device | None = None) -> bool:
    """Return whether the compiler for a device, by default the default one, knows these options.

    One that is not known has a program refused. jaxlib 0.12 lacks `QUICKER` of `exactness`.

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


def scan_counts(params: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many constants a scan has, and how many numbers or arrays it carries.

    Examples
    --------
    >>> def running(total, x):
    ...     return total + x, total
    >>> scan = jax.make_jaxpr(lambda xs: jax.lax.scan(running, 0.0, xs))(jax.numpy.ones(3))
    >>> scan_counts(scan.jaxpr.eqns[-1].params)
    (0, 1)
    """
    if "ft_in" not in params:
        return params["num_consts"], params["num_carry"]
    constants, carry, _ = params["ft_in"].unpack()
    return len(constants), len(carry)


def bytes_of(constant: Any) -> int:
    """Return how many bytes an array takes that a traced function closes over.

    Those of jax 0.8 have no ``nbytes``.

    Examples
    --------
    >>> bytes_of(jax.numpy.ones((2, 3), "float32"))
    24
    """
    return int(constant.dtype.itemsize * math.prod(constant.shape))
