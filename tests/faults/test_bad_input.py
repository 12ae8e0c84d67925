"""Bad input to the widget: a clear error, nothing changed, and it can be used afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
import pytest
from traitlets import TraitError

from gdwidget import GDWidget, problems
from tests.tools import refuses

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = "a whole number from 1 to 10,000,000"
RATE = "a number above 0 within float32"


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("argnums", 1), ("data", ([1.0],)), ("predict", print)],
)
def test_a_problem_has_its_parts_already(keyword: str, value: Any) -> None:
    with refuses(keyword, repr(value)[:5], "nothing, for the problem has it already"):
        GDWidget(problems.line(), **{keyword: value})


def test_a_problem_has_its_params_already() -> None:
    with refuses("params", "(8.0,)", "nothing, for the problem has it already"):
        GDWidget(problems.line(), 8.0)


@pytest.mark.parametrize("callback", [None, 3, "print"])
def test_a_callback_must_be_callable(w: GDWidget, callback: Any) -> None:
    with refuses("callback", repr(callback), "a function callback(state)"):
        w.on_step(callback)


def test_an_unknown_keyword_is_named_with_the_one_meant() -> None:
    message = (
        "unknown keyword 'learnin_rate'; accepted: argnums, has_aux, data, predict, "
        "learning_rate, decay, optimizer, batch_size, seed, run_steps, exact, snapshot_bytes, "
        "problems, show, scale, questions, student, salt, ruler, fog, language, layout, "
        "tabbable, tooltip; "
        "did you mean learning_rate[?]"
    )
    with pytest.raises(TypeError, match=message):
        GDWidget(learnin_rate=0.1)
    with pytest.raises(TypeError, match="unknown keyword 'W'; accepted: argnums, has_aux, data"):
        GDWidget(W=3.0)


@pytest.mark.parametrize("given", ["de", "ZH", "", 1, True, ["zh"]])
def test_a_language_must_be_known(w: GDWidget, given: Any) -> None:
    with refuses("language", repr(given), "one of 'en', 'zh', or None for that of the page"):
        GDWidget(language=given)
    with refuses("language", repr(given), "one of 'en', 'zh', or None for that of the page"):
        w.language = given
    assert w.language is None


@pytest.mark.parametrize(
    ("keyword", "value", "because"),
    [
        ("layout", {"widht": "50%"}, "did you mean width?"),
        ("layout", {"width": 5}, "The 'width' trait of a Layout instance expected a unicode"),
        ("layout", "50%", ""),
        ("layout", {3: 4}, "there is no 3"),
        ("tabbable", 1, ""),
        ("tooltip", 3, ""),
    ],
)
def test_what_is_no_trait_of_an_ipywidget_is_refused(
    keyword: str, value: Any, because: str
) -> None:
    accepted = {
        "layout": "an ipywidgets.Layout, or a dict of its values, such as {'width': '50%'}",
        "tabbable": "True, False or None",
        "tooltip": "a text or None",
    }
    with refuses(keyword, f"{value!r}{because and f' ({because}'}", accepted[keyword]):
        GDWidget(**{keyword: value})


@pytest.mark.parametrize("rate", [-0.01, 0, float("nan"), "abc", 1e300, None])
def test_a_bad_learning_rate_is_refused_and_the_old_one_kept(w: GDWidget, rate: Any) -> None:
    w.step(3)
    with refuses("learning_rate", repr(rate), RATE):
        w.learning_rate = rate
    with refuses("learning_rate", repr(rate), RATE):
        GDWidget(learning_rate=rate)
    assert w.learning_rate == 0.01
    w.step()
    assert (w.cursor, len(w.trajectory)) == (4, 5)


@pytest.mark.parametrize(
    "steps", [0, -1, 10**12, pytest.param(10**5_000, id="huge"), 2.5, "50", None]
)
def test_bad_run_steps_are_refused_and_the_old_ones_kept(w: GDWidget, steps: Any) -> None:
    given = "an int of thousands" if isinstance(steps, int) and steps > 10**100 else repr(steps)
    with refuses("run_steps", given, STEPS):
        w.run_steps = steps
    with refuses("run_steps", given, STEPS):
        GDWidget(run_steps=steps)
    if steps is not None:
        with refuses("n", given, STEPS):
            w.run(steps)
    assert w.run_steps == 50
    w.run()
    assert w.cursor == 50


@pytest.mark.parametrize("step", [-1, 4, 10**12, 1.5, "1", None])
def test_going_outside_is_refused(w: GDWidget, step: Any) -> None:
    w.step(3)
    with refuses("step", repr(step), "a whole number from 0 to 3"):
        w.goto(step)
    assert w.cursor == 3


@pytest.mark.parametrize(
    ("start", "argument", "given", "accepted"),
    [
        ({"V": 1.0}, "parameter", "'V'", "one of W, b"),
        ({"<script>": 1.0}, "parameter", "'<script>'", "one of W, b"),
        ({"W": "5"}, "W", "'5'", "a finite number"),
        ({"W": np.array(5)}, "W", "array(5)", "floats"),
        ({"W": 1e30}, "start", "loss inf", "finite"),
    ],
)
def test_a_bad_reset_changes_nothing(
    w: GDWidget, start: Any, argument: str, given: str, accepted: str
) -> None:
    w.step(3)
    w.back()
    with refuses(argument, given, accepted):
        w.reset(**start)
    assert (w.cursor, len(w.trajectory)) == (2, 4)


@pytest.mark.parametrize("exact", ["yes", None, 2])
def test_exact_must_be_a_bool(w: GDWidget, exact: Any) -> None:
    with pytest.raises(TraitError, match=r"'exact'.*expected a boolean, not the"):
        w.exact = exact
    assert w.exact is True


@pytest.mark.parametrize(
    "make",
    [
        lambda: GDWidget("loss"),  # type: ignore[arg-type]
        lambda: GDWidget(None, 8.0),
        lambda: GDWidget(lambda W: jnp.array([W, W]), 8.0),
        lambda: GDWidget(lambda W: W > 0, 8.0),
        lambda: GDWidget(lambda W: 1 / 0, 8.0),  # noqa: ARG005
    ],
    ids=["text", "none", "not scalar", "not differentiable", "raising"],
)
def test_a_bad_loss_is_refused(make: Callable[[], GDWidget]) -> None:
    with refuses("loss", "", "a function"):
        make()


def test_a_loss_that_is_nan_at_the_start_is_refused() -> None:
    with refuses("start", "W = 8.0' (loss nan", "loss and its gradient are finite"):
        GDWidget(lambda W: W * jnp.nan, 8.0)
