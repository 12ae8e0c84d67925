"""In every container of ipywidgets a widget has a size and draws, at once and when opened later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import until

if TYPE_CHECKING:
    from tests.ui.desk import Desk
    from tests.ui.notebook import Notebook

pytestmark = pytest.mark.ui

ONE = "import ipywidgets as ipw\nfrom gdwidget import GDWidget\na = GDWidget()\n"
TWO = f"{ONE}b = GDWidget()\n"

# The cell, and the share of the output's width that each widget in it should have.
CONTAINERS = {
    "alone": (f"{ONE}a", 1, 1.0),
    "HBox": (f"{TWO}ipw.HBox([a, b])", 2, 0.5),
    "HBox in HBox": (f"{TWO}ipw.HBox([ipw.HBox([a]), ipw.HBox([b])])", 2, 0.5),
    "VBox in HBox": (f"{TWO}ipw.HBox([ipw.VBox([ipw.Label('t'), a]), ipw.VBox([b])])", 2, 0.5),
    "VBox": (f"{ONE}ipw.VBox([ipw.Label('above'), a])", 1, 1.0),
    "VBox, centred": (f"{ONE}ipw.VBox([a], layout={{'align_items': 'center'}})", 1, 1.0),
    "Box": (f"{ONE}ipw.Box([a])", 1, 1.0),
    "Stack": (f"{ONE}ipw.Stack([a], selected_index=0)", 1, 1.0),
    "GridBox": (
        f"{TWO}ipw.GridBox([a, b], layout={{'grid_template_columns': 'auto auto'}})",
        2,
        0.5,
    ),
    "Output": (f"{ONE}shown = ipw.Output()\nwith shown:\n    display(a)\nshown", 1, 1.0),
    "AppLayout": (f"{ONE}ipw.AppLayout(left_sidebar=ipw.Label('left'), center=a)", 1, 0.75),
    "TwoByTwoLayout": (f"{TWO}ipw.TwoByTwoLayout(top_left=a, bottom_right=b)", 2, 0.5),
    "HBox of 300 px": (f"{ONE}ipw.HBox([a], layout={{'width': '300px'}})", 1, 300 / 1220),
}


def shown_in(notebook: Notebook, count: int) -> list[float]:
    """Return the widths of the widgets in the first cell once their figures fill their boxes."""
    for index in range(count):
        view = notebook.view(index)
        view.loss_function.wait_until_it_fills_its_box()
        view.loss_against_step.wait_until_it_fills_its_box()
    widths: list[float] = notebook.page.locator(".gdwidget").evaluate_all(
        "(roots) => roots.map((root) => root.getBoundingClientRect().width)"
    )
    return widths


@pytest.mark.parametrize("name", CONTAINERS)
def test_in_a_container_it_has_a_size_and_draws(shared: Desk, name: str) -> None:
    code, count, share = CONTAINERS[name]
    notebook = shared.open(code)
    widths = shown_in(notebook, count)
    output = notebook.output(0).first.bounding_box()
    assert output is not None
    assert len(widths) == count
    for width in widths:
        assert width == pytest.approx(share * output["width"], rel=0.08)
    notebook.view().press("Step")
    notebook.view().expect_at(1)
    notebook.view().loss_function.wait_for_path(2)


def test_an_hbox_leaves_other_widgets_their_width(shared: Desk) -> None:
    notebook = shared.open(f"{ONE}ipw.HBox([a, ipw.Button(description='beside')])")
    (width,) = shown_in(notebook, 1)
    button = notebook.output(0).get_by_role("button", name="beside").bounding_box()
    assert button is not None
    assert button["width"] == pytest.approx(148, abs=2)
    assert width > 4 * button["width"]


def test_the_width_that_is_asked_for_is_kept(shared: Desk) -> None:
    code = "ipw.HBox([GDWidget(layout={'width': '400px'}), ipw.Label('beside')])"
    (width,) = shown_in(shared.open(ONE + code), 1)
    assert width == 400


def test_an_accordion_and_a_tab_opened_later_draw(shared: Desk) -> None:
    notebook = shared.open(
        f"{TWO}ipw.VBox([ipw.Accordion([a], titles=['fold']), "
        "ipw.Tab([ipw.Label('first'), b], titles=['one', 'two'])])"
    )
    roots = notebook.page.locator(".gdwidget")
    expect(roots).to_have_count(2)
    expect(roots.nth(0)).to_be_hidden()
    expect(roots.nth(1)).to_be_hidden()
    notebook.page.get_by_text("fold", exact=True).click()
    notebook.page.get_by_role("tab", name="two").click()
    for width in shown_in(notebook, 2):
        assert width > 1000
    for index in range(2):
        notebook.view(index).press("Step")
        notebook.view(index).expect_at(1)
        notebook.view(index).loss_function.wait_for_path(2)


@pytest.mark.parametrize(
    "code",
    [
        "GDWidget(layout={'height': '300px'})",
        "ipw.VBox([a], layout={'height': '300px'})",
        "ipw.HBox([a], layout={'height': '300px'})",
    ],
)
def test_what_is_higher_than_asked_for_scrolls(shared: Desk, code: str) -> None:
    notebook = shared.open(ONE + code)
    shown_in(notebook, 1)
    place = notebook.page.locator(".gdwidget-place")
    box = place.bounding_box()
    assert box is not None
    assert box["height"] == pytest.approx(300, abs=5)
    notebook.view().open("start W")
    field = notebook.view().field("start W")
    field.scroll_into_view_if_needed()
    inside = field.bounding_box()
    box = place.bounding_box()
    assert inside is not None
    assert box is not None
    assert box["y"] <= inside["y"] < box["y"] + box["height"]
    notebook.view().enter("start W", "5")
    assert notebook.page.evaluate("() => document.querySelector('.gdwidget-place').scrollTop") > 0


@pytest.mark.parametrize("width", [1, 40, 72])
def test_narrower_than_its_figures_margins_it_logs_no_error(shared: Desk, width: int) -> None:
    notebook = shared.open(f"{ONE}box = ipw.HBox([a])\nbox")
    shown_in(notebook, 1)
    notebook.kernel.run(f"box.layout.width = '{width}px'")
    root = notebook.page.locator(".gdwidget")
    until(
        notebook.page,
        lambda: root.evaluate("(root) => root.clientWidth"),
        lambda seen: seen <= width,
        "the widget is narrow",
    )
    notebook.kernel.run("box.layout.width = '900px'")
    (shown,) = shown_in(notebook, 1)
    assert shown == 900
