"""What pages have that have no kernel: their script and their style."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import sys
from pathlib import Path

import anywidget
import bqplot
import bqscales

from gdwidget._languages.speaking import ENGLISH, LANGUAGES
from gdwidget._sync import shared
from gdwidget.errors import ArgumentError


@functools.cache
def page_script(language: str = ENGLISH) -> str:
    r"""Return the script that shows every widget saved in a page.

    It holds the widget manager and, as they are installed beside gdwidget, the page parts of
    bqplot, bqscales and anywidget. It asks no network for anything, and evaluates no text as
    code but a widget's own. It goes to the end of a page, or into a file of its own that is
    loaded with ``defer``.

    Parameters
    ----------
    language : str, default "en"
        In which it says what is wrong with a page: ``"en"`` or ``"zh"``.

    Returns
    -------
    str
        A classic script, with nothing escaped: see `within_html`.

    Raises
    ------
    ArgumentError
        If there is no such language.
    FileNotFoundError
        If the page part of one of them is not there.

    Examples
    --------
    >>> page_script().endswith("gdwidgetPage.start();\n")
    True
    """
    if language not in LANGUAGES:
        raise ArgumentError("language", language, f"one of {', '.join(map(repr, LANGUAGES))}")
    parts = [_held("page.js", "gdwidgetPage")]
    if language != ENGLISH:
        spoken = shared.text(f"page-{language}.js")
        parts.append(f"(() => {{{spoken}\ngdwidgetPage.speak(gdwidgetChinese.texts);\n}})();\n")
    versions = {**_drawing(), "anywidget": anywidget.__version__}
    parts += _defined(versions, "gdwidgetPage")
    parts.append("gdwidgetPage.start();\n")
    return "".join(parts)


@functools.cache
def figures_script() -> str:
    r"""Return the script that shows figures in a page whose host cannot.

    It is classic, too, and holds a widget manager with bqplot and bqscales. It shows nothing by
    itself: it offers ``gdwidgetFigures``.

    Examples
    --------
    >>> figures_script().startswith("globalThis.gdwidgetFigures = ")
    True
    """
    name = "gdwidgetFigures"
    return "".join([_held("figures.js", name), *_defined(_drawing(), name)])


@functools.cache
def figures_script_name() -> str:
    """Return a name of `figures_script` that no other script has.

    It differs by gdwidget and by what draws: each kernel of a page may have others.

    Examples
    --------
    >>> len(figures_script_name())
    64
    """
    return hashlib.sha256(figures_script().encode()).hexdigest()


def page_style() -> str:
    """Return the style sheet that belongs to `page_script`.

    Examples
    --------
    >>> ".gdwidget-page" in page_style()
    True
    """
    return shared.text("page.css")


def within_html(script: str) -> str:
    r"""Return a script so that it can stand in a page, with the same meaning.

    Examples
    --------
    >>> within_html("'</script><!--'")
    "'\\x3c/script>\\x3c!--'"
    """
    for start in ("</script", "</SCRIPT", "<!--"):
        script = script.replace(start, f"\\x3c{start[1:]}")
    return script


def _drawing() -> dict[str, str]:
    """Return what draws figures, with the versions that their models name."""
    return {
        "bqscales": bqscales.__version__,
        "bqplot": bqplot.Figure.class_traits()["_model_module_version"].default_value,
    }


def _held(file: str, name: str) -> str:
    """Return a built script, in a function of its own: its "use strict" is not about others."""
    return f"globalThis.{name} = (() => {{{shared.text(file)}\nreturn {name};\n}})();\n"


def _defined(versions: dict[str, str], name: str) -> list[str]:
    """Return modules, not strict, each defined with what a script offers under a name."""
    named = {module: f"{json.dumps(module)}, {json.dumps(v)}" for module, v in versions.items()}
    return [
        f"(define => {{\n{_module(module)}\n}})({name}.define({arguments}));\n"
        for module, arguments in named.items()
    ]


def _module(name: str) -> str:
    """Return the text of an installed page part, in AMD form."""
    tail = Path("share", "jupyter", "nbextensions", name, "index.js")
    files = importlib.metadata.files(name) or []
    found = [
        Path(str(file.locate())) for file in files if file.as_posix().endswith(tail.as_posix())
    ]
    for path in (*found, Path(sys.prefix) / tail):
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            return "\n".join(line for line in lines if not line.startswith("//# sourceMapping"))
    message = f"the page part of {name} is not there ({tail}): install {name} again"
    raise FileNotFoundError(message)
