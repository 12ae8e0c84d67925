"""The site: built without a warning, and looked at with the network off."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import anywidget
import nbformat
import numpy as np
import pytest
from playwright.sync_api import expect

import gdwidget
from docs.build import STATE, VIEW
from gdwidget import problems
from tests import gallery
from tests.axe import violations
from tests.lessons import ASKING, CHINESE, NAMES, asked
from tests.ui.asked import pass_over
from tests.ui.console import Console
from tests.ui.desk import Browser
from tests.ui.view import View
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page, Request

PROJECT = Path(__file__).resolve().parent.parent
BUILD_SECONDS = 600
IN_CHINESE = "zh/01-which-way-how-far"
"""The one of the Chinese lessons that is run for the tests; of the others the site has the text."""

WITHIN = ("file:", "blob:", "data:")
"""Where what a page asks for may come from."""

NOBODYS = {"as_shown", "tell_of_views"}
"""Public names of a widget that gdwidget itself calls, and no user."""


@pytest.fixture(scope="module")
def site(executed: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, made of the lessons as they were run for all tests."""
    lessons, site = tmp_path_factory.mktemp("lessons"), tmp_path_factory.mktemp("site")
    (lessons / "zh").mkdir()
    for name in (*NAMES, IN_CHINESE):
        nbformat.write(executed(name), lessons / f"{name}.ipynb")
    command: list[str | Path] = [sys.executable, PROJECT / "docs" / "build.py", site]
    built = subprocess.run(
        [*command, "--lessons", lessons],
        capture_output=True,
        text=True,
        check=False,
        timeout=BUILD_SECONDS,
    )
    assert built.stderr == ""
    assert built.returncode == 0
    return site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser()
    browser.context.set_offline(offline=True)
    yield browser
    browser.close()


@dataclass
class Reader:
    """Opens pages of the site from disk, and notes whatever is wrong with them."""

    page: Page
    site: Path
    console: Console = field(default_factory=Console)
    asked: list[str] = field(default_factory=list)
    """What was asked of the network."""

    def __post_init__(self) -> None:
        self.console.listen(self.page)
        self.page.on("request", self._note)

    def open(self, name: str) -> Page:
        self.page.goto((self.site / f"{name}.html").as_uri())
        return self.page

    def view(self, root: Locator) -> View:
        root.scroll_into_view_if_needed()
        view = View(self.page, root)
        view.wait_until_drawn()
        return view

    def _note(self, request: Request) -> None:
        if not request.url.startswith(WITHIN):
            self.asked.append(request.url)


@pytest.fixture
def reader(browser: Browser, site: Path) -> Iterator[Reader]:
    """Return a reader of the site; the test fails if a page complained or asked the network."""
    reader = Reader(browser.context.new_page(), site)
    yield reader
    reader.page.close()
    assert reader.console.errors == []
    assert reader.asked == []


def step(view: View) -> None:
    """Take a step: a new one where the page can compute it, else one of the record."""
    view.wait_until_recomputed()
    before = int(view.scrub.input_value())
    if view.button("Step").get_attribute("aria-disabled") == "true":  # at the record's very end
        view.press("Back")
        before -= 1
        view.expect_to_count(before)
    view.press("Step")
    view.expect_to_count(before + 1)
    assert not view.loss_against_step.not_numbers()


def choose_theme(page: Page, theme: gallery.Theme) -> None:
    """Press the switch of themes, which remembers across pages, until it is as wanted."""
    switch = page.get_by_role("button", name="theme").locator("visible=true").first
    while page.evaluate("document.body.dataset.theme") != theme:
        switch.click()


def shown(notebook: Any) -> list[dict[str, Any]]:
    """Return the models of the widgets that a notebook shows; ours are anywidget's."""
    models = notebook.metadata.widgets[STATE]["state"]
    return [
        models[output.data[VIEW]["model_id"]]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if VIEW in output.get("data", {})
    ]


class Links(HTMLParser):
    """The addresses and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors = {"", "top"}
        self.followed: list[str] = []
        """What a reader may click."""

        self.loaded: list[str] = []
        """What the page is made of."""

        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value is not None}
        self.anchors.update(value for name, value in given.items() if name in {"id", "name"})
        if tag == "a" and "href" in given:
            self.followed.append(given["href"])
        elif "href" in given and given.get("rel") not in {"index", "search", "next", "prev"}:
            self.loaded.append(given["href"])
        if "src" in given:
            self.loaded.append(given["src"])


def pages(site: Path) -> dict[Path, Links]:
    return {path: Links(path.read_text()) for path in sorted(site.rglob("*.html"))}


def test_every_link_leads_somewhere(site: Path) -> None:
    found = pages(site)
    astray = []
    for path, links in found.items():
        for link in links.followed + links.loaded:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = found[target].anchors if target in found else {""}
            if not target.is_file() or unquote(parts.fragment) not in known:
                astray.append(f"{path.relative_to(site)}: {link}")
    assert astray == []


def test_no_page_is_made_of_anything_elsewhere(site: Path) -> None:
    elsewhere = [
        f"{path.relative_to(site)}: {address}"
        for path, links in pages(site).items()
        for address in links.loaded
        if re.match(r"(?!data:)([a-z]+:|//)", address)
    ]
    for path in site.rglob("*.css"):
        addresses = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)", path.read_text())
        elsewhere += [f"{path.name}: {one}" for one in addresses if re.match(r"http|//", one)]
    assert elsewhere == []


def test_every_public_name_has_its_place(site: Path) -> None:
    _, _, _, _, packed = (site / "objects.inv").read_bytes().split(b"\n", 4)
    documented = {line.split(" ")[0] for line in zlib.decompress(packed).decode().splitlines()}
    public = {f"gdwidget.{name}" for name in gdwidget.__all__}
    public |= {f"gdwidget.problems.{name}" for name in problems.__all__}
    inherited = set(dir(anywidget.AnyWidget))
    traits = set(gdwidget.GDWidget.class_traits())  # they stand among the attributes
    own = {name for name in dir(gdwidget.GDWidget) if name[0] != "_"}
    calls = own - inherited - traits - NOBODYS
    public |= {f"gdwidget.GDWidget.{name}" for name in calls}
    assert public - documented == set()


def test_the_lessons_are_listed_in_their_order(site: Path) -> None:
    listed = Links((site / "index.html").read_text()).followed
    lessons = [link for link in listed if re.fullmatch(r"notebooks/[\w-]+\.html", link)]
    assert lessons[: len(NAMES)] == [f"notebooks/{name}.html" for name in NAMES]
    chinese = [link for link in listed if link.startswith("notebooks/zh/")]
    assert chinese[: len(CHINESE)] == [f"notebooks/{name}.html" for name in CHINESE]


@pytest.mark.ui
def test_every_page_opens_with_the_network_off(reader: Reader) -> None:
    for path in sorted(reader.site.rglob("*.html")):
        if reader.site / "notebooks" not in path.parents:  # each has its own test
            reader.page.goto(path.as_uri())
            assert reader.page.title()


@pytest.mark.ui
@pytest.mark.parametrize("name", NAMES)
def test_each_widget_of_a_lesson_is_drawn_and_steps(
    reader: Reader, executed: Callable[[str], Any], name: str
) -> None:
    models = shown(executed(name))
    ours = [model["state"] for model in models if model["model_module"] == "anywidget"]
    reader.page.emulate_media(reduced_motion="reduce")  # runs that show an answer come at once
    page = reader.open(f"notebooks/{name}")
    expect(page.locator(".gdwidget-page-widget")).to_have_count(len(models))
    expect(page.locator(".gdwidget-page-widget:empty")).to_have_count(0)
    expect(page.locator(".gdwidget")).to_have_count(len(ours))
    expect(page.locator(".gdwidget-page-message")).to_have_count(0)
    asking = 0
    for root, state in zip(page.locator(".gdwidget").all(), ours, strict=True):
        view = reader.view(root)
        if state.get("_questions"):
            view.wait_until_recomputed()
            pass_over(view)
            asking += 1
        step(view)
    assert asking == (2 if name in ASKING else 0)


@pytest.mark.ui
def test_the_chinese_pages_speak_chinese(reader: Reader) -> None:
    for name, at in (("zh", 0), (f"notebooks/{IN_CHINESE}", 1)):
        page = reader.open(name)
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        root = page.locator(".gdwidget").nth(at)
        root.scroll_into_view_if_needed()
        count = root.locator(".gdwidget-count")
        before = count.inner_text()
        expect(count).to_have_text(re.compile(r"第 \d+ / \d+ 步"))
        root.get_by_role("button", name="退一步", exact=True).click()
        expect(count).not_to_have_text(before)


def test_the_chinese_front_page_lists_every_chinese_lesson(site: Path) -> None:
    listed = Links((site / "zh.html").read_text(encoding="utf-8")).followed
    assert {f"notebooks/{name}.html" for name in CHINESE} <= set(listed)
    assert "zh.html" in Links((site / "index.html").read_text(encoding="utf-8")).followed


def test_the_teachers_page_has_every_key(site: Path, executed: Callable[[str], Any]) -> None:
    page = unescape((site / "teaching.html").read_text(encoding="utf-8"))
    assert "<!-- key" not in page
    text = re.sub(r"<[^>]+>", "", page)
    for name in ASKING:
        for question in (each for widget in asked(executed(name)) for each in widget):
            for right in question.right:
                told = right if isinstance(right, str) else f"{np.ravel(right)[0]:.4g}"
                assert re.search(
                    f"{re.escape(question.name)} .*?{re.escape(told)}", text, re.DOTALL
                )


@pytest.mark.ui
def test_the_first_page_has_a_living_widget(reader: Reader) -> None:
    view = reader.view(reader.open("index").locator(".gdwidget"))
    step(view)
    view.expect_at(4)
    expect(view.update).to_contain_text("5.878603")


@pytest.mark.ui
def test_a_lesson_in_a_frame_is_alive(reader: Reader) -> None:
    frame = reader.open("own-course").frame_locator("iframe")
    count = frame.locator(".gdwidget-count")
    expect(count).to_have_text("step 10 of 10")
    frame.get_by_role("button", name="Back", exact=True).click()
    expect(count).to_have_text("step 9 of 10")


@pytest.mark.ui
def test_what_is_sought_is_found(reader: Reader) -> None:
    page = reader.open("index")
    page.get_by_role("textbox", name="Search").fill("overfitting")
    page.keyboard.press("Enter")
    found = page.locator("ul.search a")
    expect(found).to_have_text(["A network"])
    found.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("A network")


@pytest.mark.ui
def test_widgets_follow_the_theme(reader: Reader) -> None:
    page = reader.open("index")
    choose_theme(page, "light")
    loss = page.locator(".gdwidget-figure path.line").first
    expect(loss).to_have_css("stroke", "rgb(198, 40, 40)")
    choose_theme(page, "dark")
    expect(loss).to_have_css("stroke", "rgb(255, 138, 128)")


LESSON = f"notebooks/{NAMES[1]}"

LOOKS: dict[gallery.Theme, dict[str, dict[str, str]]] = {
    "light": {"more contrast": {"contrast": "more"}, "forced colours": {"forced_colors": "active"}},
    "dark": {"more contrast": {"contrast": "more"}},
}
"""What is asked of the browser besides a theme."""


@pytest.mark.ui
@pytest.mark.parametrize("name", ["gallery", "api/widget", LESSON])
def test_axe_finds_nothing_however_it_is_seen(reader: Reader, name: str) -> None:
    page = reader.open(name)
    for root in page.locator(".gdwidget").all():
        reader.view(root)
    root = page.locator(":root")
    # Code that is wider than its place is scrolled by keys in today's browsers.
    left_out = ["scrollable-region-focusable"]
    for theme in gallery.THEMES:
        choose_theme(page, theme)
        assert violations(root, left_out=left_out) == [], theme
        if name != LESSON:  # it has all that there is: text, code, questions and widgets
            continue
        for look, media in LOOKS[theme].items():
            # The system's palette is the theme's: of a dark one axe reads text as light.
            wanted: Any = {**media, "color_scheme": theme}
            page.emulate_media(**wanted)
            contrast = look == "more contrast"
            assert violations(root, contrast=contrast, left_out=left_out) == [], (theme, look)
            page.emulate_media(contrast="null", forced_colors="null", color_scheme="null")
    if name == LESSON:
        page.set_viewport_size({"width": 320, "height": 800})
        assert violations(root, left_out=left_out) == [], "320 px"


@pytest.mark.ui
def test_the_gallery_shows_each_problem_in_the_theme(reader: Reader) -> None:
    page = reader.open("gallery")
    for theme in gallery.THEMES:
        choose_theme(page, theme)
        for entry in gallery.entries():
            heading = page.get_by_role("heading", name=entry.name, level=2)
            section = page.locator("section").filter(has=heading).last
            expect(section).to_contain_text("It teaches ")
            expect(section.locator("pre")).to_have_text(entry.code, use_inner_text=True)
            picture = section.locator("img:visible")
            expect(picture).to_have_attribute("src", re.compile(f"/{entry.name}-{theme}.webp$"))
            expect(picture).to_have_attribute("alt", entry.seen)
            assert picture.evaluate("(picture) => picture.decode().then(() => true)")


@pytest.mark.ui
@pytest.mark.parametrize(
    "name",
    ["index", "zh", "gallery", "own-course", "notebooks/11-scaling-and-houses", "api/widget"],
)
def test_narrow_screens_show_all(reader: Reader, name: str) -> None:
    reader.page.set_viewport_size({"width": 320, "height": 800})
    page = reader.open(name)
    count = page.locator(f'script[type="{VIEW}"]').count()
    expect(page.locator(".gdwidget")).to_have_count(count)
    for root in page.locator(".gdwidget").all():
        reader.view(root)
    width = "document.documentElement.scrollWidth"
    becomes(page, lambda: page.evaluate(width), 320, "the width of all there is")
