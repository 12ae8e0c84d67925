"""Questions on paper: a sheet for each student, and the key on a page of its own."""

from __future__ import annotations

import html as markup
from typing import TYPE_CHECKING

from gdwidget._output.sheet.drawing import figure
from gdwidget._output.sheet.key import key as key_page
from gdwidget._output.sheet.key import letter
from gdwidget._teaching.questions import Explain, Goal, short_text
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._teaching.quiz import Quiz

_STYLE = """\
@page { size: A4; margin: 16mm 18mm; }
:root { color-scheme: light; }
body { font: 11pt/1.4 system-ui, sans-serif; color: #1b1f24; background: #fff; max-width: 174mm;
  margin: 0 auto; padding: 8px; }
h1 { font-size: 15pt; margin: 0 0 4mm; }
.name { display: flex; gap: 3mm; margin: 0 0 6mm; }
.name span { flex: 1; border-bottom: 1px solid; }
.sheet ~ .sheet, .key { break-before: page; }
article { break-inside: avoid; margin: 0 0 7mm; }
h2 { font-size: 12pt; margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
.setting { color: #5b636c; font-size: 10pt; margin: 0 0 1mm; }
article > svg { display: block; width: 120mm; height: auto; margin: 1mm 0; }
svg text { font-size: 12px; fill: #5b636c; } svg .name { font-weight: 600; fill: #1b1f24; }
.grid { stroke: #e6e8eb; } .loss { fill: none; stroke: #c62828; stroke-width: 1.75; }
.start { fill: none; stroke: #1557c0; stroke-width: 2; } .now { fill: #1557c0; }
ul { list-style: none; margin: 1mm 0; padding: 0; } li { margin: 1mm 0; overflow-wrap: anywhere; }
.box { display: inline-block; width: 3.5mm; height: 3.5mm; margin-right: 2mm; border: 1px solid;
  vertical-align: -0.5mm; }
.room { display: inline-block; min-width: 34mm; margin-right: 8mm; border-bottom: 1px solid; }
.line { height: 9mm; border-bottom: 1px solid #868e96; }
.key p { margin: 0 0 1.5mm; white-space: pre-line; overflow-wrap: anywhere; }
.key li { margin: 0 0 4mm; break-inside: avoid; }
@media screen {
  .sheet ~ .sheet, .key { margin-top: 16mm; border-top: 1px dashed; padding-top: 8mm; } }
"""
_LINES = 3


def sheet(
    quizzes: Sequence[Quiz], students: Sequence[str], title: str = "", *, key: bool = False
) -> str:
    """Return a page to be printed, with the questions and without what is right.

    Parameters
    ----------
    quizzes : sequence of Quiz
        The questions, numbered through.
    students : sequence of str
        Whose sheets: each is asked in the variant of that name. An empty name is a sheet on
        which one is to be written.
    title : str, optional
        Heading of each sheet.
    key : bool, default False
        Whether what is right stands on a page of its own at the end.

    Raises
    ------
    ArgumentError
        If students are not names, or title is no text.

    Examples
    --------
    >>> from gdwidget import Prediction
    >>> from gdwidget._teaching.quiz import Quiz
    >>> quiz = Quiz([Prediction("next_step")])
    >>> "7.38" in sheet([quiz], [""]), "7.38" in sheet([quiz], [""], key=True)
    (False, True)
    """
    if isinstance(students, str) or not all(isinstance(each, str) for each in students):
        raise ArgumentError("students", students, "a list of names")
    named = short_text("title", title).strip() or "Questions"
    for student in students:
        short_text("students", student)
    parts = [_of(quizzes, student, named) for student in students]
    if key:
        parts.append(key_page(quizzes, students))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{markup.escape(named)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        f"{''.join(parts)}</body>\n</html>\n"
    )


def _of(quizzes: Sequence[Quiz], student: str, title: str) -> str:
    """Return the sheet of one student."""
    before = ""
    parts: list[str] = []
    for quiz in quizzes:
        for number in range(len(quiz)):
            drawn = figure(quiz.scene(number, quiz.variant(number, student)))
            shown = "" if drawn == before else drawn
            parts.append(_question(quiz, number, student, len(parts) + 1, shown))
            before = drawn
    return (
        f'<section class="sheet">\n<h1>{markup.escape(title)}</h1>\n'
        f'<p class="name">Name <span>{markup.escape(student)}</span></p>\n'
        f"{''.join(parts)}</section>\n"
    )


def _question(quiz: Quiz, number: int, student: str, counted: int, drawn: str) -> str:
    """Return a question, with a figure unless it is that of the question before."""
    question, variant = quiz.questions[number], quiz.variant(number, student)
    text = markup.escape(quiz.text(number, variant))
    about = quiz.about(number, variant, rate=not isinstance(question, Goal))
    setting = markup.escape(about)
    return (
        f"<article>\n<h2>{counted}. {text}</h2>\n"
        f'<p class="setting">{setting}</p>\n{drawn}{_room(quiz, number, variant)}\n</article>\n'
    )


def _room(quiz: Quiz, number: int, variant: int) -> str:
    """Return where the answer is written, or chosen."""
    question = quiz.questions[number]
    if question.choices:
        options = "".join(
            f'<li><span class="box"></span>{letter(at)}: {markup.escape(option)}</li>'
            for at, option in enumerate(question.choices)
        )
        return f"<ul>{options}</ul>"
    if isinstance(question, Explain):
        return '<div class="line"></div>' * _LINES
    names: Sequence[str] = quiz.asked(number, variant) or ("",)
    if isinstance(question, Goal):
        names = ("learning rate",)
    rooms = "".join(
        f'{markup.escape(name)}{" = " if name else ""}<span class="room">&nbsp;</span>'
        for name in names
    )
    if question.kind == "steps":
        rooms += 'steps, or <span class="box"></span>never'
    return f"<p>{rooms}</p>"
