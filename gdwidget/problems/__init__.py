"""Ready-made problems; each function returns a `gdwidget.Problem`."""

from gdwidget.problems.line import line

__all__ = ["line"]
