"""What axe-core finds wrong in a page: every rule that it has, but for those named here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Locator

SCRIPT = Path(__file__).resolve().parents[1] / "js/node_modules/axe-core/axe.min.js"

LEFT_OUT = {
    "color-contrast-enhanced": "seven to one is for those who ask for more contrast",
    "duplicate-id": "bqplot counts its curves in each figure from one; nothing refers to them",
    "focus-order-semantics": "pictures take the focus: keys draw and step in them",
    "hidden-content": "says only that there is some",
}
"""Rules that do not apply, and why."""

_FOUND = """
async (root, leftOut) => {
  const values = axe.getRules().map((rule) => rule.ruleId)
    .filter((id) => !leftOut.includes(id));
  const runOnly = { type: "rule", values };
  // Style sheets that are files would be asked for again, which pages from disk may not do.
  const preload = !document.querySelector("link[rel=stylesheet]");
  const { violations } = await axe.run(root, { runOnly, preload, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => {
    const [check] = [...node.any, ...node.all, ...node.none];
    return `${id}: ${node.html.slice(0, 200)}: ${check?.message}`;
  }));
}
"""


def violations(root: Locator, *, contrast: bool = False, left_out: Iterable[str] = ()) -> list[str]:
    """Return what is wrong in a part of a page, with ``contrast`` less than seven to one, too."""
    page = root.page
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    skipped = {*LEFT_OUT, *left_out} - ({"color-contrast-enhanced"} if contrast else set())
    found: list[str] = root.evaluate(_FOUND, sorted(skipped))
    return found
