import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gdwidget import GDWidget, problems
from gdwidget.__main__ import main

SAID = re.compile(r"gdwidget: [^\n]+\n")


def saved(path: Path) -> dict[str, Any]:
    """Return the traits of the widget in a page."""
    text = path.read_text(encoding="utf-8")
    (view,) = re.findall(r'widget-view\+json">([^<]*)<', text)
    (state,) = re.findall(r'widget-state\+json">([^<]*)<', text)
    model = json.loads(state)["state"][json.loads(view)["model_id"]]
    traits: dict[str, Any] = model["state"]
    return traits


def test_it_writes_a_page_and_says_how_large(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lesson.html"
    assert main([str(path), "--learning-rate", "0.05"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    size = path.stat().st_size / 1e6
    assert said.out == f"{path}: {size:.2f} MB, opens in any browser, with no network\n"
    assert saved(path)["learning_rate"] == 0.05


def test_every_setting_gets_into_the_page(tmp_path: Path) -> None:
    path = tmp_path / "lesson.html"
    command = (
        f"{path} --problem line --learning-rate 0.05 --optimizer adam --decay cosine "
        "--batch-size 2 --start W=5 --run-steps 80 --seed 1 --steps 3 --show loss,step --scale 1.5 "
        "--fog --language zh --title Title --text"
    )
    assert main([*command.split(), "Some text."]) == 0
    traits = saved(path)
    expected = {"learning_rate": 0.05, "optimizer": "adam", "decay": "cosine", "batch_size": 2}
    assert {name: traits[name] for name in expected} == expected
    assert traits["run_steps"] == 80
    assert (traits["show"], traits["scale"]) == (["step", "loss"], 1.5)
    assert (traits["fog"], traits["ruler"]) == (True, False)
    widget = GDWidget(
        learning_rate=0.05, optimizer="adam", decay="cosine", batch_size=2, run_steps=80, seed=1
    )
    widget.reset(W=5.0)
    widget.step(3)
    page = path.read_text(encoding="utf-8")
    assert traits["language"] == "zh"
    assert '<html lang="zh"' in page
    at = f"第 3 步（共 3 步）：W = {widget.params['W']!s}，损失 {widget.loss!s}。"  # noqa: RUF001
    assert at in page
    assert "<h1>Title</h1>" in page
    assert "<p>Some text.</p>" in page


def test_several_starts_and_arrays(tmp_path: Path) -> None:
    path = tmp_path / "valley.html"
    assert main([str(path), "--problem", "beale", "--start", "x=2", "--start", "y=0.5"]) == 0
    assert "x = 2.0" in path.read_text(encoding="utf-8")
    assert main([str(path), "--problem", "logistic", "--start", "weights=[1, -1]"]) == 0
    assert "= 1.0, loss" in path.read_text(encoding="utf-8")


def test_it_lists_the_problems(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(problems.__all__)
    assert all(len(line.split()) > 4 and line.endswith(".") for line in lines)


def test_it_helps(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for option in ("--problem", "--start NAME=VALUE", "--seed", "--list", "examples:"):
        assert option in said


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        ("", "name the page to write"),
        ("FILE --problem lin", "problem: got 'lin' (did you mean line?)"),
        ("FILE --optimizer adan", "did you mean adam?"),
        ("FILE --learning-rate abc", "--learning-rate"),
        ("FILE --learning-rate -1", "learning_rate: got -1.0"),
        ("FILE --learning-rate nan", "learning_rate: got nan"),
        ("FILE --decay slow", "decay: got 'slow'"),
        ("FILE --batch-size 100", "batch_size: got 100"),
        ("FILE --run-steps 0", "run_steps: got 0"),
        ("FILE --steps -3", "steps: got -3"),
        ("FILE --seed x", "--seed"),
        ("FILE --show step,los", "show: got ['step', 'los'] (did you mean loss?)"),
        ("FILE --show ,", "show: got ['', '']"),
        ("FILE --scale 5", "scale: got 5.0"),
        ("FILE --scale large", "--scale"),
        ("FILE --start W", "accepted: NAME=VALUE, as in W=5"),
        ("FILE --start W=five", "accepted: NAME=VALUE, as in W=5"),
        ("FILE --start W=[1,[2]]", "accepted: NAME=VALUE, as in W=5"),
        ("FILE --start Q=5", "accepted: one of W, b"),
        ("FILE --start W=1e30", "loss inf"),
        ("FILE --problem moons --start layers=3", "layers"),
        ("FILE --title \ud800", "title: got "),
        ("FILE --bogus", "--bogus"),
        ("FILE other.html", "other.html"),
        ("missing/lesson.html", "there is no folder missing"),
        (".", "it is a folder"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: str,
    about: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code: object = main(arguments.replace("FILE", "lesson.html").split())
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert SAID.fullmatch(said.err)
    assert about in said.err
    assert list(tmp_path.iterdir()) == []


def test_it_is_a_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gdwidget", "lesson.html", "--problem", "lin"]
    done = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=False)
    assert done.returncode == 2
    assert SAID.fullmatch(done.stderr)
    assert done.stdout == ""
