"""Settings and fixtures of all tests."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
import time
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jax
import pytest
from hypothesis import HealthCheck, settings
from IPython.core.events import EventManager, available_events

with warnings.catch_warnings():
    # bqscales declares its Date traits in traitlets' old way.
    warnings.filterwarnings("ignore", "metadata .* was set from the constructor")
    from gdwidget import Descent, GDWidget, Timeline, problems
    from gdwidget._sync import throttle
    from tests.groups import group_of, place_of
    from tests.lessons import execute
    from tests.tools import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPILED = "compiled"

WRITTEN = 2.0
"""Seconds after which nobody writes a file of the cache any more."""

settings.register_profile(
    "gdwidget",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("gdwidget")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have tests in a browser tried twice; in several processes, begin with the longest groups."""
    for item in items:
        if item.get_closest_marker("ui"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place_of(item.nodeid))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say of tests that passed at the second try what was wrong at the first."""
    tried_twice = terminalreporter.getreports("rerun")
    if tried_twice:
        terminalreporter.section("First tries that failed")
    for report in tried_twice:
        wrong = [line for line in report.longreprtext.splitlines() if line.startswith("E  ")]
        terminalreporter.write_line("\n".join([report.nodeid, *wrong]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each group of tests to one process, in their order.

    Of xdist's own ways to distribute tests, that by marks (loadgroup) does nothing with
    pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return Groups(config, log)


@pytest.fixture(scope="session", autouse=True)
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep what jax compiles, for this process and those that its tests start.

    Lessons, pages and apps have kernels of their own, in which the same programs are compiled.
    Each process has a folder of its own: jax does not write files whole or not at all.
    """
    folder = tmp_path_factory.mktemp(COMPILED, numbered=False)
    settings = {
        "jax_compilation_cache_dir": str(folder),
        "jax_persistent_cache_enable_xla_caches": "none",  # else the folder is part of the keys
        "jax_persistent_cache_min_compile_time_secs": 0,
        "jax_persistent_cache_min_entry_size_bytes": -1,
    }
    for name, value in settings.items():
        jax.config.update(name, value)  # type: ignore[no-untyped-call]
        os.environ[name.upper()] = str(value)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _compiled_elsewhere(_compiled: Path) -> None:
    """Take over what the other processes have compiled, once it is written for certain."""
    for entry in _compiled.parent.parent.glob(f"popen-gw*/{COMPILED}/*-cache"):
        here = _compiled / entry.name
        if time.time() - entry.stat().st_mtime > WRITTEN:
            with contextlib.suppress(FileExistsError):
                here.hardlink_to(entry)


@pytest.fixture(scope="session")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Return what runs a lesson, once for all tests, and returns the notebook."""
    return functools.cache(lambda name: execute(name, tmp_path_factory.mktemp(Path(name).name)))


@pytest.fixture(scope="module")
def shared() -> GDWidget:
    """Return a widget for tests that leave no settings behind."""
    return GDWidget()


@pytest.fixture
def w(shared: GDWidget) -> GDWidget:
    """Return the article's widget at its start, with the settings it was made with."""
    shared.learning_rate, shared.run_steps = 0.01, 50
    shared.reset(W=8, b=-1)
    shared.clear()
    return shared


@pytest.fixture(scope="session")
def descent() -> Descent:
    """Return the article's descent, compiled once for all tests."""
    return Descent(problems.line())


@pytest.fixture
def timeline(descent: Descent) -> Timeline:
    """Return a new timeline of the article's problem."""
    return Timeline(descent)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a clock that throttle and lookahead go by: time stands still until told otherwise."""
    clock = Clock()
    clock.replace(monkeypatch)
    return clock


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> EventManager:
    """Return a notebook kernel's events."""
    manager = EventManager(None, available_events)  # type: ignore[arg-type]
    shell = SimpleNamespace(kernel=SimpleNamespace(), events=manager)
    monkeypatch.setattr(throttle, "get_ipython", lambda: shell)
    return manager


@pytest.fixture(autouse=True)
def _no_timer_outlives_its_test() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(timeout=5)
