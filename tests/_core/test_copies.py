"""Problems and states as copies, in files and after the end."""

from __future__ import annotations

import copy
import pickle

import jax
import numpy as np
import pytest

from gdwidget import Descent, GDWidget, Problem, problems
from tests.tools import refuses


def test_a_problem_is_copied_and_pickled() -> None:
    problem = problems.line()
    assert copy.deepcopy(problem) is problem
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301 - just written
    state = Descent(again).init(0.01)
    assert (again.name, again.names, str(state.loss)) == (problem.name, ("W", "b"), "186.0")


def test_a_stream_is_not_pickled() -> None:
    problem = Problem(lambda W, xs: W * xs.sum(), 1.0, data=iter([(np.ones(2),)] * 3))
    with pytest.raises(TypeError, match="a stream, which cannot be pickled"):
        pickle.dumps(problem)


def test_a_state_is_copied_and_pickled_and_steps_on() -> None:
    descent = Descent(problems.line(), optimizer="adam")
    state = descent.step(descent.init(0.01), 0.01)
    for again in (copy.deepcopy(state), pickle.loads(pickle.dumps(state))):  # noqa: S301 - ours
        assert again.params == dict(state.params)
        assert descent.step(again, 0.01).params == descent.step(state, 0.01).params
        with pytest.raises(TypeError):
            again.params["W"] = 0  # type: ignore[index]


def test_a_closed_widget_says_when_to_write_the_page() -> None:
    w = GDWidget()
    w.close()
    with refuses("widget", "closed", "write it before close()"):
        w.to_html()


def test_an_error_of_the_loss_is_told_with_its_text() -> None:
    calls: list[None] = []

    def loss(W: jax.Array) -> jax.Array:
        if calls:
            raise TypeError("three are too many")
        return W**2

    problem = Problem(loss, 1.0)
    descent = Descent(problem)
    calls.append(None)
    with refuses("start", "the loss raised TypeError there: three are too many", "finite"):
        descent.init(0.1)


@pytest.mark.parametrize("name", ["moons", "sine"])
def test_networks_are_made_where_ranks_are_not_promoted(name: str) -> None:
    with jax.numpy_rank_promotion("raise"):
        w = GDWidget(getattr(problems, name)(), batch_size=16, optimizer="adam")
        w.step(2)
        w.run()
        assert w.to_html()
