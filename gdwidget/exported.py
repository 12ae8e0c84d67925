"""What the pages of a widget need to compute by themselves, kept up with what is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gdwidget import portable
from gdwidget.jaxprs import NotPortableError
from gdwidget.portable import Programs
from gdwidget.written import MOST_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._settings.run_spec import Chosen
    from gdwidget.fit import Fit
    from gdwidget.optimizers import Optimizer
    from gdwidget.timeline import Timeline


class Exported:
    """Makes the payload of programs for a timeline, anew only where something is new in it.

    Parameters
    ----------
    timeline : Timeline
        Whose problem it is; its plan is the settings `Chosen`.
    fit : Fit
        How its model is drawn.
    """

    def __init__(self, timeline: Timeline, fit: Fit) -> None:
        self._timeline = timeline
        self._programs = Programs(timeline.problem, fit)
        self._made: tuple[object, dict[str, Any]] | None = None

    def payload(self) -> dict[str, Any]:
        """Return the payload; the same object until there is another."""
        timeline = self._timeline
        chosen = cast("Chosen", timeline.plan)
        problem, descent = timeline.problem, timeline.descent
        current = descent.batches.size if descent.batches else None
        used = {run.batches.size for run in timeline.runs if run.batches}
        sizes = [None, current, *chosen.batch_sizes(), *sorted(used)]
        offered = tuple(dict.fromkeys(size or None for size in sizes))
        optimizers = chosen.optimizers()
        fits = problem.size <= MOST_NUMBERS
        start = self._programs.start(timeline.run.start.params) if fits else ()
        key = (offered, tuple(id(each.make) for each in optimizers), start)
        if self._made is None or self._made[0] != key:
            self._made = (key, self._make(chosen, optimizers, offered, start))
        return self._made[1]

    def _make(
        self,
        chosen: Chosen,
        optimizers: Sequence[Optimizer],
        batch_sizes: Sequence[int | None],
        start: Sequence[str],
    ) -> dict[str, Any]:
        seed, rates = chosen.spec.seed, chosen.handed.rates
        try:
            return self._programs.payload(
                optimizers, batch_sizes, start=start, seed=seed, rates=rates
            )
        except NotPortableError as reason:
            return portable.refused(str(reason))
