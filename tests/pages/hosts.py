"""Pages made of one notebook by the tools that teachers use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.pages.lesson import NAME

if TYPE_CHECKING:
    from collections.abc import Callable

BUILD_SECONDS = 300

_SCRIPTS = Path(sysconfig.get_path("scripts"))


@dataclass(frozen=True)
class Site:
    """A folder of pages, and the one with the lesson."""

    folder: Path
    page: str


@dataclass(frozen=True)
class Builder:
    """A tool that makes a site of the notebook."""

    prepare: Callable[[Path, Path], list[str]]
    """Given the notebook and an empty folder, writes what the tool needs; returns its command."""

    page: str
    """The lesson's page in the folder."""


def _nbconvert(*arguments: str) -> Callable[[Path, Path], list[str]]:
    def prepare(notebook: Path, folder: Path) -> list[str]:
        return ["jupyter-nbconvert", *arguments, "--output-dir", str(folder), str(notebook)]

    return prepare


def _sphinx(conf: str) -> Callable[[Path, Path], list[str]]:
    def prepare(notebook: Path, folder: Path) -> list[str]:
        source = _source(notebook, folder)
        (source / "conf.py").write_text(f'root_doc = "{NAME}"\n{conf}')
        return ["sphinx-build", "-q", str(source), str(folder / "site")]

    return prepare


def _jupyter_book(notebook: Path, folder: Path) -> list[str]:
    source = _source(notebook, folder)
    (source / "_config.yml").write_text('title: Course\nexecute:\n  execute_notebooks: "off"\n')
    (source / "_toc.yml").write_text(f"format: jb-book\nroot: {NAME}\n")
    return ["jupyter-book", "build", "-q", "--path-output", str(folder), str(source)]


def _embedded(notebook: Path, folder: Path) -> list[str]:
    """Take what the notebook itself made with `ipywidgets.embed`."""
    shutil.copy(notebook.parent / "embedded.html", folder)
    return []


def _source(notebook: Path, folder: Path) -> Path:
    source = folder / "source"
    source.mkdir()
    shutil.copy(notebook, source)
    return source


BUILDERS = {
    "nbconvert": Builder(_nbconvert("--to", "html"), f"{NAME}.html"),
    "nbconvert-dark": Builder(_nbconvert("--to", "html", "--theme", "dark"), f"{NAME}.html"),
    "slides": Builder(
        _nbconvert(
            "--to",
            "slides",
            "--SlidesExporter.reveal_transition=none",
            "--SlidesExporter.reveal_scroll=True",
        ),
        f"{NAME}.slides.html",
    ),
    "nbsphinx": Builder(
        _sphinx('extensions = ["nbsphinx"]\nnbsphinx_execute = "never"\n'), f"site/{NAME}.html"
    ),
    "myst-nb": Builder(
        _sphinx('extensions = ["myst_nb"]\nnb_execution_mode = "off"\n'), f"site/{NAME}.html"
    ),
    "jupyter-book": Builder(_jupyter_book, f"_build/html/{NAME}.html"),
    "embed": Builder(_embedded, "embedded.html"),
}


class Workshop:
    """Builds all sites of a notebook side by side."""

    def __init__(self, notebook: Path, folder: Path) -> None:
        self._folder = folder
        self._building: dict[str, subprocess.Popen[bytes]] = {}
        for name, builder in BUILDERS.items():
            (folder / name).mkdir()
            command = builder.prepare(notebook, folder / name)
            if command:
                self._building[name] = _start(command, self._log(name))

    def site(self, name: str) -> Site:
        """Return a site, when it is built."""
        process = self._building.get(name)
        if process is not None and process.wait(timeout=BUILD_SECONDS):
            message = f"{name}: could not be built:\n{self._log(name).read_text()}"
            raise RuntimeError(message)
        page = self._folder / name / BUILDERS[name].page
        return Site(page.parent, page.name)

    def close(self) -> None:
        for process in self._building.values():
            process.kill()
            process.wait()

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"


def _start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    program, *arguments = command
    with log.open("wb") as output:
        return subprocess.Popen(
            [_SCRIPTS / program, *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
