"""What a course handed in is graded whole: each receipt is named, none is lost, none is a crash."""

from __future__ import annotations

import csv
import json
import textwrap
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from gdwidget import Choice, Explain, GDWidget, Goal, Number, Prediction, Quiz, problems
from gdwidget.__main__ import main
from gdwidget._output.report import report
from gdwidget._teaching.question_file import TAG, quizzes_in
from gdwidget._teaching.receipt import Answer, Receipt, checksum, write_receipt

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = """
from gdwidget import Prediction, Explain
questions = [Prediction("next_step", name="first"), Explain("Why?", model="So.", name="why")]
"""


def course() -> Quiz:
    return Quiz(
        [
            Prediction("next_step", name="first", start=[8, -4]),
            Prediction("after", name="plane", problem=problems.quadratic(), steps=3),
            Prediction("fate", name="fate", learning_rate=0.2),
            Choice("Which <way>?", ("a", "b"), name="way", truth=lambda _: 1),
            Number("How much?", name="loss", truth=lambda timeline: timeline.state.loss),
            Explain("Why?", name="why", model="<i>So</i>"),
            Goal(name="goal", loss=1e-3, within=3),
        ],
        salt="2026",
    )


def receipt(quiz: Quiz, student: str, *answers: Answer) -> str:
    check = checksum(quiz.salt, student)
    return write_receipt(Receipt(quiz.fingerprint, check, student, answers))


def answers(quiz: Quiz, student: str, number: int = 0) -> tuple[Answer, ...]:
    return (
        Answer(0, quiz.variant(0, student), (7.38 - number / 10,)),
        Answer(1, 0, (9.7, 0.7)),
        Answer(2, 0, (float(number % 4),)),
        Answer(3, 0, (1.0,)),
        Answer(4, 0, (186.0,)),
        Answer(5, 0, (2.0,), text=f"<script>alert({number})</script> 斜率"),
        Answer(6, 0, (0.2, 0.1)),
    )


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def notebook(*texts: str) -> str:
    outputs: list[dict[str, Any]] = [{"data": {"text/plain": [f"'{text}'"]}} for text in texts]
    cells = [{"cell_type": "code", "source": "w.submit()", "outputs": outputs}]
    return json.dumps({"cells": cells, "nbformat": 4})


def test_every_kind_of_file_is_read_and_every_fault_is_named(tmp_path: Path) -> None:
    quiz = course()
    other = Quiz([Prediction("next_step")])
    ada, bob = (receipt(quiz, name, *answers(quiz, name)) for name in ("Ada", "=Bob"))
    nameless = receipt(quiz, "", *answers(quiz, ""))
    handed_in = {
        "ada/lesson.ipynb": notebook(ada),
        "bob.txt": f"my receipt:\n{bob}\nthank you",
        "table.csv": f"student,receipt\nCleo,{nameless}\n",
        "copied/lesson.ipynb": notebook(ada),
        "twice.json": json.dumps(
            {"a": receipt(quiz, "Dan", *answers(quiz, "Dan")), "b": "gd1:AAAA"}
        ),
        "empty.ipynb": notebook(),
        "cut.ipynb": notebook(receipt(quiz, "Eve", *answers(quiz, "Eve")))[:-12],
        "noise.txt": "\0\xff no receipt",
        "newer.txt": "gd2:AAAA",
        "other.txt": receipt(other, "Flo", Answer(0, 0, (7.38,))),
        "salt.txt": write_receipt(Receipt(quiz.fingerprint, checksum("2025", "Gil"), "Gil", ())),
        "forged.txt": receipt(quiz, "Hal", Answer(0, 9, (7.38,))),
        "long.txt": "gd1:" + "A" * 10_000_000,
        ".hidden/secret.txt": ada,
        "picture.png": "gd1:AAAA",
        "ivy/answers.json": json.dumps({"a": receipt(quiz, "Ivy", *answers(quiz, "Ivy"))}),
        "ivy/lesson.ipynb": notebook(receipt(quiz, "Ivy", *answers(quiz, "Ivy"))),
        "nameless/answers.json": json.dumps({"a": nameless}),
        "MAIL.TXT": "\r\n".join(textwrap.wrap(receipt(quiz, "Jo", *answers(quiz, "Jo")), 60))
        + "\r\nBest wishes",
    }
    for name, text in handed_in.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    wide = f"\ufeffname,receipt\nKim,{receipt(quiz, '', *answers(quiz, '', 3))}"
    (tmp_path / "excel.csv").write_bytes(wide.encode())
    (tmp_path / "wide.txt").write_bytes(receipt(quiz, "Lu", *answers(quiz, "Lu")).encode("utf-16"))
    (tmp_path / "lost.txt").symlink_to("nowhere")
    report(tmp_path, [quiz])
    found = {(row["file"], row["problem"]): row for row in table(tmp_path)}
    assert set(found) == {
        ("ada/lesson.ipynb", ""),
        ("bob.txt", ""),
        ("table.csv", ""),
        ("copied/lesson.ipynb", "duplicate of ada/lesson.ipynb"),
        ("twice.json", ""),
        ("twice.json", "damaged"),
        ("empty.ipynb", "no receipt"),
        ("cut.ipynb", ""),
        ("noise.txt", "no receipt"),
        ("newer.txt", "newer version"),
        ("other.txt", "of other questions"),
        ("salt.txt", "of another name or salt"),
        ("forged.txt", "forged"),
        ("long.txt", "too long"),
        ("ivy/answers.json, ivy/lesson.ipynb", ""),
        ("nameless/answers.json", ""),
        ("MAIL.TXT", ""),
        ("excel.csv", ""),
        ("wide.txt", ""),
        ("lost.txt", "unreadable"),
    }
    assert found["excel.csv", ""]["student"] == "Kim"
    assert found["bob.txt", ""]["student"] == "'=Bob"
    assert found["table.csv", ""]["student"] == "Cleo"
    assert found["empty.ipynb", "no receipt"]["student"] == "empty"
    assert found["copied/lesson.ipynb", "duplicate of ada/lesson.ipynb"]["score"] == "0.0000"
    assert float(found["ada/lesson.ipynb", ""]["score"]) > 0.5
    again = report(tmp_path, [quiz])
    assert len(again) == len(found)  # what was written is not taken for something handed in


def test_the_page_shows_all_answers_and_no_name(tmp_path: Path) -> None:
    quiz = course()
    names = [f"student-{number}" for number in range(12)]
    for number, name in enumerate(names):
        text = receipt(quiz, name, *answers(quiz, name, number))
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    report(tmp_path, [quiz])
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not any(name in page for name in names)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(3)&lt;/script&gt; 斜率" in page
    assert "Which &lt;way&gt;?" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count('class="given"') == 12 + 2 * 12 + 12 + 12  # first, plane, loss, goal
    assert "12 receipts in order, 0 not." in page


def test_three_hundred_are_graded(tmp_path: Path) -> None:
    quiz = course()
    for number in range(300):
        name = f"student {number}"
        (tmp_path / str(number)).mkdir()
        text = notebook(receipt(quiz, name, *answers(quiz, name, number)))
        (tmp_path / str(number) / "lesson.ipynb").write_text(text, encoding="utf-8")
    assert len(report(tmp_path, [quiz])) == 300
    assert {row["problem"] for row in table(tmp_path)} == {""}


def test_the_command_grades_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "questions.py"
    questions.write_text(QUESTIONS)
    folder = tmp_path / "submissions"
    folder.mkdir()
    asked = [
        Prediction("next_step", name="first"),
        Explain("Why?", model="So.", name="why"),
    ]
    w = GDWidget(questions=asked, student="Ada")
    w.answer(7.38)
    w.submit(folder / "answers.json")
    (folder / "bad.txt").write_text("gd1:AAAA")
    assert main(["report", str(folder), "--questions", str(questions)]) == 0
    assert capsys.readouterr().out == (
        f"bad.txt: damaged\n2 receipts, 1 not in order; see {folder}\n"
    )
    assert table(folder)[0]["score"] == "1.0000"


def test_a_lesson_has_its_questions_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A notebook asks in two widgets: each receipt is graded by those that it answers."""
    cells = [
        ("raise RuntimeError('is not run')", []),
        (
            """
from gdwidget import GDWidget, Prediction
question = GDWidget(questions=[Prediction('next_step', name='first')])
question
""",
            [TAG],
        ),
        (
            "review = GDWidget(questions=[Prediction('next_step', name='again', start=5)])",
            [TAG, "hide-input"],
        ),
    ]
    notebook = new_notebook(
        cells=[new_code_cell(source, metadata={"tags": tags}) for source, tags in cells]
    )
    lesson = tmp_path / "lesson.ipynb"
    lesson.write_text(nbformat.writes(notebook), encoding="utf-8")
    opening, closing = quizzes_in(str(lesson))
    folder = tmp_path / "submissions"
    folder.mkdir()
    for quiz, value, name in (
        (opening, 7.38, "Ada"),
        (closing, 4.99, "Ada"),
        (closing, 4.69, "Bob"),
    ):
        w = GDWidget(questions=quiz, student=name)
        w.answer(value)
        w.submit(folder / f"{name}.json")
    assert main(["report", str(folder), "--questions", str(lesson)]) == 0
    assert capsys.readouterr().out == f"3 receipts, 0 not in order; see {folder}\n"
    assert [(row["student"], row["first"], row["again"]) for row in table(folder)] == [
        *(("Ada", "right", ""), ("Ada", "", "wrong:rate_is_length"), ("Bob", "", "right")),
    ]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "1 answers: 1 right" in page
    assert "2 answers: 1 wrong, 1 right" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"cells": []}', "it defines no `questions`"),
        ("{}", "KeyError"),
        ('{"cells": [{"cell_type": "code", "metadata": {"tags": ["questions"]}}]}', "KeyError"),
    ],
)
def test_a_lesson_that_asks_nothing_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    lesson = tmp_path / "lesson.ipynb"
    lesson.write_text(text)
    assert main(["report", str(tmp_path), "--questions", str(lesson)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("questions = 3", "questions: got 3"),
        ("x = 3", "it defines no `questions`"),
        ("1/0", "ZeroDivisionError"),
        (None, "FileNotFoundError"),
    ],
)
def test_questions_that_cannot_be_read_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    questions = tmp_path / "questions.py"
    if text is not None:
        questions.write_text(text)
    assert main(["report", str(tmp_path), "--questions", str(questions)]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "questions.py"
    questions.write_text(QUESTIONS)
    assert main(["report", str(tmp_path / "none"), "--questions", str(questions)]) == 2
    assert "folder: got" in capsys.readouterr().err
