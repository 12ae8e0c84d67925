"""The bqplot figures and their marks; the page fills them from what is recorded."""

from gdwidget._figures.data_and_fit import data_and_fit
from gdwidget._figures.loss_against_step import loss_against_step
from gdwidget._figures.loss_function import loss_function
from gdwidget._figures.parts import close
from gdwidget._figures.plane import plane

__all__ = ["close", "data_and_fit", "loss_against_step", "loss_function", "plane"]
