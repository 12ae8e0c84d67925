"""What the widgets of a kernel share: the text of their page part, held once for all of them."""

from __future__ import annotations

import functools
import os
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets as t
from ipywidgets import Widget

from gdwidget._sync.displayed import is_open
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from gdwidget._sync.messages import requests

STATIC = Path(__file__).parents[1] / "static"
"""The built page part."""

RELOADS = bool(os.environ.get("ANYWIDGET_HMR"))
"""Whether widgets are drawn anew where a file of their page part changes."""

_lock = threading.Lock()
_users: weakref.WeakSet[Widget] = weakref.WeakSet()
_latest: list[Shared] = []


@functools.cache
def text(name: str) -> str:
    """Return the text of a built file.

    Examples
    --------
    >>> "export{" in text("engine.js")
    True
    """
    return (STATIC / name).read_text(encoding="utf-8")


class Shared(Widget):  # type: ignore[misc]
    """A model without a view, whose texts every page and every saved notebook has once.

    Attributes
    ----------
    script : str
        The module that shows a widget.
    style : str
        Its style sheet.
    engine : str
        The module that runs exported programs where no kernel is.
    teaching, presenting : str
        The module that teaches, and the one that presents; empty until some widget uses it.
    zh : str
        What all of them say in Chinese; empty until some widget is to say it.
    """

    script = t.Unicode(read_only=True).tag(sync=True)
    style = t.Unicode(read_only=True).tag(sync=True)
    engine = t.Unicode(read_only=True).tag(sync=True)
    teaching = t.Unicode(read_only=True).tag(sync=True)
    presenting = t.Unicode(read_only=True).tag(sync=True)
    zh = t.Unicode(read_only=True).tag(sync=True)

    @t.default("script")
    def _script(self) -> str:
        return text("widget.js")

    @t.default("style")
    def _style(self) -> str:
        return text("widget.css")

    @t.default("engine")
    def _engine(self) -> str:
        return text("engine.js")

    def hold(self, part: requests.Part) -> None:
        """Hold from now on a module that not every widget needs, for pages and what is saved."""
        self.set_trait(part, text(f"{part}.js"))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Refuse what a page sets: every other page runs these texts."""
        for name, value in sync_data.items():
            raise ArgumentError(name, value, "nothing from a page")


def used_by(widget: Widget) -> Shared:
    """Return what a widget shares with all others that use it; it is there until none does.

    Where its host has opened its comm, it shares with none: marimo serves several visitors by one
    process, and what is opened for one of them the pages of others do not know.

    Examples
    --------
    >>> from gdwidget import GDWidget
    >>> one, other = GDWidget(), GDWidget()
    >>> one.open(), other.open()
    (None, None)
    >>> one._shared is other._shared
    True
    """
    if is_open(widget.comm):
        return Shared()
    with _lock:
        _users.add(widget)
        if not _latest or not is_open(_latest[0].comm):
            _latest[:] = [Shared()]
        return _latest[0]


def left_by(widget: Widget, held: Shared | None) -> None:
    """Close what is shared when the last widget no longer uses it."""
    with _lock:
        if held and held not in _latest:
            held.close()
        _users.discard(widget)
        if _latest and not _users:
            _latest.pop().close()
