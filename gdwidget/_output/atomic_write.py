"""Writes files whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from gdwidget.errors import ArgumentError

if TYPE_CHECKING:
    from os import PathLike

_ACCEPTED = "a file in a folder that exists and may be written to"


def write_whole(path: str | PathLike[str], content: bytes) -> Path:
    """Write a file so that nobody ever sees a part of it; an existing file is replaced.

    The content goes to another file in the same folder first, which is then renamed: what was
    there before stays whole until then, and stays if anything goes wrong.

    Parameters
    ----------
    path : str or path-like
        The file; its folder must exist. A link is followed.
    content : bytes
        All of it.

    Returns
    -------
    pathlib.Path
        Where it is.

    Raises
    ------
    ArgumentError
        If ``path`` is no path, a folder or a device, its folder does not exist, or it cannot
        be written; the message says why, and nothing is left behind.

    Examples
    --------
    >>> write_whole("nowhere/lesson.html", b"")
    Traceback (most recent call last):
    ...
    gdwidget.errors.ArgumentError: path: got 'nowhere/lesson.html' (there is no folder nowhere); \
accepted: a file in a folder that exists and may be written to
    """
    target = _target(path)
    partial = target.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        try:
            with partial.open("xb") as file:
                file.write(content)
            if target.exists():
                shutil.copymode(target, partial)
            partial.replace(target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ArgumentError("path", str(path), _ACCEPTED, _reason(error)) from error
    return target


def _target(path: str | PathLike[str]) -> Path:
    try:
        given = Path(path)
        target = given.resolve()
        there = target.exists()
    except TypeError:
        raise ArgumentError("path", path, _ACCEPTED) from None
    except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL in it, a ring of links
        raise ArgumentError("path", str(path), _ACCEPTED, _reason(error)) from None
    because = ""
    if target.is_dir():
        because = "it is a folder"
    elif not target.parent.is_dir():
        because = f"there is no folder {given.parent}"
    elif there and not target.is_file():
        because = "it is no ordinary file"
    elif there and not os.access(target, os.W_OK):
        because = "it is read-only"
    if because:
        raise ArgumentError("path", str(given), _ACCEPTED, because)
    return target


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
