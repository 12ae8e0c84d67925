"""Finds the receipts in what was handed in."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from gdwidget._teaching.receipt import ReceiptError, read_receipt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RECEIPT = re.compile(r"\bgd\d+:[A-Za-z0-9_-]*")
_WRAPPED = re.compile(r"\s{1,8}([A-Za-z0-9_-]+)")
_MOST_LINES = 20_000
_READ = (".ipynb", ".json", ".txt", ".csv")
_LARGEST_FILE = 100_000_000
_NAMES = ("student", "name", "user", "username", "id")


class Submission(NamedTuple):
    """A receipt and where it was found.

    Attributes
    ----------
    file : str
        The file, as seen from the folder; several where one learner handed the same in twice.
    student : str
        Whose it is by its folder or its row, where the receipt has no name.
    receipt : str
        The receipt; empty where a file has none.
    problem : str
        ``"unreadable"``, or of which file it is a duplicate; empty if neither.
    """

    file: str
    student: str
    receipt: str
    problem: str = ""


def collected(root: Path, beside: tuple[str, ...] = ()) -> list[Submission]:
    """Return all receipts in a folder, and an entry for each file without any.

    Parameters
    ----------
    root : pathlib.Path
        The folder.
    beside : tuple of str
        Files in it that are no submissions.
    """
    found: list[Submission] = []
    first: dict[str, int] = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        name = inside.as_posix().encode(errors="replace").decode()
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.suffix.lower() not in _READ or path.is_dir() or hidden or name in beside:
            continue
        try:
            receipts = list(dict.fromkeys(_receipts(path)))
        except OSError:
            found.append(Submission(name, _whose(inside), "", "unreadable"))
            continue
        for student, receipt in receipts:
            submission = Submission(name, student or _whose(inside), receipt)
            _add(found, first, submission)
        if not receipts:
            found.append(Submission(name, _whose(inside), ""))
    return found


def _add(found: list[Submission], first: dict[str, int], submission: Submission) -> None:
    """Add a submission, of the same learner's same receipt no more than its file.

    Receipts without a name may be alike by chance.
    """
    at = first.get(submission.receipt)
    before = None if at is None else found[at]
    if at is None or before is None:
        first[submission.receipt] = len(found)
    elif before.student == submission.student:
        found[at] = before._replace(file=f"{before.file}, {submission.file}")
        return
    elif _is_named(submission.receipt):
        submission = submission._replace(problem=f"duplicate of {before.file}")
    found.append(submission)


def _is_named(receipt: str) -> bool:
    try:
        return bool(read_receipt(receipt).student)
    except ReceiptError:
        return False


def _whose(inside: Path) -> str:
    parts = inside.parts
    whose = parts[0] if len(parts) > 1 else inside.stem
    return whose.encode(errors="replace").decode()


def _text(path: Path) -> str:
    """Return what a file says: as UTF-8, or as its first bytes say."""
    content = path.read_bytes()
    wide = content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return content.decode("utf-16" if wide else "utf-8-sig", errors="replace")


def _found_in(text: str) -> Iterator[str]:
    """Yield the receipts in a text, also where they are wrapped over lines, as mail does."""
    for match in _RECEIPT.finditer(text):
        receipt, end = match[0], match.end()
        if _is_damaged(receipt):
            parts = [receipt]
            for _ in range(_MOST_LINES):
                more = _WRAPPED.match(text, end)
                if not more:
                    break
                parts.append(more[1])
                end = more.end()
                if len(more[1]) < len(parts[-2]) and not _is_damaged("".join(parts)):
                    receipt = "".join(parts)
                    break
        yield receipt


def _is_damaged(receipt: str) -> bool:
    try:
        read_receipt(receipt)
    except ReceiptError as error:
        return error.reason == "damaged"
    return False


def _receipts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield receipts with the name that stands beside them, if one does."""
    if path.stat().st_size > _LARGEST_FILE:
        return
    text, kind = _text(path), path.suffix.lower()
    if kind == ".csv":
        yield from _of_table(text)
        return
    if kind in (".ipynb", ".json"):
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            content = text  # cut, perhaps: what can be found in it counts
        if kind == ".ipynb" and isinstance(content, dict):
            content = [cell.get("outputs", []) for cell in _cells(content)]
        text = "\n".join(_texts(content))
    for receipt in _found_in(text):
        yield "", receipt


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    cells = notebook.get("cells", [])
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _of_table(text: str) -> Iterator[tuple[str, str]]:
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error:
        rows = [[line] for line in text.splitlines()]
    heads = [cell.strip().lower() for cell in rows[0]] if rows else []
    named = next((heads.index(name) for name in _NAMES if name in heads), None)
    for row in rows:
        student = row[named].strip() if named is not None and named < len(row) else ""
        for cell in row:
            for receipt in _found_in(cell):
                yield student, receipt


def _texts(content: Any) -> Iterator[str]:
    """Yield all texts in what was read from JSON; lines of one text are one."""
    pending = deque([content])
    while pending:
        each = pending.popleft()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            if each and all(isinstance(line, str) for line in each):
                yield "".join(each)
            else:
                pending.extendleft(reversed(each))
        elif isinstance(each, dict):
            pending.extendleft(reversed(each.values()))
