"""What the makers of saved states write down: nbclient, as papermill does, and ipywidgets.embed."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
import pytest
from nbconvert import LatexExporter, MarkdownExporter

from gdwidget import GDWidget, problems
from gdwidget._sync.packing import EXACT_ENDS
from tests.pages import lesson
from tests.pages.lesson import VIEW

if TYPE_CHECKING:
    from pathlib import Path

    from nbconvert.exporters import TemplateExporter

NAMES = list(lesson.WIDGETS)
LONG = 5_001
SETTINGS = ("learning_rate", "optimizer", "decay", "batch_size", "run_steps", "problem_name")

_STATE = re.compile(rf'<script type="{re.escape(lesson.STATE)}">(.*?)</script>', re.DOTALL)
_VIEWS = re.compile(rf'<script type="{re.escape(VIEW)}">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def expected() -> dict[str, GDWidget]:
    """Return the lesson's widgets, made here."""
    names: dict[str, Any] = {"GDWidget": GDWidget, "problems": problems, "jnp": jnp}
    widgets = {}
    for name, source in lesson.WIDGETS.items():
        cell, _, last = source.rpartition("\n")
        exec(cell, names)  # noqa: S102 - the lesson's own cells
        widgets[name] = names[last]
    return widgets


@pytest.fixture(scope="module")
def by_nbclient(notebook: Any) -> dict[str, Any]:
    """Return the saved models by the name of the cell that shows them, and all by their ids."""
    models = notebook.metadata.widgets[lesson.STATE]["state"]
    shown = {cell.id: cell.outputs[-1].data for cell in notebook.cells if cell.id in NAMES}
    return {**models, **{name: models[data[VIEW]["model_id"]] for name, data in shown.items()}}


@pytest.fixture(scope="module")
def by_embed(notebook: Any, folder: Path) -> dict[str, Any]:
    page = (folder / "embedded.html").read_text()
    (text,) = _STATE.findall(page)
    models = json.loads(html.unescape(text))["state"]
    ids = [json.loads(view)["model_id"] for view in _VIEWS.findall(page)]
    return {
        **models,
        **{name: models[model_id] for name, model_id in zip(NAMES, ids, strict=True)},
    }


@pytest.fixture(params=["nbclient", "embed"])
def saved(request: pytest.FixtureRequest) -> dict[str, Any]:
    models: dict[str, Any] = request.getfixturevalue(f"by_{request.param}")
    return models


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_state_is_complete(
    saved: dict[str, Any], expected: dict[str, GDWidget], name: str
) -> None:
    state, wanted = saved[name]["state"], expected[name]
    assert state["_keyframe"] == json.loads(json.dumps(wanted._session.keyframe()))
    for setting in SETTINGS:
        assert state[setting] == getattr(wanted, setting) or (
            setting == "batch_size" and state[setting] == (wanted.batch_size or 0)
        )
    assert state["_curve"]["points"]
    assert bool(state["_plane"]) == (name in {"plane", "data"})
    assert bool(state["_look"]) == (name not in {"plane", "long"})
    assert bool(state["_programs"]["reason"]) == (name == "long")
    parts = [*state["_marks"].values(), state["_shared"]]
    assert {reference.removeprefix("IPY_MODEL_") for reference in parts} <= set(saved)


def test_what_all_widgets_share_is_saved_once(saved: dict[str, Any]) -> None:
    states = [model["state"] for name, model in saved.items() if name not in NAMES]
    widgets = [state for state in states if "_shared" in state]
    assert len(widgets) == len(NAMES)
    (shared,) = [state for state in states if "engine" in state]
    assert all(len(shared[name]) > 10_000 for name in ("script", "style", "engine"))
    assert all(len(state["_esm"] + state["_css"]) < 3_000 for state in widgets)


def test_a_long_run_is_saved_as_drawn_with_exact_ends(
    saved: dict[str, Any], expected: dict[str, GDWidget]
) -> None:
    (run,) = saved["long"]["state"]["_keyframe"]["runs"]
    steps = np.frombuffer(base64.b64decode(run["steps"]), "<i4")
    columns = np.frombuffer(base64.b64decode(run["columns"]), "<f4").reshape(4, -1)
    assert len(steps) < LONG
    assert steps[:EXACT_ENDS].tolist() == list(range(EXACT_ENDS))
    assert steps[-EXACT_ENDS:].tolist() == list(range(LONG - EXACT_ENDS, LONG))
    trajectory = expected["long"].trajectory
    for column, name in zip(columns, ("W", "W_grad", "loss", "learning_rate"), strict=True):
        np.testing.assert_array_equal(column, trajectory[name][steps])


@pytest.mark.parametrize("exporter", [MarkdownExporter, LatexExporter])
def test_where_no_widget_can_be_there_is_a_picture_and_a_text(
    notebook: Any, exporter: type[TemplateExporter]
) -> None:
    """As on GitHub and in a PDF, which are made of the same two."""
    for cell in notebook.cells:
        if cell.id in NAMES:
            data = cell.outputs[-1].data
            assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
            assert "step" in data["text/plain"]
    text, resources = exporter().from_notebook_node(notebook)
    pictures = [name for name in resources["outputs"] if name.endswith(".png")]
    assert len(pictures) == len(NAMES)
    assert all(picture in text for picture in pictures)
