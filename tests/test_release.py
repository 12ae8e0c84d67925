"""What is published says the same of the project: citation, recipe, package."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs import build

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
VERSION = json.loads((ROOT / "js" / "package.json").read_text(encoding="utf-8"))["version"]


NEEDED: list[str] = PROJECT["dependencies"]
BUILT_BY: list[str] = SETTINGS["build-system"]["requires"]


def as_conda_has_it(requirement: str) -> str:
    return requirement.replace(">=", " >=")


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def checked(*tags: str) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [sys.executable, ROOT / ".ci" / "versions.py", *tags]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_all_files_name_one_version() -> None:
    assert checked(f"v{VERSION}").stdout.strip() == VERSION


def test_a_tag_of_another_version_is_refused() -> None:
    told = checked("v99.0")
    assert told.returncode == 1
    assert "tag v99.0: 99.0" in told.stderr


def test_the_recipe_asks_for_what_the_package_asks_for() -> None:
    requirements = read("conda/recipe.yaml")["requirements"]
    python = f"python{PROJECT['requires-python']}"
    assert requirements["run"] == [as_conda_has_it(each) for each in (python, *NEEDED)]
    without_node = [each for each in BUILT_BY if not each.startswith("nodejs")]
    host = [python, "pip", *without_node]
    assert requirements["host"] == [as_conda_has_it(each) for each in host]


def test_citation_and_recipe_have_the_packages_licence_and_authors() -> None:
    citation = read("CITATION.cff")
    assert citation["license"] == read("conda/recipe.yaml")["about"]["license"]
    assert citation["license"] == PROJECT["license"]
    assert citation["authors"] == PROJECT["authors"]


def test_a_release_waits_for_all_tests() -> None:
    jobs = read(".github/workflows/release.yml")["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/test.yml"
    assert jobs["build"]["needs"] == "test"
    assert jobs["pypi"]["needs"] == jobs["site"]["needs"] == "build"


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """Return a folder with an English and a Chinese lesson."""
    (tmp_path / "zh").mkdir()
    title = {"cell_type": "markdown", "source": ["# Title"]}
    for name in ("01-a.ipynb", "zh/01-a.ipynb"):
        (tmp_path / name).write_text(json.dumps({"cells": [title, title]}), encoding="utf-8")
    return tmp_path


def second_cell(path: Path) -> str:
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][1]["source"])


def test_lessons_say_how_to_open_them_in_colab(
    lessons: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(build.REPOSITORY, "someone/a-fork@v1.2")
    build.add_colab_lines(lessons)
    page = "https://colab.research.google.com/github/someone/a-fork/blob/v1.2/notebooks/01-a.ipynb"
    install = "`%pip install -q git+https://github.com/someone/a-fork@v1.2`"
    assert second_cell(lessons / "01-a.ipynb") == (
        f"[Open in Colab]({page}). Run this first there: {install}"
    )
    chinese = second_cell(lessons / "zh" / "01-a.ipynb")
    assert chinese.startswith("[在 Colab 中打开]")
    assert page.replace("notebooks/", "notebooks/zh/") in chinese


def test_without_a_repository_they_do_not(lessons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(build.REPOSITORY, raising=False)
    build.add_colab_lines(lessons)
    assert second_cell(lessons / "01-a.ipynb") == "# Title"


def test_what_is_no_repository_is_refused(lessons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(build.REPOSITORY, "https://example.org/a")
    with pytest.raises(ValueError, match="accepted: owner/name@tag"):
        build.add_colab_lines(lessons)
