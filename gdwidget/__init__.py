"""Gradient descent to step through, in Jupyter.

Examples
--------
>>> w = GDWidget()
>>> w.step()
>>> str(w.params["W"]), str(w.loss)
('7.38', '149.54607')
"""

from importlib.metadata import version

from gdwidget import problems
from gdwidget.descent import Coming, Descent
from gdwidget.errors import ArgumentError
from gdwidget.landscape import Curve, Landscape
from gdwidget.offline import page_script, page_style
from gdwidget.problem import Problem
from gdwidget.run import Run
from gdwidget.state import State
from gdwidget.timeline import Timeline
from gdwidget.trajectory import Trajectory
from gdwidget.widget import GDWidget

__version__ = version("gdwidget")

__all__ = [
    "ArgumentError",
    "Coming",
    "Curve",
    "Descent",
    "GDWidget",
    "Landscape",
    "Problem",
    "Run",
    "State",
    "Timeline",
    "Trajectory",
    "page_script",
    "page_style",
    "problems",
]
