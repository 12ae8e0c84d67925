"""Traits that hold nothing: they show what the settings' owner has, and ask it for a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import traitlets as t

from gdwidget._settings import arguments

if TYPE_CHECKING:
    from collections.abc import Callable

Shown = TypeVar("Shown")
Given = TypeVar("Given")


class Setting(t.TraitType[Shown, Given]):
    """A setting, which its widget owns: ``_settings()`` has all, ``_change(given)`` sets some.

    So the trait and what takes the steps never disagree: there is one of each value.
    """

    def get(self, obj: Any, cls: type[Any] | None = None) -> Any:
        """Return what holds for the steps to come."""
        del cls
        return obj._settings()[self.name]  # noqa: SLF001

    def set(self, obj: Any, value: Any) -> None:
        """Have the setting changed, with all that follows from it."""
        obj._change({self.name: self._validate(obj, value)})  # noqa: SLF001


class Switch(Setting[bool, bool], t.Bool[bool, bool]):
    """A setting that is either true or false."""


class BatchSize(Setting[Any, Any]):
    """Samples a step, or None; travels as a number, 0 for None."""

    wire: ClassVar[dict[str, Callable[[Any, Any], Any]]] = {
        "to_json": lambda value, _: value or 0,
        "from_json": lambda value, _: None if value == 0 and value is not False else value,
    }


class Told(Setting[Any, Any]):
    """What follows from the settings and pages are told; it cannot be set."""

    def set(self, obj: Any, value: Any) -> None:
        """Refuse every other value."""
        if value != self.get(obj):
            raise t.TraitError(f"{self.name} follows from the settings and cannot be set")


class Parts(t.TraitType[tuple[str, ...], Any]):
    """Which parts of the widget are shown, from top to bottom."""

    default_value = arguments.PARTS

    def validate(self, obj: object, value: object) -> tuple[str, ...]:
        """Return the parts, or raise what says which there are."""
        del obj
        return arguments.parts(value)


class Flag(t.TraitType[bool, Any]):
    """Whether something is shown."""

    default_value = False

    def validate(self, obj: object, value: object) -> bool:
        """Return it, or raise what says that it must be true or false."""
        del obj
        return arguments.truth(str(self.name), value)


class Scale(t.TraitType[float, Any]):
    """How many times as large as usual texts, strokes and figures are."""

    default_value = 1.0

    def validate(self, obj: object, value: object) -> float:
        """Return the factor, or raise what says how large it may be."""
        del obj
        return arguments.scale(value)


class Language(t.TraitType[str | None, Any]):
    """What the page speaks; None leaves that to the page."""

    default_value = None

    def validate(self, obj: object, value: object) -> str | None:
        """Return the language, or raise what says which there are."""
        del obj
        return arguments.language(value)
