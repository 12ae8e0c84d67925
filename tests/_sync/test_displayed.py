"""A widget has models while it is shown; else variables alone hold it."""

from __future__ import annotations

import gc
import uuid
import weakref
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest
from ipywidgets.widgets import widget as registry

from gdwidget import GDWidget, problems
from gdwidget._sync import displayed
from tests.tools import refuses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Notebook:
    """Runs of cells, as ipykernel tells of them."""

    def __init__(self) -> None:
        self.runs = 0
        self.cell = ""
        self.callbacks: list[Any] = []
        self.kernel = None
        self.events = SimpleNamespace(register=lambda _, callback: self.callbacks.append(callback))

    def get_parent(self) -> dict[str, Any]:
        metadata = {"cellId": self.cell} if self.cell else {}
        return {"metadata": metadata, "header": {"msg_id": f"run {self.runs}"}}

    def run(self, cell: str, code: Callable[[], Any]) -> Any:
        """Run a cell that ends with what the code returns."""
        self.cell, self.runs = cell, self.runs + 1
        result = code()
        if result is not None:
            result._repr_mimebundle_()
        displayed._leave_cell(None)
        self.cell = ""
        return result


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    shell = Notebook()
    monkeypatch.setattr(displayed, "get_ipython", lambda: shell)
    return shell


@pytest.fixture(autouse=True)
def before() -> set[str]:
    return set(registry._instances)


def models(before: set[str]) -> set[str]:
    return set(registry._instances) - before


def cell() -> GDWidget:
    w = GDWidget(lambda W, b: W**2 + b**2, 8.0, -1.0, argnums=(0, 1))
    w.step(3)
    return w


def test_what_is_not_shown_has_no_models_and_is_collected(before: set[str]) -> None:
    w = cell()
    assert models(before) == set()
    gone = weakref.ref(w)
    del w
    gc.collect()
    assert gone() is None


def test_a_cell_run_again_lets_go_of_what_it_showed(notebook: Notebook, before: set[str]) -> None:
    w = notebook.run("one", cell)
    once = len(models(before))
    gone = weakref.ref(w)
    for _ in range(2):
        w = notebook.run("one", cell)
        assert len(models(before)) == once
    gc.collect()
    assert gone() is None
    w.close()
    assert models(before) == set()


def test_what_is_shown_goes_on_though_no_variable_holds_it(
    notebook: Notebook, before: set[str]
) -> None:
    shown = weakref.ref(notebook.run("one", cell))
    for _ in range(3):
        notebook.run("two", cell)
    gc.collect()
    w: Any = shown()
    assert w.model_id in models(before)
    w.step()
    w.close()


def test_what_a_variable_holds_can_be_shown_again(notebook: Notebook, before: set[str]) -> None:
    w = notebook.run("one", cell)
    w.layout.width = "50%"
    notebook.run("one", lambda: None)
    assert models(before) == set()
    w.step()
    assert notebook.run("two", lambda: w).cursor == 4
    assert w.get_state()["_keyframe"]["cursor"] == 4
    assert w.get_state()["_programs"]
    assert w.layout.width == "50%"
    assert set(w.get_state()["_marks"].values()) <= {f"IPY_MODEL_{name}" for name in models(before)}
    w.close()
    assert models(before) == set()


def test_a_cell_that_shows_it_again_keeps_its_models(notebook: Notebook, before: set[str]) -> None:
    w = notebook.run("one", cell)
    shown = models(before)
    notebook.run("two", lambda: w)
    notebook.run("one", lambda: None)
    notebook.run("two", lambda: w)
    assert models(before) == shown
    w.close()


def test_what_another_widget_shows_stays(notebook: Notebook, before: set[str]) -> None:
    w = notebook.run("one", cell)
    box = ipywidgets.HBox([w])
    out = ipywidgets.Output(outputs=({"data": {"model_id": notebook.run("one", cell).model_id}},))
    inside = set(registry._instances)
    notebook.run("one", lambda: None)
    assert set(registry._instances) == inside
    for each in (box, out, box.layout, out.layout):
        each.close()
    notebook.run("two", lambda: w)
    notebook.run("two", lambda: None)
    for name, each in list(registry._instances.items()):
        if name in models(before) and isinstance(each, GDWidget):
            each.close()


def test_what_a_container_is_made_of_has_models(before: set[str]) -> None:
    w = cell()
    box = ipywidgets.VBox([w])
    assert f"IPY_MODEL_{w.model_id}" in box.get_state()["children"]
    assert w.model_id in models(before)
    w.close()
    box.layout.close()
    box.close()


def test_what_a_page_looks_at_stays(notebook: Notebook, before: set[str]) -> None:
    w = notebook.run("one", cell)
    name = w.model_id
    for page in ("a", "b"):
        w._answer(w, {"kind": "shown", "page": page, "turn": 1, "shown": True}, [])
    notebook.run("one", lambda: None)
    w._answer(w, {"kind": "shown", "page": "a", "turn": 2, "shown": False}, [])
    assert name in models(before)
    w._answer(w, {"kind": "shown", "page": "b", "turn": 2, "shown": False}, [])
    assert models(before) == set()


def test_a_page_that_is_shut_takes_nothing_from_a_cell(
    notebook: Notebook, before: set[str]
) -> None:
    w = notebook.run("one", cell)
    for turn, shown in enumerate((True, False), 1):
        w._answer(w, {"kind": "shown", "page": "a", "turn": turn, "shown": shown}, [])
    assert w.model_id in models(before)
    w.close()


def test_where_cells_have_no_names_all_stays(notebook: Notebook, before: set[str]) -> None:
    w = notebook.run("", cell)
    notebook.run("", lambda: None)
    assert w.model_id in models(before)
    w.close()


def test_so_many_pages_at_most() -> None:
    w = cell()
    for page in range(displayed.MOST_PAGES):
        w.tell_of_views(str(page), 1, shown=True)
    with refuses("page", "'more'", "at most 1,000 pages"):
        w.tell_of_views("more", 1, shown=True)
    w.tell_of_views("0", 2, shown=False)
    w.tell_of_views("more", 1, shown=True)
    w.close()


def test_what_a_page_told_first_and_comes_last_is_no_news(
    notebook: Notebook, before: set[str]
) -> None:
    w = notebook.run("one", cell)
    for page in ("a", "b"):
        w._answer(w, {"kind": "shown", "page": page, "turn": 1, "shown": True}, [])
    notebook.run("one", lambda: None)
    for turn, shown in ((3, False), (2, True)):
        w._answer(w, {"kind": "shown", "page": "a", "turn": turn, "shown": shown}, [])
    assert w.model_id in models(before)
    w._answer(w, {"kind": "shown", "page": "b", "turn": 2, "shown": False}, [])
    assert models(before) == set()


def test_a_page_written_leaves_no_models(before: set[str]) -> None:
    assert "<html" in cell().to_html()
    assert models(before) == set()


def test_another_problem_leaves_none_of_the_figures_before(before: set[str]) -> None:
    w = GDWidget(problems=[problems.line(), problems.moons()])
    w.open()
    first = len(models(before))
    w.problem_name = "moons"
    w.problem_name = "line"
    assert len(models(before)) == first
    w.close()


def test_a_layout_of_ones_own_stays_open(before: set[str]) -> None:
    layout = ipywidgets.Layout(width="50%")
    w = GDWidget(layout=layout)
    w.open()
    w.close()
    assert models(before) == {layout.model_id}
    layout.close()


def test_closing_all_widgets_closes_it_and_it_can_be_shown_again(before: set[str]) -> None:
    widget = GDWidget(layout={"width": "50%"})
    widget._repr_mimebundle_()
    ipywidgets.Widget.close_all()
    assert not models(before)
    widget.open()
    assert widget.layout.width == "50%"
    assert widget.layout.comm is not None


def is_heard(widget: GDWidget) -> bool:
    return widget._is_heard


class Comm:
    """What marimo opens for a widget that is made, and closes when its cell is run again."""

    def __init__(self, widget: Any, opened: list[Comm]) -> None:
        self.comm_id = widget._model_id
        self.states = [widget.get_state()]
        self.kinds: list[str] = []
        self._closed = False
        opened.append(self)

    def on_msg(self, callback: object) -> None:
        pass

    def send(self, data: dict[str, Any], **_: object) -> None:
        if data["method"] == "update":
            self.states.append(data["state"])

    def close(self) -> None:
        self._closed = True


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Comm]]:
    """Return the comms that are opened by a host as marimo does."""
    opened: list[Comm] = []

    def open_comm(widget: Any) -> None:
        widget._model_id = widget._model_id or uuid.uuid4().hex
        widget.comm = Comm(widget, opened)

    monkeypatch.setattr(ipywidgets.Widget, "_widget_construction_callback", open_comm)
    yield opened
    ipywidgets.Widget.close_all()


def test_where_the_host_opens_comms_all_is_sent_when_it_is_shown(opened: list[Comm]) -> None:
    widget = cell()
    comm: Any = widget.comm
    assert not is_heard(widget)
    assert comm.states[0]["_marks"] == {}
    widget._repr_mimebundle_()
    assert widget.comm is comm
    assert is_heard(widget)
    parts = {f"IPY_MODEL_{each.comm_id}" for each in opened}
    assert set(comm.states[-1]["_marks"].values()) < parts
    assert comm.states[-1]["_shared"] in parts
    assert comm.states[-1]["_keyframe"]["cursor"] == 3
    count = len(opened)
    widget._repr_mimebundle_()
    assert len(opened) == count
    assert sum("_marks" in state for state in comm.states) == 2


def test_where_the_host_has_closed_it_all_is_opened_anew_when_it_is_shown(
    opened: list[Comm],
) -> None:
    widget = cell()
    widget._repr_mimebundle_()
    before = dict(widget._marks)
    for comm in opened:
        comm.close()
    assert not is_heard(widget)
    widget._repr_mimebundle_()
    assert widget.comm is not None
    assert widget.comm not in opened[:1]
    assert set(widget._marks) == set(before)
    assert all(widget._marks[name] is not mark for name, mark in before.items())


def test_where_the_host_has_closed_the_parts_alone_they_are_made_anew(opened: list[Comm]) -> None:
    widget = cell()
    own: Any = widget.comm
    widget._repr_mimebundle_()
    before = widget._shared
    for comm in opened:
        if comm is not own:
            comm.close()
    widget._repr_mimebundle_()
    assert widget.comm is own
    made: Any = widget._shared
    assert made is not before
    assert own.states[-1]["_shared"] == f"IPY_MODEL_{made.model_id}"


def test_in_plain_python_nobody_hears_it() -> None:
    widget = cell()
    widget.open()
    assert not is_heard(widget)
    widget.close()
