"""Pages whose saved state was cut, edited, or made by a newer version: a sentence, not a blank."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from docs.build import STATE
from gdwidget import GDWidget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

_STATE = re.compile(rf'(?<=<script type="{re.escape(STATE)}">).*?(?=</script>)', re.DOTALL)


@pytest.fixture(scope="module")
def page() -> str:
    """Return the page of a widget after twelve steps."""
    widget = GDWidget()
    widget.step(12)
    return widget.to_html()


def _newer(state: dict[str, Any]) -> None:
    state["_keyframe"]["version"] = 99


def _cut(state: dict[str, Any]) -> None:
    run = state["_keyframe"]["runs"][0]
    run["columns"] = run["columns"][: len(run["columns"]) // 2]


def _without_steps(state: dict[str, Any]) -> None:
    state["_keyframe"] = None


def _without_names(state: dict[str, Any]) -> None:
    state["_names"] = {}


def _unknown_primitive(state: dict[str, Any]) -> None:
    for program in state["_programs"]["gradient"].values():
        program["e"][0][0] = "conv_general_dilated"


def _newer_programs(state: dict[str, Any]) -> None:
    state["_programs"]["version"] = 99


def _cut_engine(state: dict[str, Any]) -> None:
    state["engine"] = state["engine"][:1000]


def _without_engine(state: dict[str, Any]) -> None:
    del state["engine"]


def _numbers_that_are_none(state: dict[str, Any]) -> None:
    state["_curve"]["points"] = "<b>nothing</b>"


def _computes(state: dict[str, Any]) -> bool:
    return bool(state.get("_programs"))


def _is_shared(state: dict[str, Any]) -> bool:
    return "engine" in state


def edited(page: str, edit: Callable[[dict[str, Any]], None]) -> str:
    """Return a page in which the widget is edited, or what all widgets share."""
    kind = _is_shared if edit in {_cut_engine, _without_engine} else _computes

    def edit_all(found: re.Match[str]) -> str:
        models = json.loads(found[0])
        (model,) = (model for model in models["state"].values() if kind(model["state"]))
        edit(model["state"])
        return json.dumps(models).replace("</", "<\\/")

    text, count = _STATE.subn(edit_all, page)
    assert count == 1
    return text


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (_newer, "99"),
        (_cut, "The saved steps cannot be read"),
        (_without_steps, "The saved steps cannot be read"),
        (_without_names, "What was saved of this widget cannot be read"),
        (_unknown_primitive, "conv_general_dilated"),
        (_newer_programs, "version 99"),
        (_cut_engine, "What this page would need to compute is damaged"),
        (_without_engine, "What this page would need to compute is missing"),
        (_numbers_that_are_none, "A picture that was saved cannot be read"),
    ],
)
def test_a_page_that_was_edited_says_what_is_wrong(
    lesson: Lesson,
    tmp_path: Path,
    page: str,
    edit: Callable[[dict[str, Any]], None],
    sentence: str,
) -> None:
    path = tmp_path / "lesson.html"
    path.write_text(edited(page, edit), encoding="utf-8")
    lesson.go(path)
    root = lesson.page.locator(".gdwidget")
    expect(root).to_contain_text(sentence)
    expect(root.locator("b")).to_have_count(0)
    lesson.console.forget()  # there it is, too
