from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import bqplot
import numpy as np
import pytest

from gdwidget import _figures
from gdwidget._figures import parts

if TYPE_CHECKING:
    from collections.abc import Callable

BLUE = ["var(--gdwidget-learning)"]
RED = ["var(--gdwidget-loss)"]


@pytest.fixture(scope="module")
def function() -> dict[str, Any]:
    return _figures.loss_function("W")


@pytest.fixture(scope="module")
def history() -> dict[str, Any]:
    return _figures.loss_against_step()


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return _figures.data_and_fit("inputs", "targets")


def marks(widgets: dict[str, Any]) -> dict[str, Any]:
    return {name: widget for name, widget in widgets.items() if isinstance(widget, bqplot.Mark)}


@pytest.mark.parametrize("name", ["function", "history", "data"])
def test_every_widget_has_the_name_of_its_figure(name: str, request: pytest.FixtureRequest) -> None:
    widgets = request.getfixturevalue(name)
    prefixes = {key.split(".")[0] for key in widgets}
    assert len(prefixes) == 1
    figure = widgets[f"{prefixes.pop()}.figure"]
    assert isinstance(figure, bqplot.Figure)
    assert figure.marks == list(marks(widgets).values())
    scales = {widget for widget in widgets.values() if isinstance(widget, bqplot.Scale)}
    assert {scale for mark in figure.marks for scale in mark.scales.values()} == scales
    assert {axis.scale for axis in figure.axes} == scales
    assert [axis.side for axis in figure.axes][:2] == ["bottom", "left"]


def test_the_marks_of_the_loss_function_lie_in_this_order(function: dict[str, Any]) -> None:
    assert [name.removeprefix("loss_function.") for name in marks(function)] == [
        "curve",
        "batch_curve",
        "earlier",
        "faded",
        "path",
        "dots",
        "tangent",
        "bracket",
        "coming",
        "next",
        "start",
        "numbers",
        "cursor",
    ]


def test_red_is_the_loss_function_and_blue_the_learning(
    function: dict[str, Any], history: dict[str, Any]
) -> None:
    red = [name for name, mark in marks(function).items() if mark.colors == RED]
    assert red == ["loss_function.curve"]
    blue = [name for name, mark in marks(function).items() if mark.colors == BLUE]
    assert set(marks(function)) - set(red) - set(blue) == {
        "loss_function.batch_curve",
        "loss_function.numbers",
        "loss_function.tangent",
    }
    red = [name for name, mark in marks(history).items() if mark.colors == RED]
    assert red == [
        f"loss_against_step.{axis}_{part}"
        for axis in ("linear", "logarithmic")
        for part in ("batch", "faded", "path")
    ]


@pytest.mark.parametrize("name", ["function", "history", "data"])
def test_everything_is_empty_until_the_page_fills_it(
    name: str, request: pytest.FixtureRequest
) -> None:
    for mark in marks(request.getfixturevalue(name)).values():
        for values in (mark.x, mark.y):
            assert values.shape == (0,)
            assert values.dtype == np.float32


def test_what_is_across_has_its_name_at_the_end_of_its_axis() -> None:
    axes = _figures.loss_function("b")["loss_function.figure"].axes
    assert [axis.label for axis in axes] == ["b", ""]
    assert [axis.label_location for axis in axes] == ["end", "end"]


def test_the_loss_is_drawn_on_a_linear_axis_until_it_is_switched(history: dict[str, Any]) -> None:
    shown = {
        name.removeprefix("loss_against_step."): mark.visible
        for name, mark in marks(history).items()
    }
    kinds = ("earlier", "batch", "faded", "path", "numbers", "cursor")
    assert shown == {
        **{f"linear_{kind}": True for kind in kinds},
        **{f"logarithmic_{kind}": False for kind in kinds},
    }
    axes = [history[f"loss_against_step.{kind}_axis"] for kind in ("linear", "logarithmic")]
    assert [axis.visible for axis in axes] == [True, False]
    assert [axis.label for axis in axes] == ["", ""]
    assert isinstance(axes[1].scale, bqplot.LogScale)
    assert axes[1].scale.min > 0


@pytest.mark.parametrize("name", ["function", "history", "data"])
def test_the_page_says_where_the_ends_of_the_axes_are(
    name: str, request: pytest.FixtureRequest
) -> None:
    for widget in request.getfixturevalue(name).values():
        if isinstance(widget, bqplot.Scale):
            assert widget.allow_padding is False
            assert widget.min < widget.max


@pytest.mark.parametrize("name", ["function", "history", "data"])
def test_a_figure_fills_its_box_without_a_toolbar(
    name: str, request: pytest.FixtureRequest
) -> None:
    figure = next(
        widget
        for widget in request.getfixturevalue(name).values()
        if isinstance(widget, bqplot.Figure)
    )
    assert figure.display_toolbar is False
    assert (figure.layout.width, figure.layout.height) == ("auto", "100%")
    assert (figure.padding_x, figure.padding_y, figure.animation_duration) == (0, 0, 0)


def test_samples_of_three_classes_differ_in_shape(data: dict[str, Any]) -> None:
    circles, triangles, squares = (
        data[f"data_and_fit.{name}"] for name in ("circles", "triangles", "squares")
    )
    assert isinstance(circles, bqplot.Lines)
    assert (triangles.marker, squares.marker) == ("triangle-up", "square")
    assert triangles.fill is not squares.fill


def test_the_model_is_blue_because_it_is_what_has_been_learned(data: dict[str, Any]) -> None:
    blue = {name for name, mark in marks(data).items() if mark.colors == BLUE}
    assert blue == {"data_and_fit.curve", "data_and_fit.boundary"}


def test_the_axes_of_the_data_are_named_like_the_data(data: dict[str, Any]) -> None:
    axes = data["data_and_fit.figure"].axes
    assert [axis.label for axis in axes] == ["inputs", "targets"]


@pytest.mark.parametrize(("side", "orientation"), [("left", "vertical"), ("bottom", "horizontal")])
def test_an_axis_lies_along_its_side(side: str, orientation: str) -> None:
    assert parts.axis(parts.linear(0, 1), "Loss", side).orientation == orientation


@pytest.mark.parametrize("name", ["loss_function", "plane"])
def test_only_where_questions_are_asked_answers_have_marks(name: str) -> None:
    line = partial(_figures.loss_function, "W")
    make: Callable[..., dict[str, Any]] = line if name == "loss_function" else _figures.plane
    plain, asked = make(), make(asked=True)
    more = [f"{name}.{part}" for part in ("ghost_arrow", "ghost", "ghost_truth")]
    assert list(asked) == [*plain, *more]
    assert asked[f"{name}.figure"].marks[-3:] == [asked[each] for each in more]
    hollow = [asked[each] for each in more[1:]]
    assert not any(mark.fill for mark in hollow)
    assert hollow[0].marker != hollow[1].marker


def test_two_figures_share_nothing() -> None:
    first, second = _figures.loss_function("W"), _figures.loss_function("W")
    assert not {id(widget) for widget in first.values()} & {
        id(widget) for widget in second.values()
    }
