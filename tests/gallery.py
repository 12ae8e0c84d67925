"""The gallery: its page, and the pictures on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, NamedTuple

from gdwidget import GDWidget, problems

Theme = Literal["light", "dark"]

PAGE = Path(__file__).resolve().parent.parent / "docs" / "gallery.md"
PICTURES = PAGE.parent / "gallery"
THEMES: tuple[Theme, ...] = ("light", "dark")


class Entry(NamedTuple):
    """What the page has of a problem."""

    name: str
    code: str
    """The line that makes the widget."""

    seen: str
    """What its picture shows, in words."""

    picture: str
    """Where the page finds it: the light one, which the site pairs with the dark one."""

    def widget(self) -> GDWidget:
        """Return what the line makes."""
        names = {"GDWidget": GDWidget, "problems": problems}
        made = eval(self.code, names)  # noqa: S307 - the project's own page
        assert isinstance(made, GDWidget)
        return made


_ENTRY = re.compile(r"^## (\w+)\n\n```python\n(.+)\n```\n\n!\[(.+)\]\((.+)\)$", re.MULTILINE)


def entries() -> list[Entry]:
    """Return what is on the page, in its order."""
    return [Entry(*parts) for parts in _ENTRY.findall(PAGE.read_text(encoding="utf-8"))]


def picture(name: str, theme: Theme) -> Path:
    """Return where a problem's picture is."""
    return PICTURES / f"{name}-{theme}.webp"
