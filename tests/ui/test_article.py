"""The article's numbers, step by step, as a student sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from tests.ui.view import View

pytestmark = pytest.mark.ui

ARTICLE_ROWS = [
    ["0", "8.0", "62.0", "7.38", "186.0"],
    ["1", "7.38", "55.593334", "6.8240666", "149.54607"],
    ["2", "6.8240666", "49.84869", "6.3255796", "120.236694"],
    ["3", "6.3255796", "44.69766", "5.878603", "96.67163"],
]


def test_the_start_is_shown_before_any_step(article: View) -> None:
    article.expect_at(0)
    article.expect_update("8.0", "0.01", "62.0", "7.38")
    expect(article.status).to_have_text(
        "The loss at the start is 186. The slope is 62, so W moves left."
    )
    article.loss_function.wait_for_path(1)


def test_three_steps_show_the_articles_numbers(article: View) -> None:
    article.press("Step", 3)
    article.expect_at(3)
    article.expect_update("6.3255796", "0.01", "44.69766", "5.878603")
    expect(article.status).to_have_text(
        "The loss fell by 23.57 in this step. The slope is 44.7, so W moves left."
    )
    article.loss_function.wait_for_path(4)


def test_the_table_is_the_articles_printed_loop(article: View) -> None:
    article.open_table()
    article.press("Step", 3)
    article.expect_at(3)
    becomes(article.page, article.rows, ARTICLE_ROWS, "the table")


def test_a_run_ends_at_step_50(article: View) -> None:
    article.set_slider(article.speed, 8)
    article.press("Run")
    article.expect_at(50)
    expect(article.button("Run")).to_be_visible()
    article.expect_update("2.0256863", "0.01", "0.26542473", "2.023032")
    article.loss_function.wait_for_path(51)


def test_the_last_steps_of_the_run_are_the_articles(article: View) -> None:
    article.set_slider(article.speed, 11)
    article.press("Run")
    article.expect_at(50)
    article.open_table()
    wanted = [
        ["47", "2.0356295", "0.0065588956"],
        ["48", "2.0319479", "0.005273429"],
        ["49", "2.0286465", "0.004239871"],
        ["50", "2.0256863", "0.0034088849"],
    ]
    becomes(
        article.page,
        lambda: [[row[0], row[1], row[4]] for row in article.rows()[-4:]],
        wanted,
        "the last rows",
    )


def test_the_axes_are_labelled_as_in_the_article(article: View) -> None:
    expect(article.root.get_by_text("Loss along", exact=True)).to_be_visible()
    shown = article.root.get_by_label("shown over the steps")
    expect(shown.locator("option:checked")).to_have_text("Loss over steps")
    becomes(article.page, article.loss_function.name_across, "W", "the name across")
    becomes(article.page, article.loss_against_step.name_across, "step", "the name across")
    until(
        article.page,
        lambda: article.loss_function.axes()["across"],
        lambda ticks: {"0", "5", "10"} <= set(ticks),
        "the weight's ticks",
    )
