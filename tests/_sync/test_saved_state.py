from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdwidget import Descent, Landscape, Problem, Timeline
from gdwidget._landscape.line import POINTS, ShownCurve
from gdwidget._sync import packing
from gdwidget._sync.saved_state import MOST_WIDENING, SavedState
from tests.tools import same

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.fixture(scope="session")
def landscape(descent: Descent) -> Landscape:
    return Landscape(descent.problem)


@pytest.fixture
def saved(timeline: Timeline, landscape: Landscape) -> SavedState:
    return SavedState(timeline, lambda: landscape)


def steps(run: Any) -> list[int]:
    return [int(step) for step in np.frombuffer(base64.b64decode(run["steps"]), "<i4")]


def points(shown: ShownCurve) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    assert len(shown.curve.values) == POINTS
    return shown.curve.values, shown.curve.losses


def test_a_keyframe_holds_every_run(saved: SavedState, timeline: Timeline) -> None:
    timeline.advance(50)
    timeline.goto(10)
    timeline.learning_rate = 0.05
    timeline.advance(5)
    old, new = saved.keyframe()["runs"]
    assert (steps(old), steps(new)) == (list(range(51)), list(range(16)))
    assert (new["parent"], new["fork"], saved.keyframe()["cursor"]) == (old["id"], 10, 15)


def test_a_keyframe_follows_what_is_recorded(saved: SavedState, timeline: Timeline) -> None:
    timeline.learning_rate = 1e-6
    for count in (1, 40, 1_000, 3_000, 20_000):
        timeline.advance(count)
        (run,) = saved.keyframe()["runs"]
        kept = steps(run)
        assert kept[-1] == run["last"] == timeline.cursor
        if timeline.cursor < 2_000:
            assert kept == list(range(timeline.cursor + 1))
    timeline.reset()
    assert steps(saved.keyframe()["runs"][0]) == [0]


def test_a_reset_forgets_the_rows_before_it(saved: SavedState, timeline: Timeline) -> None:
    timeline.advance(30)
    saved.keyframe()
    timeline.reset()
    timeline.advance(2)
    (run,) = saved.keyframe()["runs"]
    columns = np.frombuffer(base64.b64decode(run["columns"]), "<f4").reshape(4, -1)
    assert same(columns.T, timeline.run.trajectory.rows())


def test_the_curve_is_evaluated_once_while_the_view_stays(
    saved: SavedState, timeline: Timeline, landscape: Landscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[tuple[float, float]] = []
    line = landscape.line

    def counted(low: float, high: float, held: Any) -> Any:
        evaluated.append((low, high))
        return line(low, high, held)

    first = saved.curve()
    monkeypatch.setattr(landscape, "line", counted)
    timeline.advance(50)
    assert saved.curve().curve is first.curve
    assert evaluated == []
    timeline.reset(b=0.0)
    assert saved.curve().curve is not first.curve
    assert len(evaluated) >= 1


def test_the_curve_widens_to_hold_the_path(saved: SavedState, timeline: Timeline) -> None:
    timeline.learning_rate = 0.2
    timeline.advance(20)
    path = timeline.run.trajectory["W"]
    curve = saved.curve()
    values, losses = points(curve)
    assert (curve.low, curve.high) == (-6, 10)
    assert values[0] <= path.min() < path.max() <= values[-1]
    assert values[0] < -6
    assert values[-1] > 10
    assert np.isfinite(losses).all()


def test_a_path_that_leaves_the_screen_does_not_take_the_curve_along(
    saved: SavedState, timeline: Timeline
) -> None:
    timeline.learning_rate = 0.7
    timeline.advance(1_000)
    assert timeline.status == "diverged"
    values, losses = points(saved.curve())
    width = 10 - -6
    assert values[0] >= -6 - MOST_WIDENING * width
    assert values[-1] <= 10 + MOST_WIDENING * width
    assert np.isfinite(values).all()
    assert np.isfinite(losses).all()


def test_all_of_it_is_json(saved: SavedState, timeline: Timeline) -> None:
    timeline.learning_rate = 0.7
    timeline.advance(1_000)
    for state in (saved.keyframe(), packing.saved_curve(saved.curve())):
        assert json.loads(json.dumps(state, allow_nan=False)) == state


@pytest.mark.parametrize("start", [1e30, 3e38])
def test_a_start_near_the_end_of_float32_is_saved(start: float) -> None:
    problem = Problem(lambda W: W * 1e-30, start)
    timeline = Timeline(Descent(problem), 1e30)
    timeline.advance(3)
    saved = SavedState(timeline, lambda: Landscape(problem))
    assert np.isfinite(points(saved.curve())[0]).all()
    assert saved.keyframe()["cursor"] == 3
