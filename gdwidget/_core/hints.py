"""What is meant by names that are usual elsewhere, or nearly right; one place for all calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdwidget._languages.speaking import said
from gdwidget._validation import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_RATE = "the learning rate is learning_rate"
_PARAMETERS = (
    "parameters follow the loss without a name, as in GDWidget(loss, 8.0); w.reset(W=5.0) "
    "starts from another W"
)
_STEPS = "run_steps is what Run takes, and w.step(n) takes n steps"
_DEVICE = (
    "jax.config.update('jax_default_device', ...) chooses the device before a widget is made; "
    "exact=True has steps computed on the CPU, exact=False not"
)
_DATA = "data are given as GDWidget(loss, 8.0, data=(x, y))"

_USUAL = {
    "lr": _RATE,
    "rate": _RATE,
    "step_size": _RATE,
    "start": _PARAMETERS,
    "params": _PARAMETERS,
    "steps": _STEPS,
    "num_steps": _STEPS,
    "n_steps": _STEPS,
    "epochs": _STEPS,
    "iterations": _STEPS,
    "x": _DATA,
    "y": _DATA,
    "X": _DATA,
    "xs": _DATA,
    "ys": _DATA,
    "batch": "the size of a batch is batch_size",
    "device": _DEVICE,
    "model": "the model is GDWidget(loss, 8.0, predict=model)",
}

_READ_ONLY = {
    "params": "w.reset(W=5.0) starts from another W",
    "cursor": "w.goto(3) looks at step 3",
    "device": _DEVICE,
    "batch": "the size of a batch is batch_size",
}

_SURE = 0.8
"""How alike two names are, of 1, where one is taken for the other without being asked."""


def meant(name: str, known: Sequence[str], alike: float = 0.6) -> str:
    """Return which of the known names is meant by another, in words; nothing if none is.

    They must be ``alike`` at least, see `did_you_mean`.

    Examples
    --------
    >>> meant("lr", ("learning_rate", "decay")), meant("decy", ("learning_rate", "decay"))
    ('the learning rate is learning_rate', 'did you mean decay?')
    """
    return _USUAL.get(name) or did_you_mean(name, known, alike)


def refuse(unknown: dict[str, object], known: Sequence[str]) -> None:
    """Raise a `TypeError` for a keyword that does not exist, with what is meant by it."""
    for name in unknown:
        near = meant(name, known)
        hint = said("; {}", said(near)) if near else ""
        unknown_keyword = "unknown keyword {}; accepted: {}{}"
        raise TypeError(said(unknown_keyword, repr(name), ", ".join(known), hint))


def refuse_attribute(
    owner: type, name: str, value: object, *, fixed: Sequence[str], parameters: Sequence[str]
) -> None:
    """Raise an `AttributeError` for an attribute that would be set without any consequence.

    Names that resemble nothing are left alone.

    Parameters
    ----------
    owner : type
        The class, whose traits can be set.
    name : str
        Of the attribute.
    value : object
        What it is to be.
    fixed : sequence of str
        What is given once, when the object is made.
    parameters : sequence of str
        Names of the parameters, which are set by starting anew.
    """
    if hasattr(owner, name):
        known = getattr(owner, name)
        if isinstance(known, property) and known.fset is None and name in _READ_ONLY:
            raise AttributeError(said("{} is read only; {}", repr(name), said(_READ_ONLY[name])))
        if callable(known) and not callable(value):
            raise AttributeError(said(f"{name!r} is a method, to be called: w.{name}(...)"))
        return
    near = meant(name, fixed, _SURE)
    if name in parameters:
        near = f"w.reset({name}=...) starts from another {name}"
    elif name in fixed:
        near = f"it is given when the widget is made: GDWidget(..., {name}=...)"
    if near:
        raise AttributeError(said("{} cannot be set; {}", repr(name), said(near)))
