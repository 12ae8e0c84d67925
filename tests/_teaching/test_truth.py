"""What is right is found by runs: the numbers of the lessons, and what is refused."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from gdwidget import (
    ArgumentError,
    Choice,
    Explain,
    GDWidget,
    Goal,
    Number,
    Prediction,
    Quiz,
    problems,
)
from gdwidget._teaching.questions import FATES
from tests.tools import refuses

SETTLES, HOPS, DIVERGES, ON_ITS_WAY = map(float, range(len(FATES)))


def right(question: Any, variant: int = 0) -> list[float]:
    return Quiz([question]).key(0, variant)["numbers"]


def test_where_the_next_step_leads_is_that_of_the_article() -> None:
    question = Prediction("next_step", start=[8, -4])
    assert right(question, 0) == pytest.approx([7.38], abs=1e-6)
    assert right(question, 1) == pytest.approx([-3.38], abs=1e-6)


@pytest.mark.parametrize(
    ("found", "kind"), [(lambda _: 1 / 0, ZeroDivisionError), (lambda _: "much", ArgumentError)]
)
def test_what_is_wrong_in_a_teachers_function_names_its_question(
    found: Any, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        GDWidget(questions=[Prediction("next_step"), Number("How?", name="how", truth=found)])
    assert caught.value.__notes__ == ["This is about question 'how'."]


def test_after_ten_steps_it_is_where_the_widget_is() -> None:
    w = GDWidget()
    w.step(10)
    assert right(Prediction("after", steps=10)) == [float(w.params["W"])]
    assert right(Prediction("after", steps=10)) == pytest.approx([4.016], abs=5e-4)


@pytest.mark.parametrize(
    ("rate", "fate"),
    [(0.09, SETTLES), (0.15, HOPS), (0.2, DIVERGES), (0.0005, ON_ITS_WAY)],
)
def test_the_fate_of_the_line_at_four_rates(rate: float, fate: float) -> None:
    assert right(Prediction("fate", learning_rate=rate)) == [fate]


@pytest.mark.parametrize(("rate", "fate"), [(0.1, HOPS), (0.15, HOPS), (0.3, DIVERGES)])
def test_the_fate_of_a_network_at_three_rates(rate: float, fate: float) -> None:
    question = Prediction("fate", problem=problems.sine(), learning_rate=rate, steps=2_000)
    assert right(question) == [fate]


@pytest.mark.parametrize(("rate", "end"), [(0.1, 1.0), (0.3, -2.0)])
def test_the_step_and_not_a_ball_decides_which_well_is_reached(rate: float, end: float) -> None:
    question = Prediction("end", problem=problems.double_well(), start=2.0, learning_rate=rate)
    assert right(question) == pytest.approx([end], abs=1e-3)


@pytest.mark.parametrize(
    ("optimizer", "steps"), [("sgd", 11.0), ("momentum", 46.0), ("nesterov", -1.0)]
)
def test_how_many_steps_three_optimizers_take(optimizer: str, steps: float) -> None:
    question = Prediction("steps", until=1e-3, learning_rate=0.15, optimizer=optimizer, steps=200)
    assert right(question) == [steps]


def test_adams_first_step_is_as_long_as_the_rate_and_the_other_answer_is_known() -> None:
    key = Quiz([Prediction("next_step", optimizer="adam")]).key(0, 0)
    assert key["numbers"] == pytest.approx([7.99], abs=1e-5)
    (plain,) = (each for each in key["mistakes"] if each["tag"] == "one_rate")
    assert plain["numbers"] == pytest.approx([7.38], abs=1e-6)


def test_both_numbers_of_a_plane_are_asked_for_or_those_that_are_named() -> None:
    valley = problems.quadratic()
    start = {"x": 10.0, "y": 1.0}
    quiz = Quiz(
        [
            Prediction("next_step", problem=valley, start=start),
            Prediction("next_step", problem=valley, start=start, of="y"),
        ]
    )
    assert quiz.asked(0, 0) == ("x", "y")
    assert quiz.asked(1, 0) == ("y",)
    assert len(quiz.key(0, 0)["numbers"]) == 2
    assert quiz.key(1, 0)["start"] == [1.0]


@pytest.mark.parametrize(
    ("rate", "met"), [(0.083, False), (0.085, True), (0.109, True), (0.111, False)]
)
def test_a_goal_is_met_by_the_rates_of_the_lesson(rate: float, met: bool) -> None:  # noqa: FBT001
    w = GDWidget(questions=[Goal(loss=1e-3, within=3)])
    assert w.answer([rate]) == ("right" if met else "wrong")


def test_a_goal_that_nobody_can_meet_is_said_when_it_is_made() -> None:
    with refuses("loss", "1e-12 (none does within 1)", "some learning rate"):
        GDWidget(questions=[Goal(loss=1e-12, within=1)])


def test_a_number_and_a_choice_are_found_by_the_run() -> None:
    number = Number("Loss?", truth=lambda timeline: timeline.state.loss, steps=1)
    assert right(number) == pytest.approx([149.54607], abs=1e-4)
    choice = Choice(
        "Where?",
        ("left", "right"),
        truth=lambda timeline: "left" if timeline.state.gradient > 0 else "right",
        start=[8, -4],
    )
    assert [right(choice, variant) for variant in (0, 1)] == [[0.0], [1.0]]


@pytest.mark.parametrize("found", ["up", 2, -1, None, 0.5, True])
def test_a_choice_without_a_right_one_is_refused(found: Any) -> None:
    question = Choice("Where?", ("left", "right"), truth=lambda _: found)
    with pytest.raises(ArgumentError, match="truth: got"):
        GDWidget(questions=[question])


@pytest.mark.parametrize("found", ["up", None, float("nan"), float("inf"), [1, 2]])
def test_a_number_that_is_none_is_refused(found: Any) -> None:
    with pytest.raises(ArgumentError, match="truth: got"):
        GDWidget(questions=[Number("How much?", truth=lambda _: found)])


def test_a_value_of_a_run_that_diverges_is_not_asked_for() -> None:
    question = Prediction("after", steps=2_000, learning_rate=0.5)
    with refuses("questions", "a run that diverges", "the question for its fate"):
        GDWidget(questions=[question])


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: Prediction("tomorrow"), "kind"),  # type: ignore[arg-type]
        (lambda: Prediction("after"), "steps"),
        (lambda: Prediction("after", steps=0), "steps"),
        (lambda: Prediction("next_step", steps=2), "steps"),
        (lambda: Prediction("steps"), "until"),
        (lambda: Prediction("end", until=1.0), "until"),
        (lambda: Prediction("end", of=("x", "y", "z")), "of"),
        (lambda: Prediction("next_step", learning_rate=-1), "learning_rate"),
        (lambda: Prediction("next_step", learning_rate=[0.1, "x"]), "learning_rate"),
        (lambda: Prediction("next_step", optimizer="adan"), "optimizer"),
        (lambda: Prediction("next_step", decay="never"), "decay"),
        (lambda: Prediction("next_step", problem="line"), "problem"),
        (lambda: Prediction("next_step", hints=("a", "b", "c", "d")), "hints"),
        (lambda: Prediction("next_step", mistakes=[1.8]), "mistakes"),  # type: ignore[arg-type]
        (lambda: Prediction("next_step", feedback={"rigt": "Yes."}), "feedback"),
        (lambda: Prediction("next_step", name="n" * 201), "name"),
        (lambda: Choice("Where?", ("left",), truth=lambda _: 0), "options"),
        (lambda: Choice("Where?", ("left", "left"), truth=lambda _: 0), "options"),
        (lambda: Choice("", ("left", "right"), truth=lambda _: 0), "text"),
        (lambda: Choice("Where?", ("a", "b"), truth=0), "truth"),  # type: ignore[arg-type]
        (lambda: Number("How?", truth=7.38), "truth"),  # type: ignore[arg-type]
        (lambda: Number("How?", truth=lambda _: 1.0, tolerance=0), "tolerance"),
        (lambda: Explain("Why?", model=" "), "model"),
        (lambda: Explain("x" * 100_001, model="y"), "text"),
        (lambda: Goal(loss=float("nan"), within=3), "loss"),
        (lambda: Goal(loss=1.0, within=0), "within"),
    ],
    ids=itertools.count(),
)
def test_a_question_that_is_none_names_the_argument(make: Any, argument: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        make()
    assert raised.value.argument == argument


@pytest.mark.parametrize(
    ("questions", "argument"),
    [
        ([Prediction("next_step", of="V")], "of"),
        ([Prediction("next_step", start={"V": 1.0})], "start"),
        ([Prediction("next_step", start=[])], "start"),
        ([Prediction("next_step", name="a"), Prediction("end", name="a")], "questions"),
        ([Prediction("next_step", batch_size=1_000)], "batch_size"),
        ([Prediction("next_step", start=list(range(300)))], "questions"),
        ([], "questions"),
        ([3], "questions"),
        ("next_step", "questions"),
        (3, "questions"),
        (Prediction("next_step"), "questions"),
    ],
    ids=itertools.count(),
)
def test_questions_that_do_not_fit_name_the_argument(questions: Any, argument: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        GDWidget(questions=questions)
    assert raised.value.argument == argument


def test_what_is_to_be_asked_of_nobody_is_refused() -> None:
    with refuses("student", "'Ada'", "nothing without questions"):
        GDWidget(student="Ada")
    with refuses("salt", "'2026'", "nothing without questions"):
        GDWidget(salt="2026")


def test_every_seed_and_batch_is_the_widgets() -> None:
    w = GDWidget(batch_size=2, seed=3, questions=[Prediction("after", steps=4)])
    other = GDWidget(batch_size=2, seed=3)
    other.step(4)
    assert w.quiz is not None
    assert w.quiz.key(0, 0)["numbers"] == [float(other.params["W"])]
    assert np.isfinite(w.quiz.key(0, 0)["tolerance"])
