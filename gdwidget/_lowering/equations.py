"""One equation of a jaxpr, with what is known of its operands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gdwidget._lowering.builder import NotPortableError, Value, Writer


@dataclass(frozen=True)
class Step:
    """One equation of a jaxpr.

    Attributes
    ----------
    writer : Writer
        Where it is to be written.
    name : str
        Of the primitive.
    operands : list of Value
    shapes : list of tuple of int
        Of the operands.
    types : list of (str, tuple of int)
        Letter and shape of each result.
    params : mapping
        The primitive's own.
    """

    writer: Writer
    name: str
    operands: list[Value]
    shapes: list[tuple[int, ...]]
    types: list[tuple[str, tuple[int, ...]]]
    params: Any

    @property
    def letter(self) -> str:
        """The dtype of the first result."""
        return self.types[0][0]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the first result."""
        return self.types[0][1]

    @property
    def size(self) -> int:
        """The size of the first result."""
        return math.prod(self.shape)

    def whole(self, index: int) -> Value:
        """Return an operand with all its numbers."""
        return self.writer.whole(self.operands[index], math.prod(self.shapes[index]))

    def uniform(self, index: int = 0) -> bool:
        """Whether an operand is one number, or stands for equal ones."""
        return self.operands[index].size == 1

    def refuse(self, what: str) -> NotPortableError:
        """Return the error that says what of this primitive a page does not have."""
        return NotPortableError(
            f"it uses {self.name} {what}, which the browser's table of operations does not have."
        )
