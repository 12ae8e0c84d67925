from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget._history import decimate
from gdwidget._history.decimate import MOST_POINTS, Envelope
from tests.tools import interrupted

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWN = (0, 2)
"""The columns that are drawn: parameter and loss."""

seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 30_000)


def noise(count: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)


def picked(rows: NDArray[np.float32], *cuts: int) -> list[int]:
    chosen = Envelope()
    for piece in np.split(rows, sorted(cuts)):
        chosen.extend(piece)
    assert len(chosen) == len(rows)
    return [int(index) for index in chosen.indices()]


@given(counts, seeds)
def test_at_most_2000_in_order_and_both_ends(count: int, seed: int) -> None:
    indices = picked(noise(count, seed))
    assert len(indices) <= MOST_POINTS == 2_000
    assert indices == sorted(set(indices))
    assert (indices[0], indices[-1]) == (0, count - 1)


@pytest.mark.parametrize("count", [2_001, 2_020, 2_048, 3_999, 4_000, 4_090, 10_001, 64_001])
def test_at_most_2000_even_if_every_extreme_is_another_row(count: int) -> None:
    quarter = [[0.0, 0, 0.5, 0], [1, 0, 0.5, 0], [0.5, 0, 0, 0], [0.5, 0, 1, 0]]
    rows = np.tile(np.array(quarter, np.float32), (count // 4 + 1, 1))[:count]
    assert 900 <= len(picked(rows)) <= 2_000


@pytest.mark.parametrize("count", [0, 1, 2, 498, 1_992, 1_999, 2_000])
def test_all_rows_up_to_2000(count: int) -> None:
    assert picked(noise(count)) == list(range(count))


@pytest.mark.parametrize("count", [2_001, 2_048, 5_000, 100_000, 1_000_003])
def test_many_rows_still_make_a_fine_line(count: int) -> None:
    indices = picked(noise(count))
    assert 500 <= len(indices) <= 2_000
    assert np.diff(indices).max() <= count / 100


@given(counts, seeds, st.data())
def test_the_extremes_are_always_there(count: int, seed: int, data: st.DataObject) -> None:
    rows = noise(count, seed)
    cuts = data.draw(st.lists(st.integers(0, count), max_size=5))
    kept = set(picked(rows, *cuts))
    for column in DRAWN:
        assert int(rows[:, column].argmin()) in kept
        assert int(rows[:, column].argmax()) in kept


@given(counts, seeds, st.data())
def test_a_single_spike_anywhere_is_seen(count: int, seed: int, data: st.DataObject) -> None:
    rows = noise(count, seed)
    spike = data.draw(st.integers(0, count - 1))
    rows[spike, data.draw(st.sampled_from(DRAWN))] = data.draw(st.sampled_from([-50, 50, np.inf]))
    assert spike in picked(rows)


@given(counts, seeds, st.data())
def test_each_tenth_of_the_run_keeps_its_reach(count: int, seed: int, data: st.DataObject) -> None:
    rows = noise(count, seed)
    indices = np.array(picked(rows, *data.draw(st.lists(st.integers(0, count), max_size=3))))
    drawn = rows[indices]
    margin = max(1, count // 100)
    for tenth in np.array_split(np.arange(count), 10):
        if len(tenth) == 0:
            continue
        inside = (indices >= tenth[0] - margin) & (indices <= tenth[-1] + margin)
        for column in DRAWN:
            assert drawn[inside, column].min() <= rows[tenth, column].min()
            assert drawn[inside, column].max() >= rows[tenth, column].max()


@given(counts, seeds, st.data())
def test_the_pieces_they_came_in_make_no_difference(
    count: int, seed: int, data: st.DataObject
) -> None:
    rows = np.round(noise(count, seed), 1)
    rows[np.random.default_rng(seed).random(count) < 0.01] = np.nan
    cuts = data.draw(st.lists(st.integers(0, count), max_size=20))
    assert picked(rows, *cuts) == picked(rows)


def test_rows_one_at_a_time_pick_the_same() -> None:
    rows = noise(5_003)
    assert picked(rows, *range(1, len(rows))) == picked(rows)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_hide_no_extreme(value: float) -> None:
    rows = noise(10_000)
    rows[-1] = value
    rows[3_000, 2] = 99
    rows[7_000, 0] = -99
    assert {0, 3_000, 7_000, 9_999} <= set(picked(rows))


def test_a_run_that_is_flat_is_drawn() -> None:
    indices = picked(np.zeros((100_000, 4), np.float32))
    assert (indices[0], indices[-1]) == (0, 99_999)
    assert len(indices) <= 2_000


def test_a_row_costs_the_same_however_many_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    work: list[int] = []
    look, merge = decimate._extremes, Envelope._merge

    def counted_look(blocks: NDArray[np.float32]) -> NDArray[np.int64]:
        work.append(blocks.shape[0] * blocks.shape[1])
        return look(blocks)

    def counted_merge(self: Envelope) -> None:
        work.append(len(self._picked))
        merge(self)

    monkeypatch.setattr(decimate, "_extremes", counted_look)
    monkeypatch.setattr(Envelope, "_merge", counted_merge)
    chosen = Envelope()
    rows = np.zeros((1_000, 4), np.float32)
    for _ in range(10):
        chosen.extend(rows)
    early = sum(work)
    for _ in range(990):
        chosen.extend(rows)
    assert early <= 1.5 * 10_000
    assert sum(work) <= 1.01 * 1_000_000


def test_indices_change_nothing() -> None:
    rows = noise(9_999)
    asked = Envelope()
    for piece in np.array_split(rows, 7):
        asked.extend(piece)
        asked.indices()
    assert asked.indices().tolist() == picked(rows)


def test_an_interrupt_anywhere_leaves_all_rows_or_none() -> None:
    rows = noise(4_003)
    for line in range(1, 500):
        chosen = Envelope()
        chosen.extend(rows[:2_001])
        struck = interrupted(line, lambda: chosen.extend(rows[2_001:]))  # noqa: B023
        assert len(chosen) in {2_001, 4_003}
        chosen.extend(rows[len(chosen) :])
        assert chosen.indices().tolist() == picked(rows)
        if not struck:
            return
    pytest.fail("it has more lines than that")
