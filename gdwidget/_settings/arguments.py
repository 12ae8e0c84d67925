"""Checks of what a widget is made from."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from ipywidgets import Layout
from traitlets import TraitError

from gdwidget import problems
from gdwidget._core.problem import Problem
from gdwidget._languages.speaking import LANGUAGES
from gdwidget._validation import did_you_mean, real_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

PARTS = ("step", "loss", "steps", "data", "sentence", "runs", "settings")
"""What a widget shows, from top to bottom."""

LEAST_SCALE, MOST_SCALE = 0.5, 4.0

_PART_OF = {
    "equation": "step",
    "update": "step",
    "controls": "step",
    "status": "sentence",
    "legend": "runs",
    "table": "settings",
    "keys": "settings",
}


def parts(given: object) -> tuple[str, ...]:
    """Return which parts to show, from top to bottom; all of them for None.

    Raises
    ------
    ArgumentError
        If they are none, or one of them does not exist.

    Examples
    --------
    >>> parts(["loss", "step"]), parts("loss")
    (('step', 'loss'), ('loss',))
    """
    if given is None:
        return PARTS
    accepted = f"None for all, or one or more of {', '.join(PARTS)}"
    chosen = (given,) if isinstance(given, str) else given
    if not isinstance(chosen, Collection) or len(chosen) == 0:
        raise ArgumentError("show", given, accepted)
    for each in chosen:
        if not isinstance(each, str):
            raise ArgumentError("show", given, accepted)
        if each not in PARTS:
            whole = _PART_OF.get(each)
            near = f"{each} is part of {whole}" if whole else did_you_mean(each, PARTS)
            raise ArgumentError("show", given, accepted, near or f"there is no {each!r}")
    return tuple(part for part in PARTS if part in chosen)


def scale(given: object) -> float:
    """Return how many times as large as usual texts and strokes are.

    Raises
    ------
    ArgumentError
        If it is no number in range.

    Examples
    --------
    >>> scale(2)
    2.0
    """
    accepted = f"a number from {LEAST_SCALE:g} to {MOST_SCALE:g}; 1 is as usual"
    try:
        number = real_number("scale", given)
    except ArgumentError:
        raise ArgumentError("scale", given, accepted) from None
    if not LEAST_SCALE <= number <= MOST_SCALE:
        raise ArgumentError("scale", given, accepted)
    return number


def language(given: object) -> str | None:
    """Return what a widget speaks; None is whatever its page does.

    Raises
    ------
    ArgumentError
        If there is no such language.

    Examples
    --------
    >>> language("zh")
    'zh'
    """
    if given is None or (isinstance(given, str) and given in LANGUAGES):
        return given
    named = ", ".join(map(repr, LANGUAGES))
    accepted = f"one of {named}, or None for that of the page"
    raise ArgumentError("language", given, accepted)


def truth(name: str, given: object) -> bool:
    """Return what is either true or false.

    Raises
    ------
    ArgumentError
        If it is neither; it names the argument.

    Examples
    --------
    >>> truth("ruler", True)
    True
    """
    if not isinstance(given, bool):
        raise ArgumentError(name, given, "True or False")
    return given


def problem(
    loss: Callable[..., Any] | Problem | None,
    params: tuple[Any, ...],
    argnums: int | tuple[int, ...],
    data: Iterable[Any] | None,
    predict: Callable[..., Any] | None,
    *,
    has_aux: bool,
) -> Problem:
    """Return the problem that is meant; without any it is the article's.

    Raises
    ------
    ArgumentError
        If something is given twice, or is not as `Problem` wants it.
    """
    if loss is None and not params:
        loss = problems.line()
    if not isinstance(loss, Problem):
        return Problem(
            loss,  # type: ignore[arg-type]
            *params,
            argnums=argnums,
            has_aux=has_aux,
            data=data,
            predict=predict,
        )
    for name, value, untouched in (
        ("params", params, not params),
        ("argnums", argnums, argnums == 0),
        ("has_aux", has_aux, has_aux is False),
        ("data", data, data is None),
        ("predict", predict, predict is None),
    ):
        if not untouched:
            raise ArgumentError(name, value, "nothing, for the problem has it already")
    return loss


def offered(given: Sequence[Problem] | None) -> tuple[Problem, ...]:
    """Return the problems to choose from, none if there are none.

    Raises
    ------
    ArgumentError
        If they are no problems with different names.
    """
    accepted = "a list of problems with different names, such as [problems.line()]"
    if given is None:
        return ()
    if not isinstance(given, (list, tuple)) or not given:
        raise ArgumentError("problems", given, accepted)
    for each in given:
        if not isinstance(each, Problem):
            raise ArgumentError("problems", each, accepted)
    names = [each.name for each in given]
    if "" in names or len(set(names)) < len(names):
        raise ArgumentError("problems", f"problems named {names}", accepted)
    return tuple(given)


def problem_name(given: object, offered: Mapping[str, Problem]) -> str:
    """Return the name of a problem that is offered.

    Raises
    ------
    ArgumentError
        If it is none.
    """
    if isinstance(given, str) and given in (offered or ("",)):
        return given
    names = ", ".join(offered) or "none: no problems were offered"
    raise ArgumentError("problem_name", given, f"one of {names}")


def refuse_beside_problems(loss: object, params: tuple[object, ...]) -> None:
    """Raise an `ArgumentError` if a loss or parameters stand beside problems."""
    if loss is not None or params:
        raise ArgumentError("loss", loss, "nothing beside problems, which bring their own")


def shown_as(
    layout: Layout | dict[str, Any] | None, *, tabbable: bool | None, tooltip: str | None
) -> dict[str, Any]:
    """Return the traits of every ipywidget, checked; those that are not given stay away.

    Raises
    ------
    ArgumentError
        If one is not what ipywidgets takes.
    """
    if tabbable is not None and not isinstance(tabbable, bool):
        raise ArgumentError("tabbable", tabbable, "True, False or None")
    if tooltip is not None and not isinstance(tooltip, str):
        raise ArgumentError("tooltip", tooltip, "a text or None")
    given = {"layout": _layout(layout), "tabbable": tabbable, "tooltip": tooltip}
    return {name: value for name, value in given.items() if value is not None}


def _layout(given: object) -> Layout | None:
    if given is None or isinstance(given, Layout):
        return given
    accepted = "an ipywidgets.Layout, or a dict of its values, such as {'width': '50%'}"
    if not isinstance(given, dict):
        raise ArgumentError("layout", given, accepted)
    for name in given:
        if name not in Layout.class_trait_names(sync=True):
            near = did_you_mean(name, Layout.class_trait_names(sync=True)) if name else ""
            raise ArgumentError("layout", given, accepted, near or f"there is no {name!r}")
    try:
        return Layout(**given)
    except TraitError as error:
        raise ArgumentError("layout", given, accepted, str(error)) from None
