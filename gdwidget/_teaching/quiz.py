"""Questions with all that they need: what they are asked of, in which variants, what is right."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from gdwidget import problems
from gdwidget._languages.speaking import said
from gdwidget._settings.run_spec import Descents
from gdwidget._sync.messages import answers
from gdwidget._teaching import judge, truth
from gdwidget._teaching.misconceptions import MISCONCEPTIONS
from gdwidget._teaching.questions import (
    ASKABLE,
    FATES,
    Goal,
    Question,
    several,
    short_text,
)
from gdwidget._teaching.receipt import MOST_QUESTIONS, checksum
from gdwidget._teaching.scene import Scene, data_of, scenes_of
from gdwidget._teaching.seal import seal
from gdwidget._teaching.wording import wording
from gdwidget._validation import real_number
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from gdwidget._core.problem import Problem
    from gdwidget._teaching.judge import Verdict
    from gdwidget._teaching.receipt import Answer

VERSION = 1
MOST_TRIES = 5
"""How often a learner may try to meet a goal."""


class _Posed(NamedTuple):
    """A question with its name and the scenes of its variants."""

    name: str
    question: Question
    scenes: tuple[Scene, ...]


class Quiz:
    """Questions about one scene, ready to be asked and graded.

    Parameters
    ----------
    questions : iterable of Question
        At most 255, with different names.
    default : Scene, optional
        What holds where a question says nothing; the article's line, at the rate 0.01.
    salt : str, default ""
        Decides with a student's name which variants are asked.

    Raises
    ------
    ArgumentError
        If they are no questions, two have one name, or one asks for what its problem does not
        have.

    Examples
    --------
    >>> from gdwidget import Prediction
    >>> quiz = Quiz([Prediction("next_step", name="first", start=[8, -4])], salt="2026")
    >>> quiz.names, len(quiz), quiz.variant(0, "Ada")
    (('first',), 1, 0)
    """

    def __init__(
        self, questions: Iterable[Question], default: Scene | None = None, salt: str = ""
    ) -> None:
        accepted = "a list of questions, such as [gdwidget.Prediction('next_step')]"
        if not isinstance(questions, Iterable):
            raise ArgumentError("questions", questions, accepted)
        given = tuple(questions)
        if not 1 <= len(given) <= MOST_QUESTIONS:
            most = f"1 to {MOST_QUESTIONS} questions"
            raise ArgumentError("questions", f"{len(given)} questions", most)
        for each in given:
            if type(each) not in ASKABLE:
                raise ArgumentError("questions", each, accepted)
        self.salt = short_text("salt", salt)
        default = default or Scene((about(given) or (problems.line(),))[0])
        self._posed = tuple(
            _Posed(each.name or str(number), each, scenes_of(each, default))
            for number, each in enumerate(given, 1)
        )
        for name in self.names:
            if self.names.count(name) > 1:
                raise ArgumentError("questions", f"two questions named {name!r}", "different names")
        self._descents = Descents()
        self._keys: dict[tuple[int, int], answers.Key] = {}
        for posed in self._posed:
            _check_scenes(posed)

    def __len__(self) -> int:
        return len(self._posed)

    @property
    def names(self) -> tuple[str, ...]:
        """Of all questions."""
        return tuple(each.name for each in self._posed)

    @property
    def varies(self) -> bool:
        """Whether learners are asked in different variants."""
        return any(len(each.scenes) > 1 for each in self._posed)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions themselves."""
        return tuple(each.question for each in self._posed)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is minimised in them, each once."""
        found = (scene.problem for each in self._posed for scene in each.scenes)
        return tuple({id(problem): problem for problem in found}.values())

    def index(self, name: str) -> int:
        """Return which question has a name.

        Raises
        ------
        ArgumentError
            If none has.
        """
        if name not in self.names:
            raise ArgumentError("question", name, f"one of {', '.join(self.names)}")
        return self.names.index(name)

    def variants(self, question: int) -> int:
        """Return how many variants a question has."""
        return len(self._posed[question].scenes)

    def variant(self, question: int, student: str) -> int:
        """Return which variant of a question a student is asked."""
        posed = self._posed[question]
        return checksum(self.salt, student, posed.name) % len(posed.scenes)

    def scene(self, question: int, variant: int) -> Scene:
        """Return where a question takes place."""
        return self._posed[question].scenes[variant]

    def steps(self, question: int, variant: int) -> int:
        """Return how many steps show the answer."""
        return truth.steps_of(self._posed[question].question, self.scene(question, variant))

    def asked(self, question: int, variant: int) -> tuple[str, ...]:
        """Return the names of the numbers whose values are asked for."""
        problem = self.scene(question, variant).problem
        return truth.asked_of(self._posed[question].question, problem)

    def text(self, question: int, variant: int = 0) -> str:
        """Return a question in words."""
        names, steps = self.asked(question, variant), self.steps(question, variant)
        return wording(self._posed[question].question, names, steps)

    def about(self, question: int, variant: int, *, rate: bool = True) -> str:
        """Return what is set in a variant, in words; without the rate where that is asked for."""
        scene = self.scene(question, variant)
        starts = [f"{name} from {value:g}" for name, value in scene.starts.items()]
        rates = [f"rate {scene.learning_rate:g}"] if rate else []
        return ", ".join([scene.problem.name, scene.optimizer, *rates, *starts])

    def key(self, question: int, variant: int) -> answers.Key:
        """Return what is right; found by a run when it is first asked for.

        Raises
        ------
        ArgumentError
            As `truth.key_of`.
        """
        place = (question, variant)
        if place not in self._keys:
            posed, scene = self._posed[question], self.scene(question, variant)
            try:
                self._keys[place] = truth.key_of(posed.question, scene, self._descents)
            except Exception as error:  # of a teacher's own function, too
                error.add_note(f"This is about question {posed.name!r}.")
                raise
        return self._keys[place]

    def check(self, answer: Answer, student: str) -> None:
        """Raise an `ArgumentError` unless a student can have answered like that."""
        if not 0 <= answer.question < len(self):
            raise ArgumentError("question", answer.question, f"0 to {len(self) - 1}")
        variant = self.variant(answer.question, student)
        if answer.variant != variant:
            raise ArgumentError("variant", answer.variant, f"{variant}, which is asked")
        name, question, _ = self._posed[answer.question]
        counts = self._counts(question, len(self.asked(answer.question, variant)))
        if len(answer.numbers) not in counts:
            accepted = f"{' or '.join(map(str, counts))} numbers for question {name!r}"
            raise ArgumentError("numbers", list(answer.numbers), accepted)
        for number in answer.numbers:
            real_number("numbers", number)
        options = question.choices
        if options and answer.numbers and answer.numbers[0] not in range(len(options)):
            accepted = f"the index of one of {len(options)} options"
            raise ArgumentError("numbers", list(answer.numbers), accepted)

    @staticmethod
    def _counts(question: Question, asked: int) -> tuple[int, ...]:
        """Return how many numbers an answer may have; none says "I do not know"."""
        if isinstance(question, Goal):
            return tuple(range(MOST_TRIES + 1))
        return (0, asked or 1)

    def judge(self, answer: Answer) -> Verdict:
        """Return what an answer is worth: goals by the run with its last rate."""
        question, key = self.questions[answer.question], self.key(answer.question, answer.variant)
        if isinstance(question, Goal) and answer.numbers:
            scene = self.scene(answer.question, answer.variant)
            rate, within = answer.numbers[-1], question.within
            met = truth.meets(scene, rate, question.loss, within, self._descents)
            return judge.Verdict("right" if met else "wrong")
        return judge.judge(str(question.kind), key, answer.numbers)

    @cached_property
    def fingerprint(self) -> int:
        """What tells these questions from others: CRC-32 of all that decides what is right."""
        return zlib.crc32(json.dumps([self._print(each) for each in self._posed]).encode())

    def told(self, *, named: bool | None = None) -> answers.Questions:
        """Return the questions as pages are told of them, with the keys sealed.

        Parameters
        ----------
        named : bool, optional
            Whether problems are told by name; without it, where there are several.

        Raises
        ------
        ArgumentError
            As `key`.
        """
        fingerprint = f"{self.fingerprint:08x}"
        if named is None:
            named = len(self.problems) > 1
        return answers.Questions(
            version=VERSION,
            fingerprint=fingerprint,
            salt=self.salt,
            questions=[self._told(number, fingerprint, named=named) for number in range(len(self))],
        )

    def _told(self, number: int, fingerprint: str, *, named: bool) -> answers.Question:
        name, question, scenes = self._posed[number]
        names, steps = self.asked(number, 0), self.steps(number, 0)
        until: float | None = getattr(question, "until", None)
        if isinstance(question, Goal):
            until = question.loss
        return answers.Question(
            name=name,
            kind=question.kind,
            text=self.text(number),
            steps=steps,
            parameters=list(names),
            until=until,
            options=[said(option) if option in FATES else option for option in question.choices],
            hints=list(question.hints),
            variants=[
                answers.Variant(
                    settings=scene.told(named=named),
                    start=scene.starts,
                    sealed=seal(_spoken(self.key(number, variant)), fingerprint, name, variant),
                )
                for variant, scene in enumerate(scenes)
            ],
        )

    def _print(self, posed: _Posed) -> list[Any]:
        question = posed.question
        return [
            posed.name,
            question.kind,
            getattr(question, "until", None),
            getattr(question, "loss", None),
            list(question.choices),
            [
                [
                    scene.problem.name,
                    zlib.crc32(data_of(scene.problem)),
                    scene.starts,
                    scene.told(named=True),
                    scene.seed,
                    truth.steps_of(question, scene),
                    truth.asked_of(question, scene.problem),
                ]
                for scene in posed.scenes
            ],
        ]


def _spoken(key: answers.Key) -> answers.Key:
    """Return a key with what it says in the language that is spoken."""
    own = MISCONCEPTIONS.values()

    def spoken(text: str) -> str:
        return said(text) if text in own else text

    mistakes = [
        answers.Mistake(**{**each, "text": spoken(each["text"])}) for each in key["mistakes"]
    ]
    feedback = {name: spoken(text) for name, text in key["feedback"].items()}
    return answers.Key(**{**key, "mistakes": mistakes, "feedback": feedback})


def _check_scenes(posed: _Posed) -> None:
    """Raise an `ArgumentError` unless a question asks the same in all its variants."""
    asked = {
        (truth.asked_of(posed.question, scene.problem), truth.steps_of(posed.question, scene))
        for scene in posed.scenes
    }
    if len(asked) > 1:
        accepted = "problems in which numbers of the same names learn"
        raise ArgumentError("problem", f"variants that ask for {sorted(asked)}", accepted)
    if any(scene.problem.stream for scene in posed.scenes):
        accepted = "a problem that can be run again: a stream cannot"
        raise ArgumentError("questions", f"{posed.name!r} about a stream", accepted)


def about(questions: object) -> tuple[Problem, ...] | None:
    """Return the problems that questions are about, each once; None if none is named.

    Questions that name none are about the article's, which comes first then.
    """
    if isinstance(questions, Quiz):
        return questions.problems
    given = questions if isinstance(questions, (list, tuple)) else ()
    asked = [each for each in given if isinstance(each, Question)]
    named = [each for question in asked for each in several(question.problem) if each]
    if not named:
        return None
    if any(question.problem is None for question in asked):
        named.insert(0, problems.line())
    found = tuple({id(each): each for each in named}.values())
    for name in (names := [each.name for each in found]):
        if names.count(name) > 1:
            accepted = "one problem, made once, for all questions about it"
            raise ArgumentError("questions", f"several problems named {name!r}", accepted)
    return found
