"""What a widget can do with runs side by side: take them, have pages move them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from gdwidget import _validation
from gdwidget._core import hints
from gdwidget._history.comparison import compared, leading, side_by_side
from gdwidget._history.timeline import MOST_RUNS
from gdwidget._languages.speaking import speaks
from gdwidget._mixins.changing import Changing
from gdwidget._sync.messages import answers
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._history.comparison import Comparison
    from gdwidget._history.run import Run
    from gdwidget._settings.run_spec import Chosen

SETTINGS = ("optimizer", "learning_rate", "batch_size", "decay")
"""What can be compared."""

_FEWEST = 2
_NEVER = -1


@speaks
class Comparing(Changing):
    """A widget that can take several runs at once, which differ in one setting."""

    _comparison = t.Dict(allow_none=True, default_value=None).tag(sync=True)

    def compare(
        self,
        *,
        steps: int | None = None,
        until: float | None = None,
        **setting: Sequence[Any],
    ) -> Comparison:
        """Take a run with each of some values of one setting, all else the same.

        All begin at the same start, with the same seed and batches; the runs there were are
        forgotten. Pages overlay them and move them together: at every step looked at, each run
        has its dot at the same step, and a table tells the losses there. With batch sizes it is
        the same number of samples read. That lasts until another run begins. Functions given to
        `on_step` are not called.

        Parameters
        ----------
        steps : int, optional
            How many each run takes; `run_steps` without. With batch sizes so many of the largest
            batches, and of smaller ones as many as read as many samples.
        until : float, optional
            A loss: the table tells after how many steps it was reached.
        **setting : sequence
            One of ``optimizer``, ``learning_rate``, ``batch_size`` and ``decay``, with two to
            eight values.

        Returns
        -------
        Comparison
            A table, with the values in the order given. The run that came farthest without
            diverging is the current one afterwards, and its settings hold.

        Raises
        ------
        ArgumentError
            If it is not exactly one setting that can be compared, its values are not two to
            eight different ones that can be set, or make no difference; or if the data are a
            stream, whose batches cannot be read twice. Then nothing is changed.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> w = GDWidget()
        >>> w.compare(optimizer=["sgd", "nesterov", "adam"], until=0.01)
        optimizer  steps          loss  steps until 0.01  verdict
        sgd           50  0.0034088849                46  falling
        nesterov      50   0.002808158                14  falling
        adam          50     156.58554                 -  falling
        >>> [run.label for run in w.runs][-1]
        'adam, learning rate 0.01'
        """
        name, values = _chosen(setting)
        self._wait("compare")
        taken = self.run_steps if steps is None else steps
        most = _validation.whole_number("steps", taken, 1, _validation.MOST_STEPS)
        reached = None if until is None else _validation.real_number("until", until)
        with self._lock:
            timeline = self._timeline
            plans = self._plans(name, values)
            runs = side_by_side(timeline, plans, most)
            names = [plan.values[name] for plan in plans]
            table = compared(runs, name, names, reached)
            first = leading(runs)
            others = [run for at, run in enumerate(runs) if at != first]
            timeline.adopt([*others, runs[first]], plans[first])
            if self._shared:
                self._shared.hold("teaching")
            self._comparison = _told(table, runs)
            self._tell()
            self._throttle.changed()
        return table

    def _plans(self, name: str, values: Sequence[Any]) -> list[Chosen]:
        """Return the settings with each of the values, all of which make a difference."""
        chosen, problem = self._session.chosen, self._session.problem
        if problem.stream is not None:
            accepted = "data given whole: the batches of a stream cannot be read twice"
            raise ArgumentError(name, values, accepted)
        plans = [chosen.having({name: value}, problem, self._descents) for value in values]
        if name in ("learning_rate", "decay") and not chosen.descent.optimizer.takes_rate:
            accepted = "nothing with an optimizer that takes no learning rate"
            raise ArgumentError(name, values, accepted)
        told = [plan.values[name] for plan in plans]
        if any(value in told[:at] for at, value in enumerate(told)):
            raise ArgumentError(name, values, "values of which no two are the same")
        return plans


def _told(table: Comparison, runs: Sequence[Run]) -> dict[str, Any]:
    told = answers.Compared(
        setting=table.setting,
        runs=[run.id for run in runs],
        values=table.values,
        until=table.until,
        reached=[_NEVER if steps is None else steps for steps in table.reached],
        verdicts=[row["verdict"] for row in table.rows],
    )
    return dict(told)


def _chosen(setting: dict[str, Any]) -> tuple[str, Sequence[Any]]:
    """Return the one setting that is compared, with its values."""
    accepted = f"one of {', '.join(SETTINGS)}, with a list of values"
    for name, values in setting.items():
        if name not in SETTINGS:
            raise ArgumentError(name, values, accepted, hints.meant(name, SETTINGS))
    if len(setting) != 1:
        given = ", ".join(setting) or "none"
        raise ArgumentError("compare", given, f"exactly {accepted}")
    ((name, values),) = setting.items()
    if not isinstance(values, (list, tuple)) or not _FEWEST <= len(values) <= MOST_RUNS:
        raise ArgumentError(name, values, f"a list of {_FEWEST} to {MOST_RUNS} values")
    return name, values
