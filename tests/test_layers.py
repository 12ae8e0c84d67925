"""CONTRIBUTING.md is true of how the house is laid out."""

from __future__ import annotations

import re

import pytest

from tests import layers


@pytest.fixture(scope="module")
def guide() -> str:
    return layers.GUIDE.read_text(encoding="utf-8")


def test_its_picture_of_the_layers_is_that_of_the_code(guide: str) -> None:
    _, shown, _ = layers.parted(guide)
    assert shown == layers.picture(), "draw it anew: python -m tests.layers"


def test_its_map_names_every_file(guide: str) -> None:
    (listed,) = re.findall(r"^```\ngdwidget/\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    named = set(re.findall(r"[\w-]+\.(?:py|ts)\b", listed))
    folders = set(re.findall(r"[\w-]+(?=/)", listed))
    files = [*layers.ROOT.glob("gdwidget/**/*.py"), *layers.ROOT.glob("js/src/**/*.ts")]
    own = {path for path in files if path.name != "__init__.py"}
    described_as_folders = {"_figures", "controls", "figures", "interpreter", "page", "problems"}
    assert folders >= {path.parent.name for path in own} - {"gdwidget"}
    assert {
        str(path.relative_to(layers.ROOT))
        for path in own
        if path.name not in named and path.parent.name not in described_as_folders
    } == set()
