"""Colab is told to show widgets, and nobody else is."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

from gdwidget._sync import colab

if TYPE_CHECKING:
    import pytest


def test_in_colab_widgets_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    here = ModuleType("google.colab")
    here.output = SimpleNamespace(  # type: ignore[attr-defined]
        enable_custom_widget_manager=lambda: told.append(True)
    )
    monkeypatch.setitem(sys.modules, "google.colab", here)
    colab.allow_widgets()
    assert told == [True]
    del here.output
    colab.allow_widgets()
    assert told == [True]


def test_elsewhere_nothing_of_it_is_imported() -> None:
    colab.allow_widgets()
    assert "google.colab" not in sys.modules
