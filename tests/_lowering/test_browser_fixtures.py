"""What the page's engine is tested against is still what the kernel computes and exports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests import make_browser_fixtures as fixtures
from tests.make_browser_fixtures import FOLDER, SPECS

ADVICE = "if the change is meant: python tests/make_browser_fixtures.py"


def written(part: str) -> Any:
    return json.loads((FOLDER / f"{part}.json").read_text("utf-8"))


@pytest.mark.parametrize("part", ["shuffles", "contours"])
def test_a_fixture_is_what_the_code_makes(part: str) -> None:
    made = getattr(fixtures, f"{part}_fixture")()
    assert json.loads(fixtures.as_text(made)) == written(part), ADVICE


def test_the_rates_are_those_of_the_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = fixtures.LENGTHS[-1:]
    monkeypatch.setattr(fixtures, "LENGTHS", lengths)
    known = [entry for entry in written("rates") if entry[2] in lengths]
    assert fixtures.rates_fixture() == known, ADVICE


@pytest.mark.parametrize("index", [0, 4, 7], ids=lambda index: f"{SPECS[index]}")
def test_the_steps_are_those_of_the_kernel(index: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixtures, "SPECS", SPECS[index : index + 1])
    (made,) = json.loads(fixtures.as_text(fixtures.descents_fixture()))
    assert made == written("descents")[index], ADVICE
