"""A widget in Chinese, in a real JupyterLab: by its own language, and by the page's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.pages.test_languages import english_in
from tests.ui.desk import ARTICLE
from tests.ui.waiting import becomes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.desk import SharedDesk

pytestmark = pytest.mark.ui

CHINESE = """
from gdwidget import GDWidget, Prediction, problems
w = GDWidget(problems.moons(), optimizer="adam", batch_size=32, language="zh")
w.step(3)
w
"""
ASKING = """
from gdwidget import GDWidget, Prediction
w = GDWidget(questions=[Prediction("next_step", text="下一步 W 在哪里？")], language="zh")
w
"""


@pytest.fixture
def chinese_lab(shared: SharedDesk) -> Iterator[SharedDesk]:
    """Return a JupyterLab whose pages say that they are in Chinese, as its language pack does."""
    page = shared.open_only("").page
    page.evaluate("document.documentElement.lang = 'zh-CN'")
    yield shared
    page.evaluate("document.documentElement.lang = 'en'")


def test_a_widget_speaks_chinese_beside_another_that_speaks_english(shared: SharedDesk) -> None:
    notebook = shared.open(CHINESE, "other = GDWidget(language='en')\nother")
    view = notebook.view()
    notebook.run_well(1)
    other = notebook.view(1)
    expect(view.root.get_by_role("button", name="走一步", exact=True)).to_be_visible()
    expect(other.button("Step")).to_be_visible()
    view.root.get_by_role("button", name="走一步", exact=True).click()
    view.kernel.value("w.cursor")
    expect(view.root.locator(".gdwidget-count")).to_have_text("第 4 / 4 步")
    view.root.evaluate(
        "(root) => root.querySelectorAll('details').forEach((each) => { each.open = true; })"
    )
    becomes(notebook.page, lambda: english_in(view.root), [], "English")
    view.kernel.run("w.language = 'en'")
    expect(view.root.first).to_have_attribute("lang", "en")
    expect(notebook.view(0).button("Step")).to_be_visible()


def test_a_widget_without_a_language_speaks_that_of_jupyterlab(chinese_lab: SharedDesk) -> None:
    view = chinese_lab.show(ARTICLE)
    expect(view.root).to_have_attribute("lang", "zh-CN")
    expect(view.root.get_by_role("button", name="走一步", exact=True)).to_be_visible()
    # The next one finds it where all widgets of the kernel share it, and what is saved has it.
    assert view.kernel.value("len(w._shared.zh)") > 5_000


def test_a_question_is_answered_in_chinese(shared: SharedDesk) -> None:
    view = shared.show(ASKING)
    panel = view.root.get_by_role("group", name="第 1 题，共 1 题")
    expect(panel).to_contain_text("下一步 W 在哪里？")
    panel.get_by_role("button", name="提交").click()
    expect(panel.get_by_role("alert")).to_have_text("请输入 W 的值。")
    panel.get_by_label("W", exact=True).fill("8.62")
    panel.get_by_role("button", name="提交").click()
    expect(panel).to_contain_text("你的回答是 8.62，正确的是 7.38。")
    becomes(view.page, lambda: view.kernel.value("w.cursor"), 1, "the step")
