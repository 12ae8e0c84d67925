"""A run as a script that needs no gdwidget."""

from gdwidget._output.script.run import to_script

__all__ = ["to_script"]
