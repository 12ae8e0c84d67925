"""Reads the questions of a course from a file: a Python file, or the notebook that asks them."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

from gdwidget._teaching.quiz import Quiz
from gdwidget.errors import ArgumentError

TAG = "questions"
"""Of the cells of a notebook that are run for its questions; the others are not."""

_ACCEPTED = (
    "a Python file in which `questions` is a list of questions or a Quiz, or a notebook with "
    f"cells tagged {TAG!r} in which widgets ask them"
)


def quizzes_in(path: str, salt: str = "") -> tuple[Quiz, ...]:
    """Return the questions that a file defines.

    Of a notebook only the cells with the tag ``questions`` are run, one after the other; each
    widget in a variable of theirs that asks something counts.

    Parameters
    ----------
    path : str
        The file. It is run, as if it were imported.
    salt : str, default ""
        Of a list of questions; a quiz and a widget have their own.

    Returns
    -------
    tuple of Quiz
        In the order in which they are asked.

    Raises
    ------
    ArgumentError
        If it cannot be run, or asks nothing.
    """
    try:
        if path.endswith(".ipynb"):
            found = _asked_by_widgets(path)
        else:
            found = _defined(runpy.run_path(path), salt)
    except Exception as error:
        because = f"{type(error).__name__}: {error}"
        raise ArgumentError("questions", path, _ACCEPTED, because) from error
    if not found:
        raise ArgumentError("questions", path, _ACCEPTED, f"it defines no `{TAG}`")
    return found


def _defined(names: dict[str, Any], salt: str) -> tuple[Quiz, ...]:
    questions = names.get(TAG)
    if questions is None:
        return ()
    return (questions if isinstance(questions, Quiz) else Quiz(questions, salt=salt),)


def _asked_by_widgets(path: str) -> tuple[Quiz, ...]:
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and TAG in cell["metadata"].get("tags", ()):
            source = compile("".join(cell["source"]), f"{path}, cell {cell.get('id')}", "exec")
            exec(source, names)  # noqa: S102 - a teacher's own file, run as runpy runs the other kind
    asked = (getattr(each, "quiz", None) for each in names.values())
    return tuple({id(quiz): quiz for quiz in asked if isinstance(quiz, Quiz)}.values())
