"""A Jupyter server, a kernel and a browser for the browser tests, and what a failure leaves."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.desk import Browser, Desk, SharedDesk
from tests.ui.server import JupyterServer, Kernel

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tests.ui.view import View

HERE = Path(__file__).parent
FAILURES = HERE / "failures"

_DESK = pytest.StashKey[Desk]()
_SHARED = pytest.StashKey[SharedDesk]()
_BROWSER = pytest.StashKey[Browser]()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """Return a server that is the tests' own: nobody's settings, nobody's kernels."""
    shutil.rmtree(FAILURES, ignore_errors=True)
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kernel(server: JupyterServer) -> Iterator[Kernel]:
    """Return the kernel of all notebooks on `desk`; it holds no widgets when a test starts."""
    kernel = Kernel(server)
    yield kernel
    kernel.close()


@pytest.fixture(scope="session")
def shared_kernel(server: JupyterServer) -> Iterator[Kernel]:
    """Return the kernel of `shared`: a page gets all widgets of its kernel, so each has its own."""
    kernel = Kernel(server)
    yield kernel
    kernel.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """Return the one browser, started when it is first needed."""
    stash = request.config.stash
    if _BROWSER not in stash:
        stash[_BROWSER] = Browser()
    return stash[_BROWSER]


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, server: JupyterServer, kernel: Kernel, browser: Browser
) -> Iterator[Desk]:
    """Return a desk to open notebooks on."""
    desk = Desk(server, kernel, browser)
    request.node.stash[_DESK] = desk
    yield desk
    desk.close()


@pytest.fixture
def shared(
    request: pytest.FixtureRequest,
    server: JupyterServer,
    shared_kernel: Kernel,
    browser: Browser,
) -> SharedDesk:
    """Return the desk with the page that tests share; one that changes the page takes `desk`."""
    stash = request.config.stash
    if _SHARED not in stash:
        stash[_SHARED] = SharedDesk(server, shared_kernel, browser)
    request.node.stash[_DESK] = stash[_SHARED]
    return stash[_SHARED]


@pytest.fixture
def article(shared: SharedDesk) -> View:
    """Return the article's widget, just shown by its cell."""
    return shared.show()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test in which a page reported an error."""
    result = yield
    if _DESK in pyfuncitem.stash:
        errors = pyfuncitem.stash[_DESK].console.errors
        assert not errors, "\n".join(errors)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leave a picture of every page and the console of a failed test."""
    report = yield
    if report.failed and call.when != "teardown" and _DESK in item.stash:
        name = re.sub(r"[^\w.=-]+", "_", item.nodeid.removeprefix("tests/ui/"))
        desk = item.stash[_DESK]
        if isinstance(desk, SharedDesk):
            desk.spoiled = True
        saved = desk.leave_behind(FAILURES, name)
        report.sections.append(("Browser", "\n".join(f"left behind: {path}" for path in saved)))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Close the browser after the last test here: its event loop would be in others' way."""
    result = yield
    stash = item.config.stash
    if _BROWSER in stash and not (nextitem and nextitem.path.is_relative_to(HERE)):
        stash[_BROWSER].close()
        del stash[_BROWSER]
        if _SHARED in stash:
            del stash[_SHARED]
    return result
