"""Names that are usual elsewhere, or nearly right, lead to the one that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gdwidget import GDWidget
from tests.tools import refuses

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL = [
    ("lr", "the learning rate is learning_rate"),
    ("params", "without a name"),
    ("steps", "run_steps is what Run takes"),
    ("epochs", "run_steps is what Run takes"),
    ("x", "data=[(]x, y[)]"),
]


@pytest.fixture(scope="module")
def w() -> GDWidget:
    return GDWidget()


@pytest.mark.parametrize(("name", "hint"), USUAL)
def test_every_call_gives_the_same_hint(w: GDWidget, name: str, hint: str) -> None:
    calls: list[Callable[..., Any]] = [GDWidget, w.step, w.run, w.back]
    for call in calls:
        with pytest.raises(TypeError, match=f"unknown keyword '{name}'; accepted: .*; .*{hint}"):
            call(**{name: 1})
    with pytest.raises(ValueError, match=f"parameter: got '{name}' [(].*{hint}.*one of W, b"):
        w.reset(**{name: 1.0})
    assert (w.cursor, len(w.trajectory)) == (0, 1)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        *(pair for pair in USUAL if pair[0] != "params"),
        ("optimiser", "did you mean optimizer[?]"),
        ("Learning_Rate", "did you mean learning_rate[?]"),
        ("batchsize", "did you mean batch_size[?]"),
        ("seed", "it is given when the widget is made: GDWidget[(]..., seed=...[)]"),
        ("data", "it is given when the widget is made"),
        ("W", "w.reset[(]W=...[)] starts from another W"),
        ("params", "w.reset[(]W=5.0[)] starts from another W"),
        ("cursor", "w.goto[(]3[)] looks at step 3"),
        ("run", "'run' is a method, to be called: w.run[(]...[)]"),
    ],
)
def test_what_would_set_nothing_is_refused(w: GDWidget, name: str, hint: str) -> None:
    with pytest.raises(AttributeError, match=hint):
        setattr(w, name, 1)
    assert name not in w.__dict__


def test_other_names_are_free_and_those_of_a_class_made_from_it() -> None:
    class Lesson(GDWidget):
        lr: float

        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            self.lr, self.x, self.W = 0.5, "x", None

    lesson: Any = Lesson()
    assert (lesson.lr, lesson.x, lesson.W) == (0.5, "x", None)
    w: Any = GDWidget()
    w.note = "look at step 7"
    w.layout.width, w.tooltip, w.step = "50%", "descent", w.step
    assert (w.note, w.layout.width) == ("look at step 7", "50%")


def test_a_near_name_of_a_parameter_is_asked_about() -> None:
    w = GDWidget(lambda slope: slope**2, 1.0)
    with refuses("parameter", "'slop' (did you mean slope?)", "one of slope"):
        w.reset(slop=2.0)
