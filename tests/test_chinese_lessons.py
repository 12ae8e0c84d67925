"""The Chinese lessons: cell by cell the English ones, in other words."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from gdwidget._teaching.misconceptions import MISCONCEPTIONS
from gdwidget._teaching.question_file import quizzes_in
from tests.lessons import ASKING, CHINESE, NAMES, NOTEBOOKS, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gdwidget._sync.messages.answers import Key
    from gdwidget._teaching.quiz import Quiz

HAN = re.compile(r"[\u4e00-\u9fff]")
OF_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""Its signs, or its marks."""

SENTENCE = re.compile(r"[A-Za-z]['a-z]+(?:,? [A-Za-z]['a-z]+){4}")
"""Five English words."""

NO_PROSE = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|“[A-Z][^”]*”|\]\([^)]*\)", re.DOTALL
)
"""Code, formulas, titles of English works, and where links lead."""

SLOW = ("10", "12", "14")
"""Lessons whose questions take seconds to find what is right, or a process with eight devices."""


def pairs() -> Iterator[tuple[str, Any, Any]]:
    """Yield what to call it, and the English and the Chinese cell, for all cells there are."""
    for name in CHINESE:
        english, chinese = read(name.removeprefix("zh/")), read(name)
        for one, other in zip(english.cells, chinese.cells, strict=True):
            yield f"{name} {other.id}", one, other


def prose() -> Iterator[tuple[str, str]]:
    for place, _, cell in pairs():
        if cell.cell_type == "markdown":
            yield place, NO_PROSE.sub(" ", cell.source)


def code() -> Iterator[tuple[str, ast.Module, ast.Module]]:
    for place, one, other in pairs():
        if other.cell_type == "code":
            yield place, ast.parse(one.source), without_language(ast.parse(other.source))


def without_language(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "GDWidget":
            node.keywords = [each for each in node.keywords if each.arg != "language"]
    return tree


def changed(one: Any, other: Any) -> Iterator[str]:
    """Yield what differs in two pieces of code, but for text that is Chinese in the second."""
    if isinstance(one, ast.JoinedStr) and isinstance(other, ast.JoinedStr):
        one, other = (
            [
                [part.value, part.format_spec and ast.dump(part.format_spec)]
                for part in each.values
                if isinstance(part, ast.FormattedValue)
            ]
            for each in (one, other)
        )
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for this, that in zip(one, other, strict=True):
            yield from changed(this, that)
    elif isinstance(one, ast.AST) and type(one) is type(other):
        for name in one._fields:
            yield from changed(getattr(one, name), getattr(other, name))
    elif one != other:
        texts = isinstance(one, str) and isinstance(other, str) and one not in MISCONCEPTIONS
        if not (texts and OF_CHINESE.search(other)):
            yield f"{one!r}: {other!r}"


def test_every_lesson_is_there_in_chinese() -> None:
    assert [f"zh/{name}" for name in NAMES] == CHINESE


@pytest.mark.parametrize("name", CHINESE)
def test_its_cells_are_the_same(name: str) -> None:
    english, chinese = read(name.removeprefix("zh/")), read(name)
    assert chinese.metadata == english.metadata
    for one, other in zip(english.cells, chinese.cells, strict=True):
        assert (other.id, other.cell_type) == (one.id, one.cell_type)
        assert other.metadata == one.metadata
        assert other.get("outputs", []) == []
        assert other.get("execution_count") is None


def test_its_code_differs_in_text_only() -> None:
    found = [f"{place}: {each}" for place, *trees in code() for each in changed(*trees)]
    assert found == []
    assert list(changed(ast.parse("f(1, 'end')"), ast.parse("f(2, '终')"))) == ["1: 2"]
    assert list(changed(ast.parse("f('end')"), ast.parse("f('stop')"))) == ["'end': 'stop'"]
    assert list(changed(ast.parse("f('ball')"), ast.parse("f('球')"))) == ["'ball': '球'"]
    assert list(changed(ast.parse("f(f'at {x}')"), ast.parse("f(f'在 {y}')"))) == ["'x': 'y'"]
    assert list(changed(ast.parse("f'at {x:.1f}'"), ast.parse("f'在 {x:.1f}'"))) == []
    assert len(list(changed(ast.parse("f'at {x:.1f}'"), ast.parse("f'在 {x:.2f}'")))) == 1


def test_its_widgets_speak_chinese() -> None:
    silent = []
    for name in CHINESE:
        for cell in read(name).cells:
            if cell.cell_type == "code":
                shown = [
                    each
                    for statement in ast.parse(cell.source).body
                    if not isinstance(statement, ast.FunctionDef)  # shows nothing
                    for each in ast.walk(statement)
                    if isinstance(each, ast.Call) and ast.unparse(each.func) == "GDWidget"
                ]
                silent += [
                    f"{name} {cell.id}"
                    for each in shown
                    if "language='zh'" not in map(ast.unparse, each.keywords)
                ]
    assert silent == []


def test_no_english_is_left_in_its_text() -> None:
    texts = dict(prose())
    assert [place for place, text in texts.items() if not HAN.search(text)] == []
    left = [(place, found) for place, text in texts.items() for found in SENTENCE.findall(text)]
    assert left == []


def test_no_english_is_left_in_what_its_code_says() -> None:
    """But in the names of questions, and in what the article prints and draws."""
    left = []
    for place, _, tree in code():
        names = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.keyword) and node.arg == "name"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = re.search(r"\b[a-z]{2,},? [a-z]{2,}\b", node.value)
                if words and id(node) not in names:
                    left.append(f"{place}: {node.value}")
    assert [each for each in left if not each.startswith("zh/00")] == []


def test_its_text_has_chinese_marks() -> None:
    et_al = "等,"  # in a reference that is English otherwise
    marks = re.compile(rf"(?!{et_al})[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?!\w)")
    assert [f"{place}: {found}" for place, text in prose() for found in marks.findall(text)] == []


def test_its_numbers_and_formulas_are_the_same() -> None:
    other_numbers, other_formulas = [], []
    for place, one, other in pairs():
        if other.cell_type == "markdown":
            numbers, formulas = (
                [Counter(re.findall(pattern, cell.source, re.DOTALL)) for cell in (one, other)]
                for pattern in (r"\d+\.\d+", r"\$\$.*?\$\$|```.*?```")
            )
            if numbers[0] != numbers[1]:
                other_numbers.append(place)
            told = [
                sorted(re.sub(r"\\text\{.*?\}", "", each) for each in all_) for all_ in formulas
            ]
            if told[0] != told[1]:
                other_formulas.append(place)
    assert other_numbers == []
    assert other_formulas == []


def test_its_links_lead_somewhere() -> None:
    for place, one, other in pairs():
        if other.cell_type == "markdown":
            links = [re.findall(r"\]\(([^)]+)\)", cell.source) for cell in (one, other)]
            assert sorted(links[0]) == sorted(links[1]), place
            for link in links[1]:
                assert link.startswith("https://") or (NOTEBOOKS / "zh" / link).is_file(), place


def right(quiz: Quiz) -> dict[str, list[Any]]:
    """Return by question what is right, and which mistakes are known, in every variant."""
    return {
        name: [told(quiz.key(number, variant)) for variant in range(quiz.variants(number))]
        for number, name in enumerate(quiz.names)
    }


def told(key: Key) -> tuple[Any, ...]:
    mistakes = [(each["numbers"], each["tag"]) for each in key["mistakes"]]
    return key["numbers"], key["start"], key["tolerance"], mistakes


@pytest.mark.parametrize("name", [name for name in ASKING if not name.startswith(SLOW)])
def test_its_questions_have_the_same_keys(name: str) -> None:
    english, chinese = (
        [right(quiz) for quiz in quizzes_in(str(NOTEBOOKS / folder / f"{name}.ipynb"))]
        for folder in ("", "zh")
    )
    assert len(chinese) == 2
    assert chinese == english


def digits(notebook: Any) -> dict[str, list[str]]:
    """Return by cell the digits that it prints, or shows of an array; a receipt tells options."""
    return {
        cell.id: re.findall(
            r"\d[\d.e+-]*",
            "".join(
                each.text if each.output_type == "stream" else each.data["text/plain"]
                for each in cell.outputs
                if each.output_type == "stream" or each.data["text/plain"].startswith("Array(")
            ),
        )
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.id != "hand-in"
    }


def test_it_prints_the_same_digits(executed: Callable[[str], Any]) -> None:
    name = ASKING[0]
    chinese = digits(executed(f"zh/{name}"))
    assert chinese == digits(executed(name))
    assert chinese["python-run"] == ["50", "2.0256863"]
