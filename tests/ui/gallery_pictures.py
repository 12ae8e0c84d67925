"""Make the gallery's pictures from the running widget: `python -m tests.ui.gallery_pictures`.

Each problem has a run by the line of code that the gallery gives, and a page of its own, opened
in light and in dark. With names, as in `python -m tests.ui.gallery_pictures moons sine`, only
those are made anew.
"""

from __future__ import annotations

import argparse
import base64
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests import gallery
from tests.ui import picture as taking
from tests.ui.view import View

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTH = 1000
PIXELS_A_POINT = 1.5
QUALITY = 70
"""Of WebP, in percent: at it letters have no shadows that are seen."""


def main() -> None:
    """Take the pictures of the problems named on the command line, else of all."""
    entries = {entry.name: entry for entry in gallery.entries()}
    parser = argparse.ArgumentParser(description="Make the gallery's pictures.")
    parser.add_argument("names", nargs="*", help=f"default: {' '.join(entries)}")
    names = parser.parse_args().names or entries
    gallery.PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, taking.browser() as browser:
        path = Path(folder) / "page.html"
        for name in names:
            widget = entries[name].widget()
            widget.run()
            widget.save_html(path)
            for theme in gallery.THEMES:
                picture = gallery.picture(name, theme)
                picture.write_bytes(_take(browser, path, theme))
                print(f"{picture.name}: {picture.stat().st_size:,} bytes")  # noqa: T201 - a script's answer


def _take(browser: Browser, path: Path, theme: gallery.Theme) -> bytes:
    """Return a picture of the page's widget, when it has come to rest."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme=theme)
    page.goto(path.as_uri())
    view = View(page, page.locator(".gdwidget"))
    taking.frame(view)
    view.wait_until_drawn()
    view.wait_until_recomputed()
    through = view.root.get_by_text("slice through step").filter(visible=True)
    if through.count():
        expect(through).to_have_text(f"slice through step {view.last:,}")
    for figure in (view.loss_function, view.plane, view.loss_against_step):
        if figure.box.is_visible():
            figure.wait_until_it_fills_its_box()
            figure.settled_axes()
    if view.data_and_fit.box.is_visible():
        view.data_and_fit.wait_until_still("circles")
    box = view.root.bounding_box()
    assert box is not None
    taken = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot",
        {"format": "webp", "quality": QUALITY, "clip": {**box, "scale": PIXELS_A_POINT}},
    )
    page.close()
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    main()
