"""What browser tests have in common: one browser, and what a failure leaves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.ui.desk import Browser

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.ui.console import Console

TESTS = Path(__file__).resolve().parent.parent
FAILURES = "failures"

_WITH_BROWSER = (TESTS / "ui", TESTS / "pages")
_BROWSER = pytest.StashKey[Browser]()


class Watched(Protocol):
    """What a test has open in the browser."""

    console: Console

    def leave_behind(self, folder: Path, name: str) -> list[Path]: ...


WATCHED = pytest.StashKey[Watched]()
"""Where a test's fixtures put what it has open."""


def the_browser(config: pytest.Config) -> Browser:
    """Return the one browser, started when it is first needed."""
    if _BROWSER not in config.stash:
        config.stash[_BROWSER] = Browser()
    return config.stash[_BROWSER]


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test in which a page reported an error."""
    result = yield
    if WATCHED in pyfuncitem.stash:
        errors = pyfuncitem.stash[WATCHED].console.errors
        assert not errors, "\n".join(errors)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leave a picture of every page and the console of a failed test."""
    report = yield
    if report.failed and call.when != "teardown" and WATCHED in item.stash:
        name = re.sub(r"[^\w.=-]+", "_", item.nodeid.rpartition("/")[2])
        saved = item.stash[WATCHED].leave_behind(item.path.parent / FAILURES, name)
        report.sections.append(("Browser", "\n".join(f"left behind: {path}" for path in saved)))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Close the browser after the last test with one: its event loop would be in others' way."""
    result = yield
    stash = item.config.stash
    if _BROWSER in stash and not (nextitem and _needs_browser(nextitem)):
        stash[_BROWSER].close()
        del stash[_BROWSER]
    return result


def _needs_browser(item: pytest.Item) -> bool:
    return any(item.path.is_relative_to(folder) for folder in _WITH_BROWSER)
