from __future__ import annotations

import pytest
from traitlets import TraitError

from gdwidget import ArgumentError


class Silent:
    def __repr__(self) -> str:
        raise RuntimeError("I have no text")


def test_it_names_argument_given_and_accepted() -> None:
    error = ArgumentError("run_steps", 0, "a whole number from 1 to 10")
    assert str(error) == "run_steps: got 0; accepted: a whole number from 1 to 10"
    assert (error.argument, error.given) == ("run_steps", 0)
    assert error.accepted == "a whole number from 1 to 10"


def test_it_says_why_where_that_helps() -> None:
    error = ArgumentError("loss", "f(W)", "a function", "it raised ZeroDivisionError")
    assert str(error) == "loss: got 'f(W)' (it raised ZeroDivisionError); accepted: a function"


def test_callers_catch_a_value_error_and_traits_a_trait_error() -> None:
    assert issubclass(ArgumentError, ValueError)
    assert issubclass(ArgumentError, TraitError)


@pytest.mark.parametrize(
    "given",
    [
        "x" * 10_000_000,
        b"x" * 10_000_000,
        ["x" * 1_000] * 10_000,
        {str(number): "x" * 1_000 for number in range(1_000)},
        10**100_000,
        [10**100_000],
        Silent(),
    ],
    ids=["text", "bytes", "list", "dict", "int", "ints", "without a text"],
)
def test_what_is_given_is_shown_shortened(given: object) -> None:
    error = ArgumentError("n", given, "a small thing")
    assert len(str(error)) < 1_000
    assert str(error).startswith("n: got ")
    assert error.given is given


def test_markup_stays_text() -> None:
    assert "'<script>alert(1)</script>'" in str(ArgumentError("n", "<script>alert(1)</script>", ""))
