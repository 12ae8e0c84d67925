"""Every host shows the saved widgets and replays them, with no kernel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.pages import lesson
from tests.pages.visit import Visit
from tests.ui.aftermath import WATCHED, the_browser
from tests.ui.view import FASTEST
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.pages.hosts import Workshop
    from tests.ui.view import View

pytestmark = pytest.mark.ui

HOSTS = ("nbconvert", "slides", "nbsphinx", "myst-nb", "jupyter-book", "embed")
NAMES = list(lesson.WIDGETS)
MOST_SLIDES = 10
TWO_A_SECOND = 2

THIRTIETH = ("2.2275527", "0.01", "2.3513777", "2.2040389")


class Page:
    """A host's page with all widgets of the lesson."""

    def __init__(self, host: str, visit: Visit) -> None:
        self.host = host
        self.visit = visit

    def view(self, name: str) -> View:
        """Return a widget, in sight and drawn."""
        view = self.visit.undrawn(NAMES.index(name))
        if self.host == "slides":
            self._turn_to(view)
        return self.visit.view(NAMES.index(name))

    def _turn_to(self, view: View) -> None:
        page = self.visit.page
        page.locator(".reveal.ready").wait_for()
        view.root.wait_for(state="attached")
        page.evaluate("() => document.activeElement?.blur()")
        page.keyboard.press("Home")
        for _ in range(MOST_SLIDES):
            if view.root.locator("xpath=ancestor::section[contains(@class, 'present')]").count():
                return
            page.keyboard.press("ArrowRight")


@pytest.fixture(scope="module", params=HOSTS)
def opened(request: pytest.FixtureRequest, workshop: Workshop) -> Iterator[Page]:
    """Return a host's page, opened once for all tests."""
    visit = Visit(the_browser(request.config))
    visit.open(workshop.site(request.param))
    yield Page(request.param, visit)
    visit.close()


@pytest.fixture
def page(request: pytest.FixtureRequest, opened: Page) -> Iterator[Page]:
    request.node.stash[WATCHED] = opened.visit
    yield opened
    opened.visit.console.forget()


@pytest.fixture
def article(page: Page) -> View:
    """Return the article's widget as it was saved: at step 30 of 50."""
    view = page.view("article")
    view.set_slider(view.scrub, 30)
    view.expect_at(30, 50)
    return view


def test_every_widget_is_drawn_as_it_was_left(page: Page) -> None:
    counts = {"article": (30, 50), "adam": (20,), "plane": (30,), "long": (5_000,), "data": (10,)}
    for name, count in counts.items():
        view = page.view(name)
        view.expect_at(*count)
        figure = view.plane if view.plane.box.is_visible() else view.loss_function
        figure.wait_for("path", lambda mark: len(mark.vertices) > 5, "the blue path")
        for each in (figure, view.loss_against_step):
            assert each.not_numbers() == []


def test_the_red_curve_and_the_blue_path_are_in_their_places(article: View) -> None:
    article.expect_update(*THIRTIETH)
    figure = article.loss_function
    figure.wait_for_path(31)
    figure.wait_for("start", lambda mark: mark.is_at(figure.place(8, 186), 2), "at W = 8")
    scale = article.root.evaluate("(root) => root.getBoundingClientRect().width / root.offsetWidth")
    figure.wait_for(
        "curve",
        lambda mark: (
            len(mark.vertices) > 0
            and mark.vertices[-1][0] == pytest.approx(mark.width / scale, abs=2)
        ),
        "is as wide as the plot",
    )
    figure.wait_until_it_fills_its_box()


def test_it_fits_the_page(article: View) -> None:
    """No font of the slides, nothing cut off at the sides, axes beside their marks."""
    for part in (article.count, article.update, article.button("Step")):
        size = part.evaluate("(part) => parseFloat(getComputedStyle(part).fontSize)")
        assert 12 <= size <= 22
    wider = """(root) => [root, ...root.querySelectorAll("*")]
        .filter((part) => part.checkVisibility())
        .filter((part) => !part.closest("details:not([open]) > :not(summary)"))
        .filter((part) => part.scrollWidth > part.clientWidth + 1)
        .filter((part) => ["auto", "scroll", "hidden"].includes(getComputedStyle(part).overflowX))
        .filter((part) => part.clientWidth > 1 && !part.closest("svg"))
        .map((part) => `${part.outerHTML.slice(0, 120)} ${part.scrollWidth} ${part.clientWidth}`)"""
    becomes(article.page, lambda: article.root.evaluate(wider), [], "what is cut off")


def test_back_step_and_the_slider_replay(article: View) -> None:
    article.press("Back", 2)
    article.expect_at(28, 50)
    article.loss_function.wait_for_path(29)
    article.press("Step")
    article.expect_at(29, 50)
    article.set_slider(article.scrub, 0)
    article.expect_at(0, 50)
    article.expect_update("8.0", "0.01", "62.0", "7.38")


def test_run_plays_what_is_recorded(article: View) -> None:
    article.set_slider(article.scrub, 10)
    article.set_slider(article.speed, TWO_A_SECOND)
    article.press("Run")
    expect(article.count).to_have_text(re.compile(r"^step (1[1-9]|[234]\d) of 50"))
    article.press("Pause")
    expect(article.button("Run")).to_be_visible()


def test_keys_move_the_widget_and_not_the_page(page: Page, article: View) -> None:
    keyboard = page.visit.page.keyboard
    article.loss_function.box.focus()
    address = page.visit.page.url
    for key, step in {"ArrowLeft": 29, "ArrowRight": 30, "Home": 0, "End": 50}.items():
        keyboard.press(key)
        article.expect_at(step, 50)
    keyboard.press("ArrowLeft")
    article.expect_at(49, 50)
    assert page.visit.page.url == address
    expect(article.count).to_be_in_viewport()


def test_the_table_holds_every_step(article: View) -> None:
    article.set_slider(article.scrub, 3)
    article.open_table()
    expect(article.row(3).locator("td").first).to_have_text("6.3255796")
    article.row(2).click()
    article.expect_at(2, 50)
    article.root.get_by_text("Table", exact=True).click()
    expect(article.table).to_be_hidden()


def test_what_is_recorded_is_computed_again_here(page: Page) -> None:
    for name in ("article", "adam", "plane"):
        expect(page.view(name).root).to_contain_text("recomputed here: identical")
    expect(page.view("data").root).to_contain_text("recomputed here: greatest relative difference")


def test_what_cannot_be_computed_here_is_said_and_replayed(page: Page) -> None:
    view = page.view("long")
    expect(view.root).to_contain_text("sort")
    expect(view.root).to_contain_text("rows of this run")
    expect(view.button("Step")).to_have_attribute("aria-disabled", "true")
    for step in (4_321, 999):
        view.set_slider(view.scrub, step)
        view.expect_at(step, 5_000)
    view.press("Back")
    view.expect_at(998, 5_000)


def test_the_page_goes_on_from_the_last_step(article: View) -> None:
    """The last test here: it leaves more steps than were saved."""
    article.set_slider(article.scrub, 50)
    article.steps(2)
    article.loss_function.wait_for_path(53)
    article.set_slider(article.speed, FASTEST)
    article.press("Run")
    article.expect_at(102)
    article.expect_update("2.0000887", "0.01", "0.000916481", "2.0000796")
    article.enter("start W", "-4")
    article.expect_at(0)
    article.press("Step")
    article.expect_at(1)
    article.expect_update("-3.38", "0.01", "(-55.593334)", "-2.8240666")


def test_a_dark_page_has_light_ink(workshop: Workshop, visit: Visit) -> None:
    visit.open(workshop.site("nbconvert-dark"))
    view = visit.view()
    red, green, blue = (
        int(part)
        for part in re.findall(
            r"\d+", view.count.evaluate("(part) => getComputedStyle(part).color")
        )[:3]
    )
    assert min(red, green, blue) > 200
    assert view.loss_function.box.locator("text.axislabel").first.evaluate(
        "(part) => getComputedStyle(part).fill"
    ) == view.root.evaluate("(part) => getComputedStyle(part).color")
