"""Why the loss of a run grew, in one sentence with what was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdwidget._languages.speaking import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.sharpness import Measured, Ruler

PLAIN = "sgd"
_CUSTOM = "custom"

_ALONE = 0.99
_MOSTLY = 0.8
"""Shares of a direction's squared length, from which on numbers name it."""

_EARLY = 5
"""How many steps are looked at for the measured factor."""

_SLIGHT = 1e-3
"""A share of the gradient that is too small to be measured by."""

_SAME = 0.01
"""Up to this relative difference two factors are the same."""

_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e6

_NOT_KNOWN = "The step after step {} was recorded elsewhere: its learning rate is not known."
_BELOW = "{} is below the limit {} of {} with {}: the curvature there does not explain this."
_ABOVE = "{} is above the limit {} of {} with {}."
_ALONG = "{}. Each step multiplies the distance from the minimum by {}{}."
_ALONG_IT = "{}. Each step multiplies the distance from the minimum along it by {}{}."
_ON_BATCHES = "; measured on batches {}"
_AS_EXPECTED = "; measured {}"
_OTHERWISE = "; measured {}, for the curvature changes on the way"


class Growth(NamedTuple):
    """What is known of a run whose loss grew.

    Attributes
    ----------
    step : int
        From where on it grew: where it was least.
    rate : float
        The learning rate of the step from there.
    measured : Measured
        The curvature there.
    factor : float or None
        What the next step made of the gradient along the sharpest direction.
    batches : bool
        Whether the steps read batches.
    """

    step: int
    rate: float
    measured: Measured
    factor: float | None
    batches: bool


def explain(timeline: Timeline, ruler: Ruler) -> str:
    """Return in one sentence why the loss grew until the cursor.

    Parameters
    ----------
    timeline : Timeline
        Its current run is explained.
    ruler : Ruler
        What measures the curvature of its loss.

    Examples
    --------
    >>> from gdwidget import Descent, Timeline, problems
    >>> from gdwidget._landscape.sharpness import Ruler
    >>> timeline = Timeline(Descent(problems.line()), 0.19)
    >>> timeline.advance(3)
    3
    >>> explain(timeline, Ruler(timeline.descent.problem))
    'The loss has not grown: it is least at step 3.'
    """
    run = timeline.run
    rows = run.trajectory.rows(0, timeline.cursor + 1)
    losses = np.array(rows[:, 2], np.float64)
    names = run.trajectory.columns
    if "full_loss" in names:
        full = rows[:, names.index("full_loss") - 1]
        losses = np.where(np.isfinite(full), full, losses)
    step = int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))
    if step == timeline.cursor:
        return said("The loss has not grown: it is least at step {}.", f"{step:,}")
    if run.is_given(step + 1):
        return said(_NOT_KNOWN, f"{step:,}")
    measured = ruler.measured(ruler.place(timeline, step), run.descent.optimizer.name)
    first = {name: rows[step : step + _EARLY + 1, at] for at, name in enumerate(names[1:])}
    factor = _factor(first, measured.along)
    rate = float(rows[step + 1, 3])
    return sentence(Growth(step, rate, measured, factor, run.batches is not None))


def _factor(columns: Mapping[str, np.ndarray], along: Mapping[str, float]) -> float | None:
    """Return what the first step that tells made of the gradient along a direction."""
    if not along or sum(part**2 for part in along.values()) < _ALONE:
        return None
    slopes = np.stack([np.float64(columns[f"{name}_grad"]) for name in along], axis=1)
    with np.errstate(all="ignore"):
        heights = slopes @ np.array(list(along.values()))
        sizes = np.linalg.norm(slopes, axis=1)
    for before, after, size in zip(heights, heights[1:], sizes, strict=False):
        if abs(before) > _SLIGHT * size and math.isfinite(before) and math.isfinite(after):
            return float(after / before)
    return None


def sentence(growth: Growth) -> str:
    """Return what is known of a growth, in words.

    The page says the same: ``js/src/teaching/curvature.ts``.
    """
    measured, rate = growth.measured, growth.rate
    name, limit, sharpness = measured.optimizer, measured.limit, measured.sharpness
    where = _curvature(growth)
    if not measured.known:
        return said(
            "No limit is known for {}.", said("this optimizer") if name == _CUSTOM else name
        )
    if sharpness is None:
        return said("The curvature cannot be measured there.")
    if limit is None:
        return said("{}: it sets no limit there, and does not explain this.", where)
    if rate > limit and name == PLAIN:
        return _multiplied(growth, where, 1 - rate * sharpness)
    return said(_BELOW if rate <= limit else _ABOVE, short(rate), short(limit), name, where)


def _multiplied(growth: Growth, where: str, expected: float) -> str:
    """Return what plain gradient descent makes of a distance, and what it did."""
    _, rate, measured, factor, batches = growth
    product = f"1 − {short(rate)} · {short(measured.sharpness or 0.0)} = {short(expected)}"
    told = ""
    if factor is not None:
        same = abs(factor - expected) <= _SAME * abs(expected)
        told = said(_ON_BATCHES if batches else _AS_EXPECTED if same else _OTHERWISE, short(factor))
    return said(_ALONG if len(measured.along) == 1 else _ALONG_IT, where, product, told)


def _curvature(growth: Growth) -> str:
    """Return the sharpness, its direction and where it was measured in words."""
    measured = growth.measured
    told = (
        direction(measured.along),
        said(" at step {}", f"{growth.step:,}") if growth.step else "",
        said(", in {}'s own units", measured.optimizer) if measured.own_units else "",
        said(", on all data") if growth.batches else "",
    )
    return f"λ = {short(measured.sharpness or 0.0)}{''.join(told)}"


def direction(along: Mapping[str, float]) -> str:
    """Return the direction's largest components, as far as few say most of it.

    Examples
    --------
    >>> direction({"x": 0.95, "y": -0.31}), direction({"x": 0.6, "y": 0.8})
    (' mostly along x', ' along x and y')
    >>> direction({"x": 0.5, "y": 0.5, "z": 0.5})
    ''
    """
    shares = sorted(((part**2, name) for name, part in along.items()), key=lambda each: -each[0])
    total = 0.0
    for count, (share, _) in enumerate(shares[:2], 1):
        total += share
        if total >= _MOSTLY:
            largest = {name for _, name in shares[:count]}
            named = said(" and ").join(name for name in along if name in largest)
            return said(" along {}" if total >= _ALONE else " mostly along {}", named)
    return ""


def short(number: float) -> str:
    """Return a number to four digits.

    Examples
    --------
    >>> short(10.3333), short(-1.06667), short(25600000.0), short(0.00001)
    ('10.33', '−1.067', '2.56e7', '1e-5')
    """
    rounded = float(f"{abs(number):.4g}")
    if rounded == 0 or _PLAIN_FROM <= rounded < _PLAIN_TO:
        text = f"{rounded:.10g}"
    else:
        mantissa, exponent = f"{rounded:.3e}".split("e")
        text = f"{float(mantissa):g}e{int(exponent)}"
    return f"−{text}" if number < 0 else text
