"""A widget that asks: what it hides, what waits, and what it tells when it is answered."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdwidget import (
    ArgumentError,
    Explain,
    GDWidget,
    Goal,
    OpenQuestionError,
    Prediction,
    Problem,
    Quiz,
    grade,
    problems,
)
from tests.tools import Page, refuses

if TYPE_CHECKING:
    from pathlib import Path


def answer(**given: Any) -> dict[str, Any]:
    """Return a page's answer to the first question."""
    entry = {"question": 0, "variant": 0, "numbers": [7.38], "sure": 2, "hints": 0}
    return {"kind": "answer", **entry, "seconds": 5, "text": "", **given}


def test_until_it_is_answered_no_call_tells_the_answer() -> None:
    w = GDWidget(optimizer="adam", questions=[Prediction("next_step"), Prediction("end")])
    for wanted in ("gradient", "trajectory", "runs", "sharpness", "rate_limit"):
        with pytest.raises(OpenQuestionError, match=f"{wanted} waits until question '1'"):
            getattr(w, wanted)
    for name in ("step", "run", "reset", "to_script", "explain_divergence"):
        with pytest.raises(OpenQuestionError):
            getattr(w, name)()
    with pytest.raises(OpenQuestionError):
        w.learning_rate = 0.1
    told = [repr(w), str(w.params), str(w.loss), str(w.full_loss), str(w.aux)]
    told += [str(w.batch), w.status, str(w.answers)]
    assert not any("7.99" in each for each in told)
    assert w.learning_rate == 0.01
    assert w.cursor == 0


def test_nothing_that_is_saved_or_sent_says_the_answer_in_words() -> None:
    w = GDWidget(optimizer="adam", questions=[Prediction("next_step")])
    w.open()
    page = Page(w)
    page.sync()
    page.say({"kind": "ahead", "request": "a"})
    told = json.dumps([page.messages, w.get_state()], default=str)
    assert "7.99" not in told
    assert "7.9899" not in told
    w.answer(None)
    page.sync()
    w.back()
    page.sync()
    assert "7.99" in json.dumps(page.messages, default=str)
    w.close()


def test_when_it_is_answered_the_run_shows_it() -> None:
    w = GDWidget(questions=[Prediction("after", steps=10, name="ten")])
    assert w.answer([4.0], sure="know", text="about half") == "right"
    assert w.cursor == 10
    assert len(w.trajectory) == 11
    given = w.answers["ten"]
    assert (given.numbers, given.sure, given.text) == ((4.0,), 3, "about half")
    with refuses("question", "0", "one that is not answered yet"):
        w.answer(5.0)
    w.learning_rate = 0.02
    w.step()


def test_every_question_begins_a_run_in_its_own_setting_with_no_other_in_sight() -> None:
    well = problems.double_well()
    w = GDWidget(
        questions=[
            Prediction("next_step", learning_rate=0.02, optimizer="momentum"),
            Prediction("end", problem=well, start=2.0, learning_rate=0.1),
            Prediction("next_step", start=-4),
        ]
    )
    assert (w.learning_rate, w.optimizer, w.problem_name) == (0.02, "momentum", "line")
    w.answer(6.76)
    w.step(20)
    w.ask(2)
    assert (w.learning_rate, w.optimizer, w.problem_name) == (0.1, "sgd", "double_well")
    assert float(next(iter(w.params.values()))) == 2.0
    w.answer(-2)
    w.ask("3")
    assert (float(w.params["W"]), w.cursor, w.learning_rate) == (-4.0, 0, 0.01)
    w.answer(None)
    assert len(w.runs) == 1
    w.ask(None)
    w.step(3)


def test_a_page_asks_and_answers() -> None:
    w = GDWidget(questions=[Prediction("next_step"), Prediction("end")])
    w.open()
    page = Page(w)
    assert [
        each["kind"]
        for each in page.say({"kind": "advance", "run": w._timeline.run.id, "n": 1, "request": "r"})
    ][-1] == "error"
    assert w.cursor == 0
    assert page.say(answer())[-1:] != [] or w.answers
    assert w.answers["1"].numbers == (7.38,)
    page.say({"kind": "advance", "run": w._timeline.run.id, "n": 1, "request": "r"})
    assert w.cursor == 1
    page.say({"kind": "ask", "question": 1})
    assert (w.cursor, w.get_state("_asked")["_asked"]) == (0, 1)
    page.say({"kind": "ask", "question": -1})
    w.step()
    w.close()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "ask", "question": 2}, "question"),
        (answer(question=1), "question"),
        (answer(question=9), "question"),
        (answer(variant=1), "variant"),
        (answer(numbers=[1.0, 2.0]), "numbers"),
        (answer(numbers=[1.0] * 8), "numbers"),
        (answer(numbers=["x"]), "numbers"),
        (answer(text="x" * 2_001), "text"),
        (answer(sure=4), "sure"),
    ],
    ids=itertools.count(),
)
def test_what_a_page_may_not_say_is_refused_and_nothing_changes(said: Any, field: str) -> None:
    w = GDWidget(questions=[Prediction("next_step"), Prediction("end")])
    w.open()
    page = Page(w)
    (error,) = (each for each in page.say(said) if each["kind"] == "error")
    assert error["field"] == field
    assert w.answers == {}
    assert w._asked == 0
    w.close()


def test_a_page_sets_neither_questions_nor_answers() -> None:
    w = GDWidget(questions=[Prediction("next_step")])
    w.open()
    page = Page(w)
    for name, value in (("_answers", []), ("_asked", -1), ("_questions", None)):
        page.save_changes(**{name: value})
        assert page.errors()[-1]["field"] == name
    assert w._open
    w.close()


def test_a_page_says_who_answers_and_the_question_is_then_theirs() -> None:
    w = GDWidget(questions=[Prediction("next_step", start=[8, -4, 6, 2])], salt="s")
    w.open()
    page = Page(w)
    starts = {}
    for student in ("Ada", "Bob", "Cleo", "Dan", "Eve", "Flo"):
        page.save_changes(student=student)
        assert w.student == student
        starts[student] = float(w.params["W"])
    assert len(set(starts.values())) > 1
    w.answer(None)
    page.save_changes(student="Mallory")
    assert w.student == "Flo"
    assert page.errors()[-1]["field"] == "student"
    w.close()


@pytest.mark.parametrize("name", ["x" * 101, "two\nlines"])
def test_a_name_is_short(name: str) -> None:
    with pytest.raises(ArgumentError, match="student"):
        GDWidget(questions=[Prediction("next_step")], student=name)


def test_an_explanation_is_rated_later_and_nothing_else_of_it_changes() -> None:
    w = GDWidget(questions=[Explain("Why?", model="Because.")])
    w.open()
    page = Page(w)
    page.say(answer(numbers=[], text="So."))
    page.say(answer(numbers=[2.0], text="So."))
    assert w.answers["1"].numbers == (2.0,)
    page.say(answer(numbers=[2.0], text="Otherwise."))
    assert page.errors()[-1]["field"] == "question"
    assert w.answers["1"].text == "So."
    assert grade(w.submit(None), w.quiz).score == 0.0  # type: ignore[arg-type]
    w.close()


def test_options_are_answered_by_their_words() -> None:
    w = GDWidget(questions=[Prediction("fate", learning_rate=0.2)])
    with refuses("value", "'up'", "It diverges: the loss grows."):
        w.answer("up")
    assert w.answer("It diverges: the loss grows.") == "right"


def test_a_goal_is_tried_before_it_is_answered() -> None:
    w = GDWidget(questions=[Goal(loss=1e-3, within=3)])
    w.learning_rate = 0.1
    w.run(3)
    assert w.trajectory["loss"][-1] < 1e-3
    assert w.answer([0.2, 0.1]) == "right"
    with pytest.raises(ArgumentError, match="numbers"):
        GDWidget(questions=[Goal(loss=1e-3, within=3)]).answer([0.1] * 6)


def test_the_receipts_of_two_widgets_stand_in_one_file(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    first = GDWidget(questions=[Prediction("next_step")], student="Ada")
    second = GDWidget(questions=[Goal(loss=1e-3, within=3)], student="Ada")
    first.answer(7.38)
    second.answer([0.2, 0.1])
    receipts = {first.submit(file), second.submit(file)}
    assert set(json.loads(file.read_text()).values()) == receipts
    for text in ("no json", "[1]"):
        file.write_text(text)
        with refuses("path", "answers.json", "a file of receipts"):
            first.submit(file)
        assert file.read_text() == text


def test_where_nothing_is_answered_the_own_receipt_is_returned(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    answered = GDWidget(questions=[Prediction("next_step")], student="Ada")
    answered.answer(7.38)
    receipt = answered.submit(file)
    assert GDWidget(questions=[Prediction("next_step")], student="Ada").submit(file) == receipt
    other = GDWidget(questions=[Prediction("next_step")], student="Bob").submit(file)
    assert other != receipt
    assert set(json.loads(file.read_text()).values()) == {receipt, other}


def test_a_goal_that_is_answered_is_shown_with_the_rate_that_counts() -> None:
    w = GDWidget(questions=[Goal(loss=1e-3, within=3)])
    w.step(2)
    w.learning_rate = 0.3
    assert w.answer([0.2, 0.1]) == "right"
    assert (w.cursor, w.learning_rate) == (3, 0.1)
    assert w.loss < 1e-3
    other = GDWidget(questions=[Goal(loss=1e-3, within=3)])
    assert other.answer([1e-60]) == "wrong"
    assert grade(other.submit(None), other.quiz).score == 0.0  # type: ignore[arg-type]


def test_another_name_poses_a_goal_in_its_own_variant() -> None:
    w = GDWidget(
        questions=[Goal(loss=1.0, within=50, start=[8, -4, 3, 5, -7])], salt="1", student="A"
    )
    starts = set()
    for student in "ABCDEFG":
        w.student = student
        assert w.quiz is not None
        expected = w.quiz.scene(0, w.quiz.variant(0, student)).starts["W"]
        assert float(w.params["W"]) == expected
        starts.add(expected)
    assert len(starts) > 1


def test_without_variants_a_name_may_come_last() -> None:
    w = GDWidget(questions=[Prediction("next_step")])
    w.answer(7.38)
    w.student = "Zoe"
    assert w.quiz is not None
    assert grade(w.submit(None), w.quiz, student="Zoe").score == 1.0
    for name in ("数" * 81, "\ud800", "x\ny"):
        with pytest.raises(ArgumentError, match="student"):
            w.student = name


def test_an_interrupt_while_a_question_is_posed_leaves_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = GDWidget(questions=[Prediction("next_step"), Prediction("end")])

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(w, "_begin_run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        w.ask(2)
    assert w._asked == 0
    with pytest.raises(OpenQuestionError):
        w.step()


def test_a_problem_is_found_where_it_is_chosen_and_refused_where_it_is_not() -> None:
    line, bowl = problems.line(), problems.quadratic()
    w = GDWidget(
        problems=[line, bowl],
        questions=(Prediction("next_step", problem=each) for each in (bowl, line)),
    )
    assert w.problem_name == "quadratic"
    w.answer([1.0, 1.0])
    w.ask(2)
    assert w.problem_name == "line"
    asked = [Prediction("end", problem=bowl)]
    with refuses("questions", "one about 'quadratic'", "what the widget minimises"):
        GDWidget(problems=[line], questions=asked)
    with refuses("questions", "one about 'quadratic'", "what the widget minimises"):
        GDWidget(lambda x: x * x, 3.0, questions=asked)
    with refuses("questions", "several problems named 'quadratic'", "made once"):
        GDWidget(questions=[Prediction("end", problem=problems.quadratic()) for _ in range(2)])


def test_what_cannot_be_run_again_or_asked_alike_is_refused() -> None:
    stream = Problem(lambda W, x: ((W - x) ** 2).mean(), 3.0, data=iter([(np.ones(2),)] * 9))
    with refuses("questions", "'1' about a stream", "run again"):
        GDWidget(stream, questions=[Prediction("after", steps=3)])
    both = [problems.line(), problems.quadratic()]
    with refuses("problem", "variants that ask for", "numbers of the same names"):
        GDWidget(questions=[Prediction("next_step", problem=both)])
    with refuses("mistakes", "1.8", "2 numbers"):
        bowl = problems.quadratic()
        GDWidget(questions=[Prediction("end", problem=bowl, mistakes={1.8: "ball"})])
    quiz = Quiz([Prediction("next_step")], salt="a")
    with refuses("salt", "'b'", "nothing beside a Quiz"):
        GDWidget(questions=quiz, salt="b")


def test_without_questions_there_is_nothing_to_ask_or_answer() -> None:
    w = GDWidget()
    for call in (lambda: w.ask(1), lambda: w.answer(1.0), w.submit):
        with pytest.raises(ArgumentError, match="a widget with questions"):
            call()
    assert w.quiz is None
    assert w.answers == {}


def test_an_answer_waits_for_a_question() -> None:
    w = GDWidget(questions=[Prediction("next_step")])
    w.ask(None)
    with refuses("question", "none that is posed", "w.ask(1) before"):
        w.answer(7.38)
    for wrong in (0, 2, 1.5, True):
        with pytest.raises(ArgumentError, match="question"):
            w.ask(wrong)  # type: ignore[arg-type]
    with refuses("question", "'third'", "1"):
        w.ask("third")
    w.ask(1)
    with refuses("sure", "'very'", "guess, think, know"):
        w.answer(7.38, sure="very")
    with pytest.raises(ArgumentError, match="numbers"):
        w.answer([7.38, 1.0])
    assert w.answers == {}
