"""Finds what is right by a run."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from gdwidget import _validation
from gdwidget._settings.run_spec import Descents
from gdwidget._sync.messages.answers import Key, Mistake
from gdwidget._teaching.judge import NEVER, VALUES
from gdwidget._teaching.misconceptions import MISCONCEPTIONS
from gdwidget._teaching.questions import FATES, Choice, Explain, Goal, Number, Prediction
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdwidget._core.problem import Problem
    from gdwidget._history.timeline import Timeline
    from gdwidget._teaching.questions import Question
    from gdwidget._teaching.scene import Scene

_PLAIN = "sgd"
_FLIPS = 0.25
_RISES = 0.1
_NOISE = 1e-5
_AT_REST = 0.01
_LEAST_TOLERANCE = 1e-3
_TENTH = 0.1
_RATES = np.logspace(-5, 2, 141)
_SETTLES, _HOPS, _DIVERGES, _ON_ITS_WAY = range(len(FATES))


def asked_of(question: Question, problem: Problem) -> tuple[str, ...]:
    """Return the names of the numbers whose values a question asks for; none of most kinds.

    Raises
    ------
    ArgumentError
        If the problem does not have such a number that learns.
    """
    if not isinstance(question, Prediction) or question.kind not in VALUES:
        return ()
    recorded = problem.parameters.recorded
    for name in question.of:
        if name not in recorded:
            near = _validation.did_you_mean(name, recorded)
            raise ArgumentError("of", name, f"one of {', '.join(recorded)}", near)
    both = problem.parameters.count == len(("x", "y"))
    return tuple(question.of) or (recorded if both else recorded[:1])


def steps_of(question: Question, scene: Scene) -> int:
    """Return how many steps the run takes that shows the answer."""
    match question:
        case Prediction(kind="next_step"):
            return 1
        case Prediction(steps=steps):
            return scene.run_steps if steps is None else steps
        case Goal(within=within):
            return within
        case Choice(steps=steps) | Number(steps=steps):
            return steps
    return 0


def key_of(question: Question, scene: Scene, descents: Descents) -> Key:
    """Return what is right in a scene, and what is to be said of what is not.

    Parameters
    ----------
    question : Question
        What is asked.
    setting : Scene
        Where.
    descents : Descents
        Makes what takes the steps.

    Raises
    ------
    ArgumentError
        If nothing is right: a ``truth`` that is no number or none of the options, a goal that
        no learning rate meets, or a value that is not finite.

    Examples
    --------
    >>> from gdwidget import problems
    >>> from gdwidget._settings.run_spec import Descents
    >>> from gdwidget._teaching.scene import Scene
    >>> key = key_of(Prediction("next_step"), Scene(problems.line()), Descents())
    >>> [round(number, 2) for number in key["numbers"]]
    [7.38]
    """
    names = asked_of(question, scene.problem)
    steps = steps_of(question, scene)
    start = [scene.starts[name] for name in names]
    count = len(names) or 1
    mistakes = [_mistake(question, given, tag, count) for given, tag in question.mistakes.items()]
    model, tolerance = "", 0.0
    numbers: list[float]
    match question:
        case Explain(model=model):
            numbers = []
        case Goal(loss=loss):
            _try_rates(scene, loss, steps, descents)
            numbers = []
        case Choice():
            numbers = [float(_option(question, question.truth(scene.run(steps, descents))))]
        case Number():
            numbers = [_number(question.truth(scene.run(steps, descents)))]
            given = question.tolerance
            tolerance = abs(numbers[0]) * _TENTH if given is None else float(given)
            tolerance = tolerance or _LEAST_TOLERANCE
        case _:
            timeline = scene.run(steps, descents)
            numbers = _predicted(question, timeline, names, steps)
            if names:
                tolerance = _tolerance(timeline, names)
                mistakes += _usual_mistakes(scene, timeline, names, steps, descents)
    return Key(
        numbers=numbers,
        start=start,
        tolerance=tolerance,
        mistakes=mistakes,
        feedback={"wrong_way": MISCONCEPTIONS["wrong_way"], **question.feedback},
        model=model,
    )


def meets(scene: Scene, rate: float, loss: float, steps: int, descents: Descents) -> bool:
    """Return whether a learning rate reaches a loss within so many steps."""
    try:
        _validation.learning_rate(rate)
    except ArgumentError:
        return False
    timeline = dataclasses.replace(scene, learning_rate=rate).run(steps, descents)
    return timeline.run.trajectory.first_below(loss) is not None


def _predicted(
    question: Question, timeline: Timeline, names: tuple[str, ...], steps: int
) -> list[float]:
    trajectory = timeline.run.trajectory
    match question:
        case Prediction(kind="fate"):
            return [float(_fate(timeline, steps))]
        case Prediction(kind="steps", until=until):
            first = trajectory.first_below(float(until or 0))
            return [NEVER if first is None else float(first)]
    if timeline.status == "diverged":
        accepted = "one that does not, or the question for its fate"
        raise ArgumentError("questions", "a run that diverges", accepted)
    return [float(trajectory[name][-1]) for name in names]


def _fate(timeline: Timeline, steps: int) -> int:
    """Return what becomes of a run: an index of `FATES`."""
    trajectory = timeline.run.trajectory
    losses = trajectory.losses[~np.isnan(trajectory.losses)]
    if timeline.run.status == "diverged" or losses[-1] > losses[0]:
        return _DIVERGES
    path = np.stack([trajectory[name] for name in timeline.problem.parameters.recorded], axis=1)
    updates = np.diff(path.astype(np.float64), axis=0)
    lengths = np.linalg.norm(updates, axis=1)
    moving = updates[lengths > _NOISE * max(lengths.max(initial=0), 1e-30)]
    turns = (moving[1:] * moving[:-1]).sum(axis=1)
    turning = len(turns) and float(np.mean(turns < 0)) >= _FLIPS
    if turning or int(np.sum(np.diff(losses) > 0)) >= _RISES * max(1, len(losses) - 1):
        return _HOPS
    still = len(trajectory) <= steps or lengths[-1] <= _AT_REST * lengths.max()
    return _SETTLES if still else _ON_ITS_WAY


def _tolerance(timeline: Timeline, names: tuple[str, ...]) -> float:
    """Return what counts as right where almost nothing moves: a thousandth of what is in sight."""
    view = timeline.problem.view
    if view and len(names) == 1:
        return _LEAST_TOLERANCE * (view[1] - view[0])
    start = np.asarray([timeline.run.trajectory[name][0] for name in names], np.float64)
    return _LEAST_TOLERANCE * max(1.0, float(np.linalg.norm(start)))


def _usual_mistakes(
    scene: Scene, timeline: Timeline, names: tuple[str, ...], steps: int, descents: Descents
) -> list[Mistake]:
    """Return what is answered by those who take a step to be as long as the rate, and the like."""
    trajectory = timeline.run.trajectory
    start = np.asarray([trajectory[name][0] for name in names], np.float64)
    gradient = np.asarray([trajectory[f"{name}_grad"][0] for name in names], np.float64)
    first = np.asarray([trajectory[name][min(1, len(trajectory) - 1)] for name in names])
    found = [("rate_is_length", start - steps * scene.learning_rate * np.sign(gradient))]
    if steps > 1:
        found.append(("rate_is_length", start + steps * (first.astype(np.float64) - start)))
    if scene.optimizer != _PLAIN:
        plain = dataclasses.replace(scene, optimizer=_PLAIN).run(steps, descents)
        end = np.asarray([plain.run.trajectory[name][-1] for name in names], np.float64)
        found.append(("one_rate", end))
    return [
        Mistake(numbers=numbers.tolist(), tag=tag, text=MISCONCEPTIONS[tag])
        for tag, numbers in found
        if np.isfinite(numbers).all()
    ]


def _mistake(question: Question, given: Any, told: str, count: int) -> Mistake:
    """Return a mistake that a teacher names: by option, number or numbers; by tag or sentence."""
    tag = told if told in MISCONCEPTIONS else ""
    text = MISCONCEPTIONS.get(told, told)
    options = question.choices
    if isinstance(given, str):
        if given not in options:
            accepted = f"one of {', '.join(map(repr, options))}" if options else "a number"
            raise ArgumentError("mistakes", given, accepted)
        numbers = [float(options.index(given))]
    else:
        each = given if isinstance(given, tuple) else (given,)
        numbers = [_validation.real_number("mistakes", number) for number in each]
    if len(numbers) != count:
        raise ArgumentError("mistakes", given, f"{count} numbers, as are asked for")
    return Mistake(numbers=numbers, tag=tag or "custom", text=text)


def _option(question: Choice, found: object) -> int:
    options = list(question.options)
    if isinstance(found, str) and found in options:
        return options.index(found)
    if isinstance(found, (int, np.integer)) and not isinstance(found, bool):
        return _validation.whole_number("truth", found, 0, len(options) - 1)
    accepted = f"a function that returns one of {', '.join(map(repr, options))}"
    raise ArgumentError("truth", found, accepted)


def _number(found: object) -> float:
    try:
        return _validation.real_number("truth", found)
    except ArgumentError:
        raise ArgumentError("truth", found, "a function that returns a finite number") from None


def rates_to(
    scene: Scene, loss: float, steps: int, descents: Descents | None = None
) -> Iterator[float]:
    """Yield learning rates, of 141 from 1e-5 to 100, that reach a loss within so many steps."""
    known = descents or Descents()
    return (float(rate) for rate in _RATES if meets(scene, float(rate), loss, steps, known))


def _try_rates(scene: Scene, loss: float, steps: int, descents: Descents) -> None:
    if next(rates_to(scene, loss, steps, descents), None) is None:
        accepted = "a loss that some learning rate from 1e-5 to 100 reaches in so many steps"
        raise ArgumentError("loss", loss, accepted, f"none does within {steps}")
