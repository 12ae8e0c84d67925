"""What predictions and goals ask in words, where their teacher gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdwidget._teaching.questions import Goal, Prediction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._teaching.questions import Question


def wording(question: Question, names: Sequence[str], steps: int) -> str:
    """Return a question in words.

    Parameters
    ----------
    question : Question
        The question.
    names : sequence of str
        The numbers whose values are asked for.
    steps : int
        How many steps the run takes.

    Examples
    --------
    >>> wording(Prediction("after", steps=10), ["W"], 10)
    'Where will W be after 10 steps?'
    """
    if question.text.strip():
        return question.text
    what, after = " and ".join(names), f"{steps:,} step{'' if steps == 1 else 's'}"
    sentences = {
        "next_step": f"Where will {what} be after the next step?",
        "after": f"Where will {what} be after {after}?",
        "end": f"Where will {what} be at the end of the run, after {after}?",
        "fate": f"What will become of the run in {after}?",
    }
    match question:
        case Goal(loss=loss):
            return f"Find a learning rate with which the loss is {loss:g} or less within {after}."
        case Prediction(until=until) if until is not None:
            return f"After how many steps will the loss be {until:g} or less?"
    return sentences[question.kind]
