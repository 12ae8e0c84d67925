"""Grades receipts: what is right is computed anew, so that a forged score is worth nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from gdwidget._teaching.judge import SCORES, Verdict
from gdwidget._teaching.questions import Explain
from gdwidget._teaching.quiz import Quiz
from gdwidget._teaching.receipt import Answer, Receipt, ReceiptError, checksum, read_receipt
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gdwidget._teaching.questions import Question

Problem: TypeAlias = Literal[
    "",
    "no receipt",
    "newer version",
    "damaged",
    "too long",
    "of other questions",
    "of another name or salt",
    "forged",
    "duplicate",
    "unreadable",
]


class Graded(NamedTuple):
    """An answer with what it is worth.

    Attributes
    ----------
    name : str
        The question's.
    answer : Answer or None
        None where it was not answered.
    verdict : Verdict
        ``"unknown"`` where it was not answered.
    """

    name: str
    answer: Answer | None
    verdict: Verdict

    @property
    def score(self) -> float | None:
        """1, 0.5 or 0; None where no machine judges."""
        return SCORES.get(self.verdict.name)


@dataclass(frozen=True)
class Grade:
    """What a receipt is worth.

    Attributes
    ----------
    student : str
        The name in the receipt, or the one that was given.
    answers : tuple of Graded
        One a question, in their order.
    problem : str
        Why the receipt is worth nothing; empty if it is in order.
    """

    student: str
    answers: tuple[Graded, ...]
    problem: Problem = ""

    @property
    def score(self) -> float:
        """The share of what could be reached, 0 to 1; explanations do not count."""
        scores = [each.score for each in self.answers if each.score is not None]
        return sum(scores) / len(scores) if scores and not self.problem else 0.0

    def __float__(self) -> float:
        return self.score


def grade(
    receipt: str, questions: Iterable[Question] | Quiz, *, student: str = "", salt: str = ""
) -> Grade:
    """Return what the answers in a receipt are worth; what is right is computed anew.

    Parameters
    ----------
    receipt : str
        What `GDWidget.submit` or a page gave.
    questions : iterable of Question or Quiz
        Those that were asked: the widget's ``quiz``, or the questions alone where they say
        themselves what they are about.
    student : str, optional
        Whose receipt it must be; without it, whoever it names.
    salt : str, default ""
        The widget's; a `Quiz` has its own.

    Returns
    -------
    Grade
        A receipt that is damaged, of other questions, of somebody else or forged has a
        ``problem`` and the score 0; nothing is raised for it.

    Raises
    ------
    ArgumentError
        If the questions are none.

    Examples
    --------
    >>> from gdwidget import GDWidget, Prediction
    >>> questions = [Prediction("next_step"), Prediction("after", steps=10)]
    >>> w = GDWidget(questions=questions, student="Ada")
    >>> w.answer(7.38)
    'right'
    >>> w.ask(2)
    >>> w.answer(1.8)
    'wrong: rate_is_length'
    >>> graded = grade(w.submit(None), questions, student="Ada")
    >>> graded.score, graded.answers[1].verdict
    (0.5, Verdict(name='wrong', tag='rate_is_length'))
    >>> grade(w.submit(None), questions, student="Bob").problem
    'of another name or salt'
    """
    quiz = questions if isinstance(questions, Quiz) else Quiz(questions, salt=salt)
    if not isinstance(student, str):
        raise ArgumentError("student", student, "a name, or nothing")
    try:
        read = read_receipt(receipt)
    except ReceiptError as error:
        return _refused(quiz, student, error.reason)
    whose = student or read.student
    if problem := _problem(read, quiz, whose):
        return _refused(quiz, whose, problem)
    answers = {answer.question: answer for answer in read.answers}
    graded = []
    for number, name in enumerate(quiz.names):
        answer = answers.get(number)
        open_ = isinstance(quiz.questions[number], Explain)
        unanswered = Verdict("open" if open_ else "unknown")
        verdict = quiz.judge(answer) if answer else unanswered
        graded.append(Graded(name, answer, verdict))
    return Grade(whose, tuple(graded))


def _problem(receipt: Receipt, quiz: Quiz, student: str) -> Problem:
    if receipt.fingerprint != quiz.fingerprint:
        return "of other questions"
    if receipt.check != checksum(quiz.salt, student):
        return "of another name or salt"
    try:
        for answer in receipt.answers:
            quiz.check(answer, student)
    except ArgumentError:
        return "forged"
    return ""


def _refused(quiz: Quiz, student: str, problem: Problem) -> Grade:
    return Grade(student, tuple(Graded(n, None, Verdict("unknown")) for n in quiz.names), problem)
