"""Finds the receipts in what was handed in."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RECEIPT = re.compile(r"\bgd\d+:[A-Za-z0-9_-]*")
_READ = (".ipynb", ".json", ".txt", ".csv")
_LARGEST_FILE = 100_000_000
_NAMES = ("student", "name", "user", "username", "id")


class Submission(NamedTuple):
    """A receipt and where it was found.

    Attributes
    ----------
    file : str
        The file, as seen from the folder.
    student : str
        Whose it is by its folder or its row, where the receipt has no name.
    receipt : str
        The receipt; empty where a file has none.
    duplicate_of : str
        The file in which the same receipt was found before; empty where it was not.
    """

    file: str
    student: str
    receipt: str
    duplicate_of: str = ""


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
    known: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.suffix not in _READ or not path.is_file() or hidden or name in beside:
            continue
        own: list[str] = []
        for student, receipt in _receipts(path):
            if receipt in own:
                continue
            own.append(receipt)
            whose = student or _whose(path, root)
            found.append(Submission(name, whose, receipt, known.get(receipt, "")))
        if not own:
            found.append(Submission(name, _whose(path, root), ""))
        known = {**dict.fromkeys(own, name), **known}
    return found


def _whose(path: Path, root: Path) -> str:
    parts = path.relative_to(root).parts
    return parts[0] if len(parts) > 1 else path.stem


def _receipts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield receipts with the name that stands beside them, if one does."""
    if path.stat().st_size > _LARGEST_FILE:
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".csv":
        yield from _of_table(text)
        return
    if path.suffix in (".ipynb", ".json"):
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            content = text  # cut, perhaps: what can be found in it counts
        if path.suffix == ".ipynb" and isinstance(content, dict):
            content = [cell.get("outputs", []) for cell in _cells(content)]
        text = "\n".join(_texts(content))
    for receipt in _RECEIPT.findall(text):
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
            for receipt in _RECEIPT.findall(cell):
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
