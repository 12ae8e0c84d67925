"""The recorded states of one run, in columns that grow."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gdwidget._validation import whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

    import pandas as pd
    from numpy.typing import NDArray

GROWTH = 1.5
"""How much a full trajectory grows: a row costs 16 bytes, with growth at most 24."""

_FIRST_CAPACITY = 64
_CSV_ROWS = 65_536


class Trajectory:
    """Rows of one run: for each step the parameters, their gradients, the loss and the rate.

    n steps give n + 1 rows, for the start is row 0. A column is read by its name, as a
    numpy array that cannot be written to.

    Parameters
    ----------
    name : str
        Name of the first number that learns, for example ``"W"``.
    extras : sequence of str, optional
        Names of the columns after the first: other numbers, their gradients, what a loss
        with ``has_aux`` returns beside its value, and with batches ``"full_loss"``, the loss
        on all data.

    Attributes
    ----------
    columns : tuple of str
        Names of all columns: ``("step", name, name_grad, "loss", "learning_rate", *extras)``.
        ``learning_rate`` is the rate of the step that led to the row; in row 0 it is the
        rate that was set at the start.

    Examples
    --------
    >>> trajectory = Trajectory("W")
    >>> trajectory.extend(np.array([[8.0, 62.0, 186.0, 0.01]], np.float32))
    >>> len(trajectory), str(trajectory["W"][0])
    (1, '8.0')
    """

    def __init__(self, name: str, extras: Sequence[str] = ()) -> None:
        self.name = name
        self.extras = tuple(extras)
        self.columns = ("step", name, f"{name}_grad", "loss", "learning_rate", *extras)
        self._rows = np.empty((_FIRST_CAPACITY, 4 + len(extras)), np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    def __repr__(self) -> str:
        return f"<Trajectory of {self.name}: {self._count} rows; columns {', '.join(self.columns)}>"

    def __getitem__(self, column: str) -> NDArray[np.float32] | NDArray[np.int32]:
        """Return one column.

        Parameters
        ----------
        column : str
            One of `columns`.

        Returns
        -------
        numpy.ndarray, shape (len(self),)
            float32, for ``"step"`` int32; read-only.

        Raises
        ------
        KeyError
            If there is no such column; the message lists those there are.
        """
        if column not in self.columns:
            message = f"no column {column!r}; columns: {', '.join(self.columns)}"
            raise KeyError(message)
        index = self.columns.index(column)
        if index == 0:
            return np.arange(self._count, dtype=np.int32)
        return self.rows()[:, index - 1]

    @property
    def losses(self) -> NDArray[np.float32]:
        """The loss on all data of every step; NaN where it was not measured."""
        return self["full_loss" if "full_loss" in self else "loss"]  # type: ignore[return-value]

    def first_below(self, loss: float) -> int | None:
        """Return after how many steps the loss on all data is at most so large; None if never.

        Examples
        --------
        >>> trajectory = Trajectory("W")
        >>> trajectory.extend(np.array([[8, 62, 186, 0.1], [1.8, -2, 0.2, 0.1]], np.float32))
        >>> trajectory.first_below(1.0), trajectory.first_below(0.1)
        (1, None)
        """
        below = np.flatnonzero(self.losses <= loss)
        return int(below[0]) if len(below) else None

    def rows(self, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
        """Return rows ``start`` to ``stop`` as they are kept.

        Returns
        -------
        numpy.ndarray, shape (rows, 4 + len(extras)), dtype float32
            Columns parameter, gradient, loss, learning rate, `extras`; read-only, no copy.
        """
        count = self._count
        view = self._rows[start : count if stop is None else min(stop, count)]
        view.flags.writeable = False
        return view

    def extend(self, rows: NDArray[np.float32]) -> None:
        """Append rows, all or none.

        Parameters
        ----------
        rows : numpy.ndarray, shape (n, 4 + len(extras)) or one such row, dtype float32
            Columns parameter, gradient, loss, learning rate, `extras`.
        """
        added = 1 if rows.ndim == 1 else len(rows)
        count = self._count + added
        if count > len(self._rows):
            capacity = max(count, int(len(self._rows) * GROWTH))
            grown = np.empty((capacity, self._rows.shape[1]), np.float32)
            grown[: self._count] = self._rows[: self._count]
            self._rows = grown
        self._rows[self._count : count] = rows
        self._count = count

    def upto(self, step: int) -> Trajectory:
        """Return a new trajectory with the rows 0 to ``step``, copied.

        Raises
        ------
        ArgumentError
            If there is no such step.
        """
        step = whole_number("step", step, 0, self._count - 1)
        copy = Trajectory(self.name, self.extras)
        copy.extend(self.rows(0, step + 1))
        return copy

    def to_dict(self) -> dict[str, NDArray[np.float32] | NDArray[np.int32]]:
        """Return all columns as a dict of numpy arrays, copied.

        Examples
        --------
        >>> Trajectory("W").to_dict()["step"]
        array([], dtype=int32)
        """
        return {column: self[column].copy() for column in self.columns}

    def to_pandas(self) -> pd.DataFrame:
        """Return all columns as a `pandas.DataFrame` with the step as index.

        Raises
        ------
        ImportError
            If pandas is not installed; gdwidget does not need it otherwise.
        """
        try:
            import pandas as pd  # noqa: PLC0415 - an optional extra, slow to import
        except ImportError as error:
            message = "Trajectory.to_pandas needs pandas: pip install 'gdwidget[pandas]'"
            raise ImportError(message) from error
        return pd.DataFrame(self.to_dict()).set_index("step")

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write all rows to a CSV file, numbers with the shortest digits that round-trip.

        Parameters
        ----------
        path : str or path-like
            The file; its folder must exist. An existing file is replaced.

        Raises
        ------
        ArgumentError
            If the folder does not exist or ``path`` is a folder or no path.
        """
        accepted = "a file in a folder that exists"
        try:
            target = Path(path)
        except TypeError:
            raise ArgumentError("path", path, accepted) from None
        if not target.parent.is_dir() or target.is_dir():
            raise ArgumentError("path", str(target), accepted)
        with target.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(self.columns)
            for start in range(0, self._count, _CSV_ROWS):
                block = self.rows(start, start + _CSV_ROWS).astype(str)
                steps = range(start, start + len(block))
                writer.writerows([step, *row] for step, row in zip(steps, block, strict=True))
