"""The bqplot figures and their marks; the page fills them from what is recorded."""

from gdwidget.figures.data_and_fit import data_and_fit
from gdwidget.figures.loss_against_step import loss_against_step
from gdwidget.figures.loss_function import loss_function
from gdwidget.figures.parts import close
from gdwidget.figures.plane import plane

__all__ = ["close", "data_and_fit", "loss_against_step", "loss_function", "plane"]
