"""Colab shows widgets that are not its own only where it is told to."""

from __future__ import annotations

import sys


def allow_widgets() -> None:
    """Have Colab load the widget managers of others, where this is Colab."""
    output = getattr(sys.modules.get("google.colab"), "output", None)
    allow = getattr(output, "enable_custom_widget_manager", None)
    if allow is not None:
        allow()
