"""The third figure: samples, the model, residuals and boundaries, and a network behind them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.view import FASTEST
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from tests.ui.desk import SharedDesk
    from tests.ui.view import View

pytestmark = pytest.mark.ui

LOGISTIC = (
    "from gdwidget import GDWidget, problems\n"
    "w = GDWidget(problems.logistic(samples=20), learning_rate=0.5)\nw"
)
MOONS = (
    "from gdwidget import GDWidget, problems\n"
    "w = GDWidget(problems.moons(samples=60), optimizer='adam', learning_rate=0.05)\nw"
)
HOUSES = (
    "from gdwidget import GDWidget, problems\n"
    "w = GDWidget(problems.house_prices(), learning_rate=0.1)\nw"
)
# Of what the page asks for.
HEARD = "heard = []\nw.on_msg(lambda _, content, __: heard.append(content['kind']))"


def expect_line(view: View) -> None:
    """Wait until the model's line goes from -1 to 4 as it does in the kernel."""
    figure = view.data_and_fit
    wanted = view.kernel.value("[float(x * w.params['W'] + w.params['b']) for x in (0, 1, 2)]")

    def away() -> float:
        """Return how many pixels the line is away from where it should be."""
        line = figure.values(figure.mark("curve").vertices)
        (_, top), (_, below) = figure.values([(0, 0), (0, 1)])
        if not line:
            return math.inf
        seen = [min(line, key=lambda point: abs(point[0] - x))[1] for x in (0, 1, 2)]
        farthest: float = max(abs(a - b) for a, b in zip(seen, wanted, strict=True))
        return farthest / abs(top - below)

    until(view.page, away, lambda pixels: pixels <= 2, f"the line through {wanted}")


def test_samples_line_and_residuals_are_drawn(article: View) -> None:
    figure = article.data_and_fit
    expect(article.root.get_by_text("targets over inputs", exact=True)).to_be_visible()
    figure.wait_for("circles", lambda mark: mark.pieces == 6, "six samples")
    figure.wait_for("residuals", lambda mark: mark.pieces == 6, "six residuals")
    expect_line(article)
    figure.wait_until_still("circles")
    # Each is a line to itself.
    samples = figure.values(figure.mark("circles").vertices[::2])
    assert [round(x) for x, _ in samples] == [-1, 0, 1, 2, 3, 4]
    assert [y for _, y in samples] == pytest.approx([-3, -1, 1, 3, 5, 7], abs=0.3)
    article.steps(3)
    expect_line(article)
    article.press("Back", 2)
    article.expect_at(1, 3)
    becomes(article.page, lambda: article.kernel.value("w.cursor"), 1, "the kernel's step")
    expect_line(article)
    assert not figure.not_numbers()


def test_residuals_go_from_the_samples_to_the_line(article: View) -> None:
    article.steps(5)
    expect_line(article)
    figure = article.data_and_fit
    slope = article.kernel.value("float(w.params['W'])")
    figure.wait_until_still("residuals")
    lines = figure.values(figure.mark("residuals").vertices)
    room = abs(figure.values([(0, 0)])[0][1]) / 50
    for (x, true), (same, predicted) in zip(lines[::2], lines[1::2], strict=True):
        assert same == pytest.approx(x, abs=0.01)
        assert (true, predicted) == pytest.approx((2 * x - 1, slope * x - 1), abs=room)


def test_the_text_alternative_is_current(article: View) -> None:
    box = article.data_and_fit.box
    expect(box).to_have_role("img")
    article.steps(3)
    expect(box).to_have_accessible_name(
        re.compile(
            r"^Graph of 6 samples at step 3, targets over inputs; the model's line goes from .*; "
            r"the mean absolute residual is 7\.9"
        )
    )


def test_a_closed_panel_asks_for_nothing(article: View) -> None:
    article.kernel.run(HEARD)
    article.steps(2)
    expect_line(article)
    assert "look" in article.kernel.value("heard")
    summary = article.root.get_by_text("Model and data")
    summary.click()
    expect(article.data_and_fit.box).to_be_hidden()
    article.kernel.run("heard.clear()")
    article.steps(3)
    article.press("Back")
    article.expect_at(4, 5)
    becomes(article.page, lambda: article.kernel.value("w.cursor"), 4, "the kernel's step")
    heard = article.kernel.value("heard")
    assert "advance" in heard
    assert "look" not in heard
    summary.click()
    expect(article.data_and_fit.box).to_be_visible()
    expect_line(article)


def test_the_panel_opens_and_closes_by_keyboard(article: View) -> None:
    summary = article.root.get_by_text("Model and data")
    summary.focus()
    article.page.keyboard.press("Enter")
    expect(article.data_and_fit.box).to_be_hidden()
    article.page.keyboard.press("Enter")
    expect(article.data_and_fit.box).to_be_visible()
    article.expect_at(0)


def test_a_classifier_has_two_shapes_and_a_boundary(shared: SharedDesk) -> None:
    view = shared.show(LOGISTIC)
    figure = view.data_and_fit
    view.steps(5)
    of_class = view.kernel.value("[int((w.problem.data[1] == kind).sum()) for kind in (0, 1)]")
    figure.wait_for("circles", lambda mark: mark.pieces == of_class[0], "class 0")
    figure.wait_for("triangles", lambda mark: len(mark.points) == of_class[1], "class 1")
    figure.expect_named("class 0", "class 1", "boundary")
    assert "error" not in figure.mark("numbers").texts
    across, up, bias = view.kernel.value(
        "[*map(float, w.params['weights']), float(w.params['bias'])]"
    )

    def farthest() -> float:
        """Return how far from the model's boundary a point of it is drawn."""
        line = figure.values(figure.mark("boundary").vertices)
        length = math.hypot(across, up)
        return max((abs(across * x + up * y + bias) / length for x, y in line), default=math.inf)

    until(view.page, farthest, lambda distance: distance < 0.1, "the boundary")
    expect(figure.box).to_have_accessible_name(
        re.compile(r"at step 5, .*the model puts \d+ of them into their class")
    )


def test_a_network_runs_and_goes_back(shared: SharedDesk) -> None:
    view = shared.show(MOONS)
    figure = view.data_and_fit
    expect(view.choice("picture")).to_have_value("components")
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    expect(view.button("Run")).to_be_visible()
    # What the kernel puts into the right class, once the page says so too.
    right = view.kernel.value(
        "int(((w.problem.predict(w.params['layers'], w.problem.data[0]) > 0.5)"
        " == w.problem.data[1]).sum())"
    )
    at_the_end = re.compile(rf"at step 50, .* puts {right} of them into their class")
    expect(figure.box).to_have_accessible_name(at_the_end)
    figure.wait_until_still("boundary")
    trained = figure.mark("boundary").path
    losses = view.kernel.value("[float(w.trajectory['loss'][at]) for at in (3, 50)]")
    assert losses[1] < losses[0]
    view.set_slider(view.scrub, 3)
    view.expect_at(3, 50)
    figure.wait_for("boundary", lambda mark: mark.path != trained, "is another")
    becomes(view.page, lambda: view.kernel.value("w.cursor"), 3, "the kernel's step")
    assert view.kernel.value("float(w.loss)") == losses[0]
    view.set_slider(view.scrub, 50)
    view.expect_at(50)
    expect(figure.box).to_have_accessible_name(at_the_end)
    figure.wait_for("boundary", lambda mark: mark.path == trained, "is the same again")


def test_many_features_are_predicted_against_true(shared: SharedDesk) -> None:
    view = shared.show(HOUSES)
    figure = view.data_and_fit
    figure.wait_for("circles", lambda mark: mark.pieces == 546, "all sales")
    start = figure.mark("circles").path
    figure.wait_until_still("diagonal")
    diagonal = figure.wait_for("diagonal", lambda mark: len(mark.vertices) == 2, "is drawn")
    (_, first), (_, second) = figure.values([(0, 0), (0, 1)])
    near = 1.5 * abs(first - second)
    for x, y in figure.values(diagonal.vertices):
        assert x == pytest.approx(y, abs=near)
    figure.expect_named("samples", "predicted = true")
    assert "error" not in figure.mark("numbers").texts
    view.kernel.run("w.run(30)")
    view.expect_at(30)
    figure.wait_for("circles", lambda mark: mark.path not in ("", start), "have moved")
    expect(figure.box).to_have_accessible_name(
        re.compile(r"^Graph of 546 samples at step 30, .*a dashed line where both are equal")
    )
    expected = view.kernel.value(
        "[float(p) for p in w.problem.predict(*w.params.values(), w.problem.data[0])[:20]]"
    )
    becomes(
        view.page,
        lambda: [y for _, y in figure.values(figure.mark("circles").vertices[:40:2])],
        pytest.approx(expected, abs=near),
        "the predictions",
    )


def test_without_a_model_there_is_no_data_figure(shared: SharedDesk) -> None:
    view = shared.show(
        "from gdwidget import GDWidget, problems\nw = GDWidget(problems.double_well())\nw"
    )
    expect(view.root.get_by_text("Model and data")).to_have_count(0)
    expect(view.choice("batch")).to_have_count(0)
    view.steps(2)
