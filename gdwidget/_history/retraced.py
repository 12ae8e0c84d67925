"""Makes a run of what was recorded elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gdwidget._history.given import Given
from gdwidget._history.run import Run
from gdwidget._history.snapshots import Snapshots
from gdwidget._history.trajectory import Trajectory
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gdwidget._core.state import State
    from gdwidget._history.plan import Plan


class Point(NamedTuple):
    """Where somebody else's steps led.

    Attributes
    ----------
    step : int
        How many of these steps led there.
    params : mapping of str to pytree
        The parameters there, by the names of the problem.
    opt_state : optax.OptState, optional
        What the optimizer remembered there; None where nobody knows.
    """

    step: int
    params: Mapping[str, Any]
    opt_state: Any = None


def retraced(plan: Plan, points: Sequence[Point], snapshot_bytes: int) -> Run:
    """Return a run whose rows are points of a path that was taken elsewhere.

    Loss and gradient are evaluated at each of them; what was done in between is not known. The
    run ends at the first point where they are not finite.

    Parameters
    ----------
    plan : Plan
        How the steps after them are taken.
    points : sequence of Point
        In the order of their steps.
    snapshot_bytes : int
        Bytes of whole states that may be kept of the steps after them.

    Raises
    ------
    ArgumentError
        If loss or gradient are not finite at the first point.

    Examples
    --------
    >>> from gdwidget import Descent, problems
    >>> import numpy as np
    >>> from gdwidget._core.schedules import Rates
    >>> from gdwidget._history.plan import Steps
    >>> plan = Steps(Descent(problems.line()), Rates(0.01))
    >>> points = [Point(3 * at, {"W": np.float32(W)}) for at, W in enumerate([8.0, 6.0, 5.0])]
    >>> run = retraced(plan, points, 1_000)
    >>> run.given.steps, run.trajectory["loss"].tolist()
    ((0, 3, 6), [186.0, 82.66666412353516, 46.5])
    """
    descent = plan.descent
    trajectory = Trajectory(descent.problem.parameters.recorded[0], descent.extras)
    states: list[State] = []
    for point in points:
        state = descent.arrived(len(states), point.params, point.opt_state)
        if state.status == "diverged" and not states:
            accepted = "a path that begins where loss and gradient are finite"
            raise ArgumentError("path", dict(state.params), accepted)
        states.append(state)
        trajectory.extend(descent.row_of(state))
        if state.status == "diverged":
            break
    status = states[-1].status
    kept = [state._replace(status="ready") for state in states[:-1]]
    first, *others = [*kept, states[-1]]
    snapshots = Snapshots(first, snapshot_bytes, thinning=descent.repeatable)
    if not descent.restorable:
        snapshots.hold(others)
    given = Given(tuple(point.step for point in points[: len(states)]))
    run = Run(0, first, trajectory, descent, plan.rates, snapshots, given=given)
    run.status = status
    run.cursor = run.last
    return run
