"""The key of a sheet: what is right, and which answers tell a misconception."""

from __future__ import annotations

import html as markup
from typing import TYPE_CHECKING

import numpy as np

from gdwidget._teaching import truth
from gdwidget._teaching.judge import NEVER
from gdwidget._teaching.questions import Explain, Goal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._sync.messages.answers import Key
    from gdwidget._teaching.questions import Question
    from gdwidget._teaching.quiz import Quiz


def key(quizzes: Sequence[Quiz], students: Sequence[str]) -> str:
    """Return the key as a part of a page: each variant that is asked, with whom it is asked."""
    items = "".join(
        f"<li>{_question(quiz, number, students)}</li>"
        for quiz in quizzes
        for number in range(len(quiz))
    )
    return f'<section class="key">\n<h1>Key</h1>\n<ol>{items}</ol>\n</section>\n'


def letter(option: int) -> str:
    """Return the letter of an option.

    Examples
    --------
    >>> letter(1)
    'B'
    """
    return chr(ord("A") + option)


def _question(quiz: Quiz, number: int, students: Sequence[str]) -> str:
    asked: dict[int, list[str]] = {}
    for student in students:
        asked.setdefault(quiz.variant(number, student), []).append(student)
    rows = []
    for variant, whom in sorted(asked.items()):
        about = ""
        if quiz.variants(number) > 1:
            names = ", ".join(filter(None, whom))
            about = f"{quiz.about(number, variant)}{f' ({names})' if names else ''}: "
        rows.append(f"<p>{markup.escape(about)}{_answer(quiz, number, variant)}</p>")
    return f"<p>{markup.escape(quiz.text(number))}</p>{''.join(rows)}"


def _answer(quiz: Quiz, number: int, variant: int) -> str:
    question, found = quiz.questions[number], quiz.key(number, variant)
    if isinstance(question, Explain):
        return markup.escape(question.model)
    if isinstance(question, Goal):
        rates = list(truth.rates_to(quiz.scene(number, variant), question.loss, question.within))
        return f"<b>learning rates from about {min(rates):.3g} to {max(rates):.3g}</b>"
    names = quiz.asked(number, variant)
    said = markup.escape(_said(question, names, found["numbers"]))
    return f"<b>{said}</b>{_mistakes(question, names, found)}"


def _mistakes(question: Question, names: Sequence[str], found: Key) -> str:
    """Return the answers that tell a misconception, by what is said of them."""
    by_text: dict[str, list[str]] = {}
    for each in found["mistakes"]:
        by_text.setdefault(each["text"], []).append(_said(question, names, each["numbers"], 4))
    return "".join(
        f"<br>Not {markup.escape(', '.join(dict.fromkeys(said)))}: {markup.escape(text)}"
        for text, said in by_text.items()
    )


def _said(
    question: Question, names: Sequence[str], numbers: Sequence[float], digits: int = 9
) -> str:
    """Return an answer in words; that of a run has up to nine digits, as float32 has."""
    if question.choices:
        option = int(numbers[0])
        return f"{letter(option)}: {question.choices[option]}"
    if question.kind == "steps":
        return "never" if numbers[0] == NEVER else f"{int(numbers[0]):,}"
    texts = [f"{float(str(np.float32(each))):.{digits}g}" for each in numbers]
    if not names:
        return texts[0]
    return ", ".join(f"{name} = {text}" for name, text in zip(names, texts, strict=True))
