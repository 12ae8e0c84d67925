"""What the widgets of a kernel share is there once, while one of them is."""

from __future__ import annotations

import gc
import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from ipywidgets.embed import dependency_state
from ipywidgets.widgets import widget as registry

from gdwidget import GDWidget
from gdwidget._output import page_assets
from gdwidget._sync import shared
from tests.tools import Page, refuses

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have no widgets of other tests use it."""
    monkeypatch.setattr(shared, "_users", type(shared._users)())
    monkeypatch.setattr(shared, "_latest", [])
    yield
    if shared._latest:
        shared._latest[0].close()


def models() -> list[shared.Shared]:
    return [each for each in registry._instances.values() if isinstance(each, shared.Shared)]


def test_five_widgets_share_one_model_that_holds_all_texts() -> None:
    before = len(models())
    widgets = [GDWidget() for _ in range(5)]
    for w in widgets:
        w.open()
    assert len(models()) == before + 1
    (name,) = {w.get_state()["_shared"] for w in widgets}
    state = shared._latest[0].get_state()
    assert name == f"IPY_MODEL_{shared._latest[0].model_id}"
    assert all(len(state[text]) > 10_000 for text in ("script", "style", "engine"))
    assert all(len(str(w._esm)) < 3_000 for w in widgets)
    for w in widgets:
        w.close()


def test_it_goes_with_the_last_widget_and_comes_with_the_next() -> None:
    first, second = GDWidget(), GDWidget()
    first.open()
    second.open()
    model = shared._latest[0]
    first.close()
    assert model.comm is not None
    second.close()
    assert model.comm is None
    third = GDWidget()
    third.open()
    assert shared._latest[0].comm is not None
    third.close()


def test_when_all_widgets_were_closed_at_once_the_next_has_another() -> None:
    GDWidget().open()
    shared._latest[0].close()
    gc.collect()
    w = GDWidget()
    w.open()
    assert shared._latest[0].comm is not None
    w.close()


def test_no_page_changes_it() -> None:
    w = GDWidget()
    w.open()
    with refuses("script", "'alert(1)'", "nothing from a page"):
        shared._latest[0].set_state({"script": "alert(1)"})
    assert shared._latest[0].script == shared.text("widget.js")
    w.close()


def test_a_part_is_there_once_a_page_wants_it() -> None:
    w = GDWidget()
    w.open()
    page = Page(w)
    for part in ("teaching", "presenting", "zh"):
        assert getattr(shared._latest[0], part) == ""
        page.messages.clear()
        script = shared.text(f"{part}.js")
        w._answer(w, {"kind": "part", "part": part}, [])
        (message,) = page.messages
        assert message["content"] == {"kind": "part", "part": part, "script": script}
        assert getattr(shared._latest[0], part) == script
    w.close()


def test_what_shows_figures_is_sent_and_never_saved() -> None:
    w = GDWidget()
    w.open()
    page = Page(w)
    w._answer(w, {"kind": "part", "part": "figures"}, [])
    w._answer(w, {"kind": "figures"}, [])
    script, models = (message["content"] for message in page.messages)
    assert script == {
        "kind": "part",
        "part": "figures",
        "script": page_assets.figures_script(),
    }
    state = json.loads(models["states"])["state"]
    assert {each.model_id for each in w._marks.values()} < set(state)
    assert models["script"] == hashlib.sha256(script["script"].encode()).hexdigest()
    saved = json.dumps(dependency_state([w], drop_defaults=False))
    assert "gdwidgetFigures.define" not in saved
    w.close()


def test_one_that_its_host_has_closed_is_shared_no_longer() -> None:
    w = GDWidget()
    w.open()
    closed = shared._latest[0]
    closed.comm.close()
    other = GDWidget()
    other.open()
    assert shared._latest[0] is not closed
    for widget in (w, other):
        widget.close()


def test_chinese_is_there_before_a_page_hears_of_it() -> None:
    w = GDWidget(language="zh")
    w.open()
    assert shared._latest[0].zh == shared.text("zh.js")
    w.close()
    w = GDWidget()
    w.open()
    page = Page(w)
    held: list[str] = []
    shared._latest[0].observe(lambda _: held.append(w.language or ""), "zh")
    w.language = "zh"
    assert held == [""]
    assert w.language == "zh"
    updates = [each["state"] for each in page.messages if each["method"] == "update"]
    assert [each["language"] for each in updates if "language" in each] == ["zh"]
    w.close()


def test_a_page_without_a_manager_is_sent_it() -> None:
    w = GDWidget()
    w.open()
    page = Page(w)
    w._answer(w, {"kind": "shared"}, [])
    (message,) = page.messages
    assert message["content"] == {
        "kind": "shared",
        "script": shared._latest[0].script,
        "style": shared._latest[0].style,
    }
