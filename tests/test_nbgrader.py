"""The example in docs/asking.md, with nbgrader itself: made, answered, graded, read."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.layers import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("nbgrader==0.9.6", "alembic==1.20.1", "mako==1.4.3", "rapidfuzz==3.14.6")
"""nbgrader and what of it is not here: in a folder of its own, for it adds to JupyterLab's page."""

QUESTIONS = """
from gdwidget import Prediction
questions = [Prediction("next_step", name="first"), Prediction("after", name="ten", steps=10)]
"""
CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "descent"\n'


def cells() -> list[str]:
    """Return the cells that the page shows, in their order."""
    section = (ROOT / "docs/asking.md").read_text(encoding="utf-8").partition("### nbgrader")[2]
    return [code.strip() for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL)]


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install nbgrader beside the environment, and return the variables that find it."""
    folder = tmp_path_factory.mktemp("nbgrader")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps")
    subprocess.run([*pip, "--target", str(folder), *PACKAGES], check=True)
    programs = os.pathsep.join((str(folder / "bin"), os.environ["PATH"]))
    modules = os.pathsep.join((str(folder), str(ROOT)))
    return {**os.environ, "PATH": programs, "PYTHONPATH": modules}


def run(course: Path, environment: dict[str, str], *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=course,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def lesson() -> Any:
    show, submit, graded = cells()
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in (show, submit, graded)]
    )
    notebook.cells[2].metadata["nbgrader"] = {
        "grade": True,
        "grade_id": "descent",
        "locked": True,
        "points": 5,
        "schema_version": 3,
        "solution": False,
        "task": False,
        "cell_type": "code",
    }
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    return notebook


def answer(folder: Path, first: str, ten: str) -> None:
    """Run the notebook as a learner does, who answers in it."""
    notebook = nbformat.read(folder / "lesson.ipynb", as_version=4)
    said = f"w.answer({first})\nw.ask(2)\nw.answer({ten})"
    notebook.cells.insert(1, nbformat.v4.new_code_cell(said))
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}})
    client.execute()


def test_the_example_is_graded_by_nbgrader(tmp_path: Path, nbgrader: dict[str, str]) -> None:
    course = tmp_path / "course"
    source = course / "source/descent"
    source.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG)
    (source / "questions.py").write_text(QUESTIONS)
    nbformat.write(lesson(), source / "lesson.ipynb")
    run(course, nbgrader, "generate_assignment", "descent")
    for student in ("ada", "bob"):
        shutil.copytree(course / "release/descent", course / "submitted" / student / "descent")
    answer(course / "submitted/ada/descent", "7.38", "1.8")
    run(course, nbgrader, "autograde", "descent")
    with sqlite3.connect(course / "gradebook.db") as database:
        scores = database.execute(
            "select student.id, coalesce(grade.manual_score, grade.auto_score) from grade "
            "join submitted_notebook on grade.notebook_id = submitted_notebook.id "
            "join submitted_assignment on submitted_notebook.assignment_id = "
            "submitted_assignment.id join student on submitted_assignment.student_id = student.id"
        ).fetchall()
    database.close()
    assert dict(scores) == {"ada": 2.5, "bob": 0.0}
