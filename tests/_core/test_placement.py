from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from gdwidget import ArgumentError, Descent, GDWidget, problems
from gdwidget._core import placement
from tests.tools import float32

DEVICES = "--xla_force_host_platform_device_count=3"
CPU, OTHER, THIRD = "cpu:0", "cpu:1", "cpu:2"


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Return what was seen in a process whose default device is not its first CPU."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.placed"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "XLA_FLAGS": DEVICES},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    return seen


@pytest.mark.parametrize(
    ("name", "exact", "steps", "pictures"),
    [
        ("article", True, CPU, CPU),
        ("article, not exact", False, OTHER, CPU),
        ("article, data put elsewhere", True, CPU, CPU),
        ("no data, arrays put elsewhere", True, CPU, CPU),
        ("optimizer and decay", True, CPU, CPU),
        ("stream", True, CPU, CPU),
        ("changed on the way", True, CPU, CPU),
        ("large", False, OTHER, OTHER),
        ("large, exact", True, CPU, OTHER),
        ("large, batches", False, OTHER, OTHER),
        ("large, data put elsewhere", False, THIRD, THIRD),
        ("large, made in a context", False, THIRD, THIRD),
        ("large, default changed later", False, THIRD, THIRD),
    ],
)
def test_all_is_computed_where_it_says(
    report: dict[str, Any], name: str, exact: object, steps: str, pictures: str
) -> None:
    seen = report[name]
    assert (seen["exact"], seen["device"]) == (exact, steps)
    assert (seen["steps"], seen["pictures"]) == ([steps], [pictures])


def test_the_articles_digits_are_the_same_wherever_data_were_put(report: dict[str, Any]) -> None:
    w = GDWidget()
    w.step(23)
    expected = w.trajectory["loss"].tolist()
    assert report["article"]["losses"] == expected
    assert report["article, data put elsewhere"]["losses"] == expected
    assert report["stream"]["losses"] == expected


def test_a_change_of_device_on_the_way_changes_no_step(report: dict[str, Any]) -> None:
    w = GDWidget(optimizer="momentum")
    w.step(29)
    np.testing.assert_allclose(
        report["changed on the way"]["losses"], w.trajectory["loss"], rtol=1e-3
    )


def test_large_problems_take_the_same_steps_on_any_device(report: dict[str, Any]) -> None:
    expected = report["large, exact"]["losses"]
    for name in ("large", "large, data put elsewhere", "large, made in a context"):
        np.testing.assert_allclose(report[name]["losses"], expected, rtol=1e-5)


def test_what_cannot_be_is_refused(report: dict[str, Any]) -> None:
    scattered, assigned, handed = report["refused"]
    assert scattered.startswith("data: got 'arrays on cpu:1, cpu:2'; accepted: arrays on one dev")
    assert assigned.startswith("'device' is read only; jax.config.update('jax_default_device'")
    assert handed.startswith("unknown keyword 'device'")
    assert "jax_default_device" in handed


def test_without_another_device_nothing_is_moved() -> None:
    data = jax.device_put((float32([1, 2, 3]), float32([1, 3, 5])))
    w = GDWidget(problems.line().loss, 8.0, -1.0, data=data)
    assert all(kept is given for kept, given in zip(w.problem.data, data, strict=True))
    assert w.device == jax.devices("cpu")[0]


def test_without_a_cpu_no_step_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement, "cpu", lambda: None)
    line = problems.line()
    descent = Descent(line)
    assert (line.placement.exact, descent.exact) == (False, False)
    assert descent.place == jax.devices()[0]
    with pytest.raises(ArgumentError, match="exact: got True; accepted: False where jax has no"):
        Descent(line, exact=True)


def test_a_platform_that_jax_was_not_told_of_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(**_: str) -> list[jax.Device]:
        raise RuntimeError

    monkeypatch.setattr(jax, "local_devices", none)
    assert placement.cpu.__wrapped__() is None
