"""The fixed text of a script, which stands in template.py.txt."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = Path(__file__).with_suffix(".py.txt")


def filled(piece: str, names: Mapping[str, object]) -> str:
    """Return a piece of the text with what its names stand for.

    Examples
    --------
    >>> print(filled("end", {"main": "main_"}))
    if __name__ == "__main__":
        main_()
    """
    lines = [line for line in _pieces()[piece] if names.get(line.removeprefix("$")) != ""]
    return Template("\n".join(lines)).substitute(names)


@functools.cache
def _pieces() -> dict[str, list[str]]:
    """Return the lines of each piece by its name: read when a script is first written."""
    text = _FILE.read_text(encoding="utf-8")
    named = re.split(r"^#: (.*)\n", text, flags=re.MULTILINE)[1:]
    return {
        name: piece.strip().splitlines()
        for name, piece in zip(named[::2], named[1::2], strict=True)
    }
