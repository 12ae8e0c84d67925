"""How a widget moves: steps, back, another start, and who is told of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gdwidget._core import hints
from gdwidget._languages.speaking import speaks
from gdwidget._mixins.looking import Looking
from gdwidget._sync import packing
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._core.state import State
    from gdwidget._sync.callbacks import Callbacks
    from gdwidget._sync.measuring import Measuring

_STEP_KEYWORDS = ("n",)


@speaks
class Stepping(Looking):
    """A widget that takes steps, and goes back."""

    _callbacks: Callbacks
    _measuring: Measuring

    def step(self, n: int = 1, **unknown: object) -> None:
        """Take ``n`` steps; before the last recorded one, move along the record.

        Where the learning rate that is set is not the recorded one, a new run forks there.

        Parameters
        ----------
        n : int, default 1
            1 to 10,000,000. It ends early on converged or diverged.

        Raises
        ------
        ArgumentError
            If ``n`` is out of range.
        FloatingPointError
            If the run diverges and ``jax_debug_nans`` or ``jax_debug_infs`` is on.
        """
        hints.refuse(unknown, _STEP_KEYWORDS)
        self._wait("step")
        with self._lock:
            before = self._timeline.cursor
            self._advance(n, self._throttle.changed)
            if self._timeline.cursor != before:
                self._timeline.raise_as_asked()

    def run(self, n: int | None = None, **unknown: object) -> None:
        """Take ``n`` further steps, by default `run_steps`; like `step` otherwise."""
        hints.refuse(unknown, _STEP_KEYWORDS)
        self.step(self.run_steps if n is None else n)

    def back(self, n: int = 1, **unknown: object) -> None:
        """Look ``n`` steps further back, at step 0 at the earliest; nothing is lost.

        Raises
        ------
        ArgumentError
            If ``n`` is no whole number of at least 1.
        """
        hints.refuse(unknown, _STEP_KEYWORDS)
        with self._lock:
            self._timeline.back(n)
            self._throttle.changed()

    def goto(self, step: int) -> None:
        """Look at a recorded step.

        Raises
        ------
        ArgumentError
            If there is no such step.
        """
        with self._lock:
            self._timeline.goto(step)
            self._throttle.changed()

    def reset(self, /, **start: Any) -> None:
        """Start over: forget all runs, or begin one from other values; settings stay.

        Parameters
        ----------
        **start : float or pytree
            New starting values, as in ``w.reset(W=5.0)``; the others start where they did.
            Then the runs that took steps are kept, and stay in sight.

        Raises
        ------
        ArgumentError
            If a name is none of the parameters', or the loss is not finite there; then
            nothing is changed.
        """
        self._wait("reset")
        with self._lock:
            self._timeline.reset(**start)
            self._throttle.changed()

    def clear(self) -> None:
        """Forget the runs before the current one."""
        with self._lock:
            self._timeline.clear()
            self._throttle.changed()

    def on_step(self, callback: Callable[[State], object], *, remove: bool = False) -> None:
        """Call a function after every step taken by anyone.

        Moving along the record counts as a step. A function that raises is reported, and the
        step stands.

        Parameters
        ----------
        callback : callable
            ``callback(state)`` with the new `State`; one that is registered already is called
            once all the same.
        remove : bool, default False
            Whether to call it no longer.

        Raises
        ------
        ArgumentError
            If ``callback`` cannot be called.

        Examples
        --------
        >>> from gdwidget import GDWidget
        >>> w = GDWidget()
        >>> def report(state):
        ...     print(state.step, state.params["W"])
        >>> w.on_step(report)
        >>> w.step()
        1 7.38
        >>> w.on_step(report, remove=True)
        """
        if not callable(callback):
            raise ArgumentError("callback", callback, "a function callback(state)")
        self._callbacks.register_callback(callback, remove)

    def _advance(self, n: int, tell: Callable[[], object]) -> None:
        """Take ``n`` steps and call ``tell`` whenever some were taken, whatever happens."""
        self._measuring.give_up()
        self._callbacks.begin()
        try:
            for _ in self._timeline.advancing(n, one_by_one=self._callbacks.__bool__):
                tell()
                if self._callbacks:
                    self._callbacks(self._timeline.state)
            if self._timeline.status == "ended":
                tell()
        except BaseException:
            tell()
            raise

    def _report(self, error: Exception) -> None:
        self.send(packing.error(error))
