"""What the pages of a widget need to compute by themselves, kept up with what is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdwidget import portable
from gdwidget.jaxprs import NotPortableError
from gdwidget.portable import Programs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget.choices import Choices
    from gdwidget.fit import Fit
    from gdwidget.optimizers import Optimizer
    from gdwidget.timeline import Timeline


class Exported:
    """Makes the payload of programs for a timeline, anew only where something is new in it.

    Parameters
    ----------
    options : Choices
        What is offered to choose from.
    timeline : Timeline
        Whose problem it is.
    fit : Fit
        How its model is drawn.
    """

    def __init__(self, options: Choices, timeline: Timeline, fit: Fit) -> None:
        self._options = options
        self._timeline = timeline
        self._programs = Programs(timeline.problem, fit)
        self._made: tuple[object, dict[str, Any]] | None = None

    def payload(self) -> dict[str, Any]:
        """Return the payload; the same object until there is another."""
        options, timeline = self._options, self._timeline
        problem, descent = timeline.problem, timeline.descent
        current = descent.batches.size if descent.batches else None
        used = {run.batches.size for run in timeline.runs if run.batches}
        sizes = [None, current, *options.offers(problem)["batch_sizes"], *sorted(used)]
        offered = tuple(dict.fromkeys(size or None for size in sizes))
        optimizers = options.optimizers()
        fits = problem.size <= portable.MOST_NUMBERS
        start = self._programs.start(timeline.run.start.params) if fits else ()
        key = (offered, tuple(id(each.make) for each in optimizers), start)
        if self._made is None or self._made[0] != key:
            self._made = (key, self._make(optimizers, offered, start))
        return self._made[1]

    def _make(
        self,
        optimizers: Sequence[Optimizer],
        batch_sizes: Sequence[int | None],
        start: Sequence[str],
    ) -> dict[str, Any]:
        seed, rates = self._options.seed, self._options.own_rates
        try:
            return self._programs.payload(
                optimizers, batch_sizes, start=start, seed=seed, rates=rates
            )
        except NotPortableError as reason:
            return portable.refused(str(reason))
