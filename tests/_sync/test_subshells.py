"""A page that names a subshell of a kernel that was restarted is still answered."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gdwidget._sync import subshells


@pytest.mark.parametrize(
    ("named", "kept"), [("lost", None), ("here", "here"), (None, None)], ids=str
)
def test_only_a_subshell_that_is_not_there_is_forgotten(
    monkeypatch: pytest.MonkeyPatch, named: str | None, kept: str | None
) -> None:
    header = {"subshell_id": named}
    manager = SimpleNamespace(list_subshell=lambda: ["here", "there"])
    kernel = SimpleNamespace(
        get_parent=lambda: {"header": header},
        shell_channel_thread=SimpleNamespace(manager=manager),
    )
    monkeypatch.setattr(subshells, "get_ipython", lambda: SimpleNamespace(kernel=kernel))
    subshells.forget_unknown()
    assert header == {"subshell_id": kept}


@pytest.mark.parametrize("kernel", [None, SimpleNamespace(), SimpleNamespace(get_parent=dict)])
def test_kernels_without_subshells_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, kernel: object
) -> None:
    monkeypatch.setattr(subshells, "get_ipython", lambda: SimpleNamespace(kernel=kernel))
    subshells.forget_unknown()
