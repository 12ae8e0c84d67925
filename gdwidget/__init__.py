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
from gdwidget._core.descent import Descent, NextUpdate
from gdwidget._core.problem import Problem
from gdwidget._core.state import State
from gdwidget._given_runs.record import Recording, record
from gdwidget._given_runs.replay import replay
from gdwidget._history.comparison import Comparison
from gdwidget._history.run import Run
from gdwidget._history.timeline import Timeline
from gdwidget._history.trajectory import Trajectory
from gdwidget._landscape.line import Curve, Landscape
from gdwidget._mixins.asking import OpenQuestionError
from gdwidget._output.page_assets import page_script, page_style
from gdwidget._sync.colab import allow_widgets
from gdwidget._teaching.grading import Grade, grade
from gdwidget._teaching.questions import Choice, Explain, Goal, Number, Prediction
from gdwidget._teaching.quiz import Quiz
from gdwidget._teaching.receipt import ReceiptError, read_receipt
from gdwidget.errors import ArgumentError
from gdwidget.widget import GDWidget

allow_widgets()

__version__ = version("gdwidget")

__all__ = [
    "ArgumentError",
    "Choice",
    "Comparison",
    "Curve",
    "Descent",
    "Explain",
    "GDWidget",
    "Goal",
    "Grade",
    "Landscape",
    "NextUpdate",
    "Number",
    "OpenQuestionError",
    "Prediction",
    "Problem",
    "Quiz",
    "ReceiptError",
    "Recording",
    "Run",
    "State",
    "Timeline",
    "Trajectory",
    "grade",
    "page_script",
    "page_style",
    "problems",
    "read_receipt",
    "record",
    "replay",
]
