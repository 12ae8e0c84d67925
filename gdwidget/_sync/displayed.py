"""A widget that pages and ipywidgets know for as long as it is shown somewhere."""

from __future__ import annotations

import contextlib
import sys
import weakref
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t
from comm import DummyComm
from IPython import get_ipython
from ipywidgets.widgets import widget as ipywidgets_registry

from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipywidgets import Widget

MOST_PAGES = 1_000
"""How many pages may show one widget."""

_PATIENCE = 0.2

_shown: weakref.WeakSet[Displayed] = weakref.WeakSet()


class Displayed(anywidget.AnyWidget):
    """A widget whose models exist while it is shown, and which variables alone hold otherwise.

    ipywidgets never lets go of a widget with an open comm, nor does a page or the file of a
    notebook. So the comm is opened when the widget is displayed or another widget refers to it,
    and closed once nobody can see it any longer: every cell that displayed it was run again
    and displayed it no more, no page said that it has a view of it, and no other widget refers
    to it. Whoever still has it in a variable goes on with it, and may display it again.

    Where the cells that are run have no names, what was displayed stays open. marimo opens a comm
    of its own when the widget is made, and closes it when the cell is run again: what was sent
    first lacks the parts then, and what was closed is opened anew when it is displayed again.
    """

    comm: Any
    _lock: Any
    _made = _closed = _opening = _whole = False

    def __init__(self, *, own_layout: bool, **traits: Any) -> None:
        self._cells: dict[str, str] = {}
        self._viewers: dict[str, tuple[int, bool]] = {}
        self._layout_values: dict[str, Any] = {}
        super().__init__(**traits)
        self._own_layout = own_layout
        self._made = True
        shell = get_ipython()
        if hasattr(shell, "kernel"):
            shell.events.register("post_run_cell", _leave_cell)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def model_id(self) -> str:
        """Name of the model; who asks refers to it, so that there must be one."""
        if self._made and self.comm is None and not self._closed:
            self._show()
        return super().model_id  # type: ignore[no-any-return]

    def get_state(self, key: Any = None, **options: Any) -> Any:
        """Return traits as pages get them; all of them are those of a model that exists."""
        if key is None and self._made and not (self.comm or self._closed or self._opening):
            self._show()
        return super().get_state(key, **options)

    def open(self) -> None:
        """Open the comm, with the models of all parts; it is done when the widget is displayed."""
        there = self._whole and is_open(self.comm)
        if not self._made or (there and self._parts_are_open):
            return
        with self._lock:
            if there:
                self._drop_parts()
            elif self._whole:
                self._leave()
            self._closed, self._opening = False, True
            try:
                self._make_parts()
                if is_open(self.comm):
                    self.send_state()
                else:
                    self.comm = None
                    super().open()
            finally:
                self._opening = False
            self._whole = True
            self._allow_display()
            _shown.add(self)
            self._was_opened()

    @property
    def _is_heard(self) -> bool:
        """Whether what is sent comes anywhere: in plain Python it does not."""
        comm = self.comm
        if not (self._whole and is_open(comm)) or isinstance(comm, DummyComm):
            return False
        if type(comm).__module__.partition(".")[0] != "ipykernel":
            return True
        kernels = sys.modules.get("ipykernel.kernelbase")
        return kernels is not None and bool(kernels.Kernel.initialized())

    def close(self) -> None:
        """Close the widget and its parts for good: no page shows or saves them any longer."""
        self._closed = True
        self._leave()
        self._repr_mimebundle_ = None  # type: ignore[assignment, method-assign]

    @contextlib.contextmanager
    def as_shown(self) -> Iterator[None]:
        """Have models while something is written, and have none again if there were none."""
        had = self.comm is not None
        self.open()
        try:
            yield
        finally:
            if not had:
                self._leave()

    def tell_of_views(self, page: str, turn: int, *, shown: bool) -> None:
        """Take note of whether a page has views, unless it is older than what is known.

        A kernel that is busy gets what was sent to a subshell before what was sent to itself.
        """
        if turn <= self._viewers.get(page, (0, False))[0]:
            return
        if page not in self._viewers and len(self._viewers) >= MOST_PAGES:
            self._viewers = {page: each for page, each in self._viewers.items() if each[1]}
            if len(self._viewers) >= MOST_PAGES:
                raise ArgumentError("page", page, f"at most {MOST_PAGES:,} pages")
        self._viewers[page] = (turn, shown)
        if not shown:
            self._leave_if_unseen()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        self._show()
        return super()._repr_mimebundle_(**options)

    def _allow_display(self) -> None:
        """Take back what ipywidgets does where it closes a widget."""
        self.__dict__.pop("_repr_mimebundle_", None)

    def _make_parts(self) -> None:
        """Make the widgets that this one refers to."""
        raise NotImplementedError

    @property
    def _parts_are_open(self) -> bool:
        """Whether the host has closed none of them."""
        raise NotImplementedError

    def _drop_parts(self) -> None:
        """Close the widgets that this one refers to."""
        raise NotImplementedError

    def _was_opened(self) -> None:
        """Do what follows the opening; the lock is held."""

    @t.default("layout")
    def _default_layout(self) -> dict[str, Any]:
        return self._layout_values

    @t.observe("layout")
    def _on_layout(self, _: t.Bunch) -> None:
        self._own_layout = False

    def _show(self) -> None:
        """Note that what is run now shows the widget or refers to it."""
        cell, execution = _at_work()
        self._cells[cell] = execution
        self.open()

    def _run_again(self, cell: str, execution: str) -> None:
        """Note that a cell was run, which may show the widget no longer."""
        if self._cells.get(cell, execution) == execution:
            return
        if self._lock.acquire(timeout=_PATIENCE):
            try:
                del self._cells[cell]
                self._leave_if_unseen()
            finally:
                self._lock.release()

    def _leave_if_unseen(self) -> None:
        seen = self._cells or any(shown for _, shown in self._viewers.values())
        if self.comm is not None and not seen and not _is_referred_to(self):
            self._leave()

    def _leave(self) -> None:
        """Close the comm and what belongs to the widget alone."""
        if self.comm is None:
            return
        _shown.discard(self)
        self._viewers.clear()
        self._whole = False
        super().close()
        self._allow_display()
        self._drop_parts()
        layout = self._trait_values.get("layout")
        if not (layout and self._own_layout):
            return
        if layout.comm is None or not _is_referred_to(layout):
            values = layout.get_state(drop_defaults=True)
            self._layout_values = {k: v for k, v in values.items() if not k.startswith("_")}
            del self._trait_values["layout"]
            layout.close()


def is_open(comm: Any) -> bool:
    """Whether a comm is there and its host has not closed it."""
    return comm is not None and not getattr(comm, "_closed", False)


def _leave_cell(_: object) -> None:
    """Let go of what the cell that has just ended showed when it was run before."""
    cell, execution = _at_work()
    if cell:
        for widget in tuple(_shown):
            widget._run_again(cell, execution)  # noqa: SLF001


def _at_work() -> tuple[str, str]:
    """Return the names of the cell that is run and of this run of it; empty where unknown."""
    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId")
    return (cell, parent["header"]["msg_id"]) if cell else ("", "")


def _is_referred_to(widget: Widget) -> bool:
    """Whether any other widget refers to one, by itself or by the name of its model."""
    name = widget.model_id
    others = [each for each in ipywidgets_registry._instances.values() if each is not widget]  # noqa: SLF001
    return any(_holds(dict(each._trait_values), widget, name) for each in others)  # noqa: SLF001


def _holds(value: object, widget: Widget, name: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(each, widget, name) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_holds(each, widget, name) for each in value)
    return value is widget or (isinstance(value, str) and value == name)
