"""Functions to call after every step."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from IPython import get_ipython
from ipywidgets import CallbackDispatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._core.state import State

_LOGGER = logging.getLogger(__name__)


class Callbacks(CallbackDispatcher):  # type: ignore[misc]
    """ipywidgets' callbacks, called with each new state.

    Beside what ipywidgets does, whoever is added or removed by one of them is so from the next
    step on; and one that raises is reported to the pages, too, in each run of steps at its first.

    Parameters
    ----------
    report : callable
        Called with the exception a function raised, after it was shown in the notebook.

    Examples
    --------
    >>> callbacks = Callbacks(report=print)
    >>> callbacks.register_callback(print)
    >>> bool(callbacks)
    True
    >>> callbacks.register_callback(print, remove=True)
    >>> bool(callbacks)
    False
    """

    def __init__(self, report: Callable[[Exception], object]) -> None:
        super().__init__()
        self._functions = self.callbacks  # read at every step, and a trait takes longer to read
        self._report = report
        self._reported: list[Callable[[State], object]] = []

    def __bool__(self) -> bool:
        return bool(self._functions)

    def begin(self) -> None:
        """Begin a run: what raises is reported anew."""
        self._reported.clear()

    def __call__(self, state: State) -> None:
        """Call all functions with ``state``."""
        for function in tuple(self._functions):
            try:
                function(state)
            except Exception as error:  # noqa: BLE001 - reported; the step stands
                if function in self._reported:
                    continue
                self._reported.append(function)
                error.add_note(f"raised by an on_step callback; step {state.step} stands")
                _show(error)
                self._report(error)


def _show(error: Exception) -> None:
    shell: Any = get_ipython()
    if shell is None:
        _LOGGER.error("an on_step callback raised", exc_info=error)
    else:
        shell.showtraceback((type(error), error, error.__traceback__))
