"""Builds the site into a folder: ``make docs``, or ``python docs/build.py``.

The sources of the site are in three places: this folder, the lessons in ``notebooks/``, and the
project's README and its fellows. They are laid out side by side as in the project, so that links
from file to file become links from page to page, and Sphinx builds them. Its warnings are errors.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ipywidgets.embed import dependency_state

from gdwidget import GDWidget, page_script, page_style, problems

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
LESSONS = PROJECT / "notebooks"
BESIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
FRAME = "two-valleys.html --problem double_well --learning-rate 0.05 --steps 10"
"""As in own-course.md, which shows the page that this makes."""

TITLE = re.compile(r"^## (\w+)$", re.MULTILINE)
PICTURE = re.compile(r"^!\[(.+)\]\((.+)-light\.webp\)$", re.MULTILINE)
TEACHES = re.compile(r"It teaches .+?\.(?=\s)", re.DOTALL)


def lay_out(sources: Path, lessons: Path) -> None:
    """Put all sources of the site into a folder that is not there yet."""
    shutil.copytree(HERE, sources, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    for name in BESIDE:
        text = (PROJECT / name).read_text(encoding="utf-8")
        text = text.replace(f"]({HERE.name}/", "](")  # this folder's pages are at the top here
        (sources / name).write_text(text, encoding="utf-8")
    gallery = sources / "gallery.md"
    gallery.write_text(completed(gallery.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.copytree(LESSONS, sources / LESSONS.name, ignore=shutil.ignore_patterns(".*"))
    for lesson in lessons.glob("*.ipynb"):
        shutil.copy(lesson, sources / LESSONS.name)
    static = sources / "_static"
    (static / "page.js").write_text(page_script(), encoding="utf-8")
    (static / "page.css").write_text(page_style(), encoding="utf-8")
    (sources / "first.html").write_text(first_widget(), encoding="utf-8")
    command = [sys.executable, "-m", "gdwidget", *FRAME.split()]
    subprocess.run(command, cwd=static, check=True, stdout=subprocess.DEVNULL)


def completed(gallery: str) -> str:
    """Return the gallery's page with what each problem teaches, and its picture in both themes."""
    return PICTURE.sub(in_both_themes, TITLE.sub(with_what_it_teaches, gallery))


def with_what_it_teaches(title: re.Match[str]) -> str:
    """Return a problem's title with the sentence that its docstring has for it."""
    whole, name = title[0], title[1]
    sentence = TEACHES.search(inspect.getdoc(getattr(problems, name)) or "")
    if sentence is None:
        raise ValueError(f"the docstring of {name} has no sentence that begins: It teaches")
    more = f"[Good and telling settings](#gdwidget.problems.{name})"
    return f"{whole}\n\n{' '.join(sentence[0].split())} {more}"


def in_both_themes(picture: re.Match[str]) -> str:
    """Return a picture for the light theme and one for the dark theme; the theme knows when."""
    seen, path = picture[1], picture[2]
    return "\n\n".join(
        f"```{{image}} {path}-{theme}.webp\n:class: only-{theme}\n:alt: {seen}\n```"
        for theme in ("light", "dark")
    )


def first_widget() -> str:
    """Return the landing page's widget as page.js reads it: its state, and where it is shown."""
    widget = GDWidget()
    widget.step(3)
    version = {"version_major": 2, "version_minor": 0}
    state = {**version, "state": dependency_state([widget], drop_defaults=False)}
    parts = {"state": state, "view": {**version, "model_id": widget.model_id}}
    scripts = []
    for kind, content in parts.items():
        text = json.dumps(content).replace("<", r"\u003c")
        scripts.append(
            f'<script type="application/vnd.jupyter.widget-{kind}+json">{text}</script>\n'
        )
    return "".join(scripts) + '<script src="_static/page.js" defer></script>\n'


def build(site: Path, lessons: Path, *, execute: bool) -> int:
    """Build the site anew; return Sphinx's exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        lay_out(folder / "sources", lessons)
        profile = folder / "ipython" / "profile_default"
        profile.mkdir(parents=True)
        quiet = "c.IPKernelApp.log_level = 'ERROR'"
        (profile / "ipython_kernel_config.py").write_text(quiet, encoding="utf-8")
        settings = {
            "GDWIDGET_EXECUTION": "force" if execute else "off",
            "IPYTHONDIR": str(folder / "ipython"),  # nobody's own settings
            "JAX_PLATFORMS": "cpu",
        }
        command = [sys.executable, "-m", "sphinx", "--builder", "html", "--jobs", "auto", "--quiet"]
        command += ["--fail-on-warning", "--keep-going", "--doctree-dir", str(folder / "doctrees")]
        command += [str(folder / "sources"), str(folder / "site")]
        code = subprocess.run(command, env={**os.environ, **settings}, check=False).returncode
        if code == 0:
            shutil.rmtree(site, ignore_errors=True)
            shutil.copytree(folder / "site", site)
    return code


def main() -> int:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the site.")
    parser.add_argument("site", type=Path, help="the folder it goes into, replaced if it is there")
    parser.add_argument(
        "--lessons", type=Path, help="a folder with the lessons as they were run; else they are run"
    )
    given = parser.parse_args()
    return build(given.site, given.lessons or LESSONS, execute=given.lessons is None)


if __name__ == "__main__":
    sys.exit(main())
