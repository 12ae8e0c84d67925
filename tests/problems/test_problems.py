from __future__ import annotations

import inspect

import numpy as np
import pytest

from gdwidget import Problem, problems


@pytest.mark.parametrize("name", problems.__all__)
def test_each_makes_a_problem_of_its_name_that_can_start(name: str) -> None:
    problem = getattr(problems, name)()
    assert isinstance(problem, Problem)
    assert problem.name == name
    loss, gradient = problem.value_and_grad(problem.start, problem.data)
    assert np.isfinite(loss)
    assert loss > 0
    learning = problem.parameters.tree(problem.start)
    assert np.isfinite(problem.parameters.flatten(problem.start)).all()
    assert type(gradient) is type(learning) or problem.parameters.count == 1


@pytest.mark.parametrize("name", problems.__all__)
def test_each_says_what_it_teaches_and_where_it_comes_from(name: str) -> None:
    text = inspect.getdoc(getattr(problems, name)) or ""
    assert "It teaches" in text
    assert "minimum" in text
    assert "Source: " in text
    assert f"`{name}`" in (problems.__doc__ or "")
