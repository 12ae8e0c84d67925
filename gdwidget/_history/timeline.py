"""All runs of a widget and the step being looked at; stepping, going back, forking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gdwidget._core.descent import Descent
from gdwidget._core.schedules import Rates
from gdwidget._history.ahead import Departure
from gdwidget._history.plan import Plan, Steps
from gdwidget._history.run import Run
from gdwidget._history.singles import Singles
from gdwidget._history.snapshots import BUDGET, Snapshots
from gdwidget._history.trajectory import Trajectory
from gdwidget._validation import MOST_STEPS, whole_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from gdwidget._core.descent import NextUpdate
    from gdwidget._core.problem import Problem
    from gdwidget._core.state import State, Status
    from gdwidget._history.ahead import Ahead

MOST_RUNS = 8
"""How many runs are kept; the oldest is dropped first."""


class _Now(NamedTuple):
    """The runs, and how the current one goes on: replaced whole, so that both always agree."""

    runs: tuple[Run, ...]
    plan: Plan


class Timeline:
    """The runs of one problem, the current one and the cursor.

    Stepping before the last recorded step moves along the record while the learning rate that
    is set for each step is the one it was recorded with. Where it is another, a new run forks
    from there, and the old one is kept until `reset` or `clear`. Steps that were given, not
    computed, have no such rate: along them it moves while the rates set are those of the run.

    Parameters
    ----------
    descent : Descent
        What takes the steps.
    learning_rate : float, callable or Rates, default 0.01
        Rate of the steps to come: a number, or an optax schedule.
    plan : Plan, optional
        Both in one, instead of them.
    snapshot_bytes : int, default 64,000,000
        Bytes of whole states that each run may keep, see `Snapshots`.
    after : Timeline, optional
        One that is replaced by this: the ids of runs go on from there.

    Attributes
    ----------
    hidden : bool
        Whether nothing is told of the steps to come, as while a question is asked about them.

    Examples
    --------
    >>> from gdwidget import Descent, problems
    >>> timeline = Timeline(Descent(problems.line()))
    >>> timeline.advance(3)
    3
    >>> str(timeline.state.params["W"])
    '6.3255796'
    >>> timeline.back(2)
    >>> timeline.learning_rate = 0.05
    >>> timeline.advance(1), len(timeline.runs), timeline.run.fork
    (1, 2, 1)
    """

    def __init__(
        self,
        descent: Descent | None = None,
        learning_rate: Any = 0.01,
        *,
        plan: Plan | None = None,
        snapshot_bytes: int = BUDGET,
        after: Timeline | None = None,
    ) -> None:
        if plan is None:
            assert descent is not None  # noqa: S101 - for mypy; one of both is given
            plan = Steps(descent, _rates(learning_rate))
        self._now = _Now((), plan)
        self.snapshot_bytes = snapshot_bytes
        self._next_id: int = after.run.id if after else 0
        self._head: tuple[Run, State]
        self._looked: tuple[Run, State] | None = None
        self._ahead: Ahead | None = None
        self._singles = Singles()
        self.hidden = False
        self.reset()

    @property
    def runs(self) -> tuple[Run, ...]:
        """Oldest first; the last one is the current run."""
        return self._now.runs

    @property
    def cursor(self) -> int:
        """The step looked at, 0 to ``runs[-1].last``."""
        return self._now.runs[-1].cursor

    @property
    def plan(self) -> Plan:
        """How the steps to come are taken; may be replaced by one for the same runs."""
        return self._now.plan

    @plan.setter
    def plan(self, value: Plan) -> None:
        self._now = self._now._replace(plan=value)

    @property
    def descent(self) -> Descent:
        """What takes the steps to come.

        May be replaced by one of the same problem that is compiled in another way.
        """
        return self._now.plan.descent

    @descent.setter
    def descent(self, value: Descent) -> None:
        self.plan = Steps(value, self.rates)

    @property
    def rates(self) -> Rates:
        """Rates of the steps to come."""
        return self._now.plan.rates

    @rates.setter
    def rates(self, value: Rates) -> None:
        self.plan = Steps(self.descent, value)

    @property
    def problem(self) -> Problem:
        """The problem as it is started now."""
        return self.descent.problem.started_at(self.run.start.params)

    @property
    def run(self) -> Run:
        """The current run."""
        return self._now.runs[-1]

    @property
    def learning_rate(self) -> float:
        """Rate of the steps to come; where it decays, at its highest."""
        return self.rates.peak

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.rates = _rates(value)

    @property
    def next_rate(self) -> float | None:
        """Rate of the step after the cursor; None where the schedule has none."""
        try:
            return float(self.rates.at(self.cursor, 1)[0])
        except ArgumentError:
            return None

    @property
    def recompiled(self) -> bool:
        """Whether steps are compiled in a way in which the current run cannot go on."""
        return self.run.descent is not self.descent and not self.descent.restorable

    @property
    def forks(self) -> bool:
        """Whether the next step would fork a new run."""
        if self.recompiled:
            return self.status == "ready"
        try:
            return self.cursor < self.run.last and self._steps_as_recorded(1) == 0
        except ArgumentError:
            return False

    @property
    def departure(self) -> Departure | None:
        """Where the next step sets out; None unless it is the one after the newest."""
        run, state = self._head
        newest = run is self.run and self.cursor == run.last == state.step
        if not newest or run.status != "ready" or self.recompiled:
            return None
        return Departure(run, state, self.plan)

    @property
    def ahead(self) -> Ahead | None:
        """The next step, where it was taken ahead: it is recorded when it is asked for."""
        ahead, departure = self._ahead, self.departure
        return ahead if ahead and departure and departure.equals(ahead.departure) else None

    @ahead.setter
    def ahead(self, value: Ahead) -> None:
        self._ahead = value

    def goes_on(self, run: int) -> bool:
        """Return whether the current run is the one of that id, or was forked from it."""
        parents = {kept.id: kept.parent for kept in self.runs}
        own: int | None = self.run.id
        while own is not None and own != run:
            own = parents.get(own)
        return own == run

    @property
    def state(self) -> State:
        """The state at the cursor.

        Raises
        ------
        ArgumentError
            If the batches of a stream led there, and the state is no longer kept.
        """
        run, head = self._head
        if run is self.run and head.step == self.cursor == run.last:
            return head
        return self.state_at(self.cursor)

    @property
    def aux(self) -> Any:
        """What a loss with ``has_aux`` returned at the cursor, whole; see `Descent.aux`."""
        return self.run.descent.aux(self.state)

    @property
    def status(self) -> Status:
        """Status of the state at the cursor."""
        return self.run.status if self.cursor == self.run.last else "ready"

    @property
    def coming(self) -> NextUpdate | None:
        """The update that follows the cursor, where it is not the rate times the gradient."""
        at_head = self.cursor == self.run.last
        plain = self.descent.optimizer.plain and self.rates.constant
        if self.run.is_given(self.cursor + 1) and not self.forks:
            return None
        if plain or self.hidden or not (at_head or self.descent.problem.parameters.complete):
            return None
        try:
            return self.descent.coming(self.state, self.rates)
        except ArgumentError:  # no such rate, or a state of a stream that is gone
            return None

    def state_at(self, step: int) -> State:
        """Return the state at a recorded step of the current run.

        Raises
        ------
        ArgumentError
            As `state`, or if there is no such step.
        """
        run = self.run
        step = whole_number("step", step, 0, run.last)
        if run.descent.restorable:
            row = run.trajectory.rows(step, step + 1)[0]
            status = run.status if step == run.last else "ready"
            return run.descent.restore(step, run.start, row, status)
        state = run.snapshots.before(step)
        if self._looked and self._looked[0] is run:
            looked = self._looked[1]
            if looked.step <= step and (state is None or looked.step > state.step):
                state = looked
        if state is None or (state.step < step and not run.descent.repeatable):
            accepted = "a step whose state is kept: the batches of a stream cannot be read again"
            raise ArgumentError("step", step, accepted)
        while state.step < step:
            stop, descent = step, run.descent
            for until, other in reversed(run.earlier):
                if state.step < until:
                    stop, descent = min(step, until), other
            rates = run.trajectory.rows(state.step + 1, stop + 1)[:, 3]
            state, _ = descent.run(state, rates, stop - state.step)
        self._looked = (run, state)
        return state

    def advance(self, steps: int = 1, each: Callable[[State], object] | None = None) -> int:
        """Take steps from the cursor, along the record first.

        It stops early on converged or diverged, or when ``each`` resets. After an exception
        (from the loss, from ``each`` or a `KeyboardInterrupt`) the steps taken so far stand.

        Parameters
        ----------
        steps : int, default 1
            At most how many, 1 to 10,000,000.
        each : callable, optional
            Called with the `State` after every step. Without it steps are taken in
            compiled loops.

        Returns
        -------
        int
            How many were taken.

        Raises
        ------
        ArgumentError
            If ``steps`` is out of range.
        """
        taken = 0
        for moved in self.advancing(steps, one_by_one=lambda: each is not None):
            taken += moved
            if each:
                each(self.state)
        return taken

    def advancing(
        self, steps: int, *, one_by_one: Callable[[], bool] = lambda: False
    ) -> Iterator[int]:
        """Take steps bit by bit, as `advance` does, and yield after each bit how many it took.

        Parameters
        ----------
        steps : int
            At most how many, 1 to 10,000,000.
        one_by_one : callable, optional
            Asked before each bit whether it must be a single step.

        Yields
        ------
        int
            Steps of this bit; it ends early on converged, diverged or a reset meanwhile.
        """
        left = whole_number("n", steps, 1, MOST_STEPS)
        while left:
            moved = self._advance_some(1 if one_by_one() else left)
            if not moved:
                return
            left -= moved
            run = self.run
            yield moved
            if self.run is not run:
                return

    def raise_as_asked(self) -> None:
        """Raise what jax's debugging flags ask for where the step looked at has diverged.

        Raises
        ------
        FloatingPointError
            If ``jax_debug_nans`` or ``jax_debug_infs`` is on; all steps are kept.
        """
        if self.status == "diverged" and not self.run.is_given(self.cursor):
            rate = float(self.run.trajectory.rows(self.cursor, self.cursor + 1)[0, 3])
            self.descent.raise_as_asked(self.state_at(self.cursor - 1), rate)

    def _advance_some(self, steps: int) -> int:
        if self.recompiled and self.status == "ready":
            self._fork()
        moved = self._steps_as_recorded(steps)
        if moved:
            self.run.cursor += moved
            return moved
        if self.cursor < self.run.last:
            self._fork()
        run = self.run
        if run.status != "ready":
            return 0
        head, rows = self._taken(steps)
        try:
            run.record(rows, self.rates)
            run.status = head.status
            if not self.descent.restorable:
                run.snapshots.offer(head)
            self._head = (run, head)
            run.cursor = head.step
        except BaseException:  # what is recorded when an interrupt comes is looked at, too
            if run.last == head.step:
                run.status = head.status
            run.cursor = run.last
            raise
        return len(rows)

    def _taken(self, steps: int) -> tuple[State, NDArray[np.float32]]:
        if self._ahead:
            ahead, self._ahead = self.ahead, None
            if ahead and steps == 1:
                return ahead.state, ahead.rows
        if steps == 1:
            return self._singles.take(self.state, self.plan)
        return self.descent.run(self.state, self.rates, steps)

    def _steps_as_recorded(self, steps: int) -> int:
        """Return how many of the next steps, of up to so many, are those recorded.

        Raises
        ------
        ArgumentError
            If there is a recorded step and the schedule has no rate for it.
        """
        at, run = self.cursor, self.run
        most = min(steps, run.last - at)
        takes_rate = run.descent.optimizer.takes_rate
        if run.given and at < run.given.last:
            along = not takes_rate or self.rates.key == run.latest.key
            return min(most, run.given.last - at) if along else 0
        if not (most and takes_rate):
            return most
        rates = self.rates.at(at, most)
        recorded = run.trajectory.rows(at + 1, at + 1 + len(rates))[:, 3]
        others = np.flatnonzero(recorded != rates)
        return int(others[0]) if len(others) else len(rates)

    def back(self, steps: int = 1) -> None:
        """Look at an earlier step, at step 0 at the earliest; nothing is lost.

        Raises
        ------
        ArgumentError
            If ``steps`` is no whole number of at least 1.
        """
        steps = whole_number("n", steps, 1, MOST_STEPS)
        self.run.cursor = max(0, self.cursor - steps)

    def goto(self, step: int) -> None:
        """Look at a recorded step.

        Raises
        ------
        ArgumentError
            If there is no such step.
        """
        self.run.cursor = whole_number("step", step, 0, self.run.last)

    def reset(self, /, **start: Any) -> None:
        """Start over: without values all runs are forgotten, from others a new run begins.

        Parameters
        ----------
        **start : float or pytree
            New starting values by parameter name; the others start where they started. The
            runs that took steps are kept.

        Raises
        ------
        ArgumentError
            If a name is none of the parameters', or the loss is not finite there; then
            nothing is changed.
        """
        before = self.runs[-1].start.params if self.runs else {}
        plan = self.plan
        state = plan.descent.init(plan.rates, {**before, **start})
        self._begin(self._new(plan, state), state, self._begun() if start else (), plan)

    def restart(self, plan: Plan | Descent) -> None:
        """Begin a new run from the same start in another way; runs that took steps are kept.

        Parameters
        ----------
        plan : Plan or Descent
            How the steps are taken from now on; with a descent alone the rates stay.

        Raises
        ------
        ArgumentError
            If it cannot start there; then nothing is changed.
        """
        if isinstance(plan, Descent):
            plan = Steps(plan, self.rates)
        state = plan.descent.init(plan.rates, self.run.start.params)
        self._begin(self._new(plan, state), state, self._begun(), plan)

    def adopt(self, runs: Sequence[Run], plan: Plan) -> None:
        """Have other runs of the same problem instead of all there are; they get new ids.

        Parameters
        ----------
        runs : sequence of Run
            At most as many as are kept, see `MOST_RUNS`; the last one is the current one.
        plan : Plan
            How the steps to come are taken: that of the last one.
        """
        for run in runs:
            run.id, run.parent, run.fork, run.cursor = self._take_id(), None, 0, run.last
        self._begin(runs[-1], runs[-1].start, tuple(runs[:-1]), plan)

    def held(self) -> Callable[[], None]:
        """Return what brings the runs, the plan and the cursor back as they are now."""
        now, head, cursor = self._now, self._head, self.cursor

        def bring_back() -> None:
            self._now, self._head = now, head
            self._looked = self._ahead = None
            self.run.cursor = cursor

        return bring_back

    def clear(self) -> None:
        """Forget all runs but the current one."""
        self._now = self._now._replace(runs=self.runs[-1:])

    def _begun(self) -> tuple[Run, ...]:
        """Return the runs that are kept beside a new one: those that took steps."""
        return tuple(run for run in self.runs if run.last > 0)[-(MOST_RUNS - 1) :]

    def _new(self, plan: Plan, state: State) -> Run:
        descent = plan.descent
        trajectory = Trajectory(descent.problem.parameters.recorded[0], descent.extras)
        trajectory.extend(descent.row_of(state))
        snapshots = Snapshots(state, self.snapshot_bytes, thinning=descent.repeatable)
        run = Run(self._take_id(), state, trajectory, descent, plan.rates, snapshots)
        run.status = state.status
        return run

    def _fork(self) -> None:
        run, state, at, plan = self.run, self.state, self.cursor, self.plan
        earlier = run.earlier
        if run.descent is not plan.descent:
            earlier = (*earlier, (at, run.descent))
        snapshots = run.snapshots.upto(at)
        if not plan.descent.restorable:
            snapshots.offer(state)
        forked = Run(
            self._take_id(),
            run.start,
            run.trajectory.upto(at),
            plan.descent,
            plan.rates,
            snapshots,
            parent=run.id,
            fork=at,
            earlier=earlier,
            given=run.given.upto(at) if run.given else None,
        )
        forked.status = state.status
        self._begin(forked, state, self.runs[-(MOST_RUNS - 1) :], plan)

    # One assignment makes it the current run; what is kept beside it names the run it is of.
    def _begin(self, run: Run, state: State, kept: tuple[Run, ...], plan: Plan) -> None:
        self._now = _Now((*kept, run), plan)
        self._head = (run, state)
        self._looked = self._ahead = None

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id


def _rates(given: Any) -> Rates:
    return given if isinstance(given, Rates) else Rates(given)
