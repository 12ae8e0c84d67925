"""Data as people hold them: columns, dicts, batches, loaders."""

from __future__ import annotations

import importlib
import math
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np
import pytest

from gdwidget import Descent, GDWidget, Problem, Timeline
from gdwidget._core.optimizers import Optimizer
from gdwidget._landscape.figure_data import FigureData
from gdwidget._landscape.fit import Fit
from gdwidget._lowering.payload import Programs
from gdwidget._output.script.run import to_script
from tests.tools import refuses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

XS = np.arange(1.0, 8.0, dtype=np.float32)
YS = 3 * XS - 2
COLUMNS = {"x": XS, "y": YS}


class Pair(NamedTuple):
    x: Any
    y: Any


def spread(W: Any, xs: Any, ys: Any) -> Any:
    return ((W * xs - ys) ** 2).mean()


def of_dict(W: Any, batch: Any) -> Any:
    return ((W * batch["x"] - batch["y"]) ** 2).mean()


def of_tuple(W: Any, batch: Any) -> Any:
    xs, ys = batch
    return ((W * xs - ys) ** 2).mean()


def of_named(W: Any, batch: Any) -> Any:
    return ((W * batch.x - batch.y) ** 2).mean()


def with_default(W: Any, batch: Any, scale: Any = 1.0) -> Any:
    return of_tuple(W, batch) * scale


def one_of_two(W: Any, batch: Any) -> Any:
    (xs, ys) = batch["both"]
    return ((W * xs - ys) ** 2).mean()


class Loader:
    """What torch's DataLoader is to its reader: lists of arrays, the last batch short."""

    def __init__(self, size: int, make: Callable[[Any, Any], Any] = lambda x, y: [x, y]) -> None:
        self.size, self.make = size, make

    def __len__(self) -> int:
        return math.ceil(len(XS) / self.size)

    def __iter__(self) -> Iterator[Any]:
        for first in range(0, len(XS), self.size):
            rows = slice(first, first + self.size)
            yield self.make(XS[rows], YS[rows])


FORMS: list[tuple[Any, Any]] = [
    (spread, lambda x, y: (x, y)),
    (spread, lambda x, y: [x, y]),
    (of_dict, lambda x, y: {"x": x, "y": y}),
    (of_tuple, lambda x, y: (x, y)),
    (of_tuple, lambda x, y: [x, y]),
    (of_named, Pair),
    (spread, Pair),
    (one_of_two, lambda x, y: {"both": (x, y)}),
]


COLUMNS_OF = [form for form in FORMS if not isinstance(form[1](XS, YS), list)]
"""Those of all data; a list has batches."""


def by_hand(batches: list[Any], steps: int) -> list[float]:
    gradient = jax.grad(spread)
    W = np.float32(8)
    found = []
    for step in range(steps):
        found.append(float(W))
        W = np.float32(W - np.float32(0.01) * gradient(W, *batches[step % len(batches)]))
    return found


@pytest.mark.parametrize(("loss", "make"), FORMS, ids=range(len(FORMS)))
def test_a_loader_with_a_short_last_batch_goes_on_and_on(loss: Any, make: Any) -> None:
    timeline = Timeline(Descent(Problem(loss, 8.0, data=Loader(3, make))))
    assert timeline.advance(9) == 9
    found = [float(number) for number in timeline.run.trajectory["W"]]
    assert found == pytest.approx(by_hand(list(Loader(3)), 10), rel=1e-6)


@pytest.mark.parametrize(("loss", "make"), COLUMNS_OF, ids=range(len(COLUMNS_OF)))
def test_columns_of_every_form_give_one_path(loss: Any, make: Any) -> None:
    data = make(XS, YS)
    found = []
    for each, given in ((spread, (XS, YS)), (loss, data)):
        timeline = Timeline(Descent(Problem(each, 8.0, data=given), batch_size=3))
        timeline.advance(7)
        found.append({name: timeline.run.trajectory[name].tolist() for name in ("W", "full_loss")})
    assert found[0] == found[1]


@pytest.mark.parametrize("rows", [2, 3])
def test_a_list_of_batches_is_no_pair_of_columns(rows: int) -> None:
    batches = [(XS[:rows], 2 * XS[:rows]), (XS[rows : 2 * rows], 2 * XS[rows : 2 * rows])]
    w = GDWidget(spread, 8.0, data=batches, learning_rate=0.02)
    w.step(60)
    assert float(w.params["W"]) == pytest.approx(2.0, abs=1e-5)


def test_a_data_loader_of_torch() -> None:
    pytest.importorskip("torch", reason="several hundred MB; a loader like it is tested always")
    torch = importlib.import_module("torch")
    loading = importlib.import_module("torch.utils.data")
    dataset = loading.TensorDataset(torch.tensor(XS), torch.tensor(YS))
    loader = loading.DataLoader(dataset, batch_size=3)
    rows = [{"x": x, "y": y} for x, y in zip(XS, YS, strict=True)]
    forms: list[tuple[Any, Any]] = [(spread, loader), (of_tuple, loader), (spread, list(loader))]
    forms.append((of_dict, loading.DataLoader(rows, batch_size=3)))
    for loss, data in forms:
        timeline = Timeline(Descent(Problem(loss, 8.0, data=data)))
        timeline.advance(9)
        found = [float(number) for number in timeline.run.trajectory["W"]]
        assert found == pytest.approx(by_hand(list(Loader(3)), 10), rel=1e-6)
    shuffled = loading.DataLoader(dataset, batch_size=2, shuffle=True)
    w = GDWidget(spread, 8.0, data=shuffled)
    w.run(40)
    assert w.cursor == 40


def test_the_step_of_a_short_batch_is_compiled_once() -> None:
    traced = []

    def loss(W: Any, batch: Any) -> Any:
        traced.append(batch["x"].shape)
        return of_dict(W, batch)

    timeline = Timeline(Descent(Problem(loss, 8.0, data=Loader(3, lambda x, y: {"x": x, "y": y}))))
    timeline.advance(3)
    before = len(traced)
    assert timeline.advance(30) == 30
    assert len(traced) == before


def test_a_generator_ends() -> None:
    w = GDWidget(spread, 8.0, data=iter(Loader(3)))
    w.run(10)
    assert (w.cursor, w.status) == (2, "ended")


def test_pages_are_told_of_epochs_where_there_are_any() -> None:
    def header(data: Any) -> Any:
        return GDWidget(spread, 8.0, data=data)._session.keyframe()["runs"][0]["batches"]

    assert header(Loader(3)) == {"size": 3, "count": 3}
    assert header(iter(Loader(3))) == {"size": 3, "count": 0}


def test_a_fork_of_a_stream_counts_no_epochs() -> None:
    w = GDWidget(spread, 8.0, data=Loader(3))
    w.step(4)
    w.back(1)
    w.learning_rate = 0.02
    w.step()
    assert w._session.keyframe()["runs"][-1]["batches"] == {"size": 3, "count": 0}


def test_what_could_be_meant_in_two_ways_is_refused() -> None:
    with refuses("data", "a tuple of 2", "one argument after its parameters, the whole tuple"):
        Problem(with_default, 8.0, data=(XS, YS))
    assert len(Problem(with_default, 8.0, data=((XS, YS),)).data) == 1


def test_an_array_is_one_argument() -> None:
    problem = Problem(lambda W, xs: ((W * xs) ** 2).mean(), 1.0, data=XS)
    assert (problem.samples, len(problem.data)) == (7, 1)


def test_a_script_has_its_dict_and_reads_batches_of_it() -> None:
    timeline = Timeline(Descent(Problem(of_dict, 8.0, data=COLUMNS), batch_size=3))
    timeline.advance(5)
    printed: list[str] = []
    space = {
        "__name__": "__main__",
        "print": lambda *each: printed.append(" ".join(map(str, each))),
    }
    exec(to_script(timeline), space)  # noqa: S102 - the point
    moved = [f"W_new {number!s}" for number in timeline.run.trajectory["W"][1:]]
    assert [line for line in printed if line.startswith("W_new")] == moved


def test_pages_compute_with_a_dict_as_with_columns() -> None:
    payloads = []
    for loss, data in ((spread, (XS, YS)), (of_dict, COLUMNS), (of_tuple, (XS, YS))):
        problem = Problem(loss, 8.0, data=data)
        programs = Programs(problem, Fit(problem))
        payloads.append(programs.payload([Optimizer.of("sgd")], [None, 3]))
    assert payloads[0] == payloads[1] == payloads[2]


def test_the_figure_of_the_data_is_there_where_inputs_and_targets_are_known() -> None:
    def predict(W: Any, inputs: Any) -> Any:
        return W * inputs

    figure = partial(Problem, predict=predict)
    assert Fit(figure(of_tuple, 8.0, data=(XS, YS))).figure == "curve"
    dicts = Fit(figure(of_dict, 8.0, data=COLUMNS))
    assert dicts.figure is None
    assert dicts.reason == "The data are a dict, which does not tell inputs from targets."


def test_the_batchs_own_curve_is_drawn_of_a_dict() -> None:
    curves = []
    for loss, data in ((spread, (XS, YS)), (of_dict, COLUMNS)):
        problem = Problem(loss, 8.0, data=data)
        timeline = Timeline(Descent(problem, batch_size=3))
        curve = FigureData(problem).look(timeline, 0, 0.0, 8.0).batch_curve
        assert curve is not None
        curves.append(curve.losses.tolist())
    assert curves[0] == curves[1] != []
