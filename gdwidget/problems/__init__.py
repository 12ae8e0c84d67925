"""Ready-made problems; each function returns a `gdwidget.Problem`.

=================  =================================================  ==================
problem            what it teaches                                    what learns
=================  =================================================  ==================
`line`             the update itself, as in the article               one number
`double_well`      a minimum is not the minimum                       one number
`plateau`          a small gradient need not mean a minimum is near   one number
`quadratic`        unequal curvatures make descent slow               two numbers
`saddle`           a gradient near 0 need not be a minimum            two numbers
`rosenbrock`       steepest is hardly ever straight to the minimum    two numbers
`himmelblau`       the start decides which minimum is found           two numbers
`beale`            no single rate suits flat and steep places         two numbers
`logistic`         classification, with a straight boundary           three numbers
`house_prices`     real data, and why features are scaled             up to 12 numbers
`sine`             regression by a network                            a network
`moons`            classification by a network                        a network
=================  =================================================  ==================
"""

from gdwidget.problems.curves import double_well, plateau
from gdwidget.problems.house_prices import house_prices
from gdwidget.problems.line import line
from gdwidget.problems.logistic import logistic
from gdwidget.problems.moons import moons
from gdwidget.problems.sine import sine
from gdwidget.problems.surfaces import beale, himmelblau, quadratic, rosenbrock, saddle

__all__ = [
    "beale",
    "double_well",
    "himmelblau",
    "house_prices",
    "line",
    "logistic",
    "moons",
    "plateau",
    "quadratic",
    "rosenbrock",
    "saddle",
    "sine",
]
