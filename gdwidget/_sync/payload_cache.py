"""What the pages of a widget need to compute by themselves, kept up with what is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from gdwidget._history.plan import Plan
from gdwidget._lowering import payload
from gdwidget._lowering.builder import MOST_NUMBERS
from gdwidget._lowering.payload import Programs
from gdwidget._lowering.trace import NotPortableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._core.optimizers import Optimizer
    from gdwidget._core.schedules import Rates
    from gdwidget._history.timeline import Timeline
    from gdwidget._landscape.fit import Fit


_OF_GIVEN = payload.refused(
    "A run was recorded elsewhere: a page goes on only where it can take all steps again."
)


class Offer(Plan, Protocol):
    """A plan that knows what can be chosen in its place."""

    @property
    def own_rates(self) -> Rates | None:
        """A schedule that was handed in."""

    def optimizers(self) -> Sequence[Optimizer]:
        """Return the optimizers, the one that makes the updates first."""

    def batch_sizes(self) -> Sequence[int]:
        """Return the batch sizes, 0 for all data; none without data."""


class PayloadCache:
    """Makes the payload of programs for a timeline, anew only where something is new in it.

    Parameters
    ----------
    timeline : Timeline
        Whose problem it is; its plan is an `Offer`.
    fit : Fit
        How its model is drawn.

    Attributes
    ----------
    curvature : bool
        Whether pages are to measure the curvature, too.
    """

    def __init__(self, timeline: Timeline, fit: Fit) -> None:
        self._timeline = timeline
        self.curvature = False
        self._programs = Programs(timeline.problem, fit)
        self._made: tuple[object, dict[str, Any]] | None = None

    def payload(self) -> dict[str, Any]:
        """Return the payload; the same object until there is another."""
        timeline = self._timeline
        if any(run.given for run in timeline.runs):
            return _OF_GIVEN
        offer = cast("Offer", timeline.plan)
        problem, descent = timeline.problem, timeline.descent
        current = descent.batches.size if descent.batches else None
        used = {run.batches.size for run in timeline.runs if run.batches}
        sizes = [None, current, *offer.batch_sizes(), *sorted(used)]
        offered = tuple(dict.fromkeys(size or None for size in sizes))
        optimizers = offer.optimizers()
        fits = problem.size <= MOST_NUMBERS
        start = self._programs.start(timeline.run.start.params) if fits else ()
        key = (offered, tuple(id(each.make) for each in optimizers), start, self.curvature)
        if self._made is None or self._made[0] != key:
            self._made = (key, self._make(offer, optimizers, offered, start))
        return self._made[1]

    def _make(
        self,
        offer: Offer,
        optimizers: Sequence[Optimizer],
        batch_sizes: Sequence[int | None],
        start: Sequence[str],
    ) -> dict[str, Any]:
        seed, rates = offer.descent.seed, offer.own_rates
        try:
            return self._programs.payload(
                optimizers,
                batch_sizes,
                start=start,
                seed=seed,
                rates=rates,
                curvature=self.curvature,
            )
        except NotPortableError as reason:
            return payload.refused(str(reason))
