"""Where the browser tests find the programs they start: one answer for all browsers."""

import os
import shutil
from collections.abc import Sequence


def program(setting: str, names: Sequence[str]) -> str | None:
    """Return the path of a program: the one that the environment names, or the first there is."""
    given = os.environ.get(setting)
    if given:
        path = shutil.which(given)
        if path is None:
            message = f"{setting}={given}: not a program that can be run. Correct or unset it."
            raise FileNotFoundError(message)
        return path
    return next((path for name in names if (path := shutil.which(name)) is not None), None)
