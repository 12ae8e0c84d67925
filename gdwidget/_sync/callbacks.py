"""Functions to call after every step."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from IPython import get_ipython

if TYPE_CHECKING:
    from collections.abc import Callable

    from gdwidget._core.state import State

_LOGGER = logging.getLogger(__name__)


class Callbacks:
    """Calls functions with each new state; one that raises is reported and the rest go on.

    A function that raises at every step of a run is reported once, at its first.

    Parameters
    ----------
    report : callable
        Called with the exception a function raised, after it was shown in the notebook.

    Examples
    --------
    >>> callbacks = Callbacks(report=print)
    >>> remove = callbacks.add(lambda state: None)
    >>> bool(callbacks)
    True
    >>> remove()
    >>> bool(callbacks)
    False
    """

    def __init__(self, report: Callable[[Exception], object]) -> None:
        self._report = report
        self._functions: dict[object, Callable[[State], object]] = {}
        self._reported: set[object] = set()

    def __bool__(self) -> bool:
        return bool(self._functions)

    def add(self, function: Callable[[State], object]) -> Callable[[], None]:
        """Register a function and return one that removes it."""
        key = object()
        self._functions[key] = function

        def remove() -> None:
            self._functions.pop(key, None)

        return remove

    def begin(self) -> None:
        """Begin a run: what raises is reported anew."""
        self._reported.clear()

    def __call__(self, state: State) -> None:
        """Call all functions with ``state``."""
        for key, function in tuple(self._functions.items()):
            try:
                function(state)
            except Exception as error:  # noqa: BLE001 - reported; the step stands
                if key in self._reported:
                    continue
                self._reported.add(key)
                error.add_note(f"raised by an on_step callback; step {state.step} stands")
                _show(error)
                self._report(error)


def _show(error: Exception) -> None:
    shell = get_ipython()
    if shell is None:
        _LOGGER.error("an on_step callback raised", exc_info=error)
    else:
        shell.showtraceback((type(error), error, error.__traceback__))
