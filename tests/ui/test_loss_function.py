"""The first figure under the mouse: start, zoom, pan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import until

if TYPE_CHECKING:
    from tests.ui.figure import Figure, Mark
    from tests.ui.view import View

pytestmark = pytest.mark.ui


def start_value(view: View) -> float:
    return float(view.field("start W").input_value())


def ready(figure: Figure, mark: str) -> Mark:
    """Return a mark once it is drawn and the picture stands still."""
    figure.wait_until_still(mark)
    return figure.mark(mark)


def middle(figure: Figure) -> tuple[float, float]:
    mark = ready(figure, "curve")
    return mark.in_page(mark.width / 2, mark.height / 2)


def test_dragging_the_square_moves_the_start(article: View) -> None:
    article.steps(2)
    figure, mouse = article.loss_function, article.page.mouse
    square = ready(figure, "start")
    (x, y) = square.points[0]
    mouse.move(*square.in_page(x, y))
    mouse.down()
    mouse.move(*square.in_page(x - 40, y), steps=4)
    moved = figure.wait_for(
        "start",
        lambda mark: bool(mark.points) and mark.points[0][0] < x - 30,
        "follows the mouse",
    )
    assert moved.points[0][1] > y  # along the curve, downhill
    mouse.up()
    article.expect_at(0)
    until(article.page, lambda: start_value(article), lambda start: 6 < start < 8, "the start")
    assert article.kernel.value("float(w.params['W'])") == pytest.approx(start_value(article))
    figure.wait_for_path(1)


def test_a_click_on_the_red_curve_moves_the_start(article: View) -> None:
    article.steps(2)
    curve = ready(article.loss_function, "curve")
    point = curve.vertices[len(curve.vertices) // 4]
    wanted = -6 + 16 * point[0] / curve.width  # the curve is drawn from -6 to 10
    article.page.mouse.click(*curve.in_page(*point))
    article.expect_at(0)
    until(
        article.page,
        lambda: start_value(article),
        lambda start: start == pytest.approx(wanted, abs=0.1),
        f"the start is {wanted}",
    )
    assert article.kernel.value("float(w.params['W'])") == pytest.approx(start_value(article))


def test_a_click_beside_the_curve_changes_nothing(article: View) -> None:
    article.steps(2)
    before = article.loss_function.settled_axes()
    article.page.mouse.click(*middle(article.loss_function))
    article.page.keyboard.press("Escape")
    article.press("Step")
    article.expect_at(3)
    assert start_value(article) == 8
    assert article.loss_function.settled_axes() == before


def test_ctrl_and_wheel_zoom_and_a_double_click_ends_it(article: View) -> None:
    figure, page = article.loss_function, article.page
    before = figure.settled_axes()
    page.mouse.move(*middle(figure))
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    until(page, figure.axes, lambda axes: axes != before, "zoomed in")
    zoomed = [float(tick.replace("−", "-")) for tick in figure.settled_axes()["across"]]
    assert max(zoomed) - min(zoomed) < 14
    page.mouse.dblclick(*middle(figure))
    until(page, figure.axes, lambda axes: axes == before, "the whole picture")


def test_the_wheel_alone_scrolls_the_notebook(article: View) -> None:
    figure, page = article.loss_function, article.page
    before = figure.settled_axes()
    page.mouse.move(*middle(figure))
    page.mouse.wheel(0, -300)
    article.press("Step")
    article.expect_at(1)
    assert figure.settled_axes() == before


def test_plus_and_0_zoom_from_the_keyboard(article: View) -> None:
    figure, page = article.loss_function, article.page
    before = figure.settled_axes()
    figure.box.focus()
    for _ in range(5):
        page.keyboard.press("+")
    until(page, figure.axes, lambda axes: axes != before, "zoomed in")
    page.keyboard.press("0")
    until(page, figure.axes, lambda axes: axes == before, "the whole picture")


def test_dragging_the_background_pans(article: View) -> None:
    figure, mouse = article.loss_function, article.page.mouse
    before = ready(figure, "start").points[0]
    x, y = middle(figure)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 60, y - 30, steps=4)
    mouse.up()
    moved = (before[0] - 60, before[1] - 30)
    figure.wait_for("start", lambda mark: mark.is_at(moved, within=2), "moved with the mouse")
    article.expect_at(0)


def test_the_next_step_is_shown_before_it_is_taken(article: View) -> None:
    figure = article.loss_function
    ghost = ready(figure, "next").points[0]
    article.press("Step")
    article.expect_at(1)
    figure.wait_for("cursor", lambda mark: mark.is_at(ghost), "is where the ghost was")


def test_the_tangent_touches_the_cursor(article: View) -> None:
    article.steps(2)
    figure = article.loss_function
    figure.wait_for_path(3)
    (x, y) = ready(figure, "cursor").points[0]
    (x0, y0), (x1, y1) = ready(figure, "tangent").vertices
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((x, y), abs=0.5)
    assert y1 < y0  # the loss rises to the right


def test_a_far_start_widens_the_picture_so_that_all_is_in_sight(article: View) -> None:
    article.enter("start W", "40")
    article.expect_at(0)
    figure = article.loss_function
    until(article.page, figure.axes, lambda axes: "40" in axes["across"], "40 is on the axis")
    mark = ready(figure, "start")
    assert 0 <= mark.points[0][0] <= mark.width
    assert 0 <= mark.points[0][1] <= mark.height
    expect(article.status).not_to_contain_text("outside")


def test_every_step_is_on_the_curve(article: View) -> None:
    article.steps(3)
    figure = article.loss_function
    figure.wait_for_path(4)
    curve = ready(figure, "curve").vertices
    path = figure.wait_for("path", lambda mark: len(mark.vertices) == 4, "four points")
    for x, y in path.vertices:
        near = min(curve, key=lambda point: abs(point[0] - x))
        assert y == pytest.approx(near[1], abs=4)
