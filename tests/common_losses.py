"""Losses as people write them, each a function of three numbers, for the page's interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

if TYPE_CHECKING:
    from collections.abc import Callable

F = np.float32
_RANDOM = np.random.Generator(np.random.PCG64(7))
START = np.array([0.75, -0.5, 1.25], F)
x = _RANDOM.normal(size=(6, 3)).astype(F)
y = _RANDOM.normal(size=6).astype(F)
labels = np.array([2, 0, 1, 1, 0, 2], np.int32)
truth = np.array([1, 0, 1, 1, 0, 0], F)
one_hot = np.eye(3, dtype=F)[labels]
two = np.array([0, 2], np.int32)


@jax.custom_vjp
def _reversed(a: Any) -> Any:
    return jnp.sin(a)


_reversed.defvjp(lambda a: (jnp.sin(a), a), lambda a, g: (-g * jnp.cos(a),))


@jax.custom_jvp
def _softplus(a: Any) -> Any:
    return jnp.log1p(jnp.exp(a))


@_softplus.defjvp
def _softplus_jvp(primals: Any, tangents: Any) -> Any:
    return _softplus(*primals), jax.nn.sigmoid(primals[0]) * tangents[0]


def _tripled(a: Any) -> Any:
    differently = jax.custom_gradient(lambda a: (a * a, lambda g: 3 * g * a))  # type: ignore[no-untyped-call]
    return differently(a)


@jax.custom_vjp
def _root(a: Any) -> Any:
    return lax.while_loop(lambda s: jnp.abs(s * s - a) > F(1e-3), lambda s: (s + a / s) / 2, a)


_root.defvjp(lambda a: (_root(a), _root(a)), lambda s, g: (g / (2 * s),))


def _recurrent(h: Any, row: Any, w: Any) -> Any:
    h = jnp.tanh(h * w[0] + row @ w)
    return h, h


def _branching(c: Any, row: Any, w: Any) -> Any:
    c = lax.cond(row[0] > 0, lambda c: c * w[0], lambda c: jnp.sin(c) + w[1], c)
    return c, c


def _attention(w: Any) -> Any:
    seen = jnp.tril(jnp.ones((6, 6), bool))
    return (jax.nn.softmax(jnp.where(seen, (x * w) @ x.T, -jnp.inf)) @ x).sum()


def _activations(w: Any) -> Any:
    out = x @ w
    nn = jax.nn
    kinds = [nn.gelu, nn.silu, nn.elu, nn.leaky_relu, nn.softplus, nn.relu6, nn.mish, nn.selu]
    return sum(each(out).sum() for each in kinds)


LOSSES: dict[str, Callable[[Any], Any]] = {
    "cond": lambda w: lax.cond(
        w[0] > 0, lambda w: (w**2).sum(), lambda w: jnp.exp(w).sum(), w
    ),
    "cond with closures": lambda w: lax.cond(
        w.sum() < 0, lambda: jnp.sin(w).sum(), lambda: jnp.cos(w * x[0]).sum()
    ),
    "cond with residuals": lambda w: lax.cond(
        w[0] > 0, lambda w: jnp.sin(w) * w, lambda w: w, w
    ).sum(),
    "cond of many": lambda w: jax.vmap(
        lambda a: lax.cond(a > 0, lambda a: a * a, jnp.sin, a)
    )(w).sum(),
    "switch": lambda w: lax.switch(
        (w[0] * 3).astype(jnp.int32),
        [lambda w: (w**2).sum(), lambda w: w[0] * w[1], lambda w: jnp.sin(w).sum()],
        w,
    ),
    "scan": lambda w: lax.scan(lambda h, row: _recurrent(h, row, w), F(0), x)[1].sum(),
    "scan of branches": lambda w: lax.scan(lambda c, row: _branching(c, row, w), F(1), x)[1].sum(),
    "scan without arrays": lambda w: lax.scan(
        lambda c, _: (c * w[0] + w[1], None), F(1), None, length=5
    )[0],
    "scan, unrolled": lambda w: lax.scan(
        lambda h, row: _recurrent(h, row, w), F(0), x, unroll=2
    )[0],
    "fori_loop": lambda w: lax.fori_loop(0, 5, lambda i, c: c * w[0] + i, w[1]),
    "map": lambda w: lax.map(lambda a: jnp.sin(a) * w[0], y).sum(),
    "associative_scan": lambda w: lax.associative_scan(jnp.multiply, w).sum(),
    "while with a derivative of its own": lambda w: _root(jnp.abs(w[0]) + 1),
    "whiles side by side": lambda w: jax.vmap(_root)(jnp.abs(w) * 9 + 1).sum(),
    "checkpoint": jax.checkpoint(lambda w: jnp.sin(jnp.sin(w)).sum()),
    "checkpoint with a policy": jax.checkpoint(
        lambda w: (jnp.tanh(x @ w) ** 2).sum(), policy=jax.checkpoint_policies.dots_saveable
    ),
    "checkpoint in a scan": lambda w: lax.scan(
        jax.checkpoint(lambda h, row: _recurrent(h, row, w)), F(0), x
    )[0],
    "custom_vjp": lambda w: _reversed(w).sum(),
    "custom_jvp": lambda w: _softplus(w).sum(),
    "custom_gradient": lambda w: _tripled(w).sum(),
    "stop_gradient": lambda w: (lax.stop_gradient(w) * w).sum(),
    "index": lambda w: w[1] * w[-1] + w[labels].sum() + w[:2].sum(),
    "take": lambda w: jnp.take(w, labels).sum() + jnp.take(x * w, labels, axis=1).sum(),
    "take, clipped": lambda w: jnp.take(w, labels * 3, mode="clip").sum(),
    "take_along_axis": lambda w: jnp.take_along_axis(x * w, labels[:, None], 1).sum(),
    "embedding": lambda w: (jnp.outer(w, w)[labels] @ w).sum(),
    "rows by number": lambda w: jax.vmap(lambda a, i: (a * w)[i])(x, labels).sum(),
    "at set": lambda w: (jnp.zeros((3, 3)).at[jnp.arange(3), jnp.arange(3)].set(w) ** 2).sum(),
    "at set a number": lambda w: (w.at[1].set(2.0) ** 2).sum(),
    "at add": lambda w: (jnp.zeros(3).at[labels].add(w[0] * y) ** 2).sum(),
    "at multiply": lambda w: (w.at[two].multiply(2.0) ** 2).sum(),
    "at min and max": lambda w: (w.at[two].min(1.0) ** 2).sum() + w.at[two].max(0.1).sum(),
    "at divide and power": lambda w: w.at[1].divide(3.0).sum() + w.at[1].power(2.0).sum(),
    "segment_sum": lambda w: (jax.ops.segment_sum(x @ w, labels, 3) ** 2).sum(),
    "segment_max": lambda w: (jax.ops.segment_max(x @ w, labels, 3) ** 2).sum(),
    "where": lambda w: jnp.where(w > 0, w, jnp.sin(w)).sum(),
    "select": lambda w: jnp.select([w > 1, w > 0], [w, w**2], w**3).sum(),
    "clip": lambda w: (jnp.clip(w, -0.6, 0.6) ** 2).sum(),
    "logsumexp": lambda w: jax.nn.logsumexp(x * w, axis=1).sum(),
    "cross entropy of classes": lambda w: optax.softmax_cross_entropy_with_integer_labels(
        x * w, labels
    ).mean(),
    "cross entropy of one-hot": lambda w: optax.softmax_cross_entropy(
        x * w, optax.smooth_labels(jax.nn.one_hot(labels, 3), 0.1)
    ).mean(),
    "binary cross entropy": lambda w: optax.sigmoid_binary_cross_entropy(x @ w, truth).mean(),
    "focal loss": lambda w: optax.sigmoid_focal_loss(x @ w, truth).mean(),
    "huber": lambda w: optax.huber_loss(x @ w, y).mean(),
    "log cosh": lambda w: optax.log_cosh(x @ w, y).mean(),
    "hinge": lambda w: optax.hinge_loss(x @ w, 2 * truth - 1).mean(),
    "pinball": lambda w: jnp.maximum(0.9 * (y - x @ w), -0.1 * (y - x @ w)).sum(),
    "cosine distance": lambda w: optax.cosine_distance(x * w, x + 1).mean(),
    "Kullback-Leibler": lambda w: optax.kl_divergence(
        jax.nn.log_softmax(x * w), jax.nn.softmax(x)
    ).mean(),
    "normal likelihood": lambda w: -jax.scipy.stats.norm.logpdf(y, w[0], jnp.exp(w[1])).sum(),
    "poisson likelihood": lambda w: (jnp.exp(x @ w) - jnp.abs(y) * (x @ w)).sum(),
    "norms": lambda w: (
        jnp.linalg.norm(w) + jnp.linalg.norm(w, 1) + jnp.linalg.norm(w, jnp.inf)
        + jnp.linalg.norm(x * w) + jnp.linalg.norm(x * w, axis=1).sum()
    ),
    "einsum": lambda w: (jnp.einsum("ij,kj->ik", x * w, x) ** 2).mean(),
    "vmap": lambda w: jax.vmap(lambda row, target: (row @ w - target) ** 2)(x, y).mean(),
    "variance": lambda w: jnp.var(x @ w) + jnp.std(x @ w, ddof=1),
    "extremes": lambda w: (x @ w).max() + jnp.abs(w).min() + w[jnp.argmax(x @ w) % 3],
    "running totals": lambda w: jnp.cumsum(w).sum() + jnp.cumprod(w)[-1] + lax.cummax(w).sum(),
    "trace and triangle": lambda w: (
        jnp.trace(jnp.outer(w, w)) + jnp.diag(x[:3] * w).sum() + jnp.tril(jnp.outer(w, w)).sum()
    ),
    "determinant": lambda w: jnp.linalg.det(jnp.outer(w, w) + jnp.eye(3)),
    "attention": _attention,
    "activations": _activations,
    "standardize": lambda w: (jax.nn.standardize(x * w) ** 3).sum(),
    "interp": lambda w: jnp.interp(w, jnp.linspace(-2, 2, 5), jnp.arange(5.0)).sum(),
    "searchsorted": lambda w: (w[jnp.searchsorted(jnp.arange(2.0), y)] * y).sum(),
    "linspace": lambda w: (jnp.linspace(w[0], w[1], 7) ** 2).sum(),
    "a mask": lambda w: ((x @ w - y) ** 2)[truth > 0].mean(),
    "nanmean": lambda w: jnp.nanmean(jnp.where(y > 0, x @ w, jnp.nan)),
    "gradient penalty": lambda w: (jax.grad(lambda w: jnp.sin(x @ w).sum())(w) ** 2).sum(),
    "hessian": lambda w: jnp.trace(jax.hessian(lambda w: jnp.sin(x @ w).sum())(w)),
    "remainders": lambda w: (w % 0.7).sum() + (w // 0.3).sum() + jnp.trunc(w).sum(),
}  # fmt: skip

FORWARD: dict[str, Callable[[Any], Any]] = {
    "while": lambda w: lax.while_loop(
        lambda s: s[1] < 4, lambda s: (s[0] * w[0] + w[1], s[1] + 1), (w[2], 0)
    )[0],
}
"""Those that jax differentiates forward only."""


def with_gradient(name: str) -> Callable[[Any], Any]:
    """Return what gives loss and gradient."""
    if name in LOSSES:
        return jax.value_and_grad(LOSSES[name])
    loss = FORWARD[name]
    return lambda w: (loss(w), jax.jacfwd(loss)(w))
