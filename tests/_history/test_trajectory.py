from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget import Trajectory
from tests.tools import float32, interrupted, refuses, same

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = ("step", "W", "W_grad", "loss", "learning_rate")


def numbered(count: int, start: int = 0) -> NDArray[np.float32]:
    return np.arange(start * 4, (start + count) * 4, dtype=np.float32).reshape(count, 4)


def filled(count: int) -> Trajectory:
    trajectory = Trajectory("W")
    trajectory.extend(numbered(count))
    return trajectory


def test_a_new_one_is_empty() -> None:
    trajectory = Trajectory("W")
    assert len(trajectory) == 0
    assert trajectory.columns == COLUMNS
    assert [len(trajectory[column]) for column in trajectory] == [0] * 5
    assert [trajectory[column].dtype for column in trajectory] == [np.int32] + [np.float32] * 4


def test_rows_become_columns() -> None:
    trajectory = filled(3)
    assert trajectory["step"].tolist() == [0, 1, 2]
    assert trajectory["W"].tolist() == [0, 4, 8]
    assert trajectory["W_grad"].tolist() == [1, 5, 9]
    assert trajectory["loss"].tolist() == [2, 6, 10]
    assert trajectory["learning_rate"].tolist() == [3, 7, 11]


@given(st.lists(st.integers(0, 150), max_size=8))
def test_it_does_not_matter_in_what_pieces_rows_come(sizes: list[int]) -> None:
    trajectory = Trajectory("W")
    for size in sizes:
        trajectory.extend(numbered(size, len(trajectory)))
    assert len(trajectory) == sum(sizes)
    assert same(trajectory.rows(), numbered(sum(sizes)))


def test_one_row_may_come_alone() -> None:
    trajectory = filled(2)
    trajectory.extend(float32([9, 9, 9, 9]))
    assert trajectory["W"].tolist() == [0, 4, 9]


def test_rows_of_a_wrong_shape_are_refused_and_none_is_kept() -> None:
    trajectory = filled(2)
    with pytest.raises(ValueError, match="broadcast"):
        trajectory.extend(np.zeros((100, 3), np.float32))
    assert same(trajectory.rows(), numbered(2))


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_columns_cannot_be_written_to(column: str) -> None:
    trajectory = filled(3)
    with pytest.raises(ValueError, match="read-only"):
        trajectory[column][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        trajectory.rows()[0] = 1
    assert same(trajectory.rows(), numbered(3))


def test_the_step_column_is_a_copy() -> None:
    trajectory = filled(3)
    trajectory["step"][0] = 7
    assert trajectory["step"].tolist() == [0, 1, 2]


def test_a_column_read_before_stays_as_it_was() -> None:
    trajectory = filled(3)
    before = trajectory["loss"]
    for _ in range(20):
        trajectory.extend(numbered(1_000, len(trajectory)))
    assert before.tolist() == [2, 6, 10]
    assert trajectory["loss"][:3].tolist() == [2, 6, 10]


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no column 'V'; columns: step, W, W_grad, loss, learning_"):
        filled(1)["V"]


def test_it_can_be_asked_for_its_columns() -> None:
    trajectory = filled(1)
    assert tuple(trajectory) == COLUMNS
    assert "loss" in trajectory
    assert "V" not in trajectory
    assert repr(trajectory) == f"<Trajectory of W: 1 rows; columns {', '.join(COLUMNS)}>"


def test_a_million_rows_take_at_most_twice_20_bytes_each() -> None:
    trajectory = Trajectory("W")
    block = numbered(9_973)
    while len(trajectory) < 1_000_000:
        trajectory.extend(block)
        held = trajectory.rows().base
        assert held is not None
        if len(trajectory) > 10_000:
            assert held.nbytes <= 40 * len(trajectory)


def test_growing_copies_each_row_a_few_times_at_most() -> None:
    trajectory = Trajectory("W")
    copied, before = 0, trajectory.rows().base
    for row in numbered(100_000):
        trajectory.extend(row)
        if trajectory.rows().base is not before:
            copied, before = copied + len(trajectory), trajectory.rows().base
    assert copied <= 4 * len(trajectory)


def test_rows_are_views_of_a_span() -> None:
    trajectory = filled(10)
    assert same(trajectory.rows(2, 5), numbered(3, 2))
    assert same(trajectory.rows(8, 100), numbered(2, 8))
    assert len(trajectory.rows(10)) == 0


def test_upto_copies_the_beginning() -> None:
    trajectory = filled(5)
    copy = trajectory.upto(2)
    copy.extend(numbered(1))
    assert len(trajectory) == 5
    assert same(copy.rows(0, 3), trajectory.rows(0, 3))
    with refuses("step", "5", "a whole number from 0 to 4"):
        trajectory.upto(5)


def test_to_dict_copies_all_columns() -> None:
    trajectory = filled(3)
    columns = trajectory.to_dict()
    assert tuple(columns) == COLUMNS
    columns["W"][0] = 99
    assert trajectory["W"][0] == 0


def test_to_pandas_has_the_step_as_index() -> None:
    frame = filled(3).to_pandas()
    assert frame.index.name == "step"
    assert tuple(frame.columns) == COLUMNS[1:]
    assert frame["loss"].tolist() == [2, 6, 10]


def test_pandas_is_needed_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    trajectory = filled(3)
    assert trajectory.to_dict()["loss"].tolist() == [2, 6, 10]
    with pytest.raises(ImportError, match=r"pip install 'gdwidget\[pandas\]'"):
        trajectory.to_pandas()


def test_csv_gives_every_bit_back(tmp_path: Path) -> None:
    trajectory = Trajectory("W")
    odd = [0.1, 1e-45, np.inf, -0.0, 3.4e38, np.nan, 1 / 3, 16_777_217]
    trajectory.extend(float32(odd).reshape(2, 4))
    trajectory.extend(np.random.default_rng(1).normal(size=(70_000, 4)).astype(np.float32))
    trajectory.to_csv(tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert [int(line[0]) for line in lines] == list(range(70_002))
    assert same([[np.float32(text) for text in line[1:]] for line in lines], trajectory.rows())


def test_csv_prints_what_numpy_prints(tmp_path: Path) -> None:
    trajectory = Trajectory("W")
    trajectory.extend(float32([6.8240666, 49.84989, 120.236694, 0.01]))
    path = str(tmp_path / "run.csv")
    trajectory.to_csv(path)
    trajectory.to_csv(path)
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a path as text is accepted
        assert file.read().splitlines()[1] == "0,6.8240666,49.84989,120.236694,0.01"


@pytest.mark.parametrize("path", ["nowhere/run.csv", "folder", "", ".", None, 3])
def test_csv_needs_a_file_in_a_folder_that_exists(
    path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with refuses("path", repr("." if path == "" else path), "a file in a folder that exists"):
        filled(1).to_csv(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_an_interrupt_anywhere_leaves_all_rows_or_none() -> None:
    for line in range(1, 100):
        trajectory = filled(60)
        struck = interrupted(line, lambda: trajectory.extend(numbered(500, 60)))  # noqa: B023
        assert len(trajectory) in {60, 560}
        assert same(trajectory.rows(), numbered(len(trajectory)))
        if not struck:
            return
    pytest.fail("it has more lines than that")
