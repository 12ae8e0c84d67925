"""What a widget with questions can do: pose one, and take the answer."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets as t

from gdwidget import _validation
from gdwidget._languages.speaking import said, speaking, speaks
from gdwidget._mixins.stepping import Stepping
from gdwidget._sync.messages import fields, requests
from gdwidget._teaching.questions import Explain, Goal
from gdwidget._teaching.quiz import Quiz
from gdwidget._teaching.receipt import LONGEST_NAME_BYTES, Answer
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gdwidget._core.problem import Problem
    from gdwidget._teaching.judge import Verdict
    from gdwidget._teaching.questions import Question
    from gdwidget._teaching.scene import Scene

NOTHING = -1
"""The index of no question."""

LONGEST_NAME = 80
_SURE = ("guess", "think", "know")


class OpenQuestionError(t.TraitError, RuntimeError):
    """What would tell the answer, or change the question, has to wait until it is answered."""

    def __init__(self, wanted: str, name: str) -> None:
        hint = "w.answer(...) commits to an answer, w.answer(None) says that you do not know"
        told = said(
            "{} waits until question {} is answered: {}", said(wanted), repr(name), said(hint)
        )
        super().__init__(told)


@speaks
class Asking(Stepping):
    """A widget that asks before it shows; without questions nothing of this is in its way."""

    student = t.Unicode().tag(sync=True, page=True)
    _questions = t.Dict(allow_none=True, default_value=None).tag(sync=True)
    _answers = t.List(t.Dict()).tag(sync=True)
    _asked = t.Int(NOTHING).tag(sync=True)

    _quiz: Quiz | None = None
    _posed_at = 0.0
    _take_up: Callable[[], None] | None = None
    _whose = ""

    def _begin_asking(
        self, questions: Iterable[Question] | Quiz | None, default: Scene, student: str, salt: str
    ) -> None:
        """Take the questions a widget is made with, and pose the first."""
        if isinstance(questions, Quiz) and salt:
            raise ArgumentError("salt", salt, "nothing beside a Quiz, which has its own")
        if questions is not None:
            quiz = questions if isinstance(questions, Quiz) else Quiz(questions, default, salt)
            for problem in quiz.problems:
                if self._name_of(problem) is None:
                    accepted = "questions about what the widget minimises, or may choose from"
                    raise ArgumentError("questions", f"one about {problem.name!r}", accepted)
            self._quiz = quiz
            self._tell_questions()
        elif student or salt:
            name, given = ("student", student) if student else ("salt", salt)
            raise ArgumentError(name, given, "nothing without questions")
        self.student = student
        if questions is not None:
            self.ask(1)

    def _tell_questions(self) -> None:
        """Tell pages of the questions, in the widget's language."""
        if self._quiz is not None:
            with speaking(self.language):
                self._questions = dict(self._quiz.told(named=bool(self._offered)))

    @property
    def quiz(self) -> Quiz | None:
        """The questions, with all that is needed to grade them; None without."""
        return self._quiz

    @property
    def answers(self) -> dict[str, Answer]:
        """What was answered so far, by the names of questions."""
        if self._quiz is None:
            return {}
        return {self._quiz.names[each["question"]]: _answer(each) for each in self._answers}

    def ask(self, question: int | str | None) -> None:
        """Pose a question: begin its run, and hide what would tell the answer.

        Parameters
        ----------
        question : int, str or None
            Its number, from 1, or its name; None ends the asking, and everything can be tried.

        Raises
        ------
        ArgumentError
            If there is no such question.

        Examples
        --------
        >>> from gdwidget import GDWidget, Prediction
        >>> w = GDWidget(questions=[Prediction("next_step")])
        >>> w.step()
        Traceback (most recent call last):
        ...
        gdwidget._mixins.asking.OpenQuestionError: step waits until question '1' is answered: \
w.answer(...) commits to an answer, w.answer(None) says that you do not know
        >>> w.ask(None)
        >>> w.step()
        """
        quiz = self._asked_quiz()
        if question is None:
            self._pose(NOTHING)
        elif isinstance(question, str):
            self._pose(quiz.index(question))
        else:
            self._pose(_validation.whole_number("question", question, 1, len(quiz)) - 1)

    def answer(self, value: Any, *, sure: str | None = None, text: str = "") -> str:
        """Commit to an answer to the question that is posed; then the run goes on to show it.

        Parameters
        ----------
        value : float, sequence of float, str or None
            The number or numbers, or the option; None for "I do not know". Of a goal, the
            learning rates that were tried, the last of which counts.
        sure : str, optional
            ``"guess"``, ``"think"`` or ``"know"``.
        text : str, optional
            What explains it.

        Returns
        -------
        str
            ``"right"``, ``"near"``, ``"wrong"``, ``"unknown"`` or ``"open"``, with the
            misconception that a wrong one tells.

        Raises
        ------
        ArgumentError
            If no question is posed, it was answered already, or is not answered like that.

        Examples
        --------
        >>> from gdwidget import GDWidget, Prediction
        >>> w = GDWidget(questions=[Prediction("next_step")])
        >>> w.answer(8.62, sure="think")
        'wrong: wrong_way'
        >>> str(w.params["W"])
        '7.38'
        """
        quiz, index = self._asked_quiz(), self._asked
        if index == NOTHING:
            raise ArgumentError("question", "none that is posed", "w.ask(1) before")
        if sure is not None and sure not in _SURE:
            raise ArgumentError("sure", sure, f"one of {', '.join(_SURE)}, or nothing")
        seconds = int(time.monotonic() - self._posed_at)
        numbers = _numbers(quiz.questions[index], value)
        given = Answer(
            index,
            quiz.variant(index, self.student),
            numbers,
            0 if sure is None else 1 + _SURE.index(sure),
            seconds=min(seconds, 65_535),
            text=fields.explanation("text", text),
        )
        verdict = self._commit(given)
        self._play(quiz, given)
        return ": ".join(filter(None, verdict))

    def _play(self, quiz: Quiz, answer: Answer) -> None:
        """Take the steps that show what is right; of a goal those with the rate that counts."""
        steps = quiz.steps(answer.question, answer.variant)
        if isinstance(quiz.questions[answer.question], Goal):
            if not answer.numbers:
                return
            self._begin_run(quiz.scene(answer.question, answer.variant))
            with contextlib.suppress(ArgumentError):
                self._change({"learning_rate": answer.numbers[-1]})
        if steps and self._timeline.status == "ready":
            self.step(steps)

    @property
    def _open(self) -> bool:
        """Whether a question is posed and not answered; what a goal asks for has to be tried."""
        return self._unanswered and not isinstance(self._asked_quiz().questions[self._asked], Goal)

    @property
    def _unanswered(self) -> bool:
        answered = (each["question"] for each in self._answers)
        return self._asked != NOTHING and self._asked not in answered

    def _wait(self, wanted: str) -> None:
        """Raise unless everything may be seen and changed."""
        if self._quiz is not None and self._open:
            raise OpenQuestionError(wanted, self._quiz.names[self._asked])

    def _asked_quiz(self) -> Quiz:
        if self._quiz is None:
            accepted = "a widget with questions: GDWidget(questions=[...])"
            raise ArgumentError("questions", None, accepted)
        return self._quiz

    def _serve_question(self, message: requests.Asked) -> None:
        if isinstance(message, requests.Ask):
            self._pose(message.question)
        elif isinstance(message, requests.Present):
            self._present(on=message.on)
        else:
            self._commit(_answer(vars(message)))
        self._throttle.flush()

    def _pose(self, index: int) -> None:
        quiz = self._asked_quiz()
        _validation.whole_number("question", index, NOTHING, len(quiz) - 1)
        with self._lock, self.hold_sync():
            before, self._asked = self._asked, NOTHING
            try:
                if index != NOTHING:
                    self._begin_run(quiz.scene(index, quiz.variant(index, self.student)))
                before = index
            finally:
                self._asked = before
                self._timeline.hidden = self._open
            self._posed_at = time.monotonic()
            self._throttle.changed()

    def _present(self, *, on: bool) -> None:
        """Lay aside what there is while questions are presented, or take it up again."""
        self._asked_quiz()
        with self._lock, self.hold_sync():
            if on:
                self._take_up = self._take_up or self._held()
            elif self._take_up:
                take_up, self._take_up = self._take_up, None
                take_up()

    def _held(self) -> Callable[[], None]:
        """Return what brings back the question that is posed, the settings and the runs."""
        asked, session, bring_back = self._asked, self._session, self._timeline.held()

        def take_up() -> None:
            bring_back()
            if self._session is not session and self.comm is not None:
                session.make_figures()
            self._session, self._asked = session, asked
            self._timeline.hidden = self._open
            self._tell()
            self._throttle.changed()

        return take_up

    def _name_of(self, problem: Problem) -> str | None:
        """Return what a problem is called where it is chosen, None if it cannot be."""
        named = {id(each): name for name, each in self._offered.items()}
        if not named and problem.parameters is self.problem.parameters:
            return ""
        return named.get(id(problem))

    def _begin_run(self, scene: Scene) -> None:
        """Have the settings hold, and a run begin with no other in sight."""
        problem = scene.problem
        told = {**scene.told(named=True), "problem_name": self._name_of(problem)}
        self._change({**told, "batch_size": scene.batch_size})
        start = problem.parameters.with_numbers(problem.start, scene.start)
        self._timeline.reset(**start)
        self._timeline.clear()

    def _commit(self, answer: Answer) -> Verdict:
        """Take an answer; that of a question to explain may be rated later."""
        quiz = self._asked_quiz()
        with self._lock:
            quiz.check(answer, self.student)
            if answer.question != self._asked:
                raise ArgumentError("question", answer.question, "the one that is posed")
            entry = {**answer._asdict(), "numbers": list(answer.numbers)}
            others = [each for each in self._answers if each["question"] != answer.question]
            if len(others) < len(self._answers):
                (before,) = (each for each in self._answers if each not in others)
                explains = isinstance(quiz.questions[answer.question], Explain)
                if not explains or before["text"] != answer.text:
                    raise ArgumentError("question", answer.question, "one that is not answered yet")
                entry = {**before, "numbers": entry["numbers"]}
            self._answers = sorted([*others, entry], key=lambda each: each["question"])
            self._whose = self.student
            self._timeline.hidden = False
            self._throttle.changed()
            return quiz.judge(answer)

    @t.validate("student")
    def _checked_student(self, proposal: t.Bunch) -> str:
        name = proposal["value"]
        if len(name) > LONGEST_NAME or "\n" in name or not _fits(name):
            accepted = f"a name of at most {LONGEST_NAME} characters, in one line"
            raise ArgumentError("student", name, accepted)
        if self._answers and name != self._whose and self._asked_quiz().varies:
            raise ArgumentError("student", name, "the same name once a question is answered")
        return str(name)

    @t.observe("student")
    def _ask_whom(self, _: t.Bunch) -> None:
        """Pose the question in the variant of whoever it is."""
        if self._unanswered:
            self._pose(self._asked)


def _answer(entry: Mapping[str, Any]) -> Answer:
    return Answer(**{**entry, "numbers": tuple(entry["numbers"])})


def _numbers(question: Question, value: Any) -> tuple[float, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        options = question.choices
        if value not in options and value in map(said, options):
            value = options[[*map(said, options)].index(value)]
        if value not in options:
            accepted = f"one of {', '.join(map(repr, options))}" if options else "a number"
            if isinstance(question, Explain):
                accepted = "0, 1 or 2, or None: what explains it is the argument text"
            raise ArgumentError("value", value, accepted)
        return (float(options.index(value)),)
    given = np.ravel(value).tolist() if np.ndim(value) else [value]
    return tuple(_validation.real_number("value", number) for number in given)


def _fits(name: str) -> bool:
    """Return whether a receipt can hold a name."""
    try:
        return len(name.encode()) <= LONGEST_NAME_BYTES
    except UnicodeEncodeError:
        return False
