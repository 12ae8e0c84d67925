"""What makes exact compilation quicker, where the compiler knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gdwidget._core import exactness
from gdwidget._core.exactness import EXACT, QUICKER, exact_options
from gdwidget._core.versions import QUICKER_IS_EXACT, knows_options

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def _unasked() -> Iterator[None]:
    exact_options.cache_clear()
    yield
    exact_options.cache_clear()


def test_single_operations_are_compiled_in_the_quicker_way() -> None:
    # jaxlib 0.12 has no other way, and with jax 0.8 it changed digits.
    known = QUICKER if QUICKER_IS_EXACT and knows_options(QUICKER) else {}
    assert exact_options() == {**EXACT, **known}


@pytest.mark.usefixtures("_unasked")
def test_an_option_that_this_compiler_does_not_know_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exactness, "QUICKER", {"xla_cpu_no_such_option": False})
    assert exact_options() == EXACT
