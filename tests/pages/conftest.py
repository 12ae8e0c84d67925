"""One notebook, run once; the sites made of it; and a visit to each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages import lesson as written
from tests.pages.hosts import Workshop
from tests.pages.offline import Lesson
from tests.pages.visit import Visit
from tests.ui.aftermath import (
    FAILURES,
    WATCHED,
    pytest_pyfunc_call,
    pytest_runtest_makereport,
    pytest_runtest_teardown,
    the_browser,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pytest_pyfunc_call", "pytest_runtest_makereport", "pytest_runtest_teardown"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the notebook is run: it is there as a file, with what its cells made."""
    shutil.rmtree(Path(__file__).parent / FAILURES, ignore_errors=True)
    return tmp_path_factory.mktemp("lesson")


@pytest.fixture(scope="session")
def notebook(folder: Path) -> Any:
    """Return the notebook after all its cells have run."""
    return written.run(folder)


@pytest.fixture(scope="session")
def workshop(
    notebook: Any, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workshop]:
    """Return the sites, most of them still being built."""
    workshop = Workshop(folder / f"{written.NAME}.ipynb", tmp_path_factory.mktemp("sites"))
    yield workshop
    workshop.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Return an empty page to open a site in."""
    visit = Visit(the_browser(request.config))
    request.node.stash[WATCHED] = visit
    yield visit
    visit.close()


@pytest.fixture
def lesson(request: pytest.FixtureRequest) -> Iterator[Lesson]:
    """Return a page without a network, to open lessons in."""
    opened = Lesson(the_browser(request.config))
    request.node.stash[WATCHED] = opened
    yield opened
    opened.page.close()
    assert opened.asked == []
