"""The plane that a saved notebook holds."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget import GDWidget, problems
from gdwidget._landscape.framing import MOST_WIDER, USUAL_ASPECT
from tests.tools import Page, same


def saved(page: Page) -> Any:
    """Return the plane of the newest saved state."""
    page.say({"kind": "rest"})
    states = [message["state"] for message in page.messages if message["method"] == "update"]
    return next((state["_plane"] for state in reversed(states) if "_plane" in state), None)


def request(kind: str, x: str = "", y: str = "", aspect: float = 2.5) -> dict[str, Any]:
    """Return a page's request for all that matters of a plane."""
    where = {"slice": kind, "x": x, "y": y, "view": None, "aspect": aspect}
    return {"kind": "plane", **where, "request": "p"}


def per_unit(plane: Any, aspect: float) -> float:
    """Return how much longer a unit is up than across in a plot of an aspect."""
    across, up = (plane[f"high_{axis}"] - plane[f"low_{axis}"] for axis in "xy")
    return float(across / up / aspect)


def numbers(plane: Any, name: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(plane["arrays"][name]), "<f4")


def test_two_numbers_have_the_loss_over_both() -> None:
    w = GDWidget(problems.rosenbrock(), learning_rate=1e-3)
    page = Page(w)
    w.run(5)
    plane = saved(page)
    assert (plane["slice"], plane["x"], plane["y"], plane["recorded"]) == ("two", "x", "y", True)
    x = np.linspace(plane["low_x"], plane["high_x"], plane["n"], dtype=np.float32)
    y = np.linspace(plane["low_y"], plane["high_y"], plane["n"], dtype=np.float32)
    wanted = (1 - x) ** 2 + 100 * (y[:, None] - x**2) ** 2
    losses = numbers(plane, "losses").reshape(plane["n"], plane["n"])
    np.testing.assert_allclose(losses, wanted, rtol=1e-3, atol=1e-3)


def test_runs_from_four_starts_are_in_sight_with_their_four_minima() -> None:
    w = GDWidget(problems.himmelblau(), learning_rate=0.01)
    page = Page(w)
    for x, y in itertools.product((-4.0, 4.0), repeat=2):
        w.reset(x=x, y=y)
        w.run(60)
    plane = saved(page)
    minima = [(3, 2), (-2.805118, 3.131312), (-3.77931, -3.283186), (3.584428, -1.848126)]
    for x, y in [*minima, (-4, -4), (-4, 4), (4, -4), (4, 4)]:
        assert plane["low_x"] < x < plane["high_x"]
        assert plane["low_y"] < y < plane["high_y"]


def test_a_run_beside_that_is_far_away_does_not_dwarf_the_picture() -> None:
    w = GDWidget(problems.himmelblau(), learning_rate=0.01)
    page = Page(w)
    w.run(30)
    alone = saved(page)
    w.reset(x=1000.0, y=1000.0)
    w.step(1)
    w.reset(**problems.himmelblau().start)
    w.run(30)
    beside = saved(page)
    assert len(w.runs) == 3
    ends = ("low_x", "high_x", "low_y", "high_y")
    assert [beside[end] for end in ends] == [alone[end] for end in ends]


def test_more_numbers_have_the_components_of_the_path() -> None:
    w = GDWidget(problems.logistic(), learning_rate=0.5)
    page = Page(w)
    w.run(20)
    plane = saved(page)
    assert plane["slice"] == "components"
    assert numbers(plane, "steps").tolist() == list(range(21))


def test_the_plane_asked_for_last_is_saved() -> None:
    w = GDWidget(problems.logistic(), learning_rate=0.5)
    page = Page(w)
    w.run(5)
    page.say(request("random"))
    first = saved(page)
    assert first["slice"] == "random"
    assert same(numbers(first, "losses"), numbers(saved(page), "losses"))
    w.run(5)
    assert saved(page)["slice"] == "components"


def test_of_a_large_problem_none_is_evaluated_unasked() -> None:
    w = GDWidget(lambda weights: jnp.sum(weights**2), np.ones(100), learning_rate=0.1)
    page = Page(w)
    w.run(3)
    assert saved(page) is None
    page.say(request("components"))
    w.run(3)
    assert saved(page)["slice"] == "components"


@pytest.mark.parametrize("argnums", [0, 1])
def test_one_number_has_no_plane(argnums: int) -> None:
    w = GDWidget(lambda W, b: (W - b) ** 2, 1.0, 3.0, argnums=argnums)
    assert saved(Page(w)) is None


@pytest.mark.parametrize("condition_number", [1, 10])
def test_units_are_equal_in_the_plot_that_was_asked_for_last(condition_number: int) -> None:
    w = GDWidget(problems.quadratic(condition_number))
    page = Page(w)
    w.run(3)
    assert per_unit(saved(page), USUAL_ASPECT) == pytest.approx(1)
    page.say(request("two", "x", "y", aspect=1.25))
    assert per_unit(saved(page), 1.25) == pytest.approx(1)
    w.run(3)
    assert per_unit(saved(page), 1.25) == pytest.approx(1)


def test_units_are_not_equal_where_most_of_the_plot_would_be_beside_the_matter() -> None:
    w = GDWidget(problems.quadratic(10_000))
    page = Page(w)
    page.say(request("two", "x", "y", aspect=1.0))
    assert per_unit(saved(page), 1.0) > MOST_WIDER


def test_the_plane_of_the_path_keeps_its_signs_and_its_start() -> None:
    w = GDWidget(problems.logistic(), learning_rate=5.0, optimizer="momentum")
    page = Page(w)
    seen: list[np.ndarray] = []
    for _ in range(8):
        w.run(7)
        plane = saved(page)
        path = np.stack([numbers(plane, "path_x"), numbers(plane, "path_y")], axis=1)
        np.testing.assert_allclose(path[0], 0, atol=1e-3)
        seen.append(path)
    for before, after in itertools.pairwise(seen[1:]):
        shared = after[: len(before)]
        assert ((before * shared).sum(axis=0) > 0).all()
