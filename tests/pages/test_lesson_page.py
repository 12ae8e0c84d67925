"""The one-file lesson in Chromium, opened from disk, with the network off."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import expect

from gdwidget import GDWidget, problems
from tests.ui.view import FASTEST, View
from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

TITLE = "The slope of a <b>line</b>"


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the article's lesson after 12 steps."""
    widget = GDWidget()
    widget.step(12)
    path = tmp_path_factory.mktemp("article") / "lesson.html"
    widget.save_html(path, title=TITLE, text="Press Step.\n\nWatch W.")
    return path


def numbers(view: View, step: int) -> dict[str, float]:
    """Return what the table says of a step, by the heads of its columns."""
    heads = view.table.locator("thead th").all_text_contents()
    cells = view.row(step).locator("td, th").all_text_contents()
    row = dict(zip(heads, cells, strict=True))
    return {head: float(text.replace(",", "")) for head, text in row.items() if text != "—"}


def table_is(view: View, widget: GDWidget, rel: float = 0) -> None:
    """Wait until the last row of the table is that of a widget in Python."""
    last = widget.runs[-1].last
    view.expect_at(last)
    if not view.table.is_visible():
        view.open_table()
    expect(view.row(last)).to_be_visible()
    value, gradient, loss = (float(str(one)) for one in widget.trajectory.rows(last)[0, :3])
    name = widget.trajectory.name
    wanted = {name: value, f"∂L/∂{name}": gradient, "loss": loss}
    row = numbers(view, last)
    shown = {head: row[head] for head in wanted}
    assert shown == pytest.approx(wanted, rel=rel, abs=1e-6 if rel else 0)


def test_it_opens_from_disk_and_steps_with_the_network_off(lesson: Lesson, article: Path) -> None:
    view = lesson.open(article)
    expect(lesson.page).to_have_title(TITLE)
    expect(lesson.page.get_by_role("heading")).to_have_text(TITLE)
    expect(lesson.page.get_by_text("Watch W.")).to_be_visible()
    expect(lesson.page.locator(".gdwidget-page-still")).to_be_hidden()
    expect(lesson.origin).to_contain_text("Computed in this page · recomputed here: identical")
    view.expect_at(12)
    view.loss_function.wait_for_path(13)
    view.press("Step", 2)
    widget = GDWidget()
    widget.step(14)
    table_is(view, widget)
    view.loss_function.wait_for_path(15)
    assert view.loss_function.not_numbers() == []
    lesson.expect_no_scroll_across()


def test_it_goes_back_runs_and_resets(lesson: Lesson, article: Path) -> None:
    view = lesson.open(article)
    view.press("Back", 3)
    view.expect_at(9, 12)
    view.set_slider(view.scrub, 4)
    view.expect_at(4, 12)
    view.set_slider(view.speed, FASTEST)
    view.press("Run")
    view.expect_at(54)
    view.press("Reset")
    view.expect_at(0)
    view.root.press("s")
    view.expect_at(1)


def test_it_takes_other_settings(lesson: Lesson, article: Path) -> None:
    view = lesson.open(article)
    view.enter("learning rate", "0.05")
    view.choose("optimizer", "adam")
    view.expect_at(0)
    view.enter("start W", "5")
    view.press("Step", 3)
    widget = GDWidget(optimizer="adam", learning_rate=0.05)
    widget.reset(W=5.0)
    widget.step(3)
    table_is(view, widget)


def test_its_settings_stand_in_its_address(lesson: Lesson, article: Path) -> None:
    view = lesson.open(article)
    assert lesson.fragment == ""
    view.enter("learning rate", "0.05")
    lesson.expect_fragment("#rate=0.05")
    view.choose("optimizer", "adam")
    view.enter("start W", "5")
    view.enter("steps per run", "7")
    lesson.expect_fragment("#W=5&rate=0.05&optimizer=adam&run=7")
    view.choose("batch", "1 sample")
    view.choose("decay", "inverse_time")
    lesson.expect_fragment("#W=5&rate=0.05&optimizer=adam&decay=inverse_time&batch=1&run=7")
    lesson.page.reload()
    view.expect_at(0)
    expect(view.field("learning rate")).to_have_value("0.05")
    expect(view.field("start W")).to_have_value("5.0")
    expect(view.choice("optimizer")).to_have_value("adam")
    expect(view.choice("decay")).to_have_value("inverse_time")
    expect(view.choice("batch")).to_have_value("1")
    expect(view.field("steps per run")).to_have_value("7")
    until(
        lesson.page,
        lambda: lesson.fragment,
        lambda seen: seen.endswith("batch=1&run=7"),
        "the address holds them still",
    )


def test_an_address_hands_out_a_setting(lesson: Lesson, article: Path) -> None:
    view = lesson.open(article, "#W=5&rate=0.05&optimizer=adam")
    view.expect_at(0)
    view.press("Step", 2)
    widget = GDWidget(optimizer="adam", learning_rate=0.05)
    widget.reset(W=5.0)
    widget.step(2)
    table_is(view, widget)
    lesson.page.evaluate("location.hash = '#rate=0.02'")
    expect(view.field("learning rate")).to_have_value("0.02")
    view.expect_at(0)


@pytest.mark.parametrize(
    ("fragment", "refused"),
    [
        ("#W=five&rate=-1&hello", "W=five, rate=-1, hello"),
        ("#optimizer=<img src=x onerror=alert(1)>", "optimizer=<img src=x onerror=alert(1)>"),
        (f"#{'x' * 5000}", f"{'x' * 20}…"),
    ],
)
def test_nonsense_in_the_address_is_ignored_with_a_word(
    lesson: Lesson, article: Path, fragment: str, refused: str
) -> None:
    view = lesson.open(article, fragment)
    expect(view.message).to_contain_text(f"ignored: {refused}.")
    view.expect_at(12)
    view.press("Step")
    view.expect_at(13)


def test_its_link_can_be_copied(lesson: Lesson, article: Path) -> None:
    view = lesson.open(article)
    view.enter("learning rate", "0.05")
    lesson.expect_fragment("#rate=0.05")
    lesson.page.get_by_role("button", name="Copy link").click()
    said = lesson.page.locator("footer output")
    expect(said).to_have_text(re.compile("^(Copied: the address|The page may not copy)"))
    if said.locator("input").count():
        expect(said.locator("input")).to_have_value(lesson.page.url)


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-scripts"'])
def test_it_lives_in_a_frame(lesson: Lesson, article: Path, sandbox: str) -> None:
    host = article.parent / f"host{len(sandbox)}.html"
    frame = f'<iframe src="lesson.html#rate=0.05" width="560" height="1500" {sandbox}></iframe>'
    host.write_text(f"<!doctype html><title>Course</title>{frame}", encoding="utf-8")
    lesson.go(host)
    inner = lesson.page.frame_locator("iframe")
    count = inner.locator(".gdwidget-count")
    expect(count).to_have_text("step 0 of 0")
    inner.get_by_role("button", name="Step", exact=True).click()
    expect(count).to_have_text("step 1 of 1")
    lesson.expect_no_scroll_across(frame=1)


def test_it_is_dark_on_a_dark_screen_and_light_on_paper(lesson: Lesson, article: Path) -> None:
    page = lesson.page
    page.emulate_media(color_scheme="dark")
    view = lesson.open(article)
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    ink = "(widget) => getComputedStyle(widget).color"
    becomes(page, lambda: page.evaluate(paper), "rgb(17, 17, 17)", "dark paper")
    expect(page.locator("html")).to_have_attribute("data-jp-theme-light", "false")
    dark = view.root.evaluate(ink)
    page.emulate_media(color_scheme="dark", media="print")
    becomes(page, lambda: page.evaluate(paper), "rgb(255, 255, 255)", "paper that is printed")
    until(page, lambda: view.root.evaluate(ink), lambda seen: seen != dark, "other ink")
    expect(page.locator("footer")).to_be_hidden()
    page.emulate_media(color_scheme="light", media="screen")
    becomes(page, lambda: page.evaluate(paper), "rgb(255, 255, 255)", "light paper")
    expect(page.locator("footer")).to_be_visible()


@pytest.mark.parametrize("width", [320, 420])
def test_it_is_usable_on_a_narrow_screen(lesson: Lesson, article: Path, width: int) -> None:
    lesson.page.set_viewport_size({"width": width, "height": 800})
    view = lesson.open(article)
    lesson.expect_no_scroll_across()
    view.press("Step")
    view.expect_at(13)


def test_what_folds_keeps_its_mark_under_the_style_of_nbclassic(
    lesson: Lesson, article: Path
) -> None:
    view = lesson.open(article)
    lesson.page.add_style_tag(content="summary { display: block }")
    marked = view.root.locator("summary:not(.gdwidget-popup > *)")
    expect(marked).to_have_text([re.compile(name) for name in ("Model", "Start", "Table", "Keys")])
    for index in range(marked.count()):
        expect(marked.nth(index)).to_have_css("display", "list-item")


def test_without_scripts_it_says_what_it_would_show(lesson: Lesson, article: Path) -> None:
    lesson.developer.send("Emulation.setScriptExecutionDisabled", {"value": True})
    lesson.go(article)
    expect(lesson.message).to_have_text(re.compile("needs JavaScript"))
    expect(lesson.page.locator(".gdwidget-page-still")).to_contain_text("step 12 of 12: W = ")


def edited(change: Callable[[dict[str, Any], str], object]) -> Callable[[str], str]:
    """Return what edits the saved models in a page; it is also given the widget's id."""

    def edit(page: str) -> str:
        pattern = r'(widget-state\+json">)([^<]*)'
        found = re.search(pattern, page)
        root = re.search(r'"model_id":"(\w+)"', page)
        assert found
        assert root
        saved = json.loads(found[2])
        change(saved, root[1])
        text = json.dumps(saved).replace("<", "\\u003c")
        return page[: found.start(2)] + text + page[found.end(2) :]

    return edit


def _newer_format(saved: dict[str, Any], _: str) -> None:
    saved["version_major"] = 3


def _newer_anywidget(saved: dict[str, Any], root: str) -> None:
    saved["state"][root]["model_module_version"] = "~1.2.*"


def _unknown_module(saved: dict[str, Any], root: str) -> None:
    saved["state"][root]["model_module"] = "jupyter-else"


def _missing_parts(saved: dict[str, Any], _: str) -> None:
    ids = [name for name, one in saved["state"].items() if one["model_name"] == "LinesModel"]
    for name in ids[:2]:
        del saved["state"][name]


def _no_state(saved: dict[str, Any], root: str) -> None:
    del saved["state"][root]


def _damaged_model(saved: dict[str, Any], root: str) -> None:
    saved["state"][root]["state"] = [1, 2]


def _cut_state(page: str) -> str:
    end = page.index("</script>", page.index('widget-state+json">'))
    return page[: end - 1000] + page[end:]


def _cut_file(page: str) -> str:
    return page[:-20_000]


def says_and_shows_the_table(lesson: Lesson, page: str, folder: Path, sentence: str) -> None:
    """Assert that a page says in one message what is wrong, beside the table it was saved with."""
    path = folder / "lesson.html"
    path.write_text(page, encoding="utf-8")
    lesson.go(path)
    expect(lesson.message).to_have_count(1)
    expect(lesson.message).to_contain_text(sentence)
    expect(lesson.page.locator(".gdwidget-page-still")).to_be_visible()
    lesson.console.forget()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (_cut_state, "It is cut off or damaged"),
        (_cut_file, "This file is cut off or damaged"),
        (edited(_newer_format), "It was saved in format 3; this page reads up to 2."),
        (edited(_newer_anywidget), "It was saved by a newer version of anywidget: ~1.2.*"),
        (edited(_unknown_module), "It needs jupyter-else, which this page does not have."),
        (edited(_missing_parts), "It is incomplete: 2 of its "),
        (edited(_no_state), "Its state is not in this page."),
        (edited(_damaged_model), "It is damaged: model "),
    ],
)
def test_a_damaged_page_says_so_and_what_it_showed(
    lesson: Lesson, article: Path, tmp_path: Path, damage: Callable[[str], str], sentence: str
) -> None:
    says_and_shows_the_table(lesson, damage(article.read_text("utf-8")), tmp_path, sentence)


def _broken_script(saved: dict[str, Any], root: str) -> None:
    script = saved["state"][root]["state"]["_esm"]
    saved["state"][root]["state"]["_esm"] = script[: len(script) // 2]


def _broken_shared_script(saved: dict[str, Any], root: str) -> None:
    shared = saved["state"][root]["state"]["_shared"].removeprefix("IPY_MODEL_")
    script = saved["state"][shared]["state"]["script"]
    saved["state"][shared]["state"]["script"] = script[: len(script) // 2]


@pytest.mark.parametrize(
    "change", [_broken_script, _broken_shared_script], ids=lambda f: f.__name__
)
def test_a_widget_with_a_damaged_state_is_no_blank(
    lesson: Lesson, article: Path, tmp_path: Path, change: Callable[[dict[str, Any], str], None]
) -> None:
    path = tmp_path / "lesson.html"
    path.write_text(edited(change)(article.read_text(encoding="utf-8")), encoding="utf-8")
    lesson.go(path)
    words = ".gdwidget-message:visible, .gdwidget-page-message:visible, .gdwidget-origin:visible"
    expect(lesson.page.locator(words).first).to_have_text(re.compile(r"\w+ \w+ \w+"))
    lesson.console.forget()


def _part(saved: dict[str, Any], root: str, name: str) -> dict[str, Any]:
    reference = saved["state"][root]["state"]["_marks"][name]
    model: dict[str, Any] = saved["state"][reference.removeprefix("IPY_MODEL_")]
    return model


def _line_without_scales(saved: dict[str, Any], root: str) -> None:
    del _part(saved, root, "loss_function.path")["state"]["scales"]


def _unknown_mark(saved: dict[str, Any], root: str) -> None:
    _part(saved, root, "loss_function.path")["model_name"] = "NoSuchModel"


def _unknown_figure(saved: dict[str, Any], root: str) -> None:
    _part(saved, root, "loss_function.figure")["model_name"] = "NoSuchModel"


def _unnamed_figure(saved: dict[str, Any], root: str) -> None:
    marks = saved["state"][root]["state"]["_marks"]
    for name in [name for name in marks if name.startswith("loss_function.")]:
        del marks[name]


def _unknown_view(saved: dict[str, Any], root: str) -> None:
    _part(saved, root, "loss_function.path")["state"]["_view_name"] = "NoSuchView"


def _unknown_axis_view(saved: dict[str, Any], root: str) -> None:
    _axis(saved, root)["_view_name"] = "NoSuchView"


def _figure_without_scale(saved: dict[str, Any], root: str) -> None:
    _part(saved, root, "loss_function.figure")["state"]["scale_x"] = None


def _axis_without_scale(saved: dict[str, Any], root: str) -> None:
    _axis(saved, root)["scale"] = None


def _axis(saved: dict[str, Any], root: str) -> dict[str, Any]:
    first, *_ = _part(saved, root, "loss_function.figure")["state"]["axes"]
    state: dict[str, Any] = saved["state"][first.removeprefix("IPY_MODEL_")]["state"]
    return state


@pytest.mark.parametrize(
    "change",
    [
        _line_without_scales,
        _unknown_mark,
        _unknown_view,
        _unknown_axis_view,
        _figure_without_scale,
        _axis_without_scale,
        _unknown_figure,
        _unnamed_figure,
    ],
    ids=lambda f: f.__name__,
)
def test_one_damaged_figure_says_so_and_leaves_the_rest(
    lesson: Lesson, article: Path, tmp_path: Path, change: Callable[[dict[str, Any], str], None]
) -> None:
    path = tmp_path / "lesson.html"
    path.write_text(edited(change)(article.read_text(encoding="utf-8")), encoding="utf-8")
    lesson.go(path)
    view = View(lesson.page, lesson.page.locator(".gdwidget"))
    expect(view.loss_function.box).to_contain_text("This figure cannot be shown here")
    view.loss_against_step.wait_for("linear_cursor", lambda mark: len(mark.points) > 0, "is drawn")
    view.press("Reset")
    view.expect_at(0)
    view.press("Step", 3)
    view.expect_at(3)
    view.expect_update("6.3255796", "0.01", "44.69766", "5.878603")
    lesson.console.forget()


def _no_marks(saved: dict[str, Any], root: str) -> None:
    saved["state"][root]["state"]["_marks"] = None


def _damaged_numbers(saved: dict[str, Any], root: str) -> None:
    _part(saved, root, "loss_function.path")["state"]["x"] = "nonsense"


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (edited(_no_marks), "a part of it is missing or damaged"),
        (edited(_damaged_numbers), "A part of it is damaged"),
        (
            lambda page: page.replace("'unsafe-inline' blob:;", "'unsafe-inline';"),
            "security policy",
        ),
        (
            lambda page: page.replace("script-src 'unsafe-inline' blob:;", "script-src 'none';"),
            "forbidden by a security policy",
        ),
    ],
    ids=["no marks", "damaged numbers", "strict policy", "no inline scripts"],
)
def test_a_page_that_cannot_be_set_up_says_why_and_shows_the_table(
    lesson: Lesson, article: Path, tmp_path: Path, damage: Callable[[str], str], sentence: str
) -> None:
    says_and_shows_the_table(lesson, damage(article.read_text("utf-8")), tmp_path, sentence)


@pytest.mark.parametrize("name", ["double_well", "himmelblau", "house_prices", "moons", "sine"])
def test_ready_problems_of_every_kind_step(lesson: Lesson, tmp_path: Path, name: str) -> None:
    widget = GDWidget(getattr(problems, name)())
    path = tmp_path / "lesson.html"
    widget.save_html(path)
    view = lesson.open(path)
    view.expect_at(0)
    view.press("Step")
    widget.step()
    exact = name in {"double_well", "himmelblau"}
    table_is(view, widget, rel=0 if exact else 1e-5)
    assert np.isfinite(float(widget.loss))
