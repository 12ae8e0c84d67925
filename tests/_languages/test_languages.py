"""What Python says in Chinese: every sentence of the code, with what is put into it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gdwidget
from gdwidget import ArgumentError, GDWidget, OpenQuestionError, Prediction, problems, replay
from gdwidget._languages import zh
from gdwidget._languages.speaking import said, speaking
from gdwidget._teaching.misconceptions import MISCONCEPTIONS
from gdwidget._teaching.questions import FATES
from tests.tools import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(gdwidget.__file__).parent
TOLD = {"accepted", "because", "reason"}
"""Names that the sentences of an `ArgumentError` have before they are told."""

APART = ("_lowering", "_output/script", "_landscape/fit.py", "_teaching/receipt.py", "__main__.py")
"""What stays English: why a loss cannot be traced or written out, and the command line."""

KEPT = set(
    re.findall(
        r"\w+",
        """
        True False None true false null NaN inf float32 int32 UTF tx Adam aux script src unsafe
        inline state params inputs data loss model predict callback kind optimizer learning_rate
        batch_size run_steps has_aux problems questions truth timeline text samples batch optax jax
        numpy pytree GradientTransformation lookahead GDWidget Quiz Python JavaScript gdwidget
        Problem Prediction next_step rate_is_length ipywidgets Layout width line tuple zip xs ys x1
        y1 x2 y2 high low reset goto step answer ask close e38 1e init update vmap with gradient
        opt_state steps adam config jax_default_device exact JAX_PLATFORMS cuda cpu CPU sharding
        Sharding
        """,
    )
)
"""Names of the API, of Python and of JavaScript."""


def template(node: ast.AST) -> str:
    """Return a text with {} where something is put in; nothing of what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else "{}" for each in node.values)
        return "".join(map(str, parts))
    return ""


def parsed() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("_languages/"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield name, node


def told(node: ast.AST) -> list[ast.AST]:
    """Return what is told in an `ArgumentError`, where it is said or named."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ArgumentError":
        found: list[ast.AST] = list(node.args[2:])
    elif isinstance(node, ast.Assign) and TOLD & {getattr(each, "id", "") for each in node.targets}:
        found = [node.value]
    else:
        return []
    choices = [each for each in found if isinstance(each, ast.IfExp)]
    return [*found, *(way for each in choices for way in (each.body, each.orelse))]


def sentences() -> dict[str, str]:
    """Return what is told in errors, each with the file that it is in."""
    found = {
        template(each): name
        for name, node in parsed()
        if not name.startswith(APART)
        for each in told(node)
    }
    return {each: name for each, name in found.items() if re.search("[a-zA-Z]", each)}


def holes(text: str) -> int:
    return len(re.findall(r"\{\d?\}", text))


def test_every_sentence_of_an_error_is_in_the_table() -> None:
    assert len(sentences()) > 120
    assert {each: name for each, name in sentences().items() if each not in zh.SENTENCES} == {}


def test_all_that_is_asked_and_answered_is_in_the_table() -> None:
    assert [each for each in (*MISCONCEPTIONS.values(), *FATES) if each not in zh.SENTENCES] == []


def test_the_table_has_no_sentence_that_nobody_says() -> None:
    texts = {template(node) for _, node in parsed()}
    whole = " ".join(texts)
    missing = [
        each
        for each in zh.SENTENCES
        if each not in {*texts, *zh.PORTABLE}
        and not all(part in whole for part in re.split(r"\{\d?\}", each))
    ]
    assert missing == []


@pytest.mark.parametrize("english", zh.SENTENCES)
def test_a_translation_has_what_is_put_in_and_no_english(english: str) -> None:
    chinese = zh.SENTENCES[english]
    if holes(english):
        parts = [str(1000 + number) for number in range(9)]
        put_in = [set(re.findall("100[0-8]", text.format(*parts))) for text in (english, chinese)]
        assert put_in[0] == put_in[1]
    words = [word for word in re.findall("[A-Za-z][A-Za-z_0-9]+", chinese) if word not in KEPT]
    assert words == []


def test_each_is_found_by_what_it_becomes() -> None:
    with speaking("zh"):
        assert said("a whole number from 1 to 10,000,000") == "1 到 10,000,000 之间的整数"
        assert said("one of 'a', 'b', or nothing") == "以下之一：'a', 'b'，或者不给"
        assert said("inf at step 3") == "第 3 步是 inf"
        assert said("boom") == "boom"
        with speaking(None):
            assert said("None for all, or one or more of a") == "None for all, or one or more of a"
    assert said("a text") == "a text"


REFUSED: dict[str, tuple[Callable[[GDWidget], Any], str]] = {
    "a setting": (
        lambda w: setattr(w, "run_steps", 0),
        "run_steps：得到 0；可以接受：1 到 10,000,000 之间的整数",
    ),
    "a method": (lambda w: w.step(-1), "n：得到 -1；可以接受：1 到 10,000,000 之间的整数"),
    "a name": (
        lambda w: setattr(w, "optimizer", "adan"),
        "optimizer：得到 'adan' (是不是 adam？)；可以接受：以下之一：sgd, momentum, nesterov",
    ),
    "a file": (
        lambda w: w.save_html("nowhere/x.html"),
        "(没有文件夹 nowhere)；可以接受：位于已有且可写的文件夹中的文件",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_errors_are_in_the_language_of_the_widget(case: str) -> None:
    act, message = REFUSED[case]
    with pytest.raises(ArgumentError, match=re.escape(message)):
        act(GDWidget(language="zh"))
    for language in (None, "en"):
        with pytest.raises(ArgumentError, match=r"; accepted: "):
            act(GDWidget(language=language))


def test_an_error_while_a_widget_is_made_is_in_its_language() -> None:
    with pytest.raises(ArgumentError, match="learning_rate：得到 -1；可以接受：float32 范围内"):
        GDWidget(learning_rate=-1, language="zh")
    with pytest.raises(TypeError, match=r"没有名为 'lr' 的参数；.*学习率是 learning_rate"):
        GDWidget(lr=1, language="zh")
    with pytest.raises(ArgumentError, match="language: got 'de'; accepted: one of 'en', 'zh'"):
        GDWidget(language="de")
    with pytest.raises(AttributeError, match=r"不能设置 'W'；w\.reset\(W=\.\.\.\) 从另一个 W 开始"):
        GDWidget(language="zh").W = 3.0


def test_a_page_is_told_in_the_language_of_the_widget() -> None:
    w = GDWidget(language="zh")
    page = Page(w)
    page.save_changes(learning_rate=-1.0)
    page.say({"kind": "reset", "start": {"W": 1e39}})
    told_by = [each["message"] for each in page.errors()]
    assert len(told_by) == 2
    assert all("可以接受：" in each and "accepted" not in each for each in told_by)


def test_questions_are_asked_in_the_language_of_the_widget_and_graded_the_same() -> None:
    asked = [Prediction("after", steps=10), Prediction("fate", steps=10), Prediction("next_step")]
    w, other = GDWidget(questions=asked, language="zh"), GDWidget(questions=asked)
    texts = [each["text"] for each in w._questions["questions"]]
    assert texts == [
        "走完 10 步，W 会在哪里？",
        "这次运行在 10 步之内会怎样？",
        "走完下一步，W 会在哪里？",
    ]
    assert w._questions["questions"][1]["options"][1] == "它左右跳动。"
    assert w._questions["fingerprint"] == other._questions["fingerprint"]
    with pytest.raises(OpenQuestionError, match=r"step 要等到问题 '1' 得到回答：w.answer"):
        w.step()
    w.ask(2)
    assert w.answer("它左右跳动。") == "wrong"
    other.ask(2)
    assert other.answer("It jumps from side to side.") == "wrong"
    assert w.submit(None)[:20] == other.submit(None)[:20]
    w.language = "en"
    assert w._questions["questions"][0]["text"] == "Where will W be after 10 steps?"


def test_why_a_loss_grew_is_said_in_the_language_of_the_widget() -> None:
    w = GDWidget(problems.line(), learning_rate=0.2, language="zh")
    w.step(5)
    assert w.explain_divergence() == (
        "λ = 10.33，沿 W 方向。每一步都使到极小点的距离乘以 1 − 0.2 · 10.33 = −1.067；测得 −1.067。"
    )
    w.language = None
    assert w.explain_divergence().startswith("λ = 10.33 along W. Each step multiplies")


def test_next_steps_are_told_in_the_language_of_the_widget() -> None:
    w = GDWidget(problems.logistic(), batch_size=2, language="zh")
    assert re.fullmatch(
        r"按种子选出的 200 个每批 2 个样本的批中，有 \d+ % 会走向上坡。", str(w.fan())
    )
    w = GDWidget(language="zh")
    fan = w.fan()
    w.batch_size = 3
    assert str(w.fan()) == "所有每批 3 个样本的批中，有 0 % 会走向上坡。"
    w.language = None
    assert str(w.fan()) == "0 % of all batches of 3 would lead uphill."
    assert str(fan) == "所有单个样本中，有 0 % 会走向上坡。"


def test_a_comparison_is_told_in_the_language_of_the_widget() -> None:
    w = GDWidget(language="zh")
    table = w.compare(batch_size=[None, 1], steps=5, until=100.0)
    assert str(table).splitlines() == [
        "batch_size  步数       损失  损失降到 100 的步数  结果",
        "全部           5  62.491825                    3  下降",
        "1             30  0.1567263                    3  下降",
    ]
    assert "<td>下降</td>" in table._repr_html_()
    assert [row["verdict"] for row in table.rows] == ["falling", "falling"]
    assert "steps until 100" in str(GDWidget().compare(batch_size=[None, 1], until=100.0))


def test_a_run_is_called_in_the_language_of_the_widget() -> None:
    w = GDWidget(language="zh")
    w.step(3)
    w.goto(1)
    w.learning_rate = 0.02
    w.step()
    w.optimizer = "adam"
    assert [run.label for run in w.runs] == [
        "sgd，学习率 0.01",
        "sgd，学习率 0.02，从第 1 步起",
        "adam",
    ]
    w.language = "en"
    assert [run.label for run in w.runs][:1] == ["sgd, learning rate 0.01"]
    recorded = replay(problems.line(), [8.0, 7.0], language="zh")
    assert recorded.runs[0].label == "在别处记录"


def test_a_parameter_may_be_called_language() -> None:
    def loss(language: Any) -> Any:
        return language**2

    w = GDWidget(loss, 2.0, language="zh")
    w.reset(language=3.0)
    assert w.params["language"] == 3.0
    with pytest.raises(ArgumentError, match="可以接受"):
        w.reset(language="three")
