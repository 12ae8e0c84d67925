"""The step table: the article's loop in text, and the text form of the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.waiting import becomes, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ui.view import View

pytestmark = pytest.mark.ui

LAST = 100_000
NOTE_TEXTS = """
(button) => {
  const noted = (document.noted = []);
  const options = { childList: true, characterData: true, subtree: true };
  new MutationObserver(() => noted.push(button.innerText.trim())).observe(button, options);
}
"""


@pytest.fixture
def long_table(article: View) -> View:
    """Return a widget with 100,000 steps taken in Python, its table open."""
    article.kernel.run(f"w.learning_rate = 1e-6\nw.run({LAST})")
    article.expect_at(LAST)
    article.open_table()
    expect_in_sight(article, LAST)
    return article


def steps_in_sight(view: View) -> list[int]:
    """Return the steps of the rows that can be seen in the scrolled box."""
    steps: list[int] = view.table.evaluate(
        """(table) => {
          const { top, bottom } = table.getBoundingClientRect();
          const head = table.querySelector("thead").getBoundingClientRect().bottom;
          return [...table.querySelectorAll("tbody tr")]
            .filter((row) => {
              const place = row.getBoundingClientRect();
              return place.bottom <= bottom + 1 && place.top >= Math.max(top, head) - 1;
            })
            .map((row) => Number(row.cells[0].textContent));
        }"""
    )
    return steps


def expect_in_sight(view: View, step: int) -> None:
    until(view.page, lambda: steps_in_sight(view), lambda seen: step in seen, f"step {step}")


def scroll_to(view: View, share: float) -> None:
    view.table.evaluate(
        "(table, share) => (table.scrollTop = share * (table.scrollHeight - table.clientHeight))",
        share,
    )


def test_the_head_names_the_columns(article: View) -> None:
    article.open_table()
    heads = article.table.get_by_role("columnheader")
    expect(heads).to_have_text(["step", "W", "∂L/∂W", "new W", "loss"])


def test_a_row_goes_to_its_step(article: View) -> None:
    article.steps(5)
    article.open_table()
    article.row(2).click()
    article.expect_at(2, 5)
    expect(article.row(2)).to_have_attribute("aria-current", "step")
    expect(article.table.locator("[aria-current]")).to_have_count(1)


def test_arrow_keys_move_through_the_table(article: View) -> None:
    article.steps(5)
    article.open_table()
    article.row(2).click()
    article.table.focus()
    article.page.keyboard.press("ArrowUp")
    article.expect_at(1, 5)
    article.page.keyboard.press("ArrowDown")
    article.page.keyboard.press("ArrowDown")
    article.expect_at(3, 5)


def test_an_open_table_follows_each_step(article: View) -> None:
    article.open_table()
    for step in range(1, 16):
        article.press("Step")
        article.expect_at(step)
        expect_in_sight(article, step)


def test_the_table_holds_only_the_rows_in_sight(long_table: View) -> None:
    assert len(long_table.rows()) <= 30
    expect(long_table.table.locator("table")).to_have_attribute("aria-rowcount", str(LAST + 2))


def test_the_end_of_a_long_table_is_in_sight(long_table: View) -> None:
    expect_in_sight(long_table, LAST)
    assert long_table.rows()[-1][:2] == [str(LAST), "4.1349397"]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_a_long_table_scrolls_everywhere(long_table: View, share: float) -> None:
    scroll_to(long_table, share)
    wanted = round(share * LAST)
    seen = until(
        long_table.page,
        lambda: steps_in_sight(long_table),
        lambda seen: any(abs(step - wanted) <= 10 for step in seen),
        f"step {wanted} is in sight",
    )
    assert seen == list(range(seen[0], seen[0] + len(seen)))
    assert len(seen) >= 5
    if share in (0.0, 1.0):
        assert wanted in seen


def test_a_row_of_a_long_table_goes_to_its_step(long_table: View) -> None:
    scroll_to(long_table, 0.5)
    seen = until(
        long_table.page,
        lambda: steps_in_sight(long_table),
        lambda seen: len(seen) > 2 and 40_000 < seen[0] < 60_000,
        "the middle is in sight",
    )
    long_table.row(seen[2]).click()
    long_table.expect_at(seen[2], LAST)
    expected = long_table.kernel.value(f"str(w.trajectory['W'][{seen[2]}])")
    expect(long_table.row(seen[2]).locator("td").first).to_have_text(expected)


def test_the_table_is_copied_as_csv(article: View, tmp_path: Path) -> None:
    article.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    article.steps(3)
    article.open_table()
    written = tmp_path / "steps.csv"
    article.kernel.run(f"w.trajectory.to_csv({str(written)!r})")
    article.press("Copy as CSV")
    copied = written.read_text()
    becomes(
        article.page,
        lambda: article.page.evaluate("() => navigator.clipboard.readText()"),
        copied,
        "what was copied",
    )
    assert copied.splitlines()[:2] == ["step,W,W_grad,loss,learning_rate", "0,8.0,62.0,186.0,0.01"]


def test_after_copying_the_button_is_itself_again(article: View) -> None:
    article.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    article.open_table()
    article.button("Copy as CSV").evaluate(NOTE_TEXTS)
    article.press("Copy as CSV")
    becomes(
        article.page,
        lambda: article.page.evaluate("() => document.noted"),
        ["Copied", "Copy as CSV"],
        "what the button said",
    )
    expect(article.button("Copy as CSV")).to_be_visible()
