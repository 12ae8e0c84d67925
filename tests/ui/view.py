"""A widget's view in a page, as its reader uses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

from tests.ui.figure import (
    DATA_AND_FIT_MARKS,
    LOSS_AGAINST_STEP_MARKS,
    LOSS_FUNCTION_MARKS,
    PLANE_MARKS,
    Figure,
)

if TYPE_CHECKING:
    from tests.ui.server import Kernel

FASTEST = 11
"""The last position of the speed slider."""


class View:
    """The controls, figures and texts of one view."""

    def __init__(self, page: Page, root: Locator, kernel: Kernel | None = None) -> None:
        self.page = page
        self._kernel = kernel
        self.root = root
        self.count = root.locator(".gdwidget-count")
        self.update = root.locator(".gdwidget-update")
        self.status = root.locator(".gdwidget-status")
        self.message = root.locator(".gdwidget-message:not(:empty)")
        self.announcer = root.get_by_role("status").and_(root.locator("[aria-live]"))
        self.scrub = root.get_by_role("slider", name="step", exact=True)
        self.speed = root.get_by_role("slider", name="speed", exact=True)
        self.table = root.locator(".gdwidget-table")
        boxes = root.locator(".gdwidget-box")
        self.loss_function = Figure(page, boxes.nth(0), LOSS_FUNCTION_MARKS)
        self.plane = Figure(page, boxes.nth(1), PLANE_MARKS)
        self.loss_against_step = Figure(page, boxes.nth(2), LOSS_AGAINST_STEP_MARKS)
        self.data_and_fit = Figure(page, boxes.nth(3), DATA_AND_FIT_MARKS)

    @property
    def kernel(self) -> Kernel:
        assert self._kernel is not None, "this page has no kernel"
        return self._kernel

    def wait_until_drawn(self) -> None:
        expect(self.count).to_have_text(re.compile(r"^(step|第) \d"))
        first, surface = self.loss_function, "curve"
        if self.plane.box.is_visible():
            first, surface = self.plane, "contours"
        first.wait_for(surface, lambda mark: len(mark.path) > 0, "is drawn")
        first.wait_for("cursor", lambda mark: len(mark.points) > 0, "is drawn")
        self.loss_against_step.wait_for(
            "linear_cursor", lambda mark: len(mark.points) > 0, "is drawn"
        )

    def wait_until_recomputed(self) -> None:
        """Wait until a page without a kernel has taken the recorded steps again, or cannot."""
        settled = re.compile(r"^(?!.*(recomputing|Go on in this page)).+", re.DOTALL)
        origin = self.root.locator(".gdwidget-origin")
        expect(origin).to_have_text(settled, use_inner_text=True)

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def press(self, name: str, times: int = 1) -> None:
        for _ in range(times):
            self.button(name).click()

    def take_the_articles_first_steps(self) -> None:
        """Take three steps by hand, and see them in the update and in both pictures of losses."""
        self.steps(3)
        expect(self.update).to_contain_text("6.3255796")
        self.loss_function.wait_for_path(4)
        self.loss_against_step.wait_for(
            "linear_path", lambda mark: len(mark.vertices) == 4, "has four points"
        )

    def expect_at(self, step: int, last: int | None = None) -> None:
        """Wait until the kernel has taken a step, too; without ``last`` it is the last one."""
        self.expect_shown(step, last)
        expect(self.root.locator("[data-awaited]")).to_have_count(0)

    def expect_shown(self, step: int, last: int | None = None) -> None:
        """Wait until the count shows a step; without ``last`` it is the last one."""
        last = step if last is None else last
        expect(self.count).to_have_text(f"step {step:,} of {last:,}")

    def expect_to_count(self, step: int) -> None:
        """Wait until the count shows a step, whatever the last one is."""
        expect(self.count).to_have_text(re.compile(f"^step {step:,} of "))

    def steps(self, count: int) -> None:
        """Press Step so many times from the last step and wait until all are drawn."""
        last = self.last
        self.press("Step", count)
        self.expect_at(last + count)

    @property
    def last(self) -> int:
        return int(self.scrub.get_attribute("max") or 0)

    def expect_update(self, value: str, rate: str, gradient: str, following: str) -> None:
        """Wait until the update line holds these numbers."""
        wanted = f"W ← W − α · ∂L/∂W = {value} − {rate} · {gradient} = {following}"
        expect(self.update).to_have_text(wanted)

    def set_slider(self, slider: Locator, position: int) -> None:
        """Move a slider as a drag does: one input event at the new position."""
        slider.fill(str(position))

    def choice(self, label: str) -> Locator:
        """Return one of the lists to choose from."""
        return self.root.get_by_role("combobox", name=label, exact=True)

    def choose(self, label: str, option: str) -> None:
        self.choice(label).select_option(label=option)

    def field(self, label: str) -> Locator:
        """Return a field, which may be kept shut."""
        labelled = self.root.get_by_label(label, exact=True)
        return labelled.and_(self.root.locator("input[type=number]"))

    def open(self, label: str) -> None:
        """Open what keeps a field shut, if something does."""
        labelled = self.page.get_by_label(label, exact=True)
        kept = self.root.locator("details:not([open])").filter(has=labelled)
        for summary in kept.locator("> summary").all():
            summary.click()

    def enter(self, label: str, text: str) -> None:
        """Type into a field and leave it."""
        self.open(label)
        self.field(label).fill(text)
        self.field(label).press("Tab")

    def open_table(self) -> None:
        self.root.get_by_text("Table", exact=True).click()
        expect(self.table).to_be_visible()

    def rows(self) -> list[list[str]]:
        """Return the texts of the table's rows in sight."""
        rows: list[list[str]] = self.table.locator("tbody tr").evaluate_all(
            "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
        return rows

    def row(self, step: int) -> Locator:
        return self.table.locator(f'tr[data-step="{step}"]')
