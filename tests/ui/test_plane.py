"""The loss on a plane: drawn, told, clicked, zoomed; which planes there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from tests.ui.desk import SharedDesk
    from tests.ui.view import View

pytestmark = pytest.mark.ui

BOWL = (
    "from gdwidget import GDWidget, problems\n"
    "w = GDWidget(problems.quadratic(), learning_rate=0.1)\nw"
)
THREE_PARAMETERS = (
    "from gdwidget import GDWidget, problems\n"
    "w = GDWidget(problems.logistic(samples=20), learning_rate=0.5)\nw"
)
KINDS = [
    "one parameter",
    "two parameters",
    "principal components of the path",
    "random directions",
]


@pytest.fixture
def bowl(shared: SharedDesk) -> View:
    """Return the widget of a loss of two parameters, just shown."""
    return shared.show(BOWL)


@pytest.fixture
def three(shared: SharedDesk) -> View:
    """Return the widget of a loss of three parameters, just shown."""
    return shared.show(THREE_PARAMETERS)


def start(view: View) -> tuple[float, float]:
    x, y = (float(view.field(f"start {name}").input_value()) for name in "xy")
    return x, y


def path(view: View) -> list[tuple[float, float]]:
    """Return the values of both parameters at the points of the path that is drawn."""
    return view.plane.values(view.plane.mark("path").vertices)


def expect_path(view: View, x: str = "x", y: str = "y") -> None:
    """Wait until the path drawn is the kernel's."""
    wanted = view.kernel.value(
        f"[(float(a), float(b)) for a, b in zip(w.trajectory['{x}'], w.trajectory['{y}'])]"
    )

    def is_wanted(seen: list[tuple[float, float]]) -> bool:
        (left, top), (right, bottom) = view.plane.values([(0, 0), (1, 1)])
        near = 1.5 * max(right - left, top - bottom)
        return len(seen) == len(wanted) and all(
            a == pytest.approx(b, abs=near) for a, b in zip(seen, wanted, strict=True)
        )

    until(view.page, lambda: path(view), is_wanted, f"the path is {wanted}")


def losses_along_a_line(view: View) -> list[float]:
    """Return the losses of the bowl at the corners of the longest line of equal loss."""
    longest = max(re.split("(?=M)", view.plane.mark("contours").path), key=len)
    pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", longest)
    places = [(float(across), float(up)) for across, up in pairs]
    return [(x**2 + 10 * y**2) / 2 for x, y in view.plane.values(places)]


def share_told(view: View) -> float:
    """Return how much of the path's variance the page says the plane holds (%), 100 if nothing."""
    note = view.root.get_by_text(re.compile(r"This plane holds [\d.]+ % of the path's variance"))
    return next((float(text.split()[3]) for text in note.all_inner_texts()), 100.0)


def test_colours_and_lines_of_equal_loss_are_drawn(bowl: View) -> None:
    expect(bowl.plane.box).to_be_visible()
    expect(bowl.loss_function.box).to_be_hidden()
    heat = bowl.plane.wait_for("heat", lambda mark: len(mark.image) > 500, "is painted")
    assert heat.image.startswith("data:image/png")
    assert all(len(ticks) > 2 for ticks in bowl.plane.settled_axes().values())
    assert bowl.plane.name_across() == "x"
    contours = bowl.plane.wait_for("contours", lambda mark: mark.pieces >= 5, "are drawn")
    for x, y in contours.vertices:
        assert -1 <= x <= contours.width + 1
        assert -1 <= y <= contours.height + 1
    assert not bowl.plane.not_numbers()


def test_contours_are_lines_of_equal_loss(bowl: View) -> None:
    until(
        bowl.page,
        lambda: losses_along_a_line(bowl),
        lambda losses: len(losses) > 10 and max(losses) - min(losses) < 0.15 * max(losses),
        "the losses along a line are equal",
    )


def test_the_path_is_the_kernels(bowl: View) -> None:
    bowl.steps(5)
    bowl.plane.wait_for_path(6)
    expect_path(bowl)
    bowl.press("Back", 2)
    bowl.expect_at(3, 5)
    bowl.plane.wait_for_path(4)
    bowl.plane.wait_for("faded", lambda mark: len(mark.vertices) == 3, "the rest")


def test_the_next_step_and_the_way_downhill_are_shown(bowl: View) -> None:
    for step in (1, 2):
        bowl.plane.wait_until_still("next")
        (ghost,) = bowl.plane.wait_for(
            "next", lambda mark: len(mark.points) == 1, "is drawn"
        ).points
        bowl.plane.wait_until_still("gradient")
        tail, tip, *_ = bowl.plane.wait_for(
            "gradient", lambda mark: len(mark.vertices) > 1, "is drawn"
        ).vertices
        # The arrow points along the gradient, so that it reaches through the next step.
        across = (ghost[0] - tail[0]) * (tip[1] - tail[1])
        up = (ghost[1] - tail[1]) * (tip[0] - tail[0])
        assert across == pytest.approx(up, rel=0.02, abs=60)
        bowl.press("Step")
        bowl.expect_at(step)
        bowl.plane.wait_for("cursor", lambda mark, at=ghost: mark.is_at(at), "is where it was")  # type: ignore[misc]


def test_the_text_alternative_tells_the_plane(bowl: View) -> None:
    bowl.steps(2)
    expect(bowl.plane.box).to_have_role("img")
    expect(bowl.plane.box).to_have_accessible_name(
        re.compile(
            r"Map of the loss over x and y: from .* starts at x = 10\.0, y = 1\.0\. "
            r"At step 2 it is at x = 8\.1, y = .*downhill with x falling"
        )
    )


def test_a_click_sets_the_start(bowl: View) -> None:
    bowl.steps(2)
    figure = bowl.plane
    figure.wait_until_still("start")
    mark = figure.mark("start")
    place = (mark.width / 4, mark.height / 4)
    (wanted,) = figure.values([place])
    bowl.page.mouse.click(*mark.in_page(*place))
    bowl.expect_at(0)
    becomes(bowl.page, lambda: start(bowl), pytest.approx(wanted, abs=0.15), "the start")
    assert bowl.kernel.value("tuple(float(v) for v in w.params.values())") == pytest.approx(
        start(bowl)
    )
    bowl.plane.wait_for_path(1)
    expect_path(bowl)


def test_dragging_the_square_moves_the_start(bowl: View) -> None:
    bowl.steps(2)
    figure, mouse = bowl.plane, bowl.page.mouse
    figure.wait_until_still("start")
    square = figure.wait_for("start", lambda mark: len(mark.points) == 1, "is drawn")
    ((x, y),) = square.points
    mouse.move(*square.in_page(x, y))
    mouse.down()
    mouse.move(*square.in_page(x - 60, y + 40), steps=4)
    figure.wait_for("start", lambda mark: mark.is_at((x - 60, y + 40), within=4), "is dragged")
    bowl.expect_at(2)
    (wanted,) = figure.values([(x - 60, y + 40)])
    mouse.up()
    bowl.expect_at(0)
    becomes(bowl.page, lambda: start(bowl), pytest.approx(wanted, abs=0.15), "the start")


def test_zoom_by_keys_and_wheel_and_the_whole_again(bowl: View) -> None:
    figure, page = bowl.plane, bowl.page
    figure.wait_until_still("contours")
    before = figure.values([(0, 0), (100, 100)])
    figure.box.focus()
    page.keyboard.press("+")
    zoomed = until(
        page,
        lambda: figure.values([(0, 0), (100, 100)]),
        lambda now: now[1][0] - now[0][0] < 0.9 * (before[1][0] - before[0][0]),
        "zoomed in",
    )
    mark = figure.mark("contours")
    page.mouse.move(*mark.in_page(mark.width / 2, mark.height / 2))
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    until(
        page,
        lambda: figure.values([(0, 0), (100, 100)]),
        lambda now: now[1][0] - now[0][0] < 0.9 * (zoomed[1][0] - zoomed[0][0]),
        "zoomed in more",
    )
    figure.box.focus()
    page.keyboard.press("0")
    until(
        page,
        lambda: figure.values([(0, 0), (100, 100)])[1],
        lambda now: now == pytest.approx(before[1], rel=1e-6),
        "the whole picture",
    )
    bowl.expect_at(0)


def test_a_path_that_leaves_the_picture_is_followed(bowl: View) -> None:
    bowl.enter("start x", "100")
    expect(bowl.update).to_contain_text("= 100.0 −")
    bowl.expect_at(0)
    expect_path(bowl)
    bowl.plane.wait_for(
        "start",
        lambda mark: (
            len(mark.points) == 1
            and 0 <= mark.points[0][0] <= mark.width
            and 0 <= mark.points[0][1] <= mark.height
        ),
        "is in the picture",
    )


def test_two_parameters_have_two_pictures(bowl: View) -> None:
    offered = bowl.choice("picture").locator("option").all_inner_texts()
    assert offered == KINDS[:2]
    bowl.choose("picture", KINDS[0])
    expect(bowl.plane.box).to_be_hidden()
    expect(bowl.loss_function.box).to_be_visible()
    bowl.loss_function.wait_for("curve", lambda mark: len(mark.path) > 0, "is drawn")
    bowl.root.get_by_role("combobox", name="parameter shown").first.select_option("y")
    becomes(bowl.page, bowl.loss_function.name_across, "y", "the name across")
    expect(bowl.update).to_contain_text("= 1.0 − 0.1 · 10.0 = 0.0")
    bowl.steps(1)
    bowl.choose("picture", KINDS[1])
    expect(bowl.plane.box).to_be_visible()
    bowl.plane.wait_for_path(2)


def test_both_parameters_can_be_swapped(bowl: View) -> None:
    bowl.steps(2)
    bowl.choose("parameter across", "y")
    becomes(bowl.page, bowl.plane.name_across, "y", "the name across")
    expect(bowl.choice("parameter upwards")).to_have_value("x")
    expect_path(bowl, "y", "x")


def test_three_parameters_have_four_pictures(three: View) -> None:
    assert three.choice("picture").locator("option").all_inner_texts() == KINDS
    expect(three.choice("picture")).to_have_value("components")
    three.steps(3)
    three.plane.wait_for_path(4)
    for kind in (KINDS[3], KINDS[1], KINDS[2]):
        before = three.plane.mark("contours").path
        three.choose("picture", kind)
        three.plane.wait_for(
            "contours",
            lambda mark, before=before: mark.path not in ("", before),  # type: ignore[misc]
            f"{kind} is drawn",
        )
        three.plane.wait_for_path(4)
        if kind == KINDS[1]:
            expect_path(three, "weights[0]", "weights[1]")
        assert not three.plane.not_numbers()
    three.choose("picture", KINDS[0])
    three.loss_function.wait_for_path(4)


def test_how_much_of_the_path_a_plane_holds_is_told(three: View) -> None:
    three.kernel.run("w.run(30)")
    three.expect_at(30)
    three.choose("picture", KINDS[3])
    share = until(
        three.page,
        lambda: share_told(three),
        lambda share: 0 <= share < 99,
        "random ones hold some",
    )
    three.choose("picture", KINDS[2])
    until(
        three.page,
        lambda: share_told(three),
        lambda now: now > share,
        "the components hold more",
    )
    three.plane.wait_for("path", lambda mark: len(mark.vertices) > 2, "is on it")


def test_a_plane_of_the_path_is_brought_up_to_date(three: View) -> None:
    three.steps(4)
    three.plane.wait_for_path(5)
    redraw = three.root.get_by_role("button", name="Redraw")
    expect(redraw).to_be_hidden()
    three.steps(1)
    three.plane.wait_for_path(6)
    expect(redraw).to_be_hidden()


def test_two_runs_are_told_apart_on_the_plane(bowl: View) -> None:
    bowl.steps(3)
    bowl.choose("optimizer", "momentum")
    bowl.expect_at(0)
    bowl.steps(2)
    bowl.plane.wait_for("earlier", lambda mark: any(mark.paths), "is drawn")
    bowl.plane.wait_for("numbers", lambda mark: "1" in mark.texts, "names it")
    expect_path(bowl)
