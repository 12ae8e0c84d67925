from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdwidget._core.batching import Batches, Stream, StreamEnded
from tests.tools import refuses

if TYPE_CHECKING:
    from collections.abc import Iterator

samples_and_sizes = st.integers(1, 60).flatmap(
    lambda samples: st.tuples(st.just(samples), st.integers(1, samples))
)
seeds = st.integers(0, 2**63 - 1)


def epoch(batches: Batches, number: int) -> list[list[int]]:
    steps = range(number * batches.count, (number + 1) * batches.count)
    return [batches.indices(step).tolist() for step in steps]


def order(batches: Batches, number: int) -> list[int]:
    return [index for batch in epoch(batches, number) for index in batch]


@given(samples_and_sizes, seeds, st.integers(0, 1_000))
def test_every_epoch_is_a_permutation(sizes: tuple[int, int], seed: int, number: int) -> None:
    batches = Batches(*sizes, seed)
    found = epoch(batches, number)
    assert sorted(order(batches, number)) == list(range(sizes[0]))
    assert [len(batch) for batch in found] == [sizes[1]] * (batches.count - 1) + [batches.short]
    assert {batches.epoch(number * batches.count + batch) for batch in range(batches.count)} == {
        number
    }


def test_the_short_last_batch_is_kept() -> None:
    batches = Batches(7, 3)
    assert (batches.count, batches.short) == (3, 1)
    assert [len(batch) for batch in epoch(batches, 5)] == [3, 3, 1]
    assert Batches(6, 3).short == 3


@given(samples_and_sizes, seeds)
def test_the_same_seed_gives_the_same_batches_in_any_order(
    sizes: tuple[int, int], seed: int
) -> None:
    forward, backward = Batches(*sizes, seed), Batches(*sizes, seed)
    steps = range(3 * forward.count)
    ahead = [forward.indices(step).tolist() for step in steps]
    back = [backward.indices(step).tolist() for step in reversed(steps)]
    assert ahead == back[::-1]


def test_seeds_and_epochs_are_shuffled_differently() -> None:
    orders = [order(Batches(50, 8, seed), number) for seed in range(3) for number in (0, 1)]
    assert len({tuple(each) for each in orders}) == 6
    assert list(range(50)) not in orders


def test_the_order_is_numpys_permutation() -> None:
    expected = np.random.default_rng([7, 2]).permutation(10)
    assert order(Batches(10, 4, 7), 2) == expected.tolist()


@given(samples_and_sizes, st.integers(0, 300), st.integers(1, 50))
def test_the_table_holds_the_batches_filled_up_with_0(
    sizes: tuple[int, int], step: int, steps: int
) -> None:
    batches = Batches(*sizes, 3)
    table = batches.table(step, steps)
    assert table.shape == (steps, sizes[1])
    assert table.dtype == np.int32
    for row, indices in enumerate(table):
        batch = batches.indices(step + row)
        assert indices.tolist() == batch.tolist() + [0] * (sizes[1] - len(batch))


@pytest.mark.parametrize("size", [0, -1, 7, 10**12, 2.0, True, "2", None])
def test_a_bad_size_is_refused(size: Any) -> None:
    with refuses("batch_size", repr(size), "a whole number from 1 to 6"):
        Batches(6, size)


@pytest.mark.parametrize("seed", [-1, 2**63, 1.0, True, "0", None])
def test_a_bad_seed_is_refused(seed: Any) -> None:
    with refuses("seed", repr(seed), "a whole number from 0 to 9,223,372,036,854,775,807"):
        Batches(6, 2, seed)


def batch(number: float, rows: int = 2) -> tuple[list[float], list[float]]:
    return [float(number)] * rows, [2.0 * number] * rows


def firsts(stream: Stream, most: int = 20) -> list[float]:
    """Return the first number of every batch that is left, up to ``most``."""
    numbers: list[float] = []
    while len(numbers) < most:
        try:
            numbers.append(float(stream.next()[0][0]))
        except StreamEnded:
            break
    return numbers


class Loader:
    """A loader as those of torch: it can be iterated over and over, and has a length."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.begun = 0

    def __iter__(self) -> Iterator[Any]:
        self.begun += 1
        return (batch(number) for number in range(self.count))

    def __len__(self) -> int:
        return self.count


def test_a_stream_gives_its_batches_in_order_and_ends() -> None:
    stream = Stream(batch(number) for number in range(4))
    assert firsts(stream) == [0, 1, 2, 3]
    assert stream.taken == 4
    with pytest.raises(StreamEnded):
        stream.next()
    assert [array.tolist() for array in stream.batch] == [[3, 3], [6, 6]]


def test_the_first_batch_is_looked_at_and_not_lost() -> None:
    asked = []

    def batches() -> Iterator[Any]:
        for number in range(3):
            asked.append(number)
            yield batch(number)

    stream = Stream(batches())
    assert (asked, stream.taken, float(stream.batch[0][0])) == ([0], 0, 0)
    stream.next()
    assert (asked, stream.taken) == ([0], 1)
    stream.next()
    assert (asked, stream.taken) == ([0, 1], 2)


def test_a_loader_begins_its_next_epoch() -> None:
    loader = Loader(3)
    stream = Stream(loader)
    assert (stream.count, firsts(stream, 8)) == (3, [0, 1, 2, 0, 1, 2, 0, 1])
    assert (stream.taken, loader.begun) == (8, 3)
    stream.restart()
    assert (firsts(stream, 2), stream.taken) == ([0, 1], 2)


def test_a_list_of_batches_is_read_again_and_again() -> None:
    assert firsts(Stream([batch(0), batch(1)]), 5) == [0, 1, 0, 1, 0]


def test_a_generator_goes_on_and_ends() -> None:
    generator = Stream(batch(number) for number in range(3))
    generator.restart()
    assert float(generator.next()[0][0]) == 0
    generator.restart()
    assert generator.taken == 0
    assert firsts(generator) == [1, 2]
    generator.restart()
    assert firsts(generator) == []
    assert generator.count == 0


class Lengths:
    """What can be read again, with so many batches each time, and says nothing before."""

    def __init__(self, *counts: int) -> None:
        self.counts = iter(counts)

    def __iter__(self) -> Iterator[Any]:
        return (batch(number) for number in range(next(self.counts, 0)))


def test_the_length_of_an_epoch_is_known_after_the_first_unless_they_differ() -> None:
    stream = Stream(Lengths(2, 2, 2, 2, 3, 3, 3))
    found = []
    for _ in range(13):
        stream.next()
        found.append(stream.count)
    assert found == [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0]


def test_what_has_no_batch_the_second_time_has_ended() -> None:
    assert firsts(Stream(Lengths(2))) == [0, 1]


def test_batches_differ_in_length_only() -> None:
    stream = Stream([batch(0, rows=3), batch(1, rows=1), batch(2, rows=4)])
    assert [len(stream.next()[0]) for _ in range(6)] == [3, 1, 4, 3, 1, 4]
    assert stream.rows == 3


def alive(references: list[weakref.ref[Any]]) -> int:
    gc.collect()
    return sum(reference() is not None for reference in references)


@pytest.fixture
def _quick_to_collect() -> Iterator[None]:
    """Leave out of all collections what was there before: all that jax has."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_quick_to_collect")
def test_never_more_than_one_batch_is_held() -> None:
    made: list[weakref.ref[Any]] = []
    given: list[weakref.ref[Any]] = []

    def batches() -> Iterator[Any]:
        for number in range(8):
            assert alive(made) <= 1
            xs = np.full(10_000, number, np.float32)
            made.append(weakref.ref(xs))
            yield (xs,)
            del xs

    stream = Stream(batches())
    for number in range(8):
        (xs,) = stream.next()
        given.append(weakref.ref(xs))
        assert (len(made), float(xs[0])) == (number + 1, number)
        del xs
        assert alive(given) == 1


@pytest.mark.parametrize(
    ("later", "given", "accepted"),
    [
        (
            ([[1.0], [2.0]], [1.0, 2.0]),
            "batch 2 of float32[2, 1], float32[2]",
            "batches like the first, float32[2], float32[2], of any length",
        ),
        (([1.0, 2.0],), "batch 2 of float32[2]", "like the first, float32[2], float32[2]"),
        ({"x": [1.0]}, "batch 2 of ['x'] float32[1]", "like the first, float32[2], float32[2]"),
        (([1, 2], [1.0, 2.0]), "batch 2 of int32[2], float32[2]", "float32[2], float32[2]"),
        (([1.0, 2.0], [1.0]), "lengths [2, 1]", "arrays of one length"),
        (([1.0, np.nan], [1.0, 2.0]), "nan", "no NaN and no inf"),
        (([1.0, "a"], [1.0, 2.0]), "'a'", "an array of real numbers"),
        ((), "()", "a tuple of arrays"),
        (3.0, "3.0 (batch 2, data: got 3.0", "an array with one row a sample"),
        (np.ones((2, 2)), "batch 2 of float32[2, 2]", "like the first, float32[2], float32[2]"),
        (None, "None", "a tuple of arrays"),
    ],
    ids=range(11),
)
def test_a_batch_that_differs_is_refused_and_the_one_before_is_kept(
    later: Any, given: str, accepted: str
) -> None:
    stream = Stream(iter([batch(0), batch(1), later, batch(3)]))
    stream.next()
    stream.next()
    with refuses("data", given, accepted):
        stream.next()
    assert float(stream.batch[0][0]) == 1
    assert float(stream.next()[0][0]) == 3


def test_an_iterable_that_raises_is_told() -> None:
    def batches() -> Iterator[Any]:
        yield batch(0)
        raise OSError("disk gone")

    stream = Stream(batches())
    stream.next()
    with refuses("data", "it raised OSError: disk gone", "an iterable of batches") as caught:
        stream.next()
    assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(StreamEnded):
        stream.next()


def test_an_iterable_that_raises_at_once_is_refused() -> None:
    class Broken:
        def __iter__(self) -> Iterator[Any]:
            raise OSError("no such file")

    with refuses("data", "it raised OSError: no such file", "an iterable of batches"):
        Stream(Broken())


def test_an_empty_iterable_is_refused() -> None:
    with refuses("data", "it is empty", "an iterable with at least one batch"):
        Stream(iter([]))


def test_orders_are_read_by_several_threads_at_once() -> None:
    batches = Batches(samples=5, size=2, seed=3)
    expected = [batches.indices(step).tolist() for step in range(60)]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(20):
            found = threads.map(lambda step: batches.indices(step).tolist(), range(60))
            assert list(found) == expected
