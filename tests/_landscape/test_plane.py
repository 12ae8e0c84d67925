from __future__ import annotations

from typing import TYPE_CHECKING, Any

import contourpy
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gdwidget._core.problem import Problem
from gdwidget._figures.plane import STRONGEST
from gdwidget._figures.plane import plane as plane_figure
from gdwidget._landscape.basins import basin
from gdwidget._landscape.contours import LEVELS, contours, levels
from gdwidget._landscape.directions import (
    Path,
    components,
    coordinates,
    explained,
    filter_normalised,
)
from gdwidget._landscape.framing import (
    MOST_WIDER,
    Rectangle,
    checked,
    in_equal_units,
    rounded,
    widened,
)
from gdwidget._landscape.plane import GRADUAL_POINTS, POINTS, Frame, Planes
from gdwidget._landscape.refine import refined
from tests.tools import float32, refuses, same

if TYPE_CHECKING:
    from gdwidget._landscape.evaluations import Gradual

XS = float32([-1, 0, 1, 2, 3, 4])
NOWHERE = Path(np.zeros(0, int), np.empty((0, 2), np.float32))


def line(W: float = 8.0, b: float = -1.0) -> Problem:
    """Return the article's problem, with both parameters learning."""

    def loss(W: Any, b: Any, xs: Any, ys: Any) -> Any:
        return jnp.sum((W * xs + b - ys) ** 2) / xs.size

    return Problem(loss, W, b, argnums=(0, 1), data=(XS, 2 * XS - 1))


def bowl(loss: Any, x: float = 3.0, y: float = 4.0) -> Problem:
    return Problem(loss, x, y, argnums=(0, 1))


def network() -> Problem:
    layers = [
        {"w": float32([[3, 1, 0], [4, 0, 0]]), "b": float32([1, 2, 3])},
        {"w": float32([[1], [2], [2]]), "b": float32([7])},
    ]

    def loss(layers: Any) -> Any:
        return sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(layers))

    return Problem(loss, layers)


def path_of(*points: tuple[float, ...]) -> Path:
    return Path(np.arange(len(points)), np.array(points, np.float32))


def ring(radius: float, high: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Return a grid and the squared distance from its middle, less that of a radius."""
    x = np.linspace(-high, high, 101).astype(np.float32)
    return x, (x**2 + x[:, None] ** 2 - radius**2).astype(np.float32)


def _four(gradual: Gradual) -> None:
    """Evaluate four points a side."""
    gradual.go_on(most=16)


# the loss on the grid


def test_the_plane_of_two_numbers_is_the_loss_row_by_row() -> None:
    problem = line()
    plane = Planes(problem).two("W", "b", problem.start, NOWHERE, view=(-6, 10, -9, 7))
    assert plane.losses.shape == (POINTS, POINTS)
    assert plane.losses.dtype == plane.x.dtype == plane.y.dtype == np.float32
    assert [plane.x[0], plane.x[-1], plane.y[0], plane.y[-1]] == [-6, 10, -9, 7]
    for row, column in ((0, 0), (99, 0), (17, 80), (50, 50)):
        params = {"W": plane.x[column], "b": plane.y[row]}
        loss = problem.evaluate(params, problem.data)
        assert plane.losses[row, column] == pytest.approx(float(loss), rel=1e-5)
    assert plane.least == plane.losses.min()


def test_either_axis_may_be_either_number() -> None:
    problem = line()
    planes = Planes(problem)
    view = (-6, 10, -9, 7)
    plain = planes.two("W", "b", problem.start, NOWHERE, view=view)
    turned = planes.two("b", "W", problem.start, NOWHERE, view=(-9, 7, -6, 10))
    assert turned.labels == ("b", "W")
    assert np.allclose(plain.losses, turned.losses.T, rtol=1e-5)


def test_numbers_that_are_not_on_the_axes_stay_where_they_are_held() -> None:
    problem = Problem(lambda v, c: jnp.sum(v**2) + c, float32([1, 2, 3]), 10.0)
    held = {"v": jnp.array([5.0, 6.0, 7.0]), "c": np.float32(100)}
    path = Path(np.arange(1), float32([[1, 2, 3]]))
    plane = Planes(problem).two("v[0]", "v[2]", held, path, view=(-1, 1, -2, 2))
    assert plane.losses[0, 0] == 1 + 36 + 4 + 100


def test_where_the_loss_is_not_finite_there_are_holes_and_lines_all_the_same() -> None:
    problem = bowl(lambda x, y: jnp.log(x) ** 2 + y**2)
    plane = Planes(problem).two("x", "y", problem.start, NOWHERE, view=(-2, 3, -1, 1))
    assert np.isnan(plane.losses[:, plane.x < 0]).all()
    assert np.isfinite(plane.losses[:, plane.x > 0]).all()
    assert plane.least == pytest.approx(0, abs=1e-2)
    assert np.nanmin(plane.contours.x) > 0


def test_a_loss_that_is_nowhere_finite_has_neither_least_nor_lines() -> None:
    problem = bowl(lambda x, y: x * y * jnp.nan)
    plane = Planes(problem).two("x", "y", problem.start, NOWHERE)
    assert plane.least is None
    assert plane.contours.x.shape == (0,)


def test_a_large_problem_is_evaluated_in_pieces() -> None:
    xs = np.linspace(0, 1, 100_000, dtype=np.float32)
    problem = Problem(
        lambda W, b, xs: jnp.mean((W * xs + b) ** 2), 3.0, 0.0, argnums=(0, 1), data=(xs,)
    )
    planes = Planes(problem)
    x, y = float32([-1, 0, 1]), float32([0, 1])
    losses = planes.losses(
        Frame(np.zeros(2, np.float32), np.eye(2, dtype=np.float32)), x, y, {**problem.start}
    )
    assert np.allclose(losses, [[1 / 3, 0, 1 / 3], [1 / 3, 1, 7 / 3]], rtol=1e-3)


def test_data_larger_than_what_is_evaluated_at_once_does_too() -> None:
    xs = np.ones(5_000_000, np.float32)
    problem = Problem(lambda W, b, xs: jnp.mean(W * xs + b), 3.0, 0.0, argnums=(0, 1), data=(xs,))
    x = float32([0, 1])
    frame = Frame(np.zeros(2, np.float32), np.eye(2, dtype=np.float32))
    losses = Planes(problem).losses(frame, x, x, problem.start)
    assert np.allclose(losses, [[0, 1], [1, 2]])


def test_a_loss_that_takes_long_has_fewer_points() -> None:
    matrix = np.ones((1500, 1500), np.float32)
    problem = Problem(
        lambda W, b, m: jnp.mean(W * (m @ m @ m) + b), 1.0, 0.0, argnums=(0, 1), data=(matrix,)
    )
    slow = Planes(problem).two("W", "b", problem.start, NOWHERE, (0, 1, 0, 1), _four)
    assert len(slow.x) == 4
    assert slow.gradual.values.shape == (GRADUAL_POINTS, GRADUAL_POINTS)
    quick = line()
    assert len(Planes(quick).two("W", "b", quick.start, NOWHERE).x) == POINTS


def test_what_a_loss_prints_is_not_printed_and_what_it_raises_is_a_hole(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def check(value: Any) -> Any:
        if value < 0:
            raise ValueError("below 0")
        return value

    @jax.custom_jvp
    def guarded(value: Any) -> Any:
        return jax.pure_callback(check, value, value)

    @guarded.defjvp
    def _(primals: Any, tangents: Any) -> Any:
        return guarded(*primals), tangents[0]

    def loss(x: Any, y: Any) -> Any:
        jax.debug.print("x is {}", x)
        return guarded(x) + y**2

    problem = bowl(loss)
    plane = Planes(problem).two("x", "y", problem.start, NOWHERE, (-1, 1, -1, 1), _four)
    assert np.isnan(plane.losses[:, plane.x < 0]).all()
    assert np.isfinite(plane.losses[:, plane.x > 0]).all()
    assert {*np.sign(plane.x)} == {-1, 1}
    assert "x is" not in capfd.readouterr().out


# bad input


@pytest.mark.parametrize(
    ("x", "y", "argument", "given", "accepted"),
    [
        ("Q", "b", "x", "'Q'", "one of W, b"),
        ("W", "", "y", "''", "one of W, b"),
        ("W", "W", "y", "'W'", "another number than x"),
    ],
)
def test_the_axes_must_be_two_recorded_numbers(
    x: str, y: str, argument: str, given: str, accepted: str
) -> None:
    problem = line()
    with refuses(argument, given, accepted):
        Planes(problem).two(x, y, problem.start, NOWHERE)


@pytest.mark.parametrize(
    "view",
    [
        (1, 1, 0, 1),
        (0, 1, 2, 1),
        (0, 1, 0),
        (0, 1, 0, 1, 2),
        (0, float("inf"), 0, 1),
        (0, float("nan"), 0, 1),
        (0, 1e300, 0, 1),
        ("0", 1, 0, 1),
        (1, 1 + 1e-12, 0, 1),
        3,
    ],
)
def test_a_view_must_have_an_extent(view: Any) -> None:
    problem = line()
    with refuses("view", "", "four finite numbers"):
        Planes(problem).two("W", "b", problem.start, NOWHERE, view=view)


def test_one_number_has_no_plane() -> None:
    with refuses("problem", "1", "at least two numbers"):
        Planes(Problem(lambda W: W**2, 3.0))


# lines of equal loss


def test_the_lines_of_a_bowl_are_circles() -> None:
    x, losses = ring(0)
    lines = contours(x, x, losses)
    radii = np.hypot(lines.x, lines.y)
    wanted = np.sqrt(levels(losses))
    off = np.abs(radii[:, None] - wanted).min(axis=1)
    assert len(wanted) == LEVELS
    assert np.nanmax(off) < 2e-3
    assert all((np.abs(radii - radius) < 2e-3).any() for radius in wanted)


def test_lines_are_kept_apart_by_gaps_in_both_columns() -> None:
    x, losses = ring(0)
    lines = contours(x, x, losses)
    gaps = np.isnan(lines.x)
    assert same(gaps, np.isnan(lines.y))
    assert gaps.sum() >= LEVELS - 1
    assert not gaps[0]
    assert not gaps[-1]
    assert np.hypot(*(np.diff(column)[~gaps[1:] & ~gaps[:-1]] for column in lines[:2])).max() < 0.15


@pytest.mark.parametrize(
    "view",
    [
        (-2, 2, -1, 3),
        (-4.2, 6.2, -1.3, 3.4),
        (-2, 4, -1.3, 3.4),
        (-3, 3, -1, 8),
        (-1, 1.5, -0.2, 2),
    ],
)
def test_a_curved_valley_has_no_islands(
    view: tuple[float, float, float, float],
) -> None:
    low_x, high_x, low_y, high_y = view

    def on(points: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        x, y = np.linspace(low_x, high_x, points), np.linspace(low_y, high_y, points)
        return x, y, (1 - x) ** 2 + 100 * (y[:, None] - x**2) ** 2

    x, y, losses = (array.astype(np.float32) for array in on(POINTS))
    lines = contours(x, y, losses)
    exact = contourpy.contour_generator(*on(4000))
    wanted = [line for level in levels(losses) for line in exact.lines(level)]
    assert np.isnan(lines.x).sum() + 1 == len(wanted)


def test_lines_are_where_the_loss_is_that_of_their_level() -> None:
    x = np.linspace(-2, 2, POINTS, dtype=np.float32)
    y = np.linspace(-1, 3, POINTS, dtype=np.float32)
    losses = (1 - x) ** 2 + 100 * (y[:, None] - x**2) ** 2
    lines = contours(x, y, losses)
    of_line = np.cumsum(np.isnan(lines.x))[np.isfinite(lines.x)]
    across, up = (column[np.isfinite(column)].astype(np.float64) for column in (lines.x, lines.y))
    found = (1 - across) ** 2 + 100 * (up - across**2) ** 2
    slope = np.hypot(2 * (across - 1) - 400 * across * (up - across**2), 200 * (up - across**2))
    off = np.abs(found - lines.levels[of_line]) / slope
    assert np.max(off) < 0.15 * (x[1] - x[0])


def test_between_the_points_of_a_grid_a_cubic_is_what_it_was() -> None:
    def cubic(x: Any, y: Any) -> Any:
        return x**3 + 30 * x**2 + x * y**2 - y**3 - 100 * y**2

    x, y = np.arange(1.0, 7.0), np.arange(10.0, 15.0)
    fine = refined(cubic(x, y[:, None]), 4)
    across, up = np.linspace(1, 6, 21), np.linspace(10, 14, 17)
    inner = np.s_[4:-4, 4:-4]
    assert np.allclose(fine[inner], cubic(across, up[:, None])[inner])


@pytest.mark.parametrize("high", [1.0, 1e30, 3e38])
def test_between_the_points_of_a_grid_nothing_is_beyond_a_jump(high: float) -> None:
    values = np.where(np.arange(8.0) < 4, 0.0, high) + np.zeros((8, 1))
    for fine in (refined(values, 4), refined(values.T, 4).T):
        assert (fine[:, :13] == 0).all()
        assert (fine[:, 16:] == high).all()


def test_holes_stay_as_they_are_between_the_points_of_a_grid() -> None:
    values = np.add.outer(np.arange(6.0) ** 2, np.arange(7.0))
    values[2, 3] = np.nan
    fine = refined(values, 3)
    holes = np.isnan(fine)
    assert holes[4:9, 7:12].all()
    assert holes.sum() == 25
    assert refined(np.eye(2), 2)[1].tolist() == [0.5, 0.5, 0.5]


def test_levels_are_evenly_spaced_in_the_logarithm_above_a_least_that_may_be_negative() -> None:
    spaced = levels(ring(3)[1])
    ratios = np.diff(np.log(spaced + 9))
    assert np.allclose(ratios, ratios[0], rtol=1e-3)
    assert spaced[0] < 0
    assert (np.diff(spaced) > 0).all()


@pytest.mark.parametrize(
    "losses",
    [[3, 3, 3], [np.nan, 2, 2], [np.inf, -np.inf, np.nan], []],
    ids=["constant", "constant with a hole", "nothing finite", "nothing"],
)
def test_a_loss_that_does_not_vary_has_no_levels(losses: list[float]) -> None:
    assert len(levels(float32(losses))) == 0


def test_levels_are_finite_at_the_ends_of_float32() -> None:
    spaced = levels(float32([-3.4e38, 0, 1e-38, 3.4e38, np.inf]))
    assert np.isfinite(spaced).all()


# directions


def test_the_components_of_a_path_in_a_plane_hold_all_of_it() -> None:
    generator = np.random.default_rng(0)
    plane = np.linalg.qr(generator.normal(size=(5, 2)))[0].T
    seen = generator.normal(size=(20, 2)) * [5, 1]
    points = (seen @ plane + 3).astype(np.float32)
    path = Path(np.arange(20), points)
    found = components(path, points[0], generator)
    assert np.allclose(found @ found.T, np.eye(2), atol=1e-5)
    assert explained(points, found) == pytest.approx(1, abs=1e-6)
    back = coordinates(points, points[-1], found) @ found + points[-1]
    assert np.allclose(back, points, atol=1e-4)
    variances = coordinates(points, points[-1], found).var(axis=0)
    assert variances[0] > variances[1]
    assert found[0] @ (points[-1] - points[0]) > 0


@pytest.mark.parametrize("count", [5, 300, 200_000])
def test_few_long_rows_have_the_components_that_many_short_ones_have(count: int) -> None:
    generator = np.random.default_rng(0)
    plane = np.zeros((2, count))
    plane[0, 3], plane[1, 1] = 1, 1
    seen = np.stack([np.linspace(-5, 5, 100), np.cos(np.linspace(-5, 5, 100))], axis=1)
    points = (seen @ plane).astype(np.float32)
    found = components(Path(np.arange(100), points), points[0], generator)
    assert np.allclose(np.abs(found), plane, atol=1e-3)
    assert found[0, 3] > 0
    assert explained(points, found) == pytest.approx(1, abs=1e-4)


def test_the_share_held_is_that_of_the_variances() -> None:
    steps = np.arange(4)
    points = float32([[3, 0, 0], [-3, 0, 0], [0, 2, 1], [0, -2, -1]])
    found = components(Path(steps, points), points[0], np.random.default_rng(0))
    assert explained(points, found) == pytest.approx(1)
    axes = float32([[1, 0, 0], [0, 1, 0]])
    assert explained(points, axes) == pytest.approx((18 + 8) / (18 + 8 + 2))
    assert explained(points, 7 * axes) == pytest.approx((18 + 8) / (18 + 8 + 2))
    assert explained(points + 100, axes) == pytest.approx((18 + 8) / (18 + 8 + 2))


def test_nothing_is_explained_of_what_does_not_vary() -> None:
    axes = np.eye(2, 3, dtype=np.float32)
    assert explained(np.full((7, 3), 0.1, np.float32), axes) is None
    assert explained(np.empty((0, 3), np.float32), axes) is None


@pytest.mark.parametrize("points", [[(1, 2, 3)], [(0.1, 0.2, 0.3)] * 7])
def test_a_path_of_one_point_has_the_gradients_direction(points: list[tuple[float, ...]]) -> None:
    gradient = float32([0, 3, 4])
    found = components(path_of(*points), gradient, np.random.default_rng(0))
    assert np.allclose(found[0], [0, 0.6, 0.8])
    assert np.allclose(found @ found.T, np.eye(2), atol=1e-6)
    again = components(path_of(*points), gradient, np.random.default_rng(0))
    assert same(found, again)


def test_a_path_of_two_points_and_the_gradient_are_in_one_plane() -> None:
    path, gradient = path_of((0, 0, 5), (2, 0, 5)), float32([3, 4, 0])
    found = components(path, gradient, np.random.default_rng(0))
    assert np.allclose(found, [[1, 0, 0], [0, 1, 0]], atol=1e-6)
    assert explained(path.points, found) == pytest.approx(1)


@pytest.mark.parametrize("gradient", [(0, 0, 0), (np.nan, 1, 1), (np.inf, 0, 0)])
def test_without_a_gradient_both_directions_are_random(gradient: tuple[float, ...]) -> None:
    found = components(path_of((1, 2, 3)), float32(gradient), np.random.default_rng(0))
    assert np.allclose(found @ found.T, np.eye(2), atol=1e-6)


def test_a_straight_path_keeps_its_direction() -> None:
    found = components(path_of((8, 0), (4, 4), (0, 8)), float32([1, 0]), np.random.default_rng(0))
    assert np.allclose(found[0], [-np.sqrt(0.5), np.sqrt(0.5)], atol=1e-6)
    assert np.allclose(found @ found.T, np.eye(2), atol=1e-6)


def test_random_directions_are_scaled_filter_by_filter() -> None:
    problem = network()
    found = filter_normalised(problem, problem.start, np.random.default_rng(3))
    for direction in found:
        layers = problem.parameters.unflatten(direction, problem.start)["layers"]
        assert np.allclose(np.linalg.norm(layers[0]["w"], axis=0), [5, 1, 0], rtol=1e-5)
        assert np.allclose(np.linalg.norm(layers[1]["w"], axis=0), [3], rtol=1e-5)
        assert not np.any(layers[0]["b"])
        assert not np.any(layers[1]["b"])
    assert not np.allclose(*found)
    other = filter_normalised(problem, problem.start, np.random.default_rng(4))
    assert not np.allclose(found, other)
    assert same(found, filter_normalised(problem, problem.start, np.random.default_rng(3)))


@pytest.mark.parametrize("numbers", [(3.0, 4.0), (0.0, 0.0)])
def test_numbers_without_filters_are_one(numbers: tuple[float, float]) -> None:
    problem = line(*numbers)
    found = filter_normalised(problem, problem.start, np.random.default_rng(0))
    length = np.hypot(*numbers) or 1
    assert np.allclose(np.linalg.norm(found, axis=1), length, rtol=1e-5)
    assert np.linalg.matrix_rank(found) == 2


# slices through many


def test_the_plane_of_a_longer_path_is_not_the_mirror_of_that_before() -> None:
    problem = network()
    generator = np.random.default_rng(2)
    start = np.array(problem.parameters.flatten(problem.start))
    swing = np.sin(np.arange(60) / 3)[:, None] * generator.normal(size=len(start))
    points = start + swing + np.arange(60)[:, None] / 30 * generator.normal(size=len(start))
    planes, before, unlike = Planes(problem), None, 0
    for steps in range(10, 60, 3):
        path = Path(np.arange(steps), points[:steps].astype(np.float32))
        held = problem.parameters.unflatten(path.points[-1], problem.start)
        alone = planes.components(held, path, start, go_on=_four).frame.directions
        plane = planes.components(held, path, start, go_on=_four, before=before)
        directions = plane.frame.directions
        assert np.allclose(plane.path.points[0], 0, atol=1e-4)
        if before is not None:
            assert ((before * directions).sum(axis=1) >= 0).all()
            unlike += not same(alone, directions)
        before = directions
    assert unlike > 0


def test_the_plane_of_the_path_goes_through_where_it_has_come_to() -> None:
    problem = network()
    generator = np.random.default_rng(1)
    start = np.array(problem.parameters.flatten(problem.start))
    points = start - np.cumsum(generator.normal(size=(30, len(start))), axis=0)
    path = Path(np.arange(30), points.astype(np.float32))
    held = problem.parameters.unflatten(path.points[-1], problem.start)
    plane = Planes(problem).components(held, path, start)
    assert plane.slice == "components"
    assert not plane.recorded
    assert same(plane.path.steps, path.steps)
    assert np.allclose(plane.path.points[0], 0, atol=1e-4)
    back = plane.path.points[-1] @ plane.frame.directions + plane.frame.origin
    assert np.allclose(back, path.points[-1], atol=1e-4)
    low_x, high_x, low_y, high_y = plane.view
    assert low_x < plane.path.points[:, 0].min() < plane.path.points[:, 0].max() < high_x
    assert low_y < plane.path.points[:, 1].min() < plane.path.points[:, 1].max() < high_y
    assert plane.explained is not None
    assert 0.3 < plane.explained < 1
    numbers = plane.frame.origin + plane.x[7] * plane.frame.directions[0]
    numbers += plane.y[60] * plane.frame.directions[1]
    assert plane.losses[60, 7] == pytest.approx(float(np.sum(numbers**2)), rel=1e-4)


def test_at_the_start_the_plane_of_the_path_holds_the_gradient() -> None:
    problem = network()
    start = np.array(problem.parameters.flatten(problem.start))
    plane = Planes(problem).components(problem.start, path_of(tuple(start)), 2 * start)
    assert plane.explained is None
    assert np.allclose(plane.frame.directions[0], start / np.linalg.norm(start), atol=1e-6)
    assert plane.view.low_x < 0 < plane.view.high_x


def test_a_random_plane_is_the_same_for_the_same_seed() -> None:
    problem = network()
    path = path_of(tuple(np.array(problem.parameters.flatten(problem.start))))
    planes = Planes(problem)
    first = planes.random(problem.start, path, seed=1)
    assert same(first.losses, planes.random(problem.start, path, seed=1).losses)
    assert not same(first.losses, planes.random(problem.start, path, seed=2).losses)
    assert first.view == Rectangle(-1.2, 1.2, -1.2, 1.2)


def test_a_path_that_is_no_longer_finite_is_drawn_as_far_as_it_is() -> None:
    problem = line()
    path = path_of((8, -1), (4, 0), (2, 1), (np.nan, 0), (np.inf, 0))
    plane = Planes(problem).components(problem.start, path, float32([1, 1]))
    assert plane.path.steps.tolist() == [0, 1, 2]
    assert np.isfinite(plane.view).all()
    two = Planes(problem).two("W", "b", problem.start, path)
    assert np.isfinite(two.view).all()
    assert two.explained == pytest.approx(1)


# what is shown


def shown(loss: Any, x: float, y: float, path: Path = NOWHERE) -> Rectangle:
    problem = bowl(loss, x, y)
    return Planes(problem).two("x", "y", problem.start, path).view


def holds(view: Rectangle, x: float, y: float) -> bool:
    return view.low_x < x < view.high_x and view.low_y < y < view.high_y


def test_the_articles_plane_shows_start_and_minimum() -> None:
    problem = line()
    view = Planes(problem).two("W", "b", problem.start, NOWHERE).view
    assert holds(view, 8, -1)
    assert holds(view, 2, -1)
    assert max(map(abs, view)) < 15
    assert all(end == round(end, 1) for end in view)


def widths_in_sight(
    loss: Any, start: tuple[float, float], minimum: tuple[float, float]
) -> list[tuple[float, float, float]]:
    """Return width, start and minimum of each side of a view that must hold both."""
    view = shown(loss, *start)
    assert holds(view, *start)
    assert holds(view, *minimum)
    widths = (high - low for low, high in zip(view[::2], view[1::2], strict=True))
    return list(zip(widths, start, minimum, strict=True))


@pytest.mark.parametrize(
    ("loss", "start", "minimum"),
    [
        (lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, (-1.2, 1.0), (1, 1)),
        (lambda x, y: 0.5 * (x**2 + 1000 * y**2), (1.0, 1.0), (0, 0)),
        (lambda x, y: (x - 6) ** 2 + 1e-6 * (y - 3e4) ** 2, (0.0, 0.0), (6, 3e4)),
        (lambda x, y: (x - 1e-3) ** 2 + y**2 - 50, (1.0, 1.0), (0, 0)),
    ],
    ids=["rosenbrock", "stiff", "unscaled", "negative"],
)
def test_start_and_minimum_are_in_sight(
    loss: Any, start: tuple[float, float], minimum: tuple[float, float]
) -> None:
    for width, a, b in widths_in_sight(loss, start, minimum):
        assert width < 12 * max(abs(a - b), 1, abs(a))


@pytest.mark.parametrize(
    ("loss", "start", "minimum"),
    [
        (lambda x, y: (1e6 * x) ** 2 + (1e6 * y) ** 2, (1e-6, 2e-6), (0, 0)),
        (lambda x, y: (1e30 * x) ** 2 + (1e30 * y) ** 2, (1e-30, 2e-30), (0, 0)),
        (lambda x, y: (1e-30 * x) ** 2 + (1e-30 * y) ** 2, (1e30, 2e30), (0, 0)),
        (lambda x, y: (x - 1e6) ** 2 + (y - 1e6) ** 2, (1e6 + 1, 1e6 - 1), (1e6, 1e6)),
        (lambda x, y: (1e6 * x) ** 2 + (1e-3 * y) ** 2, (1e-6, 1e3), (0, 0)),
        (lambda x, y: (1e6 * x - 1) ** 2 + (1e6 * y - 1) ** 2, (0.0, 0.0), (1e-6, 1e-6)),
        (lambda x, y: (x - 1) ** 2 + (y - 1) ** 2, (1e-7, 3.0), (1, 1)),
        (lambda x, y: 1e-30 * (x**2 + y**2), (3.0, 4.0), (0, 0)),
        (lambda x, y: 1e30 * (x**2 + y**2), (4.0, 3.0), (0, 0)),
    ],
    ids=["1e-6", "1e-30", "1e30", "about 1e6", "unlike", "from 0", "from almost 0", "low", "high"],
)
def test_each_side_is_as_wide_as_it_is_far_to_the_minimum(
    loss: Any, start: tuple[float, float], minimum: tuple[float, float]
) -> None:
    for width, a, b in widths_in_sight(loss, start, minimum):
        assert width < 6 * abs(a - b)


def test_what_does_not_matter_does_not_widen_its_side() -> None:
    view = shown(lambda x, y: 0 * x + (1e-3 * y) ** 2, 1e-6, 1e3)
    assert view.high_x - view.low_x < 1e-3
    flat = shown(lambda x, y: 0 * x * y + 3, 8.0, 1e-6)
    assert flat == Rectangle(0, 16, 0, 2e-6)


def test_a_plane_of_components_is_as_wide_as_the_parameters_are_large() -> None:
    for size in (1e-6, 1.0, 1e6):
        problem = bowl(lambda x, y: x**2 + y**2, 3 * size, 4 * size)
        path = path_of((3 * size, 4 * size))
        plane = Planes(problem).components(problem.start, path, float32([1, 1]))
        assert plane.view.high_x / size == pytest.approx(2.5, rel=0.2)


@pytest.mark.parametrize(
    "loss",
    [
        lambda x, y: x**2 - y**2,
        lambda x, y: -x - y,
        lambda x, y: 0 * x * y + 3,
        lambda x, y: jnp.exp(-x) + y**2,
        lambda x, y: x * y * jnp.nan,
    ],
    ids=["saddle", "falling", "flat", "levelling off", "nowhere finite"],
)
def test_without_a_minimum_the_start_is_in_sight(loss: Any) -> None:
    view = shown(loss, 1.0, 1e-3)
    assert holds(view, 1, 1e-3)
    assert max(map(abs, view)) < 100


def test_the_path_is_in_sight_but_not_one_that_is_very_far() -> None:
    near = shown(lambda x, y: x**2 + y**2, 3.0, 4.0, path_of((3, 4), (-20, 4), (0, 7)))
    assert holds(near, -20, 4)
    assert holds(near, 3, 4)
    far = shown(lambda x, y: x**2 + y**2, 3.0, 4.0, path_of((3, 4), (-1e30, 4)))
    assert far.low_x > -1e3


def test_a_view_of_a_start_at_the_end_of_float32_is_finite() -> None:
    view = shown(lambda x, y: x * 1e-30 + y, 3e38, -3e38)
    assert np.isfinite(view).all()
    assert view.low_x < view.high_x
    checked(view)


def test_no_search_where_a_grid_takes_long() -> None:
    def losses(x: Any, y: Any) -> Any:
        pytest.fail("the loss was evaluated")

    assert basin(losses, np.array([[2.0, 0.0]]), 0) == Rectangle(0, 4, -2, 2)


def test_rectangles_grow_and_are_rounded_outwards() -> None:
    assert widened(Rectangle(0, 1, 0, 1), np.array([[0.5, 0.5]])) == Rectangle(0, 1, 0, 1)
    assert widened(Rectangle(0, 1, 0, 1), np.array([[0.5, -1.0]])).low_y == pytest.approx(-1.2)
    view = rounded(Rectangle(-1.234, 5.01, 1e6, 1e6))
    assert view.low_x <= -1.234
    assert view.high_x >= 5.01
    assert view.low_y < 1e6 < view.high_y


# the figure


def test_the_figure_of_the_plane_has_its_marks_in_order() -> None:
    widgets = plane_figure()
    figure = widgets["plane.figure"]
    assert figure.marks[0] is widgets["plane.heat"]
    names = [name for name, widget in widgets.items() if widget in figure.marks]
    assert [widgets[name] for name in names] == figure.marks
    assert names[-1] == "plane.cursor"
    scales = {scale for mark in figure.marks for scale in mark.scales.values()}
    assert scales == {widgets[f"plane.{name}"] for name in ("horizontal", "vertical", "color")}


def luminance(color: str) -> float:
    channels = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def mixed(paper: str, red: str, share: float) -> str:
    ends = [np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) for color in (paper, red)]
    return "#" + "".join(f"{round(value):02x}" for value in ends[0] * (1 - share) + ends[1] * share)


@pytest.mark.parametrize(
    ("paper", "red", "blue"),
    [("#ffffff", "#c62828", "#1557c0"), ("#111111", "#ff7b72", "#79b8ff")],
    ids=["light", "dark"],
)
def test_the_path_can_be_seen_on_every_colour_and_lightness_tells_the_loss(
    paper: str, red: str, blue: str
) -> None:
    shades = [luminance(mixed(paper, red, STRONGEST * share)) for share in np.linspace(0, 1, 20)]
    steps = np.diff(shades)
    assert (steps < 0).all() or (steps > 0).all()
    path = luminance(blue)
    for shade in shades:
        assert (max(path, shade) + 0.05) / (min(path, shade) + 0.05) >= 3


@pytest.mark.parametrize("aspect", [0.3, 1.0, 2.5, 3.9])
@pytest.mark.parametrize("middle", [0.0, 1e-20, 1e6])
def test_equal_units_keep_what_was_in_sight_in_the_middle(aspect: float, middle: float) -> None:
    size = middle or 1.0
    view = Rectangle(middle - size, middle + size, -size, size)
    low_x, high_x, low_y, high_y = in_equal_units(view, aspect)
    assert (high_x - low_x) / (high_y - low_y) == pytest.approx(aspect)
    assert min(high_x - low_x, high_y - low_y) == pytest.approx(2 * size)
    assert (low_x + high_x) / 2 == pytest.approx(middle)


@pytest.mark.parametrize(
    "view",
    [
        Rectangle(0, 1, 0, 1.01 * MOST_WIDER),
        Rectangle(0, 1, 0, 0.99 / MOST_WIDER),
        Rectangle(1.4e38, 3.4e38, -2e38, 2e38),
        Rectangle(0, 1e-300, 0, 1),
    ],
)
def test_there_are_no_equal_units_where_they_take_too_much_room(view: Rectangle) -> None:
    assert in_equal_units(view, 1.0) == view
