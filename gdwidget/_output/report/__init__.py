"""What a course has answered: a table of grades, and a page to teach from."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from gdwidget._output.atomic_write import write_whole
from gdwidget._output.report.page import page
from gdwidget._output.report.submissions import collected
from gdwidget._teaching.grading import Grade, grade
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from os import PathLike

    from gdwidget._output.report.submissions import Submission
    from gdwidget._teaching.quiz import Quiz

GRADES, PAGE = "grades.csv", "report.html"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report(folder: str | PathLike[str], quiz: Quiz) -> list[tuple[Submission, Grade]]:
    """Grade all that was handed in, and write ``grades.csv`` and ``report.html`` beside it.

    Parameters
    ----------
    folder : str or path-like
        What was handed in: notebooks, ``.json``, ``.txt`` and ``.csv`` files, in it and in
        folders in it.
    quiz : Quiz
        The questions.

    Returns
    -------
    list of (Submission, Grade)
        One for each receipt, and for each file without any; none is left out.

    Raises
    ------
    ArgumentError
        If there is no such folder, or nothing can be written there.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ArgumentError("folder", str(folder), "a folder with what was handed in")
    graded = [(each, _graded(each, quiz)) for each in collected(root, beside=(GRADES, PAGE))]
    write_whole(root / GRADES, _table(graded, quiz).encode())
    write_whole(root / PAGE, page([grade for _, grade in graded], quiz).encode())
    return graded


def _graded(submission: Submission, quiz: Quiz) -> Grade:
    whole = grade(submission.receipt, quiz)
    problem = whole.problem
    if submission.problem:
        problem = "unreadable" if submission.problem == "unreadable" else "duplicate"
    return Grade(whole.student or submission.student, whole.answers, problem)


def _table(graded: list[tuple[Submission, Grade]], quiz: Quiz) -> str:
    rows = io.StringIO()
    table = csv.writer(rows)
    table.writerow(["student", "score", "problem", "file", *map(_harmless, quiz.names)])
    for submission, whole in graded:
        problem = submission.problem or whole.problem
        verdicts = [":".join(filter(None, each.verdict)) for each in whole.answers]
        cells = [whole.student, f"{whole.score:.4f}", problem, submission.file, *verdicts]
        table.writerow([_harmless(cell) for cell in cells])
    return rows.getvalue()


def _harmless(cell: str) -> str:
    """Return a text that no program of tables takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
