"""All runs of a widget and the step being looked at; stepping, going back, forking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdwidget.checks import MOST_STEPS, whole_number
from gdwidget.checks import learning_rate as checked_rate
from gdwidget.descent import Descent, State, Status, row_of
from gdwidget.trajectory import Trajectory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gdwidget.problem import Problem

MOST_RUNS = 8
"""How many runs are kept; the oldest is dropped first."""


@dataclass(frozen=True)
class Run:
    """One trajectory and where it came from.

    Attributes
    ----------
    id : int
        Unique in its timeline, ascending.
    start : State
        Its step 0.
    trajectory : Trajectory
        Its rows, those shared with its parent included.
    parent : int or None
        The run it was forked from.
    fork : int
        The last step it shares with its parent; 0 without one.
    """

    id: int
    start: State
    trajectory: Trajectory
    parent: int | None = None
    fork: int = 0

    @property
    def last(self) -> int:
        """The last recorded step."""
        return len(self.trajectory) - 1


class Timeline:
    """The runs of one problem, the current one and the cursor.

    Stepping before the last recorded step moves along the record, unless the learning rate
    was changed there: then it forks a new run from that step, and the old one is kept until
    `reset`.

    Parameters
    ----------
    descent : Descent
        What takes the steps.
    learning_rate : float, default 0.01
        Rate of the steps to come.

    Attributes
    ----------
    descent : Descent
        May be replaced by one of the same problem that is compiled in another way.
    runs : tuple of Run
        Oldest first; the last one is the current run.
    cursor : int
        The step looked at, 0 to ``runs[-1].last``.

    Examples
    --------
    >>> from gdwidget import problems
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

    def __init__(self, descent: Descent, learning_rate: float = 0.01) -> None:
        self.descent = descent
        self._learning_rate = checked_rate(learning_rate)
        self._next_id = 0
        self.runs: tuple[Run, ...] = ()
        self.cursor = 0
        self._head: tuple[Run, State]
        self._rate_on_arrival = self._learning_rate
        self.reset()

    @property
    def problem(self) -> Problem:
        """The problem as it is started now."""
        return self.descent.problem.started_at(self.run.start.params)

    @property
    def run(self) -> Run:
        """The current run."""
        return self.runs[-1]

    @property
    def learning_rate(self) -> float:
        """Rate of the steps to come."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate = checked_rate(value)

    @property
    def rate_on_arrival(self) -> float:
        """Rate that was set when the cursor came to where it is."""
        return self._rate_on_arrival

    @property
    def forks(self) -> bool:
        """Whether the next step would fork a new run."""
        changed = self._learning_rate != self._rate_on_arrival
        return changed and self.cursor < self.run.last

    @property
    def state(self) -> State:
        """The state at the cursor."""
        run, head = self._head
        if run is self.run and head.step == self.cursor == run.last:
            return head
        row = self.run.trajectory.rows(self.cursor, self.cursor + 1)[0]
        return self.descent.restore(self.cursor, self.run.start.params, row)

    @property
    def status(self) -> Status:
        """Status of the state at the cursor."""
        return self.state.status

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

    def _advance_some(self, steps: int) -> int:
        if self.forks:
            self._fork()
        recorded = self.run.last - self.cursor
        if recorded:
            moved = min(steps, recorded)
            self._look_at(self.cursor + moved)
            return moved
        state = self.state
        if state.status != "ready":
            return 0
        head, rows = self.descent.run(state, self._learning_rate, steps)
        self.run.trajectory.extend(rows)
        self._head = (self.run, head)
        self._look_at(head.step)
        return len(rows)

    def back(self, steps: int = 1) -> None:
        """Look at an earlier step, at step 0 at the earliest; nothing is lost.

        Raises
        ------
        ArgumentError
            If ``steps`` is no whole number of at least 1.
        """
        steps = whole_number("n", steps, 1, MOST_STEPS)
        self._look_at(max(0, self.cursor - steps))

    def goto(self, step: int) -> None:
        """Look at a recorded step.

        Raises
        ------
        ArgumentError
            If there is no such step.
        """
        self._look_at(whole_number("step", step, 0, self.run.last))

    def reset(self, /, **start: float) -> None:
        """Start over and forget all runs.

        Parameters
        ----------
        **start : float
            New starting values by parameter name; the others start where they started.

        Raises
        ------
        ArgumentError
            If a name is none of the parameters', or the loss is not finite there; then
            nothing is changed.
        """
        before = self.runs[-1].start.params if self.runs else {}
        state = self.descent.init(self._learning_rate, {**before, **start})
        trajectory = Trajectory(self.descent.problem.learning)
        trajectory.extend(row_of(state, trajectory.name))
        self._begin(Run(self._take_id(), state, trajectory), state, ())

    def _fork(self) -> None:
        run, state = self.run, self.state
        trajectory = run.trajectory.upto(self.cursor)
        forked = Run(self._take_id(), run.start, trajectory, parent=run.id, fork=self.cursor)
        self._begin(forked, state, self.runs[-(MOST_RUNS - 1) :])

    # In this order an interrupt between any two lines leaves a timeline that works.
    def _begin(self, run: Run, state: State, kept: tuple[Run, ...]) -> None:
        self._look_at(state.step)
        self.runs = (*kept, run)
        self._head = (run, state)
        self._rate_on_arrival = self._learning_rate

    def _look_at(self, step: int) -> None:
        if step != self.cursor:
            self._rate_on_arrival = self._learning_rate
        self.cursor = step

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id
