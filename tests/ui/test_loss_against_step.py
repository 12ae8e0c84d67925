"""The second figure: the loss against the step, linear and logarithmic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.desk import Desk
    from tests.ui.figure import Mark
    from tests.ui.view import View

pytestmark = pytest.mark.ui

MARKER = 8
"""How far a marker reaches from its place, with its line (pixels)."""


def ticks(view: View) -> list[str]:
    return view.loss_against_step.axes().get("up", [])


def wait_for_largest(view: View, holds: Callable[[str], bool], what: str) -> None:
    until(view.page, lambda: ticks(view), lambda seen: bool(seen) and holds(seen[-1]), what)


def is_whole(mark: Mark) -> bool:
    """Return whether a mark's one point has room for its marker on all sides."""
    if not mark.shown or len(mark.points) != 1:
        return False
    (x, y) = mark.points[0]
    return MARKER < x < mark.width - MARKER and MARKER < y < mark.height - MARKER


def run(view: View) -> None:
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)


def test_the_line_has_a_point_for_every_step(article: View) -> None:
    run(article)
    article.loss_against_step.wait_for(
        "linear_path", lambda mark: len(mark.vertices) == 51, "51 points"
    )


def test_the_switch_shows_a_logarithmic_axis(article: View) -> None:
    run(article)
    article.root.get_by_role("radio", name="log").check()
    until(article.page, lambda: ticks(article), lambda seen: "0.1" in seen, "a tick at 0.1")
    figure = article.loss_against_step
    path = figure.wait_for(
        "logarithmic_path", lambda mark: mark.shown and len(mark.vertices) == 51, "51 points"
    )
    figure.wait_for("linear_path", lambda mark: not mark.shown, "is hidden")
    assert not figure.not_numbers()
    # This descent is a straight line on a logarithmic axis.
    (x0, y0), (x1, y1), (x2, y2) = (path.vertices[step] for step in (0, 25, 50))
    assert (y1 - y0) / (x1 - x0) == pytest.approx((y2 - y1) / (x2 - x1), rel=0.01)


def test_the_switch_back_shows_the_linear_axis(article: View) -> None:
    run(article)
    article.root.get_by_role("radio", name="log").check()
    until(article.page, lambda: ticks(article), lambda seen: "0.1" in seen, "a tick at 0.1")
    article.root.get_by_role("radio", name="linear").check()
    until(
        article.page,
        lambda: ticks(article),
        lambda seen: "100" in seen and "0.1" not in seen,
        "a tick at 100, none at 0.1",
    )
    article.loss_against_step.wait_for("linear_path", lambda mark: mark.shown, "is shown")


def test_a_step_after_the_switch_is_drawn_on_the_logarithmic_axis(article: View) -> None:
    article.root.get_by_role("radio", name="log").check()
    article.press("Step", 3)
    article.expect_at(3)
    article.loss_against_step.wait_for(
        "logarithmic_path", lambda mark: len(mark.vertices) == 4, "four points"
    )


def test_the_axis_has_room_for_a_whole_run_and_does_not_jump(article: View) -> None:
    figure = article.loss_against_step
    wanted = ["0", "20", "40"]
    becomes(article.page, lambda: figure.axes()["across"], wanted, "the steps of a whole run")
    before = figure.settled_axes()
    article.steps(3)
    assert figure.settled_axes() == before
    article.set_slider(article.speed, FASTEST)
    article.press("Run")
    article.expect_at(53)
    wanted = ["0", "50", "100"]
    becomes(article.page, lambda: figure.axes()["across"], wanted, "twice as many steps")
    path = figure.wait_for("linear_path", lambda mark: len(mark.vertices) == 54, "54 points")
    [(step, _)] = figure.values(path.vertices[-1:])
    assert step == pytest.approx(53, abs=0.5)
    article.set_slider(article.scrub, 2)
    article.expect_at(2, 53)
    assert figure.settled_axes()["across"] == wanted


def test_the_marker_is_whole_at_the_first_step_and_at_the_last(article: View) -> None:
    run(article)
    for scale in ("linear", "log"):
        article.root.get_by_role("radio", name=scale).check()
        name = "linear_cursor" if scale == "linear" else "logarithmic_cursor"
        for step in (0, 50):
            article.set_slider(article.scrub, step)
            article.expect_at(step, 50)
            article.loss_against_step.wait_for(name, is_whole, f"is whole at step {step}")


def test_the_switch_is_a_group_of_two(article: View) -> None:
    group = article.root.get_by_role("radiogroup", name="Loss axis")
    expect(group.get_by_role("radio")).to_have_count(2)
    expect(group.get_by_role("radio", name="linear")).to_be_checked()


def test_a_run_that_diverged_leaves_nothing_beyond_the_picture(desk: Desk) -> None:
    """The console, which every test watches, stays without SVG's complaints."""
    cell = "from gdwidget import GDWidget\nw = GDWidget(lambda W: W**2, 0.1, learning_rate=2.0)\nw"
    view = desk.open(cell).view()
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    expect(view.status).to_contain_text("Diverged")
    wait_for_largest(view, lambda largest: "10³" in largest, "a large scale")
    view.press("Reset")
    view.expect_at(0)
    wait_for_largest(view, lambda largest: "10" not in largest, "a small scale")
    view.enter("learning rate", "0.1")
    view.press("Step", 3)
    view.expect_at(3)
    view.loss_against_step.wait_for(
        "linear_path", lambda mark: len(mark.vertices) == 4, "four points"
    )
