"""Light and dark, narrow and wide, with and without motion."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.ui.desk import ARTICLE, EVERYTHING
from tests.ui.view import FASTEST
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.desk import Desk
    from tests.ui.notebook import Host
    from tests.ui.server import JupyterServer, Theme
    from tests.ui.view import View

pytestmark = pytest.mark.ui

THEMES: tuple[Theme, ...] = ("JupyterLab Light", "JupyterLab Dark")
LEAST_TEXT_CONTRAST = 4.5
LEAST_MARK_CONTRAST = 3.0

# Contrast (WCAG) of every text and mark in sight with what is behind it.
CONTRASTS = """
(root) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (front, back) => {
    const mixed = [0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3]));
    return [...mixed, 1];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (one) => {
    const layers = [];
    for (let up = one; up; up = up.parentElement) {
      const layer = rgba(getComputedStyle(up).backgroundColor);
      layers.unshift(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduce((back, front) => over(front, back), [255, 255, 255, 1]);
  };
  const contrast = (color, one) => {
    const back = behind(one);
    const [a, b] = [light(over(rgba(color), back)), light(back)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    const exempt = one.closest('[aria-disabled="true"], .gdwidget-hidden');
    if (!text || exempt || !one.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(one);
    const color = one instanceof SVGElement ? style.fill : style.color;
    found.push({ kind: "text", what: text, color, contrast: contrast(color, one) });
  }
  for (const one of root.querySelectorAll("input[type=number]")) {
    const { color } = getComputedStyle(one);
    found.push({ kind: "text", what: "a field", color, contrast: contrast(color, one) });
  }
  for (const one of root.querySelectorAll("path.line[d], path.dot")) {
    if (!one.checkVisibility() || Number(getComputedStyle(one).opacity) < 1) continue;
    const { stroke, fill } = getComputedStyle(one);
    const color = fill === "none" ? stroke : fill;
    found.push({ kind: "mark", what: one.parentElement.className.baseVal, color,
      contrast: contrast(color, one) });
  }
  return found;
}
"""
# What sticks out of the widget to the right, however little is seen of it.
STICKING_OUT = """
(root) => {
  const edge = root.getBoundingClientRect().right + 0.5;
  return [...root.querySelectorAll("*")]
    .filter((one) => one.checkVisibility() && !one.closest("svg.svg-figure > g > g"))
    .filter((one) => one.getBoundingClientRect().right > edge)
    .map((one) => `${one.tagName} ${one.getAttribute("class")} ${one.textContent.slice(0, 40)}`);
}
"""
BRIGHTNESS = """
async (picture) => {
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += data[i] + data[i + 1] + data[i + 2];
  return sum / (data.length / 4) / 3 / 255;
}
"""
# Time goes by a tenth as fast, so that a busy machine draws enough frames of what moves.
SLOWED = "() => { performance.now = () => Performance.prototype.now.call(performance) / 10; }"
WIDTH = """
(box) => box.getBoundingClientRect().width
  / box.closest(".gdwidget").getBoundingClientRect().width
"""
# In the widget, which moves whole where the notebook settles after its cell was run.
PLACES = """
(root) => {
  const whole = root.getBoundingClientRect();
  return Object.fromEntries(
    [...root.querySelectorAll("button, input, summary, output, .gdwidget-box")]
      .filter((one) => one.checkVisibility() && !one.closest(".bqplot"))
      .map((one, index) => {
        const { x, y, width, height } = one.getBoundingClientRect();
        const name = `${index} ${one.tagName} ${one.className}`;
        const place = [x - whole.x, y - whole.y, width, height];
        return [name, place.map((part) => Math.round(part * 10) / 10)];
      })
  );
}
"""


@pytest.fixture
def dark(server: JupyterServer) -> Iterator[None]:
    server.set_theme("JupyterLab Dark")
    yield
    server.set_theme("JupyterLab Light")


def in_box(width: int) -> str:
    return (
        "import ipywidgets\nfrom gdwidget import GDWidget\nw = GDWidget()\n"
        f"box = ipywidgets.VBox([w], layout=dict(width='{width}px'))\nbox"
    )


def expect_contrast(view: View) -> None:
    """Wait until every text and mark stands out: a theme and what is pressed change by and by."""
    least = {"text": LEAST_TEXT_CONTRAST, "mark": LEAST_MARK_CONTRAST}

    def faint() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = view.root.evaluate(CONTRASTS)
        assert len(found) > 40
        assert {one["kind"] for one in found} == {"text", "mark"}
        return [one for one in found if one["contrast"] < least[one["kind"]]]

    becomes(view.page, faint, [], "what does not stand out")


def brightness(view: View) -> float:
    """Return how bright a picture of the view is, from 0 to 1."""
    picture = base64.b64encode(view.root.screenshot()).decode()
    bright: float = view.page.evaluate(BRIGHTNESS, f"data:image/png;base64,{picture}")
    return bright


def expect_nothing_sticks_out(view: View) -> None:
    becomes(view.page, lambda: view.root.evaluate(STICKING_OUT), [], "what sticks out")


def expect_dark(view: View) -> None:
    """Wait until the page has the dark theme it is opened with."""
    expect(view.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")


def colours(view: View) -> dict[str, str]:
    seen: dict[str, str] = view.root.evaluate(
        """(root) => ({
          text: getComputedStyle(root).color,
          loss: getComputedStyle(root.querySelector("path.line")).stroke,
          field: getComputedStyle(root.querySelector("input[type=number]")).backgroundColor,
          learning: getComputedStyle(root.querySelector(".gdwidget-number")).color,
          axis: getComputedStyle(root.querySelector(".axislabel")).fill,
        })"""
    )
    return seen


def test_texts_and_marks_stand_out_in_the_light_theme(article: View) -> None:
    article.steps(3)
    article.press("Back")
    article.open_table()
    article.loss_function.wait_for_path(3)
    expect_contrast(article)
    assert brightness(article) > 0.85
    assert colours(article)["loss"] == "rgb(198, 40, 40)"


@pytest.mark.usefixtures("dark")
@pytest.mark.parametrize("host", ["lab", "notebook"])
def test_texts_and_marks_stand_out_in_the_dark_theme(desk: Desk, host: Host) -> None:
    view = desk.show(host=host)
    expect_dark(view)
    view.steps(3)
    view.press("Back")
    view.open_table()
    view.loss_function.wait_for_path(3)
    expect_contrast(view)
    assert brightness(view) < 0.25


def expect_everything(view: View) -> None:
    """Wait until all figures of a widget with everything are drawn."""
    view.plane.wait_for("path", lambda mark: len(mark.path) > 0, "is drawn")
    view.data_and_fit.wait_for("boundary", lambda mark: len(mark.path) > 0, "is drawn")
    # Where the mouse happens to be over the figure, its marks are named, too.
    named = {"1 sgd", "1"}
    view.loss_against_step.wait_for(
        "linear_numbers", lambda mark: not named.isdisjoint(mark.texts), "named"
    )
    expect(view.root.locator(".gdwidget-sketch")).to_be_visible()


def test_everything_stands_out_in_the_light_theme(shared: Desk) -> None:
    view = shared.show(EVERYTHING)
    expect_everything(view)
    expect_contrast(view)


@pytest.mark.usefixtures("dark")
def test_everything_stands_out_in_the_dark_theme(desk: Desk) -> None:
    view = desk.show(EVERYTHING)
    expect_dark(view)
    expect_everything(view)
    expect_contrast(view)
    assert brightness(view) < 0.3
    view.plane.wait_for("heat", lambda mark: bool(mark.image), "is drawn")
    until(
        view.page,
        lambda: view.page.evaluate(BRIGHTNESS, view.plane.mark("heat").image),
        lambda bright: bright < 0.4,
        "the map is dark",
    )
    view.choose("picture", "one parameter")
    view.loss_function.wait_for("batch_curve", lambda mark: len(mark.path) > 0, "is drawn")
    expect_contrast(view)


def test_at_420_pixels_nothing_of_everything_sticks_out(shared: Desk) -> None:
    code = EVERYTHING.rstrip().removesuffix("w")
    view = shared.show(f"{code}import ipywidgets\nipywidgets.VBox([w], layout=dict(width='420px'))")
    view.root.get_by_text("Data", exact=True).click()
    expect_everything(view)
    expect_nothing_sticks_out(view)
    assert view.root.evaluate("(root) => root.scrollWidth <= root.clientWidth")


def test_a_change_of_theme_changes_all_colours_at_once(desk: Desk, server: JupyterServer) -> None:
    notebook = desk.open(ARTICLE)
    view = notebook.view()
    view.loss_function.wait_until_still("curve")
    light = colours(view)
    try:
        notebook.page.evaluate(
            "() => window.jupyterapp.commands.execute('apputils:change-theme', "
            "{ theme: 'JupyterLab Dark' })"
        )
        becomes(
            notebook.page,
            lambda: [part for part, colour in colours(view).items() if colour == light[part]],
            [],
            "what is still light",
        )
    finally:
        server.set_theme("JupyterLab Light")


@pytest.mark.usefixtures("dark")
def test_a_warning_stands_out_in_the_dark_theme(desk: Desk) -> None:
    view = desk.show("from gdwidget import GDWidget\nw = GDWidget(learning_rate=0.2)\nw")
    expect_dark(view)
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(50)
    expect(view.status).to_have_attribute("data-kind", "warning")
    view.enter("learning rate", "-1")
    expect(view.message).to_be_visible()
    expect_contrast(view)


def test_a_warning_stands_out_in_the_light_theme(article: View) -> None:
    article.enter("learning rate", "0.2")
    article.set_slider(article.speed, FASTEST)
    article.press("Run")
    article.expect_at(50)
    article.enter("learning rate", "-1")
    expect(article.message).to_be_visible()
    expect_contrast(article)


def test_at_420_pixels_nothing_sticks_out_and_the_figures_stack(shared: Desk) -> None:
    view = shared.show(in_box(420))
    view.steps(3)
    view.enter("learning rate", "-1")
    expect(view.message).to_be_visible()
    view.open_table()
    expect_nothing_sticks_out(view)
    assert view.root.evaluate("(root) => root.scrollWidth <= root.clientWidth")
    first = view.loss_function.box.bounding_box()
    second = view.loss_against_step.box.bounding_box()
    assert first is not None
    assert second is not None
    assert second["y"] >= first["y"] + first["height"]
    assert first["width"] > 380
    assert second["width"] > 380


def test_on_a_phone_the_widget_steps(desk: Desk) -> None:
    notebook = desk.open(ARTICLE, host="notebook", width=420, height=800)
    view = notebook.view()
    view.press("Step", 3)
    view.expect_at(3)
    view.loss_function.wait_for_path(4)
    expect_nothing_sticks_out(view)


def test_at_900_pixels_the_loss_has_the_whole_width_and_all_is_on_one_screen(shared: Desk) -> None:
    view = shared.show(in_box(900))
    view.steps(3)
    expect(view.data_and_fit.box).to_have_accessible_name(re.compile("at step 3"))
    expect_nothing_sticks_out(view)
    first = view.loss_function.box.bounding_box()
    second = view.loss_against_step.box.bounding_box()
    third = view.data_and_fit.box.bounding_box()
    assert first is not None
    assert second is not None
    assert third is not None
    assert second["y"] >= first["y"] + first["height"]
    assert third["x"] >= second["x"] + second["width"]
    assert first["width"] >= second["width"] + third["width"]
    whole = view.root.bounding_box()
    assert whole is not None
    assert whole["height"] <= 640
    assert first["height"] >= 0.35 * whole["height"]


def test_nothing_moves_when_numbers_change(article: View) -> None:
    expect(article.data_and_fit.box).to_have_accessible_name(re.compile("at step 0"))
    before = article.root.evaluate(PLACES)
    article.steps(3)
    article.loss_function.wait_for_path(4)
    expect(article.data_and_fit.box).to_have_accessible_name(re.compile("at step 3"))
    after = article.root.evaluate(PLACES)
    assert {name: place for name, place in after.items() if place != before.get(name)} == {}


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_picture_glides_only_where_motion_is_wanted(article: View, motion: str) -> None:
    article.page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    article.page.evaluate(SLOWED)
    try:
        article.loss_function.wait_until_still("curve")
        article.root.evaluate(
            """(root) => {
              root.drawn = new Set();
              const line = root.querySelector("svg.svg-figure path.line");
              new MutationObserver(() => root.drawn.add(line.getAttribute("d")))
                .observe(line, { attributeFilter: ["d"] });
            }"""
        )
        article.enter("start W", "40")
        figure = article.loss_function
        until(article.page, figure.axes, lambda axes: "40" in axes["across"], "40 on the axis")
        figure.wait_until_still("curve")
        drawn = article.root.evaluate("(root) => root.drawn.size")
        # One for the view, up to three for the curve that is evaluated anew.
        assert drawn <= 4 if motion == "reduce" else drawn > 4
    finally:
        article.page.emulate_media(reduced_motion="null")
        article.page.evaluate("() => { delete performance.now; }")


def test_what_is_shown_and_how_large_follow_python(article: View) -> None:
    article.kernel.run("w.show, w.scale = ('step', 'steps'), 1.5")
    try:
        for hidden in (article.loss_function.box, article.data_and_fit.box, article.status):
            expect(hidden).to_be_hidden()
        article.loss_against_step.wait_until_it_fills_its_box()
        assert article.loss_against_step.box.evaluate(WIDTH) == pytest.approx(1, abs=0.05)
        article.steps(2)
    finally:
        article.kernel.run("w.show, w.scale = None, 1")
    article.loss_function.wait_until_it_fills_its_box()
    article.loss_function.wait_for_path(3)
    expect(article.status).to_contain_text("The loss fell")
    expect(article.data_and_fit.box).to_have_accessible_name(re.compile("at step 2"))
