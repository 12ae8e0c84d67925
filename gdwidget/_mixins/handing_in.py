"""How questions leave a widget: the receipt of the answers, packages, and sheets to be printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gdwidget._languages.speaking import said, speaks
from gdwidget._mixins.asking import Asking
from gdwidget._output import html, scorm
from gdwidget._output.atomic_write import write_whole
from gdwidget._output.sheet import sheet
from gdwidget._teaching.receipt import Receipt, checksum, write_receipt
from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike


@speaks
class HandingIn(Asking):
    """A widget whose answers are handed in, and whose questions are handed out."""

    def submit(self, path: str | PathLike[str] | None = "answers.json") -> str:
        """Return the receipt of all answers, to be handed in, and write it to a file.

        Parameters
        ----------
        path : str, path-like or None, default "answers.json"
            A file, beside the notebook without a folder: the receipts of several widgets stand
            side by side in it. None writes none. Where nothing is answered, as in a notebook
            that is run again to be graded, the receipt that stands there is returned.

        Returns
        -------
        str
            ``gd1:...``: what was answered, by whom; `grade` says what it is worth.

        Raises
        ------
        ArgumentError
            If there are no questions, or the file cannot be written, or is none of receipts.
        """
        quiz = self._asked_quiz()
        answers = sorted(self.answers.values())
        check = checksum(quiz.salt, self.student)
        receipt = Receipt(quiz.fingerprint, check, self.student, tuple(answers))
        written = write_receipt(receipt)
        if path is None:
            return written
        kept, own = _kept(path), f"{quiz.fingerprint:08x} {self.student}".strip()
        if not answers and own in kept:
            return kept[own]
        write_whole(path, (json.dumps({**kept, own: written}, indent=2) + "\n").encode())
        return written

    def save_scorm(self, path: str | PathLike[str], *, title: str = "", text: str = "") -> None:
        """Write a package for learning platforms, which reports score, status and receipt to them.

        It is a zip of SCORM 1.2: Moodle, Canvas, Open edX, ILIAS and others take it. The page in
        it is that of `to_html`; a second visit goes on where the first ended. The score that is
        reported is the page's own: `grade` computes it anew from the receipt, which stands in
        ``suspend_data``, 4,096 characters at most, for which long texts are cut.

        Parameters
        ----------
        path : str or path-like
            The file, such as ``"lesson.zip"``; its folder must exist. An existing file is replaced.
        title, text : str, optional
            As in `to_html`.

        Raises
        ------
        ArgumentError
            If there are no questions, title or text is no text, or the file cannot be written.
        """
        quiz = self._asked_quiz()
        page = html.html(self, self._timeline, title, text, self.language or "en")
        named = title.strip() or said(f"Gradient descent: {self._timeline.problem.name}")
        write_whole(path, scorm.package(page, named, f"{quiz.fingerprint:08x}"))

    def save_sheet(
        self,
        path: str | PathLike[str],
        *,
        students: Sequence[str] = (),
        title: str = "",
        key: bool = False,
    ) -> None:
        """Write the questions as a page to be printed, without what is right.

        Parameters
        ----------
        path : str or path-like
            The file, such as ``"sheet.html"``; its folder must exist. An existing file is
            replaced.
        students : sequence of str, optional
            A sheet for each, in the variants that these names are asked; without it one, in
            those of `student`.
        title : str, optional
            Heading of each sheet.
        key : bool, default False
            Whether what is right stands on a page of its own at the end.

        Raises
        ------
        ArgumentError
            If there are no questions, students are not names, title is no text, or the file
            cannot be written.
        """
        quiz = self._asked_quiz()
        write_whole(path, sheet([quiz], students or (self.student,), title, key=key).encode())


def _kept(path: str | PathLike[str]) -> dict[str, str]:
    """Return the receipts that a file holds; none where there is no file."""
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
    except (FileNotFoundError, TypeError):
        return {}
    except (OSError, ValueError):
        kept = None
    if not isinstance(kept, dict):
        raise ArgumentError("path", str(path), "a file of receipts, or one that is not there yet")
    return kept
