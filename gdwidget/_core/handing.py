"""How data become arguments of the loss: spread over several, or handed whole as one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax

from gdwidget._core.data import checked_data
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    import inspect
    from collections.abc import Sequence

ACCEPTED = (
    "a tuple of arrays with one row a sample, such as (xs, ys), a dict of such arrays, "
    "or batches: a list of tuples or dicts, a data loader, a generator"
)


class Room(NamedTuple):
    """How many arguments a loss takes after its parameters.

    Attributes
    ----------
    least : int
        Those without a default.
    most : float
        All of them; infinite for ``*data``.
    """

    least: int
    most: float

    @classmethod
    def after(cls, params: int, arguments: Sequence[inspect.Parameter]) -> Room:
        """Return what is left of a loss's arguments after so many parameters."""
        named = [a for a in arguments if a.kind in (a.POSITIONAL_ONLY, a.POSITIONAL_OR_KEYWORD)]
        needed = sum(argument.default is argument.empty for argument in named)
        endless = any(argument.kind is argument.VAR_POSITIONAL for argument in arguments)
        most = math.inf if endless else len(named) - params
        return cls(max(0, needed - params), max(0, most))


ANY = Room(0, math.inf)


def handed(data: object, room: Room) -> tuple[Any, ...]:
    """Return the arguments that a loss is handed for data, or for one batch.

    The items of a tuple or list are spread over as many arguments. If the loss takes exactly
    one, as in ``loss(params, batch)``, it is handed the tuple whole. Anything else is one
    argument.

    Raises
    ------
    ArgumentError
        If a tuple could be meant in both ways.

    Examples
    --------
    >>> handed(("xs", "ys"), Room(2, 2)), handed(("xs", "ys"), Room(1, 1))
    (('xs', 'ys'), (('xs', 'ys'),))
    >>> handed({"x": "xs"}, Room(1, 1))
    ({'x': 'xs'},)
    """
    if not isinstance(data, (tuple, list)):
        return (data,)
    named = hasattr(data, "_fields")
    whole = data if named else tuple(data)
    takes_one = room.least <= 1 <= room.most
    if named and takes_one:
        return (whole,)
    if len(data) < 2 or not takes_one or room.least == 0 < len(data) <= room.most:  # noqa: PLR2004
        return tuple(data)
    if len(data) <= room.most:
        accepted = (
            "a loss that takes either one argument after its parameters, the whole tuple, or as "
            "many as the tuple has, without defaults"
        )
        reason = f"it can be spread over {len(data)} arguments, or be the first of them"
        raise ArgumentError("data", f"a tuple of {len(data)}", accepted, reason)
    return (whole,)


def checked(data: object, room: Room) -> tuple[Any, ...]:
    """Return the arguments that a loss is handed, with their arrays checked.

    Raises
    ------
    ArgumentError
        If a tuple could be meant in two ways, or an array is not as `checked_data` wants it.

    Examples
    --------
    >>> (xs,) = checked({"x": [0.0, 1.0]}, Room(1, 1))
    >>> xs["x"].tolist()
    [0.0, 1.0]
    """
    arguments = handed(data, room)
    spread = isinstance(data, (tuple, list)) and len(arguments) == len(data)
    return checked_data(arguments, "data[{}]" if spread else "data")


def is_stream(data: object) -> bool:
    """Return whether data are batches to be read one after the other.

    Raises
    ------
    ArgumentError
        If data are neither that nor arrays, or a list of which it is not certain.

    Examples
    --------
    >>> is_stream([([1.0], [2.0])]), is_stream(([1.0], [2.0])), is_stream({"x": [1.0]})
    (True, False, False)
    """
    if isinstance(data, list):
        _refuse_what_are_no_batches(data)
        return True
    if isinstance(data, tuple) or _is_array(data) or not jax.tree_util.all_leaves([data]):
        return False
    if isinstance(data, (str, bytes)) or not isinstance(data, Iterable):
        raise ArgumentError("data", data, ACCEPTED)
    return True


def _refuse_what_are_no_batches(items: list[object]) -> None:
    if not items:
        raise ArgumentError("data", items, ACCEPTED, "it is empty")
    for item in items:
        if isinstance(item, tuple) and item and all(map(_is_number, item)):
            accepted = "a tuple of columns, such as tuple(zip(*samples)), or a list of batches"
            raise ArgumentError("data", items, accepted, "it is a list of samples")
        if _is_array(item) or _is_number(item) or (isinstance(item, list) and not _has_array(item)):
            accepted = (
                "a tuple (xs, ys) where these are the data; "
                "a list has batches, each a tuple or a dict: [(x1, y1), (x2, y2)]"
            )
            raise ArgumentError("data", items, accepted, "it is a list of arrays")


def _has_array(item: Iterable[object]) -> bool:
    return any(_is_array(each) or isinstance(each, (dict, tuple)) for each in item)


def _is_array(item: object) -> bool:
    return hasattr(item, "__array__") and getattr(item, "shape", (0,)) != ()


def _is_number(item: object) -> bool:
    return isinstance(item, (bool, int, float, complex)) or getattr(item, "shape", None) == ()
