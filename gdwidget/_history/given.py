"""The first rows of a run that was not taken here, but recorded elsewhere."""

from __future__ import annotations

import itertools
from typing import NamedTuple


class Given(NamedTuple):
    """Which rows of a run were given, and what they are: recorded elsewhere, never computed.

    What was done between two of them is not known, and nothing here computes it: such a row is
    looked at, never taken again.

    Attributes
    ----------
    steps : tuple of int
        Which step of the loop that was recorded each row is, ascending.

    Examples
    --------
    >>> given = Given((0, 16, 32, 40))
    >>> given.last, given.every, given.end, given.upto(1).steps
    (3, 16, 40, (0, 16))
    """

    steps: tuple[int, ...]

    @property
    def last(self) -> int:
        """The last given row; the rows after it were computed here."""
        return len(self.steps) - 1

    @property
    def every(self) -> int:
        """How many steps of the loop lie between two rows; of the last two it may be fewer.

        0 where it is not one number.
        """
        strides = [after - before for before, after in itertools.pairwise(self.steps)]
        if not strides:
            return 1
        first = strides[0]
        return first if set(strides[:-1]) <= {first} and strides[-1] <= first else 0

    @property
    def end(self) -> int:
        """Which step of the loop the last given row is."""
        return self.steps[-1]

    def upto(self, row: int) -> Given:
        """Return those up to a row."""
        return Given(self.steps[: row + 1])
