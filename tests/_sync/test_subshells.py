"""A page that names a subshell that is no more is still answered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gdwidget._sync import subshells


@pytest.mark.parametrize(
    ("named", "serves"), [("lost", None), ("here", "here"), (None, None)], ids=str
)
def test_the_main_shell_serves_what_names_a_subshell_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, named: str | None, serves: str | None
) -> None:
    manager = SimpleNamespace(list_subshell=lambda: ["here", "there"])
    kernel = SimpleNamespace(shell_channel_thread=SimpleNamespace(manager=manager))
    monkeypatch.setattr(subshells, "get_ipython", lambda: SimpleNamespace(kernel=kernel))
    comm: Any = SimpleNamespace(_reply_subshell_for=lambda _, default: default)
    subshells.serve_unknown(comm)
    assert comm._reply_subshell_for({}, named) == serves


def test_comms_that_know_no_subshells_are_left_alone() -> None:
    comm = SimpleNamespace()
    subshells.serve_unknown(comm)
    assert comm == SimpleNamespace()


@pytest.mark.parametrize("kernel", [None, SimpleNamespace(), SimpleNamespace(get_parent=dict)])
def test_kernels_without_subshells_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, kernel: object
) -> None:
    monkeypatch.setattr(subshells, "get_ipython", lambda: SimpleNamespace(kernel=kernel))
    comm: Any = SimpleNamespace(_reply_subshell_for=lambda _, default: default)
    subshells.serve_unknown(comm)
    assert comm._reply_subshell_for({}, "named") == "named"
