"""What predictions and goals ask in words, where their teacher gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gdwidget._languages.speaking import said
from gdwidget._teaching.questions import Goal, Prediction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._teaching.questions import Question


_SENTENCES = {
    "next_step": "Where will {0} be after the next step?",
    "after": "Where will {0} be after {1}?",
    "end": "Where will {0} be at the end of the run, after {1}?",
    "fate": "What will become of the run in {1}?",
}


def wording(question: Question, names: Sequence[str], steps: int) -> str:
    """Return a question in words, in the language that is spoken.

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
    what = said(" and ").join(names)
    after = said("1 step") if steps == 1 else said("{} steps", f"{steps:,}")
    match question:
        case Goal(loss=loss):
            goal = "Find a learning rate with which the loss is {} or less within {}."
            return said(goal, f"{loss:g}", after)
        case Prediction(until=until) if until is not None:
            return said("After how many steps will the loss be {} or less?", f"{until:g}")
    return said(_SENTENCES[question.kind], what, after)
