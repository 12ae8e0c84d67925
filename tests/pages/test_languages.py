"""Pages in Chinese: nothing is left in English; and longer texts than English have room."""

from __future__ import annotations

import functools
import re
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gdwidget import Choice, GDWidget, Goal, problems
from gdwidget._sync import shared
from tests.pages.test_screen import faults, stepped, two_runs
from tests.ui.view import View
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.pages.offline import Lesson

pytestmark = pytest.mark.ui

JS = Path(__file__).parents[2] / "js"
WIDTHS = (1400, 600, 320)

STATES: dict[str, Callable[[], GDWidget]] = {
    "one step": lambda: stepped(1),
    "a network": lambda: stepped(2, problems.moons(), optimizer="adam", batch_size=32),
    "two runs": two_runs,
}

# All that can be read or heard of what is there, even where it is shut.
SAID = """
(root) => {
  const said = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    const apart = one.closest("style, script, .gdwidget-page-still, .gdwidget-page-unscripted");
    // What bqplot has and does not show is its own.
    if (apart || (one.closest(".bqplot") && !one.checkVisibility())) continue;
    said.push(walker.currentNode.textContent);
  }
  for (const one of root.querySelectorAll("[title], [aria-label], [aria-valuetext]")) {
    if (one.closest(".bqplot") && !one.checkVisibility()) continue;
    for (const name of ["title", "aria-label", "aria-valuetext"]) {
      said.push(one.getAttribute(name) ?? "");
    }
  }
  return said.map((text) => text.trim()).filter(Boolean);
}
"""

NAMES = {
    *("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamax", "nadam"),
    *("adamw", "amsgrad", "lion", "constant", "exponential", "inverse_time", "cosine", "step"),
    *("warmup_cosine", "inputs", "targets", "layers", "bias", "kernel", "Home", "End", "Ctrl"),
    *("CSV", "float32", "custom", "weights", "line", "moons"),
}
"""What the API calls them, and keys."""


@pytest.fixture(scope="module")
def pseudo() -> str:
    """Return a module of texts that are a third longer than English."""
    command = (JS / "node_modules/.bin/esbuild", "tests/text/pseudo-module.ts", "--bundle")
    built = subprocess.run([*command, "--format=esm"], cwd=JS, check=True, capture_output=True)
    return built.stdout.decode()


def english_in(root: Locator) -> list[str]:
    """Return what is said in words that are no names."""
    left = []
    for text in root.evaluate(SAID):
        words = re.findall(r"[A-Za-z][A-Za-z_0-9]+", text)
        left += [text for word in words if word not in NAMES]
    return left


@functools.cache
def made(state: str) -> GDWidget:
    """Return a widget; to make its programs takes longest."""
    return STATES[state]()


def shown(lesson: Lesson, path: Path, widget: GDWidget, *, ruler: bool = False) -> View:
    widget.language, widget.ruler = "zh", ruler
    widget.save_html(path)
    lesson.go(path)
    view = View(lesson.page, lesson.page.locator(".gdwidget"))
    expect(view.status).to_be_attached()
    return view


def expect_room(lesson: Lesson, view: View) -> None:
    """Wait until nothing covers or cuts anything, at all widths."""
    for width in WIDTHS:
        lesson.page.set_viewport_size({"width": width, "height": 2000})
        # Texts that are longer may need another line: how high it is says nothing.
        wrong = partial(faults, view, width, high=False)
        becomes(lesson.page, wrong, {}, f"what is wrong at {width} px")


@pytest.mark.parametrize("state", STATES)
def test_chinese_has_room(lesson: Lesson, tmp_path: Path, state: str) -> None:
    view = shown(lesson, tmp_path / "lesson.html", made(state))
    expect_room(lesson, view)


@pytest.mark.parametrize("state", STATES)
def test_longer_texts_than_english_have_room(
    lesson: Lesson, tmp_path: Path, pseudo: str, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    real = shared.text
    monkeypatch.setattr(shared, "text", lambda name: pseudo if name == "zh.js" else real(name))
    view = shown(lesson, tmp_path / "lesson.html", made(state))
    expect(view.root.locator(".gdwidget-primary")).to_contain_text("Štép~~")
    expect_room(lesson, view)


@pytest.mark.parametrize("state", STATES)
def test_no_english_is_left(lesson: Lesson, tmp_path: Path, state: str) -> None:
    view = shown(lesson, tmp_path / "lesson.html", made(state), ruler=True)
    expect(view.root).to_have_attribute("lang", "zh-CN")
    expect(lesson.page.locator("html")).to_have_attribute("lang", "zh")
    expect(lesson.origin).to_contain_text("由本页计算")
    view.root.get_by_role("button", name="走一步", exact=True).click()
    view.root.evaluate(
        "(root) => root.querySelectorAll('details').forEach((each) => { each.open = true; })"
    )
    becomes(lesson.page, lambda: english_in(lesson.page.locator("body")), [], "English")


def test_an_error_beside_its_control_is_in_chinese(lesson: Lesson, tmp_path: Path) -> None:
    view = shown(lesson, tmp_path / "lesson.html", GDWidget())
    expect(lesson.origin).to_contain_text("由本页计算")
    rate = view.root.get_by_label("学习率", exact=True)
    rate.fill("-1")
    rate.press("Enter")
    expect(view.root.get_by_role("alert").first).to_have_text(
        "学习率：请输入大于 0 的数，例如 0.01。"
    )
    expect(rate).to_have_attribute("aria-invalid", "true")


def test_questions_are_asked_and_answered_in_chinese(lesson: Lesson, tmp_path: Path) -> None:
    choice = Choice(
        "学习率决定什么？",
        ("步长", "方向"),
        truth=lambda _: "步长",
        feedback={"wrong": "方向由梯度决定。"},
    )
    widget = GDWidget(
        questions=[choice, Goal(loss=1.0, within=10, text="找一个学习率，10 步内使损失不大于 1。")]
    )
    view = shown(lesson, tmp_path / "lesson.html", widget)
    panel = view.root.get_by_role("group", name="第 1 题，共 2 题")
    panel.get_by_role("button", name="提交").click()
    expect(panel.get_by_role("alert")).to_have_text("请选择一项。")
    panel.get_by_label("方向").check()
    panel.get_by_label("我觉得是").check()
    panel.get_by_role("button", name="提交").click()
    expect(panel).to_contain_text("不对")
    expect(panel).to_contain_text("你的回答是 “方向”，正确的是 “步长”。")
    assert english_in(panel) == []
    panel.get_by_role("button", name="下一题").click()
    panel = view.root.get_by_role("group", name="第 2 题，共 2 题")
    panel.get_by_label("学习率").fill("0.08")
    panel.get_by_role("button", name="试一试").click()
    expect(panel).to_contain_text("就达到了")
    panel.get_by_role("button", name="提交").click()
    panel.get_by_role("button", name="你的回答").click()
    panel = view.root.get_by_role("group", name="你的回答")
    expect(panel).to_contain_text("所有的题都已回答")
    receipt = panel.get_by_label("回执")
    expect(receipt).to_have_value(re.compile("^gd1:"))
    assert english_in(panel) == []


def test_a_page_says_what_is_wrong_with_it_in_chinese(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    page = GDWidget(language="zh").to_html()
    path.write_text(page.replace('"version_major":2', '"version_major":3'), encoding="utf-8")
    lesson.go(path)
    expect(lesson.message).to_have_text(
        "部件无法在这里显示。它是以格式 3 保存的；本页最多只能读到 2。"
    )
    still = lesson.page.locator(".gdwidget-page-still")
    expect(still).to_contain_text("对 line 做梯度下降，sgd；第 0 步（共 0 步）")


def test_a_page_in_english_holds_no_chinese() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]|\\u[4-9][0-9a-f]{3}")
    assert len(chinese.findall(GDWidget().to_html())) < 50  # what stands in every widget
    assert len(chinese.findall(GDWidget(language="zh").to_html())) > 2_000
