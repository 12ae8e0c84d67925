from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget import State
from gdwidget._history.snapshots import Snapshots, bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBERS = 100
SIZE = 3 * 4 * NUMBERS


def state(step: int) -> State:
    """Return a state of ``SIZE`` bytes."""
    numbers = np.full(NUMBERS, step, np.float32)
    loss = rate = np.float32(0)
    return State(step, {"W": numbers}, loss, numbers, rate, (numbers,))


def offered(steps: Iterable[int], budget: int, **settings: Any) -> Snapshots:
    snapshots = Snapshots(state(0), budget, **settings)
    for step in steps:
        snapshots.offer(state(step))
        assert snapshots.nbytes == len(snapshots) * SIZE <= budget
    return snapshots


def kept(snapshots: Snapshots) -> list[int]:
    return [each.step for each in snapshots.states]


def test_a_state_weighs_what_its_arrays_do() -> None:
    assert bytes_of(state(1)) == SIZE
    assert bytes_of(state(1)._replace(opt_state=())) == SIZE * 2 // 3


def test_all_are_kept_while_they_fit() -> None:
    assert kept(offered(range(1, 50), 50 * SIZE)) == list(range(50))


@given(
    st.lists(st.sampled_from([1, 1, 2, 7, 256, 1_024]), min_size=1, max_size=300),
    st.integers(2, 40),
)
def test_beyond_the_budget_some_are_left_out_evenly(leaps: list[int], most: int) -> None:
    steps = np.cumsum(leaps).tolist()
    snapshots = offered(steps, most * SIZE)
    remaining = kept(snapshots)
    assert remaining[0] == 0
    assert remaining == sorted(set(remaining))
    assert len(remaining) <= most
    if most >= 8:
        assert np.diff([*remaining, steps[-1]]).max() <= 4 * steps[-1] / most + 2 * max(leaps)


@pytest.mark.parametrize("leap", [1, 10, 1_024])
@pytest.mark.parametrize("count", [41, 1_000, 3_000])
def test_whatever_the_distance_of_those_that_come_no_gap_is_wide(leap: int, count: int) -> None:
    snapshots = offered(range(leap, leap * count, leap), 40 * SIZE)
    gaps = np.diff([*kept(snapshots), leap * count])
    assert gaps.max() <= 4 * leap * count / 40
    assert len(snapshots) >= 20


@given(st.integers(0, 5_000))
def test_the_latest_before_a_step_is_found(step: int) -> None:
    snapshots = offered(range(1, 5_000), 40 * SIZE)
    found = snapshots.before(step)
    assert found is not None
    assert found.step == max(each for each in kept(snapshots) if each <= step)
    assert step - found.step <= 5_000 / 10


def test_of_a_stream_the_newest_are_kept() -> None:
    snapshots = offered(range(1, 100), 10 * SIZE, thinning=False)
    assert kept(snapshots) == list(range(90, 100))
    assert snapshots.before(89) is None
    assert snapshots.before(95).step == 95  # type: ignore[union-attr]


@pytest.mark.parametrize("thinning", [True, False])
def test_with_no_budget_two_are_kept(*, thinning: bool) -> None:
    snapshots = Snapshots(state(0), 0, thinning=thinning)
    for step in range(1, 20):
        snapshots.offer(state(step))
        assert len(snapshots) <= 2


def test_a_fork_shares_the_states_up_to_it() -> None:
    snapshots = offered(range(1, 20), 100 * SIZE)
    fork = snapshots.upto(7)
    fork.offer(state(8))
    assert kept(fork) == list(range(9))
    assert kept(snapshots) == list(range(20))
    assert fork.states[3] is snapshots.states[3]
