"""A receipt says what was answered; whatever is wrong with one is named."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdwidget import GDWidget, Prediction, Quiz, ReceiptError, grade, read_receipt
from gdwidget._teaching.receipt import Answer, Receipt, checksum, write_receipt
from tests.make_teaching_fixtures import quiz

_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_ANSWERS = st.builds(
    Answer,
    question=st.integers(0, 254),
    variant=st.integers(0, 254),
    numbers=st.lists(_FLOATS, max_size=7).map(tuple),
    sure=st.integers(0, 3),
    hints=st.integers(0, 3),
    seconds=st.integers(0, 65_535),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
)


@given(
    st.lists(_ANSWERS, max_size=8, unique_by=lambda each: each.question),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)
@settings(deadline=None, max_examples=60)
def test_what_is_written_is_read(answers: list[Answer], student: str) -> None:
    receipt = Receipt(7, checksum("salt", student), student, tuple(answers))
    text = write_receipt(receipt)
    assert read_receipt(f"  {text[:9]}\n{text[9:]} ") == receipt


def test_an_answer_takes_about_twenty_five_characters() -> None:
    answers = tuple(Answer(number, 0, (7.38,), 2, 1, 30) for number in range(40))
    text = write_receipt(Receipt(1, 2, "Ada", answers))
    assert len(text) / 40 < 25


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no receipt"),
        ("7.38", "no receipt"),
        ("gd1", "no receipt"),
        ("gd2:AAAA", "newer version"),
        ("gd1:", "damaged"),
        ("gd1:AAAA", "damaged"),
        ("gd1:Ää", "damaged"),
        ("gd1:" + "A" * 10_000_000, "too long"),
    ],
)
def test_what_is_no_receipt_is_named(text: str, reason: str) -> None:
    with pytest.raises(ReceiptError) as raised:
        read_receipt(text)
    assert raised.value.reason == reason
    assert grade(text, [Prediction("next_step")]).problem == reason


def test_a_receipt_that_is_cut_or_has_another_letter_is_damaged() -> None:
    whole = write_receipt(Receipt(1, 2, "Ada", (Answer(0, 0, (7.38,), text="so"),)))
    for end in range(4, len(whole)):
        with pytest.raises(ReceiptError):
            read_receipt(whole[:end])
    for at in range(4, len(whole) - 1):
        changed = whole[:at] + ("A" if whole[at] != "A" else "B") + whole[at + 1 :]
        with pytest.raises(ReceiptError):
            read_receipt(changed)


def test_noise_never_crashes() -> None:
    noise = np.random.default_rng(0)
    asked = quiz()
    for _ in range(300):
        text = "gd1:" + base64.urlsafe_b64encode(noise.bytes(int(noise.integers(120)))).decode()
        assert grade(text, asked).problem == "damaged"


def test_a_receipt_of_other_questions_another_salt_or_somebody_else_is_named() -> None:
    questions = [Prediction("next_step", start=[8, -4])]
    w = GDWidget(questions=questions, student="Ada", salt="spring")
    w.answer(None)
    receipt = w.submit(None)
    assert grade(receipt, questions, student="Ada", salt="spring").problem == ""
    assert (
        grade(receipt, questions, student="Bob", salt="spring").problem == "of another name or salt"
    )
    assert (
        grade(receipt, questions, student="Ada", salt="fall").problem == "of another name or salt"
    )
    others = [Prediction("next_step", start=[8, -3])]
    assert grade(receipt, others, student="Ada", salt="spring").problem == "of other questions"
    longer = [*questions, Prediction("end")]
    assert grade(receipt, longer, student="Ada", salt="spring").problem == "of other questions"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, 0, (1.0,)),
        Answer(0, 77, (1.0,)),
        Answer(1, 0, (1.0, 2.0, 3.0)),
        Answer(3, 0, (9.0,)),
        Answer(6, 0, (0.5,)),
        Answer(9, 0, (0.1,) * 6),
        Answer(1, 0, (1.7e308,)),
    ],
)
def test_an_answer_that_no_page_gives_is_forged(answer: Answer) -> None:
    asked = quiz()
    receipt = Receipt(asked.fingerprint, checksum("2026", "Ada"), "Ada", (answer,))
    assert grade(write_receipt(receipt), asked).problem == "forged"


def test_three_hundred_receipts_are_graded_and_what_is_right_is_found_once() -> None:
    asked = quiz()
    receipts = []
    for number in range(300):
        student = f"student {number}"
        answers = (
            Answer(0, asked.variant(0, student), (7.38,)),
            Answer(1, 0, (4.0,)),
            Answer(3, asked.variant(3, student), (float(number % 4),)),
            Answer(9, 0, (0.01 + 0.0003 * number,)),
        )
        check = checksum(asked.salt, student)
        receipts.append(write_receipt(Receipt(asked.fingerprint, check, student, answers)))
    grades = [grade(receipt, asked) for receipt in receipts]
    assert {each.problem for each in grades} == {""}
    assert len({each.score for each in grades}) > 3
    rights = sum(each.answers[9].verdict.name == "right" for each in grades)
    assert 50 <= rights <= 56  # of 300 rates from 0.01 to 0.1, those above 0.084


def test_a_quiz_is_graded_as_its_questions_are() -> None:
    questions = [Prediction("next_step"), Prediction("after", steps=10)]
    w = GDWidget(questions=questions, student="Ada")
    w.answer(7.38)
    assert w.quiz is not None
    one, other = grade(w.submit(None), questions), grade(w.submit(None), w.quiz)
    assert one == other
    assert one.score == float(one) == 0.5
    assert Quiz(questions).fingerprint == w.quiz.fingerprint
