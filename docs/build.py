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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from ipywidgets.embed import dependency_state
from nbclient import NotebookClient

from gdwidget import GDWidget, page_script, page_style, problems
from gdwidget._teaching.seal import unseal

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
LESSONS = PROJECT / "notebooks"
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS_A_CELL = 120
CHINESE = "zh"
"""Their folder among the lessons, and the language of the widgets in it."""

BESIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "LICENSE")
FRAME = "two-valleys.html --problem double_well --learning-rate 0.05 --steps 10"
"""As in own-course.md, which shows the page that this makes."""

REPOSITORY = "GDWIDGET_REPOSITORY"
"""The setting that says where Colab finds the lessons: ``owner/name@tag`` on GitHub."""

REPOSITORY_NAMED = re.compile(r"([\w.-]+/[\w.-]+)@([\w./-]+)")
COLAB = "[Open in Colab]({page}). Run this first there: `{install}`"
CHINESE_COLAB = "[在 Colab 中打开]({page})。先在那里运行 `{install}`。"

CHINESE_PROMPTS = {"code_prompt_show": "显示提问的代码", "code_prompt_hide": "隐藏提问的代码"}
"""In place of conf.py's, which are English."""

HEARD = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="{site}">',
    '<aside class="toc-drawer': '<aside aria-label="{page}" class="toc-drawer',
    '<summary aria-label="Toggle hidden content">': "<summary>",  # its text says more
    '<th class="head"><p></p></th>': '<td class="head"></td>',
}
"""What screen readers need of the theme's pages, and of tables whose columns have no names."""

ASIDES = {"en": {"site": "Site", "page": "On this page"}, "zh": {"site": "网站", "page": "本页"}}

TITLE = re.compile(r"^## (\w+)$", re.MULTILINE)
PICTURE = re.compile(r"^!\[(.+)\]\((.+)-light\.webp\)$", re.MULTILINE)
TEACHES = re.compile(r"It teaches .+?\.(?=\s)", re.DOTALL)
KEY = re.compile(r"^<!-- key (\d\d) -->$", re.MULTILINE)


def lay_out(sources: Path, lessons: Path) -> None:
    """Put all sources of the site into a folder that is not there yet."""
    shutil.copytree(HERE, sources, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    for page in sources.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("](../", "]("), encoding="utf-8")  # the project is beside it
    for name in BESIDE:
        text = (PROJECT / name).read_text(encoding="utf-8")
        text = text.replace(f"]({HERE.name}/", "](")  # this folder's pages are at the top here
        (sources / name).write_text(text, encoding="utf-8")
    gallery = sources / "gallery.md"
    gallery.write_text(completed(gallery.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.copytree(LESSONS, sources / LESSONS.name, ignore=shutil.ignore_patterns(".*"))
    for lesson in lessons.rglob("*.ipynb"):
        shutil.copy(lesson, sources / LESSONS.name / lesson.relative_to(lessons))
    for lesson in (sources / LESSONS.name / CHINESE).glob("*.ipynb"):
        notebook = json.loads(lesson.read_text(encoding="utf-8"))
        notebook["metadata"]["mystnb"] = CHINESE_PROMPTS
        lesson.write_text(json.dumps(notebook), encoding="utf-8")
    add_colab_lines(sources / LESSONS.name)
    front = sources / f"{CHINESE}.md"
    text = front.read_text(encoding="utf-8").replace("<!-- lessons -->", chinese_lessons())
    front.write_text(text, encoding="utf-8")
    teaching = sources / "teaching.md"
    with_keys = KEY.sub(lambda found: key_of(lessons, found[1]), teaching.read_text("utf-8"))
    teaching.write_text(with_keys, encoding="utf-8")
    static = sources / "_static"
    (static / "page.js").write_text(page_script(), encoding="utf-8")
    (static / "page.css").write_text(page_style(), encoding="utf-8")
    (sources / "first.html").write_text(first_widget(), encoding="utf-8")
    (sources / "first-zh.html").write_text(first_widget(CHINESE), encoding="utf-8")
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


def key_of(lessons: Path, number: str) -> str:
    """Return the key of a lesson that was run, as Markdown: what its widgets found to be right."""
    (path,) = lessons.glob(f"{number}-*.ipynb")
    told = questions_of(json.loads(path.read_text(encoding="utf-8")))
    rows = [row for all_ in told for row in rows_of(all_["questions"], all_["fingerprint"])]
    head = ["| question | asked with | right | tells |", "| --- | --- | --- | --- |"]
    link = f"[{path.stem}]({LESSONS.name}/{path.name})"
    table = "\n".join([*head, *rows])
    return f"The lesson: {link}.\n\n<details><summary>Key</summary>\n\n{table}\n\n</details>"


def questions_of(notebook: Any) -> list[Any]:
    """Return the questions of each widget with questions that a lesson shows, in their order."""
    models = notebook["metadata"]["widgets"][STATE]["state"]
    told = [
        models[output["data"][VIEW]["model_id"]]["state"].get("_questions")
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if VIEW in output.get("data", {})
    ]
    return [each for each in told if each]


def rows_of(questions: list[Any], fingerprint: str) -> list[str]:
    """Return the rows of a key: one a variant of a question."""
    rows = []
    for question in questions:
        variants = question["variants"]
        for number, variant in enumerate(variants):
            key = unseal(variant["sealed"], fingerprint, question["name"], number)
            tells = sorted({mistake["tag"] for mistake in key["mistakes"]} - {"custom"})
            cells = [
                f"**{question['name']}** {question['text']}" if number == 0 else "",
                what_differs(variant, variants),
                right_of(question, key),
                ", ".join(f"`{tag}`" for tag in tells),
            ]
            rows.append(" | ".join(["", *(cell.replace("|", r"\|") for cell in cells), ""]).strip())
    return rows


def what_differs(variant: Any, variants: list[Any]) -> str:
    """Return what sets a variant apart from the others."""
    starts = [
        f"{name} from {value:g}"
        for name, value in variant["start"].items()
        if any(other["start"][name] != value for other in variants)
    ]
    rate = variant["settings"]["learning_rate"]
    others = {other["settings"]["learning_rate"] for other in variants}
    return ", ".join([*starts, *([f"rate {rate:g}"] if len(others) > 1 else [])])


def right_of(question: Any, key: Any) -> str:
    """Return what is right, in words or numbers."""
    numbers = key["numbers"]
    if question["kind"] == "explain":
        return f"nobody judges it; a model answer: {key['model']}"
    if question["kind"] == "goal":
        return "a rate whose run meets it"
    if question["options"]:
        return str(question["options"][int(numbers[0])])
    names = question["parameters"] if len(numbers) > 1 else [""]
    return ", ".join(
        f"{name} = {number:.4g}".removeprefix(" = ")
        for name, number in zip(names, numbers, strict=True)
    )


def chinese_lessons() -> str:
    """Return the table of the Chinese lessons, by their titles."""
    rows = ["| | |", "| --- | --- |"]
    for path in sorted((LESSONS / CHINESE).glob("*.ipynb")):
        first, *_ = json.loads(path.read_text(encoding="utf-8"))["cells"]
        title = first["source"][0].removeprefix("# ").strip()
        rows.append(f"| [{path.stem[:2]}]({LESSONS.name}/{CHINESE}/{path.name}) | {title} |")
    return "\n".join(rows)


def add_colab_lines(lessons: Path) -> None:
    """Put below the title of each lesson how to open it in Colab, if a repository is named.

    Raises
    ------
    ValueError
        If the setting is no repository.
    """
    given = os.environ.get(REPOSITORY, "")
    if not given:
        return
    found = REPOSITORY_NAMED.fullmatch(given)
    if found is None:
        raise ValueError(f"{REPOSITORY}: got {given!r}; accepted: owner/name@tag")
    name, tag = found.groups()
    install = f"%pip install -q git+https://github.com/{name}@{tag}"
    for path in lessons.rglob("*.ipynb"):
        place = f"{LESSONS.name}/{path.relative_to(lessons).as_posix()}"
        page = f"https://colab.research.google.com/github/{name}/blob/{tag}/{place}"
        words = CHINESE_COLAB if path.parent.name == CHINESE else COLAB
        line = words.format(page=page, install=install)
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cell = {"cell_type": "markdown", "id": "colab", "metadata": {}, "source": [line]}
        notebook["cells"].insert(1, cell)
        path.write_text(json.dumps(notebook), encoding="utf-8")


def first_widget(language: str | None = None) -> str:
    """Return a landing page's widget as page.js reads it: its state, and where it is shown."""
    widget = GDWidget(language=language)
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


def run_all(folder: Path) -> None:
    """Run the lessons, two at a time, and save them there with all that they show."""
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    quiet = "c.IPKernelApp.log_level = 'ERROR'"
    (profile / "ipython_kernel_config.py").write_text(quiet, encoding="utf-8")

    def run(path: Path) -> None:
        place = path.relative_to(LESSONS)
        nbformat.write(executed(path, folder / "ipython"), folder / place)
        print(f"Ran {place}.", flush=True)

    (folder / CHINESE).mkdir()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, sorted(LESSONS.rglob("*.ipynb"))))


def executed(path: Path, settings: Path) -> Any:
    """Return a lesson after all its cells have run, in an empty folder and a kernel of its own.

    ``settings`` is IPython's folder of settings, lest these be somebody's own.
    """
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    with tempfile.TemporaryDirectory() as empty:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_A_CELL,
            kernel_name="python3",
            store_widget_state=True,
            resources={"metadata": {"path": empty}},
        )
        client.execute(env={**os.environ, "IPYTHONDIR": str(settings), "JAX_PLATFORMS": "cpu"})
    return notebook


def make_heard(site: Path) -> None:
    """Name in every page what screen readers cannot tell apart."""
    for path in site.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        names = ASIDES["zh" if '<html class="no-js" lang="zh' in page else "en"]
        for written, heard in HEARD.items():
            page = page.replace(written, heard.format(**names))
        path.write_text(page, encoding="utf-8")


def build(site: Path, lessons: Path | None) -> int:
    """Build the site anew, of lessons that were run, or run them; return Sphinx's exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if lessons is None:
            lessons = folder / "lessons"
            lessons.mkdir()
            run_all(lessons)
        lay_out(folder / "sources", lessons)
        command = [sys.executable, "-m", "sphinx", "--builder", "html", "--jobs", "auto", "--quiet"]
        command += ["--fail-on-warning", "--keep-going", "--doctree-dir", str(folder / "doctrees")]
        command += [str(folder / "sources"), str(folder / "site")]
        settings = {**os.environ, "JAX_PLATFORMS": "cpu"}
        code = subprocess.run(command, env=settings, check=False).returncode
        if code == 0:
            make_heard(folder / "site")
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
    return build(given.site, given.lessons)


if __name__ == "__main__":
    sys.exit(main())
