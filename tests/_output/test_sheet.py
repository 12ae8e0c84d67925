"""Questions on paper: what a sheet asks, what it does not tell, and the key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gdwidget import Explain, GDWidget, Goal, Number, Prediction, Quiz, problems
from gdwidget.__main__ import main
from gdwidget._output.sheet import sheet
from gdwidget._output.sheet.drawing import figure
from gdwidget._teaching.scene import Scene
from tests.lessons import NOTEBOOKS
from tests.tools import refuses

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

QUESTIONS = """
from gdwidget import *
questions = [
    Prediction("next_step", start=[8, -4]),
    Choice("Is <b> bold?", ("yes", "no"), truth=lambda timeline: "no"),
]
"""
RIGHT = ("7.38", "4.015", "0.5904", "120.2366", "The slope does", "0.0891")
"""What is right, and no digits that a sheet shows anyway."""


def quiz() -> Quiz:
    return Quiz(
        [
            Prediction("next_step"),
            Prediction("after", steps=10),
            Prediction("end", problem=problems.quadratic(), steps=5),
            Prediction("fate", learning_rate=0.2),
            Prediction("steps", until=1e-3, learning_rate=0.1),
            Number("What is the loss then?", truth=lambda timeline: timeline.state.loss, steps=2),
            Explain("Why do the steps become shorter?", model="The slope does, too."),
            Goal(loss=1e-3, within=3),
        ]
    )


def parts(page: str) -> tuple[str, str]:
    """Return what is read of the sheets, and of the key."""
    body = page[page.index("<body>") :].split('<section class="key">')
    texts = [re.sub(r"<[^>]*>", " ", part) for part in body]
    return texts[0], texts[1] if len(texts) > 1 else ""


def test_a_sheet_asks_all_and_tells_nothing_that_is_right() -> None:
    page = sheet([quiz()], [""])
    asked, key = parts(page)
    assert key == ""
    for number in range(8):
        assert quiz().text(number) in asked
    assert [digits for digits in RIGHT if digits in page] == []
    assert page.count('class="box"') == 4 + 1
    assert page.count('class="line"') == 3
    assert "learning rate = " in asked
    assert "rate 0.01" not in asked.split("8. ")[-1]
    assert page.count("<svg viewBox") == 3  # the plane between two that are alike
    for away in ("<script", "http://", "https://", "src="):
        assert away not in page


def test_the_key_has_all_that_is_right_and_what_tells_a_misconception() -> None:
    _, key = parts(sheet([quiz()], [""], key=True))
    assert [digits for digits in RIGHT if digits not in key] == []
    assert "C: It diverges: the loss grows." in key
    assert "Not W = 7.99: A step is the learning rate times the gradient" in key


def test_each_student_has_a_sheet_in_the_variants_of_the_name() -> None:
    varied = Quiz([Prediction("next_step", start=[8, -4])], salt="s")
    names = ["Ada", "Bo", "Cy", "<Di>"]
    page = sheet([varied], names, title="Week <1>", key=True)
    sheets = page.split('<section class="sheet">')[1:]
    assert len(sheets) == len(names)
    for name, each in zip(names, sheets, strict=True):
        start = ("8", "-4")[varied.variant(0, name)]
        assert f"W from {start}," in each.split('class="key"')[0]
    assert len({varied.variant(0, name) for name in names}) == 2
    key = page.split('class="key"')[1]
    assert "7.38" in key
    assert "-3.38" in key
    assert "&lt;Di&gt;" in key
    assert "Week &lt;1&gt;" in page
    assert "<Di>" not in page


def test_a_figure_shows_the_scene_and_no_step() -> None:
    drawn = figure(Scene(problems.line(), start={"W": -4.0}))
    assert "starts at W = -4, loss 186" in drawn
    assert "next" not in drawn
    assert figure(Scene(problems.line(), learning_rate=0.1)) == figure(Scene(problems.line()))
    assert "lines of equal loss over x and y" in figure(Scene(problems.quadratic()))
    far = re.search(r'class="start" x="(\d+)', figure(Scene(problems.line(), start={"W": 500.0})))
    assert far
    assert 300 < int(far[1]) < 480


def test_a_widget_and_the_command_line_write_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, one, other = tmp_path / "questions.py", tmp_path / "1.html", tmp_path / "2.html"
    file.write_text(QUESTIONS)
    names = ["--student", "Ada", "--student", "Bo"]
    asked = ["--questions", str(file), "--salt", "s", "--title", "Week 1"]
    assert main(["sheet", str(one), *asked, *names, "--key"]) == 0
    assert "print it" in capsys.readouterr().out
    made: dict[str, list[Prediction]] = {}
    exec(QUESTIONS, made)  # noqa: S102 - the text above
    w = GDWidget(questions=made["questions"], salt="s", student="Ada")
    w.save_sheet(other, students=["Ada", "Bo"], title="Week 1", key=True)
    assert one.read_text() == other.read_text()
    w.save_sheet(other)
    assert "Ada" in other.read_text()
    assert "Key" not in other.read_text()
    assert main(["sheet", str(tmp_path / "none" / "a.html"), *asked]) == 2
    assert main(["sheet", str(one), "--questions", str(tmp_path / "none.py")]) == 2


def test_what_is_no_name_and_a_widget_without_questions_are_refused(tmp_path: Path) -> None:
    with refuses("students", "'Ada'", "a list of names"):
        sheet([quiz()], "Ada")
    with refuses("title", "3", "a text of at most"):
        sheet([quiz()], [""], 3)  # type: ignore[arg-type]
    with refuses("questions", "None", "a widget with questions"):
        GDWidget().save_sheet(tmp_path / "sheet.html")


def test_a_notebooks_questions_are_numbered_through(tmp_path: Path) -> None:
    page, lesson = tmp_path / "sheet.html", NOTEBOOKS / "01-which-way-how-far.ipynb"
    assert main(["sheet", str(page), "--questions", str(lesson), "--key"]) == 0
    asked, key = parts(page.read_text())
    assert [f"{number}. " in asked for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "-3.38" not in asked
    assert "-3.38" in key
