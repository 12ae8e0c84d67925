"""What can be chosen: the traits a page may set, and what they stand for together."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from gdwidget import checks, optimizers, schedules
from gdwidget.batching import checked_batch_size
from gdwidget.descent import Descent
from gdwidget.errors import ArgumentError
from gdwidget.optimizers import Optimizer
from gdwidget.schedules import Rates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gdwidget.fit import Fit
    from gdwidget.problem import Problem

_MOST_KEPT = 16
_BATCH_SIZES = (1, 8, *(2**power for power in range(5, 13)))


class LearningRate(t.Float[float, Any]):
    """A number above 0."""

    def validate(self, _obj: object, value: object) -> float:
        """Return the rate, or say what is wrong with it."""
        return checks.learning_rate(value)


class RunSteps(t.Int[int, Any]):
    """A whole number of steps."""

    def validate(self, _obj: object, value: object) -> int:
        """Return the number, or say what is wrong with it."""
        return checks.whole_number("run_steps", value, 1, checks.MOST_STEPS)


class _Known(t.Unicode[str, Any]):
    """A name that the widget's choices know."""

    def validate(self, obj: Any, value: object) -> str:
        """Return the name, or say which there are."""
        return getattr(obj._options, f"check_{self.name}")(value)  # type: ignore[no-any-return]  # noqa: SLF001


class OptimizerName(_Known):
    """Name of an optimizer; all that are handed in share one."""

    def set(self, obj: Any, value: object) -> None:
        """Set the name; another optimizer of that name is a change too."""
        options: Choices = obj._options  # noqa: SLF001
        name, own = obj.optimizer, options.own_optimizer
        try:
            super().set(obj, value)
            if options.own_optimizer is not own and name == optimizers.OWN:
                obj._notify_trait(self.name, name, name)  # noqa: SLF001
        except t.TraitError:
            options.own_optimizer = own
            options.choose_optimizer(name)
            raise


class Decay(_Known):
    """Name of a decay."""


class ProblemName(_Known):
    """Name of one of the problems offered."""


class BatchSize(t.Int[Any, Any]):
    """Samples a step, or None; travels as a number, 0 for None."""

    wire: ClassVar[dict[str, Callable[[Any, Any], Any]]] = {
        "to_json": lambda value, _: value or 0,
        "from_json": lambda value, _: None if value == 0 and value is not False else value,
    }

    def __init__(self) -> None:
        super().__init__(default_value=None, allow_none=True)

    def validate(self, obj: Any, value: object) -> int | None:
        """Return the size, or say what is wrong with it."""
        return obj._options.check_batch_size(obj, value)  # type: ignore[no-any-return]  # noqa: SLF001


class Choices:
    """What was handed to a widget and is chosen in it, beside the problem.

    Attributes
    ----------
    rates : Rates
        Learning rates of the steps to come.
    optimizer : Optimizer
        What makes the updates.
    own_optimizer : Optimizer or None
        The one that was handed in last.
    own_rates : Rates or None
        Those of a schedule that was handed in.
    """

    def __init__(
        self,
        problems: tuple[Problem, ...],
        optimizer: object,
        learning_rate: Any,
        decay: str,
        run_steps: int,
        seed: int,
        memory: int,
        exact: bool | None,  # noqa: FBT001 - as it was handed in
    ) -> None:
        self._problems = {problem.name: problem for problem in problems}
        self.optimizer = Optimizer.of(optimizer)
        self.own_optimizer = self.optimizer if self.optimizer.name == optimizers.OWN else None
        self.rates = Rates(learning_rate, self._named_decay(decay), run_steps)
        own = self.rates.decay == schedules.OWN
        if own and decay != schedules.CONSTANT:
            raise ArgumentError("decay", decay, "nothing beside a schedule as learning_rate")
        self.own_rates = self.rates if own else None
        self._run_steps = run_steps
        self._descents: OrderedDict[object, Descent] = OrderedDict()
        self._shapes: OrderedDict[tuple[str, int], list[float]] = OrderedDict()
        self.seed = seed
        self.memory = memory
        self.exact = exact

    def descent(self, problem: Problem, batch_size: int | None) -> Descent:
        """Return what takes the steps; what was chosen lately is not traced again."""
        # The descents keep what these are the ids of.
        same = (id(problem.parameters), id(self.optimizer.make))
        key = (*same, str(batch_size), self.exact)
        descent = self._descents.get(key) or Descent(
            problem,
            optimizer=self.optimizer,
            batch_size=batch_size,
            seed=self.seed,
            exact=self.exact,
        )
        _keep(self._descents, key, descent)
        return descent

    def problem(self, name: str) -> Problem:
        """Return one of the problems offered."""
        return self._problems[name]

    def set_rates(self, learning_rate: float, decay: str, run_steps: int) -> None:
        """Make the rates of the steps to come."""
        self._run_steps = run_steps
        if decay == schedules.OWN and self.own_rates:
            self.rates = self.own_rates
        else:
            self.rates = Rates(learning_rate, decay, run_steps)

    def choose_optimizer(self, name: str) -> None:
        """Make the named optimizer the one that makes the updates."""
        if name == optimizers.OWN and self.own_optimizer:
            self.optimizer = self.own_optimizer
        else:
            self.optimizer = Optimizer.of(name)

    def optimizers(self) -> list[Optimizer]:
        """Return all that can be chosen, the one that makes the updates first."""
        known = [Optimizer.of(name) for name in optimizers.NAMES]
        all_ = [self.optimizer, *([self.own_optimizer] if self.own_optimizer else []), *known]
        return list({optimizer.name: optimizer for optimizer in all_}.values())

    def names(self, problem: Problem, fit: Fit) -> dict[str, Any]:
        """Return what pages are told of a problem."""
        recorded = problem.parameters.recorded
        return {
            "params": list(problem.scalars),
            "learning": recorded[0],
            "recorded": list(recorded),
            "count": problem.parameters.count,
            "stream": problem.stream is not None,
            "samples": problem.samples,
            "predicts": fit.figure is not None,
            "classes": fit.figure == "boundary",
        }

    def offers(self, problem: Problem) -> dict[str, list[Any]]:
        """Return what pages offer to choose from."""
        own_optimizer = [optimizers.OWN] if self.own_optimizer else []
        own_rates = [schedules.OWN] if self.own_rates else []
        samples = problem.samples
        sizes = [size for size in _BATCH_SIZES if size < samples]
        return {
            "optimizers": [*own_optimizer, *optimizers.NAMES],
            "decays": [*own_rates, *schedules.NAMES],
            "batch_sizes": [0, *sizes] if sizes else [],
            "problems": list(self._problems),
        }

    def sketch(self) -> list[float]:
        """Return the rates over the steps of a run, few enough to draw; none if constant."""
        if self.rates.constant:
            return []
        if self.rates.decay == schedules.OWN:
            return self.rates.sketch(self._run_steps)
        key = (self.rates.decay, self._run_steps)
        if key not in self._shapes:
            shape = schedules.decayed(key[0], 1.0, self._run_steps)
            steps = schedules.sketched_steps(self._run_steps)
            _keep(self._shapes, key, [float(shape(step)) for step in steps])
        return [self.rates.base * share for share in self._shapes[key]]

    def check_optimizer(self, given: object) -> str:
        """Return the name of an optimizer that can be chosen."""
        if given == optimizers.OWN and self.own_optimizer:
            return optimizers.OWN
        optimizer = Optimizer.of(given)
        if optimizer.name == optimizers.OWN:
            self.own_optimizer = optimizer
        return optimizer.name

    def check_decay(self, given: object) -> str:
        """Return the name of a decay that can be chosen."""
        if given == schedules.OWN and self.own_rates:
            return schedules.OWN
        return self._named_decay(given)

    def check_problem_name(self, given: object) -> str:
        """Return the name of a problem that is offered."""
        if isinstance(given, str) and given in (self._problems or ("",)):
            return given
        offered = ", ".join(self._problems) or "none: no problems were offered"
        raise ArgumentError("problem_name", given, f"one of {offered}")

    def check_batch_size(self, widget: Any, given: object) -> int | None:
        """Return how many samples a step reads."""
        return checked_batch_size(given, widget.problem)

    def _named_decay(self, given: object) -> str:
        names: Sequence[str] = schedules.NAMES
        if isinstance(given, str) and given in names:
            return given
        schedules.decayed(str(given), 1.0, 1)
        raise ArgumentError("decay", given, f"one of {', '.join(names)}")


def _keep(latest: OrderedDict[Any, Any], key: object, value: object) -> None:
    latest[key] = value
    latest.move_to_end(key)
    while len(latest) > _MOST_KEPT:
        latest.popitem(last=False)
