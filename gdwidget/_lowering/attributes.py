"""What the parameters of jax's primitives mean to a page: used, without effect, or refused.

A parameter that is not looked at may change what a primitive computes, so each has to be in
one of these tables; what is in none is refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jax import lax

from gdwidget._core.versions import OTHER_PARAMETERS
from gdwidget._lowering.builder import NotPortableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SCATTERED = "dimension_numbers mode"
_PLACED = "in_shardings out_shardings in_layouts out_layouts donated_invars ctx_mesh"

USED: dict[str, str] = {
    **dict.fromkeys(("argmax", "argmin"), "axes"),
    **dict.fromkeys(
        ("cumlogsumexp", "cummax", "cummin", "cumprod", "cumsum"),
        "axis reverse",
    ),
    **dict.fromkeys(
        ("reduce_and", "reduce_max", "reduce_min", "reduce_or", "reduce_prod", "reduce_sum"),
        "axes",
    ),
    **dict.fromkeys(
        ("scatter", "scatter-add", "scatter-max", "scatter-min", "scatter-mul", "scatter-sub"),
        _SCATTERED,
    ),
    "broadcast_in_dim": "broadcast_dimensions",
    "closed_call": "call_jaxpr",
    "concatenate": "dimension",
    "cond": "branches branches_platforms",
    "core_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "dot_general": "dimension_numbers",
    "gather": "dimension_numbers fill_value mode slice_sizes",
    "integer_pow": "y",
    "iota": "dimension",
    "jit": "jaxpr",
    "pad": "padding_config",
    "platform_index": "platforms",
    "reduce_precision": "exponent_bits mantissa_bits",
    "remat2": "jaxpr",
    "rev": "dimensions",
    "round": "rounding_method",
    "scan": "jaxpr length reverse",
    "slice": "start_indices strides",
    "split": "axis",
    "stack": "axis",
    "tile": "reps",
    "transpose": "permutation",
    "unstack": "axis",
    "while": "body_jaxpr body_nconsts cond_jaxpr cond_nconsts",
}
"""What a page needs of each primitive."""

IDLE: dict[str, str] = {
    # The shapes and dtypes of operands and results say the same.
    "argmax": "index_dtype",
    "argmin": "index_dtype",
    "broadcast_in_dim": "shape sharding",
    "convert_element_type": "new_dtype weak_type sharding",
    "dot_general": "preferred_element_type out_sharding",
    "dynamic_slice": "slice_sizes",
    "expand_dims": "dimensions",
    "iota": "dtype shape sharding",
    "reshape": "new_sizes sharding",
    "slice": "limit_indices",
    "split": "sizes",
    "squeeze": "dimensions",
    # Where arrays are, and how what is within is compiled.
    "empty2": "dtype memory_space",
    "jit": f"compiler_options_kvs inline keep_unused name {_PLACED}",
    "reduce_sum": "out_sharding",
    "remat2": "differentiated policy prevent_cse",
    "scan": "unroll",
    # What is promised of indices.
    "gather": "indices_are_sorted unique_indices",
    "scatter": "indices_are_sorted unique_indices",
    # Their names say what they do.
    **dict.fromkeys(
        ("scatter-add", "scatter-max", "scatter-min", "scatter-mul", "scatter-sub"),
        "indices_are_sorted unique_indices update_consts update_jaxpr",
    ),
    # How derivatives are taken: these are traced already.
    "custom_jvp_call": "jvp_jaxpr_fun num_consts symbolic_zeros",
    "custom_vjp_call": "bwd fwd_jaxpr_thunk num_consts out_trees symbolic_zeros",
}
"""What of each primitive makes no difference to what a page computes."""


def _overwrites(jaxpr: Any) -> bool:
    """Whether what a scatter does with old and new number is to take the new."""
    if jaxpr is None:
        return True
    inner = getattr(jaxpr, "jaxpr", jaxpr)
    return not inner.eqns and list(inner.outvars) == list(inner.invars[1:])


def _ordinary(precision: Any) -> bool:
    both = precision if isinstance(precision, tuple) else (precision,)
    return all(each is None or isinstance(each, lax.Precision) for each in both)


ONLY: dict[str, Callable[[Any], bool]] = {
    "accuracy": lambda accuracy: accuracy is None,
    "out_dtype": lambda dtype: dtype is None,
    "reshape.dimensions": lambda order: order is None,
    "dot_general.precision": _ordinary,
    "scatter.update_consts": lambda consts: len(consts) == 0,
    "scatter.update_jaxpr": _overwrites,
}
"""Which values are without effect, by parameter, or by primitive and parameter."""


def check(name: str, params: Mapping[str, Any]) -> None:
    """Check that a page knows all parameters of a primitive.

    Raises
    ------
    NotPortableError
        If one may change what is computed; it names the first.

    Examples
    --------
    >>> check("exp", {"accuracy": None})
    """
    tables = (USED, IDLE, OTHER_PARAMETERS)
    known = " ".join(table.get(name, "") for table in tables).split()
    for param, value in params.items():
        if param in known:
            continue
        harmless = ONLY.get(f"{name}.{param}") or ONLY.get(param)
        if harmless is None or not harmless(value):
            reason = f"it uses {name} whose {param} is its own, which"
            raise NotPortableError(f"{reason} the browser's table of operations does not have.")
