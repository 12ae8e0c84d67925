"""The lessons: each runs from top to bottom, prints its figures and is saved whole."""

from __future__ import annotations

import base64
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from gdwidget import Descent, Timeline, problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Columns = dict[str, NDArray[np.float32]]

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS_A_CELL = 120


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
        return "".join(output.text for output in self.outputs(cell_id)).splitlines()

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
        """Return the saved state of the widget a cell shows."""
        (output,) = self.outputs(cell_id)
        return self.models()[output.data[VIEW]["model_id"]]

    def gdwidgets(self) -> list[dict[str, Any]]:
        """Return the saved states of all widgets of ours."""
        ours = "gdwidget.widget.GDWidget"
        return [state for state in self.models().values() if state.get("_anywidget_id") == ours]


def read(name: str) -> Any:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Lesson]:
    """Return what runs a notebook, once, in a kernel of its own and an empty folder."""

    @functools.cache
    def taught(name: str) -> Lesson:
        notebook = read(name)
        client = NotebookClient(
            notebook,
            timeout=SECONDS_A_CELL,
            kernel_name="python3",
            store_widget_state=True,
            resources={"metadata": {"path": str(tmp_path_factory.mktemp("nowhere"))}},
        )
        settings = str(tmp_path_factory.mktemp("ipython"))
        client.execute(env={**os.environ, "IPYTHONDIR": settings, "JAX_PLATFORMS": "cpu"})
        return Lesson(notebook)

    return taught


@pytest.fixture
def first(taught: Callable[[str], Lesson]) -> Lesson:
    return taught("01-gradient-descent")


def recorded(widget: dict[str, Any]) -> tuple[list[int], Columns]:
    """Return the steps and columns that a widget's saved state holds of its current run."""
    run = widget["_keyframe"]["runs"][-1]
    steps = np.frombuffer(base64.b64decode(run["steps"]), "<i4")
    columns = np.frombuffer(base64.b64decode(run["columns"]), "<f4").reshape(4, -1)
    names = ("value", "gradient", "loss", "rate")
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
        run = widget["_keyframe"]["runs"][-1]
        steps, columns = recorded(widget)
        values, losses = curve(widget)
        assert steps == list(range(run["last"] + 1))
        assert all(len(column) == len(steps) for column in columns.values())
        assert values[0] <= columns["value"].min()
        assert values[-1] >= columns["value"].max()
        assert np.isfinite(losses).all()
        assert len(widget["_esm"]) > 1_000
        assert len(widget["_css"]) > 1_000
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
    assert first.printed("trajectory")[0].startswith("<Trajectory of W: 51 rows")
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


def test_first_lessons_own_loss_ends_in_the_valley_that_is_not_the_deepest(first: Lesson) -> None:
    widget = first.widget("own")
    values, losses = curve(widget)
    _, columns = recorded(widget)
    assert columns["value"][-1] == pytest.approx(1.617, abs=1e-3)
    assert columns["gradient"][-1] == pytest.approx(0, abs=1e-6)
    assert losses[values < 0].min() < columns["loss"][-1]


def test_first_lessons_own_data_are_fitted(first: Lesson) -> None:
    (line,) = first.printed("own-data-run")
    slope, error = (float(text) for text in line.split())
    assert slope == pytest.approx(2.009, abs=1e-3)
    assert error < 0.03


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
def test_first_lesson_promises_what_happens(rate: float, factor: float, status: str) -> None:
    timeline = Timeline(Descent(problems.line()), rate)
    timeline.advance(50)
    distance = timeline.run.trajectory["W"] - 2
    assert distance[1] / distance[0] == pytest.approx(factor, abs=1e-3)
    assert abs(distance[5]) == pytest.approx(6 * abs(factor) ** 5, rel=0.02)
    assert timeline.status == status


def test_first_lesson_counts_right() -> None:
    slow = Timeline(Descent(problems.line()), 0.01)
    slow.advance(50)
    assert 6 - (slow.run.trajectory["W"][10] - 2) == pytest.approx(6 * 2 / 3, abs=0.05)
    quick = Timeline(Descent(problems.line()), 0.09)
    assert quick.advance(50) == 7
    assert quick.state.loss == 0
