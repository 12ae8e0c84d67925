"""What makes a run what it is, in one object that never changes: a change makes another."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gdwidget import _validation
from gdwidget._core import optimizers, schedules
from gdwidget._core.descent import Descent
from gdwidget._core.optimizers import Optimizer
from gdwidget._core.schedules import Rates
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gdwidget._core.problem import Problem

DEFAULT_RATE = 0.01
"""What is shown as the learning rate of a schedule that begins with 0."""

_MOST_DESCENTS = 16
_BATCH_SIZES = (1, 8, *(2**power for power in range(5, 13)))


@dataclass(frozen=True)
class RunSpec:
    """The settings of the steps to come.

    Attributes
    ----------
    optimizer : Optimizer
        What makes the updates.
    batch_size : int or None
        Samples a step; None for all.
    rates : Rates
        The learning rate of each step.
    seed : int
        Seed of the shuffles.
    exact : bool or None
        Whether digits may not depend on what the compiler fuses; None for what suits the problem.
    """

    optimizer: Optimizer
    batch_size: int | None
    rates: Rates
    seed: int
    exact: bool | None

    def begins_like(self, other: RunSpec) -> bool:
        """Return whether a run with the other settings can go on with these."""
        return (self.optimizer, self.batch_size) == (other.optimizer, other.batch_size)


class Handed(NamedTuple):
    """What was handed in last and has no name: it can be chosen again as ``"custom"``."""

    optimizer: Optimizer | None
    rates: Rates | None


class Descents:
    """Makes descents; of what was chosen lately they are not traced again."""

    def __init__(self) -> None:
        self._latest: OrderedDict[object, Descent] = OrderedDict()

    def of(self, problem: Problem, spec: RunSpec) -> Descent:
        """Return what takes the steps of such a run.

        Raises
        ------
        ArgumentError
            If the optimizer cannot make an update, or the problem has no such batches.
        """
        # The descents keep what these are the ids of.
        same = (id(problem.parameters), id(spec.optimizer.make))
        key = (*same, str(spec.batch_size), spec.exact)
        descent = self._latest.pop(key, None) or Descent(
            problem,
            optimizer=spec.optimizer,
            batch_size=spec.batch_size,
            seed=spec.seed,
            exact=spec.exact,
        )
        self._latest[key] = descent
        while len(self._latest) > _MOST_DESCENTS:
            self._latest.popitem(last=False)
        return descent


@dataclass(frozen=True)
class Chosen:
    """The settings, with what takes the steps by them: a `payload_cache.Offer`.

    Attributes
    ----------
    spec : RunSpec
        The settings.
    handed : Handed
        What has no name and can be chosen.
    descent : Descent
        What takes the steps.
    """

    spec: RunSpec
    handed: Handed
    descent: Descent

    @classmethod
    def first(
        cls,
        problem: Problem,
        descents: Descents,
        *,
        optimizer: object,
        learning_rate: Any,
        decay: object,
        run_steps: object,
        batch_size: int | None,
        seed: int,
        exact: bool | None,
    ) -> Chosen:
        """Return the settings that a widget is made with.

        Raises
        ------
        ArgumentError
            If one is not what can be set.
        """
        known = Optimizer.of(optimizer)
        steps = _validation.whole_number("run_steps", run_steps, 1, _validation.MOST_STEPS)
        rates = Rates(learning_rate, _checked_decay(decay, None), steps)
        own = rates.decay == schedules.CUSTOM
        if own and decay != schedules.CONSTANT:
            raise ArgumentError("decay", decay, "nothing beside a schedule as learning_rate")
        spec = RunSpec(known, batch_size, rates, seed, exact)
        handed = Handed(known if known.name == optimizers.CUSTOM else None, rates if own else None)
        return cls(spec, handed, descents.of(problem, spec))

    @property
    def rates(self) -> Rates:
        """The learning rates of the steps to come."""
        return self.spec.rates

    @property
    def own_rates(self) -> Rates | None:
        """The schedule that was handed in, whether or not it holds."""
        return self.handed.rates

    @property
    def values(self) -> dict[str, Any]:
        """The settings as traits show them."""
        rates = self.rates
        return {
            "learning_rate": rates.peak or DEFAULT_RATE,
            "run_steps": rates.steps,
            "decay": rates.decay,
            "optimizer": self.spec.optimizer.name,
            "batch_size": self.spec.batch_size,
            "exact": self.descent.exact,
        }

    def sketch(self) -> list[float]:
        """Return the rates over the steps of a run, few enough to draw; none if constant."""
        rates = self.rates
        if rates.constant or rates.decay == schedules.CUSTOM:
            return rates.sketch(rates.steps)
        return [rates.peak * share for share in schedules.shape(rates.decay, rates.steps)]

    def having(self, given: Mapping[str, object], problem: Problem, descents: Descents) -> Chosen:
        """Return the same with other settings; itself if they are none.

        Parameters
        ----------
        given : mapping of str to object
            By the names of traits; all are changed, or none.
        problem : Problem
            What is minimised with them. Batches that it has no samples for are left.
        descents : Descents
            Makes what takes the steps.

        Raises
        ------
        ArgumentError
            If one is not what can be set.
        """
        new = {name: self.checked(name, value, problem) for name, value in given.items()}
        spec, handed = self.spec, self.handed
        optimizer = new.get("optimizer", spec.optimizer)
        if optimizer.name == optimizers.CUSTOM:
            handed = handed._replace(optimizer=optimizer)
        size = new.get("batch_size", spec.batch_size)
        if size is not None and size > problem.samples:
            size = None
        exact = new.get("exact", self.descent.exact)
        spec = RunSpec(
            optimizer,
            size,
            self._rates(new),
            spec.seed,
            spec.exact if exact == self.descent.exact else exact,
        )
        if spec == self.spec and problem is self.descent.problem:
            return self
        return Chosen(spec, handed, descents.of(problem, spec))

    def checked(self, name: str, value: Any, problem: Problem) -> Any:
        """Return a setting as it is used.

        Raises
        ------
        ArgumentError
            If it is not what can be set.
        """
        match name:
            case "learning_rate":
                return _validation.learning_rate(value)
            case "run_steps":
                return _validation.whole_number("run_steps", value, 1, _validation.MOST_STEPS)
            case "decay":
                return _checked_decay(value, self.handed.rates)
            case "optimizer":
                own = self.handed.optimizer
                return own if own and value == optimizers.CUSTOM else Optimizer.of(value)
            case "batch_size":
                return problem.checked_batch_size(value)
        return value

    def optimizers(self) -> list[Optimizer]:
        """Return all that can be chosen, the one that makes the updates first."""
        known = [Optimizer.of(name) for name in optimizers.NAMES]
        own = [self.handed.optimizer] if self.handed.optimizer else []
        return list({each.name: each for each in (self.spec.optimizer, *own, *known)}.values())

    def offers(self) -> dict[str, list[Any]]:
        """Return what pages offer to choose from."""
        own_optimizer = [optimizers.CUSTOM] if self.handed.optimizer else []
        own_rates = [schedules.CUSTOM] if self.own_rates else []
        return {
            "optimizers": [*own_optimizer, *optimizers.NAMES],
            "decays": [*own_rates, *schedules.NAMES],
            "batch_sizes": self.batch_sizes(),
        }

    def batch_sizes(self) -> list[int]:
        """Return the batch sizes that pages offer, 0 for all data; none without data."""
        sizes = [size for size in _BATCH_SIZES if size < self.descent.problem.samples]
        return [0, *sizes] if sizes else []

    def _rates(self, new: Mapping[str, Any]) -> Rates:
        rates = self.rates
        before = (rates.peak or DEFAULT_RATE, rates.decay, rates.steps)
        rate, steps = new.get("learning_rate", before[0]), new.get("run_steps", rates.steps)
        # A number that is set takes the place of a schedule.
        own_ends = rates.decay == schedules.CUSTOM and rate != before[0]
        decay = new.get("decay", schedules.CONSTANT if own_ends else rates.decay)
        if (rate, decay, steps) == before:
            return rates
        if decay == schedules.CUSTOM and self.handed.rates:
            return self.handed.rates.over(steps)
        return Rates(rate, decay, steps)


def _checked_decay(given: object, own: Rates | None) -> str:
    if isinstance(given, str) and (given in schedules.NAMES or (own and given == schedules.CUSTOM)):
        return given
    schedules.decayed(str(given), 1.0, 1)
    raise ArgumentError("decay", given, f"one of {', '.join(schedules.NAMES)}")
