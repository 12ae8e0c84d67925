"""Which parts are shown, and how large: set when the widget is made or later, never by a page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gdwidget import GDWidget
from tests.tools import Page, refuses

PARTS = ("step", "loss", "steps", "data", "sentence", "runs", "settings")
SHOW = "None for all, or one or more of step, loss, steps, data, sentence, runs, settings"
SCALE = "a number from 0.5 to 4; 1 is as usual"


@pytest.fixture(scope="module")
def shared() -> GDWidget:
    return GDWidget()


@pytest.fixture
def w(shared: GDWidget) -> GDWidget:
    """Return a widget of which all is shown, as large as usual."""
    shared.show, shared.scale = None, 1
    return shared


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, PARTS),
        (PARTS, PARTS),
        (("loss", "step"), ("step", "loss")),
        (["loss", "loss"], ("loss",)),
        ({"data"}, ("data",)),
        ("sentence", ("sentence",)),
        (np.array(["step", "loss"]), ("step", "loss")),
    ],
)
def test_parts_are_shown_from_top_to_bottom(w: GDWidget, given: Any, shown: Any) -> None:
    assert GDWidget(show=given).show == shown
    w.show = given
    assert w.show == shown


@pytest.mark.parametrize("given", [0.5, 1, 1.5, 4, np.float32(2)])
def test_a_scale_is_a_number(w: GDWidget, given: Any) -> None:
    assert GDWidget(scale=given).scale == given
    w.scale = given
    assert w.scale == given
    assert type(w.scale) is float


@pytest.mark.parametrize(
    ("given", "because"),
    [
        ((), ""),
        ("", "there is no ''"),
        (("step", "los"), "did you mean loss?"),
        ("figures", "there is no 'figures'"),
        (["equation"], "equation is part of step"),
        (["table"], "table is part of settings"),
        ((1, 2), ""),
        ([["loss"]], ""),
        (b"loss", ""),
        (3, ""),
        (False, ""),
    ],
)
def test_a_part_that_does_not_exist_is_refused(w: GDWidget, given: Any, because: str) -> None:
    w.show = ("step", "data")
    with refuses("show", f"{given!r}{because and f' ({because}'}", SHOW):
        w.show = given
    with refuses("show", repr(given), SHOW):
        GDWidget(show=given)
    assert w.show == ("step", "data")


@pytest.mark.parametrize(
    "given", [0, -1, 0.49, 4.01, 1e300, float("nan"), float("inf"), "2", True, None, [2]]
)
def test_a_scale_out_of_range_is_refused(w: GDWidget, given: Any) -> None:
    w.scale = 2
    with refuses("scale", repr(given), SCALE):
        w.scale = given
    with refuses("scale", repr(given), SCALE):
        GDWidget(scale=given)
    assert w.scale == 2


def test_pages_follow_and_may_not_set_them(w: GDWidget) -> None:
    page = Page(w)
    seen: list[Any] = []
    w.observe(seen.append, ["show", "scale"])
    w.show, w.scale = ("loss", "step"), 2
    assert [change["new"] for change in seen] == [("step", "loss"), 2]
    told: dict[str, Any] = {}
    for message in page.messages:
        told |= message.get("state", {})
    assert (list(told["show"]), told["scale"]) == (["step", "loss"], 2)
    for name, value in (("show", ["data"]), ("scale", 3)):
        page.save_changes(**{name: value})
        assert page.errors()[-1]["field"] == name
    assert (w.show, w.scale) == (("step", "loss"), 2)
    w.unobserve_all()


def test_a_run_goes_on_when_another_part_is_shown(w: GDWidget) -> None:
    w.reset()
    w.step(3)
    w.show, w.scale = "data", 0.5
    assert (w.cursor, len(w.runs)) == (3, 1)
