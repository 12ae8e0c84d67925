"""What the lessons ask: before their text, after it, and that nothing tells it too soon."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gdwidget import problems
from gdwidget._settings.run_spec import Descents
from gdwidget._teaching.misconceptions import MISCONCEPTIONS
from gdwidget._teaching.questions import FATES
from gdwidget._teaching.scene import Scene
from gdwidget._teaching.truth import meets
from tests.lessons import ASKING, ASKS, NAMES, NOTEBOOKS, Asked, asked, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SETTLES, JUMPS, DIVERGES, _ = FATES
WORDS_A_MINUTE = 200
MINUTES_A_QUESTION, MINUTES_A_TASK, MINUTES_A_CELL = 1.5, 0.75, 0.25

FOUND = {
    "01 first step": [pytest.approx(7.38, abs=1e-6), pytest.approx(-3.38, abs=1e-6)],
    "02 ten steps": [pytest.approx(4.016, abs=5e-4), pytest.approx(3.008, abs=5e-4)],
    "03 rate 0.09": [SETTLES],
    "03 rate 0.15": [JUMPS],
    "03 rate 0.2": [DIVERGES],
    "04 rate 0.1": [pytest.approx(1, abs=1e-3)],
    "04 rate 0.3": [pytest.approx(-2, abs=1e-3)],
    "05 stops": [0],
    "06 miss": [pytest.approx(39.3, abs=0.05)] * 2,
    "07 one sample": [pytest.approx(38.3, abs=0.05)],
    "07 eight samples": [pytest.approx(7)],
    "08 first at 0.15": ["sgd"],
    "09 first step of Adam": [pytest.approx(7.99, abs=1e-5), pytest.approx(-3.99, abs=1e-5)],
    "10 rate 0.1": [JUMPS],
    "10 rate 0.15": [JUMPS],
    "10 rate 0.3": [DIVERGES],
    "11 a millionth": [DIVERGES],
    "12 three starts": ["All three times."],
    "13 strange loss": [pytest.approx(1.617, abs=1e-3)] * 2,
    "14 eight devices": ["It is the same but for rounding."],
}
"""What the opening questions find by their runs."""


@pytest.fixture
def questions(executed: Callable[[str], Any]) -> Callable[[str], list[list[Asked]]]:
    """Return what returns the questions of a lesson, of its opening and its closing widget."""
    return lambda name: asked(executed(name))


def tagged(notebook: Any) -> list[int]:
    """Return which cells ask."""
    return [at for at, cell in enumerate(notebook.cells) if ASKS in cell.metadata.get("tags", [])]


def texts_between(notebook: Any) -> Iterator[str]:
    """Yield the texts after the opening question and before the closing ones."""
    opening, closing = tagged(notebook)
    for cell in notebook.cells[opening:closing]:
        if cell.cell_type == "markdown":
            yield cell.source


def number_texts(value: float) -> set[str]:
    """Return a number as a text may write it; a small whole one only where it is a value."""
    whole = f"{value:.0f}"
    if abs(value - round(value)) < 1e-3:
        return {f"= {whole}", f"at {whole}", f"to {whole}"}
    return {f"{value:.3g}", f"{value:.4g}"} | ({whole} if abs(value) > 10 else set())


@pytest.mark.parametrize("name", ASKING)
def test_opens_with_a_question_before_its_text(name: str) -> None:
    notebook = read(name)
    title, first = notebook.cells[:2]
    lines = [line for line in title.source.splitlines() if line]
    assert title.cell_type == "markdown"
    assert len(lines) == 2
    assert lines[0].startswith("# ")
    assert len(lines[1].split()) <= 25
    assert tagged(notebook)[0] == 1
    assert first.metadata.jupyter.source_hidden


def test_only_the_articles_code_asks_nothing_and_says_where_to_begin() -> None:
    (article,) = set(NAMES) - set(ASKING)
    notebook = read(article)
    assert NAMES[0] == article
    assert tagged(notebook) == []
    begins = [cell.id for cell in notebook.cells if f"]({ASKING[0]}.ipynb)" in cell.source]
    assert begins == ["about", "on"]
    assert not any("questions=" in cell.source for cell in notebook.cells)


@pytest.mark.parametrize("name", ASKING)
def test_closes_with_two_from_earlier_lessons(
    questions: Callable[[str], list[list[Asked]]], name: str
) -> None:
    notebook, number = read(name), name[:2]
    opening, closing = questions(name)
    assert {each.topic for each in opening} == {number}
    assert len(closing) == 2
    earlier = {each.topic for each in closing}
    assert earlier <= {other[:2] for other in ASKING if other < name} | ({"01"} & {number})
    assert len(earlier) == 2 or number in {"01", "02"}
    _, last = tagged(notebook)
    assert [cell.id for cell in notebook.cells[last + 1 :]][-2:] == ["hand-in-text", "hand-in"]
    assert all(len(cell.source) < 300 for cell in notebook.cells[last + 1 :])


def test_each_table_entry_is_found_by_a_run(
    questions: Callable[[str], list[list[Asked]]],
) -> None:
    opening = [each for name in ASKING for each in questions(name)[0]]
    found = {each.name: each.right for each in opening if each.right}
    assert found == FOUND


def test_the_goal_is_met_by_the_rates_that_teachers_are_told() -> None:
    text = (NOTEBOOKS.parent / "docs" / "teaching.md").read_text(encoding="utf-8")
    (edges,) = re.findall(r"met by rates from ([\d.]+) to ([\d.]+)\.", text)
    least, most = map(float, edges)
    scene, descents = Scene(problems.line()), Descents()
    for rate, met in ((least, True), (most, True), (least - 1e-4, False), (most + 1e-4, False)):
        assert meets(scene, rate, 1e-3, 3, descents) == met


@pytest.mark.parametrize("name", ASKING)
def test_no_text_tells_the_answer_before_the_closing(
    questions: Callable[[str], list[list[Asked]]], name: str
) -> None:
    text = "\n".join(texts_between(read(name)))
    numbers = set(re.findall(r"(?:= |at |to )?[-−]?\d+(?:\.\d+)?", text.replace("−", "-")))
    numbers |= {number.split()[-1] for number in numbers}
    for question in questions(name)[0]:
        for right in question.right:
            if isinstance(right, str):
                assert right not in text or right == "sgd"
            else:
                assert numbers & number_texts(float(np.float32(right))) == set(), question.name


@pytest.mark.parametrize("name", ASKING)
def test_asks_of_what_pages_have_without_a_kernel(
    questions: Callable[[str], list[list[Asked]]], name: str
) -> None:
    for widget in questions(name):
        assert len(frozenset().union(*(each.problems for each in widget))) <= 1


def test_each_misconception_is_aimed_at(questions: Callable[[str], list[list[Asked]]]) -> None:
    every = [each for name in ASKING for widget in questions(name) for each in widget]
    names = [each.name for each in every]
    told = {mistake["tag"] for each in every for key in each.keys for mistake in key["mistakes"]}
    usual = {"wrong_way"}  # found by where the answer lies
    assert set(MISCONCEPTIONS) - told - usual == set()
    assert len({each for each in names if names.count(each) > 1}) < len(names) / 3


def test_teachers_are_told_of_the_misconceptions_that_are_found(
    questions: Callable[[str], list[list[Asked]]],
) -> None:
    every = [each for name in ASKING for widget in questions(name) for each in widget]
    page = (NOTEBOOKS.parent / "docs" / "teaching.md").read_text(encoding="utf-8")
    sections = re.findall(
        r"^## (\d\d) (.+?)\n(.+?)<!-- key \1 -->$", page, re.MULTILINE | re.DOTALL
    )
    assert [number for number, _, _ in sections] == [name[:2] for name in ASKING]
    for (number, title, text), name in zip(sections, ASKING, strict=True):
        assert read(name).cells[0].source.startswith(f"# {title}\n")
        assert re.findall(r"\*\*(.+?)\*\*", text)[:4] == [
            *("Aims at.", "Misconceptions.", "Minutes.", "Say afterwards."),
        ]
        (told,) = re.findall(r"Misconceptions\.\*\* (.+)", text)
        keys = [key for each in every if each.topic == number for key in each.keys]
        found = {mistake["tag"] for key in keys for mistake in key["mistakes"]} | {"wrong_way"}
        named = set(re.findall(r"`(\w+)`", told))
        assert named
        assert named <= found


def test_a_first_reader_is_through_in_a_quarter_of_an_hour(
    questions: Callable[[str], list[list[Asked]]],
) -> None:
    """By the words at a reader's pace, and what there is to do."""
    cells = read(ASKING[0]).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    asks = sum(map(len, questions(ASKING[0])))
    tasks = len(re.findall(r"^\d\. ", text, re.MULTILINE))
    run = sum(cell.cell_type == "code" for cell in cells)
    assert asks == tasks == 3
    minutes = len(text.split()) / WORDS_A_MINUTE
    minutes += asks * MINUTES_A_QUESTION + tasks * MINUTES_A_TASK + run * MINUTES_A_CELL
    assert 10 < minutes <= 15


def test_nothing_speaks_of_something_that_rolls() -> None:
    project = NOTEBOOKS.parent
    places = [*NOTEBOOKS.glob("*.ipynb"), *(project / "docs").glob("*.md"), project / "README.md"]
    places += [*(project / "gdwidget" / "problems").glob("*.py")]
    places += [*(project / "js" / "src" / "text").rglob("*.ts")]
    rolls = re.compile(
        r"\bas a ball\b|\broll(s|ed|ing)?\s+(down|into|over|to|along)\b", re.IGNORECASE
    )
    assert rolls.search("as a ball would")
    assert rolls.search("Roll into one of two valleys")
    found = [path.name for path in places if rolls.search(path.read_text(encoding="utf-8"))]
    assert found == []
