from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gdwidget._output.atomic_write import write_whole
from tests.tools import refuses

ACCEPTED = "a file in a folder that exists and may be written to"


def test_it_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert write_whole(str(path), b"one") == path
    path.chmod(0o640)
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_may_be_read_by_whoever_may_read_new_files(tmp_path: Path) -> None:
    (tmp_path / "by open").write_bytes(b"")
    write_whole(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "by open").stat().st_mode


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("path", "because"),
    [
        ("nowhere/a.png", "there is no folder nowhere"),
        ("file/a.png", "there is no folder file"),
        ("folder", "it is a folder"),
        ("", "it is a folder"),
        ("pipe", "it is no ordinary file"),
        ("a\0b", "embedded null"),
        ("n" * 300, "File name too long"),
    ],
)
def test_what_is_no_place_for_a_file_is_refused(
    path: str, because: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").write_bytes(b"as it was")
    os.mkfifo("pipe")
    before = sorted(tmp_path.iterdir())
    with refuses("path", f"({because}", ACCEPTED):
        write_whole(path, b"x")
    assert sorted(tmp_path.iterdir()) == before
    assert Path("file").read_bytes() == b"as it was"


@pytest.mark.parametrize("path", [None, 3, b"a.png"])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with refuses("path", repr(path), ACCEPTED):
        write_whole(path, b"")


def test_a_folder_that_may_not_be_written_to_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    with refuses("path", "a.png' (Permission denied)", ACCEPTED):
        write_whole(tmp_path / "a.png", b"x")


def test_a_read_only_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with refuses("path", "(it is read-only)", ACCEPTED):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("raised", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_breaks_off_leaves_the_old_file(
    raised: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")

    def breaks(*_: object) -> None:
        raise raised

    monkeypatch.setattr(Path, "replace", breaks)
    if isinstance(raised, OSError):
        with refuses("path", "(No space left on device)", ACCEPTED):
            write_whole(path, b"new")
    else:
        with pytest.raises(KeyboardInterrupt):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
