from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import sharded

DEVICES = "--xla_force_host_platform_device_count=8"


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Return what was seen in a process with eight devices."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.sharded"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "XLA_FLAGS": DEVICES},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    return seen


WAYS = [f"{way[0]}, {each}" for way in sharded.WAYS for each in ("steps", "loops")]


@pytest.mark.parametrize("way", WAYS)
def test_the_trajectory_is_that_of_one_device(report: dict[str, Any], way: str) -> None:
    assert report[way]["apart"] <= 1e-6


@pytest.mark.parametrize("way", ["made", *WAYS, "widget"])
def test_data_stay_where_they_are(report: dict[str, Any], way: str) -> None:
    assert report[way]["spread"]
    assert [shape for shape in report[way]["brought"] if sharded.SAMPLES in shape] == []


def test_only_the_row_of_a_step_comes_back(report: dict[str, Any]) -> None:
    assert {tuple(shape) for shape in report["all, steps"]["brought"]} == {(11,)}
    assert {tuple(shape) for shape in report["batches, steps"]["brought"]} <= {(12,), ()}
    assert report["cursor"] == 60


def test_it_would_be_seen_if_data_came_back(report: dict[str, Any]) -> None:
    assert report["all data"] == [[sharded.SAMPLES, 3]]
