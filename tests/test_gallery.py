"""The gallery has every ready problem, with a line that makes it and its pictures."""

from __future__ import annotations

import re

import pytest

from gdwidget import problems
from tests import gallery

LARGEST = 1_500_000
"""What all pictures may weigh together, in bytes."""

ENTRIES = gallery.entries()


def test_every_ready_problem_is_there_once() -> None:
    titles = re.findall(r"^## (.+)$", gallery.PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert titles == [entry.name for entry in ENTRIES]
    assert sorted(titles) == sorted(problems.__all__)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_its_line_makes_its_widget(entry: gallery.Entry) -> None:
    assert entry.widget().problem.name == entry.name


def test_there_are_its_pictures_and_no_others() -> None:
    assert [entry.picture for entry in ENTRIES] == [
        f"gallery/{entry.name}-light.webp" for entry in ENTRIES
    ]
    wanted = {gallery.picture(entry.name, theme) for entry in ENTRIES for theme in gallery.THEMES}
    assert set(gallery.PICTURES.iterdir()) == wanted


def test_pictures_are_webp_and_small() -> None:
    pictures = [path.read_bytes() for path in gallery.PICTURES.iterdir()]
    assert {(picture[:4], picture[8:12]) for picture in pictures} == {(b"RIFF", b"WEBP")}
    assert sum(len(picture) for picture in pictures) <= LARGEST
