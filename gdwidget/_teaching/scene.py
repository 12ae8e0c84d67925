"""Where a question takes place: a problem, a start and what takes the steps."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from gdwidget import _validation
from gdwidget._history.timeline import Timeline
from gdwidget._settings.run_spec import Chosen, Descents
from gdwidget._sync.messages.answers import QuestionSettings
from gdwidget._teaching.questions import MOST_VARIANTS, Question, several
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gdwidget._core.problem import Problem


@dataclass(frozen=True)
class Scene:
    """Where a question takes place.

    Attributes
    ----------
    problem : Problem
        What is minimised.
    start : mapping of str to float
        The starting values that are not the problem's own, by the names of numbers.
    optimizer, decay : str
        Their names.
    learning_rate : float
        The rate.
    batch_size : int or None
        Samples a step; None for all.
    run_steps : int
        How many steps a run takes.
    seed : int
        Seed of the shuffles.

    Examples
    --------
    >>> from gdwidget import problems
    >>> timeline = Scene(problems.line(), learning_rate=0.02).run(1)
    >>> str(timeline.state.params["W"])
    '6.76'
    """

    problem: Problem
    start: Mapping[str, float] = field(default_factory=dict)
    optimizer: str = "sgd"
    decay: str = "constant"
    learning_rate: float = 0.01
    batch_size: int | None = None
    run_steps: int = 50
    seed: int = 0

    def chosen(self, descents: Descents) -> Chosen:
        """Return the settings as a timeline takes them.

        Raises
        ------
        ArgumentError
            If the problem cannot be run with them.
        """
        return Chosen.first(
            self.problem,
            descents,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            decay=self.decay,
            run_steps=self.run_steps,
            batch_size=self.batch_size,
            seed=self.seed,
            exact=None,
        )

    def run(self, steps: int, descents: Descents | None = None) -> Timeline:
        """Return a run of so many steps, at its end; fewer where it ends by itself.

        Raises
        ------
        ArgumentError
            As `chosen`, and if the loss is not finite at the start.
        """
        timeline = Timeline(plan=self.chosen(descents or Descents()))
        if self.start:
            problem = self.problem
            timeline.reset(**problem.parameters.with_numbers(problem.start, self.start))
        if steps:
            timeline.advance(steps)
        return timeline

    def told(self, *, named: bool) -> QuestionSettings:
        """Return the settings as pages are told of them."""
        return QuestionSettings(
            problem_name=self.problem.name if named else "",
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            decay=self.decay,
            batch_size=self.batch_size or 0,
            run_steps=self.run_steps,
        )

    @property
    def starts(self) -> dict[str, float]:
        """Where all single numbers that learn or have a field start."""
        parameters, given = self.problem.parameters, self.problem.start
        numbers = np.asarray(parameters.flatten(given)).tolist()
        values = {name: float(given[name]) for name in self.problem.scalars}
        values |= dict(zip(parameters.recorded, numbers, strict=False))
        return values | dict(self.start)


def scenes_of(question: Question, default: Scene) -> tuple[Scene, ...]:
    """Return the settings that a question may be asked in: a variant each.

    Parameters
    ----------
    question : Question
        What it says of them.
    default : Scene
        What holds where it says nothing.

    Raises
    ------
    ArgumentError
        If there are too many, or a start names what the problem does not have.

    Examples
    --------
    >>> from gdwidget import Prediction, problems
    >>> asked = Prediction("next_step", start=[8, -4], learning_rate=[0.01, 0.02])
    >>> [(each.start, each.learning_rate) for each in scenes_of(asked, Scene(problems.line()))]
    [({'W': 8.0}, 0.01), ({'W': 8.0}, 0.02), ({'W': -4.0}, 0.01), ({'W': -4.0}, 0.02)]
    """
    return tuple(_scenes_of(question, default))


def _scenes_of(question: Question, default: Scene) -> Iterator[Scene]:
    sets: dict[str, tuple[Any, ...]] = {
        name: several(getattr(question, name))
        for name in ("problem", "start", "learning_rate", "optimizer")
    }
    if any(not values for values in sets.values()):
        empty = next(name for name, values in sets.items() if not values)
        raise ArgumentError(empty, [], "at least one value")
    count = int(np.prod([len(values) for values in sets.values()]))
    if count > MOST_VARIANTS:
        raise ArgumentError("questions", f"{count} variants", f"at most {MOST_VARIANTS}")
    fixed = {"decay": question.decay, "batch_size": question.batch_size}
    for values in itertools.product(*sets.values()):
        given = {**dict(zip(sets, values, strict=True)), **fixed}
        given = {name: value for name, value in given.items() if value is not None}
        problem = given.get("problem", default.problem)
        if "start" in given:
            given["start"] = _start(given["start"], problem)
        elif problem is not default.problem:
            given["start"] = {}
        yield replace(default, **given)


def _start(given: Any, problem: Problem) -> dict[str, float]:
    recorded = problem.parameters.recorded
    known = (*recorded, *(name for name in problem.scalars if name not in recorded))
    if not isinstance(given, Mapping):
        return {recorded[0]: _validation.real_number("start", given)}
    for name in given:
        if name not in known:
            near = _validation.did_you_mean(name, known)
            raise ArgumentError("start", name, f"one of {', '.join(known)}", near)
    return {name: _validation.real_number(name, value) for name, value in given.items()}


def data_of(problem: Problem) -> bytes:
    """Return the bytes of a problem's data; of a stream none."""
    if problem.stream:
        return b""
    return b"".join(np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(problem.arrays))
