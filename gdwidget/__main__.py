"""Lessons for authors: ``python -m gdwidget lesson.html`` writes a page with a living widget."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from gdwidget import _validation, problems
from gdwidget._core import optimizers, schedules
from gdwidget._languages.speaking import LANGUAGES
from gdwidget._output import html
from gdwidget._output.atomic_write import write_whole
from gdwidget._output.report import report
from gdwidget._output.sheet import sheet
from gdwidget._settings.arguments import PARTS
from gdwidget._teaching.question_file import quizzes_in
from gdwidget.errors import ArgumentError
from gdwidget.widget import GDWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gdwidget._core.problem import Problem

_EXAMPLES = """\
examples:
  python -m gdwidget lesson.html --learning-rate 0.05
  python -m gdwidget valley.html --problem rosenbrock --optimizer adam --learning-rate 0.1 \\
      --start x=-1 --start y=2 --title "A curved valley"
  python -m gdwidget lecture.html --show step,loss --scale 1.5
  python -m gdwidget --list
  python -m gdwidget report submissions --questions questions.py
  python -m gdwidget report submissions --questions 01-which-way-how-far.ipynb
  python -m gdwidget sheet sheet.html --questions questions.py --student Ada --student Bo --key
"""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"gdwidget: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a lesson, or list the problems.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line; that of the program without it.

    Returns
    -------
    int
        The exit code: 0, or 2 if nothing was written; then one line on the standard error
        output says why.

    Examples
    --------
    >>> main(["--list"])  # doctest: +ELLIPSIS
    beale ...
    0
    """
    given_arguments = list(sys.argv[1:] if arguments is None else arguments)
    if given_arguments[:1] == ["report"]:
        return _report(given_arguments[1:])
    if given_arguments[:1] == ["sheet"]:
        return _sheet(given_arguments[1:])
    parser = _parser()
    given = parser.parse_args(given_arguments)
    if given.list:
        sys.stdout.write(_listed())
        return 0
    if given.file is None:
        parser.error("name the page to write, as in python -m gdwidget lesson.html")
    try:
        widget = _widget(given)
        if given.start:
            widget.reset(**dict(given.start))
        if steps := _validation.whole_number("steps", given.steps, 0, _validation.MOST_STEPS):
            widget.step(steps)
        path = html.save(given.file, widget.to_html(title=given.title, text=given.text))
    except (ArgumentError, OSError) as error:
        sys.stderr.write(f"gdwidget: {error}\n")
        return 2
    size = path.stat().st_size / 1e6
    sys.stdout.write(f"{given.file}: {size:.2f} MB, opens in any browser, with no network\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m gdwidget",
        description="Write a page in which gradient descent can be stepped through:\n"
        "one HTML file that needs no kernel and no network.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("file", nargs="?", help="the page to write; an existing file is replaced")
    add("--list", action="store_true", help="list the problems and end")
    add("--problem", default="line", metavar="NAME", help="what is minimised (default: line)")
    add("--learning-rate", type=float, default=0.01, metavar="RATE", help="default: 0.01")
    add("--optimizer", default="sgd", metavar="NAME", help=", ".join(optimizers.NAMES))
    add("--decay", default=schedules.CONSTANT, metavar="NAME", help=", ".join(schedules.NAMES))
    add("--batch-size", type=int, metavar="N", help="samples a step (default: all)")
    add(
        "--start",
        type=_start,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="where a parameter starts, as in W=5; may be given several times",
    )
    add("--run-steps", type=int, default=50, metavar="N", help="steps of a run (default: 50)")
    add("--seed", type=int, default=0, metavar="N", help="seed of the shuffles (default: 0)")
    add("--steps", type=int, default=0, metavar="N", help="steps taken already (default: 0)")
    add(
        "--show",
        type=_parts,
        metavar="PART,...",
        help=f"{', '.join(PARTS)} (default: all)",
    )
    add("--scale", type=float, default=1.0, metavar="X", help="how large it is (default: 1)")
    add("--ruler", action="store_true", help="show up to where the rate makes no step grow")
    add("--fog", action="store_true", help="draw the loss only where it was evaluated")
    add("--language", metavar="NAME", help=f"{', '.join(LANGUAGES)} (default: en)")
    add("--title", default="", help="heading of the page")
    add("--text", default="", help="what to read above the widget; an empty line: new paragraph")
    return parser


def _report(arguments: Sequence[str]) -> int:
    """Grade what was handed in; the exit code is 2 if that cannot be done."""
    parser = _Parser(
        prog="python -m gdwidget report",
        description="Grade the receipts in a folder: notebooks, .json, .txt and .csv files.\n"
        "Writes grades.csv and report.html there.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("folder", help="what was handed in")
    _add_questions(parser)
    given = parser.parse_args(arguments)
    try:
        graded = report(given.folder, quizzes_in(given.questions, given.salt))
    except (ArgumentError, OSError) as error:
        sys.stderr.write(f"gdwidget: {error}\n")
        return 2
    wrong = [(each, grade.problem) for each, grade in graded if grade.problem]
    for submission, problem in wrong:
        sys.stdout.write(f"{submission.file}: {problem}\n")
    sys.stdout.write(f"{len(graded)} receipts, {len(wrong)} not in order; see {given.folder}\n")
    return 0


def _sheet(arguments: Sequence[str]) -> int:
    """Write questions to be printed; the exit code is 2 if that cannot be done."""
    parser = _Parser(
        prog="python -m gdwidget sheet",
        description="Write questions as a page to be printed: one HTML file that needs no network.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("file", help="the page to write; an existing file is replaced")
    _add_questions(parser)
    add(
        "--student",
        action="append",
        default=[],
        metavar="NAME",
        help="whose sheet, in the variants of that name; may be given several times",
    )
    add("--title", default="", help="heading of each sheet")
    add("--key", action="store_true", help="what is right, on a page of its own at the end")
    given = parser.parse_args(arguments)
    try:
        quizzes = quizzes_in(given.questions, given.salt)
        page = sheet(quizzes, given.student or [""], given.title, key=given.key)
        write_whole(given.file, page.encode())
    except (ArgumentError, OSError) as error:
        sys.stderr.write(f"gdwidget: {error}\n")
        return 2
    sys.stdout.write(f"{given.file}: print it from any browser, with no network\n")
    return 0


def _add_questions(parser: _Parser) -> None:
    parser.add_argument(
        "--questions",
        required=True,
        metavar="FILE",
        help="a Python file in which `questions` is what the widget was given, a list or a Quiz; "
        "or the notebook: its cells with the tag `questions` are run",
    )
    parser.add_argument("--salt", default="", help="the widget's, where it was given a list")


def _widget(given: argparse.Namespace) -> GDWidget:
    return GDWidget(
        _problem(given.problem),
        learning_rate=given.learning_rate,
        optimizer=given.optimizer,
        decay=given.decay,
        batch_size=given.batch_size,
        seed=given.seed,
        run_steps=given.run_steps,
        show=given.show,
        scale=given.scale,
        ruler=given.ruler,
        fog=given.fog,
        language=given.language,
    )


def _problem(name: str) -> Problem:
    if name in problems.__all__:
        return getattr(problems, name)()  # type: ignore[no-any-return]
    near = _validation.did_you_mean(name, problems.__all__)
    raise ArgumentError("problem", name, f"one of {', '.join(problems.__all__)}", near)


def _listed() -> str:
    """Return the problems, one a line, with what each is."""
    lines = [
        f"{name:<14}{getattr(problems, name).__doc__.splitlines()[0]}\n"
        for name in problems.__all__
    ]
    return "".join(lines).replace("``", "")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _start(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    try:
        read = json.loads(value)
        return name.strip(), np.asarray(read, np.float32) if isinstance(read, list) else read
    except (TypeError, ValueError):
        raise argparse.ArgumentTypeError(f"got {text!r}; accepted: NAME=VALUE, as in W=5") from None


if __name__ == "__main__":
    sys.exit(main())
