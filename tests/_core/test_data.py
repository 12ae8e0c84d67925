"""Data as people hold them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from gdwidget import GDWidget
from gdwidget._core.data import checked_data
from tests.tools import refuses

TABLE = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5]})


@pytest.mark.parametrize(
    ("given", "dtype", "numbers"),
    [
        ([True, False, True], "int32", [1, 0, 1]),
        (np.array([True, False, True]), "int32", [1, 0, 1]),
        ([[1, 2], [3, 4]], "int32", [[1, 2], [3, 4]]),
        (TABLE["a"], "int32", [1, 2, 3]),
        (TABLE["b"], "float32", [0.5, 1.5, 2.5]),
        (TABLE, "float32", [[1, 0.5], [2, 1.5], [3, 2.5]]),
        (TABLE[["a"]], "int32", [[1], [2], [3]]),
        (pd.Series([1, 2, 3], dtype="Int64"), "int32", [1, 2, 3]),
        (pd.Series([0.5, 2], dtype="Float64"), "float32", [0.5, 2]),
        (pd.Series([True, False], dtype="boolean"), "int32", [1, 0]),
        (pd.DataFrame({"a": [True, False]}), "int32", [[1], [0]]),
    ],
    ids=str,
)
def test_data_become_arrays(given: Any, dtype: str, numbers: Any) -> None:
    (array,) = checked_data((given,))
    assert (str(array.dtype), array.tolist()) == (dtype, numbers)


@pytest.mark.parametrize(
    ("given", "shown", "accepted"),
    [
        (pd.DataFrame({"a": [1], "city": ["Ulm"]}), "column 'city' is", "columns of numbers"),
        (pd.Series(["1", "2"], name="n"), "column 'n' is", "columns of numbers"),
        (pd.Series(["a"], dtype="category"), "category", "columns of numbers"),
        (pd.Series([1, None], dtype="Int64"), "", "no NaN"),
        (3.0, "3.0", "an array with one row a sample"),
        ([[1], [1, 2]], "[[1], [1, 2]]", "an array of numbers"),
    ],
    ids=str,
)
def test_what_is_no_array_of_numbers_is_named(given: Any, shown: str, accepted: str) -> None:
    with refuses("data[0]", shown, accepted):
        checked_data((given,))


def test_a_table_alone_is_one_argument() -> None:
    w = GDWidget(lambda W, xs: (W - xs.sum()) ** 2, 1.0, data=TABLE)
    assert w.loss == (1 - 10.5) ** 2
    w.batch_size = 1
    assert w.batch is not None
