"""The widget that tests of faults share, unless a file has its own."""

from __future__ import annotations

import pytest

from gdwidget import GDWidget


@pytest.fixture(scope="module")
def shared() -> GDWidget:
    return GDWidget()


@pytest.fixture
def w(shared: GDWidget) -> GDWidget:
    """Return the article's widget at its start, with the settings it was made with."""
    shared.learning_rate, shared.run_steps = 0.01, 50
    shared.reset(W=8, b=-1)
    return shared
