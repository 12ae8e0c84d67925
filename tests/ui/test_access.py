"""By keyboard and by screen reader: names, text alternatives, what is announced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import pytest
from playwright.sync_api import expect

from tests.axe import violations
from tests.ui.asked import panel
from tests.ui.desk import ARTICLE, EVERYTHING
from tests.ui.view import FASTEST
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.desk import SharedDesk
    from tests.ui.server import JupyterServer
    from tests.ui.view import View

pytestmark = pytest.mark.ui

Role = Literal["button", "checkbox", "combobox", "img", "radio", "slider", "spinbutton"]

# Every stop of Tab through the widget, in order.
STOPS: tuple[tuple[Role, str], ...] = (
    ("button", "First"),
    ("button", "Back"),
    ("button", "Step"),
    ("button", "Run"),
    ("slider", "step"),
    ("slider", "learning rate, slider"),
    ("spinbutton", "learning rate"),
    ("slider", "speed"),
    ("img", "Graph of the loss function"),
    ("radio", "linear"),
    ("img", "Graph of the loss against the step"),
    ("img", "Graph of 6 samples at step 0"),
    ("combobox", "optimizer"),
    ("combobox", "batch"),
    ("combobox", "decay"),
    ("checkbox", "all next steps"),
    ("spinbutton", "start W"),
    ("spinbutton", "b (held)"),
    ("button", "Reset"),
)
# Those of a widget with everything.
MORE_STOPS: tuple[tuple[Role, str], ...] = (
    ("combobox", "parameter shown"),
    ("slider", "speed"),
    ("combobox", "picture"),
    ("img", "Map of the loss over component 1 and component 2"),
    ("radio", "linear"),
    ("img", "Graph of the loss against the step"),
    ("img", "Graph of 24 samples at step 3"),
    ("button", "Clear earlier runs"),
    ("combobox", "problem"),
    ("combobox", "optimizer"),
    ("combobox", "batch"),
    ("combobox", "decay"),
    ("spinbutton", "start bias"),
)
# One with every list that is quick to compile: five times in a test.
LISTS = """
from gdwidget import GDWidget
def loss(W, b, c, x):
    return ((W * x + b + c * x**2) ** 2).mean()
w = GDWidget(
    loss, 3.0, 2.0, 1.0, argnums=(0, 1, 2), data=([0.0, 1.0, 2.0, 3.0],),
    batch_size=2, decay="cosine",
)
w
"""
ASKING = """
from gdwidget import GDWidget, Prediction
w = GDWidget(questions=[Prediction("next_step")], salt="1")
w
"""
ANNOUNCED = """
(announcer) => {
  announcer.said = [];
  new MutationObserver(() => announcer.said.push(announcer.textContent)).observe(announcer, {
    childList: true, characterData: true, subtree: true,
  });
}
"""


THEME = """
(theme) => window.jupyterapp.commands.execute("apputils:change-theme", { theme })
  .then(() => null)
"""
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("JupyterLab Light", {}),
    ("JupyterLab Light", {"forced_colors": "active"}),
    ("JupyterLab Dark", {}),
    ("JupyterLab Dark", {"contrast": "more"}),
)
"""Themes, and what is asked of the browser; tests/pages has all of that in both."""


@pytest.fixture
def any_look(shared: SharedDesk, server: JupyterServer) -> Iterator[SharedDesk]:
    """Return the desk, whose page looks as before when the test is over."""
    yield shared
    page = shared.notebooks[0].page
    page.emulate_media(forced_colors="none", contrast="no-preference")
    page.evaluate(THEME, "JupyterLab Light")
    server.set_theme("JupyterLab Light")


@pytest.mark.parametrize("code", [EVERYTHING, ASKING], ids=["everything", "a question"])
def test_axe_finds_nothing_in_either_theme(any_look: SharedDesk, code: str) -> None:
    view = any_look.show(code)
    if code == ASKING:
        expect(panel(view)).to_contain_text("Question 1 of 1")
    for theme, look in LOOKS:
        view.page.evaluate(THEME, theme)
        light = str(theme.endswith("Light")).lower()
        expect(view.page.locator("body")).to_have_attribute("data-jp-theme-light", light)
        view.page.emulate_media(**{"forced_colors": "none", "contrast": "no-preference", **look})
        found = violations(view.root, contrast="contrast" in look)
        assert found == [], (theme, look)


def focused(view: View) -> tuple[str, str] | None:
    """Return role and name of what has the focus, as a screen reader gets them."""
    page = view.page
    if not view.root.evaluate("(root) => root.contains(document.activeElement)"):
        return None
    session = page.context.new_cdp_session(page)
    found = session.send("Runtime.evaluate", {"expression": "document.activeElement"})
    tree: dict[str, Any] = session.send(
        "Accessibility.getPartialAXTree",
        {"objectId": found["result"]["objectId"], "fetchRelatives": False},
    )
    session.detach()
    node = tree["nodes"][0]
    role = {"image": "img"}.get(node["role"]["value"], node["role"]["value"])
    return role, node["name"]["value"]


def stops_of_tab(view: View) -> list[tuple[str, str]]:
    """Return every stop of Tab through the widget; of pictures what their names begin with."""
    view.root.locator("button, select").first.focus()
    stops: list[tuple[str, str]] = []
    while (stop := focused(view)) is not None and len(stops) < 40:
        stops.append(stop)
        view.page.keyboard.press("Tab")
    assert all(name for _, name in stops), stops
    return [(role, re.split("[,:]", name)[0] if role == "img" else name) for role, name in stops]


def test_tab_stops_at_every_control_and_each_has_a_name(article: View) -> None:
    expect(article.data_and_fit.box).to_have_accessible_name(re.compile("^Graph of 6 samples"))
    article.open("start W")
    stops = stops_of_tab(article)
    assert [stop for stop in stops if stop in STOPS] == list(STOPS)


def test_tab_stops_at_every_list_and_picture_and_each_has_a_name(shared: SharedDesk) -> None:
    view = shared.show(EVERYTHING)
    expect(view.plane.box).to_have_accessible_name(re.compile("^Map of the loss"))
    expect(view.data_and_fit.box).to_have_accessible_name(re.compile("at step 3"))
    view.open("start bias")
    stops = stops_of_tab(view)
    assert [stop for stop in stops if stop in MORE_STOPS] == list(MORE_STOPS)


def test_a_list_is_used_by_keyboard_and_no_cell_is_touched(shared: SharedDesk) -> None:
    notebook = shared.open(LISTS)
    view = notebook.view()
    before = notebook.cells()
    for label, keys, setting, wanted in (
        ("optimizer", ["ArrowDown"], "w.optimizer", "momentum"),
        ("optimizer", ["a"], "w.optimizer", "adagrad"),
        ("optimizer", ["r"], "w.optimizer", "rmsprop"),
        ("batch", ["ArrowUp"], "w.batch_size", 1),
        ("decay", ["Home"], "w.decay", "constant"),
    ):
        view.choice(label).blur()  # letters typed soon after others would go on with a word
        view.choice(label).focus()
        for key in keys:
            view.page.keyboard.press(key)
        becomes(
            view.page,
            lambda setting=setting: notebook.kernel.value(setting),  # type: ignore[misc]
            wanted,
            f"{label} after {keys}",
        )
        expect(view.choice(label)).to_be_focused()
    view.choice("picture").focus()
    view.page.keyboard.press("End")
    expect(view.choice("picture")).to_have_value("random")
    assert notebook.cells() == before


def test_a_run_is_told_by_number_and_words_not_by_colour_alone(shared: SharedDesk) -> None:
    view = shared.show(EVERYTHING)
    runs = view.root.get_by_role("list", name="Runs").get_by_role("listitem")
    expect(runs).to_contain_text(["1 sgd, ", "now momentum, "])
    names = ("1 sgd",)
    view.loss_against_step.wait_for("linear_numbers", lambda mark: mark.texts == names, "named")


def test_the_steps_of_a_run_are_set_by_keyboard(article: View) -> None:
    article.button("Run").focus()
    for key in ("Tab", "Enter", "Tab", "Control+A", "7", "Escape"):
        article.page.keyboard.press(key)
    expect(article.root.get_by_label("steps per run", exact=True)).to_be_hidden()
    expect(article.root.get_by_title("How many steps a run takes")).to_be_focused()
    article.press("Run")
    article.expect_at(7)


def test_every_native_control_has_a_label(article: View) -> None:
    article.open_table()
    article.open("start W")
    article.open("steps per run")
    others: tuple[tuple[Role, str], ...] = (
        ("radio", "log"),
        ("button", "Copy as CSV"),
        ("spinbutton", "steps per run"),
    )
    for role, name in STOPS + others:
        starts_so = re.compile(f"^{re.escape(name)}")
        expect(article.root.get_by_role(role, name=starts_so)).to_be_visible()


def test_sliders_say_their_value_in_words(article: View) -> None:
    article.steps(3)
    expect(article.scrub).to_have_attribute("aria-valuetext", "step 3 of 3")
    expect(article.speed).to_have_attribute("aria-valuetext", "10 steps a second")
    article.set_slider(article.speed, FASTEST)
    expect(article.speed).to_have_attribute("aria-valuetext", "as fast as it goes")
    rate = article.root.get_by_role("slider", name="learning rate, slider")
    expect(rate).to_have_attribute("aria-valuetext", "0.01")


def test_the_first_figures_text_alternative_is_current(article: View) -> None:
    box = article.loss_function.box
    expect(box).to_have_role("img")
    expect(box).to_have_accessible_name(re.compile(r"loss function.*W = 8\.0, loss 186\.0"))
    article.steps(3)
    expect(box).to_have_accessible_name(
        re.compile(
            r"from W = 8\.0, loss 186\.0, to W = 6\.3255796, loss 96\.67163 at step 3\. "
            r"The slope there is 44\.69766; the next step leads to 5\.878603\."
        )
    )
    article.press("Back")
    expect(box).to_have_accessible_name(re.compile(r"W = 6\.8240666, loss 120\.236694 at step 2"))


def test_the_second_figures_text_alternative_is_current(article: View) -> None:
    box = article.loss_against_step.box
    expect(box).to_have_role("img")
    article.steps(3)
    expect(box).to_have_accessible_name(
        re.compile(r"loss against the step.*3 recorded steps.*96\.67163 at step 3")
    )


def test_the_end_of_a_run_is_announced(article: View) -> None:
    expect(article.announcer).to_have_attribute("aria-live", "polite")
    expect(article.announcer).to_have_text("")
    article.set_slider(article.speed, FASTEST)
    article.press("Run")
    expect(article.announcer).to_have_text("The run ended at step 50, loss 0.0034088849.")


def test_a_pause_is_announced_with_its_step(article: View) -> None:
    article.enter("steps per run", "1000")
    article.press("Run")
    until(article.page, lambda: article.last, lambda last: last >= 3, "steps are taken")
    article.press("Pause")
    expect(article.announcer).to_have_text(re.compile(r"^Paused at step \d+, loss [\d.]+\.$"))
    article.expect_at(int(article.announcer.inner_text().split()[3].rstrip(",")))


def test_diverging_to_the_end_is_announced(article: View) -> None:
    article.enter("learning rate", "1e20")
    article.press("Step")
    expect(article.announcer).to_have_text(re.compile("^Diverged at step "))


def test_converging_is_announced(article: View) -> None:
    article.enter("start W", "2")
    expect(article.announcer).to_contain_text("Converged at step 0: the gradient is exactly 0")


def test_single_steps_are_not_announced(article: View) -> None:
    article.announcer.evaluate(ANNOUNCED)
    article.steps(5)
    article.press("Back", 2)
    article.expect_at(3, 5)
    assert article.announcer.evaluate("(announcer) => announcer.said") == []


def test_the_same_end_is_announced_again(article: View) -> None:
    article.set_slider(article.speed, FASTEST)
    article.press("Run")
    expect(article.announcer).to_have_text(re.compile("^The run ended at step 50"))
    article.announcer.evaluate(ANNOUNCED)
    article.press("Reset")
    article.expect_at(0)
    article.press("Run")
    article.expect_at(50)
    until(
        article.page,
        lambda: article.announcer.evaluate("(announcer) => announcer.said"),
        lambda said: bool(said) and said[-1].startswith("The run ended at step 50"),
        "the end is announced once more",
    )


def test_a_disabled_button_keeps_the_focus(article: View) -> None:
    article.steps(1)
    article.button("Back").focus()
    article.page.keyboard.press("Enter")
    article.expect_at(0, 1)
    expect(article.button("Back")).to_have_attribute("aria-disabled", "true")
    expect(article.button("Back")).to_be_focused()


def test_a_refused_number_is_tied_to_its_message(article: View) -> None:
    article.enter("learning rate", "-1")
    expect(article.root.get_by_role("alert")).to_contain_text("learning rate")
    field = article.field("learning rate")
    expect(field).to_have_attribute("aria-invalid", "true")
    for other in ("start W", "b (held)", "steps per run"):
        expect(article.field(other)).not_to_have_attribute("aria-invalid", "true")


def test_the_table_is_a_table_to_a_screen_reader(article: View) -> None:
    article.steps(3)
    article.open_table()
    table = article.table.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(5)
    expect(table.get_by_role("rowheader")).to_have_text(["0", "1", "2", "3"])
    expect(table.get_by_role("row")).to_have_count(5)


@pytest.mark.parametrize("code", [ARTICLE, EVERYTHING], ids=["article", "everything"])
def test_every_control_is_large_enough_to_hit(shared: SharedDesk, code: str) -> None:
    view = shared.show(code)
    view.open_table()
    small = view.root.evaluate(
        """(root) => [...root.querySelectorAll("button, input, select, summary")]
          .filter((one) => one.checkVisibility() && !one.closest(".bqplot"))
          .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24)
          .map(([one, box]) => `${one.outerHTML.slice(0, 120)} ${box.width} x ${box.height}`)"""
    )
    assert small == []
