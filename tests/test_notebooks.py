"""The lessons: each runs from top to bottom, prints what it promises and is saved whole."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import pytest

from docs.build import STATE, VIEW
from gdwidget import Descent, GDWidget, Problem, Timeline, problems
from tests.lessons import NAMES, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Columns = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Lesson:
    """A notebook after all its cells have run."""

    notebook: Any

    def outputs(self, cell_id: str) -> list[Any]:
        (cell,) = [cell for cell in self.notebook.cells if cell.id == cell_id]
        outputs: list[Any] = cell.outputs
        return outputs

    def printed(self, cell_id: str) -> list[str]:
        """Return the lines a cell printed."""
        streams = [each for each in self.outputs(cell_id) if each.output_type == "stream"]
        return "".join(stream.text for stream in streams).splitlines()

    def shown(self, cell_id: str) -> str:
        """Return the text of the value a cell ends in."""
        (output,) = self.outputs(cell_id)
        text: str = output.data["text/plain"]
        return text

    def models(self) -> dict[str, dict[str, Any]]:
        """Return the saved state of all models, by their id."""
        saved = self.notebook.metadata.widgets[STATE]["state"]
        return {model_id: model["state"] for model_id, model in saved.items()}

    def widget(self, cell_id: str) -> dict[str, Any]:
        """Return the saved state of the widget a cell shows, last of all it does."""
        *_, output = self.outputs(cell_id)
        return self.models()[output.data[VIEW]["model_id"]]

    def gdwidgets(self) -> list[dict[str, Any]]:
        """Return the saved states of all widgets of ours."""
        ours = "gdwidget.widget.GDWidget"
        return [state for state in self.models().values() if state.get("_anywidget_id") == ours]


@pytest.fixture
def taught(executed: Callable[[str], Any]) -> Callable[[str], Lesson]:
    """Return what returns a lesson after it has run."""
    return lambda name: Lesson(executed(name))


@pytest.fixture
def first(taught: Callable[[str], Lesson]) -> Lesson:
    return taught("01-which-way-how-far")


@pytest.fixture
def lesson(taught: Callable[[str], Lesson], request: pytest.FixtureRequest) -> Lesson:
    """Return the lesson with the number that a test's marker `parametrize` gives."""
    (name,) = [name for name in NAMES if name.startswith(request.param)]
    return taught(name)


def of_lesson(number: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("lesson", [number], indirect=True)


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, in their order."""
    found = re.findall(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?", text)
    return [float(number.replace(",", "")) for number in found]


def recorded(widget: dict[str, Any], which: int = -1) -> tuple[list[int], Columns]:
    """Return the steps and columns that a widget's saved state holds of a run."""
    run = widget["_keyframe"]["runs"][which]
    names = ("value", "gradient", "loss", "rate", *run["extras"])
    steps = np.frombuffer(base64.b64decode(run["steps"]), "<i4")
    columns = np.frombuffer(base64.b64decode(run["columns"]), "<f4").reshape(len(names), -1)
    return steps.tolist(), dict(zip(names, columns, strict=True))


def curve(widget: dict[str, Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the values and losses of the red curve in a widget's saved state."""
    values, losses = np.frombuffer(base64.b64decode(widget["_curve"]["points"]), "<f4").reshape(
        2, -1
    )
    return values, losses


@pytest.mark.parametrize("name", NAMES)
def test_runs_and_complains_of_nothing(taught: Callable[[str], Lesson], name: str) -> None:
    outputs = [output for cell in taught(name).notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert [output for output in outputs if output.output_type == "error"] == []
    assert [output for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("name", NAMES)
def test_saves_all_a_page_without_a_kernel_needs(
    taught: Callable[[str], Lesson], name: str
) -> None:
    lesson = taught(name)
    models = lesson.models()
    widgets = lesson.gdwidgets()
    assert widgets
    for widget in widgets:
        for which, run in enumerate(widget["_keyframe"]["runs"]):
            steps, columns = recorded(widget, which)
            assert steps == list(range(run["last"] + 1))
            assert all(len(column) == len(steps) for column in columns.values())
        steps, columns = recorded(widget)
        values, losses = curve(widget)
        path = columns["value"]
        if widget["_names"]["count"] > 1:  # the curve is that at the cursor
            path = path[[widget["_keyframe"]["cursor"]]]
        assert values[0] <= path.min()
        assert values[-1] >= path.max()
        assert np.isfinite(losses).all()
        shared = models[widget["_shared"].removeprefix("IPY_MODEL_")]
        assert all(len(shared[name]) > 1_000 for name in ("script", "style", "engine"))
        marks = [reference.removeprefix("IPY_MODEL_") for reference in widget["_marks"].values()]
        assert set(marks) <= set(models)


@pytest.mark.parametrize("name", NAMES)
def test_is_kept_without_outputs(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


ARTICLE = """
Loop starts -----------------------------------
W_old 8.0
W_new 7.38
loss is  186.0
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 7.38
W_new 6.8240666
loss is  149.54607
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 6.8240666
W_new 6.3255796
loss is  120.236694
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 2.0356295
W_new 2.0319479
loss is  0.0065588956
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 2.0319479
W_new 2.0286465
loss is  0.005273429
Loop ends ------------------------------------
Loop starts -----------------------------------
W_old 2.0286465
W_new 2.0256863
loss is  0.004239871
Loop ends ------------------------------------
""".strip().splitlines()
"""What the article prints of its loops: the first three and the last three."""


@of_lesson("00")
def test_the_articles_code_prints_what_the_article_prints(lesson: Lesson) -> None:
    printed = lesson.printed("loop")
    assert len(printed) == 5 * 50
    assert [*printed[:15], *printed[-15:]] == ARTICLE
    assert lesson.printed("zero") == ["0.0"]
    assert lesson.printed("gradient") == ["62.0", "186.0 62.0"]
    for picture in ("graph", "learning"):
        assert "image/png" in lesson.outputs(picture)[-1].data


@of_lesson("00")
@pytest.mark.parametrize(
    ("loop", "widget", "size", "last"),
    [
        ("loop", "batch", None, "2.0256863"),
        ("single", "single-widget", 1, "2.01388"),
        ("mini", "mini-widget", 2, "2.0204744"),
    ],
)
def test_the_articles_variants_are_the_widgets(
    lesson: Lesson, loop: str, widget: str, size: int | None, last: str
) -> None:
    assert lesson.printed(widget) == [f"W_new {last}", "every digit equal: True"]
    assert lesson.printed(loop)[-2 if size else -3] == f"W_new {last}"
    state = lesson.widget(widget)
    _, columns = recorded(state)
    assert str(columns["value"][50]) == last
    assert state["_keyframe"]["runs"][-1]["settings"]["batch_size"] == (size or 0)


def test_first_lesson_reaches_the_articles_lines_by_hand(first: Lesson) -> None:
    assert first.shown("loss") == "Array(186., dtype=float32)"
    assert first.shown("loss-zero") == "Array(0., dtype=float32)"
    assert first.printed("gradient") == ["loss 186.0", "gradient 62.0"]
    assert first.printed("gradient-check") == ["62.0"]
    assert first.printed("by-hand") == [
        *("loop 0", "W_old 8.0", "W_new 7.38", "loss is 186.0"),
        *("loop 1", "W_old 7.38", "W_new 6.8240666", "loss is 149.54607"),
        *("loop 2", "W_old 6.8240666", "W_new 6.3255796", "loss is 120.236694"),
    ]


def test_first_lesson_reaches_them_again_with_the_widget(first: Lesson) -> None:
    assert first.printed("python-step") == ["3 6.3255796 96.67163 44.69766"]
    assert first.printed("python-run") == ["50 2.0256863"]
    widget = first.widget("widget")
    _, columns = recorded(widget)
    assert widget["_keyframe"]["cursor"] == 50
    assert [str(value) for value in columns["value"][:4]] == [
        *("8.0", "7.38", "6.8240666", "6.3255796"),
    ]
    assert [str(value) for value in columns["value"][47:]] == [
        *("2.0356295", "2.0319479", "2.0286465", "2.0256863"),
    ]
    assert [str(loss) for loss in columns["loss"][47:50]] == [
        *("0.0065588956", "0.005273429", "0.004239871"),
    ]


@pytest.mark.parametrize(
    ("rate", "factor", "status"),
    [
        (0.01, 0.897, "ready"),
        (0.09, 0.07, "converged"),
        (0.18, -0.86, "ready"),
        (0.2, -1.067, "ready"),
        (0.19354839, -1.0, "ready"),
    ],
)
def test_steps_multiply_the_distance_by_a_factor(rate: float, factor: float, status: str) -> None:
    timeline = Timeline(Descent(problems.line()), rate)
    timeline.advance(50)
    distance = timeline.run.trajectory["W"] - 2
    assert distance[1] / distance[0] == pytest.approx(factor, abs=1e-3)
    assert abs(distance[5]) == pytest.approx(6 * abs(factor) ** 5, rel=0.02)
    assert timeline.status == status


@of_lesson("02")
def test_steps_leave_the_same_share_of_the_distance(lesson: Lesson) -> None:
    shares = [numbers(line)[-1] for line in lesson.printed("share")]
    assert shares == [66, 22, 1]
    assert lesson.printed("trajectory")[0].startswith("<Trajectory of W: 51 rows")
    factors = np.array(numbers(lesson.printed("factor")[0]))
    assert factors == pytest.approx(1 - 31 / 3 * 0.01, abs=1e-6)


def test_rate_of_the_article_gets_there_in_seven_steps() -> None:
    quick = Timeline(Descent(problems.line()), 0.09)
    assert quick.advance(50) == 7
    assert quick.state.loss == 0


def run_of(problem: Problem, rate: float, steps: int, **settings: Any) -> Timeline:
    timeline = Timeline(Descent(problem, **settings), rate)
    timeline.advance(steps)
    return timeline


@of_lesson("07")
def test_batches_of_one_sample_agree_on_points_of_one_line(lesson: Lesson) -> None:
    epoch = lesson.printed("epoch")
    assert epoch[0] == "[3] 8.0 144.0 48.0 186.0"
    assert epoch[5] == "[1] 4.9560647 0.0 0.0 45.14798"
    assert sorted(line[:3] for line in epoch) == [f"[{sample}]" for sample in range(6)]
    assert lesson.printed("compare") == ["single samples 2.01388", "all samples 2.0256863"]
    batches = lesson.widget("widget")["_keyframe"]["runs"][-2]["batches"]
    assert batches == {"size": 1, "count": 6}


@of_lesson("07")
def test_batches_tremble_the_less_the_larger_they_are(lesson: Lesson) -> None:
    least, most = numbers(lesson.printed("wishes")[0])
    assert (least, most) == (1.2, 3.8)
    assert numbers(lesson.printed("wishes")[1]) == [2.0798]
    means, spreads = zip(
        *(numbers(line.split(":")[1]) for line in lesson.printed("trembling")), strict=True
    )
    assert means == pytest.approx((2.08, 2.074, 2.128), abs=2e-3)
    assert spreads == pytest.approx((0, 0.077, 0.268), abs=2e-3)
    assert spreads[2] > 3 * spreads[1]


@of_lesson("07")
def test_batches_lead_uphill_the_more_the_nearer(lesson: Lesson) -> None:
    assert [numbers(line)[1] for line in lesson.printed("fans")] == [0, 38, 100, 7]


@of_lesson("07")
def test_batches_cost_what_they_read(lesson: Lesson) -> None:
    counts, losses = zip(
        *(numbers(line)[-2:] for line in lesson.printed("epoch-cost")[-3:]), strict=True
    )
    assert counts == (60, 8, 1)
    assert losses == pytest.approx((0.81, 0.81, 49.12), abs=0.01)
    _, columns = recorded(lesson.widget("noisy"), 0)
    assert columns["full_loss"][0] == pytest.approx(155, abs=1)


@of_lesson("07")
def test_batches_calm_down_as_the_rate_falls(lesson: Lesson) -> None:
    (_, before), (_, spread), (loss,) = (numbers(line) for line in lesson.printed("calm"))
    assert before == pytest.approx(0.268, abs=2e-3)
    assert spread == pytest.approx(0.268 / 5, rel=0.05)
    assert loss == pytest.approx(0.786, abs=1e-3)
    *_, trembling, calm = lesson.widget("noisy")["_keyframe"]["runs"]
    assert calm["parent"] == trembling["id"]
    assert calm["settings"]["decay"] == "cosine"


def test_batches_beyond_one_samples_border_arrive() -> None:
    beyond = [x for x in problems.line().data[0].tolist() if x and 1 / x**2 < 0.07]
    assert beyond == [4.0]
    timeline = run_of(problems.line(), 0.07, 50, batch_size=1)
    assert float(timeline.state.params["W"]) == pytest.approx(2, abs=1e-3)


@of_lesson("03")
def test_rates_too_small_right_and_too_large(lesson: Lesson) -> None:
    small, right, large = (numbers(line) for line in lesson.printed("three"))
    assert small == [0.001, 50, 5.569, 65.8275]
    assert right == [0.09, 7, 2, 0]
    assert large == [0.2, 50, 153.2, 118138]
    curvature, border, best = (numbers(line)[-1] for line in lesson.printed("curvature"))
    assert (curvature, border, best) == (10.333, 0.1935, 0.0968)
    on_border, best_run = (numbers(line) for line in lesson.printed("border"))
    assert on_border[1:] == pytest.approx([50, 8, 186], abs=1e-3)
    assert best_run[1:] == [1, 2, 0]


@of_lesson("03")
def test_rates_that_fall_forgive_and_starve(lesson: Lesson) -> None:
    bold, starved, kept = (numbers(line)[-3:] for line in lesson.printed("decay"))
    assert bold == [15, 2, 3648]
    assert starved == [50, 3.479, 186]
    assert kept == [50, 2.026, 186]
    last = lesson.widget("widget")["_keyframe"]["runs"][-1]
    assert (last["fork"], last["settings"]["peak"]) == (1, 0.01)
    assert last["settings"]["decay"] == "constant"


@of_lesson("04")
def test_rates_choose_among_two_valleys(lesson: Lesson) -> None:
    ends = [numbers(line)[-3:] for line in lesson.printed("wells-run")]
    assert ends == [
        *([1, 1, 2.25], [-2, -2, 0], [-1.51, -2.25, 0.22]),
        *([1, 1, 2.25], [-2, -2, 0]),
    ]
    for rate in (0.3, 0.4):
        assert run_of(problems.double_well(), rate, 1).state.params["W"] < 0
    assert run_of(problems.double_well(-1.9), 1 / 3 - 0.01, 500).state.loss < 1e-6
    assert run_of(problems.double_well(-1.9), 1 / 3 + 0.01, 500).state.loss > 1e-3


def test_rates_beyond_float32_end_at_a_step() -> None:
    timeline = run_of(problems.line(), 1.0, 50)
    assert (timeline.status, timeline.cursor) == ("diverged", 19)
    assert run_of(problems.line(), 0.19354839, 49).state.params["W"] == pytest.approx(-4, abs=1e-3)


@of_lesson("06")
def test_two_parameters_drop_and_then_crawl(lesson: Lesson) -> None:
    ten, fifty, many = (numbers(line)[1:] for line in lesson.printed("two-speeds"))
    assert ten == pytest.approx([1.4746, 0.6345, 1.5], abs=1e-3)
    assert fifty == pytest.approx([1.9367, -0.8039, 0.022], abs=1e-3)
    assert many == pytest.approx([2, -1, 0], abs=1e-4)
    assert lesson.printed("curvatures") == [
        *("across 11.30, along 1.03", "border 0.1770", "condition number 10.9"),
    ]
    assert [numbers(line) for line in lesson.printed("border")] == [
        *([0.17, 0.0805], [0.18, 8540], [0.05, 0.0219]),
    ]
    _, columns = recorded(lesson.widget("widget"))
    assert columns["loss"][0] == 301


@of_lesson("06")
def test_two_parameters_need_more_steps_the_larger_the_condition_number(lesson: Lesson) -> None:
    assert [numbers(line)[1:] for line in lesson.printed("bowl-run")] == [
        *([1.216, 0], [0.115, 1], [0.181, 0.018]),
    ]
    assert [numbers(line) for line in lesson.printed("conditions")] == [
        *([1, 1], [10, 12], [100, 116]),
    ]


@of_lesson("11")
def test_two_features_want_to_be_scaled(lesson: Lesson) -> None:
    early, late, border, condition = (numbers(line) for line in lesson.printed("raw-run"))
    assert early[:2] == [50, 682.6]
    assert late[:2] == [1000, 682.5]
    assert early[2] == late[2] == 0.0122
    assert (border, condition) == ([3.2e-8], [7e8])
    end, border, condition = (numbers(line) for line in lesson.printed("scaled-run"))
    assert end == [50, 448.2, 13.11, 7.79]
    assert (border, condition) == ([0.87], [1.4])


def test_two_features_are_as_the_lesson_says() -> None:
    raw = problems.house_prices(scaled=False, features=["lot_size", "bedrooms"])
    inputs = np.asarray(raw.data[0])
    assert inputs.shape == (546, 2)
    assert inputs.min(axis=0).tolist() == [1650, 1]
    assert inputs.max(axis=0).tolist() == [16200, 6]
    assert run_of(raw, 1e-6, 50).status == "diverged"
    bowl = np.column_stack([inputs, np.ones(546)]).astype(float)
    least = np.mean((bowl @ np.linalg.lstsq(bowl, raw.data[1])[0] - raw.data[1]) ** 2)
    assert least == pytest.approx(448.2, abs=0.05)


@of_lesson("05")
def test_level_places_are_no_valleys(lesson: Lesson) -> None:
    assert lesson.printed("stops") == ["converged at step 1: gradient 0.0, loss 2.6666667461395264"]
    assert numbers(lesson.printed("nudge")[0]) == [84, 2.25]
    stood, ridge = lesson.printed("pass-run")
    assert numbers(stood) == pytest.approx([0.253, 30, 0.243, 50, 0.2, 62], abs=1e-3)
    assert numbers(ridge) == [0.25, 100, 0]
    early, late = (numbers(line) for line in lesson.printed("plateau"))
    assert early == [3.85, 0.031]
    assert late[:2] == [500, 0]


def test_nothing_made_of_gradients_leaves_a_ridge() -> None:
    for optimizer in ("sgd", "momentum", "adam"):
        ridge = run_of(problems.saddle(y=0.0), 0.1, 1000, optimizer=optimizer)
        assert ridge.state.params["y"] == 0


@of_lesson("08")
def test_momentum_helps_at_one_rate_and_not_at_another(lesson: Lesson) -> None:
    head, *bold = lesson.printed("compare")
    assert head.split()[-2:] == ["0.001", "verdict"]
    assert [line.split()[-2] for line in bold] == ["11", "46", "-"]
    assert [line.split()[-2] for line in lesson.printed("gentle")[1:]] == ["56", "24", "43"]
    assert [numbers(line) for line in lesson.printed("limits")] == [
        *([0.1935, 2], [0.3677, 3.8], [0.1313, 1.357]),
    ]
    assert lesson.widget("compare")["_comparison"]["setting"] == "optimizer"


@of_lesson("08")
def test_momentum_settles_sooner_in_long_valleys(lesson: Lesson) -> None:
    settled = [line.split(",")[0] for line in lesson.printed("settled")]
    assert settled == ["sgd: step 211", "momentum: step 79", "nesterov: step 58"]
    _, momentum = recorded(lesson.widget("bowl"), 1)
    _, nesterov = recorded(lesson.widget("bowl"), 2)
    assert momentum["loss"][0] == 75
    assert momentum["value"].min() < nesterov["value"].min() < 0
    plain, momentum_there = (numbers(line) for line in lesson.printed("valley-run"))
    assert plain == [0.001, 0.327, 0.104, 0.45]
    assert momentum_there[1:3] == pytest.approx([1, 1], abs=0.02)
    bouncing = run_of(problems.rosenbrock(), 0.004, 1000)
    early, late = bouncing.run.trajectory["x"][-2:]
    assert abs(late - early) > 0.05
    assert run_of(problems.rosenbrock(), 0.007, 1000).status == "diverged"


@of_lesson("09")
def test_adam_steps_as_long_as_the_rate(lesson: Lesson) -> None:
    first, last, end = (numbers(line)[-1] for line in lesson.printed("steps"))
    assert (first, last) == pytest.approx((-0.01, -0.01), abs=5e-4)
    assert end == pytest.approx(7.505, abs=1e-3)
    assert [line.split(",")[0] for line in lesson.printed("bowl")] == [
        *("sgd with 0.02: step 211", "adam with 0.02: step never", "adam with 0.5: step 78"),
    ]
    assert numbers(lesson.printed("valley")[0])[1:3] == pytest.approx([1, 1], abs=0.02)


@of_lesson("09")
def test_adam_leaves_the_saddle_first(lesson: Lesson) -> None:
    adam, momentum, plain = (numbers(line) for line in lesson.printed("pass"))
    assert plain == [0.249, 40, 0.2, 62]
    assert momentum[-1] == 24
    assert adam[-1] == 16


@of_lesson("10")
def test_the_loss_of_a_network_rises_in_a_quarter_of_the_steps(lesson: Lesson) -> None:
    rises, *sharp = (numbers(line) for line in lesson.printed("edge"))
    assert rises[0] == pytest.approx(25, abs=4)
    assert sharp[0] == [0, 0.2774, 17.4, 0.115]
    for step, _, _, limit in sharp[2:]:
        assert step >= 500
        assert limit == pytest.approx(0.1, abs=0.01)
    bold, edge, wild, why = lesson.printed("beyond")
    assert "ready at step 2000" in bold
    assert numbers(bold)[-1] > 40
    assert numbers(edge)[-1] == pytest.approx(0.15, abs=0.03)
    assert "diverged" in wild
    assert why.startswith("λ = ")
    hopping, calm = (numbers(line) for line in lesson.printed("late"))
    assert 0.01 < hopping[1] < hopping[2] / 2
    assert calm[0] == pytest.approx(calm[1], abs=1e-3)
    assert calm[0] < hopping[1]


@of_lesson("11")
def test_houses_are_learned_in_fifty_steps(lesson: Lesson) -> None:
    assert [numbers(line) for line in lesson.printed("baseline")] == [[68.1], [711.7, 26.7]]
    assert lesson.printed("data")[-1].split() == ["price", "42"]
    start, beaten, end = (numbers(line) for line in lesson.printed("run"))
    assert (start, beaten, end) == ([5352], [6], [50, 232.65, 15.25])


@of_lesson("11")
def test_houses_tell_what_goes_together(lesson: Lesson) -> None:
    weights = [(line.split()[0], numbers(line)[-1]) for line in lesson.printed("weights")]
    assert [weights[0][0], weights[-1][0]] == ["lot_size", "bedrooms"]
    assert [weights[0][1], weights[-1][1]] == pytest.approx([7.67, 1.37], abs=0.01)
    dollars = [numbers(line)[0] for line in lesson.printed("dollars")]
    assert dollars == pytest.approx([3.5, 14_338, 12_648, 1_856], rel=1e-3)
    (alone,) = lesson.printed("alone")
    assert numbers(alone) == pytest.approx([13_270], abs=5)
    inputs, prices = (np.asarray(array) for array in problems.house_prices().data)
    together = np.corrcoef(inputs, rowvar=False)
    assert together[1, 2:4] == pytest.approx(0.4, abs=0.03)
    assert len(prices) == 546


@of_lesson("11")
def test_houses_that_are_dear_are_predicted_too_low(lesson: Lesson) -> None:
    assert numbers(lesson.printed("mine")[0]) == pytest.approx([84.6], abs=0.1)
    count, low, dearest = (numbers(line)[-1] for line in lesson.printed("wrong"))
    assert count == 64
    assert low == pytest.approx(20.6, abs=0.1)
    assert dearest == pytest.approx(115, abs=1)
    widget = GDWidget(problems.house_prices(), learning_rate=0.1)
    widget.run()
    inputs, prices = widget.problem.data
    predict = widget.problem.predict
    assert predict
    predicted = predict(widget.params["weights"], widget.params["bias"], inputs)
    assert np.mean((predicted < prices)[prices > 100]) > 0.9


def test_houses_at_rates_and_batches_to_try() -> None:
    losses = run_of(problems.house_prices(), 0.43, 50).run.trajectory["loss"]
    assert losses.argmin() == 2
    assert losses[-1] > 2_000
    batches = run_of(problems.house_prices(), 0.1, 180, batch_size=32)
    late = batches.run.trajectory["full_loss"][-90:]
    assert 233 < late.min() < late.max() < 350


@of_lesson("12")
def test_a_network_parts_the_moons(lesson: Lesson) -> None:
    assert lesson.printed("parameters")[-1] == "105 numbers learn"
    start, early, late = (numbers(line) for line in lesson.printed("run"))
    assert start == [0, 0.762]
    assert early == [50, pytest.approx(0.273, abs=0.02), pytest.approx(88.5, abs=1.5)]
    assert late == [300, pytest.approx(0.031, abs=0.01), pytest.approx(98.5, abs=1)]
    (straight,) = lesson.printed("straight")
    assert numbers(straight) == pytest.approx([0.314, 87], abs=0.5)
    for line in lesson.printed("starts"):
        assert numbers(line)[-1] > 97


@of_lesson("12")
def test_a_network_must_start_at_random(lesson: Lesson) -> None:
    assert lesson.printed("zeros") == ["0 converged loss 0.693"]
    told, *rows = lesson.printed("equal")
    assert numbers(told) == pytest.approx([0.314, 87.5], abs=0.5)
    weights = np.reshape(numbers(" ".join(rows)), (2, 8))
    assert np.ptp(weights, axis=1).max() < 0.01


@of_lesson("12")
def test_a_network_follows_a_curve(lesson: Lesson) -> None:
    assert [numbers(line)[1:] for line in lesson.printed("sine-run")] == [
        [100, pytest.approx(0.019, abs=2e-3)],
        [300, pytest.approx(0.011, abs=2e-3)],
        [1000, pytest.approx(0.006, abs=1e-3)],
    ]
    inputs, targets = (np.asarray(array) for array in problems.sine().data)
    assert np.mean((np.sin(inputs) - targets) ** 2) == pytest.approx(0.008, abs=5e-4)


@of_lesson("13")
def test_your_own_loss_ends_in_the_valley_that_is_not_the_deepest(lesson: Lesson) -> None:
    widget = lesson.widget("own")
    values, losses = curve(widget)
    _, columns = recorded(widget)
    assert columns["value"][-1] == pytest.approx(1.617, abs=1e-3)
    assert columns["gradient"][-1] == pytest.approx(0, abs=1e-6)
    assert losses[values < 0].min() < columns["loss"][-1]


@of_lesson("13")
def test_your_own_data_are_fitted(lesson: Lesson) -> None:
    (line,) = lesson.printed("own-data-run")
    slope, error = (float(text) for text in line.split())
    assert slope == pytest.approx(2.009, abs=1e-3)
    assert error < 0.03


@of_lesson("13")
def test_your_own_coffee_cools(lesson: Lesson) -> None:
    assert numbers(lesson.printed("run")[0]) == pytest.approx([64.63, 2.891, 0.363], abs=2e-3)
    assert numbers(lesson.printed("argnums")[0]) == pytest.approx([21.5, 0.165], abs=2e-3)
    assert lesson.printed("wrong")[0].startswith("data: got 'lengths [13, 12]'")
    rows, values = lesson.printed("trajectory")
    assert rows == (
        "301 rows: step cup.drop cup.drop_grad loss learning_rate"
        " cup.speed cup.speed_grad room room_grad"
    )
    assert numbers(values) == pytest.approx([20, 19.5, 22.49, 23.1, 21.51], abs=0.02)
    assert [numbers(line)[0] for line in lesson.printed("listen")] == [100, 200, 300]


@of_lesson("13")
def test_your_own_optimizer_and_stream(lesson: Lesson) -> None:
    plain, clipped = (numbers(line) for line in lesson.printed("optimizer"))
    assert plain == [pytest.approx(3_268, rel=0.05), pytest.approx(514, abs=5)]
    assert clipped == pytest.approx([2.88, 0.41], abs=0.05)
    runs = lesson.widget("optimizer")["_keyframe"]["runs"]
    assert [run["settings"]["optimizer"] for run in runs] == ["sgd", "custom"]
    ended, close = lesson.printed("stream")
    assert ended == "step 399, ended"
    assert numbers(close) == pytest.approx([63.6, 3.07, 21.7], abs=0.05)
    assert lesson.widget("stream")["_names"]["stream"]


@of_lesson("14")
def test_many_devices_walk_the_path_of_one(lesson: Lesson) -> None:
    assert lesson.printed("devices") == ["8 devices"]
    assert lesson.printed("spread") == ["{(10000,)}"]
    many, one, same = lesson.printed("compare")
    assert numbers(many) == pytest.approx([8, 1.8962], abs=1e-3)
    assert numbers(one) == pytest.approx([1, 1.8962], abs=1e-3)
    assert same == "the same path, within a millionth: True"
