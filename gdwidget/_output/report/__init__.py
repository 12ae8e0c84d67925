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
from gdwidget._teaching.receipt import ReceiptError, read_receipt
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from gdwidget._output.report.submissions import Submission
    from gdwidget._teaching.quiz import Quiz

GRADES, PAGE = "grades.csv", "report.html"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report(folder: str | PathLike[str], quizzes: Sequence[Quiz]) -> list[tuple[Submission, Grade]]:
    """Grade all that was handed in, and write ``grades.csv`` and ``report.html`` beside it.

    Parameters
    ----------
    folder : str or path-like
        What was handed in: notebooks, ``.json``, ``.txt`` and ``.csv`` files, in it and in
        folders in it.
    quizzes : sequence of Quiz
        The questions, of one or several widgets: each receipt says which it answers. What
        answers none of them counts to the first.

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
    graded: list[tuple[Submission, Grade]] = []
    of: list[list[Grade]] = [[] for _ in quizzes]
    columns = [name for quiz in quizzes for name in quiz.names]
    rows = [["student", "score", "problem", "file", *columns]]
    for submission in collected(root, beside=(GRADES, PAGE)):
        which = _answered(submission, quizzes)
        whole = _graded(submission, quizzes[which])
        graded.append((submission, whole))
        of[which].append(whole)
        before = sum(map(len, quizzes[:which]))
        rows.append(_row(submission, whole, before, len(columns)))
    write_whole(root / GRADES, _table(rows).encode())
    write_whole(root / PAGE, page(list(zip(quizzes, of, strict=True))).encode())
    return graded


def _answered(submission: Submission, quizzes: Sequence[Quiz]) -> int:
    """Return which of some questions a receipt answers; the first if none."""
    try:
        fingerprint = read_receipt(submission.receipt).fingerprint
    except ReceiptError:
        return 0
    return next((at for at, quiz in enumerate(quizzes) if quiz.fingerprint == fingerprint), 0)


def _graded(submission: Submission, quiz: Quiz) -> Grade:
    whole = grade(submission.receipt, quiz)
    problem = whole.problem
    if submission.problem:
        problem = "unreadable" if submission.problem == "unreadable" else "duplicate"
    return Grade(whole.student or submission.student, whole.answers, problem)


def _row(submission: Submission, whole: Grade, before: int, columns: int) -> list[str]:
    """Return a row of the table: the cells of other questions stay empty."""
    problem = submission.problem or whole.problem
    verdicts = [""] * columns
    for at, each in enumerate(whole.answers, before):
        verdicts[at] = ":".join(filter(None, each.verdict))
    return [whole.student, f"{whole.score:.4f}", problem, submission.file, *verdicts]


def _table(rows: list[list[str]]) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    for row in rows:
        table.writerow([_harmless(cell) for cell in row])
    return text.getvalue()


def _harmless(cell: str) -> str:
    """Return a text that no program of tables takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
