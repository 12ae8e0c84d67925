"""The one error for bad input: it names the argument, what was given and what is accepted."""

from __future__ import annotations

import reprlib

from traitlets import TraitError

from gdwidget._languages.speaking import said

_MOST_BITS = 10_000
_FROM_JAX = "\n--------------------"


class _Short(reprlib.Repr):
    def repr_int(self, x: int, level: int) -> str:
        if x.bit_length() > _MOST_BITS:  # Python refuses to print these
            return "an int of thousands of digits"
        return super().repr_int(x, level)


_SHORT = _Short()
_SHORT.maxother = _SHORT.maxstring = 60


class ArgumentError(TraitError, ValueError):
    """Bad input, named, in the language of the widget that it was given to.

    It is a `ValueError` for those who call, and a `traitlets.TraitError` so that a
    trait given a bad value keeps its old one.

    Parameters
    ----------
    argument : str
        Name of the argument, trait or message field.
    given : object
        What was given; shown shortened.
    accepted : str
        What would have been accepted, in words.
    because : str, optional
        What went wrong with it, where that says more than the value does.

    Examples
    --------
    >>> raise ArgumentError("run_steps", 0, "a whole number from 1 to 10,000,000")
    Traceback (most recent call last):
    ...
    gdwidget.errors.ArgumentError: run_steps: got 0; accepted: a whole number from 1 to 10,000,000
    """

    def __init__(self, argument: str, given: object, accepted: str, because: str = "") -> None:
        shown = _SHORT.repr(given)
        told = f"{shown} ({said(because)})" if because else shown
        super().__init__(said("{}: got {}; accepted: {}", argument, told, said(accepted)))
        self.argument = argument
        self.given = given
        self.accepted = accepted


def cause(error: Exception) -> str:
    r"""Return what an exception says, without the traceback and the note jax puts around it.

    Examples
    --------
    >>> cause(RuntimeError("INTERNAL: Traceback (most recent call last): ... \nValueError: low"))
    'ValueError: low'
    """
    text = str(error).partition(_FROM_JAX)[0].strip()
    lines = text.splitlines()
    return lines[-1] if lines and "Traceback" in lines[0] else text


def notes(error: Exception) -> str:
    """Return what was added to an exception on its way, without what jax adds.

    Examples
    --------
    >>> error = ValueError("low")
    >>> error.add_note("raised in step 3")
    >>> notes(error)
    'raised in step 3'
    """
    added = getattr(error, "__notes__", ())
    return "; ".join(note for note in added if not note.startswith(_FROM_JAX.strip()))
