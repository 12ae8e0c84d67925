"""One page of what a course has answered: no names, no network."""

from __future__ import annotations

import html as markup
from collections import Counter
from typing import TYPE_CHECKING

from gdwidget._output.report.drawing import bars, strip
from gdwidget._teaching.judge import VALUES
from gdwidget._teaching.misconceptions import MISCONCEPTIONS
from gdwidget._teaching.questions import Explain, Goal, Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._teaching.grading import Grade, Graded
    from gdwidget._teaching.quiz import Quiz

_STYLE = """\
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #5b636c; --paper: #fff;
  --truth: #c62828; --given: #1557c0; --line: #868e96; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --quiet: #a3abb5; --paper: #111; --truth: #ff8a80; --given: #7cb7ff;
    --line: #737b84; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 22px; } h2 { font-size: 17px; margin: 2rem 0 .25rem; }
p { margin: .25rem 0 .5rem; } .quiet { color: var(--quiet); }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--ink); font-size: 12px; }
.given { fill: none; stroke: var(--given); stroke-width: 1.5; }
.bar { fill: var(--given); } .truth { stroke: var(--truth); stroke-width: 2; }
.start { stroke: var(--line); stroke-dasharray: 4 3; } .axis { stroke: var(--line); }
.right { font-weight: 600; }
li { margin: .25rem 0; overflow-wrap: anywhere; } blockquote { margin: .5rem 0; padding-left:
  .75rem; border-left: 3px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { h2 { break-after: avoid; } }
"""
_RATED = ("not like the model answer", "partly", "like the model answer")


def page(graded: Sequence[tuple[Quiz, Sequence[Grade]]]) -> str:
    """Return the page.

    Parameters
    ----------
    graded : sequence of (Quiz, sequence of Grade)
        Questions, and the grades of all receipts that answer them; those with a problem are
        counted, and left out else.
    """
    grades = [each for _, given in graded for each in given]
    sound = [each for each in grades if not each.problem]
    problems = Counter(each.problem for each in grades if each.problem)
    refused = "".join(f"<li>{count} {markup.escape(why)}</li>" for why, count in problems.items())
    parts = [
        f"<p>{len(sound)} receipts in order, {len(grades) - len(sound)} not.</p>",
        f"<ul>{refused}</ul>" if refused else "",
        _misconceptions(sound),
    ]
    for quiz, given in graded:
        its = [each for each in given if not each.problem]
        parts += [_question(number, its, quiz) for number in range(len(quiz))]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>What was answered</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>What was answered</h1>\n{chr(10).join(filter(None, parts))}\n</body>\n</html>\n"
    )


def _misconceptions(sound: Sequence[Grade]) -> str:
    holders = Counter(
        tag for each in sound for tag in {answer.verdict.tag for answer in each.answers} if tag
    )
    if not holders:
        return ""
    items = "".join(
        f"<li>{_share(count, len(sound))} <b>{markup.escape(tag)}</b>: "
        f"{markup.escape(MISCONCEPTIONS.get(tag, 'as the question says'))}</li>"
        for tag, count in holders.most_common()
    )
    return f"<h2>Misconceptions</h2>\n<ul>{items}</ul>"


def _question(number: int, sound: Sequence[Grade], quiz: Quiz) -> str:
    question = quiz.questions[number]
    given = [each.answers[number] for each in sound]
    answered = [each for each in given if each.answer is not None]
    verdicts = Counter(each.verdict.name for each in answered)
    told = ", ".join(f"{count} {name}" for name, count in verdicts.items())
    title = f"<h2>{markup.escape(quiz.names[number])}: {markup.escape(quiz.text(number))}</h2>"
    summary = f'<p class="quiet">{len(answered)} answers{": " if told else ""}{told}</p>'
    if isinstance(question, Explain):
        return "\n".join((title, summary, _explanations(answered, question)))
    drawn = [
        _variant(
            number, variant, [e for e in answered if e.answer and e.answer.variant == variant], quiz
        )
        for variant in range(quiz.variants(number))
    ]
    return "\n".join((title, summary, *filter(None, drawn)))


def _variant(number: int, variant: int, answered: Sequence[Graded], quiz: Quiz) -> str:
    """Draw the answers to one variant of a question."""
    question, key = quiz.questions[number], quiz.key(number, variant)
    numbers = [each.answer.numbers for each in answered if each.answer and each.answer.numbers]
    if not numbers:
        return ""
    about = markup.escape(quiz.about(number, variant)) if quiz.variants(number) > 1 else ""
    head = f'<p class="quiet">{about}</p>' if about else ""
    if isinstance(question, Goal):
        return head + strip([each[-1] for each in numbers], [], "learning rate")
    if question.kind in VALUES or isinstance(question, Number) or question.kind == "steps":
        names = quiz.asked(number, variant) or ("",)
        return head + "".join(
            strip([e[at] for e in numbers], [key["numbers"][at]], name, key["start"][at : at + 1])
            for at, name in enumerate(names)
        )
    options = question.choices
    counts = Counter(int(each[0]) for each in numbers)
    return head + bars([counts[at] for at in range(len(options))], options, int(key["numbers"][0]))


def _explanations(answered: Sequence[Graded], question: Explain) -> str:
    """Return what was written, in the order of the alphabet, so that no order tells a name."""
    written = sorted(
        (each.answer.text, each.answer.numbers)
        for each in answered
        if each.answer and each.answer.text
    )
    quotes = "".join(
        f"<blockquote>{markup.escape(text)}{_rating(numbers)}</blockquote>"
        for text, numbers in written
    )
    return f"<p>Model answer: {markup.escape(question.model)}</p>\n{quotes}"


def _rating(numbers: Sequence[float]) -> str:
    rated = int(numbers[0]) if numbers and numbers[0] in range(len(_RATED)) else None
    return "" if rated is None else f'\n<span class="quiet">{_RATED[rated]}</span>'


def _share(count: int, of: int) -> str:
    return f"{count} of {of} ({count / of:.0%})"
