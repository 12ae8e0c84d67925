"""The fixed text of a script, which stands in template.py.txt."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT = Path(__file__).with_suffix(".py.txt").read_text(encoding="utf-8")
_NAMED = re.split(r"^#: (.*)\n", _TEXT, flags=re.MULTILINE)[1:]
_PIECES = {
    name: text.strip().splitlines() for name, text in zip(_NAMED[::2], _NAMED[1::2], strict=True)
}


def filled(piece: str, names: Mapping[str, object]) -> str:
    """Return a piece of the text with what its names stand for.

    Examples
    --------
    >>> print(filled("end", {"main": "main_"}))
    if __name__ == "__main__":
        main_()
    """
    lines = [line for line in _PIECES[piece] if names.get(line.removeprefix("$")) != ""]
    return Template("\n".join(lines)).substitute(names)
