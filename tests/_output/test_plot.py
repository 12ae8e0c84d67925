from __future__ import annotations

import io
import re
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from gdwidget import Descent, Problem, Timeline, problems
from gdwidget._landscape.figure_data import FigureData
from gdwidget._output import plot
from gdwidget._sync.saved_state import SavedState
from tests.tools import float32

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

MOST_BYTES = 60_000
RED, BLUE = (0xC6, 0x28, 0x28), (0x15, 0x57, 0xC0)
PNG = b"\x89PNG\r\n\x1a\n"


def shown(timeline: Timeline) -> tuple[Any, ...]:
    figure_data = FigureData(timeline.problem)
    curve = SavedState(timeline, figure_data.landscape).curve()
    return timeline, curve, figure_data.saved_plane(timeline)


def made(problem: Problem, steps: int, rate: float = 0.01, **settings: Any) -> Timeline:
    timeline = Timeline(Descent(problem, **settings), rate)
    if steps:
        timeline.advance(steps)
    return timeline


def lines(figure: Figure) -> dict[str, Any]:
    return {str(line.get_label()): line for axes in figure.axes for line in axes.lines}


def forked() -> Timeline:
    timeline = made(problems.himmelblau(), 30)
    timeline.goto(5)
    timeline.learning_rate = 0.02
    timeline.advance(30)
    timeline.back(10)
    return timeline


RUNS: dict[str, Callable[[], Timeline]] = {
    "article": lambda: made(problems.line(), 50),
    "no step": lambda: made(problems.line(), 0),
    "one step": lambda: made(problems.quadratic(), 1),
    "diverged": lambda: made(problems.line(), 500, 0.3),
    "diverged on a plane": lambda: made(problems.rosenbrock(), 500, 0.1),
    "long": lambda: made(problems.line(), 100_000, 1e-5),
    "forked": forked,
    "stochastic": lambda: made(problems.line(), 60, 0.05, batch_size=1),
    "twelve numbers": lambda: made(problems.house_prices(), 20, 0.1),
    "network": lambda: made(problems.moons(), 30, 0.05, optimizer="adam", batch_size=32),
}


@cache
def parts(name: str) -> tuple[Any, ...]:
    return shown(RUNS[name]())


@pytest.mark.parametrize("name", RUNS)
def test_every_run_has_a_small_picture_in_red_and_blue(name: str) -> None:
    png = plot.png(*parts(name))
    assert png.startswith(PNG)
    assert len(png) < MOST_BYTES
    image = Image.open(io.BytesIO(png)).convert("RGB")
    assert image.width == 960
    pixels = np.asarray(image, int).reshape(-1, 3)
    for color in (RED, BLUE):
        assert (np.abs(pixels - color).max(axis=1) < 40).sum() > 100


def test_the_path_lies_on_the_loss_function_as_the_article_drew_it() -> None:
    timeline = made(problems.line(), 50)
    timeline.goto(3)
    figure = plot.figure(*shown(timeline))
    found = lines(figure)
    assert list(found) == ["loss function", "learning", "start", "step 3"]
    assert np.array_equal(found["learning"].get_xdata(), timeline.run.trajectory["W"])
    assert np.array_equal(found["learning"].get_ydata(), timeline.run.trajectory["loss"])
    assert np.array_equal(found["step 3"].get_xydata()[0], float32([6.3255796, 96.67163]))
    assert found["loss function"].get_color() == "#c62828"
    assert found["learning"].get_color() == "#1557c0"
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Weight W", "Loss")
    assert axes.get_xlim() == (-6, 10)


def test_two_numbers_have_a_plane_with_the_path_on_it() -> None:
    timeline, *_ = given = parts("forked")
    figure = plot.figure(*given)
    found, rows = lines(figure), timeline.run.trajectory
    names = ["equal loss (darker: higher)", "earlier runs", "learning", "start", "step 25"]
    assert list(found) == names
    assert np.array_equal(found["learning"].get_xdata(), rows["x"])
    assert np.array_equal(found["learning"].get_ydata(), rows["y"])
    assert np.array_equal(found["earlier runs"].get_xdata(), timeline.runs[0].trajectory["x"])
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Parameter x", "Parameter y")


@pytest.mark.parametrize(
    ("make", "steps"),
    [(problems.line, 4), (problems.himmelblau, 4), (problems.logistic, 4)],
    ids=["line", "plane", "many"],
)
def test_in_fog_only_what_was_evaluated_is_drawn(make: Callable[[], Problem], steps: int) -> None:
    timeline = made(make(), steps)
    timeline.goto(1)
    timeline.learning_rate = 0.02
    timeline.advance(steps)
    drawn = lines(plot.figure(*shown(timeline), fog=True))
    assert not {"loss function", "loss function, others held", "earlier runs"} & set(drawn)
    assert not any(label.startswith("equal loss (") for label in drawn)
    (pieces,) = (line for label, line in drawn.items() if label.endswith(", where evaluated"))
    x, y = (np.asarray(each).reshape(-1, 3)[:, :2] for each in pieces.get_data())
    assert len(x) == timeline.run.last + 1
    rows = timeline.run.trajectory.rows().astype(float)
    np.testing.assert_allclose(x.mean(axis=1), rows[:, 0], rtol=1e-6)
    rise, across = y[:, 1] - y[:, 0], x[:, 1] - x[:, 0]
    if make is problems.himmelblau:  # at right angles to the gradient
        np.testing.assert_allclose(rise * rows[:, 5] + across * rows[:, 1], 0, atol=1e-6)
    else:
        np.testing.assert_allclose(rise / across, rows[:, 1], rtol=1e-5)


@pytest.mark.parametrize(("condition_number", "round_"), [(1, True), (10_000, False)])
def test_units_are_equal_where_there_is_room(condition_number: int, *, round_: bool) -> None:
    timeline = made(problems.quadratic(condition_number), 5, 1e-5)
    (axes,) = plot.figure(*shown(timeline)).axes
    axes.apply_aspect()
    (left, bottom), (right, top) = axes.transData.transform([(-1, -1), (1, 1)])
    assert ((top - bottom) / (right - left) == pytest.approx(1)) == round_


def test_a_plane_that_was_asked_for_is_drawn_with_the_path_seen_on_it() -> None:
    timeline = made(problems.quadratic(), 20)
    figure_data = FigureData(timeline.problem)
    plane = figure_data.plane(timeline, "components")
    curve = SavedState(timeline, figure_data.landscape).curve()
    figure = plot.figure(timeline, curve, plane)
    assert np.array_equal(lines(figure)["learning"].get_xdata(), plane.path.points[:, 0])
    assert figure.axes[0].get_xlabel() == "Component 1"


def test_more_numbers_have_loss_and_loss_against_step_side_by_side() -> None:
    timeline = made(problems.logistic(), 20, 1.0, batch_size=10)
    left, right = plot.figure(*shown(timeline)).axes
    path, against = ({str(line.get_label()): line for line in a.lines} for a in (left, right))
    rows = timeline.run.trajectory
    assert np.array_equal(path["learning"].get_ydata(), rows["full_loss"])
    assert np.array_equal(against["learning"].get_ydata(), rows["full_loss"])
    assert np.array_equal(against["loss of the batch"].get_ydata(), rows["loss"])
    assert (left.get_xlabel(), right.get_xlabel()) == ("Parameter weights[0]", "Step")


def test_a_loss_that_falls_far_is_drawn_against_its_logarithm() -> None:
    def bowl(weights: Any) -> Any:
        return (weights**2).sum()

    timeline = made(Problem(bowl, np.ones(3, np.float32)), 50, 0.1)
    _, right = plot.figure(*shown(timeline)).axes
    assert right.get_yscale() == "log"
    assert "−" not in right.yaxis.get_major_formatter()(1.0)


@pytest.mark.parametrize(
    ("loss", "start", "width"),
    [
        (lambda W: (1e6 * W) ** 2, 1e-6, 1e-6),
        (lambda W: (1e30 * W) ** 2, 1e-30, 1e-30),
        (lambda W: (W - 1e6) ** 2, 1e6 + 1, 1.0),
        (lambda W: 1e-30 * W**2, 1.0, 1.0),
        (lambda W: 0 * W + 1e30, 2.0, 2.0),
    ],
    ids=["small", "tiny", "high", "low loss", "constant loss"],
)
def test_what_is_drawn_and_its_ticks_are_as_large_as_the_numbers(
    loss: Any, start: float, width: float
) -> None:
    figure = plot.figure(*shown(made(Problem(loss, start), 0)))
    (axes,) = figure.axes
    low, high = axes.get_xlim()
    assert 1 < (high - low) / width < 4
    bottom, top = axes.get_ylim()
    (curve,) = [line for name, line in lines(figure).items() if name == "loss function"]
    height = np.ptp(curve.get_ydata()) or abs(curve.get_ydata()[0])
    assert 0.9 < (top - bottom) / height < 3
    figure.canvas.draw()
    for axis in (axes.xaxis, axes.yaxis):
        texts = [label.get_text() for label in axis.get_ticklabels()]
        assert len(set(texts)) == len(texts) > 2
        assert max(map(len, texts)) < 9


def test_legend_tells_more_than_colours_do() -> None:
    found = lines(plot.figure(*parts("article")))
    shapes = {(line.get_linestyle(), line.get_marker()) for line in found.values()}
    assert len(shapes) == len(found)


def test_a_loss_that_is_finite_nowhere_else_is_drawn() -> None:
    def well(W: Any, b: Any) -> Any:
        import jax.numpy as jnp

        return jnp.where((abs(W - 1) < 1e-3) & (abs(b - 1) < 1e-3), W + b, jnp.nan)

    for learning in (0, (0, 1)):
        timeline = made(Problem(well, 1.0, 1.0, argnums=learning), 3, 0.1)
        assert plot.png(*shown(timeline)).startswith(PNG)


def test_names_are_shown_as_they_are() -> None:
    loss: Any = lambda p: (p["a$b$"] - 1) ** 2 + p["x_y"] ** 2  # noqa: E731
    start = {"a$b$": 0.0, "x_y": 1.0}
    problem = Problem(loss, start, name="$\\frac{ <b>&")
    given = shown(made(problem, 3))
    written = {text.get_text(): text for text in plot.figure(*given).findobj(Text)}
    title = "$\\frac{ <b>& (sgd, learning rate 0.01): step 3 of 3"
    names = [title, "Parameter p['a$b$']", "Parameter p.x_y"]
    assert [written[name].get_parse_math() for name in names] == [False] * 3
    svg = plot.svg(*given)
    assert set(re.findall(r"<!-- (.*?) -->", svg)) >= {escape(name) for name in names}
    ET.fromstring(svg)  # noqa: S314 - it was made here


def test_a_style_that_was_chosen_changes_nothing_and_is_not_changed() -> None:
    given = parts("one step")
    png, before = plot.png(*given), dict(mpl.rcParams)
    assert dict(mpl.rcParams) == before
    styles: dict[Any, Any] = {
        "text.usetex": True,
        "savefig.bbox": "tight",
        "savefig.dpi": 10,
        "font.size": 30,
    }
    with mpl.rc_context({**styles, "axes.grid": True, "axes.facecolor": "black"}):
        during = dict(mpl.rcParams)
        assert plot.png(*given) == png
        assert dict(mpl.rcParams) == during
        assert plot.svg(*given)


def test_the_svg_is_one_and_can_be_read() -> None:
    root = ET.fromstring(plot.svg(*parts("article")))  # noqa: S314
    assert root.tag.endswith("svg")
    assert root.attrib["viewBox"] == "0 0 460.8 288"


def test_pictures_are_saved_whole(tmp_path: Path) -> None:
    plot.save(tmp_path / "a.png", PNG)
    plot.save(tmp_path / "a.svg", "<svg>−</svg>")
    assert (tmp_path / "a.png").read_bytes() == PNG
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == "<svg>−</svg>"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "article",
            "line (sgd, learning rate 0.01): step 50 of 50, W = 2.0256863, loss 0.0034088849",
        ),
        (
            "diverged",
            "line (sgd, learning rate 0.3): step 56 of 56, diverged, W = 6.644065e+18, loss inf",
        ),
        (
            "one step",
            "quadratic (sgd, learning rate 0.01): step 1 of 1, x = 9.9, y = 0.9, loss 53.054996",
        ),
        (
            "twelve numbers",
            "house_prices (sgd, learning rate 0.1): step 20 of 20, 12 numbers learn, loss",
        ),
        (
            "stochastic",
            "line (sgd, learning rate 0.05, single samples): step 31 of 31, gradient exactly 0, ",
        ),
        ("stochastic", ", W = 2.0, loss 0.0 on the batch, 0.0 on all data"),
    ],
)
def test_the_line_of_text_says_what_where_and_how_low(name: str, text: str) -> None:
    line = plot.text(parts(name)[0])
    assert line.startswith("Gradient descent on ")
    assert text in line


def test_the_bundle_has_text_and_picture() -> None:
    given = parts("article")
    bundle = plot.mimebundle(*given)
    assert sorted(bundle) == ["image/png", "text/plain"]
    assert bundle["text/plain"] == plot.text(given[0])


def test_without_matplotlib_there_is_the_text_and_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = parts("article")
    monkeypatch.setattr(plot, "available", lambda: False)
    assert list(plot.mimebundle(*given)) == ["text/plain"]
    for draw in (plot.png, plot.svg):
        with pytest.raises(ImportError, match=r"pip install 'gdwidget\[picture\]'"):
            draw(*given)


@pytest.mark.parametrize(
    ("installed", "draws"), [("3.9.4", False), ("3.10.0", True), ("4.0", True)]
)
def test_a_matplotlib_that_is_too_old_counts_as_none(
    installed: str, draws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot, "_version", lambda _: installed)
    assert plot.available() is draws


def test_a_picture_that_fails_is_reported_and_the_text_is_there(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given = parts("article")

    def fails(*_: object) -> bytes:
        raise RuntimeError("no font")

    monkeypatch.setattr(plot, "png", fails)
    assert list(plot.mimebundle(*given)) == ["text/plain"]
    assert "the picture could not be drawn" in caplog.text


def test_matplotlib_is_imported_for_a_picture_only_and_pyplot_never() -> None:
    program = """
import sys
from gdwidget import Descent, Timeline, problems
from gdwidget._output import plot
from gdwidget._landscape.figure_data import FigureData
from gdwidget._sync.saved_state import SavedState
assert "matplotlib" not in sys.modules
timeline = Timeline(Descent(problems.line()))
assert plot.available()
assert "matplotlib" not in sys.modules
curve = SavedState(timeline, FigureData(timeline.problem).landscape).curve()
assert len(plot.mimebundle(timeline, curve)) == 2
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
