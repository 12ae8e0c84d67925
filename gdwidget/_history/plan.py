"""How the steps to come are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gdwidget._core.descent import Descent
    from gdwidget._core.schedules import Rates


class Plan(Protocol):
    """How the steps to come are taken; it never changes, another takes its place."""

    @property
    def descent(self) -> Descent:
        """What takes them."""

    @property
    def rates(self) -> Rates:
        """Their learning rates."""


@dataclass(frozen=True)
class Steps:
    """A plan that is no more than that."""

    descent: Descent
    rates: Rates
